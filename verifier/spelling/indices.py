"""Entries and sums over indices, as matrix expressions without an index.

`Σ_j A_ij x_j` is `A @ x`, by the index i. A name may also stand for a column in every
index, as samples do: `Σ_i x_i x_i^T` is `X @ X.T`, and X has the x_i as its columns.
What cannot be read without a doubt is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .contraction import Factor, Term, spread, total
from .kinds import COLUMN, MATRIX, NUMBER, ROW, Kinds
from .values import Algebra, Value, delta, negated

ENTRYWISE = frozenset(
    row.name
    for row in PRIMITIVES.values()
    if row.entrywise and row.signature != "elementwise" and not row.symbol
)
_PRODUCTS = frozenset((loose.JUXTAPOSED, loose.TIMES, "matmul"))
_OUTSIDE = "this cannot be said of what has an index"


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
    *,
    entries: bool = False,
) -> Lifted:
    """Return the number, column or matrix whose entries, by free indices, a tree is.

    `columns` names the matrix whose columns are the x_i, for each such x; `kinds` says
    what names without an index are: `number`, `column` or `matrix`. With `entries` a
    sum is one of entries, and no product of matrices.
    """
    tree = lettered(tree, frozenset(free))
    reader = _Reader(matrices=columns or {}, kinds=Kinds(kinds or {}), entries=entries)
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
        case Call(loose.TOTAL | loose.PRODUCT, (Name(index) as name, body, *bound)):
            return replace(tree, args=(name, lettered(body, scope | {index}), *bound))
        case Call(loose.ENTRY, (base, *indices)):
            return replace(tree, args=(lettered(base, scope), *indices))
        case Call():
            return replace(tree, args=tuple(lettered(arg, scope) for arg in tree.args))
    return tree


def indexed(tree: Tree) -> bool:
    """Whether there is an entry or a sum in a tree."""
    names = loose.ENTRY, loose.TOTAL, loose.PRODUCT
    return next(loose.calls(tree, *names), None) is not None


@dataclass(kw_only=True)
class _Reader(Algebra):
    """Reads a tree into values; knows the indices that are in scope."""

    matrices: Mapping[str, str]
    kinds: Kinds
    entries: bool = False
    """Whether a sum is written as one of entries."""
    scope: dict[str, str] = field(default_factory=dict)
    """The axis of each index."""
    bounds: dict[str, Tree] = field(default_factory=dict)
    """Where the sum over an axis ends, if that is said."""
    sizes: dict[tuple[str, int], str] = field(default_factory=dict)

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
            plain = self.entries and value.kind == NUMBER
            return spread(value.terms) if plain else self.tree(value)
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
        if not isinstance(tree, Call):
            raise Fault(tree.start, "a derivative at an entry is not read")
        tree = _of_turned(tree)
        name, args = tree.name, tree.args
        if name == loose.ENTRY:
            return self.entry(args[0], args[1:])
        if name in (loose.TOTAL, loose.PRODUCT):
            return self.total(tree)
        if name in loose.CALCULUS or name == loose.PRIMED:
            raise Fault(tree.start, "a derivative inside a sum of entries is not read")
        values = [self.value(arg) for arg in args]
        if name in ("add", "sub") and len(values) == 2:
            return self.plus(values[0], values[1], name == "sub", tree.start)
        if name == "neg":
            return negated(values[0])
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

    def entry(self, base: Tree, indices: Sequence[Tree]) -> Value:
        """Read `x_i`, `A_ij`, `(A x)_i`."""
        axes = [self.axis(index) for index in indices]
        if isinstance(base, Name):
            if base.name == "delta" and len(axes) == 2:
                return delta(axes[0], axes[1])
            if base.name in self.matrices:
                return self.sample(base, axes)
            for place, axis in enumerate(axes):
                self.bounded(base.name, place, axis, base.start)
        if isinstance(base, Call) and base.name == loose.IDENTITY:
            rows = axes[0] if len(axes) == 2 else self.fresh()
            found = delta(rows, axes[-1])
            return found if len(axes) == 2 else replace(found, rows=rows)
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
        if not isinstance(index, Name):  # a definition was put in its place
            said = "what is summed over is no index here"
            raise Fault(tree.start, said, "name the index anew")
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
        if any(having) and (tree.name == loose.PRODUCT or not all(having)):
            value = self.unit(value)
        elif not any(having):
            if axis not in self.bounds or tree.name == loose.PRODUCT:
                said = f"what is summed does not depend on the index `{index.name}`"
                raise Fault(tree.start, said, "say where the sum ends")
            return self.product(Value((Term((Factor(self.bounds[axis]),)),)), value)
        if tree.name == loose.PRODUCT:
            return replace(value, rows=axis)
        terms = tuple(replace(t, summed=(*t.summed, axis)) for t in value.terms)
        return replace(value, terms=terms)

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

    def function(self, tree: Call, values: list[Value]) -> Value:
        """Return a function of what has indices."""
        name = "exp" if tree.name == loose.EXPONENTIAL else tree.name
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


def _of_turned(tree: Call) -> Call:
    """Read `A^T_{ij}` and `A_{ij}^T`, which are set alike, as an entry of `A^T`.

    A prime behind an index is a transpose as well.
    """
    match tree:
        case Call("transpose", (Call(loose.ENTRY, (Name() as base, _, _)) as entry,)):
            turned = replace(tree, args=(base,), stop=base.stop)
            return replace(entry, args=(turned, *entry.args[1:]), start=tree.start)
        case Call(loose.PRIMED, (Call(loose.ENTRY, (_, _)),)):
            return replace(tree, name="transpose")  # `x_i'` of a sample
    return tree


def _is_norm(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.name in (loose.NORM, "norm")


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
