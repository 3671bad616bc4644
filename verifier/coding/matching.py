"""Which formula has the values that code gives, up to a factor that is told.

A factor is a small fraction, or one times a power of a scalar such as a size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..deriving.algebra import scaled
from ..engine.draws import PRECISIONS
from ..engine.experiment import Block
from ..engine.outcome import R_FAILS
from ..language.arrays import Array
from ..language.term import Term
from ..language.tree import Call, Number, Tree
from .comparing import usual_size

TOLERANCE = {"float64": 1e-9, "float32": 2e-4}
"""Part of the largest entry within which code has the values of a candidate."""
POWERS = tuple(Fraction(k) for k in ("1", "-1", "2", "-2", "1/2", "-1/2"))
LARGEST_NUMBER = 64
"""Numerator and denominator of a factor that is told."""
TINY = 1e-300


@dataclass(frozen=True)
class Seen:
    """What code gives at the usable draws of one block, (draws, rows, columns)."""

    block: Block
    rows: Array
    code: Array

    def of(self, term: Term) -> Array:
        """Return the value of a term there; nothing of it is kept."""
        known = self.block.evaluation.known
        self.block.evaluation.known = dict(known)
        found = self.block.of(term)[self.rows]
        self.block.evaluation.known = known
        return np.broadcast_to(found, self.code.shape)

    def scalar(self, term: Term) -> Array:
        """Return the value of a scalar at each draw."""
        found = self.block.of(term)[self.rows]
        return np.broadcast_to(found, (len(self.rows), 1, 1)).reshape(-1)


@dataclass(frozen=True)
class Side:
    """Code and a candidate at the draws of a block, and the factor at each of them."""

    code: Array
    term: Array
    ratios: Array
    """NaN where the candidate is nothing beside the rest."""
    bounds: Array
    """How far both may be apart."""


class Matching:
    """The values that code gives, beside which candidates are put."""

    def __init__(self, seen: Sequence[Seen], dtype: str):
        self.seen, self.tolerance = seen, TOLERANCE[dtype]
        usual = usual_size([one.code for one in seen])
        self.dust = R_FAILS * PRECISIONS[dtype].unit * usual
        """What is nothing beside the code's values at other draws."""
        self.scalars: list[tuple[Tree, list[Array]]] = []
        """What a factor may be a power of, with its values."""

    def multiple(
        self, term: Term, rest: Sequence[Array] = ()
    ) -> Tree | Fraction | None:
        """Return the factor that makes a term what code gives, but for a rest."""
        sides: list[Side] = []
        for i, one in enumerate(self.seen):
            found = self._side(one, term, rest[i] if rest else 0)
            if found is None:
                return None
            sides.append(found)
        weights = [
            np.where(np.isnan(s.ratios), 0, abs(s.term).max(axis=1)) for s in sides
        ]
        block = max(range(len(sides)), key=lambda i: weights[i].max(initial=0))
        draw = int(weights[block].argmax())
        ratio = sides[block].ratios[draw]
        if np.isnan(ratio):
            return None
        k = self._fraction(ratio)
        if k is not None and self._is(
            sides, [np.full(len(s.code), float(k)) for s in sides]
        ):
            return k
        for scalar, values in self.scalars:
            for power in POWERS:
                with np.errstate(all="ignore"):
                    factors = [v ** float(power) for v in values]
                k = self._fraction(ratio / factors[block][draw])
                if k is not None and self._is(sides, [float(k) * f for f in factors]):
                    return scaled(k, _power(scalar, power))
        return None

    def is_nothing(self, rest: Sequence[Array]) -> bool:
        """Whether code gives a rest and no more."""
        return all(
            (abs(one.code - R).max(axis=(-2, -1)) <= self._bounds(one)).all()
            for one, R in zip(self.seen, rest, strict=True)
        )

    def _bounds(self, one: Seen) -> Array:
        size = abs(one.code).max(axis=(-2, -1))
        return np.maximum(self.tolerance * np.maximum(size, TINY), self.dust)

    def _side(self, one: Seen, term: Term, rest: Array | int) -> Side | None:
        """Return both at a block; None where one is no multiple of the other."""
        count, T = len(one.code), one.of(term)
        if not np.isfinite(T).all():
            return None
        C, T = (one.code - rest).reshape(count, -1), T.reshape(count, -1)
        at = np.arange(count), abs(T).argmax(axis=1)
        big, bounds = T[at], self._bounds(one)
        zero = abs(big) <= bounds
        ratios = np.where(zero, np.nan, C[at] / np.where(zero, 1, big))
        gap = abs(C - np.where(zero, 0, ratios)[:, None] * T).max(axis=1)
        return Side(C, T, ratios, bounds) if (gap <= bounds).all() else None

    def _is(self, sides: Sequence[Side], factors: Sequence[Array]) -> bool:
        """Whether code is a term times some factors, at all draws."""
        return all(
            (abs(one.code - k[:, None] * one.term).max(axis=1) <= one.bounds).all()
            for one, k in zip(sides, factors, strict=True)
        )

    def _fraction(self, ratio: float) -> Fraction | None:
        if not np.isfinite(ratio):
            return None
        k = Fraction(float(ratio)).limit_denominator(LARGEST_NUMBER)
        near = k and abs(ratio - float(k)) <= self.tolerance * abs(float(k))
        return k if near else None


def _power(scalar: Tree, power: Fraction) -> Tree:
    match power:
        case Fraction(numerator=1, denominator=1):
            return scalar
        case Fraction(numerator=-1, denominator=1):
            return Call("div", (Number(Fraction(1)), scalar))
        case Fraction(numerator=1, denominator=2):
            return Call("sqrt", (scalar,))
    return Call("pow", (scalar, Number(power)))
