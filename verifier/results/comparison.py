"""Two runs side by side: what is newly wrong, what is mended, what rests on less.

Claims are paired by record, layout and text; where the texts differ, by their order. A
record is first looked for in the file of the same name, then by its id alone, so that
files may move.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..reading.problem import Problem
from .model import SCHEMA, Report, Result, problem_to_json
from .phrases import GRADES, one_line, verdict_of

KINDS = {
    "newly-failing": "not as expected any more",
    "new-failing": "new and not as expected",
    "newly-passing": "as expected now",
    "verdict": "another verdict",
    "claim": "another claim",
    "diagnosis": "another diagnosis",
    "evidence": "other evidence",
    "new": "new",
    "gone": "gone",
}
"""Kinds of changes in the order of their weight, and how a heading says them."""

SETTINGS = ("seed", "draws", "device", "dtype", "layouts", "interrupted")
WORSE = ("newly-failing", "new-failing")
STRENGTH = ("", "float", "ball", "exact", "shape")
"""Grades of evidence, the weakest first."""

DIGITS = 3.0
"""Fewer digits than this, lost or won, are the luck of the draw."""
SHARE = 0.1
"""The same for the part of the draws that is usable."""
BOUND = 1e3
"""The same, as a factor, for the probability that an exact check is wrong."""


@dataclass(frozen=True)
class Change:
    """A claim that is not what it was: both results, where there are two, and why."""

    kind: str
    old: Result | None
    new: Result | None
    details: tuple[str, ...] = ()

    @property
    def result(self) -> Result:
        """Return the result to show: the new one, if there is one."""
        found = self.new or self.old
        assert found is not None
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the change as JSON values."""
        return {
            "kind": self.kind,
            "details": list(self.details),
            "old": self.old and self.old.to_json(),
            "new": self.new and self.new.to_json(),
        }


@dataclass(frozen=True)
class Comparison:
    """Two reports, and all that is different between them."""

    old: Report
    new: Report

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every change, the weightiest kinds first, else in the order of the runs."""
        found = [change(old, new) for old, new in pairs(self.old, self.new)]
        rank = list(KINDS)
        return tuple(
            sorted(filter(None, found), key=lambda change: rank.index(change.kind))
        )

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that were not there before; a place may move."""
        before = {_about(problem) for problem in self.old.problems}
        return tuple(p for p in sorted(self.new.problems) if _about(p) not in before)

    @cached_property
    def solved(self) -> tuple[Problem, ...]:
        """The problems that are not there any more."""
        now = {_about(problem) for problem in self.new.problems}
        return tuple(p for p in sorted(self.old.problems) if _about(p) not in now)

    @cached_property
    def common(self) -> frozenset[str]:
        """The ids of the records that both runs have."""
        old, new = ({r.id for r in run.results} for run in (self.old, self.new))
        return frozenset(old & new)

    def of(self, kind: str) -> list[Change]:
        """Return the changes of one kind."""
        return [change for change in self.changes if change.kind == kind]

    @property
    def same(self) -> int:
        """Return how many claims of the new run are what they were."""
        return len(self.new.results) - sum(c.new is not None for c in self.changes)

    @property
    def unfinished(self) -> bool:
        """Whether claims are missing because the new run was interrupted."""
        return self.new.interrupted and bool(self.of("gone"))

    @property
    def worse(self) -> bool:
        """Whether anything is newly not as expected; what is unfinished may be."""
        wrong = any(change.kind in WORSE for change in self.changes)
        return wrong or bool(self.problems) or self.unfinished

    @cached_property
    def settings(self) -> tuple[tuple[str, str, str], ...]:
        """What the runs themselves do not have in common: name, old, new."""
        names = ("seed", "draws", "device", "dtype", "layouts", "interrupted")
        both = [
            (name, self.old.run.get(name), self.new.run.get(name)) for name in names
        ]
        old, new = (run.get("versions") or {} for run in (self.old.run, self.new.run))
        both += [(name, old.get(name), new.get(name)) for name in {**old, **new}]
        return tuple(
            (name, _said(before), _said(after))
            for name, before, after in both
            if before != after
        )

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON values."""
        return {
            "schema": SCHEMA,
            "worse": self.worse,
            "unfinished": self.unfinished,
            "same": self.same,
            "settings": {
                name: {"old": old, "new": new} for name, old, new in self.settings
            },
            "changes": [change.to_json() for change in self.changes],
            "problems": [problem_to_json(problem) for problem in self.problems],
            "solved": [problem_to_json(problem) for problem in self.solved],
        }


def _about(problem: Problem) -> tuple[str, ...]:
    return file_name(problem.place.file), problem.id, problem.field, problem.text


def _said(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "not said", True: "yes", False: "no"}[value]
    return ", ".join(value) if isinstance(value, list) else str(value)


# Which results are of the same claim.


def file_name(file: str) -> str:
    """Return a file's name as it is compared: with `/`, and without `./`."""
    return file.replace("\\", "/").removeprefix("./")


Pair = tuple[Result | None, Result | None]


def pairs(old: Report, new: Report) -> Iterator[Pair]:
    """Yield old and new results of the same claim, in the order of the new run."""
    partner: dict[int, Result] = {}
    left, right = list(old.results), list(new.results)
    for same in (
        lambda r: (file_name(r.file), r.id, r.claim, r.layout, r.text),
        lambda r: (file_name(r.file), r.id, r.claim, r.layout),
        lambda r: (r.id, r.claim, r.layout, r.text),
        lambda r: (r.id, r.claim, r.layout),
    ):
        for before, after in _matched(left, right, same):
            partner[id(after)] = before
        taken = set(map(id, partner.values()))
        left = [result for result in left if id(result) not in taken]
        right = [result for result in right if id(result) not in partner]
    yield from ((partner.get(id(result)), result) for result in new.results)
    yield from ((result, None) for result in left)


def _matched(
    old: Iterable[Result], new: Iterable[Result], same: Callable[[Result], Hashable]
) -> Iterator[tuple[Result, Result]]:
    """Yield pairs with the same key: the first with the first, and so on."""
    waiting: dict[Hashable, list[Result]] = {}
    for result in old:
        waiting.setdefault(same(result), []).append(result)
    for result in new:
        if found := waiting.get(same(result)):
            yield found.pop(0), result


# What is different about one claim.


def change(old: Result | None, new: Result | None) -> Change | None:
    """Return what is different between two results of a claim, or None."""
    if old is None and new is not None:
        return Change("new" if new.as_expected else "new-failing", old, new)
    if old is None or new is None:
        return Change("gone", old, new)
    told = {"verdict": list(_verdict(old, new)), "claim": list(_claim(old, new))}
    if old.verdict == new.verdict:  # else neither can be compared
        told["diagnosis"] = list(_diagnosis(old, new))
        told["evidence"] = list(_evidence(old, new))
    details = tuple(line for lines in told.values() for line in lines)
    if old.as_expected != new.as_expected:
        kind = "newly-passing" if new.as_expected else "newly-failing"
        return Change(kind, old, new, details)
    kinds = [kind for kind, lines in told.items() if lines]
    return Change(kinds[0], old, new, details) if kinds else None


def _verdict(old: Result, new: Result) -> Iterator[str]:
    before, after = verdict_of(old), verdict_of(new)
    if (old.verdict, old.expected) != (new.verdict, new.expected):
        yield f"verdict: {before} -> {after}"


def _claim(old: Result, new: Result) -> Iterator[str]:
    for what, before, after in (
        ("claim", old.text, new.text),
        ("of", old.subject, new.subject),
        ("types", _types(old), _types(new)),
    ):
        if before != after:
            yield f"{what}: {_code(before)} -> {_code(after)}"


def _types(result: Result) -> str:
    return ", ".join(f"{name}: {type}" for name, type in result.types.items())


def _code(text: str) -> str:
    return f"`{one_line(text)}`" if text else "nothing"


def _diagnosis(old: Result, new: Result) -> Iterator[str]:
    before, after = old.diagnosis or {}, new.diagnosis or {}
    kinds = before.get("kind"), after.get("kind")
    if kinds[0] != kinds[1]:
        said = [one_line(kind) if kind else "none" for kind in kinds]
        yield f"diagnosis: {said[0]} -> {said[1]}"
    one, other = (_code(known.get("suggestion") or "") for known in (before, after))
    if one != other:
        yield f"suggestion: {one} -> {other}"


def _evidence(old: Result, new: Result) -> Iterator[str]:
    before, after = old.evidence, new.evidence
    grades = [str(one.get("grade") or "") for one in (before, after)]
    if grades[0] != grades[1]:
        ranks = [STRENGTH.index(g) if g in STRENGTH else 0 for g in grades]
        way = "weaker" if ranks[1] < ranks[0] else "stronger"
        said = [GRADES.get(grade, one_line(grade) or "nothing") for grade in grades]
        yield f"{way} evidence: {said[0]} -> {said[1]}"
    one, other = before.get("bound"), after.get("bound")
    if one is not None and other is not None and far(one, other):
        yield f"probability that a false claim passes: {one:.1g} -> {other:.1g}"
    if bool(before.get("vacuous")) != bool(after.get("vacuous")):
        now = "now" if after.get("vacuous") else "no longer"
        yield f"{now} vacuous: both sides are always zero"
    # Of a failure the digits say nothing: they are those of its worst draw.
    hold = new.verdict == "holds"
    known = [digits for e in (before, after) if (digits := e.get("digits")) is not None]
    if hold and len(known) == 2 and abs(known[0] - known[1]) >= DIGITS:
        yield f"digits that agree: {known[0]:g} -> {known[1]:g}"
    shares = _usable(before), _usable(after)
    if abs(shares[0] - shares[1]) >= SHARE:
        yield f"usable draws: {shares[0]:.0%} -> {shares[1]:.0%}"


def far(one: float, other: float) -> bool:
    """Whether two probabilities are worth telling apart."""
    return max(one, other) > BOUND * min(one, other)


def _usable(evidence: Mapping[str, Any]) -> float:
    """Return the part of the draws that was usable; all of none."""
    usable = evidence.get("draws") or 0
    drawn = usable + sum((evidence.get("left_out") or {}).values())
    return usable / drawn if drawn else 1.0
