"""D, hessian and taylor of function symbols and elementary functions, as they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from ..language.arrays import Array
from ..language.dimension import Dim
from ..language.layout import Layout, arrange, kind_of_pair
from ..language.term import Term, is_scalar
from .series import coefficients
from .symbols import Symbol, shape_of

Size = Callable[[Dim], int]


def derived(
    xp: Any,
    term: Term,
    symbol: Symbol | str,
    args: Sequence[Array],
    degree: int,
    size: Size,
) -> Array:
    """Return D, hessian or taylor of a symbol, or of an elementary function's name."""
    if isinstance(symbol, str):
        return _elementary(xp, term, symbol, args, degree)
    match term.kind:
        case "taylor":
            return _taylor(xp, symbol, args, degree)
        case "hessian":
            return _hessian(xp, symbol, args, size)
    if symbol.of_scalars:
        return _by_scalars(xp, term, symbol, args, size)
    position = term.positions[0]
    x = symbol.declared.arguments[position - 1]
    (m, n), (p, q) = (shape_of(s.shape, size) for s in (symbol.declared.result, x))
    J = stack_columns(symbol.slope(xp, args, position), (m, n), (p, q))
    rule = kind_of_pair(symbol.declared.result.shape, is_scalar(x))
    return arrange(J, (m, n), (p, q), term.layout or Layout.NUMERATOR, rule)


def stack_columns(J: Array, y: tuple[int, int], x: tuple[int, int]) -> Array:
    """Reorder a Jacobian of entries taken row by row to stacked columns."""
    return J[..., _stacked(*y), :][..., :, _stacked(*x)]


def _stacked(m: int, n: int) -> list[int]:
    """Return where the entries of stacked columns stand row by row."""
    return [i * n + j for j in range(n) for i in range(m)]


def _by_scalars(
    xp: Any, term: Term, symbol: Symbol, args: Sequence[Array], size: Size
) -> Array:
    """Return a derivative by scalars: it has the shape of f, or of its argument."""
    y = symbol.by_scalars(xp, args, term.positions)
    lanes = y.shape[:-2]
    if is_scalar(symbol.declared.result):
        return y.reshape(*lanes, *shape_of(term.shape, size))
    y = y.reshape(*lanes, *shape_of(symbol.declared.result.shape, size))
    return y if term.layout is not Layout.DENOMINATOR else xp.swapaxes(y, -1, -2)


def _hessian(xp: Any, symbol: Symbol, args: Sequence[Array], size: Size) -> Array:
    """Return second derivatives over vec(x)."""
    columns = _stacked(*shape_of(symbol.declared.arguments[0].shape, size))
    return symbol.bend(xp, args, 1, 1)[..., columns, :][..., :, columns]


def _taylor(xp: Any, symbol: Symbol, args: Sequence[Array], degree: int) -> Array:
    a, x = args
    total, power = 0 * (a + x), 1 + 0 * (x - a)
    for k in range(degree + 1):
        total = total + symbol.by_scalars(xp, [a], (1,) * k) * power
        power = power * (x - a) / (k + 1)
    return total


def _elementary(
    xp: Any, term: Term, name: str, args: Sequence[Array], degree: int
) -> Array:
    if term.kind == "taylor":
        a, x = args
        total, power = 0 * (a + x), 1 + 0 * (x - a)
        for c in coefficients(xp, name, a, degree) if degree >= 0 else ():
            total = total + c * power
            power = power * (x - a)
        return total
    order = 2 if term.kind == "hessian" else len(term.positions)
    c = coefficients(xp, name, args[0], order)[order]
    return reduce(lambda y, k: y * k, range(2, order + 1), c)
