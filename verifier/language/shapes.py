"""Symbolic shapes: a parsed tree becomes terms that know their rows and columns.

A record whose shapes do not fit never reaches a device; the message shows both shapes
and where they come from. Terms that stand for the same abbreviation are one object, so
an evaluator that remembers terms by identity computes each once.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from ..reading.problem import Fault
from .arguments import (
    LARGEST_POWER,
    applied_shape,
    check_index,
    integer_argument,
    size_argument,
)
from .calculus import derived
from .declaration import FunctionType
from .dimension import Dim
from .primitives import CALCULUS, CONSTANTS, FUNCTIONS, PRIMITIVES, Row
from .symmetry import is_unsymmetric
from .synonyms import function_meant, name_meant
from .term import ONE, SCALAR, Scope, Term, literal, origins, show_shape
from .tree import Call, Derived, Name, Number, Tree


def infer(tree: Tree, scope: Scope) -> Term:
    """Give every node its shape, or raise a Fault that shows what does not fit."""
    known = scope.seen.get(id(tree))
    if known is None:
        # The tree is kept, so that no other takes its identity.
        known = scope.seen[id(tree)] = tree, _infer(tree, scope)
    return known[1]


def _infer(tree: Tree, scope: Scope) -> Term:
    match tree:
        case Number():
            return Term("number", SCALAR, value=tree.value)
        case Name():
            return _name(tree, scope)
        case Derived():
            args = tuple(infer(arg, scope) for arg in tree.args)
            center = None if tree.center is None else infer(tree.center, scope)
            return derived(tree, args, center, scope)
        case Call():
            return _call(tree, scope)
    raise Fault(
        tree.start, "a tuple stands only as the claim of a `shape`", kind="not-allowed"
    )


def _name(tree: Name, scope: Scope) -> Term:
    name = tree.name
    if name in scope.lets:
        if name not in scope.inferred:
            try:
                scope.inferred[name] = infer(scope.lets[name], scope)
            except Fault as fault:  # its offsets belong to the text of the `let`
                message = f"in the abbreviation `{name}`: {fault.text}"
                raise Fault(
                    tree.start, message, fault.hint, fault.detail, kind=fault.kind
                ) from None
        return scope.inferred[name]
    declared = scope.extra.get(name) or scope.types.get(name)
    if isinstance(declared, FunctionType):
        raise Fault(
            tree.start,
            f"`{name}` is a function and stands here without its argument",
            f"write `{name}({', '.join('xyz'[: len(declared.arguments)])})`",
            kind="arguments",
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
            kind="arguments",
        )
    meant = name_meant(name)
    raise Fault(
        tree.start,
        f"'{_short(name)}' is not declared",
        (f"write `{meant}`, or declare it in `where`" if meant else _near(name, known))
        or f"declare it in `where`, for instance `{_short(name)}: vector(n)`",
        kind="unknown-name",
    )


def _call(tree: Call, scope: Scope) -> Term:
    declared = scope.types.get(tree.name)
    if isinstance(declared, FunctionType):
        args = tuple(infer(arg, scope) for arg in tree.args)
        entries = applied_shape(tree, tree.name, declared, args)
        shape = declared.result.shape if entries == SCALAR else entries
        return Term("apply", shape, args, name=tree.name)
    row = PRIMITIVES.get(tree.name)
    if row is None or (row.symbol and tree.name in scope.types):
        raise _unknown_function(tree, scope)
    if row.signature == "elementwise":
        return _elementwise(tree, row, scope)
    if tree.name == "matmul":
        _counted(tree, row)
        return _matmul(tree, scope)
    return _primitive(tree, row, scope)


def _unknown_function(tree: Call, scope: Scope) -> Fault:
    name = tree.name
    if name in CONSTANTS or name in {*scope.types, *scope.lets, *scope.extra}:
        return Fault(
            tree.start,
            f"`{name}` is not a function, so `{name}(...)` means nothing",
            "write `*` or `@` for a product",
            kind="unknown-name",
        )
    known = [*FUNCTIONS, *CALCULUS]
    known += [n for n, t in scope.types.items() if isinstance(t, FunctionType)]
    also = function_meant(name)
    hint = _near(name, known) if also is None else also and f"write `{also}`"
    return Fault(
        tree.start,
        f"unknown function '{_short(name)}'",
        hint or "declare it in `where`; `nabla explain functions` lists all there are",
        kind="unknown-name",
    )


def _elementwise(tree: Call, row: Row, scope: Scope) -> Term:
    if len(tree.args) != 2:
        raise Fault(
            tree.start,
            f"{row.name} takes 2 arguments, not {len(tree.args)}",
            kind="arguments",
        )
    left, right = (infer(arg, scope) for arg in tree.args)
    if left.shape != right.shape and SCALAR not in (left.shape, right.shape):
        sign = row.symbol or row.name
        hint = ""
        if left.shape == right.shape[::-1]:
            hint = "one side is the transpose of the other's shape; put `.T` behind one"
        elif sign == "*" and left.shape[1] == right.shape[0]:
            hint = "`*` multiplies entry by entry; the matrix product is written `@`"
        raise Fault(
            tree.start,
            f"dimension mismatch: `{sign}` needs equal shapes or a scalar",
            hint,
            _both(left, right, scope),
            tree.mark,
            kind="dimension-mismatch",
        )
    shape = right.shape if left.shape == SCALAR else left.shape
    if row.name == "pow" and right.op in ("number", "neg"):
        k = literal(right)
        if k is not None and k.denominator == 1 and abs(k) <= LARGEST_POWER:
            # A whole exponent stays static: x**2 has a derivative at 0, x**2.0 not.
            return Term("pow", shape, (left,), value=k)
    return Term(row.name, shape, (left, right))


def _fits_from_the_right(left: Tree, right: Tree, scope: Scope) -> bool:
    """Whether `a * b @ c`, which is `(a * b) @ c`, has a shape as `a * (b @ c)`."""
    if not (isinstance(left, Call) and left.name == "mul"):
        return False
    product = Call("matmul", (left.args[1], right))
    try:
        infer(Call("mul", (left.args[0], product)), scope)
    except Fault:
        return False
    return True


def _matmul(tree: Call, scope: Scope) -> Term:
    first, second = tree.args
    try:
        left = infer(first, scope)
    except Fault as fault:
        # Only where it failed: not again at each level of what it stands in.
        here = fault.mark == first.mark
        if here and _fits_from_the_right(first, second, scope):
            fault.hint = (
                "`*` and `@` bind alike, from the left: put brackets round the product "
                "with `@`"
            )
        raise
    right = infer(second, scope)
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
        kind="dimension-mismatch",
    )


def _both(left: Term, right: Term, scope: Scope, more: str = "") -> tuple[str, ...]:
    found = origins((*left.shape, *right.shape), scope)
    where = f"    ({found})" if found else ""
    text = f"left is {show_shape(left.shape)}, right is {show_shape(right.shape)}"
    return (text + more + where,)


def _counted(tree: Call, row: Row) -> None:
    """Refuse more arguments than a function has, and fewer."""
    wanted = len(row.parameters)
    if len(tree.args) != wanted:
        plural = "s" if wanted != 1 else ""
        raise Fault(
            tree.start,
            f"{row.name} takes {wanted} argument{plural}, not {len(tree.args)}",
            f"{row.name}: {row.help}",
            kind="arguments",
        )


def _primitive(tree: Call, row: Row, scope: Scope) -> Term:
    wanted = row.parameters
    _counted(tree, row)
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
            term = infer(arg, scope)
            check_index(tree, arg, term, sizes[0], scope)
            args.append(term)
            continue
        term = infer(arg, scope)
        _unify(tree, arg, row, parameter, term, bound, scope)
        args.append(term)
    if row.symmetric and is_unsymmetric(args[0], scope.types):
        raise _unsymmetric(tree, row, args[0])
    result = row.signature.split("->")[1].split()
    shape = (signature_size(result[0], bound), signature_size(result[1], bound))
    return Term(row.name, shape, tuple(args), dims=tuple(sizes))


def _unsymmetric(tree: Call, row: Row, term: Term) -> Fault:
    (arg,) = tree.args
    hint = "write a product such as `X @ X.T + eye(n)`"
    if term.op == "variable":
        hint = f"declare `{term.name}: positive_definite({term.shape[0]})`, or {hint}"
    return Fault(
        arg.start,
        f"{row.name} needs a symmetric matrix, and this one is not its own transpose",
        hint,
        kind="arguments",
    )


def _unify(
    tree: Call,
    arg: Tree,
    row: Row,
    parameter: str,
    term: Term,
    bound: dict[str, Dim],
    scope: Scope,
) -> None:
    """Bind the parameter's letters to the argument's sizes, or say what is wrong."""
    for letters, actual in zip(parameter.split(), term.shape, strict=True):
        if len(letters) == 1 and letters.isalpha() and letters not in bound:
            bound[letters] = actual
        elif signature_size(letters, bound) != actual:
            found = origins(term.shape, scope)
            raise Fault(
                arg.start,
                f"dimension mismatch: {row.name} needs {_needs(parameter, bound)}, "
                f"and this argument is {show_shape(term.shape)}",
                f"{row.name}: {row.help}",
                (found,) if found else (),
                tree.mark,
                kind="dimension-mismatch",
            )


def _needs(parameter: str, bound: Mapping[str, Dim]) -> str:
    rows, columns = parameter.split()
    if rows == columns:
        return "a square matrix"
    if columns == "1" and rows.isalpha():
        return "a column"
    if columns not in bound and columns.isalpha():
        return f"{signature_size(rows, bound)} rows"
    if rows not in bound and rows.isalpha():
        return f"{signature_size(columns, bound)} columns"
    needed = signature_size(rows, bound), signature_size(columns, bound)
    return f"shape {show_shape(needed)}"


def signature_size(text: str, bound: Mapping[str, Dim]) -> Dim:
    """Read a size of a signature: `1`, `n`, `m*n`, `n+p`, `n*(n+1)/2`."""
    if text == "n*(n+1)/2":
        return bound["n"] * (bound["n"] + ONE) / 2
    if "+" in text:
        left, right = text.split("+")
        return signature_size(left, bound) + signature_size(right, bound)
    if "*" in text:
        left, right = text.split("*")
        return signature_size(left, bound) * signature_size(right, bound)
    return Dim.of(int(text)) if text.isdigit() else bound[text]


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:37] + "..."


def _near(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name[:40], known, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""
