"""Unit vectors and matrices of one entry: `∂x_i/∂x = e_i`, `∂X_ij/∂X = e_i e_j^T`.

What is differentiated is one entry, by all of them: it is `e_i^T x` then, and the `e_i`
of the right side is the i-th column of the identity, where nothing else is said of e.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from . import loose
from .written import Written

VECTORS = ("e", "e_hat")
MATRICES = ("E", "J")
"""What a vector and a matrix are called that have one entry, a 1."""


def with_unit_vectors(written: Written, known: Container[str]) -> Written:
    """Return a derivative of one entry in terms of unit vectors."""
    if written.subject == "entries":
        return _of_each(written)
    if written.subject != "function" or len(written.wrt) != 1:
        return written
    (variable,) = written.wrt
    parts = [part for tree in written.trees for part in loose.parts(tree)]
    inside = [*loose.calls(written.body, loose.ENTRY)]
    claimed = [part for _, claim in written.claims for part in loose.parts(claim)]
    units = [part for part in claimed if _unit(part, known) is not None]
    if not inside or not units or any(map(_is_sum, parts)):
        return written
    if any(_whole(entry, variable) is None for entry in inside):
        return written
    entries = [part for part in claimed if _is_entry(part)]
    if any(_whole(e, variable) is None and _unit(e, known) is None for e in entries):
        return written
    bare = {*_bare(written.trees)}
    if variable in bare or bare & {*VECTORS}:
        return written

    def change(part: Tree) -> Tree:
        return _unit(part, known) or _whole(part, variable) or part

    claims = tuple(
        (where, loose.mapped(tree, change)) for where, tree in written.claims
    )
    return replace(written, body=loose.mapped(written.body, change), claims=claims)


def _of_each(written: Written) -> Written:
    """Read `∂X_kl/∂X_ij = δ_ik δ_jl`: the derivative of X by itself."""
    match written.body, written.by:
        case (
            Call(loose.ENTRY, (Name(name), Name(row), Name(column))),
            Call(loose.ENTRY, (Name(same), Name(by_row), Name(by_column))),
        ) if name == same and len({row, column, by_row, by_column}) == 4:
            pairs = {frozenset((row, by_row)), frozenset((column, by_column))}
        case _:
            return written
    if not all(_deltas(claim) == pairs for _, claim in written.claims):
        return written
    claims = tuple(
        (where, loose.call(loose.IDENTITY, start=claim.start, stop=claim.stop))
        for where, claim in written.claims
    )
    return Written("function", Name(name), claims, (name,), left_out=written.left_out)


def _deltas(tree: Tree) -> set[frozenset[str]] | None:
    """Return the pairs of indices of a product of Kronecker's deltas."""
    match tree:
        case Call(loose.ENTRY, (Name("delta"), Name(one), Name(other))):
            return {frozenset((one, other))}
        case Call(loose.JUXTAPOSED | loose.DOTTED, (left, right)):
            first, second = _deltas(left), _deltas(right)
            return None if first is None or second is None else first | second
    return None


def _unit(tree: Tree, known: Container[str]) -> Tree | None:
    """Return a vector or a matrix of one entry; None for anything else."""
    match tree:
        case Call(loose.ENTRY, (Name(name), Name(index))):
            if name in VECTORS and name not in known:
                return _vector(index, tree)
        case Call(loose.ENTRY, (Name(name), Name(row), Name(column))) | Call(
            loose.POWER,
            (Name(name), Call(loose.JUXTAPOSED, (Name(row), Name(column)))),
        ) if name in MATRICES and name not in known:
            left, right = _vector(row, tree), _vector(column, tree)
            return _product(left, loose.call("transpose", right), tree)
    return None


def _whole(tree: Tree, variable: str) -> Tree | None:
    """Return an entry of the variable in terms of it; None for anything else."""
    match tree:
        case Call(loose.ENTRY, (Name(name), Name(index))) if name == variable:
            row = loose.call("transpose", _vector(index, tree))
            return _product(row, Name(variable), tree)
        case Call(loose.ENTRY, (Name(name), Name(row), Name(column))):
            if variable in (name, name.upper()):
                above = loose.call("transpose", _vector(row, tree))
                left = _product(above, Name(variable), tree)
                return _product(left, _vector(column, tree), tree)
    return None


def _vector(index: str, tree: Tree) -> Tree:
    return loose.call(loose.UNIT, Name(index), start=tree.start, stop=tree.stop)


def _product(left: Tree, right: Tree, tree: Tree) -> Tree:
    return loose.call("matmul", left, right, start=tree.start, stop=tree.stop)


def _is_entry(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.name == loose.ENTRY


def _is_sum(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.name in (loose.TOTAL, loose.PRODUCT)


def _bare(trees: Sequence[Tree]) -> set[str]:
    """Return the names that stand somewhere without an index."""
    found: set[str] = set()
    for tree in trees:
        if isinstance(tree, Name):
            found.add(tree.name)
        elif not _is_entry(tree):
            found |= _bare(getattr(tree, "args", ()))
    return found
