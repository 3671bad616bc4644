"""What exact arithmetic says of a claim, and the least evidence that is demanded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..engine.experiment import Experiment
from ..engine.outcome import INCONCLUSIVE, Outcome
from ..language.sizes import Case
from ..language.statement import Claim
from .exact import Exactly, compared
from .example import Example, show, small_counterexample

MOST_GIVEN = 6
"""Choices of sizes of the run at which a small counterexample is looked for."""
GRADES = ("float", "ball", "exact", "shape")
"""Grades of evidence, the weakest first; what shapes decide is certain."""


def exactly(experiment: Experiment, claim: Claim) -> Exactly | None:
    """Return what exact arithmetic says, where both sides are rational functions."""
    seed = experiment.settings.seed
    return compared(
        experiment.statement,
        claim,
        experiment.cases,
        seed,
        shared=experiment.shared,
    )


def disproof(
    experiment: Experiment, claim: Claim, known: Sequence[Case]
) -> dict[str, Any] | None:
    """Return a small counterexample in whole numbers, as the results carry it.

    There is one at the cases that are known, perhaps at no smaller ones.
    """
    cases = sorted(experiment.cases, key=lambda case: case.weight)[:MOST_GIVEN]
    example = small_counterexample(
        experiment.statement, claim, [*cases, *known], experiment.settings.seed
    )
    return None if example is None else _shown(example)


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


def demanded(experiment: Experiment, outcome: Outcome) -> Outcome:
    """Leave a verdict undecided that rests on less than is demanded."""
    least = experiment.settings.evidence
    grade = outcome.evidence.get("grade", "")
    if not least or outcome.verdict == INCONCLUSIVE or grade not in GRADES:
        return outcome
    if GRADES.index(grade) >= GRADES.index(least):
        return outcome
    note = f"it {outcome.verdict} by the grade `{grade}`, and `{least}` is demanded"
    return Outcome(INCONCLUSIVE, {**outcome.evidence, "note": note})
