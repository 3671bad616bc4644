"""Pseudoinverses of every rank: what is known of a rank, and what claims come to."""

from __future__ import annotations

import numpy as np
import pytest
from stated import record, statement

from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome
from verifier.engine.ranks import Ranks
from verifier.engine.settings import Settings
from verifier.language.sizes import Case
from verifier.running.verification import verify_chunk

SETTINGS = Settings(draws=128)
E, P = {"E": "idempotent(n)"}, {"P": "projection(n)"}
A, S = {"A": "invertible(n)"}, {"S": "positive_definite(n)"}
XY = {"X": "matrix(m, k)", "Y": "matrix(k, n)"}
XYS = {"x": "vector(m)", "y": "vector(n)"}
WAVE = {"x": "vector(n)", "f": "vector(n) -> vector(m)"}
U, T, Z = {"u": "unit_vector(n)"}, {"x": "vector(n)"}, {"z": "vector(3)"}
M, LOWER = {"M": "matrix(n, n)"}, {"L": "lower(n)"}


def judged(**fields: object) -> Outcome:
    ((found,),) = verify_chunk([record(**fields)], SETTINGS)
    return found


# Values: wrong where the rank is in the middle, and right siblings.


@pytest.mark.parametrize(
    ("where", "body", "claim", "verdict"),
    [
        (E, "pinv(2 * E)", "E / 2", FAILS),
        (E, "pinv(2 * E)", "pinv(E) / 2", HOLDS),
        (P, "pinv(2 * P)", "P / 2", HOLDS),
        (E, "tr(pinv(E))", "tr(E)", FAILS),
        (E, "tr(E @ pinv(E))", "tr(E)", HOLDS),
        ({**E, **A}, "pinv(A @ E)", "E @ inv(A)", FAILS),
        ({**P, **A}, "pinv(P @ A)", "inv(A) @ P", FAILS),
        ({**P, **A}, "pinv(P @ A) @ P", "pinv(P @ A)", HOLDS),
        ({**P, **S}, "pinv(P @ S @ P)", "P @ inv(S) @ P", FAILS),
        ({**P, **S}, "pinv(P @ S @ P)", "inv(P @ S @ P + eye(n) - P) @ P", HOLDS),
        ({**P, "Q": "orthogonal(n)"}, "pinv(Q @ P)", "P @ Q.T", HOLDS),
        ({**E, "Q": "orthogonal(n)"}, "pinv(Q @ E)", "E @ Q.T", FAILS),
        ({**P, "R": "projection(n)"}, "pinv(P @ R)", "R @ P", FAILS),
        ({**P, "R": "projection(n)"}, "matpow(pinv(P @ R), 2)", "pinv(P @ R)", HOLDS),
        (XY, "X @ Y @ pinv(X @ Y) @ X @ Y", "X @ Y", HOLDS),
        (XY, "(X @ Y @ pinv(X @ Y)).T", "X @ Y @ pinv(X @ Y)", HOLDS),
        (XY, "pinv(X @ Y)", "pinv(Y) @ pinv(X)", FAILS),
        (XYS, "pinv(x @ y.T)", "y @ x.T / ((x.T @ x) * (y.T @ y))", HOLDS),
        (XYS, "pinv(x @ y.T)", "y @ x.T / (x.T @ x)**2", FAILS),
        (Z, "pinv(cross_matrix(z))", "-cross_matrix(z) / (z.T @ z)", HOLDS),
        (Z, "pinv(cross_matrix(z))", "-cross_matrix(z) / norm(z)", FAILS),
        # What no field knows, balls do, at ranks that fractions or sizes tell.
        (E, "exp(tr(E)) * pinv(E)", "exp(tr(E)) * E", FAILS),
        (P, "exp(tr(P)) * pinv(P)", "exp(tr(P)) * P", HOLDS),
        (U, "exp(1) * pinv(u @ u.T)", "exp(1) * u @ u.T", HOLDS),
        (WAVE, "pinv(f(x) @ x.T)", "x @ f(x).T / norm(f(x))**2 / norm(x)**2", HOLDS),
        (WAVE, "pinv(f(x) @ x.T)", "x @ f(x).T / norm(f(x))**2 / norm(x)", FAILS),
        ({**E, **M}, "pinv(expm(M) @ E)", "E @ expm(-M)", FAILS),
        # What is small is not zero, however small.
        (P, "exp(1) * pinv(P + 1e-300 * eye(n))", "exp(1) * P", FAILS),
        (P, "pinv(P + exp(-1000) * eye(n))", "P", FAILS),
        (P, "pinv(P + exp(-20) * eye(n))", "inv(P + exp(-20) * eye(n))", HOLDS),
    ],
)  # fmt: skip
def test_value_at_every_rank(where, body, claim, verdict):
    assert judged(where=where, value=body, numerator=claim).verdict == verdict


# Derivatives: where the rank stays as it is.


@pytest.mark.parametrize(
    ("where", "wrt", "body", "claim", "verdict"),
    [
        ({**P, **S}, "S", "tr(pinv(P @ S @ P))", "-matpow(pinv(P @ S @ P), 2)", HOLDS),
        ({**P, **S}, "S", "tr(pinv(P @ S @ P))", "-P @ matpow(S, -2) @ P", FAILS),
        ({**E, **M}, "M", "tr(pinv(E) @ M)", "pinv(E)", HOLDS),
        ({**E, **M}, "M", "tr(pinv(E) @ M)", "E.T", FAILS),
        (T, "x", "tr(pinv(x @ x.T))", "-2 * x.T / (x.T @ x)**2", HOLDS),
        (T, "x", "tr(pinv(x @ x.T))", "-x.T / (x.T @ x)**2", FAILS),
        (T, "x", "sin(tr(pinv(x @ x.T)))",
         "-2 * cos(1 / (x.T @ x)) * x.T / (x.T @ x)**2", HOLDS),
        (Z, "z", "norm(pinv(cross_matrix(z)))", "-sqrt(2) * z.T / norm(z)**3", HOLDS),
        (XY, "X", "tr(pinv(X @ Y) @ X @ Y)", "zeros(k, m)", HOLDS),
        # Right where it exists, at full rank; and at no other rank does it exist.
        (P, "P", "tr(pinv(P))", "-P", INCONCLUSIVE),
        (P, "P", "exp(tr(pinv(P)))", "-exp(tr(P)) * P", INCONCLUSIVE),
        (E, "E", "tr(pinv(eye(n) - E))", "eye(n) - E", INCONCLUSIVE),
        # The change is zero at first, and leaves the rank later.
        (P, "P", "tr(pinv(matpow(P - P @ P, 2)))", "zeros(n, n)", INCONCLUSIVE),
        (M, "M", "tr(pinv(M))", "-matpow(inv(M), 2)", HOLDS),
    ],
)  # fmt: skip
def test_derivative_at_every_rank(where, wrt, body, claim, verdict):
    found = judged(where=where, wrt=wrt, function=body, numerator=claim)
    assert found.verdict == verdict


def test_what_has_a_derivative_at_full_rank_only_says_so():
    found = judged(where=E, wrt="E", function="tr(pinv(E))", numerator="-E")
    assert found.verdict == INCONCLUSIVE
    assert "where the rank of what `pinv` inverts changes" in found.evidence["note"]
    assert "`invertible`" in found.evidence["note"]


@pytest.mark.parametrize(
    ("entries", "claim", "verdict"),
    [
        ("independent", "-16 * S / norm(S)**4", HOLDS),
        ("independent", "-8 * S / norm(S)**4", FAILS),
        ("all", "-8 * S / norm(S)**4", INCONCLUSIVE),
    ],
)
def test_entries_that_move_together_keep_a_rank(entries, claim, verdict):
    fields = {"where": {"S": "skew(3)"}, "function": "norm(pinv(S))**2", "wrt": "S"}
    fields |= {} if entries == "all" else {"entries": entries}
    assert judged(**fields, denominator=claim).verdict == verdict


@pytest.mark.parametrize(
    ("hessian", "verdict"),
    [
        ("8 * x @ x.T / (x.T @ x)**3 - 2 * eye(n) / (x.T @ x)**2", HOLDS),
        ("8 * x @ x.T / (x.T @ x)**3 - eye(n) / (x.T @ x)**2", FAILS),
    ],
)
def test_second_derivative_at_rank_one(hessian, verdict):
    fields = {"where": T, "wrt": "x", "function": "tr(pinv(x @ x.T))"}
    assert judged(**fields, hessian=hessian).verdict == verdict


# What is known of a rank at a draw.

RAW = {
    "P": np.diag([1.0, -1.0, 1.0]),  # of rank 2, by its diagonal
    "M": np.arange(9.0).reshape(3, 3),
    "u": np.ones((3, 1)),
    "a": np.full((1, 1), 0.5),
    "f": np.ones((3, 1)),
}


@pytest.mark.parametrize(
    ("text", "rank", "bound"),
    [
        ("P", 2, 2),
        ("M - M.T", 2, 2),
        ("P / 10 + M @ M", 3, 3),
        ("exp(a) * P", None, 2),
        ("P / exp(a)", None, 2),
        ("expm(M) @ P.T", None, 2),
        ("-(expm(M) @ P).T", None, 2),
        ("kron(P, u @ u.T)", None, 2),
        ("(u @ u.T) * P", None, 2),
        ("u @ u.T", None, 1),
        ("exp(a) / P", None, 3),  # no multiple of P
        ("expm(M)", None, 3),
        ("P + u @ u.T", None, 3),
        ("u**0.5 @ u.T", None, 1),
    ],
)
def test_rank_is_known_or_bounded(text, rank, bound):
    where = {**P, **M, **U, "a": "scalar"}
    found = statement(where=where, value=text, numerator=text)
    ranks = Ranks(found.values, RAW, Case({"n": 3}, {}))
    assert ranks.of(found.body) == rank
    assert ranks.bound(found.body) == bound
