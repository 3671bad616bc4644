"""The matrix exponential by Pade's approximant of degree 13, for NumPy and for JAX.

N. Higham, SIAM J. Matrix Anal. Appl. 26 (2005): exact to rounding for norms below
THETA, to which a matrix is scaled, and squared back. How often is data, so that draws
of any size go through one program, and JAX differentiates it at no size in particular.
"""

from __future__ import annotations

from math import factorial, log
from typing import Any

from ..language.arrays import Array

THETA = 5.371920351148152
PADE = tuple(
    float(factorial(26 - k) // (factorial(k) * factorial(13 - k))) for k in range(14)
)
SQUARINGS = 10
"""The most there are: norms up to 5,500; beyond them the result is NaN."""


def expm(xp: Any, A: Array) -> Array:
    """Return exp(A), in the namespace of NumPy or of JAX."""
    columns = xp.sum(abs(A), axis=-2, keepdims=True)
    size = xp.hold(xp.max(columns, axis=-1, keepdims=True))
    ratio = xp.where(size > THETA, size, THETA) / THETA
    count = xp.minimum(xp.ceil(xp.log(ratio) / log(2)), SQUARINGS)
    B = A * xp.exp2(-count)
    I, B2 = xp.eye(A.shape[-1]), B @ B
    B4 = B2 @ B2
    B6 = B4 @ B2
    c = PADE
    odd = B6 @ (c[13] * B6 + c[11] * B4 + c[9] * B2)
    odd = B @ (odd + c[7] * B6 + c[5] * B4 + c[3] * B2 + c[1] * I)
    even = B6 @ (c[12] * B6 + c[10] * B4 + c[8] * B2)
    even = even + c[6] * B6 + c[4] * B4 + c[2] * B2 + c[0] * I
    E = xp.solve(even - odd, even + odd)
    for k in range(xp.most(count, SQUARINGS)):
        E = xp.where(k < count, E @ E, E)
    return xp.where(size <= THETA * 2.0**SQUARINGS, E, xp.nan)
