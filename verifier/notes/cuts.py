"""Where in one line a statement ends and another one begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .relations import OPEN_END, RELATIONS, Line, is_whole, starts_anew

_CUT = re.compile(
    r"\\q?quad\b|&|(?<!\\)[,;]|[⇒⟹⇔⟺]|"
    r"\\(?:implies|iff|therefore|(?:Long)?(?:left)?[Rr]ightarrow)\b|\\(?:text|textrm|mbox|mathrm)\s*\{\s*"
    r"(?:and|so|and so|or|hence|thus|et|und|y|e|và|及|和|与|且|以及)\s*,?\s*\}"
)
"""What may stand between two statements."""
MOST_CUTS = 60
"""Places at which one line may be divided."""
MARK = re.compile(
    r"\s*(?:[-+]|\\(?:otimes|oslash|odot|oplus|circ|times|cdot|text\s*\{[^{}]*\})|\s)*$"
)
"""A cell that only says what its row is about."""


def parts_of(line: Line) -> Iterator[Line]:
    """Divide a line where a statement ends and another one begins."""
    first = cuts = 0
    for found in _CUT.finditer(line.text):
        cuts += 1
        if cuts > MOST_CUTS:
            break
        before, behind = line.text[first : found.start()], line.text[found.end() :]
        defines = _DEFINITION.match(behind) and _DEFINITION.match(before)
        defines = defines or _COLON.match(behind)
        anew = bool(defines) or starts_anew(behind)
        anew |= bool(_ARROW.match(found[0]) and RELATIONS.search(behind))
        if not is_whole(before) or not anew:
            continue
        listed = found[0] in (",", ";")
        if _ARROW.match(found[0]):
            if not before.strip(" &\n"):
                first = found.end()  # `& & \implies Df(x) = ...`
            elif RELATIONS.search(before) and not OPEN_END.search(before):
                yield Line(before, line.start + first)
                first = found.end()
            continue
        if found[0] == "&" and before.strip() and MARK.match(before):
            first = found.end()
        elif OPEN_END.search(before) or not RELATIONS.search(before):
            continue
        elif not listed or defines or starts_anew(before):
            yield Line(before, line.start + first)
            first = found.end()
    yield Line(line.text[first:], line.start + first)


_ARROW = re.compile(r"[⇒⟹⇔⟺]|\\(?:implies|iff|therefore|\w*ightarrow)")
"""What stands between a statement and what follows from it."""
_DEFINITION = re.compile(
    r"\s*(?:[A-Za-z]|\\[A-Za-z]+\s*\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+)"
    r"(?:[_^](?:\w|\{[^{}=]{1,16}\}))*(?:\([^()=]{1,40}\))?\s*"
    r"(?::=|=|\\coloneqq|\\triangleq)"
)
_COLON = re.compile(
    r"(?:\s|\\q?quad\b|&)*(?:[A-Za-z]|\\[A-Za-z]+\s*\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+)"
    r"(?:_(?:\w|\{\w+\}))?\s*(?::=|\\coloneqq|\\triangleq)"
)
"""What begins with a sign that only a definition has: `\\qquad G := ...`."""


def newlines(row: Line) -> Iterator[Line]:
    """Divide a formula at line ends behind which a derivative is stated anew."""
    first = 0
    for found in re.finditer(r"\n", row.text):
        before, behind = row.text[first : found.start()], row.text[found.end() :]
        if not _ANEW.match(behind) or not is_whole(before):
            continue
        if RELATIONS.search(before):
            following = behind.partition("\n")[0]
            if RELATIONS.search(following):
                yield Line(before, row.start + first)
                first = found.end()
    yield Line(row.text[first:], row.start + first)


_ANEW = re.compile(r"\s*(?:\\[dt]?frac\s*\{\s*(?:\\partial|d)|\\partial|\\nabla|∂|∇)")
