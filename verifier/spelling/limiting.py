"""Limits and expansions: `lim_{h → 0} f = a`, `f(x + h) = f(x) + D h + o(h)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition, inserted
from .derivatives import has_derivative, names_in
from .loose import LIMIT
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


def with_limit_first(
    sides: Sequence[Tree], known: Mapping[str, Definition]
) -> list[Tree]:
    """Return sides with the limit in front that one of the others is.

    `f'(x) = lim_{h → 0} (f(x + h) - f(x))/h` says the same either way. The derivative
    along v is one: `D_v f(x) = ∇f(x)^T v`.
    """
    left, *right = sides
    limits = [side for side in right if isinstance(side, Call) and side.name == LIMIT]
    along = _along(left, right, known)
    if along is not None:
        left = along
        right = [side for side in right if side not in limits]
        return [left, *right] if right else [*sides]
    if len(limits) != 1 or (isinstance(left, Call) and left.name == LIMIT):
        return [*sides]
    return [*limits, *(side for side in sides if side not in limits)]


def _along(
    left: Tree, right: Sequence[Tree], known: Mapping[str, Definition]
) -> Tree | None:
    """Return `lim_{t → 0} (f(x + t v) - f(x))/t` for `D_v f(x)`; None for all else."""
    match left:
        case Call(loose.ACTING, (inner,)):
            return _along(inner, right, known)
        case Call(
            loose.PARTIAL | loose.GRADIENT, (Call(symbol, (Name() as x,)), Name() as v)
        ) if x != v and v.name in _DIRECTIONS and symbol not in loose.LOOSE:
            pass
        case _:
            return None
    names = [names_in([side]) for side in right]
    if not all({x.name, v.name} <= found or found >= {"lim"} for found in names):
        return None
    if not (symbol in known or any(map(has_derivative, right))):
        return None
    t = next(one for one in ("t", "eps", "t_0") if one not in names_in([left, *right]))
    step = Call("add", (x, loose.call(loose.JUXTAPOSED, Name(t), v)))
    value, there = Call(symbol, (x,)), Call(symbol, (step,))
    body = loose.call(loose.OVER, Call("sub", (there, value)), Name(t))
    zero = Number(Fraction(0))
    place = {"start": left.start, "stop": left.stop}
    return loose.call(LIMIT, Name(t), zero, inserted(body, known), **place)


_DIRECTIONS = frozenset(("u", "v", "d", "p", "h", "s", "delta", "eta", "xi"))
"""Letters of directions, by which nothing else is differentiated at x."""


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
