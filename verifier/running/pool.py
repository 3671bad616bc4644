"""The pool of worker processes: it feeds them chunks, and outlives their crashes.

A worker that dies, hangs, grows too large or answers wrongly is killed, and its chunk
is cut into smaller ones until the guilty item stands alone: that one is a `Crash`, all
others have their results. A process that hangs inside XLA cannot be interrupted from
within, so a parent that kills it is the only time limit there is.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..reading.bounds import RECORD_SECONDS, ROOMY_MEMORY
from . import interrupts
from .chunks import GIB, Chunk, Crash, Limits, in_words, portions
from .process import Inbox, Process, unpickled
from .worker import environment

TICK = 0.05  # seconds between two looks at memory, deadlines and `stop`
GRACE = 3.0  # seconds that idle workers have to leave by themselves at the end
ADDRESS_SPACE = 8 * GIB  # what a worker may map and never touch, above its memory
ROOMY = 0.75  # an idle worker that holds more of its memory limit is replaced
START_DEATHS = 3  # workers in a row that may die before one is ready


class WorkerStartError(RuntimeError):
    """No worker gets as far as being ready: the fault is no item's."""


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def crew(jobs: int | None = None, device: str = "cpu") -> int:
    """Return how many workers there may be: one for a GPU, else one a core."""
    return 1 if device == "gpu" else jobs or usable_cores()


def run(
    items: Sequence[Any],
    work: str,
    settings: Any,
    *,
    jobs: int | None = None,
    chunk_size: int = 16,
    limits: Limits | None = None,
    device: str = "cpu",
    on_result: Callable[[int, Any], None],
    stop: Callable[[], bool] = lambda: False,
    kept: Kept | None = None,
) -> None:
    """Give every item's result, or its Crash, to `on_result`, as chunks finish.

    `work` is "module:function", called as function(items, settings) in a worker; items,
    settings and results are pickled. `on_result` has the item's index, from 0. When
    `stop` says so, or at Ctrl-C, what has finished is given and the rest is dropped.
    A chunk has at most `chunk_size` items, and towards the end fewer, so that workers
    end together. They are those of `kept`, if given, and stay there unless busy.
    """
    if chunk_size < 1 or (jobs is not None and jobs < 1):
        raise ValueError("chunk_size and jobs are at least 1")
    jobs = crew(jobs, device)
    limits = limits or Limits()
    pool = Pool(items, work, settings, jobs, limits, device, on_result, kept)
    pool.pending.extend(portions(len(items), jobs, chunk_size))
    with interrupts.held() as interrupted:
        grace = 0.0
        try:
            while pool.unfinished and not interrupted and not stop():
                pool.step()
            pool.give_finished()
            grace = 0.0 if interrupted else GRACE
        except (KeyboardInterrupt, WorkerStartError):
            pool.give_finished()
            raise
        finally:
            if kept is None:
                pool.close(grace)
            else:
                pool.end_busy()


class Kept:
    """Workers that stay between runs, so that the next one need not wait for them.

    They end with `close`, and in any case with their parent.
    """

    def __init__(self) -> None:
        self.inbox: Inbox = queue.SimpleQueue()
        self.workers: dict[Process, _Worker] = {}
        self.command: list[str] = []

    def start(
        self,
        work: str,
        device: str = "cpu",
        limits: Limits | None = None,
        count: int = 1,
    ) -> None:
        """Start workers ahead of a run, so that there are so many.

        Where that fails, the run says so: only there somebody listens.
        """
        limits = limits or Limits()
        pool = Pool((), work, None, 1, limits, device, lambda _, result: None, self)
        with contextlib.suppress(WorkerStartError):
            while len(self.workers) < count:
                pool.start()

    def close(self) -> None:
        """End all workers."""
        while self.workers:
            self.workers.popitem()[0].end()


@dataclass
class _Worker:
    """A process, what it works on, and until when."""

    process: Process
    seconds: float  # how long it has for what it does
    deadline: float
    chunk: Chunk | None = None
    ready: bool = False
    used: bool = False
    single: bool = False  # whether it gives its results one by one

    @property
    def idle(self) -> bool:
        """Whether it waits for a chunk."""
        return self.ready and self.chunk is None


class Pool:
    """The workers of one run, the chunks that wait for them, and what came back."""

    def __init__(
        self,
        items: Sequence[Any] | Mapping[int, Any],
        work: str,
        settings: Any,
        jobs: int,
        limits: Limits,
        device: str,
        on_result: Callable[[int, Any], None],
        kept: Kept | None = None,
    ):
        self.items, self.settings, self.jobs = items, settings, jobs
        self.limits, self.on_result = limits, on_result
        bounded = sys.platform == "linux" and device == "cpu"  # CUDA maps everything
        # The same for all that is usual: workers stay when other work is asked of them.
        most = max(limits.memory_bytes, ROOMY_MEMORY.value * GIB)
        space = most + ADDRESS_SPACE if bounded else 0
        # -P: the current folder's modules are not ours. -W: `verifier` may import us.
        self.command = [sys.executable, "-P", "-W", "ignore::RuntimeWarning:runpy"]
        self.command += [
            "-m",
            "verifier.running.worker",
            work,
            str(space),
            str(os.getpid()),
        ]
        self.environment = environment(device)
        kept = kept or Kept()
        asked = [*self.command, device]
        if kept.command not in ([], asked):
            kept.close()  # workers for something else
        kept.command = asked
        self.inbox, self.workers = kept.inbox, kept.workers
        self.pending: deque[Chunk] = deque()
        self.finished: deque[tuple[int, Any]] = deque()
        self.start_deaths = 0
        self.deaths = 0
        """Workers that died, or were killed for what they did."""

    @property
    def unfinished(self) -> bool:
        """Whether some item has no result yet."""
        return bool(self.pending or any(w.chunk for w in self.workers.values()))

    def step(self) -> None:
        """Hand out chunks, wait a moment for answers, look after the workers."""
        self._hand_out()
        self._give()
        with contextlib.suppress(queue.Empty):
            self._receive(*self.inbox.get(timeout=TICK))
            while True:
                self._receive(*self.inbox.get_nowait())
        self._give()
        self._inspect()  # after the answers: one that has come is never late

    def wake(self) -> None:
        """Let `step` end its wait, because there is something new to do."""
        self.inbox.put((None, None))

    def give_finished(self) -> None:
        """Give the results that have arrived; start nothing."""
        with contextlib.suppress(queue.Empty):
            while True:
                process, frame = self.inbox.get_nowait()
                worker = process and self.workers.get(process)
                if worker is not None and frame is not None:
                    self._accept(worker, unpickled(frame))
        self._give()

    def close(self, grace: float) -> None:
        """End all workers; those that are idle may leave by themselves."""
        until = time.monotonic() + grace
        for process, worker in self.workers.items():
            if worker.idle:
                process.dismiss()
        while self.workers:
            process, worker = self.workers.popitem()
            process.end(max(0.0, until - time.monotonic()) if worker.idle else 0.0)

    def end_busy(self) -> None:
        """End the workers that have something to do."""
        for worker in list(self.workers.values()):
            if worker.chunk is not None:
                self._end(worker)

    def _give(self) -> None:
        while self.finished:
            self.on_result(*self.finished.popleft())

    # --- handing out ---

    def _hand_out(self) -> None:
        starting = sum(not worker.ready for worker in self.workers.values())
        for worker in [worker for worker in self.workers.values() if worker.idle]:
            suits = (c for c in self.pending if not (c.retry and worker.used))
            if chunk := next(suits, None):
                self.pending.remove(chunk)
                self._send(worker, chunk)
            elif len(self.workers) >= self.jobs and starting < len(self.pending):
                self._end(worker)  # to make room for a fresh one
        while len(self.workers) < self.jobs and starting < len(self.pending):
            starting += 1
            self.start()

    def start(self) -> None:
        """Start one more worker."""
        seconds = self.limits.seconds_start
        try:
            process = Process(self.command, self.environment, self.inbox)
        except OSError as error:
            self._start_failed(Crash(f"no process can be started: {error}"))
        else:
            deadline = time.monotonic() + seconds
            self.workers[process] = _Worker(process, seconds, deadline)

    def _send(self, worker: _Worker, chunk: Chunk) -> None:
        limits = self.limits
        base = limits.seconds_base
        seconds = limits.seconds_start if base is None else base
        seconds += limits.seconds_per_item * len(chunk.indexes)
        items = [self.items[index] for index in chunk.indexes]
        budget = limits.budget or (lambda item: 0.0)
        budgets = [budget(item) for item in items]
        try:
            request = pickle.dumps((items, self.settings, seconds, budgets))
        except Exception as error:
            crash = Crash(f"cannot be pickled: {error}", traceback.format_exc())
            self._blame(chunk, crash)
            return
        worker.chunk, worker.used, worker.single = chunk, True, False
        worker.seconds, worker.deadline = seconds, time.monotonic() + seconds
        worker.process.send(request)

    # --- receiving ---

    def _receive(self, process: Process | None, frame: bytes | None) -> None:
        worker = process and self.workers.get(process)
        if not process or not worker:
            return  # to wake up only, or the last of one that was ended
        if frame is None:
            death = process.end(grace=1.0)
            if process.spent and worker.chunk:
                self._exhausted(worker)
            else:
                self._fail(worker, death)
            return
        message = unpickled(frame)
        if self._accept(worker, message):
            return
        match message:
            case ("ready",) if not worker.ready:
                worker.ready, self.start_deaths = True, 0
            case ("one by one",) if worker.chunk:
                worker.single = True
            case ("error", str(reason), str(detail)) if worker.chunk:
                self._fail(worker, reason, detail)
            case _:
                self._fail(worker, "worker answered garbage")

    def _accept(self, worker: _Worker, message: object) -> bool:
        """Take the results out of a message; say whether it had them."""
        match message:
            case ("results", list(results)) if worker.chunk and (
                len(results) == (1 if worker.single else len(worker.chunk.indexes))
            ):
                done, left = worker.chunk.split(len(results))
                self.finished.extend(zip(done.indexes, results, strict=True))
                worker.chunk = left if left.indexes else None
                return True
        return False

    # --- trouble ---

    def _inspect(self) -> None:
        """End the workers that are late or too large."""
        now, limit = time.monotonic(), self.limits.memory_bytes
        for worker in list(self.workers.values()):
            resident = worker.process.resident_bytes
            if worker.idle and resident > ROOMY * limit:
                self._end(worker)  # what it keeps is not the next chunk's fault
            elif resident > limit:
                said = f"used more than {in_words(limit)} of memory"
                self._fail(worker, said, limit=True)
            elif not worker.idle and now > worker.deadline:
                what = "answer" if worker.ready else "sign of life"
                # Waiting is dear: look at each item by itself next.
                reason = f"no {what} within {worker.seconds:g} s"
                self._fail(worker, reason, one_by_one=True)

    def _end(self, worker: _Worker) -> None:
        del self.workers[worker.process]
        worker.process.end()

    def _exhausted(self, worker: _Worker) -> None:
        """Give the first item without a result its crash: a try more took as long."""
        assert worker.chunk is not None
        guilty, others = worker.chunk.split(1)
        seconds = self.limits.budget and self.limits.budget(
            self.items[guilty.indexes[0]]
        )
        self.deaths += 1
        self._end(worker)
        reason = RECORD_SECONDS.said(limit=f"{seconds:g}")
        self.finished.append((guilty.indexes[0], Crash(reason, limit=True)))
        if others.indexes:
            self.pending.appendleft(Chunk(others.indexes))

    def _fail(
        self,
        worker: _Worker,
        reason: str,
        detail: str = "",
        one_by_one: bool = False,
        limit: bool = False,
    ) -> None:
        """End a worker, and go on to find the item that was too much for it."""
        self.deaths += 1
        self._end(worker)
        crash = Crash(reason, detail or worker.process.last_words, limit)
        if worker.chunk is not None:
            self._blame(worker.chunk, crash, one_by_one, worker.single)
        elif not worker.ready:
            self._start_failed(crash)

    def _blame(
        self,
        chunk: Chunk,
        crash: Crash,
        one_by_one: bool = False,
        first: bool = False,
    ) -> None:
        """Put the pieces of a chunk back, or give a lone item its crash.

        `first`: it was the first of them, so that it alone need be tried again.
        """
        count = len(chunk.indexes)
        if count > 1 and first:
            guilty, others = chunk.split(1)
            self.pending.extendleft((others, Chunk(guilty.indexes, retry=True)))
        elif count > 1:
            size = 1 if one_by_one else (count + 1) // 2
            self.pending.extendleft(reversed(chunk.pieces(size)))
        elif not chunk.retry:
            self.pending.appendleft(Chunk(chunk.indexes, retry=True))
        else:
            self.finished.append((chunk.indexes[0], crash))

    def _start_failed(self, crash: Crash) -> None:
        self.start_deaths += 1
        if self.start_deaths >= START_DEATHS:
            text = f"{START_DEATHS} workers in a row failed before they were ready"
            raise WorkerStartError(f"{text}: {crash.reason}\n{crash.detail}".rstrip())
