"""A Dask cluster on this machine, for the time of a run: `local:4`.

`python -m verifier.running.loopback scheduler|worker ADDRESS PARENT` is one of its
processes; they listen on loopback only, and end with whoever started them.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
import time
from typing import IO, Any

from .process import Inbox, Process
from .worker import bind, environment, read_frame, take_pipes, write_frame

HOST = "127.0.0.1"
START = 60.0  # seconds that a process has to begin, on a machine that is busy
GRACE = 2.0  # seconds that it has to leave by itself


class NotStarted(RuntimeError):
    """A process of the cluster does not start; the text says why."""


class Loopback:
    """A scheduler and so many Dask workers, one thread each."""

    def __init__(self, workers: int):
        """Start them; NotStarted where that fails.

        The thread that does so must last as long as they: on Linux they end with it.
        """
        self._inbox: Inbox = queue.SimpleQueue()
        self._processes: list[Process] = []
        try:
            self.address = self._answer(self._start("scheduler", "-"))
            started = [self._start("worker", self.address) for _ in range(workers)]
            for _ in started:
                self._answer()
        except BaseException:
            self.close()
            raise

    @property
    def pids(self) -> list[int]:
        """The processes: first the scheduler's, then those of the workers."""
        return [process.pid for process in self._processes]

    def close(self) -> None:
        """End them."""
        until = time.monotonic() + GRACE
        for process in self._processes:
            process.dismiss()
        while self._processes:
            self._processes.pop().end(max(0.0, until - time.monotonic()))

    def _start(self, role: str, address: str) -> Process:
        command = [sys.executable, "-P", "-m", "verifier.running.loopback"]
        command += [role, address, str(os.getpid())]
        try:
            process = Process(command, environment(), self._inbox)
        except OSError as error:
            raise NotStarted(f"no process can be started: {error}") from None
        self._processes.append(process)
        return process

    def _answer(self, process: Process | None = None) -> str:
        """Return what one of them, or this one, says when it has begun."""
        try:
            who, frame = self._inbox.get(timeout=START)
        except queue.Empty:
            raise NotStarted(f"no sign of life within {START:g} s") from None
        if frame is None or (process and who is not process):
            died = who.end(1.0) if who else ""
            last = who.last_words.splitlines()[-1:] if who else []
            raise NotStarted(": ".join([died, *last]))
        return frame.decode()


def main(role: str, address: str, parent: int) -> None:
    """Be a scheduler or a worker until the pipe from the parent ends."""
    requests, answers = take_pipes()
    bind(0, parent)
    asyncio.run(_serve(role, address, requests, answers))


async def _serve(role: str, address: str, requests: IO[bytes], answers: Any) -> None:
    import distributed

    if role == "scheduler":
        server = distributed.Scheduler(host=HOST, port=0, dashboard_address=f"{HOST}:0")
    else:
        server = distributed.Worker(
            address, host=HOST, nthreads=1, memory_limit=0, dashboard=False
        )
    loop = asyncio.get_running_loop()
    over = asyncio.Event()

    def wait() -> None:
        try:
            while read_frame(requests) is not None:
                pass
        finally:
            loop.call_soon_threadsafe(over.set)
            time.sleep(GRACE)
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
    async with server:
        write_frame(answers, server.address.encode())
        waits = over.wait(), server.finished()
        ends = [asyncio.ensure_future(one) for one in waits]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
