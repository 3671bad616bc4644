"""Definitions by an arrow: `G: X ↦ W X` says that `G(X) = W X`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = r"\\?[A-Za-z]{1,20}(?:_(?:\w|\{\w{1,20}\}))?"
_MAPLET = re.compile(
    rf"(?:(?P<name>{_NAME})\s*:\s*)?(?P<of>{_NAME})\s*(?:\\(?:long)?mapsto\b|↦)"
)
_ENDS = re.compile(r"\\\\|\\text\b|\\qquad|\\quad|\\end\b|:|\\to\b|\\rightarrow\b|↦")
LONGEST = 400
"""Characters of what stands behind the arrow."""


def maplets(text: str) -> Iterator[tuple[str, str]]:
    """Yield functions that an arrow defines, each with an equation that says how."""
    for found in _MAPLET.finditer(text):
        behind = text[found.end() : found.end() + LONGEST]
        if ends := _ENDS.search(behind):
            behind = behind[: ends.start()]
        behind = behind.strip(" \n&.,;")
        if "=" in behind:
            yield "", behind
        elif found["name"] and behind:
            name = found["name"]
            yield name.lstrip("\\"), f"{name}({found['of']}) = {behind}"
