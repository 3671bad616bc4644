"""Places in files, texts that know their place, and problems, which are values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

Mistake = Literal[
    "file",
    "yaml",
    "records",
    "unknown-key",
    "missing-key",
    "misplaced-key",
    "duplicate",
    "value",
    "name",
    "character",
    "limit",
    "syntax",
    "not-allowed",
    "type",
    "assumption",
    "unknown-name",
    "arguments",
    "dimension-mismatch",
    "calculus",
    "variable",
]
MISTAKES: tuple[Mistake, ...] = get_args(Mistake)
"""What a record can have wrong, in the order in which it is read."""


@dataclass(frozen=True, order=True)
class Place:
    """A character of a file; lines and columns count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Fault(Exception):
    """What is wrong inside one text; whoever knows the text's place makes it a Problem.

    `offset` is where the trouble starts, `mark` the character to point at.
    """

    def __init__(
        self,
        offset: int,
        text: str,
        hint: str = "",
        detail: tuple[str, ...] = (),
        mark: int | None = None,
        kind: Mistake = "syntax",
    ):
        super().__init__(text)
        self.offset, self.text, self.hint, self.detail = offset, text, hint, detail
        self.mark = offset if mark is None else mark
        self.kind: Mistake = kind


class InputError(ValueError):
    """What was given cannot be checked; the text says where, why, and what to write.

    `problems` are the mistakes of a statement or a record, if it is those.
    """

    def __init__(self, text: str, problems: Sequence[Problem] = ()):
        super().__init__(text)
        self.problems = tuple(problems)


class Refused(Exception):
    """What was asked for is not there: why, and what to do about it."""

    def __init__(self, text: str, hint: str = ""):
        super().__init__(f"{text}; {hint}" if hint else text)
        self.text, self.hint = text, hint


@dataclass(frozen=True, order=True)
class Problem:
    """A mistake in a record: where, what was found, what to write instead."""

    place: Place  # file, line and column, both from 1
    text: str  # what was found
    hint: str = ""  # what to write instead
    id: str = ""  # of the record, as far as it is known
    field: str = ""  # the key that it is about
    detail: tuple[str, ...] = ()  # further lines, such as the shapes of two sides
    excerpt: str = ""  # the line of the file
    caret: int = 0  # the column of the excerpt to point at, from 1; 0 for none
    kind: str = ""  # one of MISTAKES; "" in results that were written without


@dataclass(frozen=True)
class Text:
    """A scalar of a file: its text, and the place of each of its characters."""

    value: str
    place: Place
    lines: tuple[str, ...] = ("",)  # the source lines it spans, for excerpts
    places: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    """(line, column) of each character, and of the end; empty: all on one line."""

    def at(self, offset: int) -> Place:
        """Return the place of the character at `offset`."""
        if self.places:
            line, column = self.places[min(offset, len(self.places) - 1)]
            return Place(self.place.file, line, column)
        return Place(self.place.file, self.place.line, self.place.column + offset)

    def problem(self, fault: Fault, id: str = "", field: str = "") -> Problem:
        """Turn a fault found inside this text into a problem with a place."""
        place, mark = self.at(fault.offset), self.at(fault.mark)
        excerpt = self.lines[min(mark.line - self.place.line, len(self.lines) - 1)]
        return Problem(
            place,
            fault.text,
            fault.hint,
            id,
            field,
            fault.detail,
            excerpt,
            mark.column if excerpt else 0,
            fault.kind,
        )
