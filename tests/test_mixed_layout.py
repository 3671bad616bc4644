"""Gradients as columns, Jacobians in numerator layout: wherever a layout appears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from patients import FEW
from stated import only_problem, record, statement

import verifier
from verifier.diagnosis.search import diagnose
from verifier.engine.experiment import Experiment
from verifier.engine.outcome import FAILS, HOLDS, Outcome
from verifier.judging.exact import compared
from verifier.judging.judge import verdict_on
from verifier.judging.kinks import mark_kinks
from verifier.language.layout import Layout
from verifier.results.phrases import LAYOUT_NAMES

G = {"x": "vector(n)", "f": "vector(n) -> vector(m)", "g": "vector(m) -> scalar"}
SQUARE = {"x": "vector(n)", "f": "vector(n) -> vector(n)", "g": "vector(n) -> scalar"}
CHAIN = "D(f)(x).T @ D(g)(f(x))"


def outcome(**fields):
    """Judge the only claim of a record, with its diagnosis where it fails."""
    found = Experiment(statement(**fields), FEW)
    found.differentiate()
    mark_kinks(found)
    (claim,) = found.statement.claims
    return diagnose(found, claim, verdict_on(found, claim))


def told(found: Outcome) -> Mapping[str, Any]:
    """Return the diagnosis of a failure."""
    assert found.diagnosis is not None
    return found.diagnosis


MATRICES = {
    "X": "matrix(m, n)",
    "A": "matrix(p, m)",
    "a": "vector(m)",
    "b": "vector(n)",
}


@pytest.mark.parametrize(
    ("where", "function", "wrt", "right", "wrong"),
    [
        (G, "g(f(x))", "x", CHAIN, f"2 * {CHAIN}"),
        (SQUARE, "g(f(x))", "x", CHAIN, "D(f)(x) @ D(g)(f(x))"),
        (SQUARE, "f(f(x))", "x", "D(f)(f(x)) @ D(f)(x)", "D(f)(x) @ D(f)(f(x))"),
        (SQUARE, "g(x) * x", "x", "x @ D(g)(x).T + g(x) * eye(n)",
         "D(g)(x) @ x.T + g(x) * eye(n)"),
        (MATRICES, "a.T @ X @ b", "X", "a @ b.T", "b @ a.T"),
        (MATRICES, "a.T @ X @ b", "b", "X.T @ a", "a.T @ X"),
        (MATRICES, "X @ b", "b", "X", "X.T"),
        (MATRICES, "A @ X", "X", "kron(eye(n), A)", "kron(eye(n), A.T)"),
        ({"t": "scalar", "a": "vector(n)"}, "t**2 * a", "t", "2 * t * a",
         "2 * t * a.T"),
        ({"X": "symmetric(n)", "A": "matrix(n, n)"}, "tr(A @ X)", "X", "A.T", "A"),
    ],
)  # fmt: skip
def test_derivative_in_mixed_layout(where, function, wrt, right, wrong):
    fields = {"where": where, "function": function, "wrt": wrt}
    found = outcome(**fields, mixed=right)
    assert found.verdict == HOLDS
    found = outcome(**fields, mixed=wrong)
    assert found.verdict == FAILS
    # What is suggested is right in this layout.
    suggestion = told(found)["suggestion"]
    if suggestion:
        assert outcome(**fields, mixed=suggestion).verdict == HOLDS


@pytest.mark.parametrize(
    ("layout", "claim", "other"),
    [
        ("denominator", CHAIN, "mixed"),
        ("mixed", "D(f)(x) @ D(g)(f(x))", "denominator"),
    ],
)
def test_claim_that_is_right_in_another_layout_is_told_so(layout, claim, other):
    fields = {"where": SQUARE, "function": "g(f(x))", "wrt": "x"}
    found = outcome(**fields, **{layout: claim})
    assert told(found)["kind"] == "wrong-layout"
    assert (
        f"this is right in {other} layout: claim it as `{other}`" in told(found)["text"]
    )
    assert outcome(**fields, **{other: claim}).verdict == HOLDS
    suggestion = told(found)["suggestion"]
    assert outcome(**fields, **{layout: suggestion}).verdict == HOLDS


@pytest.mark.parametrize(
    ("where", "function", "claim", "other"),
    [
        ({"x": "vector(n)", "A": "symmetric(n)"}, "x.T @ A @ x", "2 * x.T @ A",
         "numerator"),
        ({"x": "vector(n)", "A": "matrix(m, n)"}, "A @ x", "A.T", "denominator"),
    ],
)  # fmt: skip
def test_transposed_claim_in_mixed_layout_is_told_whose_form_it_is(
    where, function, claim, other
):
    found = outcome(where=where, function=function, wrt="x", mixed=claim)
    assert told(found)["kind"] == "wrong-layout"
    assert f"the derivative in {other} layout" in told(found)["text"]


def test_claim_that_fits_in_mixed_layout_only_says_so_where_it_does_not():
    fields = {"where": G, "function": "g(f(x))", "wrt": "x"}
    for layout in ("numerator", "denominator"):
        problem = only_problem(**fields, **{layout: CHAIN})
        assert problem.kind == "dimension-mismatch"
        assert "it fits in mixed layout: claim it as `mixed`" in problem.hint


@pytest.mark.parametrize(
    ("where", "mixed", "verdict"),
    [
        ("vector(n) -> scalar", "(n, 1)", HOLDS),
        ("vector(n) -> scalar", "(1, n)", FAILS),
        ("vector(n) -> vector(m)", "(m, n)", HOLDS),
        ("vector(n) -> vector(m)", "(n, m)", FAILS),
    ],
)
def test_shape_in_mixed_layout(where, mixed, verdict):
    where = {"x": "vector(n)", "f": where}
    found = outcome(where=where, shape="f(x)", wrt="x", mixed=mixed)
    assert found.verdict == verdict


def test_exact_arithmetic_and_expansions_know_it():
    where = {"X": "matrix(m, n)", "A": "matrix(n, m)"}
    for claim, finding in (("A.T", "same"), ("2 * A.T", "different")):
        found = statement(where=where, function="tr(A @ X)", wrt="X", mixed=claim)
        cases = Experiment(found, FEW).cases
        seen = compared(found, found.claims[0], cases, 0)
        assert seen is not None and seen.finding.value == finding
    fields = {"expansion": "g(x + h)", "small": "h", "error": "o(h)"}
    where = {"x": "vector(n)", "h": "vector(n)", "g": "vector(n) -> scalar"}
    assert outcome(where=where, **fields, mixed="g(x) + D(g)(x).T @ h").verdict == HOLDS


def test_both_are_the_two_and_a_layout_is_chosen_by_its_name():
    fields = {"where": {"x": "vector(n)"}, "function": "sum(x**2)/2", "wrt": "x"}
    found = statement(**fields, both="x", mixed="x")
    layouts = [claim.layout for claim in found.claims]
    assert layouts == [Layout.NUMERATOR, Layout.DENOMINATOR, Layout.MIXED]
    only = found.asked(("mixed",))
    assert only is not None and [c.layout for c in only.claims] == [Layout.MIXED]
    assert [c.field for c in record(**fields, mixed=["x", "1*x"]).claims] == [
        "mixed"
    ] * 2
    assert {"numerator", "denominator", "mixed"} <= LAYOUT_NAMES.keys()


def test_check_takes_the_word_and_finds_a_statement_that_has_a_shape_there_only():
    where = "g: vector(m) -> scalar, f: vector(n) -> vector(m), x: vector(n)"
    answer = verifier.check(f"d(g(f(x)))/dx = {CHAIN}", where=where, draws=24)
    assert answer.holds and answer.verdicts == {"mixed": "holds"}
    for claim, holds in (("2*x", True), ("2*x.T", False)):
        answer = verifier.check(f"d(x.T @ x)/dx = {claim}", layout="mixed", draws=24)
        assert answer.holds is holds and [*answer.verdicts] == ["mixed"]
