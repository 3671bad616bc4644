"""Every draw is compared: along directions, the first of each case in all entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from stated import quadratic, statement

from verifier.engine import traced
from verifier.engine.comparison import compared, left_whole, sides
from verifier.engine.draws import LANES
from verifier.engine.experiment import NOISY, Experiment
from verifier.engine.points import Points
from verifier.engine.settings import Settings
from verifier.judging.counting import tally_of
from verifier.judging.kinks import mark_kinks
from verifier.judging.tally import Tally

DRAWS = 48
FUNCTIONS: dict[str, dict[str, Any]] = {
    "row": quadratic(numerator="x.T @ (A + A.T)"),
    "column": quadratic(numerator=None, denominator="(A + A.T) @ x"),
    "hessian": quadratic(numerator=None, hessian="A + A.T"),
    "matrix by scalar": {
        "where": {"s": "scalar", "A": "matrix(m, n)"},
        "function": "exp(s) * A",
        "wrt": "s",
        "denominator": "exp(s) * A.T",
    },
    "vector by vector": {
        "where": {"x": "vector(n)", "A": "matrix(m, n)"},
        "function": "sin(A @ x)",
        "wrt": "x",
        "numerator": "diag(cos(A @ x)) @ A",
    },
    "matrix by matrix": {
        "where": {"X": "matrix(m, n)", "A": "matrix(n, p)"},
        "function": "X @ A",
        "wrt": "X",
        "numerator": "kron(A.T, eye(m))",
    },
    "scalar by matrix": {
        "where": {"X": "invertible(n)"},
        "function": "logdet(X)",
        "wrt": "X",
        "denominator": "inv(X).T",
    },
    "differential": {
        "where": {"X": "matrix(m, n)", "Y": "matrix(n, p)"},
        "function": "X @ Y",
        "wrt": ["X", "Y"],
        "differential": "dX @ Y + X @ dY",
    },
    "value": {"where": {"A": "matrix(m, n)"}, "value": "exp(A)", "both": "exp(A)"},
}


@pytest.fixture(autouse=True, scope="module")
def _double() -> None:
    traced.configure("float64")


def experiment(fields: dict[str, Any], draws: int = DRAWS) -> Experiment:
    given = {name: text for name, text in fields.items() if text is not None}
    one = Experiment(statement(**given), Settings(draws=draws))
    one.differentiate()
    mark_kinks(one)
    return one


def moved(
    one: Experiment, claim: Any, change: Callable[..., Any], monkeypatch: Any
) -> Tally:
    """Return the tally of a claim whose values are changed after it is evaluated."""
    of = Points.of

    def changed(self: Points, term: Any) -> Any:
        X = of(self, term)
        return change(X.copy(), self) if term is claim.term else X

    monkeypatch.setattr(Points, "of", changed)
    return tally_of(one, claim)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_right_claim_holds_at_every_draw(key):
    one = experiment(FUNCTIONS[key])
    assert one.statement.claims
    for claim in one.statement.claims:
        found = tally_of(one, claim)
        assert len(found.holding) == found.usable == DRAWS
        assert max(spot.R for spot in found.holding) <= 32


@pytest.mark.parametrize("place", [(0, 0), (-1, -1)])
@pytest.mark.parametrize("key", FUNCTIONS)
def test_one_wrong_entry_is_seen_at_every_draw(key, place, monkeypatch):
    one = experiment(FUNCTIONS[key])
    claim = one.statement.claims[0]

    def change(X: Any, _: Any) -> Any:
        X[(..., *place)] += 1e-6 * abs(X).max(axis=(-2, -1))
        return X

    found = moved(one, claim, change, monkeypatch)
    assert len(found.failing) == found.usable == DRAWS
    assert min(spot.R for spot in found.failing) >= 1000


@pytest.mark.parametrize("key", [key for key in FUNCTIONS if key != "value"])
def test_whole_left_side_at_the_first_draws_is_the_claim(key):
    one = experiment(FUNCTIONS[key])
    claim = one.statement.claims[0]
    assert len(one.blocks) > 4
    for block in one.blocks:
        whole = block.wholes[0]
        claimed = whole.of(claim.term)
        for mode in ("forward", "reverse"):
            left = left_whole(one, claim, block, whole, mode)
            assert left.shape == claimed.shape == (LANES, 1, *left.shape[2:])
            np.testing.assert_allclose(left, claimed, rtol=1e-9, atol=1e-12)


def test_small_wrong_entry_is_not_drowned_by_large_ones_elsewhere(monkeypatch):
    fields = {
        "where": {"x": "vector(3)", "s": "scalar"},
        "function": "diag(1e9 * unit(1, 3) + unit(2, 3) + 1e-9 * unit(3, 3)) @ x",
        "wrt": "x",
        "numerator": "diag(1e9 * unit(1, 3) + unit(2, 3) + 1e-9 * unit(3, 3))",
    }
    one = experiment(fields)
    claim = one.statement.claims[0]

    def change(X: Any, _: Any) -> Any:
        X = np.array(X)
        X[..., 0, 2] += 1e-9
        return X

    found = moved(one, claim, change, monkeypatch)
    assert len(found.failing) == DRAWS


def test_derivative_that_both_modes_agree_in_is_what_a_claim_must_equal():
    one = experiment(FUNCTIONS["vector by vector"])
    claim = one.statement.claims[0]
    for block in one.blocks:
        assert block.along is not None
        known = block.along.derivative
        reverse = {name: 2 * X for name, X in known.reverse.items()}
        bad = replace(known, forward=2 * known.forward, reverse=reverse)
        block.along = replace(block.along, derivative=bad)
        block.wholes.clear()
    assert len(tally_of(one, claim).failing) == DRAWS


def test_sides_compared_are_of_one_shape_and_scale():
    for key, fields in FUNCTIONS.items():
        one = experiment(fields, 12)
        claim = one.statement.claims[0]
        for block in one.blocks:
            found = compared(one, claim, block, claim.term)
            assert len(found.pairs) == (1 if key == "value" else 2)
            for pair in (*found.pairs, *filter(None, [found.modes])):
                assert pair.left.shape == pair.right.shape == pair.size.shape
                assert (abs(pair.right) <= pair.size * (1 + 1e-12) + 1e-300).all()
            left, right = sides(one, claim, block, 0)
            assert left.shape == right.shape


def test_noise_opens_what_cancels_and_leaves_what_does_not():
    where = {"x": "vector(n)"}
    twice = "2 * sin(10**15 * x / 2) * cos(10**15 * x / 2)"
    noisy = {"where": where, "value": "sin(10**15 * x)", "both": twice}
    found = tally_of(*claimed(experiment(noisy)))
    assert len(found.open) == found.usable == DRAWS
    assert [spot.R for spot in found.open] == sorted(
        (spot.R for spot in found.open), reverse=True
    )
    steady = {"where": where, "value": "sin(x)", "both": twice.replace("10**15 * ", "")}
    assert len(tally_of(*claimed(experiment(steady))).holding) == DRAWS


def claimed(one: Experiment) -> tuple[Experiment, Any]:
    return one, one.statement.claims[0]


def test_draws_beyond_those_whose_noise_is_known_count_as_much(monkeypatch):
    """With many draws to a case the last ones are compared as the first ones are."""
    draws = 5 * (NOISY + 6)
    fields = quadratic(numerator="x.T @ (A + A.T)")
    one = experiment(fields, draws)
    assert len(one.blocks) == 5
    assert all(len(block.draws) > NOISY for block in one.blocks)
    assert all(block.points.lanes.shape == (LANES, NOISY) for block in one.blocks)
    claim = one.statement.claims[0]
    assert tally_of(one, claim).held == draws

    def change(X: Any, points: Any) -> Any:
        # The last draw of each case, and its copies when they are asked for.
        last = {block.draws.numbers[-1] for block in one.blocks}
        wrong = np.isin(numbers[id(points)], list(last))
        X[wrong, 0, 0] += 1e-6
        return X

    numbers = {
        id(block.points): block.draws.numbers[block.points.origin]
        for block in one.blocks
    }
    noted = Experiment.noted

    def known(self: Experiment, block: Any, rows: Any) -> Any:
        points, along = noted(self, block, rows)
        kept.append(points)  # so that no other has its id
        numbers[id(points)] = block.draws.numbers[rows][points.origin]
        return points, along

    kept: list[Any] = []
    monkeypatch.setattr(Experiment, "noted", known)
    found = moved(one, claim, change, monkeypatch)
    assert found.usable == draws
    assert len(kept) == len(one.blocks)
    assert sorted((id(s.block), s.draw) for s in found.failing) == sorted(
        (id(block), len(block.draws) - 1) for block in one.blocks
    )


def test_cases_of_different_shapes_are_weighed_each_by_itself(monkeypatch):
    one = experiment(FUNCTIONS["vector by vector"])
    claim = one.statement.claims[0]
    wrong = one.blocks[2]
    shape = compared(one, claim, wrong, claim.term).right.shape
    others = [
        b
        for b in one.blocks
        if compared(one, claim, b, claim.term).right.shape != shape
    ]
    assert others

    def change(X: Any, _: Any) -> Any:
        if X.shape == shape:
            X[..., 0, 0] += 1e-3
        return X

    found = moved(one, claim, change, monkeypatch)
    assert found.failing
    assert {id(s.block) for s in found.failing} == {
        id(b) for b in one.blocks if b not in others
    }


def test_of_many_draws_that_differ_alike_some_are_looked_at_and_all_are_counted(
    monkeypatch,
):
    draws = 5 * (NOISY + 400)
    one = experiment(quadratic(numerator="x.T @ (A + A.T)"), draws)
    claim = one.statement.claims[0]

    def change(X: Any, _: Any) -> Any:
        return 2 * X

    found = moved(one, claim, change, monkeypatch)
    assert found.usable == draws
    assert len(found.failing) + found.alike == draws
    assert found.alike > 0
    assert (found.held, found.holding, found.open) == (0, [], [])
