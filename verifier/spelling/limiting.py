"""Limits and expansions: `lim_{h → 0} f = a`, `f(x + h) = f(x) + D h + o(h)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition
from .derivatives import names_in
from .taylor import Slopes, error_of, names_of
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


def expansion_of(
    left: Tree, right: Sequence[Tree], known: Mapping[str, Definition]
) -> Written | None:
    """Read `f(x + h) = f(x) + D h + o(h)`; None where there is no error term."""
    last = right[-1]
    match last:
        case Call("add", (claim, error)) if len(right) == 1:
            rate = error_of(error)
        case _:
            return None
    if rate is None:
        return None
    names = {name.name for name in names_of(rate.args[0])}
    if len(names) != 1:
        raise Fault(error.start, "it is not said which name is small", "write `o(h)`")
    (moving,) = names
    notes: tuple[str, ...] = ()
    if (slopes := Slopes.of(left, moving, known)) is not None:
        left, claim, notes = slopes.put(left, claim)
        if slopes.is_level(claim):
            said = "an expansion without its first order is one where that is zero"
            raise Fault(claim.start, said, "say that of the point, or write the term")
    claims = (("both", claim),)
    return Written("expansion", left, claims, moving=moving, error=rate, notes=notes)
