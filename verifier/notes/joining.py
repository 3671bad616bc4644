"""Statements that words make of two formulas.

`the gradient of $f(x) = x^T x$ is $2x$`, `if A is symmetric, this simplifies to $2Ax$`:
the words say what an equals sign would. The statement is a formula of its own behind
the second one, each character where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from .composing import Spelling, differentiated, has, sides_of
from .document import Document, Part
from .heads import LETTER, LONE, SLOPE, Column
from .joints import (
    ABOUT,
    BY,
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
        found = (
            _stated(kept, place)
            or _simplified(kept, place, said)
            or _curved(kept, place, said)
        )
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
    before = _words(kept, place - 1, body)
    of = OF.search(before) or _about(kept, place, before)
    first = _words(kept, place + 1, body)
    column, variable, value = Column("derivative"), "", -1
    if of is not None:
        if of["second"]:
            column = Column("hessian")
        if IS.fullmatch(first):
            value = place + 2
        elif BY.fullmatch(first) and IS.fullmatch(_words(kept, place + 3, body)):
            variable, value = kept[place + 2][1].text.strip(), place + 4
    elif VARIABLE.search(before):
        return None  # this is the variable
    elif found := HAS.fullmatch(first) or THAT_IS.fullmatch(first):
        said = found.groupdict()
        if said["second"] or said.get("curve"):
            column = Column("hessian")
        value = place + 2
    elif OBJECT.fullmatch(first) and WHICH_IS.fullmatch(_words(kept, place + 3, body)):
        variable, value = kept[place + 2][1].text.strip(), place + 4
    if not 0 <= value < len(kept) or SLOPE.match(body.text):
        return None
    at, claim = kept[value]
    if not _is_value(claim, kept, value):
        return None
    made = Spelling(claim.places[0])
    if (arrow := _MAP.match(body.text)) and not variable:
        variable, start = arrow["by"], arrow.end()
        body = replace(body, text=body.text[start:], places=body.places[start:])
    if variable and not re.fullmatch(r"[\\{}\w]{1,30}", variable):
        return None
    if variable and _NAME.fullmatch(body.text):
        made.say(r"\frac{\partial ")  # its definition says what it is made of
        made.repeat(body)
        made.say(rf"}}{{\partial {variable}}} = ")
    elif not differentiated(made, body, column, variable):
        return None
    made.repeat(claim)
    return at, made.part(claim, "two formulas and the words between them")


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
            slope = (
                _GRADIENT.match(side[0].replace("&", " ")) if len(side) > 1 else None
            )
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


_GRADIENT = re.compile(
    rf"\s*\\nabla\s*(?:_\s*(?:(?P<by>{LETTER})|\{{(?P<braced>[^{{}}]*(?:\{{[^{{}}]*\}})?)\}}))?"
    r"(?P<of>[^_^].*)",
    re.DOTALL,
)
"""`∇_x f`, of a function that may be written out."""


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
