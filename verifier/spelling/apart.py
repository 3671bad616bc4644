"""Derivatives of some entries only: `∂s_i/∂x_i = ...`, and `∂s_i/∂x_j = ...` for i ≠ j.

No derivative as a whole is said to be anything there. It is the limit of a quotient of
differences instead, of one entry along one unit vector; where the indices differ, both
sides are zero where they do not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .loose import is_zero
from .samples import by_entries, free_letters
from .written import Written

_PAIR = re.compile(
    r"[\s$(,.:]*(?:\\(?:text|mbox|mathrm|textrm)\s*\{\s*)?"
    r"(?:(?:if|for|when|whenever|where|with|si|wenn|falls)\b)?[\s$}~:\\,;]*"
    r"(?:\\q?quad\s*)?(?P<one>[i-n])\s*(?P<sign>=|≠|!=|\\not\s*=|\\neq?(?![a-z]))\s*"
    r"(?P<other>[i-n])[\s$.,;:)}]*"
)
MOST_SAID = 80
"""Characters of a condition on two indices."""


def pair_of(condition: str) -> tuple[str, str, str] | None:
    """Read `i = j` or `i ≠ j`; None for anything else."""
    found = _PAIR.fullmatch(condition) if len(condition) <= MOST_SAID else None
    if found is None or found["one"] == found["other"]:
        return None
    return found["one"], "=" if found["sign"] == "=" else "≠", found["other"]


def is_of_some(written: Written) -> bool:
    """Whether a derivative is of some entries of a vector by some of another one."""
    match written.by:
        case Call(loose.ENTRY, (Name(), Name(index))):
            above = free_letters(written.body)
            return above == (index,) or (len(above) == 1 and _is_told(written))
    return False


def _is_told(written: Written) -> bool:
    if written.apart is None:
        return False
    one, _, other = written.apart
    by = written.by
    indices = {*free_letters(written.body), *(free_letters(by) if by else ())}
    return {one, other} == indices


def of_some(written: Written, columns: Mapping[str, str]) -> Written:
    """Return a derivative of some entries as a limit."""
    by = written.by
    assert isinstance(by, Call)
    _, index = by.args
    assert isinstance(index, Name)
    (above,) = free_letters(written.body)
    same = written.apart is None or written.apart[1] == "=" or above == index.name
    every = [part for tree in (*written.trees, by) for part in loose.parts(tree)]
    taken = {part.name for part in every if isinstance(part, Name)}
    other = next((x for x in "jklmn" if x not in taken), "") if same else ""
    if same and not other:
        raise Fault(by.start, "all letters of indices are taken", "use fewer of them")
    claims = [claim for _, claim in written.claims]
    if same:
        delta = _delta(above, other)
        claims = [_times(delta, _with(one, index.name, above)) for one in claims]
        by = replace(by, args=(by.args[0], Name(other, start=index.start)))
    free = (f"h{count or ''}" for count in range(len(taken) + 1))
    step = Name(next(name for name in free if name not in taken))
    quotient: Tree = written.body
    made: list[tuple[str, Tree]] = []
    down, across = _unit(above), _unit(above if same else index.name)
    unlike = Call("sub", (_ONE, Call("matmul", (_row(down), across))))
    for claim, given in zip(claims, written.claims, strict=True):
        if is_zero(given[1]):
            made.append(("both", given[1]))
            claim = _times(_delta(above, other), _ONE) if same else _ONE
            found = by_entries(written.body, by, claim, columns)
        else:
            found = by_entries(written.body, by, claim, columns)
            entry = Call("matmul", (Call("matmul", (_row(down), found.claim)), across))
            made.append(("both", entry if same else Call("mul", (unlike, entry))))
        if found.layout != "numerator" or not isinstance(found.by, Name):
            raise Fault(by.start, "these are some entries only", "take two letters")
        body, name = found.body, found.by
        if symbol := _symbol(body):
            said = f"it is not said what `{symbol}` is, of which these are some entries"
            raise Fault(by.start, said)
        if name not in {*loose.parts(body)}:
            raise Fault(by.start, f"what is differentiated does not name `{name.name}`")
        there = Call("add", (name, Call("mul", (step, across))))
        moved = loose.mapped(body, lambda p, n=name, t=there: t if p == n else p)
        change = Call("matmul", (_row(down), Call("sub", (moved, body))))
        if not same:
            change = Call("mul", (unlike, change))
        quotient = loose.call("div", change, step, start=by.start, stop=by.stop)
    return Written(
        "limit",
        quotient,
        tuple(made),
        moving=step.name,
        target=Number(Fraction(0)),
        left_out=written.left_out,
        notes=written.notes,
    )


_ONE = Number(Fraction(1))


def _symbol(tree: Tree) -> str:
    """Return a function of which nothing is known."""
    calls = (part for part in loose.parts(tree) if isinstance(part, Call))
    named = (call.name for call in calls if call.name not in loose.LOOSE)
    return next((name for name in named if name not in PRIMITIVES), "")


def _unit(index: str) -> Tree:
    return loose.call(loose.UNIT, Name(index))


def _row(column: Tree) -> Tree:
    return Call("transpose", (column,))


def _delta(one: str, other: str) -> Tree:
    return loose.call(loose.ENTRY, Name("delta"), Name(one), Name(other))


def _times(left: Tree, right: Tree) -> Tree:
    return loose.call(loose.JUXTAPOSED, left, right, start=right.start, stop=right.stop)


def _with(tree: Tree, old: str, new: str) -> Tree:
    """Return a tree with one index in the place of another."""

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.ENTRY, (base, *indices)):
                made = [Name(new) if one == Name(old) else one for one in indices]
                return replace(part, args=(base, *made))
        return part

    return loose.mapped(tree, change)


def pairs_in(conditions: Sequence[str]) -> tuple[str, str, str] | None:
    """Return the one thing that conditions say of two indices."""
    found = {pair for one in conditions if (pair := pair_of(one)) is not None}
    return next(iter(found)) if len(found) == 1 else None
