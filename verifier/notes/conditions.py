"""What is said beside a line: a condition of it, or the reason of a step."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..prose.hearing import facts_behind
from .relations import Line, first_side

CONDITION = re.compile(
    r"\s*(?:\\(?:text|mbox|textrm)\s*\{\s*)?(?:(?:if|when|whenever|provided|assuming|"
    r"for|si|lorsque|pour|wenn|falls|se|nếu|khi)\b|若|当|如果|假设|假定)"
)
"""How a condition begins."""
COMMENT = re.compile(
    r"(?:[&\s~,.]|\\q?quad\b|\\[;,:! ])*\\(?:text|mbox|textrm|intertext|tag)\*?\s*"
    r"\{(?:[^{}$]|\$[^$]*\$|\{[^{}]*\})*\}[\s.,;]*$"
)
"""What is said beside a line: the reason of a step, or a condition."""


def restricts(words: str) -> bool:
    """Whether words are a condition, and no reason or name of a step."""
    return CONDITION.match(words) is not None or any(
        fact.restricts for fact in facts_behind(words)
    )


def condition_of(comment: str) -> str:
    """Return a condition as it stands behind a statement; "" for another comment."""
    words = _WORDS.sub(" ", comment).replace("$", " ").strip(" &~,.;{}")
    if not words or not restricts(words):
        return ""
    return rf"\quad \text{{{_NUMBER.sub('', words)}}}"


_WORDS = re.compile(
    r"\\(?:text|mbox|textrm|intertext|tag|q?quad\b|[;,:! ])\*?\s*\{?|\}\s*$"
)
_NUMBER = re.compile(r"[\s,;(]*\(?\d+(?:\.\d+)*\)?\s*$")
"""The number of a formula, behind what is said of it."""
_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_SET = re.compile(
    rf"\\(?:overset|stackrel|underset)\s*({_BRACES})\s*(?:\{{\s*=\s*\}}|=)|"
    rf"\\x(?:longequal|equal)\s*(?:\[[^\]]*\])?\s*({_BRACES})"
)
"""An equals sign with something set above or below it."""


def conditional(line: Line) -> Iterator[Line]:
    """Divide a line at an equals sign over which a condition stands."""
    for found in _SET.finditer(line.text):
        inside = (found[1] or found[2])[1:-1]
        words = re.sub(r"\\(?:text|mbox|textrm)\s*\{([^{}]*)\}", r" \1 ", inside)
        if not restricts(words):
            continue
        before, behind = line.text[: found.start()], line.text[found.end() :]
        side = first_side(before)
        if side:
            yield Line(before, line.start)
        said = rf"\quad \text{{if}} {inside}"
        yield Line(f"{side or before} = {behind} {said}", line.start + found.start())
        return
    yield line
