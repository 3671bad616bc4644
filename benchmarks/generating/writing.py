"""Trees put together as people write them: no factor 1, no sum with zero.

`None` stands for zero, so that what does not change leaves no trace.
"""

from __future__ import annotations

from fractions import Fraction

from verifier.language.dimension import Dim
from verifier.language.expression import parse
from verifier.language.shapes import infer
from verifier.language.term import ONE, SCALAR, Scope, Shape
from verifier.language.tree import Call, Derived, Name, Number, Tree


def number(value: int | Fraction) -> Tree:
    """Return a number."""
    return Number(Fraction(value))


UNIT = number(1)


def size(dim: Dim) -> Tree:
    """Return a dimension as a tree."""
    return parse(str(dim))


def call(name: str, *args: Tree) -> Tree:
    """Return a call."""
    return Call(name, args)


def shape_of(tree: Tree, scope: Scope) -> Shape:
    """Return the rows and columns of a tree."""
    return infer(tree, scope).shape


def eye(n: Dim) -> Tree:
    """Return the identity, of which that of size 1 is the number 1."""
    return UNIT if n == ONE else call("eye", size(n))


def ones(m: Dim, n: Dim) -> Tree:
    """Return ones."""
    return UNIT if (m, n) == SCALAR else call("ones", size(m), size(n))


def zeros(m: Dim, n: Dim) -> Tree:
    """Return zeros."""
    return call("zeros", size(m), size(n))


def is_eye(tree: Tree) -> bool:
    """Whether a tree is written as an identity."""
    return tree == UNIT or (isinstance(tree, Call) and tree.name == "eye")


def turned(tree: Tree) -> Tree:
    """Return the transpose."""
    match tree:
        case Call("transpose", (inner,)):
            return inner
        case Number() | Call("eye" | "diag", _):
            return tree
        case Call("ones" | "zeros" as name, (m, n)):
            return Call(name, (n, m))
    return call("transpose", tree)


def times(left: Tree, right: Tree) -> Tree:
    """Return the product entry by entry."""
    if left == UNIT:
        return right
    return left if right == UNIT else call("mul", left, right)


def at(left: Tree, right: Tree) -> Tree:
    """Return the matrix product."""
    if is_eye(left):
        return right
    return left if is_eye(right) else call("matmul", left, right)


def kron(left: Tree, right: Tree) -> Tree:
    """Return the Kronecker product."""
    if left == UNIT:
        return right
    return left if right == UNIT else call("kron", left, right)


def vec(tree: Tree, shape: Shape) -> Tree:
    """Return the columns, stacked."""
    return tree if shape[1] == ONE else call("vec", tree)


def plus(left: Tree | None, right: Tree | None) -> Tree | None:
    """Return a sum."""
    if left is None or right is None:
        return left if right is None else right
    return call("add", left, right)


def negative(tree: Tree | None) -> Tree | None:
    """Return minus a tree."""
    match tree:
        case None:
            return None
        case Call("neg", (inner,)):
            return inner
    return call("neg", tree)


def changed(tree: Tree, new: dict[str, Tree]) -> Tree:
    """Put trees in the place of names."""
    match tree:
        case Name(name):
            return new.get(name, tree)
        case Call(name, args):
            return Call(name, tuple(changed(arg, new) for arg in args))
        case Derived(args=args):
            return Derived(
                tree.kind,
                tree.symbol,
                tree.positions,
                tree.center,
                tree.order,
                tuple(changed(arg, new) for arg in args),
            )
    return tree


def names_in(tree: Tree) -> frozenset[str]:
    """Return the names in a tree, those of function symbols not."""
    match tree:
        case Name(name):
            return frozenset((name,))
        case Call(_, args) | Derived(args=args):
            return frozenset[str]().union(*map(names_in, args))
    return frozenset()
