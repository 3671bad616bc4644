"""Statements that words make of two formulas.

`the gradient of $f(x) = x^T x$ is $2x$`, `if A is symmetric, this simplifies to $2Ax$`:
the words say what an equals sign would. The statement is a formula of its own behind
the second one, each character where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .composing import Spelling, differentiated, sides_of
from .document import Document, Part
from .heads import SLOPE, Column
from .lines import RELATIONS, lines_of
from .rows import SIZE

_SLOPES = r"(?:partial )?derivative|gradient|jacobian(?: matrix)?"
_CURVES = r"hessian(?: matrix)?|second derivative"
_FRENCH = r"dérivée|gradient|(?:matrice )?jacobienne"
_CHINESE = r"梯度|导数|偏导数|导函数|雅可比矩阵|雅克比矩阵"
_OF = re.compile(
    rf"(?:\b(?P<first>{_SLOPES})|\b(?P<second>{_CURVES}))\s+of\s+(?:(?:the|a|an)\s+)?"
    rf"(?:\w+\s+){{0,3}}$|\b(?:{_FRENCH})\s+(?:de\s+(?:la\s+)?|du\s+|d['’])(?:\w+\s+){{0,2}}$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\s*\(?\s*(?:(?:taken\s+)?with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|par\s+rapport\s+à)"
    r"(?:\s+(?:the\s+|la\s+|le\s+)?(?:vector|matrix|variable|vecteur|matrice))?\s*",
    re.IGNORECASE,
)
_IS = re.compile(
    r"\s*\)?\s*,?\s*(?:(?:is|equals)(?:\s+(?:simply|just|then|therefore|thus|hence))?"
    r"(?:\s+(?:given\s+by|equal\s+to))?|est(?:\s+donnée?\s+par|\s+égale?\s+à)?|vaut)"
    r"\s*:?\s*",
    re.IGNORECASE,
)
_HAS = re.compile(
    rf"\s*,?\s*(?:has|whose)\s+(?:the\s+)?(?:{_SLOPES})(?:\s+is|\s+equals)?\s*:?\s*",
    re.IGNORECASE,
)
_THAT_IS = re.compile(rf"\s*的(?:{_CHINESE})(?:就)?(?:是|为|等于)\s*[:：]?\s*")
_TO = re.compile(r"\s*(?:关于|对于|对|相对于)(?:向量|矩阵|变量)?\s*$")
_WHICH_IS = re.compile(
    rf"\s*(?:的)?(?:{_CHINESE}|求导)(?:就)?(?:是|为|等于|得到|得)\s*[:：]?\s*"
)
_SIMPLER = re.compile(
    r"\b(?:simplif(?:y|ies)|reduces?)\s+(?:(?:the|this|that|it)\s*(?:\w+\s+)?)?to\s*:?\s*$|"
    r"\b(?:this|it|the\s+(?:result|gradient|derivative|last\s+expression))\s+"
    r"(?:then\s+|simply\s+)?becomes\s*:?\s*$|"
    r"(?:化简|简化|化|退化)[为成]\s*[:：]?\s*$|"
    r"\bse\s+(?:simplifie|réduit)\s+(?:en|à)\s*:?\s*$",
    re.IGNORECASE,
)
_NAME = re.compile(r"\s*\\?\w+(?:\s*\{\s*\\?\w+\s*\})?(?:_\w)?\s*")
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
        found = _stated(kept, place) or _simplified(kept, place, said)
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
    of = _OF.search(before)
    first = _words(kept, place + 1, body)
    column, variable, value = Column("derivative"), "", -1
    if of is not None:
        if of["second"]:
            column = Column("hessian")
        if _IS.fullmatch(first):
            value = place + 2
        elif _BY.fullmatch(first) and _IS.fullmatch(_words(kept, place + 3, body)):
            variable, value = kept[place + 2][1].text.strip(), place + 4
    elif _TO.search(before):
        return None  # this is the variable
    elif _HAS.fullmatch(first) or _THAT_IS.fullmatch(first):
        value = place + 2
    elif _TO.fullmatch(first) and _WHICH_IS.fullmatch(_words(kept, place + 3, body)):
        variable, value = kept[place + 2][1].text.strip(), place + 4
    if not 0 <= value < len(kept) or SLOPE.match(body.text):
        return None
    at, claim = kept[value]
    if not _is_value(claim, kept, value):
        return None
    made = Spelling(claim.places[0])
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
    if not _SIMPLER.search(_words(kept, place - 1, value)):
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


def _continued(part: Part, said: Sequence[Part]) -> Part | None:
    """Return the statement before with what a formula `= ...` adds to it.

    In a line of text it goes on with a derivative; a display, with the one before.
    """
    begins = re.match(rf"[\s&{{}}]*(?:{RELATIONS.pattern})", part.text)
    if begins is None or not part.text[begins.end() :].strip(" .,;"):
        return None
    for before in reversed(said[-MOST_BACK:]):
        if before.within != part.within or before.file != part.file:
            return None
        side = _first_side(before)
        if part.display:
            if part.start - before.stop > NEAR:
                return None
            if not (before.display and side):
                continue
        elif before.paragraph != part.paragraph:
            return None
        elif not (side and SLOPE.match(side)):
            continue
        made = Spelling(part.places[0])
        made.say(f"{side} ")
        made.repeat(part)
        return made.part(part, "the statement before and what it goes on with")
    return None


def _first_side(part: Part) -> str:
    """Return the first side of the last line of a formula, which may be all of it."""
    lines = [line for line in lines_of(part.text) if line.text.strip()]
    text = lines[-1].text if lines else ""
    start, stop = next(sides_of(text))
    return text[start:stop].replace("&", " ").strip(" \n.,;")


def _words(kept: Sequence[tuple[int, Part]], place: int, near: Part) -> str:
    """Return the words at a place of the same paragraph, "" where there are none."""
    if not 0 <= place < len(kept):
        return ""
    part = kept[place][1]
    same = part.paragraph == near.paragraph and part.file == near.file
    if part.kind != "prose" or not same:
        return ""
    return part.text if len(part.text) <= NEAR else part.text[-NEAR:]
