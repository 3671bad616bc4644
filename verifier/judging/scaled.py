"""Draws that are much larger, or smaller: what is smooth has other regimes there.

No kink marks the place where `exp(-k * (x + 20))` ceases to go to zero as k goes to
infinity. All names that do not move are scaled together, and each of them alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..engine.draws import POSITIVE, round_of
from ..engine.experiment import Experiment
from ..engine.magnitude import written
from ..language.declaration import Type
from ..language.statement import Claim
from .lines import FARTHEST
from .rays import rays
from .tally import Spot

FACTORS = tuple(sign * np.exp2(power) for power in (5.1, 12.1) for sign in (-1, 1))
"""How many times as large as drawn the entries are: no number that makes ties."""
SMALLER = np.exp2(-5.1)
LARGEST = 64
"""Entries that values may have at the larger sizes that are looked at."""
BEYOND = 8
"""Bits by which a function is smaller, or larger, than what is written."""
BOUNDED = frozenset(
    ("unit_vector", "probability_vector", "orthogonal", "projection", "idempotent")
)
"""Kinds whose values are no larger for larger entries."""


def scaled(experiment: Experiment, spots: Sequence[Spot]) -> Iterator[Spot]:
    """Yield some draws scaled, those whose names are scaled together first.

    One of the draws has entries of one sign.
    """
    cases, names = len(experiment.cases), _names(experiment)
    seen = sorted(spots, key=lambda s: (max(s.block.case.weight, 2), s.number))
    if not seen or not names:
        return
    alike = [s for s in seen if round_of(s.number, cases) == POSITIVE] or seen
    whole = [(alike[0], names)]
    alone = [(seen[0], [name]) for name in names] if len(names) > 1 else []
    for spot, some in (*whole, *alone):
        for factor in (*FACTORS, SMALLER):
            scales = dict.fromkeys(some, np.array(factor))
            yield Spot(spot.block, spot.draw, scales=scales, closely=True)


def multiplied(
    experiment: Experiment, claim: Claim, spots: Sequence[Spot]
) -> Iterator[Spot]:
    """Yield a draw with each function symbol larger, or smaller, than what is written.

    A convex function may curve by less than 1e-30, and is convex all the same.
    """
    statement = experiment.statement
    bits = min(written(statement.body, claim.term) + BEYOND, FARTHEST)
    factors = np.exp2(-bits), np.exp2(bits), -np.exp2(bits)
    for spot in spots[:1]:
        for ray in rays(statement, spot.block.draws.raw):
            for factor in factors if ray.signed else factors[:2]:
                scales = dict.fromkeys(ray.parts, np.array(factor))
                yield Spot(spot.block, spot.draw, scales=scales, closely=True)


def longer(experiment: Experiment) -> Iterator[Spot]:
    """Yield a draw at each of a few larger sizes, where no two names have ties."""
    names, entries = _names(experiment), experiment.statement.demands.entries
    apart = {name: np.array(np.exp2(0.1 * i)) for i, name in enumerate(names)}
    for block in experiment.beyond:
        if entries(block.case.sizes) <= LARGEST:
            yield Spot(block, 0, scales=apart)


def _names(experiment: Experiment) -> list[str]:
    """Return the names that do not move, and are larger for larger entries."""
    statement = experiment.statement
    return [
        name
        for name, declared in statement.values.items()
        if name != statement.moving
        and isinstance(declared, Type)
        and declared.kind not in ("index", "integer", *BOUNDED)
    ]
