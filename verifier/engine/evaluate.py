"""Walk over terms: at exact sizes in any namespace, or padded, with sizes as data."""

from __future__ import annotations

from collections.abc import Mapping
from math import lcm
from typing import Any

from ..language.dimension import Dim
from ..language.primitives import PRIMITIVES
from ..language.term import Shape, Term, terms
from .symbols import Symbol, apply, derived

Array = Any


class Exact:
    """Sizes that are known: arrays have just these."""

    def __init__(self, numbers: Mapping[str, int]):
        self.numbers = numbers

    def integer(self, dim: Dim) -> int:
        """Return a size, an exponent or a degree."""
        return int(dim.number(self.numbers))

    def shape(self, shape: Shape) -> tuple[int, int]:
        """Return a shape in numbers."""
        return self.integer(shape[0]), self.integer(shape[1])


class Padded:
    """Sizes that are data: arrays reach to a bound, with zeros beyond the true size."""

    def __init__(
        self, xp: Any, bounds: Mapping[Dim, int], numbers: Mapping[str, Array]
    ):
        self.xp, self.bounds, self.numbers = xp, bounds, numbers
        self._sizes: dict[Dim, Array] = {}
        self._masks: dict[Shape, Array] = {}

    def bound(self, dim: Dim) -> int:
        """Return the largest value of a dimension."""
        return self.bounds[dim]

    def size(self, dim: Dim) -> Array:
        """Return the true value of a dimension, a traced whole number."""
        if dim not in self._sizes:
            self._sizes[dim] = _polynomial(dim, self.numbers)
        return self._sizes[dim]

    def count(self, shape: Shape) -> Array:
        """Return the true number of entries, as a real number."""
        return 1.0 * (self.size(shape[0]) * self.size(shape[1]))

    def mask(self, shape: Shape) -> Array:
        """Return which entries lie within the true shape."""
        if shape not in self._masks:
            rows, columns = (
                self.xp.arange(self.bound(dim)) < self.size(dim) for dim in shape
            )
            self._masks[shape] = rows[:, None] & columns[None, :]
        return self._masks[shape]

    def integer(self, dim: Dim) -> int:
        """Return an exponent; only a literal one is known while sizes are data."""
        assert dim.constant is not None
        return dim.constant


def _polynomial(dim: Dim, numbers: Mapping[str, Array]) -> Array:
    """Evaluate a dimension on traced sizes: whole, though its terms may not be."""
    denominator = lcm(*(coefficient.denominator for _, coefficient in dim.terms))
    total: Array = 0
    for monomial, coefficient in dim.terms:
        product: Array = int(coefficient * denominator)
        for name, power in monomial:
            product = product * numbers[name] ** power
        total = total + product
    return total // denominator


def evaluate(
    root: Term,
    values: Mapping[str, Array],
    symbols: Mapping[str, Symbol],
    frame: Exact | Padded,
    xp: Any,
) -> Array:
    """Return the value of a term; terms that occur twice are computed once."""
    return Evaluation(values, symbols, frame, xp).of(root)


class Evaluation:
    """The values of terms at one point, or at many draws at once."""

    def __init__(
        self,
        values: Mapping[str, Array],
        symbols: Mapping[str, Symbol],
        frame: Exact | Padded,
        xp: Any,
    ):
        self.values, self.symbols, self.frame, self.xp = values, symbols, frame, xp
        self.known: dict[Term, Array] = {}  # terms are keys by identity

    def of(self, term: Term) -> Array:
        """Return the value of a term."""
        if term not in self.known:
            self.known[term] = self._compute(term)
        return self.known[term]

    def _compute(self, term: Term) -> Array:
        xp, frame = self.xp, self.frame
        match term.op:
            case "number":
                return xp.constant(term.value)
            case "constant":
                return xp.constant(xp.pi)
            case "variable":
                return self.values[term.name]
            case "size":
                return self._size(term.dims[0])
        args = [self.of(arg) for arg in term.args]
        if term.op == "apply":
            shape = (
                tuple(frame.bound(d) for d in term.shape)
                if isinstance(frame, Padded)
                else frame.shape(term.shape)
            )
            return apply(xp, self.symbols[term.name], args, shape)
        if term.op == "derived":
            assert isinstance(frame, Exact)
            degree = frame.integer(term.dims[0]) if term.dims else 0
            symbol = self.symbols.get(term.name, term.name)
            return derived(xp, term, symbol, args, degree, frame.integer)
        if isinstance(frame, Padded):
            return self._padded(term, args, frame)
        if term.op == "pow" and term.value is not None:
            args.append(int(term.value))
        args += [frame.integer(dim) for dim in term.dims]
        return PRIMITIVES[term.op].value(xp, *args)

    def _size(self, dim: Dim) -> Array:
        if isinstance(self.frame, Padded):
            return self.xp.ones((1, 1)) * self.frame.size(dim)
        return self.xp.constant(self.frame.integer(dim))

    def _padded(self, term: Term, args: list[Array], frame: Padded) -> Array:
        row, xp = PRIMITIVES[term.op], self.xp
        if callable(row.padding):
            return row.padding(xp, frame, term, *args)
        if row.padding == "fill":
            args = [
                xp.where(frame.mask(node.shape), arg, 1.0)
                for node, arg in zip(term.args, args, strict=True)
            ]
        elif row.padding == "identity":
            inside = frame.mask(term.args[0].shape)
            args[0] = args[0] + xp.where(inside, 0.0, xp.eye(args[0].shape[0]))
        if term.op == "pow" and term.value is not None:
            args.append(int(term.value))
        args += [frame.integer(dim) for dim in term.dims]
        result = row.value(xp, *args)
        if row.padding == "zero":
            return result
        return xp.where(frame.mask(term.shape), result, 0.0)


def paddable(root: Term) -> bool:
    """Whether a term can be compiled once for all sizes."""
    return all(
        term.op not in PRIMITIVES
        or (
            PRIMITIVES[term.op].padding != "exact"
            and not (term.op == "matpow" and term.dims[0].constant is None)
        )
        for term in terms(root)
    )
