"""D, hessian and taylor: which functions they take, and the shapes they have."""

from __future__ import annotations

from ..reading.problem import Fault
from .arguments import fit_arguments, integer_argument
from .declaration import FunctionType, Type
from .dimension import Dim
from .layout import Layout, arranged_shape
from .primitives import ELEMENTARY
from .term import SCALAR, Scope, Shape, Term, is_scalar
from .tree import Derived, Tree


def derived(
    tree: Derived, args: tuple[Term, ...], center: Term | None, scope: Scope
) -> Term:
    """Return the term of a derivative or a Taylor polynomial of a function symbol."""
    declared = _function(tree, scope)
    fit_arguments(tree, tree.symbol, declared, args)
    dims: tuple[Dim, ...] = ()
    match tree.kind:
        case "hessian":
            shape = _hessian_shape(tree, declared, args)
        case "taylor":
            assert tree.center is not None and tree.order is not None
            assert center is not None
            _check_taylor(tree, declared, args, center)
            dims, args, shape = (_degree(tree.order, scope),), (center, *args), SCALAR
        case _:
            shape = _jacobian_shape(tree, declared, args, scope.layout)
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
    if not scope.calculus:
        raise Fault(
            tree.start,
            f"{kind} of a declared function stands only in claims, values, limits and "
            "expansions, not in a `function`",
            "JAX differentiates the function; write the derivative in the claim",
            kind="calculus",
        )
    return declared


def _hessian_shape(
    tree: Derived, declared: FunctionType, args: tuple[Term, ...]
) -> Shape:
    if len(args) != 1 or declared.result.shape != SCALAR:
        raise Fault(
            tree.start,
            f"hessian takes a declared scalar function of one argument, and "
            f"`{tree.symbol}` is {declared}",
            kind="calculus",
        )
    size = args[0].shape[0] * args[0].shape[1]
    return size, size


def _check_taylor(
    tree: Derived, declared: FunctionType, args: tuple[Term, ...], center: Term
) -> None:
    if len(args) != 1 or {declared.result.shape, args[0].shape} != {SCALAR}:
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


def _jacobian_shape(
    tree: Derived, declared: FunctionType, args: tuple[Term, ...], layout: Layout
) -> Shape:
    for position in tree.positions:
        if not 1 <= position <= len(args):
            raise Fault(
                tree.start,
                f"D({tree.symbol}, {position}) asks for argument {position}, and "
                f"{tree.symbol} takes {len(args)}",
                kind="calculus",
            )
    first, *more = tree.positions
    if more:
        used = {args[p - 1].shape for p in tree.positions} | {declared.result.shape}
        if used != {SCALAR}:
            raise Fault(
                tree.start,
                "D of D is for a declared function of scalars with a scalar value, and "
                f"`{tree.symbol}` is {declared}",
                f"for second derivatives write `hessian({tree.symbol})(x)`",
                kind="calculus",
            )
        return SCALAR
    x = declared.arguments[first - 1]
    return arranged_shape(declared.result.shape, x.shape, layout, is_scalar(x))
