"""The left side of a claim by the rules of the books: a sum of terms, in its layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from ..language.declaration import FunctionType, Type, of_scalars
from ..language.layout import Layout, kind_of_pair
from ..language.statement import Claim, Statement
from ..language.term import SCALAR, Shape
from ..language.tree import Call, Derived, Name, Tree
from .algebra import inside
from .links import NoRule
from .products import Algebra, Product
from .rewriting import rewritten
from .rules import MOST_WAYS, Rules


class Derivation(Rules):
    """The chains of a function read as differentials, gradients and Jacobians."""

    def differential(self, tree: Tree) -> list[Product]:
        """Return the terms of d(tree), with dX the change of X."""

        def change(name: str) -> Product:
            return self.algebra.product(Name(f"d{name}"))

        return self._forward(tree, change)

    def by_scalar(self, tree: Tree) -> list[Product]:
        """Return the terms of the derivative by a scalar, in the shape of the tree."""
        return self._forward(tree, lambda name: Product(SCALAR))

    def _forward(self, tree: Tree, change: Callable[[str], Product]) -> list[Product]:
        found = []
        for name, links in self.chains(tree):
            M = change(name)
            for link in links:
                M = link.forward(M)
            found.append(M)
        return self.algebra.total(found)

    def gradient(self, tree: Tree) -> list[Product]:
        """Return the terms of a scalar's gradient, in the shape of the variable."""
        found = []
        for _, links in self.chains(tree):
            G = Product(SCALAR)
            for link in reversed(links):
                G = link.backward(G)
            found.append(G)
        return self.algebra.total(found)

    def jacobian(self, tree: Tree, x: Shape) -> list[Product]:
        """Return the terms of d vec(tree) / d vec(x)^T."""
        found = []
        for _, links in self.chains(tree):
            J = self.algebra.product(self.algebra.eye(x[0] * x[1]))
            for link in links:
                J = link.stacked(J)
            found.append(J)
        return self.algebra.total(found)

    def hessian(self, tree: Tree, x: Shape) -> list[Product]:
        """Return the terms of the second derivative over vec(x).

        Those of a vector's entries stand one above the other, as the derivative of vec
        of the transposed Jacobian.
        """
        algebra, found = self.algebra, []
        if algebra.is_scalar(tree):
            first = self.gradient(tree)
        else:
            first = [algebra.transposed(J) for J in self.jacobian(tree, x)]
        for term in first:
            found += self.jacobian(algebra.tree(term), x)
            if len(found) > MOST_WAYS:
                raise NoRule
        return algebra.total(found)


def derivative(
    body: Tree, statement: Statement, claim: Claim, algebra: Algebra
) -> list[Product]:
    """Return the terms of the left side of a claim about a function; none for zero."""
    body = rewritten(_in_layout(body, algebra), algebra)
    derivation = Derivation(algebra, frozenset(statement.wrt))
    if claim.field == "differential":
        return derivation.differential(body)
    name = statement.wrt[0]
    declared = statement.variable(name)
    independent = statement.record.entries == "independent"
    rule = statement.pair(name)
    turned = (claim.layout or Layout.NUMERATOR).turns(rule)
    if independent and (claim.field == "hessian" or rule != "scalar by any"):
        raise NoRule
    if claim.field == "hessian":
        free = _free(algebra, name, declared.shape)
        return Derivation(free, frozenset({name})).hessian(body, declared.shape)
    if rule == "scalar by any" and declared.shape != SCALAR:
        found, turned = derivation.gradient(body), not turned
    elif declared.shape == SCALAR:
        found = derivation.by_scalar(body)
    else:
        found = derivation.jacobian(body, declared.shape)
    if independent:
        found = algebra.total(
            part for G in found for part in by_entries(declared.kind, G, algebra)
        )
    return [algebra.transposed(p) for p in found] if turned else found


def _in_layout(body: Tree, algebra: Algebra) -> Tree:
    """Write the derivatives in a function, which are in numerator layout, in another.

    Those of functions of a scalar, entry by entry, look the same in all of them.
    """
    if algebra.scope.layout is Layout.NUMERATOR:
        return body
    body = inside(body, lambda part: _in_layout(part, algebra))
    if not isinstance(body, Derived) or body.kind != "D":
        return body
    declared = algebra.scope.types.get(body.symbol)
    if not isinstance(declared, FunctionType):
        return body
    x = declared.arguments[body.positions[0] - 1]
    turns = algebra.scope.layout.turns(
        kind_of_pair(declared.result.shape, x.shape == SCALAR)
    )
    entries = of_scalars(declared) and declared.result.shape == SCALAR
    return Call("transpose", (body,)) if turns and not entries else body


def _free(algebra: Algebra, name: str, shape: Shape) -> Algebra:
    """Return an algebra in which a matrix and its transpose move by themselves.

    The gradient of tr(X @ X) is 2 X at a symmetric X, but its entries move as those of
    2 X.T do.
    """
    types = {**algebra.scope.types, name: Type("matrix", shape)}
    return Algebra(replace(algebra.scope, types=types, inferred={}, seen={}))


def by_entries(kind: str, G: Product, algebra: Algebra) -> list[Product]:
    """Return a gradient by the independent entries, from that by all of them."""

    def part(*names: str) -> Product:
        tree = algebra.tree(replace(G, number=Fraction(1), scalars=()))
        for name in names:
            tree = Call(name, (tree,))
        return algebra.by(Product(SCALAR, G.number, G.scalars), algebra.product(tree))

    match kind:
        case "diagonal":
            return [part("diagonal", "diag")]
        case "lower":
            return [part("tril")]
        case "upper":
            return [part("triu")]
        case "skew":
            return [G, algebra.transposed(G).times(-1)]
    return [G, algebra.transposed(G), part("diagonal", "diag").times(-1)]
