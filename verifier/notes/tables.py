"""Tables of rules: each row states what its head says of its cells.

A column headed `f(x)` or `function` and one headed `∇f(x)`, `gradient` or `numerator
layout` make a statement of each row; so does a derivative beside its value. The
statement is a formula of its own behind the row, each character where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from .cells import Cell, Table, bare, tables_of
from .document import Document, Part
from .heads import BY, HEAD, LONE, SLOPE, Column, column_of, speaks
from .lines import RELATIONS
from .rows import (
    Given,
    Subject,
    condition,
    definition_in,
    named_of,
    operator_of,
    slope_of,
    subject_of,
    value_of,
)

_SET_HEAD = re.compile(
    r"\s*(\\(?:mathbf|boldsymbol|bm))\s*\{\s*[A-Za-z]\s*\(\s*([A-Za-z])\s*\)\s*\}\s*"
)
USUAL = ("X", "x", "W", "w", "theta", "t")
"""Variables that a table may be about without saying so."""
MOST_CELLS = 12
NEAR = 2000
"""Characters before a table in which it may be said that it is of derivatives."""
VALUES = frozenset({"derivative", "hessian", "differential"})
NAMED_VALUES = frozenset({"derivative", "result"})
"""What may head a column of values of derivatives that are named."""
CHANGE = r"(?<![A-Za-z\\])d\}?\s*\(?\s*(?:\\[a-z]+\s*\{\s*)?(\\?[A-Za-z]+)"
MADE = "a row of a table"


@dataclass
class Spelling:
    """A text that is put together, each character with its place."""

    anchor: int
    text: str = ""
    places: list[int] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Add a text of our own."""
        self.text += text
        self.places += [self.anchor] * len(text)

    def repeat(self, part: Part, start: int = 0, stop: int | None = None) -> None:
        """Add a text of the document."""
        stop = len(part.text) if stop is None else stop
        self.text += part.text[start:stop]
        self.places += part.places[start:stop]

    def part(self, like: Part, made: str, layout: str = "") -> Part:
        """Return what was put together as a formula."""
        places = (*self.places, like.places[-1])
        whole = replace(like, text=self.text, places=places, display=True)
        return replace(whole, layout=layout, made=made)


@dataclass(frozen=True)
class Row:
    """A row of a table, its columns, and the variable that the table is about."""

    cells: Sequence[Cell]
    columns: Sequence[Column]
    function: int  # the column of functions, -1 for none
    usual: str = ""

    @property
    def last(self) -> int:
        """Return the last part of the row."""
        return max((cell.last for cell in self.cells), default=-1)

    @property
    def subject(self) -> Subject | None:
        """Return the function of the row."""
        if not 0 <= self.function < len(self.cells):
            return None
        return subject_of(self.cells[self.function])

    def __iter__(self) -> Iterator[tuple[int, Cell, Column]]:
        for at, (cell, column) in enumerate(
            zip(self.cells, self.columns, strict=False)
        ):
            if at != self.function:
                yield at, cell, column


@dataclass(frozen=True)
class Stated:
    """What a row states, behind which part, and the part that it completes."""

    at: int
    made: Part
    completed: Part | None = None


def with_rows(document: Document) -> Document:
    """Return a document with a formula behind each row that states something."""
    added: dict[int, list[Part]] = {}
    completed = set[int]()
    rows: list[tuple[str, int, int]] = []
    for table in tables_of(document):
        found = [*statements(table, document)]
        rows += _spans(table, document) if found else []
        for one in found:
            added.setdefault(one.at, []).append(one.made)
            if one.completed is not None:
                completed.add(id(one.completed))
    if not added:
        return document
    parts = [
        one
        for at, part in enumerate(document.parts)
        for one in (part, *added.get(at, ()))
        if id(one) not in completed
    ]
    return replace(document, parts=tuple(parts), rows=tuple(sorted(rows)))


def _spans(table: Table, document: Document) -> Iterator[tuple[str, int, int]]:
    """Yield where the rows below a head start and stop, with the words behind them."""
    parts = [
        [document.parts[at] for cell in row for at in cell.at] for row in table.rows[1:]
    ]
    kept = [row for row in parts if row]
    for row, following in zip(kept, [*kept[1:], None], strict=True):
        file, start, stop = row[0].file, row[0].start, row[-1].stop
        end = document.source[file].find("\n", stop)
        stop = following[0].start if following else max(end, stop)
        if start < stop:  # the rows of an array are one formula
            yield file, start, stop


def statements(table: Table, document: Document) -> Iterator[Stated]:
    """Yield what the rows of a table state."""
    if len(table.rows) < 2 or len(table.rows[0]) > MOST_CELLS:
        return
    columns = [column_of(cell) for cell in table.rows[0]]
    roles = [column.role for column in columns]
    rows = table.rows[1:]
    if {"variable", "result"} <= {*roles} and _speaks_before(document, table):
        columns = [
            replace(one, role="derivative") if one.role == "result" else one
            for one in columns
        ]
        roles = [column.role for column in columns]
    function = -1
    if "function" in roles:
        function = roles.index("function")
    elif all(_is_slope(row[0]) for row in rows if row and row[0].formulas):
        function = 0
        if not {"derivative", "hessian"} & {*roles[1:]}:
            columns[1:2] = [Column("derivative")]
    usual = ""
    if function >= 0:
        usual = columns[function].variable or _usual(
            [row[function] for row in rows if len(row) > function]
        )
    for cells in rows:
        row = Row(cells, columns, function, usual)
        yield from _by_name(row) or _by_operator(row) or _by_head(row)


def _by_head(row: Row) -> list[Stated]:
    """Return what a row states by the heads of its columns."""
    if (subject := row.subject) is None:
        return []
    body = subject.body
    found: list[Stated] = []
    for _, cell, column in row:
        value = value_of(cell.first) if cell.first else None
        if value is None or column.role not in VALUES:
            continue
        made = Spelling(value.places[0] if value.places else body.start)
        if column.role == "differential":
            if not _differential(made, body, value):
                continue
        else:
            variable = _variable(row, cell)
            if variable is None:
                continue
            variable = variable or argument(body.text) or column.variable or row.usual
            if not differentiated(made, body, column, variable):
                continue
        made.repeat(value)
        for said in (*subject.said, *cell.behind, *_conditions(row)):
            made.say(said)
        open_ = row.cells[row.function].lone
        ends = open_ is not None and open_.text.rstrip().endswith("=")
        part = made.part(body, MADE, column.layout)
        found.append(Stated(row.last, part, open_ if ends else None))
    return found


def _by_operator(row: Row) -> list[Stated]:
    """Return what a row states by an operator that lacks its function."""
    if len(row.cells) < 2:
        return []
    row = replace(row, function=max(row.function, 0))
    if (subject := row.subject) is None or RELATIONS.match(subject.body.text):
        return []
    body = subject.body
    found: list[Stated] = []
    for _, cell, column in row:
        if cell.first is None or (given := _given(cell.first, body, column)) is None:
            continue
        made = Spelling(cell.first.places[0])
        if given.differential:
            if not _differential(made, body, given.value):
                continue
        else:
            variable = given.variable or column.variable or row.usual
            if not differentiated(made, body, Column("derivative"), variable):
                continue
        made.repeat(given.value)
        for said in (*subject.said, *cell.behind, *_conditions(row)):
            made.say(said)
        part = made.part(body, MADE, column.layout)
        found.append(Stated(row.last, part, cell.first))
    return found


def _given(part: Part, body: Part, column: Column) -> Given | None:
    """Return what a cell says of the function beside it, which it need not repeat."""
    if given := operator_of(part):
        return given
    given = named_of(part) if column.role in ("derivative", "differential") else None
    return None if given is None or _has(body.text, given.name) else given


def _by_name(row: Row) -> list[Stated]:
    """Return what a row states that defines a function and names its derivative."""
    found: list[Stated] = []
    for at, cell in enumerate(row.cells[:-1]):
        if at == 0 or cell.lone is None or (slope := slope_of(cell.lone)) is None:
            continue
        column = row.columns[at + 1] if at + 1 < len(row.columns) else Column("other")
        behind = row.cells[at + 1]
        value = value_of(behind.first) if behind.first else None
        if value is None or not (column.empty or column.role in NAMED_VALUES):
            continue
        name, variable = slope
        subject = definition_in(row.cells[at - 1], name)
        if subject is None or argument(subject.body.text):
            continue
        made = Spelling(cell.lone.places[0])
        if not differentiated(made, subject.body, Column("derivative"), variable):
            continue
        made.repeat(value)
        for said in (*subject.said, *behind.behind, *_conditions(row)):
            made.say(said)
        part = made.part(subject.body, MADE, column.layout)
        found.append(Stated(row.last, part))
    return found


def _variable(row: Row, cell: Cell) -> str | None:
    """Return the variable that a row says; "" for none, None where it is unclear."""
    behind = bare(cell.after_first)
    if (said := BY.match(behind)) is not None:
        name = LONE.fullmatch(bare(behind[said.end() :]))
        return name[1] if name else None
    for _, other, column in row:
        if column.role == "variable":
            lone = other.lone
            name = LONE.fullmatch(lone.text) if lone is not None else None
            return name[1] if name else None
    return ""


def _differential(made: Spelling, body: Part, value: Part) -> bool:
    """Write the differential of a function; False where the value is none."""
    sides = list(_sides(body.text))
    letters = set(re.findall(CHANGE, value.text))
    if len(sides) > 1 or not any(_has(body.text, letter) for letter in letters):
        return False
    made.say(r"d \left(")
    made.repeat(body)
    made.say(r"\right) = ")
    return True


def differentiated(made: Spelling, body: Part, column: Column, variable: str) -> bool:
    """Write the derivative of each side of a function; False where there is none."""
    if SLOPE.match(body.text):  # `∂(Ax)/∂x`, or `∂(Ax)/∂x =`
        made.repeat(body)
        made.say("" if body.text.rstrip().endswith("=") else " = ")
        return True
    spans = list(_sides(body.text))
    heads = [_head(body.text[a:b]) for a, b in spans]
    lone = LONE.fullmatch(body.text[slice(*spans[0])]) is not None
    first = 1 if len(spans) > 1 and (heads[0] or lone) else 0  # `f(x) = x^T x`, `y = x`
    spans = spans[first:]
    variable = variable or argument(body.text)
    if not spans or (variable and not _has(body.text, variable)):
        return False
    for start, stop in spans:
        if not body.text[start:stop].strip():
            return False
        if column.role == "hessian":
            made.say(rf"\nabla^2_{{{variable}}} \left(" if variable else r"\nabla^2 (")
            made.repeat(body, start, stop)
            made.say(r"\right) = " if variable else ") = ")
        elif variable:
            made.say(r"\frac{\partial \left(")
            made.repeat(body, start, stop)
            made.say(rf"\right)}}{{\partial {variable}}} = ")
        else:
            made.say(r"\nabla \left(")
            made.repeat(body, start, stop)
            made.say(r"\right) = ")
    return True


def argument(text: str) -> str:
    """Return the argument of the `f(x)` that a formula defines, "" for none."""
    sides = list(_sides(text))
    heads = [_head(text[a:b]) for a, b in sides] if len(sides) > 1 else []
    return next(filter(None, heads), "")


def _conditions(row: Row) -> Iterator[str]:
    """Yield the conditions that a column of them holds."""
    for _, cell, column in row:
        words = cell.whole.strip(" -–—.")
        if column.role == "condition" and len(words) > 1:
            yield condition(words)


def _head(text: str) -> str:
    """Return the argument of a lone `f(x)`, as it is set; "" for anything else."""
    if found := HEAD.fullmatch(text):
        return found[1]
    found = _SET_HEAD.fullmatch(text)
    return f"{found[1]}{{{found[2]}}}" if found else ""


def _speaks_before(document: Document, table: Table) -> bool:
    """Whether a table, its headings or the words before it speak of derivatives."""
    at = min((i for row in table.rows for cell in row for i in cell.at), default=0)
    if any(speaks(cell.words) for cell in table.rows[0]):
        return True
    part = document.parts[at]
    near = [
        one.text
        for one in document.parts[max(at - 40, 0) : at]
        if one.kind == "prose" and one.file == part.file
    ]
    return speaks(" ".join([*part.within, " ".join(near)[-NEAR:]]))


def _is_slope(cell: Cell) -> bool:
    """Whether a cell holds a derivative and not yet its value."""
    if (part := cell.lone) is None or not SLOPE.match(part.text):
        return False
    sides = list(_sides(part.text.rstrip().removesuffix("=")))
    return len(sides) == 1


def _sides(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the sides of a formula start and stop."""
    start = 0
    for found in RELATIONS.finditer(text):
        before = text[start : found.start()]
        if before.count("{") == before.count("}"):
            yield start, found.start()
            start = found.end()
    yield start, len(text)


def _has(text: str, variable: str) -> bool:
    """Whether a variable stands in a formula, in whichever font."""
    letter = _plain(variable)
    return re.search(rf"(?<![A-Za-z]){letter}(?![A-Za-z])", _spread(text)) is not None


def _plain(variable: str) -> str:
    return re.findall(r"[A-Za-z]+", variable)[-1]


def _spread(text: str) -> str:
    """Return a formula with its letters apart: `\\mathbf{Ax}` has an x."""
    text = re.sub(r"\\(?:math\w+|boldsymbol|bm|vec|bf|text|left|right)\b", " ", text)
    return re.sub(r"(\\[A-Za-z]+)|([A-Za-z])", r"\1 \2 ", text)


def _usual(cells: Sequence[Cell]) -> str:
    """Return the variable that all functions of a table have, as it is written."""
    texts = [part.text for cell in cells if (part := cell.lone) is not None]
    for letter in USUAL:
        if texts and all(_has(text, letter) for text in texts):
            font = r"\\(?:math(?:bf|rm|it|sf)|boldsymbol|bm|vec)\s*\{\s*\\?"
            for text in texts:
                if found := re.search(rf"{font}{letter}\s*\}}", text):
                    return found[0]
            return letter if len(letter) == 1 else rf"\{letter}"
    return ""
