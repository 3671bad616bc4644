"""What runs in a process of Dask: it hands chunks on to worker processes of its own.

Those have the environment that numbers need from their start, whatever a Dask worker
was started with; they keep what they have prepared; and what kills one of them does not
kill Dask's. Each thread of a Dask worker that has a chunk uses one.
"""

from __future__ import annotations

import atexit
import pickle
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from . import pool
from .memory import program
from .versions import machine, versions

IDLE = 600.0  # seconds that a worker process stays without anything to do
PERIOD = 60.0  # seconds between two looks for such processes
MOST_ENDED = 256  # runs whose end is remembered


class Foreign(RuntimeError):
    """A chunk has come from a program that would compute otherwise."""


@dataclass(frozen=True)
class Chunk:
    """What a worker process is to do, and under which limits."""

    work: str  # "module:function"
    items: list[Any]
    settings: Any
    device: str = "cpu"
    limits: pool.Limits = field(default_factory=pool.Limits)


@cache
def made() -> dict[str, str]:
    """Return all that decides what is computed here; it must be the same everywhere."""
    system, processor, flags = machine()
    return {
        **versions(),
        "system": f"{system} on {processor}",
        "XLA_FLAGS": flags,
        "program": program(),
    }


def perform(run: str, asked: dict[str, str], chunk: bytes) -> bytes:
    """Do a chunk of a run: a result for each item, or a `Crash` in its place.

    It travels pickled, so that Dask looks into nothing, and nothing is read that
    another version has written.
    """
    if asked != made():
        raise Foreign(differences(asked, made()))
    return _desk.perform(run, pickle.loads(chunk))


def end(run: str) -> None:
    """Stop what is done here for a run; nothing of it is begun any more."""
    _desk.ended.append(run)


def dismiss() -> None:
    """End the worker processes that have nothing to do."""
    _desk.dismiss(0.0)


def differences(asked: dict[str, str], found: dict[str, str]) -> str:
    """Say what is not the same in two programs."""
    said = []
    for name in {**asked, **found}:
        here, there = found.get(name, ""), asked.get(name, "")
        if here == there:
            continue
        if name == "program":
            said.append("another program of nabla-verifier under the same number")
        else:
            said.append(f"{name} {here or 'is absent'} (here {there or 'absent'})")
    if len(said) > 1:  # of another version, its program is another one anyway
        said = [text for text in said if not text.startswith("another program")]
    return ", ".join(said)


@dataclass
class _Crew:
    """A worker process that stays, what it is for, and since when it is idle."""

    work: str
    device: str
    kept: pool.Kept = field(default_factory=pool.Kept)
    since: float = 0.0


class _Desk:
    """The worker processes of this process of Dask, as far as they are idle."""

    def __init__(self) -> None:
        self.ended: deque[str] = deque(maxlen=MOST_ENDED)
        self._idle: list[_Crew] = []
        self._lock = threading.Lock()
        self._sweeper: threading.Thread | None = None

    def perform(self, run: str, chunk: Chunk) -> bytes:
        crew = self._take(chunk)
        found: dict[int, Any] = {}
        try:
            pool.run(
                chunk.items,
                chunk.work,
                chunk.settings,
                jobs=1,
                chunk_size=len(chunk.items),
                limits=chunk.limits,
                device=chunk.device,
                on_result=found.__setitem__,
                stop=lambda: run in self.ended,
                kept=crew.kept,
            )
        finally:
            self._give_back(crew)
        if len(found) < len(chunk.items):
            raise RuntimeError("this run has been ended")
        return pickle.dumps([found[index] for index in range(len(chunk.items))])

    def dismiss(self, idle: float) -> None:
        """End those that have been idle for so long."""
        until = time.monotonic() - idle
        with self._lock:
            ended = [crew for crew in self._idle if crew.since <= until]
            self._idle = [crew for crew in self._idle if crew.since > until]
        for crew in ended:
            crew.kept.close()

    def _take(self, chunk: Chunk) -> _Crew:
        """Take an idle process, one that has done such work if there is any."""
        with self._lock:
            own = (c for c in self._idle if (c.work, c.device) == _kind(chunk))
            crew = next(own, self._idle[-1] if self._idle else None)
            if crew is None:
                return _Crew(*_kind(chunk))
            self._idle.remove(crew)
        crew.work, crew.device = _kind(chunk)
        return crew

    def _give_back(self, crew: _Crew) -> None:
        crew.since = time.monotonic()
        with self._lock:
            self._idle.append(crew)
            if self._sweeper is None:
                self._sweeper = threading.Thread(target=self._sweep, daemon=True)
                self._sweeper.start()

    def _sweep(self) -> None:
        while True:
            time.sleep(PERIOD)
            self.dismiss(IDLE)


def _kind(chunk: Chunk) -> tuple[str, str]:
    return chunk.work, chunk.device


_desk = _Desk()
atexit.register(dismiss)
