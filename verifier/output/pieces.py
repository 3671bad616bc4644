"""Pieces of a formula put together, with brackets where a reader needs them.

On paper a product without a sign binds tighter than one with a sign, and a minus in
front of a product takes the whole product with it; so the levels are not those of the
language, where `*` and `@` bind alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from .boxes import (
    DOT,
    MINUS,
    THIN,
    TIMES,
    Box,
    Digits,
    Fence,
    Letter,
    Ratio,
    Row,
    Scripts,
    Sign,
    Word,
    first,
    last,
    row,
)


class Level(IntEnum):
    """How tightly a piece holds together."""

    SUM = 1
    SIGNED = 2  # a minus in front
    ENTRYWISE = 3  # a product with a sign of its own
    PRODUCT = 4
    FACTOR = 5  # needs no bracket in a product, but one under an exponent
    POWER = 6
    ATOM = 7


@dataclass(frozen=True)
class Piece:
    """A box, how tightly it holds together, and what products of it must know."""

    box: Box
    level: Level = Level.ATOM
    scalar: bool = False
    """Whether its value is known to be a scalar."""
    several: bool = False
    """Whether it is a product with two factors that are no scalars."""
    behind: Level = Level.ATOM
    """Of a piece with a minus in front: the level of what is behind the minus."""
    sign: str = ""
    """Of a product with a sign: the sign."""
    loose: bool = False
    """Whether its last factor keeps a distance from the next one, as dX does."""


SLASH = Sign("/", "tight")
ASSOCIATIVE = "⊙⊗"
MINUS_ONE = row(MINUS, Digits("1"))
TRANSPOSED = Letter("T", "sans")


def bracketed(piece: Piece) -> Piece:
    """Put brackets round a piece."""
    return Piece(Fence("(", piece.box, ")"), scalar=piece.scalar)


def bound(piece: Piece, least: Level) -> Piece:
    """Return a piece, in brackets where it holds together less than is needed."""
    return piece if piece.level >= least else bracketed(piece)


def added(left: Piece, sign: str, right: Piece) -> Piece:
    """Return a sum or a difference."""
    right = bound(right, Level.ENTRYWISE)
    return Piece(row(left.box, Sign(sign), right.box), Level.SUM)


def negated(piece: Piece) -> Piece:
    """Put a minus in front."""
    piece = bound(piece, Level.ENTRYWISE)
    return replace(
        piece, box=row(MINUS, piece.box), level=Level.SIGNED, behind=piece.level
    )


def _leading(piece: Piece, least: Level) -> Piece:
    """Prepare the first factor: a minus in front of all may stay without brackets."""
    signed = piece.level is Level.SIGNED and piece.behind >= least
    return piece if signed else bound(piece, least)


def _led(left: Piece, level: Level) -> Level:
    """Return the level of a product: that of its leading minus, if it has one."""
    return Level.SIGNED if left.level is Level.SIGNED else level


def entrywise(left: Piece, sign: str, right: Piece) -> Piece:
    """Return a product with a sign of its own, such as the Kronecker product."""
    same = left.sign == sign and sign in ASSOCIATIVE
    left = _leading(left, Level.ENTRYWISE if same else Level.PRODUCT)
    if left.several and not same:
        left = bracketed(left)
    right = bound(right, Level.FACTOR if sign == "⊘" else Level.PRODUCT)
    right = bracketed(right) if right.several else right
    box, level = row(left.box, Sign(sign), right.box), _led(left, Level.ENTRYWISE)
    return Piece(box, level, behind=Level.ENTRYWISE, sign=sign)


def product(left: Piece, right: Piece) -> Piece:
    """Return a product without a sign."""
    left = _leading(left, Level.PRODUCT)
    # 2 (A B) is 2 A B: brackets say nothing behind numbers and letters of scalars.
    free = left.scalar and right.level is Level.PRODUCT and not _fenced(left.box)
    right = right if free and not left.several else bound(right, Level.FACTOR)
    between = THIN if left.loose else _between(left.box, right.box)
    return Piece(
        row(left.box, between, right.box),
        _led(left, Level.PRODUCT),
        left.scalar and right.scalar,
        left.several or right.several or not (left.scalar or right.scalar),
        behind=Level.PRODUCT,
        loose=right.loose,
    )


def _fenced(box: Box) -> bool:
    """Whether there are brackets in a product."""
    return any(isinstance(item, Fence) for item in getattr(box, "items", (box,)))


def _between(left: Box, right: Box) -> Box:
    """Return what stands between two factors: nothing, some room, or a dot."""
    end, start = last(left), first(right)
    if isinstance(start, Digits):
        return DOT
    if isinstance(start, Ratio) and isinstance(_foot(end), Digits):
        return DOT
    if isinstance(start, Fence):
        # `a (b + c)` is a product, `a(b + c)` a function of b + c.
        return THIN if isinstance(_foot(end), Letter | Word | Fence) else TIMES
    wide = isinstance(start, Word) or isinstance(_foot(end), Word)
    return THIN if wide or _upright(start) else TIMES


def _foot(box: Box) -> Box:
    """Return what a box with a subscript only is taken for."""
    return box.base if isinstance(box, Scripts) and box.sup is None else box


def _upright(box: Box) -> bool:
    """Whether a box begins a differential, an operator D or a nabla."""
    return (
        isinstance(box, Letter)
        and box.style == "upright"
        and box.text in ("d", "D", "nabla")
    )


def ratio(top: Piece, bottom: Piece) -> Piece:
    """Put one piece over another; a minus in front of all moves in front of the bar."""
    if top.level is Level.SIGNED and isinstance(top.box, Row):
        positive = row(*top.box.items[1:])
        if isinstance(positive, Fence) and positive.left == "(":  # a bar groups too
            positive = positive.inside
        return negated(ratio(Piece(positive), bottom))
    return Piece(Ratio(top.box, bottom.box), Level.FACTOR)


def slashed(top: Piece, bottom: Piece) -> Piece:
    """Return a quotient on one line."""
    top, bottom = _leading(top, Level.PRODUCT), bound(bottom, Level.FACTOR)
    box, level = row(top.box, SLASH, bottom.box), _led(top, Level.ENTRYWISE)
    return Piece(box, level, behind=Level.ENTRYWISE, sign=SLASH.text)


def raised(base: Piece, sup: Box) -> Piece:
    """Put a superscript on a piece; an inverse is transposed to a power of -T."""
    box = base.box
    if isinstance(box, Scripts) and box.sup == MINUS_ONE and sup == TRANSPOSED:
        return Piece(Scripts(box.base, box.sub, row(MINUS, sup)), Level.POWER)
    base = bound(base, Level.ATOM)
    box, sub = base.box, None
    if isinstance(box, Scripts) and box.sup is None:
        box, sub = box.base, box.sub
    return Piece(Scripts(box, sub, sup), Level.POWER, base.scalar)
