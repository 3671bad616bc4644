"""Places: points far out at which sines are taken, and how much is computed there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flint
from flint import arb

from .monomials import Ball, Monomial, Terms

MOST_ANGLES = 3
Angle = tuple[Terms, Ball]
"""What has no bound, and a number that is added to it."""


class Place:
    """A point t > 0: its inverse, and the logarithms of that one after another."""

    def __init__(self, inverse: Ball, *logs: Ball):
        self.bases = [inverse, *logs]
        while len(self.bases) < 4:
            self.bases.append(self.bases[-1].log())
        self.used, self.angles = False, list[Angle]()

    def turned(self, above: Terms, at: Ball) -> Ball:
        """Return an angle without bound here, and note that it was asked for."""
        known = any(_is_same(above, at, *seen) for seen in self.angles)
        if not known and len(self.angles) < MOST_ANGLES:
            self.angles.append((above, at))
        return at + self.value(above)

    def shift(self, terms: Terms) -> Any:
        """Return the germ by which a sum of terms is larger than here; None if none."""
        return None

    def value(self, terms: Terms) -> Ball:
        """Return the sum of terms here."""
        self.used = True
        return sum((c * self._monomial(m) for m, c in terms.items()), arb(0))

    def _monomial(self, m: Monomial) -> Ball:
        found = arb(1)
        for base, e in zip(self.bases, m[1:], strict=True):
            if e:
                found *= (
                    base**e
                    if isinstance(e, int)
                    else base ** (arb(e.numerator) / e.denominator)
                )
        return found if m[0] is None else found * self.value(m[0].terms).exp()


def _is_same(above: Terms, at: Ball, other: Terms, beside: Ball) -> bool:
    if above.keys() != other.keys() or not at.overlaps(beside):
        return False
    return all(c.overlaps(other[m]) for m, c in above.items())


class Wide(Place):
    """No point: sines may be anything from -1 to 1."""

    def __init__(self) -> None:
        super().__init__(arb(2))


class Setting:
    """How many terms series have, in what detail, and where sines are taken."""

    order = 6
    detail = 0
    place = Place(arb(1000003) / 7, arb(23) / 3, arb(31) / 9, arb(11) / 7)


now = Setting()


@contextmanager
def working(bits: int, order: int, place: Place | None = None) -> Iterator[None]:
    """Compute with so many bits, so many terms, and sines at a place."""
    before = flint.ctx.prec, now.order, now.place
    flint.ctx.prec, now.order = bits + 2 * now.detail, order
    now.place = place or now.place
    try:
        yield
    finally:
        flint.ctx.prec, now.order, now.place = before


@contextmanager
def detailed(bits: int) -> Iterator[None]:
    """Take numbers seriously that are so many bits away from 1."""
    before, now.detail = now.detail, bits
    try:
        yield
    finally:
        now.detail = before


def below(bits: int) -> Ball:
    """Return a power of two that is below all that counts, by so many bits."""
    return arb(2) ** -(bits + now.detail)


def working_terms() -> int:
    """Return how many terms series have."""
    return now.order
