"""Expansions: a remainder has its rate, no more and no less."""

from __future__ import annotations

import pytest
from moved import DIFFERENT, PLANE, SAME, U, V, found, outcome, says

from verifier.engine.outcome import HOLDS

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
    assert expansion("h * log(h)", "0", "O(h)", **where) is DIFFERENT
    assert expansion("h * log(h)", "0", "o(h**2)", **where) is DIFFERENT


def test_remainder_that_shrinks_slowly_shrinks():
    fields = {"where": {"h": "positive"}, "expansion": "exp(h)", "small": "h"}
    claim = "1 + h + h * abs(log(h))**(-1/10)"
    assert says(**fields, error="o(h)", numerator=claim) is SAME


@pytest.mark.parametrize(
    ("body", "rates", "too_fast", "kind"),
    [
        ("h**2 + 1e-30 * abs(h)", ("O(h)",), ("o(h)",), "scalar"),
        ("h**3 + 1e-30 * h**2", ("O(h**2)",), ("o(h**2)",), "scalar"),
        ("h**2 * sin(1/h)", ("o(h)", "O(h**2)"), ("o(h**2)", "O(h**3)"), "scalar"),
        ("h**2 * (2 + sin(1/h))", ("o(h)", "O(h**2)"), ("o(h**2)",), "scalar"),
        ("h**1.1", ("o(h)",), ("O(h**2)",), "positive"),
        ("h**1.9", ("o(h)",), ("O(h**2)",), "positive"),
        ("h**2 * log(h)", ("o(h)",), ("O(h**2)", "o(h**2)"), "positive"),
        ("h * log(h)", ("o(1)",), ("O(h)", "o(h)"), "positive"),
        ("sin(1/h)", ("O(1)",), ("o(1)",), "scalar"),
        ("1e-40 + h", ("O(1)",), ("o(1)",), "scalar"),
    ],
)
def test_rate_is_seen_far_out_and_through_bounded_factors(body, rates, too_fast, kind):
    for error in rates:
        assert expansion(body, "0", error, h=kind) is SAME, error
    for error in too_fast:
        assert expansion(body, "0", error, h=kind) is DIFFERENT, error


def test_remainder_is_small_along_curves_too():
    body = f"{U}**2 * {V}/({U}**4 + {V}**2)"
    assert expansion(body, "0", "o(1)", **PLANE) is DIFFERENT


def test_reason_tells_a_logarithm_from_a_power():
    def reason(body, error):
        fields = {"where": {"h": "positive"}, "expansion": body, "numerator": "0"}
        (said,) = {one.reason for one in found(**fields, small="h", error=error)}
        return said

    slowly = "the remainder shrinks more slowly than h**2, as with a logarithm"
    assert reason("h**2 * log(h)", "O(h**2)") == slowly
    assert reason("h**1.5", "o(h**2)") == "the remainder shrinks like h**1.5"
    assert reason("h**1.5", "o(h)") == "the remainder shrinks like h**1.5"
    assert reason("1 + h", "o(1)") == "the remainder does not shrink"
    assert reason("1/h", "O(1)") == "the remainder grows like 1/h**1"


def test_evidence_of_an_expansion_names_its_rate():
    found = outcome(
        where=VECTORS,
        expansion="L(x + h)",
        small="h",
        error="o(h)",
        numerator="L(x) + D(L)(x) @ h",
    )
    assert found.verdict == HOLDS
    assert found.evidence["note"] == "the remainder shrinks like h**2"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("sigmoid(f(t)) + h*D(f)(t)*sigmoid(f(t))*(1-sigmoid(f(t)))", True),
        # 1 - sigmoid(f(t)) is zero to all bits where f(t) is large, and not exactly.
        ("exp(f(t))/(1+exp(f(t))) + h*D(f)(t)*sigmoid(f(t))*(1-sigmoid(f(t)))", True),
        ("sigmoid(f(t)) + h*D(f)(t)*exp(f(t))/(1+exp(f(t)))*sigmoid(-f(t))", True),
        ("sigmoid(f(t)) + h*D(f)(t)*sigmoid(f(t))*(1-2*sigmoid(f(t)))", False),
        ("sigmoid(f(t)) + h*D(f)(t)*sigmoid(f(t))", False),
    ],
)
def test_what_is_taken_for_zero_refutes_nothing(claim, expected):
    where = {"t": "scalar", "h": "scalar", "f": "scalar -> scalar"}
    body = "sigmoid(f(t + h))"
    found = outcome(
        where=where, expansion=body, small="h", error="o(h)", numerator=claim
    )
    assert (found.verdict == HOLDS) is expected
