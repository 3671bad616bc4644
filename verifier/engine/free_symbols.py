"""Function symbols as free ones: every derivative at every point is a random residue.

A function symbol f stands for any smooth function, so its value and its derivatives at
one point have nothing to do with each other, nor with those at another point, but that
the order of differentiation does not matter. What holds whatever they are holds for
every f; of what f is declared to be, as convex, nothing is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from flint import nmod

from ..language.declaration import FunctionType, of_scalars
from .free import FreeArithmetic
from .jets import Jet
from .matrices import Matrix

Place = tuple[int, ...]
"""By which entries of all arguments an entry of f is differentiated."""


@dataclass(frozen=True)
class FreeSymbol:
    """A function symbol at some sizes; it answers to what `symbols.Symbol` does."""

    name: str
    declared: FunctionType
    entries: int
    """How many entries f has."""
    sizes: tuple[int, ...]
    """How many entries each argument has."""

    def value(self, xp: FreeArithmetic, args: Sequence[Jet]) -> Jet:
        """Return f at these arguments: its entries row by row, a column for each."""
        return self._at(xp, args, [()])

    def slope(self, xp: FreeArithmetic, args: Sequence[Jet], position: int) -> Jet:
        """Return the derivative by one argument, both sides flat."""
        places = self._places(position)
        found = self._at(xp, args, [(i,) for i in places])
        return found.reshape(self.entries, len(places))

    def bend(
        self, xp: FreeArithmetic, args: Sequence[Jet], first: int, second: int
    ) -> Jet:
        """Return the second derivatives by two arguments, both sides flat.

        Those of each entry of f stand below those of the one before, row by row.
        """
        rows, columns = self._places(first), self._places(second)
        found = self._at(xp, args, [(i, j) for i in rows for j in columns])
        return found.reshape(self.entries * len(rows), len(columns))

    def by_scalars(
        self, xp: FreeArithmetic, args: Sequence[Jet], positions: Sequence[int]
    ) -> Jet:
        """Return a derivative of any order of a function of scalars, like `value`."""
        return self._at(xp, args, [tuple(position - 1 for position in positions)])

    def _places(self, position: int) -> range:
        """Return where the entries of an argument stand among those of all."""
        before = sum(self.sizes[: position - 1])
        return range(before, before + self.sizes[position - 1])

    def _at(
        self, xp: FreeArithmetic, args: Sequence[Jet], places: Sequence[Place]
    ) -> Jet:
        """Return derivatives by some entries, and how they change with the arguments.

        A row for each entry of f and each of the places, a column for each point.
        """
        z = self._points(xp, args)
        points = [z.value.entries[p :: z.shape[1]] for p in range(z.shape[1])]
        moves = {mask: X for mask, X in z.parts.items() if mask}
        found = {0: self._derivatives(xp, points, places)}
        for mask, X in moves.items():
            found[mask] = self._along(xp, points, places, X)
        if 1 in moves and 2 in moves:
            steps = [(*place, i) for place in places for i in range(z.shape[0])]
            twice = self._along(xp, points, steps, moves[2])
            bent = self._contracted(twice, len(places), moves[1])
            found[3] = found[3] + bent if 3 in found else bent
        return Jet(found)

    def _points(self, xp: FreeArithmetic, args: Sequence[Jet]) -> Jet:
        """Return the arguments' entries, below each other, a column for each point."""
        if not of_scalars(self.declared):
            flat = [X.reshape(prod(X.shape), 1) for X in args]
        else:
            count = max(prod(X.shape) for X in args)
            flat = [
                xp.broadcast_to(X.reshape(1, prod(X.shape)), (1, count)) for X in args
            ]
        return xp.concatenate(flat, -2)

    def _along(
        self,
        xp: FreeArithmetic,
        points: Sequence[Sequence[nmod]],
        places: Sequence[Place],
        X: Matrix,
    ) -> Matrix:
        """Return how derivatives change along a direction."""
        steps = [(*place, i) for place in places for i in range(X.shape[0])]
        return self._contracted(self._derivatives(xp, points, steps), len(places), X)

    def _contracted(self, T: Matrix, places: int, X: Matrix) -> Matrix:
        """Sum over the last of the entries by which is differentiated, times X."""
        n, columns = X.shape
        rows = self.entries * places
        found = [
            (X.of((rows, n), T.entries[p::columns]) @ X[:, p : p + 1]).entries
            for p in range(columns)
        ]
        return X.of(
            (rows, columns), [x for row in zip(*found, strict=True) for x in row]
        )

    def _derivatives(
        self,
        xp: FreeArithmetic,
        points: Sequence[Sequence[nmod]],
        places: Sequence[Place],
    ) -> Matrix:
        """Return derivatives at points, a row for each entry of f and each place."""
        n, order = sum(self.sizes), len(places[0])
        drawn = [
            xp.values_of(f"{self.name} {order}", point, self.entries * n**order)
            for point in points
        ]
        # The order of differentiation does not matter.
        where = [_index(sorted(place), n) for place in places]
        found = [
            numbers[k * n**order + i]
            for k in range(self.entries)
            for i in where
            for numbers in drawn
        ]
        shape = self.entries * len(places), len(points)
        return Matrix(xp.field, shape, flint=xp.field.matrix(*shape, found))


def _index(place: Sequence[int], n: int) -> int:
    found = 0
    for i in place:
        found = found * n + i
    return found
