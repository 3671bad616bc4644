"""Curves to zero: small changes whose entries shrink each at a rate of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

from ..engine.duals import Dual
from .paths import NONE, Ball, Known, Motion, scaled, spread

Array = Any
Change = Callable[[Ball], Array]
"""A small change at a size of the step."""

USUAL = ((1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2), (1, 4), (4, 1))
"""Powers of the step for even and for odd entries."""
RARE = (
    *((1, 12), (12, 1), (1, 5), (5, 1), (1, 6), (6, 1), (1, 7), (7, 1), (1, 8), (8, 1)),
    *((3, 4), (4, 3), (2, 5), (5, 2), (3, 5), (5, 3)),
)
"""More of them, along which next to nothing is seen but where a value can break."""


@dataclass(frozen=True)
class Path:
    """A way to zero: a small change at the j-th member of level k."""

    at: Callable[[int, int], Array]
    steps: int = 1
    """The highest power of the step in it."""
    refutes: bool = False
    """Whether it is evidence against a claim only: it may leave the domain."""
    given: Callable[[int, int], Known] = lambda k, j: NONE
    """Values that terms are known to have there, better than they can be computed."""

    @property
    def depth(self) -> int:
        """The bits that one level takes."""
        return max(4, self.steps + 2)


def path(change: Change, steps: int = 1, refutes: bool = False) -> Path:
    """Return a path along a small change."""
    return Path(lambda k, j: change(size(k, j)), steps, refutes)


def size(k: int, j: int) -> Ball:
    """Return the step of the j-th member of level k."""
    return arb(2) ** -k * spread(j)


def ray(motion: Motion, side: int) -> Path:
    """Return the straight path along the direction that was drawn, or against it."""
    return path(lambda step: motion.direction * Dual(step * side))


def curves(motion: Motion) -> Iterator[Path]:
    """Yield curves that a limit is to be followed along, as well as along rays."""
    for weights in powers(motion.direction.shape, USUAL):
        yield _curve(motion, weights)


def rare_curves(motion: Motion) -> Iterator[Path]:
    """Yield curves along which one entry all but vanishes beside another."""
    shape = motion.direction.shape
    for weights in powers(shape, RARE):
        yield _curve(motion, weights, refutes=True)
    if shape != (1, 1):
        for side in (0, 1):
            yield path(_flat(motion, side), RARE[0][1], refutes=True)


def powers(shape: tuple[int, ...], pairs: tuple[tuple[int, int], ...]) -> list[Array]:
    """Return powers of the step for the entries.

    Entry (i, j) gets a_i + a_j: what is symmetric, triangular or definite stays so.
    """
    if shape == (1, 1):
        return []
    i, j = np.indices(shape)
    rows = [np.where(i % 2, odd, even) for even, odd in pairs]
    if shape[1] == 1:
        return rows
    return [
        a + np.where(j % 2, odd, even)
        for a, (even, odd) in zip(rows, pairs, strict=True)
    ]


def _curve(motion: Motion, weights: Array, refutes: bool = False) -> Path:
    return path(lambda s: bent(motion.direction, s, weights), weights.max(), refutes)


def bent(h: Array, step: Ball, weights: Array) -> Array:
    """Return h with each entry at its own power of the step."""
    factors = np.empty(h.shape, dtype=object)
    for i in np.ndindex(*h.shape):
        w = weights[i]
        factors[i] = step ** (w if isinstance(w, arb) else int(w))
    return scaled(h, factors)


def _flat(motion: Motion, side: int) -> Change:
    """Return a change whose entries are flat, exp(-1/t**2), or t, by turns."""

    def change(step: Ball) -> Array:
        pair = step, (-1 / step**2).exp()
        h = motion.direction
        factors = np.empty(h.shape, dtype=object)
        for i, j in np.ndindex(*h.shape):
            column = 1 if h.shape[1] == 1 else pair[(j + side) % 2]
            factors[i, j] = pair[(i + side) % 2] * column
        return scaled(h, factors)

    return change
