"""Derivatives by one of several vectors or matrices: `∂/∂μ_k` of a sum over samples.

The k numbers components: `μ_k` and `Σ_k` are names, and `γ_ik` is the entry i of `γ_k`.
Of a sum over all components the one of that k depends on `μ_k`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from . import loose
from .samples import Told, placed_in, whole_names
from .written import Written

_LINEAR = ("add", "sub", "neg", loose.TOTAL)
_PRODUCTS = (loose.JUXTAPOSED, loose.DOTTED, loose.TIMES)


def with_components_named(written: Written, told: Told) -> Written:
    """Return a statement by `μ_k` as one by a name, where μ_k is no number."""
    match written.by:
        case Call(loose.ENTRY, (Name(name), Name(label) as index)):
            pass
        case _:
            return written
    if written.subject != "entries" or name in {*_bare(written.trees)}:
        return written
    body = _of_one(written.body, name, index)
    trees = [body, *(claim for _, claim in written.claims)]
    if not all(entry.args == (Name(name), index) for entry in _entries(trees, name)):
        return written
    if any(_sums_over(tree, index) for tree in trees):
        return written
    columns = placed_in(trees) - told.numbers
    single = {
        entry.args[0].name
        for tree in trees
        for entry in loose.calls(tree, loose.ENTRY)
        if isinstance(entry.args[0], Name) and entry.args[1:] == (index,)
    }
    numbers = {one for one in single if one[0].islower() and one not in columns}
    if single == numbers or len(label) > 1:  # entries of one vector
        return written

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.ENTRY, (Name(base) as own, *indices)) if index in indices:
                rest = [one for one in indices if one != index]
                whole = replace(own, name=f"{base}_{label}", stop=part.stop)
                return replace(part, args=(whole, *rest)) if rest else whole
        return part

    claims = tuple((where, loose.mapped(one, change)) for where, one in written.claims)
    return Written(
        "function",
        loose.mapped(body, change),
        claims,
        (f"{name}_{label}",),
        left_out=written.left_out,
        ranks={f"{one}_{label}": "scalar" for one in sorted(numbers)},
    )


def _of_one(tree: Tree, name: str, index: Name) -> Tree:
    """Return what depends on one component: of a sum over all of them one term."""
    match tree:
        case Call(loose.TOTAL, (Name() as bound, inner, *_)) if _by(inner, name) == {
            bound
        }:
            return loose.mapped(inner, lambda p: index if p == bound else p)
        case Call(kind, args) if kind in _LINEAR:
            made = tuple(_of_one(arg, name, index) for arg in args)
            return replace(tree, args=made)
        case Call(kind, (left, right)) if kind in _PRODUCTS:
            if not _by(left, name):
                return replace(tree, args=(left, _of_one(right, name, index)))
    return tree


def _by(tree: Tree, name: str) -> set[Tree]:
    """Return the indices of a name in a tree."""
    return {entry.args[1] for entry in _entries([tree], name) if len(entry.args) == 2}


def _entries(trees: Sequence[Tree], name: str) -> Iterator[Call]:
    for tree in trees:
        for entry in loose.calls(tree, loose.ENTRY):
            if entry.args[0] == Name(name):
                yield entry


def _sums_over(tree: Tree, index: Tree) -> bool:
    sums = loose.calls(tree, loose.TOTAL, loose.PRODUCT)
    return any(total.args[0] == index for total in sums)


def _bare(trees: Sequence[Tree]) -> Iterator[str]:
    for tree in trees:
        yield from whole_names(tree)
