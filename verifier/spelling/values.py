"""Values with indices, and how they are added, multiplied and divided.

A value is a sum of products of factors with axes. Two of its axes may be its own: those
of a column or of a matrix that it is for every value of the other axes, the indices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ..language.tree import Call, Name, Number, Tree
from ..reading.bounds import PRODUCT_TERMS
from ..reading.problem import Fault
from . import loose
from .assembly import transposed
from .contraction import Factor, Term, merged, sized, total
from .kinds import COLUMN, MATRIX, NUMBER, ROW

MOST_TERMS = PRODUCT_TERMS.value
"""Terms of a product that is multiplied out."""


@dataclass(frozen=True)
class Value:
    """A sum of terms that is, by all its other axes, a number, a column or a matrix."""

    terms: tuple[Term, ...]
    rows: str | None = None
    columns: str | None = None
    unsettled: bool = False
    """Whether it is a name that may be a number or a column."""

    @property
    def kind(self) -> str:
        """Number, column, row or matrix."""
        if self.rows is None:
            return NUMBER if self.columns is None else ROW
        return COLUMN if self.columns is None else MATRIX

    @property
    def axes(self) -> tuple[str, ...]:
        """All axes that are not summed over, its own first."""
        own = [axis for axis in (self.rows, self.columns) if axis is not None]
        return tuple(dict.fromkeys([*own, *(a for t in self.terms for a in t.open)]))

    @property
    def plain(self) -> bool:
        """Whether it has no axes but its own."""
        return len(self.axes) == (self.rows is not None) + (self.columns is not None)


@dataclass
class Algebra:
    """Makes values of values; knows what was taken for granted on the way."""

    assumed: dict[Tree, str] = field(default_factory=dict)
    """What trees without an index were taken for."""
    count: int = 0
    """Of the axes that were made."""

    def fresh(self, name: str = "") -> str:
        """Return a new axis."""
        self.count += 1
        return f"{name}#{self.count}"

    def factor(self, tree: Tree, kind: str) -> Value:
        """Return a value that is one factor."""
        if kind == NUMBER:
            return Value((Term((Factor(tree),)),))
        if kind == ROW:
            column = self.factor(transposed(tree), COLUMN)
            return Value(column.terms, None, column.rows)
        rows = self.fresh()
        columns = None if kind == COLUMN else self.fresh()
        axes = tuple(axis for axis in (rows, columns) if axis is not None)
        of_names = any(isinstance(part, Name) for part in loose.parts(tree))
        factor = Factor(tree, axes, sizeless=() if of_names else axes)
        return Value((Term((factor,)),), rows, columns)

    def settled(self, value: Value, kind: str) -> Value:
        """Return a value of which it is now known what it is."""
        if not value.unsettled:
            return value
        tree = value.terms[0].factors[0].tree
        if self.assumed.setdefault(tree, kind) != kind:
            said = "this is a number in one place and a column in another"
            raise Fault(tree.start, said)
        made = self.factor(tree, kind)
        terms = tuple(replace(t, negative=value.terms[0].negative) for t in made.terms)
        return replace(made, terms=terms)

    def tree(self, value: Value) -> Tree:
        """Return a value without further axes as a tree."""
        return total(value.terms, value.rows, value.columns)

    def unit(self, value: Value) -> Value:
        """Return a value as one factor, by all its axes."""
        (term, *others) = value.terms
        done = len(term.factors) == 1 and not (term.summed or term.deltas)
        if done and not others and not term.negative and not term.factors[0].below:
            return value
        factor = merged(value.terms, value.axes)
        return replace(value, terms=(Term((factor,)),), unsettled=False)

    def aligned(self, left: Value, right: Value, at: int) -> tuple[Value, Value]:
        """Return two values of one kind, by the same axes of their own."""
        if left.unsettled and not right.unsettled:
            left = self.settled(left, right.kind)
        elif right.unsettled and not left.unsettled:
            right = self.settled(right, left.kind)
        if left.kind != right.kind:
            raise Fault(at, f"a {left.kind} and a {right.kind} do not fit together")
        for name in ("rows", "columns"):
            old, new = getattr(right, name), getattr(left, name)
            if old is not None and old != new:
                terms = tuple(term.renamed(old, new) for term in right.terms)
                right = replace(right, terms=terms, **{name: new})
        return left, right

    def plus(self, left: Value, right: Value, negative: bool, at: int) -> Value:
        """Return a sum."""
        left, right = self.aligned(left, right, at)
        if negative:
            right = negated(right)
        unsettled = left.unsettled and right.unsettled
        if unsettled:
            left, right = self.settled(left, NUMBER), self.settled(right, NUMBER)
        return replace(left, terms=left.terms + right.terms, unsettled=False)

    def multiplied(self, left: Value, right: Value) -> tuple[Term, ...]:
        """Return the terms of a product by all axes, multiplied out where it helps."""
        deltas = any(term.deltas for value in (left, right) for term in value.terms)
        values: list[Value] = []
        for value in (left, right):
            many = len(value.terms) > 1
            whole = many and not deltas and len(value.axes) <= 2
            values.append(self.unit(value) if whole else value)
        first, second = (value.terms for value in values)
        if len(first) * len(second) > MOST_TERMS:
            raise Fault(0, PRODUCT_TERMS.said(), kind="limit")
        return tuple(self.both(a, b) for a in first for b in second)

    def both(self, left: Term, right: Term) -> Term:
        """Return a product of two terms, which share no axes that are summed over."""
        for axis in right.summed:
            if axis in left.axes:
                right = right.renamed(axis, self.fresh())
        return Term(
            left.factors + right.factors,
            left.summed + right.summed,
            left.deltas + right.deltas,
            left.negative != right.negative,
        )

    def product(self, left: Value, right: Value, at: int = 0) -> Value:
        """Return what a product without a sign is: of numbers or of matrices."""
        if right.unsettled and not left.unsettled:
            inner = left.columns is not None
            right = self.settled(right, COLUMN if inner else NUMBER)
        if left.unsettled and not right.unsettled and right.kind == ROW:
            said = "it is not clear whether this is a number or a column"
            raise Fault(at, said, "say what it is")
        left, right = self.settled(left, NUMBER), self.settled(right, NUMBER)
        if NUMBER in (left.kind, right.kind):
            own = left if right.kind == NUMBER else right
            return Value(self.multiplied(left, right), own.rows, own.columns)
        old, new = right.rows, left.columns
        if (old is None) != (new is None):
            raise Fault(at, f"a {left.kind} times a {right.kind} does not fit")
        if old is None or new is None:
            return Value(self.multiplied(left, right), left.rows, right.columns)
        terms = tuple(term.renamed(old, new) for term in right.terms)
        made = self.multiplied(left, replace(right, terms=terms, rows=new))
        made = tuple(replace(t, summed=(*t.summed, new)) for t in made)
        return Value(made, left.rows, right.columns)

    def other_product(self, name: str, values: list[Value], at: int) -> Value:
        """Return an inner product, or one entry by entry."""
        left, right = values
        inner = name in (loose.DOTTED, loose.INNER)
        kinds = {left.kind, right.kind}
        loosely = COLUMN in kinds and (left.unsettled or right.unsettled)
        if NUMBER in kinds and not (inner and loosely):
            return self.product(left, right, at)
        if name == loose.DOTTED and len(kinds) > 1 and not loosely:
            return self.product(left, right, at)
        if name == loose.STARRED:
            raise Fault(at, "`*` of two columns may be one of two products")
        left, right = self.aligned(left, right, at)
        terms = self.multiplied(left, right)
        if name == "mul":
            return replace(left, terms=terms)
        own = tuple(axis for axis in (left.rows, left.columns) if axis is not None)
        if name == loose.DOTTED and len(own) == 2:
            raise Fault(at, "a dot between two matrices may be one of two products")
        return Value(tuple(replace(t, summed=t.summed + own) for t in terms))

    def quotient(self, left: Value, right: Value, at: int) -> Value:
        """Return a quotient by a number, or a number over each entry of a column."""
        right = self.settled(right, NUMBER)
        if right.kind == COLUMN and self.settled(left, NUMBER).kind == NUMBER:
            one = Number(Fraction(1))
            inverse = self.applied(lambda a: Call("div", (one, a)), right)
            return self.product(left, inverse)
        if right.kind != NUMBER:
            raise Fault(at, f"nothing can be divided by a {right.kind}")
        (below,) = self.unit(right).terms[0].factors
        left = self.settled(left, NUMBER)
        value = Value((Term((replace(below, below=True),)),))
        return replace(left, terms=self.multiplied(left, value))

    def applied(self, make: Callable[..., Tree], *values: Value) -> Value:
        """Return a function of values, entry by entry."""
        first = values[0]
        axes = tuple(dict.fromkeys(axis for value in values for axis in value.axes))
        if len(axes) > 2:
            raise Fault(0, "there are more free indices here than a matrix has")
        rows, columns = (*axes, None, None)[:2]
        trees = [
            total(v.terms, rows, columns) if v.axes else total(v.terms, None, None)
            for v in values
        ]
        known = sized(term for value in values for term in value.terms)
        sizeless = tuple(axis for axis in axes if axis not in known)
        factor = Factor(make(*trees), axes, sizeless=sizeless)
        return replace(first, terms=(Term((factor,)),), unsettled=False)

    def squares(self, inside: Value) -> Value:
        """Return the sum of all squares."""
        if len(inside.axes) <= 2:
            inside = self.unit(inside)
        terms = self.multiplied(inside, inside)
        own = tuple(axis for axis in (inside.rows, inside.columns) if axis is not None)
        return Value(tuple(replace(t, summed=t.summed + own) for t in terms))


def delta(row: str, column: str) -> Value:
    """Return Kronecker's delta: 1 where both indices are one."""
    return Value((Term((), deltas=() if row == column else ((row, column),)),))


def negated(value: Value) -> Value:
    terms = tuple(replace(term, negative=not term.negative) for term in value.terms)
    return replace(value, terms=terms)
