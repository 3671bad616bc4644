"""A formula of a document as the statements that its lines make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\\(begin|end)\s*\{([^{}]*)\}|\\\\(?:\[[^\]]{0,20}\])?|\\[A-Za-z]+|\\.|[{}]"
)
_WRAPPER = re.compile(
    r"\s*\\begin\s*\{(aligned|split|gathered|alignedat|eqnarray\*?|align\*?|equation\*?|gather\*?|multline\*?|array)\}"
    r"(?:\{[\dlcr|@{} ]*\})?(?P<inside>.*)\\end\s*\{\1\}[\s.,;]*",
    re.DOTALL,
)
_RELATION = re.compile(
    r"^[\s&{}]*(?:=|\\equiv\b|\\approx\b|≡|≈|\+|-|\\cdot\b|\\times\b)"
)
_COMMENT = re.compile(
    r"(?:[&\s~,.]|\\q?quad\b|\\[;,:! ])*\\(?:text|mbox|textrm|intertext|tag)\*?\s*"
    r"\{(?:[^{}$]|\$[^$]*\$|\{[^{}]*\})*\}[\s.,;]*$"
)
"""What is said beside a line: the reason of a step."""
_QUOTE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_GAP = re.compile(r"\\q?quad\b")
RELATIONS = re.compile(
    r"(?<![<>!:])=|≡|\\equiv\b|\\triangleq\b|\\coloneqq\b|:=|\\doteq\b|≜"
)


@dataclass(frozen=True)
class Line:
    """A statement's text, and where in the formula it starts."""

    text: str
    start: int


def lines_of(text: str) -> list[Line]:
    """Return the statements of a formula: lines that go on are one."""
    start = 0
    while found := _WRAPPER.fullmatch(text):
        start += found.start("inside")
        text = found["inside"]
    made: list[Line] = []
    rows = [_without_comment(row, at) for at, row in enumerate(_rows(text, start))]
    for row in rows:
        if made and _RELATION.match(row.text):
            before = _COMMENT.sub("", made[-1].text)
            made[-1] = Line(f"{before} {row.text}", made[-1].start)
        else:
            made.append(row)
    return [line for row in made for new in _newlines(row) for line in _parts(new)]


def _rows(text: str, start: int) -> Iterator[Line]:
    depth = braces = first = 0
    for found in _TOKEN.finditer(text):
        if found[1]:
            depth += 1 if found[1] == "begin" else -1
        elif found[0] in "{}":
            braces += 1 if found[0] == "{" else -1
        elif found[0].startswith("\\\\") and depth <= 0 and braces <= 0:
            yield Line(text[first : found.start()], start + first)
            first = found.end()
    yield Line(text[first:], start + first)


def _newlines(row: Line) -> Iterator[Line]:
    """Divide a formula at line ends behind which a derivative is stated anew."""
    first = 0
    for found in re.finditer(r"\n", row.text):
        before, behind = row.text[first : found.start()], row.text[found.end() :]
        whole = before.count("{") == before.count("}")
        if whole and RELATIONS.search(before) and _ANEW.match(behind):
            following = behind.partition("\n")[0]
            if RELATIONS.search(following):
                yield Line(before, row.start + first)
                first = found.end()
    yield Line(row.text[first:], row.start + first)


_ANEW = re.compile(r"\s*(?:\\[dt]?frac\s*\{\s*(?:\\partial|d)|\\partial|\\nabla|∂|∇)")


def _without_comment(row: Line, at: int) -> Line:
    """Leave out the reason of a step, where the line goes on from another one."""
    text = _QUOTE.sub("", row.text)
    if at and _RELATION.match(text):
        return Line(_COMMENT.sub("", text), row.start)
    return Line(text, row.start)


def _parts(line: Line) -> Iterator[Line]:
    """Divide a line at wide gaps, where both sides of one are statements."""
    cuts = [found.span() for found in _GAP.finditer(line.text)]
    first = 0
    for start, stop in cuts:
        before, behind = line.text[first:start], line.text[stop:]
        whole = before.count("{") == before.count("}")
        if whole and RELATIONS.search(before) and _starts_anew(behind):
            yield Line(before, line.start + first)
            first = stop
    yield Line(line.text[first:], line.start + first)


def _starts_anew(text: str) -> bool:
    """Whether a statement follows that has a derivative on its left side."""
    left = RELATIONS.split(text, maxsplit=1)
    return (
        len(left) > 1
        and re.search(r"\\partial|\\nabla|∂|∇|\\frac\s*\{\s*(?:\\mathrm\{?)?d", left[0])
        is not None
    )
