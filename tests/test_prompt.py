"""`nabla check`: one statement, lines from a pipe, and a prompt on a real terminal."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time

import pytest

from verifier.commands import cli
from verifier.results.model import Report
from verifier.running.worker import environment

pytest.importorskip("termios", reason="Windows has no such terminals")
GOOD = "d(x.T @ A @ x)/dx = (A + A.T) @ x"
FEW = ("--device", "cpu", "--draws", "8")


def nabla(capsys, *words):
    status = cli.main(["check", *words, *FEW])
    out, err = capsys.readouterr()
    return status, out, err


def piped(lines, *words):
    done = subprocess.run(
        [sys.executable, "-m", "verifier", "check", *words, *FEW],
        input=lines,
        capture_output=True,
        text=True,
        timeout=240,
        env=environment("cpu"),
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


# One statement.


def test_a_statement_is_answered(capsys):
    status, out, err = nabla(capsys, GOOD)
    assert (status, err) == (0, "")
    assert out.startswith(
        "holds in denominator layout, fails in numerator layout\n"
        "  inferred: x: vector(n), A: matrix(n, n)\n"
        "  denominator layout: holds\n"
        "    evidence: "
    )
    assert "write `x.T @ (A" in out


def test_a_failing_statement_is_explained(capsys):
    words = ["d(x.T @ A @ x)/dx = 2*A @ x", "--layout", "denominator"]
    status, out, _ = nabla(capsys, *words)
    assert status == 1
    assert out.startswith("fails in denominator layout\n")
    assert "it holds when A is symmetric" in out
    assert "smallest case: n = 2" in out


def test_types_are_given_by_several_options_and_the_record_is_printed(capsys):
    where = ["--where", "A: symmetric(k)", "--where", "x: vector(k)"]
    status, out, _ = nabla(capsys, "d(x.T @ A @ x)/dx = 2*A @ x", *where, "--yaml")
    assert status == 0
    assert out == (
        "# holds in denominator layout, fails in numerator layout\n"
        "- id: rename-me\n"
        "  where:\n"
        "    x: vector(k)\n"
        "    A: symmetric(k)\n"
        "  function: x.T @ A @ x\n"
        "  wrt: x\n"
        "  denominator: 2*A @ x\n"
    )


def test_json_has_the_report_and_what_was_asked(capsys):
    status, out, err = nabla(capsys, GOOD, "--format", "json")
    data = json.loads(out)
    assert (status, err) == (0, "")
    assert data["asked"]["layouts"] == ["denominator"]
    assert data["run"]["command"].startswith("nabla check 'd(x.T @ A @ x)/dx")
    assert len(Report.from_json(data).results) == 2


def test_what_cannot_be_read_is_said_with_a_caret(capsys):
    assert nabla(capsys, "d(x @@ y)/dx = y") == (
        2,
        "",
        "<statement>:1:6: syntax: `@` is followed by `@`\n"
        "    d(x @@ y)/dx = y\n"
        "         ^\n"
        "  hint: something is missing between them\n",
    )
    status, out, err = nabla(capsys, "x =", "--format", "json")
    assert (status, err) == (2, "")
    assert json.loads(out)["problems"][0]["text"] == "one side of the `=` is empty"


def test_a_statement_in_pieces_lacks_its_quotes(capsys):
    status, _, err = nabla(capsys, "d(x.T", "@", "x)/dx", "=", "2*x")
    assert status == 2
    assert err.endswith("hint: put the statement in quotes\n")


def test_help_has_the_notations_and_the_exit_status(capsys):
    with pytest.raises(SystemExit):
        cli.main(["check", "--help"])
    out = capsys.readouterr().out
    assert "hessian(x.T @ x, x) = 2*eye(n)" in out
    assert "capital letters are matrices" in out
    assert "3  it is inconclusive" in out


# From a pipe.


def test_lines_from_a_pipe_are_answered_one_by_one_and_the_worst_counts():
    lines = f"# two\n{GOOD}\n\n:where A: symmetric(n)\ntr(A @ B) = tr(B @ A)\n"
    status, out, err = piped(lines)
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == GOOD
    assert "tr(A @ B) = tr(B @ A)\nholds\n  given: A: symmetric(n)\n" in out
    assert "nabla>" not in out
    status, out, err = piped("tr(A)\ntr(A @ B) = tr(B @ A)\n", "--format", "json")
    first, second = map(json.loads, out.splitlines())
    assert (status, err) == (2, "")
    assert first["problems"][0]["text"].startswith("there is no `=` in it")
    assert second["asked"]["verdict"] == "holds"


def test_no_line_at_all_is_bad_usage():
    assert piped("") == (2, "", "")


# On a terminal.


ON_A_TERMINAL = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from verifier.__main__ import main
sys.exit(main())
"""
# Its own terminal is what sends it the signal of Ctrl-C. The program asks for it, since
# what is done between fork and exec in this process would meet JAX's threads.


class Terminal:
    """A prompt on a terminal of its own; everything has a limit."""

    LIMIT = 90.0

    def __init__(self, folder):
        surroundings = {**environment("cpu"), "NO_COLOR": "1", "TERM": "xterm"}
        self.handle, inner = os.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", ON_A_TERMINAL, "check", *FEW],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={**surroundings, "NABLA_CACHE_DIR": str(folder)},
            start_new_session=True,
        )
        os.close(inner)

    def read(self, until="nabla> "):
        """Return what is shown up to a text; the keys that were echoed are in it."""
        shown, end = "", time.monotonic() + self.LIMIT
        while time.monotonic() < end:
            if select.select([self.handle], [], [], 0.05)[0]:
                try:
                    shown += os.read(self.handle, 65536).decode()
                except OSError:  # the other end is gone
                    return shown
            elif shown.endswith(until):
                return shown.replace("\r\n", "\n")
        raise AssertionError(f"no {until!r} within {self.LIMIT} s, but {shown!r}")

    def type(self, keys, until="nabla> "):
        os.write(self.handle, keys.encode())
        return self.read(until)

    def leave(self):
        """Wait for the end, and return the exit status."""
        return self.process.wait(self.LIMIT)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.handle)


@pytest.fixture
def terminal(tmp_path):
    made = []

    def make():
        made.append(Terminal(tmp_path))
        made[-1].read()
        return made[-1]

    yield make
    for one in made:
        one.close()


def children(pid):
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout.split()


def test_a_prompt_answers_with_one_worker_that_stays(terminal):
    prompt = terminal()
    shown = prompt.type(f"{GOOD}\n")
    assert "holds in denominator layout, fails in numerator layout\n" in shown
    workers = children(prompt.process.pid)
    assert len(workers) == 1
    shown = prompt.type("tr(A @ B) = tr(B @ A)\n")
    assert "\nholds\n  inferred: A: matrix(m, n), B: matrix(n, m)\n" in shown
    assert children(prompt.process.pid) == workers
    prompt.type("\x04", until="")
    assert prompt.leave() == 0
    assert [pid for pid in workers if os.path.exists(f"/proc/{pid}")] == []


def test_ctrl_c_stops_a_check_and_empties_a_line_but_leaves_nothing(terminal):
    prompt = terminal()
    os.write(prompt.handle, f"{GOOD}\n".encode())
    time.sleep(0.3)  # while the worker still imports
    assert "nabla: stopped\n" in prompt.type("\x03")
    prompt.type("half a line\x03")
    assert "\nholds\n" in prompt.type("tr(A @ B) = tr(B @ A)\n")
    prompt.type(":quit\n", until="")
    assert prompt.leave() == 0


def test_commands_of_the_prompt(terminal):
    prompt = terminal()
    assert ":where A: symmetric(n)" in prompt.type("?\n")
    assert "all types are inferred\n" in prompt.type(":where\n")
    assert "A: symmetric(n), b: scalar\n" in prompt.type(
        ":where A: symmetric(n), b: scalar\n"
    )
    assert "unknown type 'vektor'" in prompt.type(":where x: vektor(n)\n")
    assert "all types are inferred\n" in prompt.type(":where -\n")
    assert "layout is one of either, both" in prompt.type(":layout row\n")
    assert "seed is a whole number, not `x`" in prompt.type(":seed x\n")
    assert "draws at least 1" in prompt.type(":draws 0\n")
    assert "no command `:nonsense`" in prompt.type(":nonsense\n")
    assert "no statement was checked yet" in prompt.type(":yaml\n")
    assert "there is no `=` in it" in prompt.type("tr(A)\n")
    prompt.type("\x04", until="")
    assert prompt.leave() == 0


def test_the_history_is_kept_for_the_next_time_and_for_nobody_else(terminal, tmp_path):
    pytest.importorskip("readline")
    prompt = terminal()
    prompt.type("tr(A)\n")
    prompt.type(":quit\n", until="")
    prompt.leave()
    history = tmp_path / "prompt" / "history"
    assert "tr(A)" in history.read_text()
    assert history.stat().st_mode & 0o77 == 0
    again = terminal()
    shown = again.type("\x1b[A\x1b[A\n")
    assert re.search(r"tr\(A\).*\n.*there is no `=` in it", shown, re.DOTALL)
