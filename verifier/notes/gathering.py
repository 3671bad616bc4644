"""Parts and problems while they are gathered, within the limits of a document."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from ..reading.bounds import DOCUMENT_PROBLEMS, DOCUMENT_TROUBLE, FORMULA, PARTS
from ..reading.problem import Mistake, Problem
from ..reading.source import Source
from .document import Document, Part, line_starts

MAX_PARTS = PARTS.value
MAX_FORMULA = FORMULA.value
MAX_PROBLEMS = DOCUMENT_PROBLEMS.value
MAX_TROUBLE = DOCUMENT_TROUBLE.value


class Enough(Exception):
    """A limit of the whole document is reached, and said; the rest is not read."""


class Gathering:
    """The parts of a document so far, and the prose that waits for its end."""

    def __init__(self, name: str):
        self.name = name
        self.sources: dict[str, Source] = {}
        self.parts: list[Part] = []
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.paragraph = 0
        self.within: tuple[str, ...] = ()
        self.seen = True  # False while nothing is kept, as in a preamble
        self._starts: dict[str, list[int]] = {}
        self._words: list[str] = []
        self._places: list[int] = []
        self._last = 0  # where the waiting prose ends in its file
        self._formulas = 0  # those left out as empty or broken count too
        self._left_out = 0

    def open(self, source: Source) -> None:
        """Take up a file: its text, of which places will be given."""
        self.sources[source.file] = source
        self._starts[source.file] = line_starts(source.text)

    def problem(
        self,
        file: str,
        offset: int,
        text: str,
        hint: str,
        kind: Mistake = "syntax",
        note: bool = False,
    ) -> None:
        """Keep what was found at an offset of a file, and what to write instead."""
        kept = self.notes if note else self.problems
        if len(kept) >= MAX_PROBLEMS and kind != "limit":
            self._left_out += not note
            if self._left_out > MAX_TROUBLE:
                raise Enough
            return
        starts = self._starts[file]
        line = bisect_right(starts, offset)
        column = offset - starts[line - 1] + 1
        source = self.sources[file]
        kept.append(source.problem(line, column, text, hint, kind=kind))

    def words(self, text: str, places: range | list[int], stop: int) -> None:
        """Add to the prose of the paragraph, of which `stop` is the end so far."""
        if self.seen:
            self._words.append(text)
            self._places.extend(places)
            self._last = stop

    def end_prose(self, file: str) -> None:
        """Make the waiting prose a part, if it says anything."""
        text = "".join(self._words)
        if text and not text.isspace():
            start = self._places[0]
            places = (*self._places, self._last)
            self._add(Part("prose", text, places, start, self._last, file=file))
        self._words.clear()
        self._places.clear()

    def end_paragraph(self, file: str) -> None:
        """End the prose and the paragraph."""
        self.end_prose(file)
        self.paragraph += 1

    def formula(
        self,
        text: str,
        places: list[int],
        start: int,
        stop: int,
        file: str,
        display: bool = False,
        environment: str = "",
    ) -> None:
        """Add a formula after the prose before it; `places` has its end too."""
        self.count(file, start)
        if not self.seen:
            return
        self.end_prose(file)
        if text and not text.isspace():
            whole = (text, tuple(places), start, stop, display, environment)
            self._add(Part("formula", *whole, file=file))

    def count(self, file: str, offset: int) -> None:
        """Count a formula, or what was to be one."""
        self._formulas += 1
        if self._formulas > MAX_PARTS:
            self._enough(file, offset)

    def _enough(self, file: str, offset: int) -> None:
        self.problem(file, offset, PARTS.said(), PARTS.hint, "limit")
        raise Enough

    def remark(self, text: str, at: int, start: int, stop: int, file: str) -> None:
        """Add a remark to nabla, even where nothing else is kept."""
        self.end_prose(file)
        places = tuple(range(at, at + len(text) + 1))
        self._add(Part("remark", text, places, start, stop, file=file))

    def _add(self, part: Part) -> None:
        if len(self.parts) >= MAX_PARTS:
            self._enough(part.file, part.start)
        within, paragraph = self.within, self.paragraph
        self.parts.append(replace(part, within=within, paragraph=paragraph))

    def document(self) -> Document:
        """Return what was gathered."""
        if self._left_out:
            place = self.problems[-1].place
            text = DOCUMENT_PROBLEMS.said(found=self._left_out)
            if self._left_out > MAX_TROUBLE:
                text = DOCUMENT_TROUBLE.said()
            hint = DOCUMENT_PROBLEMS.hint
            self.problems.append(Problem(place, text, hint, kind="limit"))
        return Document(
            self.name,
            {file: source.text for file, source in self.sources.items()},
            tuple(self.parts),
            tuple(self.problems),
            tuple(self.notes),
        )
