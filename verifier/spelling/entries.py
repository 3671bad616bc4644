"""Chains that are said in entries: `[∂y/∂x]_ij = ... = [A]_ij` is `∂y/∂x = A`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from . import loose
from .derivatives import has_derivative
from .samples import free_letters


def stripped(sides: Sequence[Tree]) -> list[Tree | None] | None:
    """Return the sides of which the entries are taken; None for a step between.

    None where a chain is not one of entries of a derivative.
    """
    indices = _indices(sides[0])
    if not indices:
        return None
    whole = [_without(side, indices) for side in sides]
    if sum(tree is not None for tree in whole) > 1:
        return whole
    match sides[0]:  # `[∂f/∂x]_i = a_i` is `∂f/∂x_i = a_i`
        case Call(loose.ENTRY, (Call(loose.PARTIAL, (body, Name() as by)), index)):
            entry = loose.call(loose.ENTRY, by, index, start=by.start, stop=by.stop)
            return [
                replace(sides[0], name=loose.PARTIAL, args=(body, entry)),
                *sides[1:],
            ]
    return None


def _indices(side: Tree) -> tuple[Tree, ...]:
    """Return the indices of an entry of a derivative."""
    match side:
        case Call(loose.ENTRY, (base, *indices)) if has_derivative(base):
            named = all(isinstance(index, Name) for index in indices)
            return tuple(indices) if named and len(set(indices)) == len(indices) else ()
    return ()


def _without(tree: Tree, indices: tuple[Tree, ...]) -> Tree | None:
    """Return what a side is an entry of; None where that is not written."""
    match tree:
        case Call(loose.ENTRY, (base, *found)) if free_letters(base):
            return None
        case Call(loose.ENTRY, (base, *found)):
            if tuple(found) == indices:
                return base
            turned = len(found) == 2 and tuple(found[::-1]) == indices
            return loose.call("transpose", base) if turned else None
        case Call("add" | "sub" | "neg", args):
            made = [_without(arg, indices) for arg in args]
            whole = [one for one in made if one is not None]
            return replace(tree, args=tuple(whole)) if len(whole) == len(args) else None
        case Call(loose.JUXTAPOSED | loose.DOTTED | loose.OVER, (left, right)):
            above, below = _without(left, indices), _without(right, indices)
            if above is not None and not free_letters(right):
                return replace(tree, args=(above, right))
            left_is_number = not free_letters(left) and tree.name != loose.OVER
            if below is not None and left_is_number:
                return replace(tree, args=(left, below))
    return None
