"""Definitions by an arrow: `G: X ↦ W X` says that `G(X) = W X`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = r"\\?[A-Za-z]{1,20}(?:_(?:\w|\{\w{1,20}\}))?"
_SEVERAL = rf"\(\s*{_NAME}(?:\s*,\s*{_NAME}){{1,5}}\s*\)"
_SET = (
    r"\s*\\?[A-Za-z]{1,10}(?:\s*\{\s*\w\s*\})?"
    r"(?:\s*\^\s*(?:\w|\{[^{}]{1,24}\}))?\s*"
)
_IN = rf"(?:\s*(?:\\in\b|∈){_SET})?"
"""The set that an argument is in."""
_MAPLET = re.compile(
    rf"(?:(?P<name>{_NAME})\s*:\s*)?(?P<of>{_NAME}|{_SEVERAL}){_IN}"
    r"\s*(?:\\(?:long)?mapsto\b|↦)"
)
_TYPED = re.compile(
    rf"(?P<name>{_NAME})\s*(?::|\\colon\b)(?P<type>[^=:↦]{{1,200}}?)"
    rf"(?P<of>{_NAME}|{_SEVERAL}){_IN}[\s&]*"
    r"(?:\\(?:long)?mapsto\b|↦)"
)
"""A function with its type before the arrow: `f : E → F, x ↦ A x`."""
_OWNING = re.compile(
    rf"(?P<name>{_NAME})\s*(?:\(\s*{_NAME}\s*\)\s*)?(?::|\\colon\b){_SET}"
    rf"(?:\\ni\b|\\owns\b|∋)\s*(?P<of>{_NAME})\s*(?:\\(?:long)?mapsto\b|↦)"
)
"""A function with a set before its argument: `f : E ∋ x ↦ A x ∈ F`."""
_VALUES = re.compile(rf"\s*(?:\\in\b|∈){_SET}\Z")
"""In which set its values are."""
_TO = re.compile(r"\\to\b|\\(?:long)?rightarrow\b|→")
_ENDS = re.compile(r"\\\\|&|\\text\b|\\qquad|\\quad|\\end\b|:|\\to\b|\\rightarrow\b|↦")
_DIFFERENTIAL = re.compile(
    r"(?<![A-Za-z\\])(?:[dD]|\\(?:mathrm|text)\s*\{\s*[dD]\s*\})\s*"
    r"(?:_\s*(?:\w|\{[^{}]*\})\s*)?\Z|(?:\\nabla|∇)\s*(?:\^\s*\{?\s*2\s*\}?)?\s*\Z"
)
LONGEST = 400
"""Characters of what stands behind the arrow."""


def maplets(text: str) -> Iterator[tuple[str, str]]:
    """Yield functions that an arrow defines, each with an equation that says how."""
    typed = [it for it in _TYPED.finditer(text) if _is_type(it["type"])]
    for found in (*typed, *_OWNING.finditer(text), *_MAPLET.finditer(text)):
        if found["name"] and _DIFFERENTIAL.search(text, 0, found.start()):
            continue  # `d_x f : h ↦ A h`, `∇f : x ↦ 2 x` are no definitions of f
        behind = text[found.end() : found.end() + LONGEST]
        if ends := _ENDS.search(behind):
            behind = behind[: ends.start()]
        behind = _VALUES.sub("", behind.strip(" \n&.,;"))
        if "=" in behind:
            yield "", behind
        elif found["name"] and behind:
            name = found["name"]
            of = found["of"].strip("() ")
            yield name.lstrip("\\"), f"{name}({of}) = {behind}"


def _is_type(text: str) -> bool:
    """Whether a text says between which sets a function is."""
    arrows = len(_TO.findall(text))
    return arrows == 1 and "mapsto" not in text and "↦" not in text
