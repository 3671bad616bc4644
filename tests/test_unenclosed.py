"""Claims that no enclosure decides, and that floats refute in a region alone."""

from __future__ import annotations

from typing import Any

import pytest
from stated import record

from verifier.engine.outcome import HOLDS, INCONCLUSIVE
from verifier.engine.settings import Settings
from verifier.judging.unenclosed import UNENCLOSED
from verifier.running.verification import verify_chunk

REAL = {"x": "scalar"}
EVEN = {"S": "symmetric(n)"}
TWICE = "max(eigenvalues(kron(S, eye(2))))"
SAME = "min(eigenvalues(x*eye(2)))"


def judged(**fields: Any) -> tuple[str, str]:
    ((found, *_),) = verify_chunk([record(**fields)], Settings(diagnose=False))
    return found.verdict, found.evidence["note"]


@pytest.mark.parametrize(
    ("where", "value", "wrong"),
    [
        (EVEN, TWICE, f"{TWICE} + relu(norm(S) - 2e3)"),
        (EVEN, TWICE, f"{TWICE}*sign(5e3 - max(S))"),
        (REAL, f"{SAME} + abs(x - 600)", "600"),
        (REAL, SAME, f"{SAME} + relu(x - 600)*relu(610 - x)"),
    ],
)
def test_what_floats_refute_in_a_region_is_open(where, value, wrong):
    assert judged(where=where, value=value, both=wrong) == (INCONCLUSIVE, UNENCLOSED)


def test_a_derivative_that_floats_refute_in_a_region_is_open():
    fields = {"function": f"{SAME}**2", "wrt": "x", "both": "2*x*sign(600 - x)"}
    assert judged(where=REAL, **fields)[0] == INCONCLUSIVE


@pytest.mark.parametrize(
    ("where", "value", "right"),
    [
        (EVEN, TWICE, "max(eigenvalues(S))"),
        (REAL, f"{SAME} + abs(x - 600)", "x + relu(x - 600) + relu(600 - x)"),
        ({"x": "vector(n)"}, "eigenvalues(norm(x)*eye(n))", "norm(x)*ones(n, 1)"),
        # Eigenvalues that are zero, beside others that are as large as can be.
        (
            {"x": "vector(n)", "y": "vector(n)"},
            "eigenvalues(x @ x.T + y @ y.T + 2*eye(n))",
            "eigenvalues(x @ x.T + y @ y.T) + 2",
        ),
    ],
)
def test_what_floats_see_to_agree_in_every_region_holds(where, value, right):
    assert judged(where=where, value=value, both=right)[0] == HOLDS
