"""The same flow in an event loop, which is never held up.

It is apart because asyncio takes a while to import.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Any

from .flow import End, Submit, T


async def aflow(
    items: Iterable[T] | AsyncIterable[T],
    submit: Submit[T],
    ahead: int,
    ordered: bool = True,
) -> AsyncIterator[tuple[T, Any]]:
    """Yield each item with its result: in their order, or as they are found."""
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
            out.put_nowait(End(count))
        except Exception as error:
            out.put_nowait(End(count, error))

    task = asyncio.create_task(read())
    end: End | None = None
    given = 0
    try:
        while end is None or given < end.count:
            found = await out.get()
            if isinstance(found, End):
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
