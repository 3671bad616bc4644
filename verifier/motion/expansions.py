"""Expansions: whether the remainder is o or O of a power of what is small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..engine.finding import Enclosure, Finding
from ..language.statement import Claim
from ..language.term import Term
from .germs import Germ
from .monomials import ONE, Open, order
from .moving import Motion, as_floats, everywhere
from .near import hidden
from .paths import Path, curves, followed, rays

Array = Any


def expansion(motion: Motion, claim: Claim, thorough: bool) -> Enclosure:
    """Return what one draw says about a claim of an expansion."""
    assert claim.term is not None
    letter, power = motion.point.statement.rate
    wanted = Fraction(power.at(motion.point.case.numbers))
    term, rates = claim.term, []

    def look(path: Path) -> Enclosure:
        found, rate = _along(motion, term, path, letter, wanted, thorough)
        rates.extend([] if rate is None else [rate])
        return found

    shown = followed(_paths(motion, term, thorough), look)[0]
    if shown.finding is Finding.DIFFERENT:
        return shown
    reason = _said(motion.name, min(rates), wanted, "") if rates else ""
    return replace(shown, reason=reason)


def _paths(motion: Motion, term: Term, thorough: bool) -> Iterator[Path]:
    yield from rays(motion, motion.one_sided)
    if thorough:
        yield from curves(motion)
        yield from hidden(motion, lambda: 0, motion.body, term)


def _along(
    motion: Motion,
    term: Term,
    path: Path,
    letter: str,
    wanted: Fraction,
    thorough: bool,
) -> tuple[Enclosure, Fraction | None]:
    """Compare the remainder with the power along one path, and return its rate."""

    def compute() -> tuple[Array, Array, Fraction | None, bool]:
        X, given = path.at(), path.given()
        left, right = (motion.at(side, X, given) for side in (motion.body, term))
        length = np.sum(X * X).sqrt()
        gaps = (left - right).ravel()
        rate, small = _rate(motion, gaps, length, letter, wanted)
        return left, right, rate, small

    first, closely = None, thorough and path.straight
    for left, right, rate, small in everywhere(compute, False, path.refutes, closely):
        first = first or (left, right, rate)
        if not small:
            reason = _said(motion.name, rate, wanted, letter)
            sides = as_floats(left), as_floats(right)
            return Enclosure(Finding.DIFFERENT, *sides, reason=reason), rate
    assert first is not None
    sides = () if path.refutes else tuple(map(as_floats, first[:2]))
    return Enclosure(Finding.SAME, *sides), first[2]


def _rate(
    motion: Motion, gaps: Array, length: Germ, letter: str, wanted: Fraction
) -> tuple[Fraction | None, bool]:
    """Return the power that the largest gap shrinks like, and whether it is small."""
    moving = [gap for gap in gaps if not gap.is_zero]
    if not moving or length.is_zero:
        return None, True
    unit, doubt, rates = length.raised(wanted), None, []
    for gap in moving:
        quotient = gap / unit
        size = quotient.size
        if size is None or order(size, ONE) <= (0 if letter == "O" else -1):
            rates += [_power(gap, length)] if gap.terms else []
            continue
        try:
            quotient.sign()
            motion.lead(gap)
        except Open as fault:
            doubt = fault
        else:
            return _power(gap, length), False
    if doubt is not None:
        raise doubt
    return min((r for r in rates if r is not None), default=None), True


def _power(gap: Germ, length: Germ) -> Fraction | None:
    """Return the power of the length that a gap is like, but for a logarithm."""
    m, n = gap.size, length.size
    if m is None or n is None or m[0] is not None or n[0] is not None:
        return None
    return Fraction(m[1]) / Fraction(n[1]) if n[1] else None


def _said(name: str, rate: Fraction | None, wanted: Fraction, letter: str) -> str:
    """Say how fast a remainder shrinks."""
    if rate is None:
        return "the remainder shrinks more slowly than it should"
    power = f"{name}**{abs(float(rate)):.3g}"
    if letter == "O" and rate == wanted:
        return f"the remainder shrinks more slowly than {power}, as with a logarithm"
    if rate == 0:
        return "the remainder does not shrink"
    if rate < 0:
        return f"the remainder grows like 1/{power}"
    return f"the remainder shrinks like {power}"
