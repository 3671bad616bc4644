"""Dual numbers: the laws of a ring, the rules of differentiation, and honest doubt."""

from __future__ import annotations

from fractions import Fraction
from math import erf, exp, pi, sqrt

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from verifier.engine import balls
from verifier.engine.duals import Bend, Dual, Overlap, Undecided, middle, still
from verifier.language.primitives import PRIMITIVES

fractions = st.fractions(-4, 4, max_denominator=8)
duals = st.builds(Dual, fractions, st.none() | fractions)


def pair(x):
    """Return value and derivative, a derivative of None being zero."""
    return x.v, 0 if x.d is None else x.d


# A ring, and its field of fractions.


@given(duals, duals, duals)
def test_sums_and_products_are_those_of_a_ring(x, y, z):
    assert pair(x + y) == pair(y + x)
    assert pair(x * y) == pair(y * x)
    assert pair((x + y) + z) == pair(x + (y + z))
    assert pair((x * y) * z) == pair(x * (y * z))
    assert pair(x * (y + z)) == pair(x * y + x * z)
    assert pair(x - y) == pair(x + (-y))
    assert pair(x - x) == (0, 0)


@given(duals, duals)
def test_product_and_quotient_rules(x, y):
    (v, d), (w, e) = pair(x), pair(y)
    assert pair(x * y) == (v * w, d * w + v * e)
    if w:
        assert pair(x / y) == (v / w, Fraction(d * w - v * e) / (w * w))
        assert pair((x / y) * y) == pair(x)


@given(duals, fractions)
def test_plain_numbers_are_constants(x, c):
    constant = Dual(c)
    assert pair(x + c) == pair(c + x) == pair(x + constant)
    assert pair(x * c) == pair(c * x) == pair(x * constant)
    assert pair(c - x) == pair(constant - x)
    assert pair(x - c) == pair(x - constant)
    if c:
        assert pair(x / c) == pair(x / constant)
    if x.v:
        assert pair(c / x) == pair(constant / x)


@given(duals, st.integers(0, 6))
def test_whole_powers_are_products(x, k):
    product = Dual(Fraction(1))
    for _ in range(k):
        product = product * x
    assert pair(x**k) == pair(product)


@given(duals, st.integers(1, 4))
def test_negative_whole_powers_are_inverses(x, k):
    if x.v:
        assert pair(x**-k * x**k) == (1, 0)


def test_zero_to_whole_powers_has_a_derivative():
    x = Dual(arb(0), arb(1))
    assert [pair(x**k) for k in (1, 2, 3)] == [(0, 1), (0, 0), (0, 0)]
    assert pair(x**0) == (1, 0)


def test_constant_stays_a_constant():
    x = Dual(arb(2))
    for found in (x + 1, x * x, x / x, -x, x**3, x.exp(), x.sqrt(), x**x):
        assert found.d is None
    assert still(x)
    assert still(Dual(x))
    assert not still(Dual(Dual(arb(1), arb(1))))


# Derivatives, against values that are known.

X = 0.75


@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("exp", exp(X), exp(X)),
        ("log", np.log(X), 1 / X),
        ("log1p", np.log1p(X), 1 / (1 + X)),
        ("sqrt", sqrt(X), 1 / (2 * sqrt(X))),
        ("sin", np.sin(X), np.cos(X)),
        ("cos", np.cos(X), -np.sin(X)),
        ("tan", np.tan(X), 1 / np.cos(X) ** 2),
        ("sinh", np.sinh(X), np.cosh(X)),
        ("cosh", np.cosh(X), np.sinh(X)),
        ("tanh", np.tanh(X), 1 / np.cosh(X) ** 2),
        ("erf", erf(X), 2 / sqrt(pi) * exp(-X * X)),
    ],
)
def test_derivative_of_an_elementary_function(name, value, slope):
    found = getattr(Dual(arb(X), arb(1)), name)()
    assert float(found.v.mid()) == pytest.approx(value, rel=1e-14)
    assert float(found.d.mid()) == pytest.approx(slope, rel=1e-14)
    twice = getattr(Dual(arb(X), arb(-2)), name)()
    assert float(twice.d.mid()) == pytest.approx(-2 * slope, rel=1e-14)
    assert getattr(Dual(arb(X)), name)().d is None


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("exp", exp(X)),
        ("log", -1 / X**2),
        ("log1p", -1 / (1 + X) ** 2),
        ("sqrt", -1 / (4 * X**1.5)),
        ("sin", -np.sin(X)),
        ("cos", -np.cos(X)),
        ("tan", 2 * np.tan(X) / np.cos(X) ** 2),
        ("sinh", np.sinh(X)),
        ("cosh", np.cosh(X)),
        ("tanh", -2 * np.tanh(X) / np.cosh(X) ** 2),
        ("erf", -4 * X / sqrt(pi) * exp(-X * X)),
    ],
)
def test_duals_over_duals_give_second_derivatives(name, second):
    x = Dual(Dual(arb(X), arb(1)), Dual(arb(1)))
    assert float(getattr(x, name)().d.d.mid()) == pytest.approx(second, rel=1e-13)


def test_powers_with_real_and_moving_exponents():
    x, one = Dual(arb(X), arb(1)), arb(1)
    half = x ** Dual(arb(0.5))
    assert float(half.d.mid()) == pytest.approx(1 / (2 * sqrt(X)), rel=1e-14)
    moving = Dual(arb(2)) ** Dual(arb(X), one)
    assert float(moving.d.mid()) == pytest.approx(2**X * np.log(2), rel=1e-14)
    both = x**x
    assert float(both.d.mid()) == pytest.approx(X**X * (np.log(X) + 1), rel=1e-14)
    negative = Dual(arb(-2), one) ** Dual(arb(3))  # whole, though not literal
    assert pair(negative) == (-8, 12)


def test_enclosure_holds_the_derivative_of_every_point_of_a_ball():
    wide = Dual(arb(X, 0.01), arb(1)).tan()
    for x in (X - 0.009, X, X + 0.009):
        assert wide.v.contains(arb(np.tan(x)))
        assert wide.d.contains(arb(1 / np.cos(x) ** 2))


# What is left open stays open.


def test_comparison_of_separated_balls_is_decided():
    x, y = Dual(arb(1), arb(1)), Dual(arb(2))
    assert (x < y, x > y, y > x, x <= 1.5, x >= 0.5) == (True, False, True, True, True)
    assert not x == y  # noqa: SIM201  (`==` is what is tested)


def test_comparison_of_balls_that_overlap_is_undecided():
    x, y = Dual(arb(1, 0.1)), Dual(arb(1.05, 0.1))
    for compare in (lambda: x > y, lambda: x < y, lambda: x == y):
        with pytest.raises(Overlap, match="left open"):
            compare()
    assert abs(x - y).v.contains(0)  # what has no derivative needs no sign
    assert pair(abs(Dual(arb(-3), arb(1)))) == (3, -1)


def test_larger_of_balls_that_overlap_is_one_that_holds_both():
    X = np.array([[Dual(arb(1, 0.1)), Dual(arb(1.05, 0.1))]])
    x, y = X[:, :1], X[:, 1:]
    for found in (balls.max(X)[0, 0], balls.maximum(x, y)[0, 0]):
        assert found.v.contains(arb(1.05, 0.09))
        assert not found.v.contains(0.7)
    for found in (balls.min(X)[0, 0], balls.minimum(x, y)[0, 0]):
        assert found.v.contains(arb(1, 0.09))
        assert not found.v.contains(1.35)
    moving = np.array([[Dual(arb(0, 0.1), arb(1))]])
    for bend in (abs, lambda x: balls.maximum(x, 0 * x)):
        with pytest.raises(Bend, match="left open"):
            bend(moving)
    with pytest.raises(Overlap, match="left open") as raised:
        balls.sign(moving)
    assert not isinstance(raised.value, Bend)


def test_tie_is_undecided_where_something_moves_and_decided_between_constants():
    moving, constant = Dual(arb(1), arb(1)), Dual(arb(1))
    with pytest.raises(Undecided, match="a comparison is left open"):
        assert moving > constant
    with pytest.raises(Undecided, match="a comparison is left open"):
        abs(Dual(arb(0), arb(1)))
    assert (constant > constant, constant < constant) == (False, False)
    assert (constant >= constant, constant <= constant) == (True, True)
    assert constant == moving
    assert pair(abs(Dual(arb(-3), arb(1)))) == (3, -1)
    assert middle(abs(Dual(arb(0)))) == 0


def test_sign_and_step_of_a_true_zero_are_zero():
    zero = np.array([[Dual(arb(0)), Dual(arb(2), arb(1)), Dual(arb(-2), arb(1))]])
    assert [pair(x) for x in balls.sign(zero)[0]] == [(0, 0), (1, 0), (-1, 0)]
    found = PRIMITIVES["step"].value(balls, zero)
    assert [middle(x) for x in found[0]] == [0, 1, 0]
    found = PRIMITIVES["relu"].value(balls, zero)
    assert [pair(x) for x in found[0]] == [(0, 0), (2, 1), (0, 0)]


def test_value_that_is_not_finite_is_undecided():
    bad = Dual(arb(0), arb(1)).log()
    assert not bad.v.is_finite()
    with pytest.raises(Undecided, match="left open"):
        assert bad > 0


def test_numpy_goes_over_the_entries_of_an_array():
    X = np.array([[Dual(arb(2), arb(1)), Dual(arb(3))]], dtype=object)
    for found in (X * X[0, 0], X[0, 0] * X):
        assert [pair(x) for x in found[0]] == [(4, 4), (6, 3)]
    assert [pair(x) for x in (X[0, 0] + X)[0]] == [(4, 2), (5, 1)]
    assert [pair(x) for x in (X[0, 0] - X)[0]] == [(0, 0), (-1, 1)]
    assert [float(x.v.mid()) for x in (X[0, 0] / X)[0]] == pytest.approx([1, 2 / 3])


def test_middle_is_the_innermost_value():
    assert middle(Dual(Dual(arb(2), arb(1)), Dual(arb(3)))) == 2
    assert middle(5) == 5
    assert repr(Dual(1, None)) == "Dual(1, None)"
