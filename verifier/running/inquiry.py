"""A question answered: its record verified, and what has no shape refuted at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ..asking.entry import repeated
from ..asking.question import LAYOUTS as TWO
from ..asking.question import Question
from ..engine.settings import LAYOUTS, Settings
from ..reading.problem import Problem
from ..reading.record import Record, WrittenClaim
from ..reading.writing import yaml_of
from ..results.answer import BOTH, EITHER, Answer
from ..results.model import Report, Result
from .catalogue import Selection
from .desk import Desk
from .judged import left_side_text, statement_of
from .session import run

Judge = Callable[[Record, Settings], Report]
"""Who verifies a record that was checked."""
DERIVATIVE = "derivative"
"""What is claimed of a function where the layouts do not differ."""
MOST_READINGS = 4
"""Readings of one statement that are judged."""
NEW_ID = "rename-me"
"""The id under which a statement is written for a file."""


def layouts_of(layout: str) -> tuple[str, ...]:
    """Return the layouts to look at, for what is asked of them."""
    return TWO if layout in (EITHER, BOTH) else (layout,)


def answered(
    question: Question,
    statement: str,
    settings: Settings,
    *,
    layout: str = EITHER,
    command: str = "",
    desk: Desk | None = None,
) -> Answer:
    """Verify a question with the workers of a desk.

    KeyboardInterrupt where that was stopped.
    """

    def judge(record: Record, settings: Settings) -> Report:
        one = Selection((record,), (), 1)
        report = run(one, settings, jobs=1, command=command, desk=desk)
        if report.interrupted:
            raise KeyboardInterrupt
        if report.problems:
            raise AssertionError(f"checked before: {report.problems}")
        return report

    return answer_by(judge, question, statement, settings, layout)


def answer_by(
    judge: Judge,
    question: Question,
    statement: str,
    settings: Settings,
    layout: str = EITHER,
) -> Answer:
    """Judge a question in all its readings; the first one that holds is the answer."""
    asked = [question, *question.others][:MOST_READINGS]
    found = {
        one.read or statement: _answer(judge, one, statement, settings, layout)
        for one in asked
    }
    first, *_ = found.values()
    best = next((answer for answer in found.values() if answer.holds), first)
    others = {read: a.verdict for read, a in found.items() if a is not best}
    if best is first:
        return replace(best, others=others)
    return replace(best, others=others, notes=[*best.notes, _LIKELIER])


_LIKELIER = "it does not hold in the likeliest reading, but in this one"


def _answer(
    judge: Judge, question: Question, statement: str, settings: Settings, layout: str
) -> Answer:
    """Judge one reading."""
    record = question.record
    # The record has the claims of those layouts that are asked for, and no others.
    report = judge(record, replace(settings, layouts=LAYOUTS))
    results = list(report.results)
    if not question.layouts:  # one of them stands for both
        kind = DERIVATIVE if record.subject == "function" else record.subject
        results = [
            replace(r, layout="", claim=kind) if r.layout else r for r in results
        ]
    for name, problem in question.misfits.items():
        results += _misfits(record, name, problem)
    for one_more in question.also:
        more = _answer(judge, one_more, "", settings, layout)
        results += more.results
    results.sort(
        key=lambda result: LAYOUTS.index(result.layout) if result.layout else 0
    )
    made = dict(report.run)
    if statement:  # what repeats the answer says all types that were given
        made["statement"] = repeated(question, statement)
    return Answer(
        statement or said(record),
        results,
        {name: text.value for name, text in record.where.items()},
        question.guessed,
        question.inferred.notes,
        layout,
        yaml_of(_for_a_file(record, results)),
        question.read,
        run=made,
    )


def said(record: Record) -> str:
    """Return a record as a statement on one line."""
    claims = dict.fromkeys(claim.text.value for claim in record.claims)
    return " = ".join([left_side_text(record, record.claims[0].field), *claims])


def _misfits(record: Record, layout: str, problem: Problem) -> Iterator[Result]:
    """Yield refutations of the claims that have no shape in a layout."""
    said = f"in {layout} layout the claim has no shape: {problem.text}"
    said = "; ".join([said, *problem.detail])
    for text in dict.fromkeys(claim.text for claim in record.claims):
        yield Result(
            id=record.id,
            claim=layout,
            layout=layout,
            text=text.value,
            verdict="fails",
            evidence={"grade": "shape"},
            diagnosis={"kind": "shape", "text": said, "suggestion": ""},
            file=text.place.file,
            line=text.place.line,
            column=text.place.column,
            subject=left_side_text(record, layout),
            types={name: declared.value for name, declared in record.where.items()},
            statement=statement_of(record),
        )


def _for_a_file(record: Record, results: Sequence[Result]) -> Record:
    """Return the record with what holds of it, or with all claims if nothing does."""
    true = [result for result in results if result.verdict == "holds"] or results
    texts = {claim.text.value: claim.text for claim in record.claims}
    claims: dict[tuple[str, str], WrittenClaim] = {}
    for value, text in texts.items():
        fields = {r.layout or r.claim for r in true if r.text == value}
        if {*TWO} <= fields or fields & {record.subject, DERIVATIVE}:
            fields = {"both"}
        claims |= {(name, value): WrittenClaim(name, text) for name in sorted(fields)}
    return replace(record, id=NEW_ID, claims=tuple(claims.values()))
