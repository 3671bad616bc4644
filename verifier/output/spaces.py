"""The spaces that names live in: what stands under "for" beside a formula."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from ..language.declaration import KINDS, FunctionType, Type
from ..language.dimension import Dim
from ..language.expression import parse
from .boxes import Box, Digits, Fence, Letter, Note, Scripts, Sign, between, listed, row
from .forms import BY, sizes
from .setting import Setter

IN, TO, COLON = Sign("∈"), Sign("→"), Sign(":", "separator")
REALS, INTEGERS = Letter("R", "blackboard"), Letter("Z", "blackboard")
TIMES = Sign(BY.text)
COMMUTING = re.compile(r"commute\s*\((.*)\)")
SIGNS = re.compile(r"(>=|<=|<|>)")
WRITTEN = {">=": "≥", "<=": "≤"}


def declarations(setter: Setter) -> list[Box]:
    """Return what is declared, names of one type together, as in `x, y in R^n`."""
    groups: dict[str, list[str]] = {}
    for name, declared in setter.scope.types.items():
        groups.setdefault(str(declared), []).append(name)
    return [
        _declared(setter, names, setter.scope.types[names[0]])
        for names in groups.values()
    ]


def assumed(setter: Setter, text: str) -> Box:
    """Return an assumption: m ≥ n, or that A and B commute."""
    call = COMMUTING.fullmatch(text.strip())
    if call is not None:
        names = [name.strip() for name in call[1].split(",")]
        symbols = [setter.symbols[name] for name in names]
        return row(listed(symbols), Note("\N{NO-BREAK SPACE}commute"))
    sides, boxes = SIGNS.split(text), []
    for side in sides[::2]:
        tree = parse(side)
        boxes.append(setter.piece(tree).box)
    signs = [Sign(WRITTEN.get(sign, sign)) for sign in sides[1::2]]
    pairs = zip_longest(boxes, signs)
    return row(*(box for pair in pairs for box in pair if box is not None))


def _declared(setter: Setter, names: Sequence[str], type: Type | FunctionType) -> Box:
    symbols = listed([setter.symbols[name] for name in names])
    if isinstance(type, FunctionType):
        sides = between([_space(setter, one) for one in type.arguments], TIMES)
        said = row(symbols, COLON, sides, TO, _space(setter, type.result))
        return row(said, *_words(type.property.replace("_", " ")))
    said = row(symbols, IN, _space(setter, type))
    return row(said, *_words(KINDS[type.kind].adjective))


def _words(text: str) -> list[Box]:
    return [Note(f"\N{NO-BREAK SPACE}{text}")] if text else []


def _space(setter: Setter, type: Type) -> Box:
    if type.kind == "index":
        dots = Sign("…", "tight")
        last = setter.piece(parse(str(type.dims[0]))).box
        return Fence("{", listed([Digits("1"), dots, last]), "}")
    if type.kind == "integer":
        return INTEGERS
    rows, columns = type.shape
    if not type.dims:
        return REALS
    one = Dim.of(1)
    pieces = [
        setter.piece(parse(str(dim)), small=True)
        for dim in ((rows,) if columns == one else (rows, columns))
    ]
    return Scripts(REALS, None, sizes(pieces, BY))
