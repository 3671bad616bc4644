"""What floats see at values that no draw has, and where balls decide nothing.

Eigenvalues that are equal by their form, as those of `kron(eye(2), S)`, are enclosed
nowhere. There floats alone speak, and they have seen the draws, but not the regions.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace

import numpy as np

from ..engine.experiment import Block, Experiment
from ..engine.finding import Finding
from ..language.statement import Claim
from .counting import tally_at
from .kinks import mark_kinks
from .tally import Spot

UNENCLOSED = "the sides differ in floating point at values where no enclosure decides"

CLEAR = 2.0**-26
"""Part of the largest entry by which they do: beside entries of 1e70 a 2 is nothing,
and its noise is not to be seen either."""


def differing(experiment: Experiment, claim: Claim, spots: Sequence[Spot]) -> bool:
    """Whether the sides differ in floats at some of the draws that balls leave open."""
    blocks: dict[int, list[Spot]] = {}
    drawn = {id(block) for block in experiment.blocks}
    for spot in spots:
        new = spot.scales or id(spot.block) not in drawn
        if new and not spot.unseen and _is_open(spot):
            blocks.setdefault(id(spot.block), []).append(spot)
    return any(_differ(experiment, claim, some) for some in blocks.values())


def _is_open(spot: Spot) -> bool:
    return spot.finding in (None, Finding.UNDECIDED) and not spot.claimless


def _differ(experiment: Experiment, claim: Claim, spots: Sequence[Spot]) -> bool:
    """Whether the sides differ at some draws of one block."""
    there = copy(experiment)
    there.blocks = [_moved(experiment, spots)]
    mark_kinks(there)
    failing = tally_at(there, claim, there.blocks[0]).failing
    return any(spot.relative >= CLEAR for spot in failing)


def _moved(experiment: Experiment, spots: Sequence[Spot]) -> Block:
    """Return the block of some draws, each with its own entries."""
    block = spots[0].block
    draws = block.draws.only(np.array([spot.draw for spot in spots]))
    each = [spot.raw for spot in spots]
    raw = {
        name: np.stack([X[name][0, s.draw] for X, s in zip(each, spots, strict=True)])
        for name in draws.raw
    }
    draws = replace(draws, raw={name: X[None] for name, X in raw.items()})
    return experiment.elsewhere(block, draws)
