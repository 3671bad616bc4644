"""Small counterexamples: the smallest sizes, small whole numbers, exact sides."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from stated import quadratic, statement

from verifier.engine.ball_point import Point
from verifier.engine.enclosure import enclose
from verifier.engine.finding import Finding
from verifier.judging.example import Example, show, small_counterexample
from verifier.language.sizes import Case
from verifier.language.statement import Statement


def example(**fields: Any) -> tuple[Statement, Example]:
    found = statement(**fields)
    result = small_counterexample(found, found.claims[0])
    assert result is not None
    assert result.left != result.right
    return found, result


def test_quadratic_form_needs_two_sizes_and_one_entry():
    _, found = example(**quadratic(numerator="2 * x.T @ A"))
    assert found.sizes == {"n": 2}
    A, x = (np.array(found.values[name]) for name in "Ax")
    assert np.count_nonzero(A) == np.count_nonzero(x) == 1
    assert found.left == tuple(map(tuple, x.T @ (A + A.T)))
    assert found.right == tuple(map(tuple, 2 * x.T @ A))


def test_claim_that_is_false_at_size_one_is_refuted_there():
    _, found = example(**quadratic(numerator="x.T @ A"))
    assert found.sizes == {"n": 1}
    assert (found.left, found.right) == (((2,),), ((1,),))


def test_sides_are_fractions():
    _, found = example(
        where={"x": "positive"}, function="1 / (1 + x)", wrt="x", both="1 / (1 + x)"
    )
    assert found.values == {"x": ((1,),)}
    assert found.left == ((Fraction(-1, 4),),)
    assert (show(found.left), show(found.right)) == ("[[-1/4]]", "[[1/2]]")


def test_matrices_of_fractions_are_printed_row_by_row():
    rows = ((Fraction(1), Fraction(1, 2)), (Fraction(0), Fraction(-3)))
    assert show(rows) == "[[1, 1/2], [0, -3]]"


@pytest.mark.parametrize(
    ("function", "claim", "smooth"),
    [
        ("log(x)", "2 / x", lambda x: x > 0),
        ("log(1 - x)", "1 / (1 - x)", lambda x: x < 1),
        ("sqrt(x - 1)**4", "x - 1", lambda x: x > 1),
        ("norm(x)**2", "x + 1", lambda x: x != 0),
        ("abs(x)**2", "x + 1", lambda x: x != 0),
    ],
)
def test_points_lie_where_the_function_is_smooth(function, claim, smooth):
    _, found = example(where={"x": "scalar"}, function=function, wrt="x", both=claim)
    assert smooth(found.values["x"][0][0])


def test_positive_definite_matrices_are_so():
    _, found = example(
        where={"A": "positive_definite(n)"},
        function="logdet(A)",
        wrt="A",
        denominator="2 * inv(A) - eye(n)",
    )
    assert np.linalg.eigvalsh(np.array(found.values["A"], float)).min() > 0


def test_invertible_matrices_are_so_where_the_claim_does_not_need_it():
    _, found = example(where={"A": "invertible(n)"}, value="det(A)", both="0")
    assert found.left[0][0] != 0


def test_whole_numbers_are_found_too():
    _, found = example(where={"x": "scalar", "k": "integer"}, value="x**k", both="x")
    assert found.whole != {"k": 1}


def test_true_claims_have_none():
    found = statement(**quadratic())
    assert small_counterexample(found, found.claims[0]) is None


@pytest.mark.parametrize("claim", ["exp(x)", "pi"])
def test_sides_that_are_no_fractions_have_none(claim):
    found = statement(where={"x": "scalar"}, value="x", both=claim)
    assert small_counterexample(found, found.claims[0]) is None


def test_search_is_the_same_each_time():
    fields = quadratic(numerator="2 * x.T @ A")
    assert example(**fields)[1] == example(**fields)[1]


FALSE = {
    "jacobian": quadratic(numerator="2 * x.T @ A"),
    "denominator": {
        "where": {"X": "matrix(m, n)"},
        "function": "X.T",
        "wrt": "X",
        "denominator": "eye(m*n)",
    },
    "differential": {
        "where": {"X": "matrix(n, n)"},
        "function": "inv(X)",
        "wrt": "X",
        "differential": "-dX @ inv(X @ X)",
    },
    "hessian": {
        "where": {"x": "vector(n)", "A": "matrix(n, n)"},
        "function": "x.T @ A @ x",
        "wrt": "x",
        "hessian": "2 * A",
    },
    "independent entries": {
        "where": {"A": "symmetric(n)", "x": "vector(n)"},
        "function": "x.T @ A @ x",
        "wrt": "A",
        "entries": "independent",
        "denominator": "x @ x.T",
    },
    "value": {
        "where": {"A": "matrix(m, n)", "B": "matrix(p, q)"},
        "value": "kron(A, B)",
        "both": "kron(B, A)",
    },
}


@pytest.mark.parametrize("fields", FALSE.values(), ids=FALSE.keys())
def test_enclosures_confirm_both_sides(fields):
    """Another arithmetic, and derivatives entry by entry."""
    found, result = example(**fields)
    case = Case(result.sizes, result.whole)
    # Of the types here, raw entries are values.
    raw = {name: np.array(rows, float) for name, rows in result.values.items()}
    enclosure = enclose(Point(found, case, raw), found.claims[0])
    assert enclosure.finding is Finding.DIFFERENT
    for exact, enclosed in (
        (result.left, enclosure.left),
        (result.right, enclosure.right),
    ):
        assert enclosed is not None
        assert np.allclose(np.array(exact, float), enclosed, rtol=1e-12, atol=1e-12)
