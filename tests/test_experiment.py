"""The cases of a record, one more that is asked for, and who runs its function."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from stated import quadratic, record, statement

from verifier.engine import experiment as stage
from verifier.engine import traced
from verifier.engine.experiment import LARGEST, Block, Experiment
from verifier.engine.function import Function
from verifier.engine.plan import NUMPY, XLA
from verifier.engine.settings import Settings
from verifier.running.verification import verify_chunk

FEW = Settings(draws=24)


@pytest.fixture(autouse=True, scope="module")
def _double() -> None:
    traced.configure("float64")


def experiment(settings: Settings = FEW, **fields: Any) -> Experiment:
    return Experiment(statement(**(fields or quadratic())), settings)


def sizes(one: Experiment) -> list[dict[str, int]]:
    return [dict(block.case.sizes) for block in one.blocks]


# Sizes that are asked for.

TWO = {"where": {"X": "matrix(m, n)"}, "value": "sin(X)", "both": "sin(X)"}


def test_size_that_is_asked_for_is_one_more_case_with_draws_of_its_own():
    plain, more = experiment(), experiment(replace(FEW, size=40))
    assert sizes(more) == [*sizes(plain), {"n": 40}]
    last = more.blocks[-1]
    assert last.draws.numbers.tolist() == list(range(24, 48))
    for one, other in zip(plain.blocks, more.blocks, strict=False):
        for name, X in one.draws.raw.items():
            assert np.array_equal(X, other.draws.raw[name])


def test_no_two_names_get_the_same_size():
    assert sizes(experiment(replace(FEW, size=30), **TWO))[-1] == {"m": 30, "n": 29}


def test_sizes_by_name_leave_the_others_small():
    one = experiment(replace(FEW, sizes=(("n", 17),)), **TWO)
    assert sizes(one)[-1] == {"m": 2, "n": 17}
    both = replace(FEW, size=30, sizes=(("n", 17),))
    assert sizes(experiment(both, **TWO))[-1] == {"m": 30, "n": 17}


@pytest.mark.parametrize(
    "asked", [replace(FEW, sizes=(("k", 9),)), replace(FEW, sizes=(("n", 0),)), FEW]
)
def test_names_that_a_record_has_not_and_sizes_that_do_not_fit_add_no_case(asked):
    assert sizes(experiment(asked, **TWO)) == sizes(experiment(FEW, **TWO))


def test_size_that_is_a_case_already_is_not_tried_twice():
    known = sizes(experiment())
    assert {"n": 3} in known
    assert sizes(experiment(replace(FEW, size=3))) == known


def test_what_is_too_large_is_not_tried_and_the_verdict_says_so():
    where = {"x": "vector(n)", "A": "matrix(n, n)"}
    fields = {"where": where, "value": "kron(A, A)", "both": "kron(A, A)"}
    asked = replace(FEW, size=50)
    note = "n = 50 was not tried: a value would have 6,250,000 entries"
    assert LARGEST < 50**4
    one = experiment(asked, **fields)
    assert one.note == note
    assert sizes(one) == sizes(experiment(FEW, **fields))
    ((found, _),) = verify_chunk([record(**fields)], asked)
    assert found.verdict == "holds"
    assert note in found.evidence["note"]


def test_verdict_rests_on_the_size_that_was_asked_for_as_well():
    fields = quadratic(numerator=["x.T @ (A + A.T)", "x.T @ (A + A)"])
    (found,) = verify_chunk([record(**fields)], replace(FEW, size=40))
    assert [outcome.verdict for outcome in found] == ["holds", "fails"]
    assert {"n": 40} in found[0].evidence["sizes"]
    assert found[0].evidence["draws"] == 48


def test_large_case_has_fewer_draws_and_no_look_at_every_entry():
    one = experiment(replace(FEW, size=200))
    last = one.blocks[-1]
    assert last.large
    assert not any(block.large for block in one.blocks[:-1])
    assert 2 <= len(last.draws) <= 24
    one.differentiate()
    assert last.along is not None
    assert last.wholes == {}
    assert all(0 in block.wholes for block in one.blocks[:-1])


# Who runs a function.


def executors(one: Experiment, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return who has run the function, in the order of the cases."""
    seen: list[str] = []
    run = Function.run

    def noted(self: Function, at: Any, v: Any, u: Any, points: Any, who: str) -> Any:
        seen.append(who)
        return run(self, at, v, u, points, who)

    monkeypatch.setattr(Function, "run", noted)
    one.differentiate()
    return seen


def test_numpy_runs_ordinary_sizes_and_xla_large_ones(monkeypatch):
    monkeypatch.setattr(stage, "LARGE", 400)
    seen = executors(experiment(replace(FEW, size=20)), monkeypatch)
    assert seen == [NUMPY] * (len(seen) - 1) + [XLA]
    assert len(seen) > 4


@pytest.mark.parametrize("executor", [NUMPY, XLA])
def test_executor_that_is_asked_for_runs_everything(executor, monkeypatch):
    one = experiment(Settings(draws=4, executor=executor, size=6))
    seen = executors(one, monkeypatch)
    assert set(seen) == {executor}
    assert len(seen) == len(one.blocks) > 1


def test_unknown_executors_and_sizes_are_refused():
    wrong: list[dict[str, Any]] = [
        {"executor": "cuda"}, {"size": 5000}, {"sizes": (("n", -1),)},
    ]  # fmt: skip
    for given in wrong:
        with pytest.raises(ValueError, match=r"executor|sizes"):
            Settings(**given)


RECORDS = (
    quadratic(
        id="quadratic",
        numerator=["x.T @ (A + A.T)", "2 * x.T @ A"],
        hessian=["A + A.T", "2 * A"],
        differential="x.T @ (A + A.T) @ dx",
    ),
    {
        "id": "spread",
        "where": {"X": "matrix(m, n)", "s": "scalar"},
        "function": "tanh(s * X)",
        "wrt": "s",
        "denominator": ["((1 - tanh(s * X)**2) * X).T", "(1 - tanh(s * X)**2).T"],
    },
    {
        "id": "symbol",
        "where": {"x": "vector(n)", "f": "vector(n) -> scalar"},
        "function": "f(2 * x)",
        "wrt": "x",
        "denominator": ["2 * D(f)(2 * x)", "D(f)(2 * x)"],
    },
    {
        "id": "tied",
        "where": {"S": "positive_definite(n)"},
        "function": "logdet(S)",
        "wrt": "S",
        "both": ["2 * inv(S) - diag(diagonal(inv(S)))", "inv(S)"],
        "entries": "independent",
    },
)


def test_both_executors_come_to_the_same_verdicts():
    records = [record(**fields) for fields in RECORDS]
    found = {
        executor: [
            [outcome.verdict for outcome in outcomes]
            for outcomes in verify_chunk(
                records, Settings(draws=8, executor=executor, diagnose=False)
            )
        ]
        for executor in (NUMPY, XLA)
    }
    assert found[NUMPY] == found[XLA]
    assert found[NUMPY] == [
        ["holds", "fails", "holds", "fails", "holds"],
        ["holds", "fails"],
        ["holds", "fails"],
        ["holds", "holds", "fails", "fails"],
    ]


# Draws and blocks.


def test_excluded_draws_count_under_the_first_reason_that_is_given():
    block: Block = experiment().blocks[0]
    count = len(block.draws)
    first, all_of_them = np.arange(count) == 0, np.ones(count, bool)
    block.exclude("one", first)
    block.exclude("two", first)
    assert set(block.excluded) == {"one"}
    block.exclude("two", all_of_them)
    assert block.excluded["two"].sum() == count - 1
    assert not block.usable.any()


def test_copies_behind_the_draws_are_those_of_the_draws_themselves():
    one = experiment(Settings(draws=256))
    for block in one.blocks:
        X, at = block.draws.raw["x"][0], block.points
        values = at.evaluation.values["x"][0]
        assert np.array_equal(values[: len(block.draws)], X)
        assert np.array_equal(values[at.lanes[0]], X[: at.lanes.shape[1]])
        near = values[at.lanes[1:]] / values[at.lanes[0]] - 1
        assert 0 < abs(near).max() < 2.0**-19
        assert np.array_equal(at.origin[at.lanes[3]], at.origin[at.lanes[0]])


def test_draw_seen_whole_later_is_what_it_is_along_its_direction():
    one = experiment()
    one.differentiate()
    block = one.blocks[1]
    whole = one.whole(block, 1)
    assert one.whole(block, 1) is whole
    along = block.along
    assert along is not None
    J = whole.forward["x"][0, 0]
    np.testing.assert_allclose(
        J @ along.directions.v["x"][1], along.derivative.forward[1], rtol=1e-12
    )
    np.testing.assert_allclose(
        J.T @ along.directions.u[1], along.derivative.reverse["x"][1], rtol=1e-12
    )


def test_function_of_which_much_is_drawn_gets_fewer_draws():
    where = {"f": "vector(n) -> matrix(n**2, n**2)", "x": "vector(n)"}
    one = experiment(
        Settings(draws=256), where=where, value="tr(f(x))", both="tr(f(x))"
    )
    count = sum(len(block.draws) for block in one.blocks)
    assert 8 <= count < 256
    assert count * one.source.longest <= stage.DRAWN
    more = one.more(one.cases, 256)
    numbers = sum(len(block.draws) for block in more) * one.source.longest
    assert numbers <= stage.BEARABLE
