"""Forms: the notation of the table of primitives, read and filled with arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
    between,
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

BY = Sign("\N{MULTIPLICATION SIGN}", "tight")
SIGNS = "+-⊗⊙⊘/\N{MULTIPLICATION SIGN}"
WIDEST = 32
"""Letters that may stand over a bar; more could not be broken into lines."""

_TOKEN = re.compile(r"#[sv]?[1-9]?|[A-Za-z]{2,}|\S")
_FITS = {
    "": ("scalar", "vector", "matrix", ""),
    "s": ("scalar",),
    "v": ("scalar", "vector"),
}
_FUNCTIONS = (Letter("Gamma", "upright"), Letter("psi", "italic"))
"""Greek letters that are functions in a form."""
_CLOSING = {"(": ")", "[": "]", "|": "|", "‖": "‖"}


class BadForm(Exception):
    """The table has a form that cannot be read."""


@dataclass(frozen=True)
class Form:
    """One way to set a primitive: its tokens, a hole of which is `#1`."""

    tokens: tuple[str, ...]
    wants: tuple[tuple[int, str], ...]
    """Arguments, from 0, and what they must be: a letter of the notation."""
    small: frozenset[int]
    """Arguments that stand in a script, where a bar does not fit."""

    def fits(self, kinds: Sequence[str]) -> bool:
        """Whether it takes arguments of these kinds."""
        return all(kinds[index] in _FITS[letter] for index, letter in self.wants)


@lru_cache(256)
def forms(typeset: str) -> tuple[Form, ...]:
    """Read the forms of a row."""
    return tuple(map(_form, typeset.split(" or ")))


def _form(text: str) -> Form:
    tokens: list[str] = []
    wants: list[tuple[int, str]] = []
    small: set[int] = set()
    braces = False
    for token in _TOKEN.findall(text):
        script = braces or tokens[-1:] in (["_"], ["^"])
        braces = script and token != "}" and (braces or token == "{")
        if token.startswith("#"):
            own = token[-1].isdigit()
            index = int(token[-1]) - 1 if own else len(wants)
            wants.append((index, token[1:].rstrip("123456789")))
            small |= {index} if script else set()
            token = f"#{index + 1}"
        tokens.append(token)
    return Form(tuple(tokens), tuple(wants), frozenset(small))


def fitting(typeset: str, kinds: Sequence[str]) -> Form:
    """Return the first form that takes arguments of these kinds."""
    found = next((form for form in forms(typeset) if form.fits(kinds)), None)
    if found is None:
        raise BadForm(f"`{typeset}` has no form for {', '.join(kinds)}")
    return found


def filled(form: Form, arguments: Sequence[Piece], small: bool) -> Piece:
    """Set a form with its arguments; small: in a script."""
    reader = _Reader(form.tokens, arguments)
    piece = reader.sum(small)
    if reader.next:
        raise BadForm(f"`{reader.next}` is not understood in a form")
    return piece


def applied(head: Box, arguments: Sequence[Box]) -> Piece:
    """Return a function and its arguments in brackets."""
    return Piece(row(head, APPLY, Fence("(", listed(arguments), ")")))


def sizes(pieces: Sequence[Piece], sign: Box) -> Box:
    """Return sizes, with "by" between."""
    return between([bound(piece, Level.PRODUCT).box for piece in pieces], sign)


class _Reader:
    """Reads tokens from left to right, and sets what they say."""

    def __init__(self, tokens: Sequence[str], arguments: Sequence[Piece]):
        self.tokens, self.arguments, self.at = tokens, arguments, 0

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
        while self.next and self.next in SIGNS:
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
        piece = self.factor(small)
        while self.next and self.next not in f"{SIGNS},;x)]}}|‖":
            piece = product(piece, self.factor(small))
        return piece

    def factor(self, small: bool) -> Piece:
        """Read one factor with its scripts."""
        piece = self.whole(small)
        if self.next == "_":
            self.take()
            base = piece.box
            function = isinstance(base, Word) or base in _FUNCTIONS
            if isinstance(base, Letter) and not function:
                base = Letter(base.text, "bold")
            piece = Piece(Scripts(base, self.script()))
            if self.next in _CLOSING and function:
                piece = self.application(piece.box, small)
        if self.next == "^":
            self.take()
            piece = raised(piece, self.script())
        return piece

    def whole(self, small: bool) -> Piece:
        """Read an argument, a word, a letter, or what stands in brackets."""
        token = self.next
        if token.startswith("#"):
            self.take()
            return self.arguments[int(token[-1]) - 1]
        if token == "√":
            self.take()
            return Piece(Root(self.factor(small).box), Level.FACTOR)
        if token in _CLOSING:
            return Piece(self.fence(small))
        self.take()
        if len(token) > 1:
            greek = Letter(token, "upright" if token.istitle() else "italic")
            word = greek if greek in _FUNCTIONS else Word(token, operator=True)
            return (
                self.application(word, small) if self.next in _CLOSING else Piece(word)
            )
        if token.isdigit():
            number = self.next != "_"
            return Piece(Digits(token) if number else Letter(token, "bold"))
        return Piece(Letter(token, "upright"))

    def application(self, head: Box, small: bool) -> Piece:
        # log|x| with an exponent behind would be the logarithm of a power.
        level = Level.ATOM if self.next == "(" else Level.FACTOR
        return Piece(row(head, APPLY, self.fence(small)), level)

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
            return self.sum(True).box if self.next == "-" else self.factor(True).box
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
