"""Symbolic shapes: a parsed tree becomes terms that know their rows and columns.

A record whose shapes do not fit never reaches a device; the message shows both shapes
and where they come from. Terms that stand for the same abbreviation are one object, so
an evaluator that remembers terms by identity computes each once.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from .declaration import FunctionType, Type
from .dimension import Dim
from .expression import Call, Derived, Name, Number, Tree
from .layout import Layout, arranged_shape
from .primitives import CALCULUS, CONSTANTS, ELEMENTARY, FUNCTIONS, PRIMITIVES, Row
from .problem import Fault

Shape = tuple[Dim, Dim]
ONE = Dim.of(1)
SCALAR: Shape = (ONE, ONE)
LARGEST_POWER = 16
"""Exponents of `matpow` and literal exponents beyond this are not powers by squaring."""


@dataclass(frozen=True, eq=False)
class Term:
    """A node with its shape; `op` is a row's name or one of the five kinds below.

    number    `value`
    variable  `name`
    size      `dims[0]`, a size used as a number
    apply     function symbol `name` at `args`
    derived   D, hessian or taylor (`kind`) of `name` at `args`, arranged in `layout`
    """

    op: str
    shape: Shape
    args: tuple[Term, ...] = ()
    name: str = ""
    dims: tuple[Dim, ...] = ()
    value: Fraction | None = None
    kind: str = ""
    positions: tuple[int, ...] = ()
    layout: Layout | None = None


@dataclass
class Scope:
    """What names mean: declared types, differentials, abbreviations already inferred."""

    types: Mapping[str, Type | FunctionType]
    layout: Layout
    lets: Mapping[str, Tree] = field(default_factory=dict)
    calculus: bool = True
    """Whether D, hessian and taylor may be used here."""
    extra: Mapping[str, Type] = field(default_factory=dict)
    """Names that exist only here, such as differentials, with their types."""
    inferred: dict[str, Term] = field(default_factory=dict)

    @property
    def sizes(self) -> frozenset[str]:
        """The size names of all declared types."""
        return size_names(self.types)


def size_names(types: Mapping[str, Type | FunctionType]) -> frozenset[str]:
    """Return the names that stand for dimensions in these types."""
    names: set[str] = set()
    for declared in types.values():
        parts = (
            (*declared.arguments, declared.result)
            if isinstance(declared, FunctionType)
            else (declared,)
        )
        for part in parts:
            for dim in part.dims:
                names |= dim.names
    return frozenset(names)


def show_shape(shape: Shape) -> str:
    """Print a shape as people write it: `m x n`."""
    return " x ".join(_factor(d) for d in shape)


def _factor(dim: Dim) -> str:
    text = str(dim)
    return f"({text})" if " " in text else text


def infer(tree: Tree, scope: Scope) -> Term:
    """Give every node its shape, or raise a Fault that shows what does not fit."""
    match tree:
        case Number():
            return Term("number", SCALAR, value=tree.value)
        case Name():
            return _name(tree, scope)
        case Derived():
            return _derived(tree, scope)
        case Call():
            return _call(tree, scope)
    raise Fault(tree.start, "a tuple stands only as the claim of a `shape`")


def _name(tree: Name, scope: Scope) -> Term:
    name = tree.name
    if name in scope.lets:
        if name not in scope.inferred:
            try:
                scope.inferred[name] = infer(scope.lets[name], scope)
            except Fault as fault:  # its offsets belong to the text of the `let`
                message = f"in the abbreviation `{name}`: {fault.text}"
                raise Fault(tree.start, message, fault.hint, fault.detail) from None
        return scope.inferred[name]
    declared = scope.extra.get(name) or scope.types.get(name)
    if isinstance(declared, FunctionType):
        raise Fault(
            tree.start,
            f"`{name}` is a function and stands here without its argument",
            f"write `{name}({', '.join('xyz'[i % 3] for i in range(len(declared.arguments)))})`",
        )
    if declared is not None:
        return Term("variable", declared.shape, name=name)
    if name == "pi":
        return Term("constant", SCALAR, name=name)
    if name in scope.sizes:
        return Term("size", SCALAR, dims=(Dim.of(name),))
    known = [*scope.types, *scope.extra, *scope.lets, *scope.sizes, *CONSTANTS]
    if name in FUNCTIONS or name in CALCULUS:
        raise Fault(
            tree.start,
            f"'{name}' is a function of the language and stands here without arguments",
        )
    raise Fault(
        tree.start,
        f"'{_short(name)}' is not declared",
        _near(name, known)
        or f"declare it in `where`, for instance `{_short(name)}: vector(n)`",
    )


def _call(tree: Call, scope: Scope) -> Term:
    declared = scope.types.get(tree.name)
    if isinstance(declared, FunctionType):
        args = tuple(infer(arg, scope) for arg in tree.args)
        _fit_arguments(tree, tree.name, declared, args)
        return Term("apply", declared.result.shape, args, name=tree.name)
    row = PRIMITIVES.get(tree.name)
    if row is None or (row.symbol and tree.name in scope.types):
        raise _unknown_function(tree, scope)
    if row.signature == "elementwise":
        return _elementwise(tree, row, scope)
    if tree.name == "matmul":
        return _matmul(tree, scope)
    return _primitive(tree, row, scope)


def _unknown_function(tree: Call, scope: Scope) -> Fault:
    name = tree.name
    if name in scope.types or name in scope.lets or name in scope.extra:
        return Fault(
            tree.start,
            f"`{name}` is not a function, so `{name}(...)` means nothing",
            "write `*` or `@` for a product",
        )
    known = [*FUNCTIONS, *CALCULUS]
    known += [n for n, t in scope.types.items() if isinstance(t, FunctionType)]
    return Fault(
        tree.start,
        f"unknown function '{_short(name)}'",
        _near(name, known) or "declare it in `where`, or see FORMAT.md for the list",
    )


def _elementwise(tree: Call, row: Row, scope: Scope) -> Term:
    if len(tree.args) != 2:
        raise Fault(tree.start, f"{row.name} takes 2 arguments, not {len(tree.args)}")
    left, right = (infer(arg, scope) for arg in tree.args)
    if left.shape != right.shape and SCALAR not in (left.shape, right.shape):
        sign = row.symbol or row.name
        hint = ""
        if left.shape == right.shape[::-1]:
            hint = "one side is the transpose of the other's shape; put `.T` behind one"
        raise Fault(
            tree.start,
            f"dimension mismatch: `{sign}` needs equal shapes or a scalar",
            hint,
            _both(left, right, scope),
            tree.mark,
        )
    shape = right.shape if left.shape == SCALAR else left.shape
    if row.name == "pow" and right.op in ("number", "neg"):
        k = _literal(right)
        if k is not None and k.denominator == 1 and abs(k) <= LARGEST_POWER:
            # A whole exponent stays static: x**2 has a derivative at 0, x**2.0 not.
            return Term("pow", shape, (left,), value=k)
    return Term(row.name, shape, (left, right))


def _literal(term: Term) -> Fraction | None:
    if term.op == "neg":
        inner = _literal(term.args[0])
        return None if inner is None else -inner
    return term.value if term.op == "number" else None


def _matmul(tree: Call, scope: Scope) -> Term:
    left, right = (infer(arg, scope) for arg in tree.args)
    if left.shape[1] == right.shape[0]:
        return Term("matmul", (left.shape[0], right.shape[1]), (left, right))
    if SCALAR in (left.shape, right.shape):
        shape = right.shape if left.shape == SCALAR else left.shape
        return Term("mul", shape, (left, right))
    hint = ""
    if left.shape[1] == right.shape[1]:
        hint = "the right factor would fit transposed: put `.T` behind it"
    elif left.shape[0] == right.shape[0]:
        hint = "the left factor would fit transposed: put `.T` behind it"
    elif right.shape[1] == left.shape[0]:
        hint = "the factors would fit in the other order"
    raise Fault(
        tree.start,
        "dimension mismatch: `@` needs matching inner sizes",
        hint,
        _both(left, right, scope, f": {left.shape[1]} against {right.shape[0]}"),
        tree.mark,
    )


def _both(left: Term, right: Term, scope: Scope, more: str = "") -> tuple[str, ...]:
    origins = _origins((*left.shape, *right.shape), scope)
    where = f"    ({origins})" if origins else ""
    text = f"left is {show_shape(left.shape)}, right is {show_shape(right.shape)}"
    return (text + more + where,)


def _origins(dims: tuple[Dim, ...], scope: Scope) -> str:
    """Say for each size name which declaration it comes from."""
    wanted = sorted(set().union(*(d.names for d in dims)))
    found = []
    for size in wanted:
        for name, declared in scope.types.items():
            if size in size_names({name: declared}):
                found.append(f"{size} from {name}: {declared}")
                break
    return "; ".join(found)


def _primitive(tree: Call, row: Row, scope: Scope) -> Term:
    wanted = row.parameters
    if len(tree.args) != len(wanted):
        plural = "s" if len(wanted) != 1 else ""
        raise Fault(
            tree.start,
            f"{row.name} takes {len(wanted)} argument{plural}, not {len(tree.args)}",
            f"{row.name}: {row.help}",
        )
    bound: dict[str, Dim] = {}
    sizes: list[Dim] = []
    for parameter, arg in zip(wanted, tree.args, strict=True):
        if parameter.startswith("#"):
            bound[parameter[1:]] = size_argument(arg, scope, tree.start)
            sizes.append(bound[parameter[1:]])
        elif parameter == "integer":
            sizes.append(integer_argument(arg, scope))
    args: list[Term] = []
    for parameter, arg in zip(wanted, tree.args, strict=True):
        if parameter.startswith("#") or parameter == "integer":
            continue
        if parameter == "index":
            args.append(_index_argument(tree, arg, sizes[0], scope))
            continue
        term = infer(arg, scope)
        _unify(tree, arg, row, parameter, term, bound, scope)
        args.append(term)
    result = row.signature.split("->")[1].split()
    shape = (_size(result[0], bound), _size(result[1], bound))
    return Term(row.name, shape, tuple(args), dims=tuple(sizes))


def _unify(
    tree: Call,
    arg: Tree,
    row: Row,
    parameter: str,
    term: Term,
    bound: dict[str, Dim],
    scope: Scope,
) -> None:
    """Bind the parameter's letters to the argument's sizes, or say what does not fit."""
    for letters, actual in zip(parameter.split(), term.shape, strict=True):
        if len(letters) == 1 and letters.isalpha() and letters not in bound:
            bound[letters] = actual
        elif _size(letters, bound) != actual:
            origins = _origins(term.shape, scope)
            raise Fault(
                arg.start,
                f"dimension mismatch: {row.name} needs {_needs(parameter, bound)}, "
                f"and this argument is {show_shape(term.shape)}",
                f"{row.name}: {row.help}",
                (origins,) if origins else (),
                tree.mark,
            )


def _needs(parameter: str, bound: Mapping[str, Dim]) -> str:
    rows, columns = parameter.split()
    if rows == columns:
        return "a square matrix"
    try:
        return f"shape {show_shape((_size(rows, bound), _size(columns, bound)))}"
    except KeyError:
        return "a column" if columns == "1" else f"shape {rows} x {columns}"


def _size(text: str, bound: Mapping[str, Dim]) -> Dim:
    """Read a size of a signature: `1`, `n`, `m*n`, `n+p`, `n*(n+1)/2`."""
    if text == "n*(n+1)/2":
        return bound["n"] * (bound["n"] + ONE) / 2
    if "+" in text:
        left, right = text.split("+")
        return _size(left, bound) + _size(right, bound)
    if "*" in text:
        left, right = text.split("*")
        return _size(left, bound) * _size(right, bound)
    return Dim.of(int(text)) if text.isdigit() else bound[text]


def size_argument(tree: Tree, scope: Scope, call: int | None = None) -> Dim:
    """Read an argument that is a size: a positive whole number, a size name, + - *.

    `call` is where the call begins: one that asks for too much is shown whole.
    """
    dim = _polynomial(tree, scope.sizes, scope, "a dimension")
    if dim.constant is not None:
        if dim.constant < 1:
            raise Fault(tree.start, f"a dimension is positive, and this is {dim}")
        if dim.constant > 4096:
            raise Fault(
                tree.start if call is None else call,
                f"dimension {dim} is over the limit: 1..4096 are allowed",
            )
    return dim


def integer_argument(tree: Tree, scope: Scope) -> Dim:
    """Read a whole exponent or degree: a literal, an `integer` name, + - *."""
    integers = frozenset(
        name
        for name, declared in scope.types.items()
        if isinstance(declared, Type) and declared.kind in ("integer", "index")
    )
    dim = _polynomial(tree, integers | scope.sizes, scope, "an exponent or a degree")
    if dim.constant is not None and abs(dim.constant) > LARGEST_POWER:
        raise Fault(
            tree.start, f"{dim} is over the limit: at most {LARGEST_POWER} is allowed"
        )
    return dim


def _polynomial(
    tree: Tree, names: frozenset[str], scope: Scope, noun: str
) -> Dim:
    match tree:
        case Number() if tree.value.denominator == 1:
            return Dim.of(int(tree.value))
        case Name() if tree.name in names:
            return Dim.of(tree.name)
        case Name() if tree.name in scope.lets:
            return _polynomial(scope.lets[tree.name], names, scope, noun)
        case Call() if tree.name in ("add", "sub", "mul", "neg"):
            parts = [_polynomial(arg, names, scope, noun) for arg in tree.args]
            match tree.name:
                case "add":
                    return parts[0] + parts[1]
                case "sub":
                    return parts[0] - parts[1]
                case "mul":
                    return parts[0] * parts[1]
            return Dim.of(0) - parts[0]
        case Call() if tree.name == "pow" and isinstance(tree.args[1], Number):
            if tree.args[1].value in (1, 2, 3):
                base = _polynomial(tree.args[0], names, scope, noun)
                return base ** int(tree.args[1].value)
        case Call() if tree.name == "div" and isinstance(tree.args[1], Number):
            by = tree.args[1].value
            if by.denominator == 1 and by > 0:
                return _polynomial(tree.args[0], names, scope, noun) / int(by)
    known = ", ".join(sorted(names)) or "none is declared here"
    raise Fault(
        tree.start,
        f"{noun} must be a whole number, a name that stands for one ({known}), "
        "or `+ - *` of these",
    )


def _index_argument(tree: Call, arg: Tree, size: Dim, scope: Scope) -> Term:
    term = infer(arg, scope)
    k = _literal(term)
    high = size.constant
    text = f"{'?' if k is None else k}"
    if k is not None and (
        k.denominator != 1 or k < 1 or (high is not None and k > high)
    ):
        raise Fault(
            tree.start,
            f"unit({text}, {size}) has no such entry: the index must lie in 1..{size}",
        )
    if k is not None and high is None:
        # unit(3, n) asks for n >= 3: the sizes drawn respect it.
        return term
    if k is None and not (
        term.op == "variable"
        and isinstance(declared := scope.types.get(term.name), Type)
        and declared.kind == "index"
    ) and term.op != "size":
        raise Fault(
            arg.start,
            "the first argument of unit must be a whole number or a name of type "
            f"`index({size})`",
        )
    if term.op == "variable":
        declared = scope.types[term.name]
        assert isinstance(declared, Type)
        if declared.dims[0] != size:
            raise Fault(
                arg.start,
                f"`{term.name}` counts 1..{declared.dims[0]}, and unit needs an index "
                f"of 1..{size}",
            )
    return term


def _fit_arguments(
    tree: Call | Derived, name: str, declared: FunctionType, args: tuple[Term, ...]
) -> None:
    if len(args) != len(declared.arguments):
        raise Fault(
            tree.start,
            f"{name} takes {len(declared.arguments)} "
            f"argument{'s' if len(declared.arguments) != 1 else ''}, not {len(args)}",
            f"it is declared as {name}: {declared}",
        )
    for position, (arg, wanted, node) in enumerate(
        zip(args, declared.arguments, tree.args, strict=True), start=1
    ):
        if arg.shape != wanted.shape:
            raise Fault(
                node.start,
                f"dimension mismatch: argument {position} of {name} must be "
                f"{show_shape(wanted.shape)}, and this is {show_shape(arg.shape)}",
                f"it is declared as {name}: {declared}",
            )


def _derived(tree: Derived, scope: Scope) -> Term:
    kind, name = tree.kind, tree.symbol
    declared = scope.types.get(name)
    if not isinstance(declared, FunctionType):
        if name in ELEMENTARY and name not in scope.types:
            scalar = Type("scalar", ())
            declared = FunctionType((scalar,), scalar)
        else:
            raise Fault(
                tree.start,
                f"{kind} takes a declared function, and `{name}` is not one",
                "declare it in `where`, for instance `f: vector(n) -> scalar`, and "
                f"write `{kind}(f)(x)`",
            )
    if not scope.calculus:
        raise Fault(
            tree.start,
            f"{kind} of a declared function stands only in claims, values, limits and "
            "expansions, not in a `function`",
            "JAX differentiates the function; write the derivative in the claim",
        )
    args = tuple(infer(arg, scope) for arg in tree.args)
    _fit_arguments(tree, name, declared, args)
    dims: tuple[Dim, ...] = ()
    if kind == "hessian":
        if len(args) != 1 or declared.result.shape != SCALAR:
            raise Fault(
                tree.start,
                f"hessian takes a declared scalar function of one argument, and "
                f"`{name}` is {declared}",
            )
        size = args[0].shape[0] * args[0].shape[1]
        shape = (size, size)
    elif kind == "taylor":
        if len(args) != 1 or {declared.result.shape, args[0].shape} != {SCALAR}:
            raise Fault(
                tree.start,
                f"taylor takes a declared scalar function of a scalar, and `{name}` is "
                f"{declared}",
            )
        assert tree.center is not None and tree.order is not None
        center = infer(tree.center, scope)
        if center.shape != SCALAR:
            raise Fault(tree.center.start, "the centre of taylor must be a scalar")
        dims, args, shape = (_degree(tree.order, scope),), (center, *args), SCALAR
    else:
        shape = _jacobian_shape(tree, declared, args, scope.layout)
    return Term(
        "derived",
        shape,
        args,
        name=name,
        dims=dims,
        kind=kind,
        positions=tree.positions,
        layout=scope.layout,
    )


def _degree(tree: Tree, scope: Scope) -> Dim:
    degree = integer_argument(tree, scope)
    if degree.constant is not None and degree.constant < 0:
        raise Fault(tree.start, "the degree of taylor must be 0 or more")
    return degree


def _jacobian_shape(
    tree: Derived, declared: FunctionType, args: tuple[Term, ...], layout: Layout
) -> Shape:
    for position in tree.positions:
        if not 1 <= position <= len(args):
            raise Fault(
                tree.start,
                f"D({tree.symbol}, {position}) asks for argument {position}, and "
                f"{tree.symbol} takes {len(args)}",
            )
    if len(tree.positions) > 1:
        used = {args[p - 1].shape for p in tree.positions} | {declared.result.shape}
        if used != {SCALAR}:
            raise Fault(
                tree.start,
                "D of D is for a declared function of scalars with a scalar value, and "
                f"`{tree.symbol}` is {declared}",
                f"for second derivatives write `hessian({tree.symbol})(x)`",
            )
        return SCALAR
    x = declared.arguments[tree.positions[0] - 1]
    return arranged_shape(declared.result.shape, x.shape, layout, is_scalar(x))


def is_scalar(declared: Type) -> bool:
    """Whether a type is a scalar by declaration: a `vector(n)` stays one at n = 1."""
    return declared.shape == SCALAR and declared.kind != "vector"


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:37] + "..."


def _near(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name[:40], known, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""
