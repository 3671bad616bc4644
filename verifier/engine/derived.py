"""D, hessian and taylor of function symbols and elementary functions, as they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..language.arrays import Array
from ..language.declaration import of_scalars
from ..language.dimension import Dim
from ..language.layout import Layout, arrange, kind_of_pair
from ..language.term import SCALAR, Term, is_scalar
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
        case "hessian" if not _of_numbers(symbol):
            return _hessian(xp, symbol, args, size)
    positions = (1, 1) if term.kind == "hessian" else term.positions
    if of_scalars(symbol.declared):
        return _by_scalars(xp, term, symbol, args, size, positions)
    position, *more = positions
    if more:
        return _second(xp, term, symbol, args, size)
    x = symbol.declared.arguments[position - 1]
    (m, n), (p, q) = (shape_of(s.shape, size) for s in (symbol.declared.result, x))
    J = stack_columns(symbol.slope(xp, args, position), (m, n), (p, q))
    rule = _pair(symbol.declared.result, x)
    return arrange(J, (m, n), (p, q), term.layout or Layout.NUMERATOR, rule)


def _pair(y: Any, x: Any) -> str:
    """Name the row of the layouts by what is declared, whatever the sizes are."""
    single = is_scalar(y) or y.shape == SCALAR
    return kind_of_pair(SCALAR if single else ("m", "n"), is_scalar(x))


def _of_numbers(symbol: Symbol) -> bool:
    """Whether it is a function of numbers, and its Hessian the second derivative."""
    return of_scalars(symbol.declared) and is_scalar(symbol.declared.result)


def stack_columns(J: Array, y: tuple[int, int], x: tuple[int, int]) -> Array:
    """Reorder a Jacobian of entries taken row by row to stacked columns."""
    return J[..., _stacked(*y), :][..., :, _stacked(*x)]


def _stacked(m: int, n: int) -> Array:
    """Return where the entries of stacked columns stand row by row."""
    return np.arange(m * n).reshape(m, n).T.ravel()


def _second(
    xp: Any, term: Term, symbol: Symbol, args: Sequence[Array], size: Size
) -> Array:
    """Return the derivative of D(f, i), which is a row or a scalar, by argument j."""
    first, second = (symbol.declared.arguments[p - 1] for p in term.positions)
    one = Dim.of(1)
    row = (one, first.shape[0])
    (m, n), (p, q) = (1, size(first.shape[0])), shape_of(second.shape, size)
    H = symbol.bend(xp, args, *term.positions)
    rule = kind_of_pair((one, one) if is_scalar(first) else row, is_scalar(second))
    H = arrange(H, (m, n), (p, q), Layout.NUMERATOR, rule)
    is_row = is_scalar(first) != is_scalar(second)
    turns = (term.layout or Layout.NUMERATOR).turns_second(is_row)
    return xp.swapaxes(H, -1, -2) if turns else H


def _by_scalars(
    xp: Any,
    term: Term,
    symbol: Symbol,
    args: Sequence[Array],
    size: Size,
    positions: Sequence[int],
) -> Array:
    """Return a derivative by scalars: it has the shape of f, or of its argument."""
    y = symbol.by_scalars(xp, args, positions)
    lanes = y.shape[:-2]
    if _of_numbers(symbol):
        return y.reshape(*lanes, *shape_of(term.shape, size))
    y = y.reshape(*lanes, *shape_of(symbol.declared.result.shape, size))
    return y if term.layout is not Layout.DENOMINATOR else xp.swapaxes(y, -1, -2)


def _hessian(xp: Any, symbol: Symbol, args: Sequence[Array], size: Size) -> Array:
    """Return second derivatives over vec(x), of the entries of vec(f) in turn."""
    columns = _stacked(*shape_of(symbol.declared.arguments[0].shape, size))
    blocks = _stacked(*shape_of(symbol.declared.result.shape, size))
    rows = (blocks[:, None] * len(columns) + columns).ravel()
    return symbol.bend(xp, args, 1, 1)[..., rows, :][..., :, columns]


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
