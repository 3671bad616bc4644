"""Where balls look at a claim that no draw refutes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from ..engine.draws import round_of
from ..engine.experiment import Experiment
from ..engine.magnitude import written
from ..language.layout import Layout
from ..language.statement import Claim
from .crossing import across
from .jumps import on_each_side, with_a_value
from .lines import FARTHEST
from .regions import regions
from .tally import Spot, Tally

CONFIRMED = 2
NEAR, FAR = 2.0**-20, 2.0**10
"""Scales at which balls look: near zero, and far from it."""
SEARCHED = 256
"""Draws among which one with a value is looked for, where a case has had none."""
UNSEEN = 44
"""Bits from 1 beyond which floats do not see a number beside others."""
MOST_CASES = 12
"""Cases without a draw that tells, in which regions are looked for."""
FEW = 4
"""Draws of a case of which balls must decide one, where floats see too little."""
FAINTEST = 4
"""Draws that are looked at near zero where both sides may be zero for rounding only."""


class Confirming:
    """The draws that balls are asked about, the most telling first."""

    def __init__(self, experiment: Experiment, claim: Claim, tally: Tally):
        self.experiment, self.claim, self.tally = experiment, claim, tally
        self.agreeing = sorted(tally.agreeing, key=says_little)
        self.confirmed = self.agreeing[:CONFIRMED]
        """Draws as they are, which stand for all."""
        self.seen: set[int] = set()
        """Cases at which balls decide, where they do not at all of them."""
        self.written = written(experiment.statement.body, claim.term)
        """How many bits the numbers of both sides lie from 1, at most."""

    def looks(self) -> Iterator[Sequence[Spot]]:
        """Yield draws, those of one sort together."""
        another = self.agreeing[CONFIRMED : CONFIRMED + 1] or self.agreeing[:1]
        far = [s.scaled(c) for s in self.confirmed[-1:] for c in (FAR, -FAR)]
        yield [*chain(self.confirmed, self._near(another), far)]
        if self.confirmed and not any(s.decided for s in self.confirmed):
            for spot in self.others():
                yield [spot]
            self._prefer_decided()
        yield [Spot(block, 0) for block in self.experiment.beyond]
        for block in self.experiment.distant:
            yield [Spot(block, 0)]
        yield self._of_silent_cases()
        # Of what overflows floats see nothing, nor of zero, unless it is so everywhere.
        yield one_of_each_round(self.tally.silent, self.experiment)
        if not self.tally.zero:
            zeros = [s for s in self.agreeing if s.zero]
            yield one_of_each_round(zeros, self.experiment)
        blocks = sorted(self.experiment.blocks, key=lambda b: id(b) not in self.seen)
        yield on_each_side(self.experiment, self.claim, blocks)
        yield list(across(self.experiment, self.claim, self.agreeing))
        # Where floats see no value balls may, or not: they lose patience there.
        found = regions(self.experiment, self.claim, self.agreeing)
        yield [spot for spot in found if not spot.unseen]
        yield [spot for spot in found if spot.unseen]
        # Where all draws of some sizes or indices are zero, a region need not be.
        zero = self._of_zero_cases()
        yield regions(self.experiment, self.claim, zero, len(zero))

    def _prefer_decided(self) -> None:
        """Take draws first at whose sizes balls decide.

        Of a diagonal matrix `abs` is open, at zeros, at all sizes but 1.
        """
        self.seen = {id(s.block) for s in self.agreeing if s.decided}
        self.agreeing.sort(key=lambda spot: id(spot.block) not in self.seen)

    def by_case(self) -> list[list[Spot]]:
        """Return a few draws of each case, those first that are not zero."""
        found: dict[int, list[Spot]] = {}
        for spot in sorted(self.agreeing, key=lambda spot: spot.zero):
            found.setdefault(id(spot.block), []).append(spot)
        return [spots[:FEW] for spots in found.values()]

    def _of_silent_cases(self) -> list[Spot]:
        """Return a draw with a value of each case where the run has none.

        A function that is constant has a derivative, and says nothing.
        """
        experiment, found = self.experiment, []
        telling = [s for s in self.agreeing if not s.special and not s.zero]
        heard = [spot.block.case for spot in telling]
        silent = [case for case in experiment.cases if case not in heard]
        body = experiment.statement.bodies[self.claim.layout or Layout.NUMERATOR]
        for block in experiment.more(silent, SEARCHED) if silent and heard else ():
            spot = with_a_value(experiment.statement, block, body)
            found += [spot] if spot is not None else []
        return found

    def _of_zero_cases(self) -> list[Spot]:
        """Return a draw of each of a few cases of which all that agree are zero."""
        told = {id(s.block) for s in self.agreeing if not s.zero}
        first: dict[int, Spot] = {}
        for spot in self.agreeing:
            if id(spot.block) not in told:
                first.setdefault(id(spot.block), spot)
        return list(first.values())[:MOST_CASES]

    def others(self) -> list[Spot]:
        """Return a draw of each case, where those that stand for all say nothing."""
        return [spots[0] for spots in self.by_case()]

    def faintest(self) -> list[Spot]:
        """Return draws near zero, where what saturates elsewhere does not."""
        return self._near(self.agreeing[:FAINTEST])

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
