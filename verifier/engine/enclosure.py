"""The ball stage: both sides of a claim at one draw, enclosed with certainty.

Derivatives are compared along random directions. Precision doubles until the enclosures
of the two sides separate, which proves them different at that point, or agree to 256
bits. A wrong entry C_ij hides from a direction with probability at most 2^-60, unless
it is wrong by less than 2^-500 of the largest entry of its column: directions are
weighted so that every column of the claim counts as much as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from random import Random
from typing import Any

import numpy as np
from flint import arb

from ..language.layout import Layout
from ..language.sizes import Case, generator
from ..language.statement import Claim, Statement
from ..language.term import Term
from .balls import BALLS, Bend, Overlap, Undecided, precision
from .directions import (
    body_along,
    body_whole,
    claim_along,
    directions_of,
    jacobian,
    jacobian_at,
    unstacked,
)
from .draws import values
from .evaluate import Evaluation, Exact
from .jets import Jet
from .matrices import Matrix

Array = Any
BITS = (512, 1024)
SHARED = 256
"""Bits to which two sides that are the same must agree."""
LONGEST = 60
"""Random bits of each entry of a direction."""


class Finding(Enum):
    """What the enclosures say."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"
    UNDEFINED = "undefined"
    """The left side itself is not finite, at any precision: a singular point."""


@dataclass(frozen=True)
class Enclosure:
    """The finding at one draw, both sides as floats, and the digits they share."""

    finding: Finding
    left: Array | None = None
    """The whole left side; where the sides are the same it is the right one."""
    right: Array | None = None
    digits: float = 0.0
    reason: str = ""
    tied: bool = False
    """Whether a value may lie just at a jump, at every precision."""
    faint: bool = False
    """Whether the sides agree in being nearly zero, and in nothing else."""


class Point:
    """One draw of a record in balls: raw entries by name, at the sizes of a case."""

    def __init__(self, statement: Statement, case: Case, raw: Mapping[str, Array]):
        self.statement, self.case, self.raw = statement, case, raw

    def evaluation(self) -> Evaluation:
        """Return the values of all names, in the bits that are set."""
        raw = {name: BALLS.exactly(X) for name, X in self.raw.items()}
        found, symbols = values(BALLS, self.statement.values, raw, self.case)
        return Evaluation(found, symbols, Exact(self.case.numbers), BALLS)

    def left(self, claim: Claim) -> Array:
        """Return the left side of a claim as a whole matrix of balls."""
        base, statement = self.evaluation(), self.statement
        body = self._body(base, claim)
        if directions_of(statement, claim):
            return body_whole(body, statement, claim, self.case, base.values)
        return body_along(body, BALLS, statement, claim, base.values, ()).array

    def jacobian(self, name: str, term: Term) -> Array:
        """Return d vec(term) / d vec(name)^T, a matrix of balls."""
        base = self.evaluation()
        value = _moving(base, term)
        return jacobian_at(lambda X: value({**base.values, name: X}), base.values[name])

    def sides(self, claim: Claim, term: Term) -> tuple[Matrix, Matrix, Matrix]:
        """Return both sides along random directions, and the whole right side."""
        base, statement = self.evaluation(), self.statement
        C = base.of(term).part(0)
        along = self.directions(claim, C)
        right = claim_along(C, statement, claim, self.case, along)
        body = self._body(base, claim)
        left = body_along(body, BALLS, statement, claim, base.values, along)
        return left, right, C

    def _body(
        self, base: Evaluation, claim: Claim
    ) -> Callable[[Mapping[str, Jet]], Jet]:
        return _moving(base, self.statement.bodies[claim.layout or Layout.NUMERATOR])

    def directions(self, claim: Claim, C: Matrix) -> list[Matrix]:
        """Draw directions in which every column, and every row, of C counts."""
        count = directions_of(self.statement, claim)
        if not count:
            return []
        shape = Exact(self.case.numbers).shape(
            self.statement.variable(self.statement.wrt[0]).shape
        )
        random = self._random()
        if count == 1:
            J = jacobian(C, self.statement, claim, self.case)
            return [unstacked(_generic(random, _weights(J)), shape)]
        w = _weights(C)
        u = _weights(C.of(C.shape, (C * w.T).entries).T)
        return [unstacked(_generic(random, v), shape) for v in (u, w)]

    def _random(self) -> Random:
        # The entries are a function of the seed, the record and the draw.
        drawn = blake2b(digest_size=16)
        for _, X in sorted(self.raw.items()):
            drawn.update(np.ascontiguousarray(X, dtype=float).tobytes())
        return generator(0, self.statement.record.id, drawn.hexdigest())


def _moving(base: Evaluation, term: Term) -> Callable[[Mapping[str, Jet]], Jet]:
    """Return a term as a function of the values, which knows what did not move."""
    known: dict[Term, Jet] = {}

    def value(moved: Mapping[str, Jet]) -> Jet:
        at = Evaluation(moved, base.symbols, base.frame, BALLS)
        at.known.update(known)
        found = at.of(term)
        if not known:
            known.update({part: X for part, X in at.known.items() if X.still})
        return found

    return value


def _weights(C: Matrix) -> Matrix:
    """Return a power of two for each column, about 1 over its largest entry."""
    n = C.shape[1]
    sizes = [x.abs_upper() for x in C.entries]
    exponents: list[int | None] = []
    for j in range(n):
        top = sum(sizes[j::n], arb(0))
        finite = top.is_finite() and top > 0
        exponents.append(_exponent(top) if finite else None)
    # Where the claim is zero, what it should be counts as the smallest entry does.
    least = min((e for e in exponents if e is not None), default=0)
    powers = [arb(2) ** -(least if e is None else e) for e in exponents]
    return C.of((n, 1), powers)


def _exponent(x: arb) -> int:
    mantissa, exponent = x.mid().man_exp()
    return int(exponent) + int(mantissa).bit_length()


def _generic(random: Random, weights: Matrix) -> Matrix:
    """Return a column of random odd numbers, none of which is small, times weights."""
    unit = arb(2) ** -LONGEST
    entries = []
    for w in weights.entries:
        k = random.getrandbits(LONGEST + 1)
        size = arb((k >> 1) + 2**LONGEST) * unit * w
        entries.append(size if k & 1 else -size)
    return weights.of(weights.shape, entries)


def enclose(point: Point, claim: Claim, term: Term | None = None) -> Enclosure:
    """Compare the two sides of a claim, or another closed form, at one point."""
    term = term or claim.term
    assert term is not None
    compared = Enclosure(Finding.UNDECIDED)
    singular = False
    for bits in BITS:
        if singular and bits != BITS[-1]:
            continue  # what is not finite is looked at once more, as closely as can be
        with precision(bits):
            try:
                left, right, C = point.sides(claim, term)
                compared = compare(left.entries, right.entries, bits)
                if compared.finding is Finding.DIFFERENT:
                    whole = as_floats(point.left(claim)), as_floats(C.array)
                    return Enclosure(Finding.DIFFERENT, *whole)
            except Overlap as overlap:
                tied = not isinstance(overlap, Bend)
                compared = Enclosure(Finding.UNDECIDED, reason=str(overlap), tied=tied)
                continue
            except Undecided as undecided:
                return Enclosure(Finding.UNDECIDED, reason=str(undecided))
            except (ValueError, ZeroDivisionError, OverflowError) as error:
                return Enclosure(Finding.UNDECIDED, reason=f"no enclosure: {error}")
            if compared.finding is Finding.SAME:
                shown = as_floats(C.array)
                return Enclosure(
                    Finding.SAME, shown, shown, compared.digits, faint=compared.faint
                )
        singular = compared.finding is Finding.UNDEFINED
    return compared


def compare(left: Sequence[arb], right: Sequence[arb], bits: int) -> Enclosure:
    """Decide whether balls are different, or agree to the bits that they must share."""
    if not all(x.is_finite() for x in left):
        return Enclosure(Finding.UNDEFINED, reason="the left side is not finite")
    if not all(x.is_finite() for x in right):
        return Enclosure(Finding.UNDECIDED, reason="the claim is not finite")
    gaps = [x - y for x, y in zip(left, right, strict=True)]
    if any(not gap.contains(0) for gap in gaps):
        return Enclosure(Finding.DIFFERENT)
    size = _largest([*left, *right])
    if size == 0:
        return Enclosure(Finding.SAME, digits=bits * 0.30103)
    widest, shared = _largest(gaps), max(SHARED, bits // 2)
    if widest <= size * arb(2) ** -shared:
        digits = -float((widest / size + arb(2) ** (-bits)).log()) / np.log(10)
        return Enclosure(Finding.SAME, digits=digits)
    # Zero through cancellation has no relative size: at the last precision, balls
    # around it that are tiny must do.
    if bits == BITS[-1] and widest <= arb(2) ** -shared:
        return Enclosure(Finding.SAME, digits=bits * 0.15, faint=True)
    return Enclosure(Finding.UNDECIDED, reason="the enclosures stay too wide")


def _largest(entries: Sequence[arb]) -> arb:
    found = arb(0)
    for x in entries:
        size = x.abs_upper()
        found = size if size > found else found
    return found


def as_floats(X: Array) -> Array:
    """Return the middles of balls."""
    return np.array([[float(x.mid()) for x in row] for row in X])


def point(
    statement: Statement, case: Case, raw: Mapping[str, Array], draw: int
) -> Point:
    """Return one draw of a block as a point: the entries of its first lane."""
    return Point(statement, case, {name: X[0, draw] for name, X in raw.items()})
