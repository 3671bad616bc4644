"""D, hessian and taylor: which functions they take, and the shapes they have."""

from __future__ import annotations

from ..reading.problem import Fault
from .arguments import applied_shape, integer_argument
from .declaration import FunctionType, Type, of_scalars
from .dimension import Dim
from .layout import Layout, arranged_shape
from .primitives import ELEMENTARY
from .term import SCALAR, Scope, Shape, Term, is_scalar, show_shape
from .tree import Derived, Tree


def derived(
    tree: Derived, args: tuple[Term, ...], center: Term | None, scope: Scope
) -> Term:
    """Return the term of a derivative or a Taylor polynomial of a function symbol."""
    declared = _function(tree, scope)
    entries = applied_shape(tree, tree.symbol, declared, args)
    dims: tuple[Dim, ...] = ()
    match tree.kind:
        case "hessian":
            shape = _hessian_shape(tree, declared, entries)
        case "taylor":
            assert tree.center is not None and tree.order is not None
            assert center is not None
            _check_taylor(tree, declared, center)
            dims, args, shape = (_degree(tree.order, scope),), (center, *args), entries
        case _:
            shape = _derivative_shape(tree, declared, entries, scope.layout)
    return Term(
        "derived",
        shape,
        args,
        name=tree.symbol,
        dims=dims,
        kind=tree.kind,
        positions=tree.positions,
        layout=scope.layout,
    )


def _function(tree: Derived, scope: Scope) -> FunctionType:
    """Return the type of the function: a declared one, or an elementary one's."""
    kind, name = tree.kind, tree.symbol
    declared = scope.types.get(name)
    if not isinstance(declared, FunctionType):
        if name not in ELEMENTARY or name in scope.types:
            raise Fault(
                tree.start,
                f"{kind} takes a declared function, and `{name}` is not one",
                "declare it in `where`, for instance `f: vector(n) -> scalar`, and "
                f"write `{kind}(f)(x)`",
                kind="calculus",
            )
        scalar = Type("scalar", ())
        declared = FunctionType((scalar,), scalar)
    return declared


def _hessian_shape(tree: Derived, declared: FunctionType, entries: Shape) -> Shape:
    """Return the shape of the Hessians of the entries, one above the other."""
    if len(declared.arguments) != 1:
        raise Fault(
            tree.start,
            f"hessian takes a declared function of one argument, and `{tree.symbol}` "
            f"is {declared}",
            f"for second derivatives write `D(D({tree.symbol}, 1), 2)(x, y)`",
            kind="calculus",
        )
    if entries != SCALAR:
        raise Fault(
            tree.start,
            f"`{tree.symbol}` is applied to the entries of {show_shape(entries)}, and "
            "a hessian is that of one value",
            f"entry by entry the second derivative is `D(D({tree.symbol}))(x)`",
            kind="calculus",
        )
    x, y = declared.arguments[0].shape, declared.result.shape
    return y[0] * y[1] * x[0] * x[1], x[0] * x[1]


def _check_taylor(tree: Derived, declared: FunctionType, center: Term) -> None:
    if len(declared.arguments) != 1 or not (
        of_scalars(declared) and declared.result.shape == SCALAR
    ):
        raise Fault(
            tree.start,
            f"taylor takes a declared scalar function of a scalar, and "
            f"`{tree.symbol}` is {declared}",
            kind="calculus",
        )
    if center.shape != SCALAR:
        assert tree.center is not None
        raise Fault(
            tree.center.start, "the centre of taylor must be a scalar", kind="calculus"
        )


def _degree(tree: Tree, scope: Scope) -> Dim:
    degree = integer_argument(tree, scope)
    if degree.constant is not None and degree.constant < 0:
        raise Fault(
            tree.start, "the degree of taylor must be 0 or more", kind="calculus"
        )
    return degree


def _derivative_shape(
    tree: Derived, declared: FunctionType, entries: Shape, layout: Layout
) -> Shape:
    """Return the shape of D, or of D of D, which is arranged like a derivative of D.

    What is a second derivative is arranged in numerator layout, and transposed as a
    whole in another.
    """
    for position in tree.positions:
        if not 1 <= position <= len(declared.arguments):
            raise Fault(
                tree.start,
                f"D({tree.symbol}, {position}) asks for argument {position}, and "
                f"{tree.symbol} takes {len(declared.arguments)}",
                kind="calculus",
            )
    if entries != SCALAR:
        return entries
    first, *more = (declared.arguments[p - 1] for p in tree.positions)
    shape: Shape = declared.result.shape
    if not more:
        return arranged_shape(shape, first.shape, layout, is_scalar(first))
    _check_second(tree, declared)
    for x in (first, *more):
        shape = arranged_shape(shape, x.shape, Layout.NUMERATOR, is_scalar(x))
    is_row = is_scalar(first) != is_scalar(more[0])
    rows, columns = shape
    return (columns, rows) if layout.turns_second(is_row) else (rows, columns)


def _check_second(tree: Derived, declared: FunctionType) -> None:
    """Refuse second and higher derivatives that have no rows and columns by custom."""
    used = [declared.arguments[p - 1] for p in tree.positions]
    if of_scalars(declared):
        return
    several = len(declared.arguments) > 1
    if len(used) > 2:
        hint = "higher derivatives are there for functions of scalars"
    elif declared.result.shape != SCALAR:
        hint = f"write `hessian({tree.symbol})(x)`, the Hessians of its entries"
        hint = "differentiate one entry of it" if several else hint
    elif any(x.kind == "matrix" for x in used):
        hint = f"write `hessian({tree.symbol})(X)`, over vec(X)"
        hint = "declare the matrix as a vector, `vec(X)`" if several else hint
    else:
        return
    raise Fault(
        tree.start,
        f"D of D is for functions of scalars, or from vectors to a scalar, and "
        f"`{tree.symbol}` is {declared}",
        hint,
        kind="calculus",
    )
