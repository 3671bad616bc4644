"""Decimals with so many digits that they must be numbers rounded, or cut, to them."""

from __future__ import annotations

import math
from fractions import Fraction

SIGNIFICANT = 6
"""Digits from which on a decimal is read as rounded: 0.125 and 1e-6 are exact."""
BARELY = Fraction(1, 2**20)
"""What 1.9999999 must stay below 2, in units of the last place: 2 is not cut to it."""

PRINTED = (16, 17)
"""Digits of a double as programs print it: of 1/sqrt(2) it is 0.7071067811865476, and
1/sqrt(2) rounds to 0.7071067811865475."""


class Rounded(Fraction):
    """A decimal that stands for any number which is rounded, or cut, to its digits."""

    unit: Fraction
    """One in the last place that is written."""
    digits: int
    """How many digits are written, leading zeros left out."""
    text: str
    """How it is written."""

    def __new__(
        cls, value: Fraction, unit: Fraction, digits: int, text: str = ""
    ) -> Rounded:
        """Return a value that knows how precisely it is written."""
        made = super().__new__(cls, value)
        made.unit, made.digits, made.text = unit, digits, text
        return made

    def __reduce__(self) -> tuple[type[Rounded], tuple[Fraction, Fraction, int, str]]:
        return Rounded, (Fraction(self), self.unit, self.digits, self.text)

    def __copy__(self) -> Rounded:
        return self

    def __deepcopy__(self, memo: object) -> Rounded:
        return self

    @property
    def reach(self) -> Fraction:
        """How far what is rounded may lie from the decimal.

        That is half a unit, and for digits of a double half of its spacing as well.
        """
        spacing = math.ulp(self) if self.digits in PRINTED else 0
        return (self.unit + Fraction(spacing)) / 2

    def excess(self, x: Fraction) -> Fraction:
        """Return how far x lies beyond the decimal, away from zero, in units."""
        return (x - self) / self.unit * (-1 if self < 0 else 1)

    def is_rounded_from(self, x: Fraction) -> bool:
        """Whether x becomes this decimal by rounding."""
        return abs(x - self) <= self.reach

    def is_cut_from(self, x: Fraction) -> bool:
        """Whether x becomes this decimal when the digits behind it are left out."""
        return 0 <= self.excess(x) <= 1 - BARELY

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """The least and the largest number that it may stand for."""
        cut = self + (1 - BARELY) * self.unit * (-1 if self < 0 else 1)
        return min(self - self.reach, cut), max(self + self.reach, cut)


def decimal(source: str) -> Fraction:
    """Read a number as it is written: exact, or Rounded where it has many digits."""
    value = Fraction(source)
    mantissa, _, exponent = source.lower().partition("e")
    digits = mantissa.replace(".", "").lstrip("0")
    if value.denominator == 1 or len(digits.rstrip("0")) < SIGNIFICANT:
        return value
    places = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return Rounded(value, Fraction(10) ** -places, len(digits), source)
