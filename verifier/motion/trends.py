"""What becomes of a sequence: whether it vanishes, or stays bounded, is seen far out.

A sequence is looked at on three levels, each twice as far as the one before (steps of
2^-160, 2^-320 and 2^-640), so that a power of the step is told from a logarithm, and
both from a constant, however small. On each level there are several members: one for a
first glance, sixteen where factors such as sin(1/h) hide the trend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb

from ..engine.enclosure import Finding
from .paths import Ball, largest, number

SAME, DIFFERENT, UNDECIDED = Finding.SAME, Finding.DIFFERENT, Finding.UNDECIDED
Member = Callable[[int, int], Sequence[tuple[Ball, Ball]]]
"""The entries of the j-th member at level k, each enclosed by two exact numbers."""

FEW, MANY = 6, 16
RATE = 0.04
"""The least power of the step that counts as one: 2^-6 from 2^-160 to 2^-320."""
CLOSE = arb(2) ** -20
SMALL = arb(2) ** -60
TINY = arb(2) ** -400
"""What is so much smaller than the values is zero."""


@dataclass(frozen=True)
class Trend:
    """What becomes of a sequence, and its size on the last level."""

    finding: Finding
    size: Ball
    reason: str = ""


class Trace:
    """The largest members of each level, entry by entry.

    What vanishes must become small against `size`; what is at most `tiny` is zero.
    `first` is how many members each level has to begin with.
    """

    def __init__(
        self,
        member: Member,
        levels: tuple[int, int, int],
        size: Ball,
        tiny: Ball,
        first: tuple[int, int, int] = (1, 1, 1),
    ):
        self.member, self.levels = member, levels
        self.size, self.tiny = size, tiny
        self.counts = [0, 0, 0]
        self.entries: list[_Entry] = []
        self.add(first)

    def add(self, counts: Sequence[int]) -> None:
        """Look at more members of each level."""
        for i, k in enumerate(self.levels):
            for j in range(self.counts[i], counts[i]):
                found = self.member(k, j)
                if not self.entries:
                    self.entries = [_Entry(self) for _ in found]
                for entry, (low, high) in zip(self.entries, found, strict=True):
                    entry.add(i, low, high)
            self.counts[i] = max(self.counts[i], counts[i])

    def vanishing(self, glance: bool = False) -> Trend:
        """Find out whether all entries go to zero; at a glance only if so wanted."""
        return self._judged(_Entry.vanishes, glance)

    def bounded(self, glance: bool = False) -> Trend:
        """Find out whether no entry grows without bound."""
        return self._judged(_Entry.is_bounded, glance)

    def _judged(
        self, judge: Callable[[_Entry, bool], tuple[Finding, str]], glance: bool
    ) -> Trend:
        for many in (False,) if glance else (False, True):
            if many:
                self.add((MANY, MANY, MANY))
            found = [judge(entry, many) for entry in self.entries]
            if any(finding is DIFFERENT for finding, _ in found):
                # By chance a sine may be small on one level and not on the next.
                self.add((FEW, FEW, FEW))
                for finding, reason in (judge(entry, True) for entry in self.entries):
                    if finding is DIFFERENT:
                        return Trend(DIFFERENT, self.last, reason)
            elif all(finding is SAME for finding, _ in found):
                return Trend(SAME, self.last)
        return Trend(UNDECIDED, self.last, "no convergence is seen")

    @property
    def last(self) -> Ball:
        """The largest of all on the last level."""
        return largest(entry.high[2] for entry in self.entries)


class _Entry:
    """The largest member of one entry on each level, between `low` and `high`."""

    def __init__(self, trace: Trace):
        near, far = trace.levels[1:]
        self.fast = arb(2) ** -(RATE * (far - near))
        self.small, self.tiny = trace.size * SMALL, trace.tiny
        self.low, self.high = [arb(0)] * 3, [arb(0)] * 3
        self.least = [arb("inf")] * 3
        self.first: Ball | None = None

    def add(self, level: int, low: Ball, high: Ball) -> None:
        """Take one more member of a level."""
        if self.first is None:
            self.first = high
        self.low[level] = largest((self.low[level], low))
        self.high[level] = largest((self.high[level], high))
        self.least[level] = low if low < self.least[level] else self.least[level]

    @property
    def dies(self) -> bool:
        return self.high[2] <= self.tiny

    @property
    def uneven(self) -> bool:
        """Whether the first member of a level is far smaller than others."""
        assert self.first is not None
        return not self.high[0] <= self.first * 64 + self.tiny

    @property
    def shrinks(self) -> bool:
        return bool(self.high[2] <= self.high[1] * self.fast)

    @property
    def grows(self) -> bool:
        """Whether it grows as a power does."""
        return bool(self.low[2] * self.fast >= self.high[1])

    @property
    def levels_off(self) -> bool:
        near, far = (self.low[1], self.high[1]), (self.low[2], self.high[2])
        return bool(far[0] >= near[1] * (1 - CLOSE) and far[1] <= near[0] * (1 + CLOSE))

    def vanishes(self, many: bool) -> tuple[Finding, str]:
        """Say whether the entry goes to zero, and if not what it does."""
        if self.uneven and not many:
            return UNDECIDED, ""
        if self.dies or (self.shrinks and self.high[2] <= self.small):
            return SAME, ""
        if self.low[2] <= self.tiny:
            return UNDECIDED, ""
        if self.grows:
            return DIFFERENT, "grows without bound"
        if self.levels_off or (many and self._tends_to_a_constant()):
            return DIFFERENT, f"stays {number(self.low[2])}"
        highest = largest(self.high[:2])
        # Beside a sine, log(1/h)^-0.1 loses an eighth from the first level to the last.
        if many and self.low[2] * 10 >= highest * 9 and not self._sinks():
            growth = self.low[2] >= highest * 6 / 5
            return DIFFERENT, "grows without bound" if growth else "does not shrink"
        return UNDECIDED, ""

    def _tends_to_a_constant(self) -> bool:
        """Whether steps that shrink geometrically lead to a limit other than zero.

        They halve in 1 + 1/log(1/h); where they shrink more slowly, as those of
        log(1/h)^-0.1 do, three levels do not tell where they lead.
        """
        if not self._even:
            return False
        a, b = self.low[0] - self.high[1], self.low[1] - self.high[2]
        if not (a > 0 and b > 0 and b * 20 <= a * 11):
            return False
        return bool(self.low[2] > 4 * b * b / (a - b))

    def is_bounded(self, many: bool) -> tuple[Finding, str]:
        """Say whether the entry stays bounded."""
        if self.dies or self.shrinks or self.levels_off:
            return SAME, ""
        if self.low[2] <= self.tiny:
            return UNDECIDED, ""
        if self.grows:
            return DIFFERENT, "grows without bound"
        if not many:
            return UNDECIDED, ""
        low, high = self.low, self.high
        if 2 * low[2] >= 3 * high[1] and 2 * low[1] >= 3 * high[0]:
            return DIFFERENT, "grows without bound"
        steady = 20 * high[2] <= 21 * low[1] and 20 * high[1] <= 21 * low[0]
        level = 4 * largest(high) <= 5 * min(low, key=_order)
        return (SAME if steady or (level and not self._drifts()) else UNDECIDED), ""

    @property
    def _even(self) -> bool:
        """Whether the members of each level are about as large as one another."""
        return all(self.least[i] * 10 >= self.high[i] * 9 for i in range(3))

    def _drifts(self) -> bool:
        """Whether it grows slowly and evenly, as log(log(1/h)) does."""
        return self._even and self._falls(self.low[::-1], self.high[::-1])

    def _sinks(self) -> bool:
        """Whether it shrinks slowly and evenly, as 1/log(log(1/h)) does."""
        return self._even and self._falls(self.low, self.high)

    def _falls(self, low: Sequence[Ball], high: Sequence[Ball]) -> bool:
        """Whether each of three is certainly less than the one before."""
        return all(bool(low[i] > high[i + 1] * (1 + CLOSE)) for i in range(2))


class _order:
    """Orders exact numbers of any size."""

    def __init__(self, x: Ball):
        self.x = x

    def __lt__(self, other: _order) -> bool:
        return bool(self.x < other.x)
