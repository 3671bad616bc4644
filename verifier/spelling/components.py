"""Derivatives by one component: in `∂/∂θ_j log|K|` the K is a function of a number.

`θ_j` is a name of its own where nothing else is said of θ and of j: what depends on θ
depends on it, `K(θ)` is `K(θ_j)`, and all the other components are constants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..language.tree import Call, Name, Tree
from . import loose
from .defining import is_symbol

BY = (loose.PARTIAL, loose.GRADIENT)
COUNTED = (loose.ENTRY, loose.TOTAL, loose.PRODUCT)


def with_components(sides: Sequence[Tree]) -> tuple[tuple[Tree, ...], str]:
    """Return sides with a name for the component that they are differentiated by."""
    found = [entry for side in sides for entry in _differentiated_by(side)]
    further = [entry for side in sides[1:] for entry in _differentiated_by(side)]
    same = tuple(sides), ""
    if not further or any(entry != found[0] for entry in found):
        return same
    base, *indices = found[0].args
    if len(indices) != 1 or not isinstance(base, Name):
        return same
    (index,) = indices
    if not isinstance(index, Name):
        return same
    name = f"{base.name}_{index.name}"

    def change(part: Tree) -> Tree:
        if part == found[0]:
            return Name(name, start=part.start, stop=part.stop)
        match part:
            case Call(symbol, args) if base in args and is_symbol(symbol):
                made = tuple(Name(name) if arg == base else arg for arg in args)
                return Call(symbol, made, start=part.start, stop=part.stop)
        return part

    made = tuple(loose.mapped(side, change) for side in sides)
    left = [part for side in made for part in loose.parts(side)]
    if base in left or index in left or any(map(_is_counted, left)):
        return same
    return made, name


def _differentiated_by(tree: Tree) -> Iterator[Call]:
    """Yield the entries that a tree has derivatives by."""
    for call in loose.calls(tree, *BY):
        if len(call.args) > 1:
            by = call.args[1]
            if isinstance(by, Call) and by.name == loose.ENTRY:
                yield by


def _is_counted(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.name in COUNTED
