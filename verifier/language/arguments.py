"""Arguments that are sizes, whole numbers or indices, and those of function symbols."""

from __future__ import annotations

from ..reading.bounds import MADE_DIMENSION, POWER
from ..reading.problem import Fault
from .declaration import FunctionType, Type, of_scalars
from .dimension import LARGEST_DEGREE, Dim, bounded, raised
from .term import SCALAR, Scope, Shape, Term, literal, show_shape
from .tree import Call, Derived, Name, Number, Tree

LARGEST_POWER = POWER.value
"""The largest whole exponent, up or down."""


def size_argument(tree: Tree, scope: Scope, call: int | None = None) -> Dim:
    """Read an argument that is a size: a positive whole number, a size name, + - *.

    `call` is where the call begins: one that asks for too much is shown whole.
    """
    dim = _polynomial(tree, scope.sizes, scope, "a dimension")
    if dim.constant is not None:
        if dim.constant < 1:
            raise Fault(
                tree.start,
                f"a dimension is positive, and this is {dim}",
                kind="arguments",
            )
        if dim.constant > MADE_DIMENSION.value:
            raise Fault(
                tree.start if call is None else call,
                MADE_DIMENSION.said(found=dim),
                kind="limit",
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
            tree.start,
            POWER.said(found=dim),
            kind="limit",
        )
    return dim


def _polynomial(tree: Tree, names: frozenset[str], scope: Scope, noun: str) -> Dim:
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
                    return bounded(parts[0] + parts[1], tree.start)
                case "sub":
                    return bounded(parts[0] - parts[1], tree.start)
                case "mul":
                    return bounded(parts[0] * parts[1], tree.start)
            return -parts[0]
        case Call() if tree.name == "pow" and isinstance(tree.args[1], Number):
            if tree.args[1].value in range(1, LARGEST_DEGREE + 1):
                base = _polynomial(tree.args[0], names, scope, noun)
                return raised(base, int(tree.args[1].value), tree.start)
        case Call() if tree.name == "div" and isinstance(tree.args[1], Number):
            by = tree.args[1].value
            if by.denominator == 1 and by > 0:
                return _polynomial(tree.args[0], names, scope, noun) / int(by)
    known = ", ".join(sorted(names)) or "none is declared here"
    hint = ""
    if isinstance(tree, Name) and tree.name not in scope.types:
        hint = f"a size gets its name in a type, such as `x: vector({tree.name})`"
    raise Fault(
        tree.start,
        f"{noun} must be a whole number, a name that stands for one ({known}), "
        "or `+ - *` of these",
        hint,
        kind="arguments",
    )


def check_index(tree: Call, arg: Tree, term: Term, size: Dim, scope: Scope) -> None:
    """Check the first argument of `unit`: a whole number of 1..n, or an `index(n)`."""
    k = literal(term)
    high = size.constant
    text = f"{'?' if k is None else k}"
    if k is not None and (
        k.denominator != 1 or k < 1 or (high is not None and k > high)
    ):
        raise Fault(
            tree.start,
            f"unit({text}, {size}) has no such entry: the index must lie in 1..{size}",
            kind="arguments",
        )
    if k is not None and high is None:
        return  # unit(3, n) asks for n >= 3: the sizes drawn respect it
    if (
        k is None
        and not (
            term.op == "variable"
            and isinstance(declared := scope.types.get(term.name), Type)
            and declared.kind == "index"
        )
        and term.op != "size"
    ):
        raise Fault(
            arg.start,
            "the first argument of unit must be a whole number or a name of type "
            f"`index({size})`",
            kind="arguments",
        )
    if term.op == "variable":
        declared = scope.types[term.name]
        assert isinstance(declared, Type)
        if declared.dims[0] != size:
            raise Fault(
                arg.start,
                f"`{term.name}` counts 1..{declared.dims[0]}, and unit needs an index "
                f"of 1..{size}",
                kind="arguments",
            )


def applied_shape(
    tree: Call | Derived, name: str, declared: FunctionType, args: tuple[Term, ...]
) -> Shape:
    """Fit the arguments of a function; return the shape of what it is applied to.

    That is 1 x 1, but for a function of scalars with a scalar value: it takes vectors
    and matrices entry by entry, and a scalar beside them spreads.
    """
    if len(args) != len(declared.arguments):
        raise Fault(
            tree.start,
            f"{name} takes {len(declared.arguments)} "
            f"argument{'s' if len(declared.arguments) != 1 else ''}, not {len(args)}",
            f"it is declared as {name}: {declared}",
            kind="arguments",
        )
    if of_scalars(declared) and declared.result.kind == "scalar":
        return _entries(tree, name, declared, args)
    for position, (arg, wanted, node) in enumerate(
        zip(args, declared.arguments, tree.args, strict=True), start=1
    ):
        if arg.shape != wanted.shape:
            raise Fault(
                node.start,
                f"dimension mismatch: argument {position} of {name} must be "
                f"{show_shape(wanted.shape)}, and this is {show_shape(arg.shape)}",
                f"it is declared as {name}: {declared}",
                kind="dimension-mismatch",
            )
    return SCALAR


def _entries(
    tree: Call | Derived, name: str, declared: FunctionType, args: tuple[Term, ...]
) -> Shape:
    """Return the one shape of all arguments that are no scalars."""
    shape = SCALAR
    for arg, node in zip(args, tree.args, strict=True):
        if SCALAR not in (arg.shape, shape) and arg.shape != shape:
            raise Fault(
                node.start,
                f"dimension mismatch: {name} acts entry by entry and needs equal "
                f"shapes or a scalar, and these are {show_shape(shape)} and "
                f"{show_shape(arg.shape)}",
                f"it is declared as {name}: {declared}",
                kind="dimension-mismatch",
            )
        shape = arg.shape if shape == SCALAR else shape
    return shape
