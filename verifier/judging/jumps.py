"""Draws on each side of what jumps or bends.

A step from 0 to 1 may stand for something that floats cannot see, as in `1 + 1e-16 *
step(max(A) - 3)`: of the draws on one side of it balls look at one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..engine.experiment import Block, Experiment
from ..language.arrays import Array
from ..language.layout import Layout
from ..language.primitives import PRIMITIVES
from ..language.statement import Claim
from ..language.term import Term, stands_still, terms
from .tally import Spot

ENTRYWISE = "m n -> m n", "elementwise"
"""Signatures of functions that bend, or jump, where an entry, or a gap, is zero."""
MOST = 8
"""Combinations of sides that are looked at."""


def on_each_side(experiment: Experiment, claim: Claim) -> list[Spot]:
    """Return a draw for each combination of sides that some draw is on."""
    found: dict[bytes, Spot] = {}
    for block, sides in _all_sides(experiment, claim):
        for draw in np.flatnonzero(block.usable).tolist():
            spot = Spot(block, draw, closely=True)
            found.setdefault(sides[draw].tobytes(), spot)
    return list(found.values())[:MOST]


def of_each_side(
    experiment: Experiment, claim: Claim, spots: Sequence[Spot]
) -> list[Spot]:
    """Return one of some draws for each combination of sides that they are on."""
    found: dict[bytes, Spot] = {}
    for block, sides in _all_sides(experiment, claim) if spots else ():
        for spot in spots:
            if spot.block is block:
                found.setdefault(sides[spot.draw].tobytes(), spot)
    return list(found.values())[:MOST]


def _all_sides(experiment: Experiment, claim: Claim) -> Iterator[tuple[Block, Array]]:
    """Yield blocks with the sides that each draw is on."""
    statement = experiment.statement
    body = statement.bodies[claim.layout or Layout.NUMERATOR]
    bent = [
        term
        for term in terms(body, claim.term)
        if _bends(term) and stands_still(term, statement.moving)
    ]
    for block in experiment.blocks if bent else ():
        with np.errstate(all="ignore"):
            gaps = [_gap([block.of(arg) for arg in term.args]) for term in bent]
        sides = np.stack([side for gap in gaps for side in _sides(gap)], axis=-1)
        yield block, np.broadcast_to(sides, (len(block.draws), sides.shape[-1]))


def _bends(term: Term) -> bool:
    row = PRIMITIVES.get(term.op)
    return row is not None and row.kink is not None and row.signature in ENTRYWISE


def _gap(args: list[Array]) -> Array:
    return args[0] if len(args) == 1 else args[0] - args[1]


def _sides(gap: Array) -> tuple[Array, Array]:
    """Return at which draws some entry is above zero, and below it."""
    return (gap > 0).any(axis=(-2, -1)), (gap < 0).any(axis=(-2, -1))
