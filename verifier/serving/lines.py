"""A stream over HTTP: lines come in and answers go out at the same time.

No more lines are read than `AHEAD` before the answers, and no more answers kept than
`UNREAD` bytes: whoever reads slowly is read slowly.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

from ..reading.bounds import HTTP_LINES, HTTP_STILL_SECONDS
from ..results.streamed import StreamAnswer
from ..streaming.aflow import aflow
from ..streaming.line import Asked
from ..streaming.team import read_back
from ..streaming.told import made_by, verdict_in, written
from . import limits
from .front import Front, Refusal
from .guard import Message, Receive, Scope, Send

MEDIA_TYPE = b"application/jsonl; charset=utf-8"


class Gone(Exception):
    """Who asked is no longer there."""


class Lines:
    """`POST /answers`."""

    def __init__(self, front: Front):
        """`front`: who answers."""
        self.front = front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        with self.front.stream():
            unordered = b"unordered" in scope["query_string"]
            source = Source(receive, self.front.stopping)
            outbox = Outbox(limits.UNREAD)
            made = asyncio.create_task(self._answer(source, outbox, not unordered))
            try:
                await _start(send)
                while text := await outbox.take():
                    part = {"type": "http.response.body", "body": text}
                    await asyncio.wait_for(
                        send({**part, "more_body": True}), limits.STILL_SECONDS
                    )
                if source.gone:
                    return
                await send({"type": "http.response.body", "body": b""})
            except TimeoutError:  # nobody takes the answers: the connection is closed
                return
            finally:
                made.cancel()
                with suppress(asyncio.CancelledError):
                    await made

    async def _answer(self, source: Source, outbox: Outbox, ordered: bool) -> None:
        """Put an answer to each line into the box, and close it."""
        front = self.front
        try:
            lines = source.lines()
            async for one, found in aflow(lines, front.submit, limits.AHEAD, ordered):
                line = read_back(one, found, front.settings)
                began = source.began.pop(one.n)
                front.counts.answered(verdict_in(line), time.monotonic() - began)
                await outbox.put(f"{line}\n".encode())
        except Gone:
            pass
        except (Refusal, RuntimeError) as error:  # the status is said: one more line
            problem = {"text": str(error), "hint": getattr(error, "hint", "")}
            problem = {key: value for key, value in problem.items() if value}
            by = made_by(front.settings)
            last = StreamAnswer(source.n + 1, "malformed", problems=[problem], by=by)
            await outbox.put(f"{written(last)}\n".encode())
        finally:
            outbox.close()


class Source:
    """The lines of a request, as they come."""

    def __init__(self, receive: Receive, stopping: asyncio.Event):
        """`stopping`: set when there is no time for more lines."""
        self.receive, self.stopping = receive, stopping
        self.n = 0
        self.began: dict[int, float] = {}
        """When a line came that has no answer yet."""
        self.gone = False

    async def lines(self) -> AsyncIterator[Asked]:
        """Yield lines; of one that is too long, only so much that this can be seen."""
        rest, more, most = b"", True, limits.BYTES + 1
        while more:
            message = await self._message()
            more = bool(message.get("more_body"))
            *whole, rest = (rest + message.get("body", b"")).split(b"\n")
            whole, rest = (whole, rest[:most]) if more else ([*whole, rest], b"")
            for line in whole:
                if self.n >= limits.LINES and (line.strip() or more):
                    said = HTTP_LINES.said(limit=limits.LINES)
                    raise Refusal(413, said, HTTP_LINES.hint)
                self.n += 1
                if not line.strip():
                    continue
                self.began[self.n] = time.monotonic()
                yield Asked(self.n, line[:most].rstrip(b"\r"))

    async def _message(self) -> Message:
        """Wait for what comes next, or until there is no time for it."""
        come = asyncio.ensure_future(self.receive())
        stop = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait(
                (come, stop),
                timeout=limits.STILL_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not come.done():
                hint = f"send the lines from {self.n + 1} on in another request"
                said = HTTP_STILL_SECONDS.said(limit=f"{limits.STILL_SECONDS:g}")
                if self.stopping.is_set():
                    said = "the service is stopping"
                raise Refusal(408, said, hint)
        finally:
            stop.cancel()
            come.cancel()
        message = come.result()
        if message["type"] == "http.disconnect":
            self.gone = True
            raise Gone
        return message


class Outbox:
    """Texts that wait to be sent: all at once, and not too many."""

    def __init__(self, most: int):
        """`most`: bytes after which no more are taken in."""
        self.most = most
        self.parts: list[bytes] = []
        self.size = 0
        self.closed = False
        self.some, self.room = asyncio.Event(), asyncio.Event()
        self.room.set()

    async def put(self, text: bytes) -> None:
        """Add a text when there is room."""
        await self.room.wait()
        self.parts.append(text)
        self.size += len(text)
        self.some.set()
        if self.size >= self.most:
            self.room.clear()

    async def take(self) -> bytes:
        """Return all that waits, when something does; nothing at the end."""
        await self.some.wait()
        texts, self.parts, self.size = self.parts, [], 0
        if not self.closed:
            self.some.clear()
        self.room.set()
        return b"".join(texts)

    def close(self) -> None:
        """Say that nothing more will come."""
        self.closed = True
        self.some.set()


async def _start(send: Send) -> None:
    headers = [(b"content-type", MEDIA_TYPE)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
