"""Full disks, faults and interruptions lose nothing that was finished or good."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from made import failure, report, result

from verifier.output import writing
from verifier.output.report import write
from verifier.results.model import Report
from verifier.results.storage import read
from verifier.running import journal
from verifier.running.store import Store
from verifier.streaming.resuming import Answers

ROOT = Path(__file__).resolve().parent.parent
GOOD = report(result(), failure(id="another"))
CUT = Report({**report().run, "interrupted": True}, report(result()).results, [])
FULL = OSError(errno.ENOSPC, "No space left on device")
KEY, TEXT = bytes(range(16)), "[]"

linux_only = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="there is no full disk at hand"
)

# --- reports ----------------------------------------------------------------------


def test_interrupted_run_leaves_a_whole_report_and_writes_beside_it(tmp_path):
    write(GOOD, tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    page = write(CUT, tmp_path)
    assert page == tmp_path / "interrupted" / "index.html"
    assert read(page) == read(page.parent) == CUT
    assert {n: (tmp_path / n).read_bytes() for n in before} == before
    assert write(GOOD, tmp_path) == tmp_path / "index.html"


def test_interrupted_run_is_written_where_no_whole_one_is(tmp_path):
    assert write(CUT, tmp_path) == tmp_path / "index.html"
    again = Report(CUT.run, GOOD.results, [])
    assert write(again, tmp_path) == tmp_path / "index.html"
    assert read(tmp_path) == again


def test_a_record_cannot_say_that_a_report_is_of_an_interrupted_run(tmp_path):
    write(report(result(title='"interrupted": true')), tmp_path)
    assert write(CUT, tmp_path).parent.name == "interrupted"


@pytest.mark.parametrize("fault", ["second file", "first place"])
def test_files_are_replaced_together_or_not_at_all(tmp_path, monkeypatch, fault):
    write(GOOD, tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    opened, moved, count = Path.open, os.replace, iter(range(9))

    def fails(*_):
        raise FULL

    def second(self, *more, **how):
        return fails() if next(count) else opened(self, *more, **how)

    if fault == "second file":
        monkeypatch.setattr(Path, "open", second)
    else:
        monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(OSError, match="No space"):
        writing.replace({tmp_path / name: "other" for name in before})
    monkeypatch.setattr(Path, "open", opened)
    monkeypatch.setattr(os, "replace", moved)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


# --- what is remembered -----------------------------------------------------------


def behind(folder: Path) -> dict[bytes, str]:
    """Take what a process left behind that is no more."""
    found: dict[bytes, str] = {}
    journal.take(folder, lambda texts: found.update(texts) is None)
    return found


def test_what_the_store_cannot_take_stays_in_the_journal(tmp_path):
    kept = journal.Journal(tmp_path)
    kept.add(KEY, TEXT)
    kept.close(kept=False)
    journal.take(tmp_path, lambda texts: False)
    assert list(tmp_path.glob("*.journal"))
    assert behind(tmp_path) == {KEY: TEXT}
    assert not list(tmp_path.iterdir())


def test_a_line_that_was_cut_by_a_full_disk_costs_no_other(tmp_path):
    kept = journal.Journal(tmp_path)
    kept.add(KEY, TEXT)
    assert kept._stream is not None
    kept._stream.write(b"\n0badc0de 00010203 half a l")
    kept.add(KEY[::-1], TEXT)
    kept.close(kept=False)
    assert behind(tmp_path) == {KEY: TEXT, KEY[::-1]: TEXT}


def test_a_store_says_whether_it_has_kept(tmp_path):
    assert Store(tmp_path / "a.sqlite").put({KEY: TEXT})
    assert not Store(tmp_path / "absent" / "a.sqlite").put({KEY: TEXT})


def test_verdicts_outlive_a_store_that_was_full(tmp_path, monkeypatch):
    from test_memory import FEW, RECORD

    from verifier.running import catalogue
    from verifier.running.memory import Memory

    (tmp_path / "a.yaml").write_text(RECORD.format("one"))
    records = catalogue.select([str(tmp_path / "a.yaml")]).records
    put = Store.put
    monkeypatch.setattr(Store, "put", lambda self, texts: not texts)
    first = Memory("work")
    first.keep(records[0], FEW, [])
    first.close()
    monkeypatch.setattr(Store, "put", put)
    assert Memory("work").recall(records, FEW) == [[]]


# --- what is printed, and answers to lines ----------------------------------------


@linux_only
def test_a_full_disk_behind_a_pipe_is_said_in_one_line():
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "verifier", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    assert done.returncode == 2
    assert done.stderr == (
        "nabla: cannot write what was found: No space left on device\n"
    )


def test_ctrl_c_while_a_command_is_imported_is_said_in_one_line(monkeypatch, capsys):
    from verifier import __main__
    from verifier.commands import cli

    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "import_module", pressed)
    monkeypatch.setattr(sys, "argv", ["nabla", "list"])
    assert __main__.main() == 130
    assert capsys.readouterr().err == "nabla: interrupted\n"


def test_answers_before_the_disk_was_full_are_known_again(tmp_path, monkeypatch):
    file = tmp_path / "answers.jsonl"
    answers = Answers(file, "me", resume=False)
    said = json.dumps({"n": 1, "verdict": "holds", "by": "me"})
    answers.add(said, "first")

    class Short:
        """Writes half, and then nothing."""

        def __init__(self, stream):
            self.stream, self.tried = stream, 0

        def write(self, data):
            self.tried += 1
            if self.tried > 1:
                raise FULL
            return self.stream.write(data[: len(data) // 2])

    monkeypatch.setattr(answers, "stream", Short(answers.stream))
    with pytest.raises(OSError, match="No space"):
        answers.add(said.replace("1", "2"), "second")
    again = Answers(file, "me", resume=True)
    assert (again.has(1, "first"), again.has(2, "second")) == (True, False)
    again.close()
    assert file.read_bytes().count(b"\n") == 1


# --- at random moments ------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(
    "number",
    [0, *(pytest.param(n, marks=pytest.mark.thorough) for n in (1, 2, 3, 4, 5, 6, 8))],
)
def test_faults_at_random_moments_do_no_harm(tmp_path, number):
    records = tmp_path / "few.yaml"
    text = (ROOT / "benchmarks" / "faults.yaml").read_text()
    records.write_text("\n- id:".join(text.split("\n- id:")[:3]) + "\n")
    command = [sys.executable, str(ROOT / "benchmarks" / "faults.py")]
    command += ["--times", "1", "--first", str(number), "--seed", "7"]
    done = subprocess.run(
        [*command, "--records", str(records)],
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kept    0 of 1 faults did harm" in done.stdout


def test_what_is_broken_is_noticed(tmp_path):
    from faulty.rounds import Bench, Broken, Place

    (tmp_path / "good").mkdir()
    write(GOOD, tmp_path / "reports")
    source = tmp_path / "a.yaml"
    bench = Bench(tmp_path, source, mounts=False)
    place = Place(tmp_path, source)
    bench.whole[source] = place.found()
    bench.same(place)
    bench.whole_report(place)
    bench.whole[source] = [*place.found(), "one more"]
    with pytest.raises(Broken, match="2 of 3 found"):
        bench.same(place)
    with pytest.raises(Broken, match="is now that of an interrupted run"):
        bench.whole_report(place)
    shutil.rmtree(place.reports)
    with pytest.raises(Broken, match="the report is gone"):
        bench.whole_report(place)
