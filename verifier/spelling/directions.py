"""Derivatives along something: `Df(X)[H]`, `f'(x; d)`, `∇f(x)^T d` of an f.

What a derivative is along is a change of what it is by: `Df(X)[H] = tr(X^{-1} H)` says
that `df = tr(X^{-1} dX)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition, inserted
from .derivatives import names_in

_PRODUCTS = (loose.JUXTAPOSED, loose.DOTTED)


@dataclass(frozen=True)
class _Slope:
    """What is differentiated, by what and along what."""

    body: Tree
    by: Name
    along: Tree
    said: bool = False
    """Whether it says that it is along something: in a product it may be a factor."""


def along_changes(
    sides: Sequence[Tree], known: Mapping[str, Definition]
) -> tuple[Tree, ...]:
    """Return sides in which a derivative along H is the change by `dX`."""
    left, *right = sides
    slope = _slope(left, known)
    if slope is None:
        return tuple(map(_as_product, sides))
    x, h = slope.by.name, slope.along
    inside = names_in([inserted(slope.body, known)])
    fits = (
        isinstance(h, Name)
        and not loose.is_change(h.name)
        and h.name not in inside
        and f"d{x}" not in names_in(sides)
        and all(loose.is_zero(one) or h.name in names_in([one]) for one in right)
    )
    if not fits or not isinstance(h, Name):
        if not slope.said:
            return tuple(sides)
        said = "a derivative is along a name of its own, which stands on each side"
        raise Fault(h.start, said, f"such as `Df({x})[H] = ... H ...`")

    def change(part: Tree) -> Tree:
        if part == h:
            return Name(f"d{x}", start=part.start, stop=part.stop)
        return part

    right = [_as_product(loose.mapped(side, change)) for side in right]
    place = {"start": left.start, "stop": left.stop}
    return loose.call(loose.CHANGE, slope.body, **place), *right


def _slope(left: Tree, known: Mapping[str, Definition]) -> _Slope | None:
    match left:
        case Call(
            loose.ALONG, (Derived("D", f, (_,), _, _, (Name() as x,)) as slope, h)
        ) if not (isinstance(h, Name) and loose.is_change(h.name)):
            return _Slope(_value(f, x, slope, known), x, h, said=True)
        case Call(name, (Derived("D", f, (_,), _, _, (Name() as x,)) as slope, h)) if (
            name in _PRODUCTS and f in known
        ):
            return _Slope(_value(f, x, slope, known), x, h)
        case Call(loose.JUXTAPOSED, (Call("transpose", (slope,)), h)) | Call(
            loose.DOTTED, (slope, h)
        ):
            match slope:
                case Call(loose.GRADIENT, (Call(f, (Name() as x,)) as body, *by)):
                    if f in known and by in ([], [x]):
                        return _Slope(body, x, h)
    return None


def _value(f: str, x: Name, at: Tree, known: Mapping[str, Definition]) -> Tree:
    """Return `f(x)`; of an f that is defined without its argument the f."""
    place = {"start": at.start, "stop": at.stop}
    if f in known and not known[f].parameters:
        return Name(f, **place)
    return Call(f, (x,), **place)


def _as_product(tree: Tree) -> Tree:
    """Return a tree in which `Df(x)[h]` is a Jacobian times h.

    By a matrix the derivative is no factor.
    """

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.ALONG, (Derived() as slope, h)):
                names = names_in([*slope.args, h])
                moved = isinstance(h, Name) and loose.is_change(h.name)
                if not moved and any(name[:1].isupper() for name in names):
                    said = "a derivative along a matrix is read on the left side alone"
                    raise Fault(part.start, said, "write it as a differential")
                return Call(loose.JUXTAPOSED, part.args, start=part.start)
        return part

    return loose.mapped(tree, change)
