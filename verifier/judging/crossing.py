"""Draws that are moved, entry after entry, to a side of a jump that none is on.

A line through a draw scales all of its entries, or one. Of idempotent matrices one in a
hundred has no entry above 1/2, and no line leads there: so the draw that is nearest is
moved by the entry that brings it nearest, again and again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

import numpy as np

from ..engine.experiment import Experiment
from ..language.arrays import Array
from ..language.statement import Claim
from ..language.term import Term
from .jumps import bending, moved
from .tally import Spot
from .watching import evaluation

MOST = 3
"""Jumps that are crossed."""
ROUNDS = 6
"""Entries that are moved, one after the other."""
FACTORS = np.exp2(np.arange(-6, 6.5, 0.5))
FACTORS = np.concatenate((FACTORS, -FACTORS))
"""How many times as large an entry becomes."""
BEYOND = 0.75
"""How far beyond a jump, of the furthest points found there, one is taken."""
NUMBERS = 400_000
"""Entries of a value at all points together, beyond which none are looked for."""


def across(
    experiment: Experiment, claim: Claim, spots: Sequence[Spot]
) -> Iterator[Spot]:
    """Yield draws on a side of a jump on which there is none of some, or one value."""
    spots = [spot for spot in spots if not spot.block.large]
    _, bent = bending(experiment, claim)
    left = MOST
    for term in dict.fromkeys(bent):
        gaps = [_gap(term, spot) for spot in spots]
        for side in (1, -1):
            here = [(side * gap, i) for i, gap in enumerate(gaps) if side * gap > 0]
            # All on the other side may be one value, as a matrix that is zero.
            there = {_rounded(gap) for gap in gaps if side * gap < 0}
            if left and here and len(there) <= 1:
                left -= 1
                spot = _crossed(experiment, term, spots[min(here)[1]], there)
                yield from [spot] if spot else []


def _gap(term: Term, spot: Spot) -> float:
    """Return how far a draw is from where a number jumps; 0 where it is no number."""
    gap = _difference([spot.block.of(arg) for arg in term.args])
    if gap.shape[-2:] != (1, 1):
        return 0.0
    value = float(np.broadcast_to(gap, (len(spot.block.draws), 1, 1))[spot.draw, 0, 0])
    return value if np.isfinite(value) else 0.0


def _difference(args: Sequence[Array]) -> Array:
    with np.errstate(all="ignore"):
        return args[0] if len(args) == 1 else args[0] - args[1]


def _rounded(gap: float) -> float:
    return float(f"{gap:.9g}")


def _crossed(
    experiment: Experiment, term: Term, spot: Spot, known: Set[float]
) -> Spot | None:
    """Move a draw until it is on the other side, at no gap that is known there.

    None where it does not get there.
    """
    statement, case = experiment.statement, spot.block.case
    names = sorted(moved(statement, [term]) & spot.block.draws.raw.keys())
    drawn = {
        name: X[0, spot.draw].astype(float) for name, X in spot.block.draws.raw.items()
    }
    here = {name: drawn[name].copy() for name in names}
    places = [(name, at) for name in names for at in np.ndindex(here[name].shape)]
    points = len(places) * len(FACTORS)
    if not points or statement.demands.entries(case.sizes) * points > NUMBERS:
        return None
    side = np.sign(_gap(term, spot))
    for _ in range(ROUNDS):
        tried = {
            name: np.broadcast_to(X, (1, points, *X.shape)).copy()
            for name, X in {**drawn, **here}.items()
        }
        for i, (name, at) in enumerate(places):
            some = slice(i * len(FACTORS), (i + 1) * len(FACTORS))
            tried[name][0, some, at[0], at[1]] *= FACTORS
        with np.errstate(all="ignore"):
            value = evaluation(statement, tried, case)
            gap = side * _difference([value.of(arg) for arg in term.args])
        gap = np.broadcast_to(gap, (1, points, 1, 1)).ravel()
        same = [_rounded(side * x) in known for x in gap.tolist()]
        gap = np.where(np.isfinite(gap) & ~np.array(same), gap, np.inf)
        beyond = np.flatnonzero(gap < 0)
        best = int(np.argmin(gap))
        if len(beyond):  # the furthest may be beyond another jump as well
            order = beyond[np.argsort(gap[beyond])]
            best = int(order[int(BEYOND * (len(order) - 1))])
        here = {name: tried[name][0, best] for name in names}
        if len(beyond):
            with np.errstate(all="ignore"):
                scales = {name: here[name] / drawn[name] for name in names}
            if not all(np.isfinite(c).all() for c in scales.values()):
                return None
            return Spot(spot.block, spot.draw, scales=scales, closely=True)
    return None
