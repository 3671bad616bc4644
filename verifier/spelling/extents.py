"""How far a sum goes: `Σ_i y_i log p_i + (1 - y_i) log(1 - p_i)` sums both terms.

A sum takes the product behind it, and with it the terms that follow and have its
index, which would stand for nothing outside of it.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from . import loose

_LEADING = (loose.JUXTAPOSED, loose.DOTTED, loose.TIMES, loose.STARRED)

_OPERATORS = (loose.ACTING, loose.PARTIAL, loose.GRADIENT)


def with_term(
    tree: Tree, term: Tree, sign: str, end: int, free: Set[str]
) -> Tree | None:
    """Return terms that end in a sum with one more in it; None where it is outside.

    A sum that does not reach the `end` of the terms stands in brackets, and what is
    `free` on some side stands for itself.
    """
    match tree:
        case Call(loose.TOTAL, (Name(index) as name, body, *bound)):
            if tree.stop != end or index in free or not _has(term, index):
                return None
            inner = with_term(body, term, sign, end, free)
            if inner is None:
                place = {"start": body.start, "stop": term.stop}
                inner = loose.call(sign, body, term, **place)
            return replace(tree, args=(name, inner, *bound), stop=term.stop)
        case Call(name, (body, *by)) if name in _OPERATORS and tree.stop == end:
            inner = with_term(body, term, sign, end, free)
            if inner is None:
                return None
            return replace(tree, args=(inner, *by), stop=term.stop)
        case Call("add" | "sub" | "neg", (*others, last)):
            pass
        case Call(name, (*others, last)) if name in _LEADING:
            pass
        case _:
            return None
    made = with_term(last, term, sign, end, free)
    return None if made is None else replace(tree, args=(*others, made), stop=term.stop)


def _has(tree: Tree, index: str) -> bool:
    """Whether something in a tree has an index that no sum in it is over."""
    match tree:
        case Call(loose.TOTAL | loose.PRODUCT, (Name(bound), *_)) if bound == index:
            return False
        case Call(loose.ENTRY, (base, *indices)):
            return Name(index) in indices or _has(base, index)
        case Name(name):
            return name.rpartition("_")[2] == index and name != index
        case Call(_, args):
            return any(_has(arg, index) for arg in args)
    return False
