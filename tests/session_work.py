"""Work for the workers of test_session.py and test_cli.py: verdicts by the id."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from verifier.engine.outcome import Outcome
from verifier.engine.settings import Settings
from verifier.language.checker import check
from verifier.language.statement import Claim
from verifier.reading.record import Record


def verify_chunk(records: list[Record], settings: Settings) -> list[list[Outcome]]:
    """Say what each id asks for: `...-fails` fails, `...-dies` kills the worker."""
    return [
        [outcome(record.id, settings) for _ in claims(record, settings)]
        for record in records
    ]


def claims(record: Record, settings: Settings) -> tuple[Claim, ...]:
    """Return the claims in the layouts that are asked for."""
    statement, _ = check(record)
    asked = statement.asked(settings.layouts) if statement else None
    return asked.claims if asked else ()


def outcome(id: str, settings: Settings) -> Outcome:
    """Return a verdict, or come to grief."""
    wish = id.rpartition("-")[2]
    if wish == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if wish == "interrupts":  # the parent, as Ctrl-C would; then this one hangs
        time.sleep(0.5)
        os.kill(os.getppid(), signal.SIGINT)
        time.sleep(60)
    verdict = wish if wish in ("fails", "inconclusive") else "holds"
    return Outcome(verdict, {"grade": "float", "draws": settings.draws})


def broken(records: list[Record], settings: Settings) -> list[Any]:
    """Answer with something else."""
    return [[] for _ in records]
