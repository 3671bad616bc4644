"""Verdicts that are remembered: right while nothing changed, else asked again."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path

import pytest

from verifier.commands import cli
from verifier.engine.outcome import Outcome
from verifier.engine.settings import Settings
from verifier.language.checker import check
from verifier.output.report import html
from verifier.reading.problem import Place, Text
from verifier.reading.record import Record
from verifier.results.model import Report
from verifier.results.storage import read as read_results
from verifier.running import cache, catalogue, judged, memory, pool, session, store
from verifier.running.desk import Desk
from verifier.running.judged import Judged
from verifier.running.memory import Memory
from verifier.running.store import Store

RECORD = """\
- id: {0}
  title: Square
  where: {{x: vector(n)}}
  function: x.T @ x
  wrt: x
  both: 2 * x.T @ eye(n)
  notes: By hand.
"""
FEW = Settings(draws=8)
TESTS = Path(__file__).resolve().parent


@pytest.fixture(autouse=True)
def _work(monkeypatch, tmp_path):
    monkeypatch.setattr("verifier.running.desk.WORK", "session_work:verify_chunk")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def started(monkeypatch):
    """Count the workers that are started."""
    found: list[str] = []
    start = pool.Pool.start

    def counted(self):
        found.append("worker")
        start(self)

    monkeypatch.setattr(pool.Pool, "start", counted)
    return found


def write(*ids: str, change: Iterable[tuple[str, str]] = ()) -> None:
    """Write records, the texts of which are changed."""
    text = "".join(map(RECORD.format, ids))
    for old, new in change:
        assert old in text
        text = text.replace(old, new)
    Path("a.yaml").write_text(text)


def run(settings: Settings = FEW, **more) -> Report:
    return session.run(catalogue.select(["a.yaml"]), settings, jobs=1, **more)


def remembered(settings: Settings = FEW, **more) -> int:
    return run(settings, **more).run["remembered"]


# What is remembered, and until when.


def test_what_is_unchanged_is_remembered_and_starts_no_worker(started):
    write("one", "two-fails", "three-inconclusive")
    first = run()
    assert (first.run["remembered"], len(started)) == (0, 1)
    again = run()
    assert (again.run["remembered"], len(started)) == (6, 1)
    assert again.results == first.results
    assert again.exit_status == first.exit_status == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: one", "id: other"),
        ("vector(n)", "vector(m)"),
        ("function: x.T @ x", "value: x.T @ x"),
        ("both: 2", "numerator: 2"),
        ("2 * x.T", "3 * x.T"),
        ("notes: By hand.", "notes: By head."),
        ("notes: By hand.", "expect: fails"),
    ],
)
def test_another_field_is_asked_again(old, new):
    write("one")
    run()
    more = [("eye(n)", "eye(m)")] if "(m)" in new else []
    more += [("  wrt: x\n", "")] if "value" in new else []
    write("one", change=[(old, new), *more])
    report = run()
    assert report.problems == []
    assert (report.run["remembered"], len(report.results)) in ((0, 2), (0, 1))
    assert remembered() == len(report.results)
    write("one")
    assert remembered() == 2


def test_every_field_of_a_record_matters_but_its_places():
    write("one")
    (record,) = catalogue.select(["a.yaml"]).records
    text = Text("other", Place("other.yaml", 1, 1))
    moved = replace(record, place=text.place, topic="another title of the file")
    known = Memory("work")
    known.keep(moved, FEW, [])
    known.close()
    assert known.recall([record], FEW) == [[]]
    for one in fields(Record):
        value = getattr(record, one.name)
        if isinstance(value, tuple):
            other: object = (*value, "other")
        elif isinstance(value, Mapping):
            other = {**value, "other": text}
        else:
            other = "other" if isinstance(value, str) else text
        if one.name not in ("place", "topic"):
            changed = replace(record, **{one.name: other})
            assert known.recall([changed], FEW) == [None], one.name


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"draws": 9},
        {"dtype": "float32"},
        {"layouts": ("numerator",)},
        {"evidence": "exact"},
        {"diagnose": False},
    ],
)
def test_other_settings_ask_again(other):
    write("one")
    run()
    assert remembered(replace(FEW, **other)) == 0
    assert remembered() == 2


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("program", lambda: "another program"),
        ("versions", lambda: {"jax": "99.0"}),
        ("machine", lambda: ["another", "machine"]),
    ],
)
def test_another_program_or_version_asks_again(monkeypatch, name, other):
    write("one")
    run()
    with monkeypatch.context() as patch:
        patch.setattr(memory, name, other)
        assert remembered() == 0
    assert remembered() == 2


def test_versions_are_those_of_all_that_computes():
    assert {"jax", "jaxlib", "numpy", "scipy", "python-flint", "python"} <= set(
        memory.versions()
    )


def test_a_program_that_changed_in_the_meantime_is_not_remembered(monkeypatch):
    write("one")
    with Desk() as desk:
        assert desk.memory.program == memory.program()
        with monkeypatch.context() as patch:
            patch.setattr(memory, "program", lambda: "it was edited")
            run(desk=desk)
    assert remembered() == 0


def test_a_program_that_cannot_be_read_is_not_remembered(monkeypatch, tmp_path):
    write("one")
    with monkeypatch.context() as patch:
        patch.setattr(memory, "PACKAGE", tmp_path)  # without any source
        assert memory.program() == ""
        assert remembered() == remembered() == 0
    with monkeypatch.context() as patch:
        (tmp_path / "room" / "torn.py").mkdir(parents=True)
        patch.setattr(memory, "PACKAGE", tmp_path)
        assert memory.program() == ""
    assert remembered() == 0


def test_a_record_that_moved_is_remembered_and_has_its_new_place():
    write("one")
    before = run().results[0]
    Path("a.yaml").write_text("# a comment\n\n" + RECORD.format("one"))
    report = run()
    after = report.results[0]
    assert report.run["remembered"] == 2
    assert (before.line, after.line) == (6, 8)
    assert replace(after, line=before.line) == before
    Path("b.yaml").write_text(Path("a.yaml").read_text())
    other = session.run(catalogue.select(["b.yaml"]), FEW, jobs=1)
    assert other.run["remembered"] == 2
    assert {result.file for result in other.results} == {"b.yaml"}


def test_only_what_changed_is_asked_again(started):
    write("one", "two", "three")
    run()
    write("one", "two", "three", "four-fails")
    report = run()
    assert report.run["remembered"] == 6
    ids = [result.id for result in report.results[::2]]
    assert ids == ["one", "two", "three", "four-fails"]
    assert len(started) == 2


def test_a_crash_is_never_remembered():
    write("one", "two-dies")
    assert [result.verdict for result in run().results[::2]] == ["holds", "crashed"]
    again = run()
    assert again.run["remembered"] == 2
    assert [result.verdict for result in again.results[::2]] == ["holds", "crashed"]


def test_a_mistake_is_told_each_time():
    write("one", change=[("2 * x", "2 * y")])
    first, again = run(), run()
    assert first.results == again.results == []
    assert first.problems == again.problems
    assert len(again.problems) == 1


def test_fresh_asks_again_and_keeps_what_it_finds(started):
    write("one")
    run()
    assert remembered(fresh=True) == 0
    assert remembered() == 2
    assert len(started) == 2
    assert session.verify("a.yaml", draws=8, device="cpu").run["remembered"] == 2
    asked = session.verify("a.yaml", draws=8, device="cpu", fresh=True)
    assert asked.run["remembered"] == 0


def test_what_shapes_decide_needs_no_answer_of_a_worker(monkeypatch):
    record = "- id: a\n  where: {x: vector(n)}\n  shape: x\n  wrt: x\n"
    Path("a.yaml").write_text(record + "  numerator: (n, n)\n  denominator: (n, 1)\n")
    monkeypatch.setattr("verifier.running.desk.WORK", "session_work:broken")
    report = run()
    assert [result.verdict for result in report.results] == ["holds", "fails"]


def test_an_interrupted_run_has_kept_what_was_finished(monkeypatch):
    monkeypatch.setattr(session, "CHUNK", 1)
    write("one", "two-interrupts")
    assert run().interrupted
    write("one")
    assert remembered() == 2


# What is stored.


def test_outcomes_come_back_as_they_were():
    evidence = {
        "R": math.inf,
        "rho": -0.0,
        "digits": 15.653559774527023,
        "tiny": 5e-324,
        "sizes": [{"n": 2}, {}],
        "pair": (1, (2.5, "é\ud800\n")),
        "note": "",
        "left_out": {"a kink": 3},
        "vacuous": False,
        "none": None,
    }
    outcome = Outcome("fails", evidence, {"kind": "sign"}, {"claim": [[1.0]]}, {})
    found = [Judged("1 x n", "n x 1", outcome), Judged("", "", Outcome("holds"))]
    again = judged.read(judged.written(found))
    assert again == found
    assert repr(again) == repr(found)
    (nan,) = judged.read(
        judged.written([Judged("", "", Outcome("holds", {"R": math.nan}))])
    )
    assert math.isnan(nan.outcome.evidence["R"])


def test_what_json_would_change_is_not_stored():
    for value in ({1: "a number as a key"}, {"": "the key of tuples"}, {"x": {1, 2}}):
        with pytest.raises(TypeError):
            judged.written([Judged("", "", Outcome("holds", {"x": value}))])
    write("one")
    records = catalogue.select(["a.yaml"]).records
    odd = [Judged("", "", Outcome("holds", {"x": {1, 2}}))] * 2
    known = Memory("work")
    known.keep(records[0], FEW, odd)
    known.close()
    assert known.recall(records, FEW) == [odd]  # in this process
    assert Memory("work").recall(records, FEW) == [None]


@pytest.mark.parametrize("text", ["", "[1]", '[{"shape": ""}]', "{}x", "[[]]"])
def test_what_is_no_finding_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        judged.read(text)


def test_claims_come_in_the_order_of_the_checker():
    records = catalogue.select([]).records[::7]
    assert len(records) > 100
    for record in records:
        statement = check(record)[0]
        assert statement is not None
        for layouts in (("numerator",), ("denominator",), FEW.layouts):
            asked = statement.asked(layouts)
            claims = asked.claims if asked else ()
            found = list(judged.asked(record, layouts))
            assert [(c.field, c.text.value.strip(), layout) for c, layout in found] == [
                (c.field, c.text, c.layout.value if c.layout else "") for c in claims
            ]
            assert [c.text.place for c, _ in found] == [c.place for c in claims]


def test_a_report_from_memory_is_the_fresh_one():
    write("one", "two-fails", "three-inconclusive")
    first, again = run(), run()
    same = {"seconds": 0.0, "started": "", "remembered": 0}
    fresh, known = (replace(r, run={**r.run, **same}) for r in (first, again))
    assert json.dumps(fresh.to_json()) == json.dumps(known.to_json())
    assert html(fresh) == html(known)


# The file.


def database() -> Path:
    folder = cache.folder("verdicts")
    assert folder is not None
    return folder / memory.FILE


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"no database" * 1000,
        lambda data: data[: len(data) // 2],
        lambda data: data[:4096] + b"\xff" * (len(data) - 4096),
        lambda data: data.replace(b"holds", b"fails"),
    ],
)
def test_a_corrupt_file_is_dropped_and_asked_again(spoil, capfd):
    write("one")
    run()
    database().write_bytes(spoil(database().read_bytes()))
    report = run()
    assert report.run["remembered"] == 0
    assert [result.verdict for result in report.results] == ["holds", "holds"]
    assert remembered() == 2
    assert capfd.readouterr() == ("", "")


def test_a_folder_that_cannot_be_written_is_no_memory(monkeypatch, tmp_path):
    monkeypatch.setenv("NABLA_CACHE_DIR", "/dev/null/none")
    write("one")
    assert remembered() == remembered() == 0
    with Desk() as desk:  # one that goes on remembers by itself
        assert remembered(desk=desk) == 0
        assert remembered(desk=desk) == 2


@pytest.mark.skipif(os.name != "posix", reason="others have other permissions")
def test_a_folder_that_others_may_write_to_is_not_believed():
    write("one")
    run()
    folder = database().parent
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    assert remembered() == 0
    folder.chmod(0o700)
    assert remembered() == 2


def test_a_file_in_use_for_too_long_is_done_without(monkeypatch, tmp_path):
    import sqlite3

    monkeypatch.setattr(store, "PATIENCE", 0.05)
    kept = Store(tmp_path / "x.sqlite")
    kept.put({b"a": "1"})
    other = sqlite3.connect(kept.file)
    other.execute("BEGIN EXCLUSIVE")
    assert kept.get([b"a"]) == {}
    kept.put({b"b": "2"})
    other.rollback()
    other.close()
    assert kept.get([b"a", b"b"]) == {b"a": "1"}


def test_the_file_is_bounded_and_forgets_what_was_not_used(monkeypatch, tmp_path):
    monkeypatch.setattr(store, "MOST_BYTES", 200_000)
    kept = Store(tmp_path / "x.sqlite")
    for day in range(100):
        monkeypatch.setattr(store, "_today", lambda day=day: day)
        kept.put({b"%d" % day: "x" * 5000})
        assert kept.get([b"0"])  # in use every day
    found = kept.get(b"%d" % day for day in range(100))
    assert {b"0", b"99"} <= set(found)
    assert 20 < len(found) < 50
    assert kept.file.stat().st_size < 300_000


def test_many_keys_are_asked_at_once(tmp_path):
    kept = Store(tmp_path / "x.sqlite")
    texts = {b"%d" % k: str(k) for k in range(1203)}
    kept.put(texts)
    assert kept.get([*texts, b"unknown"]) == texts
    assert kept.get([]) == {}


def test_a_key_has_no_other_keys_text(tmp_path):
    import sqlite3

    kept = Store(tmp_path / "x.sqlite")
    kept.put({b"a": "1", b"b": "2"})
    with sqlite3.connect(kept.file) as base:
        base.execute("DELETE FROM kept WHERE key = ?", (b"b",))
        base.execute("UPDATE kept SET key = ? WHERE key = ?", (b"b", b"a"))
    base.close()
    assert kept.get([b"a", b"b"]) == {}


WRITER = """
import sys
from pathlib import Path
from verifier.running.store import Store

kept, name = Store(Path(sys.argv[1])), sys.argv[2].encode()
for k in range(40):
    kept.put({b"%s-%d" % (name, k): "x" * 2000})
    assert kept.get([b"%s-%d" % (name, k)])
"""


def test_several_processes_write_at_once(tmp_path):
    file = tmp_path / "x.sqlite"

    def write_some(name: str) -> int:
        words = [sys.executable, "-c", WRITER, str(file), name]
        return subprocess.run(words, timeout=240, check=False).returncode

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(write_some, "abcd")) == [0] * 4
    keys = [b"%s-%d" % (name, k) for name in (b"a", b"d") for k in range(40)]
    assert len(Store(file).get(keys)) == 80


# What is said.


def verify(capsys, *words):
    status = cli.main(["verify", "a.yaml", "--device", "cpu", "--jobs", "1", *words])
    return status, capsys.readouterr().out


def test_the_summary_the_json_and_the_page_say_how_many(capsys):
    write("one", "two")
    assert "remembered" not in verify(capsys)[1]
    status, out = verify(capsys, "--report", "pages")
    assert status == 0
    assert out.splitlines()[-2].endswith(" s; 4 verdicts remembered")
    assert "<dt>remembered<dd>4 verdicts" in Path("pages/index.html").read_text()
    report = read_results("pages/index.html")
    assert report.run["remembered"] == 4
    assert json.loads(verify(capsys, "--format", "json")[1])["run"]["remembered"] == 4
    fresh = json.loads(verify(capsys, "--format", "json", "--fresh")[1])
    assert fresh["run"]["remembered"] == 0


def test_check_takes_what_is_remembered(capsys):
    words = ["check", "d(x.T @ x)/dx = 2*x", "--device", "cpu", "--format", "json"]
    counts = []
    for more in ([], [], ["--fresh"]):
        assert cli.main([*words, *more]) == 0
        counts.append(json.loads(capsys.readouterr().out)["run"]["remembered"])
    assert counts == [0, 2, 0]


# --- what outlives a run that was killed ------------------------------------------


def journals() -> Path:
    folder = cache.folder("verdicts")
    assert folder is not None
    return folder


def test_what_is_finished_is_on_disk_at_once():
    write("one")
    records = catalogue.select(["a.yaml"]).records
    killed = Memory("work")
    killed.keep(records[0], FEW, [])
    folder = journals()
    (file,) = folder.glob("*.journal")
    # Somebody is still at work on it.
    assert Memory("work").recall(records, FEW) == [None]
    assert file.exists()
    assert killed.journal and killed.journal._stream
    killed.journal._stream.close()  # as the system does when a process ends
    with file.open("ab") as stream:
        stream.write(b"0badc0de half a l")
    assert Memory("work").recall(records, FEW) == [[]]
    assert not list(folder.glob("*.journal"))


def test_journal_is_empty_once_the_store_is_written():
    write("one")
    records = catalogue.select(["a.yaml"]).records
    known = Memory("work")
    known.keep(records[0], FEW, [])
    (file,) = journals().glob("*.journal")
    assert file.stat().st_size > 0
    known.flush()
    assert file.stat().st_size == 0
    known.close()
    assert not file.exists()
    assert Memory("work").recall(records, FEW) == [[]]


@pytest.mark.skipif(os.name != "posix", reason="sends SIGKILL")
def test_run_that_is_killed_is_resumed():
    write(*(f"n{k}" for k in range(40)))
    folder = journals()
    words = [sys.executable, "-m", "verifier", "verify", "a.yaml", "--draws", "8"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.Popen(
        [*words, "--fresh", "--jobs", "1"], env=environment, stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 120
    while not any(f.stat().st_size for f in folder.glob("*.journal")):
        assert killed.poll() is None and time.monotonic() < until
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    done = subprocess.run(
        [*words, "--resume", "--format", "json"],
        env=environment,
        stdout=subprocess.PIPE,
        timeout=120,
    )
    report = Report.from_json(json.loads(done.stdout))
    assert 0 < report.run["remembered"] <= 80
    assert len(report.results) == 80


def test_nothing_is_resumed_where_nothing_is_remembered(monkeypatch, capsys):
    write("one")
    monkeypatch.setattr(cache, "folder", lambda name: None)
    assert cli.main(["verify", "a.yaml", "--resume"]) == 2
    assert "there is nowhere to remember" in capsys.readouterr().err
