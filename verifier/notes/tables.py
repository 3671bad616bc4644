"""Tables of rules: each row states what its head says of its cells.

A column headed `f(x)` or `function` and one headed `∇f(x)`, `gradient` or `numerator
layout` make a statement of each row; so does a derivative beside its value. The
statement is a formula of its own behind the row, each character where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from .cells import Cell, Table, tables_of
from .document import Document, Part
from .lines import CONDITION, RELATIONS

_FUNCTION = re.compile(
    r"functions?\b|expression|funktion|fonction|función|funcion|funzione|função|"
    r"h\N{LATIN SMALL LETTER A WITH GRAVE}m|函数|函數|表达式|関数|функци",
    re.IGNORECASE,
)
_DERIVATIVE = re.compile(
    r"derivative|gradient|jacobian|dérivée|ableitung|derivada|derivata|"
    r"đạo hàm|导数|導數|梯度|偏导|雅可比|производн|градиент",
    re.IGNORECASE,
)
_HESSIAN = re.compile(r"hessian|second derivative|hessienne|海森|黑塞", re.IGNORECASE)
_LAYOUTS = {
    "numerator": re.compile(r"numerator|分子", re.IGNORECASE),
    "denominator": re.compile(r"denominator|分母", re.IGNORECASE),
}
_CONDITIONS = re.compile(r"condition|assum|hypoth|条件|bedingung", re.IGNORECASE)
_LETTER = r"(?:\\(?:math(?:bf|rm|it|sf)|boldsymbol|bm|vec|bf)\s*\{\s*\\?[A-Za-z]+\s*\}|"
_LETTER += r"\\(?!partial|nabla|frac|left|right|quad)[A-Za-z]+|[A-Za-z])"
_HEAD = re.compile(rf"\s*{_LETTER}\s*(?:\\left)?\(\s*({_LETTER})\s*(?:\\right)?\)\s*")
_SET_HEAD = re.compile(
    r"\s*(\\(?:mathbf|boldsymbol|bm))\s*\{\s*[A-Za-z]\s*\(\s*([A-Za-z])\s*\)\s*\}\s*"
)
_LONE = re.compile(rf"\s*({_LETTER})\s*")
SLOPE = re.compile(
    r"\s*(?:\\[dt]?frac\s*\{\s*(?:\\partial|\\?(?:mathrm)?\{?d)|\\partial|\\nabla|∂|∇|"
    r"\\mathrm\s*D|D\s*f|[fgy]\s*'|[fgy]\s*\^\s*\{?\s*\\prime|J_)"
)
_SECOND = re.compile(r"\\nabla\s*\^\s*\{?\s*2|∇²|''|\\partial\s*\^\s*\{?\s*2")
_BY = re.compile(
    rf"\\nabla\s*_\s*(?:\{{\s*({_LETTER})\s*\}}|({_LETTER}))|"
    rf"\{{\s*(?:\\partial|(?:\\mathrm\s*)?\{{?d\}}?)\s*({_LETTER})\s*\}}\s*$|"
    rf"\(\s*({_LETTER})\s*(?:\\right)?\)\s*$"
)
USUAL = ("X", "x", "W", "w", "theta", "t")
"""Variables that a table may be about without saying so."""
MOST_CELLS = 12


@dataclass(frozen=True)
class Column:
    """What a column holds."""

    role: str = ""  # function derivative hessian condition
    variable: str = ""
    layout: str = ""


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


def with_rows(document: Document) -> Document:
    """Return a document with a formula behind each row that states something."""
    added: dict[int, list[Part]] = {}
    open_ = set[int]()  # parts that a row completes
    for table in tables_of(document):
        for at, body, part in statements(table):
            added.setdefault(at, []).append(part)
            if body.text.rstrip().endswith("="):
                open_.add(id(body))
    if not added:
        return document
    parts = [
        one
        for at, part in enumerate(document.parts)
        for one in (part, *added.get(at, ()))
        if id(one) not in open_
    ]
    return replace(document, parts=tuple(parts))


def statements(table: Table) -> Iterator[tuple[int, Part, Part]]:
    """Yield behind which part, of which function, and what the rows state."""
    if len(table.rows) < 2 or len(table.rows[0]) > MOST_CELLS:
        return
    columns = [_column(cell) for cell in table.rows[0]]
    roles = [column.role for column in columns]
    rows = table.rows[1:]
    if "function" in roles and {"derivative", "hessian"} & {*roles}:
        function = roles.index("function")
    elif all(_is_slope(row[0]) for row in rows if row and row[0].formulas):
        function = 0
        if not {"derivative", "hessian"} & {*roles[1:]}:
            columns[1:2] = [Column("derivative")]
    else:
        return
    usual = columns[function].variable or _usual(
        [row[function] for row in rows if len(row) > function]
    )
    for row in rows:
        yield from _stated(row, columns, function, usual)


def _stated(
    row: Sequence[Cell], columns: Sequence[Column], function: int, usual: str
) -> Iterator[tuple[int, Part, Part]]:
    """Yield what one row states."""
    if len(row) <= function:
        return
    body = row[function].lone
    if body is None:
        return
    last = max((cell.last for cell in row), default=-1)
    for cell, column in zip(row, columns, strict=False):
        value = cell.first
        if cell is row[function] or value is None:
            continue
        if column.role not in ("derivative", "hessian"):
            continue
        if SLOPE.match(value.text) and RELATIONS.search(value.text):
            continue  # it states something by itself
        made = Spelling(value.places[0] if value.places else body.start)
        if not differentiated(made, body, column, column.variable or usual):
            continue
        made.repeat(value)
        for said in (*cell.behind, *_conditions(row, columns)):
            made.say(said)
        yield last, body, made.part(body, "a row of a table", column.layout)


def differentiated(made: Spelling, body: Part, column: Column, variable: str) -> bool:
    """Write the derivative of each side of a function; False where there is none."""
    if SLOPE.match(body.text):  # `∂(Ax)/∂x`, or `∂(Ax)/∂x =`
        made.repeat(body)
        made.say("" if body.text.rstrip().endswith("=") else " = ")
        return True
    spans = list(_sides(body.text))
    heads = [_head(body.text[a:b]) for a, b in spans]
    named = next(filter(None, heads), "")
    lone = _LONE.fullmatch(body.text[slice(*spans[0])]) is not None
    first = 1 if len(spans) > 1 and (heads[0] or lone) else 0  # `f(x) = x^T x`, `y = x`
    spans = spans[first:]
    variable = named if named and len(heads) > 1 else variable
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


def _conditions(row: Sequence[Cell], columns: Sequence[Column]) -> Iterator[str]:
    """Yield the conditions that a column of them holds."""
    for cell, column in zip(row, columns, strict=False):
        words = cell.whole.strip(" -–—.")
        if column.role == "condition" and len(words) > 1:
            said = words if CONDITION.match(words) else f"if {words}"
            yield rf" \quad \text{{{said}}}"


def _column(cell: Cell) -> Column:
    """Return what the head of a column says."""
    words = cell.words
    layout = next((n for n, said in _LAYOUTS.items() if said.search(words)), "")
    formula = cell.formulas[0].text if cell.formulas else ""
    if SLOPE.match(formula):
        side = RELATIONS.split(formula, maxsplit=1)[0]
        role = "hessian" if _SECOND.search(side) else "derivative"
        return Column(role, _named(_BY.search(side.strip())), layout)
    lone = _LONE.fullmatch(formula) if len(cell.formulas) == 1 else None
    if layout or _HESSIAN.search(words) or _DERIVATIVE.search(words):
        role = "hessian" if _HESSIAN.search(words) else "derivative"
        return Column(role, lone[1] if lone else "", layout)
    if _CONDITIONS.search(words):
        return Column("condition")
    head = _HEAD.match(formula)
    if head and (head.end() == len(formula) or RELATIONS.match(formula, head.end())):
        return Column("function", head[1])
    if head := _HEAD.fullmatch(words):
        return Column("function", head[1])
    if _FUNCTION.search(words) or (lone and lone[1].strip("\\{} ")[-1:] in "fgyF"):
        return Column("function")
    return Column()


def _head(text: str) -> str:
    """Return the argument of a lone `f(x)`, as it is set; "" for anything else."""
    if found := _HEAD.fullmatch(text):
        return found[1]
    found = _SET_HEAD.fullmatch(text)
    return f"{found[1]}{{{found[2]}}}" if found else ""


def _named(found: re.Match[str] | None) -> str:
    return next(filter(None, found.groups()), "") if found else ""


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
