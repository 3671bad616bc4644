"""The worker that is asked about code, kept from one question to the next."""

from __future__ import annotations

import time

from ..engine.settings import Settings
from ..reading.problem import InputError
from ..running import pool
from .items import Code, Draw, Found

WORK = "verifier.coding.work:answer"


class Unanswered(InputError):
    """What was asked has no answer: none came in time, or the worker died of it."""


class Worker:
    """One process that draws, differentiates and names; `close` ends it."""

    def __init__(self, seconds: float):
        self.kept, self.seconds = pool.Kept(), seconds

    def start(self) -> None:
        """Start the process, which imports JAX while there is other work to do."""
        self.kept.start(WORK, "cpu")

    def ask(self, item: Draw | Code, settings: Settings) -> Found:
        """Return the answer to one question."""
        found: list[Found | pool.Crash] = []
        until = time.monotonic() + self.seconds
        try:
            pool.run(
                [item],
                WORK,
                settings,
                jobs=1,
                on_result=lambda _, one: found.append(one),
                stop=lambda: time.monotonic() > until,
                kept=self.kept,
            )
        except pool.WorkerStartError as error:
            raise InputError(f"no worker can be started: {error}") from None
        if not found and time.monotonic() <= until:
            raise KeyboardInterrupt
        if not found:
            raise Unanswered(f"no answer of the worker within {self.seconds:g} s")
        (one,) = found
        if isinstance(one, pool.Crash):
            raise Unanswered(f"the formula cannot be computed: {one.reason}")
        return one

    def close(self) -> None:
        """End the process."""
        self.kept.close()
