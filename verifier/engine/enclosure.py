"""The ball stage: both sides of a claim at one draw, enclosed with certainty.

Derivatives are compared along random directions. Precision doubles until the enclosures
of the two sides separate, which proves them different at that point, or agree to half
of the bits. What even the most bits leave too wide is compared entry by entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flint import arb

from ..language.arrays import Array
from ..language.layout import Layout
from ..language.statement import Claim
from ..language.term import Term
from .ball_point import CLOSE_RANKS, FAULTS, Point, exponent_of
from .balls import precision
from .finding import SHARED, WIDE, Enclosure, Finding, as_floats, compare, largest
from .magnitude import FOLLOWED, written
from .undecided import Bend, NoValue, Overlap, Undecided

BITS = (512, 1024)


def enclose(
    point: Point, claim: Claim, term: Term | None = None, closely: bool = False
) -> Enclosure:
    """Compare the two sides of a claim, or another closed form, at one point.

    `closely` in so many bits that what is 1 shows beside any entry, however large.
    """
    term = term or claim.term
    assert term is not None
    compared = Enclosure(Finding.UNDECIDED)
    body = point.statement.bodies[claim.layout or Layout.NUMERATOR]
    more = written(body, term)
    several = [bits + more for bits in BITS]
    while several:
        bits = several.pop(0)
        last = not several
        if compared.finding is Finding.UNDEFINED and not last:
            continue  # what is not finite is looked at once more, as closely as can be
        with precision(bits):
            try:
                left, right, C = point.sides(claim, term)
                compared = compare(left.entries, right.entries, bits)
                if last and compared.reason == WIDE:
                    compared = compare(point.left(claim).ravel(), C.entries, bits, True)
            except Overlap as overlap:
                tied = not isinstance(overlap, Bend)
                compared = Enclosure(Finding.UNDECIDED, reason=str(overlap), tied=tied)
                continue
            except NoValue as fault:
                doubted = point.doubtful(body, term)
                there = doubted or _left(point, claim) is not None
                finding = Finding.UNDECIDED if there else Finding.UNDEFINED
                return Enclosure(finding, reason=str(fault))
            except FAULTS as fault:
                singular = isinstance(fault, ZeroDivisionError)
                said = _said(fault)
                return Enclosure(Finding.UNDECIDED, reason=said, singular=singular)
            differ = compared.finding is Finding.DIFFERENT
            if differ and point.doubtful(body, term):
                compared = Enclosure(
                    Finding.UNDECIDED, reason=CLOSE_RANKS, doubted=True
                )
            if closely and compared.finding is Finding.SAME:
                closely, closer = False, _closer([*left.entries, *right.entries])
                if bits < closer:
                    several = [closer]
                    continue
            if compared.finding in (Finding.SAME, Finding.DIFFERENT):
                right = as_floats(C.array)
                same = compared.finding is Finding.SAME
                left = right if same else _left(point, claim)
                return replace(compared, left=left, right=right)
    return compared


def _closer(entries: Sequence[arb]) -> int:
    """Return the bits in which what is small shows beside entries that are large."""
    size = exponent_of(largest(entries))
    return 2 * (SHARED + size) if SHARED // 2 < size < FOLLOWED else 0


def _said(fault: Exception) -> str:
    return str(fault) if isinstance(fault, Undecided) else f"no enclosure: {fault}"


def _left(point: Point, claim: Claim) -> Array | None:
    """Return the whole left side, which a direction has proven to be another."""
    try:
        return as_floats(point.left(claim))
    except FAULTS:
        return None
