"""Which variables move in the formulas beside one: those that have a change there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..spelling.vocabulary import SPELT
from .document import Document

NEAR = 4
"""Parts of the document, before and behind, that are looked at."""
_CHANGE = re.compile(
    r"(?<![a-z\\])(?:d|\\mathrm\s*\{\s*d\s*\}|\\text\s*\{\s*d\s*\})\s*"
    r"(?:\\[,;!]\s*)?(?:\\(?:mathbf|boldsymbol|bm|vec|mathrm)\s*\{\s*)?"
    r"(?:(?P<letter>[A-Za-z])(?![A-Za-z]{2})|\\(?P<greek>[A-Za-z]+))"
)


def moving_beside(document: Document, at: int) -> Iterator[set[str]]:
    """Yield the names whose changes stand in formulas beside, those behind first."""
    part = document.parts[at]
    for distance in range(1, NEAR + 1):
        for place in (at + distance, at - distance):
            if not 0 <= place < len(document.parts):
                continue
            other = document.parts[place]
            if other.kind != "formula" or other.within != part.within:
                continue
            found = [*_CHANGE.finditer(other.text)]
            greek = {one["greek"] for one in found if one["greek"]}
            yield {one["letter"] for one in found if one["letter"]} | {
                SPELT.get(name, name) for name in greek
            }
