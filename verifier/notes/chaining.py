"""Chains of sides, `f = a = b = c`: what of them can be read is read.

The first side and the last one are what a chain states; those between are steps. A step
that cannot be read, or that is about other names, is left out, which is said. A side
that can be read and has another shape is no step to be dropped: it is a statement on
its own, since the text may err there.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace

from ..asking.spelled import Spelled, left_out_of
from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Name, Tree
from ..spelling import loose
from ..spelling.derivatives import differentiated, is_derivative
from ..spelling.entries import stripped
from ..spelling.loose import is_zero
from ..spelling.parsed import Sides
from .missing import construct, reason_of
from .sides import same_names

MOST_SIDES = 16
"""Sides of a chain that is read in parts."""


@dataclass(frozen=True)
class Attempt:
    """The readings of some sides, or why there is none."""

    found: tuple[Spelled, ...] = ()
    reason: str = ""
    construct: str = ""
    misfit: bool = False
    """Whether all of it can be read, and its shapes do not fit."""

    @property
    def is_read(self) -> bool:
        """Whether there is a reading that can be verified."""
        return bool(self.found) and not self.reason


Ask = Callable[[Sides], Attempt]


@dataclass(frozen=True)
class Chained:
    """The sides that are read together, and what became of the others."""

    sides: Sides
    attempt: Attempt
    left_out: tuple[str, ...] = ()
    """Which sides are left out, and why."""
    apart: tuple[Chained, ...] = ()
    """The first side with one other: what must be judged on its own."""


def chained(sides: Sides, ask: Ask, defined: Container[str] = ()) -> Chained:
    """Read a chain as far as it can be read; with the names that are defined."""
    if sides.unread and not sides.unread[0].at:
        fault = sides.unread[0].fault  # it is what the other sides are said of
        ruled = bool(sides.sides[1:]) and same_names(sides.sides)  # `E[x] = a = b`
        if not ruled and not any(map(differentiates, sides.sides)):
            return Chained(sides, Attempt((), reason_of(fault), construct(fault.text)))
    if _is_several(sides.sides):
        return Chained(sides, Attempt((), _SEVERAL, "its grammar"))
    noted = tuple(left_out_of(side.shown, side.fault.text) for side in sides.unread)
    bare = stripped(sides.sides)
    column = False
    if bare is not None:
        column = len(getattr(sides.sides[0], "args", ())) == 2
        kept = [tree for tree in bare if tree is not None]
        gone = [
            tree for tree, other in zip(sides.sides, bare, strict=True) if other is None
        ]
        noted += tuple(left_out_of(sides.shown(tree), _COUNTED) for tree in gone)
        sides = replace(sides, sides=tuple(kept), tight=())
    made = _named(sides, ask, defined)
    if column:  # an entry of a row is one of the column, too
        turned = [loose.call("transpose", tree) for tree in sides.sides[1:]]
        again = _named(replace(sides, sides=(sides.sides[0], *turned)), ask, defined)
        made = _nearer(made, again)
    return replace(made, left_out=(*noted, *made.left_out))


def _nearer(one: Chained, other: Chained) -> Chained:
    """Return the readings of both, those first that fit better."""
    if not (one.attempt.is_read and other.attempt.is_read):
        return one if one.attempt.is_read else other
    first = min(one, other, key=lambda made: made.attempt.found[0].cost)
    second = other if first is one else one
    found = tuple(
        replace(read, entrywise=True)
        for read in (*first.attempt.found, *second.attempt.found)
    )
    return replace(first, attempt=replace(first.attempt, found=found))


def _named(sides: Sides, ask: Ask, defined: Container[str]) -> Chained:
    """Read a chain without the derivative of a mere name, if there is another."""
    at = _only_named(sides.sides, defined)
    if at is not None:
        rest = some(sides, [one for one in range(len(sides.sides)) if one != at])
        made = _chained(rest, ask)
        if made.attempt.is_read:
            shown = sides.shown(sides.sides[at])
            said = left_out_of(shown, "it is not said what is differentiated")
            return replace(made, left_out=(said, *made.left_out))
    return _chained(sides, ask)


_SEVERAL = "it has derivatives by different variables: more than one statement"


def _is_several(trees: Sequence[Tree]) -> bool:
    """Whether statements run together: `∂(w + x)/∂w = I ∂(w + x)/∂x = I`."""
    match trees[subject_of(trees)]:
        case Call(loose.PARTIAL, (body, Name(wrt))):
            known = _names(body)
        case _:
            return False
    return len(trees) > 2 and any(
        by.name != wrt and {by.name, wrt} <= _names(inner) & known
        for tree in trees
        if not _is_alone(tree)
        for part in loose.calls(tree, loose.PARTIAL)
        for inner, by in [part.args]
        if isinstance(by, Name)
    )


def _is_alone(tree: Tree) -> bool:
    """Whether a side is a derivative, but for its sign."""
    match tree:
        case Call("neg" | loose.ACTING, (inner,)):
            return _is_alone(inner)
    return isinstance(tree, Call) and tree.name == loose.PARTIAL


def _names(tree: Tree) -> set[str]:
    return {part.name for part in loose.parts(tree) if isinstance(part, Name)}


def differentiates(tree: Tree) -> bool:
    """Whether there is a derivative in a tree."""
    return any(
        isinstance(part, Derived)
        or (isinstance(part, Call) and part.name in (*loose.CALCULUS, "hessian"))
        for part in loose.parts(tree)
    )


def _only_named(trees: Sequence[Tree], defined: Container[str]) -> int | None:
    """Return the side that is the derivative of a mere name, `∂f/∂x = ∂(A x)/∂x = A`.

    None if that is all there is: then it is said what the derivative of f is.
    """
    found = {at: body for at, tree in enumerate(trees) if (body := _body(tree))}
    if len(found) < 2 or len(trees) < 3:
        return None
    first, *more = found
    whole = any(not _is_name(found[at], ()) for at in more)
    return first if whole and _is_name(found[first], defined) else None


def _body(tree: Tree) -> Tree | None:
    change = next(loose.calls(tree, loose.CHANGE), None)  # `df` is in terms of others
    return differentiated(tree) if is_derivative(tree) and change is None else None


def _is_name(body: Tree, defined: Container[str]) -> bool:
    """Whether a tree is a name, or a function of names, that is not defined."""
    match body:
        case Name(name):
            return name not in defined
        case Call(name, args) if name not in _KNOWN and name not in defined:
            return all(isinstance(arg, Name) for arg in args)
    return False


_KNOWN = loose.LOOSE | loose.CALCULUS | PRIMITIVES.keys() | {loose.TOTAL, loose.PRODUCT}
_COUNTED = "it is a step in entries"


def _chained(sides: Sides, ask: Ask) -> Chained:
    trees = sides.sides
    whole = ask(sides)
    if whole.is_read:
        return Chained(sides, whole)
    first = subject_of(trees)
    if not 2 < len(trees) <= MOST_SIDES:
        loosened = _by_whole(sides, first)
        if len(trees) == 2 and loosened and (made := ask(loosened)).is_read:
            return Chained(loosened, made, (_BY_WHOLE,))
        return Chained(sides, whole)
    others = [at for at in range(len(trees)) if at != first]
    alone = {at: ask(some(sides, (first, at))) for at in others}
    good = [at for at in others if alone[at].is_read]
    if not good:
        last = some(sides, (first, others[-1]))
        loosened = _by_whole(last, 0) if first == 0 else None
        if loosened is None or not (made := ask(loosened)).is_read:
            return Chained(sides, whole)
        steps = _left_out(sides, alone, others[:-1])
        return Chained(loosened, made, (_BY_WHOLE, *steps))
    kept, attempt = _together(sides, ask, first, good, alone)
    apart = [at for at in others if at not in kept and _is_judged(alone[at], trees[at])]
    gone = [at for at in others if at not in kept and at not in apart]
    return Chained(
        some(sides, (first, *kept)),
        attempt,
        _left_out(sides, alone, gone),
        tuple(Chained(some(sides, (first, at)), alone[at]) for at in apart),
    )


def _together(
    sides: Sides, ask: Ask, first: int, good: Sequence[int], alone: dict[int, Attempt]
) -> tuple[list[int], Attempt]:
    """Return as many sides as can be read together, the last one among them."""
    further = [at for at in alone if at not in good and is_derivative(sides.sides[at])]
    for kept in (sorted([*good, *further]), list(good)) if further else (list(good),):
        if len(kept) > 1 and (made := ask(some(sides, (first, *kept)))).is_read:
            return kept, made
    kept, attempt = [good[-1]], alone[good[-1]]
    for at in good[-2::-1]:
        if (made := ask(some(sides, (first, at, *kept)))).is_read:
            kept, attempt = [at, *kept], made
    return kept, attempt


def _is_judged(attempt: Attempt, tree: Tree) -> bool:
    """Whether a side that does not fit to the others is judged on its own."""
    names = loose.ENTRY, loose.TOTAL, loose.PRODUCT, *loose.CALCULUS
    plain = next(loose.calls(tree, *names), None) is None
    return attempt.is_read or (attempt.misfit and plain)


def _left_out(
    sides: Sides, alone: dict[int, Attempt], gone: Sequence[int]
) -> tuple[str, ...]:
    return tuple(
        left_out_of(sides.shown(sides.sides[at]), alone[at].reason) for at in gone
    )


def subject_of(trees: Sequence[Tree]) -> int:
    """Return which side is the derivative that a chain is about."""
    found = (at for at, tree in enumerate(trees) if is_derivative(tree))
    return next(found, 0)


def some(sides: Sides, which: Sequence[int]) -> Sides:
    """Return a formula with some of its sides, in their order."""
    at = sorted(which)
    whole = len(sides.tight) == len(sides.sides)
    return replace(
        sides,
        sides=tuple(sides.sides[one] for one in at),
        tight=tuple(sides.tight[one] for one in at) if whole else (),
        unread=(),
    )


_BY_WHOLE = "the derivative by an entry is read as that by all of it"


def _by_whole(sides: Sides, first: int) -> Sides | None:
    """Read `∂f/∂X_pq` as `∂f/∂X`, where no other side has an index."""
    trees = list(sides.sides)
    rest = [tree for at, tree in enumerate(trees) if at != first]
    if any(loose.indices(tree) or is_zero(tree) for tree in rest):
        return None

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.PARTIAL | loose.GRADIENT, (body, Call(loose.ENTRY, args))):
                if isinstance(args[0], Name) and not loose.indices(body):
                    return replace(part, args=(body, args[0]))
        return part

    made = loose.mapped(trees[first], change)
    if made == trees[first]:
        return None
    trees[first] = made
    return replace(sides, sides=tuple(trees), tight=())
