"""When a failing claim holds: said only if many draws of all signs agree."""

from __future__ import annotations

import pytest
from patients import patient, said, value
from stated import statement

from verifier.diagnosis.assumptions import holds_at, of_class
from verifier.diagnosis.classes import narrowings
from verifier.diagnosis.commuting import of_pair
from verifier.diagnosis.conditions import of_draws
from verifier.diagnosis.trials import trials

TWO = {"a": "scalar", "b": "scalar"}
THREE = {"x": "scalar", "y": "scalar", "z": "scalar"}
VECTORS = {"x": "vector(n)", "y": "vector(n)"}


@pytest.mark.parametrize(
    ("body", "claim", "where", "words"),
    [
        ("abs(a + b)", "abs(a) + abs(b)", TWO, "a and b have the same sign"),
        ("relu(a + b)", "relu(a) + relu(b)", TWO, "a and b have the same sign"),
        ("sign(a + b)", "sign(a)", TWO, "a and b are positive"),
        ("maximum(a, b)**2", "maximum(a**2, b**2)", TWO, "a and b are positive"),
        ("sqrt(a**2) + sqrt(b**2)", "a + b", TWO, "a and b are positive"),
        ("abs(x * y * z)", "x * y * z", THREE, "x, y and z are positive"),
        ("abs(x)", "x", {"x": "scalar"}, "x is positive"),
        ("abs(a * x)", "a * x", {"a": "scalar", "x": "vector(n)"}, "a and x are"),
        ("norm(x) * norm(y)", "1", VECTORS, "x and y are unit vectors"),
        ("det(S)", "0", {"S": "skew(n)"}, "n is odd"),
        ("det(-A)", "det(A)", {"A": "matrix(n, n)"}, "n is even"),
        ("(-x)**k", "x**k", {"x": "scalar", "k": "integer"}, "k is even"),
    ],
)
def test_condition_is_the_one_that_is_true(body, claim, where, words):
    assert said(body, claim, **where)["text"].startswith(f"it holds when {words}")


def test_no_condition_is_said_where_none_is_true():
    found = said("sign(2 * x.T @ y - norm(x) * norm(y))", "1", **VECTORS)
    assert "it holds when" not in found["text"]


@pytest.mark.parametrize(
    ("body", "claim"), [("minimum(x, 20)", "x"), ("maximum(x, 1e-9)", "x")]
)
def test_condition_must_hold_far_from_zero_and_near_it(body, claim):
    one = patient(**value(body, claim, x="scalar"))
    assert of_draws(one) is None
    assert of_class(one) is None


def test_matrices_that_commute_do_so_in_more_ways_than_one():
    where = {"A": "matrix(n, n)", "B": "matrix(n, n)"}
    assert of_pair(patient(**value("A @ B", "B @ A", **where))) is not None
    special = patient(**value("B @ A", "A @ A @ A - A @ A", **where))
    assert of_pair(special) is None


def test_fewer_names_are_narrowed_before_more():
    stated = statement(where=THREE, value="x", numerator="x")
    found = [narrowing.names for narrowing in narrowings(stated)]
    assert found == [
        ("x",), ("y",), ("z",), ("x", "y"), ("x", "z"), ("y", "z"), ("x", "y", "z")
    ]  # fmt: skip


def test_names_of_several_types_are_positive_together():
    stated = statement(where={"a": "scalar", **VECTORS}, value="a", numerator="a")
    *_, last = narrowings(stated)
    assert last.words == "a, x and y are positive"
    narrowed = last.of(stated).types
    assert [str(narrowed[n]) for n in "ax"] == ["positive", "positive_vector(n)"]


def test_balls_correct_floats_where_a_side_is_zero_up_to_rounding():
    found = trials(patient(**value("det(S)", "0", S="skew(n)")))
    odd = [one for one in found if one.case.sizes["n"] % 2]
    even = [one for one in found if one.case.sizes["n"] % 2 == 0]
    assert not any(one.fails.any() for one in odd)
    # Balls are asked about the draws as they are, not about those that are scaled.
    assert all(one.holds.any() for one in odd if len(one.draws) > 16)
    assert all(one.fails.all() for one in even)


def test_many_draws_of_mixed_signs_are_looked_at():
    (first, *_) = trials(patient(**value("abs(a)", "a", a="scalar")))
    assert len(first.draws) >= 64
    assert {True, False} == set(first.holds.tolist())
    assert (first.holds == (first.values["a"][:, 0, 0] > 0)).all()


def test_claim_that_is_true_of_zero_only_holds_nowhere():
    one = patient(**value("2 * (A + A.T)", "norm(A) * (A + A.T)", A="matrix(n, n)"))
    skew = [n for n in narrowings(one.statement) if n.kind == "skew"]
    assert [holds_at(one, n.of(one.statement)) for n in skew] == [False]
