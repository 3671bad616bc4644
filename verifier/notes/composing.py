"""The derivative or differential of a function written down, character by character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .document import Part
from .heads import HEAD, LONE, SLOPE, Column
from .relations import RELATIONS

_SET_HEAD = re.compile(
    r"\s*(\\(?:mathbf|boldsymbol|bm))\s*\{\s*[A-Za-z]\s*\(\s*([A-Za-z])\s*\)\s*\}\s*"
)
_FONT = r"\\(?:math\w+|boldsymbol|bm|vec|bf)"
_CHANGE = re.compile(
    rf"(?<![a-z\\])d\}}?\s*\(?\s*(?:{_FONT}\s*\{{?\s*)?(\\[A-Za-z]+|[A-Za-z])"
)
_FUNCTIONS = re.compile(
    r"\\(?:text|mathrm|operatorname|rm)\s*\{\s*[A-Za-z][a-z]+\s*\}|"
    r"(?<![A-Za-z\\])(?:tr|Tr|det|diag|vec|log|ln|exp|sin|cos|rank)(?![A-Za-z])"
)
"""Names whose letters are no variables."""


@dataclass
class Spelling:
    """A text that is put together, each character with its place."""

    anchor: int
    text: str = ""
    places: list[int] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Add a text of our own."""
        self.text += text
        self.places += [self.anchor] * len(text)

    def repeat(self, part: Part, start: int = 0, stop: int | None = None) -> None:
        """Add a text of the document."""
        stop = len(part.text) if stop is None else stop
        self.text += part.text[start:stop]
        self.places += part.places[start:stop]

    def part(self, like: Part, made: str, layout: str = "") -> Part:
        """Return what was put together as a formula."""
        places = (*self.places, like.places[-1])
        whole = replace(like, text=self.text, places=places, display=True)
        return replace(whole, layout=layout, made=made)


def differentiated(made: Spelling, body: Part, column: Column, variable: str) -> bool:
    """Write the derivative of each side of a function; False where there is none."""
    if SLOPE.match(body.text):  # `∂(Ax)/∂x`, or `∂(Ax)/∂x =`
        made.repeat(body)
        made.say("" if body.text.rstrip().endswith("=") else " = ")
        return True
    spans = list(sides_of(body.text))
    heads = [_head(body.text[a:b]) for a, b in spans]
    lone = LONE.fullmatch(body.text[slice(*spans[0])]) is not None
    first = 1 if len(spans) > 1 and (heads[0] or lone) else 0  # `f(x) = x^T x`, `y = x`
    spans = spans[first:]
    variable = variable or argument(body.text)
    if not spans or (variable and not has(body.text, variable)):
        return False
    for start, stop in spans:
        if not body.text[start:stop].strip():
            return False
        if column.role == "hessian":
            made.say(rf"\nabla^2_{{{variable}}} \left(" if variable else r"\nabla^2 (")
            made.repeat(body, start, stop)
            made.say(r"\right) = " if variable else ") = ")
        elif variable:
            made.say(r"\frac{\partial \left(")
            made.repeat(body, start, stop)
            made.say(rf"\right)}}{{\partial {variable}}} = ")
        else:
            made.say(r"\nabla \left(")
            made.repeat(body, start, stop)
            made.say(r"\right) = ")
    return True


def changed(made: Spelling, body: Part, value: Part) -> bool:
    """Write the differential of a function; False where the value is none."""
    sides = list(sides_of(body.text))
    letters = set(_CHANGE.findall(value.text))
    if len(sides) > 1 or not any(has(body.text, letter) for letter in letters):
        return False
    made.say(r"d \left(")
    made.repeat(body)
    made.say(r"\right) = ")
    return True


def argument(text: str) -> str:
    """Return the argument of the `f(x)` that a formula defines, "" for none."""
    sides = list(sides_of(text))
    heads = [_head(text[a:b]) for a, b in sides] if len(sides) > 1 else []
    return next(filter(None, heads), "")


def _head(text: str) -> str:
    """Return the argument of a lone `f(x)`, as it is set; "" for anything else."""
    if found := HEAD.fullmatch(text):
        return found[1]
    found = _SET_HEAD.fullmatch(text)
    return f"{found[1]}{{{found[2]}}}" if found else ""


def sides_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the sides of a formula start and stop."""
    start = 0
    for found in RELATIONS.finditer(text):
        before = text[start : found.start()]
        if before.count("{") == before.count("}"):
            yield start, found.start()
            start = found.end()
    yield start, len(text)


def has(text: str, variable: str) -> bool:
    """Whether a variable stands in a formula, in whichever font."""
    letter = _plain(variable)
    return re.search(rf"(?<![A-Za-z]){letter}(?![A-Za-z])", _spread(text)) is not None


def letters(text: str) -> set[str]:
    """Return the letters of a formula that are names, whatever their font."""
    found = re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", _spread(text))
    return {*found} - {"T"}


def _plain(variable: str) -> str:
    return re.findall(r"[A-Za-z]+", variable)[-1]


def _spread(text: str) -> str:
    """Return a formula with its letters apart: `\\mathbf{Ax}` has an x."""
    text = _FUNCTIONS.sub(" ", text)
    text = re.sub(rf"{_FONT}\b|\\(?:text|left|right)\b", " ", text)
    return re.sub(r"(\\[A-Za-z]+)|([A-Za-z])", r"\1 \2 ", text)
