"""Claims that a file leaves open, written `?`: where they are, and what fills them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from .fields import CLAIMS
from .problem import Place
from .record import Record, WrittenClaim
from .source import Source

OPEN = "?"
BOTH = ("numerator", "denominator")
_LINE = re.compile(
    rf"""(?P<head>\s*(?:-\s+)?(?:(?P<key>{"|".join(CLAIMS)})\s*:\s+|(?<=-\ )\s*))"""
    r"""(?P<mark>\?|'\?'|"\?")(?P<tail>\s*(?:\#.*)?)"""
)


@dataclass(frozen=True)
class Blank:
    """An open claim of a record, and the line on which it stands."""

    record: Record
    claim: WrittenClaim

    @property
    def place(self) -> Place:
        return self.claim.text.place

    @property
    def fields(self) -> tuple[str, ...]:
        """Return what must be known to fill it."""
        return BOTH if self.claim.field == "both" else (self.claim.field,)


def legible(source: Source) -> Source:
    """Return the file with quotes around each `?`, which YAML needs."""
    lines = [
        f"{found['head']}'{OPEN}'{found['tail']}"
        if (found := _LINE.fullmatch(line)) and found["mark"] == OPEN
        else line
        for line in source.lines
    ]
    return replace(source, text="\n".join(lines))


def blanks(record: Record) -> Iterator[Blank]:
    """Yield the open claims of a record."""
    for claim in record.claims:
        if claim.text.value.strip() == OPEN:
            yield Blank(record, claim)


def filled(line: str, texts: Mapping[str, str]) -> str | None:
    """Return a line with its `?` replaced by quoted texts, given by field.

    Where the two of `both` differ it becomes two lines. None where it cannot.
    """
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    several = dict.fromkeys(texts.values())
    if len(several) == 1:
        return f"{found['head']}{next(iter(several))}{found['tail']}"
    head, key = found["head"], found["key"]
    if not key:
        return None
    first, *rest = texts
    lines = [f"{head.replace(key, first)}{texts[first]}{found['tail']}"]
    indent = " " * head.index(key)
    lines += [f"{indent}{field}: {texts[field]}" for field in rest]
    return "\n".join(lines)
