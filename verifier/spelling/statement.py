"""What the sides of a formula claim, the likeliest reading first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from . import loose
from .balanced import balanced
from .claims import by_turned, claimed, own_claim
from .defining import Definition
from .derivatives import differentiated, gathered, is_derivative, names_in, reaches
from .differentials import (
    as_change,
    by_step,
    check_changes,
    holds_change,
    is_step_of_matrix,
    of_any_change,
    turned_outside,
    with_change_inside,
    with_change_outside,
    with_whole_change,
)
from .limiting import expansion_of, limit_of, with_limit_first
from .points import freed
from .shorthand import of_defined, with_dots, with_primes
from .written import Written


def statements_of(
    sides: Sequence[Tree], definitions: Mapping[str, Definition] | None = None
) -> list[Written]:
    """Return what the sides of a formula claim, the likeliest reading first."""
    known = definitions or {}
    sides = with_limit_first(sides, known)
    sides, quotient = freed(sides, known)
    if quotient is not None:
        body, moving, target = quotient.body, quotient.moving, quotient.target
        claims = tuple(("both", side) for side in sides[1:])
        return [Written("limit", body, claims, moving=moving, target=target)]
    sides = [with_dots(side, sides) for side in sides]
    sides = [with_primes(side, sides) for side in sides]
    sides = [with_change_outside(sides[0]), *map(with_change_inside, sides[1:])]
    sides = [turned_outside(sides[0], sides[1:]), *sides[1:]]
    sides = with_whole_change([of_defined(sides[0], sides[1:], known), *sides[1:]])
    if all(map(_is_mixed, sides)):
        return [Written("value", sides[0], tuple(("both", s) for s in sides[1:]))]
    if (made := expansion_of(sides[0], sides[1:], known)) is not None:
        return [made]
    sides = [*balanced(sides, known)]
    derivatives = [side for side in sides if is_derivative(side)]
    if not derivatives:
        sides = [gathered(sides[0]), *sides[1:]]
        derivatives = [side for side in sides[:1] if is_derivative(side)]
    if not derivatives:
        left, right = sides[0], list(sides[1:])
        if isinstance(left, Call) and left.name == loose.LIMIT:
            return [limit_of(left, right)]
        for side in sides:
            for change in loose.calls(side, loose.CHANGE):
                raise Fault(change.start, "a differential stands alone on one side")
        letters = names_in(sides)
        changes = {name for name in letters if loose.is_moved(name, letters)}
        changes |= {name for name in letters if is_step_of_matrix(name)}
        if changes:
            found = [of_any_change(sides, changes)]
            if change := as_change(sides):
                found += statements_of(change, known)
            return found
        return [Written("value", left, tuple(("both", side) for side in right))]
    # All sides are equal: a further derivative is claimed as well, or is a statement of
    # its own that must hold too; it is no other way to read the first one.
    first, *more = derivatives
    if (linear := by_step(first, sides)) is not first:
        sides = [linear if side is first else side for side in sides]
        derivatives = [linear, *more]
        first = linear
    if differentiated(first) is not None and not holds_change(first):
        check_changes(first, sides)
    plain = [side for side in sides if side not in derivatives]
    own = {id(side): made for side in more if (made := own_claim(side, plain, known))}
    also = tuple(own.values())
    others = [side for side in sides if side is not first and id(side) not in own]
    found = [
        replace(made, also=also)
        for one in reaches(first, others)
        if (made := claimed(one, others, known)) is not None
    ]
    turned = [made for one in found if (made := by_turned(one)) is not None]
    return [*turned, *found]


def _is_mixed(tree: Tree) -> bool:
    """Whether a side is a derivative of a named function by two names."""
    match tree:
        case Call(loose.SECOND_PARTIAL, (Name(), Name(one), Name(other))):
            return one != other
    return False
