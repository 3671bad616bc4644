"""Workers behind a queue: give them an item at any time, and get a future for it.

A run of the pool has all of its items at the beginning; a stream has not.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from concurrent.futures import Future
from typing import Any

from . import pool


class Crew:
    """Worker processes, and a thread that hands them what was submitted.

    Every future has a result in the end: what came back, or a `Crash` in its place.
    """

    def __init__(
        self,
        work: str,
        settings: Any,
        *,
        jobs: int | None = None,
        device: str = "cpu",
        chunk_size: int = 8,
        limits: pool.Limits | None = None,
        standing: int = 1,
    ):
        """Start workers at once, and the others when there is something for them.

        `standing`: how many there always are; one that dies is replaced.
        """
        self.jobs = pool.crew(jobs, device)
        self.chunk_size = chunk_size
        self.standing = min(standing, self.jobs)
        self._futures: dict[int, Future[Any]] = {}
        self._items: dict[int, Any] = {}
        self._waiting: deque[int] = deque()
        self._count = 0
        self._over = False
        self._lock = threading.Lock()
        self._pool = pool.Pool(
            self._items,
            work,
            settings,
            self.jobs,
            limits or pool.Limits(),
            device,
            self._give,
        )
        with contextlib.suppress(pool.WorkerStartError):  # the thread says so again
            self._stand()
        self._thread = threading.Thread(target=self._run, name="crew", daemon=True)
        self._thread.start()

    def submit(self, item: Any) -> Future[Any]:
        """Have a worker do its work on an item; RuntimeError after the end."""
        future: Future[Any] = Future()
        with self._lock:
            if self._over:
                raise RuntimeError("these workers have ended")
            self._items[self._count] = item
            self._futures[self._count] = future
            self._waiting.append(self._count)
            self._count += 1
        self._pool.wake()
        return future

    @property
    def unfinished(self) -> int:
        """How many items have no result yet."""
        return len(self._futures)

    @property
    def ready(self) -> int:
        """How many workers have started and can be asked."""
        return sum(worker.ready for worker in list(self._pool.workers.values()))

    @property
    def deaths(self) -> int:
        """How many workers died so far, or were killed for what they did."""
        return self._pool.deaths

    @property
    def pids(self) -> list[int]:
        """The processes of the workers that there are now."""
        return [process.pid for process in list(self._pool.workers)]

    def close(self) -> None:
        """End the workers at once; what is not finished is cancelled."""
        with self._lock:
            self._over = True
        self._pool.wake()
        self._thread.join()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- in the thread ---

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            while not self._over:
                self._stand()
                self._portion()
                self._pool.step()
        except BaseException as broken:
            error = broken
        finally:
            with self._lock:
                self._over = True
            self._pool.close(0.0)
            for index in list(self._futures):
                future = self._futures.pop(index)
                if error is None:
                    future.cancel()
                elif future.set_running_or_notify_cancel():
                    future.set_exception(error)

    def _stand(self) -> None:
        while len(self._pool.workers) < self.standing:
            self._pool.start()

    def _portion(self) -> None:
        """Make chunks for the workers that may soon be idle: small where few wait."""
        while self._waiting and len(self._pool.pending) < self.jobs:
            if self._futures[self._waiting[0]].cancelled():  # nobody waits for it
                self._give(self._waiting.popleft(), None)
                continue
            share = len(self._waiting) // (2 * self.jobs)
            size = max(1, min(self.chunk_size, share))
            first = self._waiting[0]
            for _ in range(size):
                self._waiting.popleft()
            self._pool.pending.append(pool.Chunk(range(first, first + size)))

    def _give(self, index: int, result: Any) -> None:
        del self._items[index]
        future = self._futures.pop(index)
        if future.set_running_or_notify_cancel():
            future.set_result(result)
