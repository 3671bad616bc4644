"""Derivatives of one statement in closed form, each as short as was found.

What comes out is a proposal: the draws by which it was made short prove nothing, and
whoever shows it has it verified first.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import suppress
from functools import cached_property

from ..language.declaration import FunctionType
from ..language.expression import parse
from ..language.layout import Layout, arranged_shape
from ..language.statement import Claim, Statement
from ..language.term import SCALAR, Shape, is_scalar
from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from .abbreviations import Abbreviations
from .algebra import inside, length, names, spots
from .derivation import derivative
from .links import NoRule
from .products import Algebra, Product
from .samples import Samples
from .shortening import Shortener
from .stock import Stock

FIELDS = ("numerator", "denominator", "mixed", "differential", "hessian")


class ClosedForms:
    """The derivatives of a record's function, by the name of the field of a claim."""

    def __init__(self, statement: Statement):
        self.statement = statement
        self._abbreviations = Abbreviations(statement.lets)
        self._body = parse(statement.record.body.value)
        self._algebras: dict[Layout, Algebra] = {}
        self._shorteners: dict[Layout, Shortener] = {}
        self._stock: Stock | None = None

    @property
    def is_scalar(self) -> bool:
        """Whether the derivative is one number, so that all layouts are the same."""
        return self._demanded("numerator", Layout.NUMERATOR) == SCALAR

    @property
    def is_gradient(self) -> bool:
        """Whether it is that of a scalar by something larger."""
        return self.statement.body.shape == SCALAR and not self.is_scalar

    def shape(self, tree: Tree) -> Shape:
        """Return the shape of a part of a form."""
        return self._algebra(self._claim("differential")).shape(tree)

    @property
    def function(self) -> Tree:
        """The function, without abbreviations where that is not too long."""
        return self._whole or self._body

    def form(self, field: str) -> Tree:
        """Return a derivative; NoRule where the language has no closed form."""
        claim, algebra, terms = self._terms(field)
        if not terms:
            return algebra.zeros(*claim.demanded)
        short = self._shortener(claim, algebra)
        try:
            found = short.added([algebra.tree(term) for term in terms])
        except Fault:  # what cannot be shortened stays as the rules give it
            found = algebra.joined(terms)
        found = min(found, self._abbreviations.folded(found), key=length)
        found = algebra.powered(found)
        changes = {f"d{name}" for name in self.statement.wrt}
        return _changes_last(found, changes) if field == "differential" else found

    def plain(self, field: str) -> Tree:
        """Return a derivative as the rules give it, term by term."""
        claim, algebra, terms = self._terms(field)
        return algebra.joined(terms) if terms else algebra.zeros(*claim.demanded)

    @cached_property
    def _whole(self) -> Tree | None:
        """The function without abbreviations, where that is not too long."""
        return self._abbreviations.unfolded(self._body)

    def _terms(self, field: str) -> tuple[Claim, Algebra, list[Product]]:
        """Return the terms; of the function multiplied out where no rule is known."""
        claim, body = self._claim(field), self._whole
        if body is None:
            raise NoRule
        algebra = self._algebra(claim)
        with suppress(NoRule, Fault):
            return claim, algebra, derivative(body, self.statement, claim, algebra)
        try:
            plain = algebra.joined(algebra.expanded(body))
            return claim, algebra, derivative(plain, self.statement, claim, algebra)
        except Fault as fault:
            raise NoRule from fault

    def _algebra(self, claim: Claim) -> Algebra:
        """Return an algebra; where no derivative can stand, one serves every layout."""
        symbols = any(
            isinstance(t, FunctionType) for t in self.statement.types.values()
        )
        layout = claim.layout or Layout.NUMERATOR
        key = layout if symbols else Layout.NUMERATOR
        if key not in self._algebras:
            self._algebras[key] = Algebra(self.statement.scope(claim))
        return self._algebras[key]

    def _claim(self, field: str) -> Claim:
        """Return the claim that a field would make, without its text."""
        layout = Layout(field) if field in FIELDS[:3] else None
        shape = self._demanded(field, layout)
        return Claim(field, layout, "", self.statement.record.body.place, None, shape)

    def _demanded(self, field: str, layout: Layout | None) -> Shape:
        y = self.statement.body.shape
        if field == "differential":
            return y
        x = self.statement.variable(self.statement.wrt[0])
        if layout is not None:
            return arranged_shape(y, x.shape, layout, is_scalar(x))
        entries = x.shape[0] * x.shape[1]
        return y[0] * y[1] * entries, entries

    def _shortener(self, claim: Claim, algebra: Algebra) -> Shortener:
        """Return what makes short; a stock without derivatives serves every layout."""
        if claim.field == "differential":
            stock = Stock(algebra, self._samples, self._told(True))
            return Shortener(algebra, self._samples, stock)
        layout = claim.layout or Layout.NUMERATOR
        if layout not in self._shorteners:
            told = list(self._told(False))
            if self._stock is None or any(map(_has_derivative, told)):
                self._stock = Stock(algebra, self._samples, told)
            made = Shortener(algebra, self._samples, self._stock)
            self._shorteners[layout] = made
        return self._shorteners[layout]

    @cached_property
    def _samples(self) -> Samples:
        return Samples(self.statement)

    def _told(self, changing: bool) -> Iterator[Tree]:
        """Yield what the record says, and how its function changes in one place."""
        body = self._whole
        for part, put_back in spots(body) if body and changing else ():
            if isinstance(part, Name) and part.name in self.statement.wrt:
                yield put_back(Name(f"d{part.name}"))
        yield self._body
        if body is not None:
            yield body
        for name, meaning in self.statement.lets.items():
            yield from (Name(name), meaning)


def _has_derivative(tree: Tree) -> bool:
    """Whether a derivative stands in a tree, which means what its layout says."""
    return any(isinstance(part, Derived) for part, _ in spots(tree))


def _changes_last(tree: Tree, changes: Set[str]) -> Tree:
    """Write f(x) * dx for dx * f(x)."""
    tree = inside(tree, lambda part: _changes_last(part, changes))
    match tree:
        case Call("mul", (Name(dx) as change, rest)) if dx in changes:
            if not changes & set(names(rest)):
                return Call("mul", (rest, change))
    return tree
