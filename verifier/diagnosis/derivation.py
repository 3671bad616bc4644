"""The left side of a claim by the rules of the books: a sum of terms, in its layout."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from ..language.declaration import Type
from ..language.layout import Layout
from ..language.statement import Claim, Statement
from ..language.term import SCALAR, Shape
from ..language.tree import Call, Tree
from .links import NoRule
from .products import Algebra, Product
from .rules import Derivation


def derivative(
    body: Tree, statement: Statement, claim: Claim, algebra: Algebra
) -> list[Product]:
    """Return the terms of the left side of a claim about a function; none for zero."""
    derivation = Derivation(algebra, frozenset(statement.wrt))
    if claim.field == "differential":
        return derivation.differential(body)
    name = statement.wrt[0]
    declared = statement.variable(name)
    independent = statement.record.entries == "independent"
    rule = statement.pair(name)
    turned = claim.layout is Layout.DENOMINATOR
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
        case "skew":
            return [G, algebra.transposed(G).times(-1)]
    return [G, algebra.transposed(G), part("diagonal", "diag").times(-1)]
