"""Where a claim is written in its file, and whether another text can stand there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .problem import Place, Problem, Text
from .record import Record, records_of
from .source import Source


@dataclass(frozen=True)
class Page:
    """A file with what was read in it."""

    source: Source

    @cached_property
    def found(self) -> tuple[list[Record], list[Problem]]:
        """The records and the problems."""
        return records_of(self.source)

    @property
    def said(self) -> list[list[str]]:
        """What each record says: its id, its claims, its subject."""
        return [list(_said(record)) for record in self.found[0]]

    @property
    def trouble(self) -> list[tuple[str, str]]:
        """What is wrong with the file, wherever it stands."""
        return sorted((problem.id, problem.text) for problem in self.found[1])

    def claim(self, id: str, text: str, place: Place) -> Written | None:
        """Return the claim with this text at this place, if it still stands there."""
        for record in self.found[0]:
            if record.id == id:
                for index, claim in enumerate(record.claims):
                    if claim.text.value == text and claim.text.place == place:
                        return Written(self, record, index)
        return None


@dataclass(frozen=True)
class Written:
    """A claim as it stands in its file; `index` counts those of its record, from 0."""

    page: Page
    record: Record
    index: int

    @property
    def text(self) -> Text:
        """Return the text of the claim."""
        return self.record.claims[self.index].text

    @property
    def start(self) -> Place:
        """Return the place of its first character, inside any quotes."""
        return self.text.at(0)

    @property
    def stop(self) -> Place:
        """Return the place after its last character."""
        return self.text.at(len(self.text.value))

    def takes(self, text: str) -> bool:
        """Whether `text` in its place is read as it is, and all else as before.

        A comma inside braces, a `#` or a quote could make something else of it.
        """
        before, after = self._offset(self.start), self._offset(self.stop)
        source = self.page.source
        mended = source.text[:before] + text + source.text[after:]
        page = Page(Source(source.file, mended))
        wanted = self.page.said
        for said in wanted:
            if said[0] == self.record.id:
                said[1 + self.index] = text
        return page.said == wanted and page.trouble == self.page.trouble

    def _offset(self, place: Place) -> int:
        lines = self.page.source.lines[: place.line - 1]
        return sum(len(line) + 1 for line in lines) + place.column - 1


def _said(record: Record) -> Iterator[str]:
    yield record.id
    yield from (claim.text.value for claim in record.claims)
    yield record.body.value
