"""The characters that expressions and types are written in, and what to write else."""

from __future__ import annotations

import re

from ..reading.bounds import NAME
from ..reading.problem import Fault

NAME_LENGTH = NAME.value
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

# What a book or a word processor writes, and what this language writes instead.
_INSTEAD = {
    "\N{MINUS SIGN}": "'-'",
    "\N{EN DASH}": "'-'",
    "\N{EM DASH}": "'-'",
    "\N{HYPHEN}": "'-'",
    "\N{NON-BREAKING HYPHEN}": "'-'",
    "\N{MIDDLE DOT}": "'*' (or '@' for a matrix product)",
    "\N{DOT OPERATOR}": "'*' (or '@' for a matrix product)",
    "\N{BULLET}": "'*' (or '@' for a matrix product)",
    "\N{BULLET OPERATOR}": "'*' (or '@' for a matrix product)",
    "\N{MULTIPLICATION SIGN}": "'*' (or '@' for a matrix product)",
    "\N{ASTERISK OPERATOR}": "'*'",
    "\N{CIRCLED DOT OPERATOR}": "'*', the elementwise product",
    "\N{RING OPERATOR}": "'*', the elementwise product",
    "\N{DIVISION SIGN}": "'/'",
    "\N{DIVISION SLASH}": "'/'",
    "\N{FRACTION SLASH}": "'/'",
    "\N{CIRCLED TIMES}": "'kron(A, B)'",
    "\N{SQUARE ROOT}": "'sqrt(...)'",
    "\N{INFINITY}": "'inf'",
    "\N{N-ARY SUMMATION}": "'sum(...)'",
    "\N{DOUBLE VERTICAL LINE}": "'norm(...)'",
    "\N{PARTIAL DIFFERENTIAL}": "'D(f)(x)'",
    "\N{NABLA}": "'D(f)(x)'",
    "\N{RIGHTWARDS ARROW}": "'->'",
    "\N{MODIFIER LETTER CAPITAL T}": "'.T'",
    "\N{DOWN TACK}": "'.T'",
    "\N{PRIME}": "'.T' for a transpose, 'D(f)(x)' for a derivative",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'.T' for a transpose",
    "\N{SUPERSCRIPT MINUS}": "'inv(A)' for an inverse, '**-1' for a power",
    "\N{GREEK SMALL LETTER LAMDA}": "a name such as 'lam'",
    "\N{GREEK SMALL LETTER PI}": "'pi'",
    "\N{LESS-THAN OR EQUAL TO}": "'<='",
    "\N{GREATER-THAN OR EQUAL TO}": "'>='",
    "\N{NOT EQUAL TO}": "'<' or '>'",
    "\N{DOUBLE-STRUCK CAPITAL R}": "a type such as 'vector(n)'",
}
# Greek and Cyrillic letters that look Latin.
_LOOKALIKE = str.maketrans(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοАВЕКМНОРСТХаеорсухі",  # noqa: RUF001
    "ABEZHIKMNOPTYXoABEKMHOPCTXaeopcyxi",
)
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def check_characters(text: str, what: str) -> None:
    """Refuse every character but printable ASCII, spaces and line breaks."""
    if text.isascii():
        found = _CONTROL.search(text)
        if found is None:
            return
    else:
        found = re.search(r"[^\t\n\x20-\x7e]", text)
        assert found is not None
    said, hint = f"{describe(found[0])} in {what}", _instead(found[0])
    raise Fault(found.start(), said, hint, kind="character")


def describe(character: str) -> str:
    """Name a character: U+0391 GREEK CAPITAL LETTER ALPHA."""
    import unicodedata

    code = f"U+{ord(character):04X}"
    if unicodedata.category(character) == "Cc":
        return f"control character {code}"
    return f"{code} {unicodedata.name(character, '')}".rstrip()


def _instead(character: str) -> str:
    """Say what to write in place of a character."""
    import unicodedata

    if character in _SUPERSCRIPTS:
        return f"write '**{_SUPERSCRIPTS.index(character)}'"
    if character in _INSTEAD:
        return f"write {_INSTEAD[character]}"
    category = unicodedata.category(character)
    if category in ("Cf", "Cc", "Cs", "Co", "Cn"):
        return "delete it" if character != "\r" else "write a plain line break"
    plain = unicodedata.normalize("NFKC", character)
    plain = plain.translate(_LOOKALIKE)
    if plain.isascii() and plain.isprintable() and plain != character:
        return "write a plain space" if plain == " " else f"write '{plain}'"
    words = unicodedata.name(plain[0], "").split()
    if words[:1] == ["GREEK"] and words[1:3] in (
        ["CAPITAL", "LETTER"],
        ["SMALL", "LETTER"],
    ):
        name = "lam" if words[3] == "LAMDA" else words[3].lower()
        name = name.capitalize() if words[1] == "CAPITAL" else name
        return f"write a name such as '{name}'"
    return "names and operators are written in ASCII"
