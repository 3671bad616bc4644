"""Quadratic forms of values near zero, and the valleys in which they say nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb

from .charts import Span
from .minima import Form, Vector, combined, directions, dot, unit
from .paths import Ball, largest

Array = Any
Value = Callable[[Array], Ball]
Squares = list[tuple[Ball, Vector]]
"""Numbers and conjugate directions: what a form is the sum of."""

FLAT = arb(2) ** -3000
"""A value in a valley is zero if it is so much smaller than the form beside it."""
ASIDE = arb(2) ** -1600
"""So far from the bottom a norm, which is zero there, has an enclosure."""
ROUNDS = 16


def quadratic_form(value: Value, chart: Span, t: Ball, kinks: bool) -> Form | None:
    """Return the quadratic form at step t, or None where the value is none."""

    def e(c: Vector) -> Ball:
        return value(chart.array([x * t for x in c]))

    n = chart.size
    axes = [unit(i, n) for i in range(n)]
    middle = e([arb(0)] * n)
    up, down = [e(a) for a in axes], [e(combined(a, -2, a)) for a in axes]
    H = [[arb(0)] * n for _ in range(n)]
    for i, a in enumerate(axes):
        H[i][i] = (up[i] - 2 * middle + down[i]) / t**2
        for j in range(i):
            both = e(combined(a, 1, axes[j]))
            H[i][j] = H[j][i] = (both - up[i] - up[j] + middle) / t**2
    if not all(x.is_finite() for row in H for x in row):
        return None
    # With kinks a form may be the right one on a side, so that more are looked at.
    drawn = [arb(x) for x in chart.drawn]
    more = directions(n)[-12:] if kinks else directions(n)[-6:]
    checked = [(c, e(c)) for c in (drawn, [-x for x in drawn], *more)]
    for c, y in [*checked, *zip(axes, up, strict=True)]:
        Hc = [dot(row, c) for row in H]
        size = sum((abs(x * z) for x, z in zip(Hc, c, strict=True)), arb(0))
        rest = y - middle - t**2 * dot(Hc, c) / 2
        bound = t**2 * (size + largest(abs(x.mid()) for r in H for x in r))
        if not rest.abs_upper() <= bound.mid() * arb(2) ** -40:
            return None
    return H


def across(value: Value, chart: Span, steep: Squares, x: Vector, t: Ball) -> Vector:
    """Go from a place on a flat direction to the lowest one across it.

    Newton's method gains a factor t each time; where the lowest value is zero, it
    goes on until that is so to all bits that count.
    """
    if not steep:
        return x
    step = t * ASIDE
    aside = [arb(i + 1) / 8 * t * ASIDE for i in range(chart.size)]
    x = combined(x, 1, aside)
    floor = largest(abs(d) for d, _ in steep) * FLAT * t * t
    y = abs(value(chart.array(x)))
    for _ in range(ROUNDS):
        if not y.is_finite() or y.abs_upper() <= floor:
            break
        for d, u in steep:
            up = value(chart.array(combined(x, step, u)))
            down = value(chart.array(combined(x, -step, u)))
            x = combined(x, -(up - down) / (2 * step * d), u)
        x = combined(x, 1, aside)
        before, y = y, abs(value(chart.array(x)))
        if not y <= before * arb(2) ** -20:
            break
    return x
