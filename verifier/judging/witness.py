"""Draws where floating point looks wrong, and enclosures side with the claim.

Where a function saturates or a sum cancels, no arithmetic of 53 bits has more digits,
and neither side is to blame. Balls of 53 bits tell: what they enclose is what rounding
explains, and autodiff is called inaccurate only where it lies outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from ..engine.ball_point import FAULTS, point
from ..engine.balls import precision
from ..engine.comparison import sides
from ..engine.experiment import Experiment
from ..engine.finding import as_floats
from ..language.arrays import Array
from ..language.primitives import FUNCTIONS
from ..language.statement import Claim
from ..language.term import terms
from .tally import Spot, Tally

BITS = {"float64": 53, "float32": 24}
ASKED = 12
"""Draws at which it is looked for whose fault it is, the worst first."""
BEYOND = 8
"""How many radii of an enclosure count as what rounding explains."""


def testimony(experiment: Experiment, claim: Claim, tally: Tally) -> list[str]:
    """Say where autodiff is worse than rounding explains, and where balls decided."""
    spots = sorted(tally.settled, key=lambda s: -s.R)
    failing = [s for s in spots if s in tally.failing]
    wrong = [s for s in failing[:ASKED] if _is_inaccurate(experiment, claim, s)]
    notes = [_accusation(experiment, wrong)] if wrong else []
    if count := len(spots) - len(wrong):
        draws = "1 draw" if count == 1 else f"{count} draws"
        notes.append(f"{draws} where floating point cancels: decided by balls")
    return notes


def _accusation(experiment: Experiment, wrong: Sequence[Spot]) -> str:
    names = sorted({t.op for t in terms(experiment.statement.body)} & {*FUNCTIONS})
    used = f" of {', '.join(names)}" if names else ""
    draws = "1 draw" if len(wrong) == 1 else f"{len(wrong)} draws"
    where = f"at {draws}, draw {wrong[0].number} the worst"
    return f"autodiff inaccurate here {where}: JAX {version('jax')}{used}"


def _is_inaccurate(experiment: Experiment, claim: Claim, spot: Spot) -> bool:
    """Whether autodiff is further from the truth than an enclosure in as many bits."""
    if not experiment.differentiates:
        return False
    assert spot.enclosure is not None and spot.enclosure.left is not None
    true = spot.enclosure.left
    left, right = (X[0, 0] for X in sides(experiment, claim, spot.block, spot.draw))
    error = abs(left - true)
    if not error.max() > abs(right - true).max():
        return False
    explained = _explained(experiment, claim, spot)
    return explained is not None and bool((error > BEYOND * explained).any())


def _explained(experiment: Experiment, claim: Claim, spot: Spot) -> Array | None:
    """Return the radii of the left side in balls of as many bits as floats have."""
    at = point(experiment.statement, spot.block.case, spot.raw, spot.draw)
    with precision(BITS[experiment.settings.dtype]):
        try:
            found = at.left(claim)
        except FAULTS:
            return None
        if not all(x.is_finite() for x in found.ravel()):
            return None
        radii = as_floats(np.vectorize(lambda x: x.rad(), otypes=[object])(found))
        return radii + abs(as_floats(found)) * experiment.precision.unit
