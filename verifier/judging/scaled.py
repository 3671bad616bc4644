"""Draws that are much larger, or smaller: what is smooth has other regimes there.

No kink marks the place where `exp(-k * (x + 20))` ceases to go to zero as k goes to
infinity. All names that do not move are scaled together, and each of them alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..engine.draws import POSITIVE, round_of
from ..engine.experiment import Experiment
from ..language.declaration import Type
from .tally import Spot

FACTORS = tuple(sign * 2.0**power for power in (5, 12) for sign in (-1, 1))
"""How many times as large as drawn the entries are."""
SMALLER = 2.0**-5
BOUNDED = frozenset(
    ("unit_vector", "probability_vector", "orthogonal", "projection", "idempotent")
)
"""Kinds whose values are no larger for larger entries."""


def scaled(experiment: Experiment, spots: Sequence[Spot]) -> Iterator[Spot]:
    """Yield some draws scaled, those whose names are scaled together first.

    One of the draws has entries of one sign.
    """
    statement, cases = experiment.statement, len(experiment.cases)
    seen = sorted(spots, key=lambda s: (max(s.block.case.weight, 2), s.number))
    names = [
        name
        for name, declared in statement.values.items()
        if name != statement.moving
        and isinstance(declared, Type)
        and declared.kind not in ("index", "integer", *BOUNDED)
    ]
    if not seen or not names:
        return
    alike = [s for s in seen if round_of(s.number, cases) == POSITIVE] or seen
    whole = [(alike[0], names)]
    alone = [(seen[0], [name]) for name in names] if len(names) > 1 else []
    for spot, some in (*whole, *alone):
        for factor in (*FACTORS, SMALLER):
            scales = dict.fromkeys(some, np.array(factor))
            yield Spot(spot.block, spot.draw, scales=scales, closely=True)
