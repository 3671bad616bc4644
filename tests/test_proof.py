"""Exact arithmetic comes first where it applies, and evidence can be demanded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stated import statement

from verifier.engine.experiment import Experiment
from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome
from verifier.engine.settings import Settings
from verifier.judging.judge import verdict_on

FEW = Settings(draws=24)
WHERE = {"A": "matrix(n, n)", "B": "matrix(n, n)", "x": "vector(n)", "L": "lower(n)"}


def proved(body, claim, settings=FEW) -> Outcome:
    found = statement(where=WHERE, value=body, numerator=claim)
    experiment = Experiment(found, settings)
    (only,) = experiment.statement.claims
    return verdict_on(experiment, only)


def test_rational_functions_are_settled_exactly_with_a_bound():
    outcome = proved("tr(A @ B)", "tr(B @ A)")
    assert (outcome.verdict, outcome.evidence["grade"]) == (HOLDS, "exact")
    assert 0 < outcome.evidence["bound"] <= 1e-32
    assert outcome.evidence["exact"].startswith("exact at n in {1, 2, 3")


def test_what_is_no_rational_function_stays_with_the_balls():
    outcome = proved("exp(x) * exp(x)", "exp(2 * x)")
    assert (outcome.verdict, outcome.evidence["grade"]) == (HOLDS, "ball")


def test_a_false_claim_comes_with_small_whole_numbers_and_exact_sides():
    outcome = proved("A @ B", "B @ A")
    assert (outcome.verdict, outcome.evidence["grade"]) == (FAILS, "exact")
    shown = outcome.counterexample
    assert shown is not None
    assert shown["sizes"] == {"n": 2}
    entries = {x for name in "AB" for row in shown["values"][name] for x in row}
    assert entries <= {0.0, 1.0, -1.0, 2.0}
    assert shown["exact"]["left"] != shown["exact"]["claim"]


def test_a_claim_that_first_breaks_beyond_the_sizes_drawn_fails():
    body = "matpow(L - diag(diagonal(L)), 6)"
    outcome = proved(body, "zeros(n, n)")
    assert outcome.verdict == FAILS
    assert outcome.evidence["exact"] == "exact: the sides differ at n = 7"


@pytest.mark.parametrize("least", ["exact", "ball"])
def test_less_evidence_than_demanded_is_no_verdict(least):
    settings = replace(FEW, evidence=least)
    body, claim = "exp(x) * exp(x)", "exp(2 * x)"
    wanted = HOLDS if least == "ball" else INCONCLUSIVE
    outcome = proved(body, claim, settings)
    assert outcome.verdict == wanted
    if wanted == INCONCLUSIVE:
        note = "it holds by the grade `ball`, and `exact` is demanded"
        assert outcome.evidence["note"] == note
