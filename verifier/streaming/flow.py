"""Items go in, results come out, and only so many are ever in between.

A thread takes the items, so that a source that waits holds no answer back. It stops
while too many are under way: who reads answers slowly makes a stream slow, not large.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
Submit = Callable[[T], "Future[Any]"]
AHEAD = 512
"""Items under way at most, for few processes that work on them."""
EACH = 128
"""The same for each of many processes."""
TICK = 0.2  # seconds between two looks whether anybody still wants answers


def room_for(jobs: int) -> int:
    """Return how many items may be under way for so many processes."""
    return max(AHEAD, EACH * jobs)


def flow(
    items: Iterable[T], submit: Submit[T], ahead: int, ordered: bool = True
) -> Iterator[tuple[T, Any]]:
    """Yield each item with its result: in their order, or as they are found.

    What the source raises is raised here, after the results of what came before.
    """
    room, over = threading.Semaphore(ahead), threading.Event()
    out: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def read() -> None:
        count = 0
        try:
            for item in items:
                while not room.acquire(timeout=TICK):
                    if over.is_set():
                        return
                if over.is_set():
                    return
                count += 1
                future = submit(item)
                if ordered:
                    out.put((item, future))
                else:
                    future.add_done_callback(lambda f, item=item: out.put((item, f)))
            out.put(_End(count))
        except BaseException as error:
            out.put(_End(count, error))

    threading.Thread(target=read, name="source", daemon=True).start()
    end: _End | None = None
    given = 0
    try:
        while end is None or given < end.count:
            found = out.get()
            if isinstance(found, _End):
                end = found
                continue
            item, future = found
            result = future.result()
            given += 1
            room.release()
            yield item, result
    finally:
        over.set()
    if end.error is not None:
        raise end.error


class _End:
    """The last of a source: how many items there were, and what ended it."""

    def __init__(self, count: int, error: BaseException | None = None):
        self.count, self.error = count, error


async def aflow(
    items: Iterable[T] | AsyncIterable[T],
    submit: Submit[T],
    ahead: int,
    ordered: bool = True,
) -> AsyncIterator[tuple[T, Any]]:
    """Do the same in an event loop, which is never held up."""
    room = asyncio.Semaphore(ahead)
    out: asyncio.Queue[Any] = asyncio.Queue()
    count = 0

    async def read() -> None:
        nonlocal count
        source = items if isinstance(items, AsyncIterable) else _each(items)
        try:
            async for item in source:
                await room.acquire()
                count += 1
                future = asyncio.wrap_future(submit(item))
                if ordered:
                    out.put_nowait((item, future))
                else:
                    future.add_done_callback(
                        lambda f, item=item: out.put_nowait((item, f))
                    )
            out.put_nowait(_End(count))
        except Exception as error:
            out.put_nowait(_End(count, error))

    task = asyncio.create_task(read())
    end: _End | None = None
    given = 0
    try:
        while end is None or given < end.count:
            found = await out.get()
            if isinstance(found, _End):
                end = found
                continue
            item, future = found
            result = await future
            given += 1
            room.release()
            yield item, result
    finally:
        task.cancel()
    if end.error is not None:
        raise end.error


async def _each(items: Iterable[T]) -> AsyncIterator[T]:
    for item in items:
        yield item
