"""Claims about names that move, where other names are large, or small, or long."""

from __future__ import annotations

from typing import Any

import pytest
from moved import REAL, outcome

from verifier.engine.outcome import FAILS, HOLDS

FAR, NEAR = "k -> inf", "h -> 0"
ANY: dict[str, Any] = {**REAL, "k": "positive", "h": "positive"}
POWERS = {"x": "positive", "y": "positive", "k": "positive"}
SMALL = {"x": "scalar", "h": "scalar"}
SQUARE = {"A": "matrix(n, n)", "S": "symmetric(n)", "k": "integer", "h": "scalar"}
LONG = {"x": "vector(n)", "y": "vector(n)", "k": "positive", "h": "positive"}


@pytest.mark.parametrize(
    ("body", "towards", "wrong", "right", "where"),
    [
        ("exp(-k*(x + 20))", FAR, "0", None, ANY),
        ("exp(k*(x**2 - 300))", FAR, "0", None, ANY),
        ("exp(-k*(x**2 + 6))", FAR, None, "0", ANY),
        ("(x/50)**k", FAR, "0", None, POWERS),
        ("(x/(x + 1/50))**k", FAR, None, "0", POWERS),
        ("(x**k + 9**k)**(1/k)", FAR, "9", "maximum(x, 9)", POWERS),
        ("log(exp(k*x) + exp(40*k))/k", FAR, "40", "maximum(x, 40)", ANY),
        ("tanh(k*(x + 8))", FAR, "1", "sign(x + 8)", ANY),
        ("tanh(k*(x - 1/100))", FAR, "1", "sign(x - 1/100)", POWERS),
        ("sigmoid(k*(x.T @ y - 20))", FAR, "0", "step(x.T @ y - 20)", LONG),
        ("(x**k - (30*y)**k)/(x**k + (30*y)**k)", FAR, "-1", "sign(x - 30*y)", POWERS),
        ("sum(x)*k**(n - 7)", FAR, "0", None, LONG),
        ("(x - 9)/sqrt((x - 9)**2 + h**2)", NEAR, "-1", "sign(x - 9)", ANY),
        ("arctan((x - 9)/h)", NEAR, "-pi/2", "sign(x - 9)*pi/2", ANY),
        ("sqrt((x - 9)**2 + h) - (x - 9)", NEAR, "18 - 2*x", "abs(x - 9) - x + 9", ANY),
        ("matpow(A/1000, k)", FAR, "zeros(n, n)", None, SQUARE),
        ("tr(expm((S - 100*eye(n))/h**2))", NEAR, "0", None, SQUARE),
    ],
)
def test_limit_holds_in_every_regime_or_fails(body, towards, wrong, right, where):
    for claim, verdict in ((wrong, FAILS), (right, HOLDS)):
        if claim is not None:
            stated = {"limit": body, "as_": towards, "both": claim, "where": where}
            assert outcome(**stated).verdict == verdict, claim


@pytest.mark.parametrize(
    ("body", "error", "verdict", "where"),
    [
        ("h**(x + 20)", "O(h)", FAILS, ANY),
        ("h**(x**2 + 1)", "O(h)", HOLDS, ANY),
        ("exp(-(x + 20)/h)", "O(h**3)", FAILS, ANY),
        ("exp(-exp(x)/h)", "O(h**3)", HOLDS, ANY),
        ("sum(x)*h**(6 - n)", "O(h)", FAILS, LONG),
        ("sum(x)*h**n", "O(h)", HOLDS, LONG),
    ],
)
def test_rate_holds_in_every_regime_or_fails(body, error, verdict, where):
    stated = {"expansion": body, "small": "h", "error": error, "both": "0"}
    assert outcome(**stated, where=where).verdict == verdict


QUARTIC = "(x + h)**4 - {c}*(x + h)**2 - x**4 + {c}*x**2 - (4*x**3 - 2*{c}*x)*h"


@pytest.mark.parametrize(
    ("body", "word", "verdict", "where"),
    [
        ("h**2*(20 - x)", "positive", FAILS, SMALL),
        ("h**2*(20 + x**2)", "positive", HOLDS, SMALL),
        (QUARTIC.format(c=300), "negative", FAILS, SMALL),
        (QUARTIC.format(c=-300), "positive", HOLDS, SMALL),
        ("h**2*maximum(40 - x, 0)", "positive", FAILS, SMALL),
        ("log(1 + exp(x + h)) - log(1 + exp(x)) - sigmoid(x)*h", "positive", HOLDS,
         SMALL),
        ("h.T @ (S + 90*eye(n)) @ h", "positive", FAILS,
         {"S": "symmetric(n)", "h": "vector(n)"}),
        ("h.T @ (A @ A.T + 90*eye(n)) @ h", "positive", HOLDS,
         {"A": "matrix(n, n)", "h": "vector(n)"}),
        ("(x + 90)*(unit(1, 2).T @ h)**2 - (unit(2, 2).T @ h)**2", "indefinite", FAILS,
         {"x": "scalar", "h": "vector(2)"}),
        ("exp(x)*(unit(1, 2).T @ h)**2 - (unit(2, 2).T @ h)**2", "indefinite", HOLDS,
         {"x": "scalar", "h": "vector(2)"}),
    ],
)  # fmt: skip
def test_sign_holds_in_every_regime_or_fails(body, word, verdict, where):
    stated = {"sign": body, "small": "h", "both": word, "where": where}
    assert outcome(**stated).verdict == verdict


def test_counterexample_shows_the_values_that_were_scaled():
    stated = {"limit": "exp(-k*(x + 20))", "as_": FAR, "both": "0", "where": ANY}
    shown = outcome(**stated).counterexample
    assert shown is not None
    assert shown["values"]["x"][0][0] < -20


@pytest.mark.parametrize(
    ("body", "right", "wrong"),
    [
        ("taylor(exp, 0, k)(x**3)", "exp(x**3)", "exp(x**3) + 1"),
        ("taylor(sin, 0, k)(x**3)", "sin(x**3)", "sin(x**3)/2"),
        ("taylor(exp, 0, k)(-9*x)", "exp(-9*x)", "exp(-8*x)"),
    ],
)
def test_series_that_is_on_its_way_up_is_not_refuted(body, right, wrong):
    where = {"x": "scalar", "k": "integer"}
    for claim, verdict in ((right, HOLDS), (wrong, FAILS)):
        found = outcome(limit=body, as_=FAR, both=claim, where=where)
        assert found.verdict == verdict, claim
