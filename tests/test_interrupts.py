"""Ctrl-C is heard even where Python loses its exception."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

LOST = """
import os, signal
from verifier.running import interrupts, pool

class Gone:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)

with interrupts.listening():
    Gone()
    print("still here", flush=True)
    OBEYED
    pool.run(
        [("square", 2)], "pool_faults:perform", None, jobs=1,
        on_result=lambda index, result: print("result", result, flush=True),
    )
"""


def run(obeyed: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    return subprocess.run(
        [sys.executable, "-c", LOST.replace("OBEYED", obeyed)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=180,
    )


def test_an_interrupt_that_a_finaliser_swallows_stops_the_next_run():
    done = run("pass")
    assert "Exception ignored" in done.stderr
    assert done.stdout == "still here\n"
    assert done.returncode == -signal.SIGINT
    assert done.stderr.rstrip().endswith("KeyboardInterrupt")


def test_one_that_was_obeyed_does_not():
    done = run("interrupts.obeyed()")
    assert done.stdout == "still here\nresult 4\n"
    assert done.returncode == 0


def test_a_handler_of_the_caller_is_left_in_place(monkeypatch):
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        from verifier.running import interrupts

        with interrupts.listening(), interrupts.held() as found:
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert not found
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_command_that_has_ended_leaves_the_handler_that_it_found(monkeypatch):
    from verifier import __main__
    from verifier.commands import cli

    seen = []
    monkeypatch.setattr(
        cli, "main", lambda: seen.append(signal.getsignal(signal.SIGINT)) or 0
    )
    before = signal.getsignal(signal.SIGINT)
    assert __main__.main() == 0
    assert seen != [before]
    assert signal.getsignal(signal.SIGINT) is before
