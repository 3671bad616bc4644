"""The verdict in floating point: a discrepancy against the noise measured at the draw.

    noise = (|C(x') - C(x)| + |J(x') - J(x)|) * unit / push   x' pushed: conditioning
          + max of |C(x'') - C(x)| + |J(x'') - J(x)|          x'' moved: rounding dust
    R     = |C - J| / (noise + unit * max(|J|, |C|)),   rho = noise / max(|J|, |C|)

once for the whole derivative and once for each of its rows and columns, so that a small
wrong block cannot hide. A draw holds if R <= 32 and rho <= 1e-8, fails if R >= 1000 and
rho <= 1e-8; any other is open, and a stronger stage decides. NaN is neither.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from ..engine.draws import Precision
from ..engine.outcome import R_FAILS, R_HOLDS
from ..language.arrays import Array

STEADY = {2.0**-53: 1e-8, 2.0**-24: 2.0**-11}
"""The largest rho that lets a draw speak, by the unit of the arithmetic."""


@dataclass(frozen=True)
class Measure:
    """R, rho and the digits agreed, for each draw, and what each draw says."""

    R: Array
    rho: Array
    relative: Array
    holds: Array
    fails: Array
    open: Array
    zero: Array
    """Where both sides are exactly zero."""

    def only(self, draws: Any) -> Measure:
        """Return what some of the draws say."""
        return Measure(*(getattr(self, f.name)[draws] for f in fields(self)))

    def worse(self, draws: Any, other: Measure) -> Measure:
        """Let some draws say no better than another measure of them does."""
        found = {f.name: getattr(self, f.name).copy() for f in fields(self)}
        for name in ("R", "rho", "relative"):
            found[name][draws] = np.maximum(found[name][draws], getattr(other, name))
        found["fails"][draws] |= other.fails
        found["holds"][draws] &= other.holds
        found["zero"][draws] &= other.zero
        found["open"] = ~(found["fails"] | found["holds"])
        return Measure(**found)


def measure(C: Array, J: Array, precision: Precision) -> Measure:
    """Compare claim and derivative, (lanes, draws, rows, columns) each."""
    with np.errstate(all="ignore"):
        gap = abs(C[0] - J[0])
        noise = _noise(C, J, precision)
        size = np.maximum(abs(C[0]), abs(J[0]))
        ratios = []
        for axes in ((-2, -1), (-2,), (-1,)):
            top, floor, scale = (
                X.max(axis=axes, keepdims=True) for X in (gap, noise, size)
            )
            ratio = top / (floor + precision.unit * scale)
            # 0 / 0: both sides are zero there, and so is their noise.
            ratio = np.where((top == 0) & (scale == 0), 0.0, ratio)
            ratios.append(ratio.max(axis=(-2, -1)))
        R = np.max(ratios, axis=0)
        scale = size.max(axis=(-2, -1))
        rho = np.where(scale == 0, 0.0, noise.max(axis=(-2, -1)) / scale)
        relative = np.where(scale == 0, 0.0, gap.max(axis=(-2, -1)) / scale)
        steady = rho <= STEADY[precision.unit]
        holds, fails = (R <= R_HOLDS) & steady, (R >= R_FAILS) & steady
    return Measure(R, rho, relative, holds, fails, ~(holds | fails), scale == 0)


def _noise(C: Array, J: Array, precision: Precision) -> Array:
    moved = abs(C[1:] - C[0]) + abs(J[1:] - J[0])
    return moved[0] * (precision.unit / precision.push) + moved[1:].max(axis=0)


def differing(C: Array, J: Array, precision: Precision) -> Array:
    """Return which entries differ by more than rounding, (draws, rows, columns)."""
    with np.errstate(all="ignore"):
        floor = _noise(C, J, precision)
        size = np.maximum(abs(C[0]), abs(J[0]))
        return ~(abs(C[0] - J[0]) <= R_HOLDS * (floor + precision.unit * size))


def weigh(
    C: Array, J: Array, size: Array, precision: Precision, noisy: bool = True
) -> Measure:
    """Compare columns entry by entry, (lanes, draws, entries) each.

    `size` is how large the summands of an entry are. Without noise R is larger than it
    would be, never smaller: then a draw holds, or it is open.
    """
    with np.errstate(all="ignore"):
        gap, scale = abs(C[0] - J[0]), np.maximum(size, abs(J[0]))
        noise = _noise(C, J, precision) if noisy else np.zeros_like(gap)
        ratio = gap / (noise + precision.unit * scale)
        R = np.where((gap == 0) & (scale == 0), 0.0, ratio).max(axis=-1)
        top = scale.max(axis=-1)
        rho = np.where(top == 0, 0.0, noise.max(axis=-1) / top)
        relative = np.where(top == 0, 0.0, gap.max(axis=-1) / top)
        steady = rho <= STEADY[precision.unit]
        holds, fails = (R <= R_HOLDS) & steady, (R >= R_FAILS) & steady & noisy
    return Measure(R, rho, relative, holds, fails, ~(holds | fails), top == 0)


def finite(X: Array) -> Array:
    """Return for each draw whether all lanes are finite everywhere."""
    return np.isfinite(X).all(axis=(0, *range(2, X.ndim)))


def agree(X: Array, Y: Array, precision: Precision) -> Array:
    """Return for each draw whether two ways to differentiate agree."""
    with np.errstate(all="ignore"):
        gap = abs(X[0] - Y[0]).max(axis=(-2, -1))
        scale = np.maximum(abs(X[0]), abs(Y[0])).max(axis=(-2, -1))
        noise = _noise(X, Y, precision).max(axis=(-2, -1))
        return gap <= 1e3 * (noise + precision.unit * scale)
