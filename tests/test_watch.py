"""`nabla verify --watch`: a real process that sees files change."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from verifier.commands import cli
from verifier.output.rounds import round_text
from verifier.output.text import Paint
from verifier.reading.problem import Place, Problem
from verifier.results.model import Report, Result

if os.name != "posix":
    pytest.skip("signals are sent as POSIX has them", allow_module_level=True)

PATIENCE = 60.0
RECORD = """
- id: {0}
  where: {{x: vector(n)}}
  function: x.T @ x
  wrt: x
  denominator: {1} * x
"""
# Workers that pretend: the verdict is in the id.
START = """
import sys
from verifier.commands import cli
from verifier.running import desk

desk.WORK = "session_work:verify_chunk"
sys.exit(cli.main(sys.argv[1:]))
"""
TESTS = Path(__file__).resolve().parent


class Watching:
    """A process that watches, and the lines that it printed."""

    def __init__(self, folder: Path, *words: str):
        path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, "verify", "--watch", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path},
        )
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                self.lines.put(line)

    def until(self, said: str) -> str:
        """Return what was printed up to a line that says this."""
        text, limit = "", time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            try:
                line = self.lines.get(timeout=1.0)
            except queue.Empty:
                continue
            text += line
            if said in line:
                return text
        raise AssertionError(f"no `{said}` within {PATIENCE} s of: {text}")

    def stop(self) -> int:
        """Press Ctrl-C, and return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[type[Watching]]:
    """Give what starts processes, and end them."""
    started: list[Watching] = []

    class Started(Watching):
        def __init__(self, *words: str):
            super().__init__(tmp_path, *words)
            started.append(self)

    yield Started
    for one in started:
        one.process.kill()
        one.process.wait(PATIENCE)
        one.reader.join(PATIENCE)


def write(path: Path, *ids: str, factor: str = "2") -> None:
    """Save a file as editors do: in one step."""
    fresh = path.with_suffix(".new")
    fresh.write_text("".join(RECORD.format(id, factor) for id in ids))
    fresh.replace(path)


def test_what_changed_is_verified_again_and_nothing_else(watching, tmp_path):
    file = tmp_path / "a.yaml"
    write(file, "one", "two")
    watched = watching("a.yaml")
    first = watched.until("Ctrl-C ends")
    assert "2 claims of 2 identities in 1 file: 2 hold\n" in first
    assert "watching 1 file" in first
    write(file, "one", "two", "three-fails")
    said = watched.until("remembered")
    assert "three-fails, denominator layout: fails\n" in said
    assert "one" not in said
    assert "1 changed; 2 hold, 1 fails; " in said
    assert "s, 2 verdicts remembered\n" in said
    assert watched.stop() == 1  # the last state


def test_lines_that_move_are_no_news(watching, tmp_path):
    file = tmp_path / "a.yaml"
    write(file, "one")
    watched = watching("a.yaml")
    watched.until("Ctrl-C ends")
    file.write_text(f"# a comment\n\n{file.read_text()}")
    assert "nothing changed; 1 holds; " in watched.until("remembered")
    assert watched.stop() == 0


def test_files_that_are_broken_or_gone_are_waited_for(watching, tmp_path):
    file = tmp_path / "a.yaml"
    write(file, "one")
    watched = watching("a.yaml", "--report", "pages")
    watched.until("Ctrl-C ends")
    whole = file.read_text()
    file.write_text(whole[: whole.index("n)}")])
    assert "a.yaml:3:10: YAML: " in watched.until("1 problem")
    file.unlink()
    watched.until("no file or folder `a.yaml`")
    file.write_text(whole.replace("2 * x", "2 * y"))
    assert "'y' is not declared" in watched.until("1 problem")
    results = json.loads((tmp_path / "pages" / "results.json").read_text())
    assert (len(results["results"]), len(results["problems"])) == (0, 1)
    file.write_text(whole)
    assert "one, denominator layout: holds\n" in watched.until("remembered")
    assert watched.stop() == 0
    results = json.loads((tmp_path / "pages" / "results.json").read_text())
    assert (len(results["results"]), len(results["problems"])) == (1, 0)


def test_files_that_come_and_go_in_a_folder_are_seen(watching, tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    write(folder / "a.yaml", "one")
    watched = watching("records")
    watched.until("Ctrl-C ends")
    write(folder / "b.yaml", "two-fails")
    assert "two-fails, denominator layout: fails" in watched.until("remembered")
    (folder / "b.yaml").unlink()
    assert "1 gone; 1 holds; " in watched.until("remembered")
    assert watched.stop() == 0


def test_what_is_known_costs_no_worker_and_workers_stay(watching, tmp_path):
    file = tmp_path / "a.yaml"
    write(file, "one")
    watched = watching("a.yaml", "--jobs", "1")
    watched.until("Ctrl-C ends")
    (before,) = children(watched.process.pid)
    write(file, "one", factor="3")
    watched.until("1 changed")
    assert children(watched.process.pid) == [before]
    assert watched.stop() == 0
    again = watching("a.yaml")
    assert "1 verdict remembered" in again.until("Ctrl-C ends")
    assert children(again.process.pid) == []


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    place = Path(f"/proc/{pid}/task/{pid}/children")
    if not place.exists():
        pytest.skip("this system does not tell which processes one has started")
    return [int(word) for word in place.read_text().split()]


def test_ctrl_c_in_the_middle_of_the_first_state(watching, tmp_path):
    write(tmp_path / "a.yaml", "one-interrupts")
    watched = watching("a.yaml", "--jobs", "1")
    assert watched.process.wait(PATIENCE) == 130


def test_what_was_never_there_is_not_waited_for(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["verify", "--watch", "a.yaml", "--device", "cpu"]) == 2
    assert "no file or folder `a.yaml`" in capsys.readouterr().err
    Path("a.yaml").touch()
    assert cli.main(["verify", "--watch", "a.yaml", "--format", "json"]) == 2
    assert "`--watch` prints text" in capsys.readouterr().err


def report(*results: Result, problems: tuple[Problem, ...] = (), **run: object):
    return Report({"seconds": 0.25, **run}, results, problems)


def test_a_round_says_what_is_different():
    good = Result("a", "numerator", "numerator", "x", "holds", line=3)
    odd = Result("b", "numerator", "numerator", "x", "fails", line=7)
    mistake = Problem(Place("a.yaml", 9, 1), "it is wrong")
    moved = Problem(Place("a.yaml", 11, 1), "it is wrong")
    old = report(good, odd, problems=(mistake,))
    plain = Paint(False)
    same = report(good, odd, problems=(moved,), remembered=2)
    assert round_text(old, same, plain, "12:00:00") == (
        "12:00:00  nothing changed; 1 holds, 1 fails; 1 problem; "
        "0.2 s, 2 verdicts remembered\n"
    )
    mended = Result("b", "numerator", "numerator", "y", "holds", line=8)
    assert round_text(old, report(good, mended), plain, "12:00:01") == (
        "b, numerator layout: holds\n\n12:00:01  1 changed; 2 hold; 0.2 s\n"
    )
    assert round_text(old, report(good), plain, "12:00:02") == (
        "12:00:02  1 gone; 1 holds; 0.2 s\n"
    )
    new = Problem(Place("a.yaml", 2, 1), "it is worse")
    said = round_text(old, report(good, odd, problems=(new,)), plain, "12:00:03")
    assert said.startswith("a.yaml:2:1: it is worse\n\n12:00:03  1 changed; ")


def test_forms_of_one_claim_are_told_apart():
    first = Result("a", "value", "", "x", "holds")
    second = Result("a", "value", "", "y", "holds")
    said = round_text(report(first), report(first, second), Paint(False), "12:00:00")
    assert said.startswith("a, value: holds\n\n12:00:00  1 changed; 2 hold;")
