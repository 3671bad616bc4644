"""Hessians of vector and matrix functions, as claims."""

from __future__ import annotations

import pytest
from stated import statement

from verifier.engine import traced
from verifier.engine.experiment import Experiment
from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.settings import Settings
from verifier.judging.judge import verdict_on

WHERE = {
    "x": "vector(n)",
    "B": "matrix(m, n)",
    "f": "vector(n) -> vector(m)",
    "g": "scalar -> scalar",
    "w": "scalar",
}
ENTRIES = "kron(eye(m), B.T) @ diag(vec(diag({}))) @ kron(ones(m, 1), B)"
SQUARE = "kron(eye(n), vec(eye(n)))"
SWAPPED = "kron(commutation(n, n), eye(n))"


@pytest.fixture(scope="module", autouse=True)
def _double():
    traced.configure("float64")


@pytest.mark.parametrize(
    ("body", "claim", "verdict", "grade"),
    [
        ("f(x)", "hessian(f)(x)", HOLDS, "exact"),
        ("f(w * x)", "w**2 * hessian(f)(w * x)", HOLDS, "exact"),
        ("f(w * x)", "w * hessian(f)(w * x)", FAILS, "ball"),
        ("g(B @ x)", ENTRIES.format("D(D(g))(B @ x)"), HOLDS, "exact"),
        ("g(B @ x)", ENTRIES.format("D(g)(B @ x)"), FAILS, "ball"),
        ("exp(B @ x)", ENTRIES.format("exp(B @ x)"), HOLDS, "exact"),
        ("exp(B @ x)", ENTRIES.format("B @ x"), FAILS, "ball"),
        ("B @ x", "zeros(m*n, n)", HOLDS, "exact"),
        ("B @ x", "zeros(n, n)", FAILS, "shape"),
        ("x @ x.T", f"(eye(n*n*n) + {SWAPPED}) @ {SQUARE}", HOLDS, "exact"),
        ("x @ x.T", f"2 * {SQUARE}", FAILS, "exact"),
        ("x * (x.T @ x)", "2*kron(x, eye(n)) + 2*kron(eye(n), x) + 2*vec(eye(n)) @ x.T",
         HOLDS, "exact"),
        ("x * (x.T @ x)", "2*kron(x, eye(n)) + 4*kron(eye(n), x)", FAILS, "exact"),
    ],
)  # fmt: skip
def test_hessians_stand_one_above_the_other(body, claim, verdict, grade):
    stated = statement(where=WHERE, function=body, wrt="x", hessian=claim)
    experiment = Experiment(stated, Settings(draws=64))
    experiment.differentiate()
    found = verdict_on(experiment, stated.claims[0])
    assert (found.verdict, found.evidence["grade"]) == (verdict, grade)
