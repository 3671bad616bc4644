"""Counterexamples that can be checked by hand, where the exact stage does not apply."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from stated import record

from verifier.diagnosis import smallest
from verifier.diagnosis.patient import Patient
from verifier.diagnosis.smallest import small_case
from verifier.engine.experiment import Experiment
from verifier.engine.finding import Enclosure, Finding
from verifier.engine.settings import Settings
from verifier.language.checker import check
from verifier.running.verification import verify_chunk

FEW = Settings(draws=24)


def patient(**fields: Any) -> Patient:
    """Return a claim about an equation: nothing is compiled."""
    stated, problems = check(record(**fields))
    assert stated is not None, problems
    return Patient(Experiment(stated, FEW), stated.claims[0])


def value(body: str, claim: str, **where: str) -> dict[str, Any] | None:
    return small_case(patient(where=where, value=body, numerator=claim))


def test_smallest_sizes_and_simplest_entries_are_shown():
    found = value("exp(x + y)", "exp(x) + exp(y)", x="vector(n)", y="vector(n)")
    assert found is not None
    assert found["sizes"] == {"n": 1}
    assert (found["values"], found["draw"]) == ({"x": [[0.0]], "y": [[0.0]]}, None)
    assert (found["autodiff"], found["claim"]) == ([[1.0]], [[2.0]])


def test_sizes_at_which_a_claim_is_true_are_passed_over():
    found = value("expm(A)", "exp(A)", A="diagonal(n)")
    assert found is not None
    assert found["sizes"] == {"n": 2}
    assert np.count_nonzero(found["values"]["A"]) <= 1


def test_values_stay_in_their_set():
    found = value("log(p) + s", "log(p)", p="positive", s="scalar")
    assert found is not None
    assert found["values"] == {"p": [[1.0]], "s": [[1.0]]}


def test_points_where_nothing_is_proven_are_passed_over(monkeypatch):
    def open_at_zero(at: Any, claim: Any) -> Enclosure:
        if not np.any(at.raw["x"]):
            return Enclosure(Finding.UNDECIDED)
        return Enclosure(Finding.DIFFERENT, np.ones((1, 1)), np.zeros((1, 1)))

    monkeypatch.setattr(smallest, "enclose", open_at_zero)
    found = value("exp(x)", "2 * exp(x)", x="scalar")
    assert found is not None
    assert found["values"] == {"x": [[1.0]]}
    never = Enclosure(Finding.SAME)
    monkeypatch.setattr(smallest, "enclose", lambda at, claim: never)
    assert value("exp(x)", "2 * exp(x)", x="scalar") is None


def test_claim_that_is_true_has_no_counterexample():
    assert value("exp(x + y)", "exp(x) * exp(y)", x="scalar", y="scalar") is None


@pytest.fixture(scope="module")
def derivative() -> Any:
    one = record(
        where={"x": "vector(n)", "f": "vector(n) -> scalar"},
        function="f(x) * norm(x)",
        wrt="x",
        denominator="norm(x) * D(f)(x)",
    )
    return verify_chunk([one], FEW)[0][0]


def test_derivative_is_shown_away_from_its_kink_and_proven(derivative):
    shown = derivative.counterexample
    assert derivative.evidence["grade"] == "ball"
    assert "at the point shown, which is proven" in derivative.evidence["note"]
    assert shown["values"] == {"x": [[1.0]]}
    assert shown["note"] == "function symbols drawn at random: f"
    assert shown["autodiff"] != shown["claim"]


def test_the_same_seed_shows_the_same_point(derivative):
    test = value("sin(x).T @ y", "x.T @ y", x="vector(n)", y="vector(n)")
    again = value("sin(x).T @ y", "x.T @ y", x="vector(n)", y="vector(n)")
    assert test == again
