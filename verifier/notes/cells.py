"""The tables of a document, with the formulas and words of their cells."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..prose.hearing import facts_behind
from .conditions import CONDITION
from .document import Document, Part, line_starts
from .latex import TABULARS

_RULE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_ARRAY = re.compile(
    r"\s*(?:\\displaystyle\s*)?\\begin\s*\{(?:array|tabular)\}\s*\{[^{}]*\}"
    r"(?P<inside>.*)\\end\s*\{(?:array|tabular)\}[\s.,;]*",
    re.DOTALL,
)
_ENDS = re.compile(r"\\\\(?:\[[^\]]{0,20}\])?|&|[{}]|\\(?:begin|end)\b|\\.", re.DOTALL)
_TEXT = re.compile(r"\\(?:text|textrm|textbf|mbox)\s*\{([^{}]*)\}")
_SET = re.compile(r"\\(?:text|textrm|mbox)\s*\{([^{}]*)\}|\\(?:q?quad\b|[,;:! ])")
_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|cline\s*\{[^{}]*\})")


@dataclass(frozen=True)
class Cell:
    """Formulas and words in their order, and which parts of the document they are."""

    items: tuple[Part | str, ...] = ()
    at: tuple[int, ...] = ()

    @property
    def formulas(self) -> list[Part]:
        """Return the formulas."""
        return [item for item in self.items if isinstance(item, Part)]

    @property
    def words(self) -> str:
        """Return the words between the formulas."""
        said = " ".join(item for item in self.items if isinstance(item, str))
        return _TAG.sub(" ", said).strip(" \t\n|*_:.,;$")

    @property
    def whole(self) -> str:
        """Return words and formulas as one text."""
        texts = (item if isinstance(item, str) else item.text for item in self.items)
        return " ".join(_TAG.sub(" ", " ".join(texts)).split()).replace("$", "")

    @property
    def lone(self) -> Part | None:
        """Return the formula of a cell that holds nothing else."""
        found = self.formulas
        return found[0] if len(found) == 1 and not self.words else None

    @property
    def first(self) -> Part | None:
        """Return the formula that a cell begins with."""
        for item in self.items:
            if isinstance(item, Part):
                return item
            if _TAG.sub(" ", item).strip(" \t\n|*_$"):
                return None
        return None

    @property
    def after_first(self) -> str:
        """Return words and formulas behind the first formula as one text."""
        at = next((i for i, x in enumerate(self.items) if isinstance(x, Part)), 0)
        rest = replace(self, items=self.items[at + 1 :])
        return rest.whole

    @property
    def behind(self) -> Iterator[str]:
        """Yield the condition behind the first formula."""
        words = bare(self.after_first)
        heard = any(fact.restricts for fact in facts_behind(words)) if words else False
        if words and (heard or CONDITION.match(words)):
            yield rf" \quad \text{{{words}}}"

    @property
    def last(self) -> int:
        """Return the last part of the cell, -1 for none."""
        return max(self.at, default=-1)


@dataclass
class Table:
    """The rows of a table, its head first."""

    rows: list[list[Cell]] = field(default_factory=list)


def bare(words: str) -> str:
    """Return words without the marks around them and what sets them as text."""
    return _SET.sub(r" \1 ", words).strip(" \t\n|*_$,.;:()，。；：（）、~")


def tables_of(document: Document) -> Iterator[Table]:
    """Yield the tables of a document."""
    yield from _Pipes(document).tables()
    yield from _Tags(document).tables()
    yield from _tabulars(document)
    for at, part in enumerate(document.parts):
        if part.kind == "formula" and (found := _ARRAY.fullmatch(part.text)):
            yield _array(at, part, found)


# --- the cells of a text --------------------------------------------------------------


class Cells:
    """What stands in the cells of a document, by where they start and stop."""

    def __init__(self, document: Document):
        self.document = document

    @cached_property
    def formulas(self) -> dict[str, list[tuple[int, int]]]:
        """The formulas of each file: where each starts, and which part it is."""
        found: dict[str, list[tuple[int, int]]] = {}
        for at, part in enumerate(self.document.parts):
            if part.kind == "formula":
                found.setdefault(part.file, []).append((part.start, at))
        return found

    def cell(self, file: str, text: str, *spans: tuple[int, int]) -> Cell:
        """Return formulas and words of the pieces of a text that are a cell."""
        items: list[Part | str] = []
        inside: list[int] = []
        formulas = self.formulas[file]
        for start, stop in spans:
            at = start
            nearest = bisect_left(formulas, (start, -1))
            while nearest < len(formulas) and formulas[nearest][0] < stop:
                begin, index = formulas[nearest]
                part = self.document.parts[index]
                words = text[at:begin].removesuffix(":math:")
                items += [words, part] if words else [part]
                inside.append(index)
                at = min(part.stop, stop)
                nearest += 1
            items += [text[at:stop]] if at < stop else []
        return Cell(tuple(items), tuple(inside))


# --- Markdown -------------------------------------------------------------------------


class _Pipes(Cells):
    """The tables of Markdown, whose cells lie between bars."""

    def tables(self) -> Iterator[Table]:
        """Yield the tables of all files."""
        for file, text in self.document.source.items():
            if "|" not in text or file not in self.formulas:
                continue
            lines, starts = text.split("\n"), line_starts(text)
            done = 0  # the lines of the tables so far
            for at, line in enumerate(lines):
                head = at - 1
                if head < done or "|" not in lines[head]:
                    continue
                if not _RULE.fullmatch(line.strip(" \t>")):
                    continue
                table = Table([self.row(file, lines[head], starts[head])])
                done = at + 1
                while done < len(lines) and "|" in lines[done]:
                    table.rows.append(self.row(file, lines[done], starts[done]))
                    done += 1
                yield table

    def row(self, file: str, line: str, start: int) -> list[Cell]:
        """Divide a line at the bars that stand in no formula."""
        items: list[Part | str] = []
        inside: list[int] = []
        cells: list[Cell] = []
        formulas = self.formulas[file]
        nearest = bisect_left(formulas, (start, -1))
        at, stop = start, start + len(line)

        def words(end: int) -> None:
            nonlocal at
            for piece in re.split(r"((?<!\\)\|)", line[at - start : end - start]):
                if piece == "|":
                    cells.append(Cell(tuple(items), tuple(inside)))
                    items.clear()
                    inside.clear()
                elif piece:
                    items.append(piece)
            at = end

        while nearest < len(formulas) and formulas[nearest][0] < stop:
            begin, index = formulas[nearest]
            part = self.document.parts[index]
            words(begin)
            items.append(part)
            inside.append(index)
            at = min(part.stop, stop)
            nearest += 1
        words(stop)
        cells.append(Cell(tuple(items), tuple(inside)))
        if (cells and not cells[0].items) or line.lstrip(" \t>").startswith("|"):
            cells = cells[1:]
        return cells


# --- HTML -----------------------------------------------------------------------------


class _Tags(Cells):
    """The tables of HTML, whose cells lie between tags."""

    def tables(self) -> Iterator[Table]:
        """Yield the tables of all files."""
        for file, text in self.document.source.items():
            if file not in self.formulas or not _OPENS_TABLE.search(text):
                continue
            for start, stop in _between(text, _OPENS_TABLE, 0, len(text)):
                rows = _between(text, _OPENS_ROW, start, stop)
                table = Table([self.cells(file, text, *row) for row in rows])
                table.rows = [row for row in table.rows if row]
                if len(table.rows) > 1:
                    yield table

    def cells(self, file: str, text: str, start: int, stop: int) -> list[Cell]:
        """Return the cells of a row."""
        return [
            self.cell(file, text, cell)
            for cell in _between(text, _OPENS_CELL, start, stop)
        ]


_OPENS_TABLE = re.compile(r"<(?P<end>/)?table\b[^<>]{0,300}>", re.IGNORECASE)
_OPENS_ROW = re.compile(r"<(?P<end>/)?tr\b[^<>]{0,300}>", re.IGNORECASE)
_OPENS_CELL = re.compile(r"<(?P<end>/)?t[dh]\b[^<>]{0,300}>", re.IGNORECASE)


def _between(
    text: str, tag: re.Pattern[str], start: int, stop: int
) -> list[tuple[int, int]]:
    """Return what lies behind each tag, up to its end or the next one."""
    found: list[tuple[int, int]] = []
    begin = -1
    for mark in tag.finditer(text, start, stop):
        if begin >= 0:
            found.append((begin, mark.start()))
        begin = -1 if mark["end"] else mark.end()
    return [*found, (begin, stop)] if begin >= 0 else found


# --- LaTeX ----------------------------------------------------------------------------


def _tabulars(document: Document) -> Iterator[Table]:
    """Yield the tables of LaTeX's text, whose cells lie between `&`."""
    table: Table | None = None
    within: tuple[str, ...] = ()
    builder = _Builder([], [], [])
    for at, part in enumerate(document.parts):
        inside = part.within[-1:] and part.within[-1] in TABULARS
        if table is not None and (not inside or part.within != within):
            table.rows = builder.finish()
            yield table
            table = None
        if not inside:
            continue
        if table is None:
            table, within, builder = Table(), part.within, _Builder([], [], [])
        if part.kind == "formula":
            builder.items.append(part)
            builder.inside.append(at)
        elif part.kind == "prose":
            source = document.source[part.file]
            for char, place in zip(part.text, part.places, strict=False):
                if char == "&":
                    builder.end_cell()
                elif char == ";" and source[place : place + 1] == "\\":
                    builder.end_row()
                else:
                    builder.items.append(char)
    if table is not None:
        table.rows = builder.finish()
        yield table


@dataclass
class _Builder:
    """Rows and cells as they grow."""

    items: list[Part | str]
    inside: list[int]
    cells: list[Cell]
    rows: list[list[Cell]] = field(default_factory=list)

    def end_cell(self) -> None:
        """End a cell, its words joined."""
        joined: list[Part | str] = []
        for item in self.items:
            if isinstance(item, str) and joined and isinstance(joined[-1], str):
                joined[-1] += item
            else:
                joined.append(item)
        self.cells.append(Cell(tuple(joined), tuple(self.inside)))
        self.items, self.inside = [], []

    def end_row(self) -> None:
        """End a row."""
        self.end_cell()
        if any(cell.items for cell in self.cells):
            self.rows.append(self.cells)
        self.cells = []

    def finish(self) -> list[list[Cell]]:
        """Return all rows."""
        self.end_row()
        return self.rows


def _array(at: int, part: Part, found: re.Match[str]) -> Table:
    """Return the table that a formula is."""
    builder = _Builder([], [], [])
    first, depth = found.start("inside"), 0

    def end(stop: int) -> None:
        builder.items, builder.inside = [*_piece(part, first, stop)], [at]

    for mark in _ENDS.finditer(part.text, first, found.end("inside")):
        if mark[0] in "{}":
            depth += 1 if mark[0] == "{" else -1
        elif mark[0].startswith(("\\begin", "\\end")):
            depth += 1 if mark[0] == "\\begin" else -1
        elif depth == 0 and (mark[0] == "&" or mark[0].startswith("\\\\")):
            end(mark.start())
            first = mark.end()
            if mark[0] == "&":
                builder.end_cell()
            else:
                builder.end_row()
    end(found.end("inside"))
    return Table(builder.finish())


def _piece(part: Part, start: int, stop: int) -> Sequence[Part | str]:
    """Return a piece of a formula, as words where it is set as text."""
    text = part.text[start:stop]
    while rule := _RULES.match(text.lstrip()):
        start += len(text) - len(text.lstrip()) + rule.end()
        text = part.text[start:stop]
    if not text.strip():
        return ()
    if not _TEXT.sub("", text).strip():
        return (" ".join(_TEXT.findall(text)),)
    places = part.places[start : stop + 1]
    return (replace(part, text=text, places=places),)
