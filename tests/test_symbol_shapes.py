"""Derivatives of function symbols inside of a function, of all shapes."""

from __future__ import annotations

from typing import Any

import pytest
from stated import record

from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.settings import Settings
from verifier.running.verification import verify_chunk

LONG = {"x": "vector(n)"}
NUMBER = {**LONG, "f": "scalar -> scalar"}
BOTH = {"t": "scalar", **LONG, "b": "(scalar, vector(n)) -> scalar"}
SQUARE = {"A": "matrix(n, n)", "f": "matrix(n, n) -> vector(m)", "C": "matrix(m, n*n)"}


def verdict(**fields: Any) -> str:
    ((found, *_),) = verify_chunk([record(**fields)], Settings(diagnose=False))
    return found.verdict


@pytest.mark.parametrize("at", ["sum(x)", "x.T @ x", "tr(x @ x.T)", "norm(x)**2", "2"])
def test_the_hessian_of_a_function_of_numbers_is_taken_at_any_number(at):
    where = NUMBER if "x" in at else {"f": NUMBER["f"]}
    fields = {"where": where, "value": f"hessian(f)({at})"}
    assert verdict(**fields, both=f"D(D(f))({at})") == HOLDS
    assert verdict(**fields, both=f"D(f)({at})") == FAILS


def test_it_is_differentiated_as_well():
    fields = {"where": NUMBER, "function": "hessian(f)(sum(x))", "wrt": "x"}
    assert verdict(**fields, denominator="D(D(D(f)))(sum(x))*ones(n, 1)") == HOLDS


@pytest.mark.parametrize("first", ["t", "sum(x)", "x.T @ x"])
def test_second_derivatives_by_a_vector_and_a_number_have_derivatives(first):
    function = f"sum(D(D(b, 2), 1)({first}, x))"
    fields = {"where": BOTH if first == "t" else {k: BOTH[k] for k in "xb"}}
    fields |= {"function": function, "wrt": "x"}
    assert verdict(**fields, numerator="0*x.T") == FAILS
    other = function.replace("D(D(b, 2), 1)", "D(D(b, 1), 2)")
    assert verdict(where=fields["where"], value=function, both=other) == HOLDS


def test_a_vector_of_one_entry_has_the_derivative_of_a_vector():
    function = "sum(C * D(f)(A))"
    slope = "unvec(hessian(f)(A).T @ vec(C.T), n, n)"
    fields = {"where": SQUARE, "function": function, "wrt": "A"}
    assert verdict(**fields, denominator=slope) == HOLDS
    assert verdict(**fields, denominator=f"({slope}).T") == FAILS
