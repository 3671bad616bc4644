"""Residues modulo a prime, and fractions: fields in which a claim is compared exactly.

The same rows of the table of primitives serve here: those that are rational functions
of their entries. A division by zero raises ZeroDivisionError. Logarithms have no value,
and derivatives that are rational. pi is drawn like a variable: it is transcendental, so
an identity between rational functions of it holds just if it does with a variable.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpz, nmod, nmod_mat

from ..language.arrays import Array
from .arithmetic import Arithmetic
from .jets import Jet, constant
from .matrices import UNKNOWN, Matrix

P = 2**61 - 1
"""A prime: a random residue is a root of a polynomial with probability degree / P."""
BATCH = 256


class Rational:
    """The field of fractions."""

    zero: Any = fmpq(0)

    def number(self, value: Any) -> Any:
        """Return a whole number or a fraction."""
        return fmpq(value.numerator, value.denominator)

    def matrix(self, rows: int, columns: int, entries: Sequence[Any]) -> Any:
        """Return a matrix of fractions."""
        return fmpq_mat(rows, columns, entries)

    def signed(self, x: Any) -> Fraction:
        """Return a number as a fraction of Python's."""
        return Fraction(int(x.p), int(x.q))

    def log(self, X: Matrix) -> Matrix:
        """Return no values: logarithms are not rational."""
        return X.of(X.shape, [UNKNOWN] * len(X.entries))

    def absolute(self, x: Jet) -> Jet:
        """Return x: a generic number stands for a positive one."""
        return x

    def exceeds(self, x: Jet, y: Jet) -> Array:
        """Return where the signed values are larger."""
        gap = (x - y).value
        found = [self.signed(a) > 0 for a in gap.entries]
        return np.array(found).reshape(gap.shape)


class Residue(Rational):
    """The field of residues modulo a prime."""

    def __init__(self, modulus: int = P):
        self.modulus = modulus
        self.zero = nmod(0, modulus)

    def number(self, value: Any) -> nmod:
        """Return a whole number or a fraction as a residue."""
        top = nmod(value.numerator, self.modulus)
        return top if value.denominator == 1 else top / value.denominator

    def matrix(self, rows: int, columns: int, entries: Sequence[Any]) -> nmod_mat:
        """Return a matrix of residues."""
        return nmod_mat(rows, columns, entries, self.modulus)

    def signed(self, x: nmod) -> Fraction:
        """Return the whole number nearest to zero that a residue stands for."""
        k = int(x)
        return Fraction(k if k <= self.modulus // 2 else k - self.modulus)

    def numbers(self, random: Random) -> Numbers:
        """Return independent residues without end, each as likely as any other."""
        return Numbers(self.modulus, random)

    def draw(self, numbers: Numbers, shape: tuple[int, int]) -> Matrix:
        """Return a matrix of the next numbers."""
        rows, columns = shape
        entries = numbers.take(rows * columns)
        return Matrix(self, shape, flint=self.matrix(rows, columns, entries))


class Numbers:
    """Random residues, of which the next ones are taken again and again."""

    def __init__(self, modulus: int, random: Random):
        self.modulus, self.random = modulus, random
        self.spare = np.uint64(64 - modulus.bit_length())
        self.left: list[int] = []

    def take(self, count: int) -> list[int]:
        """Return the next numbers."""
        while len(self.left) < count:
            drawn = self.random.randbytes(8 * BATCH)
            words = np.frombuffer(drawn, np.uint64) >> self.spare
            self.left += words[words < self.modulus].tolist()
        found, self.left = self.left[:count], self.left[count:]
        return found


class ExactArithmetic(Arithmetic):
    """The array namespace of an exact field."""

    field: Rational

    def constant(self, value: Any) -> Jet:
        """Return a number as a 1 x 1 matrix; pi is one already."""
        if isinstance(value, Jet):
            return value
        key = "number", value.numerator, value.denominator
        return self._pattern(key, lambda: super(ExactArithmetic, self).constant(value))

    def sign(self, x: Jet) -> Jet:
        """Return -1, 0 or 1."""
        signs = [self.field.signed(a) for a in x.value.entries]
        found = [self.field.number((s > 0) - (s < 0)) for s in signs]
        return constant(x.value.of(x.shape, found))

    def log1p(self, x: Jet) -> Jet:
        """Return log(1 + x), which has derivatives only, as all logarithms."""
        return self.log(1 + x)

    def arctan(self, x: Jet) -> Jet:
        """Return the inverse tangent, which has derivatives only."""
        return self._inverse_tangent(x, 1)

    def arctanh(self, x: Jet) -> Jet:
        """Return the inverse hyperbolic tangent, which has derivatives only."""
        return self._inverse_tangent(x, -1)

    def _inverse_tangent(self, x: Jet, sign: int) -> Jet:
        """Return a function with the slope 1 / (1 + sign x^2)."""
        v, number = x.value, self.field.number
        one, twice = (v.of((1, 1), [number(k)]) for k in (1, -2 * sign))
        below = (v * v).scaled(number(sign)) + one
        unknown = v.of(v.shape, [UNKNOWN] * len(v.entries))
        curve = lambda: twice * v / (below * below)  # noqa: E731
        return x.chain(unknown, lambda: one / below, curve)

    def independent(self, A: Matrix) -> tuple[list[int], list[int]]:
        """Return as many rows and columns, which are independent, as the rank is."""
        return _pivots(A.T), _pivots(A)

    def power(self, x: Jet, k: Jet | int) -> Jet:
        """Return x ** k for a whole number k."""
        return x ** (k if isinstance(k, int) else self.whole(k))

    def whole(self, k: Jet) -> int:
        """Return a 1 x 1 matrix as the whole number that it stands for."""
        return int(self.field.signed(k.value.scalar))


def _pivots(A: Matrix) -> list[int]:
    """Return columns of a matrix that are a basis of all of them."""
    reduced, rank = A.flint.rref()
    entries, n = reduced.entries(), A.shape[1]
    return [next(j for j in range(n) if entries[i * n + j] != 0) for i in range(rank)]


FRACTIONS = ExactArithmetic(Rational())


def random_prime(random: Random) -> int:
    """Return a prime just below 2^63, one of 10^15, each as likely as any other."""
    while True:
        n = 2**63 - random.randrange(2**56)
        if fmpz(n).is_prime():
            return n
