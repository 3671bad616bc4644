"""Definitions of one layer are those of every other: `z^{l+1}` is made as `z^l` is.

`z^l = W^l a^{l-1} + b^l` speaks of any l, and so of `z^{l+1} = W^{l+1} a^l + b^{l+1}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from ..spelling import loose
from ..spelling.defining import Definition
from .context import Defined

_NUMBERED = re.compile(r"(?P<stem>.+)_(?P<letter>[lk])(?P<step>[pm]1)?")
_STEPS = {"m1": -1, "": 0, "p1": 1}
_SIGNS = {step: sign for sign, step in _STEPS.items()}
MOST = 4
"""Layers that a definition is carried over, one after another."""


def with_layers(
    definitions: Mapping[str, Defined], trees: Sequence[Tree]
) -> dict[str, Defined]:
    """Return definitions, with those of the layers beside that formulas speak of."""
    found = dict(definitions)
    named = {name for tree in trees for name in _names(tree)}
    bodies = (found[name].made.body for name in named if name in found)
    waiting = [*named, *(name for body in bodies for name in _names(body))]
    for _ in range(MOST):
        made = {name: one for name in waiting if (one := _beside(name, found))}
        if not made:
            break
        found |= made
        waiting = [name for one in made.values() for name in _names(one.made.body)]
    return found


def _names(tree: Tree) -> set[str]:
    return {part.name for part in loose.parts(tree) if isinstance(part, Name)}


def _beside(name: str, definitions: Mapping[str, Defined]) -> Defined | None:
    """Return what a name of the next or the last layer is, as its own is defined."""
    found = _NUMBERED.fullmatch(name)
    if found is None or name in definitions:
        return None
    at = _STEPS[found["step"] or ""]
    for sign, step in _STEPS.items():
        own = definitions.get(f"{found['stem']}_{found['letter']}{sign}")
        if own is not None and not own.made.parameters:
            return _carried(own, found["letter"], at - step)
    return None


def _carried(own: Defined, letter: str, by: int) -> Defined | None:
    """Return a definition some layers later; None where it does not say a layer."""
    body = _moved(own.made.body, letter, by)
    if body is None or body == own.made.body:
        return None
    return replace(own, made=Definition((), body))


def _moved(tree: Tree, letter: str, by: int) -> Tree | None:
    """Return a definition for another layer; None where it goes too far."""
    far = False

    def change(part: Tree) -> Tree:
        nonlocal far
        match part:
            case Name(name) if found := _NUMBERED.fullmatch(name):
                if found["letter"] == letter:
                    sign = _SIGNS.get(_STEPS[found["step"] or ""] + by)
                    far |= sign is None
                    return replace(part, name=f"{found['stem']}_{letter}{sign or ''}")
            case Call() if part.name == letter:
                far = True
        return part

    made = loose.mapped(tree, change)
    return None if far or Name(letter) in {*loose.parts(made)} else made
