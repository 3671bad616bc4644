"""docs/coverage.md speaks of records that exist, and so do the records themselves."""

from __future__ import annotations

import re
from pathlib import Path

from verifier.reading.record import load

ROOT = Path(__file__).parent.parent
RECORDS = load([ROOT / "identities"])[0]
IDS = {record.id for record in RECORDS}
MENTION = re.compile(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`")


def test_coverage_names_only_records_of_the_catalogue():
    text = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    mentioned = set(MENTION.findall(text))
    assert len(mentioned) > 700
    assert sorted(mentioned - IDS) == []


def test_every_mistake_names_the_record_with_the_right_form():
    mistakes = [r for r in RECORDS if "/mistakes/" in r.place.file]
    assert len(mistakes) >= 80
    for record in mistakes:
        assert record.expect == "fails", record.id
        assert record.why, record.id
        assert IDS & set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", record.notes)), (
            record.id
        )
