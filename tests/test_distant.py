"""Claims that are wrong for whole numbers and sizes that no draw of a run has."""

from __future__ import annotations

from typing import Any

import pytest
from stated import record, statement

from verifier.engine.experiment import Experiment
from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.settings import Settings
from verifier.running.verification import verify_chunk

NEAR = "*".join(f"(k - ({j}))" for j in range(-3, 9))
"""Zero at all whole numbers of a run."""
SMALL = "*".join(f"(n - {j})" for j in range(1, 13))
"""Zero at all sizes of a run."""
POWER = {"k": "integer", "x": "positive"}
MATRIX = {"k": "integer", "A": "invertible(n)"}
LONG = {"x": "vector(n)"}
SQUARE = {"A": "matrix(n, n)"}
INDEX = {"i": "index(n)", "x": "vector(n)"}


def verdict(seed: int = 0, **fields: Any) -> str:
    settings = Settings(seed=seed, diagnose=False)
    ((found, *_),) = verify_chunk([record(**fields)], settings)
    return found.verdict


@pytest.mark.parametrize(
    ("where", "value", "wrong"),
    [
        (POWER, "x**k", f"x**k*(1 + {NEAR})"),
        (POWER, "x**k", "x**minimum(k, 8)"),
        (POWER, "x**k", "x**maximum(k, -3)"),
        (POWER, "log(x)*k", f"log(x)*(k + {NEAR})"),
        (POWER, "k*sqrt(x)", f"k*sqrt(x) + {NEAR}*sin(pi*k/30)"),
        (MATRIX, "tr(matpow(A, k))", f"tr(matpow(A, k))*(1 + {NEAR})"),
        (MATRIX, "matpow(A, k)", "matpow(A, k)*sign(12.5 - k)"),
        ({"j": "integer", **POWER}, "x**(j + k)", "x**j*x**minimum(k, 8)"),
        (LONG, "sum(x)", f"sum(x)*(1 + {SMALL})"),
        (LONG, "sum(cos(x))", f"sum(cos(x))*(1 + {SMALL})"),
        (LONG, "sum(cos(x))", "n*mean(cos(x))*sign(12.5 - n)"),
        (SQUARE, "det(3*A)", "3**minimum(n, 12)*det(A)"),
        (INDEX, "i*sum(x)", "minimum(i, 6)*sum(x)"),
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_what_is_wrong_far_out_fails(where, value, wrong, seed):
    assert verdict(seed, where=where, value=value, both=wrong) == FAILS


@pytest.mark.parametrize(
    ("where", "value", "right"),
    [
        (POWER, "x**k", "exp(k*log(x))"),
        (MATRIX, "matpow(A, k) @ matpow(A, 2 - k)", "A @ A"),
        ({"k": "integer", "x": "scalar"}, "sin(x + pi*k)", "(-1)**k*sin(x)"),
        (SQUARE, "det(3*A)", "3**n*det(A)"),
        (SQUARE, "det(commutation(n, n))*tr(A)", "(-1)**(n*(n - 1)/2)*tr(A)"),
        (LONG, "sum(cumsum(ones(n, 1)))*sum(x)", "n*(n + 1)/2*sum(x)"),
        (INDEX, "i*unit(i, n).T @ x", "sum(i*unit(i, n)*x)"),
    ],
)
def test_what_is_right_far_out_holds(where, value, right):
    assert verdict(where=where, value=value, both=right) == HOLDS


def test_the_order_of_a_derivative_is_looked_at_far_out():
    where, assume = {"k": "integer", "x": "positive"}, "k >= 1"
    step = "polygamma(k, x) + (-1)**k*exp(lgamma({} + 1))/x**(k + 1)"
    fields = {"where": where, "assume": assume, "value": "polygamma(k, x + 1)"}
    assert verdict(**fields, both=step.format("k")) == HOLDS
    assert verdict(**fields, both=step.format("minimum(k, 8)")) == FAILS


@pytest.mark.parametrize(
    ("assume", "most"), [("k >= 1", 60), ("k <= 20", 20), ("0 <= k <= 8", 8)]
)
def test_distant_numbers_are_as_is_assumed(assume, most):
    where = {"k": "integer", "x": "positive"}
    found = statement(where=where, value="x**k", both="exp(k*log(x))", assume=assume)
    numbers = [block.case.whole["k"] for block in Experiment(found, Settings()).distant]
    assert all(k <= most for k in numbers)
    assert not numbers or max(map(abs, numbers)) > 8


def test_a_size_that_is_a_shape_alone_is_not_looked_at_far_out():
    found = statement(where=LONG, value="sum(x)", both="ones(1, n) @ x")
    assert not Experiment(found, Settings()).distant
    found = statement(where=LONG, value="mean(x)", both="sum(x)/n")
    assert {b.case.sizes["n"] > 12 for b in Experiment(found, Settings()).distant} == {
        True
    }
