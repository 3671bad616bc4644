"""The verdict on values that code gives: the noise rule of every claim.

Code may compute in float32: then it is judged by the rounding of that, which is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..engine.draws import LANES, PRECISIONS, Precision
from ..engine.outcome import FAILS, HOLDS, INCONCLUSIVE, R_FAILS, R_HOLDS, evidence
from ..judging.verdict import Measure, measure
from ..language.arrays import Array
from .items import Batch

USUAL = 0.75
"""The part of the draws at which values are no larger than is usual."""
LEAST = 8
"""Usable draws without which there is no verdict, unless fewer were asked for."""


@dataclass
class Compared:
    """What code gives beside what is right, at the draws of one choice of sizes."""

    batch: Batch
    right: Array
    """As it stands in the layout, (lanes, draws, rows, columns)."""
    code: Array
    """The same of the code, (draws, rows, columns); NaN where it has no value."""
    usable: Array
    """Which draws count."""
    moved: dict[int, Array] = field(default_factory=dict)
    """What code gives at the moved copies of a draw, (lanes - 1, rows, columns)."""

    def measured(self, precision: Precision) -> Measure:
        """Compare at all draws; the noise of code counts where it is known."""
        C = np.repeat(self.code[None], LANES, axis=0)
        for draw, copies in self.moved.items():
            C[1:, draw] = copies
        return measure(C, self.right, precision)


@dataclass(frozen=True)
class Judgement:
    """A verdict, what it rests on, and at which draws code is wrong."""

    verdict: str
    evidence: dict[str, Any]
    failing: list[tuple[Compared, int]]
    coarse: bool = False
    """Whether it would hold by the rounding of float32."""


def doubtful(found: Compared, dtype: str, most: float) -> list[int]:
    """Return draws that do not hold, where the noise of code may matter."""
    seen = found.measured(PRECISIONS[dtype])
    valued = found.usable & np.isfinite(found.code).all(axis=(-2, -1))
    wrong = valued & ~seen.holds & (most > seen.R)
    return [int(draw) for draw in np.flatnonzero(wrong)]


def judged(found: Sequence[Compared], dtype: str) -> Judgement:
    """Return what all draws say together."""
    precision = PRECISIONS[dtype]
    usual = usual_size([one.right[0][one.usable] for one in found])
    failing: list[tuple[Compared, int]] = []
    holding = unclear = undefined = 0
    left_out: Counter[str] = Counter()
    R: list[float] = []
    relative: list[float] = []
    sizes: list[dict[str, int]] = []
    for one in found:
        seen, usable = one.measured(precision), one.usable
        lost = usable & ~np.isfinite(one.code).all(axis=(-2, -1))
        wrong = usable & seen.fails & ~lost & ~faint(one, usual, precision)
        failing += [(one, int(draw)) for draw in np.flatnonzero(wrong)]
        good = usable & seen.holds & ~lost
        holding += int(good.sum())
        undefined += int(lost.sum())
        unclear += int((usable & ~wrong & ~good & ~lost).sum())
        left_out.update(one.batch.left_out)
        R += [float(r) for r in seen.R[usable & ~lost]]
        relative += [float(r) for r in seen.relative[good]]
        if usable.any() and dict(one.batch.sizes) not in sizes:
            sizes.append(dict(one.batch.sizes))
    if unclear:
        left_out["ill-conditioned"] = unclear
    digits = None
    if relative and not failing:
        digits = float(-np.log10(max(*relative, precision.unit)))
    made = evidence(
        "float",
        digits=digits,
        draws=holding + len(failing),
        left_out=dict(left_out),
        undefined=undefined,
        sizes=sizes,
        R=max(R, default=None),
        failing=len(failing),
        vacuous=all(bool((one.right[0] == 0).all()) for one in found),
    )
    if failing:
        return Judgement(FAILS, made, failing, _coarse(found, dtype))
    asked = sum(len(one.usable) for one in found)
    if undefined:
        said = f"it gives no finite number at {undefined} of {asked} draws"
        made["note"] = f"{said} where the formula has a value"
        return Judgement(FAILS if not holding else INCONCLUSIVE, made, [])
    if holding < min(LEAST, asked) or unclear > holding:
        made["note"] = f"only {holding} of {asked} draws are usable"
        return Judgement(INCONCLUSIVE, made, [])
    return Judgement(HOLDS, made, [])


def faint(one: Compared, usual: float, precision: Precision) -> Array:
    """Return draws where code is off by no more than it may be at usual draws.

    At these what is right is nearly zero, beside what it is elsewhere: 1 - sigmoid(x)
    has no digits at large x, and is no mistake. Such a draw says nothing.
    """
    with np.errstate(all="ignore"):
        gap = abs(one.code - one.right[0]).max(axis=(-2, -1))
    return gap < R_FAILS * precision.unit * usual


def usual_size(values: Sequence[Array]) -> float:
    """Return how large values are at most draws; at some they are far larger."""
    sizes = [abs(X).max(axis=(-2, -1)) for X in values]
    every = np.concatenate([*sizes, np.zeros(1)])
    return float(np.quantile(every[np.isfinite(every)], USUAL))


def _coarse(found: Sequence[Compared], dtype: str) -> bool:
    """Whether code of double precision agrees as far as single precision would."""
    if dtype == "float32":
        return False
    single, double = PRECISIONS["float32"], PRECISIONS[dtype]
    for one in found:
        J, size = one.right, np.maximum(abs(one.right[0]), abs(one.code))
        noise = 2 * abs(J[1] - J[0]) * (single.unit / double.push) + single.unit * size
        gap, floor = (X.max(axis=(-2, -1)) for X in (abs(one.code - J[0]), noise))
        if not (gap <= R_HOLDS * floor)[one.usable].all():
            return False
    return True
