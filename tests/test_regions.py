"""Claims that are wrong in a region of the values only, or right in all of them."""

from __future__ import annotations

import pytest
from moved import outcome

from verifier.engine.outcome import FAILS, HOLDS

REAL = {"x": "scalar", "y": "scalar"}
SPACE = {"x": "vector(n)", "A": "matrix(n, n)"}


@pytest.mark.parametrize(
    ("where", "value", "claim", "verdict"),
    [
        # What floats see nothing of: an overflow, or zero on both sides.
        ("x", "exp(200*x)*exp(-200*x)", "1", HOLDS),
        ("x", "exp(200*x)*exp(-200*x)", "1 + step(x - 3.6)*step(14 - x)", FAILS),
        ("x", "x*exp(-1000*x**2)", "x*exp(-1000*x**2)*(1 + step(x - 1.5))", FAILS),
        # Intervals, wherever they are and however narrow.
        ("x", "sin(x)", "sin(x) + step(x - 33)*step(33.1 - x)", FAILS),
        ("x", "sin(x)", "sin(x) + relu(x + 0.0031)*relu(-0.003 - x)", FAILS),
        ("x", "sin(x)", "sin(x) + step(0.01 - (x - 5)**2)", FAILS),
        ("x", "cos(x)", "cos(x) + maximum(x, 900) - 900 - relu(x - 900)", HOLDS),
        ("x", "cos(x)", "cos(x) + maximum(x, 900) - 900 - relu(x - 901)", FAILS),
        # Branches: a root, a logarithm, |det|.
        ("x", "sqrt((x - 40)**2)", "abs(x - 40)", HOLDS),
        ("x", "sqrt((x - 40)**2)", "40 - x", FAILS),
        ("x", "exp(log((x + 40)**2)/2)", "x + 40", FAILS),
        ("x", "sin(x)", "sin(x) + (abs(x-20) + x-20)*(sqrt((x-50)**2) + 50-x)", FAILS),
        # What saturates everywhere else.
        ("x", "sin(x)", "sin(x) + exp(-1e5*(x - 30)**2)", FAILS),
        ("x", "sin(x)", "sin(x) + 1 - tanh(1e6*(x - 77))**2", FAILS),
        ("x", "tanh(3*(x - 9))", "2*sigmoid(6*(x - 9)) - 1", HOLDS),
        # Two names, each in a place of its own.
        (
            "xy",
            "y*sin(x)",
            "y*sin(x) + step(x - 100)*step(3 + y)*step(-2.9 - y)",
            FAILS,
        ),
        ("xy", "exp(x/y)", "exp(x/y) + step(x/y - 50)", FAILS),
        # Vectors and matrices.
        (
            "xA",
            "exp(sum(x))",
            "exp(sum(x)) + step(norm(x) - 70)*step(75-norm(x))",
            FAILS,
        ),
        ("xA", "exp(max(x))", "exp(max(x)) + step(max(x)-700)*step(705-max(x))", FAILS),
        ("xA", "abs(x - 3)", "relu(x - 3) + relu(3 - x)", HOLDS),
        ("xA", "cos(tr(A))", "cos(tr(A)) + step(tr(A) - 44)*step(46 - tr(A))", FAILS),
    ],
)
def test_verdict_covers_every_region(where, value, claim, verdict):
    types = REAL if where in ("x", "xy") else SPACE
    names = {name: types[name] for name in where}
    assert outcome(where=names, value=value, both=claim).verdict == verdict


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("exp(x)", HOLDS),
        ("exp(x) + relu(x - 40)*relu(40.5 - x)", FAILS),
        ("exp(x) + 0*relu(x - 40)*relu(40.5 - x)", HOLDS),
    ],
)
def test_verdict_on_a_derivative_covers_every_region(claim, verdict):
    found = outcome(
        where={"x": "vector(n)"}, function="sum(exp(x))", wrt="x", denominator=claim
    )
    assert found.verdict == verdict
