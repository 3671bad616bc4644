"""R on a logarithmic axis, between the bounds that it is judged by."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..judging.verdict import FAILS, HOLDS

LOWEST, HIGHEST = -2.0, 17.0
"""Powers of ten at the ends; what lies beyond is drawn at the end."""
LEFT, WIDTH = 12.0, 228.0
TICKS = ((0, "1"), (6, "10⁶"), (12, "10¹²"))


@dataclass(frozen=True)
class Mark:
    """A place on the axis with its label."""

    x: float
    text: str = ""


def place(value: Any) -> float | None:
    """Return where on the axis a value of R stands; None for what is no number."""
    if isinstance(value, str):  # `inf`, as JSON carries it
        value = {"inf": math.inf}.get(value)
    if not isinstance(value, (int, float)) or math.isnan(value) or value < 0:
        return None
    power = math.log10(value) if 0 < value < math.inf else math.copysign(99, value - 1)
    power = min(max(power, LOWEST), HIGHEST)
    return round(LEFT + WIDTH * (power - LOWEST) / (HIGHEST - LOWEST))


def _at(value: float) -> float:
    found = place(value)
    assert found is not None
    return found


@dataclass(frozen=True)
class Axis:
    """What all plots of R share; printed once, used by each."""

    left: float = _at(0)
    holds: float = _at(HOLDS)
    fails: float = _at(FAILS)
    right: float = _at(math.inf)

    @property
    def bounds(self) -> list[Mark]:
        """Return the two bounds."""
        return [Mark(self.holds, f"{HOLDS:g}"), Mark(self.fails, f"{FAILS:g}")]

    @property
    def ticks(self) -> list[Mark]:
        """Return the other labelled places."""
        return [Mark(_at(10.0**power), text) for power, text in TICKS]


def shape(value: Any) -> str:
    """Return the form of a mark: it says again what its place on the axis says."""
    x = place(value)
    if x is None or x <= _at(HOLDS):
        return "dot"
    return "cross" if x >= _at(FAILS) else "ring"


def marks(values: Iterable[Any]) -> list[tuple[str, float]]:
    """Return a form and a place for each value of R that can be drawn, once each."""
    found = [(shape(value), x) for value in values if (x := place(value)) is not None]
    return sorted(set(found), key=lambda mark: mark[1])
