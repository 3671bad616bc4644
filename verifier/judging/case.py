"""One claim before the judge: its tally, what balls say when asked, the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from ..engine.experiment import Experiment
from ..engine.finding import Finding
from ..engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome
from ..language.statement import Claim
from .reasons import scales, too_few
from .sample import sample
from .tally import Spot, Tally, counterexample
from .witness import testimony

PATIENCE = 6
"""Draws that balls cannot decide, after which the rest are not asked."""
VACUOUS = "both sides are identically zero: vacuous"


class Case:
    """What stages of the judgment share."""

    def __init__(self, experiment: Experiment, claim: Claim, tally: Tally):
        self.experiment, self.claim, self.tally = experiment, claim, tally
        # The smallest failing case is the one that people can check by hand.
        tally.failing.sort(key=lambda s: (s.block.case.weight, s.number))

    def ask(self, spots: Sequence[Spot]) -> Spot | None:
        """Put draws to the balls until one is proven different; return that one."""
        left_open = 0
        for spot in spots:
            found = self.heard(spot)
            if found is Finding.DIFFERENT:
                return spot
            left_open += found is Finding.UNDECIDED
            if left_open > PATIENCE:
                return None
        return None

    def ask_until_decided(self, spots: Sequence[Spot]) -> Spot | None:
        """Put draws to the balls until they decide one; return it if they differ."""
        for spot in spots:
            if self.ask([spot]) or spot.decided:
                return spot if spot.finding is Finding.DIFFERENT else None
        return None

    def heard(self, spot: Spot) -> Finding:
        """Return what balls say of one draw."""
        return spot.ask(self.experiment, self.claim)

    def too_few(self) -> str:
        """Say why the usable draws are not enough for a verdict, or nothing."""
        return too_few(self.experiment, self.tally)

    def holds(self, grade: str, vacuous: bool, **more: object) -> Outcome:
        """Return that the claim holds, with what there is to say beside it."""
        notes = [VACUOUS] if vacuous else []
        notes += testimony(self.experiment, self.claim, self.tally)
        note = "; ".join(filter(None, [*notes, self.experiment.note]))
        found = self.tally.evidence(
            grade, self.tally.holding, vacuous=vacuous, note=note, **more
        )
        return Outcome(HOLDS, found)

    def fails(self, spot: Spot) -> Outcome:
        """Return that the claim fails at a draw."""
        proven = spot.finding is Finding.DIFFERENT
        note = "the claim differs from the left side at the draw shown"
        note += ", which is proven" if proven else ""
        if spot in self.tally.holding:
            note += "; in floating point the two look equal"
        elif spot.scales:
            note += f", with entries {scales(spot)} times those drawn, where it holds"
        evidence = self.tally.evidence(
            "ball" if proven else "float",
            note=note,
            failing=len(self.tally.failing) + self.tally.alike,
        )
        if not self.experiment.settings.examples:
            return Outcome(FAILS, evidence)
        return Outcome(
            FAILS,
            evidence,
            counterexample=counterexample(self.experiment, self.claim, spot),
            sample=sample(self.experiment, self.claim, self.tally),
        )

    def inconclusive(self, reason: str, open: bool = False) -> Outcome:
        """Return no verdict; `open` where only rounding stands in the way of one."""
        unsure = open and not self.tally.undefined
        found = self.tally.evidence("float", note=reason, ill_conditioned=unsure)
        return Outcome(INCONCLUSIVE, found)
