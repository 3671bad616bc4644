"""A plan for each function: which programs at which operands, each computed once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from executed import Job, by_xla, experiment, whole
from stated import statement

from verifier.engine import traced
from verifier.engine.function import Derivative, Function
from verifier.engine.plan import NUMPY, XLA
from verifier.language.statement import Statement
from verifier.language.term import Term, shared, terms


@pytest.fixture(autouse=True, scope="module")
def _double() -> None:
    traced.configure("float64")


def function(body: str, wrt: Any = "x", **where: str) -> Statement:
    given = where or {"x": "vector(n)", "A": "matrix(n, n)", "y": "vector(n)"}
    return statement(where=given, function=body, wrt=wrt, differential="0")


def test_functions_alike_up_to_names_share_a_plan():
    one = Function(function("x.T @ A @ x"))
    other = statement(
        where={"p": "vector(k)", "Q": "matrix(k, k)"},
        function="p.T @ Q @ p", wrt="p", differential="0",
    )  # fmt: skip
    assert Function(other).plan is one.plan
    assert Function(function("A @ x")).plan is not one.plan


def test_what_is_differentiated_twice_has_another_plan():
    fields = {"where": {"x": "vector(n)"}, "function": "sum(x**3)", "wrt": "x"}
    first = Function(statement(**fields, denominator="3 * x**2"))
    second = Function(statement(**fields, hessian="6 * diag(x)"))
    assert not first.recipe.second
    assert second.recipe.second
    assert first.plan is not second.plan


def test_what_is_written_twice_is_one_step():
    steps = Function(function("sum(exp(A @ x)) * sum(exp(A @ x))")).recipe.steps
    assert len(steps) == 4  # @, exp, sum, *
    assert steps[-1][1][0] == steps[-1][1][1]


def test_what_does_not_move_is_a_leaf_and_no_step():
    made = Function(function("x + inv(A @ A) @ y"))
    assert len(made.recipe.steps) == 1
    (leaf,) = made.leaves
    assert isinstance(leaf, Term)
    assert leaf.op == "matmul"


@pytest.mark.parametrize(
    "body", ["unvec(x, m, n) @ unvec(x, n, m)", "unvec(x, n, m) @ unvec(x, m, n)"]
)
def test_one_row_at_the_same_operand_and_other_sizes_is_another_step(body):
    stated = function(body, x="vector(m*n)")
    made = Function(stated)
    assert len(made.recipe.steps) == 3
    blocks = experiment(stated, 24).blocks
    assert any(b.case.sizes["m"] == b.case.sizes["n"] > 1 for b in blocks)
    assert any(b.case.sizes["m"] != b.case.sizes["n"] for b in blocks)
    for block in blocks:
        found = whole(made, block)
        assert found.value is not None
        np.testing.assert_allclose(found.value, block.of(stated.body), rtol=1e-12)
        np.testing.assert_allclose(found.forward["x"], found.reverse["x"], rtol=1e-12)


def test_a_point_may_come_several_times_each_along_another_direction():
    stated = function("A @ x")
    block = experiment(stated, 12).blocks[0]
    A, n = block.evaluation.values["A"][0, 0], block.case.sizes["n"]
    v, u = np.eye(n)[..., None], np.eye(n)[..., None]
    found = Function(stated).run(block.evaluation, {"x": v}, u, np.zeros(n, int))
    np.testing.assert_allclose(found.forward[..., 0].T, A)
    np.testing.assert_allclose(found.reverse["x"][..., 0], A)


def test_results_have_an_axis_of_points_also_where_nothing_moves():
    stated = function("A @ y", ["x"])
    block = experiment(stated, 12).blocks[0]
    n, count = block.case.sizes["n"], len(block.draws)
    v = u = np.ones((count, n, 1))
    found = Function(stated).run(block.evaluation, {"x": v}, u, np.arange(count))
    assert found.value.shape == found.forward.shape == (count, n, 1)
    assert not found.forward.any()
    assert not found.reverse["x"].any()


def test_both_executors_run_a_plan_and_are_kept_by_sizes():
    stated = function("exp(A @ x) / norm(x)")
    block = experiment(stated, 12).blocks[0]
    made = Function(stated)
    n, count = block.case.sizes["n"], len(block.draws)
    v = u = np.ones((count, n, 1))
    one, other = (
        made.run(block.evaluation, {"x": v}, u, np.arange(count), executor)
        for executor in (NUMPY, XLA)
    )
    np.testing.assert_allclose(one.value, other.value, rtol=1e-12)
    np.testing.assert_allclose(one.forward, other.forward, rtol=1e-12)
    np.testing.assert_allclose(one.reverse["x"], other.reverse["x"], rtol=1e-12)
    sizes = made.sizes(block.evaluation)
    for executor in (NUMPY, XLA):
        assert made.plan.at(sizes, executor) is made.plan.at(sizes, executor)
    assert made.plan.at(sizes, NUMPY) is not made.plan.at(sizes, XLA)


@pytest.mark.parametrize("property", ["", "convex ", "concave ", "positive "])
def test_function_symbols_are_differentiated_as_they_are_evaluated(property):
    where = {"x": "vector(n)", "f": f"{property}vector(n) -> scalar"}
    stated = function("f(2 * x) * f(x)", **where)
    block = experiment(stated, 12).blocks[1]
    job = Job(Function(stated), block.evaluation, len(block.draws))
    found = job.by_numpy()
    np.testing.assert_allclose(found[0], block.of(stated.body), rtol=1e-12)
    assert len(found) == 3
    for X, Y in zip(found, by_xla([job])[0], strict=True):
        np.testing.assert_allclose(X, Y, rtol=1e-11)


def test_pieces_are_put_together_and_taken_apart():
    rows = np.arange(6.0).reshape(3, 2, 1)
    one = Derivative(rows, 2 * rows, {"x": 3 * rows}, (4 * rows, 5 * rows))
    again = Derivative.joined([one.only(slice(0, 1)), one.only(slice(1, None))])
    assert np.array_equal(again.value, rows)
    assert np.array_equal(again.forward, 2 * rows)
    assert np.array_equal(again.reverse["x"], 3 * rows)
    assert again.hessian is not None
    assert np.array_equal(again.hessian[0], 4 * rows)
    assert np.array_equal(again.hessian[1], 5 * rows)
    assert Derivative.joined([one]) is one


def test_what_is_written_twice_is_one_node_of_a_term():
    given = {"x": "vector(n)", "A": "matrix(n, n)"}
    one = statement(where=given, value="tr(A @ A) + x.T @ A @ x", both="0")
    body = shared(one.body)
    found = [term for term in terms(body) if term.op == "variable"]
    assert sorted(term.name for term in found) == ["A", "x"]
    assert len(list(terms(one.body))) > len(list(terms(body)))
    assert show_term(body) == show_term(one.body)
    assert shared(body) is body


def show_term(term: Term) -> str:
    return f"{term.op}{term.name}({', '.join(map(show_term, term.args))})"
