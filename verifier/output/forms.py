"""Forms: the notation of the table of primitives, read and filled with arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from .boxes import (
    APPLY,
    Box,
    Digits,
    Fence,
    Letter,
    Root,
    Scripts,
    Sign,
    Table,
    Word,
    length,
    listed,
    row,
)
from .pieces import (
    TRANSPOSED,
    Level,
    Piece,
    added,
    bound,
    entrywise,
    negated,
    product,
    raised,
    ratio,
    slashed,
)

Fill = Callable[[int, bool], Piece]
"""`fill(i, small)` sets argument i; small: in a script, where a bar does not fit."""

_TOKEN = re.compile(r"#[sv]?[1-9]?|[A-Za-z]{2,}|\S")
_FITS = {"": ("scalar", "vector", "matrix", ""), "s": ("scalar",)}
_FITS["v"] = ("scalar", "vector")
_CLOSING = {"(": ")", "[": "]", "|": "|", "‖": "‖"}


BY = Sign("\N{MULTIPLICATION SIGN}", "tight")


WIDEST = 32
"""Letters that may stand over a bar; more could not be broken into lines."""


class BadForm(Exception):
    """The table has a form that cannot be read."""


@lru_cache(256)
def forms(typeset: str) -> tuple[tuple[str, ...], ...]:
    """Return the tokens of each form, arguments numbered: `#s` as `#s1`."""
    return tuple(_numbered(form) for form in typeset.split(" or "))


def _numbered(form: str) -> tuple[str, ...]:
    count, tokens = 0, []
    for token in _TOKEN.findall(form):
        if token.startswith("#") and not token[-1].isdigit():
            count += 1
            token += str(count)
        tokens.append(token)
    return tuple(tokens)


def fitting(typeset: str, kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the first form that takes arguments of these kinds."""
    for tokens in forms(typeset):
        holes = [token for token in tokens if token.startswith("#")]
        if all(kinds[int(hole[-1]) - 1] in _FITS[hole[1:-1]] for hole in holes):
            return tokens
    raise BadForm(f"`{typeset}` has no form for {', '.join(kinds)}")


def filled(typeset: str, kinds: Sequence[str], fill: Fill, small: bool) -> Piece:
    """Set a form with its arguments."""
    reader = _Reader(fitting(typeset, kinds), kinds, fill)
    piece = reader.sum(small)
    if reader.next:
        raise BadForm(f"`{typeset}`: `{reader.next}` is not understood")
    return piece


def applied(head: Box, arguments: Sequence[Box]) -> Piece:
    """Return a function and its arguments in brackets."""
    return Piece(row(head, APPLY, Fence("(", listed(arguments), ")")))


def sizes(pieces: Sequence[Piece], sign: Box) -> Box:
    """Return sizes, with "by" between."""
    items: list[Box] = []
    for piece in pieces:
        box = bound(piece, Level.PRODUCT).box
        items += [sign, box] if items else [box]
    return row(*items)


class _Reader:
    """Reads tokens from left to right, and sets what they say."""

    def __init__(self, tokens: Sequence[str], kinds: Sequence[str], fill: Fill):
        self.tokens, self.kinds, self.fill = tokens, kinds, fill
        self.at = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.next
        if not token or (wanted and token != wanted):
            raise BadForm(f"`{wanted or 'more'}` is needed, not `{token}`")
        self.at += 1
        return token

    def sum(self, small: bool) -> Piece:
        """Read factors with signs between."""
        if self.next == "-":
            self.take()
            return negated(self.product(small))
        if self.next == "∘":
            self.take()
            power = bound(self.product(True), Level.FACTOR)
            return Piece(row(Sign("∘", "tight"), power.box))
        piece = self.product(small)
        while self.next and self.next in "+-⊗⊙⊘/":
            sign = self.take()
            right = self.product(small)
            if sign == "/":
                flat = small or length(piece.box) > WIDEST
                piece = (slashed if flat else ratio)(piece, right)
            elif sign in "+-":
                sign = "\N{MINUS SIGN}" if sign == "-" else sign
                piece = added(piece, sign, right)
            else:
                piece = entrywise(piece, sign, right)
        return piece

    def product(self, small: bool) -> Piece:
        """Read factors side by side."""
        piece, scalar = self.factor(small)
        while self.next and self.next not in "+-⊗⊙⊘/,;x)]}|‖":
            right, more = self.factor(small)
            piece = product(piece, right, (scalar, more))
            scalar = scalar and more
        return piece

    def factor(self, small: bool) -> tuple[Piece, bool]:
        """Read one factor with its scripts, and say whether it is a scalar."""
        hole = self.next if self.next.startswith("#") else ""
        piece = self.whole(small)
        if self.next == "_":
            self.take()
            base = piece.box
            if isinstance(base, Letter):
                base = Letter(base.text, "bold")
            piece = Piece(Scripts(base, self.script()))
            if self.next in _CLOSING and isinstance(base, Word):
                piece = self.application(piece.box, small)
        if self.next == "^":
            self.take()
            piece = raised(piece, self.script())
        return piece, bool(hole) and self.kinds[int(hole[-1]) - 1] == "scalar"

    def whole(self, small: bool) -> Piece:
        """Read an argument, a word, a letter, or what stands in brackets."""
        token = self.next
        if token.startswith("#"):
            self.take()
            return self.fill(int(token[-1]) - 1, small)
        if token == "√":
            self.take()
            return Piece(Root(self.factor(small)[0].box), Level.FACTOR)
        if token in _CLOSING:
            return Piece(self.fence(small))
        self.take()
        if len(token) > 1:
            word = Word(token, operator=True)
            return (
                self.application(word, small) if self.next in _CLOSING else Piece(word)
            )
        if token.isdigit():
            number = self.next != "_"
            return Piece(Digits(token) if number else Letter(token, "bold"))
        return Piece(Letter(token, "upright"))

    def application(self, head: Box, small: bool) -> Piece:
        return Piece(row(head, APPLY, self.fence(small)))

    def fence(self, small: bool) -> Box:
        """Read what stands in brackets; `;` begins a new row of a table."""
        left = self.take()
        rows: list[list[Box]] = [[self.sum(small).box]]
        while self.next in (",", ";"):
            if self.take() == ";":
                rows.append([])
            rows[-1].append(self.sum(small).box)
        right = self.take(_CLOSING[left])
        if left == "[":
            return Fence(left, Table(_merged(rows)), right)
        return Fence(left, listed(rows[0]), right)

    def script(self) -> Box:
        """Read a subscript or superscript: one factor, or what stands in braces."""
        if self.next != "{":
            if self.next == "T":
                self.take()
                return TRANSPOSED
            if self.next == "+":
                self.take()
                return Sign("+", "tight")
            return self.sum(True).box if self.next == "-" else self.factor(True)[0].box
        self.take()
        pieces = [self.sum(True)]
        sign = self.next
        while self.next in (",", "x"):
            self.take(sign)
            pieces.append(self.sum(True))
        self.take("}")
        return sizes(pieces, BY) if sign == "x" else listed([p.box for p in pieces])


def _merged(rows: list[list[Box]]) -> tuple[tuple[Box, ...], ...]:
    """Open the block rows of a block column where they have equally many blocks."""
    tables = [
        cells[0].inside
        if len(cells) == 1
        and isinstance(cells[0], Fence)
        and isinstance(cells[0].inside, Table)
        else Table((tuple(cells),))
        for cells in rows
    ]
    widths = {len(line) for table in tables for line in table.rows}
    if len(rows) > 1 and len(widths) == 1:
        return tuple(line for table in tables for line in table.rows)
    return tuple(map(tuple, rows))
