"""Boxes: a formula as it stands on paper, before it is MathML or LaTeX.

A box knows nothing of records or types; characters are Unicode, plain ones, and their
style says how they look. Both printers have a case for every kind of box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Letter:
    """One letter; `style` is italic, upright, bold, sans or blackboard.

    A Greek letter, the nabla, the curly d and infinity go by their names in LaTeX.
    """

    text: str
    style: str = "italic"


@dataclass(frozen=True)
class Word:
    """A name of several letters; an operator (`sin`) keeps its distance."""

    text: str
    bold: bool = False
    operator: bool = False


@dataclass(frozen=True)
class Digits:
    """A number's digits, with a point or without."""

    text: str


@dataclass(frozen=True)
class Sign:
    """An operator or a relation; `form` is infix, prefix, tight or separator."""

    text: str
    form: str = "infix"


@dataclass(frozen=True)
class Space:
    """Room between two boxes: thin, or wide between formulas."""

    wide: bool = False


@dataclass(frozen=True)
class Note:
    """Words between formulas, not mathematics."""

    text: str


@dataclass(frozen=True)
class Row:
    """Boxes side by side."""

    items: tuple[Box, ...]


@dataclass(frozen=True)
class Scripts:
    """A box with a subscript, a superscript, or both."""

    base: Box
    sub: Box | None = None
    sup: Box | None = None


@dataclass(frozen=True)
class Under:
    """A box with another one under it, as in a limit."""

    base: Box
    below: Box


@dataclass(frozen=True)
class Ratio:
    """One box over another, with a bar between."""

    top: Box
    bottom: Box


@dataclass(frozen=True)
class Root:
    """A box under the sign of the square root."""

    inside: Box


@dataclass(frozen=True)
class Fence:
    """A box between two brackets or bars."""

    left: str
    inside: Box
    right: str


@dataclass(frozen=True)
class Table:
    """Rows of boxes, for block matrices."""

    rows: tuple[tuple[Box, ...], ...]


Box: TypeAlias = (
    Letter
    | Word
    | Digits
    | Sign
    | Space
    | Note
    | Row
    | Scripts
    | Under
    | Ratio
    | Root
    | Fence
    | Table
)

APPLY = Sign("\N{FUNCTION APPLICATION}", "tight")
TIMES = Sign("\N{INVISIBLE TIMES}", "tight")
DOT = Sign("\N{MIDDLE DOT}")
MINUS = Sign("\N{MINUS SIGN}", "prefix")
COMMA = Sign(",", "separator")
EQUALS = Sign("=")
THIN, WIDE = Space(), Space(wide=True)


def row(*items: Box) -> Box:
    """Put boxes side by side; rows in it are opened, and a single box stands alone."""
    opened: list[Box] = []
    for item in items:
        opened += item.items if isinstance(item, Row) else (item,)
    return opened[0] if len(opened) == 1 else Row(tuple(opened))


def listed(boxes: Sequence[Box], apart: bool = False) -> Box:
    """Put boxes in a row with commas between; apart: with more room than arguments."""
    return between(boxes, *([COMMA, THIN] if apart else [COMMA]))


def between(boxes: Sequence[Box], *signs: Box) -> Box:
    """Put boxes in a row with these signs between."""
    items: list[Box] = []
    for box in boxes:
        items += [*signs, box] if items else [box]
    return row(*items)


def first(box: Box) -> Box:
    """Return the leftmost box that stands on the line."""
    match box:
        case Row(items) if items:
            return first(items[0])
        case Scripts(base) | Under(base):
            return first(base)
    return box


def last(box: Box) -> Box:
    """Return the rightmost box that stands on the line."""
    if isinstance(box, Row) and box.items:
        return last(box.items[-1])
    return box


def tall(box: Box) -> bool:
    """Whether brackets round a box must be taller than a line."""
    match box:
        case Ratio() | Table() | Under():
            return True
        case Row(items):
            return any(map(tall, items))
        case Scripts(base):
            return tall(base)
        case Root(inside) | Fence(_, inside, _):
            return tall(inside)
    return False


def length(box: Box) -> int:
    """Return about how many letters wide a box is; scripts are not counted."""
    match box:
        case Row(items):
            return sum(map(length, items))
        case Scripts(base) | Under(base):
            return length(base)
        case Ratio(top, bottom):
            return max(length(top), length(bottom))
        case Root(inside):
            return 1 + length(inside)
        case Fence(_, inside, _):
            return 1 + length(inside)
        case Table(rows):
            return max(sum(map(length, cells)) for cells in rows)
        case Word(text) | Digits(text) | Note(text):
            return len(text)
        case Space():
            return 0
    return 0 if box in (APPLY, TIMES) else 1
