"""Sums of products of entries, and the matrix expressions that they are.

A factor is a tree with named axes: a number has none, a column one, a matrix two, its
rows first. A term multiplies factors and sums over some of their axes: an axis that no
matrix has left is summed over, one of two matrices is the inside of their product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .assembly import (
    ONE,
    inner,
    is_product,
    product,
    quotient,
    rowsum,
    summed,
    times,
    transposed,
)

Axes = tuple[str, ...]


@dataclass(frozen=True)
class Factor:
    """A number, a column or a matrix, by the axes that it has."""

    tree: Tree
    axes: Axes = ()
    below: bool = False
    """Whether it divides; then its entries are divided by."""
    sizeless: Axes = ()
    """Axes that it is as long along as something else is, such as ones are."""


@dataclass(frozen=True)
class Term:
    """A product of factors, summed over some axes."""

    factors: tuple[Factor, ...]
    summed: Axes = ()
    deltas: tuple[tuple[str, str], ...] = ()
    """Pairs of axes that Kronecker's delta makes equal."""
    negative: bool = False

    @property
    def axes(self) -> Axes:
        """All axes, in the order of their appearance."""
        every = [*(axis for f in self.factors for axis in f.axes)]
        every += [axis for pair in self.deltas for axis in pair]
        return tuple(dict.fromkeys(every))

    @property
    def open(self) -> Axes:
        """The axes that are not summed over."""
        return tuple(axis for axis in self.axes if axis not in self.summed)

    def renamed(self, old: str, new: str) -> Term:
        """Return the term with another name for an axis."""

        def name(axes: Iterable[str]) -> Axes:
            return tuple(new if axis == old else axis for axis in axes)

        factors: list[Factor] = []
        for factor in self.factors:
            axes = name(factor.axes)
            if len(axes) == 2 and axes[0] == axes[1]:
                tree = Call("diagonal", (factor.tree,))
                sizeless = axes[:1] if len(factor.sizeless) == 2 else ()
                made = replace(factor, tree=tree, axes=axes[:1], sizeless=sizeless)
                factors.append(made)
            else:
                sizeless = name(factor.sizeless)
                factors.append(replace(factor, axes=axes, sizeless=sizeless))
        deltas = [name(pair) for pair in self.deltas]
        return replace(
            self,
            factors=tuple(factors),
            summed=tuple(dict.fromkeys(name(self.summed))),
            deltas=tuple((a, b) for a, b in deltas),
        )


def sized(terms: Iterable[Term]) -> set[str]:
    """Return the axes of which something says how long they are."""
    return {
        axis
        for term in terms
        for factor in term.factors
        for axis in factor.axes
        if axis not in factor.sizeless
    }


def merged(terms: Sequence[Term], axes: Axes) -> Factor:
    """Return a sum of terms as one factor, by all its axes."""
    if len(axes) > 2:
        raise Fault(0, "there are more free indices here than a matrix has")
    rows, columns = (*axes, None, None)[:2]
    known = sized(terms)
    sizeless = tuple(axis for axis in axes if axis not in known)
    return Factor(total(terms, rows, columns), axes, sizeless=sizeless)


# --- contraction --------------------------------------------------------------------


@dataclass
class _Parts:
    """Trees that are multiplied entry by entry, and those that they are divided by."""

    above: list[Tree] = field(default_factory=list)
    below: list[Tree] = field(default_factory=list)

    def put(self, tree: Tree, below: bool = False) -> None:
        (self.below if below else self.above).append(tree)

    @property
    def tree(self) -> Tree | None:
        return quotient(self.above, self.below)


class _Network:
    """The factors of one term while its axes go, one after the other."""

    def __init__(self, term: Term):
        self.numbers = _Parts()
        self.columns: dict[str, _Parts] = {}
        self.matrices: dict[Axes, _Parts] = {}
        self.sized = sized([term])
        self.pairs: list[Tree] = []
        """Products of two matrices, entry by entry."""
        for factor in term.factors:
            self.put(factor.tree, factor.axes, factor.below)

    def put(self, tree: Tree, axes: Axes, below: bool = False) -> None:
        """Multiply by a factor."""
        if not axes:
            self.numbers.put(tree, below)
        elif len(axes) == 1:
            self.columns.setdefault(axes[0], _Parts()).put(tree, below)
        elif axes[::-1] in self.matrices:
            self.matrices[axes[::-1]].put(transposed(tree), below)
        else:
            self.matrices.setdefault(axes, _Parts()).put(tree, below)

    def around(self, axis: str) -> list[Axes]:
        """Return the pairs of axes of the matrices that have this axis."""
        return [axes for axes in self.matrices if axis in axes]

    def matrix(self, axes: Axes) -> Tree | None:
        """Take out the matrix of two axes, with its rows first; None if none is."""
        turned = axes not in self.matrices
        parts = self.matrices.pop(axes[::-1] if turned else axes, None)
        if parts is None:
            return None
        tree = parts.tree or ONE
        if len(parts.above) == 2 and not parts.below:
            self.pairs.append(tree)
        return transposed(tree) if turned else tree

    def column(self, axis: str) -> Tree | None:
        """Take out what there is along an axis alone."""
        parts = self.columns.pop(axis, None)
        return None if parts is None else parts.tree

    def sum_over(self, axis: str) -> None:
        """Sum over an axis that at most two matrices have."""
        if axis not in self.sized:
            said = "nothing says how many terms a sum has"
            raise Fault(0, said, "what is summed depends on no entry")
        pairs = self.around(axis)
        if not pairs:
            self.put(self._of_column(axis), ())
            return
        (first, *others) = [(pair[0] if pair[1] == axis else pair[1]) for pair in pairs]
        along = self.column(axis)
        matrix = self.matrix((first, axis))
        assert matrix is not None
        if not others:
            made = product(matrix, along) if along else rowsum(matrix)
            self.put(made, (first,))
            return
        if along is not None:
            matrix = product(matrix, Call("diag", (along,)))
        right = self.matrix((axis, others[0]))
        assert right is not None
        self.put(product(matrix, right), (first, others[0]))

    def _of_column(self, axis: str) -> Tree:
        """Return the sum of what there is along an axis."""
        parts = self.columns.pop(axis)
        tree = parts.tree
        match tree:
            case Call("pow", (Name() as name, Number(value))) if value == 2:
                return product(transposed(name), name)
            case Call("mul", (left, right)) if len(parts.above) == 2:
                return inner(left, right)
            case Call("mul", (left, right)) if is_product(right) and parts.above[1:]:
                return inner(left, right)
        assert tree is not None
        return summed(tree, self.pairs)


def written(term: Term, rows: str | None, columns: str | None) -> Tree:
    """Return the matrix whose entries a term is, by the axes of its rows and columns.

    Along an axis that the term does not have all entries are equal.
    """
    term, equal = _without_deltas(term)
    network = _Network(term)
    left = list(term.summed)
    while left:
        # What ends in a column comes before what stays a matrix, the last one first.
        axis = min(reversed(left), key=lambda axis: len(network.around(axis)))
        if len(network.around(axis)) > 2:
            said = "a sum over an index that three factors share is no matrix product"
            raise Fault(0, said)
        left.remove(axis)
        network.sum_over(axis)
    wanted = {axis for axis in (rows, columns) if axis is not None}
    if not set(term.open) | set(equal) <= wanted:
        raise Fault(0, "there are more free indices here than a matrix has")
    made = _placed(network, rows, columns, bool(equal))
    made = _scaled(network.numbers, made)
    return Call("neg", (made,)) if term.negative else made


def spread(terms: Sequence[Term]) -> Tree:
    """Return the number that a sum of terms is, as sums of all entries.

    `Σ_ij x_i A_ij x_j` is `x^T A x` as well, of which that is then no statement.
    """
    return _added(terms, _spread)


def _spread(term: Term) -> Tree:
    axes = term.summed
    if term.deltas or not 1 <= len(axes) <= 2 or not set(axes) <= sized([term]):
        return written(term, None, None)
    matrices = [factor for factor in term.factors if len(factor.axes) == 2]
    axes = matrices[0].axes if matrices else axes
    rest = tuple(factor for factor in term.factors if factor not in matrices)
    parts = [Term(rest), Term(tuple(matrices))]
    if not matrices or not set(axes) <= {axis for f in rest for axis in f.axes}:
        parts = [replace(term, summed=())]
    made = times([written(part, *(*axes, None)[:2]) for part in parts])
    assert made is not None
    return Call("sum", (made,))


def _without_deltas(term: Term) -> tuple[Term, Axes]:
    """Return a term without deltas, and the two free axes that a delta made equal."""
    equal: Axes = ()
    while term.deltas:
        (first, second), *rest = term.deltas
        term = replace(term, deltas=tuple(rest))
        if first == second:
            continue
        if second not in term.summed and first in term.summed:
            first, second = second, first
        if second in term.summed:
            left = tuple(axis for axis in term.summed if axis != second)
            term = replace(term, summed=left).renamed(second, first)
        elif equal:
            raise Fault(0, "there are more free indices here than a matrix has")
        else:
            equal = (first, second)
            term = term.renamed(second, first)
    return term, equal


def _placed(
    network: _Network, rows: str | None, columns: str | None, diagonal: bool
) -> Tree | None:
    """Return what is left of a network; None where that is only a number."""
    if rows is None and columns is None:
        return None
    if rows is None or columns is None:
        axis = rows or columns
        assert axis is not None
        tree = network.column(axis) or loose.call(loose.ONES)
        return tree if columns is None else transposed(tree)
    if diagonal:
        along = network.column(rows) or network.column(columns)
        return Call("diag", (along,)) if along else loose.call(loose.IDENTITY)
    down, across = network.column(rows), network.column(columns)
    matrix = network.matrix((rows, columns))
    if matrix is None:
        ones = loose.call(loose.ONES)
        return product(down or ones, transposed(across or ones))
    if down is not None:
        matrix = product(Call("diag", (down,)), matrix)
    if across is not None:
        matrix = product(matrix, Call("diag", (across,)))
    return matrix


def _scaled(numbers: _Parts, tree: Tree | None) -> Tree:
    """Return a tree times a number and over another one."""
    above = times([t for t in numbers.above if t != ONE])
    if tree is None:
        tree = above or ONE
    elif above is not None:
        tree = Call("mul", (above, tree))
    below = times(numbers.below)
    return tree if below is None else Call("div", (tree, below))


def total(terms: Sequence[Term], rows: str | None, columns: str | None) -> Tree:
    """Return the matrix whose entries a sum of terms is.

    A number spreads by itself beside a term that has all axes.
    """
    wanted = {axis for axis in (rows, columns) if axis is not None}
    full = any(set(term.open) == wanted for term in terms)

    def placed(term: Term) -> Tree:
        return written(
            term, *((None, None) if full and not term.open else (rows, columns))
        )

    return _added(terms, placed)


def _added(terms: Sequence[Term], tree_of: Callable[[Term], Tree]) -> Tree:
    """Return a sum of terms with their signs."""
    made: Tree | None = None
    for term in terms:
        tree = tree_of(replace(term, negative=False))
        if made is None:
            made = Call("neg", (tree,)) if term.negative else tree
        else:
            made = Call("sub" if term.negative else "add", (made, tree))
    assert made is not None
    return made
