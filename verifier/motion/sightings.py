"""Sightings: the signs that a value is seen to have, and at which steps one looks."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..engine.enclosure import Enclosure, Finding
from .paths import Ball


@dataclass(frozen=True)
class Scale:
    """Signs are taken at steps of 2^-k for these k, in so many bits, or more."""

    sizes: tuple[int, int]
    last: int
    """A sign other than zero must be seen here too: at 2^-100 and 2^-200 the one of
    h**2 - 1e60 h**3 is not yet what it will be."""
    bits: int
    more: int
    most: int

    @property
    def all(self) -> tuple[int, int, int]:
        """The sizes, the smallest step last."""
        return *self.sizes, self.last


CLOSE = Scale((100, 200), 800, 1000, 4500, 16_000)
CLOSER = Scale((1000, 2000), 8000, 10_000, 45_000, 160_000)
"""Where signs change from one size to another, one looks again."""


@dataclass
class Signs:
    """The signs that one draw shows: -1, 0, 1; and what is left open, if anything."""

    seen: set[int] = field(default_factory=set)
    doubt: str = ""

    def settle(self, word: str) -> bool:
        """Whether more signs change nothing about a claim."""
        if word == "indefinite":
            return {1, -1} <= self.seen
        return bool(self.seen & ({0, -1} if word == "positive" else {0, 1}))

    def judged(self, word: str) -> Enclosure:
        """Return what the signs say about a claim."""
        found = self.seen - {0}
        if word == "indefinite" and len(found) == 2:
            return Enclosure(Finding.SAME)
        if self.doubt and (word == "indefinite" or not self.settle(word)):
            return Enclosure(Finding.UNDECIDED, reason=self.doubt)
        said = "indefinite" if len(found) == 2 else "positive"
        said = "negative" if found == {-1} else said
        if 0 in self.seen and len(found) < 2:
            reason = "it is zero in some direction"
            return Enclosure(Finding.DIFFERENT, reason=reason)
        if said == word:
            return Enclosure(Finding.SAME)
        return Enclosure(Finding.DIFFERENT, reason=f"it is {said} here")


def sign_of(y: Ball, floor: Ball) -> int | None:
    """Return the sign of a ball, zero below a floor, or None where it is left open."""
    if not y.is_finite():
        return None
    if y == 0 or (floor > 0 and y.abs_upper() <= floor):
        return 0
    if y > 0 or y < 0:
        return 1 if y > 0 else -1
    return None
