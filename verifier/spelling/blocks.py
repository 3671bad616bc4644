"""Matrices that are written out between `\\begin` and `\\end`, and their blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..language.tree import Number, Tree
from ..reading.problem import Fault
from . import loose
from .vocabulary import MATRICES

if TYPE_CHECKING:
    from .grammar import Parser


def written_out(parser: Parser) -> Tree:
    """Read a matrix between `\\begin` and `\\end`."""
    token = parser.token
    assert token is not None
    start = token.start
    if token.text not in MATRICES:
        if token.text == "cases":
            said = "a definition by cases is not read"
            raise Fault(start, said, "write `step`, `maximum` or `minimum`")
        said = f"`\\begin{{{token.text}}}` is not read inside a formula"
        raise Fault(start, said, "write one statement: `left = right`")
    parser.at += 1
    rows: list[list[Tree]] = [[]]
    while parser.kind() != "end":
        if parser.token is None:
            raise Fault(start, f"`\\begin{{{token.text}}}` never ends")
        if parser.kind() == "row":
            parser.at += 1
            rows.append([])
        elif parser.kind() == "tab":
            parser.at += 1
        else:
            rows[-1].append(parser.sum())
    parser.at += 1
    tree = in_blocks([row for row in rows if row], start, parser.behind)
    if token.text == "vmatrix":
        return loose.call("det", tree, start=start, stop=parser.behind)
    return tree


def in_blocks(rows: Sequence[Sequence[Tree]], start: int, stop: int) -> Tree:
    """Return a matrix of blocks, in which each `0` is of the size that fits."""
    if not rows:
        raise Fault(start, "there is nothing in this matrix")
    if len({len(row) for row in rows}) > 1:
        said = "the lines of this matrix are not of one length"
        raise Fault(start, said, "write a `0` where there is nothing")
    lines = [
        loose.call(loose.LINE, *map(_block, row), start=row[0].start, stop=row[-1].stop)
        for row in rows
    ]
    return loose.call(loose.BLOCKS, *lines, start=start, stop=stop)


def _block(tree: Tree) -> Tree:
    if isinstance(tree, Number) and not tree.value:
        return loose.call(loose.EMPTY, start=tree.start, stop=tree.stop)
    return tree
