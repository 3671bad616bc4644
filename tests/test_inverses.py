"""Inverse and gamma functions as a number moves: limits, expansions and signs."""

from __future__ import annotations

import pytest
from moved import DIFFERENT, POSITIVE, REAL, SAME, says

from verifier.engine.finding import Finding

SMALL = {"h": "scalar"}


@pytest.mark.parametrize(
    ("body", "limit", "wrong", "towards", "where"),
    [
        ("arctan(x)", "pi/2", "-pi/2", "x -> inf", REAL),
        ("arctan(x)", "-pi/2", "pi/2", "x -> -inf", REAL),
        ("x * (pi/2 - arctan(x))", "1", "0", "x -> inf", REAL),
        ("arctan(1/h)", "pi/2", "0", "h -> 0", POSITIVE),
        ("arctan(2 * h)/h", "2", "1", "h -> 0", SMALL),
        ("arcsin(h)/arctan(h)", "1", "0", "h -> 0", SMALL),
        ("(pi/2 - arcsin(1 - h))/sqrt(h)", "sqrt(2)", "2", "h -> 0", POSITIVE),
        ("arccos(1 - h**2)/h", "sqrt(2)", "1", "h -> 0", POSITIVE),
        ("arccos(h - 1)", "pi", "0", "h -> 0", POSITIVE),
        ("asinh(x) - log(2 * x)", "0", "log(2)", "x -> inf", REAL),
        ("asinh(x) + log(-2 * x)", "0", "1", "x -> -inf", REAL),
        ("acosh(x)/log(x)", "1", "2", "x -> inf", REAL),
        ("acosh(1 + h)**2/h", "2", "1", "h -> 0", POSITIVE),
        ("atanh(1 - h)/log(h)", "-1/2", "1/2", "h -> 0", POSITIVE),
        ("h * atanh(1 - h)", "0", "1", "h -> 0", POSITIVE),
        ("log1p(h)/h", "1", "0", "h -> 0", SMALL),
        ("(expm1(h) - h)/h**2", "1/2", "1", "h -> 0", SMALL),
        ("digamma(x) - log(x)", "0", "1", "x -> inf", REAL),
        ("x**2 * (trigamma(x) - 1/x)", "1/2", "0", "x -> inf", REAL),
        ("x**3 * (polygamma(2, x) + 1/x**2)", "-1", "1", "x -> inf", REAL),
        ("h * digamma(h)", "-1", "1", "h -> 0", SMALL),
        ("h**2 * trigamma(h - 2)", "1", "2", "h -> 0", SMALL),
        ("h * exp(lgamma(h))", "1", "0", "h -> 0", POSITIVE),
        ("lgamma(h - 1) + log(h)", "0", "1", "h -> 0", POSITIVE),
        (
            "exp(lgamma(x + 1))/(sqrt(2 * pi * x) * (x/exp(1))**x)",
            "1",
            "sqrt(2 * pi)",
            "x -> inf",
            REAL,
        ),
        ("expm1(-x)", "-1", "0", "x -> inf", REAL),
    ],
)
def test_limit_is_told_from_a_wrong_one(body, limit, wrong, towards, where):
    for claim, finding in ((limit, SAME), (wrong, DIFFERENT)):
        fields = {"limit": body, "as_": towards, "both": claim}
        assert says(where=where, **fields) is finding


@pytest.mark.parametrize(
    ("body", "error", "series", "wrong"),
    [
        ("arctan(h)", "O(h**5)", "h - h**3/3", "h + h**3/3"),
        ("arcsin(h)", "O(h**5)", "h + h**3/6", "h + h**3/3"),
        ("arccos(h)", "O(h**3)", "pi/2 - h", "pi/2 + h"),
        ("asinh(h)", "O(h**5)", "h - h**3/6", "h + h**3/6"),
        ("atanh(h)", "O(h**5)", "h + h**3/3", "h - h**3/3"),
        ("log1p(h)", "O(h**3)", "h - h**2/2", "h"),
        ("expm1(h)", "O(h**3)", "h + h**2/2", "1 + h"),
        ("lgamma(1 + h)", "O(h**3)", "digamma(1)*h + pi**2*h**2/12", "h"),
        ("digamma(2 + h)", "o(h)", "digamma(2) + trigamma(2)*h", "digamma(2) + h"),
        ("arctan(1 + h)", "o(h)", "pi/4 + h/2", "pi/4 + h"),
    ],
)
def test_expansion_is_told_from_a_wrong_one(body, error, series, wrong):
    for claim, finding in ((series, SAME), (wrong, DIFFERENT)):
        fields = {"expansion": body, "small": "h", "error": error, "both": claim}
        assert says(where=SMALL, **fields) is finding


@pytest.mark.parametrize(
    ("body", "sign"),
    [
        ("h - arctan(h)", "positive"),
        ("h - arcsin(h)", "negative"),
        ("h - log1p(h) - h**2/2", "negative"),
        ("arccos(h) - pi/2", "negative"),
    ],
)
def test_sign_of_a_small_number_is_seen(body, sign):
    assert says(where=POSITIVE, sign=body, small="h", both=sign) is SAME


@pytest.mark.parametrize("body", ["arcsin(1 + h)", "acosh(1 - h)", "atanh(1 + h)"])
def test_limit_from_where_there_is_no_value_is_not_told(body):
    found = says(where=POSITIVE, limit=body, as_="h -> 0", both="0")
    assert found in (Finding.UNDEFINED, Finding.UNDECIDED)
