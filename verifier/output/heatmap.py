"""Heat maps as inline SVG: the shade says how large, a bar in a cell says negative."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from ..results import phrases

LEVELS = 4
"""Shades of each sign; a zero is a dot, and what is not finite a square."""
SMALL, LARGE = 12, 20
"""Pixels of a cell of many, and of few."""
FEW = 6
Rows = Sequence[Sequence[Any]]


def largest(*matrices: Rows) -> float:
    """Return the largest absolute value of all these, 1 where there is none."""
    found = [abs(x) for X in matrices for row in X for x in row if _finite(x)]
    return max(found, default=0.0) or 1.0


def heat_map(rows: Rows, scale: float, label: str) -> Markup:
    """Draw a matrix; `scale` is the value that gets the darkest shade.

    Cells of one shade side by side are one thick line, and their bars a dashed one, so
    that many maps take little room in a page.
    """
    lines: dict[str, list[str]] = {}
    for i, row in enumerate(rows):
        start = 0
        for shade, run in groupby(_shade(value, scale) for value in row):
            length = len(list(run))
            for kind, line in _lines(shade, start, i, length):
                lines.setdefault(kind, []).append(line)
            start += length
    height, width = len(rows), max(map(len, rows), default=0)
    side = LARGE if max(height, width) <= FEW else SMALL
    paths = (
        Markup('<path class="{}" d="{}"/>').format(kind, "".join(found))
        for kind, found in sorted(lines.items())
    )
    return Markup(
        '<svg class="map" role="img" aria-label="{}" viewBox="0 -.5 {w} {h}" '
        'width="{}" height="{}">{}</svg>'
    ).format(
        label, width * side, height * side, Markup("").join(paths), w=width, h=height
    )


def _shade(value: Any, scale: float) -> str:
    """Return the class of a cell: `p4` for the largest, `n1` for a little negative."""
    if not _finite(value):
        return "odd"
    if value == 0:
        return "zero"
    level = max(1, math.ceil(min(abs(value) / scale, 1) * LEVELS))
    return f"{'n' if value < 0 else 'p'}{level}"


def _lines(shade: str, x: int, y: int, length: int) -> Iterator[tuple[str, str]]:
    """Yield the lines of some cells of one shade, each with its class."""
    if shade in ("odd", "zero"):
        yield shade, f"M{x}.5 {y}h{length - 1}"
        return
    yield shade, f"M{x} {y}h{length}"
    if shade[0] == "n":
        # Lines are painted in the order of their classes: the bars come last.
        yield f"sign {shade}", f"M{x}.3 {y}h{length - 0.6:g}"


def _finite(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and math.isfinite(value)


def described(name: str, rows: Rows) -> str:
    """Return what a heat map shows, for those who do not see it."""
    found = [x for row in rows for x in row if _finite(x)]
    size = f"{len(rows)} x {max(map(len, rows), default=0)}"
    if not found:
        return f"{name}: {size}"
    low, high = phrases.short(min(found)), phrases.short(max(found))
    return f"{name}: {size}, from {low} to {high}"
