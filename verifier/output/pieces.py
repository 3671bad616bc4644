"""Pieces of a formula put together, with brackets where a reader needs them.

On paper a product without a sign binds tighter than one with a sign, and a minus in
front of a product takes the whole product with it; so the levels are not those of the
language, where `*` and `@` bind alike.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    scalars: bool = False
    """Whether every factor is a scalar, so that brackets behind it can be left out."""
    behind: Level = Level.ATOM
    """Of a piece with a minus in front: the level of what is behind the minus."""
    sign: str = ""
    """Of a product with a sign: the sign."""
    several: bool = False
    """Whether it is a product of two factors that are no scalars."""
    loose: bool = False
    """Whether its last factor keeps a distance from the next one, as dX does."""


ASSOCIATIVE = "⊙⊗"
MINUS_ONE = row(MINUS, Digits("1"))
TRANSPOSED = Letter("T", "sans")


def bracketed(piece: Piece) -> Piece:
    """Put brackets round a piece."""
    return Piece(Fence("(", piece.box, ")"), scalars=piece.scalars)


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
    box = row(MINUS, piece.box)
    return Piece(box, Level.SIGNED, piece.scalars, piece.level, several=piece.several)


def _leading(piece: Piece, least: Level) -> Piece:
    """Prepare the first factor: a minus in front of all may stay without brackets."""
    signed = piece.level is Level.SIGNED and piece.behind >= least
    return piece if signed else bound(piece, least)


def entrywise(left: Piece, sign: str, right: Piece) -> Piece:
    """Return a product with a sign of its own, such as the Kronecker product."""
    same = left.sign == sign and sign in ASSOCIATIVE
    left = _leading(left, Level.ENTRYWISE if same else Level.PRODUCT)
    if left.several and not same:
        left = bracketed(left)
    right = bound(right, Level.FACTOR if sign == "⊘" else Level.PRODUCT)
    right = bracketed(right) if right.several else right
    box = row(left.box, Sign(sign), right.box)
    level = Level.SIGNED if left.level is Level.SIGNED else Level.ENTRYWISE
    return Piece(box, level, behind=Level.ENTRYWISE, sign=sign)


def product(left: Piece, right: Piece, scalar: tuple[bool, bool]) -> Piece:
    """Return a product without a sign; `scalar` says which factors are scalars."""
    left = _leading(left, Level.PRODUCT)
    free = left.scalars and right.level is Level.PRODUCT
    right = right if free else bound(right, Level.FACTOR)
    several = left.several or right.several or not any(scalar)
    between = THIN if left.loose else _between(left.box, right.box)
    level = Level.SIGNED if left.level is Level.SIGNED else Level.PRODUCT
    return Piece(
        row(left.box, between, right.box),
        level,
        left.scalars and right.scalars,
        behind=Level.PRODUCT,
        several=several,
        loose=right.loose,
    )


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
    """Put one piece over another."""
    scalars = top.scalars and bottom.scalars
    return Piece(Ratio(top.box, bottom.box), Level.FACTOR, scalars)


def slashed(top: Piece, bottom: Piece) -> Piece:
    """Return a quotient on one line, for scripts."""
    top, bottom = _leading(top, Level.PRODUCT), bound(bottom, Level.FACTOR)
    return Piece(row(top.box, Sign("/", "tight"), bottom.box), Level.PRODUCT)


def raised(base: Piece, sup: Box) -> Piece:
    """Put a superscript on a piece; an inverse is transposed to a power of -T."""
    box = base.box
    if isinstance(box, Scripts) and box.sup == MINUS_ONE and sup == TRANSPOSED:
        return Piece(Scripts(box.base, box.sub, row(MINUS, sup)), Level.POWER)
    base = bound(base, Level.ATOM)
    box, sub = base.box, None
    if isinstance(box, Scripts) and box.sup is None:
        box, sub = box.base, box.sub
    return Piece(Scripts(box, sub, sup), Level.POWER, base.scalars)
