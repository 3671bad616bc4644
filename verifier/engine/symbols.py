"""Function symbols: smooth functions drawn at random, with every derivative known.

    f(x, z) = a + B1 vec(x) + B2 vec(z) + C phi(W1 vec(x) + W2 vec(z) + b)

with phi(u) = sin u; where f is declared convex, u^2/2 + (cos u)/2 with C > 0, and where
it is declared positive, 1 + sin u with C > 0, a > 0 and no B: nothing but the property
is promised, so that a positive function need not be convex, nor a convex one have a
positive fourth derivative. All numbers are drawn, so a chain rule is not checked
against itself: JAX differentiates the formula, and the claim uses the derivatives
written down here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..language.arrays import Array
from ..language.declaration import FunctionType
from ..language.dimension import Dim
from ..language.layout import Layout, arrange, kind_of_pair
from ..language.term import Shape, Term, is_scalar
from .series import coefficients

RIDGES = 6
"""Columns of C at least; as many as an argument has entries, so that Hessians have
full rank."""


@dataclass(frozen=True)
class Part:
    """One array of a function symbol's numbers: its shapes and its scale."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    scale: float
    positive: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Every axis by itself, so that each can be padded."""
        return (*self.rows, *self.columns)


def parts(
    declared: FunctionType, size: Callable[[Dim], int], ridges: int | None = None
) -> dict[str, Part]:
    """Return the arrays that make up a function of this type at these sizes."""
    result = _shape(declared.result.shape, size)
    shaped = declared.property in ("convex", "concave", "positive")
    sides = [
        _shape(part.shape, size) for part in (*declared.arguments, declared.result)
    ]
    ridge = (ridges if ridges is not None else max(RIDGES, *(m * n for m, n in sides)),)
    found = {
        "a": Part(result, (1,), 1.0, declared.property == "positive"),
        "b": Part(ridge, (1,), 1.0),
        "C": Part(result, ridge, 0.5, shaped),
    }
    for i, argument in enumerate(declared.arguments):
        shape = _shape(argument.shape, size)
        found[f"W{i}"] = Part(ridge, shape, 0.5)
        if declared.property != "positive":
            found[f"B{i}"] = Part(result, shape, 0.5)
    return found


def _shape(shape: Shape, size: Callable[[Dim], int]) -> tuple[int, int]:
    return size(shape[0]), size(shape[1])


@dataclass(frozen=True)
class Symbol:
    """A function symbol with its numbers, each array flattened to two axes."""

    declared: FunctionType
    numbers: Mapping[str, Array]

    @property
    def sign(self) -> int:
        """-1 for a concave function: it is minus a convex one."""
        return -1 if self.declared.property == "concave" else 1

    def ridge(self, xp: Any, args: Sequence[Array]) -> Array:
        """Return the arguments of phi."""
        u = self.numbers["b"]
        for i, x in enumerate(args):
            u = u + xp.matmul(self.numbers[f"W{i}"], flat(x))
        return u

    def phi(self, xp: Any, u: Array, order: int) -> Array:
        """Return the derivative of phi of some order."""
        if self.declared.property in ("convex", "concave"):
            square = {0: u * u / 2, 1: u, 2: 1 + 0 * u}.get(order, 0 * u)
            return square + _wave(xp, u, order + 1) / 2
        wave = _wave(xp, u, order)
        return 1 + wave if self.declared.property and order == 0 else wave

    def value(self, xp: Any, args: Sequence[Array]) -> Array:
        """Return f at these arguments, flat: one column, row by row."""
        n = self.numbers
        y = n["a"] + xp.matmul(n["C"], self.phi(xp, self.ridge(xp, args), 0))
        for i, x in enumerate(args):
            if f"B{i}" in n:
                y = y + xp.matmul(n[f"B{i}"], flat(x))
        return self.sign * y

    def slope(self, xp: Any, args: Sequence[Array], position: int) -> Array:
        """Return the derivative by one argument, both sides flat."""
        n, i = self.numbers, position - 1
        bend = self.phi(xp, self.ridge(xp, args), 1)
        J = xp.matmul(n["C"] * xp.swapaxes(bend, -1, -2), n[f"W{i}"])
        return self.sign * (J + n[f"B{i}"] if f"B{i}" in n else J)

    def bend(self, xp: Any, args: Sequence[Array], first: int, second: int) -> Array:
        """Return the second derivative of a scalar function, both sides flat."""
        n = self.numbers
        weights = n["C"] * xp.swapaxes(self.phi(xp, self.ridge(xp, args), 2), -1, -2)
        W, V = n[f"W{first - 1}"], n[f"W{second - 1}"]
        return self.sign * xp.matmul(xp.swapaxes(W, -1, -2) * weights, V)

    def derivative(self, xp: Any, x: Array, order: int) -> Array:
        """Return a derivative of any order of a scalar function of a scalar."""
        if order == 0:
            return self.value(xp, [x])
        if order == 1:
            return self.slope(xp, [x], 1)
        n = self.numbers
        u, W = self.ridge(xp, [x]), n["W0"]
        weights = self.phi(xp, u, order)
        for _ in range(order):
            weights = weights * W
        return self.sign * xp.matmul(n["C"], weights)


def _wave(xp: Any, u: Array, order: int) -> Array:
    """Return the derivative of sin of some order."""
    value = xp.cos(u) if order % 2 else xp.sin(u)
    return -value if order % 4 in (2, 3) else value


def flat(X: Array) -> Array:
    """Return the entries row by row, as a column."""
    *lanes, m, n = X.shape
    return X.reshape(*lanes, m * n, 1)


def apply(xp: Any, symbol: Symbol, args: Sequence[Array], shape: Any) -> Array:
    """Return f(args) with its shape, which may be a padded one."""
    y = symbol.value(xp, args)
    return y.reshape(*y.shape[:-2], *shape)


def derived(
    xp: Any,
    term: Term,
    symbol: Symbol | str,
    args: Sequence[Array],
    degree: int,
    size: Callable[[Dim], int],
) -> Array:
    """Return D, hessian or taylor of a symbol, or of an elementary function's name."""
    if isinstance(symbol, str):
        return _elementary(xp, term, symbol, args, degree)
    match term.kind:
        case "taylor":
            return _taylor(xp, symbol, args, degree)
        case "hessian":
            p, q = _shape(symbol.declared.arguments[0].shape, size)
            H = symbol.bend(xp, args, 1, 1)
            order = [i * q + j for j in range(q) for i in range(p)]
            return H[..., order, :][..., :, order]
    position, *more = term.positions
    if len(more) == 1:
        return symbol.bend(xp, args, position, more[0])
    if more:
        return symbol.derivative(xp, args[0], len(term.positions))
    x = symbol.declared.arguments[position - 1]
    (m, n), (p, q) = (_shape(s.shape, size) for s in (symbol.declared.result, x))
    J = stack_columns(symbol.slope(xp, args, position), (m, n), (p, q))
    rule = kind_of_pair(symbol.declared.result.shape, is_scalar(x))
    return arrange(J, (m, n), (p, q), term.layout or Layout.NUMERATOR, rule)


def stack_columns(J: Array, y: tuple[int, int], x: tuple[int, int]) -> Array:
    """Reorder a Jacobian of entries taken row by row to stacked columns."""
    (m, n), (p, q) = y, x
    rows = [i * n + j for j in range(n) for i in range(m)]
    columns = [i * q + j for j in range(q) for i in range(p)]
    return J[..., rows, :][..., :, columns]


def _taylor(xp: Any, symbol: Symbol, args: Sequence[Array], degree: int) -> Array:
    a, x = args
    total, power = 0 * (a + x), 1 + 0 * (x - a)
    for k in range(degree + 1):
        total = total + symbol.derivative(xp, a, k) * power
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
    for k in range(2, order + 1):
        c = c * k
    return c
