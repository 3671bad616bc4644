"""What became of each label of a document: found, read as it was meant, judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.notes.model import ASIDE, READ, UNREAD, Digest, Verdict
from verifier.reading.record import Record

from .bench import Bench
from .blame import Blame
from .labels import Label
from .meanings import Meaning, meanings
from .pairing import paired
from .sameness import Way, in_the_same_words, ways
from .stated import Side, Stated, in_no_layout, stated

MEANT = "read as meant"
MISREAD = "read otherwise"
TURNED = "read in another layout"
TYPED = "read with other types"
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
    called_wrong: bool = False  # whether it is told that the text is wrong here

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
class _Case:
    """A label with what was found there, and what must hold for that to be meant."""

    label: Label
    verdict: Verdict | None
    meanings: Sequence[Meaning]
    problem: str = ""  # with the label
    ways: Mapping[int, Sequence[Way]] = field(default_factory=dict)  # of each meaning
    loose: Sequence[Way] = ()  # to all of them, but for the layout
    worded: bool = False  # whether it is the same in its words

    @property
    def asked(self) -> Iterator[Way]:
        """Yield all that is to be asked."""
        for some in (*self.ways.values(), self.loose):
            yield from some


def judge(
    digest: Digest, labels: Sequence[Label], bench: Bench, name: str = ""
) -> Judged:
    """Judge what was read of a document, whose verdicts may be missing."""
    found = paired(labels, digest.verdicts, digest.source)
    cases = [
        _Case(label, verdict, *meanings(label))
        for label, verdict in zip(labels, found, strict=True)
    ]
    groups: dict[int, list[_Case]] = {}
    for case in cases:
        if case.verdict is not None:
            groups.setdefault(id(case.verdict), []).append(case)
    blames: dict[int, Blame] = {}
    for at, group in groups.items():
        for case in group:
            _compare(case, [other for other in group if other is not case])
        blames[at] = Blame.of(group[0].verdict, [case.meanings for case in group])
    bench.ask_all(
        [
            *(way for case in cases for way in case.asked),
            *(way for blame in blames.values() for way in blame.asked),
        ],
        [r for case in cases for one in case.meanings for r in one.records],
    )
    guilty = {
        id(case)
        for at, group in groups.items()
        for number, case in enumerate(group)
        if blames[at].falls_on(number, bench)
    }
    outcomes = [
        replace(_outcome(case, bench), called_wrong=id(case) in guilty)
        for case in cases
    ]
    taken = {id(one) for one in found if one is not None}
    stray = [v for v in digest.verdicts if v.error and id(v) not in taken]
    return Judged(name or digest.name, outcomes, stray)


def _compare(case: _Case, others: Sequence[_Case]) -> None:
    """Find out what must hold for a label to be what was read.

    What a chain says beside it is what the other labels of the chain say.
    """
    readings = [made for record in _readings(case.verdict) if (made := stated(record))]
    beside = [meaning.stated for other in others for meaning in other.meanings]
    found: dict[int, Sequence[Way]] = {}
    for at, meaning in enumerate(case.meanings):
        whole = _beside(meaning.stated, beside)
        found[at] = [way for one in readings for way in ways(one, whole)]
        for one in map(in_no_layout, readings):
            case.loose = [*case.loose, *ways(one, whole)]
            case.worded = case.worded or in_the_same_words(one, whole)
    case.ways = found


def _beside(meaning: Stated, others: Sequence[Stated]) -> Stated:
    """Return a meaning that may have the sides of others beside its own."""
    spare: list[Side] = []
    types = dict(meaning.types)
    for other in others:
        if (other.subject, other.kind) == (meaning.subject, meaning.kind):
            body = [Side(other.body)] if other.subject == "value" else []
            spare += [*body, *other.sides]
            types = {**other.types, **types}
    return replace(meaning, spare=tuple(dict.fromkeys(spare)), types=types)


def _readings(verdict: Verdict | None) -> list[Record]:
    """Return what was read, and the other reading that was told because it holds.

    Where nothing was verified, it might be any of the others.
    """
    if verdict is None or verdict.finding.status != READ:
        return []
    told = [verdict.other] if verdict.other else []
    others = told if verdict.verdict else verdict.finding.others
    records = (verdict.finding.record, *(one.record for one in others))
    return [record for record in records if record is not None]


def _outcome(case: _Case, bench: Bench) -> Outcome:
    label, verdict = case.label, case.verdict
    if case.problem:
        return Outcome(label, verdict, BROKEN, case.problem)
    allowed, doubt = _allowed(case, bench)
    if verdict is None:
        return Outcome(label, None, LOST, doubt)
    if verdict.finding.status != READ:
        return Outcome(label, verdict, STATUS[verdict.finding.status], doubt)
    fits = {at for at, ways in case.ways.items() if bench.same(ways)}
    if fits & allowed:
        # A wrong statement is read as such only if what was read is wrong as well.
        righted = label.wrong and verdict.verdict == "holds"
        return Outcome(label, verdict, RIGHTED if righted else MEANT, doubt)
    if fits or bench.same(case.loose):
        return Outcome(label, verdict, TURNED, doubt)
    return Outcome(label, verdict, TYPED if case.worded else MISREAD, doubt)


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
