"""Records that state LaTeX or mathematics, made records with a subject and claims.

The statement is read as `nabla check` reads it, with the types and abbreviations that
the record has. Names without a type get the one that is inferred. It is claimed in its
record's layout, or in each layout in which it has a shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..language.checker import check
from ..language.declaration import parse_type
from ..language.expression import parse
from ..language.tree import Tree
from ..reading.problem import Fault, Problem, Text
from ..reading.record import Record, WrittenClaim
from .entry import question_of
from .question import LAYOUTS, Question, written_out

BOTH = "both"


def settled(
    records: Iterable[Record], problems: Sequence[Problem] = ()
) -> tuple[list[Record], list[Problem]]:
    """Return the records with what they state, and what is wrong with that."""
    found: list[Record] = []
    wrong: list[Problem] = []
    for record in records:
        if record.stated is None or record.subject:
            found.append(record)
            continue
        made, more = _settled(record, record.stated)
        wrong += more
        if made is not None:
            found.append(made)
    return found, sorted([*problems, *wrong]) if wrong else list(problems)


def _settled(record: Record, stated: Text) -> tuple[Record | None, list[Problem]]:
    problems = _of_types(record)
    lets, more = _lets(record)
    if problems or more:
        return None, problems + more
    layouts = LAYOUTS if record.layout in ("", BOTH) else (record.layout,)
    where = ", ".join(f"{name}: {text.value}" for name, text in record.where.items())
    question, found = question_of(stated.value, where, layouts, spare=True, lets=lets)
    if question is not None and record.layout == BOTH:
        found = list(question.misfits.values())
    if question is None or found:
        return None, [_placed(problem, record, stated) for problem in found]
    if question.unheard:
        return None, [_unheard(record, stated, words) for words in question.unheard]
    if said := question.left_out or [one.read for one in question.also]:
        return None, [_in_parts(record, stated, words) for words in said]
    made = _made(record, stated, question)
    return (made if record.layout else _fitting(made)), []


def _of_types(record: Record) -> list[Problem]:
    """Return what is wrong with the types that the record declares."""
    problems = []
    for name, text in record.where.items():
        try:
            parse_type(text.value)
        except Fault as fault:
            problems.append(text.problem(fault, record.id, f"where {name}"))
    return problems


def _lets(record: Record) -> tuple[Mapping[str, Tree], list[Problem]]:
    """Return the abbreviations, each written out."""
    lets: dict[str, Tree] = {}
    problems = []
    for name, text in record.let.items():
        try:
            lets[name] = written_out(parse(text.value), lets)
        except Fault as fault:
            problems.append(text.problem(fault, record.id, f"let {name}"))
    return lets, problems


def _unheard(record: Record, stated: Text, words: str) -> Problem:
    start = max(stated.value.find(words), 0)
    said = f"`{words[:60]}` was not understood"
    fault = Fault(start, said, "say it in `where`, or in `notes`")
    return stated.problem(fault, record.id, record.spelling)


def _in_parts(record: Record, stated: Text, words: str) -> Problem:
    said = f"a record states one derivative, and here is more: {words[:80]}"
    fault = Fault(0, said, "write a record for each side that is a derivative")
    return stated.problem(fault, record.id, record.spelling)


def _placed(problem: Problem, record: Record, stated: Text) -> Problem:
    """Return a problem of the statement where that stands in its file."""
    fault = Fault(
        problem.place.column - 1,
        problem.text,
        problem.hint,
        problem.detail,
        max(problem.caret - 1, 0),
    )
    placed = stated.problem(fault, record.id, record.spelling)
    return replace(placed, kind=problem.kind)


def _made(record: Record, stated: Text, question: Question) -> Record:
    """Return the record with a subject and claims, its texts where the statement is."""
    read = question.record

    def moved(text: Text) -> Text:
        spots = [stated.at(text.at(at).column - 1) for at in range(len(text.value) + 1)]
        places = tuple((spot.line, spot.column) for spot in spots)
        return Text(text.value, spots[0], _lines(stated, spots[0].line), places)

    def maybe(text: Text | None) -> Text | None:
        return None if text is None else moved(text)

    claims = read.claims
    if not question.layouts:  # one of them stands for both
        claims = [
            replace(c, field=BOTH) if c.field in LAYOUTS else c for c in read.claims
        ]
    where = {n: record.where.get(n) or moved(text) for n, text in read.where.items()}
    places = {
        name: record.where_places.get(name) or moved(text)
        for name, text in read.where_places.items()
    }
    return replace(
        record,
        subject=read.subject,
        body=moved(read.body),
        claims=_joined([replace(c, text=moved(c.text)) for c in claims]),
        where={**where, **record.where},
        where_places={**places, **record.where_places},
        let={},
        let_places={},
        wrt=tuple(map(moved, read.wrt)),
        approach=maybe(read.approach),
        small=maybe(read.small),
        error=maybe(read.error),
        order=maybe(read.order),
    )


def _fitting(record: Record) -> Record:
    """Return a record with the claims that have the shape of their layout, if any."""
    split = [
        replace(claim, field=layout)
        for claim in record.claims
        for layout in (LAYOUTS if claim.field == BOTH else (claim.field,))
    ]
    statement, _ = check(replace(record, claims=tuple(split)))
    fits = [] if statement is None else [claim.fits for claim in statement.claims]
    kept = [claim for claim, good in zip(split, fits, strict=False) if good]
    return replace(record, claims=_joined(kept)) if kept else record


def _lines(stated: Text, line: int) -> tuple[str, ...]:
    return stated.lines[line - stated.place.line :] or stated.lines


def _joined(claims: Sequence[WrittenClaim]) -> tuple[WrittenClaim, ...]:
    """Return claims, one of those that are the same in both layouts."""
    fields: dict[str, list[WrittenClaim]] = {}
    for claim in claims:
        fields.setdefault(claim.text.value, []).append(claim)
    return tuple(
        claim
        for same in fields.values()
        for claim in (
            [replace(same[0], field=BOTH)]
            if {claim.field for claim in same} >= {*LAYOUTS}
            else same
        )
    )
