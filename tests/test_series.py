"""Taylor coefficients of the elementary functions, against what everybody knows."""

from __future__ import annotations

from functools import partial
from math import factorial, pi, sqrt

import jax
import numpy as np
import pytest
from flint import arb, arb_series

from verifier.engine import numeric, traced
from verifier.engine.balls import BALLS, precision
from verifier.engine.series import coefficients
from verifier.language.primitives import ELEMENTARY, PRIMITIVES

POINT = 0.375
BEYOND = {"acosh": 1 + POINT}
"""Points of functions that have no value at the other."""
DEGREE = 6


def at(name, point, degree):
    a = np.full((1, 1), point)
    return [float(c.item()) for c in coefficients(numeric, name, a, degree)]


def known(name, x):
    """Return arb's own power series of a function, its argument a series."""
    one = arb_series([1])
    match name:
        case "sigmoid":
            return one / (one + (-x).exp())
        case "softplus":
            return (one + x.exp()).log()
        case "sinh":
            return (x.exp() - (-x).exp()) / 2
        case "cosh":
            return (x.exp() + (-x).exp()) / 2
        case "tanh":
            return one - 2 / ((2 * x).exp() + 1)
        case "asinh":
            return (x + (one + x * x).sqrt()).log()
        case "acosh":
            return (x + (x * x - one).sqrt()).log()
        case "atanh":
            return ((one + x) / (one - x)).log() / 2
        case "log1p":
            return (one + x).log()
        case "expm1":
            return x.exp() - one
        case "digamma":
            return x.lgamma().derivative()
        case "trigamma":
            return x.lgamma().derivative().derivative()
        case "arctan" | "arcsin" | "arccos":
            return getattr(x, name.replace("arc", "a"))()
    return getattr(x, name)()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("exp", [1, 1, 1 / 2, 1 / 6, 1 / 24]),
        ("sin", [0, 1, 0, -1 / 6, 0]),
        ("cos", [1, 0, -1 / 2, 0, 1 / 24]),
        ("tan", [0, 1, 0, 1 / 3, 0]),
        ("sinh", [0, 1, 0, 1 / 6, 0]),
        ("cosh", [1, 0, 1 / 2, 0, 1 / 24]),
        ("tanh", [0, 1, 0, -1 / 3, 0]),
        ("arctan", [0, 1, 0, -1 / 3, 0]),
        ("atanh", [0, 1, 0, 1 / 3, 0]),
        ("arcsin", [0, 1, 0, 1 / 6, 0]),
        ("arccos", [pi / 2, -1, 0, -1 / 6, 0]),
        ("asinh", [0, 1, 0, -1 / 6, 0]),
        ("log1p", [0, 1, -1 / 2, 1 / 3, -1 / 4]),
        ("expm1", [0, 1, 1 / 2, 1 / 6, 1 / 24]),
        ("erf", [0, 2 / sqrt(pi), 0, -2 / (3 * sqrt(pi)), 0]),
        ("sigmoid", [1 / 2, 1 / 4, 0, -1 / 48, 0]),
        ("softplus", [np.log(2), 1 / 2, 1 / 8, 0, -1 / 192]),
    ],
)
def test_coefficients_at_zero(name, found):
    np.testing.assert_allclose(at(name, 0.0, 4), found, atol=1e-15)


def test_coefficients_at_one_where_zero_is_no_point():
    found = at("log", 1.0, 4)
    np.testing.assert_allclose(found, [0, 1, -1 / 2, 1 / 3, -1 / 4], atol=1e-15)
    found = at("sqrt", 1.0, 4)
    np.testing.assert_allclose(found, [1, 1 / 2, -1 / 8, 1 / 16, -5 / 128])


@pytest.mark.parametrize("name", sorted(ELEMENTARY))
def test_coefficients_are_those_of_arbs_own_series(name):
    with precision(200):
        point = BEYOND.get(name, POINT)
        x = arb_series([arb(point), 1], DEGREE + 3)
        series = known(name, x)
        wanted = [series[k] for k in range(DEGREE + 1)]
        a = BALLS.exactly(np.array([[point]]))
        found = coefficients(BALLS, name, a, DEGREE)
        assert len(found) == DEGREE + 1
        for c, w in zip(found, wanted, strict=True):
            gap = c.value.scalar - w
            assert gap.contains(0)
            assert gap.abs_upper() < 1e-50


def test_first_derivatives_are_those_of_the_rows():
    traced.configure("float64")
    one = np.ones((1, 1))

    @jax.jit
    def slopes():
        return {
            name: jax.jvp(partial(PRIMITIVES[name].value, traced), (x,), (one,))
            for name in ELEMENTARY
            for x in [np.full((1, 1), BEYOND.get(name, POINT))]
        }

    for name, (value, slope) in slopes().items():
        found = at(name, BEYOND.get(name, POINT), 1)
        np.testing.assert_allclose(found, [value.item(), slope.item()], rtol=1e-14)


@pytest.mark.parametrize("name", sorted(ELEMENTARY))
def test_series_of_degree_zero_is_the_value(name):
    point = BEYOND.get(name, POINT)
    (found,) = at(name, point, 0)
    value = PRIMITIVES[name].value(numeric, np.array([[point]])).item()
    assert found == pytest.approx(value, rel=1e-15)


def test_every_elementary_function_has_an_equation():
    for name in ELEMENTARY:
        assert len(at(name, BEYOND.get(name, POINT), 3)) == 4


def test_many_points_at_once():
    points = np.array([0.25, 0.5]).reshape(2, 1, 1)
    found = coefficients(numeric, "tan", points, 3)
    for i in range(2):
        one = coefficients(numeric, "tan", points[i], 3)
        assert [c[i].item() for c in found] == [c.item() for c in one]


def test_high_degrees_do_not_overflow():
    found = at("sin", 0.5, 200)
    assert np.isfinite(found).all()
    assert found[3] == pytest.approx(-np.cos(0.5) / factorial(3))
