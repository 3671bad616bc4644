"""Statements as people spell them: a table of what they type, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from meaning import Meaning, meaning_of

from verifier.asking.entry import question_of
from verifier.asking.question import LAYOUTS, Question
from verifier.spelling import loose

TABLE = Path(__file__).with_name("spelled.yaml")
ROWS = yaml.load(TABLE.read_text(), Loader=yaml.CSafeLoader)
READ = [row for row in ROWS if "read" in row]
REFUSED = [row for row in ROWS if "refused" in row]
KEYS = {"typed", "read", "refused", "where", "same", "layout", "times", "later"}
Row = dict[str, Any]


def name(row: Row) -> str:
    return row["typed"][:70]


def marked(rows: Iterable[Row]) -> list[Any]:
    """Return rows as parameters; what is read later must fail until it is read."""
    return [
        pytest.param(
            row,
            id=name(row),
            marks=pytest.mark.xfail(
                "later" in row,
                reason=row.get("later", ""),
                raises=AssertionError,
                strict=True,
            ),
        )
        for row in rows
    ]


@cache
def asked(
    statement: str, where: str = "", layout: str = ""
) -> tuple[Question | None, str]:
    """Return the question that a statement asks, or why it asks none."""
    layouts = (layout,) if layout else LAYOUTS
    question, problems = question_of(statement, where, layouts)
    return question, "\n".join(f"{p.text}: {p.hint}" for p in problems)


def meant(row: Row) -> list[str]:
    """Return the strict statements of a row."""
    same = row.get("same", [])
    return [row["read"], *([same] if isinstance(same, str) else same)]


def expected(row: Row) -> list[Meaning]:
    """Return what the strict statements of a row ask."""
    found = []
    for statement in meant(row):
        where, layout = row.get("where", ""), row.get("layout", "")
        question, said = asked(statement, where, layout)
        assert question is not None, said
        found.append(meaning_of(question))
    return found


@pytest.mark.parametrize("row", READ, ids=name)
def test_what_is_meant_can_be_read(row):
    meanings = expected(row)
    assert len({*meanings}) == len(meanings)


def test_a_claim_of_the_other_sign_is_not_what_is_meant():
    for row in READ:
        question, _ = asked(row["read"], row.get("where", ""), row.get("layout", ""))
        assert question is not None
        meaning = meaning_of(question)
        if question.record.subject in ("sign", "shape") or zero(meaning):
            continue
        assert meaning_of(negated(question)) != meaning, row["read"]


def zero(meaning: Meaning) -> bool:
    return not any(side for _, _, side in meaning.claims)


def negated(question: Question) -> Question:
    """Return a question with a minus before each claim."""
    claims = tuple(
        replace(claim, text=replace(claim.text, value=f"-({claim.text.value})"))
        for claim in question.record.claims
    )
    return replace(question, record=replace(question.record, claims=claims))


@pytest.mark.parametrize("row", marked(READ))
def test_what_is_typed_is_read_as_meant(row):
    question, said = asked(row["typed"], row.get("where", ""))
    assert question is not None, said
    found = {meaning_of(reading) for reading in (question, *question.others)}
    assert found & {*expected(row)}, question.read


@pytest.mark.parametrize("row", marked(REFUSED))
def test_what_is_no_statement_is_refused_in_words_that_help(row):
    question, said = asked(row["typed"] * row.get("times", 1), row.get("where", ""))
    assert question is None
    assert row["refused"].lower() in said.lower()


def test_table_is_large_and_says_nothing_twice():
    assert len(READ) >= 500
    assert len(REFUSED) >= 60
    assert sum("later" not in row for row in READ) >= 480
    assert len({row["typed"] for row in ROWS}) == len(ROWS)


def test_each_row_is_read_or_refused():
    for row in ROWS:
        assert row.keys() <= KEYS
        assert ("read" in row) != ("refused" in row)
        assert "times" not in row or "refused" in row
        assert not {"same", "layout"} & row.keys() or "read" in row


def test_a_zero_that_is_typed_is_claimed():
    question, _ = question_of("d(x^T x)/dx = 2x = 0")
    assert question is not None
    claims = {claim.text.value for claim in question.record.claims}
    assert claims > {"2 * x"} and any("zeros" in text for text in claims)


INNER = sorted(
    name.strip("<>") for name in loose.LOOSE | loose.CALCULUS | {loose.ENTRY}
)


@pytest.mark.parametrize("name", INNER)
@pytest.mark.parametrize("argument", ["", "x", "x, y", "c - mean(x)"])
def test_what_the_reader_makes_of_signs_cannot_be_typed_as_a_function(name, argument):
    question, said = asked(f"d(sum((x * c)^2))/dc = 2 n \\cdot {name}({argument})")
    assert (question is None) == bool(said)
    assert question is None or f"<{name}>" not in question.read
