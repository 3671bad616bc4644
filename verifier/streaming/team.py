"""Who answers lines: a crew of workers, and what it says of a line that crashed."""

from __future__ import annotations

from typing import Any

from ..engine.settings import Settings
from ..results.streamed import StreamAnswer
from ..running.crew import Crew
from ..running.pool import Crash
from .line import Asked, line_of
from .told import made_by, written

WORK = "verifier.streaming.answering:answer_lines"


def crew_for(settings: Settings, jobs: int | None = None) -> Crew:
    """Start workers that answer lines."""
    return Crew(WORK, settings, jobs=jobs, device=settings.device)


def read_back(asked: Asked, found: Any, settings: Settings) -> str:
    """Return the answer to a line, also where its worker died of it."""
    if not isinstance(found, Crash):
        return str(found)
    line, _ = line_of(asked.text)
    return written(
        StreamAnswer(
            asked.n,
            "crashed",
            line.id,
            line.statement,
            reason=found.reason,
            by=made_by(settings),
        )
    )
