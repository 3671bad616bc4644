"""A document taken apart: prose, formulas and remarks, each with its true places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from ..reading.problem import Place, Problem

Kind = Literal["prose", "formula", "remark"]


@dataclass(frozen=True)
class Part:
    """A piece of a document; the parts of a document stand in its order.

    `text` is the content of a formula without its delimiters and with the document's
    macros expanded, the words of prose, or what a remark says after `nabla:`.
    """

    kind: Kind
    text: str
    places: tuple[int, ...] = field(repr=False)
    """For each character of `text`, and its end, the offset in the file it is from.

    A character from the body of a macro has the place of the macro's use.
    """
    start: int  # of the whole in the file, with delimiters
    stop: int
    display: bool = False  # stands on a line of its own
    environment: str = ""  # the environment that delimits the formula, without a star
    within: tuple[str, ...] = ()
    """Headings and text environments around it, the outermost first."""
    paragraph: int = 0
    file: str = ""  # a key of the document's `source`
    layout: str = ""  # that the head of its table declares
    made: str = ""  # of what a formula was put together that is not written as one


@dataclass(frozen=True)
class Document:
    """What was found in a document.

    `source` has the text of each file that was read, the document's own first; a cell
    of a notebook is a file of its own, called `name.ipynb:cell 3`. Every offset counts
    characters of these texts, whose line ends are all `\\n`.
    """

    name: str
    source: Mapping[str, str] = field(repr=False)
    parts: tuple[Part, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()  # what is no fault, such as an absent `\input` file
    rows: tuple[tuple[str, int, int], ...] = ()
    """File, start and stop of each row of the tables that state something."""

    @cached_property
    def _lines(self) -> dict[str, list[int]]:
        return {file: line_starts(text) for file, text in self.source.items()}

    def place(self, part: Part, offset: int = 0) -> Place:
        """Return where the character at `offset` of a part's text comes from."""
        at = part.places[min(max(offset, 0), len(part.places) - 1)]
        starts = self._lines[part.file]
        line = bisect_right(starts, at)
        return Place(part.file, line, at - starts[line - 1] + 1)

    def is_cell(self, part: Part) -> bool:
        """Whether it stands in a row `| a | b |`, where a bar needs a backslash."""
        text = self.source[part.file]
        first = text.rfind("\n", 0, part.start) + 1
        last = text.find("\n", part.start)
        line = text[first : last if last >= 0 else len(text)].strip()
        row = len(line) > 1 and line[0] == line[-1] == "|"
        return row and not self.name.lower().endswith((".tex", ".latex", ".ltx"))


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line of a text starts."""
    starts, at = [0], text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts
