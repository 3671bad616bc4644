"""A whole run, with workers that say what the ids ask for."""

import json

import pytest

from verifier.engine.settings import Settings
from verifier.running import catalogue, session

RECORD = """
- id: {id}
  title: Square
  where: {{x: vector(n)}}
  function: x.T @ x
  wrt: x
  both: 2 * {x}
  expect: {expect}
  notes: By hand.
  tags: [a, b]
"""


@pytest.fixture(autouse=True)
def _work(monkeypatch):
    monkeypatch.setattr("verifier.running.desk.WORK", "session_work:verify_chunk")


def records(folder, *ids, name="a.yaml", x="x.T @ eye(n)", expect="holds"):
    path = folder / name
    path.write_text("".join(RECORD.format(id=id, x=x, expect=expect) for id in ids))
    return path


FEW = Settings(draws=8)


def run(path, settings=FEW, **more):
    return session.run(catalogue.select([str(path)]), settings, jobs=1, **more)


def test_results_come_in_the_order_of_the_records(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "CHUNK", 1)
    path = records(tmp_path, "one", "two-fails", "three-inconclusive", "four")
    seen = []
    report = run(path, on_result=seen.append, command="nabla verify a.yaml")
    assert [
        (result.id, result.layout, result.verdict) for result in report.results
    ] == [
        ("one", "numerator", "holds"),
        ("one", "denominator", "holds"),
        ("two-fails", "numerator", "fails"),
        ("two-fails", "denominator", "fails"),
        ("three-inconclusive", "numerator", "inconclusive"),
        ("three-inconclusive", "denominator", "inconclusive"),
        ("four", "numerator", "holds"),
        ("four", "denominator", "holds"),
    ]
    assert sorted(seen) == ["four", "one", "three-inconclusive", "two-fails"]
    assert report.exit_status == 1


def test_run_says_how_it_was_made(tmp_path):
    report = run(records(tmp_path, "one"), Settings(seed=3, draws=8), command="nabla x")
    assert list(report.run) == [
        "seed",
        "draws",
        "device",
        "dtype",
        "executor",
        "layouts",
        "versions",
        "seconds",
        "started",
        "command",
        "interrupted",
        "remembered",
    ]
    assert (report.run["seed"], report.run["draws"]) == (3, 8)
    assert report.run["command"] == "nabla x"
    assert {"jax", "jaxlib", "numpy", "python-flint", "python"} <= set(
        report.run["versions"]
    )
    json.dumps(report.to_json(), allow_nan=False)


def test_result_carries_what_the_record_says(tmp_path):
    path = records(tmp_path, "known-fails", expect="fails")
    result = run(path).results[0]
    assert (result.claim, result.layout, result.text) == (
        "numerator",
        "numerator",
        "2 * x.T @ eye(n)",
    )
    assert (result.file, result.line, result.column) == (str(path), 7, 9)
    assert (result.title, result.subject) == ("Square", "d(x.T @ x)/dx")
    assert result.types == {"x": "vector(n)"}
    assert result.as_expected
    assert result.evidence == {"grade": "float", "draws": 8}
    assert (result.notes, result.tags) == ("By hand.", ["a", "b"])


def test_result_says_the_shape_that_the_layout_demands(tmp_path):
    path = records(tmp_path, "one")
    found = run(path).results
    assert [r.shape for r in found] == ["1 x n", "n x 1"]
    # The claim is a row in both: of the denominator layout that is no column.
    assert [r.claimed_shape for r in found] == ["", "1 x n"]


def test_only_the_claims_of_the_layout_asked_for_are_checked(tmp_path):
    report = run(records(tmp_path, "one"), Settings(layouts=("denominator",)))
    assert [result.layout for result in report.results] == ["denominator"]
    path = tmp_path / "b.yaml"
    path.write_text(RECORD.format(id="b", x="x.T", expect="holds"))
    path.write_text(path.read_text().replace("both:", "numerator:"))
    report = run(path, Settings(layouts=("denominator",)))
    assert report.results == []
    assert report.exit_status == 2


def test_a_dead_worker_costs_one_record(tmp_path):
    report = run(records(tmp_path, "one", "two-dies", "three"))
    assert [(result.id, result.verdict) for result in report.results[::2]] == [
        ("one", "holds"),
        ("two-dies", "crashed"),
        ("three", "holds"),
    ]
    assert "signal SIGKILL" in report.results[2].evidence["note"]
    assert report.exit_status == 3


def test_ctrl_c_keeps_what_is_finished(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "CHUNK", 1)
    report = run(records(tmp_path, "one", "two-interrupts", "three"))
    assert [result.id for result in report.results] == ["one", "one"]
    assert report.interrupted
    assert report.exit_status == 130


def test_workers_that_never_start_are_no_records_fault(tmp_path, monkeypatch):
    monkeypatch.setattr("verifier.running.desk.WORK", "no_such_module:work")
    report = run(records(tmp_path, "one", "two"))
    assert {result.verdict for result in report.results} == {"crashed"}
    assert len(report.results) == 4
    assert report.exit_status == 3


def test_malformed_records_give_problems_and_no_result(tmp_path):
    path = records(tmp_path, "one", x="y")
    report = run(path)
    assert report.results == []
    assert "y" in report.problems[0].text
    assert report.exit_status == 2


@pytest.mark.parametrize(
    ("fields", "name", "said"),
    [
        ("function: x.T @ x\n  wrt: x\n  differential: 2 * x.T @ dx",
         "differential", "d(x.T @ x)"),
        ("function: x.T @ x\n  wrt: x\n  hessian: 2 * eye(n)",
         "hessian", "the Hessian of x.T @ x over x"),
        ("shape: x\n  wrt: x\n  numerator: (n, n)", "shape", "the shape of d(x)/dx"),
        ("shape: x.T @ x\n  wrt: x\n  order: 2\n  numerator: (n, n)",
         "shape", "the shape of d^2(x.T @ x)/dx^2"),
        ("value: x.T @ x\n  numerator: norm(x)**2", "numerator", "x.T @ x"),
        ("sign: x.T @ x\n  small: x\n  both: positive",
         "sign", "the sign of x.T @ x for small x"),
        ("limit: h * norm(x)\n  as: h -> 0\n  numerator: 0",
         "numerator", "lim h * norm(x) as h -> 0"),
        ("expansion: norm(x)**2\n  small: x\n  error: o(x)\n  numerator: 0",
         "numerator", "norm(x)**2 up to o(x)"),
    ],
)  # fmt: skip
def test_claims_and_left_sides_are_named(tmp_path, fields, name, said):
    path = tmp_path / "a.yaml"
    path.write_text(f"- id: a\n  where: {{x: vector(n), h: scalar}}\n  {fields}\n")
    report = run(path)
    assert report.problems == []
    assert (report.results[0].claim, report.results[0].subject) == (name, said)


def test_a_worker_must_answer_for_every_claim(tmp_path, monkeypatch):
    monkeypatch.setattr("verifier.running.desk.WORK", "session_work:broken")
    report = run(records(tmp_path, "one"))
    assert [result.verdict for result in report.results] == ["crashed", "crashed"]
    note = "the worker gave 0 outcomes for 2 claims"
    assert report.results[0].evidence["note"] == note


def test_load_and_verify_take_paths(tmp_path):
    path = records(tmp_path, "one", "two-fails")
    found, problems = session.load(f"{path}::one")
    assert [record.id for record in found] == ["one"]
    assert problems == []
    report = session.verify(path, layout="numerator", draws=4, device="cpu", jobs=1)
    assert [result.verdict for result in report.results] == ["holds", "fails"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"draws": 0}, "draws at least 1"),
        ({"seed": -1}, "seed is at least 0"),
        ({"dtype": "float16"}, "float16"),
        ({"device": "tpu"}, "no such device: 'tpu'"),
        ({"layout": "row"}, "no layouts: \\('row',\\)"),
    ],
)
def test_verify_refuses_settings_that_mean_nothing(tmp_path, wrong, said):
    with pytest.raises(ValueError, match=said):
        session.verify(records(tmp_path, "one"), **{"device": "cpu", **wrong})
