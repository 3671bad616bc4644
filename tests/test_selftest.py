"""The checker tested by mutants, and the test itself by checkers that see nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from stated import record

from verifier.engine.outcome import Outcome, evidence
from verifier.engine.settings import Settings
from verifier.language.expression import parse
from verifier.language.printing import show
from verifier.reading.record import Record
from verifier.running import desk, selftest
from verifier.running.mutants import mutants

FEW = Settings(draws=24)
QUADRATIC = {
    "where": {"x": "vector(n)", "A": "matrix(n, n)"},
    "function": "x.T @ A @ x",
    "wrt": "x",
    "numerator": "x.T @ (A + A.T)",
}


def blind(records: Sequence[Record], settings: Settings) -> list[list[Outcome]]:
    """Find everything true, by floating point."""
    found = Outcome("holds", evidence("float"))
    return [[found for _ in record.claims] for record in records]


def shy(records: Sequence[Record], settings: Settings) -> list[list[Outcome]]:
    """Know nothing."""
    found = Outcome("inconclusive", evidence("float"))
    return [[found for _ in record.claims] for record in records]


def broken(records: Sequence[Record], settings: Settings) -> list[list[Outcome]]:
    """Fail by a fault of its own."""
    raise ArithmeticError("broken")


def names(text: str) -> dict[str, list[str]]:
    """Return the mutants of a claim by the name of the mutation."""
    found: dict[str, list[str]] = {}
    for name, tree in mutants(parse(text)):
        found.setdefault(name, []).append(show(tree))
    return found


@pytest.mark.parametrize(
    ("claim", "name", "mutant"),
    [
        ("A.T @ x", "drop .T", "A @ x"),
        ("A @ B", "swap factors", "B @ A"),
        ("A @ x", "* for @", "A * x"),
        ("A * B", "@ for *", "A @ B"),
        ("A - B", "sign", "A + B"),
        ("2 * x", "factor 2", "2 * (2 * x)"),
        ("A + B", "drop a term", "B"),
        ("A - B", "drop a term", "-B"),
        ("x.T @ (A + A.T)", "2 A for A + A.T", "x.T @ (2 * A)"),
        ("vec(X)", "row-major vec", "vec(X.T)"),
        ("x**2", "exponent off by one", "x**3"),
        ("inv(A)", "drop inv", "A"),
        ("kron(A, B)", "swap arguments", "kron(B, A)"),
        ("commutation(m, n)", "swap arguments", "commutation(n, m)"),
        ("x", "factor 1 + 1e-9", "1.000000001 * x"),
    ],
)
def test_mutation_is_made(claim, name, mutant):
    assert mutant in names(claim)[name]


def test_every_mutant_of_a_true_claim_fails_or_is_the_claim_itself():
    census = selftest.run([record(**QUADRATIC)], FEW, jobs=1)
    assert census.survivors == []
    assert census.kill_rate == 1
    assert {"drop .T", "2 A for A + A.T", "factor 1 + 1e-9"} <= set(census.killed)


def test_a_mutant_in_other_words_is_recognised_by_exact_arithmetic():
    body = {"where": {"A": "matrix(n, n)", "B": "matrix(n, n)"}, "value": "tr(A @ B)"}
    census = selftest.run([record(**body, both="tr(B @ A)")], FEW, jobs=1)
    assert [mutant.name for mutant in census.equivalent] == ["swap factors"] * 2
    assert census.survivors == []


@pytest.mark.parametrize("checker", ["blind", "shy"])
def test_a_checker_that_sees_nothing_lets_every_mutant_survive(checker, monkeypatch):
    monkeypatch.setattr(desk, "WORK", f"test_selftest:{checker}")
    census = selftest.run([record(**QUADRATIC)], FEW, jobs=1)
    assert sum(census.killed.values()) == 0
    assert census.kill_rate == 0
    assert len(census.survivors) > 5


def test_a_checker_that_crashes_kills_nothing(monkeypatch):
    monkeypatch.setattr(desk, "WORK", "test_selftest:broken")
    census = selftest.run([record(**QUADRATIC)], FEW, jobs=1)
    assert not census.killed
    assert all("crashed" in why for _, why in census.survivors)


def test_a_mutant_without_any_value_is_counted_apart():
    body = {"where": {"s": "positive"}, "value": "s**s"}
    census = selftest.run([record(**body, both="(2 * s - s)**s")], FEW, jobs=1)
    assert [m.text for m in census.without_value] == ["(-s)**s"] * 2
    assert census.survivors == []


def test_what_is_undecided_and_has_values_survives():
    census, mutant = selftest.Census(), selftest.Mutant("m", "both", "sign", "-x")
    census.count(mutant, Outcome("inconclusive", evidence("float", undefined=5)))
    census.count(
        mutant, Outcome("inconclusive", evidence("float", draws=1, undefined=5))
    )
    census.count(mutant, Outcome("inconclusive", evidence("float")))
    assert census.without_value == [mutant]
    assert len(census.survivors) == 2
