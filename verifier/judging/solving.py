"""Which numbers, near the decimals that are written, make both sides of a claim equal.

They are found at a few draws, to many more digits than are written, so that the claim
can be judged with them at all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb

from ..engine.ball_point import FAULTS, Point, point
from ..engine.balls import precision
from ..engine.experiment import Experiment
from ..engine.matrices import Matrix
from ..language.arrays import Array
from ..language.decimals import Rounded
from ..language.statement import Claim, Statement
from .standing import number, standing

Numbers = Mapping[Rounded, Fraction]
BITS, SOLVED = 1500, 1200
"""Bits of the arithmetic in which numbers are solved for, and bits that are right."""
STEPS = 80
RENEWED = (0, 3, 6)
"""Steps at which the derivative is taken; at the others it is as good as before."""
NOISE = 1e-13
"""What rounding leaves of a singular value that is zero, beside the largest."""
MOST = 8
"""Decimals of one claim that are solved for."""


@dataclass(frozen=True)
class Solution:
    """The numbers that fit at a few draws; none where no numbers do."""

    numbers: Numbers


@dataclass(frozen=True)
class _Place:
    """A draw, and the directions along which both sides are compared there."""

    at: Point
    along: Sequence[Matrix]


class Solver:
    """Newton's method with a derivative that is seldom taken, in balls' middles.

    The numbers move as little as they can, so that a product of two decimals, of which
    only the product is known, shares out what it is off by.
    """

    def __init__(
        self, experiment: Experiment, claim: Claim, decimals: Sequence[Rounded]
    ):
        self.experiment, self.statement = experiment, experiment.statement
        self.claim, self.decimals = claim, decimals

    @property
    def solution(self) -> Solution | None:
        """What fits; None where that cannot be said."""
        if len(self.decimals) > MOST:
            return None
        try:
            with precision(BITS):
                self.places = list(self._places())
                if not self.places:
                    return None
                return self._found()
        except (*FAULTS, ArithmeticError, np.linalg.LinAlgError):
            return None

    def _places(self) -> Iterator[_Place]:
        """Yield one draw more than there are numbers, of different cases."""
        blocks = [b for b in self.experiment.blocks if not b.large]
        blocks.sort(key=lambda b: (max(b.case.sizes.values(), default=2) < 2,))
        spots = [
            (block, int(draw))
            for k in range(len(self.decimals) + 1)
            for block in blocks
            for draw in np.flatnonzero(block.usable)[k : k + 1]
        ]
        start = [Fraction(d) for d in self.decimals]
        for block, draw in spots[: len(self.decimals) + 1]:
            at = point(self.statement, block.case, block.draws.raw, draw)
            statement, claim = self._at(start)
            at = Point(statement, at.case, at.raw)
            assert claim.term is not None
            C = at.evaluation().of(claim.term).part(0)
            yield _Place(at, at.directions(claim, C))

    def _at(self, numbers: Sequence[Fraction]) -> tuple[Statement, Claim]:
        pairs = zip(self.decimals, numbers, strict=True)
        meant = {decimal: number(x) for decimal, x in pairs}
        return standing(self.statement, self.claim, meant)

    def _gaps(self, numbers: Sequence[Fraction]) -> list[arb]:
        """Return left minus right, each over the largest entry of its draw."""
        statement, claim = self._at(numbers)
        assert claim.term is not None
        found: list[arb] = []
        for place in self.places:
            at = Point(statement, place.at.case, place.at.raw)
            left, right, _ = at.sides(claim, claim.term, place.along)
            size = max((float(abs(x).mid()) for x in left.entries), default=0.0) or 1.0
            found += [
                ((x - y) / size).mid()
                for x, y in zip(left.entries, right.entries, strict=True)
            ]
        if not all(gap.is_finite() for gap in found):
            raise ArithmeticError("a side is not finite")
        return found

    def _found(self) -> Solution:
        whole = [Fraction(d) for d in self.decimals]
        middle = [d + (d.unit if d > 0 else -d.unit) / 2 for d in self.decimals]
        for start, fits in (
            (whole, Rounded.is_rounded_from),
            (middle, Rounded.is_cut_from),
        ):
            numbers = self._solved(start)
            if numbers and all(map(fits, self.decimals, numbers)):
                return Solution(dict(zip(self.decimals, numbers, strict=True)))
        return Solution({})

    def _solved(self, numbers: Sequence[Fraction]) -> list[Fraction] | None:
        """Return numbers near these with which the sides agree, if there are any."""
        numbers, inverse, before = list(numbers), None, None
        for step in range(STEPS):
            gaps = self._gaps(numbers)
            exponent = max(map(_exponent, gaps))
            if exponent < -SOLVED:
                return numbers
            if step > RENEWED[-1] + 1 and before is not None and exponent > before - 2:
                return None  # it stays where it is: nothing fits
            before = exponent
            if step in RENEWED:
                inverse = _inverse(self._slopes(numbers, gaps), 2.0**exponent)
            assert inverse is not None
            scale = arb(2) ** -exponent
            moves = -(inverse @ np.array([float(gap * scale) for gap in gaps]))
            for i, move in enumerate(moves):
                decimal = self.decimals[i]
                numbers[i] += Fraction(move) * decimal.unit * Fraction(2) ** exponent
                if abs(numbers[i] - decimal) > 8 * decimal.unit:
                    return None
        return None

    def _slopes(self, numbers: Sequence[Fraction], gaps: Sequence[arb]) -> Array:
        """Return how gaps change with each number, by one unit of it."""
        columns = []
        tiny = Fraction(1, 2**400)
        for i, decimal in enumerate(self.decimals):
            moved = list(numbers)
            moved[i] += decimal.unit * tiny
            pairs = zip(self._gaps(moved), gaps, strict=True)
            columns.append([float((x - y) * 2**400) for x, y in pairs])
        return np.array(columns).T


def _inverse(A: Array, gap: float) -> Array:
    """Return the pseudoinverse, without what would take numbers many units away.

    That is where only the gap itself makes a direction look as if it mattered.
    """
    U, S, V = np.linalg.svd(A, full_matrices=False)
    kept = np.maximum(gap / 8, S[0] * NOISE) < S
    return (V[kept].T / S[kept]) @ U.T[kept]


def _exponent(x: arb) -> int:
    """Return the exponent of a number: it is below 2 to that power."""
    if x == 0:
        return -(2 * SOLVED)
    mantissa, exponent = x.man_exp()
    return int(exponent) + int(mantissa).bit_length()
