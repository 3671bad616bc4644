"""How an answer is told: as one line of JSON, which says who made it."""

from __future__ import annotations

import json
from functools import cache

from ..engine.settings import Settings
from ..results.model import plain
from ..results.streamed import StreamAnswer
from ..running.versions import versions


def written(answer: StreamAnswer) -> str:
    """Return an answer as one line of JSON.

    What does not print is said by number: half of a pair has no other way, and what
    would move a cursor or turn the direction of a text is not to do so in a terminal.
    """
    said = json.dumps(plain(answer.to_json()), ensure_ascii=False)
    if said.isprintable():
        return said
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in said)


@cache
def made_by(settings: Settings) -> str:
    """Say in one line what answers: it is in each answer."""
    said = ", ".join(f"{name} {version}" for name, version in versions().items())
    return f"{said}; seed {settings.seed}, {settings.draws} draws, {settings.device}"


def verdict_in(said: str) -> str:
    """Return the verdict of an answer that was just written."""
    # The keys of an answer have an order: its number, then its verdict.
    return said.split('"verdict": "', 1)[1].split('"', 1)[0]
