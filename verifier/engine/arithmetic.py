"""The array namespace of jets over a field: what the rows of the table call `xp`.

Determinants come from the characteristic polynomial, which needs no division: they have
values and derivatives at singular matrices too, and zero is exactly zero.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from operator import matmul
from typing import Any, Self

import numpy as np

from ..language.arrays import Array
from .jets import Jet, constant
from .matrices import Field, Matrix, join
from .undecided import Leaves

PATTERNS = 256
"""Numbers, and matrices of zeros and ones, that are kept for the next draw."""


class Arithmetic:
    """Jets over one field; an instance may have a `pi` of its own."""

    arange = staticmethod(np.arange)

    def __init__(self, field: Field, pi: Any = None):
        self.field, self.pi = field, pi
        self._patterns: dict[Any, Jet] = {}

    def with_pi(self, pi: Any) -> Self:
        """Return the same arithmetic with another pi."""
        found = copy(self)
        found.pi = pi
        return found

    # Constants.

    def array(self, values: Any) -> Jet:
        """Return an array of whole numbers, with no derivative."""
        values, field = np.asarray(values), self.field
        whole = values.ravel().tolist()
        if values.ndim == 2:
            rows, columns = values.shape
            flint = field.matrix(rows, columns, whole)
            return constant(Matrix(field, values.shape, flint=flint))
        return constant(Matrix(field, values.shape, list(map(field.number, whole))))

    def constant(self, value: Any) -> Jet:
        """Return a number, or pi, as a 1 x 1 matrix."""
        exact = int(value) if isinstance(value, np.integer) else value
        return constant(Matrix(self.field, (1, 1), [self.field.number(exact)]))

    def number(self, condition: Array) -> Jet:
        """Return 1 where true, else 0."""
        key = condition.shape, condition.tobytes()
        return self._whole(key, lambda: np.asarray(condition).astype(int))

    def eye(self, n: int) -> Jet:
        """Return the identity."""
        return self._whole(("eye", n), lambda: np.eye(n, dtype=int))

    def ones(self, shape: tuple[int, int]) -> Jet:
        """Return ones."""
        return self._whole(("ones", shape), lambda: np.ones(shape, dtype=int))

    def zeros(self, shape: tuple[int, int]) -> Jet:
        """Return zeros."""
        return self._whole(("zeros", shape), lambda: np.zeros(shape, dtype=int))

    def tri(self, rows: int, columns: int, k: int) -> Jet:
        """Return ones on and below diagonal k."""
        key = "tri", rows, columns, k
        return self._whole(key, lambda: np.tri(rows, columns, k, dtype=int))

    def _whole(self, key: Hashable, made: Callable[[], Array]) -> Jet:
        return self._pattern(key, lambda: self.array(made()))

    def _pattern(self, key: Hashable, made: Callable[[], Jet]) -> Jet:
        if key not in self._patterns:
            if len(self._patterns) >= PATTERNS:
                self._patterns.clear()
            self._patterns[key] = made()
        return self._patterns[key]

    # Arrays.

    def sum(self, X: Jet, axis: Any = None, keepdims: bool = True) -> Jet:
        """Return sums along an axis, or of all entries."""
        return X.each(lambda part: part.sum(axis))

    def swapaxes(self, X: Jet, first: int, second: int) -> Jet:
        """Return the transpose."""
        return X.T

    def broadcast_to(self, X: Jet, shape: tuple[int, ...]) -> Jet:
        """Repeat what is 1 along an axis."""
        return X.each(lambda part: part.spread(shape))

    def concatenate(self, arrays: Sequence[Jet], axis: int) -> Jet:
        """Put matrices side by side, or one above the other."""
        masks = set[int]().union(*(X.parts for X in arrays))
        return Jet({k: join([X.part(k) for X in arrays], axis) for k in masks})

    def maximum(self, x: Array, y: Array) -> Array:
        """Return the larger of whole numbers."""
        return np.maximum(x, y)

    def minimum(self, x: Array, y: Array) -> Array:
        """Return the smaller of whole numbers."""
        return np.minimum(x, y)

    # Linear algebra.

    def matmul(self, X: Jet, Y: Jet) -> Jet:
        """Return the matrix product."""
        return X @ Y

    def trace(self, A: Jet, axis1: int = -2, axis2: int = -1) -> Jet:
        """Return the trace, as an array without axes."""
        return A.each(lambda part: part.trace())

    def inverse(self, A: Matrix) -> Matrix:
        """Return the inverse of a matrix that does not move."""
        return Matrix(A.field, A.shape, flint=A.flint.inv())

    def inv(self, A: Jet) -> Jet:
        """Return the inverse."""
        Y = self.inverse(A.value)
        if A.still:
            return constant(Y)
        return self.eye(A.shape[0]).over(matmul, lambda X: Y @ X, A)

    def solve(self, A: Jet, B: Jet) -> Jet:
        """Return inv(A) @ B."""
        Y = self.inverse(A.value)
        return B.over(matmul, lambda X: Y @ X, A)

    def pinv(self, A: Jet) -> Jet:
        """Return the Moore-Penrose inverse of a matrix of any rank.

        Of less than full rank it is F G, a basis of the columns times one of the rows,
        and has derivatives only along what leaves it so.
        """
        rows, columns = self.independent(A.value)
        if len(rows) == min(A.shape):
            return self._pinv(A)
        F, R = A[:, columns], A[rows, :]
        G = self.solve(R[:, columns], R) if rows else R
        rest = A - F @ G
        if any(x != 0 for part in rest.parts.values() for x in part.entries):
            raise Leaves("there is no derivative where a rank changes")
        return self._pinv(G) @ self._pinv(F) if rows else rest.T

    def _pinv(self, A: Jet) -> Jet:
        """Return the Moore-Penrose inverse of full rank, by the normal equations."""
        m, n = A.shape
        return self.solve(A.T @ A, A.T) if m >= n else A.T @ self.inv(A @ A.T)

    def independent(self, A: Matrix) -> tuple[list[int], list[int]]:
        """Return as many rows and columns, which are independent, as the rank is."""
        raise NotImplementedError

    def det(self, A: Jet) -> Jet:
        """Return the determinant, 1 x 1."""
        c = self._characteristic(A, least=True)[0]
        return -c if A.shape[0] % 2 else c

    def logdet(self, A: Jet) -> Jet:
        """Return log|det A|, 1 x 1."""
        d = self.det(A)
        return self.log(d * d) / 2

    def log(self, x: Jet) -> Jet:
        """Return the natural logarithm, which may have derivatives only."""
        v = x.value
        one = v.of((1, 1), [v.field.number(1)])
        return x.chain(self.field.log(v), lambda: one / v, lambda: -(one / (v * v)))

    def _characteristic(self, A: Jet, least: bool = False) -> list[Jet]:
        """Return the coefficients c_k of det(x I - A), or the last, c_0, alone.

        Its derivative along dA is -tr(adj(x I - A) dA), and adj(x I - A) = sum M_k x^k
        with M_(n-1) = I and M_(k-1) = A M_k + c_k I.
        """
        n, bit = A.shape[0], next((b for b in (2, 1) if _moves(A, b)), 0)
        if not bit:
            found = A.value.flint.charpoly().coeffs()
            return [constant(A.value.of((1, 1), [c])) for c in found]
        inner = Jet({k: X for k, X in A.parts.items() if not k & bit})
        slope = {k ^ bit: X for k, X in A.parts.items() if k & bit}
        slope = Jet({0: inner.value.scaled(self.field.zero), **slope})
        c = self._characteristic(inner)
        M, eye = None, self.eye(n)
        found = [c[n]]
        for k in reversed(range(n)):
            M = eye if M is None else inner @ M + c[k + 1] * eye
            if k == 0 or not least:
                along = self.trace(M @ slope).reshape(1, 1)
                moved = {i | bit: -X for i, X in along.parts.items()}
                found.append(Jet({**c[k].parts, **moved}))
        return found[::-1]


def _moves(A: Jet, bit: int) -> bool:
    return any(mask & bit for mask in A.parts)
