"""Trees compared as they are written, the order of sums and of products aside."""

from __future__ import annotations

from dataclasses import replace

from ..language.declaration import Type
from ..language.printing import show
from ..language.term import SCALAR
from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from .algebra import chained, factors, inside, summands
from .products import Algebra, Product


class Literal(Algebra):
    """An algebra that multiplies, and works nothing else out."""

    def _met(self, left: Tree, right: Tree) -> Product | None:
        match left, right:
            case (Call("eye"), _) | (_, Call("eye")):
                return super()._met(left, right)
        return None

    def transposed(self, product: Product) -> Product:
        """Return the transpose; that of a product is no other product."""
        if product.shape != SCALAR and len(product.chain) > 1:
            whole = Call("transpose", (self._core(product),))
            rows, columns = product.shape
            return replace(product, shape=(columns, rows), chain=(whole,))
        return super().transposed(product)

    def is_said_by(self, tree: Tree, normal: Tree) -> bool:
        """Whether a tree has a normal form, its transposes written out if need be."""
        return normal in (self.normal(tree), self.normal(self._straight(tree)))

    def _straight(self, tree: Tree) -> Tree:
        """Write transposes out: x.T @ A for (A.T @ x).T."""
        tree = inside(tree, self._straight)
        match tree:
            case Call("transpose", (inner,)):
                return self.turned(inner)
        return tree

    def normal(self, tree: Tree) -> Tree:
        """Return a form that is the same however sums and products are ordered.

        Transposes that change nothing and factors of one fall away.
        """
        tree = inside(tree, self.normal)
        match tree:
            case Call("tr", (Call("matmul") as chain,)):
                return Call("tr", (self._first_of_cycle(factors(chain)),))
            case Call("inv", (Name(name),)) if self._is_orthogonal(name):
                tree = Call("transpose", tree.args)
            case Call("inv", (Call("transpose", (Name(name) as Q,)),)):
                tree = Q if self._is_orthogonal(name) else tree
        try:
            shape = self.shape(tree)
            parts = (self.product(part) for part in summands(tree))
            terms = self.total(self.spread(part, shape) for part in parts)
            ordered = map(self._ordered, terms)
            return self.joined(sorted(ordered, key=lambda p: show(self.tree(p))))
        except Fault:  # a part that means nothing by itself
            return tree

    def _is_orthogonal(self, name: str) -> bool:
        """Whether a name is declared orthogonal: its inverse is its transpose."""
        declared = self.scope.types.get(name)
        return isinstance(declared, Type) and declared.kind == "orthogonal"

    def _first_of_cycle(self, chain: list[Tree]) -> Tree:
        """Turn a product within a trace, whichever of its forms comes first."""
        ways = (chain, [self.turned(factor) for factor in chain[::-1]])
        turns = (chained(way[i:] + way[:i]) for way in ways for i in range(len(way)))
        return min(turns, key=show)

    def _ordered(self, product: Product) -> Product:
        scalars = [(self._turned_first(base), k) for base, k in product.scalars]
        scalars.sort(key=lambda power: show(power[0]))
        chain = tuple(map(_sorted_entries, product.chain))
        return replace(product, scalars=tuple(scalars), chain=chain)

    def _turned_first(self, base: Tree) -> Tree:
        """Take a scalar or its transpose, whichever comes first."""
        turned = chained([self.turned(factor) for factor in factors(base)[::-1]])
        return min(base, turned, key=show)


def _sorted_entries(tree: Tree) -> Tree:
    match tree:
        case Call("mul", (left, right)) if show(right) < show(left):
            return Call("mul", (right, left))
    return tree
