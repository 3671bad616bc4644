"""Trees that say the same in another order are one; what says more is another."""

from __future__ import annotations

import pytest
from patients import patient, value

from verifier.language.expression import parse

WHERE = {
    "x": "vector(n)",
    "y": "vector(n)",
    "A": "matrix(n, n)",
    "B": "matrix(n, n)",
    "Q": "orthogonal(n)",
    "s": "scalar",
}


def repeats(body: str, tree: str) -> bool:
    return patient(**value(body, "0", **WHERE)).repeats(parse(tree))


@pytest.mark.parametrize(
    ("body", "tree"),
    [
        ("det(A)", "1 * det(A)"),
        ("x.T @ A @ y", "y.T @ A.T @ x"),
        ("x.T @ y * s", "s * (y.T @ x)"),
        ("A + B", "B + A"),
        ("x - mean(x)", "x - mean(x) * ones(n, 1)"),
        ("tr(A.T @ B)", "tr(B.T @ A)"),
        ("tr(A @ B @ Q)", "tr(Q @ A @ B)"),
        ("A * B", "B * A"),
        ("Q", "inv(Q.T)"),
        ("A @ A", "eye(n) @ (A @ A)"),
        ("x.T @ A @ x", "(A.T @ x).T @ x"),
        ("A @ B", "(B.T @ A.T).T"),
    ],
)
def test_another_way_of_writing_the_left_side_says_nothing(body, tree):
    assert repeats(body, tree)


@pytest.mark.parametrize(
    ("body", "tree"),
    [
        ("vec(A @ B @ Q)", "kron(Q.T, A) @ vec(B)"),
        ("(A @ B).T", "B.T @ A.T"),
        ("expm(A) @ A", "A @ expm(A)"),
        ("norm(x)**2", "x.T @ x"),
        ("inv(A @ B)", "inv(B) @ inv(A)"),
        ("A @ B", "B @ A"),
    ],
)
def test_an_identity_says_more_than_the_left_side(body, tree):
    assert not repeats(body, tree)


def test_function_has_no_left_side_to_repeat():
    one = patient(where=WHERE, function="exp(s)", wrt="s", numerator="exp(s)")
    assert not one.repeats(parse("exp(s)"))
