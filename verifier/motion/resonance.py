"""Resonance: places far out where an angle is a simple part of a turn, or beside it.

At random places no sine of what has no bound is zero, or one. It is where its angle is
a multiple of pi/2, or of pi/6 or pi/4, and other sines are what they are there. Beside
these, by a small power of t or by less than any, a quotient by what is zero there has
no bound. Whole numbers have no such points.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb

from .germs import Germ, germ, t
from .monomials import LOGS, Ball, Monomial, Open, T, Terms, largest, product, to_power
from .places import Angle, Place, working

BASES = (to_power(T, -1), *LOGS)
"""What the powers in a monomial are of."""
FAR = 24 * 21845
"""Parts of a turn from zero to the first of these places."""
PARTS = 24
RIGHT = 6
"""A turn has so many parts, and so many of them are a right angle."""
NEWTON, BITS = 12, 1024
CLOSE, CLOSER, FLAT = 3, 12, 4
"""Powers of t beside a place; and exp(-1/t^FLAT), which is less than any."""


class Resonance(Place):
    """A place at which an angle is such a part, and how far others are beside it."""

    def __init__(self, angle: Angle, part: int, beside: Germ):
        above, at = angle
        m = largest(above)
        turned = arb.pi() * 2 / PARTS * (FAR + part)
        if above[m] < 0:
            turned = -turned
        super().__init__(arb(1000003) / 7, arb(23) / 3, arb(31) / 9, arb(11) / 7)
        self._solve(above, m, turned - at)
        self.beside = beside

    def shift(self, terms: Terms) -> Germ | None:
        """Return how much a sum of terms is larger a little beside the place."""
        if self.beside.is_zero:
            return None
        found, grown = germ(0), 1 + self.beside * t
        for m, c in terms.items():
            if m == LOGS[0]:
                found = found + grown.log() * c
            elif m[0] is None and m[2:] == (0, 0, 0):
                found = found + Germ({m: c}) * (grown.raised(m[1]) - 1)
            else:
                raise Open("not followed beside the place")
        return found

    def _solve(self, terms: Terms, m: Monomial, total: Ball) -> None:
        """Move one of the bases so that terms come to a total there."""
        base = self._base(m, total / terms[m])
        for _ in range(NEWTON if len(terms) > 1 else 0):
            slope = sum((c * self._slope(n, base) for n, c in terms.items()), arb(0))
            gap = self.value(terms) - total
            self.bases[base] = (self.bases[base] - gap / slope).mid()

    def _base(self, m: Monomial, y: Ball) -> int:
        """Let a monomial be y there, and return which base is moved for it."""
        if not y > 0:
            raise Open("no such place")
        powers = m[1:]
        if m[0] is not None:
            if any(powers) or len(m[0].terms) != 1:
                raise Open("no such place")
            ((n, c),) = m[0].terms.items()
            return self._base(n, y.log() / c)
        base = next(i for i, e in enumerate(powers) if e)
        e = powers[base]
        rest = self.value({product(m, to_power(BASES[base], -e)): arb(1)})
        self.bases[base] = (y / rest) ** (arb(e.denominator) / e.numerator)
        return base

    def _slope(self, m: Monomial, base: int) -> Ball:
        if m[0] is not None:
            raise Open("no such place")
        e = m[1 + base]
        power = arb(e.numerator) / e.denominator
        return self.value({m: arb(1)}) * power / self.bases[base]


def resonances(angles: list[Angle]) -> Iterator[Place]:
    """Yield the places at which some angles are simple, and beside them."""
    simple = (part for part in range(PARTS) if part % 2 == 0 or part % 3 == 0)
    parts = sorted(simple, key=lambda part: (part % RIGHT != 0, part))
    for angle in angles:
        m = largest(angle[0])
        lifted = t ** max(m[1] - 1, 0) if m[0] is None else germ(1)
        for part in parts:
            for beside in _beside(part % RIGHT == 0):
                try:
                    with working(BITS, 1):
                        place = Resonance(angle, part, beside * lifted)
                except Open:
                    continue
                yield place


def _beside(right: bool) -> Iterator[Germ]:
    yield germ(0)
    powers = [t**CLOSE, t**CLOSER] if right else []
    for far in (*powers, (-1 / t**FLAT).exp()):
        yield far
        yield -far
