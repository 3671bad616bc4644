"""Draws that are moved, step after step, to a side of a jump that none is on.

A line through a draw scales all of its entries, or one. Of idempotent matrices one in a
hundred has no entry above 1/2, and no line leads there: so the draw that is nearest is
moved by the entry that brings it nearest, again and again. Where only a thin layer of
all values has a claim, as that of `arcsin(A @ ones(n, 1))`, one entry leads out of it,
and several together may lead along. A jump is crossed at zero, or else at a pole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set

import numpy as np

from ..engine.experiment import Experiment
from ..language.arrays import Array
from ..language.statement import Claim
from ..language.term import Term, terms
from .jumps import bending, moved
from .tally import Spot
from .watching import evaluation, finite, has_pole

MOST = 3
"""Jumps that are crossed."""
ROUNDS = 16
"""Steps of a draw, at most."""
FACTORS = np.exp2(np.arange(-6, 6.5, 0.5))
FACTORS = np.concatenate((FACTORS, -FACTORS))
"""How many times as large an entry becomes."""
DIRECTIONS = 12
"""Directions of each sort in which several entries move: two of them, or all."""
LENGTHS = np.exp2(np.arange(-5.0, 4.0))
"""How far they move, of what they are."""
BEYOND = 0.75
"""How far beyond a jump, of the furthest points found there, one is taken."""
NUMBERS = 400_000
"""Entries of a value at all points together, beyond which none are looked for."""


def across(
    experiment: Experiment, claim: Claim, spots: Sequence[Spot]
) -> Iterator[Spot]:
    """Yield draws on a side of a jump on which there is none of some, or one value."""
    spots = [spot for spot in spots if not spot.block.large]
    still, bent = bending(experiment, claim)
    left = MOST
    for term in dict.fromkeys(bent):
        gaps = [_gap(term, spot) for spot in spots]
        for side in (1, -1):
            here = [(side * gap, i) for i, gap in enumerate(gaps) if side * gap > 0]
            # All on the other side may be one value, as a matrix that is zero.
            there = {_rounded(gap) for gap in gaps if side * gap < 0}
            if left and here and len(there) <= 1:
                left -= 1
                nearest, furthest = (spots[end(here)[1]] for end in (min, max))
                spot = _Walk(experiment, term, nearest, there).crossed(still)
                if spot is None and any(map(has_pole, terms(*term.args))):
                    walk = _Walk(experiment, term, furthest, there, np.reciprocal)
                    spot = walk.crossed(still)
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


class _Walk:
    """The way of one draw across a jump, to no gap that is known there."""

    def __init__(
        self,
        experiment: Experiment,
        term: Term,
        spot: Spot,
        known: Set[float],
        measured: Callable[[Array], Array] = np.positive,
    ):
        self.statement, self.spot = experiment.statement, spot
        self.term, self.known = term, known
        self.measured = measured
        """What becomes smaller on the way: a gap, or towards a pole one over it."""
        self.side = np.sign(_gap(term, spot))
        drawn = spot.block.draws.raw
        self.drawn = {name: X[0, spot.draw].astype(float) for name, X in drawn.items()}
        self.names = sorted(moved(self.statement, [term]) & drawn.keys())

    def crossed(self, still: Sequence[Term]) -> Spot | None:
        """Return where it ends; None where it does not get across.

        Where all of some terms have a value, if it gets there at all.
        """
        here = np.concatenate([self.drawn[name].ravel() for name in self.names] or [[]])
        steps = _Steps(here)
        entries = self.statement.demands.entries(self.spot.block.case.sizes)
        if not len(steps.free) or entries * steps.count > NUMBERS:
            return None
        outside = None
        for _ in range(ROUNDS):
            tried = steps.of(here)
            gap, valued = self._looked_at(tried, still)
            best = _furthest(np.where(valued, gap, np.inf))
            if gap[best] < 0 and valued[best]:
                return self._spot(tried[best])
            if outside is None and gap[_furthest(gap)] < 0:
                outside = tried[_furthest(gap)]
            here = tried[best if valued.any() else _furthest(gap)]
        return None if outside is None else self._spot(outside)

    def _looked_at(self, tried: Array, still: Sequence[Term]) -> tuple[Array, Array]:
        """Return how far points are from across, and which of them have a value."""
        raw = self._raw(tried)
        with np.errstate(all="ignore"):
            value = evaluation(self.statement, raw, self.spot.block.case)
            gap = self.side * _difference([value.of(arg) for arg in self.term.args])
        gap = np.broadcast_to(gap, (1, len(tried), 1, 1)).ravel()
        same = [_rounded(self.side * x) in self.known for x in gap.tolist()]
        with np.errstate(all="ignore"):
            measured = self.measured(gap)
        gap = np.where(np.isfinite(measured) & ~np.array(same), measured, np.inf)
        return gap, finite(value, still, len(tried)) & np.isfinite(gap)

    def _raw(self, tried: Array) -> dict[str, Array]:
        """Return what is drawn for all names, with other entries at each point."""
        points, at = len(tried), 0
        raw = {
            name: np.broadcast_to(X, (1, points, *X.shape))
            for name, X in self.drawn.items()
        }
        for name in self.names:
            X = self.drawn[name]
            raw[name] = tried[:, at : at + X.size].reshape(1, points, *X.shape)
            at += X.size
        return raw

    def _spot(self, point: Array) -> Spot | None:
        raw = self._raw(point[None])
        with np.errstate(all="ignore"):
            scales = {name: raw[name][0, 0] / self.drawn[name] for name in self.names}
        if not all(np.isfinite(c).all() for c in scales.values()):
            return None
        return Spot(self.spot.block, self.spot.draw, scales=scales, closely=True)


class _Steps:
    """Where a draw may go next: an entry is another, or two, or all of them."""

    def __init__(self, start: Array):
        self.free = np.flatnonzero(start)
        """What is drawn as zero is so by its type."""
        self.count = len(self.free) * len(FACTORS) + 2 * DIRECTIONS * len(LENGTHS)
        self.random = np.random.default_rng(0)

    def of(self, here: Array) -> Array:
        """Return points around one."""
        singly = np.repeat(here[None], len(self.free) * len(FACTORS), axis=0)
        for i, k in enumerate(self.free):
            singly[i * len(FACTORS) : (i + 1) * len(FACTORS), k] *= FACTORS
        ways = np.zeros((2 * DIRECTIONS, len(here)))
        ways[:, self.free] = self.random.standard_normal((len(ways), len(self.free)))
        for way in ways[:DIRECTIONS]:
            kept = self.random.permutation(self.free)[:2]
            way[np.setdiff1d(self.free, kept)] = 0
        size = np.abs(here[self.free]).mean()
        together = here + size * LENGTHS[:, None, None] * ways
        return np.concatenate((singly, together.reshape(-1, len(here))))


def _furthest(gap: Array) -> int:
    """Return which point is nearest to across, or far beyond, not furthest.

    The furthest may be beyond another jump as well.
    """
    beyond = np.flatnonzero(gap < 0)
    if not len(beyond):
        return int(np.argmin(gap))
    order = beyond[np.argsort(gap[beyond])]
    return int(order[int(BEYOND * (len(order) - 1))])
