"""The tables of reStructuredText: of directives, of grids and of simple rules.

`csv-table` has a row on each line, `list-table` a list of lists; a grid parts its cells
by `+---+` and bars, a simple table by the columns under `=== ===`. A cell of the last
two may go on in the next line.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from .cells import Cells, Table
from .document import line_starts

_DIRECTIVE = re.compile(
    r"^(?P<indent>[ \t]*)\.\.[ \t]+(?P<kind>csv|list)-table::[^\n]*(?:\n|\Z)",
    re.MULTILINE,
)
_OPTION = re.compile(r"[ \t]+:(?P<name>[\w-]+):[ \t]*(?P<value>[^\n]*)(?:\n|\Z)")
_BLANK = re.compile(r"[ \t]*(?:\n|\Z)")
_DELIMITERS = {"tab": "\t", "space": " "}
_ROW = re.compile(r"^(?P<lead>[ \t]*[*+-][ \t]+)(?=[*+-](?:[ \t]|$))", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*(?:[*+-][ \t]+)?[*+-](?:[ \t]+|$)", re.MULTILINE)
_GRID = re.compile(r"[ \t]*\+(?:[-=]+\+)+[ \t]*")
_RULE = re.compile(r"[ \t]*={2,}(?:[ \t]+={2,})+[ \t]*")
_COLUMN = re.compile(r"=+")
_BAR = re.compile(r"(?<!\\)\|")
MOST_ROWS = 2000

Span = tuple[int, int]
Spans = list[list[Span]]
"""The pieces of each cell of a row."""


class Restructured(Cells):
    """The tables of reStructuredText in a document."""

    def tables(self) -> Iterator[Table]:
        """Yield the tables of all files."""
        for file, text in self.document.source.items():
            if file not in self.formulas:
                continue
            for rows in (*_directives(text), *self._ruled(file, text)):
                made = [[self.cell(file, text, *one) for one in row] for row in rows]
                if len(made) > 1:
                    yield Table(made)

    def _ruled(self, file: str, text: str) -> Iterator[list[Spans]]:
        """Yield the rows of the tables whose columns are drawn."""
        if not ("+--" in text or "== " in text):
            return
        starts = line_starts(text)
        lines = [*zip(starts, text.split("\n"), strict=True)]
        at = 0
        while at < len(lines):
            line = lines[at][1]
            if _GRID.fullmatch(line):
                stop = at + 1
                while stop < len(lines) and lines[stop][1].strip()[:1] in ("|", "+"):
                    stop += 1
                yield self._grid(file, text, lines[at:stop])
                at = stop
            elif _RULE.fullmatch(line):
                stop = _end_of_simple(lines, at)
                yield _simple(lines[at:stop])
                at = stop
            at += 1

    def _grid(self, file: str, text: str, lines: list[tuple[int, str]]) -> list[Spans]:
        rows: list[Spans] = []
        row: Spans = []
        for start, line in lines:
            if _GRID.fullmatch(line):
                rows += [row] if row else []
                row = []
                continue
            stop = start + len(line)
            inside = self._inside(file, start, stop)
            bars = [
                found.start()
                for found in _BAR.finditer(text, start, stop)
                if not any(a <= found.start() < b for a, b in inside)
            ]
            pieces = [(a + 1, b) for a, b in pairwise(bars)]
            row = row or [[] for _ in pieces]
            if len(row) == len(pieces):
                for cell, piece in zip(row, pieces, strict=True):
                    cell.append(piece)
        whole = len(rows[0]) if rows else 0
        return [row for row in rows if len(row) == whole]  # others span columns

    def _inside(self, file: str, start: int, stop: int) -> list[Span]:
        """Return where the formulas of a line stand."""
        formulas = self.formulas[file]
        first, last = (
            bisect_left(formulas, (start, -1)),
            bisect_left(formulas, (stop, -1)),
        )
        parts = self.document.parts
        return [(begin, parts[at].stop) for begin, at in formulas[first:last]]


# --- directives -----------------------------------------------------------------------


def _directives(text: str) -> Iterator[list[Spans]]:
    """Yield the rows of the tables that directives make."""
    if "-table::" not in text:
        return
    for found in _DIRECTIVE.finditer(text):
        at = found.end()
        deeper = re.compile(
            rf"(?:[ \t]*\n|[ \t]{{{len(found['indent']) + 1},}}[^\n]*(?:\n|\Z))*"
        )
        block = deeper.match(text, at)
        stop = block.end() if block else at
        head: list[Spans] = []
        delimiter = ","
        while option := _OPTION.match(text, at, stop):
            at = option.end()
            value = option["value"].strip()
            if option["name"] == "header":
                head = [*_csv(text, option.start("value"), option.end("value"), ",")]
            elif option["name"] == "delim" and value:
                delimiter = _DELIMITERS.get(value, value[0])
        while at < stop and (blank := _BLANK.match(text, at, stop)) and blank[0]:
            at = blank.end()
        if found["kind"] == "csv":
            yield [*head, *_csv(text, at, stop, delimiter)]
        else:
            yield [*_listed(text, at, stop)]


def _csv(text: str, start: int, stop: int, delimiter: str) -> Iterator[Spans]:
    """Yield the cells of each line; a quoted cell may hold delimiters and line ends."""
    mark = re.escape(delimiter)
    cell = re.compile(
        rf'[ \t]*(?:"(?P<quoted>(?:[^"]|"")*)"[ \t]*|(?P<plain>[^{mark}\n]*))'
        rf"(?P<end>{mark}|\n|\Z)"
    )
    row: Spans = []
    at, rows = start, 0
    while at < stop and rows < MOST_ROWS:
        found = cell.match(text, at, stop)
        if found is None:  # a quote that is not closed
            return
        row.append([found.span("quoted" if found["quoted"] is not None else "plain")])
        at = found.end()
        if found["end"] != delimiter:
            if any(text[a:b].strip() for one in row for a, b in one):
                yield row
                rows += 1
            row = []
    if row:
        yield [*row, [(stop, stop)]]


def _listed(text: str, start: int, stop: int) -> Iterator[Spans]:
    """Yield the cells of each row of a list of lists."""
    rows = [found.start() for found in _ROW.finditer(text, start, stop)]
    for begin, end in pairwise([*rows[:MOST_ROWS], stop]):
        items = [found.span() for found in _ITEM.finditer(text, begin, end)]
        ends = [*(first for first, _ in items[1:]), end]
        yield [[(a, b)] for (_, a), b in zip(items, ends, strict=True)]


# --- simple tables --------------------------------------------------------------------


def _end_of_simple(lines: list[tuple[int, str]], at: int) -> int:
    """Return the line behind a simple table, which its last rule ends."""
    rules = [at]
    for stop in range(at + 1, min(len(lines), at + MOST_ROWS)):
        if _RULE.fullmatch(lines[stop][1]):
            rules.append(stop)
            ends = stop + 1 == len(lines) or not lines[stop + 1][1].strip()
            if ends or len(rules) == 3:
                break
    return rules[-1] + 1


def _simple(lines: list[tuple[int, str]]) -> list[Spans]:
    columns = [found.start() for found in _COLUMN.finditer(lines[0][1])]
    edges = [*columns, 10_000]
    rows: list[Spans] = []
    for start, line in lines:
        if _RULE.fullmatch(line) or not line.strip():
            continue
        spans = [
            (start + min(a, len(line)), start + min(b, len(line)))
            for a, b in pairwise(edges)
        ]
        if rows and not line[columns[0] : edges[1]].strip():
            for cell, span in zip(rows[-1], spans, strict=True):
                cell.append(span)  # the row before goes on
        else:
            rows.append([[span] for span in spans])
    return rows
