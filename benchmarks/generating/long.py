"""The array namespace of long numbers, with linear algebra written once more."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat

Array = Any
ALIASES = {
    "arctan": "atan", "arcsin": "asin", "arccos": "acos",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
}  # fmt: skip


SHAPING = frozenset({"max", "min"})
"""Names that mean more than a function of one number."""


class NoValue(Exception):
    """A value does not exist here, or is not known to."""


def entrywise(f: Callable[..., Any]) -> Callable[..., Array]:
    """Return a function of arrays, entry by entry."""
    made = np.frompyfunc(f, f.__code__.co_argcount if hasattr(f, "__code__") else 1, 1)
    return lambda *args: np.asarray(made(*args), object)


def real(value: Any) -> arb:
    """Return a number, long."""
    if isinstance(value, Fraction):
        return arb(value.numerator) / value.denominator
    return value if isinstance(value, arb) else arb(value)


LONG = entrywise(lambda x: real(x))


def _wrapped(f: Any) -> Any:
    """Return a function of NumPy whose result is an array, without axes if need be."""

    def call(*args: Any, **more: Any) -> Any:
        found = f(*args, **more)
        return np.array(found, object) if isinstance(found, arb) else found

    return call if callable(f) else f


class Long:
    """The array namespace of long numbers: what the rows of the table call `xp`."""

    inf = np.inf

    def __getattr__(self, name: str) -> Any:
        method = ALIASES.get(name, name)
        if name not in SHAPING and hasattr(arb, method):
            return entrywise(lambda x: getattr(real(x), method)())
        if hasattr(np, name):
            return _wrapped(getattr(np, name))
        raise NoValue(name)

    @property
    def pi(self) -> arb:
        """Return pi."""
        return arb.pi()

    def lgamma(self, X: Array) -> Array:
        """Return log|gamma function|, of negative numbers too."""
        return entrywise(_lgamma)(X)

    def sum(self, X: Array, axis: Any = None, keepdims: bool = True) -> Array:
        """Return sums along an axis, or of all entries."""
        return np.asarray(np.sum(X, axis=axis, keepdims=keepdims), object)

    def number(self, condition: Array) -> Array:
        """Return 1 where true, else 0."""
        return LONG(np.asarray(condition).astype(int))

    def eye(self, n: int) -> Array:
        """Return the identity."""
        return LONG(np.eye(n, dtype=int))

    def ones(self, shape: Any) -> Array:
        """Return ones."""
        return LONG(np.ones(shape, int))

    def zeros(self, shape: Any) -> Array:
        """Return zeros."""
        return LONG(np.zeros(shape, int))

    def tri(self, rows: int, columns: int, k: int) -> Array:
        """Return ones on and below diagonal k."""
        return LONG(np.tri(rows, columns, k, dtype=int))

    def constant(self, value: Any) -> Array:
        """Return a number as a 1 x 1 array."""
        return np.array([[real(value)]], object)

    def top(self, x: Array, axis: Any = None) -> Array:
        """Return a shift."""
        return self.constant(0)

    def sign(self, x: Array) -> Array:
        """Return -1, 0 or 1."""
        return entrywise(_sign)(x)

    def where(self, condition: Array, x: Array, y: Array) -> Array:
        """Return the entries of x where true, else those of y."""
        return np.where(np.asarray(condition, bool), x, y)

    def maximum(self, x: Array, y: Array) -> Array:
        """Return the larger entries."""
        return entrywise(lambda a, b: a if a > b else b)(x, y)

    def minimum(self, x: Array, y: Array) -> Array:
        """Return the smaller entries."""
        return entrywise(lambda a, b: a if a < b else b)(x, y)

    def power(self, x: Array, y: Any) -> Array:
        """Return x ** y."""
        return entrywise(lambda a, b: a**b)(x, y)

    def erf(self, x: Array) -> Array:
        """Return the error function."""
        return entrywise(lambda a: a.erf())(x)

    # Linear algebra, by elimination and by power series.

    def inv(self, A: Array) -> Array:
        """Return the inverse."""
        return self.solve(A, self.eye(len(A)))

    def solve(self, A: Array, B: Array) -> Array:
        """Return inv(A) @ B."""
        n = len(A)
        M = np.concatenate((A, B), axis=1)
        _eliminated(M, n)
        for j in reversed(range(n)):
            M[j] = M[j] / M[j, j]
            for i in range(j):
                M[i] = M[i] - M[i, j] * M[j]
        return M[:, n:]

    def det(self, A: Array) -> Array:
        """Return the determinant, 1 x 1."""
        M = A.copy()
        found = real(_eliminated(M, len(M)))
        for j in range(len(M)):
            found = found * M[j, j]
        return self.constant(found)

    def logdet(self, A: Array) -> Array:
        """Return log|det A|, 1 x 1."""
        return self.constant(abs(self.det(A)[0, 0]).log())

    def pinv(self, A: Array) -> Array:
        """Return the Moore-Penrose inverse, F.T inv(F F.T) inv(C.T C) C.T of A = C F.

        C and F have as many columns and rows as A has rank.
        """
        columns, rows, pivots = [], [], []
        rest = A
        for _ in range(min(A.shape)):
            i, j = max(np.ndindex(A.shape), key=lambda at: abs(rest[at]).upper())
            pivots.append(abs(rest[i, j]))
            top, prec = max(p.upper() for p in pivots), flint.ctx.prec
            if pivots[-1] <= top * arb(2) ** -(3 * prec // 4):
                break
            # A step of a difference quotient may change a rank: there is no derivative.
            if not pivots[-1] > top * arb(2) ** -(prec // 8):
                raise NoValue("a rank that is nearly another")
            columns.append(rest[:, j])
            rows.append(rest[i] / rest[i, j])
            rest = rest - np.outer(columns[-1], rows[-1])
        if not columns:
            return self.zeros(A.shape[::-1])
        C, F = np.stack(columns, axis=1), np.stack(rows)
        return F.T @ self.solve(F @ F.T, self.solve(C.T @ C, C.T))

    def expm(self, A: Array) -> Array:
        """Return the matrix exponential, by squaring a power series."""
        halvings = 40
        A = A / arb(2) ** halvings
        total = term = self.eye(len(A))
        for k in range(1, flint.ctx.prec // 30 + 8):
            term = term @ A / k
            total = total + term
        for _ in range(halvings):
            total = total @ total
        return total

    def cholesky(self, A: Array) -> Array:
        """Return the lower Cholesky factor of a symmetric matrix."""
        _needs_symmetric(A)
        n, L = len(A), self.zeros(A.shape)
        for j in range(n):
            for i in range(j, n):
                rest = A[i, j] - sum((L[i, k] * L[j, k] for k in range(j)), arb(0))
                L[i, j] = rest.sqrt() if i == j else rest / L[j, j]
        return L

    def eigenvalues(self, A: Array) -> Array:
        """Return the eigenvalues, ascending, where all of them are real."""
        try:
            found = arb_mat(A.tolist()).eig()
        except ValueError as error:
            raise NoValue from error
        if any(not z.imag.contains(0) for z in found):
            raise NoValue("complex eigenvalues")
        values = sorted((z.real for z in found), key=lambda x: float(x.mid()))
        return np.array(values, object)[:, None]


def _lgamma(x: arb) -> arb:
    return x.lgamma() if x > 0 else abs(x.gamma()).log()


def _sign(x: arb) -> arb:
    return arb(1 if x > 0 else -1 if x < 0 else 0)


def _needs_symmetric(A: Array) -> None:
    if any(not x.contains(0) for x in (A - A.T).ravel()):
        raise NoValue("not symmetric")


def _eliminated(M: Array, n: int) -> int:
    """Bring the first n columns to a triangle; return the sign of the exchanges."""
    sign = 1
    for j in range(n):
        best = max(range(j, n), key=lambda i: float(abs(M[i, j]).mid()))
        if best != j:
            M[[j, best]], sign = M[[best, j]], -sign
        for i in range(j + 1, n):
            M[i] = M[i] - M[i, j] / M[j, j] * M[j]
    return sign


XP = Long()
