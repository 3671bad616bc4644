"""Factors that come several times in long closed forms, named once by `let`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from ..language.primitives import CALCULUS, CONSTANTS, FUNCTIONS
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Derived, Name, Tree
from .algebra import everywhere, length, names, put, spots

LONG = 24
"""Parts of a form from which on it is worth a name for what it repeats."""
LEAST = 4
"""Parts of what is named."""
WORTH = 6
"""Parts that a name must save: its own line has to be read as well."""
MOST = 3
FORBIDDEN = FUNCTIONS.keys() | CONSTANTS | CALCULUS
LETTERS = {"scalar": "srcgh", "vector": "uvwez", "matrix": "MGKPQ"}
"""Names by shape, as the books choose them."""

Named = dict[str, Tree]


def shared(
    forms: Sequence[Tree], shape: Callable[[Tree], Shape], taken: Iterable[str]
) -> tuple[list[Tree], Named]:
    """Return the forms with names in the place of what they repeat, and the names."""
    known = set(taken)  # the differentials are not: they mean nothing in a `let`
    trees, lets, used = list(forms), Named(), {*known, *FORBIDDEN}
    while len(lets) < MOST and max(map(length, trees), default=0) > LONG:
        part = _best([*trees, *lets.values()], known | lets.keys())
        name = part and _name(shape(_in_full(part, lets)), used)
        if not part or not name:
            break
        trees = [_replaced(tree, part, name) for tree in trees]
        lets = {old: _replaced(tree, part, name) for old, tree in lets.items()}
        lets[name] = part
        used.add(name)
    return trees, _in_order(lets)


def _best(trees: Sequence[Tree], free: set[str]) -> Tree | None:
    """Return the part whose name saves most, if one is worth it."""
    count = Counter(part for tree in trees for part in _nameable(tree))

    def saved(part: Tree) -> int:
        return (count[part] - 1) * (length(part) - 1)

    known = [part for part in count if free.issuperset(names(part))]
    best = max(known, key=saved, default=None)
    return best if best is not None and saved(best) >= WORTH else None


def _nameable(tree: Tree) -> Iterator[Tree]:
    for part, _ in spots(tree):
        if isinstance(part, Call) and part.name != "transpose":
            # A derivative of a symbol is another one in each layout.
            fixed = not any(isinstance(inner, Derived) for inner, _ in spots(part))
            if fixed and length(part) >= LEAST:
                yield part


def _replaced(tree: Tree, part: Tree, name: str) -> Tree:
    return everywhere(tree, part, Name(name))


def _in_full(tree: Tree, lets: Named) -> Tree:
    """Put what names stand for in their places."""
    while not lets.keys().isdisjoint(names(tree)):
        tree = put(tree, lets)
    return tree


def _name(shape: Shape, used: set[str]) -> str:
    kind = "matrix"
    if shape == SCALAR:
        kind = "scalar"
    elif ONE in shape:
        kind = "vector"
    return next((letter for letter in LETTERS[kind] if letter not in used), "")


def _in_order(lets: Named) -> Named:
    """Return what is used before what uses it."""
    found = Named()

    def add(name: str) -> None:
        for other in names(lets[name]):
            if other in lets and other not in found:
                add(other)
        found.setdefault(name, lets[name])

    for name in lets:
        add(name)
    return found
