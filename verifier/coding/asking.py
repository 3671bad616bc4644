"""The worker that is asked about code, kept from one question to the next."""

from __future__ import annotations

from collections.abc import Sequence

from ..engine.settings import Settings
from ..reading.problem import InputError
from ..running import pool
from .items import Code, Draw, Found

WORK = "verifier.coding.work:answer"
START = 120.0
"""Seconds that a worker has to start, and for the first of what it is asked."""


class Worker:
    """One process that draws, differentiates and names; `close` ends it."""

    def __init__(self, seconds: float):
        self.kept, self.seconds = pool.Kept(), seconds

    def start(self) -> None:
        """Start the process, which imports JAX while there is other work to do."""
        self.kept.start(WORK, "cpu")

    def ask(self, items: Sequence[Draw | Code], settings: Settings) -> list[Found]:
        """Return the answers; InputError where none comes in time."""
        found: dict[int, Found | pool.Crash] = {}
        limits = pool.Limits(seconds_per_item=self.seconds, seconds_start=START)
        try:
            pool.run(
                items,
                WORK,
                settings,
                jobs=1,
                limits=limits,
                on_result=found.__setitem__,
                kept=self.kept,
            )
        except pool.WorkerStartError as error:
            raise InputError(f"no worker can be started: {error}") from None
        if len(found) < len(items):
            raise KeyboardInterrupt
        for one in found.values():
            if isinstance(one, pool.Crash):
                raise InputError(f"the formula cannot be computed: {one.reason}")
        return [
            one for _, one in sorted(found.items()) if not isinstance(one, pool.Crash)
        ]

    def close(self) -> None:
        """End the process."""
        self.kept.close()
