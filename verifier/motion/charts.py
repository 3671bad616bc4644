"""Coordinates of the sets that a small name lies in: numbers for a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from flint import arb

from ..engine.dual_balls import det
from ..engine.duals import Dual
from ..language.declaration import Type
from .minima import Vector, directions
from .paths import largest

Array = Any
MOST = 16
"""Coordinates that are looked at together; of larger sets, so many directions."""
NEAR = 40
"""How close to the border of a set of positive values one looks, as a power of 2."""


class Chart(Protocol):
    """Coordinates of a set."""

    size: int

    def array(self, c: Vector) -> Array:
        """Return the value with these coordinates."""
        ...


@dataclass
class Span:
    """A linear set, by a basis; what was drawn has the coordinates `drawn`."""

    basis: list[Array]
    drawn: list[float]

    @property
    def size(self) -> int:
        """The number of coordinates."""
        return len(self.basis)

    def array(self, c: Vector) -> Array:
        """Return the sum of the basis with these weights."""
        X = np.empty(self.basis[0].shape, dtype=object)
        for i in np.ndindex(*X.shape):
            terms = [
                x * float(B[i]) for x, B in zip(c, self.basis, strict=True) if B[i]
            ]
            X[i] = Dual(sum(terms, arb(0)))
        return X


@dataclass
class Orthant:
    """Positive values: those that were drawn, times exponentials of the coordinates."""

    drawn: Array

    @property
    def size(self) -> int:
        """The number of coordinates."""
        return int(self.drawn.size)

    def array(self, c: Vector) -> Array:
        """Return the entries times exp(c)."""
        X = np.empty(self.drawn.shape, dtype=object)
        for i, x in zip(np.ndindex(*X.shape), c, strict=True):
            X[i] = Dual(float(self.drawn[i]) * x.exp())
        return X

    def border(self) -> Iterator[Vector]:
        """Yield places near each axis, and near each face."""
        for i in range(self.size):
            for k in (NEAR // 4, NEAR):
                far = arb(-k) * arb(2).log()
                yield [arb(0) if i == j else far for j in range(self.size)]
                yield [far if i == j else arb(0) for j in range(self.size)]


@dataclass
class Gram:
    """Positive definite matrices B B^T; the coordinates are the entries of B."""

    n: int

    @property
    def size(self) -> int:
        """The number of coordinates."""
        return self.n * self.n

    def array(self, c: Vector) -> Array:
        """Return B B^T."""
        B = np.array([Dual(x) for x in c], dtype=object).reshape(self.n, self.n)
        return B @ B.T

    def border(self) -> Iterator[Vector]:
        """Yield matrices that are nearly singular, along the axes and between them."""
        n = self.n
        for k in (NEAR // 4, NEAR):
            little = np.eye(n) * 2.0**-k
            for v in directions(n)[::2]:
                u = np.array([[float(x)] for x in v])
                thin = u @ np.eye(1, n)
                flat = np.eye(n) - u @ u.T / (u.T @ u)
                for B in (thin, flat):
                    yield [arb(float(x)) for x in (B + little).ravel()]


def inside(kind: str, X: Array) -> bool:
    """Whether X lies in the set of a kind, and not near its border."""
    if kind not in ("invertible", "positive_definite"):
        return True
    size = largest(abs(x.v).abs_upper() for x in X.ravel())
    return bool(abs(det(X)[0, 0].v) > (size * arb(2) ** -6) ** X.shape[0])


def chart(declared: Type, drawn: Array) -> Span | Orthant | Gram:
    """Return the coordinates of the set of a type, around what was drawn."""
    if declared.kind == "positive_definite":
        return Gram(drawn.shape[0])
    if declared.kind.startswith("positive"):
        return Orthant(drawn)
    return span(declared, drawn)


def span(declared: Type, drawn: Array) -> Span:
    """Return the linear set of a type; of a large one, a part that holds the value."""
    basis = list(_basis(declared.kind, drawn.shape))
    if len(basis) <= MOST:
        return Span(basis, [float(drawn[_place(B)]) for B in basis])
    rng = np.random.default_rng(len(basis))
    mixed = [
        sum(s * B for s, B in zip(rng.integers(-2, 3, len(basis)), basis, strict=True))
        for _ in range(MOST - 4)
    ]
    axes = [basis[i] for i in rng.choice(len(basis), 3, replace=False)]
    return Span([drawn, *axes, *mixed], [1.0] + [0.0] * (MOST - 1))


def _place(B: Array) -> tuple[int, ...]:
    """Return an entry where the basis matrix, and no other, is 1."""
    places = np.argwhere(B == 1)
    return tuple(int(i) for i in places[0])


def _basis(kind: str, shape: tuple[int, ...]) -> Iterator[Array]:
    for i, j in np.ndindex(*shape):
        E = np.zeros(shape)
        E[i, j] = 1.0
        match kind:
            case "symmetric" if i != j:
                E[j, i] = 1.0
            case "skew" if i != j:
                E[j, i] = -1.0
        inside = {
            "symmetric": i >= j,
            "skew": i > j,
            "lower": i >= j,
            "diagonal": i == j,
        }
        if inside.get(kind, True):
            yield E
