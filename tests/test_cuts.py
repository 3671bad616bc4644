"""Claims about roots and logarithms of matrices beyond the principal branch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from stated import record

from verifier.engine import numeric
from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.settings import Settings
from verifier.language.primitives import PRIMITIVES
from verifier.running.verification import verify_chunk

REAL = {"x": "scalar"}
LONG = {"x": "vector(n)"}
SQUARE = {"A": "matrix(n, n)"}
EVEN = {"S": "symmetric(n)"}
DEFINITE = {"P": "positive_definite(n)"}
TIMES = {"c": "scalar", **DEFINITE}


def verdict(**fields: Any) -> str:
    ((found, *_),) = verify_chunk([record(**fields)], Settings(diagnose=False))
    return found.verdict


@pytest.mark.parametrize(
    ("where", "value", "claim"),
    [
        (EVEN, "sqrtm((6e4*eye(n) - S) @ (6e4*eye(n) - S))", "6e4*eye(n) - S"),
        (REAL, "sqrtm(((x - 500)*(x - 530))**2)", "(x - 500)*(x - 530)"),
        (TIMES, "sqrtm((c + 7e4)**2*P)", "(c + 7e4)*sqrtm(P)"),
        (TIMES, "cholesky((c + 7e4)**2*P)", "(c + 7e4)*cholesky(P)"),
        (LONG, "cholesky(diag(((x - 500)*(x - 530))**2))",
         "diag((x - 500)*(x - 530))"),
        (SQUARE, "logm(expm(A/5e6))", "A/5e6"),
        ({"A": "skew(n)"}, "sqrtm(expm(A/5e6))", "expm(A/1e7)"),
        ({"c": "scalar", **EVEN}, "eigenvalues((c + 7e4)*S)",
         "(c + 7e4)*eigenvalues(S)"),
    ],
)  # fmt: skip
def test_what_is_wrong_beyond_a_cut_fails(where, value, claim):
    assert verdict(where=where, value=value, both=claim) == FAILS


@pytest.mark.parametrize(
    ("where", "value", "claim"),
    [
        (DEFINITE, "sqrtm(P @ P)", "P"),
        (DEFINITE, "logm(inv(P))", "-logm(P)"),
        (EVEN, "logm(expm(S))", "S"),
        (SQUARE, "sqrtm(A) @ sqrtm(A)", "A"),
        (EVEN, "tr(sqrtm(S @ S))", "sum(abs(eigenvalues(S)))"),
        ({"c": "positive", **DEFINITE}, "cholesky(c**2*P)", "c*cholesky(P)"),
    ],
)
def test_what_is_right_in_all_the_domain_holds(where, value, claim):
    assert verdict(where=where, value=value, both=claim) == HOLDS


def _turned(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s], [s, c]])


@pytest.mark.parametrize("name", ["sqrtm", "logm"])
def test_the_distance_of_a_cut_is_that_of_the_negative_axis(name):
    branch = PRIMITIVES[name].branch
    assert branch is not None
    for angle, distance in [(0.1, 1), (1.5, 1), (3.0, np.sin(3.0)), (3.1415, 9.27e-5)]:
        found = branch(numeric, _turned(angle)[None])
        assert np.squeeze(found) == pytest.approx(distance, rel=1e-3)


def test_what_rounding_makes_of_a_zero_is_no_place():
    # The smallest eigenvalues of exp(t S) are dust beside the largest one.
    branch = PRIMITIVES["logm"].branch
    assert branch is not None
    A = np.diag([1e30, 1.0])
    assert np.squeeze(branch(numeric, A[None])) == 1e30 * 2.0**-36
