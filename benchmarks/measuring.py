"""Run a command as a user would: its wall time, CPU time and largest process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LECTURES = ROOT / "identities" / "lectures"
TICK = 0.005


class TookTooLong(Exception):
    """A command did not end within its limit and was killed."""


@dataclass(frozen=True)
class Run:
    """What one command took; `peak` is the largest process in bytes."""

    seconds: float
    cpu: float
    peak: int
    status: int
    output: str


def nabla(
    *words: str, settings: Mapping[str, str] | None = None, limit: float = 600.0
) -> Run:
    """Run the checkout's `nabla`; raise TookTooLong after `limit` seconds."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    environment |= settings or {}
    # Compiled modules are kept, as they are where the package is installed.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "verifier", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,  # so that it can be killed with all its workers
    )
    alarm = signal.signal(signal.SIGALRM, _too_late)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        assert process.stdout is not None
        output = process.stdout.read()
        # wait4 counts the workers in, since the command has waited for them.
        _, status, used = os.wait4(process.pid, 0)
    except TookTooLong:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, alarm)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(
        time.monotonic() - began,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        process.returncode,
        output,
    )


def _too_late(number: int, frame: object) -> None:
    raise TookTooLong


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows under heads, the first column at the left, numbers at the right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = []
    for row in (heads, ["-" * width for width in widths], *rows):
        first, *rest = (
            cell.rjust(width) for cell, width in zip(row, widths, strict=True)
        )
        lines.append("  ".join([first.strip().ljust(widths[0]), *rest]).rstrip())
    return "\n".join(lines)


def judged(promise: str, kept: bool) -> str:
    """Say whether a promise is kept."""
    return f"{'kept  ' if kept else 'BROKEN'}  {promise}"
