"""The tokens of written mathematics: one language for LaTeX, Unicode, ASCII and code.

A token knows where it came from. What only changes the looks is gone; a sign has one
spelling, whichever of its spellings was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..reading.problem import Fault


@dataclass(frozen=True)
class Token:
    """A word or a sign.

    Kinds: number, name, word (a function's name), differential (dX in one word), sign,
    text, accent, font, begin, end, row, gap, fraction, root, unknown.
    """

    kind: str
    text: str
    start: int
    stop: int
    spaced: bool = False
    """Whether there is a space before it."""
    bold: bool = False
    either: bool = False
    """Whether it is the upper one of the signs of a `±` or a `∓`."""


def matching(found: Sequence[Token], at: int) -> int:
    """Return where the brace that opens at a place is closed."""
    depth = 0
    for stop in range(at, len(found)):
        if found[stop].kind == "sign":
            depth += {"{": 1, "}": -1}.get(found[stop].text, 0)
        if not depth:
            return stop
    raise Fault(found[at].start, "`{` is never closed", "close it with `}`")


def closed(found: Sequence[Token], at: int) -> int:
    """Return where a bracket's group ends, 0 for nowhere."""
    depth = 0
    for stop in range(at, len(found)):
        if found[stop].kind == "sign":
            depth += found[stop].text in ("(", "[", "{")
            depth -= found[stop].text in (")", "]", "}")
        if not depth:
            return stop + 1
    return 0
