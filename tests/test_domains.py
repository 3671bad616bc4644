"""The derivatives of a function that has no value at some numbers."""

from __future__ import annotations

from typing import Any

import pytest
from stated import record

from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE
from verifier.engine.settings import Settings
from verifier.running.verification import verify_chunk

REAL = {"x": "scalar"}
LONG = {"x": "vector(n)"}


def verdict(**fields: Any) -> str:
    ((found, *_),) = verify_chunk([record(**fields)], Settings(diagnose=False))
    return found.verdict


@pytest.mark.parametrize(
    ("where", "derivative", "elsewhere"),
    [
        # What the derivative is, and what it would be where there is no function.
        (REAL, "D(log)(x)", "1/abs(x)"),
        (REAL, "D(log)(3 - x)", "1/abs(3 - x)"),
        (REAL, "D(D(log))(x)", "-sign(x)/x**2"),
        (REAL, "hessian(log)(x)", "-sign(x)/x**2"),
        (REAL, "D(log1p)(x)", "1/abs(1 + x)"),
        (REAL, "D(atanh)(x)", "1/abs(1 - x**2)"),
        (REAL, "D(D(atanh))(x)", "2*x*sign(1 - x**2)/(1 - x**2)**2"),
        (REAL, "D(acosh)(x)**2", "sign(x)/(x**2 - 1)"),
        (REAL, "D(sqrt)(x)**2", "1/(4*abs(x))"),
        (REAL, "D(arcsin)(x)**2", "1/abs(1 - x**2)"),
        (LONG, "sum(D(log)(x))", "sum(1/abs(x))"),
    ],
)
def test_where_a_function_has_no_value_it_has_no_derivative(
    where, derivative, elsewhere
):
    # So nothing is said of it there, and a claim that speaks of it says too little.
    assert verdict(where=where, value=derivative, both=elsewhere) == HOLDS
    wrong = f"2*({elsewhere})"
    assert verdict(where=where, value=derivative, both=wrong) == FAILS
    assert verdict(where=where, value=elsewhere, both=derivative) == INCONCLUSIVE


@pytest.mark.parametrize(
    ("function", "slope", "expected"),
    [
        ("log(x)", "D(log)(x)", HOLDS),
        ("log(x)", "1/x", HOLDS),
        ("log(abs(x))", "1/x", HOLDS),
        ("log(abs(x))", "D(log)(x)", INCONCLUSIVE),
        ("log(x)**2", "2*log(x)*D(log)(x)", HOLDS),
        ("D(log)(x)", "D(D(log))(x)", HOLDS),
        ("D(log)(x)", "D(log)(x)", FAILS),
        ("atanh(x)", "D(atanh)(x)", HOLDS),
        ("log(abs((1 + x)/(1 - x)))/2", "D(atanh)(x)", INCONCLUSIVE),
        ("log(abs((1 + x)/(1 - x)))/2", "1/(1 - x**2)", HOLDS),
    ],
)
def test_a_derivative_is_claimed_where_there_is_one(function, slope, expected):
    assert verdict(where=REAL, function=function, wrt="x", both=slope) == expected


def test_a_taylor_polynomial_is_one_of_what_has_a_value():
    value, right = "taylor(log, x, 1)(1)", "log(x) + (1 - x)/x"
    assert verdict(where=REAL, value=value, both=right) == HOLDS
    value, right = "taylor(log, 1, 2)(x)", "x - 1 - (x - 1)**2/2"
    assert verdict(where=REAL, value=value, both=right) == HOLDS
