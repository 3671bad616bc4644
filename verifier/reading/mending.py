"""Where a claim is written in its file, and whether another text can stand there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .problem import Place, Text
from .record import Record, records_of
from .source import Source


@dataclass(frozen=True)
class Written:
    """A claim of a file: `claim` counts the claims of its record, from 0."""

    source: Source
    record: Record
    claim: int

    @property
    def text(self) -> Text:
        """Return the text of the claim."""
        return self.record.claims[self.claim].text

    @property
    def start(self) -> Place:
        """Return the place of its first character, inside any quotes."""
        return self.text.at(0)

    @property
    def stop(self) -> Place:
        """Return the place after its last character."""
        return self.text.at(len(self.text.value))

    def reads_back(self, text: str) -> bool:
        """Whether `text` in its place is read as it is, and all else as before.

        A comma inside braces, a `#` or a quote could make something else of it.
        """
        before, after = self._offset(self.start), self._offset(self.stop)
        whole = self.source.text
        mended = Source(self.source.file, whole[:before] + text + whole[after:])
        records, problems = records_of(mended)
        old = [list(_said(record)) for record in records_of(self.source)[0]]
        new = [list(_said(record)) for record in records]
        for said in old:
            if said[0] == self.record.id:
                said[1 + self.claim] = text
        return not problems and new == old

    def _offset(self, place: Place) -> int:
        lines = self.source.lines[: place.line - 1]
        return sum(len(line) + 1 for line in lines) + place.column - 1


def _said(record: Record) -> Iterable[str]:
    yield record.id
    yield from (claim.text.value for claim in record.claims)
    yield record.body.value


def written(source: Source, id: str, text: str, place: Place) -> Written | None:
    """Return the claim with this text at this place, if it still stands there."""
    for record in records_of(source)[0]:
        if record.id == id:
            for index, claim in enumerate(record.claims):
                if claim.text.value == text and claim.text.place == place:
                    return Written(source, record, index)
    return None
