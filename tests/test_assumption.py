"""What a record assumes of sizes, and which matrices commute: read, drawn, advised."""

from __future__ import annotations

import numpy as np
import pytest
from patients import patient, said, value
from stated import only_problem, record, statement

from verifier.diagnosis.search import diagnosis_of
from verifier.engine import numeric
from verifier.engine.draws import Source, values
from verifier.engine.experiment import Experiment
from verifier.engine.finding import Finding
from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.settings import Settings
from verifier.judging.exact import compared
from verifier.judging.judge import verdict_on
from verifier.language.sizes import beyond
from verifier.reading.record import records_of
from verifier.reading.source import Source as Text
from verifier.reading.writing import yaml_of

X = {"X": "matrix(m, n)"}
SQUARE = {"A": "matrix(n, n)", "B": "matrix(n, n)"}
WHOLE = {"A": "matrix(n, n)", "k": "integer", "i": "index(n)", "j": "index(n)"}


def verdict(body, claim, where, assume=None, draws=64):
    more = {} if assume is None else {"assume": assume}
    found = statement(where=where, value=body, numerator=claim, **more)
    experiment = Experiment(found, Settings(draws=draws))
    return verdict_on(experiment, experiment.statement.claims[0]).verdict


@pytest.mark.parametrize(
    ("where", "assume", "holds"),
    [
        (X, "m >= n", lambda m, n: m >= n),
        (X, "m > n", lambda m, n: m > n),
        (X, "m <= n", lambda m, n: m <= n),
        (X, "n > m", lambda m, n: n > m),
        (X, ["m >= n", "n >= 2"], lambda m, n: m >= n >= 2),
        (X, "m >= n >= 2", lambda m, n: m >= n >= 2),
        (X, ["m >= n", "m <= n"], lambda m, n: m == n),
        (X, "m >= 2*n - 1", lambda m, n: m >= 2 * n - 1),
        (X, "n < m + n/2", lambda m, n: n < m + n / 2),
        (WHOLE, "k >= 0", lambda k, **_: k >= 0),
        (WHOLE, ["1 <= k <= 3", "i < j"], lambda k, i, j, n: 1 <= k <= 3 and i < j),
        (WHOLE, "k <= n", lambda k, n, **_: k <= n),
    ],
)
def test_sizes_and_whole_numbers_are_drawn_as_is_assumed(where, assume, holds):
    body = next(iter(where))
    found = statement(where=where, value=body, both=body, assume=assume)
    drawn = Experiment(found, Settings()).cases
    drawn += beyond(sorted(found.sizes), found.demands, found.whole, 0, "one")
    assert len(drawn) >= 5
    assert all(holds(**case.numbers) for case in drawn)
    # All that may be drawn is: pairs of small sizes that are allowed.
    if where is X:
        small = [(m, n) for m in range(1, 6) for n in range(1, 6) if holds(m, n)]
        assert {(c.sizes["m"], c.sizes["n"]) for c in drawn} >= {*small}
    exact = compared(found, found.claims[0], [], 0)
    assert exact is None or all(holds(**sizes) for sizes in exact.sizes)


@pytest.mark.parametrize(
    ("body", "claim", "where", "assume"),
    [
        ("pinv(X) @ X", "eye(n)", X, "m >= n"),
        ("X @ pinv(X)", "eye(m)", X, "m <= n"),
        ("pinv(X)", "inv(X.T @ X) @ X.T", X, "n <= m"),
        ("logdet(X.T @ X + eye(n))", "logdet(X.T @ X + eye(n)) * step(n - 1)", X,
         "n >= 2"),
        ("sqrt(k**2) * A", "k * A", WHOLE, "k >= 0"),
        ("(unit(i, n).T @ A @ unit(j, n)) * step(j - i)",
         "unit(i, n).T @ A @ unit(j, n)", WHOLE, "i < j"),
    ],
)  # fmt: skip
def test_claim_for_some_sizes_only_holds_under_its_assumption(
    body, claim, where, assume
):
    assert verdict(body, claim, where, assume) == HOLDS
    assert verdict(body, claim, where) == FAILS or "inv" in claim
    assert verdict(body, f"({claim}) * (1 + 1/64)", where, assume) == FAILS


@pytest.mark.parametrize(
    ("body", "claim", "where", "advice"),
    [
        ("pinv(X) @ X", "eye(n)", X, "m >= n"),
        ("X @ pinv(X)", "eye(m)", X, "m <= n"),
        ("det(X.T @ X) * eye(m)", "zeros(m, m)", X, "m < n"),
        ("x**k", "x**abs(k)", {"x": "scalar", "k": "integer"}, "k >= 0"),
        ("expm(A + B)", "expm(A) @ expm(B)", SQUARE, "commute(A, B)"),
        ("A @ B @ A", "B @ A @ A", {"A": "symmetric(n)", "B": "positive_definite(n)"},
         "commute(A, B)"),
    ],
)  # fmt: skip
def test_diagnosis_says_what_to_assume(body, claim, where, advice):
    found = said(body, claim, **where)["text"]
    assert f"`assume: {advice}`" in found
    assert verdict(body, claim, where, advice) == HOLDS


def test_derivative_that_needs_two_matrices_to_commute_is_told_so():
    fields = {"function": "tr(A @ A @ B)", "wrt": "A", "numerator": "2 * A @ B"}
    found = Experiment(
        statement(where=SQUARE, assume="commute(A, B)", **fields), Settings(draws=16)
    )
    found.differentiate()
    assert verdict_on(found, found.statement.claims[0]).verdict == HOLDS


def test_advice_joins_what_is_assumed_already():
    where = {"A": "matrix(m, n)", "B": "matrix(p, n)"}
    fields = value("pinv(A) @ A @ pinv(B) @ B", "eye(n)", **where)
    found = diagnosis_of(patient(**fields, assume="m >= n"))["text"]
    assert "`assume: [m >= n, n <= p]`" in found


@pytest.mark.parametrize(
    ("where", "assume", "text", "hint"),
    [
        (X, "m => n", "`m => n` is no assumption", "write `>=` or `<=`"),
        (X, "m is large", "`large` is no size of this record", "the sizes are m, n"),
        (X, "m and n", "`m and n` is no assumption", "`commute(A, B)`"),
        (X, "m >= q", "`q` is no size of this record", "the sizes are m, n"),
        (X, "X >= 0", "`X` is no size: it is matrix(m, n)", "belongs to their types"),
        (X, "m == n", "sizes that are equal have one name", "in both types"),
        (X, "m != n", "say which is less", "`m > n` or `m < n`"),
        (X, "3 >= 2", "says nothing of the sizes", "such as `m >= n`"),
        (X, ["m > n", "n >= m"], "no sizes up to 9 are so that `m > n` and `n >= m`",
         ""),
        (X, "m >= 20", "no sizes up to 9 are so that `m >= 20`", "`n >= 2`"),
        (WHOLE, "k >= 9", "no whole numbers that are drawn", ""),
        (X, "symmetric(X)", "unknown assumption 'symmetric'", "`X: symmetric(n)`"),
        (X, "comute(X, X)", "unknown assumption 'comute'", "did you mean 'commute'?"),
        (SQUARE, "commute(A)", "takes two or more names of matrices", ""),
        (SQUARE, "commute(A, A)", "takes two or more names of matrices", ""),
        (SQUARE, "commute(A, B.T)", "takes two or more names of matrices", ""),
        (SQUARE, "commute(A, C)", "`C` is not declared", "`matrix(n, n)`"),
        ({**SQUARE, "x": "vector(n)"}, "commute(A, x)", "`x` is vector(n)", "types"),
        ({**X, "A": "matrix(n, n)"}, "commute(A, X)", "square and of one size", "X: m"),
        ({**SQUARE, "S": "symmetric(n)"}, "commute(A, S)", "all symmetric, or none",
         ""),
        ({**SQUARE, "C": "matrix(n, n)"}, ["commute(A, B)", "commute(A, C)"],
         "`A` is assumed to commute in two places", "`commute(A, B, C)`"),
        (X, "__import__('os')", "unknown assumption '__import__'", ""),
        (X, "m ≥ n", "GREATER-THAN OR EQUAL TO", "write '>='"),
    ],
)  # fmt: skip
def test_assumption_that_cannot_be_met_or_read_is_a_problem(where, assume, text, hint):
    name = next(iter(where))
    found = only_problem(where=where, value=name, both=name, assume=assume)
    assert text in found.text
    assert hint in found.hint
    assert (found.kind, found.field) in (
        ("assumption", "assume"), ("character", "assume")
    )  # fmt: skip


def test_what_moves_cannot_commute():
    fields = {"expansion": "expm(A + h)", "small": "h", "error": "o(h)"}
    where = {"A": "matrix(n, n)", "h": "matrix(n, n)"}
    claim = {"numerator": "expm(A) + expm(A) @ h"}
    found = only_problem(where=where, assume="commute(A, h)", **fields, **claim)
    assert "`h` moves, and cannot be assumed to commute" in found.text


GROUPS = {
    "general": {"A": "matrix(n, n)", "B": "matrix(n, n)", "C": "invertible(n)"},
    "symmetric": {
        "A": "symmetric(n)",
        "B": "positive_definite(n)",
        "C": "symmetric(n)",
    },
}


@pytest.mark.parametrize("where", GROUPS.values(), ids=GROUPS)
def test_matrices_that_commute_do_and_are_generic_otherwise(where):
    found = statement(where=where, value="A", both="A", assume="commute(A, B, C)")
    experiment = Experiment(found, Settings(draws=40))
    for draws in Source(found.values, experiment.cases, 0, "one").draw(40):
        at, _ = values(numeric, found.values, draws.raw, draws.case)
        for first, second in ("AB", "AC", "BC"):
            left, right = at[first] @ at[second], at[second] @ at[first]
            assert np.allclose(left, right, rtol=1e-9, atol=1e-9 * abs(left).max())
        n = draws.case.sizes["n"]
        for name, declared in where.items():
            if "symmetric" in declared or "definite" in declared:
                assert np.allclose(at[name], np.swapaxes(at[name], -1, -2))
            if "definite" in declared:
                assert (np.linalg.eigvalsh(at[name]) > 0).all()
            elif n > 1:  # no multiple of another, nor of the identity
                flat = at[name].reshape(-1, n * n)
                eye = np.eye(n).reshape(1, -1) * np.ones((len(flat), 1))
                other = at["B" if name == "A" else "A"].reshape(-1, n * n)
                for row in np.stack([flat, eye, other], axis=1)[:, : min(3, n)]:
                    assert np.linalg.matrix_rank(row / abs(row).max(1)[:, None]) > 1


@pytest.mark.parametrize("where", GROUPS.values(), ids=GROUPS)
@pytest.mark.parametrize(
    ("body", "claim", "same"),
    [
        ("A @ B", "B @ A", True),
        ("C @ A @ B", "B @ C @ A", True),
        ("inv(C) @ A", "A @ inv(C)", True),
        ("(A + B) @ (A - B)", "A @ A - B @ B", True),
        ("A @ B", "tr(B) / n * A", False),
        ("A @ B", "A @ C", False),
        ("A @ inv(B) @ B @ B", "B @ B @ A", False),
        ("A @ X", "X @ A", False),
    ],
)
def test_commuting_matrices_are_compared_in_the_field(where, body, claim, same):
    fields = {"where": {**where, "X": "matrix(n, n)"}, "value": body, "both": claim}
    found = statement(assume="commute(A, B, C)", **fields)
    exact = compared(
        found, found.claims[0], Experiment(found, Settings(draws=8)).cases, 0
    )
    assert exact is not None
    assert exact.finding is (Finding.SAME if same else Finding.DIFFERENT)
    assert verdict(body, claim, fields["where"], "commute(A, B, C)", 24) == (
        HOLDS if same else FAILS
    )


@pytest.mark.parametrize(
    "assume", ["m >= n", ["m >= n", "n >= 2"], ["commute(A, B)", "n >= 2"]]
)
def test_assumptions_are_written_as_they_are_read(assume):
    where = {**X, **SQUARE}
    one = record(where=where, value="A", both="A", assume=assume)
    (again,), problems = records_of(Text("a.yaml", yaml_of(one)))
    assert problems == []
    assert [text.value for text in again.assume] == [text.value for text in one.assume]
