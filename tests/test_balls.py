"""Jets over balls: derivatives that are known, enclosures that hold, honest doubt."""

from __future__ import annotations

from itertools import pairwise
from math import erf, exp, pi, sqrt

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln, polygamma

from verifier.engine.balls import (
    BALLS,
    REAL,
    Bend,
    Overlap,
    Undecided,
    _largest_columns,
    ball_matrix,
    precision,
)
from verifier.engine.jets import Jet, constant
from verifier.engine.matrices import Matrix
from verifier.language.primitives import PRIMITIVES

X = 0.75
RIM = sqrt(1 - X * X)
seeds = st.integers(0, 10**6)


def row(*entries: float | arb, along=None) -> Jet:
    """Return a row of balls, moving along another."""
    value = Matrix(REAL, (1, len(entries)), [arb(x) for x in entries])
    if along is None:
        return Jet({0: value})
    return Jet({0: value, 1: Matrix(REAL, value.shape, [arb(x) for x in along])})


def moving(x: float | arb) -> Jet:
    """Return a number that moves along two directions, each at unit speed."""
    one = ball_matrix([[1.0]])
    return row(x).moving(one).moving(one, 2)


def floats(X: Matrix) -> list[float]:
    return [float(x.mid()) for x in X.entries]


def parts(x: Jet) -> list[float]:
    """Return value, first and second derivative of a number."""
    return [floats(x.part(mask))[0] for mask in (0, 1, 3)]


# Derivatives, against values that are known.


@pytest.mark.parametrize(
    ("name", "value", "slope", "second"),
    [
        ("exp", exp(X), exp(X), exp(X)),
        ("log", np.log(X), 1 / X, -1 / X**2),
        ("log1p", np.log1p(X), 1 / (1 + X), -1 / (1 + X) ** 2),
        ("sqrt", sqrt(X), 1 / (2 * sqrt(X)), -1 / (4 * X**1.5)),
        ("sin", np.sin(X), np.cos(X), -np.sin(X)),
        ("cos", np.cos(X), -np.sin(X), -np.cos(X)),
        ("tan", np.tan(X), 1 / np.cos(X) ** 2, 2 * np.tan(X) / np.cos(X) ** 2),
        ("sinh", np.sinh(X), np.cosh(X), np.sinh(X)),
        ("cosh", np.cosh(X), np.sinh(X), np.cosh(X)),
        ("tanh", np.tanh(X), 1 / np.cosh(X) ** 2, -2 * np.tanh(X) / np.cosh(X) ** 2),
        ("arctan", np.arctan(X), 1 / (1 + X * X), -2 * X / (1 + X * X) ** 2),
        ("arcsin", np.arcsin(X), 1 / RIM, X / RIM**3),
        ("arccos", np.arccos(X), -1 / RIM, -X / RIM**3),
        ("arcsinh", np.arcsinh(X), 1 / np.hypot(1, X), -X / np.hypot(1, X) ** 3),
        ("arctanh", np.arctanh(X), 1 / RIM**2, 2 * X / RIM**4),
        ("expm1", np.expm1(X), exp(X), exp(X)),
        ("erf", erf(X), 2 / sqrt(pi) * exp(-X * X), -4 * X / sqrt(pi) * exp(-X * X)),
    ],
)
def test_derivatives_of_an_elementary_function(name, value, slope, second):
    found = getattr(BALLS, name)(moving(X))
    assert parts(found) == pytest.approx([value, slope, second], rel=1e-13)
    assert floats(found.part(2)) == floats(found.part(1))
    assert getattr(BALLS, name)(row(X)).still


def test_derivatives_of_the_inverse_hyperbolic_cosine():
    found = parts(BALLS.arccosh(moving(1 + X)))
    rim = sqrt((1 + X) ** 2 - 1)
    wanted = [np.arccosh(1 + X), 1 / rim, -(1 + X) / rim**3]
    assert found == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize(
    ("name", "x"),
    [("arcsin", 1.5), ("arccos", -2), ("arctanh", 1.25), ("arccosh", 0.5)],
)
def test_beyond_its_domain_a_function_has_no_enclosure(name, x):
    assert not parts(getattr(BALLS, name)(moving(x)))[0] <= np.inf


@pytest.mark.parametrize("x", [0.3, 4.5, -0.3, -2.75])
def test_derivatives_of_the_gamma_functions(x):
    wanted = [float(polygamma(k, x)) for k in range(5)]
    lgamma = parts(BALLS.lgamma(moving(x)))
    assert lgamma == pytest.approx([gammaln(x), *wanted[:2]], rel=1e-12)
    for k in range(3):
        found = parts(BALLS.polygamma(k, moving(x)))
        assert found == pytest.approx(wanted[k : k + 3], rel=1e-12)


def test_powers_with_real_and_moving_exponents():
    half = BALLS.power(moving(X), row(0.5))
    wanted = [sqrt(X), 1 / (2 * sqrt(X)), -1 / (4 * X**1.5)]
    assert parts(half) == pytest.approx(wanted, rel=1e-14)
    log = np.log(2)
    found = parts(BALLS.power(row(2), moving(X)))
    assert found == pytest.approx([2**X, 2**X * log, 2**X * log**2], rel=1e-14)
    value, slope, _ = parts(BALLS.power(moving(X), moving(X)))
    assert (value, slope) == pytest.approx((X**X, X**X * (np.log(X) + 1)), rel=1e-14)
    negative = BALLS.power(moving(-2), row(3))  # whole, though not literal
    assert parts(negative) == [-8, 12, -12]


def test_zero_to_whole_powers_has_derivatives():
    zero = moving(0)
    wanted = [[1, 0, 0], [0, 1, 0], [0, 0, 2], [0, 0, 0]]
    assert [parts(zero**k) for k in range(4)] == wanted
    assert [parts(BALLS.power(zero, row(k))) for k in range(4)] == wanted


def test_enclosure_holds_the_derivative_of_every_point_of_a_ball():
    wide = BALLS.tan(moving(arb(X, 0.01)))
    for x in (X - 0.009, X, X + 0.009):
        assert wide.part(0).scalar.contains(arb(np.tan(x)))
        assert wide.part(1).scalar.contains(arb(1 / np.cos(x) ** 2))


# Matrices, whose laws say what their derivatives are.


def matrix(random: np.random.Generator, n: int, masks=(0, 1, 2, 3)) -> Jet:
    """Return a matrix near the identity with all its derivatives."""
    found = {k: ball_matrix(random.integers(-64, 64, (n, n)) / 256.0) for k in masks}
    return Jet({**found, 0: found[0] + ball_matrix(np.eye(n))})


def same(A: Jet, B: Jet) -> bool:
    """Whether balls certainly hold the same numbers, to many digits."""
    gaps = [x for k in range(4) for x in (A.part(k) - B.part(k)).entries]
    return all(x.contains(0) and x.abs_upper() < 1e-50 for x in gaps)


@given(seeds, st.integers(1, 4))
def test_inverse_determinant_and_solution_keep_their_laws(seed, n):
    random = np.random.default_rng(seed)
    with precision(256):
        A, B = matrix(random, n), matrix(random, n)
        assert same(A @ BALLS.inv(A), BALLS.eye(n) + 0 * A)
        assert same(A @ BALLS.solve(A, B), B)
        assert same(BALLS.det(A @ B), BALLS.det(A) * BALLS.det(B))
        assert same(BALLS.pinv(A), BALLS.inv(A))


@given(seeds, st.integers(1, 4))
def test_factor_and_exponential_keep_their_laws(seed, n):
    random = np.random.default_rng(seed)
    with precision(256):
        A = matrix(random, n)
        P = A @ A.T
        L = BALLS.cholesky(P)
        assert same(L @ L.T, P)
        for k in range(4):
            above = [L.part(k).entries[i * n + j] for i in range(n) for j in range(i)]
            below = [L.part(k).entries[j * n + i] for i in range(n) for j in range(i)]
            assert all(x == 0 for x in below)
            assert k or not any(x == 0 for x in above)
        E = BALLS.expm(A)
        assert same(E @ BALLS.expm(-A), BALLS.eye(n) + 0 * A)
        assert same(BALLS.expm(2 * A), E @ E)


@given(seeds, st.integers(2, 4))
def test_eigenvalues_have_the_trace_and_the_determinant(seed, n):
    random = np.random.default_rng(seed)
    with precision(256):
        S = matrix(random, n, (0, 1))
        S = S + S.T + BALLS.exactly(np.diag(np.arange(n) * 4.0))
        w = BALLS.eigenvalues(S)
        assert all(x < y for x, y in pairwise(w.value.entries))
        assert same(BALLS.sum(w), BALLS.trace(S).reshape(1, 1))
        product = w[:1]
        for k in range(1, n):
            product = product * w[k : k + 1]
        assert same(product, BALLS.det(S))


def test_determinant_of_a_singular_matrix_is_exactly_zero_and_has_a_derivative():
    A = BALLS.exactly(np.arange(16.0).reshape(4, 4))
    with precision(128):
        assert BALLS.det(A).value.scalar == 0
        corner = ball_matrix([[1.0, 0.0], [0.0, 0.0]])
        found = BALLS.det(BALLS.exactly(np.ones((2, 2))).moving(corner))
    assert (found.part(0).scalar, found.part(1).scalar) == (0, 1)


def test_inverse_of_a_singular_matrix_is_not_finite():
    found = BALLS.inv(BALLS.exactly(np.ones((2, 2))).moving(ball_matrix(np.eye(2))))
    assert not any(x.is_finite() for k in (0, 1) for x in found.part(k).entries)


def test_pseudoinverse_of_any_rank_moves_with_what_leaves_the_rank():
    with precision(256):
        A = BALLS.exactly(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]))
        assert same(BALLS.pinv(A), A.T / 70)
        assert same(BALLS.pinv(0 * A), 0 * A.T)
        twice = BALLS.pinv(A.moving(A.value))  # pinv((1 + h) A) is pinv(A) / (1 + h)
        assert same(constant(twice.part(1)), A.T / -70)
        with pytest.raises(Undecided, match="a rank changes"):
            BALLS.pinv(A.moving(ball_matrix(np.eye(3, 2))))
        third = BALLS.pinv(A + A * (arb(1) / 3))  # whose zeros are balls
        assert same(third, A.T * (arb(3) / 280))


# What is left open stays open.


def test_larger_of_balls_that_overlap_is_one_that_holds_both():
    x, y = row(arb(1, 0.1)), row(arb(1.05, 0.1))
    for found in (BALLS.max(row(arb(1, 0.1), arb(1.05, 0.1))), BALLS.maximum(x, y)):
        assert found.value.scalar.contains(arb(1.05, 0.09))
        assert not found.value.scalar.contains(0.7)
    for found in (BALLS.min(row(arb(1, 0.1), arb(1.05, 0.1))), BALLS.minimum(x, y)):
        assert found.value.scalar.contains(arb(1, 0.09))
        assert not found.value.scalar.contains(1.35)
    assert abs(x - y).value.scalar.contains(0)  # what does not move needs no sign


def test_bend_is_told_from_a_jump():
    wide = row(arb(0, 0.1), along=[1])
    for bend in (abs, lambda x: BALLS.maximum(x, 0 * x)):
        with pytest.raises(Bend, match="left open"):
            bend(wide)
    for jump in (BALLS.sign, lambda x: x > 0):
        with pytest.raises(Overlap, match="left open") as raised:
            jump(wide)
        assert not isinstance(raised.value, Bend)


def test_tie_is_undecided_where_something_moves_and_decided_where_nothing_does():
    zero = row(0, along=[1])
    for f in (abs, BALLS.sign, lambda x: x > 0, lambda x: BALLS.maximum(x, -x)):
        with pytest.raises(Undecided, match="a comparison is left open") as raised:
            f(zero)
        assert not isinstance(raised.value, Overlap)
    still = row(0, 2, -2)
    assert floats(BALLS.sign(still).value) == [0, 1, -1]
    assert (still > 0).tolist() == [[False, True, False]]
    assert floats(abs(still).value) == [0, 2, 2]


def test_entries_that_move_alike_have_no_tie():
    x = row(3, 5, along=[7, 11])
    found = BALLS.maximum(x, x)
    assert (floats(found.part(0)), floats(found.part(1))) == ([3, 5], [7, 11])
    found = abs(x - x)
    assert (floats(found.part(0)), floats(found.part(1))) == ([0, 0], [0, 0])


def test_larger_entries_move_as_they_do():
    x, y = row(1, 5, along=[2, 3]), row(4, 1, along=[7, 9])
    larger, smaller = BALLS.maximum(x, y), BALLS.minimum(x, y)
    assert (floats(larger.part(0)), floats(larger.part(1))) == ([4, 5], [7, 3])
    assert (floats(smaller.part(0)), floats(smaller.part(1))) == ([1, 1], [2, 9])
    most = BALLS.max(row(1, 5, 3, along=[2, 4, 8]))
    least = BALLS.min(row(1, 5, 3, along=[2, 4, 8]))
    assert parts(most)[:2] == [5, 4]
    assert parts(least)[:2] == [1, 2]
    assert parts(abs(row(-3, along=[2])))[:2] == [3, -2]


def test_step_and_relu_of_a_true_zero_are_zero():
    still, x = row(0, 2, -2), row(3, 2, -2, along=[1, 1, 1])
    for name, wanted in (("step", [0, 1, 0]), ("relu", [0, 2, 0])):
        assert floats(PRIMITIVES[name].value(BALLS, still).value) == wanted
    found = PRIMITIVES["relu"].value(BALLS, x)
    assert (floats(found.part(0)), floats(found.part(1))) == ([3, 2, 0], [1, 1, 0])


def test_value_that_is_not_finite_is_undecided():
    bad = BALLS.log(row(0, along=[1]))
    assert not bad.value.scalar.is_finite()
    for f in (BALLS.sign, abs, lambda x: x > 0):
        with pytest.raises(Undecided, match="left open"):
            f(bad)


def test_pi_has_the_bits_that_are_set():
    for bits in (64, 512):
        with precision(bits):
            ball = BALLS.constant(BALLS.pi).value.scalar
            assert ball.rel_accuracy_bits() >= bits - 2
            assert (BALLS.pi + row(1)).value.scalar.overlaps(ball + 1)


@pytest.mark.parametrize(
    ("entries", "kept"), [([0, 3, 0], 1), ([3, 0, 3], 2), ([-1, -2, -1, -1], 3)]
)
def test_entries_below_the_largest_are_not_compared(entries, kept):
    row = constant(ball_matrix(np.array([entries], float)))
    assert _largest_columns(row).shape == (1, kept)
