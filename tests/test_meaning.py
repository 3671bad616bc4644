"""What tells two questions apart, and what does not."""

from __future__ import annotations

import pytest
from meaning import meaning_of

from verifier.asking.entry import question_of


def meaning(statement: str):
    question, problems = question_of(statement)
    assert question is not None, problems
    return meaning_of(question)


SAME = [
    ("A @ (B @ C) = (A @ B) @ C", "(A @ B) @ C = A @ (B @ C)"),
    ("d(x.T @ x)/dx = 2*x", "d(x.T @ x)/dx = x*2"),
    ("d(x.T @ A @ x)/dx = (A + A.T) @ x", "d(x.T @ (A @ x))/dx = (A.T + A) @ x"),
    ("tr(A @ B) = tr((A @ B).T)", "tr(A @ B) = tr(B.T @ A.T)"),
    ("inv(A @ B) = inv(B) @ inv(A)", "inv(B) @ inv(A) = inv(A @ B)"),
    ("inv(A).T = inv(A.T)", "inv(A.T) = inv(A).T"),
    ("logdet(A) = -logdet(inv(A))", "log(det(A)) = -log(det(inv(A)))"),
    ("d(norm(x))/dx = x/norm(x)", "d(sqrt(norm(x))**2)/dx = x/norm(x)"),
    ("A @ x = -(B - C) @ x", "A @ x = (C - B) @ x"),
    ("x @ y.T @ z = (y.T @ z)*x", "(y.T @ z)*x = x @ (y.T @ z)"),
    ("(A + A.T).T = A + A.T", "A.T + A = A + A.T"),
    ("A * B = B * A", "B * A = A * B"),
    ("d(sum(x**2))/dx = x + x", "d(sum(x*x))/dx = 2*x where x: vector(n)"),
    ("tr(A) = tr(A.T) where A: matrix(n, n)", "tr(A) = tr(A.T) where A: matrix(k, k)"),
]
OTHER = [
    ("d(x.T @ A @ x)/dx = 2*A @ x", "d(x.T @ A @ x)/dx = 2*x.T @ A"),
    ("d(A @ x)/dx = A", "d(A @ x)/dx = A.T"),
    ("d(A @ x)/dx = A", "d(A @ x)/dx = -A"),
    ("d(A @ x)/dx = A", "d(A @ x)/dx = 2*A"),
    ("d(A @ x)/dx = A", "d(A @ x)/dx.T = A"),
    ("d(a.T @ x)/dx = a", "d(a.T @ x)/da = a"),
    ("d(x.T @ y)/dx = y", "d(y.T @ x)/dx = y"),
    ("d(x.T @ x)/dx = 2*x", "x.T @ x = 2*x"),
    ("hessian(x.T @ A @ x, x) = 2*A", "d(x.T @ A @ x)/dx = 2*A"),
    ("A @ B = C where A: matrix(n, n), B: matrix(n, n)",
     "A * B = C where A: matrix(n, n), B: matrix(n, n)"),
    ("A @ B = B @ A", "B @ A = A @ B"),
    ("A @ B - B @ A = C", "B @ A - A @ B = C"),
    ("A + B = C", "A - B = C"),
    ("inv(A @ B) = inv(B) @ inv(A)", "inv(A @ B) = inv(A) @ inv(B)"),
    ("(A @ B).T = B.T @ A.T", "(A @ B).T = A.T @ B.T"),
    ("x @ y.T = A", "y @ x.T = A"),
    ("d(norm(x))/dx = x/norm(x)", "d(norm(x))/dx = x/norm(x)**2"),
    ("d(norm(x))/dx = x/norm(x)", "d(norm1(x))/dx = x/norm(x)"),
    ("A.T @ x = y", "A.T @ x = y where A: symmetric(n)"),
    ("exp(x) = y where x: vector(n)", "exp(x) = y where x: scalar"),
    ("A + B = C where A: matrix(m, n)", "A + B = C where A: matrix(n, n)"),
    ("d(f(x))/dx = D(f)(x)", "d(f(x))/dx = D(f)(x) where f: scalar -> scalar"),
    ("f(x + h) = f(x) + o(h)", "f(x + h) = f(x) + O(h)"),
    ("lim h->0 of (1 + h) = 1", "lim h->inf of (1 + h) = 1"),
    ("tr(commutation(m, n) @ A) = tr(A)", "tr(commutation(n, m) @ A) = tr(A)"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_written_otherwise(one, other):
    left, right = meaning(one), meaning(other)
    assert left.kinds == right.kinds
    assert left == right or swapped(left) == right.claims


def swapped(found):
    """Return the claims with both sides changed."""
    return frozenset((layout, side, body) for layout, body, side in found.claims)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_is_not_the_same(one, other):
    assert meaning(one) == meaning(one)
    assert meaning(one) != meaning(other)
