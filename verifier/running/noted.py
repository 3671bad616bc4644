"""Documents verified: all statements in one run, then other readings of what fails.

What fails is explained in the end, but for what is known to be wrong: that takes far
longer than to find out that it fails, and other readings need no explanation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import PurePath
from typing import Any

from ..engine.settings import Settings
from ..notes.model import (
    ASIDE,
    STEP,
    UNREAD,
    Digest,
    Finding,
    Inference,
    Other,
    Verdict,
)
from ..reading.problem import Place, Problem
from ..reading.record import Record
from ..reading.writing import yaml_of
from ..results.answer import worst
from ..results.model import Result
from .catalogue import Selection
from .desk import Desk
from .session import run
from .weighing import (
    doubted,
    is_far,
    kept,
    nearest,
    unsure,
    with_conventions,
    with_rules,
    without_weak,
)

LONGEST_STEM = 40
MISFIT = "shapes that fit"
"""What a statement lacks whose record turns out to have no meaning."""
Told = Callable[[str], None]
Planned = Callable[[int], None]


def identified(findings: Sequence[Finding]) -> list[Finding]:
    """Give every record an id of its own, which does not depend on its line.

    Draws are a function of the id, and what is remembered is found by it: a line that
    is inserted above must not change either.
    """
    taken: set[str] = set()
    return [
        replace(
            finding,
            record=finding.record and _named(finding.record, finding.place, taken),
            others=tuple(
                replace(other, record=_named(other.record, finding.place, taken))
                for other in finding.others
            ),
        )
        for finding in findings
    ]


def _named(record: Record, place: Place, taken: set[str]) -> Record:
    stem = re.sub(r"[^a-z0-9]+", "-", PurePath(place.file).stem.lower()).strip("-")
    text = yaml_of(replace(record, id="x")).encode(errors="backslashreplace")
    base = (
        f"{stem[:LONGEST_STEM].strip('-') or 'notes'}-{blake2b(text).hexdigest()[:8]}"
    )
    id, number = base, 1
    while id in taken:
        number += 1
        id = f"{base}-{number}"
    taken.add(id)
    return replace(record, id=id)


def sound(digests: Sequence[Digest]) -> list[Digest]:
    """Give every record its id, and call those unread that have no meaning.

    That is all that is known of documents without verifying them.
    """
    from ..language.checker import check  # slow to import: not for what is known

    findings = identified([v.finding for digest in digests for v in digest.verdicts])
    problems = [
        problem
        for finding in findings
        if finding.record is not None
        for problem in check(finding.record)[1]
    ]
    found = _Found({}, _by_id(problems))
    return _shared(digests, [found.verdict(finding) for finding in findings], {})


def judged(
    digests: Sequence[Digest],
    settings: Settings,
    *,
    jobs: int | None = None,
    command: str = "",
    fresh: bool = False,
    cluster: str | None = None,
    on_plan: Planned = lambda count: None,
    on_result: Told = lambda place: None,
) -> list[Digest]:
    """Verify what was read in documents; an interruption keeps what is finished.

    `on_plan` is told how many records come, `on_result` where each of them stands.
    """
    findings = identified([v.finding for digest in digests for v in digest.verdicts])
    brief = replace(settings, diagnose=False)
    with Desk(fresh, cluster) as desk:
        work = _Work(desk, jobs, command, on_plan, on_result)
        read = [(f.record, f.place) for f in findings if f.record is not None]
        found = work.run(read, brief)
        verdicts = [kept(found.verdict(finding)) for finding in findings]
        verdicts = with_rules(verdicts)
        wrong = [v.finding for v in verdicts if v.kind == "fails"]
        others = [(o.record, f.place) for f in wrong for o in f.others]
        if others:
            found = work.run(others, brief)
            verdicts = [found.reconsidered(verdict) for verdict in verdicts]
            verdicts = with_conventions(verdicts)
        verdicts = [unsure(without_weak(verdict)) for verdict in verdicts]
        wrong = [v.finding for v in verdicts if v.kind in ("fails", "conditional")]
        if wrong:
            open_ = [(f.record, f.place) for f in wrong if f.record is not None]
            found = work.run(open_, settings)
            verdicts = [found.explained(verdict) for verdict in verdicts]
            verdicts = [doubted(v) for v in work.nearer(verdicts, settings)]
    return _shared(digests, verdicts, work.made)


def _shared(
    digests: Sequence[Digest], verdicts: Sequence[Verdict], run: Mapping[str, Any]
) -> list[Digest]:
    """Give each document the verdicts on its own formulas.

    A step of a chain that was no statement after all is not told: the chain is.
    """
    left, made = iter(verdicts), list[Digest]()
    for digest in digests:
        own = [next(left) for _ in digest.verdicts]
        own = [v for v in own if (v.finding.status, v.finding.reason) != (ASIDE, STEP)]
        made.append(replace(digest, verdicts=tuple(own), run=run))
    return made


@dataclass
class _Work:
    """How runs are made, and what is to be said of all of them."""

    desk: Desk
    jobs: int | None
    command: str
    on_plan: Planned
    on_result: Told
    made: dict[str, Any] = field(default_factory=dict)

    def run(self, given: Sequence[tuple[Record, Place]], settings: Settings) -> _Found:
        """Verify records, each of which belongs to a place of a document.

        Once a run was interrupted, nothing more is verified.
        """
        if self.made.get("interrupted"):
            return _Found({}, {})
        places = {record.id: place for record, place in given}
        self.on_plan(len(places))
        records = tuple(record for record, _ in given)
        files = len({place.file for place in places.values()})
        report = run(
            Selection(records, (), files),
            settings,
            jobs=self.jobs,
            command=self.command,
            on_result=lambda id: self.on_result(str(places[id])),
            desk=self.desk,
        )
        for key, value in report.run.items():
            known = self.made.get(key, value)
            adds = key in ("seconds", "remembered") and key in self.made
            self.made[key] = known + value if adds else known
        self.made["interrupted"] = report.interrupted
        return _Found(_by_id(report.results), _by_id(report.problems))

    def nearer(
        self, verdicts: Sequence[Verdict], settings: Settings
    ) -> Iterator[Verdict]:
        """Yield verdicts, those that are far from right in a reading that is nearer.

        `∇² x^T A x = -2A` is a wrong sign where A is symmetric, which it may be.
        """
        tried = {
            id(verdict): other
            for verdict in verdicts
            if is_far(verdict) and (other := nearest(verdict)) is not None
        }
        places = {id(verdict): verdict.finding.place for verdict in verdicts}
        given = [(other.record, places[at]) for at, other in tried.items()]
        found = self.run(given, settings) if given else _Found({}, {})
        for verdict in verdicts:
            other = tried.get(id(verdict))
            yield verdict if other is None else found.retold(verdict, other)


@dataclass(frozen=True)
class _Found:
    """What a run has found, by the ids of the records."""

    results: Mapping[str, list[Any]]
    problems: Mapping[str, list[Any]]

    def verdict(self, finding: Finding) -> Verdict:
        """Return the verdict on a formula; one without a meaning was not read."""
        record = finding.record
        if record is None:
            return Verdict(finding)
        if problems := self.problems.get(record.id):
            why = _said(problems[0])
            return Verdict(
                replace(finding, status=UNREAD, reason=why, construct=MISFIT, others=())
            )
        found = self.results.get(record.id)
        if found is None:
            return Verdict(finding)
        results = tuple(_placed(result, finding.place) for result in found)
        return Verdict(finding, results, worst([r.verdict for r in results]))

    def reconsidered(self, verdict: Verdict) -> Verdict:
        """Return the verdict with the first of the other readings that holds.

        One that the text may have meant comes before one that it excludes.
        """
        if verdict.kind != "fails":
            return verdict
        others = sorted(verdict.finding.others, key=lambda one: not one.excuses)
        other = next(filter(self._holds, others), None)
        if other is None:
            return verdict
        return replace(verdict, under=other.why, other=other)

    def explained(self, verdict: Verdict) -> Verdict:
        """Return the verdict with results that say what is wrong."""
        record = verdict.finding.record
        if record is None or record.id not in self.results:
            return verdict
        found = self.results[record.id]
        results = tuple(_placed(result, verdict.finding.place) for result in found)
        return replace(verdict, results=results)

    def retold(self, verdict: Verdict, other: Other) -> Verdict:
        """Return the verdict with what another reading says of the mistake."""
        finding = verdict.finding
        inferred = (*finding.inferred, Inference(other.why, "then it is nearly right"))
        finding = replace(finding, record=other.record, inferred=inferred)
        made = self.explained(replace(verdict, finding=finding))
        return verdict if is_far(made) else made

    def _holds(self, other: Other) -> bool:
        results = self.results.get(other.record.id, ())
        return worst([result.verdict for result in results]) == "holds"


def _by_id(found: Iterable[Result] | Iterable[Problem]) -> dict[str, list[Any]]:
    by_id: dict[str, list[Any]] = {}
    for one in found:
        by_id.setdefault(one.id, []).append(one)
    return by_id


def _placed(result: Result, place: Place) -> Result:
    """Return a result that stands where the document has its formula."""
    return replace(result, file=place.file, line=place.line, column=place.column)


def _said(problem: Problem) -> str:
    return "; ".join([problem.text, *problem.detail])
