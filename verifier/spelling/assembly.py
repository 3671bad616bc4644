"""Matrix expressions, put together as people write them: with few transposes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..language.tree import Call, Number, Tree
from . import loose

ONE = Number(Fraction(1))


def transposed(tree: Tree) -> Tree:
    """Return the transpose, without two transposes in a row."""
    match tree:
        case Call("transpose", (inner,)):
            return inner
        case Call("matmul", (left, right)):
            return product(transposed(right), transposed(left))
        case Call("diag"):
            return tree
        case Call(loose.IDENTITY):
            return tree
    return Call("transpose", (tree,))


def product(left: Tree, right: Tree) -> Tree:
    """Return a product of matrices, from the left to the right."""
    match right:
        case Call("matmul", (first, second)):
            return Call("matmul", (product(left, first), second))
    return Call("matmul", (left, right))


def summed(tree: Tree, pairs: Sequence[Tree]) -> Tree:
    """Return the sum of a column's entries.

    `pairs` are the products of two matrices, entry by entry; others are by a number.
    """
    match tree:
        case Call("rowsum", (inner,)):
            return _all_of(inner, pairs)
        case Call("transpose", (Call("colsum", (inner,)),)):
            return _all_of(inner, pairs)
        case Call("diagonal", (inner,)):
            return Call("tr", (inner,))
    return Call("sum", (tree,))


def _all_of(matrix: Tree, pairs: Sequence[Tree]) -> Tree:
    """Return the sum of a matrix's entries."""
    match matrix:
        case Call("transpose", (inner,)):
            return _all_of(inner, pairs)
        case _ if matrix not in pairs:
            return Call("sum", (matrix,))
        case Call("mul", (left, Call("transpose", (right,)))):
            return Call("tr", (_plainer(product(left, right)),))
        case Call("mul", (left, right)) if is_product(left) or is_product(right):
            return Call("tr", (_plainer(product(transposed(left), right)),))
    return Call("sum", (matrix,))


def rowsum(matrix: Tree) -> Tree:
    """Return the sums of the rows."""
    match matrix:
        case Call("transpose", (inner,)):
            return Call("transpose", (Call("colsum", (inner,)),))
    return Call("rowsum", (matrix,))


def is_product(tree: Tree) -> bool:
    """Whether a tree is a product of matrices."""
    return isinstance(tree, Call) and tree.name == "matmul"


def _plainer(tree: Tree) -> Tree:
    """Return a tree or its transpose, whichever has fewer transposes."""
    other = transposed(tree)
    return min(tree, other, key=lambda t: sum(1 for _ in loose.calls(t, "transpose")))


def inner(left: Tree, right: Tree) -> Tree:
    """Return the inner product of two columns."""
    return _plainer(product(transposed(left), right))


def times(trees: Sequence[Tree]) -> Tree | None:
    """Return the product of all, entry by entry; equal factors are a power."""
    made: Tree | None = None
    left = list(trees)
    while left:
        tree = left.pop(0)
        count = 1 + left.count(tree)
        if count > 1:
            left = [other for other in left if other != tree]
            tree = Call("pow", (tree, Number(Fraction(count))))
        made = tree if made is None else Call("mul", (made, tree))
    return made


def quotient(above: Sequence[Tree], below: Sequence[Tree]) -> Tree | None:
    """Return a quotient, entry by entry; None of nothing."""
    top, bottom = times([t for t in above if t != ONE]), times(below)
    if bottom is None:
        return top
    return Call("div", (ONE if top is None else top, bottom))
