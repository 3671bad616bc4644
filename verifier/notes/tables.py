"""Tables of rules: each row states what its head says of its cells.

A column headed `f(x)` or `function` and one headed `∇f(x)`, `gradient`, `df` or
`numerator layout` make a statement of each row, by the variable that a column of its
own may say. So do a derivative beside its value, a function beside `∂/∂x = 2x`, and a
definition `y = x^T x` beside `∂y/∂x` and its value. The statement is a formula of its
own behind the row, each character where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .cells import Cell, Table, bare, tables_of
from .composing import (
    Spelling,
    argument,
    changed,
    differentiated,
    has,
    letters,
    sides_of,
)
from .document import Document, Part
from .heads import BY, LONE, SLOPE, Column, column_of, speaks
from .relations import RELATIONS
from .restructured import Restructured
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

USUAL = ("X", "x", "W", "w", "theta", "t")
"""Variables that a table may be about without saying so."""
MOST_CELLS = 12
NEAR = 2000
"""Characters before a table in which it may be said that it is of derivatives."""
VALUES = frozenset({"derivative", "hessian", "differential"})
NAMED_VALUES = frozenset({"derivative", "result"})
"""What may head a column of values of derivatives that are named."""
_SLOPES = re.compile(r"\\partial\b|∂|\\[dt]?frac\s*\{\s*d|(?<![A-Za-z])d\w\s*/\s*d")
MADE = "a row of a table"


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

    def told(self) -> Row:
        """Return the row with the function of its only filled column of a kind."""
        kinds = zip(self.cells, self.columns, strict=False)
        filled = [
            at
            for at, (cell, column) in enumerate(kinds)
            if column.role == "kind" and cell.items and (cell.formulas or cell.words)
        ]
        return replace(self, function=filled[0]) if len(filled) == 1 else self

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
    for table in (*tables_of(document), *Restructured(document).tables()):
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
    divided = roles.count("kind") > 1 and "function" not in roles
    if "function" in roles:
        function = roles.index("function")
    elif not divided and all(
        _is_slope(row[0]) for row in rows if row and row[0].formulas
    ):
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
        row = row.told() if divided else row
        if named := _by_name(row):
            yield from named
            continue
        told = _by_operator(row)
        yield from told
        yield from _by_head(row, [one.completed for one in told])


def _by_head(row: Row, told: Sequence[Part | None]) -> list[Stated]:
    """Return what a row states by the heads of its columns, but for what is told."""
    if (subject := row.subject) is None:
        return []
    body = subject.body
    found: list[Stated] = []
    for _, cell, column in row:
        value = value_of(cell.first) if cell.first else None
        if value is None or column.role not in VALUES or cell.first in told:
            continue
        made = Spelling(value.places[0] if value.places else body.start)
        if column.role == "differential":
            if not changed(made, body, value):
                continue
        else:
            variable = _variable(row, cell)
            if variable is None:
                continue
            variable = variable or argument(body.text) or column.variable or row.usual
            if not differentiated(made, body, column, variable):
                continue
        open_ = row.cells[row.function].lone
        ends = open_ is not None and open_.text.rstrip().endswith("=")
        one = _completed(made, row, subject, value, cell, column.layout)
        found.append(replace(one, completed=open_ if ends else None))
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
    given: Given | None = None
    for _, cell, column in row:
        if cell.first is None:
            continue
        before, given = given, _given(cell.first, body, column)
        if given is None and before and RELATIONS.match(cell.first.text.lstrip()):
            value = value_of(cell.first)  # `= 2 A x if A is symmetric`
            given = replace(before, value=value) if value is not None else None
        if given is None:
            continue
        made = Spelling(cell.first.places[0])
        if given.differential:
            if not changed(made, body, given.value):
                continue
        else:
            variable = given.variable or column.variable or row.usual
            role = "hessian" if given.second else "derivative"
            if not differentiated(made, body, Column(role), variable):
                continue
        one = _completed(made, row, subject, given.value, cell, column.layout)
        found.append(replace(one, completed=cell.first))
    return found


def _given(part: Part, body: Part, column: Column) -> Given | None:
    """Return what a cell says of the function beside it, which it need not repeat."""
    if given := operator_of(part):
        return given
    given = named_of(part) if column.role in ("derivative", "differential") else None
    unnamed = given is not None and _unnamed(Subject(body), given.name) is not None
    return given if unnamed else None


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
        subject = definition_in(row.cells[at - 1], name) if name else None
        if subject is None and at - 1 == row.function:
            subject = _unnamed(row.subject, name)
        if subject is None and name and _SLOPES.search(value.text):
            made = Spelling(cell.lone.places[0])  # a chain rule, of what the row names
            made.repeat(cell.lone)
            made.say("" if cell.lone.text.rstrip().endswith("=") else " = ")
            found.append(
                _completed(made, row, Subject(cell.lone), value, behind, column.layout)
            )
            continue
        if subject is None or argument(subject.body.text):
            continue
        made = Spelling(cell.lone.places[0])
        if not differentiated(made, subject.body, Column("derivative"), variable):
            continue
        found.append(_completed(made, row, subject, value, behind, column.layout))
    return found


def _unnamed(subject: Subject | None, name: str) -> Subject | None:
    """Return a function that another cell calls by a name, which it has not itself."""
    if subject is None:
        return None
    sides = [subject.body.text[a:b] for a, b in sides_of(subject.body.text)]
    if len({frozenset(letters(side)) for side in sides}) > 1:
        return None  # it has a name of its own, or is an equation
    return None if name and has(subject.body.text, name) else subject


def _completed(
    made: Spelling, row: Row, subject: Subject, value: Part, cell: Cell, layout: str
) -> Stated:
    """Complete a derivative by its value and the conditions of its row."""
    made.repeat(value)
    for said in (*subject.said, *cell.behind, *_conditions(row)):
        made.say(said)
    return Stated(row.last, made.part(subject.body, MADE, layout))


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


def _conditions(row: Row) -> Iterator[str]:
    """Yield the conditions that a column of them holds."""
    for _, cell, column in row:
        words = cell.whole.strip(" -–—.")
        if column.role == "condition" and len(words) > 1:
            yield condition(words)


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
    sides = list(sides_of(part.text.rstrip().removesuffix("=")))
    return len(sides) == 1


def _usual(cells: Sequence[Cell]) -> str:
    """Return the variable that all functions of a table have, as it is written."""
    texts = [part.text for cell in cells if (part := cell.lone) is not None]
    for letter in USUAL:
        if texts and all(has(text, letter) for text in texts):
            font = r"\\(?:math(?:bf|rm|it|sf)|boldsymbol|bm|vec)\s*\{\s*\\?"
            for text in texts:
                if found := re.search(rf"{font}{letter}\s*\}}", text):
                    return found[0]
            return letter if len(letter) == 1 else rf"\{letter}"
    return ""
