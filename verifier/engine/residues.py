"""The field of order 2^61 - 1 and the rational numbers, as array namespaces.

The same rows of the table of primitives serve here: those that are rational functions
of their entries. A division by zero gives UNDEFINED for that entry alone. Determinant
and inverse come from the characteristic polynomial (Faddeev and LeVerrier), which
divides by 1, ..., n only: it needs no pivots, and shares nothing with other stages.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from random import Random
from typing import Any

import numpy as np

from ..language import structure
from .jets import UNDEFINED, Jet

Array = Any
P = 2**61 - 1
"""A prime: a random residue is a root of a polynomial with probability degree / P."""


class Rational:
    """The namespace of arrays of fractions; an instance is one evaluation's."""

    pi: Any = None
    arange, maximum, minimum = np.arange, np.maximum, np.minimum

    def __init__(self) -> None:
        self._reciprocal = np.frompyfunc(self._one_over, 1, 1)

    # The field.

    def reduce(self, X: Array) -> Array:
        """Return X: fractions are always in lowest terms."""
        return X

    def lift(self, value: Fraction | int) -> Any:
        """Return a fraction as an element."""
        return value

    def _one_over(self, x: Any) -> Any:
        return Fraction(1) / x if x == x and x else UNDEFINED

    def reciprocal(self, X: Array) -> Array:
        """Return 1 / x entry by entry, UNDEFINED where x is zero."""
        return np.asarray(self._reciprocal(X), dtype=object)

    def _sign(self, x: Any) -> int:
        return (x > 0) - (x < 0)

    # Arrays.

    def array(self, values: Any) -> Jet:
        """Return whole numbers or fractions, an array of them, with no derivative."""
        return Jet(self, {0: np.asarray(values, dtype=object)})

    def constant(self, value: Any) -> Jet:
        """Return a fraction as a 1 x 1 array, or pi, which is a draw like any other."""
        if isinstance(value, Jet):
            return value
        exact = value if isinstance(value, Fraction) else int(value)
        return self.array([[self.lift(exact)]])

    def number(self, condition: Array) -> Jet:
        """Return 1 where true, else 0."""
        return self.array(np.asarray(condition).astype(int))

    def eye(self, n: int) -> Jet:
        """Return the identity."""
        return self.array(np.eye(n, dtype=int))

    def ones(self, shape: tuple[int, int]) -> Jet:
        """Return ones."""
        return self.array(np.ones(shape, dtype=int))

    def zeros(self, shape: tuple[int, int]) -> Jet:
        """Return zeros."""
        return self.array(np.zeros(shape, dtype=int))

    def tri(self, rows: int, columns: int, k: int) -> Jet:
        """Return ones on and below diagonal k."""
        return self.array(np.tri(rows, columns, k, dtype=int))

    def sign(self, x: Jet) -> Jet:
        """Return -1, 0 or 1."""
        return self.array(np.frompyfunc(self._sign, 1, 1)(x.value))

    def sum(self, X: Jet, axis: Any = None, keepdims: bool = True) -> Jet:
        """Return sums along axes."""
        return X.each(lambda part: np.sum(part, axis=axis, keepdims=keepdims))

    def swapaxes(self, X: Jet, first: int, second: int) -> Jet:
        """Exchange two axes."""
        return X.each(lambda part: np.swapaxes(part, first, second))

    def broadcast_to(self, X: Jet, shape: tuple[int, ...]) -> Jet:
        """Repeat along axes in front."""
        return X.each(lambda part: np.broadcast_to(part, shape))

    def concatenate(self, arrays: Sequence[Jet], axis: int) -> Jet:
        """Join along an axis."""
        masks = set[int]().union(*(X.parts for X in arrays))
        return Jet(
            self,
            {
                mask: np.concatenate([X.get(mask) for X in arrays], axis=axis)
                for mask in masks
            },
        )

    def matmul(self, X: Jet, Y: Jet) -> Jet:
        """Return the matrix product."""
        return X.with_product(np.matmul, Y)

    def trace(self, A: Jet, axis1: int, axis2: int) -> Jet:
        """Return the trace."""
        # np.trace of whole objects starts from the integer 0, and stays exact.
        return A.each(
            lambda part: np.asarray(
                np.trace(part, axis1=axis1, axis2=axis2), dtype=object
            )
        )

    def power(self, x: Jet, k: Jet | int) -> Jet:
        """Return x ** k for a whole number k."""
        return x ** (k if isinstance(k, int) else self.whole(k))

    def whole(self, k: Jet) -> int:
        """Return a 1 x 1 array as the whole number that it stands for."""
        return int(k.value.ravel()[0])

    # Linear algebra.

    def _adjugate(self, A: Jet) -> tuple[Jet, Jet]:
        """Return adj A and det A, 1 x 1.

        With M_1 = I, c_k = -tr(A M_k) / k and M_(k+1) = A M_k + c_k I,
        adj A = (-1)^(n-1) M_n and det A = (-1)^n c_n.
        """
        n, eye = A.shape[-1], self.eye(A.shape[-1])
        M, AM, c = eye, A, -structure.trace(self, A)
        for k in range(2, n + 1):
            M = AM + c * eye
            AM = self.matmul(A, M)
            c = structure.trace(self, AM) / -k
        return (M, -c) if n % 2 else (-M, c)

    def det(self, A: Jet) -> Jet:
        """Return the determinant, 1 x 1."""
        return self._adjugate(A)[1]

    def inv(self, A: Jet) -> Jet:
        """Return the inverse."""
        adjugate, det = self._adjugate(A.still)
        start = (adjugate / det).value
        return A.newton(start, self.matmul, self.eye(A.shape[-1]))

    def solve(self, A: Jet, B: Jet) -> Jet:
        """Return inv(A) @ B."""
        return self.matmul(self.inv(A), B)

    def pinv(self, A: Jet) -> Jet:
        """Return the Moore-Penrose inverse of full rank, by the normal equations."""
        m, n = A.shape[-2:]
        At = self.swapaxes(A, -1, -2)
        if m >= n:
            return self.solve(self.matmul(At, A), At)
        return self.matmul(At, self.inv(self.matmul(A, At)))

    # Logarithms have no value here, and derivatives that are rational.

    def log(self, x: Jet) -> Jet:
        """Return the derivatives of log x, with a value that is UNDEFINED.

        With n nilpotent, log(v + n) = log v + n / v - (n / v)^2 / 2.
        """
        moving = {mask: part for mask, part in x.parts.items() if mask}
        value = np.full(x.shape, UNDEFINED, dtype=object)
        if not moving:
            return Jet(self, {0: value})
        t = Jet(self, moving) * Jet(self, {0: self.reciprocal(x.value)})
        square = t * t / -2
        found = {**t.parts}
        for mask, part in square.parts.items():
            found[mask] = found[mask] + part if mask in found else part
        return Jet(self, {0: value, **found})

    def logdet(self, A: Jet) -> Jet:
        """Return log|det A|, 1 x 1, in the same sense."""
        return self.log(self.det(A))


class Residues(Rational):
    """The namespace of arrays over the field of order P; `pi` is drawn like a variable.

    pi is transcendental: an identity between rational functions of it and of the other
    names holds just if it holds with a variable in the place of pi.
    """

    def __init__(self, pi: Array = None):
        super().__init__()
        self.pi = None if pi is None else self.array(pi)

    def reduce(self, X: Array) -> Array:
        """Return the residues between 0 and P - 1."""
        return X % P

    def lift(self, value: Fraction | int) -> Any:
        """Return a fraction as a residue."""
        if isinstance(value, int):
            return value % P
        if value.denominator % P == 0:
            return UNDEFINED
        return value.numerator * pow(value.denominator, -1, P) % P

    def _one_over(self, x: Any) -> Any:
        return pow(x, -1, P) if x == x and x % P else UNDEFINED

    def _sign(self, x: Any) -> int:
        return super()._sign(signed(x))

    def whole(self, k: Jet) -> int:
        """Return a 1 x 1 array as the whole number that it stands for."""
        return signed(k.value.ravel()[0])


def residues(random: Random, shape: tuple[int, ...]) -> Array:
    """Return independent residues, each as likely as any other."""
    X = np.empty(prod(shape), dtype=object)
    for i in range(len(X)):
        X[i] = random.getrandbits(61)
        while X[i] == P:
            X[i] = random.getrandbits(61)
    return X.reshape(shape)


def signed(x: int) -> int:
    """Return the representative of a residue that is nearest to zero."""
    x %= P
    return x if x <= P // 2 else x - P
