"""Bounds with a number that is written, which no drawn function breaks, nor value."""

from __future__ import annotations

from typing import Any

import pytest
from stated import record, statement

from verifier.engine.experiment import Experiment
from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.settings import Settings
from verifier.judging.rays import rays
from verifier.running.verification import verify_chunk

SHAPES = "vector(n) -> scalar"


def verdict(**fields: Any) -> str:
    ((found, *_),) = verify_chunk([record(**fields)], Settings(diagnose=False))
    return found.verdict


@pytest.mark.parametrize(
    ("kind", "bounded", "value"),
    [
        ("positive", "maximum({}, 1e-45)", "f(x)"),
        ("positive", "minimum({}, 1e45)", "f(x)"),
        ("positive", "abs({} - 1e-45) + 1e-45", "f(x)"),
        ("positive", "maximum({}, 1e-90)", "f(x)*f(2*x)"),
        ("", "maximum({}, -1e45)", "f(x)"),
        ("", "minimum({}, 1e45)", "norm(D(f)(x))"),
        ("convex", "maximum({}, -1e45)", "f(x)"),
        ("concave", "minimum({}, 1e45)", "f(x)"),
        ("convex", "minimum({}, 1e45)", "tr(hessian(f)(x))"),
        ("strictly_convex", "maximum({}, 1e-45)", "tr(hessian(f)(x))"),
        ("strictly_concave", "minimum({}, -1e-45)", "tr(hessian(f)(x))"),
    ],
)
def test_no_number_that_is_written_bounds_a_function(kind, bounded, value):
    where = {"f": f"{kind} {SHAPES}".strip(), "x": "vector(n)"}
    bound = bounded.format(value)
    assert verdict(where=where, value=value, both=bound) == FAILS


@pytest.mark.parametrize(
    ("kind", "bounded", "value"),
    [
        ("positive", "maximum({}, 0)", "f(x)"),
        ("convex", "maximum({}, 0)", "tr(hessian(f)(x))"),
        ("concave", "minimum({}, 0)", "tr(hessian(f)(x))"),
        ("", "maximum({}, -1e-45)", "f(x)**2"),
        ("", "relu({} + 1e45) - relu(-1e45 - {0})", "f(x)"),
    ],
)
def test_what_the_class_promises_holds(kind, bounded, value):
    where = {"f": f"{kind} {SHAPES}".strip(), "x": "vector(n)"}
    text = bounded.replace("{}", value).replace("{0}", value)
    more = " - 1e45" if "1e45)" in text else ""
    assert verdict(where=where, value=value, both=text + more) == HOLDS


@pytest.mark.parametrize(
    ("kind", "value", "bounded"),
    [
        ("scalar", "x", "maximum(x, -1e45)"),
        ("scalar", "sin(x)", "sin(x) + relu(x - 1e45)*relu(2e45 - x)"),
        ("positive", "x", "maximum(x, 1e-45)"),
        ("vector(n)", "sum(x)", "minimum(sum(x), 1e45)"),
        ("matrix(n, n)", "det(x)", "minimum(det(x), 1e90)"),
    ],
)
def test_no_number_that_is_written_bounds_a_value(kind, value, bounded):
    assert verdict(where={"x": kind}, value=value, both=bounded) == FAILS


STRICT = {"f": f"strictly_convex {SHAPES}", "x": "vector(n)", "h": "vector(n)"}


@pytest.mark.parametrize(
    ("more", "expected"), [("", HOLDS), (" - 1e-45*h.T @ h", FAILS)]
)
def test_a_function_curves_less_than_what_is_written(more, expected):
    rest = f"f(x + h) - f(x) - D(f)(x) @ h{more}"
    fields = {"sign": rest, "small": "h", "numerator": "positive"}
    assert verdict(where=STRICT, **fields) == expected


def test_a_limit_is_looked_at_for_functions_of_any_size():
    where = {"f": "convex scalar -> scalar", "t": "scalar", "h": "scalar"}
    quotient = "(relu(f(t + h) + 1e45) - relu(f(t) + 1e45))/h"
    fields = {"limit": quotient, "as_": "h -> 0", "both": "D(f)(t)"}
    assert verdict(where=where, **fields) == FAILS


@pytest.mark.parametrize(
    ("kind", "signed"),
    [("", [True]), ("positive", [False]), ("convex", [False, True])],
)
def test_a_function_stays_in_its_class(kind, signed):
    where = {"f": f"{kind} {SHAPES}".strip(), "x": "vector(n)"}
    found = statement(where=where, value="f(x)", both="f(x)")
    raw = Experiment(found, Settings()).blocks[0].draws.raw
    some = list(rays(found, raw))
    assert [ray.signed for ray in some] == signed
    assert all({"f.b", "f.W0"}.isdisjoint(ray.parts) for ray in some)
    if kind:
        curved = {"f.C", "f.Q", "f.E"}
        assert all(curved.isdisjoint(ray.parts) == ray.signed for ray in some)
