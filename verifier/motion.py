"""Verdicts on limits, expansions and signs: a few draws, each in hundreds of bits."""

from __future__ import annotations

from .behaviour import behaves
from .enclosure import Finding, point
from .experiment import Experiment
from .outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome, evidence
from .statement import Claim
from .tally import Spot, Tally, counterexample

MOVING_DRAWS = 24
"""Draws that are looked at, the first of each case before the second."""


def judge_motion(experiment: Experiment, claim: Claim) -> Outcome:
    tally, digits = Tally(), []
    reasons: dict[str, int] = {}
    for spot in motion_spots(experiment):
        draws = spot.block.draws
        at = point(experiment.statement, draws.case, draws.raw, spot.draw)
        spot.enclosure = behaves(at, claim)
        match spot.enclosure.finding:
            case Finding.DIFFERENT:
                tally.failing.append(spot)
            case Finding.SAME:
                tally.holding.append(spot)
                digits.append(spot.enclosure.digits)
            case Finding.UNDECIDED:
                reason = spot.enclosure.reason
                reasons[reason] = reasons.get(reason, 0) + 1
    tried = {id(s.block): s.block.case.numbers for s in tally.telling}
    limit = experiment.statement.record.subject == "limit"
    found = evidence(
        "ball",
        digits=round(min(digits), 1) if digits and limit else None,
        draws=len(tally.telling),
        left_out=reasons,
        sizes=list(tried.values()),
    )
    if tally.failing:
        spot = min(tally.failing, key=lambda s: (s.block.case.weight, s.number))
        found["note"] = spot.enclosure.reason if spot.enclosure else ""
        shown = counterexample(experiment, claim, spot)
        return Outcome(FAILS, found, counterexample=shown)
    undecided = sum(reasons.values())
    if len(tally.holding) < 3 or undecided > len(tally.holding):
        found["note"] = "; ".join(f"{why} at {n} draws" for why, n in reasons.items())
        return Outcome(INCONCLUSIVE, found)
    return Outcome(HOLDS, found)


def motion_spots(experiment: Experiment) -> list[Spot]:
    """Return the draws that are looked at, the first of each case first."""
    spots = [
        Spot(block, draw)
        for block in experiment.blocks
        for draw in range(len(block.draws))
    ]
    return sorted(spots, key=lambda s: s.number)[:MOVING_DRAWS]
