"""What is said of a token that cannot be read, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.source import shown
from .tokens import Token

_INEQUALITY = "an inequality cannot be checked, only what is equal"
_RELATION = "only `=` can be checked: write what both sides are"
_TYPE = "types stand behind a statement: `... where A: matrix(m, n)`"
HINTS = {
    **dict.fromkeys("<>≤≥≪≫≺≻⪯⪰", _INEQUALITY),
    **dict.fromkeys("≠∝∼≅≃⇔", _RELATION),
    **dict.fromkeys("∈∉⊂⊆", _TYPE),
    **dict.fromkeys("←↦", "an assignment is no statement: write `=`"),
    **dict.fromkeys("∀∃", "leave it out: a statement is meant for all values"),
    "…": "dots say nothing that can be checked: write the terms",
    "∫": "there are no integrals here",
    "∞": "it stands in a limit only: `lim_{n → ∞}`",
    "≈": "an approximation is written with `+ o(h)`",
    "×": "it stands between two vectors; there is no curl here",
    "·": "it stands between two factors; there is no divergence here",
    "_": "a subscript stands behind a name: `x_1`",
    "^": "an exponent stands behind what it is of: `x^2`, `(A + B)^T`",
    "#": "leave out what is no formula",
    "%": "leave out what is no formula",
    "?": "leave out what is no formula",
}
_MISSING = {
    "^": "write an exponent, such as `x^2` or `x^T`",
    "_": "write a subscript, such as `x_1`",
    "d": "write the variable: `d(f)/dx`",
    "∂": "write the variable: `∂f/∂x`",
    "∇": "write what it is the gradient of: `∇_x f(x)`",
    "frac": "write `\\frac{above}{below}`",
}
_CLOSING = (")", "]", "}", "⟩", "\\rangle")


def of_end(tokens: Sequence[Token]) -> tuple[str, str]:
    """Return what is said where something is missing behind the last token."""
    if not tokens:
        return "there is nothing to be read here", "something is missing"
    last = tokens[-1].text
    command = "\\" if last == "frac" else ""
    if last == "}" and _lone_part(tokens):
        return "`\\frac` has one part, and needs two", _MISSING["frac"]
    hint = _MISSING.get(last, "write what stands on its right, or leave it out")
    return f"something is missing behind `{command}{last[:40]}`", hint


def _lone_part(tokens: Sequence[Token]) -> bool:
    """Whether a formula ends behind the first part of a fraction."""
    depth = 0
    for at in range(len(tokens) - 1, -1, -1):
        depth += {"}": 1, "{": -1}.get(tokens[at].text, 0)
        if not depth:
            return at > 0 and tokens[at - 1].kind == "fraction"
    return False


SOLVING = frozenset(("arg", "argmin", "argmax", "arginf", "argsup"))
"""Operators that ask where something is least, or largest."""


def of_unknown(text: str, near: str) -> tuple[str, str]:
    """Return what is said of a word that is not known, with a word that is near."""
    if text.lstrip("\\") in SOLVING:
        said = f"`{text}` asks for a solution, which is no rule"
        return said, "write the derivative that is set to zero"
    said = f"`{text[:40]}` is not known"
    return said, near or "write what it stands for, or leave it out"


def of_sign(text: str, bars: list[str]) -> tuple[str, str]:
    """Return what is said of a sign that cannot stand where it does."""
    if text in _CLOSING and bars:
        said = f"`{bars[-1]}` is open at `{text}`"
        return said, f"close the bars: `{bars[-1]}x{bars[-1]}`"
    said = f"`{shown(text)}` cannot be read here"
    if text in _CLOSING:
        return said, "brackets close in the order in which they were opened"
    return said, HINTS.get(text, "leave it out, or write what it stands for")
