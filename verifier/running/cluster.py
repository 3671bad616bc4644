"""A connection to a Dask cluster: chunks go there, and what was found comes back.

Dask is an extra, imported when it is asked for. A thread of its own talks to it, so
that every wait has a limit. Dask does a chunk again whose worker has died; what is in
the chunk cannot be why, because Dask's processes only hand it on (`outpost`).
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import pickle
import re
import threading
import time
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from ..reading.problem import InputError, Refused
from ..results.phrases import plural, printable
from . import outpost, pool
from .loopback import Loopback, NotStarted

T = TypeVar("T")
CONNECT = 10.0  # seconds for a scheduler to answer
WORKERS = 60.0  # seconds that a scheduler may have no workers
GLANCE = 0.2  # seconds between two looks whether it is connected
LOOK = 1.0  # seconds between two looks at who is there
SILENT = 30.0  # seconds that a scheduler may say nothing
STOP = 5.0  # seconds to tell workers that a run has ended
START = 180.0  # seconds for all of the beginning: a limit, and no more
ATTEMPTS = 4  # times that a chunk is given to Dask anew, before somebody is to blame
MOST_LOCAL = 256
LOCAL = re.compile(r"local:(\d{1,6})")
ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^\s/]+:\d{1,5}/?")
LOSSES = tuple(
    f"distributed.{name}" for name in ("client", "batched", "core", "comm.tcp")
)
"""Who in Dask logs that a connection is lost."""
INSTALL = 'pip install "nabla-verifier[cluster]"'


class ClusterError(Refused, InputError):
    """A cluster is of no use, or no longer: why, and what to do about it."""


def local_workers(address: str) -> int:
    """Return how many workers `local:4` asks for, 0 for the address of a scheduler."""
    if found := LOCAL.fullmatch(address):
        if 1 <= int(found[1]) <= MOST_LOCAL:
            return int(found[1])
        raise ClusterError(f"`{address}`: from 1 to {MOST_LOCAL} workers can be local")
    if not ADDRESS.fullmatch(address):
        raise ClusterError(
            f"`{printable(address)}` is no address of a cluster",
            "write that of a Dask scheduler, `tcp://host:8786`, or `local:4`",
        )
    return 0


class Cluster:
    """Dask workers that compute; `close` ends the connection, and what was local."""

    def __init__(self, address: str):
        """Connect, and see that all workers are as this process is."""
        count = local_workers(address)
        try:
            import distributed
        except ImportError as error:
            said = f"`{address}` needs Dask, which is not there: {error}"
            raise ClusterError(said, INSTALL) from None
        self.address, self.made, self.jobs = address, outpost.made(), 0
        self.error: ClusterError | None = None
        self._dask, self._client, self._loopback = distributed, None, None
        self._numbers = itertools.count()
        self._watcher: asyncio.Task[None] | None = None
        self._flying: set[asyncio.Task[Any]] = set()
        self.loop = asyncio.new_event_loop()
        # What fails is told by `error` and by each chunk; Dask's own tasks may be late.
        self.loop.set_exception_handler(lambda loop, context: None)
        self._thread = threading.Thread(
            target=self.loop.run_forever, name="cluster", daemon=True
        )
        self._thread.start()
        self._quiet = [logging.getLogger(name) for name in LOSSES]
        for logger in self._quiet:
            logger.addFilter(self._is_news)
        try:
            self.call(self._connect(count), START)
        except BaseException:
            self.close()
            raise

    def call(self, made: Coroutine[Any, Any, T], seconds: float) -> T:
        """Do something in the thread that talks to Dask."""
        return asyncio.run_coroutine_threadsafe(made, self.loop).result(seconds)

    def close(self) -> None:
        """End the connection at once."""
        if self.loop.is_closed():
            return
        with suppress(Exception):
            self.call(self._close(), 2 * STOP)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(STOP)
        if not self._thread.is_alive():
            self.loop.close()
        if self._loopback is not None:
            self._loopback.close()
        for logger in self._quiet:
            logger.removeFilter(self._is_news)

    def _is_news(self, record: logging.LogRecord) -> bool:
        """Whether Dask logs what is not told by an error of ours."""
        return record.thread != self._thread.ident

    # --- in the thread ---

    def start(self, made: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start what is cancelled when the cluster is lost; see `error` then."""
        task = self.loop.create_task(made)
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)
        return task

    async def work(self, run: str, chunk: bytes) -> list[Any]:
        """Have a chunk done, by whom ever; ClusterError where that cannot be."""
        reason = ""
        for _ in range(ATTEMPTS):
            key = f"nabla-{run}-{next(self._numbers)}"
            assert self._client is not None
            try:
                future = self._client.submit(
                    outpost.perform, run, self.made, chunk, key=key, pure=False
                )
                try:
                    return pickle.loads(await future)
                finally:
                    future.release()
            except self._dask.KilledWorker as error:
                reason = f"it was given to {error.allowed_failures + 1} that died"
            except outpost.Foreign as error:
                raise ClusterError(*_foreign("a worker", str(error))) from None
            except self._dask.CancelledError as error:
                await asyncio.sleep(LOOK)  # until it is known whether all is lost
                reason = str(error)
            except pool.WorkerStartError as error:
                said = str(error).splitlines()
                reason = ": ".join(dict.fromkeys([said[0], said[-1]]))
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
        raise ClusterError(
            f"the workers of `{self.address}` do not get it done: {reason[:500]}",
            "see what they log",
        )

    async def stop(self, run: str) -> None:
        """Tell the workers that nobody wants the results of a run any more."""
        if self._client is not None and self.error is None:
            with suppress(Exception):
                told = self._client.run(outpost.end, run, on_error="ignore")
                await asyncio.wait_for(told, STOP)

    async def _connect(self, local: int) -> None:
        address = self.address
        if local:
            try:
                self._loopback = Loopback(local)
            except NotStarted as error:
                said = f"`{address}` does not start: {error}"
                raise ClusterError(said) from None
            address = self._loopback.address
        client = self._dask.Client(
            address, asynchronous=True, timeout=CONNECT, set_as_default=False
        )
        self._client = client
        try:
            await asyncio.wait_for(client, CONNECT + 1)
        except (OSError, TimeoutError):
            raise ClusterError(
                f"no scheduler of Dask answers at `{address}` within {CONNECT:g} s",
                "`dask scheduler` starts one, and says where it listens",
            ) from None
        self._seen = time.monotonic()
        while not await self._look():
            await asyncio.sleep(0.1)
        await self._check()
        self._watcher = self.loop.create_task(self._watch())

    async def _look(self) -> int:
        """Count the threads of all workers; ClusterError where there are none."""
        threads = await self._asked()
        self.jobs, now = sum(threads.values()), time.monotonic()
        self._seen = now if self.jobs else self._seen
        if now > self._seen + WORKERS:
            raise ClusterError(
                f"the scheduler at `{self.address}` has had no workers "
                f"for {WORKERS:g} s",
                "`dask worker tcp://host:8786 --nthreads 1 --nworkers 4` starts some",
            )
        return self.jobs

    async def _asked(self) -> Mapping[str, int]:
        """Ask the scheduler for its workers and their threads; it may be gone."""
        client, end = self._client, time.monotonic() + SILENT
        assert client is not None
        # Dask tries for long to connect again, but has forgotten all that was there.
        asked = asyncio.ensure_future(client.scheduler.ncores())
        while client.status == "running" and time.monotonic() < end:
            await asyncio.wait([asked], timeout=GLANCE)
            if asked.done():
                with suppress(OSError):
                    return asked.result()
                break
        asked.cancel()
        raise ClusterError(
            f"the scheduler at `{self.address}` is gone",
            "start it and its workers again; `--resume` does what is left",
        )

    async def _check(self) -> None:
        """Refuse workers that would compute otherwise than this process."""
        assert self._client is not None
        asked = self._client.run(outpost.made, on_error="return")
        wrong = {}
        for worker, there in (await asyncio.wait_for(asked, SILENT)).items():
            if isinstance(there, Exception):
                wrong[worker] = f"no nabla-verifier that could do this ({there})"
            elif there != self.made:
                wrong[worker] = outpost.differences(self.made, there)
        if wrong:
            worker, said = next(iter(wrong.items()))
            more = f", and {plural(len(wrong) - 1, 'more')}" if len(wrong) > 1 else ""
            raise ClusterError(*_foreign(f"the worker {worker}{more}", said))

    async def _watch(self) -> None:
        """See that the scheduler is there, and how many workers it has."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self._look()
            except ClusterError as error:
                self.error = error
                break
        for task in list(self._flying):
            task.cancel()

    async def _close(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
        client, self._client = self._client, None
        own = asyncio.current_task()
        if client is not None:
            if self.error is None and self._loopback is None:
                with suppress(Exception):
                    told = client.run(outpost.dismiss, on_error="ignore")
                    await asyncio.wait_for(told, STOP)
            with suppress(Exception):
                await asyncio.wait_for(client.close(), STOP)
        left = [task for task in asyncio.all_tasks() if task is not own]
        if left:
            await asyncio.wait(left, timeout=0.5)
        for task in left:
            task.cancel()


def _foreign(who: str, said: str) -> tuple[str, str]:
    hint = "install the same versions on all machines, and start the workers again"
    return f"{who} would compute otherwise: {said}", hint
