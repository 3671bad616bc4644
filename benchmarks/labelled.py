"""The diagnosis measured on wrong claims that are labelled by hand.

Each record of `mistakes.yaml` is a mistake of a known kind, its first tag, and its
notes say what is right. Further tags are other names of the same mistake.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from diagnosis import outcomes
from measuring import judged, table

from verifier.deriving.algebra import spots
from verifier.engine.outcome import FAILS, HOLDS, Outcome
from verifier.engine.settings import Settings
from verifier.language.expression import parse
from verifier.reading.problem import Text
from verifier.reading.record import Record, load
from verifier.running import pool

MISTAKES = Path(__file__).parent / "mistakes.yaml"
NAMED, SHORT, TIMES = 0.9, 0.95, 2


@dataclass(frozen=True)
class Case:
    """A wrong claim, and what is said of it."""

    record: Record
    outcome: Outcome

    @property
    def said(self) -> Mapping[str, str]:
        """Return the diagnosis."""
        return self.outcome.diagnosis or {"kind": "", "text": "", "suggestion": ""}

    @property
    def named(self) -> bool:
        """Whether the kind is that of the label."""
        return self.said["kind"] in self.record.tags

    @property
    def short(self) -> bool:
        """Whether the suggestion is no longer than twice the truth."""
        new, truth = self.said["suggestion"], self.record.notes
        return not new or length(new) <= TIMES * length(truth)


def length(text: str) -> int:
    """Return the number of parts of an expression."""
    return sum(1 for _ in spots(parse(text, tuple_allowed=True)))


def claiming(record: Record, text: str) -> Record:
    """Return a record that claims a text in the place of its first claim."""
    claim = record.claims[0]
    claims = (replace(claim, text=Text(text, claim.text.place)),)
    return replace(record, claims=claims, expect="holds")


def first(
    records: Sequence[Record], settings: Settings, jobs: int | None
) -> Iterator[Outcome]:
    """Yield what came out of the first claim of each record."""
    for record, found in zip(records, outcomes(records, settings, jobs), strict=True):
        if isinstance(found, pool.Crash):
            raise SystemExit(f"{record.id}: {found.reason}")
        yield found[0]


def main() -> int:
    """Diagnose the mistakes, verify the suggestions, and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=MISTAKES)
    parser.add_argument("--draws", type=int, default=64, help="(default: 64)")
    parser.add_argument("--jobs", type=int, help="workers (default: all cores)")
    parser.add_argument("--show", action="store_true", help="print every diagnosis")
    asked = parser.parse_args()
    records = load([asked.path])[0]
    settings = Settings(draws=asked.draws)
    spoiled = [claiming(record, record.claims[0].text.value) for record in records]
    found = first(spoiled, settings, asked.jobs)
    cases = [
        Case(record, outcome) for record, outcome in zip(records, found, strict=True)
    ]
    for case in cases:
        mark = "." if case.named else "KIND"
        mark = mark if case.short else f"{mark} LONG"
        if asked.show or mark != ".":
            claim, kinds = case.record.claims[0].text.value, "/".join(case.record.tags)
            text = case.said["text"]
            print(
                f"{mark} {case.record.id} {kinds}: {case.record.body.value} = {claim}"
            )
            print(f"    {case.said['kind']}: {text}; right: {case.record.notes}")
    unrefuted = [case.record.id for case in cases if case.outcome.verdict != FAILS]
    told = [case for case in cases if case.said["suggestion"]]
    again = [claiming(case.record, case.said["suggestion"]) for case in told]
    again += [claiming(record, record.notes) for record in records]
    other = replace(settings, seed=1)
    held = [outcome.verdict == HOLDS for outcome in first(again, other, asked.jobs)]
    false = [one.id for one, good in zip(again, held, strict=True) if not good]
    return _report(cases, unrefuted, false)


def _report(cases: list[Case], unrefuted: list[str], false: list[str]) -> int:
    kinds = Counter(case.record.tags[0] for case in cases)
    named = Counter(case.record.tags[0] for case in cases if case.named)
    told = Counter(case.record.tags[0] for case in cases if case.said["suggestion"])
    rows = [(k, str(kinds[k]), str(named[k]), str(told[k])) for k in kinds]
    print(table(("label", "claims", "named", "suggested"), rows))
    total, right = len(cases), sum(named.values())
    short = sum(case.short for case in cases if case.said["suggestion"])
    several = sum(told.values())
    marks = [
        (f"{right} of {total} kinds are named", right >= NAMED * total),
        (f"{short} of {several} suggestions are short", short >= SHORT * several),
        (f"not refuted: {unrefuted}", not unrefuted),
        (f"false: {false}", not false),
    ]
    for text, good in marks:
        print(judged(text, good))
    return 0 if all(good for _, good in marks) else 1


if __name__ == "__main__":
    sys.exit(main())
