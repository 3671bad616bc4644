"""Derivatives of names: `∂z/∂x = ∂z/∂y ∂y/∂x` is of functions z(y) and y(x).

Where a derivative of a name by a name stands, the first is a function of the second.
The language has function symbols and their derivatives `D(f)(x)` for them, which are in
numerator layout; in the others they are turned.
"""

from __future__ import annotations

from dataclasses import replace

from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from . import loose
from .statement import Written

LAYOUTS = ("numerator", "denominator", "mixed")
TURNED = {"denominator": "turned", "mixed": "turned_if_scalar"}
"""Loose calls: the transpose of what is no number; of a gradient only."""
MOST = 6
"""Functions within each other."""


def depends(written: Written) -> dict[str, list[str]]:
    """Return which names are functions of which, as derivatives of them say."""
    found: dict[str, list[str]] = {}
    for tree in written.trees:
        for part in loose.calls(tree, loose.PARTIAL, loose.GRADIENT):
            match part.args:
                case (Name(above), Name(below)) if above != below:
                    found.setdefault(above, [])
                    if below not in found[above]:
                        found[above].append(below)
    match written.body, written.wrt:
        case (Name(above), (below,)) if above != below:
            known = found.setdefault(above, [])
            if not known or (below not in known and not _reaches(found, known, below)):
                known.append(below)
    return _direct(found)


def _reaches(found: dict[str, list[str]], names: list[str], below: str) -> bool:
    seen, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name == below:
            return True
        if name not in seen:
            seen.add(name)
            waiting += found.get(name, [])
    return False


def _direct(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out what a name depends on only through others."""
    return {
        name: [
            below
            for below in args
            if not any(
                other != below and _reaches(found, found.get(other, []), below)
                for other in args
            )
        ]
        for name, args in found.items()
    }


def written_out(written: Written, layout: str) -> Written:
    """Return a statement about function symbols, their derivatives in a layout."""
    found = depends(written)
    if not found:
        return written
    body = _valued(written.body, found, written.wrt)
    claims = tuple(
        (where if where != "both" else layout, _derived(tree, found, layout))
        for where, tree in written.claims
    )
    return replace(written, body=body, claims=claims)


def uses_chains(written: Written) -> bool:
    """Whether a statement has derivatives of names in it."""
    return bool(depends(written))


def value(name: str, found: dict[str, list[str]], depth: int = 0) -> Tree:
    """Return a name as the value of a function, all the way down."""
    if depth > MOST:
        raise Fault(0, f"`{name}` depends on itself")
    if name not in found:
        return Name(name)
    args = tuple(value(below, found, depth + 1) for below in found[name])
    return Call(name, args)


def _valued(tree: Tree, found: dict[str, list[str]], wrt: tuple[str, ...]) -> Tree:
    def change(part: Tree) -> Tree:
        if isinstance(part, Name) and part.name in found and part.name not in wrt:
            return value(part.name, found)
        return part

    return loose.mapped(tree, change)


def _derived(tree: Tree, found: dict[str, list[str]], layout: str) -> Tree:
    """Put derivatives of function symbols in the place of derivatives of names."""
    match tree:
        case Call(loose.PARTIAL | loose.GRADIENT, (Name(above), Name(below))):
            if above not in found:
                raise Fault(tree.start, f"`{above}` is not known as a function")
            return derivative(above, below, found, layout)
        case Call(loose.PARTIAL | loose.GRADIENT | loose.SECOND_PARTIAL, _):
            said = "a derivative of an expression inside an expression is not read"
            raise Fault(tree.start, said, "name what is differentiated")
        case Name(name) if name in found:
            return value(name, found)
        case Call(name, args):
            made = tuple(_derived(arg, found, layout) for arg in args)
            return replace(tree, args=made)
        case Derived():
            made = tuple(_derived(arg, found, layout) for arg in tree.args)
            return replace(tree, args=made)
    return tree


def derivative(
    above: str, below: str, found: dict[str, list[str]], layout: str
) -> Tree:
    """Return the derivative of a function symbol in a layout."""
    if below not in found[above]:
        raise Fault(0, f"`{above}` is no function of `{below}` directly")
    args = tuple(value(name, found) for name in found[above])
    position = found[above].index(below) + 1
    made = Derived("D", above, (position,), None, None, args)
    return made if layout == "numerator" else Call(TURNED[layout], (made,))
