"""Values typeset as matrices, the entries that differ marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup

from ..results import phrases

LARGEST = 12
"""Rows or columns of a matrix that is written out."""
EXACT = re.compile(r"\[\[[-\d/, \[\]]*\]\]")
MINUS = "\N{MINUS SIGN}"
Texts = list[list[str]]


def texts(value: Any, exact: bool = True) -> Texts:
    """Return the entries of a value as people write them; none of what is not known."""
    if value is None:
        return []
    return [[phrases.number(x, exact) for x in row] for row in phrases.rows(value)]


def sides(case: Any) -> tuple[Texts, Texts]:
    """Return autodiff and claim, in fractions where these are known.

    They get as many digits as it takes to see that they differ.
    """
    exact = case.get("exact") or {}
    fractions = [_fractions(exact.get(name)) for name in ("left", "claim")]
    if all(fractions):
        return fractions[0], fractions[1]
    pair = case.get("autodiff"), case.get("claim")
    short = texts(pair[0], exact=False), texts(pair[1], exact=False)
    return short if short[0] != short[1] else (texts(pair[0]), texts(pair[1]))


def _fractions(text: Any) -> Texts:
    """Read `[[1, 1/2], [0, 2]]`, as the results carry exact values; or nothing."""
    if not isinstance(text, str) or not EXACT.fullmatch(text):
        return []
    return [
        [entry.strip() for entry in row.split(",")]
        for row in re.findall(r"\[([^\[\]]*)\]", text)
    ]


def differing(left: Texts, right: Texts) -> set[tuple[int, int]]:
    """Return the places at which two matrices of one size differ."""
    if list(map(len, left)) != list(map(len, right)):
        return set()
    return {
        (i, j)
        for i, (row, other) in enumerate(zip(left, right, strict=True))
        for j, (x, y) in enumerate(zip(row, other, strict=True))
        if x != y
    }


def mathml(entries: Texts, marked: Iterable[tuple[int, int]] = ()) -> Markup:
    """Typeset a matrix, or a number for 1 x 1."""
    height, width = len(entries), max(map(len, entries), default=0)
    if max(height, width) > LARGEST:
        return Markup("<math><mtext>({} x {})</mtext></math>").format(height, width)
    if height == width == 1:
        return Markup("<math>{}</math>").format(_number(entries[0][0]))
    marks = set(marked)
    rows = (
        Markup("<mtr>{}</mtr>").format(
            Markup("").join(
                Markup("<mtd{}>{}</mtd>").format(
                    Markup(' class="differs"') if (i, j) in marks else "", _number(x)
                )
                for j, x in enumerate(row)
            )
        )
        for i, row in enumerate(entries)
    )
    return Markup("<math><mo>[</mo><mtable>{}</mtable><mo>]</mo></math>").format(
        Markup("").join(rows)
    )


def _number(text: str) -> Markup:
    sign = MINUS if text.startswith("-") else ""
    top, slash, bottom = text.removeprefix("-").partition("/")
    if slash and top.isdigit() and bottom.isdigit():
        ratio = Markup("<mfrac><mn>{}</mn><mn>{}</mn></mfrac>").format(top, bottom)
        minus = Markup("<mo>{}</mo>").format(sign) if sign else Markup("")
        return minus + ratio
    shown = phrases.printable(text.removeprefix("-") if sign else text)
    return Markup("<mn>{}{}</mn>").format(sign, shown)


def plain(name: str, entries: Sequence[Sequence[str]]) -> str:
    """Return `A = [[0, 1], [0, 0]]`, which other programs can read."""
    rows = [f"[{', '.join(row)}]" for row in entries]
    single = len(entries) == 1 and len(entries[0]) == 1
    return f"{name} = {entries[0][0] if single else '[' + ', '.join(rows) + ']'}"
