"""Derivations line by line: each line holds, wrong ones do not, and a person can read
why one follows from the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from stated import statement

from verifier.deriving.lines import Step, records, verified
from verifier.deriving.links import NoRule
from verifier.deriving.steps import MOST_STEPS, steps
from verifier.engine.settings import Settings
from verifier.language.statement import Statement
from verifier.output.derived_steps import steps_text
from verifier.results.model import Result
from verifier.running.catalogue import Selection
from verifier.running.session import run

MATRICES = {"A": "matrix(n, n)", "B": "matrix(n, n)", "X": "invertible(n)"}
CASES = {
    "quadratic form": (
        {"x": "vector(n)", "A": "matrix(n, n)"},
        ("x.T @ A @ x", "x", "denominator"),
    ),
    "least squares": (
        {"w": "vector(n)", "X": "matrix(m, n)", "y": "vector(m)", "c": "positive"},
        ("norm(X @ w - y)**2 + c * w.T @ w", "w", "numerator"),
    ),
    "log det": (
        {"X": "matrix(n, m)", "A": "positive_definite(n)"},
        ("logdet(A + X @ X.T)", "X", "denominator"),
    ),
    "trace with inverse": (MATRICES, ("tr(A @ inv(X) @ B)", "X", "denominator")),
    "cross entropy": (
        {"W": "matrix(k, n)", "x": "vector(n)", "y": "probability_vector(k)"},
        ("-y.T @ log(softmax(W @ x))", "W", "denominator"),
    ),
    "two layers": (
        {"W": "matrix(k, n)", "V": "matrix(m, k)", "x": "vector(n)", "y": "vector(m)"},
        ("norm(V @ sigmoid(W @ x) - y)**2 / 2", "W", "denominator"),
    ),
    "Frobenius norm": (
        {"X": "matrix(n, m)", "A": "matrix(p, n)", "B": "matrix(p, m)"},
        ("norm(A @ X - B)**2", "X", "mixed"),
    ),
    "determinant": (MATRICES, ("det(X)", "X", "denominator")),
    "matrix by scalar": (
        {**MATRICES, "t": "scalar"},
        ("inv(X + t * B)", "t", "numerator"),
    ),
    "Jacobian": (
        {"x": "vector(n)", "A": "matrix(m, n)"},
        ("tanh(A @ x)", "x", "denominator"),
    ),
    "stacked": (
        {"X": "matrix(n, m)", "A": "matrix(p, n)", "B": "matrix(m, q)"},
        ("A @ X @ B", "X", "numerator"),
    ),
    "Hessian": (
        {"x": "vector(n)", "A": "matrix(m, n)", "b": "vector(m)"},
        ("norm(A @ x - b)**2", "x", "hessian"),
    ),
    "independent entries": (
        {"S": "symmetric(n)", "A": "matrix(n, n)"},
        ("tr(A @ S @ S)", "S", "denominator"),
    ),
}


def stated(name: str) -> tuple[Statement, str]:
    where, (function, wrt, field) = CASES[name]
    more = {"entries": "independent"} if name == "independent entries" else {}
    id = name.lower().replace(" ", "-")
    found = statement(
        id=id, where=where, function=function, wrt=wrt, **{field: "0"}, **more
    )
    return found, field


@cache
def derived(name: str) -> tuple[Step, ...]:
    return tuple(steps(*stated(name)))


def told(name: str) -> list[Step]:
    return list(derived(name))


WRONG = {1: "x.T @ A @ dx + x.T @ A @ dx", -1: "2 * A @ x"}
"""Lines of the quadratic form that hold for a symmetric A only."""


def misled() -> tuple[list[Step], Statement]:
    """Return the lines of a quadratic form, some of them wrong."""
    found = told("quadratic form")
    for i, right in WRONG.items():
        found[i] = replace(found[i], right=right)
    where, (function, wrt, field) = CASES["quadratic form"]
    return found, statement(
        id="misled", where=where, function=function, wrt=wrt, **{field: "0"}
    )


def clashing() -> tuple[list[Step], Statement]:
    """Return the lines of a record with a `dU` that is no change of its `U`."""
    asked = statement(
        id="clashing",
        where={"x": "scalar", "B": "invertible(n)"},
        let={"U": "x * B", "dU": "B @ B"},
        function="tr(dU @ inv(U))",
        wrt="x",
        numerator="0",
    )
    return steps(asked, "numerator"), asked


@pytest.fixture(scope="module")
def results() -> Sequence[Result]:
    """Verify all lines of this module in one run."""
    asked = [
        *(r for name in CASES for r in records(told(name), stated(name)[0])),
        *records(*misled()),
        *records(*clashing()),
    ]
    report = run(
        Selection(tuple(asked), (), 1),
        Settings(0, 8, diagnose=False),
        jobs=1,
        fresh=True,
    )
    assert report.problems == []
    assert {result.id for result in report.results} == {one.id for one in asked}
    return report.results


def line(right: str, found: list[Step]) -> Step:
    return next(one for one in found if one.right == right)


@pytest.mark.parametrize("name", CASES)
def test_every_line_of_a_derivation_holds(name, results):
    asked, _ = stated(name)
    ids = {record.id for record in records(told(name), asked)}
    verdicts = [(r.text, r.verdict) for r in results if r.id in ids]
    assert verdicts
    assert {verdict for _, verdict in verdicts} == {"holds"}
    assert verified(told(name), asked, results) == told(name)


def test_a_wrong_line_fails_and_is_not_shown(results):
    found, asked = misled()
    failing = {r.text for r in results if r.verdict == "fails"}
    assert failing == set(WRONG.values())
    assert verified(found, asked, results) == [found[0], *found[2:-1]]


def test_a_line_without_a_result_is_not_shown_and_nor_is_a_name_without_a_line():
    asked, _ = stated("least squares")
    assert verified(told("least squares"), asked, []) == []


@pytest.mark.parametrize("name", CASES)
def test_a_derivation_ends_with_the_derivative_and_is_short(name):
    found = told(name)
    assert 1 <= len(found) <= MOST_STEPS
    assert found[-1].field == stated(name)[1]
    assert all(one.reason for one in found)
    assert len({(one.left, one.right, one.entries) for one in found}) == len(found)


def test_quadratic_form_is_derived_as_in_the_books():
    assert steps_text(told("quadratic form")).splitlines() == [
        "   df = dx.T @ A @ x + x.T @ A @ dx     product rule",
        "      = x.T @ A.T @ dx + x.T @ A @ dx   a scalar is its own transpose",
        "      = x.T @ (A + A.T) @ dx            terms collected",
        "df/dx = (A + A.T) @ x"
        "                   read off: df = g.T @ dx, so the gradient is g",
    ]


def test_documentation_shows_what_is_derived():
    page = Path(__file__).parent.parent / "docs" / "deriving.md"
    assert steps_text(told("least squares")) in page.read_text(encoding="utf-8")


def test_inner_functions_have_names_and_are_written_out_at_last():
    found = told("least squares")
    assert (found[0].left, found[0].right, found[0].field) == ("u", "X @ w - y", "")
    assert line("X @ dw", found).left == "du"
    assert line("2 * (u.T @ X + c * w.T)", found).left == "df/dw"
    assert found[-1].right == "2 * ((X @ w - y).T @ X + c * w.T)"
    assert found[-1].reason == "u written out"


@pytest.mark.parametrize(
    ("name", "right", "reason"),
    [
        ("log det", "tr(inv(M) @ dM)", "the differential of logdet"),
        ("trace with inverse", "-tr(A @ inv(X) @ dX @ inv(X) @ B)",
         "d(inv(X)) = -inv(X) @ dX @ inv(X)"),
        ("trace with inverse", "-tr(inv(X) @ B @ A @ inv(X) @ dX)",
         "the trace is cyclic"),
        ("stacked", "kron(B.T, A) @ vec(dX)", "vec(A @ M @ B) = kron(B.T, A) @ vec(M)"),
        ("Jacobian", "diag(1 - tanh(u)**2) @ A @ dx", "a * v = diag(a) @ v"),
        ("Frobenius norm", "2 * tr(M.T @ A @ dX)", "dM put in"),
        ("Hessian", "2 * A.T @ A", "read off: dg = H @ dx"),
    ],
)  # fmt: skip
def test_reasons_name_the_rule_of_a_line(name, right, reason):
    assert line(right, told(name)).reason == reason


def test_symmetric_matrices_are_named_as_the_reason():
    where = {"x": "vector(n)", "S": "symmetric(n)"}
    asked = statement(where=where, function="x.T @ S @ x", wrt="x", numerator="0")
    found = line("2 * x.T @ S @ dx", steps(asked, "numerator"))
    assert found.reason == "a scalar is its own transpose; S is symmetric"


def test_the_last_line_is_by_the_independent_entries():
    *_, by_all, last = told("independent entries")
    assert (by_all.entries, by_all.right) == ("all", "A.T @ S + S @ A.T")
    assert last.entries == "independent"
    assert last.reason.startswith("S is symmetric: ")


def test_names_of_inner_functions_are_not_those_of_the_record():
    where = {"u": "vector(n)", "v": "scalar", "dw": "scalar", "A": "matrix(n, n)"}
    asked = statement(
        where=where, function="sum(exp(A @ u)) + v * dw", wrt="u", numerator="0"
    )
    assert steps(asked, "numerator")[0].left == "z"


def test_a_name_of_let_that_is_taken_for_a_change_is_none(results):
    found, asked = clashing()
    assert not any(one.field and one.left == "dU" for one in found)
    assert verified(found, asked, results) == found


def test_abbreviations_of_the_record_are_explained_before_they_are_used():
    asked = statement(
        where={"K": "positive_definite(n)", "y": "vector(n)"},
        let={"a": "inv(K) @ y"},
        function="-y.T @ inv(K) @ y / 2 - logdet(K) / 2",
        wrt="K",
        denominator="0",
    )
    found = steps(asked, "denominator")
    names = [one.left for one in found]
    assert found[-1].right == "(a @ a.T - inv(K)) / 2"
    assert names.index("a") < len(names) - 1


def test_a_function_without_a_rule_has_no_derivation():
    where = {"x": "vector(n)", "f": "vector(n) -> vector(m)"}
    asked = statement(where=where, function="f(x)", wrt="x", hessian="0")
    with pytest.raises(NoRule):
        steps(asked, "hessian")


def test_no_lines_are_no_text():
    assert steps_text([]) == ""


def test_the_reason_of_a_long_line_stands_below_it():
    long = Step("df", "x + " * 20 + "x", "why", field="differential")
    short = Step("df", "x", "so", field="differential")
    assert steps_text([long, short]).splitlines() == [
        f"df = {long.right}",
        "         why",
        "   = x   so",
    ]
