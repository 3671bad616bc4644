"""What became of each label of a document: found, read as it was meant, judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from verifier.engine.settings import LAYOUTS, Settings
from verifier.notes.model import ASIDE, READ, UNREAD, Digest, Verdict
from verifier.reading.record import Record
from verifier.reading.writing import yaml_of
from verifier.running.catalogue import Selection
from verifier.running.desk import Desk
from verifier.running.device import find
from verifier.running.session import run

from .labels import Label
from .meanings import Meaning, meanings
from .pairing import paired
from .sameness import Equation, Way, in_no_layout, same, ways
from .stated import stated

DRAWS = 64
"""Enough to see whether two formulas are the same."""
MEANT = "read as meant"
MISREAD = "read otherwise"
TURNED = "read in another layout"
RIGHTED = "read as what holds"
LOST = "not found"
BROKEN = "label that cannot be read"
STATUS = {ASIDE: "no statement", UNREAD: "not read"}


@dataclass(frozen=True)
class Outcome:
    """What became of a label; `doubt` says why the label itself may be wrong."""

    label: Label
    verdict: Verdict | None
    what: str
    doubt: str = ""

    @property
    def called_wrong(self) -> bool:
        """Whether the reader is told that the text is wrong here."""
        return self.verdict is not None and self.verdict.error

    @property
    def caught(self) -> bool:
        """Whether it is told as wrong, by the verdict or by the text itself."""
        kind = self.verdict.kind if self.verdict else ""
        return self.called_wrong or kind == "refuted"


@dataclass(frozen=True)
class Judged:
    """A document, with all of its labels; `stray` are errors where no label stands."""

    name: str
    outcomes: Sequence[Outcome]
    stray: Sequence[Verdict] = ()


@dataclass
class Bench:
    """The verifier, asked whether claims hold."""

    desk: Desk
    jobs: int | None = None
    draws: int = DRAWS
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ask(self, records: Iterable[Record]) -> None:
        """Verify records, all in one run."""
        new = {
            named.id: named
            for named in map(_named, records)
            if named.id not in self.known
        }
        settings = Settings(
            draws=self.draws, device=find("cpu"), layouts=LAYOUTS, diagnose=False
        )
        selection = Selection(tuple(new.values()), (), 1)
        report = (
            run(selection, settings, jobs=self.jobs, desk=self.desk) if new else None
        )
        found: dict[str, list[str]] = {id: [] for id in new}
        for result in report.results if report else ():
            found[result.id].append(result.verdict)
        self.known |= {id: tuple(verdicts) for id, verdicts in found.items()}

    def verdicts(self, record: Record) -> tuple[str, ...]:
        """Return the verdicts on all claims of a record that was asked."""
        return self.known[_named(record).id]

    def holds(self, equation: Equation) -> bool:
        """Whether an equation that was asked holds."""
        record = equation.record
        return record is not None and "holds" in self.verdicts(record)


def _named(record: Record) -> Record:
    text = yaml_of(replace(record, id="x")).encode()
    return replace(record, id=f"x-{blake2b(text).hexdigest()[:16]}")


@dataclass(frozen=True)
class _Case:
    """A label with what was found there, and what must hold for that to be meant."""

    label: Label
    verdict: Verdict | None
    meanings: Sequence[Meaning]
    ways: Mapping[int, Sequence[Way]]  # of each meaning
    loose: Sequence[Way] = ()  # to all of them but for the layout
    problem: str = ""

    @property
    def equations(self) -> Iterator[Equation]:
        """Yield all that is to be asked."""
        for some in (*self.ways.values(), self.loose):
            yield from (one for way in some for either in way for one in either)


def judge(
    digest: Digest, labels: Sequence[Label], bench: Bench, name: str = ""
) -> Judged:
    """Judge what was read of a document, whose verdicts may be missing."""
    source = next(iter(digest.source.values()), "")
    found = paired(labels, digest.verdicts, source)
    cases = [_case(label, one) for label, one in zip(labels, found, strict=True)]
    asked = [
        record
        for case in cases
        for equation in case.equations
        if (record := equation.record)
    ]
    meant = [r for case in cases for one in case.meanings for r in one.records]
    bench.ask([*asked, *meant])
    taken = {id(one) for one in found if one is not None}
    stray = [v for v in digest.verdicts if v.error and id(v) not in taken]
    outcomes = [_outcome(case, bench) for case in cases]
    return Judged(name or digest.name, outcomes, stray)


def _case(label: Label, verdict: Verdict | None) -> _Case:
    meant, problem = meanings(label)
    found: dict[int, list[Way]] = {at: [] for at in range(len(meant))}
    loose: list[Way] = []
    for record in _readings(verdict):
        if (reading := stated(record)) is None:
            continue
        for at, one in enumerate(meant):
            found[at] += ways(reading, one.stated)
            loose += ways(in_no_layout(reading), one.stated)
    return _Case(label, verdict, meant, found, loose, problem)


def _readings(verdict: Verdict | None) -> list[Record]:
    """Return what was read, and the other reading that was told because it holds.

    Where nothing was verified, it might be any of the others.
    """
    if verdict is None or verdict.finding.status != READ:
        return []
    told = [verdict.other] if verdict.other else []
    others = [
        one.record for one in (told if verdict.verdict else verdict.finding.others)
    ]
    return [r for r in (verdict.finding.record, *others) if r is not None]


def _outcome(case: _Case, bench: Bench) -> Outcome:
    label, verdict = case.label, case.verdict
    if case.problem:
        return Outcome(label, verdict, BROKEN, case.problem)
    allowed, doubt = _allowed(case, bench)
    if verdict is None:
        return Outcome(label, None, LOST, doubt)
    if verdict.finding.status != READ:
        return Outcome(label, verdict, STATUS[verdict.finding.status], doubt)
    fits = {at for at, ways in case.ways.items() if same(ways, bench.holds)}
    if not fits & allowed:
        turned = fits or same(case.loose, bench.holds)
        return Outcome(label, verdict, TURNED if turned else MISREAD, doubt)
    # A wrong statement is read as such only if what was read is wrong as well.
    righted = label.wrong and verdict.verdict == "holds"
    return Outcome(label, verdict, RIGHTED if righted else MEANT, doubt)


def _allowed(case: _Case, bench: Bench) -> tuple[set[int], str]:
    """Return the meanings that a reading may have, and what is odd about the label.

    They are those in the layout of the label. Where none is, or a right label holds
    only in another one, the label cannot mean its layout here.
    """
    every = {*range(len(case.meanings))}
    own = {at for at in every if case.meanings[at].preferred} or every
    held = {
        at
        for at in every
        if all({*bench.verdicts(r)} == {"holds"} for r in case.meanings[at].records)
    }
    failed = {
        at
        for at in every
        if any("fails" in bench.verdicts(r) for r in case.meanings[at].records)
    }
    if not every:
        return every, ""
    if case.label.wrong:
        doubt = "it is said to be wrong, and holds" if own <= held else ""
        return own, doubt
    if own <= failed:
        others = every - failed
        return others or own, "" if others else "it is said to be right, and fails"
    return own, ""
