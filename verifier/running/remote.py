"""Items for a cluster: the same chunks as for workers of this machine.

`run` is what `pool.run` is, and a `RemoteCrew` what a `Crew` is.
"""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import queue
import threading
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from typing import Any

from . import interrupts, pool
from .cluster import STOP, Cluster
from .outpost import Chunk

DEPTH = 2  # chunks of each thread of a worker: one that is done, and one that waits


class RemoteCrew:
    """A queue of items for a cluster, of which only so many are there at a time."""

    def __init__(
        self,
        cluster: Cluster,
        work: str,
        settings: Any,
        *,
        device: str = "cpu",
        chunk_size: int = 32,
        limits: pool.Limits | None = None,
        own: bool = False,
    ):
        """Work on a cluster, which is closed with the crew if it is its `own`."""
        self.cluster, self.chunk_size = cluster, chunk_size
        self._chunk = (work, settings, device, limits or pool.Limits())
        self._run, self._own = uuid.uuid4().hex, own
        self._waiting: deque[tuple[Any, Future[Any]]] = deque()
        self._flying: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()
        self._over = self._woken = False

    @property
    def jobs(self) -> int:
        """How many threads the workers have now."""
        return max(1, self.cluster.jobs)

    @property
    def flying(self) -> int:
        """How many chunks are at the cluster now."""
        return len(self._flying)

    def submit(self, item: Any) -> Future[Any]:
        """Have a worker do its work on an item; RuntimeError after the end."""
        future: Future[Any] = Future()
        with self._lock:
            if self._over:
                raise RuntimeError("these workers have ended")
            self._waiting.append((item, future))
            wake, self._woken = not self._woken, True
        if wake:
            self.cluster.loop.call_soon_threadsafe(self._pump)
        return future

    def close(self) -> None:
        """End at once; what is not finished is cancelled, at the workers too."""
        with self._lock:
            over, self._over = self._over, True
        if not over:
            with contextlib.suppress(TimeoutError):
                self.cluster.call(self._end(), 2 * STOP)
        if self._own:
            self.cluster.close()

    def __enter__(self) -> RemoteCrew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- in the thread that talks to Dask ---

    def _pump(self) -> None:
        """Send chunks while there is room: small ones where few wait."""
        with self._lock:
            self._woken = False
            if self._over:
                return
            room = DEPTH * self.jobs
            while self._waiting and (len(self._flying) < room or self.cluster.error):
                share = len(self._waiting) // room
                size = max(1, min(self.chunk_size, share))
                pairs = [self._waiting.popleft() for _ in range(size)]
                task = self.cluster.start(self._fly(pairs))
                self._flying.add(task)
                task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._pump()

    async def _fly(self, pairs: Sequence[tuple[Any, Future[Any]]]) -> None:
        """Have a chunk done, and give its results."""
        work, settings, device, limits = self._chunk
        found: Sequence[Any] = ()
        error: BaseException | None = self.cluster.error
        if error is None:
            try:
                items = [item for item, _ in pairs]
                chunk = pickle.dumps(Chunk(work, items, settings, device, limits))
                found = await self.cluster.work(self._run, chunk)
            except asyncio.CancelledError:
                error = self.cluster.error or CancelledError()
            except Exception as other:
                error = other
        for number, (_, future) in enumerate(pairs):
            if isinstance(error, CancelledError):
                future.cancel()
            elif future.set_running_or_notify_cancel():
                if error is not None:
                    future.set_exception(error)
                else:
                    future.set_result(found[number])

    async def _end(self) -> None:
        flying = list(self._flying)
        for task in flying:
            task.cancel()
        if flying:
            await asyncio.wait(flying, timeout=STOP)
            await self.cluster.stop(self._run)
        while self._waiting:
            self._waiting.popleft()[1].cancel()


def run(
    cluster: Cluster,
    items: Sequence[Any],
    work: str,
    settings: Any,
    *,
    chunk_size: int = 16,
    limits: pool.Limits | None = None,
    device: str = "cpu",
    on_result: Callable[[int, Any], None],
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Give every item's result, or its Crash, to `on_result`, as chunks finish.

    ClusterError says that there will be no more of them; what has finished is given.
    """
    done: queue.SimpleQueue[tuple[int, Future[Any]]] = queue.SimpleQueue()
    left = len(items)
    crew = RemoteCrew(
        cluster, work, settings, device=device, chunk_size=chunk_size, limits=limits
    )
    with interrupts.held() as interrupted, crew:
        for index, item in enumerate(items):
            future = crew.submit(item)
            future.add_done_callback(lambda f, index=index: done.put((index, f)))
        failure: BaseException | None = None
        while left and not failure and not interrupted and not stop():
            with contextlib.suppress(queue.Empty):
                index, future = done.get(timeout=pool.TICK)
                left -= 1
                failure = _give(index, future, on_result)
        with contextlib.suppress(queue.Empty):  # what else has come
            while True:
                _give(*done.get_nowait(), on_result)
    if failure:
        raise failure


def _give(
    index: int, future: Future[Any], on_result: Callable[[int, Any], None]
) -> BaseException | None:
    """Give a result; return why there is none."""
    if future.cancelled():
        return None
    if (failure := future.exception()) is None:
        on_result(index, future.result())
    return failure
