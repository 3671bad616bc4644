"""Claims along directions: what they say there is what they say whole."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from stated import quadratic, statement

from verifier.engine.directions import (
    body_along,
    body_whole,
    claim_along,
    directions_of,
    stacked,
    unstacked,
)
from verifier.engine.evaluate import Evaluation, Exact
from verifier.engine.jets import constant
from verifier.engine.matrices import Matrix
from verifier.engine.residues import ExactArithmetic, Residue
from verifier.language.layout import Layout
from verifier.language.sizes import Case

FIELD = Residue()
XP = ExactArithmetic(FIELD)
NUMBERS = FIELD.numbers(Random(1))
SIZES = {"m": 2, "n": 3}

CLAIMS: dict[str, dict[str, Any]] = {
    "scalar by vector": quadratic(denominator="(A + A.T) @ x", hessian="A + A.T"),
    "scalar by matrix": {
        "where": {"X": "matrix(m, n)"},
        "function": "tr(X.T @ X)",
        "wrt": "X",
        "numerator": "2 * X.T",
        "denominator": "2 * X",
        "hessian": "2 * eye(m*n)",
    },
    "matrix by scalar": {
        "where": {"t": "scalar", "A": "matrix(m, n)"},
        "function": "t**2 * A",
        "wrt": "t",
        "numerator": "2 * t * A",
        "denominator": "2 * t * A.T",
        "differential": "2 * t * A * dt",
    },
    "matrix by matrix": {
        "where": {"A": "matrix(m, n)", "B": "matrix(n, m)"},
        "function": "A @ B @ A",
        "wrt": "A",
        "numerator": "kron((B @ A).T, eye(m)) + kron(eye(n), A @ B)",
        "denominator": "kron(B @ A, eye(m)) + kron(eye(n), (A @ B).T)",
        "differential": "dA @ B @ A + A @ B @ dA",
    },
    "independent entries": {
        "where": {"S": "symmetric(n)", "x": "vector(n)"},
        "function": "x.T @ S @ S @ x",
        "wrt": "S",
        "entries": "independent",
        "let": {"G": "x @ x.T @ S"},
        "numerator": "2 * G + 2 * G.T - 2 * diag(diagonal(G))",
    },
}


@pytest.mark.parametrize("fields", CLAIMS.values(), ids=CLAIMS.keys())
def test_both_sides_agree_along_a_direction_and_whole(fields):
    stated = statement(**fields)
    case = Case({name: SIZES[name] for name in stated.sizes}, {})

    def generic(declared: Any) -> Matrix:
        return FIELD.draw(NUMBERS, Exact(SIZES).shape(declared.shape))

    values = {name: constant(generic(t)) for name, t in stated.values.items()}
    for name in values.keys() & {"S"}:  # which is symmetric
        values[name] = values[name] + values[name].T
    for claim in stated.claims:
        assert claim.term is not None
        body = stated.bodies[claim.layout or Layout.NUMERATOR]

        def f(moved, term=body):
            return Evaluation(moved, {}, Exact(SIZES), XP).of(term)

        x = stated.variable(stated.wrt[0])
        along = [generic(x) for _ in range(directions_of(stated, claim))]
        C = f(values, claim.term).value
        left = body_along(f, XP, stated, claim, values, along)
        right = claim_along(C, stated, claim, case, along)
        assert left.shape == right.shape
        assert left.entries == right.entries
        twice = claim_along(C + C, stated, claim, case, along)
        assert twice.entries != left.entries
        if along:
            whole = body_whole(f, stated, claim, case, values)
            assert (whole == C.array).all()


def test_columns_are_stacked_and_unstacked():
    X = Matrix(FIELD, (2, 3), [FIELD.number(k) for k in range(6)])
    assert [int(x) for x in stacked(X).entries] == [0, 3, 1, 4, 2, 5]
    back = unstacked(stacked(X), (2, 3))
    assert (back.shape, back.entries) == (X.shape, X.entries)


def test_whole_sides_of_a_matrix_have_numpy_entries():
    stated = statement(**quadratic())
    one = constant(Matrix(FIELD, (1, 1), [FIELD.number(1)]))
    whole = body_whole(
        lambda moved: moved["x"] * moved["x"] * moved["A"],
        stated,
        stated.claims[0],
        Case({"n": 1}, {}),
        {"x": one, "A": one},
    )
    assert np.array_equal(whole, [[2]])
