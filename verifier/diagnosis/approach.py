"""Limits at zero and expansions by the rules of the books, as sums of terms."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from ..deriving.algebra import negative, put
from ..deriving.derivation import Derivation
from ..deriving.forms import said, written
from ..deriving.links import NoRule
from ..deriving.products import Algebra, Product
from ..language.declaration import FunctionType
from ..language.primitives import PRIMITIVES
from ..language.statement import Statement
from ..language.term import SCALAR
from ..language.tree import Call, Derived, Name, Number, Tree

HIGHEST = 3
"""The highest degree of an expansion, and the most times that a limit is of 0 / 0."""


def approached(body: Tree, statement: Statement, algebra: Algebra) -> list[Product]:
    """Return the terms of a limit or of an expansion; NoRule where it is not known."""
    name = statement.moving
    if isinstance(statement.types.get(name), FunctionType) or statement.target != "0":
        raise NoRule
    if statement.record.subject == "expansion":
        return _expansion(statement, body, algebra)
    if statement.variable(name).shape != SCALAR:
        raise NoRule
    return _limit(body, name, algebra)


def _expansion(statement: Statement, body: Tree, algebra: Algebra) -> list[Product]:
    """Return the value, and one differential after the other over its factorial."""
    letter, power = statement.rate
    degree = (power.constant or 0) - (letter == "O")
    if power.constant is None or not 0 <= degree <= HIGHEST:
        raise NoRule
    name = statement.moving
    wider = algebra.knowing({f"d{name}": statement.variable(name)})
    derivation = Derivation(wider, frozenset({name}))
    zero = _AtZero(wider, name)
    terms, found = [wider.product(body)], []
    for k in range(degree + 1):
        for term in terms:
            at_zero = zero.of(wider.tree(term))
            if at_zero is not None:
                change = put(at_zero, {f"d{name}": Name(name)})
                found += algebra.expanded(change)
        if k < degree:
            trees = [wider.tree(term.times(Fraction(1, k + 1))) for term in terms]
            terms = [p for tree in trees for p in derivation.differential(tree)]
    return algebra.total(found)


def _limit(body: Tree, name: str, algebra: Algebra) -> list[Product]:
    """Return the limit of a quotient by the slopes of both sides, where both vanish."""
    match body:
        case Call("div", (above, below)):
            pass
        case _:
            above, below = body, Number(Fraction(1))
    zero, derivation = _AtZero(algebra, name), Derivation(algebra, frozenset({name}))
    for _ in range(HIGHEST):
        tops, bottoms = (zero.terms(side) for side in (above, below))
        if bottoms:
            divisor = algebra.product(algebra.joined(bottoms))
            return [algebra.by(top, algebra.inverted(divisor)) for top in tops]
        if tops:
            raise NoRule
        above, below = (
            algebra.joined(derivation.by_scalar(side)) for side in (above, below)
        )
    raise NoRule


class _AtZero:
    """Puts zero in the place of a name; None stands for a zero of any shape."""

    def __init__(self, algebra: Algebra, name: str):
        self.algebra, self.name = algebra, name

    def terms(self, tree: Tree) -> list[Product]:
        """Return the terms of a tree at zero, none where they cancel."""
        found = self.of(tree)
        return [] if found is None else self.algebra.expanded(found)

    def of(self, tree: Tree) -> Tree | None:
        """Return a tree at zero."""
        match tree:
            case Name(name) if name == self.name:
                return None
            case Number(value) if not value:
                return None
            case Derived(args=args):
                return replace(tree, args=tuple(map(self._written, args)))
            case Call(name, args):
                return self._call(tree, name, args)
        return tree

    def _call(self, tree: Call, name: str, args: tuple[Tree, ...]) -> Tree | None:
        first, *rest = found = [self.of(arg) for arg in args]
        if name in ("add", "sub"):
            return self._sum(name, found[0], found[1], tree)
        if name in ("mul", "matmul", "kron"):
            return None if None in found else Call(name, args_of(found))
        if name in ("div", "pow", "solve"):
            second = rest[0]
            if second is None:
                raise NoRule
            if first is None and name == "pow" and not _positive(second):
                raise NoRule
            return None if first is None else Call(name, (first, second))
        if not (text := _stated(name, first)):
            return Call(name, tuple(map(self._written, args)))
        if text == "0":
            return None
        value = self.algebra.product(said(text, tree, self.algebra))
        shape = self.algebra.shape(tree)
        return self.algebra.tree(self.algebra.spread(value, shape))

    def _sum(
        self, name: str, left: Tree | None, right: Tree | None, tree: Tree
    ) -> Tree | None:
        if left is not None and right is not None:
            return Call(name, (left, right))
        kept = left if right is None else right
        if kept is None:
            return None
        shape = self.algebra.shape(tree)
        if self.algebra.shape(kept) != shape:  # a scalar beside a zero matrix
            kept = Call("mul", (kept, self.algebra.ones(*shape)))
        return negative(kept) if left is None and name == "sub" else kept

    def _written(self, tree: Tree) -> Tree:
        """Return a tree at zero where it cannot be left out."""
        found = self.of(tree)
        if found is not None:
            return found
        rows, columns = self.algebra.shape(tree)
        if (rows, columns) == SCALAR:
            return Number(Fraction(0))
        return Call("zeros", (written(rows), written(columns)))


def _stated(name: str, arg: Tree | None) -> str:
    """Return what a row says of a function at zero or at an identity, if anything."""
    row = PRIMITIVES.get(name)
    match arg:
        case _ if row is None:
            return ""
        case None:
            return row.at_zero
        case Call("eye") if row.parameters[0] == "n n":
            return row.at_identity
        case Number(value) if value == 1:
            return row.at_identity
    return ""


def args_of(found: list[Tree | None]) -> tuple[Tree, ...]:
    """Return arguments none of which is zero."""
    return tuple(tree for tree in found if tree is not None)


def _positive(tree: Tree) -> bool:
    return isinstance(tree, Number) and tree.value > 0
