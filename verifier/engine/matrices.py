"""Arrays of exact numbers or of balls: FLINT's matrix, or a list of entries.

Whichever was needed last is there; the other is made when it is asked for, so that a
chain of products stays in C and a chain of functions of the entries makes no matrices.
Entries are taken row by row, and nothing is ever changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import prod
from operator import add, mul, sub, truediv
from typing import Any, Protocol

import numpy as np

Number = Any
Shape = tuple[int, ...]


class Field(Protocol):
    """Numbers that FLINT has matrices of."""

    @property
    def zero(self) -> Number:
        """The number 0."""
        ...

    def number(self, value: Any) -> Number:
        """Return a whole number or a fraction as a number of this kind."""
        ...

    def matrix(self, rows: int, columns: int, entries: Sequence[Number]) -> Any:
        """Return FLINT's matrix of entries."""
        ...

    def log(self, X: Matrix) -> Matrix:
        """Return logarithms, or what is not known of them."""
        ...

    def absolute(self, x: Any) -> Any:
        """Return the absolute value of a jet."""
        ...

    def exceeds(self, x: Any, y: Any) -> Any:
        """Return where a jet is larger than another."""
        ...


class _Unknown:
    """A number that a field does not have, as log 2; whatever it enters is unknown."""

    def _self(self, *_: object) -> _Unknown:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _self
    __truediv__ = __rtruediv__ = __pow__ = __neg__ = _self


UNKNOWN = _Unknown()


class Matrix:
    """An array of numbers; most have two axes, and only these have a FLINT matrix."""

    __slots__ = ("_entries", "_flint", "field", "shape")

    def __init__(
        self,
        field: Field,
        shape: Shape,
        entries: list[Number] | None = None,
        flint: Any = None,
    ):
        self.field, self.shape = field, shape
        self._entries, self._flint = entries, flint

    @property
    def entries(self) -> list[Number]:
        """All entries, row by row."""
        if self._entries is None:
            self._entries = self._flint.entries()
        return self._entries

    @property
    def flint(self) -> Any:
        """FLINT's matrix of the entries; ArithmeticError where one is not known."""
        if self._flint is None:
            rows, columns = self.shape
            try:
                self._flint = self.field.matrix(rows, columns, self.entries)
            except TypeError as error:
                raise ArithmeticError("an entry is not known") from error
        return self._flint

    @property
    def scalar(self) -> Number:
        """The one entry of a 1 x 1 matrix."""
        return self.entries[0]

    @property
    def known(self) -> bool:
        """Whether all entries are numbers."""
        return self._flint is not None or not any(x is UNKNOWN for x in self.entries)

    @property
    def array(self) -> Any:
        """The entries as an array of NumPy."""
        return np.array(self.entries, dtype=object).reshape(self.shape)

    def of(self, shape: Shape, entries: list[Number]) -> Matrix:
        """Return an array of the same kind of numbers."""
        return Matrix(self.field, shape, entries)

    def map(self, f: Callable[[Number], Number]) -> Matrix:
        """Apply a function to every entry."""
        return self.of(self.shape, list(map(f, self.entries)))

    # Arithmetic. An operand that is no array is a number; 1 x 1 spreads, as rows do.

    def __neg__(self) -> Matrix:
        if self._flint is not None:
            return Matrix(self.field, self.shape, None, -self._flint)
        return self.of(self.shape, [-x for x in self.entries])

    def __add__(self, other: Matrix) -> Matrix:
        return self._termwise(add, other)

    def __sub__(self, other: Matrix) -> Matrix:
        return self._termwise(sub, other)

    def __mul__(self, other: Matrix) -> Matrix:
        if len(self.shape) == len(other.shape) == 2:
            if other.shape == (1, 1) and self._flint is not None:
                return self.scaled(other.scalar)
            if self.shape == (1, 1) and other._flint is not None:
                return other.scaled(self.scalar)
        return self._entrywise(mul, other)

    def __truediv__(self, other: Matrix) -> Matrix:
        return self._entrywise(truediv, other)

    def __matmul__(self, other: Matrix) -> Matrix:
        shape = self.shape[0], other.shape[1]
        try:
            return Matrix(self.field, shape, None, self.flint * other.flint)
        except ArithmeticError:
            return self.of(shape, [UNKNOWN] * prod(shape))

    def scaled(self, c: Number) -> Matrix:
        """Multiply by a number."""
        if self._flint is not None and c is not UNKNOWN:
            return Matrix(self.field, self.shape, None, self._flint * c)
        return self.of(self.shape, [x * c for x in self.entries])

    def _termwise(self, f: Callable[[Any, Any], Any], other: Matrix) -> Matrix:
        in_c = self._flint is not None or other._flint is not None
        if in_c and self.shape == other.shape and self.known and other.known:
            return Matrix(self.field, self.shape, None, f(self.flint, other.flint))
        return self._entrywise(f, other)

    def _entrywise(self, f: Callable[[Any, Any], Any], other: Matrix) -> Matrix:
        X, Y = self.entries, other.entries
        if self.shape == other.shape:
            return self.of(self.shape, list(map(f, X, Y)))
        if len(Y) == 1 and len(other.shape) <= len(self.shape):
            y = Y[0]
            return self.of(self.shape, [f(x, y) for x in X])
        if len(X) == 1 and len(self.shape) <= len(other.shape):
            x = X[0]
            return self.of(other.shape, [f(x, y) for y in Y])
        shape, left, right = _met(self.shape, other.shape)
        return self.of(shape, [f(X[i], Y[j]) for i, j in zip(left, right, strict=True)])

    # Entries moved about.

    @property
    def T(self) -> Matrix:
        """The transpose."""
        m, n = self.shape
        if self._flint is not None:
            return Matrix(self.field, (n, m), None, self._flint.transpose())
        if m == 1 or n == 1:
            return self.of((n, m), self.entries)
        return self.of((n, m), [x for j in range(n) for x in self.entries[j::n]])

    def reshape(self, shape: Shape) -> Matrix:
        """Return the entries in another shape."""
        return self if shape == self.shape else self.of(shape, self.entries)

    def spread(self, shape: Shape) -> Matrix:
        """Repeat what is 1 along an axis."""
        if shape == self.shape:
            return self
        if len(self.entries) == 1:
            return self.of(shape, self.entries * prod(shape))
        return self.of(shape, [self.entries[i] for i in _met(self.shape, shape)[1]])

    def __getitem__(self, key: Any) -> Matrix:
        places = np.arange(prod(self.shape)).reshape(self.shape)[key]
        entries = self.entries
        return self.of(places.shape, [entries[i] for i in places.ravel().tolist()])

    def sum(self, axis: Any) -> Matrix:
        """Return the sum of each row (-1), of each column (-2), or of all entries."""
        m, n = self.shape
        X, zero = self.entries, self.field.zero
        if axis == -1:
            sums = [sum(X[i : i + n], zero) for i in range(0, m * n, n)]
            return self.of((m, 1), sums)
        if axis == -2:
            return self.of((1, n), [sum(X[j::n], zero) for j in range(n)])
        return self.of((1, 1), [sum(X, zero)])

    def trace(self) -> Matrix:
        """Return the sum of the diagonal, without axes."""
        n = self.shape[0]
        if self._entries is None:
            diagonal = [self._flint[i, i] for i in range(n)]
        else:
            diagonal = self._entries[:: n + 1]
        return self.of((), [sum(diagonal, self.field.zero)])


@lru_cache(maxsize=1024)
def _met(x: Shape, y: Shape) -> tuple[Shape, list[int], list[int]]:
    """Return the shape of two arrays that spread, and which entries meet."""
    left, right = (np.arange(prod(s)).reshape(s) for s in (x, y))
    left, right = np.broadcast_arrays(left, right)
    return left.shape, left.ravel().tolist(), right.ravel().tolist()


def join(arrays: Sequence[Matrix], axis: int) -> Matrix:
    """Put matrices side by side (-1), or one above the other (-2)."""
    if axis == -1:
        return join([X.T for X in arrays], -2).T
    field, columns = arrays[0].field, arrays[0].shape[1]
    shape = sum(X.shape[0] for X in arrays), columns
    return Matrix(field, shape, [x for X in arrays for x in X.entries])
