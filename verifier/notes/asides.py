"""What is said beside the lines of a formula: no part of them, but statements too.

`f &= g && \\text{since } (AB)^T = B^T A^T` is a step and a reason: the equation behind
the words is another one. A row that only gives a reason stands between two steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_TEXT = r"\\(?:text|mbox|textrm|textit|textnormal|intertext)\*?\s*\{"
_SPACE = (
    r"(?:[\s&~]|\\q?quad\b|\\[;,:! ]|\\(?:hspace|hskip)\*?\s*\{[^{}]{0,20}\}){0,40}"
)
_OPEN = (
    r"(?:(?:\\left\s*|\\[bB]igg?l?\s*)?[(\[]\s*|"
    r"\\(?:l?dots[a-z]?|because|triangleright)\b\s*)*"
)
_REASONS = (
    r"because|since|by|using|uses?d?|from|as|due to|note|notice|recall|apply|applying|"
    r"applied|via|see|remember|thanks to|given|property|identity|"
    r"car|puisque|par|comme|d'après|en utilisant|weil|da|wegen|mit|nach|denn|"
    r"porque|pues|ya que|usando|por|因为|由于|由|根据|利用|因為|なぜなら"
)
_REASON = re.compile(rf"\s*(?:[(\[（]\s*)?(?:{_REASONS})(?![A-Za-z])", re.IGNORECASE)
_JOINS = re.compile(
    r"[\s,.;:(]*(?:and|or|so|hence|thus|then|therefore|if|when|whenever|for|provided|"
    r"assuming|unless|otherwise|iff|is|are|in|et|ou|donc|si|pour|sinon|und|oder|also|"
    r"wenn|falls|für|sonst|y|o|luego|para|e|e|và|và|及|和|与|且|以及|或|若|当|如果|则|所以|"
    r"(?=\W*\}))(?![A-Za-z])",
    re.IGNORECASE,
)
"""Words that go on with a statement, or say when it holds."""
_CELL = re.compile(rf"&{_SPACE}{_OPEN}{_TEXT}")
_BEHIND = re.compile(rf"(?:\\q?quad\b|~~|\\;|\\,){_SPACE}{_OPEN}{_TEXT}")
_LONE = re.compile(rf"{_SPACE}{_OPEN}{_SPACE}{_TEXT}")
_WORDLESS = re.compile(
    rf"(?:(?:&|\\q?quad\b|~~|\\[;,] ?\\[;,]){_SPACE}(?:\\left\s*)?(?P<open>[(\[])|"
    rf"{_SPACE}(?:\\because(?![A-Za-z])|∵)\s*)"
)
"""What leads to a reason that has no words."""
_WORDS = re.compile(rf"{_TEXT}((?:[^{{}}$]|\$[^$]*\$|\{{[^{{}}]*\}})*)\}}")
_INLINE = re.compile(r"(?<!\\)\$([^$]+)\$")
_INTRODUCES = re.compile(r"[,:，：]\s*$")


@dataclass(frozen=True)
class Divided:
    """A row without what is said beside it, and the statements that this makes."""

    row: str
    said: tuple[tuple[str, int], ...] = ()
    """Each statement, and where in the row it starts."""
    alone: bool = False
    """Whether all of the row is a remark."""


def divided(
    row: str, relation: re.Pattern[str], restricts: Callable[[str], bool]
) -> Divided:
    """Divide a row from a remark beside it that has an equation in it.

    What a remark says of the names of a row stays behind it.
    """
    lone = _LONE.match(row, len(row) - len(row.lstrip()))
    if lone and (words := _WORDS.match(row, _start_of(row, lone.end()))):
        rest = row[words.end() :]
        introduces = _INTRODUCES.search(words[1]) or "&" in rest
        if _REASON.match(words[1]) and not introduces:
            return Divided("", tuple(_statements(row, 0, relation)), True)
        return Divided(row)
    for pattern in (_CELL, _BEHIND):
        for found in pattern.finditer(row):
            before = row[: found.start()]
            words = _WORDS.match(row, _start_of(row, found.end()))
            if words is None or not relation.search(before) or not _is_flat(before):
                continue
            remark = row[found.start() :]
            reason = _REASON.match(words[1])
            if not (reason or (pattern is _CELL and not _JOINS.match(words[1]))):
                continue
            if not relation.search(remark):
                continue
            plain = _WORDS.sub(r" \1 ", remark).replace("$", " ").strip(" &~,.;()")
            if restricts(plain):
                if pattern is _BEHIND:
                    return Divided(row)
                whole = remark.count("{") == remark.count("}")
                kept = rf" \quad \text{{{plain}}}" if whole else remark
                return Divided(before + kept)
            return Divided(before, tuple(_statements(row, found.start(), relation)))
    return _wordless(row, relation, restricts)


def _wordless(
    row: str, relation: re.Pattern[str], restricts: Callable[[str], bool]
) -> Divided:
    """Divide a row from a reason without words: `\\because A B = I`, `&& (A B = I)`.

    In brackets it stands apart, and behind it nothing else.
    """
    for found in _WORDLESS.finditer(row):
        before, start, stop = row[: found.start()], found.end(), len(row)
        if not relation.search(before) or not _is_flat(before):
            continue
        if found["open"]:
            stop = _closing(row, found.start("open"))
            if stop < 0 or row[stop + 1 :].strip(" \n\t&.,;~"):
                continue
        inside = row[start:stop]
        made = tuple(_equation(row, start, stop, relation))
        if not made or not is_balanced(inside):
            continue
        plain = " ".join(inside.replace("&", " ").split()).strip(" .,;")
        if restricts(f"${plain}$"):
            return Divided(rf"{before} \quad \text{{${plain}$}}")
        return Divided(before, made)
    return Divided(row)


def _closing(row: str, start: int) -> int:
    """Return where the bracket at a place is closed, -1 where it is not."""
    pair = {"(": ")", "[": "]"}[row[start]]
    depth = 0
    for at in range(start, len(row)):
        depth += (row[at] == row[start]) - (row[at] == pair)
        if not depth:
            return at
    return -1


def _start_of(row: str, stop: int) -> int:
    """Return where the command of a text starts whose brace is behind a place."""
    return row.rindex("\\", 0, stop)


def _is_flat(before: str) -> bool:
    """Whether no brace or block is open behind a text."""
    pairs = (("{", "}"), (r"\begin", r"\end"))
    return all(before.count(one) == before.count(other) for one, other in pairs)


def _statements(
    row: str, start: int, relation: re.Pattern[str]
) -> Iterator[tuple[str, int]]:
    """Yield the equations of a remark, in its words and between them."""
    at = start
    for words in (*_WORDS.finditer(row, start), None):
        stop = words.start() if words else len(row)
        yield from _equation(row, at, stop, relation)
        if words:
            for found in _INLINE.finditer(row, *words.span(1)):
                yield from _equation(row, *found.span(1), relation)
            at = words.end()


def _equation(
    row: str, start: int, stop: int, relation: re.Pattern[str]
) -> Iterator[tuple[str, int]]:
    text = row[start:stop]
    lead = len(text) - len(text.lstrip(" \n\t&,;:.~"))
    text = text[lead:].rstrip(" \n\t&,;.~")
    sides = relation.split(text)
    if len(sides) > 1 and all(side.strip(" &\n") for side in sides):
        yield text, start + lead


# --- what stands at the ends of a line ------------------------------------------------

_TAIL = re.compile(
    r"(?<![\s&.,;~])(?:[\s&.,;~]|\\[;,:! ]|"
    r"\\(?:q?quad|newline|linebreak|implies|iff|therefore|"
    r"(?:Long)?[Rr]ightarrow|(?:Long)?[Ll]eftrightarrow|square|blacksquare|Box|qed|"
    r"qedhere|qedsymbol|hfill|dotsc|hline)(?![A-Za-z])|[⇒⟹⇔⟺□■∎])+$"
)
_LEAD = re.compile(
    r"^[\s&]*(?:\\(?:because|therefore|bullet|diamond|checkmark|square|triangleright|"
    r"blacktriangleright|rhd|star|implies|(?:Long)?[Rr]ightarrow)(?![A-Za-z])|"
    r"[∴∵•▪▸◦⇒⟹→])(?:[\s&:.]|\\[,;:! ]|\\q?quad\b)*"
)
"""A mark before a statement."""
_DOT = re.compile(r"(?<!\\left)(?<!\\right)\.(?=\s*(?:\\q?quad\b|&|\\(?:text|mbox)\b))")
"""The end of a sentence that something is said behind."""
_NUMBER = re.compile(
    r"(?:\\(?:text|mbox)\s*\{\s*)?[(（]\s*(?:\d+(?:[.-]\d+)*[a-z]?|\*{1,3}|[ivx]{1,5}|[A-Z])"
    r"\s*[)）]\}?[\s.,;&]*$"
)
_DOTS = re.compile(r"\\[lc]?dots[a-z]?(?![A-Za-z])|\.{3}|…|⋯|\\dotfill")
_DOTTED = re.compile(
    r"(?<![\s&~.])(?:\\[lc]?dots[a-z]?(?![A-Za-z])|\\dotfill|[…⋯\s&~.]|\\[,;: ]|"
    r"\\q?quad\b)+$"
)
_MAPS = re.compile(
    r"(?<!:)(?::|\\colon\b)(?!=)[^=:]{1,80}(?:\\(?:to|rightarrow|longrightarrow)\b|→)"
    r"[^=:]{1,80}$"
)
"""From where to where a function goes: `h = f ∘ g : R^m → R`."""
NEAR = 200
"""Characters at the end of a line that are looked at."""
TWICE = 8
"""Characters of a formula that are no accident where they stand there twice."""
_SIZES = re.compile(r"(?:\((?P<round>[^()=]{3,40})\)|\[(?P<square>[^\[\]=]{3,40})\])$")
_APART = re.compile(r"(?:\\q?quad|\\[;:! ]|[&~])$")
_SIZE = re.compile(r"\s*\\?\w+(?:\s*(?:[-+]|\\times|×|,)\s*\\?\w+)+\s*")


def without_ends(text: str) -> str:
    """Leave out an arrow that leads on, the sign of an end, and sizes in brackets.

    Behind `\\forall x :` a comma stands for the colon. What stands twice counts once.
    """
    bare = text.strip()
    half = len(bare) // 2
    if half > TWICE and bare[:half].strip() == bare[half:].strip() and "=" in bare:
        text = text[: len(text) - len(text.lstrip()) + half]
    if quantified := _QUANTIFIER.match(text):
        comma = text[: quantified.start("colon")] + ","
        text = comma + text[quantified.end() :]
    text = _LEAD.sub(lambda found: " " * len(found[0]), text)
    text = _DOT.sub(" ", text)
    if number := _NUMBER.search(text, max(len(text) - NEAR, 0)):  # `\\cdots (1)`
        dots = _DOTTED.search(text, max(number.start() - NEAR, 0), number.start())
        if dots and _DOTS.search(dots[0]):
            text = text[: dots.start()]
    arrow = _MAPS.search(text, max(len(text) - NEAR, 0))
    if arrow and "=" in text[: arrow.start()]:
        text = text[: arrow.start()]
    tail = _TAIL.search(text, max(len(text) - NEAR, 0))
    if tail and tail[0].strip(" \n&.,;"):
        text = text[: tail.start()]
    ends = text.rstrip(" \n.,;")
    sizes = _SIZES.search(ends)
    inside = (sizes["round"] or sizes["square"]) if sizes else ""
    if sizes and ("\\times" in inside or "×" in inside) and _SIZE.fullmatch(inside):
        before = ends[: sizes.start()]
        bare = before.rstrip()
        if len(before) - len(bare) > 1 or _APART.search(bare):
            return bare
    return text


_QUANTIFIER = re.compile(
    r"[\s&]*(?:\\forall\b|∀)[^=:]{1,120}(?P<colon>:|\\colon\b|\\mid\b)(?![=:])"
)

# --- rows that have a bracket too many ------------------------------------------------

_PAIRS = ("()", "[]", "{}")
_ESCAPED = re.compile(r"\\[{}]")


def is_balanced(text: str) -> bool:
    """Whether each bracket of a text has a partner, as far as counts tell."""
    text = _ESCAPED.sub("", text)
    return all(text.count(one) == text.count(other) for one, other in _PAIRS)
