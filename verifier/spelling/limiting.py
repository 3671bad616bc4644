"""Limits and expansions: `lim_{h → 0} f = a`, `f(x + h) = f(x) + D h + o(h)`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .derivatives import names_in
from .written import Written


def limit_of(left: Call, right: Sequence[Tree]) -> Written:
    """Return what is claimed of `lim_{h → 0} f`."""
    moving, target, body = left.args
    if not isinstance(moving, Name):
        raise Fault(moving.start, "what goes to a limit is a name")
    if "e" not in names_in([body]):  # then it is a number and no name
        one = Number(Fraction(1))
        right = [loose.call("exp", one) if s == Name("e") else s for s in right]
    claims = tuple(("both", side) for side in right)
    return Written("limit", body, claims, moving=moving.name, target=target)


def expansion_of(left: Tree, right: Sequence[Tree]) -> Written | None:
    """Read `f(x + h) = f(x) + D h + o(h)`; None where there is no error term."""
    last = right[-1]
    match last:
        case Call("add", (claim, error)) if len(right) == 1:
            rate = _rate(error)
        case _:
            return None
    if rate is None:
        return None
    names = [p.name for p in loose.parts(rate.args[0]) if isinstance(p, Name)]
    if len(set(names)) != 1:
        raise Fault(error.start, "it is not said which name is small", "write `o(h)`")
    return Written("expansion", left, (("both", claim),), moving=names[0], error=rate)


def _rate(tree: Tree) -> Call | None:
    match tree:
        case Call("o" | "O", (_,)):
            return tree
        case Call(loose.JUXTAPOSED, (Name("o" | "O" as letter), inner)):
            return loose.call(letter, inner, start=tree.start, stop=tree.stop)
    return None
