"""Function symbols: smooth functions drawn at random, with every derivative known.

    f(x, z) = a + B1 vec(x) + B2 vec(z) + C s(u) + Q u^2/2 + E exp(u)
    u = W1 vec(x) + W2 vec(z) + b

with s(u) = sin u; where f is declared convex, u^2/2 + (cos u)/2, and C, Q, E >= 0;
where it is declared positive, 1 + sin u, and C, Q, E >= 0, a > 0 and no B. All numbers
are drawn, some of them as zero, very large or very small (`members`), so that nothing
but the property is promised. A chain rule is not checked against itself: JAX
differentiates the formula, and the claim uses the derivatives written down here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..language.arrays import Array
from ..language.declaration import FunctionType, of_scalars
from ..language.dimension import Dim
from ..language.term import Shape

RIDGES = 6
"""Columns of C at least; as many as an argument has entries, so that Hessians have
full rank."""
BENT = ("C", "Q", "E")
"""The parts that stand before functions of u."""


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
    result = shape_of(declared.result.shape, size)
    sides = [
        shape_of(part.shape, size) for part in (*declared.arguments, declared.result)
    ]
    ridge = (ridges if ridges is not None else max(RIDGES, *(m * n for m, n in sides)),)
    found = {
        "a": Part(result, (1,), 1.0, declared.property == "positive"),
        "b": Part(ridge, (1,), 1.0),
    }
    for key in BENT:
        found[key] = Part(result, ridge, 0.5, bool(declared.property))
    for i, argument in enumerate(declared.arguments):
        shape = shape_of(argument.shape, size)
        found[f"W{i}"] = Part(ridge, shape, 0.5)
        if declared.property != "positive":
            found[f"B{i}"] = Part(result, shape, 0.5)
    return found


def shape_of(shape: Shape, size: Callable[[Dim], int]) -> tuple[int, int]:
    """Return a shape in numbers."""
    return size(shape[0]), size(shape[1])


@dataclass(frozen=True)
class Symbol:
    """A function symbol with its numbers, each array flattened to two axes."""

    declared: FunctionType
    numbers: Mapping[str, Array]

    @property
    def sign(self) -> int:
        """-1 for a concave function: it is minus a convex one."""
        return -1 if self.declared.property.endswith("concave") else 1

    def ridge(self, xp: Any, args: Sequence[Array]) -> Array:
        """Return u, with a column for each entry that f is applied to."""
        u = self.numbers["b"]
        for i, x in enumerate(args):
            u = u + xp.matmul(self.numbers[f"W{i}"], self._flat(x))
        return u

    def _flat(self, X: Array) -> Array:
        """Return the entries row by row: an argument is a column, entries are a row."""
        *lanes, m, n = X.shape
        return X.reshape(
            *lanes, *((1, m * n) if of_scalars(self.declared) else (m * n, 1))
        )

    def bends(self, xp: Any, u: Array, order: int) -> dict[str, Array]:
        """Return the derivatives of some order of what C, Q and E are multiplied by."""
        square = {0: u * u / 2, 1: u, 2: 1 + 0 * u}.get(order, 0 * u)
        wave = xp.cos(u) if order % 2 else xp.sin(u)
        wave = -wave if order % 4 in (2, 3) else wave
        match self.declared.property:
            case "":
                s = wave
            case "positive":
                s = wave if order else 1 + wave
            case _:
                side = xp.sin(u) if order % 2 else xp.cos(u)
                s = square + (side if order % 4 in (0, 3) else -side) / 2
        return {"C": s, "Q": square, "E": xp.exp(u)}

    def value(self, xp: Any, args: Sequence[Array]) -> Array:
        """Return f at these arguments: its entries row by row, a column for each."""
        n = self.numbers
        y = n["a"]
        for key, s in self.bends(xp, self.ridge(xp, args), 0).items():
            y = y + xp.matmul(n[key], s)
        for i, x in enumerate(args):
            if f"B{i}" in n:
                y = y + xp.matmul(n[f"B{i}"], self._flat(x))
        return self.sign * y

    def slope(self, xp: Any, args: Sequence[Array], position: int) -> Array:
        """Return the derivative by one argument, both sides flat."""
        n, i = self.numbers, position - 1
        J = xp.matmul(self._weights(xp, args, 1), n[f"W{i}"])
        return self.sign * (J + n[f"B{i}"] if f"B{i}" in n else J)

    def bend(self, xp: Any, args: Sequence[Array], first: int, second: int) -> Array:
        """Return the second derivatives by two arguments, both sides flat.

        Those of each entry of f stand below those of the one before, row by row.
        """
        W, V = self.numbers[f"W{first - 1}"], self.numbers[f"W{second - 1}"]
        turned, weights = xp.swapaxes(W, -1, -2), self._weights(xp, args, 2)
        blocks = [
            xp.matmul(turned * weights[..., k : k + 1, :], V)
            for k in range(weights.shape[-2])
        ]
        H = blocks[0] if len(blocks) == 1 else xp.concatenate(blocks, -2)
        return self.sign * H

    def _weights(self, xp: Any, args: Sequence[Array], order: int) -> Array:
        """Return how much each ridge counts in each entry of f."""
        total: Array = 0
        for key, s in self.bends(xp, self.ridge(xp, args), order).items():
            total = total + self.numbers[key] * xp.swapaxes(s, -1, -2)
        return total

    def by_scalars(
        self, xp: Any, args: Sequence[Array], positions: Sequence[int]
    ) -> Array:
        """Return a derivative of any order of a function of scalars, like `value`."""
        if not positions:
            return self.value(xp, args)
        n = self.numbers
        y: Array = 0
        for key, s in self.bends(xp, self.ridge(xp, args), len(positions)).items():
            for position in positions:
                s = s * n[f"W{position - 1}"]
            y = y + xp.matmul(n[key], s)
        if len(positions) == 1 and f"B{positions[0] - 1}" in n:
            y = y + n[f"B{positions[0] - 1}"]
        return self.sign * y


def apply(xp: Any, symbol: Symbol, args: Sequence[Array], shape: Any) -> Array:
    """Return f(args) with its shape, which may be a padded one."""
    y = symbol.value(xp, args)
    return y.reshape(*y.shape[:-2], *shape)
