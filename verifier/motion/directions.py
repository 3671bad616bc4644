"""Directions: coordinates for the set that a small name lies in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from . import arrays
from .germs import Germ, germ, t
from .moving import Motion

Array = Any
Vector = list[Germ]

MOST = 16
"""Coordinates that are looked at together; of larger sets, so many directions."""
MANY = 6
"""Coordinates from which on fewer pairs of them are taken."""
INSIDE = 2.0**-6
"""What is inside a set has that share of its size from the border."""


@dataclass(frozen=True)
class Directions:
    """Coordinates of a set: numbers for a value, and the values near its border."""

    size: int
    array: Callable[[Vector], Array]
    linear: bool = True
    border: list[Vector] = field(default_factory=list)


def directions(motion: Motion) -> Directions:
    """Return the coordinates of the directions that the small name can go."""
    kind, drawn = motion.declared.kind, motion.direction
    n = len(drawn)
    if kind == "positive_definite":

        def gram(c: Vector) -> Array:
            B = np.array(c, dtype=object).reshape(n, n)
            return arrays.matmul(B, B.T)

        return Directions(n * n, gram, False, [list(B.ravel()) for B in _thin(n)])
    if kind.startswith("positive"):

        def squares(c: Vector) -> Array:
            return (np.array(c, dtype=object) ** 2).reshape(drawn.shape)

        return Directions(drawn.size, squares, False, list(_axes(drawn.size)))
    basis = [B.ravel() for B in _basis(kind, drawn)]

    def sums(c: Vector) -> Array:
        columns = np.array(basis, dtype=object).T
        weights = np.array([c], dtype=object).T
        return arrays.matmul(columns, weights).reshape(drawn.shape)

    return Directions(len(basis), sums)


def _axes(n: int) -> Iterator[Vector]:
    """Yield places near each axis, and near each face."""
    for i in range(n):
        yield [germ(1) if i == j else t for j in range(n)]
        yield [t if i == j else germ(1) for j in range(n)]


def _thin(n: int) -> Iterator[Array]:
    """Yield factors of matrices that are nearly singular, along axes and between."""
    for v in around(n)[::2]:
        u = np.array([v], dtype=object).T
        yield u * arrays.eye(n)[:1] + arrays.eye(n) * t
        yield arrays.eye(n) - u * u.T / np.sum(u * u) + arrays.eye(n) * t


def _basis(kind: str, drawn: Array) -> list[Array]:
    """Return a basis of a linear set; of a large one, a part that has the draw."""
    found = list(_units(kind, drawn.shape))
    if len(found) <= MOST:
        return found
    rng = np.random.default_rng(len(found))
    mixed = [sum(B * int(rng.integers(-2, 3)) for B in found) for _ in range(MOST - 4)]
    axes = [found[i] for i in rng.choice(len(found), 3, replace=False)]
    return [drawn, *axes, *mixed]


def _units(kind: str, shape: tuple[int, ...]) -> Iterator[Array]:
    for i, j in np.ndindex(*shape):
        E = np.zeros(shape)
        E[i, j] = 1.0
        if kind in ("symmetric", "skew") and i != j:
            E[j, i] = 1.0 if kind == "symmetric" else -1.0
        inside = {
            "symmetric": i >= j,
            "skew": i > j,
            "lower": i >= j,
            "upper": i <= j,
            "diagonal": i == j,
        }
        if inside.get(kind, True):
            yield arrays.number(E > 0) - arrays.number(E < 0)


def around(n: int) -> list[Vector]:
    """Return directions to look in: axes, pairs of axes, and mixed ones."""
    axes = [[int(i == j) for j in range(n)] for i in range(n)]
    pairs = [
        [x + sign * y for x, y in zip(axes[i], axes[j], strict=True)]
        for i, j in combinations(range(n), 2)
        for sign in (1, -1)
    ]
    mixed = [[((7 * i * i + 5 * k * (i + 1)) % 17 - 8) / 8 for i in range(n)]
             for k in range(1, 7)]  # fmt: skip
    if n > MANY:  # of n (n - 1) pairs a few dozen
        pairs = pairs[:: 1 + len(pairs) // 24]
    both = [*axes, *pairs, *(mixed if n > 1 else [])]
    return [[germ(side * x) for x in v] for v in both for side in (1, -1) if any(v)]


def inside(kind: str, X: Array) -> bool:
    """Whether X lies in the set of a kind, and not near its border."""
    sizes = [abs(x) for x in X.ravel() if not x.is_zero]
    if not sizes:
        return kind not in ("invertible", "positive_definite") and not kind.startswith(
            "positive_"
        )
    largest = arrays.max(np.array(sizes, dtype=object))[0, 0] * INSIDE
    if kind in ("invertible", "positive_definite"):
        return bool(abs(arrays.det(X)[0, 0]) > largest ** len(X))
    if kind.startswith("positive"):
        return all(x > largest * INSIDE**4 for x in X.ravel())
    return True
