"""Fonts with what they set: `\\mathrm{tr}`, `\\mathbf{x}`, `{\\bf x}`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..reading.problem import Fault
from .tokens import Token, matching
from .vocabulary import (
    BOLD,
    FUNCTIONS,
    GREEK,
    SPELT,
    SWITCHES,
)

MOST_FONTS = 8
"""Fonts within each other: `\\boldsymbol{\\mathit{x}}`."""
OPTIMA = frozenset(("argmin", "argmax", "arginf", "argsup", "min", "max", "inf", "sup"))
"""What is set in letters and is no product of them."""


def bold_letter(macro: str) -> str:
    """Return the letter that `\\bx`, `\\vx`, `\\mA` or `\\vtheta` sets, or nothing.

    So macros are called that a text uses and does not define.
    """
    found = _BOLD_LETTER.fullmatch(macro)
    if found is None or macro in _UNCLEAR:
        return ""
    letter = next(filter(None, found.groups()))
    return SPELT.get(letter, letter)


_BOLD_LETTER = re.compile(
    rf"(?:bf?|bm)([A-Za-z]|{'|'.join(GREEK)})|v([a-z]|{'|'.join(GREEK)})|m([A-Z])"
)
_UNCLEAR = frozenset("bb be bs ba bE bP bR va vb vu vs mE mP mR".split())
"""What looks like a bold letter and may be else, such as an expectation."""


def unswitched(found: Sequence[Token]) -> list[Token]:
    """Give `{\\rm tr}`, whose font holds in its group, braces: `\\rm{tr}`."""
    made: list[Token] = []
    at = 0
    while at < len(found):
        token = found[at]
        follows = found[at + 1] if at + 1 < len(found) else None
        switch = follows is not None and follows.kind == "font"
        if follows and switch and token.text == "{" and follows.text in SWITCHES:
            stop = matching(found, at)
            inside = unswitched(found[at + 2 : stop])
            made += [replace(follows, spaced=token.spaced), token]
            made += [*inside, found[stop]]
            at = stop + 1
        else:
            made.append(token)
            at += 1
    return made


def joined(found: list[Token], depth: int = 0) -> list[Token]:
    """Join fonts with what they set: `\\mathrm{tr}`, `\\mathbf{x}`, `{\\bf x}`."""
    made: list[Token] = []
    at = 0
    while at < len(found):
        token = found[at]
        if token.kind != "font":
            made.append(token)
            at += 1
            continue
        inside, after = _set(found, at + 1)
        if depth < MOST_FONTS and any(one.kind == "font" for one in inside):
            inside = joined(inside, depth + 1)
        made += _in_font(token, inside)
        at = after
    return made


def _set(found: list[Token], at: int) -> tuple[list[Token], int]:
    """Return what a font is applied to, and where that ends."""
    if at >= len(found):
        return [], at
    if found[at].text != "{":
        stop = at + 1
        if found[at - 1].text in SWITCHES:  # it sets all that follows in its group
            while stop < len(found) and _is_lone(found[stop]):
                stop += 1
        return found[at:stop], stop
    depth = 0
    for stop in range(at, len(found)):
        depth += {"{": 1, "}": -1}.get(found[stop].text, 0)
        if not depth:
            return found[at + 1 : stop], stop + 1
    raise Fault(found[at].start, "`{` is never closed", "close it with `}`")


def _is_lone(token: Token) -> bool:
    return token.kind == "gap" or (token.kind == "name" and len(token.text) == 1)


def _in_font(font: Token, inside: list[Token]) -> list[Token]:
    """Return what a font sets, as one word where it sets letters upright."""
    upright = font.text in ("mathrm", "mathsf", "rm", "sf", "symup", "mathtt")
    upright |= font.text in ("mathbf", "bf", "mathit")
    if upright and font.text in SWITCHES:
        inside = [token for token in inside if token.kind != "gap"]
    letters = len(inside) > 1 and all(
        token.kind in ("name", "number") and len(token.text) == 1 for token in inside
    )
    if upright and letters:
        word = "".join(token.text for token in inside)
        start, stop = inside[0].start, inside[-1].stop
        if word in FUNCTIONS:
            return [Token("word", FUNCTIONS[word], start, stop, font.spaced)]
        if word in OPTIMA:
            return [Token("unknown", word, start, stop, font.spaced)]
        if font.text not in BOLD:
            return [Token("name", word, start, stop, font.spaced)]
    made = list(inside)
    if font.text == "mathbb" and [t.text for t in made] in (["E"], ["P"], ["V"]):
        return [replace(made[0], kind="unknown", text=f"\\mathbb{{{made[0].text}}}")]
    if font.text == "mathbb" and [token.text for token in made] == ["1"]:
        made = [replace(made[0], kind="name", text="ones")]
    if font.text in BOLD and [token.text for token in made] == ["d"]:
        return [replace(made[0], spaced=font.spaced)]  # a differential
    if font.text in BOLD:
        made = [
            replace(token, kind="name", text={"1": "ones", "0": "zeros"}[token.text])
            if token.text in ("0", "1") and len(made) == 1
            else replace(token, bold=token.kind == "name")
            for token in made
        ]
    if made:
        made[0] = replace(made[0], spaced=font.spaced)
    return made
