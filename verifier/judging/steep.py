"""Draws where the function has a value, and autodiff or the claim has none.

Where autodiff makes no number, as of a root of what is zero all around the draw, the
function may have a derivative, which balls know. A claim without a value there, or in a
region that no draw is in, says less than it should.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..engine.experiment import Experiment
from ..engine.finding import Finding
from ..language.statement import Claim
from .confirming import one_of_each_round, says_little
from .counting import NO_SLOPE
from .jumps import of_each_side
from .tally import Spot, Tally
from .watching import evaluation

BESIDE = 1 + 2.0**-20
"""By how much values are multiplied to see whether a claim is odd at one point only."""


def some_of_each(
    experiment: Experiment, claim: Claim, spots: Sequence[Spot]
) -> list[Spot]:
    """Return one draw of each sort, and one of each side of what bends."""
    spots = sorted(spots, key=says_little)
    sides = of_each_side(experiment, claim, spots)
    return list(dict.fromkeys([*sides, *one_of_each_round(spots, experiment)]))


def left_open(tally: Tally) -> str:
    """Say at how many draws without a number from autodiff balls see none either."""
    asked = (*tally.steep, *tally.unclaimed)
    unknown = [s for s in asked if s.finding is Finding.UNDECIDED and not s.special]
    count = sum(tally.heard(s) and not s.claimless for s in unknown)
    return f"no enclosure decides {count} draws with {NO_SLOPE}" if count else ""


def claimless(
    experiment: Experiment, claim: Claim, tally: Tally, spots: Sequence[Spot]
) -> list[Spot]:
    """Return draws where the left side has a value and the claim has none.

    Floats must see none either, there and a little beside it, nor an infinite one: what
    is one over a number that is too small for them may be finite. At larger sizes than
    those of the run entries are not scaled, and balls know: what is singular there from
    some size on, as a matrix of a low rank, is garbage in floats and not infinite.
    """
    larger = {id(block) for block in (*experiment.beyond, *experiment.distant)}
    return [
        spot
        for spot in spots
        if spot.claimless
        and not spot.special
        and (
            id(spot.block) in larger
            or (tally.heard(spot) and _is_nan(experiment, claim, spot))
        )
    ]


def _is_nan(experiment: Experiment, claim: Claim, spot: Spot) -> bool:
    case, at = spot.block.case, slice(spot.draw, spot.draw + 1)
    raw = {name: X[:1, at] for name, X in spot.raw.items()}
    beside = {name: X if "." in name else X * BESIDE for name, X in raw.items()}
    raw = {name: np.concatenate([X, beside[name]]) for name, X in raw.items()}
    here = evaluation(experiment.statement, raw, case)
    assert claim.term is not None
    with np.errstate(all="ignore"):
        return bool(np.isnan(here.of(claim.term)).any(axis=(-2, -1)).all())
