"""Statements as people spell them: a table of what they type, and what they mean."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from verifier.asking.entry import question_of

TABLE = Path(__file__).with_name("spelled.yaml")
ROWS = yaml.load(TABLE.read_text(), Loader=yaml.CSafeLoader)
READ = [row for row in ROWS if "read" in row]
REFUSED = [row for row in ROWS if "refused" in row]
KEYS = {"typed", "read", "refused", "where", "same", "times"}


def name(row: dict[str, str]) -> str:
    return row["typed"][:70]


@pytest.mark.parametrize("row", READ, ids=name)
def test_what_is_meant_can_be_read(row):
    for meant in {row["read"], row.get("same", row["read"])}:
        question, problems = question_of(meant, row.get("where", ""))
        assert not problems
        assert question is not None


def test_table_is_large_and_says_nothing_twice():
    assert len(READ) >= 220
    assert len(REFUSED) >= 25
    assert len({row["typed"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_each_row_is_read_or_refused(row):
    assert row.keys() <= KEYS
    assert ("read" in row) != ("refused" in row)
    assert "times" not in row or "refused" in row
    assert "same" not in row or row["same"] != row["read"]
