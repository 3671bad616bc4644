"""How long a record may compute, and in how much memory.

Seconds are those of the processor: what a record may use must depend neither on what
else a machine has to do nor on how many workers share it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from ..engine.settings import Settings
from ..reading.bounds import (
    OWN_SECONDS,
    RECORD_MEMORY,
    RECORD_SECONDS,
    ROOMY_MEMORY,
    ROOMY_SECONDS,
)
from ..reading.record import Record
from .catalogue import builtin
from .chunks import GIB, Limits

USUAL_DRAWS = Settings().draws


@dataclass(frozen=True)
class Budget:
    """Seconds of the processor by item: more for records that people have reviewed."""

    seconds: float
    own: float
    here: str = ""
    """The folder from which files are named."""
    folder: str = ""
    """That of the built-in catalogue."""

    def __call__(self, item: Any) -> float:
        """Return how long an item may take."""
        if not isinstance(item, Record):
            return self.seconds
        file = os.path.normpath(os.path.join(self.here, item.place.file))
        own = file.startswith(os.path.join(self.folder, ""))
        return self.own if own else self.seconds


def limits_for(settings: Settings) -> Limits:
    """Return what workers may use: more where more was asked for than is usual."""
    if settings.seconds:
        budget = Budget(settings.seconds, settings.seconds)
        return Limits(memory_bytes=ROOMY_MEMORY.value * GIB, budget=budget)
    more = settings.size or settings.sizes or settings.draws > USUAL_DRAWS
    if more or settings.device == "gpu" or settings.executor == "xla":
        return roomy()
    here, folder = os.getcwd(), os.path.abspath(builtin())
    budget = Budget(RECORD_SECONDS.value, OWN_SECONDS.value, here, folder)
    return Limits(memory_bytes=RECORD_MEMORY.value * GIB, budget=budget)


def roomy() -> Limits:
    """Return what they may use for work that is known to take long."""
    budget = Budget(ROOMY_SECONDS.value, ROOMY_SECONDS.value)
    return Limits(memory_bytes=ROOMY_MEMORY.value * GIB, budget=budget)
