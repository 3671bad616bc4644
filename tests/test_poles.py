"""Claims that are right on one side of a pole, and wrong on the other.

Something jumps there, or takes another branch, though no argument of it is zero.
"""

from __future__ import annotations

from typing import Any

import pytest
from stated import record

from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.settings import Settings
from verifier.running.verification import verify_chunk

REAL = {"x": "scalar"}
PLANE = {"x": "scalar", "y": "scalar"}
LONG = {"x": "vector(n)"}
SQUARE = {"A": "matrix(n, n)"}
FUNCTION = {"x": "scalar", "f": "scalar -> scalar"}
THIN = {"A": "matrix(m, n)"}
ROOTED = {"E": "idempotent(n)"}


def verdict(**fields: Any) -> str:
    ((found, *_),) = verify_chunk([record(**fields)], Settings(diagnose=False))
    return found.verdict


@pytest.mark.parametrize(
    ("where", "value", "claim"),
    [
        # Jumps and bends of what has a pole.
        (REAL, "cos(x)", "cos(x) + step(1/(x - 70))*step(1/(70.2 - x))"),
        (REAL, "cos(x)", "cos(x)*(1 + relu(-1/((x + 70)*(x + 70.4))))"),
        (REAL, "abs(1/((x - 81)*(x - 81.5)))", "1/((x - 81)*(x - 81.5))"),
        (REAL, "abs(((x - 81)*(x - 82))**(-3))", "((x - 81)*(x - 82))**(-3)"),
        (PLANE, "maximum(1/(x - 9e3), 1/(y - 9e3))", "1/(minimum(x, y) - 9e3)"),
        (LONG, "max(1/(5e3 - x))", "1/(5e3 - max(x))"),
        (SQUARE, "abs(tr(inv(9e3*eye(n) - A)))", "tr(inv(9e3*eye(n) - A))"),
        (FUNCTION, "f(abs(1/(x - 9e3)))", "f(1/(9e3 - x))"),
        # Roots, and functions that are inverse to others.
        (REAL, "sqrt(((x - 81)*(x - 82))**(-2))", "1/((x - 81)*(x - 82))"),
        (REAL, "sqrt(4 + 1/(x - 9e3)**2)", "sqrt(4*(x - 9e3)**2 + 1)/(9e3 - x)"),
        (REAL, "arctan(2/(x - 9e3))", "-pi/2 - arctan((x - 9e3)/2)"),
        (REAL, "arctan(tan(x/9e3))", "x/9e3"),
        (REAL, "asinh(tan(x/9e3))", "atanh(sin(x/9e3))"),
        (REAL, "sqrt(1 + tan(x/9e3)**2)", "1/cos(x/9e3)"),
        (REAL, "norm(vstack(2, 1/(x - 9e3)))", "sqrt(4*(x - 9e3)**2 + 1)/(9e3 - x)"),
        # Where no line leads: one entry after the other, or several together.
        (ROOTED, "tr(sin(E))", "tr(sin(E))*sign(1/(max(E) - 0.4))"),
        (THIN, "arcsin(A @ ones(n, 1))", "arcsin(A @ ones(n, 1))*sign(1/(30-norm(A)))"),
    ],
)
def test_what_is_wrong_beyond_a_pole_fails(where, value, claim):
    assert verdict(where=where, value=value, both=claim) == FAILS


@pytest.mark.parametrize(
    ("where", "value", "claim"),
    [
        ({"x": "positive"}, "arctan(2/x)", "pi/2 - arctan(x/2)"),
        (REAL, "arctan(1/(x - 5))", "sign(x - 5)*pi/2 - arctan(x - 5)"),
        (REAL, "abs(1/((x - 4)*(x - 5)))", "1/abs((x - 4)*(x - 5))"),
        (REAL, "asinh(tan(x))", "sign(cos(x))*atanh(sin(x))"),
        (REAL, "sqrt(1 + tan(x)**2)", "1/abs(cos(x))"),
        (REAL, "sqrt(1 + 1/(x - 8)**2)", "sqrt(1 + (x - 8)**2)/abs(x - 8)"),
        ({"x": "positive_vector(n)"}, "max(1/x)", "1/min(x)"),
        ({"A": "invertible(n)"}, "abs(det(inv(A)))", "1/abs(det(A))"),
        ({"P": "positive_definite(n)"}, "abs(tr(inv(P)))", "tr(inv(P))"),
    ],
)
def test_what_is_right_on_both_sides_holds(where, value, claim):
    assert verdict(where=where, value=value, both=claim) == HOLDS


@pytest.mark.parametrize(
    ("slope", "expected"),
    [("-1/(1 + (x - 9e3)**2)", HOLDS), ("-sign(9e3 - x)/(1 + (x - 9e3)**2)", FAILS)],
)
def test_a_derivative_is_looked_at_beyond_a_pole(slope, expected):
    fields = {"function": "arctan(1/(x - 9e3))", "wrt": "x", "both": slope}
    assert verdict(where=REAL, **fields) == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [("sign(t - 900)/(t - 900)**2", FAILS), ("sign(900 - t)/(t - 900)**2", HOLDS)],
)
def test_a_limit_is_looked_at_beyond_a_pole(claim, expected):
    quotient = "(abs(1/(t + h - 900)) - abs(1/(t - 900)))/h"
    fields = {"limit": quotient, "as_": "h -> 0", "both": claim}
    assert verdict(where={"t": "scalar", "h": "scalar"}, **fields) == expected
