"""Paths to zero: small changes along a line, and along curves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.finding import Enclosure, Finding
from . import arrays
from .germs import Germ, power_of_t, t
from .moving import FAULTS, NONE, Known, Motion, scaled

Array = Any

USUAL = ((1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2), (1, 4), (4, 1))
"""Powers of t for even and for odd entries."""
RARE = (
    *((1, 12), (12, 1), (1, 5), (5, 1), (1, 6), (6, 1), (1, 7), (7, 1), (1, 8), (8, 1)),
    *((3, 4), (4, 3), (2, 5), (5, 2), (3, 5), (5, 3)),
)
"""More of them, along which next to nothing is seen but where a value can break."""


@dataclass(frozen=True)
class Path:
    """A way to zero: a small change."""

    at: Callable[[], Array]
    refutes: bool = False
    """Whether it is evidence against a claim only: it may leave the domain."""
    given: Callable[[], Known] = lambda: NONE
    """Values that terms are known to have on it, better than they can be computed."""
    straight: bool = False
    """Whether it is a line."""


def followed(
    paths: Iterable[Path], look: Callable[[Path], Enclosure]
) -> list[Enclosure]:
    """Return what is seen along all paths, or along the one that refutes."""
    found, doubt = [], None
    for path in paths:
        try:
            found.append(look(path))
        except FAULTS as fault:
            doubt = doubt or (None if path.refutes else fault)
            continue
        if found[-1].finding is Finding.DIFFERENT:
            return [found[-1]]
    if doubt is not None:
        raise doubt
    return found


def rays(motion: Motion, one_sided: bool) -> Iterator[Path]:
    """Yield the straight paths along the direction that was drawn, and against it."""
    for side in (1,) if one_sided else (1, -1):
        yield Path(lambda side=side: scaled(motion.direction, side * t), straight=True)


def curves(motion: Motion) -> Iterator[Path]:
    """Yield paths whose entries shrink each at a rate of its own."""
    n = rows(motion)
    if motion.direction.size == 1:
        return
    singled = [
        [one if i == k else other for i in range(n)]
        for one, other in ((1, 2), (2, 1))
        for k in range(n)
        if n > 2
    ]
    for weights in (*(by_turns(n, *pair) for pair in USUAL), *singled):
        yield Path(lambda w=weights: bent(motion, [power_of_t(k) for k in w]))


def rare_curves(motion: Motion) -> Iterator[Path]:
    """Yield curves along which one entry all but vanishes beside another."""
    if motion.direction.size == 1:
        return

    def path(even: Callable[[], Germ], odd: Callable[[], Germ]) -> Path:
        n = rows(motion)
        return Path(lambda: bent(motion, by_turns(n, even(), odd())), refutes=True)

    for i, j in RARE:
        yield path(lambda i=i: power_of_t(i), lambda j=j: power_of_t(j))

    def flat() -> Germ:
        return (-1 / t**2).exp()  # smaller than any power

    yield path(flat, lambda: t)
    yield path(lambda: t, flat)


def rows(motion: Motion) -> int:
    """Return how many factors the small change has: of its rows and its columns."""
    return max(motion.direction.shape)


def by_turns(n: int, even: Any, odd: Any) -> list[Any]:
    """Return so many factors by turns."""
    return [odd if i % 2 else even for i in range(n)]


def bent(motion: Motion, factors: list[Germ]) -> Array:
    """Return D h D, for a column D h, with these factors on the diagonal of D.

    What is symmetric, triangular or definite stays so.
    """
    h = motion.direction
    columns = factors if h.shape[1] > 1 else [1]
    result = arrays.zeros(h.shape)
    for i, j in np.ndindex(*h.shape):
        result[i, j] = h[i, j] * (factors[i] * columns[j])
    return result
