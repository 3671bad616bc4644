"""What people leave out: the change of a name that is defined, the I of `A - λ`.

And what they do not mean: that the A of a rule is the one of an example.

In `dy = 2 r^T dr = 2 r^T A dx` the dr is that of `r = A x - b`, which is `A dx`; so is
`d(X^T) A` inside of a side what it is in terms of dX.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from ..language.tree import Call, Name, Number, Tree
from ..spelling import loose
from ..spelling.defining import Definition
from .context import Defined

_PRODUCTS = frozenset(
    (loose.JUXTAPOSED, loose.DOTTED, loose.STARRED, "matmul", "mul", "kron")
)
_LINEAR = frozenset(("transpose", loose.PRIMED, "tr", "vec", "sum", "neg", "diag"))
DEPTH = 4
"""Definitions within each other."""


class _Unmoved(Exception):
    """The change of something is not known."""


def with_changes(
    trees: Sequence[Tree], definitions: Mapping[str, Definition]
) -> tuple[Tree, ...]:
    """Return sides in terms of the changes of names that are not defined."""
    named = {
        part.name
        for tree in trees
        for part in loose.parts(tree)
        if isinstance(part, Name) and _is_change(part.name)
    }
    known = {
        name: made
        for name, made in definitions.items()
        if not made.parameters and _plain(made.body)
    }
    inner = {name[1:] for name in named}
    moving = inner - known.keys()
    if not moving or not inner:
        return tuple(trees)

    def change(part: Tree) -> Tree:
        body: Tree | None = None
        match part:
            case Name(name) if _is_change(name) and name[1:] in known:
                body = known[name[1:]].body
            case Call(loose.CHANGE, (body,)):
                pass
        if body is None:
            return part
        try:
            return _moved(body, moving, known) or part
        except _Unmoved:
            return part

    first, *others = trees
    return first, *(
        tree if _is_whole(tree) else loose.bounded(loose.mapped(tree, change))
        for tree in others
    )


def without_examples(
    definitions: Mapping[str, Defined], trees: Sequence[Tree]
) -> dict[str, Defined]:
    """Leave out that A is a certain matrix of numbers, where a rule names it.

    Where a side has numbers written out, it is about the example.
    """
    units = (loose.BLOCKS,)
    kept = {**definitions}
    if any(True for tree in trees for _ in loose.calls(tree, *units)):
        return kept
    claimed = {
        part.name
        for tree in trees[1:]
        for part in loose.parts(tree)
        if isinstance(part, Name)
    }
    for name in claimed & kept.keys():
        body = kept[name].made.body
        numbers = not any(isinstance(part, Name) for part in loose.parts(body))
        if numbers and any(True for _ in loose.calls(body, *units)):
            del kept[name]
    return kept


def _is_change(name: str) -> bool:
    return len(name) > 1 and name[0] == "d"


def _is_whole(tree: Tree) -> bool:
    """Whether a side is a differential itself: that is what it is said of."""
    return isinstance(tree, Call) and tree.name == loose.CHANGE


def _plain(tree: Tree) -> bool:
    return next(loose.calls(tree, *loose.CALCULUS), None) is None


def _moved(
    tree: Tree, moving: Set[str], known: Mapping[str, Definition], depth: int = 0
) -> Tree | None:
    """Return the change of a side, None for that of a constant."""
    match tree:
        case Number():
            return None
        case Name(name) if name in moving:
            return Name(f"d{name}", start=tree.start, stop=tree.stop)
        case Name(name) if name in known and depth < DEPTH:
            return _moved(known[name].body, moving, known, depth + 1)
        case Name():
            return None
        case Call("add" | "sub" as name, (left, right)):
            one, other = (_moved(arg, moving, known, depth) for arg in (left, right))
            if one is None or other is None:
                return (
                    loose.call("neg", other)
                    if other and name == "sub"
                    else one or other
                )
            return replace(tree, args=(one, other))
        case Call(name, (left, right)) if name in _PRODUCTS:
            one, other = (_moved(arg, moving, known, depth) for arg in (left, right))
            terms = [replace(tree, args=(one, right))] if one else []
            terms += [replace(tree, args=(left, other))] if other else []
            return (
                loose.call("add", *terms) if len(terms) > 1 else next(iter(terms), None)
            )
        case Call(name, (inner,)) if name in _LINEAR:
            made = _moved(inner, moving, known, depth)
            return replace(tree, args=(made,)) if made else None
    names = {part.name for part in loose.parts(tree) if isinstance(part, Name)}
    if names & (moving | known.keys()):
        raise _Unmoved
    return None


def with_units(tree: Tree) -> Tree:
    """Return a side in which the λ of `A - λ` is `λ I`: no number stands there."""

    def change(part: Tree) -> Tree:
        match part:
            case Call("add" | "sub", (left, right)) if _is_matrix(left):
                if _is_eigenvalue(right):
                    return replace(part, args=(left, _scaled(right)))
            case Call("add" | "sub", (left, right)) if _is_matrix(right):
                if _is_eigenvalue(left):
                    return replace(part, args=(_scaled(left), right))
        return part

    return loose.mapped(tree, change)


def _scaled(tree: Tree) -> Tree:
    return loose.call(loose.JUXTAPOSED, tree, loose.call(loose.IDENTITY))


def _is_matrix(tree: Tree) -> bool:
    """Whether a side is a matrix by its letters: A, `A^T A`."""
    match tree:
        case Name(name):
            return name[0].isupper()
        case Call(loose.JUXTAPOSED | loose.DOTTED, (left, right)):
            return _is_matrix(left) and _is_matrix(right)
        case Call("transpose" | "inv", (inner,)):
            return _is_matrix(inner)
    return False


def _is_eigenvalue(tree: Tree) -> bool:
    return isinstance(tree, Name) and tree.name.partition("_")[0] == "lam"
