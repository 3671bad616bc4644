"""A command that is disturbed while it runs."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 300.0  # seconds: a command that takes longer hangs
GONE = 10.0  # seconds that workers have to follow their parent


class Hung(Exception):
    """A command or its workers did not end."""


@dataclass
class Command:
    """`nabla` with some words, as a process that can be sent signals."""

    words: Sequence[str]
    cache: Path
    surroundings: Mapping[str, str] = field(default_factory=dict)
    most_bytes: int = 0  # of a file; 0: no limit

    def __post_init__(self) -> None:
        path = [self.surroundings.get("PYTHONPATH", ""), str(ROOT)]
        environment = os.environ | {"NABLA_CACHE_DIR": str(self.cache)}
        environment |= {**self.surroundings}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, path))
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "verifier", *self.words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=self._bound if self.most_bytes else None,
        )
        self.workers: set[int] = set()

    def _bound(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.most_bytes,) * 2)

    def wait_until(self, seconds: float) -> bool:
        """Wait for a moment after the start; say whether it still runs then."""
        while time.monotonic() - self.began < seconds and self.process.poll() is None:
            self.workers |= set(children(self.process.pid))
            time.sleep(0.01)
        return self.process.poll() is None

    def busy(self) -> list[int]:
        """Wait until there are workers, and return them; none: it ends without."""
        while not (found := children(self.process.pid)) and self.process.poll() is None:
            time.sleep(0.01)
        return found

    def send(self, number: signal.Signals, pid: int | None = None) -> None:
        """Send a signal to the command, or to a worker of it."""
        self.workers |= set(children(self.process.pid))
        try:
            os.kill(pid or self.process.pid, number)
        except ProcessLookupError:
            return

    def end(self) -> tuple[int, str, str]:
        """Wait for the end: the status and what was printed. Nobody may stay behind."""
        try:
            out, err = self.process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Hung(f"no end within {LIMIT:g} s") from None
        until = time.monotonic() + GONE
        while left := [pid for pid in self.workers if alive(pid)]:
            if time.monotonic() > until:
                raise Hung(f"{len(left)} workers stay behind")
            time.sleep(0.02)
        return self.process.returncode, out, err


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        if _fields(stat)[1:2] == [str(pid)]:
            found.append(int(stat.parent.name))
    return found


def alive(pid: int) -> bool:
    """Whether a process is there, and not only waits to be forgotten."""
    return _fields(Path(f"/proc/{pid}/stat"))[:1] not in ([], ["Z"], ["X"])


def _fields(stat: Path) -> list[str]:
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []
