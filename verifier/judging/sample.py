"""A failing draw of a larger case: where the two sides differ, large enough to see."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.comparison import sides
from ..engine.evaluate import Exact
from ..engine.experiment import Experiment
from ..engine.finding import Finding
from ..language.arrays import Array
from ..language.statement import Claim
from .tally import Spot, Tally
from .verdict import differing

LARGEST = 12
"""Rows and columns that are shown at most."""


def sample(experiment: Experiment, claim: Claim, tally: Tally) -> dict[str, Any] | None:
    """Return both sides of one failing draw, the largest that can be shown."""
    # What balls show to agree was floating point's mistake, and no sample of a failure.
    spots = [spot for spot in tally.failing if spot.finding is not Finding.SAME]
    first: dict[int, Spot] = {}
    for spot in spots:  # of each case the first
        first.setdefault(id(spot.block), spot)
    fit = [spot for spot in first.values() if max(_shape(claim, spot)) <= LARGEST]
    if not fit:
        return None
    spot = max(fit, key=lambda s: (np.prod(_shape(claim, s)), -s.number))
    J, C = sides(experiment, claim, spot.block, spot.draw)
    mask = differing(C, J, experiment.precision)[0]
    left, right = J[0, 0], C[0, 0]
    return {
        "sizes": spot.block.case.numbers,
        "draw": spot.number,
        "autodiff": _rounded(left),
        "claim": _rounded(right),
        "difference": _rounded(np.where(mask, right - left, 0.0)),
        "differ": int(mask.sum()),
        "entries": int(mask.size),
    }


def _shape(claim: Claim, spot: Spot) -> tuple[int, int]:
    return Exact(spot.block.case.numbers).shape(claim.demanded)


def _rounded(X: Array) -> list[list[float]]:
    return [[float(f"{x:.3g}") for x in row] for row in X]
