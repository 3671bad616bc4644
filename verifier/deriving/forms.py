"""Trees whose shapes are known: scalars, squares, transposes that change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache, lru_cache
from itertools import groupby

from ..language.declaration import Type
from ..language.dimension import Dim
from ..language.expression import parse
from ..language.primitives import PRIMITIVES
from ..language.shapes import infer
from ..language.term import ONE, SCALAR, Scope, Shape, Term
from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault
from .algebra import chained, factors, inside, put, transpose

SYMMETRIC = ("symmetric", "positive_definite", "diagonal", "projection")


class Shapes:
    """What is known of trees in a scope: their shapes, and if they are symmetric."""

    def __init__(self, scope: Scope):
        self.scope = scope
        self._kept: dict[Tree, Tree] = {}
        self._terms: dict[Tree, Term | None] = {}

    def term(self, tree: Tree) -> Term | None:
        """Return the term of a tree, or None where its parts do not fit."""
        if tree not in self._terms:
            try:
                self._terms[tree] = infer(self._one(tree), self.scope)
            except Fault:
                self._terms[tree] = None
        return self._terms[tree]

    def _one(self, tree: Tree) -> Tree:
        """Return the tree that stands for all equal ones: it has one term."""
        if tree not in self._kept:
            self._kept[tree] = inside(tree, self._one)
        return self._kept[tree]

    def shape(self, tree: Tree) -> Shape:
        """Return the shape of a tree that fits."""
        term = self.term(tree)
        return infer(tree, self.scope).shape if term is None else term.shape

    def is_scalar(self, tree: Tree) -> bool:
        """Whether a tree fits and is 1 x 1 by its types."""
        term = self.term(tree)
        return term is not None and term.shape == SCALAR

    def is_square(self, tree: Tree) -> bool:
        """Whether a tree fits and is a square matrix, not a scalar."""
        term = self.term(tree)
        return term is not None and term.shape[0] == term.shape[1] != ONE

    def is_symmetric(self, tree: Tree) -> bool:
        """Whether a tree is its own transpose, as its form shows."""
        match tree:
            case Number():
                return True
            case Name(name):
                declared = self.scope.types.get(name)
                symmetric = isinstance(declared, Type) and declared.kind in SYMMETRIC
                return symmetric or self.is_scalar(tree)
            case Derived("hessian"):
                return self.is_square(tree) or self.is_scalar(tree)
            case Call("eye" | "diag"):
                return True
            case Call("matmul", (left, right)) if self.turned(left) == right:
                return True
            case Call("matmul", (A, Call("pinv", (B,))) | (Call("pinv", (A,)), B)):
                return A == B
            case Call("neg" | "inv" | "expm" | "add" | "sub" | "mul" | "div", args):
                return all(self.is_symmetric(arg) for arg in args)
        return self.is_scalar(tree)

    def turned(self, tree: Tree) -> Tree:
        """Return the transpose without the transposes that change nothing."""
        match tree:
            case _ if self.is_symmetric(tree):
                return tree
            case Call("add" | "sub"):
                return Call("transpose", (tree,))
        return self.plain(transpose(tree))

    def plain(self, tree: Tree) -> Tree:
        """Leave out transposes that change nothing."""
        match tree:
            case Call("transpose", (inner,)) if self.is_symmetric(inner):
                return self.plain(inner)
        return inside(tree, self.plain)

    def powered(self, tree: Tree, least: int = 3) -> Tree:
        """Write equal factors in a row as a power, from `least` of them on."""
        tree = inside(tree, lambda part: self.powered(part, least))
        if not isinstance(tree, Call) or tree.name != "matmul":
            return tree
        first, *rest = factors(tree)
        front: Tree | None = None
        match first:  # a scalar in front of a product stands in its first factor
            case Call("mul", (scalar, M)) if self.is_scalar(scalar):
                front, first = scalar, M
        chain: list[Tree] = []
        for factor, equal in groupby([first, *rest]):
            count = len(list(equal))
            if count < least or not self.is_square(factor):
                chain += [factor] * count
            else:
                chain.append(Call("matpow", (factor, Number(Fraction(count)))))
        if front is not None:
            chain[0] = Call("mul", (front, chain[0]))
        return chained(chain)

    # Constants.

    def eye(self, n: Dim) -> Tree:
        """Return an identity matrix."""
        return Call("eye", (written(n),)) if n != ONE else Number(Fraction(1))

    def zeros(self, m: Dim, n: Dim) -> Tree:
        """Return a matrix of zeros."""
        if m == n == ONE:
            return Number(Fraction(0))
        return Call("zeros", (written(m), written(n)))

    def ones(self, m: Dim, n: Dim) -> Tree:
        """Return a matrix of ones."""
        if m == n == ONE:
            return Number(Fraction(1))
        return Call("ones", (written(m), written(n)))


@lru_cache(4096)
def written(dim: Dim) -> Tree:
    """Return a dimension as an argument such as that of `eye(n + 1)`."""
    return parse(str(dim))


def said(text: str, call: Call, shapes: Shapes, changes: Sequence[str] = ()) -> Tree:
    """Return what the row of a function says of a call, in the words of that call.

    Its arguments stand for u and v, the names `changes` for their changes, and their
    dimensions for the letters of the signature.
    """
    new = dict(zip("uv", call.args, strict=False))
    new |= {f"d{u}": Name(du) for u, du in zip("uv", changes, strict=False)}
    parameters = PRIMITIVES[call.name].parameters
    for parameter, arg in zip(parameters, call.args, strict=False):
        if not parameter.startswith("#"):
            dims = map(written, shapes.shape(arg))
            new |= dict(zip(parameter.split(), dims, strict=False))
    return put(_read(text), new)


@cache
def _read(text: str) -> Tree:
    return parse(text)
