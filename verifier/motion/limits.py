"""Limits: whether the difference from the claim goes to zero along every path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from flint import arb

from ..engine.finding import Enclosure, Finding
from ..language.expression import parse
from ..language.layout import Layout
from ..language.shapes import infer
from ..language.statement import Claim
from ..language.term import Scope, Term, terms
from . import arrays
from .germs import Germ, t
from .monomials import ONE, Ball, Open, order
from .moving import Motion, as_floats, everywhere, scaled
from .near import hidden
from .paths import Path, curves, followed, rays
from .places import below, working

Array = Any
Value = Callable[[Term], Array]

POWERS = (40, 80, 160)
"""Powers of 2 that an exponent of a matrix goes through."""
DEGREES = (64, 128, 256)
RESIDUES, MORE = 3, 5
"""Members that are looked at from each of these on; and to see how a series goes on."""
FAST, SMALL, STEADY = arb(2) ** -5, arb(2) ** -60, 1 - arb(2) ** -20
"""A sequence that goes to zero shrinks by that much each time, and becomes so small;
one that keeps such a share of itself does not go to zero."""
CONVERGING, LASTING = arb(1) / 2, arb(9) / 10
"""The steps of a series converge where two of them shrink by that much, and diverge
where from level to level their ratio keeps such a share of itself."""
DIGITS = 30.0
"""What sides share that are the same to all bits."""
BITS, TINY = 1024, 400
"""Where sequences are looked at in so many bits, what is so small is zero."""


def limit(motion: Motion, claim: Claim, thorough: bool) -> Enclosure:
    """Return what one draw says about a claim of a limit."""
    assert claim.term is not None
    if motion.is_whole and _sized(motion):
        return _sequence(motion, claim.term)
    term = claim.term
    return followed(
        paths(motion, thorough), lambda path: _along(motion, term, path, thorough)
    )[0]


def paths(motion: Motion, thorough: bool) -> Iterator[Path]:
    """Yield the paths to the target."""
    target = motion.point.statement.target
    if target.endswith("inf"):
        side = -1 if target.startswith("-") else 1
        yield Path(lambda: scaled(_far(motion), side / t), straight=True)
        return
    place = _target(motion, target)

    def moved(path: Path) -> Path:
        return replace(path, at=lambda: place() + path.at())

    # A name that is positive comes to zero, and to nothing else, from one side.
    yield from map(moved, rays(motion, motion.one_sided and target == "0"))
    if thorough:
        yield from map(moved, curves(motion))
        yield from map(moved, hidden(motion, place, motion.body))


def _far(motion: Motion) -> Array:
    if motion.is_whole:
        return arrays.ones((1, 1))
    return abs(motion.direction)


def _target(motion: Motion, target: str) -> Callable[[], Array]:
    if target in motion.point.statement.types:
        return lambda: motion.base.values[target]
    term = infer(parse(target), Scope({}, Layout.NUMERATOR))
    return lambda: motion.base.of(term)


def _along(motion: Motion, term: Term, path: Path, thorough: bool) -> Enclosure:
    """Follow the difference of both sides along one path."""

    def compute() -> tuple[Array, Array, str]:
        left = motion.at(motion.body, path.at(), path.given())
        right = motion.at(term, motion.direction)
        return left, right, _stays(motion, (left - right).ravel())

    first = None
    closely = thorough and path.straight
    for left, right, reason in everywhere(
        compute, motion.is_whole, path.refutes, closely
    ):
        if reason:
            reason = f"the difference from the limit {reason}"
            sides = as_floats(left), as_floats(right)
            return Enclosure(Finding.DIFFERENT, *sides, reason=reason)
        first = first or (left, right)
    assert first is not None
    sides = () if path.refutes else tuple(map(as_floats, first))
    return Enclosure(Finding.SAME, *sides, digits=DIGITS)


def _stays(motion: Motion, gaps: Array) -> str:
    """Say what a difference does that does not go to zero."""
    doubt = None
    for gap in gaps:
        if gap.vanishes():
            continue
        try:
            m, c = motion.lead(gap)
        except Open as fault:
            doubt = fault
            continue
        if order(m, ONE) > 0:
            return "grows without bound"
        return f"stays {number(abs(c))}"
    if doubt is not None:
        raise doubt
    return ""


def number(x: Ball) -> str:
    """Print a number that may be far beyond the range of floats."""
    return x.str(3, radius=False).removesuffix(".00")


# Sequences at whole numbers that are degrees, or exponents of matrices.


def _sized(motion: Motion) -> list[Term]:
    name = motion.name
    return [t for t in terms(motion.body) if any(name in d.names for d in t.dims)]


def _sequence(motion: Motion, term: Term) -> Enclosure:
    """Look at a few members far out, each twice as far as the one before.

    They must shrink fast and become small, or not shrink at all, to say something.
    """
    powers = all(one.op == "matpow" for one in _sized(motion))
    levels = [2**k for k in POWERS] if powers else DEGREES
    with working(BITS, 1):
        right = motion.at(term, motion.direction)
        members = [_members(motion, n, RESIDUES) for n in levels]
        left = members[0][0]
        size = _largest([*left.ravel(), *right.ravel()])[1]
        seen = [
            [
                _largest(X.ravel()[i] - right.ravel()[i] for X in several)
                for several in members
            ]
            for i in range(left.size)
        ]
        found = [_judged(gaps, size) for gaps in seen]
        if Finding.DIFFERENT in found and not powers:
            several = [_members(motion, n, MORE) for n in levels[-2:]]
            for i, one in enumerate(found):
                if one is Finding.DIFFERENT and not _is_far(
                    *(_steps(X, i) for X in several)
                ):
                    found[i] = Finding.UNDECIDED
        sides = as_floats(left), as_floats(right)
    if Finding.DIFFERENT in found:
        reason = "the difference from the limit does not shrink"
        return Enclosure(Finding.DIFFERENT, *sides, reason=reason)
    if Finding.UNDECIDED in found:
        raise Open("no convergence is seen")
    return Enclosure(Finding.SAME, *sides, digits=DIGITS)


def _members(motion: Motion, n: int, count: int) -> list[Array]:
    return [motion.whole(motion.body, n + j) for j in range(count)]


def _judged(gaps: list[tuple[Ball, Ball]], size: Ball) -> Finding:
    """Say what becomes of a gap, by its largest members: bounds for one a level."""
    (_, last), steps = gaps[-1], list(pairwise(gaps))
    if last <= size * below(TINY):
        return Finding.SAME
    if all(high <= before * FAST for (_, before), (_, high) in steps):
        return Finding.SAME if last <= size * SMALL else Finding.UNDECIDED
    if all(low >= before * STEADY for (_, before), (low, _) in steps):
        return Finding.DIFFERENT
    return Finding.UNDECIDED


def _steps(members: list[Array], i: int) -> tuple[Ball, Ball]:
    """Return how far an entry moves over two members, and over the next two."""
    values = [X.ravel()[i].terms.get(ONE, arb(0)) for X in members]
    return abs(values[2] - values[0]), abs(values[4] - values[2])


def _is_far(before: tuple[Ball, Ball], last: tuple[Ball, Ball]) -> bool:
    """Whether a series is where its end shows, and not still on its way up.

    Of `taylor(exp, 0, n)(1000)` the terms shrink beyond n = 1000 only; that their ratio
    goes to zero shows long before.
    """
    if any(a == 0 or b <= a * CONVERGING for a, b in (before, last)):
        return True
    return last[1] * before[0] >= before[1] * last[0] * LASTING


def _largest(members: Iterable[Germ]) -> tuple[Ball, Ball]:
    """Return bounds for the largest size of some constants."""
    low, high = arb(0), arb(0)
    for x in members:
        size = abs(x.terms.get(ONE, arb(0)))
        low = low if low > size.lower() else size.lower()
        high = high if high > size.upper() else size.upper()
    return low, high
