"""Who answers lines: a crew of workers, and what it says of a line that crashed."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, Protocol

from ..engine.settings import Settings
from ..results.streamed import StreamAnswer
from ..running.allowance import limits_for
from ..running.crew import Crew
from ..running.pool import Crash
from .line import Asked, line_of
from .told import made_by, written

WORK = "verifier.streaming.answering:answer_lines"


class Workers(Protocol):
    """Whoever takes items: worker processes of this machine, or a cluster."""

    @property
    def jobs(self) -> int:
        """How many items are worked on at a time."""
        ...

    def submit(self, item: Any, /) -> Future[Any]:
        """Have the work done on an item."""
        ...

    def close(self) -> None:
        """End at once."""

    def __enter__(self) -> Workers: ...

    def __exit__(self, *_: object) -> None: ...


def workers_for(settings: Settings, jobs: int | None, cluster: str | None) -> Workers:
    """Start workers that answer lines, or connect with those of a cluster."""
    if not cluster:
        return crew_for(settings, jobs)
    from ..running.cluster import Cluster
    from ..running.remote import RemoteCrew

    place = Cluster(cluster)
    limits = limits_for(settings)
    return RemoteCrew(
        place, WORK, settings, device=settings.device, limits=limits, own=True
    )


def crew_for(settings: Settings, jobs: int | None = None) -> Crew:
    """Start workers of this machine that answer lines."""
    limits = limits_for(settings)
    return Crew(WORK, settings, jobs=jobs, device=settings.device, limits=limits)


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
