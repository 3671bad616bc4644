"""`--size`, `--sizes` and `--executor`, from the command line to the report."""

from __future__ import annotations

import pytest

from verifier import InputError, verify
from verifier.commands.cli import main
from verifier.engine.settings import Settings
from verifier.results.model import BAD_INPUT
from verifier.results.phrases import evidence_of, replay
from verifier.running.memory import Memory
from verifier.running.session import load

ONE = "gradient-of-quadratic-form"
FEW = {"draws": 8, "jobs": 1, "device": "cpu"}


def test_large_size_is_compared_along_directions_and_says_what_that_misses():
    report = verify(ONE, size=150, **FEW)
    found = report.results[0]
    assert found.verdict == "holds"
    assert {"n": 150} in found.evidence["sizes"]
    assert "at n = 150, " in found.evidence["note"]
    assert "one wrong entry is missed" in found.evidence["note"]
    assert "32 roundings (4e-15)" in found.evidence["note"]
    assert "draws along random directions, " in evidence_of(found)
    assert report.run["size"] == 150
    assert report.run["executor"] == "numpy, xla at large sizes"
    assert replay(found, report.run).endswith("--draws 8 --size 150")


def test_wrong_entry_at_a_large_size_is_found(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "- id: wrong-beyond-sixty\n  where: {x: vector(n), y: vector(n)}\n"
        "  function: x.T @ y\n  wrt: x\n"
        "  numerator: y.T + maximum(n - 60, 0) * 1e-9 * unit(1, n).T\n"
    )
    small = verify(file, **FEW).results[0]
    large = verify(file, size=200, **FEW).results[0]
    assert (small.verdict, large.verdict) == ("holds", "fails")


def test_sizes_by_name_and_an_executor_by_name():
    report = verify(ONE, sizes={"n": 9}, executor="xla", **FEW)
    found = report.results[0]
    assert found.verdict == "holds"
    assert {"n": 9} in found.evidence["sizes"]
    assert report.run["executor"] == "xla"
    assert report.run["sizes_asked"] == {"n": 9}
    assert replay(found, report.run).endswith("--executor xla --sizes n=9")


def test_usual_run_names_the_executor_and_replays_without_it():
    report = verify(ONE, **FEW)
    assert report.run["executor"] == "numpy"
    assert replay(report.results[0], report.run).endswith("--draws 8")


def test_size_that_no_record_has_is_named():
    with pytest.raises(InputError, match="no record has a size `q`") as refused:
        verify(ONE, sizes={"n": 9, "q": 3}, **FEW)
    assert "there are `n`" in str(refused.value)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("n3", "`n3` is no size by name; write `n=512,m=64`"),
        ("n=5,n=6", "`n` has two sizes"),
        ("n=0", "`0` is not a whole number from 1 to 4096"),
        ("n=9999", "`9999` is not a whole number from 1 to 4096"),
        ("", "`` is no size by name"),
    ],
)
def test_bad_sizes_are_refused_before_anything_is_read(word, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["verify", ONE, "--sizes", word])
    assert stopped.value.code == BAD_INPUT
    assert said in capsys.readouterr().err


def test_command_refuses_a_size_that_no_record_has(capsys):
    assert main(["verify", ONE, "--sizes", "q=3"]) == BAD_INPUT
    said = capsys.readouterr().err
    assert "no record has a size `q`" in said
    assert "there are `n`" in said


def test_sizes_that_do_not_fit_are_told(tmp_path):
    file = tmp_path / "even.yaml"
    file.write_text(
        "- id: halves\n  where: {x: vector(n), y: vector(n - 3)}\n"
        "  function: x.T @ x\n  wrt: x\n  numerator: 2*x.T\n"
    )
    found = verify(file, sizes={"n": 2}, **FEW).results[0]
    assert "the sizes that were asked for do not fit" in found.evidence["note"]


def test_verdicts_are_remembered_by_size_and_executor():
    (record,), _ = load(ONE)
    memory = Memory("verify")
    usual = Settings()
    for other in (
        Settings(size=9),
        Settings(sizes=(("n", 9),)),
        Settings(executor="xla"),
    ):
        assert memory._keys([record], usual) != memory._keys([record], other)
