"""Sines of what has no bound: what happens at their zeros, and beside them."""

from __future__ import annotations

import pytest
from moved import outcome

from verifier.engine.outcome import FAILS, HOLDS

REALS = {"k": "scalar", "x": "scalar"}
POSITIVE = {"k": "positive"}
WHOLE = {"k": "integer"}
SMALL = {"h": "scalar"}
VECTOR = {"x": "vector(n)"}


@pytest.mark.parametrize(
    ("body", "claim"),
    [
        ("1/(k*sin(k))", "0"),
        ("1/(k**9*cos(k))", "0"),
        ("1/(k*sin(x*k))", "0"),
        ("tan(k)/k**2", "0"),
        ("exp(-k)*tan(k)", "0"),
        ("1/(1 + k**2*sin(3*k + 1)**2)", "0"),
        ("exp(-k*sin(k)**2)", "0"),
        ("(sin(k)**2)**k", "0"),
        ("sin(k)**2*exp(-k*(1 - sin(k)**2))", "0"),
        ("exp(-k*(sin(k) - 1/2)**2)", "0"),
        ("1/(1 + k*(sin(k) + cos(k))**2)", "0"),
        ("arctan(k*sin(k)**2)", "pi/2"),
        ("sign(abs(sin(k)))", "1"),
        ("log(abs(sin(k)))/k", "0"),
        ("step(-cos(k) - 0.99999)", "0"),
        ("sin(k)/(k*sin(k + x))", "0"),
    ],
)
def test_limit_that_fails_at_zeros_of_a_sine_or_beside_is_none(body, claim):
    found = outcome(limit=body, as_="k -> inf", both=claim, where=REALS)
    assert found.verdict == FAILS


@pytest.mark.parametrize(
    ("body", "claim", "where"),
    [
        ("sin(k)/k", "0", REALS),
        ("x*sin(k)/k", "0", REALS),
        ("sin(x*k)*exp(-k)", "0", REALS | POSITIVE),
        ("1/(2 + sin(k))/k", "0", REALS),
        ("k*tan(1/k)", "1", REALS),
        ("exp(-k*(1 + sin(k)**2))", "0", POSITIVE),
        ("arctan(k*(1 + sin(k)**2))", "pi/2", POSITIVE),
        ("(2*k + sin(k))/(k - cos(k))", "2", REALS),
        ("sin(k)**2 + cos(k)**2", "1", REALS),
        ("step(sin(k) - 2)", "0", REALS),
        ("sin(log(k))/log(k)", "0", POSITIVE),
        ("1/(k**2*sin(k))**0", "1", WHOLE),
        ("sin(k)/k", "0", WHOLE),
        ("sin(k**2 + k)/k", "0", REALS),
    ],
)
def test_limit_that_holds_at_zeros_of_a_sine_too_holds(body, claim, where):
    found = outcome(limit=body, as_="k -> inf", both=claim, where=where)
    assert found.verdict == HOLDS


@pytest.mark.parametrize(
    ("body", "verdict", "name", "where"),
    [
        ("h*sin(1/h)", HOLDS, "h", SMALL),
        ("h**2/(h**2 + sin(1/h)**2)", FAILS, "h", SMALL),
        ("h**2/(h**2 + 1 + sin(1/h))", FAILS, "h", SMALL),
        ("h/sin(1/h**2)", FAILS, "h", SMALL),
        ("h/(2 + sin(1/h**2))", HOLDS, "h", SMALL),
        ("norm(x)**2*tan(1/norm(x))", FAILS, "x", VECTOR),
        ("norm(x)**2*sin(1/norm(x))", HOLDS, "x", VECTOR),
    ],
)
def test_limit_at_zero_is_looked_at_where_sines_are_zero(body, verdict, name, where):
    found = outcome(limit=body, as_=f"{name} -> 0", both="0", where=where)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("body", "error", "verdict"),
    [
        ("h**3*tan(1/h)", "O(h**2)", FAILS),
        ("h**3*sin(1/h)", "O(h**3)", HOLDS),
        ("h**4/(h**2 + sin(1/h)**2)", "O(h**3)", FAILS),
        ("h**4/(h**2 + 2 + sin(1/h))", "O(h**4)", HOLDS),
        ("h**5/(1 - sin(1/h))", "O(h)", FAILS),
    ],
)
def test_rate_is_looked_at_where_sines_are_zero(body, error, verdict):
    stated = {"expansion": body, "small": "h", "error": error, "both": "0"}
    assert outcome(**stated, where=SMALL).verdict == verdict


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("h**2*sin(1/h)**2", FAILS),
        ("h**2*(1 - cos(1/h))", FAILS),
        ("h**2*(0.9999 - sin(1/h))", FAILS),
        ("h**2*(1.0001 - sin(1/h))", HOLDS),
    ],
)
def test_sign_is_looked_at_where_sines_are_zero(body, verdict):
    found = outcome(sign=body, small="h", both="positive", where=SMALL)
    assert found.verdict == verdict
