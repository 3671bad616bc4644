"""What the cells of a row hold: a function under conditions, a derivative's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..prose.hearing import facts_behind
from .cells import Cell, bare
from .conditions import CONDITION
from .document import Part
from .heads import DIFFERENTIAL, LETTER, LONE, SLOPE
from .relations import RELATIONS

_D = r"(?:\\partial|∂|\\(?:mathrm|text|rm)\s*(?:\{\s*d\s*\}|d(?![A-Za-z]))|d)"
_SIGN = rf"{_D}\s*"
_FRAC = r"\\[dt]?frac\s*"
_ARGUMENT = r"(?:\s*(?:\\left)?\([^()]*\))?"
_EMPTY = r"(?:\s*(?:\\left)?[(\[]\s*(?:\\cdot)?\s*(?:\\right)?[)\]])?"
_OPERATOR = re.compile(
    rf"\s*(?:{_FRAC}\{{\s*{_D}\s*\}}\s*\{{\s*{_SIGN}({LETTER})\s*\}}|"
    rf"{_D}\s*/\s*{_SIGN}({LETTER})|"
    rf"(?:\\nabla|∇)\s*_\s*(?:\{{\s*({LETTER})\s*\}}|({LETTER})))"
    rf"{_EMPTY}\s*"
)
"""An operator that stands for the derivative of what its row is about."""
_NAMED_SLOPE = re.compile(
    rf"\s*(?:{_FRAC}\{{\s*{_SIGN}({LETTER}){_ARGUMENT}\s*\}}\s*"
    rf"\{{\s*{_SIGN}({LETTER})\s*\}}|"
    rf"{_SIGN}({LETTER}){_ARGUMENT}\s*/\s*{_SIGN}({LETTER}))\s*=?\s*"
)
_NABLA = re.compile(
    rf"\s*(?:\\nabla|∇)\s*(?:_\s*(?:\{{\s*({LETTER})\s*\}}|({LETTER})))?\s*"
    rf"({LETTER}){_ARGUMENT}\s*=?\s*"
)
_LETTERED = re.compile(
    rf"\s*(?:(?:\\\w+\s*\{{\s*)?(?:J|(?P<second>H))\s*\}}?\s*_\s*"
    rf"(?:\{{\s*(?P<braced>{LETTER})\s*\}}|(?P<name>{LETTER})){_ARGUMENT}|"
    rf"(?P<primed>{LETTER})\s*(?:'|\^\s*\{{?\s*(?:\\prime|')\s*\}}?){_ARGUMENT})\s*"
)
"""A lone `J_f`, `H_f` or `f'(x)`."""
_CHANGE = re.compile(rf"\s*{_SIGN}(?:{LETTER}|\\left|\()")
_DEFINES = re.compile(rf"\s*({LETTER}){_ARGUMENT}\s*(?:{RELATIONS.pattern})\s*")
_EQUAL_SIZES = re.compile(r"\s*[a-zA-Z]\s*=\s*[a-zA-Z]\s*")
_CUT = re.compile(
    r"(?P<open>\\begin\b|\\\{|\\langle\b|\\l[vV]ert\b|\\lbrace\b|[({\[⟨])|"
    r"(?P<close>\\end\b|\\\}|\\rangle\b|\\r[vV]ert\b|\\rbrace\b|[)}\]⟩])|"
    r"(?P<comma>[,;，；]|\\q?quad\b)|"
    r"(?P<text>\\(?:text|mbox|textrm)\s*\{(?=[^{}]*(?:\w\s+\w|[(（]|[^\x00-\x7f]))|"
    r"\\(?:text|mbox|textrm)\s*\{(?=\s*(?:if|when|for|si|where|with|wenn|falls)\b))|"
    r"\\[A-Za-z]+|\\."
)
_IN = re.compile(r"\\in\b|∈")
SIZE = re.compile(
    r"\s*\(?\s*\w+\s*(?:\\times|×)\s*\w+\s*\)?\s*|.*\\(?:in|to)\b.*", re.DOTALL
)
"""A shape or a type, which is no value."""


@dataclass(frozen=True)
class Subject:
    """A function, and the conditions that are said of it."""

    body: Part
    said: tuple[str, ...] = ()


def subject_of(cell: Cell) -> Subject | None:
    """Return the function that a cell holds, None where it holds more than that."""
    if (first := cell.first) is None:
        return None
    (start, stop), *more = _pieces(first.text)
    if not first.text[start:stop].strip():
        return None
    said = list[str]()
    behind = [bare(first.text[a:b]) for a, b in more]
    for words in (*behind, bare(cell.after_first)):
        if _is_condition(words):
            said.append(condition(words))
        elif words and not _declares(words):
            return None
    return Subject(cut(first, start, stop), tuple(said))


def definition_in(cell: Cell, name: str) -> Subject | None:
    """Return what a cell says that a name is; None where it says more than that."""
    found: Part | None = None
    said: list[str] = []
    for item in cell.items:
        if isinstance(item, str):
            words = bare(item)
            if found is None and not _is_condition(words):
                continue  # the name of the row
            if words and not facts_behind(words):
                return None
            continue
        for start, stop in _pieces(item.text):
            piece = item.text[start:stop]
            defines = _DEFINES.match(piece)
            if defines and _same(defines[1], name) and piece[defines.end() :].strip():
                if found is not None or RELATIONS.search(piece, defines.end()):
                    return None
                found = cut(item, start + defines.end(), stop)
            elif facts_behind(words := bare(piece)):
                restricts = any(fact.restricts for fact in facts_behind(words))
                said += [condition(words)] if restricts else []
            elif words and not (LONE.fullmatch(piece) or _EQUAL_SIZES.fullmatch(piece)):
                return None
    return Subject(found, tuple(said)) if found is not None else None


@dataclass(frozen=True)
class Given:
    """What a derivative or differential is said to be whose function stands beside."""

    value: Part
    name: str = ""  # that stands for the function
    variable: str = ""
    differential: bool = False
    second: bool = False


def operator_of(part: Part) -> Given | None:
    """Return what a bare operator is said to give."""
    if (found := _OPERATOR.match(part.text)) is None:
        return None
    relation = RELATIONS.match(part.text, found.end())
    if relation is None or not part.text[relation.end() :].strip():
        return None
    variable = next(filter(None, found.groups()))
    value = cut(part, relation.end(), len(part.text))
    return Given(value, variable=variable)


def named_of(part: Part) -> Given | None:
    """Return what `∇f` or `df` is said to be."""
    if (relation := RELATIONS.search(part.text)) is None:
        return None
    value = cut(part, relation.end(), len(part.text))
    left = cut(part, 0, relation.start())
    if not value.text.strip():
        return None
    if (slope := slope_of(left)) and slope[0]:
        return Given(value, *slope)
    if found := DIFFERENTIAL.fullmatch(left.text):
        return Given(value, found[1], differential=True)
    if found := _LETTERED.fullmatch(left.text):
        name = found["braced"] or found["name"] or found["primed"]
        return Given(value, name, second=bool(found["second"]))
    return None


def slope_of(part: Part) -> tuple[str, str] | None:
    """Return name and variable of a lone `∂y/∂x`, `∇y` or `∂/∂x`, "" for none."""
    if found := _NAMED_SLOPE.fullmatch(part.text):
        return found[1] or found[3], found[2] or found[4]
    if found := _NABLA.fullmatch(part.text):
        return found[3], found[1] or found[2] or ""
    if found := _OPERATOR.fullmatch(part.text):
        return "", next(filter(None, found.groups()))
    return None


def value_of(part: Part) -> Part | None:
    """Return a value without the `=` before it; None for what is no value."""
    if found := re.match(rf"\s*(?:{RELATIONS.pattern})", part.text):
        part = cut(part, found.end(), len(part.text))
    slope = SLOPE.match(part.text) or _CHANGE.match(part.text)
    if (
        (slope and RELATIONS.search(part.text))
        or SIZE.fullmatch(part.text)
        or not part.text.strip()
    ):
        return None
    return part


def cut(part: Part, start: int, stop: int) -> Part:
    """Return a piece of a formula."""
    places = part.places[start : stop + 1]
    return replace(part, text=part.text[start:stop], places=places)


def condition(words: str) -> str:
    """Return a condition as it stands behind a statement."""
    said = words if CONDITION.match(words) or facts_behind(words) else f"if {words}"
    return rf" \quad \text{{{said}}}"


def _is_condition(words: str) -> bool:
    return CONDITION.match(words) is not None or any(
        fact.restricts for fact in facts_behind(words)
    )


def _declares(words: str) -> bool:
    """Whether words only say of what kind a name is: `x \\in R^n`."""
    return _IN.search(words) is not None and bool(facts_behind(words))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the pieces of a formula start and stop that commas part."""
    depth = start = 0
    for found in _CUT.finditer(text):
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth -= 1
        elif depth == 0 and found["comma"]:
            yield start, found.start()
            start = found.end()
        elif found["text"]:
            if depth == 0:
                yield start, found.start()
                start = found.start()
            depth += 1
    yield start, len(text)


def _same(one: str, other: str) -> bool:
    """Whether two names are one, in whichever font."""
    return re.findall(r"[A-Za-z]+", one)[-1:] == re.findall(r"[A-Za-z]+", other)[-1:]
