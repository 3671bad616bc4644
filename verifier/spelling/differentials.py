"""Differentials: `d f = tr(A dX)`, `dA B + A dB`, and the steps that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition, inserted
from .derivatives import has_derivative, names_in, unturned
from .loose import is_zero
from .written import Written


def is_step_name(tree: Tree) -> bool:
    """Whether a tree is a name such as `dX`."""
    return isinstance(tree, Name) and loose.is_change(tree.name)


def is_step_of_matrix(name: str) -> bool:
    """Whether a name is the change of a matrix, which is no name otherwise."""
    return loose.is_change(name) and len(name) == 2 and name[1].isupper()


def holds_change(tree: Tree) -> bool:
    """Whether a side is a differential."""
    return next(loose.calls(tree, loose.CHANGE), None) is not None


def check_changes(first: Tree, sides: Sequence[Tree]) -> None:
    """Refuse `∂(U V)/∂x = U (dV/dx)` where `dV` is half of a derivative."""
    letters = names_in(sides)
    changes = {name for name in letters if loose.is_moved(name, letters)}
    if changes:
        said = f"`{min(changes)}` is a change, and no side is a differential"
        raise Fault(first.start, said)


def by_step(first: Tree, sides: Sequence[Tree]) -> Tree:
    """Read `∂ tr(A dX)/∂X`, of what is linear in the step dX, as by that."""
    match first:
        case Call(loose.PARTIAL, (body, by)):
            match unturned(by):
                case Name(name):
                    step, names = f"d{name}", names_in([body])
                    others = names_in([side for side in sides if side is not first])
                case _:
                    return first
        case _:
            return first
    if step not in names or name in names or step in others:
        return first

    def change(part: Tree) -> Tree:
        return (
            Name(name, start=part.start, stop=part.stop) if part == Name(step) else part
        )

    return replace(first, args=(loose.mapped(body, change), by))


def claimed_change(
    body: Tree, right: Sequence[Tree], known: Mapping[str, Definition]
) -> Written:
    """Return what is claimed of a change, by all that changes on the right."""
    inside = {
        part.name
        for part in loose.parts(inserted(body, known))
        if isinstance(part, Name)
    }
    changed = [
        part.name[1:]
        for side in right
        for part in loose.parts(side)
        if isinstance(part, Name) and loose.is_change(part.name)
    ]
    changed = [name for name in changed if name in inside] or changed
    if not changed:
        said = "a differential names the changes of its variables on the right"
        hint = "such as `d(A @ X) = A @ dX`; a derivative is `d(f)/dx`"
        raise Fault(body.start, said, hint)
    claims = tuple(("differential", side) for side in right)
    return Written("function", body, claims, tuple(dict.fromkeys(changed)))


def with_whole_change(sides: Sequence[Tree]) -> list[Tree]:
    """Read `d A B = dA B + A dB` as the change of all of its left side."""
    left, *right = sides
    first = _first_factor(left)
    if not isinstance(first, Name) or first is left or not is_step_name(first):
        return [*sides]
    changes = [part for part in loose.parts(left) if is_step_name(part)]
    again = any(part == first for side in right for part in loose.parts(side))
    if len(changes) > 1 or not again or has_derivative(left):
        return [*sides]
    within = [*loose.calls(left, "add", "sub")]
    sums = (one for side in right for one in loose.calls(side, "add", "sub"))
    if all(one in within for one in sums):
        return [*sides]  # `dx^T y = y^T dx` is about a step
    return [_changed_whole(left, first), *right]


def with_change_outside(tree: Tree) -> Tree:
    """Read `vec(d f)`, of what is linear, as `d(vec f)`."""
    match tree:
        case Call("vec" | "tr" | "diagonal" | "vech", (inner,)):
            match with_change_outside(inner):
                case Call(loose.CHANGE, (body,)) as made:
                    return replace(made, args=(replace(tree, args=(body,)),))
    return tree


def turned_outside(left: Tree, right: Sequence[Tree]) -> Tree:
    """Read `d(X^T)` as that, where it is said to be `(dX)^T`: its tree is the same."""
    match left:
        case Call("transpose", (Name() as change,)) if is_step_name(change):
            if left in right:
                body = replace(left, args=(Name(change.name[1:], start=change.start),))
                return Call(loose.CHANGE, (body,), start=left.start, stop=left.stop)
    return left


def with_change_inside(tree: Tree) -> Tree:
    """Read `d(vec X)`, as factor of a differential, as `vec(dX)`."""

    def change(part: Tree) -> Tree:
        match part:
            case Call(
                loose.CHANGE, (Call("vec" | "vech" | "tr", (Name(name),)) as made,)
            ):
                return replace(made, args=(Name(f"d{name}", start=made.start),))
        return part

    return loose.mapped(tree, change)


def _changed_whole(left: Tree, first: Name) -> Tree:
    """Return the change of a product whose first factor is written as one."""
    base = replace(first, name=first.name[1:])
    body = loose.mapped(left, lambda part: base if part == first else part)
    return loose.call(loose.CHANGE, body, start=left.start, stop=left.stop)


def as_change(sides: Sequence[Tree]) -> list[Tree]:
    """Return `d(x^T x) = ...` where `dx^T x = ...` may be meant so; [] elsewhere."""
    first = _first_factor(sides[0])
    lone = [part for part in loose.parts(sides[0]) if is_step_name(part)] == [first]
    if isinstance(first, Name) and first is not sides[0] and lone:
        return [_changed_whole(sides[0], first), *sides[1:]]
    return []


def of_any_change(sides: Sequence[Tree], changes: set[str]) -> Written:
    """Read `A dX B = ...`, no side of which is a differential, for every `dX`."""
    for side in sides:
        own = changes & names_in([side])
        if own != changes and not is_zero(side):
            one = min(changes - own)
            said = f"`{one}` is a change, and no side is a differential"
            raise Fault(sides[0].start, said)
    for part in (part for side in sides for part in loose.calls(side, "add", "sub")):
        if len({bool(changes & names_in([term])) for term in part.args}) > 1:
            said = "a step that is added to a value is no differential"
            raise Fault(part.start, said)
    letters, called = names_in(sides), dict[str, str]()
    for name in sorted(changes):
        letter = "H" if name[1].isupper() else "h"
        free = (f"{letter}{count or ''}" for count in range(len(letters) + 1))
        called[name] = next(one for one in free if one not in letters)
        letters.add(called[name])

    def change(part: Tree) -> Tree:
        if isinstance(part, Name) and part.name in called:
            return replace(part, name=called[part.name])
        return part

    left, *right = (loose.mapped(side, change) for side in sides)
    notes = tuple(f"`{name}` is read as any `{to}`" for name, to in called.items())
    claims = tuple(("both", side) for side in right)
    return Written("value", left, claims, notes=notes)


def _first_factor(tree: Tree) -> Tree:
    """Return the factor that a product begins with, without its transpose."""
    match tree:
        case Call(
            loose.JUXTAPOSED | loose.DOTTED | loose.STARRED | "matmul", (left, _)
        ):
            return _first_factor(left)
        case Call("transpose" | loose.PRIMED, (Name() as inner,)):
            return inner
    return tree
