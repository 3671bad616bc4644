"""Entries and sums over indices, as matrix expressions without an index.

`Σ_j A_ij x_j` is `A @ x`, by the index i. A name may also stand for a column in every
index, as samples do: `Σ_i x_i x_i^T` is `X @ X.T`, and X has the x_i as its columns.
What cannot be read without a doubt is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .contraction import Factor, Term, merged, sized, total
from .kinds import COLUMN, MATRIX, NUMBER, ROW, Kinds

ENTRYWISE = frozenset(
    row.name
    for row in PRIMITIVES.values()
    if row.signature == "m n -> m n" and not row.symbol
) - {"tril", "triu", "cumsum", "rowsoftmax"}
MOST_TERMS = 32
"""Terms of a product that is multiplied out."""
_PRODUCTS = frozenset((loose.JUXTAPOSED, loose.TIMES, "matmul"))
_OUTSIDE = "this cannot be said of what has an index"


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


@dataclass(frozen=True)
class Lifted:
    """An expression without indices, and what was taken for granted."""

    tree: Tree
    assumed: Mapping[Tree, str] = field(default_factory=dict)
    """What trees without an index were taken for: `number` or `column`."""
    sizes: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """The size of a name by axis (0: rows, 1: columns), where a sum ends with it."""


def lifted(
    tree: Tree,
    free: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Lifted:
    """Return the number, column or matrix whose entries, by free indices, a tree is.

    `columns` names the matrix whose columns are the x_i, for each such x; `kinds` says
    what names without an index are: `number`, `column` or `matrix`.
    """
    tree = lettered(tree, frozenset(free))
    reader = _Reader(columns or {}, Kinds(kinds or {}))
    try:
        made = reader.whole(tree, free)
    except Fault as fault:
        if fault.offset:
            raise
        raise Fault(tree.start, fault.text, fault.hint, kind=fault.kind) from None
    made = loose.mapped(made, lambda part: _spanned(part, tree))
    return Lifted(made, reader.assumed, reader.sizes)


def _spanned(part: Tree, whole: Tree) -> Tree:
    """Return a node that was made here, with the place of the whole."""
    if part.stop or not isinstance(part, Name | Number | Call | Derived):
        return part
    return replace(part, start=whole.start, stop=whole.stop, mark=whole.start)


def lettered(tree: Tree, scope: frozenset[str]) -> Tree:
    """Return a tree where names such as `x_n` are entries, if n is an index there."""
    match tree:
        case Name(name):
            stem, _, letters = name.rpartition("_")
            if not stem or not scope & set(letters):
                return tree
            if set(letters) <= scope and len(letters) <= 2:
                place = {"start": tree.start, "stop": tree.stop}
                base = Name(stem, **place)
                indices = [Name(letter, **place) for letter in letters]
                return loose.call(loose.ENTRY, base, *indices, **place)
            if set(letters) <= scope | set("pm0123456789"):
                raise Fault(tree.start, "an index with more than a letter is not read")
        case Call(loose.TOTAL, (Name(index) as name, body, *bound)):
            return replace(tree, args=(name, lettered(body, scope | {index}), *bound))
        case Call(loose.ENTRY, (base, *indices)):
            return replace(tree, args=(lettered(base, scope), *indices))
        case Call():
            return replace(tree, args=tuple(lettered(arg, scope) for arg in tree.args))
    return tree


def indexed(tree: Tree) -> bool:
    """Whether there is an entry or a sum in a tree."""
    return next(loose.calls(tree, loose.ENTRY, loose.TOTAL), None) is not None


@dataclass
class _Reader:
    """Reads a tree into values; knows the indices that are in scope."""

    matrices: Mapping[str, str]
    kinds: Kinds
    scope: dict[str, str] = field(default_factory=dict)
    """The axis of each index."""
    bounds: dict[str, Tree] = field(default_factory=dict)
    """Where the sum over an axis ends, if that is said."""
    sizes: dict[tuple[str, int], str] = field(default_factory=dict)
    assumed: dict[Tree, str] = field(default_factory=dict)
    count: int = 0

    def fresh(self, name: str = "") -> str:
        """Return a new axis."""
        self.count += 1
        return f"{name}#{self.count}"

    def whole(self, tree: Tree, free: Sequence[str]) -> Tree:
        """Read a tree by its free indices."""
        if len(free) > 2:
            raise Fault(tree.start, "more than two free indices are no matrix")
        self.kinds.learn(tree, self.matrices)
        self.scope = {index: self.fresh(index) for index in free}
        axes = list(self.scope.values())
        if len(axes) != len(free):
            raise Fault(tree.start, f"the index `{free[0]}` stands for two things")
        value = self.value(tree)
        if not free:
            return self.tree(value)
        if value.kind != NUMBER:
            said = "this is no number for every index"
            raise Fault(tree.start, said, "a side without an index is no entry")
        value = self.settled(value, NUMBER)
        rows, cols = (axes[0], axes[1] if len(axes) == 2 else None)
        return total(value.terms, rows, cols)

    # --- values -----------------------------------------------------------------

    def value(self, tree: Tree) -> Value:
        """Read a tree."""
        if not indexed(tree):
            return self.without_index(tree)
        assert isinstance(tree, Call)
        name, args = tree.name, tree.args
        if name == loose.ENTRY:
            return self.entry(args[0], args[1:])
        if name == loose.TOTAL:
            return self.total(tree)
        if name in loose.CALCULUS or name in (loose.PRIMED, loose.APPLIED):
            raise Fault(tree.start, "a derivative inside a sum of entries is not read")
        values = [self.value(arg) for arg in args]
        if name in ("add", "sub") and len(values) == 2:
            return self.plus(values[0], values[1], name == "sub", tree.start)
        if name == "neg":
            return _negative(values[0])
        if name == "transpose":
            value = self.settled(values[0], COLUMN)
            return replace(value, rows=value.columns, columns=value.rows)
        if name in _PRODUCTS:
            return self.product(values[0], values[1], tree.start)
        if name in (loose.DOTTED, loose.STARRED, loose.INNER, "mul"):
            return self.other_product(name, values, tree.start)
        if name in (loose.OVER, "div"):
            return self.quotient(values[0], values[1], tree.start)
        if name in (loose.POWER, "pow"):
            return self.power(values[0], values[1], tree)
        return self.function(tree, values)

    def without_index(self, tree: Tree) -> Value:
        """Read what has no entries inside, as one factor."""
        for part in loose.parts(tree):
            if isinstance(part, Name) and part.name in self.scope:
                said = f"the index `{part.name}` cannot be a number"
                raise Fault(part.start, said)
        kind = self.kinds.of(tree) or self.assumed.get(tree)
        if kind is None:
            return Value((Term((Factor(tree),)),), unsettled=True)
        return self.factor(tree, kind)

    def factor(self, tree: Tree, kind: str) -> Value:
        """Return a value that is one factor."""
        if kind == NUMBER:
            return Value((Term((Factor(tree),)),))
        if kind == ROW:
            column = self.factor(_transposed(tree), COLUMN)
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

    def entry(self, base: Tree, indices: Sequence[Tree]) -> Value:
        """Read `x_i`, `A_ij`, `(A x)_i`."""
        axes = [self.axis(index) for index in indices]
        if isinstance(base, Name):
            if base.name == "delta" and len(axes) == 2:
                return _delta(axes[0], axes[1])
            if base.name in self.matrices:
                return self.sample(base, axes)
            for place, axis in enumerate(axes):
                self.bounded(base.name, place, axis, base.start)
        if isinstance(base, Call) and base.name == loose.IDENTITY and len(axes) == 2:
            return _delta(axes[0], axes[1])
        value = self.value(base)
        if value.unsettled:
            value = self.factor(base, COLUMN if len(axes) == 1 else MATRIX)
        wanted = (COLUMN, ROW) if len(axes) == 1 else (MATRIX,)
        if value.kind not in wanted:
            said = f"a {value.kind} has no entries with {len(axes)} " + (
                "index" if len(axes) == 1 else "indices"
            )
            raise Fault(base.start, said)
        own = [axis for axis in (value.rows, value.columns) if axis is not None]
        terms = value.terms
        for old, new in zip(own, axes, strict=True):
            if any(new in term.open for term in terms):
                terms = self.unit(replace(value, terms=terms)).terms
            terms = tuple(term.renamed(old, new) for term in terms)
        return Value(terms)

    def sample(self, base: Name, axes: Sequence[str]) -> Value:
        """Read an x_i that is a column of a matrix."""
        if len(axes) != 1:
            said = f"`{base.name}` has one index here and two there"
            raise Fault(base.start, said)
        matrix = Name(self.matrices[base.name], start=base.start, stop=base.stop)
        self.bounded(matrix.name, 1, axes[0], base.start)
        rows = self.fresh()
        return Value((Term((Factor(matrix, (rows, axes[0])),)),), rows)

    def axis(self, index: Tree) -> str:
        """Return the axis of an index."""
        if not isinstance(index, Name):
            said = "an entry with a fixed number is not read beside a sum"
            raise Fault(index.start, said, "name that entry")
        if index.name not in self.scope:
            said = f"the index `{index.name}` is not summed over and stands on one side"
            raise Fault(index.start, said, f"write the sum: `Σ_{index.name}`")
        return self.scope[index.name]

    def bounded(self, name: str, place: int, axis: str, at: int) -> None:
        """Take note that a sum over an axis ends with a size of a name."""
        bound = self.bounds.get(axis)
        if not isinstance(bound, Name):
            return
        if self.sizes.setdefault((name, place), bound.name) != bound.name:
            said = f"sums over `{name}` end at `{self.sizes[name, place]}` and at"
            raise Fault(at, f"{said} `{bound.name}`")

    def total(self, tree: Call) -> Value:
        """Read a sum over an index."""
        index, body, *bound = tree.args
        assert isinstance(index, Name)
        axis = self.fresh(index.name)
        if bound:
            end = bound[0]
            if not isinstance(end, Name) or end.name in self.scope:
                said = "a sum over a part of the entries is not read"
                raise Fault(end.start or tree.start, said, "sum over all entries")
            self.bounds[axis] = end
        outer = self.scope
        self.scope = {**outer, index.name: axis}
        value = self.value(body)
        self.scope = outer
        value = self.settled(value, NUMBER)
        having = [axis in term.open for term in value.terms]
        if any(having) and not all(having):
            value = self.unit(value)
        elif not any(having):
            if axis not in self.bounds:
                said = f"what is summed does not depend on the index `{index.name}`"
                raise Fault(tree.start, said, "say where the sum ends")
            return self.product(Value((Term((Factor(self.bounds[axis]),)),)), value)
        terms = tuple(replace(t, summed=(*t.summed, axis)) for t in value.terms)
        return replace(value, terms=terms)

    # --- operations ----------------------------------------------------------------

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
            right = _negative(right)
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
            raise Fault(0, f"a product has more than {MOST_TERMS} terms", kind="limit")
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
        """Return a quotient by a number."""
        right = self.settled(right, NUMBER)
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

    def power(self, base: Value, exponent: Value, tree: Call) -> Value:
        """Return a power of numbers, or of a matrix."""
        base, exponent = self.settled(base, NUMBER), self.settled(exponent, NUMBER)
        if exponent.kind != NUMBER:
            raise Fault(tree.start, f"an exponent that is a {exponent.kind}")
        if base.kind == NUMBER:
            if _is_norm(tree.args[0]) and loose.is_number(tree.args[1], 2):
                return self.squared_norm(tree.args[0])
            return self.applied(lambda a, k: Call("pow", (a, k)), base, exponent)
        if base.kind == COLUMN and loose.is_number(tree.args[1], 2):
            raise Fault(tree.start, "the square of a column is not said here")
        if not base.plain or not exponent.plain:
            raise Fault(tree.start, f"a power: {_OUTSIDE}")
        made = Call(tree.name, (self.tree(base), self.tree(exponent)))
        return self.factor(made, base.kind)

    def squared_norm(self, norm: Tree) -> Value:
        """Return the sum of the squares of a column's or a matrix's entries."""
        assert isinstance(norm, Call)
        inside = self.value(norm.args[0])
        return self.squares(self.settled(inside, COLUMN))

    def squares(self, inside: Value) -> Value:
        """Return the sum of all squares."""
        if len(inside.axes) <= 2:
            inside = self.unit(inside)
        terms = self.multiplied(inside, inside)
        own = tuple(axis for axis in (inside.rows, inside.columns) if axis is not None)
        return Value(tuple(replace(t, summed=t.summed + own) for t in terms))

    def function(self, tree: Call, values: list[Value]) -> Value:
        """Return a function of what has indices."""
        name = {loose.EXPONENTIAL: "exp", loose.FUNCTION: "log"}.get(
            tree.name, tree.name
        )
        value = values[0]
        if name == loose.BARS:
            name = loose.NORM if value.kind in (COLUMN, ROW) else "abs"
        norm = name in (loose.NORM, "norm")
        if norm and value.kind == NUMBER and not value.unsettled:
            return self.applied(lambda a: Call("abs", (a,)), value)
        if name in (loose.NORM, "norm"):
            squares = self.squares(self.settled(value, COLUMN))
            return self.applied(lambda a: Call("sqrt", (a,)), squares)
        return self.called(name, tree, values)

    def called(self, name: str, tree: Call, values: list[Value]) -> Value:
        """Return a function by its name."""
        value = values[0]
        same = all(v.kind == NUMBER for v in values)
        if tree.name == loose.EXPONENTIAL and value.kind != NUMBER:
            raise Fault(tree.start, f"the power of e: {_OUTSIDE}")
        if name in ENTRYWISE and len(values) == 1:
            return self.applied(lambda a: Call(name, (a,)), value)
        name = {"max": "maximum", "min": "minimum"}.get(name, name)
        if name in ("maximum", "minimum") and same and len(values) == 2:
            return self.applied(lambda a, b: Call(name, (a, b)), *values)
        if name == "tr" and value.kind == MATRIX:
            assert value.rows is not None and value.columns is not None
            old, new = value.columns, value.rows
            if len(value.axes) <= 2 and len(value.terms) > 1:
                value = self.unit(value)
            terms = tuple(
                replace(t.renamed(old, new), summed=(*t.summed, new))
                for t in value.terms
            )
            return Value(terms)
        if name in ("sum", "norm1") and value.kind in (COLUMN, ROW):
            if name == "norm1":
                value = self.applied(lambda a: Call("abs", (a,)), value)
            own = value.rows or value.columns
            assert own is not None
            value = self.unit(value) if len(value.terms) > 1 else value
            terms = tuple(replace(t, summed=(*t.summed, own)) for t in value.terms)
            return Value(terms)
        symbol = name not in PRIMITIVES and name not in loose.LOOSE
        if symbol and same:
            return self.applied(lambda *a: Call(name, a), *values)
        if all(v.plain for v in values):
            made = Call(tree.name, tuple(self.tree(v) for v in values))
            kind = self.kinds.result(tree.name, [v.kind for v in values])
            if kind is not None:
                return self.factor(made, kind)
        said = f"`{tree.name}` {_OUTSIDE}"
        raise Fault(tree.start, said)


def _delta(row: str, column: str) -> Value:
    """Return Kronecker's delta: 1 where both indices are one."""
    return Value((Term((), deltas=() if row == column else ((row, column),)),))


def _negative(value: Value) -> Value:
    terms = tuple(replace(term, negative=not term.negative) for term in value.terms)
    return replace(value, terms=terms)


def _is_norm(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.name in (loose.NORM, "norm")


def _transposed(tree: Tree) -> Tree:
    match tree:
        case Call("transpose", (inner,)):
            return inner
    return Call("transpose", (tree,))


def numbered(trees: Sequence[Tree]) -> list[Tree]:
    """Return trees where `x_1` is a name, if x has no other indices than numbers."""
    lettered = {
        entry.args[0]
        for tree in trees
        for entry in loose.calls(tree, loose.ENTRY)
        if not all(isinstance(index, Number) for index in entry.args[1:])
    }

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.ENTRY, (Name(name), *indices)):
                digits = [i.value for i in indices if isinstance(i, Number)]
                whole = len(digits) == len(indices)
                if whole and part.args[0] not in lettered:
                    said = "".join(str(Fraction(digit)) for digit in digits)
                    return Name(f"{name}_{said}", start=part.start, stop=part.stop)
        return part

    return [loose.mapped(tree, change) for tree in trees]
