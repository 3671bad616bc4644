"""Where balls look at a claim that floating point finds to hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from ..engine.draws import round_of
from ..engine.enclosure import written
from ..engine.experiment import Experiment
from ..language.statement import Claim
from .regions import regions
from .tally import Spot, Tally

CONFIRMED = 2
NEAR, FAR = 2.0**-20, 2.0**10
"""Scales at which balls look: near zero, and far from it."""
FARTHEST = 500
"""Bits from 1 to which entries are scaled: floats hold them, and their squares."""
FAINTEST = 4
"""Draws that are looked at near zero where both sides may be zero for rounding only."""


class Confirming:
    """The draws that balls are asked about, the most telling first."""

    def __init__(self, experiment: Experiment, claim: Claim, tally: Tally):
        self.experiment, self.claim, self.tally = experiment, claim, tally
        self.holding = sorted(tally.holding, key=says_little)
        self.confirmed = self.holding[:CONFIRMED]
        """Draws as they are, which stand for all."""
        self.written = written(experiment.statement.body, claim.term)
        """How many bits the numbers of both sides lie from 1, at most."""

    def looks(self) -> Iterator[Sequence[Spot]]:
        """Yield draws, those of one sort together."""
        another = self.holding[CONFIRMED : CONFIRMED + 1] or self.holding[:1]
        far = [s.scaled(c) for s in self.confirmed[-1:] for c in (FAR, -FAR)]
        yield [*chain(self.confirmed, self._near(another), far)]
        yield [Spot(block, 0) for block in self.experiment.beyond]
        # Of what overflows floats see nothing, nor of zero, unless it is so everywhere.
        yield one_of_each_round(self.tally.silent, self.experiment)
        if not self.tally.zero:
            zeros = [s for s in self.holding if s.zero]
            yield one_of_each_round(zeros, self.experiment)
        yield regions(self.experiment, self.claim, self.holding)

    def faintest(self) -> list[Spot]:
        """Return draws near zero, where what saturates elsewhere does not."""
        return self._near(self.holding[:FAINTEST])

    def _near(self, spots: Sequence[Spot]) -> list[Spot]:
        # At entries of about 1 `tanh(1000000 * x)` is all but constant.
        scale = min(NEAR, 2.0 ** -min(self.written, FARTHEST))
        return [spot.scaled(scale) for spot in spots]


def one_of_each_round(spots: Sequence[Spot], experiment: Experiment) -> list[Spot]:
    """Return one draw of each sort of draws: large, small, all positive, ..."""
    first: dict[int, Spot] = {}
    for spot in spots:
        first.setdefault(round_of(spot.number, len(experiment.cases)), spot)
    return list(first.values())


def says_little(spot: Spot) -> tuple[bool, int]:
    """Order draws: at size 1 most claims are true, and the first sizes are distinct."""
    case = spot.block.case
    return case.weight <= len(case.sizes) > 0, spot.number
