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
from ..language.arrays import Array
from ..language.statement import Claim
from .tally import Spot, Tally
from .verdict import Measure, agree, finite, measure, weigh

MODES = "forward and reverse mode differ"
NOT_FINITE = "not finite"
CONTRADICTION = 1e3
"""R between the two modes of JAX from which on they contradict each other."""


@dataclass(frozen=True, eq=False)  # it holds arrays, which do not compare
class Rows:
    """Some draws of a block, compared at the points of their own copies."""

    block: Block
    draws: Array
    points: Points
    compared: Compared


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


class _Count:
    def __init__(self, experiment: Experiment, claim: Claim, term: Any):
        self.experiment, self.claim, self.term = experiment, claim, term
        self.precision = experiment.precision
        self.tally = Tally()

    def start(self, found: Sequence[Rows]) -> None:
        """Count what is left out before anything is compared."""
        for rows in found:
            for reason, mask in rows.block.excluded.items():
                self.tally.leave_out(reason, int(mask.sum()))

    def weigh(self, found: Sequence[Rows]) -> None:
        """Count draws with their noise, those of all cases at once."""
        sides = [_columns(rows.compared.pairs) for rows in found]
        modes = [
            _columns([rows.compared.modes]) for rows in found if rows.compared.modes
        ]
        lanes = [rows.points.lanes for rows in found]
        seen = weigh(*_stacked(sides, lanes), self.precision)
        silent = np.zeros(len(seen.R), bool)
        if modes:
            contrary = weigh(*_stacked(modes, lanes), self.precision)
            silent = ~(contrary.R <= CONTRADICTION)
        wholes = [
            rows for rows in found if 0 in rows.block.wholes and rows.draws[0] == 0
        ]
        whole, clash = self._whole(wholes) if wholes else (None, np.zeros(0, bool))
        start = 0
        for rows, at in zip(found, lanes, strict=True):
            stop = start + at.shape[1]
            part = seen.only(slice(start, stop))
            contradicts = silent[start:stop].copy()
            if whole is not None and rows in wholes:
                place = wholes.index(rows)
                part = part.worse(0, whole, place)
                contradicts[0] |= clash[place]
            self._count(rows, at, part, contradicts)
            start = stop

    def _whole(self, found: Sequence[Rows]) -> tuple[Measure, Array]:
        """Measure all entries at the first draw of each case, and if modes clash."""
        lefts, others, rights = [], [], []
        for rows in found:
            whole = rows.block.wholes[0]
            lefts.append(left_whole(self.experiment, self.claim, rows.block, whole))
            rights.append(whole.of(self.term))
            if whole.value is not None:
                others.append(
                    left_whole(
                        self.experiment, self.claim, rows.block, whole, "reverse"
                    )
                )
        J, C = _padded(lefts), _padded(rights)
        clash = np.zeros(len(found), bool)
        if others:
            clash = ~agree(J, _padded(others), self.precision)
        return measure(C, J, self.precision), clash

    def _count(
        self, rows: Rows, lanes: Array, seen: Measure, contradicts: Array
    ) -> None:
        block, tally, draws = rows.block, self.tally, rows.draws
        usable = block.usable[draws]
        has_value = finite(rows.compared.value[lanes])
        for pair in rows.compared.pairs:
            has_value &= finite(pair.left[lanes])
        self._silent(NOT_FINITE, block, draws[usable & ~has_value])
        usable &= has_value
        undefined = usable & ~finite(rows.compared.right[lanes])
        tally.undefined += [Spot(block, int(i)) for i in draws[undefined]]
        usable &= ~undefined
        self._silent(MODES, block, draws[usable & contradicts & ~seen.holds])
        usable &= ~contradicts | seen.holds
        if usable.any() and dict(block.case.numbers) not in tally.sizes:
            tally.sizes.append(dict(block.case.numbers))
        tally.usable += int(usable.sum())
        for spots, mask in (
            (tally.failing, seen.fails),
            (tally.open, seen.open),
            (tally.holding, seen.holds),
        ):
            for i in np.flatnonzero(mask & usable):
                spots.append(
                    Spot(
                        block,
                        int(draws[i]),
                        float(seen.R[i]),
                        float(seen.rho[i]),
                        float(seen.relative[i]),
                        bool(seen.zero[i]),
                    )
                )

    def _silent(self, reason: str, block: Block, draws: Array) -> None:
        self.tally.leave_out(reason, len(draws))
        self.tally.silent += [Spot(block, int(i)) for i in draws]

    def rest(self, rows: Rows) -> None:
        """Count the draws behind those whose noise is known: most agree without it."""
        block, count = rows.block, len(rows.block.draws)
        draws = np.arange(rows.points.lanes.shape[1], count)
        if not len(draws):
            return
        C, J, size = _columns(rows.compared.pairs)
        seen = weigh(
            C[None, draws], J[None, draws], size[draws], self.precision, noisy=False
        )
        rest = Rows(block, draws, rows.points, rows.compared)
        same = seen.holds
        if same.any():
            alone = Rows(block, draws[same], rows.points, rows.compared)
            lanes = draws[same][None]
            self._count(alone, lanes, seen.only(same), np.zeros(lanes.shape[1], bool))
        for start in range(0, (~same).sum(), NOTED):
            some = rest.draws[~same][start : start + NOTED]
            points, along = self.experiment.noted(block, some)
            again = compared(
                self.experiment, self.claim, block, self.term, points, along
            )
            self.weigh([Rows(block, some, points, again)])


NOTED = 24
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
