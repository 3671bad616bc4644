"""Ways to a function through inner functions by names, and what becomes of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..language.term import ONE, SCALAR
from ..language.tree import Call, Name, Tree
from .algebra import names
from .derivation import Derivation
from .links import Link
from .products import Algebra, Product
from .rules import Chain


@dataclass(frozen=True)
class Through(Derivation):
    """The ways from the variables to a function, through inner functions by names."""

    inner: Mapping[str, Tree] = field(default_factory=dict)

    def chains(self, tree: Tree) -> list[Chain]:
        if isinstance(tree, Name) and tree.name in self.inner:
            return self.chains(self.inner[tree.name])
        return super().chains(tree)


class Told(Algebra):
    """Leaves a change where a rule has moved it: x.T @ A.T @ dx is no dx.T @ A @ x."""

    def _scalar(self, product: Product) -> Tree:
        whole = self._core(product)
        moves = any(name in self.scope.extra for name in names(whole))
        return whole if moves else super()._scalar(product)


class Opening(Told):
    """Multiplies out what contains a change, and leaves all else as it stands."""

    def _expanded(self, tree: Tree, most: int) -> list[Product] | None:
        if self.scope.extra.keys().isdisjoint(names(tree)):
            return [self.product(tree)]
        return super()._expanded(tree, most)


def forward(M: Product, links: Sequence[Link]) -> Product:
    """Return what a change becomes."""
    for link in links:
        M = link.forward(M)
    return M


def backward(links: Sequence[Link]) -> Product:
    """Return the gradient of a scalar to which links lead."""
    G = Product(SCALAR)
    for link in reversed(links):
        G = link.backward(G)
    return G


def at(J: Product, column: Product) -> Product:
    """Return J @ column as it stands: what they make together is seen no more."""
    match J.chain:
        case (Call("eye"),):
            return replace(J, shape=column.shape, chain=column.chain)
    return replace(J, shape=(J.shape[0], ONE), chain=(*J.chain, *column.chain))
