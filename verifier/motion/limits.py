"""Limits: whether the difference from the claim vanishes along every way there."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb

from ..engine.balls import precision
from ..engine.duals import Undecided
from ..engine.enclosure import Enclosure, Finding, as_floats
from ..language.statement import Claim
from ..language.term import SCALAR, terms
from .paths import FAULTS, Ball, Motion, largest, resolved
from .trends import TINY, Trace, Trend
from .ways import Levels, Way, ways, wild

Array = Any
EARLY = 8
"""The level that says how large the values are to begin with."""


def limit(motion: Motion, claim: Claim, thorough: bool) -> Enclosure:
    """Return what one draw says about a claim of a limit."""
    assert claim.term is not None
    if wild(motion):
        raise Undecided("a function symbol may do anything far away")
    found: list[Trend] = []
    taken: list[Way] = []
    for way in ways(motion, thorough):
        trend = (
            _against(motion, claim, way) if way.refutes else _along(motion, claim, way)
        )
        if trend is None:
            continue
        found.append(trend)
        taken.append(way)
        if trend.finding is Finding.DIFFERENT:
            break
    left, right = _sides(motion, claim, taken[-1])
    worst = found[-1]
    if worst.finding is Finding.DIFFERENT:
        reason = f"the difference from the limit {worst.reason}"
        return Enclosure(Finding.DIFFERENT, left, right, reason=reason)
    for trend in found:
        if trend.finding is Finding.UNDECIDED:
            return Enclosure(Finding.UNDECIDED, left, right, reason=trend.reason)
    gap = largest(trend.size for trend in found)
    return Enclosure(Finding.SAME, left, right, _digits(gap, right))


def _digits(gap: Ball, right: Array) -> float:
    scale = float(np.max(abs(right))) or 1.0
    shared = arb(scale) / gap if gap > 0 else arb("inf")
    return 30.0 if shared > 1e30 else float(shared.log() / arb(10).log())


def _against(motion: Motion, claim: Claim, way: Way) -> Trend | None:
    """Follow a way that may leave the domain: what it refutes, or nothing."""
    try:
        trend = _along(motion, claim, way)
    except FAULTS:
        return None
    return trend if trend.finding is Finding.DIFFERENT else None


def _along(motion: Motion, claim: Claim, way: Way) -> Trend:
    """Follow the difference of both sides along one way."""
    term = claim.term
    assert term is not None

    def sides(k: int, j: int) -> tuple[list[Ball], list[Ball]]:
        left = way.value(k, j)
        right = motion.at(term, motion.direction)
        return list(left.ravel()), list(right.ravel())

    def gaps(k: int, j: int) -> list[Ball]:
        return [x - y for x, y in zip(*sides(k, j), strict=True)]

    def early() -> list[Ball]:
        for k in (way.levels[0],) if way.refutes else (EARLY, way.levels[0]):
            left, right = sides(k, 0)
            if all(x.is_finite() for x in left):
                return [*left, *right]
        raise Undecided("not finite")

    size = largest(high for _, high in resolved(early, _bits(way, way.levels[0]), None))

    def member(k: int, j: int) -> list[tuple[Ball, Ball]]:
        return resolved(lambda: gaps(k, j), _bits(way, k), size * TINY)

    def trend(levels: Levels) -> Trend:
        return Trace(member, levels, size, size * TINY, way.first).vanishing(
            glance=way.refutes
        )

    near = trend(way.levels)
    sure = near.finding is Finding.SAME and not way.far
    if way.further is None or sure or not _is_scalar(motion):
        return near
    try:
        far = trend(way.further)
    except FAULTS:
        return near
    return near if far.finding in (near.finding, Finding.UNDECIDED) else far


def _is_scalar(motion: Motion) -> bool:
    """Whether nothing larger than a scalar moves: an expm far out takes minutes."""
    moving = (t for t in terms(motion.body) if not motion.stands_still(t))
    return all(term.shape == SCALAR for term in moving)


def _bits(way: Way, k: int) -> int:
    return 256 + way.depth * k


def _sides(motion: Motion, claim: Claim, way: Way) -> tuple[Array, Array]:
    """Return both sides as floats, the left one near the target."""
    assert claim.term is not None
    k = way.levels[0]
    with precision(_bits(way, k)):
        left = as_floats(way.value(k, 0))
        return left, as_floats(motion.at(claim.term, motion.direction))
