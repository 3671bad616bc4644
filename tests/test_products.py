"""Products: taken apart, multiplied, transposed and written again."""

from __future__ import annotations

from fractions import Fraction

import pytest
from stated import statement

from verifier.deriving.products import Algebra
from verifier.language.expression import parse
from verifier.language.printing import show

WHERE = {
    "x": "vector(n)",
    "a": "vector(n)",
    "t": "scalar",
    "A": "matrix(n, n)",
    "B": "matrix(n, n)",
    "S": "symmetric(n)",
    "X": "matrix(m, n)",
    "f": "vector(n) -> scalar",
}


@pytest.fixture(scope="module")
def algebra() -> Algebra:
    stated = statement(where=WHERE, value="t", numerator="t")
    return Algebra(stated.scope(stated.claims[0]))


def written(algebra: Algebra, text: str) -> str:
    return show(algebra.tree(algebra.product(parse(text))))


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("-(2 * A @ x)", "-2 * A @ x"),
        ("A @ (-3 * x) / 6", "-A @ x / 2"),
        ("eye(n) @ A @ eye(n)", "A"),
        ("(A @ x).T", "x.T @ A.T"),
        ("(S @ x).T", "x.T @ S"),
        ("inv(S).T @ inv(A).T", "inv(S) @ inv(A).T"),
        ("(A @ (x - a)).T", "(x - a).T @ A.T"),
        ("norm(x)**2 * x / norm(x)**3", "x / norm(x)"),
        ("x @ (x.T @ A @ x)", "x.T @ A @ x * x"),
        ("2 * (x.T @ A @ x)", "2 * x.T @ A @ x"),
        ("t * (A / t)", "A"),
        ("diag(x) @ a", "x * a"),
        ("diag(x) @ diag(a)", "diag(x * a)"),
        ("a * ones(n, 1)", "a"),
        ("(1 / x) * a", "a / x"),
        ("ones(n, 1) @ ones(1, n) @ ones(n, 1)", "n * ones(n, 1)"),
        ("kron(eye(n), A) @ kron(B, eye(n))", "kron(B, A)"),
        ("kron(x.T, eye(n)) @ vec(A)", "A @ x"),
        ("vec(A).T @ kron(eye(n), B)", "vec(B.T @ A).T"),
        ("a @ (kron(x.T, x.T) @ vec(A))", "x.T @ A @ x * a"),
        ("solve(A, x)", "inv(A) @ x"),
        ("0.1 * x", "x / 10"),
    ],
)
def test_products_are_written_simply(algebra, text, simple):
    assert written(algebra, text) == simple


def test_taking_apart_what_is_written_gives_the_same_product(algebra):
    for text in ("-2 * t * A @ x / (3 * norm(x)**2)", "x.T @ S", "tr(A) * B.T"):
        product = algebra.product(parse(text))
        assert algebra.product(algebra.tree(product)) == product


def test_number_scalars_and_chain_are_apart(algebra):
    product = algebra.product(parse("-2 * norm(x) * A @ x / t**2"))
    assert product.number == -2
    assert dict(product.scalars) == {parse("norm(x)"): 1, parse("t"): Fraction(-2)}
    assert product.chain == (parse("A"), parse("x"))


def test_equal_terms_are_added_and_opposite_ones_vanish(algebra):
    terms = [algebra.product(parse(text)) for text in ("A @ x", "x", "2 * A @ x", "-x")]
    assert [show(algebra.tree(p)) for p in algebra.total(terms)] == ["3 * A @ x"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("(A + B) @ (A - B)", ["A @ A", "-A @ B", "B @ A", "-B @ B"]),
        ("2 * (A @ x - t * x) / t", ["2 * A @ x / t", "-2 * x"]),
        ("norm(x - a)**2", ["x.T @ x", "-x.T @ a", "-a.T @ x", "a.T @ a"]),
        ("tr(A + B)", ["tr(A)", "tr(B)"]),
        ("A + t", ["A", "t * ones(n, n)"]),
    ],
)
def test_sums_are_multiplied_out(algebra, text, terms):
    assert [show(algebra.tree(p)) for p in algebra.expanded(parse(text))] == terms


@pytest.mark.parametrize(
    ("text", "symmetric"),
    [
        ("S", True),
        ("A", False),
        ("A @ A.T", True),
        ("A.T @ S @ A", False),  # it is, though its form does not show
        ("inv(X.T @ X)", True),
        ("hessian(f)(x)", True),
        ("t", True),
        ("A + A.T", False),
        ("S + t * eye(n)", True),
    ],
)
def test_symmetry_is_seen_from_the_form(algebra, text, symmetric):
    assert algebra.is_symmetric(parse(text)) is symmetric
