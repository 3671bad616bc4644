"""Matrices whose subscripts are sizes: the `K_{mn}` of `K_{mn} vec(A)`, and `I_{mn}`.

Beside a `vec` or a Kronecker product two letters below a K are no indices of an entry:
it is the commutation matrix, with `K_{mn} vec(A) = vec(A^T)`. Where a text says which
letter it gives that matrix, that one is it everywhere, and `K_n` is `K_{nn}`.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from ..language.tree import Call, Name, Tree
from . import loose

LETTERS = frozenset("mnpqrstkl")
"""Letters of sizes."""
_BESIDE = "vec", "kron", "hessian", loose.SECOND_PARTIAL


def with_sizes(
    sides: Sequence[Tree], letters: Set[str] = frozenset()
) -> tuple[Tree, ...]:
    """Return sides in which `K_{mn}` and `I_{mn}` are what they are beside a `vec`.

    `letters` are those that are said to be commutation matrices.
    """
    made = tuple(sides)
    if letters:
        made = tuple(
            loose.mapped(side, lambda part: _said(part, letters) or part)
            for side in made
        )
        sides = made
    if not any(True for side in sides for _ in loose.calls(side, *_BESIDE)):
        return made
    parts = [part for side in sides for part in loose.parts(side)]
    entries = [part for part in parts if _is_entry(part)]
    if not entries or Name("K") in [p for p in parts if not _below(p, entries)]:
        return made
    if any(_sized(entry) is None for entry in entries):
        return made  # there are entries indeed
    return tuple(loose.mapped(side, lambda part: _sized(part) or part) for side in made)


def _said(tree: Tree, letters: Set[str]) -> Tree | None:
    """Return the matrix that a letter with sizes is said to be; None for all else."""
    match tree:
        case Call(loose.ENTRY, (Name(letter), Name(rows), Name(columns))):
            sizes = [rows, columns]
        case Call(loose.ENTRY, (Name(letter), Name(size))):
            sizes = [size]
        case Name(name) if "_" in name:
            letter, _, below = name.partition("_")
            sizes = list(below.replace(",", ""))
        case _:
            return None
    if (
        letter not in letters
        or not LETTERS.issuperset(sizes)
        or len(sizes) not in (1, 2)
    ):
        return None
    where = {"start": tree.start, "stop": tree.stop}
    return loose.call("commutation", Name(sizes[0]), Name(sizes[-1]), **where)


def _below(part: Tree, entries: Sequence[Tree]) -> bool:
    """Whether a name is one of which there are entries."""
    return any(part is entry.args[0] for entry in entries if isinstance(entry, Call))


def _is_entry(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.name == loose.ENTRY


def _sized(tree: Tree) -> Tree | None:
    """Return the matrix that has two sizes below it; None for all else."""
    match tree:
        case Call(loose.ENTRY, (base, Name(rows) as left, Name(columns) as right)):
            if not {rows, columns} <= LETTERS:
                return None
            where = {"start": tree.start, "stop": tree.stop}
            if base == Name("K"):
                return loose.call("commutation", left, right, **where)
            if isinstance(base, Call) and base.name == loose.IDENTITY:
                return loose.call("eye", loose.call("mul", left, right), **where)
    return None
