"""A formula divided into tokens, which are set in the order of their reading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from ..reading import bounds
from ..reading.problem import Fault
from .commands import command
from .rearranged import (
    ungrouped,
    with_fractions,
    with_marks_behind,
    with_numbers_apart,
    with_transposes,
    without_empty,
)
from .runs import letters
from .scan import Scan
from .tokens import Token
from .typefaces import joined, unswitched
from .vocabulary import (
    SUBSCRIPTS,
    SUPERSCRIPTS,
    UNICODE,
    VULGAR,
)

IGNORED = "~\u200b\u2061\u2062\u2063〖〗?"
"""Characters that say nothing."""
MOST = bounds.SIGNS.value
"""Tokens of one formula."""
MOST_DIGITS, MOST_EXPONENT = bounds.FORMULA_DIGITS.value, bounds.EXPONENT.value
"""Of a number, as in the language."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+")
_OPERATORS = (
    ".+", ".-", "%*%", "**", "||", ".*", "./", ".^", ".'", "==", ":=", "->", "//", "…",
    "=>",
)  # fmt: skip


def tokens_of(text: str, known: frozenset[str] = frozenset()) -> list[Token]:
    """Split a formula; `known` are names that stay whole."""
    text = "".join(
        unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" else char
        for char in text
    )
    return [_settled(token) for token in _scanned(Scan(text, known))]


def _settled(token: Token) -> Token:
    """Return the upper sign of `±` and `∓`, and `#`; any other token as it is."""
    if token.text == "\\#":
        return replace(token, kind="sign", text="#")
    sign = _UPPER.get(token.text) if token.kind in ("sign", "unknown") else None
    return replace(token, kind="sign", text=sign, either=True) if sign else token


_UPPER = {"±": "+", "∓": "-"}


def _check_number(token: Token) -> None:
    """Refuse a number that costs more to hold than to write."""
    digits, _, exponent = token.text.lower().partition("e")
    long = max(map(len, digits.split("."))) > MOST_DIGITS
    if long or len(exponent) > 4 or abs(int(exponent or 0)) > MOST_EXPONENT:
        said = bounds.FORMULA_DIGITS.said(found=token.text[:MOST_DIGITS])
        hint = f"numbers have at most {MOST_DIGITS} digits, and 1e{MOST_EXPONENT}"
        raise Fault(token.start, said, hint, kind="limit")


def _scanned(scan: Scan) -> list[Token]:
    """Return the tokens of a formula, in the order of their reading."""
    _take(scan, len(scan.text))
    for start, stop in scan.reasons:
        scan.found.append(Token("gap", ",", start, start))
        scan.at = start
        _take(scan, stop)
    found = list(joined(unswitched(scan.found)))
    return with_transposes(
        with_fractions(
            ungrouped(without_empty(with_marks_behind(with_numbers_apart(found))))
        )
    )


def _take(scan: Scan, stop: int) -> None:
    """Divide a formula as far as that."""
    while scan.at < stop:
        char = scan.text[scan.at]
        if char.isspace() or char in IGNORED or scan.at in scan.skipped:
            scan.at += 1
            scan.spaced = True
            continue
        for token in _next(scan, char):
            if token.kind == "number":
                _check_number(token)
            scan.found.append(replace(token, spaced=scan.spaced))
            scan.spaced = False
        if len(scan.found) > MOST:
            said, hint = bounds.SIGNS.said(), bounds.SIGNS.hint
            raise Fault(0, said, hint, kind="limit")


def _next(scan: Scan, char: str) -> Iterator[Token]:
    """Yield the tokens at the place, and move on."""
    text, at = scan.text, scan.at
    if char == "\\" and text[at + 1 : at + 2] not in ("[", "]", "(", ")"):
        yield from command(scan)
    elif found := _NUMBER.match(text, at):
        yield scan.token("number", found.end())
    elif char == "$" or text.startswith(("\\[", "\\]", "\\(", "\\)"), at):
        scan.at += 1 if char == "$" else 2  # delimiters that were pasted
    elif char in VULGAR:
        yield from _vulgar(scan, char)
    elif char == "&":
        yield scan.token("tab", at + 1)
    elif char in SUPERSCRIPTS or char in SUBSCRIPTS:
        yield from _script(scan, SUPERSCRIPTS if char in SUPERSCRIPTS else SUBSCRIPTS)
    elif char.isalpha() or unicodedata.category(char) == "Mn":
        yield from letters(scan)
    else:
        yield _sign(scan)


def _vulgar(scan: Scan, char: str) -> Iterator[Token]:
    """Read `½` as `(1/2)`."""
    start, scan.at = scan.at, scan.at + 1
    above, below = VULGAR[char]
    for kind, text in (
        ("sign", "("),
        ("number", above),
        ("sign", "/"),
        ("number", below),
        ("sign", ")"),
    ):
        yield Token(kind, text, start, scan.at)


def _sign(scan: Scan) -> Token:
    """Take a sign of one or more characters."""
    for operator in _OPERATORS:
        if scan.text.startswith(operator, scan.at):
            spelt = {"||": "‖", "->": "→", "**": "^", ".'": "'", "==": "=", "=>": "⇒"}
            spelt |= {"%*%": "@", ".+": "+", ".-": "-"}
            stop = scan.at + len(operator)
            return scan.token("sign", stop, spelt.get(operator, operator))
    if found := re.compile(r"\.T(?![A-Za-z0-9])").match(scan.text, scan.at):
        return scan.token("sign", found.end(), "⊤!")
    char = scan.text[scan.at]
    if scan.text.startswith("...", scan.at):
        return scan.token("sign", scan.at + 3, "…")
    return scan.token("sign", scan.at + 1, UNICODE.get(char, char))


def _script(scan: Scan, table: dict[str, str]) -> Iterator[Token]:
    """Read `⁻¹` as `^{-1}`, and `₁₂` as `_{12}`."""
    start = scan.at
    while scan.at < len(scan.text) and scan.text[scan.at] in table:
        scan.at += 1
    inside = "".join(table[char] for char in scan.text[start : scan.at])
    below = table is SUBSCRIPTS
    kinds = re.findall(r"\d+|.", inside)

    def make(kind: str, text: str) -> Token:
        return Token(kind, text, start, scan.at)

    yield make("sign", "_" if below else "^")
    yield make("sign", "{")
    for part in kinds:
        kind = "number" if part.isdigit() else "name" if part.isalpha() else "sign"
        yield make(kind, part)
    yield make("sign", "}")
