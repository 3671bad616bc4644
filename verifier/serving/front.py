"""Between requests and workers: who may ask now, who waits, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ..engine.settings import Settings
from ..reading.bounds import HTTP_SECONDS, HTTP_STREAMS, HTTP_UNDER_WAY
from ..running.allowance import limits_for
from ..running.crew import Crew
from ..running.pool import Crash
from ..streaming.line import Asked
from ..streaming.team import read_back
from ..streaming.told import verdict_in
from . import limits
from .fragments import Fragment, ToShow, crashed
from .metrics import Counts

WORK = "verifier.serving.work:serve_chunk"


def crew_of(settings: Settings, jobs: int | None) -> Crew:
    """Start all workers of a service: who comes first is not to wait for one."""
    return Crew(
        WORK,
        settings,
        jobs=jobs,
        device=settings.device,
        chunk_size=limits.CHUNK,
        limits=replace(limits_for(settings), **limits.WORKER),
        standing=limits.MOST_WORKERS,
    )


class Refusal(Exception):
    """Why a request gets no answer, as HTTP says it."""

    def __init__(self, status: int, text: str, hint: str = "", again: bool = False):
        """`again`: whether it is worth to ask again soon."""
        super().__init__(text)
        self.status, self.text, self.hint, self.again = status, text, hint, again

    @property
    def said(self) -> dict[str, str]:
        """Return what the body says."""
        said = {"error": self.text, "hint": self.hint}
        return {key: value for key, value in said.items() if value}

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that belong to it."""
        return {"Retry-After": str(limits.RETRY_SECONDS)} if self.again else {}


class Front:
    """The workers of a service, and everyone who waits for them."""

    def __init__(self, settings: Settings, crew: Crew):
        """`crew`: the workers, whose work is that of a service."""
        self.settings, self.crew = settings, crew
        self.counts = Counts()
        self.asking = self.streams = 0
        self.stopping = asyncio.Event()

    def submit(self, item: Asked | ToShow) -> Future[Any]:
        """Give an item to the workers."""
        try:
            return self.crew.submit(item)
        except RuntimeError:
            raise Refusal(503, "the workers have ended") from None

    async def line(self, asked: Asked) -> str:
        """Return the answer to a question, as a line of JSON."""
        began = time.monotonic()
        found = read_back(asked, await self._result(asked), self.settings)
        self.counts.answered(verdict_in(found), time.monotonic() - began)
        return found

    async def fragment(self, text: str) -> Fragment:
        """Return the answer to a question, as a part of a page."""
        began = time.monotonic()
        found = await self._result(ToShow(text))
        if isinstance(found, Crash):
            found = crashed(found.reason, found.limit)
        self.counts.answered(found.verdict, time.monotonic() - began)
        return found

    async def _result(self, item: Asked | ToShow) -> Any:
        if self.asking >= limits.UNDER_WAY:
            said = HTTP_UNDER_WAY.said(limit=limits.UNDER_WAY)
            raise Refusal(429, said, HTTP_UNDER_WAY.hint, again=True)
        self.asking += 1
        try:
            future = asyncio.wrap_future(self.submit(item))
            return await asyncio.wait_for(future, limits.SECONDS)
        except TimeoutError:
            said = HTTP_SECONDS.said(limit=f"{limits.SECONDS:g}")
            raise Refusal(504, said, HTTP_SECONDS.hint) from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task and task.cancelling():  # who asked has left
                raise
            raise Refusal(503, "the service is stopping", again=True) from None
        except RuntimeError as error:
            raise Refusal(503, f"the workers have ended: {error}") from None
        finally:
            self.asking -= 1

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Count a stream while it runs."""
        if self.streams >= limits.STREAMS:
            said = HTTP_STREAMS.said(limit=limits.STREAMS)
            raise Refusal(503, said, HTTP_STREAMS.hint, again=True)
        self.streams += 1
        try:
            yield
        finally:
            self.streams -= 1

    def metrics(self) -> str:
        """Return everything that is counted."""
        crew = self.crew
        now = {
            "questions_under_way": self.asking,
            "streams_under_way": self.streams,
            "unfinished": crew.unfinished,
            "workers": len(crew.pids),
            "workers_ready": crew.ready,
        }
        return self.counts.text(now, {"worker_deaths_total": crew.deaths})
