"""R on a logarithmic axis, between the bounds that it is judged by."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..engine.outcome import R_FAILS, R_HOLDS

LOWEST, HIGHEST = -2.0, 17.0
"""Powers of ten at the ends; what lies beyond is drawn at the end."""
LEFT, WIDTH = 8.0, 236.0
TICKS = ((7, "10⁷"), (12, "10¹²"))


@dataclass(frozen=True)
class Label:
    """A text below a place on the axis."""

    x: int
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Mark:
    """A value of R on the axis: its form says again what its place says."""

    form: str
    x: int

    def __str__(self) -> str:
        return f"{self.form}-{self.x}"


def place(value: Any) -> int | None:
    """Return where on the axis a value of R stands; None for what is no number."""
    if isinstance(value, str):  # `inf`, as JSON carries it
        value = {"inf": math.inf}.get(value)
    if not isinstance(value, (int, float)) or math.isnan(value) or value < 0:
        return None
    power = math.log10(value) if 0 < value < math.inf else math.copysign(99, value - 1)
    power = min(max(power, LOWEST), HIGHEST)
    return round(LEFT + WIDTH * (power - LOWEST) / (HIGHEST - LOWEST))


def _at(value: float) -> int:
    found = place(value)
    assert found is not None
    return found


@dataclass(frozen=True)
class Axis:
    """What all plots of R share; printed once, used by each."""

    left: int = _at(0)
    holds: int = _at(R_HOLDS)
    fails: int = _at(R_FAILS)
    right: int = _at(math.inf)

    @property
    def labels(self) -> list[Label]:
        """Return the labelled places; the two bounds stand close together."""
        return [
            Label(self.left, "R = 0", "start"),
            Label(self.holds + 3, f"{R_HOLDS:g}", "end"),
            Label(self.fails - 3, f"{R_FAILS:g}", "start"),
            *(Label(_at(10.0**power), text) for power, text in TICKS),
        ]


def marks(values: Iterable[Any]) -> list[Mark]:
    """Return a mark for each value of R that can be drawn, each once."""
    places = sorted({x for value in values if (x := place(value)) is not None})
    return [Mark(_form(x), x) for x in places]


def _form(x: int) -> str:
    if x <= _at(R_HOLDS):
        return "dot"
    return "cross" if x >= _at(R_FAILS) else "ring"
