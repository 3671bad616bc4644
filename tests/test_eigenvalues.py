"""Eigenvalues of any square matrix, and Cholesky factors of symmetric ones only."""

from __future__ import annotations

import numpy as np
import pytest
from moved import outcome as moved
from stated import only_problem, problems, statement

from verifier.engine import numeric
from verifier.engine.balls import BALLS, ball_matrix, precision
from verifier.engine.experiment import Experiment
from verifier.engine.jets import constant
from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome
from verifier.engine.settings import Settings
from verifier.engine.undecided import COMPLEX, UNSYMMETRIC, NoValue
from verifier.judging.judge import verdict_on
from verifier.judging.kinks import mark_kinks
from verifier.language.spectra import as_trace, spectral
from verifier.language.term import terms

NAMES = {
    "A": "matrix(n, n)",
    "E": "idempotent(n)",
    "F": "idempotent(3)",
    "B": "matrix(n, n)",
    "P": "positive_definite(n)",
    "R": "positive_definite(n)",
    "S": "symmetric(n)",
    "K": "skew(n)",
    "Z": "skew(4)",
    "L": "lower(n)",
    "Q": "orthogonal(n)",
    "T": "invertible(n)",
    "Y": "matrix(2, 2)",
    "c": "positive",
    "i": "index(n)",
    "x": "vector(n)",
    "y": "vector(n)",
}


def judged(**fields: object) -> Outcome:
    used = " ".join(str(field) for field in fields.values())
    where = {name: type for name, type in NAMES.items() if name in used}
    experiment = Experiment(statement(where=where, **fields), Settings(draws=64))
    if experiment.differentiates:
        experiment.differentiate()
        mark_kinks(experiment)
    return verdict_on(experiment, experiment.statement.claims[0])


RIGHT = {
    "sum(eigenvalues(A))": "tr(A)",
    "sum(eigenvalues(A)**2)": "tr(A @ A)",
    "eigenvalues(A).T @ eigenvalues(A)": "sum(A * A.T)",
    "ones(1, n) @ eigenvalues(A)**3": "tr(matpow(A, 3))",
    "mean(eigenvalues(A)**2 + c * eigenvalues(A))": "tr(A @ A + c * A) / n",
    "sum(1 / (2 + eigenvalues(A)))": "tr(inv(2 * eye(n) + A))",
    "tr(diag(eigenvalues(A - A.T)**2))": "-norm(A - A.T)**2",
    "det(diag(eigenvalues(A)))": "det(A)",
    "sum(exp(eigenvalues(A)))": "tr(expm(A))",
    "log(tr(expm(A)))": "logsumexp(eigenvalues(A))",
    "sum(cos(eigenvalues(A))**2 + sin(eigenvalues(A))**2)": "n",
    "sum(log(1 + eigenvalues(A)**2))": "logdet(eye(n) + A @ A)",
    "sum(log(abs(eigenvalues(T))))": "logdet(T)",
    "norm(eigenvalues(K))": "norm(K)",
    "max(abs(eigenvalues(Q)))": "1",
    "sum(eigenvalues(x @ y.T)**2)": "(x.T @ y)**2",
    "eigenvalues(Q.T @ Q)": "ones(n, 1)",
    "sum((eigenvalues(Y) - mean(eigenvalues(Y)))**2)": "(tr(Y)**2 - 4 * det(Y)) / 2",
    "sum(log(eigenvalues(P @ R)))": "logdet(P) + logdet(R)",
    "eigenvalues(inv(P) @ S)": "eigenvalues(S @ inv(P))",
    "eigenvalues(P @ S)": "eigenvalues(cholesky(P).T @ S @ cholesky(P))",
    "eigenvalues(T @ S @ inv(T))": "eigenvalues(S)",
    "unit(i, n).T @ eigenvalues(A)": "unit(i, n).T @ eigenvalues(A.T)",
    "max(eigenvalues(L))": "max(diagonal(L))",
}
WRONG = {
    "sum(eigenvalues(A)**2)": "norm(A)**2",
    "norm(eigenvalues(A))**2": "tr(A @ A)",
    "tr(A @ A)": "sum(abs(eigenvalues(A))**2)",
    "sum(eigenvalues(K)**2)": "norm(K)**2",
    "sum(eigenvalues(A)**3)": "tr(A @ A @ A.T)",
    "sum(exp(eigenvalues(A)))": "sum(exp(eigenvalues((A + A.T) / 2)))",
    "sum(eigenvalues(A + B)**2)": "sum(eigenvalues(A)**2) + sum(eigenvalues(B)**2)",
    "sum(eigenvalues(S + 1e-99 * A)**2)": "sum(eigenvalues(S + 5e-100 * (A + A.T))**2)",
    "det(diag(eigenvalues(A)))": "abs(det(A))",
    "max(eigenvalues(A))": "max(eigenvalues(A + A.T)) / 2",
    "eigenvalues(A)": "eigenvalues((A + A.T) / 2)",
    "eigenvalues(S + 1e-9 * K)": "eigenvalues(S)",
    "eigenvalues(P @ S)": "eigenvalues((P @ S + S @ P) / 2)",
    "eigenvalues(T @ S @ T.T)": "eigenvalues(S)",
    "eigenvalues(L)": "diagonal(L)",
    "max(eigenvalues(Q))": "1",
    "max(abs(eigenvalues(A)))": "abs(max(eigenvalues(A)))",
    "logsumexp(eigenvalues(A))": "log(sum(expm(A)))",
}


@pytest.mark.parametrize(("body", "claim"), RIGHT.items())
def test_right_claim_about_eigenvalues_holds(body, claim):
    assert judged(value=body, numerator=claim).verdict == HOLDS


@pytest.mark.parametrize(("body", "claim"), WRONG.items())
def test_wrong_claim_about_eigenvalues_fails(body, claim):
    assert judged(value=body, numerator=claim).verdict == FAILS


@pytest.mark.parametrize(
    ("function", "wrt", "field", "right", "wrong"),
    [
        ("sum(eigenvalues(A)**2)", "A", "denominator", "2 * A.T", "A + A.T"),
        ("sum(eigenvalues(A)**2)", "A", "numerator", "2 * A", "2 * A.T"),
        ("sum(eigenvalues(A)**2)", "A", "differential", "2 * tr(A @ dA)",
         "2 * tr(A.T @ dA)"),
        ("sum(eigenvalues(A)**2)", "A", "hessian", "2 * commutation(n, n)",
         "2 * eye(n**2)"),
        ("sum(eigenvalues(S)**2)", "S", "hessian", "2 * commutation(n, n)",
         "eye(n**2) + commutation(n, n)"),
        ("sum(exp(eigenvalues(A)))", "A", "denominator", "expm(A).T", "expm(A)"),
        ("det(diag(eigenvalues(T)))", "T", "denominator", "det(T) * inv(T).T",
         "det(T) * inv(T)"),
        ("sum(log(eigenvalues(P @ R)))", "P", "both", "inv(P)", "inv(P @ R)"),
        ("sum(log(eigenvalues(P @ R)))", "P", "hessian",
         "-kron(inv(P), inv(P)) @ commutation(n, n)", "-kron(inv(P), inv(P))"),
        ("max(eigenvalues(c * P @ S))", "c", "both", "max(eigenvalues(P @ S))",
         "max(eigenvalues((P @ S + S @ P) / 2))"),
        ("max(eigenvalues(A + c * eye(n)))**2", "c", "hessian", "2", "1"),
        ("sum(abs(eigenvalues(c * A)))", "c", "both", "sum(abs(eigenvalues(A)))",
         "sum(eigenvalues(A))"),
        ("sum(eigenvalues(S)**2)", "S", "both", "2 * S", "S"),
        ("sum(log(diagonal(cholesky(P))))", "P", "both", "inv(P) / 2", "inv(P)"),
    ],
)  # fmt: skip
def test_derivatives_of_eigenvalues_are_those_of_the_matrix_as_it_stands(
    function, wrt, field, right, wrong
):
    said = [
        judged(function=function, wrt=wrt, **{field: claim}).verdict
        for claim in (right, wrong)
    ]
    assert said == [HOLDS, FAILS]


@pytest.mark.parametrize(
    ("value", "claim"),
    [
        (
            "sum(cumsum(abs(eigenvalues(Z))))",
            "sum(cumsum(abs(eigenvalues(3 * Z)))) / 3",
        ),
        ("norm(cumsum(abs(eigenvalues(Z))))", "norm(cumsum(abs(eigenvalues(-Z))))"),
        ("max(triu(abs(eigenvalues(Z))))", "max(triu(abs(eigenvalues(Z.T))))"),
    ],
)
def test_partial_sums_of_moduli_need_an_order_that_pairs_do_not_have(value, claim):
    found = judged(value=value, both=claim)
    assert found.verdict == INCONCLUSIVE
    assert COMPLEX in found.evidence["left_out"]


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("sum(cumsum(eigenvalues(P @ R)))", HOLDS),
        ("sum(tril(ones(n, n)) @ eigenvalues(P @ R))", HOLDS),
        ("(n + 1) / 2 * tr(P @ R)", FAILS),
    ],
)
def test_partial_sums_of_real_eigenvalues_are_those_in_ascending_order(claim, verdict):
    value = "sum(cumsum(abs(eigenvalues(P @ R))))"
    assert judged(value=value, both=claim).verdict == verdict


@pytest.mark.parametrize("claim", ["0", "norm(K)"])
def test_order_of_complex_eigenvalues_is_refused_with_a_reason(claim):
    found = judged(value="max(eigenvalues(K))", numerator=claim)
    assert found.verdict == INCONCLUSIVE
    assert set(found.evidence["left_out"]) == {COMPLEX}
    assert COMPLEX in found.evidence["note"]
    assert "`norm` and `abs`" in found.evidence["note"]


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("sum(maximum(eigenvalues(A)**2, 0))", COMPLEX),
        ("tr(A @ A) * step(1 + max(eigenvalues(A))**2)", COMPLEX),
        ("tr(A @ A) * step(tr(cholesky(P + exp(A) - exp(A.T))))", UNSYMMETRIC),
    ],
)
def test_claim_without_a_value_where_the_left_side_has_one_does_not_hold(claim, reason):
    found = judged(value="tr(A @ A)", numerator=claim)
    assert found.verdict == INCONCLUSIVE
    assert f"where the left side has one: {reason}" in found.evidence["note"]
    other = judged(value=claim, numerator="tr(A @ A)")
    assert other.evidence["left_out"].keys() == {reason}


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("sum(exp(eigenvalues(T @ triu(ones(n, n)) @ inv(T))))", HOLDS),
        ("sum(2 * exp(eigenvalues(T @ triu(ones(n, n)) @ inv(T))))", FAILS),
    ],
)
def test_sums_over_equal_eigenvalues_are_decided(value, verdict):
    assert judged(value=value, numerator="n * exp(1)").verdict == verdict


@pytest.mark.parametrize(
    "argument", ["P + exp(A) - exp(A).T", "P + 1e-12 * (exp(A) - exp(A).T)"]
)
def test_factor_of_an_unsymmetric_matrix_is_refused_with_a_reason(argument):
    found = judged(value=f"cholesky({argument})", numerator="cholesky(P)")
    assert found.verdict == INCONCLUSIVE
    assert UNSYMMETRIC in found.evidence["note"]


# Limits.


def test_slope_of_an_eigenvalue_is_between_its_two_eigenvectors():
    fields = {
        "where": {"T": "invertible(n)", "d": "positive_vector(n)", "i": "index(n)",
                  "B": "matrix(n, n)", "h": "scalar"},
        "let": {"w": "tril(ones(n, n)) @ d", "M": "T @ diag(w) @ inv(T)"},
        "limit": "unit(i, n).T @ (eigenvalues(M + h * B) - w) / h",
        "as_": "h -> 0",
    }  # fmt: skip
    right = moved(16, **fields, both="unit(i, n).T @ inv(T) @ B @ T @ unit(i, n)")
    wrong = moved(16, **fields, both="unit(i, n).T @ T.T @ B @ T @ unit(i, n)")
    assert (right.verdict, wrong.verdict) == (HOLDS, FAILS)


@pytest.mark.parametrize(
    ("limit", "claim", "verdict"),
    [
        ("(sum(eigenvalues(A + h * B)**2) - tr(A @ A)) / h", "2 * tr(A @ B)", HOLDS),
        ("(sum(eigenvalues(A + h * B)**2) - tr(A @ A)) / h", "2 * tr(A.T @ B)", FAILS),
        ("(sum(exp(eigenvalues(A + h * B))) - tr(expm(A))) / h", "tr(expm(A) @ B)",
         HOLDS),
        ("cholesky(A @ A.T + (1 + h) * eye(n))", "cholesky(A @ A.T + eye(n))", HOLDS),
        ("cholesky(A @ A.T + eye(n) + h * exp(B))", "cholesky(A @ A.T + eye(n))",
         INCONCLUSIVE),
    ],
)  # fmt: skip
def test_limits_of_eigenvalues_of_any_matrix(limit, claim, verdict):
    where = {"A": "matrix(n, n)", "B": "matrix(n, n)", "h": "scalar"}
    found = moved(16, where=where, limit=limit, as_="h -> 0", both=claim)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("max(eigenvalues(P @ S))", HOLDS),
        ("max(eigenvalues(P @ S + S @ P)) / 2", FAILS),
    ],
)
def test_exponential_far_out_grows_as_its_largest_eigenvalue(claim, verdict):
    where = {"P": NAMES["P"], "S": NAMES["S"], "t": "positive"}
    fields = {"limit": "log(tr(expm(t * P @ S))) / t", "as_": "t -> inf"}
    assert moved(16, where=where, **fields, both=claim).verdict == verdict


# What is refused before anything is drawn.


@pytest.mark.parametrize(
    ("argument", "hint"),
    [
        ("P + A - A.T", "write a product"),
        ("A", "declare `A: positive_definite(n)`"),
        ("L", "declare `L: positive_definite(n)`"),
        ("P @ S", "write a product"),
        ("2 * P - K / 3", "write a product"),
        ("A @ P", "write a product"),
        ("x @ y.T + P", "write a product"),
    ],
)
def test_factor_of_what_is_certainly_not_symmetric_is_a_problem(argument, hint):
    found = only_problem(where=NAMES, value=f"tr(cholesky({argument}))", both="1")
    assert "cholesky needs a symmetric matrix" in found.text
    assert hint in found.hint


@pytest.mark.parametrize(
    "argument",
    [
        "A.T @ A + P", "A + A.T", "P - A @ inv(R) @ A.T", "S @ P @ S", "P @ S + S @ P",
        "inv(P)", "kron(P, R)", "-K @ K", "K + K.T + P", "A @ S @ A.T + P",
        "x @ x.T + P", "T.T @ exp(S) @ T", "(x.T @ y) * P", "x @ (x.T @ y) @ x.T",
        "Q @ P @ Q.T", "Q @ Q.T @ P @ Q.T @ Q", "c * eye(n)", "diag(x) @ diag(y)",
    ],
)  # fmt: skip
def test_factor_of_what_may_be_symmetric_is_no_problem(argument):
    assert problems(where=NAMES, value=f"tr(cholesky({argument}))", both="1") == []


# What a term is as a symmetric function.


@pytest.mark.parametrize(
    ("text", "kind", "rational"),
    [
        ("sum(eigenvalues(A)**2)", "sum", True),
        ("sum(c * eigenvalues(A) - eigenvalues(A)**2 / 3)", "sum", True),
        ("mean(exp(eigenvalues(A)))", "mean", False),
        ("det(diag(1 + eigenvalues(A)))", "product", True),
        ("norm(eigenvalues(A))", "norm", False),
        ("logsumexp(eigenvalues(A))", "logsumexp", False),
        ("max(abs(eigenvalues(A)) + c)", "max", False),
        ("min(maximum(abs(eigenvalues(A)), c))", "min", False),
        ("max(eigenvalues(A))", "", False),
        ("sum(maximum(eigenvalues(A), 0))", "", False),
        ("sum(eigenvalues(A) * x)", "", False),
        ("sum(cumsum(abs(eigenvalues(A))))", "", False),
        ("max(rowsoftmax(abs(eigenvalues(A))))", "", False),
        ("norm(tril(abs(eigenvalues(A))))", "", False),
        ("det(diag(triu(abs(eigenvalues(A)))))", "", False),
        ("sum(eigenvalues(A) * eigenvalues(B))", "", False),
        ("sum(c**eigenvalues(A))", "", False),
        ("sum(x)", "", False),
    ],
)
def test_symmetric_functions_are_told_from_those_that_need_an_order(
    text, kind, rational
):
    (body, *_) = terms(statement(where=NAMES, value=text, both="1").body)
    found = spectral(body)
    assert (found.kind if found else "") == kind
    assert (found is not None and as_trace(found) is not None) == rational


# Numbers.


def test_eigenvalues_are_real_and_ascending_or_have_no_value():
    turn, shear = np.array([[0.0, -1], [1, 0]]), np.array([[2.0, 5], [0, -1]])
    found = numeric.eigenvalues(np.stack([turn, shear, np.eye(2)]))[..., 0]
    assert np.isnan(found[0]).all()
    assert found[1:].tolist() == [[-1, 2], [1, 1]]


def test_balls_prove_that_eigenvalues_are_real_or_that_they_are_not():
    with precision(128):
        real = BALLS.eigenvalues(constant(ball_matrix(np.array([[2.0, 5], [0, -1]]))))
        assert [float(x.mid()) for x in real.value.entries] == [-1, 2]
        turn = constant(ball_matrix(np.array([[0.0, -1], [1, 0]])))
        with pytest.raises(NoValue, match="no order"):
            BALLS.eigenvalues(turn)
        squares = BALLS.over_spectrum(turn, lambda w: w * w, "sum")
        assert squares.value.scalar.contains(-2)
        with pytest.raises(NoValue, match="symmetric"):
            BALLS.cholesky(turn)


@pytest.mark.parametrize(
    ("value", "claim", "expected"),
    [
        ("eigenvalues(expm(E))", "(1 + 1e-30)*exp(eigenvalues(E))", FAILS),
        # At 3 x 3 some are always equal, of which balls know nothing.
        ("eigenvalues(expm(F))", "(1 + 1e-30)*exp(eigenvalues(F))", INCONCLUSIVE),
        ("eigenvalues(expm(F))", "exp(eigenvalues(F))", HOLDS),
    ],
)
def test_small_numbers_beside_equal_eigenvalues(value, claim, expected):
    assert judged(value=value, numerator=claim).verdict == expected


def test_order_of_eigenvalues_that_are_equal_in_floats():
    # Where S is 1e-17 and c is 3, floats see no order; balls do.
    claim = {"value": "eigenvalues(S + c*eye(n))", "numerator": "eigenvalues(S) + c"}
    assert judged(**claim).verdict == HOLDS
    X = np.array([[1e-17, 2e-17], [2e-17, -3e-17]]) + 0.0
    with precision(512):
        near = BALLS.eigenvalues(
            constant(ball_matrix(X)) + constant(ball_matrix(3 * np.eye(2)))
        )
        low, high = near.value.entries
        assert low < high
