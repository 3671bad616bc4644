"""One worker process as its parent sees it: pipes, last words, death."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, TypeAlias

from .worker import read_frame, write_frame

LAST_WORDS = 4096  # bytes of stderr that are kept
REAP_SECONDS = 3.0  # a killed process is gone long before

Inbox: TypeAlias = "queue.SimpleQueue[tuple[Process | None, bytes | None]]"


class Process:
    """A process, and the threads at its pipes (`select` knows no pipes on Windows).

    What it answers arrives in `inbox`, frame by frame, and None when its pipe ends.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], inbox: Inbox
    ):
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # the terminal's Ctrl-C is the parent's alone
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self.pid = self._process.pid
        pipes = self._process.stdin, self._process.stdout, self._process.stderr
        assert pipes[0] and pipes[1] and pipes[2]
        self._requests: IO[bytes] = pipes[0]
        self._answers: IO[bytes] = pipes[1]
        self._errors: IO[bytes] = pipes[2]
        self._tail = b""
        self._death = ""
        self._threads: list[threading.Thread] = []
        self._start(self._read_answers, inbox)
        self._start(self._read_errors)

    def send(self, frame: bytes) -> None:
        """Send a frame; a thread does it, because a stuck process does not read."""
        self._tail = b""  # what it wrote before belongs to another request
        self._start(self._write, frame)

    def dismiss(self) -> None:
        """Let a process that waits for a frame leave by itself."""
        with contextlib.suppress(OSError):
            self._requests.close()

    def end(self, grace: float = 0.0) -> str:
        """Kill and reap it with its descendants; say how it died.

        It has `grace` seconds to die by itself, so that its own exit status is seen.
        """
        if self._death:
            return self._death
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace)
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self.pid, signal.SIGKILL)
            else:
                self._process.kill()
        try:
            self._death = in_words(self._process.wait(REAP_SECONDS))
        except subprocess.TimeoutExpired:  # stuck in the kernel
            self._death = "worker cannot be killed"
        until = time.monotonic() + REAP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        # A pipe that a thread still reads must not be closed: its number is reused.
        if not any(thread.is_alive() for thread in self._threads):
            for pipe in (self._requests, self._answers, self._errors):
                with contextlib.suppress(OSError):
                    pipe.close()
        return self._death

    @property
    def spent(self) -> bool:
        """Whether it died of having computed for longer than it was allowed to."""
        limit = getattr(signal, "SIGXCPU", None)
        return limit is not None and self._process.returncode == -limit

    @property
    def last_words(self) -> str:
        """The end of what it wrote to stderr."""
        return self._tail.decode("utf-8", "replace").strip()

    @property
    def resident_bytes(self) -> int:
        """How much memory it holds; 0 where that cannot be told."""
        try:
            with open(f"/proc/{self.pid}/statm", "rb") as numbers:
                return int(numbers.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError):
            return 0

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads = [*(t for t in self._threads if t.is_alive()), thread]
        thread.start()

    def _write(self, frame: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):  # its death is noticed elsewhere
            write_frame(self._requests, frame)

    def _read_answers(self, inbox: Inbox) -> None:
        try:
            while (frame := read_frame(self._answers)) is not None:
                inbox.put((self, frame))
        except (OSError, ValueError, MemoryError):
            inbox.put((self, b""))  # no pickle is empty: garbage
        inbox.put((self, None))

    def _read_errors(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while block := os.read(self._errors.fileno(), LAST_WORDS):
                self._tail = (self._tail + block)[-LAST_WORDS:]


def unpickled(frame: bytes) -> object:
    """Read an answer; None for garbage."""
    try:
        return pickle.loads(frame)
    except Exception:  # unpickling runs code of the results' classes
        return None


def in_words(status: int) -> str:
    """Say how a process ended."""
    if status >= 0:
        return f"worker ended with exit status {status} before it had answered"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = str(-status)
    hint = " (perhaps the machine is short of memory)" if name == "SIGKILL" else ""
    return f"worker died with signal {name}{hint}"
