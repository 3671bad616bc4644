"""Limits: whether the difference from the claim vanishes along every way there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from flint import arb

from ..engine.balls import precision
from ..engine.duals import Dual, Undecided
from ..engine.enclosure import Enclosure, Finding, as_floats
from ..language.expression import parse
from ..language.layout import Layout
from ..language.shapes import infer
from ..language.statement import Claim
from ..language.term import Scope, terms
from .paths import Ball, Motion, largest, resolved, scaled, spread
from .trends import TINY, Trace, Trend

Array = Any
LEVELS = (160, 320, 640)
EARLY = 8
"""The level that says how large the values are to begin with."""
DEGREES = (64, 128, 256)
"""Levels of a degree, which are whole numbers as they are."""
RESIDUES = 12
"""Whole numbers that are tried one after another: a period up to 12 is seen."""

Value = Callable[[int, int], Array]
"""The left side at the j-th member of level k."""


def limit(motion: Motion, claim: Claim, thorough: bool) -> Enclosure:
    """Return what one draw says about a claim of a limit."""
    assert claim.term is not None
    found: list[Trend] = []
    ways = list(_ways(motion, thorough))
    for way in ways:
        found.append(_along(motion, claim, way))
        if found[-1].finding is Finding.DIFFERENT:
            break
    left, right = _sides(motion, claim, ways[len(found) - 1])
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


class _Way:
    """One way to the target: values at levels, and how many members each shows."""

    def __init__(
        self,
        value: Value,
        levels: tuple[int, int, int] = LEVELS,
        first: tuple[int, int, int] = (1, 1, 1),
    ):
        self.value, self.levels, self.first = value, levels, first


def _along(motion: Motion, claim: Claim, way: _Way) -> Trend:
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
        for k in (EARLY, way.levels[0]):
            left, right = sides(k, 0)
            if all(x.is_finite() for x in left):
                return [*left, *right]
        raise Undecided("not finite")

    size = largest(high for _, high in resolved(early, _bits(way.levels[0]), None))

    def member(k: int, j: int) -> list[tuple[Ball, Ball]]:
        return resolved(lambda: gaps(k, j), _bits(k), size * TINY)

    return Trace(member, way.levels, size, size * TINY, way.first).vanishing()


def _bits(k: int) -> int:
    return 256 + 4 * k


def _sides(motion: Motion, claim: Claim, way: _Way) -> tuple[Array, Array]:
    """Return both sides as floats, the left one near the target."""
    assert claim.term is not None
    k = way.levels[0]
    with precision(_bits(k)):
        left = as_floats(way.value(k, 0))
        return left, as_floats(motion.at(claim.term, motion.direction))


def _ways(motion: Motion, thorough: bool) -> Iterator[_Way]:
    target = motion.point.statement.target
    if target.endswith("inf"):
        yield _to_infinity(motion, -1 if target.startswith("-") else 1)
        return
    towards = _target(motion, target)
    # A name that is positive comes to zero, and to nothing else, from one side.
    zero = target == "0" and motion.declared.kind.startswith("positive")
    for side in (1,) if zero else (1, -1):
        yield _Way(_ray(motion, towards, side, None))
    for weights in curves(motion.direction.shape) if thorough else ():
        yield _Way(_ray(motion, towards, 1, weights))


def _target(motion: Motion, target: str) -> Callable[[], Array]:
    if target in motion.point.statement.types:
        return lambda: motion.base.values[target]
    if target == "0":
        return lambda: 0
    term = infer(parse(target), Scope({}, Layout.NUMERATOR))
    return lambda: motion.base.of(term)


def _ray(
    motion: Motion, towards: Callable[[], Array], side: int, weights: Array | None
) -> Value:
    def value(k: int, j: int) -> Array:
        X = towards() + moved(motion.direction, arb(2) ** -k * spread(j), side, weights)
        return motion.at(motion.body, X)

    return value


def moved(h: Array, step: Ball, side: int, weights: Array | None = None) -> Array:
    """Return a small change along h, each entry at its own power of the step."""
    if weights is None:
        return h * Dual(step * side)
    powers = np.empty(h.shape, dtype=object)
    for i in np.ndindex(*h.shape):
        powers[i] = step ** int(weights[i]) * side
    return scaled(h, powers)


def curves(shape: tuple[int, ...]) -> Iterable[Array]:
    """Yield powers of the step for the entries: a limit is one along curves as well.

    Entry (i, j) gets a_i + a_j: what is symmetric, triangular or definite stays so.
    """
    if shape == (1, 1):
        return
    i, j = np.indices(shape)
    for slow, fast in ((1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2), (1, 4), (4, 1)):
        a = np.where(i % 2, fast, slow)
        yield a if shape[1] == 1 else a + np.where(j % 2, fast, slow)


def _to_infinity(motion: Motion, side: int) -> _Way:
    body, name = motion.body, motion.name
    if motion.declared.kind != "integer":

        def real(k: int, j: int) -> Array:
            # The parts beyond the point are spread out: sin(pi x) has no limit.
            step = Dual(arb(2) ** k * spread(j) * side)
            return motion.at(body, abs(motion.direction) * step)

        return _Way(real, first=(3, 3, 3))
    if any(name in dim.names for term in terms(body) for dim in term.dims):
        return _Way(
            lambda k, j: motion.whole(body, side * (k + j)), DEGREES, (RESIDUES, 2, 2)
        )
    return _Way(
        lambda k, j: motion.whole(body, side * (2**k + j)), first=(RESIDUES, 3, 3)
    )
