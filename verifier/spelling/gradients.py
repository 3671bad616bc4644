"""Gradients inside sums: `∇L(θ) = Σ_i ∇ℓ_i(θ)` says the same of every entry of θ.

As `∂L/∂θ_j = Σ_i ∂ℓ_i/∂θ_j` it is about the values `ℓ_i` of one function, and its
Jacobian.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from . import loose
from .defining import is_symbol

_LETTERS = "jkablm"


def with_entries(sides: Sequence[Tree]) -> tuple[Tree, ...]:
    """Return sides in which such gradients are derivatives by an entry."""
    left, *others = sides
    body, by = _gradient(left)
    each = [{*_inside(side)} for side in others]
    found = set().union(*each)
    if body is None or len(found) != 1 or not all(each):
        return tuple(sides)
    (variable,) = found
    if by is not None and by != variable:
        return tuple(sides)
    used = {
        part.name for s in sides for part in loose.parts(s) if isinstance(part, Name)
    }
    letter = next((one for one in _LETTERS if one not in used), "")
    if not letter:
        return tuple(sides)
    place = {"start": left.start, "stop": left.stop}
    index = Name(letter, **place)
    entry = loose.call(loose.ENTRY, variable, index, **place)

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.ACTING, (Call(loose.PARTIAL, (_, by)) as whole,)):
                return whole if by == entry else part
        inner, _ = _gradient(part)
        if inner is not None and _is_value(inner):
            return loose.call(loose.PARTIAL, inner, entry, start=part.start)
        return part

    first = loose.call(loose.PARTIAL, _bare(body, variable), entry, **place)
    made = (_of_entry(loose.mapped(side, change), variable, entry) for side in others)
    return first, *(loose.mapped(one, lambda p: _bare(p, variable)) for one in made)


def _bare(tree: Tree, variable: Name) -> Tree:
    """Return a function without its argument, or the name of its values."""
    match tree:
        case Call(loose.ENTRY, (Call(name, (argument,)) as base, Name())):
            if argument == variable:
                own = Name(name, start=base.start, stop=base.stop)
                return replace(tree, args=(own, *tree.args[1:]))
        case Call(name, (argument,)) if is_symbol(name) and argument == variable:
            return Name(name, start=tree.start, stop=tree.stop)
    return tree


def _gradient(tree: Tree) -> tuple[Tree | None, Name | None]:
    """Return what a tree is the gradient of, and by what if that is said."""
    match tree:
        case Call(loose.ACTING, (inner,)):
            return _gradient(inner)
        case Call(loose.GRADIENT, (body,)):
            return body, None
        case Call(loose.GRADIENT | loose.PARTIAL, (body, Name() as by)):
            return body, by
    return None, None


def _is_value(tree: Tree) -> bool:
    """Whether a tree is one of the values of a function, `ℓ_i(θ)`."""
    match tree:
        case Call(loose.ENTRY, (Call(_, (Name(),)), Name())):
            return True
    return False


def _inside(side: Tree) -> list[Name]:
    """Return what gradients are by that stand in the sums of a side."""
    found: list[Name] = []
    for total in loose.calls(side, loose.TOTAL):
        for part in loose.parts(total):
            inner, by = _gradient(part)
            match inner:
                case Call(loose.ENTRY, (Call(_, (Name() as argument,)), Name())):
                    if by is None or by == argument:
                        found.append(argument)
    return found


def _of_entry(tree: Tree, variable: Name, entry: Tree) -> Tree:
    """Return a sum of terms with the entry of a variable that stands by itself."""
    match tree:
        case Call("add" | "sub" | "neg", args):
            return replace(
                tree, args=tuple(_of_entry(a, variable, entry) for a in args)
            )
        case Call(loose.JUXTAPOSED | loose.DOTTED, (left, right)) if right == variable:
            return replace(tree, args=(left, entry))
    return entry if tree == variable else tree
