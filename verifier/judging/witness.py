"""Where floating point and enclosures differ, and enclosures side with the claim."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from ..engine.comparison import sides
from ..engine.enclosure import Finding
from ..engine.experiment import Experiment
from ..language.primitives import FUNCTIONS
from ..language.statement import Claim
from ..language.term import terms
from .tally import Spot, Tally


def testimony(experiment: Experiment, claim: Claim, tally: Tally) -> list[str]:
    """Say which side floating point got wrong, where a failing draw proved to hold."""
    wrong = [s for s in tally.failing if s.finding is Finding.SAME]
    if not wrong:
        return []
    spot = max(wrong, key=lambda s: s.R)
    where = f"at {len(wrong)} draws, draw {spot.number} the worst"
    if _autodiff_is_worse(experiment, claim, spot):
        names = sorted({t.op for t in terms(experiment.statement.body)} & {*FUNCTIONS})
        used = f" of {', '.join(names)}" if names else ""
        return [f"autodiff inaccurate here {where}: JAX {version('jax')}{used}"]
    return [f"the closed form loses digits in floating point {where}"]


def _autodiff_is_worse(experiment: Experiment, claim: Claim, spot: Spot) -> bool:
    assert spot.enclosure is not None and spot.enclosure.left is not None
    true = spot.enclosure.left
    left, right = (X[0, 0] for X in sides(experiment, claim, spot.block, spot.draw))
    return bool(np.max(abs(left - true)) > np.max(abs(right - true)))
