"""The lines of a derivation, and the records that verify them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ..language.statement import Statement
from ..reading.problem import Text
from ..reading.record import Record, WrittenClaim


@dataclass(frozen=True)
class Step:
    """One line, `left = right`, with its reason.

    Verified is `right`, as a claim in `field` about `function`; a definition, in
    which `field` is empty, claims nothing.
    """

    left: str
    right: str
    reason: str
    function: str = ""
    field: str = ""
    let: tuple[tuple[str, str], ...] = ()
    """Names of inner functions, and of their changes, with what they mean."""
    wrt: tuple[str, ...] = ()
    entries: str = "all"
    where: tuple[tuple[str, str], ...] = ()
    """Types that are others than those of the record."""


def records(told: Sequence[Step], statement: Statement) -> list[Record]:
    """Return the records that claim the lines: those of one function are in one."""
    found: list[Record] = []
    for i, group in enumerate(_groups(told)):
        claims = [line.right for line in group]
        found.append(_record(group[0], list(dict.fromkeys(claims)), i, statement))
    return found


def _groups(told: Sequence[Step]) -> list[list[Step]]:
    """Return the lines that one record can claim, in their order."""
    found: dict[Step, list[Step]] = {}
    for line in told:
        if line.field:
            key = replace(line, left="", right="", reason="")
            found.setdefault(key, []).append(line)
    return list(found.values())


def _record(line: Step, claims: Sequence[str], i: int, statement: Statement) -> Record:
    record = statement.record
    place, types = record.body.place, dict(line.where)

    def text(value: str) -> Text:
        return Text(value, place)

    let = {name: text(value) for name, value in line.let}
    claimed = "both" if line.field == "value" else line.field
    return replace(
        record,
        id=_id(record, i),
        subject="value" if line.field == "value" else "function",
        body=text(line.function),
        claims=tuple(WrittenClaim(claimed, text(claim)) for claim in claims),
        where={
            name: text(types[name]) if name in types else declared
            for name, declared in record.where.items()
        },
        let=let,
        let_places=let,
        wrt=tuple(map(text, line.wrt)),
        expect="holds",
        entries=line.entries,
        stated=None,
    )


def _id(record: Record, i: int) -> str:
    return f"{record.id}-lines-{i + 1}"


class Verdict(Protocol):
    """What is asked of a result: the record, the claim, and what became of it."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def verdict(self) -> str: ...


def verified(
    told: Sequence[Step], statement: Statement, results: Iterable[Verdict]
) -> list[Step]:
    """Return the lines to show, by the results of their records.

    They are those that hold, and the definitions that they need: a line of which
    nothing is known is not shown.
    """
    found: dict[tuple[str, str], bool] = {}
    for result in results:
        key = result.id, result.text
        found[key] = found.get(key, True) and result.verdict == "holds"
    kept = [
        line
        for i, group in enumerate(_groups(told))
        for line in group
        if found.get((_id(statement.record, i), line.right))
    ]
    used = {word for line in kept for word in _words(f"{line.left} {line.right}")}
    return [
        line
        for line in told
        if line in kept
        or (not line.field and not used.isdisjoint((line.left, f"d{line.left}")))
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)
