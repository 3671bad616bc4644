"""Principal square roots and logarithms of matrices, for NumPy and for JAX.

The square root is the product form of Denman and Beavers' iteration, scaled by norms;
the logarithm is that of a repeated root, by Gauss-Legendre quadrature of its integral.
N. Higham, Functions of Matrices (2008), chapters 6 and 11. The number of steps is the
same for all matrices, so that JAX differentiates them at no size in particular: they do
for condition numbers to 10^12. Eigenvalues on the negative axis give NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial.legendre import leggauss

from ..language.arrays import Array

STEPS = 10
ROOTS = (10, 7, 7, 7)
"""Steps of each of the roots that a logarithm takes."""
NODES = [((1 + t) / 2, w / 2) for t, w in np.transpose(leggauss(12)).tolist()]
"""Places between 0 and 1, and their weights."""
CLOSE = 2.0**-10
"""Two steps before the end the iteration is this close, or does not converge."""


def sqrtm(xp: Any, A: Array, steps: int = STEPS) -> Array:
    """Return the principal square root."""
    X = M = A
    for _ in range(steps - 2):
        X, M = _nearer(xp, X, M)
    gap = xp.hold(_norm(xp, M - xp.eye(A.shape[-1])))
    for _ in range(2):
        X, M = _nearer(xp, X, M)
    return xp.where(gap < CLOSE, X, xp.nan)


def _nearer(xp: Any, X: Array, M: Array) -> tuple[Array, Array]:
    """Return X nearer to the root, and M = inv(A) X X nearer to the identity."""
    I, K = xp.eye(M.shape[-1]), xp.inv(M)
    s = xp.hold(xp.sqrt(_norm(xp, K) / _norm(xp, M)))
    X = xp.sqrt(s) / 2 * xp.matmul(X, I + K / s)
    return X, I / 2 + (M * s + K / s) / 4


def logm(xp: Any, A: Array) -> Array:
    """Return the principal logarithm: Y times the integral of inv(I + t Y) to 1."""
    for steps in ROOTS:
        A = sqrtm(xp, A, steps)
    I = xp.eye(A.shape[-1])
    Y = A - I
    total = 0 * Y
    for t, w in NODES:
        total = total + w * xp.solve(I + t * Y, Y)
    return 2.0 ** len(ROOTS) * total


def _norm(xp: Any, M: Array) -> Array:
    return xp.sqrt(xp.sum(M * M, axis=(-2, -1), keepdims=True))
