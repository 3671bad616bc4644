"""A formula of a document as the statements that its lines make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from .asides import divided, is_balanced, without_ends
from .conditions import COMMENT, condition_of, conditional, restricts
from .cuts import MARK, newlines, parts_of
from .frames import (
    BRACKETED,
    bare_remark,
    blocks_of,
    once,
    system,
    unbracketed,
    wrapped,
)
from .relations import OPEN_END, RELATIONS, Line, first_side, rows_of, starts_anew

MOST_BLOCKS = 5
"""Blocks of lines within each other."""
_RELATION = re.compile(
    r"^(?:[\s&{}]|\\q?quad\b|\\[,;:! ]|\\left\s*\.)*"
    r"(?:=|\\equiv\b|\\approx\b|≡|≈|\+|-|\\cdot\b|\\times\b)"
)
_QUOTE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)


@dataclass(frozen=True)
class _Chain:
    """Rows that make one statement, and the condition that is said beside them."""

    text: str
    start: int
    condition: str = ""
    left_out: tuple[str, ...] = ()


def lines_of(text: str, depth: int = 0) -> list[Line]:
    """Return the statements of a formula: lines that go on are one."""
    start = 0
    text = BRACKETED.sub(bare_remark, text)
    if depth < MOST_BLOCKS and (blocks := blocks_of(text)):
        return [
            replace(one, start=block.start + one.start)
            for block in blocks
            for one in lines_of(block.text, depth + 1)
        ]
    while found := wrapped(text):
        start += found.start("inside")
        text = found["inside"]
    opens, text = unbracketed(text)
    start += opens
    if found := system(text):
        before = text[: found.start()]
        lead = before.partition("\\Rightarrow")[0].partition("\\left")[0]
        inside = start + found.start("inside")
        rows = [
            replace(line, start=inside + line.start)
            for line in lines_of(found["inside"])
        ]
        ends = Line(text[found.end() :], start + found.end())
        lines = [Line(lead, start), *rows, ends]
        return [line for line in lines if RELATIONS.search(line.text)]
    rows, beside = _apart(rows_of(text, start))
    chains: list[_Chain] = []
    for row in _balanced(rows):
        if chains and row.left_out:
            left_out = (*chains[-1].left_out, *row.left_out)
            chains[-1] = replace(chains[-1], left_out=left_out)
        elif not chains or not (_goes_on(row.text) or _is_open(chains[-1], row.text)):
            chains.append(_Chain(row.text, row.start))
        else:
            chains[-1:] = _joined(chains[-1], row.text, row.start)
    lines = [
        Line(
            f"{ended} {chain.condition}" if chain.condition else ended,
            at,
            left_out=chain.left_out,
        )
        for chain in chains
        for row in newlines(Line(once(chain.text), chain.start))
        for part in parts_of(row)
        for line in conditional(part)
        for at, ended in ((line.start, without_ends(line.text)),)
    ]
    return [*lines, *beside]


def _apart(rows: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """Return the rows of a formula, and the equations in what is said beside them."""
    kept: list[Line] = []
    beside: list[Line] = []
    for row in rows:
        if not row.text.strip():  # `\\\\\\\\` ends one line, as some programs want it
            continue
        new = _QUOTE.sub("", row.text)
        found = divided(new, RELATIONS, restricts)
        beside += [
            Line(without_ends(one), row.start + at, aside=True)
            for one, at in found.said
        ]
        if not found.alone:
            kept.append(Line(found.row, row.start))
    return kept, beside


def _balanced(rows: Sequence[Line]) -> Iterator[Line]:
    """Yield rows, those that have a bracket too many in a chain as left out."""
    at = 0
    while at < len(rows):
        stop = at + 1
        while stop < len(rows) and _goes_on(rows[stop].text):
            stop += 1
        chain = rows[at:stop]
        odd = [not is_balanced(row.text) for row in chain]
        at = stop
        kept = [row for row, strange in zip(chain, odd, strict=True) if not strange]
        first = RELATIONS.search(chain[0].text)
        side = chain[0].text[: first.start()] if first else ""
        if odd[0] and side.strip(" &") and is_balanced(side):
            kept.insert(0, replace(chain[0], text=side))
        whole = is_balanced("".join(row.text for row in chain))
        if whole or len(kept) < 2 or kept[0].start != chain[0].start:
            yield from chain
            continue
        yield from kept
        for row, strange in zip(chain, odd, strict=True):
            if strange:
                shown = " ".join(row.text.replace("&", " ").split())[:60]
                said = f"the row `{shown}` is left out: a bracket in it has no partner"
                yield replace(row, left_out=(said,))


def _is_open(chain: _Chain, row: str) -> bool:
    """Whether a row goes on with the one before, which ends with a sign.

    One that is indented and has no sign may be a factor: the one before is not all.
    """
    if RELATIONS.search(row):
        return OPEN_END.search(chain.text) is not None and not starts_anew(row)
    if OPEN_END.search(chain.text) and not _SAID.match(row):
        return RELATIONS.search(chain.text) is not None and bool(row.strip(" &.,;"))
    indented = _INDENTED.match(row) and row.strip(" &.,;")
    return RELATIONS.search(chain.text) is not None and bool(indented)


def _goes_on(row: str) -> bool:
    """Whether a row goes on with the statement of the one before."""
    found = _RELATION.match(row)
    if found is None:
        return False
    mark, tab, rest = row.partition("&")
    if tab and not MARK.match(mark) and RELATIONS.match(rest.lstrip()):
        return False  # `- 2b &= 0` has a left side of its own
    return not (tab and MARK.match(mark) and mark.strip() and starts_anew(rest))


def _joined(chain: _Chain, row: str, start: int) -> list[_Chain]:
    """Join a row to a chain; one with a condition is a statement of its own."""
    comment = COMMENT.search(row)
    body = _INDENT.sub("& ", row[: comment.start()] if comment else row)
    said = condition_of(comment[0]) if comment else ""
    before, own = chain.text, chain.condition
    if not own and (last := COMMENT.search(before)):
        before, own = before[: last.start()], condition_of(last[0])
    before = _DOT.sub("", before)
    side = first_side(before)
    if said and not own and side and re.match(r"[\s&{}]*(?:=|\\equiv|≡)", body):
        return [
            replace(chain, text=before, condition=""),
            _Chain(f"{side} {body}", start, said),
        ]
    return [replace(chain, text=f"{before} {body}", condition=own or said)]


_INDENTED = re.compile(
    r"^\s*(?:&[\s&]*|(?:\\q?quad\b\s*)+)"
    r"(?!(?:[\s&~([]|\\q?quad\b|\\[,;: ]|\\[lc]?dots\w?)*"
    r"(?:\\(?:text|mbox|tag|intertext|vdots|hline|end)\b|$))"
)
"""How a row begins that has nothing on the left: no words."""
_SAID = re.compile(r"[\s&~]*\\(?:text|mbox|tag|intertext|vdots|hline|end)\b")
"""How a row of words begins."""
_DOT = re.compile(r"(?<!\\right)(?<!\\left)[\s.,;]+$")
"""The end of a sentence that goes on in the next row."""
_INDENT = re.compile(r"^[\s&]*(?:\\q?quad\b[\s&]*)+")
"""Space before what goes on with the row above."""
