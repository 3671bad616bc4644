"""Limits, expansions and signs: right ones hold, wrong ones fail, none is guessed."""

from __future__ import annotations

import pytest
from stated import statement

from verifier.behaviour import behaves
from verifier.enclosure import Enclosure, Finding, point
from verifier.experiment import Experiment
from verifier.settings import Settings

SAME, DIFFERENT, UNDECIDED = Finding.SAME, Finding.DIFFERENT, Finding.UNDECIDED
DRAWS = 8


def found(**fields) -> list[Enclosure]:
    """Return what each of a few draws says about the first claim."""
    stated = statement(**fields)
    spots = []
    for block in Experiment(stated, Settings(draws=DRAWS)).blocks:
        for draw in range(len(block.draws)):
            at = point(stated, block.case, block.draws.raw, draw)
            spots.append(behaves(at, stated.claims[0]))
    assert len(spots) == DRAWS
    return spots


def says(**fields):
    """Return the one finding that all draws have."""
    (finding,) = {one.finding for one in found(**fields)}
    return finding


# Limits.

SCALARS = {"x": "scalar", "h": "scalar", "c": "positive", "f": "scalar -> scalar"}


def limit(body, claim, towards="h -> 0", **where):
    return says(where={**SCALARS, **where}, limit=body, as_=towards, numerator=claim)


@pytest.mark.parametrize(
    ("body", "right", "wrong"),
    [
        ("(f(x + h) - f(x))/h", "D(f)(x)", "2 * D(f)(x)"),
        ("(f(x + h) - f(x))/h", "D(f)(x)", "D(f)(x) + 1e-9"),
        ("(f(x + h) - f(x - h))/(2*h)", "D(f)(x)", "-D(f)(x)"),
        ("(f(x + h) - 2*f(x) + f(x - h))/h**2", "D(D(f))(x)", "D(D(f))(x)/2"),
        ("sin(h)/h", "1", "0"),
        ("(1 - cos(h))/h**2", "1/2", "1"),
        ("(exp(h) - 1)/h", "1", "1 + 1e-12"),
        ("(1 + h)**(1/h)", "exp(1)", "exp(1) + 1e-9"),
        ("x + h", "x", "x + 1e-9"),
        ("h", "0", "1e-9"),
    ],
)
def test_limit_at_zero(body, right, wrong):
    assert limit(body, right) is SAME
    assert limit(body, wrong) is DIFFERENT


@pytest.mark.parametrize(
    ("body", "towards", "right", "wrong"),
    [
        ("(h**2 - 1)/(h - 1)", "h -> 1", "2", "1"),
        ("(f(h) - f(x))/(h - x)", "h -> x", "D(f)(x)", "D(f)(x)/2"),
        ("sin(pi * h)/(h + 2)", "h -> -2", "pi", "-pi"),
        ("log(h)/(h - 1)", "h -> 1.0", "1", "-1"),
    ],
)
def test_limit_at_a_point(body, towards, right, wrong):
    assert limit(body, right, towards) is SAME
    assert limit(body, wrong, towards) is DIFFERENT


def test_limit_from_one_side_is_for_positive_names_only():
    assert limit("abs(h)/h", "1", "h -> 0", h="positive") is SAME
    assert limit("abs(h)/h", "-1", "h -> 0", h="positive") is DIFFERENT
    assert limit("sqrt(h)/sqrt(h)", "1", "h -> 0", h="positive") is SAME


def test_limit_whose_sides_differ_does_not_hold():
    for claim in ("1", "-1", "0"):
        assert limit("abs(h)/h", claim) is not SAME
    assert limit("step(h)", "1") is not SAME


def test_what_does_not_converge_does_not_hold():
    for body in ("1/h", "log(h)", "sin(1/h)", "1/h**2"):
        assert limit(body, "0", h="positive") is not SAME
        assert limit(body, "1", h="positive") is not SAME


@pytest.mark.parametrize(
    ("body", "right", "wrong"),
    [
        ("(1 + 1/n)**n", "exp(1)", "exp(1) + 1e-9"),
        ("(1 + x/n)**n", "exp(x)", "1 + x"),
        ("(2*n + 1)/(n - x)", "2", "1"),
        ("1/n", "0", "1e-6"),
        ("c**(1/n)", "1", "c"),
    ],
)
def test_limit_at_infinity(body, right, wrong):
    assert limit(body, right, "n -> inf") is SAME
    assert limit(body, wrong, "n -> inf") is DIFFERENT


def test_limit_at_minus_infinity():
    for body, right, wrong in (("n/abs(n)", "-1", "1"), ("exp(n)", "0", "1")):
        assert limit(body, right, "n -> -inf") is SAME
        assert limit(body, wrong, "n -> -inf") is DIFFERENT


def test_sequence_that_alternates_has_no_limit():
    for claim in ("1", "-1", "0"):
        assert limit("(-1)**n", claim, "n -> inf") is not SAME
    assert limit("(-1)**n / n", "0", "n -> inf") is SAME


def test_taylor_series_converges_inside_its_radius():
    assert limit("taylor(exp, 0, n)(x)", "exp(x)", "n -> inf") is SAME
    assert limit("taylor(sin, 0, n)(x)", "cos(x)", "n -> inf") is DIFFERENT
    point = "1 + tanh(x)/2"
    assert limit(f"taylor(log, 1, n)({point})", f"log({point})", "n -> inf") is SAME
    assert limit("taylor(log, 1, n)(3 + c)", "log(3 + c)", "n -> inf") is not SAME


def test_limit_of_a_vector_is_looked_at_in_every_entry():
    where = {"x": "vector(n)", "h": "scalar", "g": "vector(n) -> vector(m)"}
    body = "(g(x + h * unit(1, n)) - g(x))/h"
    column = "D(g)(x) @ unit(1, n)"
    fields = {"where": where, "limit": body, "as_": "h -> 0"}
    assert says(**fields, numerator=column) is SAME
    assert says(**fields, numerator=f"{column} + 1e-9 * unit(m, m)") is DIFFERENT


# Expansions.

VECTORS = {
    "x": "vector(n)",
    "h": "vector(n)",
    "g": "vector(n) -> vector(m)",
    "L": "vector(n) -> scalar",
}


def expansion(body, claim, error, small="h", **where):
    given = {**(where or VECTORS)}
    return says(where=given, expansion=body, small=small, error=error, numerator=claim)


@pytest.mark.parametrize(
    ("claim", "rates", "too_fast"),
    [
        ("L(x)", ("o(1)", "O(h)"), ("o(h)", "O(h**2)")),
        ("L(x) + D(L)(x) @ h", ("o(h)", "O(h**2)", "o(1)"), ("o(h**2)", "O(h**3)")),
        ("L(x) + D(L)(x) @ h + h.T @ hessian(L)(x) @ h/2",
         ("o(h**2)", "O(h**3)", "o(norm(h)**2)"), ("o(h**3)", "O(h**4)")),
        ("L(x) + D(L)(x) @ h + h.T @ hessian(L)(x) @ h",
         ("o(h)", "O(h**2)"), ("o(h**2)", "O(h**3)")),
        ("L(x) - D(L)(x) @ h", ("o(1)", "O(h)"), ("o(h)",)),
    ],
)  # fmt: skip
def test_rate_of_a_remainder_is_neither_too_small_nor_too_large(claim, rates, too_fast):
    for error in rates:
        assert expansion("L(x + h)", claim, error) is SAME, error
    for error in too_fast:
        assert expansion("L(x + h)", claim, error) is DIFFERENT, error


def test_expansion_of_a_vector_is_looked_at_in_every_entry():
    right = "g(x) + D(g)(x) @ h"
    assert expansion("g(x + h)", right, "o(h)") is SAME
    wrong = f"{right} + 1e-9 * sum(h) * unit(m, m)"
    assert expansion("g(x + h)", wrong, "o(h)") is DIFFERENT


def test_exact_expansion_has_any_rate():
    where = {"x": "vector(n)", "h": "vector(n)"}
    claim = "x.T @ x + 2 * x.T @ h + h.T @ h"
    found = expansion("(x + h).T @ (x + h)", claim, "o(h**9)", **where)
    assert found is SAME


def test_taylor_polynomial_of_any_degree_has_the_next_rate():
    where = {"x": "scalar", "h": "scalar", "f": "scalar -> scalar", "k": "index(4)"}
    claim = "taylor(f, x, k)(x + h)"
    assert expansion("f(x + h)", claim, "O(h**(k + 1))", **where) is SAME
    assert expansion("f(x + h)", claim, "o(h**k)", **where) is SAME
    assert expansion("f(x + h)", claim, "O(h**(k + 2))", **where) is DIFFERENT


def test_reason_names_the_rate_that_is_seen():
    spots = found(
        where=VECTORS,
        expansion="L(x + h)",
        small="h",
        error="o(h**2)",
        numerator="L(x) + D(L)(x) @ h",
    )
    assert {one.reason for one in spots} == {"the remainder shrinks like h**2"}


def test_half_power_is_between_the_rates():
    where = {"h": "positive"}
    assert expansion("h**1.5", "0", "o(h)", **where) is SAME
    assert expansion("h**1.5", "0", "O(h**2)", **where) is DIFFERENT
    assert expansion("h**0.5", "0", "o(h)", **where) is DIFFERENT


def test_logarithm_in_a_remainder_is_not_taken_for_a_power():
    where = {"h": "positive"}
    assert expansion("h * log(h)", "0", "O(h)", **where) is not SAME
    assert expansion("h * log(h)", "0", "o(h**2)", **where) is DIFFERENT


# Signs.


def sign(body, word, small="h", **where):
    where = where or {"h": "vector(n)"}
    return says(where=where, sign=body, small=small, both=word)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("h.T @ h", "positive"),
        ("-norm(h)**2", "negative"),
        ("h.T @ h + sum(h)**3", "positive"),
        ("sum(h)", "indefinite"),
        ("sum(h**3)", "indefinite"),
        ("exp(sum(h)) - 1 - sum(h) + h.T @ h/8", "positive"),
    ],
)
def test_sign_for_all_small_values(body, word):
    for other in ("positive", "negative", "indefinite"):
        wanted = SAME if other == word else DIFFERENT
        assert sign(body, other) is wanted, other


def test_sign_of_quadratic_forms():
    where = {"h": "vector(n)", "P": "positive_definite(n)", "S": "symmetric(2)"}
    assert sign("h.T @ P @ h", "positive", **where) is SAME
    assert sign("-h.T @ P @ h", "negative", **where) is SAME
    assert sign("-h.T @ P @ h", "positive", **where) is DIFFERENT


def test_saddle_is_found_also_where_no_axis_shows_it():
    where = {"h": "vector(2)"}
    # 1.01 (h1 - h2)^2 - 0.01 (h1 + h2)^2: positive along both axes.
    body = "1.01 * (unit(1, 2).T @ h - unit(2, 2).T @ h)**2 - 0.01 * sum(h)**2"
    assert sign(body, "indefinite", **where) is SAME
    assert sign(body, "positive", **where) is DIFFERENT


def test_semi_definite_is_not_definite():
    where = {"h": "vector(2)"}
    for body in ("(unit(1, 2).T @ h)**2", "(h.T @ (ones(2, 2) @ h))"):
        assert sign(body, "positive", **where) is not SAME
    assert sign("(unit(1, 2).T @ h)**2", "positive", **where) is DIFFERENT


def test_zero_has_no_sign():
    for word in ("positive", "negative", "indefinite"):
        assert sign("0 * sum(h)", word) is DIFFERENT


def test_sign_of_a_scalar_from_one_side():
    assert sign("h", "positive", h="positive") is SAME
    assert sign("h", "positive", h="scalar") is DIFFERENT
    assert sign("h", "indefinite", h="scalar") is SAME


def test_sign_away_from_zero_does_not_count():
    # Negative for |h| > 1e-3 or so, but positive for all small h.
    assert sign("h**2 - 1e6 * h**4", "positive", h="scalar") is SAME
