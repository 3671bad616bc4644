"""Every draw of a claim compared in floating point: along directions, the first whole.

All draws of all cases are weighed in one call, columns padded with zeros to one length:
the difference of nothing and nothing is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.comparison import Compared, Pair, compared, left_whole
from ..engine.draws import LANES
from ..engine.experiment import Block, Experiment
from ..engine.points import Points
from ..engine.undecided import CROWDED
from ..language.arrays import Array
from ..language.layout import Layout
from ..language.statement import Claim
from .kinks import REASON as KINK
from .tally import Spot, Tally
from .valueless import partial, valueless
from .verdict import Measure, agree, finite, measure, weigh

MODES = "forward and reverse mode differ"
NOT_FINITE = "not finite"
NO_SLOPE = "no number from autodiff where the function has one"
KEPT = 64
"""Draws of a case that hold and are kept one by one."""
CONTRADICTION = 1e3
"""R between the two modes of JAX from which on they contradict each other."""


@dataclass(frozen=True, eq=False)  # it holds arrays, which do not compare
class Rows:
    """Some draws of a block, compared at the points of their own copies."""

    block: Block
    draws: Array
    points: Points
    compared: Compared


@dataclass(frozen=True, eq=False)
class _Known:
    """At which draws floats find what: a mask for each."""

    there: Array
    """The function has a value."""
    defined: Array
    """So has its left side, as autodiff takes it."""
    claimed: Array
    """So has the claim."""
    nowhere: Array
    """The claim has none, nor a little beside the draw."""
    contrary: Array
    """Forward and reverse mode differ."""


def tally_of(experiment: Experiment, claim: Claim, term: Any = None) -> Tally:
    """Compare both sides at every draw; where floats cannot tell, with their noise."""
    term = term or claim.term
    found = [
        Rows(
            block,
            np.arange(block.points.lanes.shape[1]),
            block.points,
            compared(experiment, claim, block, term),
        )
        for block in experiment.blocks
    ]
    count = _Count(experiment, claim, term)
    count.start(found)
    count.weigh(found)
    for rows in found:
        count.rest(rows)
    count.tally.open.sort(key=lambda spot: -spot.R)
    return count.tally


def tally_at(experiment: Experiment, claim: Claim, block: Block) -> Tally:
    """Compare both sides at the draws of one block that is none of the run."""
    seen = compared(experiment, claim, block, claim.term)
    rows = Rows(block, np.arange(len(block.draws)), block.points, seen)
    count = _Count(experiment, claim, claim.term)
    count.start([rows])
    count.weigh([rows])
    return count.tally


class _Count:
    def __init__(self, experiment: Experiment, claim: Claim, term: Any):
        self.experiment, self.claim, self.term = experiment, claim, term
        self.precision = experiment.precision
        self.tally = Tally()
        self.masks: dict[int, dict[str, Array]] = {}
        """By block the reasons why the left side has no value, and where."""

    def start(self, found: Sequence[Rows]) -> None:
        """Count what is left out before anything is compared."""
        body = self.experiment.statement.bodies[self.claim.layout or Layout.NUMERATOR]
        left, right = partial(body), partial(self.term)
        for rows in found:
            masks = valueless(rows.block, left)
            # A claim that lacks a value beside a left side that has one is no claim.
            crowded = valueless(rows.block, right).get(CROWDED)
            if crowded is not None:
                masks[CROWDED] = masks.get(CROWDED, False) | crowded
            if self.claim.field == "hessian" and rows.block.creased is not None:
                masks[KINK] = rows.block.creased
            self.masks[id(rows.block)] = masks
            for reason, mask in rows.block.excluded.items():
                self.tally.leave_out(reason, int(mask.sum()))

    def weigh(self, found: Sequence[Rows]) -> None:
        """Count draws with their noise, those of all cases at once."""
        lanes = [rows.points.lanes for rows in found]
        C, J, size = _stacked([_columns(r.compared.pairs) for r in found], lanes)
        seen = weigh(C, J, size, self.precision)
        there = _joined(
            [
                _finite(r.compared.value)[at].all(axis=0)
                for r, at in zip(found, lanes, strict=True)
            ]
        )
        contrary = np.zeros(len(seen.R), bool)
        both = [rows.compared.modes for rows in found]
        modes = [_columns([pair]) for pair in both if pair is not None]
        if modes:
            contrary = ~(
                weigh(*_stacked(modes, lanes), self.precision).R <= CONTRADICTION
            )
        starts = np.cumsum([0, *(at.shape[1] for at in lanes)])
        wholes = [
            (int(start), rows)
            for start, rows in zip(starts, found, strict=False)
            if rows.draws[0] == 0 and 0 in rows.block.wholes
        ]
        if wholes:
            places = [start for start, _ in wholes]
            whole, clash = self._whole([rows for _, rows in wholes])
            seen = seen.worse(places, whole)
            contrary[places] |= clash
        nowhere = ~np.isfinite(C).all(axis=-1).any(axis=0)
        known = _Known(there, finite(J), finite(C), nowhere, contrary)
        self._count(found, seen, known)

    def _whole(self, found: Sequence[Rows]) -> tuple[Measure, Array]:
        """Measure all entries at the first draw of each case, and if modes clash."""
        lefts, others, rights = [], [], []
        for rows in found:
            whole = rows.block.wholes[0]
            lefts.append(left_whole(self.experiment, self.claim, rows.block, whole))
            rights.append(whole.of(self.term))
            others.append(
                left_whole(self.experiment, self.claim, rows.block, whole, "reverse")
            )
        J, C = _padded(lefts), _padded(rights)
        clash = ~agree(J, _padded(others), self.precision)
        return measure(C, J, self.precision), clash

    def _count(
        self,
        found: Sequence[Rows],
        seen: Measure,
        known: _Known,
    ) -> None:
        """Sort draws by what they say."""
        tally = self.tally
        blocks = [r.block for r in found for _ in range(len(r.draws))]
        draws = _joined([rows.draws for rows in found])
        usable = _joined([rows.block.usable[rows.draws] for rows in found])
        for reason in dict.fromkeys(r for masks in self.masks.values() for r in masks):
            mask = _joined([self._lacking(reason, rows) for rows in found])
            tally.leave_out(reason, int((usable & mask).sum()))
            usable &= ~mask
        self._silent(NOT_FINITE, blocks, draws, usable & ~known.there)
        usable &= known.there
        for nowhere in (True, False):
            mask = usable & ~known.defined & (known.nowhere == nowhere)
            steep = self._silent(NO_SLOPE, blocks, draws, mask)
            (tally.unclaimed if nowhere else tally.steep).extend(steep)
        usable &= known.defined
        tally.undefined += [
            Spot(blocks[i], int(draws[i]))
            for i in np.flatnonzero(usable & ~known.claimed).tolist()
        ]
        usable &= known.claimed
        self._silent(MODES, blocks, draws, usable & known.contrary & ~seen.holds)
        usable &= ~known.contrary | seen.holds
        tally.usable += int(usable.sum())
        tally.zero &= bool(seen.zero[usable].all())
        start = 0
        for rows in found:
            stop = start + len(rows.draws)
            numbers = dict(rows.block.case.numbers)
            here = usable[start:stop]
            if here.any() and numbers not in tally.sizes:
                tally.sizes.append(numbers)
            part = seen.only(slice(start, stop))
            every = len(rows.draws)
            self._spots(rows, part, part.fails & here, tally.failing, every)
            self._spots(rows, part, part.open & here, tally.open, every)
            held = part.holds & here
            tally.held += int(held.sum())
            self._spots(rows, part, held, tally.holding, KEPT)
            start = stop

    def _lacking(self, reason: str, rows: Rows) -> Array:
        """Return which draws have no value for a reason."""
        mask = self.masks[id(rows.block)].get(reason)
        return np.zeros(len(rows.draws), bool) if mask is None else mask[rows.draws]

    def _spots(
        self,
        rows: Rows,
        seen: Measure,
        mask: Array,
        spots: list[Spot],
        most: int,
    ) -> None:
        """Add so many draws that say the same, the first ones and the worst."""
        places = np.flatnonzero(mask)
        kept = places[:most]
        if len(places) > most:
            worst = (X[places].argmax() for X in (seen.R, seen.rho, seen.relative))
            kept = np.union1d(kept, places[list(worst)])
        said = (rows.draws, seen.R, seen.rho, seen.relative, seen.zero)
        each = zip(*(X[kept].tolist() for X in said), strict=True)
        spots += [Spot(rows.block, *one) for one in each]

    def _silent(
        self, reason: str, blocks: Sequence[Block], draws: Array, mask: Array
    ) -> list[Spot]:
        """Leave draws out for a reason, which floats cannot judge; return them."""
        places = np.flatnonzero(mask)
        self.tally.leave_out(reason, len(places))
        spots = [Spot(blocks[i], int(draws[i])) for i in places.tolist()]
        self.tally.silent += spots
        return spots

    def rest(self, rows: Rows) -> None:
        """Count the draws behind those whose noise is known: most agree without it."""
        block, count = rows.block, len(rows.block.draws)
        draws = np.arange(rows.points.lanes.shape[1], count)
        if not len(draws):
            return
        C, J, size = (X[draws] for X in _columns(rows.compared.pairs))
        seen = weigh(C[None], J[None], size, self.precision, noisy=False)
        same = seen.holds & _finite(rows.compared.value)[draws]
        if same.any():
            alone = Rows(block, draws[same], rows.points, rows.compared)
            true = np.ones(int(same.sum()), bool)
            known = _Known(true, true, true, ~true, ~true)
            self._count([alone], seen.only(same), known)
        others, tally = draws[~same], self.tally
        for start in range(0, len(others), NOTED):
            some = others[start : start + NOTED]
            points, along = self.experiment.noted(block, some)
            again = compared(
                self.experiment, self.claim, block, self.term, points, along
            )
            before = len(tally.failing)
            self.weigh([Rows(block, some, points, again)])
            if len(tally.failing) - before == len(some):
                # They all fail: the others are no different, and one is enough.
                alike = len(others[start + NOTED :])
                tally.alike, tally.usable = tally.alike + alike, tally.usable + alike
                break


def _finite(X: Array) -> Array:
    return np.isfinite(X).all(axis=(-2, -1))


def _joined(found: Sequence[Array]) -> Array:
    return np.concatenate(found)


NOTED = 64
"""Draws whose noise is measured together: as many as have moved copies."""


def _columns(pairs: Sequence[Pair]) -> tuple[Array, Array, Array]:
    """Put the columns of pairs one below the other: right, left, size."""
    right, left, size = (
        np.concatenate([getattr(pair, name)[..., 0] for pair in pairs], axis=-1)
        for name in ("right", "left", "size")
    )
    return right, left, size


def _stacked(
    found: Sequence[tuple[Array, Array, Array]], lanes: Sequence[Array]
) -> tuple[Array, Array, Array]:
    """Put cases side by side: both sides (LANES, draws, entries), and sizes."""
    count = sum(at.shape[1] for at in lanes)
    width = max(X.shape[-1] for X, _, _ in found)
    C, J = np.zeros((2, LANES, count, width), found[0][0].dtype)
    S = np.zeros((count, width), found[0][0].dtype)
    start = 0
    for (right, left, size), at in zip(found, lanes, strict=True):
        stop, n = start + at.shape[1], right.shape[-1]
        C[:, start:stop, :n], J[:, start:stop, :n] = right[at], left[at]
        S[start:stop, :n] = size[at[0]]
        start = stop
    return C, J, S


def _padded(found: Sequence[Array]) -> Array:
    """Put matrices (LANES, 1, rows, columns) of different shapes side by side."""
    rows, columns = (max(X.shape[axis] for X in found) for axis in (-2, -1))
    whole = np.zeros((LANES, len(found), rows, columns))
    for i, X in enumerate(found):
        whole[:, i, : X.shape[-2], : X.shape[-1]] = X[:, 0]
    return whole
