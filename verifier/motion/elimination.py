"""Products of matrices of germs, and elimination: solutions, determinants, factors."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import mul
from typing import Any

import numpy as np
from flint import arb, arb_mat

from ..engine.undecided import UNSYMMETRIC
from .entries import Array, each, eye, is_symmetric, matrix, zeros
from .germs import Germ, germ, lost
from .monomials import DOUBTFUL, ONE, Monomial, Open, largest, negligible
from .products import summing

ZERO = arb(0)


def matmul(X: Array, Y: Array) -> Array:
    """Return the matrix product."""
    if (found := _of_constants(mul, X, Y)) is not None:
        return found
    inner, width = Y.shape
    x, y = ([e.terms for e in M.ravel()] for M in (X, Y))
    places = list(np.ndindex(len(X), width))
    summed = summing(x, y, inner)
    result = np.empty((len(X), width), dtype=object)
    for (i, j), error in zip(places, _errors(X, Y, places), strict=True):
        mine, others = range(i * inner, (i + 1) * inner), range(j, len(y), width)
        result[i, j] = Germ(summed(mine, others, error), error)
    return result


def _of_constants(f: Callable[[Any, Any], Any], X: Array, Y: Array) -> Array | None:
    """Return what FLINT makes of two matrices of constants.

    None where they move, and where an entry may be zero but for rounding.
    """
    A, B = _balls(X), _balls(Y)
    if A is None or B is None:
        return None
    try:
        found = f(A, B)
    except ZeroDivisionError:
        return None
    entries = found.entries()
    made = np.empty(len(entries), dtype=object)
    for i, c in enumerate(entries):
        if not c.is_zero() and c.rel_accuracy_bits() < DOUBTFUL:
            if not c.is_finite() or not negligible(c, *entries):
                return None
            c = arb(0)
        made[i] = germ(c)
    return made.reshape(found.nrows(), found.ncols())


def _balls(X: Array) -> arb_mat | None:
    """Return the matrix of what does not move, or None where something does."""
    found = []
    for x in X.ravel():
        if not x.is_constant:
            return None
        found.append(x.terms.get(ONE, ZERO))
    return arb_mat(len(X), X.shape[1], found)


def _errors(X: Array, Y: Array, places: list[tuple[int, int]]) -> list[Monomial | None]:
    """Return what the entries of a product leave out."""
    if all(x.error is None for x in (*X.ravel(), *Y.ravel())):
        return [None] * len(places)
    found = []
    for i, j in places:
        pairs = zip(X[i], Y[:, j], strict=True)
        several = [e for x, y in pairs for e in lost(x, y)]
        found.append(largest(several) if several else None)
    return found


def solve(A: Array, B: Array) -> Array:
    """Return inv(A) @ B."""
    if (found := _of_constants(arb_mat.solve, A, B)) is not None:
        return found
    A, X, turned = _triangular(A, B)
    if not turned:
        raise ZeroDivisionError("singular")
    for k in reversed(range(len(A))):
        for j in range(k + 1, len(A)):
            X[k] = X[k] - X[j] * A[k, j]
        inverse = A[k, k].inverse()
        X[k] = X[k] * inverse
    return X


def inv(A: Array) -> Array:
    """Return the inverse."""
    return solve(A, eye(len(A)))


def det(A: Array) -> Array:
    """Return the determinant, 1 x 1."""
    U, _, turned = _triangular(A, zeros((len(A), 1)))
    return matrix([[reduce(lambda x, y: x * y, U.diagonal(), germ(turned))]])


def logdet(A: Array) -> Array:
    """Return log|det A|, 1 x 1."""
    return each(lambda d: abs(d).log(), det(A))


def pinv(A: Array) -> Array:
    """Return the Moore-Penrose inverse of a matrix of full rank."""
    m, n = A.shape
    square = matmul(A.T, A) if m >= n else matmul(A, A.T)
    return solve(square, A.T) if m >= n else matmul(A.T, inv(square))


def cholesky(A: Array) -> Array:
    """Return the lower Cholesky factor of a symmetric matrix."""
    if not is_symmetric(A):
        raise Open(UNSYMMETRIC)
    n, A = len(A), (A + A.T) / 2
    L = zeros((n, n))
    for j in range(n):
        L[j, j] = (A[j, j] - np.sum(L[j, :j] * L[j, :j])).sqrt()
        for i in range(j + 1, n):
            L[i, j] = (A[i, j] - np.sum(L[i, :j] * L[j, :j])) / L[j, j]
    return L


def _triangular(A: Array, B: Array) -> tuple[Array, Array, int]:
    """Eliminate below the diagonal, in A and B; 0 for the sign if A is singular."""
    A, B, n, turned = A.copy(), B.copy(), len(A), 1
    for k in range(n):
        p = _pivot(A[k:, k])
        if p is None:
            return A, B, 0
        if p:
            A[[k, k + p]], B[[k, k + p]] = A[[k + p, k]], B[[k + p, k]]
            turned = -turned
        inverse = A[k, k].inverse()
        for i in range(k + 1, n):
            if A[i, k].is_zero:
                continue
            factor = A[i, k] * inverse
            A[i, k + 1 :] = A[i, k + 1 :] - A[k, k + 1 :] * factor
            B[i] = B[i] - B[k] * factor
    return A, B, turned


def _pivot(column: Array) -> int | None:
    """Return the place of the largest entry, or None where all are zero."""
    found = [i for i, x in enumerate(column) if x.terms]
    if not found:
        if all(x.is_zero for x in column):
            return None
        raise Open("more terms are needed")
    top = largest([column[i].size for i in found])
    tops = [i for i in found if column[i].size == top]
    return tops[int(np.argmax([float(abs(column[i].terms[top].mid())) for i in tops]))]
