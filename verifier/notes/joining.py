"""Statements that words make of two formulas.

`the gradient of $f(x) = x^T x$ is $2x$`, `if A is symmetric, this simplifies to $2Ax$`:
the words say what an equals sign would. The statement is a formula of its own behind
the second one, each character where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from .composing import Spelling, changed, differentiated, has, sides_of
from .document import Document, Part
from .heads import LETTER, LONE, SLOPE, Column
from .joints import (
    ABOUT,
    ACT,
    BY,
    GIVES,
    HAS,
    IS,
    ITS_CURVE,
    OBJECT,
    OF,
    SIMPLER,
    THAT_IS,
    THAT_OF,
    VARIABLE,
    WHICH_IS,
)
from .lines import lines_of
from .relations import RELATIONS
from .rows import SIZE

_NAME = re.compile(r"\s*\\?\w+(?:\s*\{\s*\\?\w+\s*\})?(?:_\w)?\s*")
_MAP = re.compile(rf"\s*(?P<by>{LETTER})\s*(?:\\(?:long)?mapsto\b|↦)")
"""A function without a name: `x ↦ x^T x`."""
NEAR = 300
"""Characters of the words beside a formula that are looked at."""
MOST_BACK = 8
"""Formulas among which the statement that is simplified is sought."""


def with_joined(document: Document) -> Document:
    """Return a document with a formula behind each two that words join."""
    parts = [*enumerate(document.parts)]
    kept = [(at, part) for at, part in parts if part.kind != "remark"]
    added: dict[int, Part] = {}
    replaced: dict[int, Part] = {}
    said: list[Part] = []  # the formulas so far, those that are added with them
    for place, (at, part) in enumerate(kept):
        if part.kind != "formula":
            continue
        if (whole := _continued(part, said)) is not None:
            replaced[at] = whole
            said.append(whole)
            continue
        found = _stated(kept, place)
        if found is None and at not in added:
            found = _simplified(kept, place, said) or _curved(kept, place, said)
        if found is not None:
            added[found[0]] = found[1]
        said += [part, added[at]] if at in added else [part]
    if not added and not replaced:
        return document
    made: list[Part] = []
    for at, part in parts:
        made.append(replaced.get(at, part))
        if at in added:
            made.append(added[at])
    return replace(document, parts=tuple(made))


def _stated(kept: Sequence[tuple[int, Part]], place: int) -> tuple[int, Part] | None:
    """Return what words say of the derivative of a formula, and behind which part."""
    body = kept[place][1]
    said = _said(kept, place)
    if said is None or not 0 <= said.value < len(kept) or SLOPE.match(body.text):
        return None
    variable = said.variable
    at, claim = kept[said.value]
    if not _is_value(claim, kept, said.value):
        return None
    if said.result and RELATIONS.search(claim.text):
        return None  # a statement of its own, of what was found
    made = Spelling(claim.places[0])
    if (arrow := _MAP.match(body.text)) and not variable:
        variable, start = arrow["by"], arrow.end()
        body = replace(body, text=body.text[start:], places=body.places[start:])
    if variable and not re.fullmatch(r"[\\{}\w]{1,30}", variable):
        return None
    if said.role == "differential":
        if not changed(made, body, claim):
            return None
    elif variable and _NAME.fullmatch(body.text):
        made.say(r"\frac{\partial ")  # its definition says what it is made of
        made.repeat(body)
        made.say(rf"}}{{\partial {variable}}} = ")
    elif not differentiated(made, body, Column(said.role), variable):
        return None
    made.repeat(claim)
    return at, made.part(claim, "two formulas and the words between them")


@dataclass(frozen=True)
class _Said:
    """What words make of a formula, by which variable, and where its value stands."""

    role: str
    value: int
    variable: str = ""
    result: bool = False
    """Whether the value is what a computation gives."""


def _said(kept: Sequence[tuple[int, Part]], place: int) -> _Said | None:
    """Return what words say of a formula, None where they say nothing."""
    body = kept[place][1]
    before, first = _words(kept, place - 1, body), _words(kept, place + 1, body)
    if of := OF.search(before) or _about(kept, place, before) or ACT.search(before):
        given = of.groupdict()
        role = "hessian" if given.get("second") else "derivative"
        role = "differential" if given.get("change") else role
        if IS.fullmatch(first):
            return _Said(role, place + 2)
        if GIVES.fullmatch(first):
            return _Said(role, place + 2, result=True)
        if BY.fullmatch(first) and place + 2 < len(kept):
            variable = kept[place + 2][1].text.strip()
            behind = _words(kept, place + 3, body)
            if IS.fullmatch(behind) or GIVES.fullmatch(behind):
                result = IS.fullmatch(behind) is None
                return _Said(role, place + 4, variable, result)
        return None
    if VARIABLE.search(before):
        return None  # this is the variable
    if found := HAS.fullmatch(first) or THAT_IS.fullmatch(first):
        given = found.groupdict()
        curve = given["second"] or given.get("curve")
        return _Said("hessian" if curve else "derivative", place + 2)
    if OBJECT.fullmatch(first) and WHICH_IS.fullmatch(_words(kept, place + 3, body)):
        return _Said("derivative", place + 4, kept[place + 2][1].text.strip())
    return None


def _about(
    kept: Sequence[tuple[int, Part]], place: int, before: str
) -> re.Match[str] | None:
    """Return of what `and that of` says something: what was said before it."""
    if THAT_OF.search(before) is None:
        return None
    near = kept[place][1]
    for at in range(place - 1, max(place - 1 - MOST_BACK, -1), -1):
        if found := [*ABOUT.finditer(_words(kept, at, near))]:
            return found[-1]
    return None


def _is_value(part: Part, kept: Sequence[tuple[int, Part]], place: int) -> bool:
    """Whether a formula may be what a derivative is: no size, no statement."""
    behind = kept[place + 1][1] if place + 1 < len(kept) else None
    compound = behind is not None and behind.kind == "prose" and behind.text[:1] == "-"
    return (
        part.kind == "formula"
        and not compound
        and not SLOPE.match(part.text)
        and not SIZE.fullmatch(part.text)
        and not (RELATIONS.search(part.text) and part.display)
    )


def _simplified(
    kept: Sequence[tuple[int, Part]], place: int, said: Sequence[Part]
) -> tuple[int, Part] | None:
    """Return what a statement before is said to be made simpler to."""
    at, value = kept[place]
    if RELATIONS.search(value.text) or not _is_value(value, kept, place):
        return None
    if not SIMPLER.search(_sentence(kept, place, value)):
        return None
    for part in reversed(said[-MOST_BACK:]):
        if part.within != value.within:
            return None
        for line in reversed(lines_of(part.text)):
            side = RELATIONS.split(line.text, maxsplit=1)
            if len(side) > 1 and SLOPE.match(side[0].replace("&", " ")):
                made = Spelling(value.places[0])
                made.say(f"{side[0].replace('&', ' ').strip()} = ")
                made.repeat(value)
                return at, made.part(
                    value, "the statement before and its simpler value"
                )
    return None


def _curved(
    kept: Sequence[tuple[int, Part]], place: int, said: Sequence[Part]
) -> tuple[int, Part] | None:
    """Return what is said to be the Hessian of what a gradient was given of."""
    at, value = kept[place]
    if RELATIONS.search(value.text) or not _is_value(value, kept, place):
        return None
    if not ITS_CURVE.search(_words(kept, place - 1, value)):
        return None
    for part in reversed(said[-MOST_BACK:]):
        if part.within != value.within or part.file != value.file:
            return None
        for line in reversed(lines_of(part.text)):
            side = RELATIONS.split(line.text, maxsplit=1)
            slope = _slope(side[0].replace("&", " ")) if len(side) > 1 else None
            if slope is None:
                continue
            name = LONE.fullmatch(value.text)
            if name and not has(slope["of"], name[1]):
                return None  # it is given a name
            by = next(filter(None, (slope["by"], slope["braced"])), "")
            made = Spelling(value.places[0])
            made.say(rf"\nabla^2_{{{by}}} " if by else r"\nabla^2 ")
            made.say(f"{slope['of'].strip()} = ")
            made.repeat(value)
            return at, made.part(value, "the gradient before and its derivative")
    return None


def _slope(side: str) -> re.Match[str] | None:
    """Return of what a side is the gradient, and by what."""
    return _GRADIENT.match(side) or _QUOTIENT.fullmatch(side)


_GRADIENT = re.compile(
    rf"\s*\\nabla\s*(?:_\s*(?:(?P<by>{LETTER})|\{{(?P<braced>[^{{}}]*(?:\{{[^{{}}]*\}})?)\}}))?"
    r"(?P<of>[^_^].*)",
    re.DOTALL,
)
"""`∇_x f`, of a function that may be written out."""
_QUOTIENT = re.compile(
    rf"\s*\\frac\{{\\partial(?P<of> \\left\(.*\\right\))\}}"
    rf"\{{\\partial (?P<by>{LETTER})(?P<braced>)\}}\s*",
    re.DOTALL,
)
"""A derivative as words are read."""


def _continued(part: Part, said: Sequence[Part]) -> Part | None:
    """Return the statement before with what a formula `= ...` adds to it.

    In a line of text it goes on with a derivative; a display, with the one before, as
    does what begins a paragraph that stands right below it. Where an equation stands
    between, of which a chain makes use, it goes on with the chain that it looks like.
    """
    begins = re.match(
        rf"(?:[\s&{{}}]|\\[,;:! ]|\\q?quad\b)*(?:{RELATIONS.pattern})", part.text
    )
    if begins is None or not part.text[begins.end() :].strip(" .,;"):
        return None
    near = said[-MOST_BACK:]
    for at, before in reversed([*enumerate(near)]):
        if before.within != part.within or before.file != part.file:
            return None
        side = _first_side(before)
        if part.display:
            if part.start - before.stop > NEAR:
                return None
            if not (before.display and side):
                continue
            side = _chain(part.text[begins.end() :], near[: at + 1]) or side
        elif before.paragraph != part.paragraph:
            if not (side and 0 <= part.start - before.stop <= MOST_GAP):
                return None
        elif not (side and SLOPE.match(side)):
            continue
        made = Spelling(part.places[0])
        made.say(f"{side} ")
        made.repeat(part)
        return made.part(part, GOES_ON)
    return None


GOES_ON = "the statement before and what it goes on with"
"""What a chain is made of that stands in displays of its own."""
ALIKE = 6
"""Characters with which a step of a chain begins as the one before, at least."""


def _chain(step: str, said: Sequence[Part]) -> str:
    """Return the first side of a chain before the last formula, "" where none is meant.

    `= I + U(...)` goes on with `= I + U(...)`, though `V W = Z` was noted meanwhile.
    """
    *earlier, last = said
    if last.made == GOES_ON:
        return ""
    for before in reversed(earlier):
        if before.within != last.within:
            return ""
        if before.made == GOES_ON:
            alike = _alike(step, before)
            meant = alike >= ALIKE and alike > _alike(step, last)
            return _first_side(before) if meant else ""
    return ""


def _alike(step: str, before: Part) -> int:
    """Return how many characters a step has in common with the last side before."""
    *_, (start, stop) = sides_of(before.text)
    texts = (
        re.sub(r"[\s&]|\\left|\\right", "", t) for t in (step, before.text[start:stop])
    )
    pairs = zip(*texts, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


MOST_GAP = 8
"""Characters between two paragraphs: line ends, and an indent or a mark of a list."""


def _first_side(part: Part) -> str:
    """Return the first side of the last line of a formula, which may be all of it."""
    lines = [line for line in lines_of(part.text) if line.text.strip()]
    lines = [line for line in lines if not line.aside]
    text = lines[-1].text if lines else ""
    start, stop = next(sides_of(text))
    return text[start:stop].replace("&", " ").strip(" \n.,;")


def _sentence(kept: Sequence[tuple[int, Part]], place: int, near: Part) -> str:
    """Return what stands before a place of a paragraph, with its formulas."""
    said = ""
    for _, part in reversed(kept[max(place - MOST_BACK, 0) : place]):
        if part.paragraph != near.paragraph or part.file != near.file:
            break
        said = f"{part.text} {said}" if part.kind == "formula" else part.text + said
    return said[-NEAR:] if _words(kept, place - 1, near) else ""


def _words(kept: Sequence[tuple[int, Part]], place: int, near: Part) -> str:
    """Return the words at a place of the same paragraph, "" where there are none."""
    if not 0 <= place < len(kept):
        return ""
    part = kept[place][1]
    same = part.paragraph == near.paragraph and part.file == near.file
    if part.kind != "prose" or not same:
        return ""
    return part.text if len(part.text) <= NEAR else part.text[-NEAR:]
