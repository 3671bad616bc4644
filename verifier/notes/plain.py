"""Plain text without delimiters: formulas are what no words interrupt.

A line is divided at its words; a piece that has a relation between two sides and the
look of mathematics is a formula, all else is prose.
"""

from __future__ import annotations

import re

from ..reading.bounds import FORMULA
from ..reading.source import Source
from .gathering import MAX_FORMULA, Gathering
from .symbols import FUNCTIONS, names

_WORD = re.compile(
    r"(?<![\w^_.'])[^\W\d_]{2,}(?:[-'\u2019][^\W\d_]{2,})*(?![\w(^_'\u2019ᵀ])"
)
_BREAK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+|[-=]+>|[⇒⟹→⟶]")
"""Words of Chinese and Japanese, and arrows: they stand between formulas."""
_RELATION = re.compile(r"=|≈|≡|≃|∈|:=|<=|>=|≤|≥")
_MARK = re.compile(
    r"[-+*/^_(\[|‖'∇∂∑Σ√·\u00d7⊗⊙∘ᵀ²³⁻\u211d]|\bd[A-Za-z]\b|\b[A-Za-z]\b|\b(?:grad|tr|det)\b"
)
_BULLET = re.compile(r"\s*(?:[-*•◦▪]|\(?\d{1,3}[.)]|\(?[ivx]{1,4}\))\s+")
_RAISED = re.compile(r"[ᵀᵗ⁻²³ₓᵢⱼ]")
_FACTORS = re.compile(r"[A-Z]{2,4}[a-z]?")
"""Matrices without a sign between them, where a function has them: `tr(AXB)`."""
_SHORT = names("""
    an as at be by do if in is it no of on or so to up us we he me my am go vs
""")
_NUMBER = re.compile(r"[\s,;]*\(\s*\d+(?:\.\d+)*[a-z]?\s*\)\s*$")
_REMARK = re.compile(r"\s*(?:%+|#+|//)?\s*nabla:\s*")


class Plain:
    """Reads plain text into a gathering."""

    def __init__(self, gathering: Gathering):
        self.gathering = gathering
        self.file = ""

    def read(self, source: Source) -> None:
        """Read a text."""
        self.gathering.open(source)
        self.file = source.file
        at = 0
        for line in source.text.split("\n"):
            if not line.strip():
                self.gathering.end_paragraph(self.file)
            elif said := _REMARK.match(line):
                begin, stop = at + said.end(), at + len(line)
                text = line[said.end() :].rstrip()
                self.gathering.remark(text, begin, at, stop, self.file)
            else:
                self._line(line, at)
            at += len(line) + 1
        self.gathering.end_paragraph(self.file)

    def _line(self, line: str, at: int) -> None:
        begin = bullet.end() if (bullet := _BULLET.match(line)) else 0
        said = begin
        for start, stop in _pieces(line, begin):
            whole = line[start:stop]
            if not _is_formula(whole):
                continue
            self._words(line, said, start, at)
            alone = not line[begin:start].strip() and not line[stop:].strip(" .,;:")
            self._formula(line, start, stop, at, alone)
            said = stop
        self._words(line, said, len(line), at)
        # The words of two lines are not one word.
        self.gathering.words("\n", [at + len(line)], at + len(line))

    def _words(self, line: str, start: int, stop: int, at: int) -> None:
        if start < stop:
            places = range(at + start, at + stop)
            self.gathering.words(line[start:stop], places, at + stop)

    def _formula(self, line: str, start: int, stop: int, at: int, alone: bool) -> None:
        if stop - start > MAX_FORMULA:
            text = FORMULA.said()
            self.gathering.problem(self.file, at + start, text, "divide it", "limit")
            return
        places = list(range(at + start, at + stop + 1))
        begin, end = at + start, at + stop
        self.gathering.formula(
            line[start:stop], places, begin, end, self.file, display=alone
        )


def _pieces(line: str, begin: int) -> list[tuple[int, int]]:
    """Return where what stands between words starts and stops, without its marks."""
    pieces: list[tuple[int, int]] = []
    at = begin
    breaks = [found.span() for found in _BREAK.finditer(line, begin)]
    words = [
        found.span()
        for found in _WORD.finditer(line, begin)
        if _is_word(found[0]) and not _is_product(line, found)
    ]
    for start, stop in sorted([*breaks, *words]):
        if start >= at:
            pieces.append((at, start))
        at = max(at, stop)
    pieces.append((at, len(line)))
    return [_trimmed(line, start, stop) for start, stop in pieces]


def _is_product(line: str, found: re.Match[str]) -> bool:
    """Whether letters are a product: with a sign of its own, or in a function."""
    if _RAISED.search(found[0]):
        return True
    inner = re.search(r"[\w∂∇|]\($", line[: found.start()]) is not None
    return inner and _FACTORS.fullmatch(found[0]) is not None


def _is_word(text: str) -> bool:
    if len(text) == 2:
        return text.lower() in _SHORT
    return text not in FUNCTIONS and text.lower() not in FUNCTIONS


def _trimmed(line: str, start: int, stop: int) -> tuple[int, int]:
    number = _NUMBER.search(line, start, stop)
    if number and "=" in line[start : number.start()]:
        stop = number.start()
    while start < stop and line[start] in " \t.,;:!?":
        start += 1
    while start < stop and line[stop - 1] in " \t.,;:!?":
        stop -= 1
    return start, stop


def _is_formula(text: str) -> bool:
    relation = _RELATION.search(text)
    if not relation:
        return False
    left, right = text[: relation.start()].strip(), text[relation.end() :].strip()
    return bool(left and right and _MARK.search(text))
