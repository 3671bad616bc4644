"""What stands round all of a formula, and the blocks of lines within it."""

from __future__ import annotations

import re

from .relations import RELATIONS, Line, rows_of, starts_anew

_WRAPPER = re.compile(
    r"\s*\\begin\s*\{(aligned|split|gathered|alignedat|eqnarray\*?|align\*?|equation\*?|"
    r"gather\*?|multline\*?|(?:x{0,2}|fl)alignat?\*?|IEEEeqnarray\*?|array)\}"
    r"(?:\{[\dlcr|@{} ]*\})?(?P<inside>.*)\\end\s*\{\1\}[\s.,;]*",
    re.DOTALL,
)
_BOXED = re.compile(
    r"[\s&]*\\(?:boxed|fbox|framebox|ensuremath|displaystyle|bbox(?:\[[^\[\]]*\])?|"
    r"colorbox\s*\{\w+\}|textcolor\s*\{\w+\})\s*\{(?P<inside>.*)\}[\s.,;]*",
    re.DOTALL,
)
"""A frame round all of a formula."""
_BRACED = re.compile(
    r"\s*\\left\s*\\(?:\{|lbrace\b)(?P<inside>.*)\\right\s*\.[\s.,;]*", re.DOTALL
)
"""A brace in front of all rows, as a list of rules has it."""


def wrapped(text: str) -> re.Match[str] | None:
    """Find what stands round all of a formula."""
    found = _WRAPPER.fullmatch(text) or _BRACED.fullmatch(text)
    if found is None and (boxed := _BOXED.fullmatch(text)):
        depth = 0
        for mark in re.finditer(r"(?<!\\)[{}]", boxed["inside"]):
            depth += 1 if mark[0] == "{" else -1
            if depth < 0:
                return None  # there are two frames
        return boxed
    return found


def once(text: str) -> str:
    """Return a formula that stands twice, as one copied from a web page does."""
    places = [at for at, char in enumerate(text) if char not in " \t\n&~"]
    half, odd = divmod(len(places), 2)
    if odd or half < SHORTEST:
        return text
    plain = "".join(text[at] for at in places)
    if plain[:half] != plain[half:] or RELATIONS.search(plain[:half]) is None:
        return text
    return text[: places[half]]


SHORTEST = 10
"""Characters of a formula that may stand twice: `AB = BAB = B` is a chain."""
_OPEN, _SHUT = (rf"(?:\\(?:left|right|[bB]igg?[lrm]?)\s*)?\{one}" for one in "()")
BRACKETED = re.compile(
    rf"(?P<open>{_OPEN})(?P<said>\s*\\(?:text|mbox|textrm)\s*\{{\s*(?:if|when|since|because|"
    r"as|by|using|car|si|puisque|wenn|weil|da|falls|因为|若|当|porque|pues|ya que)\b"
    rf"(?:(?!\\\\)[^()])*)(?P<shut>{_SHUT})(?=[\s.,;}}]*(?:\\(?:\\|notag|nonumber|end)|$))"
)
"""A remark in brackets at the end of a line: `(\text{since } A^T = A)`."""


def bare_remark(found: re.Match[str]) -> str:
    """Return the remark with blanks for its brackets: an `=` in it is none outside."""
    open_, shut = (" " * len(found[one]) for one in ("open", "shut"))
    return f"{open_}{found['said']}{shut}"


_BLOCK = re.compile(r"\\(begin|end)\s*\{(?:aligned|split|gathered|alignedat)\}")
_OPEN_BLOCK = re.compile(
    r"(?:[=+(\[{|&^_]|\\left\s*\S{0,3}|\\[lL]?[bB]igg?l?\s*\S{0,2}|\\qquad|[^\s\\])\s*$"
)
"""Before a block that is a side of something; behind a line end it is its own."""
_SHUT_BLOCK = re.compile(r"\s*(?:=|\\right\s*[^\\\s.]|[)\]])")


def blocks_of(text: str) -> list[Line]:
    """Divide a formula at the blocks of lines in it that are not all of a side."""
    found: list[Line] = []
    depth = first = begin = 0
    for mark in _BLOCK.finditer(text):
        depth += 1 if mark[1] == "begin" else -1
        if depth == 1 and mark[1] == "begin":
            begin = mark.start()
        elif depth == 0:
            before, behind = text[first:begin], text[mark.end() :]
            if _OPEN_BLOCK.search(before) or _SHUT_BLOCK.match(behind):
                return []
            found.append(Line(before, first))
            found.append(Line(text[begin : mark.end()], begin))
            first = mark.end()
        elif depth < 0:
            return []
    rest = Line(text[first:], first)
    kept = [line for line in (*found, rest) if line.text.strip(" \n\\,.;")]
    return kept if depth == 0 and len(kept) > 1 and found else []


def unbracketed(text: str) -> tuple[int, str]:
    """Leave out a bracket round a whole equation, or half of one; and its size."""
    head = _HEAD.match(text)
    tail = _TAIL.search(text)
    opens, closes = text.count("("), text.count(")")
    if opens == closes and head and tail and RELATIONS.search(text):
        depth = 0
        for found in re.finditer(r"[()]", text[: tail.start(1)]):
            depth += 1 if found[0] == "(" else -1
            if not depth:
                return 0, text  # it is closed before the end
        between = text[head.end() : tail.start()]
        outer = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", between))
        if RELATIONS.search(outer):
            return head.end(), between
    elif opens == closes + 1 and head and RELATIONS.search(text):
        first = RELATIONS.search(text)
        side = text[head.end() : first.start()] if first else ""
        if side.count("(") == side.count(")"):
            return head.end(), text[head.end() :]
    return 0, text


_HEAD = re.compile(r"\s*\(")
_TAIL = re.compile(r"(\))[\s.,;]*$")
_CASES = re.compile(
    r"\\begin\s*\{(cases|dcases|rcases|array|aligned|gathered)\}(?:\{[lcr|@{} ]*\})?"
    r"(?P<inside>(?:(?!\\begin).)*?)\\end\s*\{\1\}",
    re.DOTALL,
)


def system(text: str) -> re.Match[str] | None:
    """Find `\\begin{cases}` whose rows are statements of their own."""
    found = _CASES.search(text)
    if found is None or re.search(
        r"=[\s&]*(?:\\left\s*\\?\{)?\s*$", text[: found.start()]
    ):
        return None
    rows = [row.text for row in rows_of(found["inside"], 0) if row.text.strip()]
    return found if len(rows) > 1 and all(map(starts_anew, rows)) else None
