"""Matrices side by side and above each other, among zeros.

M @ hstack(eye(n), zeros(n, p)) is hstack(M, zeros(m, p)), and what is zero in one term
of a sum is filled by the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..language.term import SCALAR
from ..language.tree import Call, Number, Tree
from .algebra import plus
from .products import Algebra, Product

STACKED = ("hstack", "vstack")


class Blocks:
    """Writes products with blocks of zeros as blocks."""

    def __init__(self, algebra: Algebra):
        self.algebra = algebra

    def joined(self, terms: Sequence[Tree]) -> list[Tree]:
        """Return terms of which no two fill the zeros of each other."""
        found: list[Tree] = []
        for term in map(self.placed, terms):
            for i, other in enumerate(found):
                if (both := self._sum(other, term)) is not None:
                    found[i] = both
                    break
            else:
                found.append(term)
        return found

    def placed(self, tree: Tree) -> Tree:
        """Write a product with blocks of zeros at its ends as the blocks it makes."""
        p = self.algebra.product(tree)
        outer = Product(SCALAR, p.number, p.scalars)
        match p.chain:
            case (*before, Call("hstack" as name, blocks)):
                parts = [self._times(outer, [*before, part]) for part in blocks]
            case (Call("vstack" as name, blocks), *after):
                parts = [self._times(outer, [part, *after]) for part in blocks]
            case _:
                return tree
        if not any(map(_is_zero, blocks)):
            return tree
        return Call(name, tuple(map(self.placed, parts)))

    def _times(self, outer: Product, chain: list[Tree]) -> Tree:
        algebra = self.algebra
        if any(_is_zero(factor) for factor in chain):
            rows, columns = algebra.shape(chain[0])[0], algebra.shape(chain[-1])[1]
            return algebra.zeros(rows, columns)
        whole = algebra.product(chain[0])
        for factor in chain[1:]:
            whole = algebra.at(whole, algebra.product(factor))
        return algebra.tree(algebra.by(outer, whole))

    def _sum(self, left: Tree, right: Tree) -> Tree | None:
        """Return the sum of two stacks of equal parts, of which some are zero."""
        match left, right:
            case Call(name, (a, b)), Call(other, (c, d)) if name == other in STACKED:
                if not any(map(_is_zero, (a, b, c, d))):
                    return None
                shapes = [self.algebra.shape(part) for part in (a, b, c, d)]
                if shapes[:2] == shapes[2:]:
                    return Call(name, (self._added(a, c), self._added(b, d)))
        return None

    def _added(self, left: Tree, right: Tree) -> Tree:
        if _is_zero(left) or _is_zero(right):
            return right if _is_zero(left) else left
        return self._sum(left, right) or plus(left, right)


def _is_zero(tree: Tree) -> bool:
    match tree:
        case Call("zeros"):
            return True
        case Number(value):
            return not value
    return False
