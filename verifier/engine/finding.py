"""What enclosures of two sides say of them: the same, different, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from flint import arb

from ..language.arrays import Array

SHARED = 256
"""Bits to which two sides that are the same must agree."""
WIDE = "the enclosures stay too wide"
NO_CLAIM = "the claim is not finite"


class Finding(Enum):
    """What the enclosures say."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"
    UNDEFINED = "undefined"
    """The left side itself is not finite, at any precision: a singular point."""


@dataclass(frozen=True)
class Enclosure:
    """The finding at one draw, both sides as floats, and the digits they share."""

    finding: Finding
    left: Array | None = None
    """The whole left side; where the sides are the same, the right one."""
    right: Array | None = None
    digits: float = 0.0
    reason: str = ""
    tied: bool = False
    """Whether a value may lie just at a jump, at every precision."""
    singular: bool = False
    """Whether the claim has no finite value, whatever floats make of it."""
    doubted: bool = False
    """Whether the sides differ, unless a rank is another than balls see."""
    faint: bool = False
    """Whether the sides agree in being nearly zero, and in nothing else."""


def compare(
    left: Sequence[arb], right: Sequence[arb], bits: int, last: bool = False
) -> Enclosure:
    """Decide whether balls are different, or agree to the bits that they must share.

    Zero through cancellation has no relative size: at the last look, balls around it
    that are tiny must do.
    """
    if not all(x.is_finite() for x in left):
        return Enclosure(Finding.UNDEFINED, reason="the left side is not finite")
    if not all(x.is_finite() for x in right):
        return Enclosure(Finding.UNDECIDED, reason=NO_CLAIM, singular=True)
    gaps = [x - y for x, y in zip(left, right, strict=True)]
    if any(not gap.contains(0) for gap in gaps):
        return Enclosure(Finding.DIFFERENT)
    size = largest([*left, *right])
    if size == 0:
        return Enclosure(Finding.SAME, digits=bits * 0.30103)
    widest, shared = largest(gaps), max(SHARED, bits // 2)
    if widest <= size * arb(2) ** -shared:
        digits = -float((widest / size + arb(2) ** (-bits)).log()) / np.log(10)
        return Enclosure(Finding.SAME, digits=digits)
    if last and widest <= arb(2) ** -shared:
        return Enclosure(Finding.SAME, digits=bits * 0.15, faint=True)
    return Enclosure(Finding.UNDECIDED, reason=WIDE)


def largest(entries: Sequence[arb]) -> arb:
    found = arb(0)
    for x in entries:
        size = x.abs_upper()
        found = size if size > found else found
    return found


def as_floats(X: Array) -> Array:
    """Return the middles of balls."""
    return np.array([[float(x.mid()) for x in row] for row in X])
