"""Work for the workers of test_noting.py: verdicts by the number that is claimed."""

from __future__ import annotations

from dataclasses import replace

from session_work import claims
from session_work import outcome as wished

from verifier.engine.outcome import Outcome
from verifier.engine.settings import Settings
from verifier.reading.record import Record

WISHES = {"x": "fails", "3": "fails", "5": "inconclusive", "7": "interrupts"}


def verify_chunk(records: list[Record], settings: Settings) -> list[list[Outcome]]:
    """Say what each claim asks for; `2*A @ x` holds where A is symmetric."""
    return [
        [near(wished(f"a-{wish(record)}", settings)) for _ in claims(record, settings)]
        for record in records
    ]


def near(found: Outcome) -> Outcome:
    """Say of what fails that it is a mistake of a kind that people make."""
    if found.verdict != "fails":
        return found
    return replace(found, diagnosis={"kind": "factor", "text": "a factor is wrong"})


def wish(record: Record) -> str:
    """Return the last word of an id that `session_work` understands."""
    said = record.claims[0].text.value
    if "2*A" in said.replace(" ", ""):
        return "holds" if "symmetric" in record.where["A"].value else "fails"
    return WISHES.get(said[0], "holds")
