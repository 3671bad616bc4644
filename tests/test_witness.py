"""Autodiff is called inaccurate only where rounding does not explain its error."""

from __future__ import annotations

import pytest
from stated import statement

from verifier.engine.comparison import sides
from verifier.engine.experiment import Experiment
from verifier.engine.outcome import HOLDS, Outcome
from verifier.engine.settings import Settings
from verifier.judging import witness
from verifier.judging.judge import verdict_on
from verifier.judging.kinks import mark_kinks

TANH = {
    "where": {"x": "vector(n)"},
    "function": "tanh(20 * x)",
    "wrt": "x",
    "numerator": "20 * diag(1 / cosh(20 * x)**2)",
}


def judged(**fields) -> Outcome:
    experiment = Experiment(statement(**fields), Settings(draws=64))
    experiment.differentiate()
    mark_kinks(experiment)
    return verdict_on(experiment, experiment.statement.claims[0])


def test_saturated_draws_are_nobodys_fault():
    found = judged(**TANH)
    assert found.verdict == HOLDS
    assert "inaccurate" not in found.evidence["note"]
    assert "where floating point cancels: decided by balls" in found.evidence["note"]


def test_autodiff_that_is_worse_than_rounding_is_named(monkeypatch):
    def worse(*args):
        left, right = sides(*args)
        return left * (1 + 2.0**-20) + 1e-9, right

    monkeypatch.setattr(witness, "sides", worse)
    found = judged(**TANH)
    assert found.verdict == HOLDS
    assert found.evidence["note"].startswith("autodiff inaccurate here at 12 draws")
    assert "of tanh" in found.evidence["note"]


@pytest.mark.parametrize("scale", [1, 20])
def test_figures_are_those_of_the_draws_that_the_verdict_rests_on(scale):
    claim = f"{scale} * (diag(p) - p @ p.T)"
    found = judged(
        where={"x": "vector(n)"},
        let={"p": f"softmax({scale} * x)"},
        function="p",
        wrt="x",
        numerator=claim,
    ).evidence
    assert found["R"] <= 32
    assert found["rho"] <= 1e-8
    assert found["digits"] >= 8
    assert found["draws"] + sum(found["left_out"].values()) == 64
    assert 0 < found["whole"] < found["draws"]


def test_equations_are_compared_entry_by_entry_without_a_word():
    found = judged(where={"A": "matrix(m, n)"}, value="(A.T).T", numerator="A").evidence
    assert "whole" not in found
    assert found["draws"] == 64
