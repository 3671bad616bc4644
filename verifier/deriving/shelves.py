"""Shelves: many short expressions in the order of a number known of each.

The number is a quotient of two weighted sums of the entries: the same for all multiples
of an expression. What is looked for is known up to rounding, and only what is found is
ever written.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from math import isfinite

import numpy as np

from ..engine.arrays import Floats, Places
from ..language.tree import Tree

NEAR = 1e-7
"""Part of a quotient by which it may be off."""
MOST = 4
"""Expressions of a quotient that are looked at, the shortest first."""

Write = Callable[[int], Tree]


class Shelf:
    """Expressions of one shape: quotients, numbers of parts, and how to write them."""

    def __init__(self):
        self._kept: list[tuple[Floats, Places, Write]] = []
        self._ordered: tuple[list[float], list[int], list[int]] | None = None

    def keep(self, sums: Floats, sizes: Places, write: Write) -> None:
        """Keep expressions by their two sums each; `write` takes their numbers."""
        self._kept.append((sums[:, 1] / sums[:, 0], sizes, write))
        self._ordered = None

    def find(self, sums: Floats, size: int) -> Iterator[Tree]:
        """Yield expressions of fewer parts that may be multiples of what has the sums.

        A trace of rounding in the sums of what vanishes leads to nothing that agrees.
        """
        below, above = map(float, sums)
        quotient = above / below if below else 0.0
        if not self._kept or not quotient or not isfinite(quotient):
            return
        quotients, sizes, numbers = self._in_order()
        first, last = sorted((quotient * (1 - NEAR), quotient * (1 + NEAR)))
        found = []
        at = bisect_left(quotients, first)
        while at < len(quotients) and quotients[at] < last:
            if sizes[at] < size:
                found.append((sizes[at], numbers[at]))
            at += 1
        for _, number in sorted(found)[:MOST]:
            yield self._written(number)

    def _in_order(self) -> tuple[list[float], list[int], list[int]]:
        if self._ordered is None:
            quotients = np.concatenate([kept[0] for kept in self._kept])
            sizes = np.concatenate([kept[1] for kept in self._kept])
            usable = np.flatnonzero(np.isfinite(quotients) & (quotients != 0))
            order = usable[np.argsort(quotients[usable], kind="stable")]
            self._ordered = (
                quotients[order].tolist(),
                sizes[order].tolist(),
                order.tolist(),
            )
        return self._ordered

    def _written(self, number: int) -> Tree:
        for quotients, _, write in self._kept:
            if number < len(quotients):
                return write(number)
            number -= len(quotients)
        raise AssertionError


def sums_of(X: Floats) -> Floats:
    """Return two weighted sums of the entries, or of each row of entries."""
    return X @ weights(X.shape[-1]).T


@cache
def weights(count: int) -> Floats:
    """Return two rows of weights, none of which says much of the other."""
    found = np.random.default_rng(count).uniform(0.5, 1.5, (2, count))
    found[:, 1::2] *= -1
    return found


def lengths(values: Sequence[int]) -> Places:
    """Return numbers of parts as an array."""
    return np.array(values, np.intp)
