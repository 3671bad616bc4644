"""Items go in, results come out, and only so many are ever in between.

A thread takes the items, so that a source that waits holds no answer back. It stops
while too many are under way: who reads answers slowly makes a stream slow, not large.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable
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
) -> Generator[tuple[T, Any], None, None]:
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
            out.put(End(count))
        except BaseException as error:
            out.put(End(count, error))

    threading.Thread(target=read, name="source", daemon=True).start()
    end: End | None = None
    given = 0
    try:
        while end is None or given < end.count:
            found = out.get()
            if isinstance(found, End):
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


class End:
    """The last of a source: how many items there were, and what ended it."""

    def __init__(self, count: int, error: BaseException | None = None):
        self.count, self.error = count, error
