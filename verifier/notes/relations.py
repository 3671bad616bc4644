"""Pieces of a formula, and the signs that make statements of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

RELATIONS = re.compile(
    r"(?<![<>!:])=|≡|\\equiv\b|\\triangleq\b|\\coloneqq\b|:=|\\doteq\b|≜|"
    r"\\x(?:longequal|equal)\b"
)


@dataclass(frozen=True)
class Line:
    """A statement's text, and where in the formula it starts."""

    text: str
    start: int
    said: str = ""  # how it was rewritten, which its reading says
    left_out: tuple[str, ...] = ()  # rows that cannot be read, and why
    aside: bool = False  # whether it is said beside a formula


_TOKEN = re.compile(
    r"\\(begin|end)\s*\{([^{}]*)\}|\\\\(?:\[[^\]]{0,20}\])?|\\[A-Za-z]+|\\.|[{}]"
)


_ROW_ENDS = ("\\\\", "\\newline")
"""What ends a row; a `\\newline` is what Markdown leaves alone."""


def rows_of(text: str, start: int) -> Iterator[Line]:
    """Divide a formula at the line ends that are in no block or group."""
    depth = braces = first = 0
    escaped = "&" not in text and "\\begin" not in text  # where `\\|` is a norm's bar
    for found in _TOKEN.finditer(text):
        if found[1]:
            depth += 1 if found[1] == "begin" else -1
        elif found[0] in "{}":
            braces += 1 if found[0] == "{" else -1
        elif escaped and text.startswith("\\\\|", found.start()):
            continue
        elif found[0].startswith(_ROW_ENDS) and depth <= 0 and braces <= 0:
            yield Line(text[first : found.start()], start + first)
            first = found.end()
    yield Line(text[first:], start + first)


OPEN_END = re.compile(r"(?:=|\+|-|\\equiv|\\cdot|\\times)[\s&{}]*$")
"""How a text ends that goes on."""


def is_whole(text: str) -> bool:
    """Whether no bracket is open behind a text."""
    pairs = ("{}", "()", (r"\begin", r"\end"))
    sized = len(_LEFT.findall(text)) == len(_RIGHT.findall(text))
    return sized and all(text.count(one) == text.count(other) for one, other in pairs)


_LEFT, _RIGHT = re.compile(r"\\left(?![A-Za-z])"), re.compile(r"\\right(?![A-Za-z])")


def first_side(text: str) -> str:
    """Return what stands before the first relation, "" where there is none."""
    for found in RELATIONS.finditer(text):
        before = text[: found.start()]
        if before.count("{") == before.count("}"):
            return before.rstrip("& \n")
    return ""


def starts_anew(text: str) -> bool:
    """Whether a statement follows that has a derivative on its left side."""
    left = RELATIONS.split(text, maxsplit=1)
    return len(left) > 1 and _DERIVATIVE.search(left[0]) is not None


_DERIVATIVE = re.compile(
    r"^[\s&]*(?:\\q?quad\s*)?[dD]_(?:[A-Za-z]|\{[^{}]{1,20}\})\s*[A-Za-z\\]|"
    r"\\partial|\\nabla|∂|∇|\\[dt]?frac\s*\{\s*(?:\\mathrm\{?)?d|'\s*[_(]|"
    r"^[\s&]*(?:\\q?quad\s*)?d\s*(?:[(|]|\\(?:left|operatorname|mathrm|l?[vV]ert)\b)"
)
