"""How an answer is told: as one line of JSON, which says who made it."""

from __future__ import annotations

import json
from functools import cache

from ..engine.settings import Settings
from ..results.model import plain
from ..results.streamed import StreamAnswer
from ..running.versions import versions


def written(answer: StreamAnswer) -> str:
    """Return an answer as one line of JSON."""
    values = plain(answer.to_json())
    said = json.dumps(values, ensure_ascii=False)
    try:
        said.encode()
    except UnicodeEncodeError:  # half of a pair, which JSON can only say by number
        return json.dumps(values)
    return said


@cache
def made_by(settings: Settings) -> str:
    """Say in one line what answers: it is in each answer."""
    said = ", ".join(f"{name} {version}" for name, version in versions().items())
    return f"{said}; seed {settings.seed}, {settings.draws} draws, {settings.device}"


def verdict_in(said: str) -> str:
    """Return the verdict of an answer that was just written."""
    # The keys of an answer have an order: its number, then its verdict.
    return said.split('"verdict": "', 1)[1].split('"', 1)[0]
