"""Claims with rounded decimals: judged to the digits that are written.

Such a claim holds if there are numbers, each of which is rounded, or cut, to what is
written, with which it does. What the decimals most likely stand for is tried first.
Where that is not known, the numbers are solved for at a few draws, to many more digits
than are written, and the claim is judged with them at all others: a wrong formula
cannot hide behind the digits that are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from fractions import Fraction

import numpy as np

from ..engine.experiment import Experiment
from ..engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome
from ..language.decimals import Rounded
from ..language.statement import Claim
from ..language.term import Term
from .constants import Constant, recognised
from .kinks import mark_kinks
from .solving import SOLVED, Numbers, Solver
from .standing import decimals_of, number, standing

Judge = Callable[[Experiment, Claim], Outcome]
KNOWN = 40
"""Digits of a number that is solved for, by which it is recognised."""
NONE = "no number with the digits written makes the two sides equal"
OPEN = "judged to the digits written, which leaves it open"


def judged_to_digits(experiment: Experiment, claim: Claim, judge: Judge) -> Outcome:
    """Return the verdict on a claim that has rounded decimals."""
    decimals = decimals_of(experiment.statement, claim)
    exact = judge(*_with(experiment, claim, {d: number(Fraction(d)) for d in decimals}))
    if exact.verdict == HOLDS or claim.term is None:
        return exact
    known = {d: c for d in decimals if (c := recognised(d)) is not None}
    if known and _alike({d: c.value for d, c in known.items()}):
        found = _believed(experiment, claim, judge, decimals, known)
        if found is not None:
            return found
    if experiment.statement.record.subject not in ("function", "value"):
        refuted = exact.verdict == FAILS and _apart(experiment, claim, judge)
        return _noted(exact, NONE) if refuted else _undecided(exact)
    solution = Solver(experiment, claim, decimals).solution
    refuted = solution is not None
    if solution is not None and solution.numbers:
        found = _solved(experiment, claim, judge, solution.numbers)
        if found.verdict == HOLDS:
            return found
        refuted = found.verdict == FAILS
    outcome = judge(experiment, claim)
    proven = outcome.verdict == FAILS and outcome.evidence["grade"] != "float"
    if proven or (refuted and outcome.verdict == FAILS):
        return _noted(outcome, NONE)
    return (
        _refuted(exact) if refuted and exact.verdict == FAILS else _undecided(outcome)
    )


def _refuted(exact: Outcome) -> Outcome:
    """Return a refutation of what is written as one of all that it may stand for."""
    found = {k: v for k, v in exact.evidence.items() if k not in ("exact", "bound")}
    if found["grade"] == "exact":
        found["grade"] = "ball"
    return _noted(replace(exact, evidence=found), NONE)


def _undecided(outcome: Outcome) -> Outcome:
    """Leave open what floating point, or one reading of the decimals, says alone."""
    if outcome.verdict == INCONCLUSIVE:
        return outcome
    return _noted(Outcome(INCONCLUSIVE, outcome.evidence), OPEN)


def _believed(
    experiment: Experiment,
    claim: Claim,
    judge: Judge,
    decimals: Sequence[Rounded],
    known: Mapping[Rounded, Constant],
) -> Outcome | None:
    """Judge a claim with what its decimals stand for in their place."""
    meant = {d: known[d].term if d in known else number(Fraction(d)) for d in decimals}
    found = judge(*_with(experiment, claim, meant))
    if found.verdict != HOLDS:
        return None
    return _to_digits(found, {d: f"write `{c.text}`" for d, c in known.items()})


def _solved(
    experiment: Experiment, claim: Claim, judge: Judge, numbers: Numbers
) -> Outcome:
    """Judge a claim with the numbers that were solved for."""
    said: dict[Rounded, str] = {}
    meant: dict[Rounded, Term] = {}
    for decimal, x in numbers.items():
        near = Rounded(x, abs(x) * Fraction(1, 10**KNOWN), KNOWN)
        best = recognised(near)
        meant[decimal] = best.term if best else number(_closely(x))
        said[decimal] = (
            f"write `{best.text}`" if best else f"it stands for {float(x):.16g}"
        )
    return _to_digits(judge(*_with(experiment, claim, meant)), said)


def _closely(x: Fraction) -> Rounded:
    """Return a number that is known to many bits, and not exactly."""
    return Rounded(x, abs(x) / 2 ** (SOLVED - 50), SOLVED)


def _apart(experiment: Experiment, claim: Claim, judge: Judge) -> bool:
    """Whether a limit lies beyond both ends of what its one decimal may stand for."""
    (decimal, *others) = decimals_of(experiment.statement, claim)
    ends = [{decimal: number(end)} for end in decimal.ends if not others]
    found = [judge(*_with(experiment, claim, meant)).counterexample for meant in ends]
    cases = [case for case in found if case is not None and case["autodiff"]]
    if len(cases) < 2 or cases[0]["draw"] != cases[1]["draw"]:
        return False
    left = np.array(cases[0]["autodiff"])
    near = np.array([case["claim"] for case in cases])
    slack = 2.0**-50 * abs(left)
    beyond = (left > near.max(axis=0) + slack) | (left < near.min(axis=0) - slack)
    return bool(beyond.any())


def _to_digits(outcome: Outcome, said: Mapping[Rounded, str]) -> Outcome:
    fewest = min(d.digits for d in said)
    if len(said) == 1:
        note = f"holds to the {fewest} digits written; {min(said.values())}"
    else:
        each = "; ".join(f"`{d.text}`: {text}" for d, text in said.items())
        note = f"holds to the digits written; {each}"
    found = dict(outcome.evidence)
    if found.get("digits") is not None:
        found["digits"] = min(found["digits"], float(fewest))
    return _noted(replace(outcome, evidence=found), note)


def _noted(outcome: Outcome, note: str) -> Outcome:
    before = outcome.evidence.get("note", "")
    note = "; ".join(filter(None, [note, before]))
    return replace(outcome, evidence={**outcome.evidence, "note": note})


def _alike(numbers: Numbers) -> bool:
    """Whether decimals are all rounded, or all cut: nobody does now this, now that."""
    return any(
        all(fits(decimal, x) for decimal, x in numbers.items())
        for fits in (Rounded.is_rounded_from, Rounded.is_cut_from)
    )


# Other numbers in the place of decimals.


def _with(
    experiment: Experiment, claim: Claim, meant: Mapping[Rounded, Term]
) -> tuple[Experiment, Claim]:
    """Return an experiment and a claim that have other terms for their decimals."""
    statement, claim = standing(experiment.statement, claim, meant)
    if statement is experiment.statement:
        return experiment, claim
    if all(_is_written(decimal, term) for decimal, term in meant.items()):
        same = copy(experiment)  # in floating point it is the same function
        same.statement = statement
        return same, claim
    other = Experiment(statement, experiment.settings)
    other.differentiate()
    mark_kinks(other)
    return other, claim


def _is_written(decimal: Rounded, term: Term) -> bool:
    return term.value is not None and float(term.value) == float(decimal)
