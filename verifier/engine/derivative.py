"""A derivative at points: along a direction of each, and whole at some of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from ..language.arrays import Array
from ..language.structure import unvec, vec
from .function import Derivative, Function
from .plan import NUMPY
from .points import Points

Shape = tuple[int, int]
Asked = tuple[Mapping[str, Array], Array, Array]
"""Directions by variable, codirections, and at which points they are asked for."""
AT_ONCE = 4_000_000
"""Numbers of a value, over all points, that are computed at a time."""


@dataclass(frozen=True)
class Directions:
    """For each point a direction by variable, and a codirection.

    Of a structured variable by its independent entries `z` has those that are free, and
    `v` the others that move along.
    """

    z: Mapping[str, Array]
    v: Mapping[str, Array]
    u: Array


@dataclass(frozen=True)
class Along:
    """What JAX finds along directions, one at each point."""

    directions: Directions
    derivative: Derivative


@dataclass(frozen=True)
class Whole:
    """All entries of a derivative at some points, (..., |y|, |x|), columns stacked."""

    points: Points
    places: Array
    """Which of the points these are; any shape of axes."""
    value: Array | None = None
    """None where nothing is differentiated."""
    forward: Mapping[str, Array] = field(default_factory=dict)
    reverse: Mapping[str, Array] = field(default_factory=dict)
    hessian: tuple[Array, Array] | None = None

    def of(self, term: Any) -> Array:
        """Return the value of a term at these points."""
        return self.points.of(term)[self.places]


class Differentiation:
    """One function at one case: what is asked of a plan, and how it is put together."""

    def __init__(
        self,
        function: Function,
        points: Points,
        shapes: Mapping[str, Shape],
        y: Shape,
        executor: str = NUMPY,
    ):
        self.executor = executor
        self.function, self.points, self.shapes, self.y = function, points, shapes, y
        self.entries = max(sum(p * q for p, q in shapes.values()), y[0] * y[1])
        """Directions that it takes to see all entries of a derivative."""

    def both(self, directions: Directions, places: Array) -> tuple[Along, Whole]:
        """Return what is found along directions, and whole at some places."""
        first = directions.v, directions.u, np.arange(len(directions.u))
        found = self._run([first, *self._bases(places)])
        count = len(directions.u)
        along = Along(directions, found.only(slice(count)))
        return along, self._assembled(found.only(slice(count, None)), places)

    def along(self, directions: Directions) -> Along:
        """Return what is found along directions."""
        every = np.arange(len(directions.u))
        return Along(directions, self._run([(directions.v, directions.u, every)]))

    def whole(self, places: Array) -> Whole:
        """Return all entries at some places."""
        return self._assembled(self._run(list(self._bases(places))), places)

    def _bases(
        self, places: Array
    ) -> Iterator[tuple[Mapping[str, Array], Array, Array]]:
        """Yield for each place every entry as a direction, and as a codirection."""
        v, u = basis(tuple(self.shapes.items()), self.y)
        for place in places.ravel():
            yield v, u, np.full(self.entries, place)

    def _run(self, asked: Sequence[Asked]) -> Derivative:
        """Differentiate along many directions, so many at a time as memory allows."""
        sides = [p * q for p, q in (*self.shapes.values(), self.y)]
        step = max(1, AT_ONCE // max(self.entries, *sides))
        v = {n: np.concatenate([one[0][n] for one in asked]) for n in self.shapes}
        u = np.concatenate([one[1] for one in asked])
        at = np.concatenate([one[2] for one in asked])
        pieces = [
            self.function.run(
                self.points.evaluation,
                {n: X[start : start + step] for n, X in v.items()},
                u[start : start + step],
                at[start : start + step],
                self.executor,
            )
            for start in range(0, len(at), step)
        ]
        return Derivative.joined(pieces)

    def _assembled(self, found: Derivative, places: Array) -> Whole:
        """Put the entries together."""

        def stacked(X: Array) -> Array:
            return vec(np, X.reshape(*places.shape, self.entries, *X.shape[1:]))[..., 0]

        forward, reverse, start = {}, {}, 0
        along = stacked(found.forward)
        for name, (p, q) in self.shapes.items():
            forward[name] = np.swapaxes(along[..., start : start + p * q, :], -1, -2)
            reverse[name] = stacked(found.reverse[name])[
                ..., : self.y[0] * self.y[1], :
            ]
            start += p * q
        hessian = None
        if found.hessian is not None:
            p, q = next(iter(self.shapes.values()))
            first, second = (
                np.swapaxes(stacked(H)[..., : p * q, :], -1, -2) for H in found.hessian
            )
            hessian = first, second
        value = found.value[:: self.entries].reshape(*places.shape, *self.y)
        return Whole(self.points, places, value, forward, reverse, hessian)


@lru_cache(256)
def basis(
    shapes: tuple[tuple[str, Shape], ...], y: Shape
) -> tuple[dict[str, Array], Array]:
    """Return each entry of each variable as a direction, and of y as a codirection.

    Entries come column by column, those of one variable behind the other's.
    """
    count = max(sum(p * q for _, (p, q) in shapes), y[0] * y[1])
    found, start = {}, 0
    for name, (p, q) in shapes:
        E = np.zeros((count, p * q, 1))
        E[start + np.arange(p * q), np.arange(p * q), 0] = 1
        found[name], start = unvec(np, E, p, q), start + p * q
    return found, unvec(np, np.eye(count, y[0] * y[1])[..., None], *y)
