"""The array namespace of balls: object arrays of duals over Arb balls, one draw.

Nothing here shares code with JAX or LAPACK: inverse and determinant go by elimination,
so an enclosure that is certain is a witness of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from flint import arb, arb_mat
from numpy import (  # noqa: F401  (this module is used as a namespace)
    arange,
    broadcast_to,
    concatenate,
    cos,
    cosh,
    exp,
    log,
    log1p,
    matmul,
    sin,
    sinh,
    sqrt,
    sum,
    swapaxes,
    tan,
    tanh,
    where,
)

from ..language.arrays import Array
from .duals import Bend, Dual, Overlap, Undecided, middle, still


class _Pi:
    """pi, at whatever precision is set when it is used."""

    def __radd__(self, other: Any) -> Any:
        return other + arb.pi()


pi = _Pi()


def ball(value: Any) -> Dual:
    """Return an exact number as a ball."""
    return Dual(arb(value))


def constant(value: Any) -> Array:
    """Return a fraction, or pi, as a 1 x 1 array."""
    if value is pi:
        return matrix_of([[Dual(arb.pi())]])
    return matrix_of([[Dual(arb(int(value.numerator)) / int(value.denominator))]])


def exactly(values: Array) -> Array:
    """Return an array of floats, each an exact ball."""
    return _map(lambda x: ball(float(x)), np.asarray(values))


def matrix_of(rows: list[list[Any]]) -> Array:
    """Return rows of balls as a matrix."""
    result = np.empty((len(rows), len(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        for j, x in enumerate(row):
            result[i, j] = x
    return result


def _map(f: Callable[[Any], Any], X: Array) -> Array:
    result = np.empty(X.shape, dtype=object)
    for i in np.ndindex(*X.shape):
        result[i] = f(X[i])
    return result


def number(condition: Array) -> Array:
    """Return 1 where true, else 0."""
    return _map(lambda c: ball(int(bool(c))), np.asarray(condition))


def eye(n: int) -> Array:
    """Return the identity."""
    return number(np.eye(n))


def ones(shape: tuple[int, int]) -> Array:
    """Return ones."""
    return number(np.ones(shape))


def zeros(shape: tuple[int, int]) -> Array:
    """Return zeros."""
    return number(np.zeros(shape))


def tri(rows: int, columns: int, k: int) -> Array:
    """Return ones on and below diagonal k."""
    return number(np.tri(rows, columns, k))


def top(x: Array) -> Array:
    """Return a number near the largest entry: a shift, for which a tie is no matter."""
    middles = [middle(e).mid() for e in x.ravel()]
    best = middles[0]
    for m in middles[1:]:
        best = m if m > best else best
    return matrix_of([[Dual(best)]])


def power(x: Array, y: Array | int) -> Array:
    """Return x ** y."""
    return x**y


def erf(x: Array) -> Array:
    """Return the error function."""
    return _map(lambda e: e.erf(), x)


def sign(x: Array) -> Array:
    """Return -1, 0 or 1; the 0 only where x is exactly zero, and stays so."""
    return _map(lambda e: ball(1 if e > 0 else -1 if e < 0 else 0), x)


def trace(A: Array, axis1: int, axis2: int) -> Array:
    """Return the trace, as an array without axes."""
    result = np.empty((), dtype=object)
    result[()] = np.trace(A)
    return result


def max(X: Array, axis: Any = None, keepdims: bool = True) -> Array:
    """Return the largest entry, 1 x 1."""
    return _extreme(_larger, X)


def min(X: Array, axis: Any = None, keepdims: bool = True) -> Array:
    """Return the smallest entry, 1 x 1."""
    return _extreme(_smaller, X)


def _extreme(better: Callable[[Any, Any], Any], X: Array) -> Array:
    return matrix_of([[reduce(better, X.ravel())]])


def _larger(x: Any, y: Any) -> Any:
    try:
        return x if x > y else y
    except Overlap as overlap:
        if still(x) and still(y):
            return (x + y + abs(x - y)) / 2
        raise Bend(str(overlap)) from overlap


def _smaller(x: Any, y: Any) -> Any:
    return -_larger(-x, -y)


maximum, minimum = np.frompyfunc(_larger, 2, 1), np.frompyfunc(_smaller, 2, 1)


def _eliminate(A: Array, B: Array) -> Array:
    """Return inv(A) @ B, by elimination with the largest pivot."""
    A, B, n = A.copy(), B.copy(), A.shape[0]
    for k in range(n):
        p = k + _largest([middle(A[i, k]) for i in range(k, n)])
        if p != k:
            A[[k, p]], B[[k, p]] = A[[p, k]], B[[p, k]]
        pivot = A[k, k]
        for i in range(k + 1, n):
            factor = A[i, k] / pivot
            A[i, k + 1 :] = A[i, k + 1 :] - factor * A[k, k + 1 :]
            B[i] = B[i] - factor * B[k]
    for k in reversed(range(n)):
        for j in range(k + 1, n):
            B[k] = B[k] - A[k, j] * B[j]
        B[k] = _map(lambda x, k=k: x / A[k, k], B[k])
    return B


def _largest(entries: list[arb]) -> int:
    sizes = [float(abs(x).mid()) for x in entries]
    return sizes.index(np.max(sizes)) if np.all(np.isfinite(sizes)) else 0


def inv(A: Array) -> Array:
    """Return the inverse; a singular matrix gives balls that are not finite."""
    return _eliminate(A, eye(A.shape[0]))


def solve(A: Array, B: Array) -> Array:
    """Return inv(A) @ B."""
    return _eliminate(A, B)


def det(A: Array) -> Array:
    """Return the determinant, 1 x 1, without a division (Bird's algorithm).

    Elimination would need a pivot that is certainly not zero.
    """
    n, F = A.shape[0], A
    for _ in range(n - 1):
        F = _bird(F) @ A
    return matrix_of([[F[0, 0] if n % 2 else -F[0, 0]]])


def _bird(F: Array) -> Array:
    """Keep what is above the diagonal, and put minus the tail of the trace on it."""
    n = F.shape[0]
    G = zeros((n, n))
    for i in range(n):
        G[i, i + 1 :] = F[i, i + 1 :]
        for j in range(i + 1, n):
            G[i, i] = G[i, i] - F[j, j]
    return G


def logdet(A: Array) -> Array:
    """Return log|det A|, 1 x 1; not finite where the determinant may be zero."""
    d = det(A)
    return log(d * d) / 2


def pinv(A: Array) -> Array:
    """Return the Moore-Penrose inverse of a matrix of full rank."""
    m, n = A.shape
    P = solve(A.T @ A, A.T) if m >= n else A.T @ inv(A @ A.T)
    if not all(middle(x).is_finite() for x in P.ravel()):
        # Without full rank there is a value too, and no ball around it.
        raise Undecided("a matrix of `pinv` may lack full rank")
    return P


def cholesky(A: Array) -> Array:
    """Return the lower Cholesky factor of the symmetric part."""
    n = A.shape[0]
    A = (A + A.T) / 2
    L = zeros((n, n))
    for j in range(n):
        L[j, j] = _rest(A, L, j, j).sqrt()
        for i in range(j + 1, n):
            L[i, j] = _rest(A, L, i, j) / L[j, j]
    return L


def _rest(A: Array, L: Array, i: int, j: int) -> Dual:
    rest = A[i, j]
    for k in range(j):
        rest = rest - L[i, k] * L[j, k]
    return rest


def expm(A: Array) -> Array:
    """Return the matrix exponential; of [[A, E], [0, A]] it holds the derivative."""
    if not any(isinstance(x, Dual) for x in A.ravel()):
        rows, columns = A.shape
        E = arb_mat(rows, columns, [arb(x) for x in A.ravel()]).exp()
        return matrix_of([[E[i, j] for j in range(columns)] for i in range(rows)])
    n = A.shape[0]
    V = _map(lambda x: x.v, A)
    if all(x.d is None for x in A.ravel()):
        return _map(Dual, expm(V))
    D = _map(lambda x: 0 * x.v if x.d is None else x.d, A)
    zero = _map(lambda x: 0 * x, V)
    E = expm(np.block([[V, D], [zero, V]]))
    result = np.empty((n, n), dtype=object)
    for i, j in np.ndindex(n, n):
        result[i, j] = Dual(E[i, j], E[i, n + j])
    return result


def eigenvalues(A: Array) -> Array:
    """Return the eigenvalues of the symmetric part; they must be simple."""
    A, n = (A + A.T) / 2, A.shape[0]
    if any(isinstance(x.v, Dual) for x in A.ravel()):
        raise Undecided("second derivatives of eigenvalues have no enclosure here")
    M = arb_mat(n, n, [x.v for x in A.ravel()])
    try:
        values, vectors = M.eig(right=True)
    except ValueError as error:
        raise Undecided("the eigenvalues are not separated") from error
    order = sorted(range(n), key=lambda i: float(values[i].real.mid()))
    D = _map(lambda x: arb(0) if x.d is None else x.d, A)
    result = []
    for k in order:
        v = np.array([[vectors[i, k].real] for i in range(n)], dtype=object)
        w = np.array([[vectors[i, k].imag] for i in range(n)], dtype=object)
        # An eigenvector of a real symmetric matrix is real up to a complex factor.
        norm = (v.T @ v + w.T @ w)[0, 0]
        slope = (v.T @ D @ v + w.T @ D @ w)[0, 0] / norm
        result.append([Dual(values[k].real, slope)])
    return matrix_of(result)


def plain(X: Array) -> Array:
    """Return a matrix of duals as a matrix of balls."""
    return _map(middle, X)
