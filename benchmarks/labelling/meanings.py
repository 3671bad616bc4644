"""What labels mean, read in the language: each way to say it, in each layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from verifier.asking.entry import question_of, types_of
from verifier.asking.question import LAYOUTS, Asked, Question
from verifier.language.checker import check
from verifier.language.layout import Layout
from verifier.reading.record import Record

from .labels import Label
from .stated import ARRANGED, Side, Stated, stated


@dataclass(frozen=True)
class Meaning:
    """One way to say what a label means."""

    stated: Stated
    records: tuple[Record, ...]  # that hold together if the label is right
    preferred: bool  # whether it stands in the layout that the label has


def meanings(label: Label) -> tuple[list[Meaning], str]:
    """Return what a label may mean, and what is wrong with the label."""
    found: list[Meaning] = []
    for option in label.options:
        questions: list[Question] = []
        for text in option:
            question, problems = _asked(text, label.where)
            if question is None:
                return [], f"`{text}`: {problems[0].text}"
            questions.append(question)
        fitting = list(_fitting(questions, label, fits=True))
        # What has no shape in any layout may be stated all the same, and is wrong.
        found += fitting or (
            _fitting(questions, label, fits=False) if label.wrong else ()
        )
    distinct: list[Meaning] = []
    for one in found:
        if all(one.stated != other.stated for other in distinct):
            distinct.append(one)
    if label.options and not distinct:
        return [], "no layout in which its parts have a shape"
    return distinct, ""


def _asked(text: str, where: str) -> Asked:
    """Read a statement with the types of its own names, of all that a label gives."""
    types, problems = types_of(where) if where.strip() else ({}, [])
    if problems:
        return None, problems
    own = {n: t for n, t in types.items() if re.search(rf"\bd?{n}2?\b", text)}
    question, problems = question_of(
        text, ", ".join(f"{n}: {t}" for n, t in own.items())
    )
    return (question, []) if question else question_of(text, where, spare=True)


def _fitting(
    questions: Sequence[Question], label: Label, fits: bool
) -> Iterator[Meaning]:
    """Yield what is meant in each layout, where all claims have their shape or not."""
    for layout in (*LAYOUTS, Layout.MIXED.value):
        records = [_in_layout(question.record, layout, fits) for question in questions]
        kept = [record for record in records if record is not None]
        if len(kept) == len(records):
            yield from _merged(kept, label.layout)


def _in_layout(record: Record, layout: str, fits: bool) -> Record | None:
    """Return a record with its claims in one layout, if they have their shape there."""
    arranged = record.subject == "function" and any(
        claim.field in ARRANGED for claim in record.claims
    )
    claims = [c for c in record.claims if not arranged or c.field == layout]
    if not arranged:  # an equation of values is judged once
        claims = [c for c in claims if c.field == claims[0].field]
    made = replace(record, claims=tuple(claims))
    statement = check(made)[0] if claims else None
    if statement is None or (fits and not all(c.fits for c in statement.claims)):
        return None
    return made


def _merged(records: Sequence[Record], layout: str) -> list[Meaning]:
    """Return one meaning for each left side; equations of values add their sides."""
    every = [(record, made) for record in records if (made := stated(record))]
    values = [made for _, made in every if made.subject == "value"]
    heads = [(r, made) for r, made in every if made.subject != "value"] or every[:1]
    found: list[Meaning] = []
    for record, head in heads:
        alike = [made for _, made in every if made.left == head.left]
        sides = [side for made in alike for side in made.sides]
        turned = head.sides[0].turned
        more = [tree for made in values if made not in alike for tree in made.trees]
        sides += [Side(tree, turned) for tree in more]
        types = {name: t for _, made in every for name, t in made.types.items()}
        whole = replace(
            head, sides=tuple(dict.fromkeys(sides)), types={**types, **head.types}
        )
        preferred = not layout or turned is None or turned == _turns(record, layout)
        found.append(Meaning(whole, tuple(records), preferred))
    return found


def _turns(record: Record, layout: str) -> bool:
    """Whether a derivative is turned in a layout."""
    statement, _ = check(record)
    assert statement is not None
    return Layout(layout).turns(statement.pair(statement.wrt[0]))
