"""The last word on a claim: exact arithmetic, and the least evidence demanded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..engine.enclosure import Finding
from ..engine.experiment import Experiment
from ..engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome
from ..language.statement import Claim
from .exact import Exactly, compared
from .example import Example, show, small_counterexample

GRADES = ("float", "ball", "exact", "shape")
"""Grades of evidence, the weakest first; what shapes decide is certain."""


def prove(experiment: Experiment, claim: Claim, outcome: Outcome) -> Outcome:
    """Let exact arithmetic decide where both sides are rational functions."""
    if claim.term is not None and claim.fits:
        found = _found(experiment, claim, outcome)
        if found is not None:
            outcome = _joined(experiment, claim, outcome, found)
    return _demanded(experiment, outcome)


def _found(experiment: Experiment, claim: Claim, outcome: Outcome) -> Exactly | None:
    undecided = outcome.verdict == INCONCLUSIVE
    if undecided and not outcome.evidence.get("ill_conditioned"):
        return None
    seed = experiment.settings.seed
    return compared(experiment.statement, claim, experiment.cases, seed)


def _joined(
    experiment: Experiment, claim: Claim, outcome: Outcome, found: Exactly
) -> Outcome:
    """Join what floats and balls said with what is exact."""
    settled = {**outcome.evidence, "grade": "exact"}
    if found.finding is Finding.SAME and outcome.verdict != FAILS:
        note = outcome.evidence["note"] if outcome.verdict == HOLDS else ""
        settled |= {"exact": str(found), "bound": found.bound, "note": note}
        return replace(outcome, verdict=HOLDS, evidence=settled)
    if found.finding is not Finding.DIFFERENT:
        return outcome
    settled |= {"exact": str(found), "note": "the claim differs from the left side"}
    example = small_counterexample(
        experiment.statement, claim, experiment.cases, experiment.settings.seed
    )
    shown = outcome.counterexample if example is None else _shown(example)
    return replace(outcome, verdict=FAILS, evidence=settled, counterexample=shown)


def _shown(example: Example) -> dict[str, Any]:
    """Return a counterexample in whole numbers as the results carry it."""

    def rows(matrix: Any) -> list[list[float]]:
        return [[float(x) for x in row] for row in matrix]

    values = {name: rows(matrix) for name, matrix in example.values.items()}
    values |= {name: [[float(k)]] for name, k in example.whole.items()}
    return {
        "sizes": dict(example.sizes),
        "values": values,
        "autodiff": rows(example.left),
        "claim": rows(example.right),
        "draw": None,
        "exact": {"left": show(example.left), "claim": show(example.right)},
        "note": "",
    }


def _demanded(experiment: Experiment, outcome: Outcome) -> Outcome:
    """Leave a verdict undecided that rests on less than is demanded."""
    least = experiment.settings.evidence
    grade = outcome.evidence.get("grade", "")
    if not least or outcome.verdict == INCONCLUSIVE or grade not in GRADES:
        return outcome
    if GRADES.index(grade) >= GRADES.index(least):
        return outcome
    note = f"it {outcome.verdict} by the grade `{grade}`, and `{least}` is demanded"
    return Outcome(INCONCLUSIVE, {**outcome.evidence, "note": note})
