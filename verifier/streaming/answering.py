"""What a worker does with lines: read each, judge it, and write its answer as a line.

Everything that costs is kept for a while: whole answers, and the draws and derivatives
of functions, whatever their names.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from ..asking.entry import question_of, question_of_fields
from ..engine.settings import LAYOUTS, Settings
from ..language.checker import check
from ..reading.problem import Problem
from ..reading.record import Record
from ..results.answer import EITHER, Answer
from ..results.model import Report, Result
from ..results.streamed import StreamAnswer
from ..running.familiar import Familiar
from ..running.inquiry import answer_by, layouts_of
from ..running.judged import Judged, results
from ..running.memory import content
from ..running.recent import Recent
from ..running.session import decided, judged
from .alike import Alike, alike, is_nameless
from .line import Asked, Line, joined, line_of
from .renaming import renamed
from .told import made_by, written

MOST = 4096
"""Answers that are kept by what was asked, and verdicts by what was judged."""


def answer_lines(asked: Sequence[Asked], settings: Settings) -> Iterator[str]:
    """Yield the answer to each line, as a line of JSON."""
    bench = bench_for(settings)
    for one in asked:
        yield written(bench.answer(one))


@cache
def bench_for(settings: Settings) -> Bench:
    """Return what this process knows, for these settings."""
    return Bench(settings)


class Bench:
    """What one process knows of the lines that it has answered."""

    def __init__(self, settings: Settings):
        """Know nothing yet."""
        self.settings = settings
        self.familiar = Familiar(settings.dtype)
        self.answers: Recent[StreamAnswer] = Recent(MOST)
        self.nameless: Recent[tuple[Alike, StreamAnswer]] = Recent(MOST)
        self.verdicts: Recent[list[Judged]] = Recent(MOST)
        self.by = made_by(settings)
        asked = settings.layouts  # one, or all
        self.layout = asked[0] if len(asked) == 1 else EITHER
        names = ("seed", "draws", "dtype", "device")
        self.run = {name: getattr(settings, name) for name in names}

    def answer(self, asked: Asked) -> StreamAnswer:
        """Answer a line, whatever it says."""
        line, problems = line_of(asked.text)
        if problems:
            found = self._malformed(line, problems)
            return replace(found, n=asked.n, id=line.id)
        what = repr(replace(line, id=None))
        found = self.answers.get(what) or self._alike(line)
        if found is None:
            try:
                found = self._answer(line)
            except Exception as error:  # a fault of ours costs no other line
                reason = "".join(traceback.format_exception_only(error)).strip()
                found = StreamAnswer(0, "crashed", statement=line.statement, by=self.by)
                return replace(found, n=asked.n, id=line.id, reason=reason[:500])
        self.answers.put(what, found)
        if (same := alike(line)) and is_nameless(found):
            self.nameless.put(same.key, (same, found))
        return replace(found, n=asked.n, id=line.id)

    def _alike(self, line: Line) -> StreamAnswer | None:
        """Return what was answered to a line that differs by its names alone."""
        same = alike(line)
        known = self.nameless.get(same.key) if same else None
        return known[0].told(known[1], same, line) if same and known else None

    def judge(self, line: Line) -> Answer | list[Problem]:
        """Judge what a line asks, or say what is wrong with it."""
        layout = line.layout or self.layout
        layouts = layouts_of(layout)
        if line.fields:
            question, problems = question_of_fields(line.fields, line.where, layouts)
        else:
            where = line.where if isinstance(line.where, str) else joined(line.where)
            question, problems = question_of(line.statement, where, layouts)
        if question is None or problems:
            return problems
        settings = self.settings
        if line.diagnose is not None:
            settings = replace(settings, diagnose=line.diagnose)
        return answer_by(self._judge, question, line.statement, settings, layout)

    def _answer(self, line: Line) -> StreamAnswer:
        answer = self.judge(line)
        if not isinstance(answer, Answer):
            return self._malformed(line, answer)
        explained = self.settings.diagnose
        if line.diagnose is not None:
            explained = line.diagnose
        return StreamAnswer(
            0,
            answer.verdict,
            statement=answer.statement,
            read=answer.read,
            layouts=[layout for layout in answer.layouts if layout],
            types=answer.types,
            inferred=answer.inferred,
            results=[_small(one, explained) for one in answer.results],
            others=answer.others,
            notes=answer.notes,
            by=self.by,
        )

    def _judge(self, record: Record, settings: Settings) -> Report:
        """Verify a record that was checked, in this process."""
        same, brief = renamed(record), replace(settings, diagnose=False, examples=False)
        what = repr(content(same))
        found = self.verdicts.get(what)
        if found is None:
            found = self._judged(same, brief)
            self.verdicts.put(what, found)
        told = ("fails", "inconclusive") if settings.diagnose else ("inconclusive",)
        if any(one.outcome.verdict in told for one in found):  # that names names
            found = self._judged(record, replace(settings, examples=settings.diagnose))
        return Report(self.run, list(results(record, LAYOUTS, found)))

    def _judged(self, record: Record, settings: Settings) -> list[Judged]:
        statement, problems = check(record)
        asked = statement.asked(LAYOUTS) if statement else None
        if asked is None:
            raise AssertionError(f"checked before: {problems}")
        found = decided(asked)
        if found is None:
            found = self.familiar.outcomes(asked, settings)
        return judged(asked, found)

    def _malformed(self, line: Line, problems: Sequence[Problem]) -> StreamAnswer:
        said = [
            {
                "text": "; ".join([one.text, *one.detail]),
                "hint": one.hint,
                "column": one.place.column,
                "field": one.field,
            }
            for one in problems
        ]
        said = [{key: value for key, value in one.items() if value} for one in said]
        return StreamAnswer(
            0, "malformed", statement=line.statement, problems=said, by=self.by
        )


def _small(result: Result, explained: bool) -> dict[str, Any]:
    """Return what a line says of one claim in one layout."""
    evidence = result.evidence
    said = {
        "claim": result.claim,
        "layout": result.layout,
        "text": result.text,
        "verdict": result.verdict,
        "grade": evidence.get("grade", ""),
        "note": evidence.get("note", ""),
        "diagnosis": result.diagnosis if explained else None,
        "counterexample": result.counterexample if explained else None,
    }
    return {key: value for key, value in said.items() if value}
