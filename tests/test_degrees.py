"""Degrees of rational functions: worked by hand, and against finite differences."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np
import pytest
from stated import statement

from verifier.engine.evaluate import Evaluation, Exact
from verifier.engine.jets import constant
from verifier.engine.residues import ExactArithmetic, Residue
from verifier.judging.degrees import (
    Degrees,
    NotRational,
    derivative_of,
    lifted,
    parametrised,
)
from verifier.language.primitives import PRIMITIVES
from verifier.language.sizes import generator

WHERE = {
    "x": "vector(n)",
    "y": "vector(n)",
    "A": "matrix(n, n)",
    "B": "matrix(n, m)",
    "c": "scalar",
    "k": "integer",
    "p": "probability_vector(n)",
    "u": "unit_vector(n)",
    "Q": "orthogonal(n)",
}
NUMBERS = {"n": 3, "m": 2, "k": 4}


def term_of(text):
    return statement(where=WHERE, value=text, both=text).body


def leaves():
    found = statement(where=WHERE, value="x", both="x")
    return {name: parametrised(found.variable(name), 3) for name in WHERE}


def degrees(text: str) -> Degrees:
    return Degrees(leaves(), NUMBERS)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("2", (0, 0)),
        ("n * eye(n)", (0, 0)),
        ("x", (1, 0)),
        ("pi * x", (2, 0)),
        ("x.T @ A @ y", (3, 0)),
        ("x + x.T @ y", (2, 0)),
        ("x**3", (3, 0)),
        ("x**k", (4, 0)),
        ("c**(k - 1)", (3, 0)),
        ("x / c", (1, 1)),
        ("c / x", (3, 3)),  # over x1 x2 x3: c x2 x3
        ("c**-2", (0, 2)),
        ("x**-1", (2, 3)),
        ("1 / c + x", (2, 1)),
        ("1 / c + 1 / c", (1, 2)),  # not reduced
        ("det(A)", (3, 0)),
        ("inv(A)", (2, 3)),
        ("x.T @ inv(A) @ y", (4, 3)),
        ("solve(A, y)", (3, 3)),
        ("matpow(A, 4)", (4, 0)),
        ("matpow(A, k)", (4, 0)),
        ("matpow(A, -2)", (4, 6)),
        ("pinv(B)", (3, 4)),  # B.T B is 2 x 2 of degree 2: (2, 4), times B.T
        ("kron(A, B)", (2, 0)),
        ("hstack(A, B)", (1, 0)),
        ("sum(A) * mean(x)", (2, 0)),
        ("p", (1, 1)),
        ("u", (2, 2)),
        ("Q", (3, 3)),
        ("Q.T @ p", (4, 4)),
        # of what has derivatives only: one is over this denominator, two are over its
        # square
        ("log(c)", (1, 1)),
        ("log1p(c)", (1, 1)),
        ("log1p(1 / c)", (2, 2)),  # -1 / (c (c + 1))
        ("arctan(c)", (2, 2)),  # 1 / (1 + c^2)
        ("atanh(x)", (6, 6)),  # over all entries 1 - x_i^2
        ("inv(inv(A))", (2 * 2 + 3, 3 * 2)),
    ],
)
def test_degrees_by_hand(text, pair):
    assert degrees(text).of(term_of(text)) == pair


@pytest.mark.parametrize(
    ("text", "inverted"),
    [("x.T @ A @ y", 0), ("1 / c", 1), ("c / x", 3), ("inv(A)", 3), ("pinv(B)", 4)],
)
def test_degrees_of_what_must_not_vanish(text, inverted):
    found = degrees(text)
    found.of(term_of(text))
    assert found.inverted == inverted


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("exp(x)", "`exp` is not a rational function of its argument"),
        ("x**c", "an exponent is not a small whole number"),
        ("x**(1/2)", "an exponent is not a small whole number"),
        ("c**65", "an exponent is not a small whole number"),
        ("norm(x)", "`norm` is not a rational function of its argument"),
    ],
)
def test_what_is_not_rational_says_why(text, reason):
    with pytest.raises(NotRational, match="^" + reason.replace("*", r"\*") + "$"):
        degrees(text).of(term_of(text))


def test_degrees_of_derivatives_by_hand():
    # (1 / x)' u = -u / x^2 and (1 / x)'' u w = 2 u w / x^3: (0, 1) as a pair.
    assert derivative_of((0, 1), 1, 0) == (1, 2)
    assert derivative_of((0, 1), 2, 0) == (2, 3)
    # (x^2)' u = 2 x u keeps its degree when u counts.
    assert derivative_of((2, 0), 1, 0) == (2, 0)


def test_directions_raise_the_degree_at_points_with_a_denominator():
    assert lifted((1, 0)) == 0
    # x / s + e u = (x + e s u) / s: degree 2 for the coefficient of e, and 1 for x.
    assert lifted((1, 1)) == 1
    assert lifted((2, 2)) == 1


POLYNOMIALS = [
    "prod(B)",
    "x.T @ A @ x",
    "det(A)",
    "matpow(A, 3)",
    "kron(A, x) @ y",
    "x**3 * c",
]


@pytest.mark.parametrize("text", POLYNOMIALS)
def test_polynomials_have_just_the_degree_that_is_read_off(text):
    term = term_of(text)
    degree, below = degrees(text).of(term)
    assert below == 0
    assert not differences(term, degree + 1).any()
    assert differences(term, degree).any()


def differences(term, order):
    """Return finite differences of some order along a random line, mod P."""
    field = Residue()
    numbers = field.numbers(generator(3, "line"))
    shapes = {"x": (3, 1), "y": (3, 1), "A": (3, 3), "B": (3, 2), "c": (1, 1)}
    lines = {
        name: (field.draw(numbers, s), field.draw(numbers, s))
        for name, s in shapes.items()
    }
    total: Any = 0
    for t in range(order + 1):
        values = {
            name: constant(a + b.scaled(field.number(t)))
            for name, (a, b) in lines.items()
        }
        xp = ExactArithmetic(field)
        value = Evaluation(values, {}, Exact(NUMBERS), xp).of(term)
        total = total + (-1) ** (order - t) * comb(order, t) * value
    return np.array([x != 0 for x in total.value.entries])


def test_rules_of_the_table_exist():
    known = {row.degree for row in PRIMITIVES.values()} - {""}
    assert known <= {
        *("constant", "same", "sum", "product", "quotient", "power", "matpow"),
        *("det", "inverse", "solve", "pinv", "logarithm", "logdet"),
        *("log1p", "arctan", "prod"),
    }
