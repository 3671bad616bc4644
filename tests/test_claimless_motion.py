"""Limits and expansions whose claim has no value, or is open, where a limit is."""

from __future__ import annotations

import pytest
from stated import record

from verifier.engine.outcome import HOLDS, INCONCLUSIVE
from verifier.engine.settings import Settings
from verifier.running.verification import verify_chunk

DATA = {"A": "matrix(m, n)", "b": "vector(m)", "h": "scalar"}
PLANE = {"x": "scalar", "h": "scalar"}
RIGHT = {"x": "positive", "h": "scalar"}
LOGARITHM = {**PLANE, "P": "positive_definite(2)", "B": "symmetric(2)"}
TALL = {"assume": ["m >= n"]}


def judged(**fields):
    """Return the outcome of the first claim of a record."""
    ((found, *_),) = verify_chunk([record(**fields)], Settings(diagnose=False))
    return found


@pytest.mark.parametrize(
    ("where", "limit", "claim"),
    [
        (DATA, "inv(A.T @ A + h**2*eye(n)) @ A.T", "inv(A.T @ A) @ A.T"),
        (DATA, "inv(A.T @ A + h**2*eye(n)) @ A.T @ b", "inv(A.T @ A) @ A.T @ b"),
        (DATA, "A @ inv(A.T @ A + h**2*eye(n)) @ A.T", "A @ inv(A.T @ A) @ A.T"),
        (PLANE, "(abs(x)**h - 1)/h", "log(x)"),
        (PLANE, "x + h", "exp(log(x))"),
        (PLANE, "(sqrt(abs(x) + h) - sqrt(abs(x)))/h", "1/(2*sqrt(x))"),
    ],
)
def test_a_limit_that_the_claim_has_no_value_of_is_open(where, limit, claim):
    found = judged(where=where, limit=limit, **{"as": "h -> 0"}, both=claim)
    assert found.verdict == INCONCLUSIVE
    assert "the claim" in found.evidence["note"]


def test_an_expansion_that_the_claim_has_no_value_of_is_open():
    fields = {"small": "h", "error": "O(h**2)", "numerator": "exp(log(x))*(1 + h)"}
    found = judged(where=PLANE, expansion="abs(x)*exp(h)", **fields)
    assert found.verdict == INCONCLUSIVE
    assert "the claim has no value" in found.evidence["note"]


@pytest.mark.parametrize(
    ("where", "limit", "claim", "more"),
    [
        (DATA, "inv(A.T @ A + h**2*eye(n)) @ A.T", "inv(A.T @ A) @ A.T", TALL),
        (DATA, "inv(A.T @ A + h**2*eye(n)) @ A.T", "pinv(A)", {}),
        (RIGHT, "(x**h - 1)/h", "log(x)", {}),
        # Where the left side has no value either, the claim is about nothing.
        (PLANE, "(log(x + h) - log(x))/h", "1/x", {}),
        (PLANE, "(x**h - 1)/h", "log(x)", {}),
    ],
)
def test_what_has_a_value_wherever_the_limit_has_one_holds(where, limit, claim, more):
    found = judged(where=where, limit=limit, **{"as": "h -> 0"}, both=claim, **more)
    assert found.verdict == HOLDS


def test_a_side_of_a_jump_that_nothing_decides_is_open():
    quotient = "tr((logm(P + step(-x)*h*B) - logm(P))/h) + exp(x)"
    found = judged(where=LOGARITHM, limit=quotient, **{"as": "h -> 0"}, both="exp(x)")
    assert found.verdict == INCONCLUSIVE
    assert "on one side of a jump" in found.evidence["note"]
