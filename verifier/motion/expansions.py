"""Expansions: whether the remainder is o or O of a power of what is small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flint import arb

from ..engine.balls import precision
from ..engine.duals import Undecided
from ..engine.enclosure import Enclosure, Finding, as_floats
from ..language.statement import Claim
from ..language.term import Term
from .courses import CLOSEST, hidden
from .curves import Path, curves, ray
from .limits import EARLY
from .paths import FAULTS, Ball, Motion, largest, resolved
from .trends import TINY, Trace, Trend

Array = Any
REACH = 2400
"""The bits at the farthest level, but for high powers, which need more."""


def expansion(motion: Motion, claim: Claim, thorough: bool) -> Enclosure:
    """Return what one draw says about a claim of an expansion."""
    assert claim.term is not None
    letter, power = motion.point.statement.rate
    wanted = float(power.at(motion.point.case.numbers))
    rates, doubts = [], []
    last = None
    for path in _paths(motion, claim.term, wanted, thorough):
        remainder = _Remainder(motion, claim.term, wanted, path)
        trend = remainder.against(letter) if path.refutes else remainder.trend(letter)
        if trend is None:
            continue
        last = remainder
        rates.append(last.rate())
        if trend.finding is Finding.DIFFERENT:
            reason = _said(motion.name, rates[-1], wanted, letter)
            return last.enclosure(Finding.DIFFERENT, reason)
        if trend.finding is Finding.UNDECIDED:
            doubts.append("the rate of the remainder is unclear")
    assert last is not None
    if doubts:
        return last.enclosure(Finding.UNDECIDED, doubts[0])
    known = [rate for rate in rates if rate is not None]
    reason = _said(motion.name, min(known), wanted, "") if known else ""
    return last.enclosure(Finding.SAME, reason)


def _paths(motion: Motion, term: Term, power: float, thorough: bool) -> Iterator[Path]:
    yield ray(motion, 1)
    if not motion.declared.kind.startswith("positive"):
        yield ray(motion, -1)
    if thorough:
        yield from curves(motion)
        levels = _levels(_depth(power, CLOSEST))
        yield from hidden(motion, lambda: 0, (motion.body, term), levels)


def _depth(power: float, steps: int) -> float:
    """Return the bits that a level takes, for a power of so many powers of the step."""
    return max(abs(power), 1.0) * steps + 2


def _levels(depth: float) -> tuple[int, int, int]:
    """Return levels; high powers need many bits far out, and go not as far."""
    far = max(200, min(640, int(REACH / depth)))
    return far // 4, far // 2, far


def _said(name: str, rate: float | None, wanted: float, letter: str) -> str:
    """Say how fast a remainder shrinks."""
    if rate is None:
        return "the remainder shrinks too slowly"
    power = f"{name}**{abs(round(rate, 2)):.3g}"
    if letter == "O" and abs(rate - wanted) < 0.02:
        return f"the remainder shrinks more slowly than {power}, as with a logarithm"
    if abs(rate) < 0.005:
        return "the remainder does not shrink"
    if rate < 0:
        return f"the remainder grows like 1/{power}"
    return f"the remainder shrinks like {power}"


class _Remainder:
    """The difference of both sides along one way to zero, over a power of the step."""

    def __init__(
        self,
        motion: Motion,
        term: Term,
        power: float,
        path: Path,
    ):
        self.motion, self.term, self.power = motion, term, power
        self.path = path
        self.depth = _depth(power, path.steps)
        self.levels = _levels(self.depth)
        self.early = EARLY
        self.seen: dict[int, tuple[Ball, Ball]] = {}
        """Length of the step and size of the remainder, by level."""

    def against(self, letter: str) -> Trend | None:
        """Return what becomes of the remainder if it refutes the claim."""
        try:
            trend = self.trend(letter)
        except FAULTS:
            return None
        return trend if trend.finding is Finding.DIFFERENT else None

    def trend(self, letter: str) -> Trend:
        """Return what becomes of the remainder over the power."""
        bits = self._bits(self.levels[0])
        values = resolved(self._values, bits, None)
        tiny = largest(high for _, high in values) * TINY

        def member(k: int, j: int) -> list[tuple[Ball, Ball]]:
            return resolved(lambda: self._quotients(k, j), self._bits(k), tiny)

        early = resolved(lambda: self._quotients(self.early, 0), bits, None)
        size = largest(high for _, high in early)
        trace = Trace(member, self.levels, size, tiny)
        glance = self.path.refutes
        return trace.vanishing(glance) if letter == "o" else trace.bounded(glance)

    def _bits(self, k: int) -> int:
        return 256 + int(self.depth * k)

    def _values(self) -> list[Ball]:
        for k in (self.levels[0],) if self.path.refutes else (EARLY, self.levels[0]):
            self.early, X = k, self.path.at(k, 0)
            sides = (self.motion.body, self.term)
            given = self.path.given(k, 0)
            found = [y for t in sides for y in self.motion.at(t, X, given).ravel()]
            if all(y.is_finite() for y in found):
                return found
        raise Undecided("not finite")

    def _quotients(self, k: int, j: int) -> list[Ball]:
        X = self.path.at(k, j)
        given = self.path.given(k, j)
        left, right = (
            self.motion.at(t, X, given) for t in (self.motion.body, self.term)
        )
        gaps = [abs(x - y) for x, y in zip(left.ravel(), right.ravel(), strict=True)]
        length = sum((x.v * x.v for x in X.ravel()), arb(0)).sqrt()
        if j == 0:
            gap = largest(g.abs_lower() for g in gaps if g.is_finite())
            self.seen[k] = (length.mid(), gap)
        if length == 0:  # there is no change but zero
            return gaps
        power = int(self.power) if self.power == int(self.power) else arb(self.power)
        return [gap / length**power for gap in gaps]

    def rate(self) -> float | None:
        """Return the power of the step that the remainder goes like, if it is seen."""
        pairs = [self.seen[k] for k in self.levels if k in self.seen]
        pairs = [(length, gap) for length, gap in pairs if gap > 0]
        if len(pairs) < 2:
            return None
        (length, gap), (shorter, smaller) = pairs[-2:]
        return float((smaller / gap).log() / (shorter / length).log())

    def enclosure(self, finding: Finding, reason: str) -> Enclosure:
        """Return the finding with both sides at a small step."""
        k = self.levels[0]
        with precision(self._bits(k)):
            X = self.path.at(k, 0)
            given = self.path.given(k, 0)
            left, right = (
                as_floats(self.motion.at(t, X, given))
                for t in (self.motion.body, self.term)
            )
        return Enclosure(finding, left, right, reason=reason)
