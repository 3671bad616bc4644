"""The array namespace of JAX, and the only place that configures it.

Everything here is traced and differentiated; arrays have two axes, and draws are
mapped over by `vmap` outside.
"""

from __future__ import annotations

from math import factorial
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.linalg
import jax.scipy.special
from jax.numpy import (  # noqa: F401  (this module is used as a namespace)
    arange,
    broadcast_to,
    concatenate,
    cos,
    cosh,
    exp,
    inf,
    log,
    log1p,
    matmul,
    max,
    maximum,
    min,
    minimum,
    ones,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    sum,
    swapaxes,
    tan,
    tanh,
    trace,
    where,
    zeros,
)

from ..language.arrays import Array

THETA = 5.371920351148152
"""The norm up to which Pade's approximant of degree 13 needs no squaring."""
PADE = tuple(
    float(factorial(26 - k) // (factorial(k) * factorial(13 - k))) for k in range(14)
)
SQUARINGS = 10
"""Of a matrix exponential at most: norms up to 5,500; beyond them it is NaN."""
erf = jax.scipy.special.erf


def configure(dtype: str) -> None:
    """Set the type of all numbers, before anything is traced.

    Products of float32 are not rounded to bfloat16 or TF32 (jax-ml/jax#12008).
    """
    jax.config.update("jax_enable_x64", dtype == "float64")
    jax.config.update("jax_default_matmul_precision", "highest")


def real() -> Any:
    """Return the type of all numbers."""
    return jax.dtypes.canonicalize_dtype(float)


def eye(n: int) -> Array:
    """Return the identity."""
    return jnp.eye(n)


def tri(rows: int, columns: int, k: int) -> Array:
    """Return ones on and below diagonal k."""
    return jnp.tri(rows, columns, k)


def number(condition: Array) -> Array:
    """Return 1.0 where true, else 0.0."""
    return condition.astype(float)


def constant(value: Any) -> Array:
    """Return a fraction as a 1 x 1 array of a type that gives way to others."""
    return jnp.full((1, 1), float(value))


def hold(x: Array) -> Array:
    """Return x as a constant of the differentiation."""
    return jax.lax.stop_gradient(x)


def top(x: Array) -> Array:
    """Return the largest entry, 1 x 1, as a constant: a shift against overflow."""
    return hold(max(x, axis=(-2, -1), keepdims=True))


def power(x: Array, y: Array | int) -> Array:
    """Return x ** y; a static whole y has derivatives at 0 (jax-ml/jax#12409)."""
    return jax.lax.integer_pow(x, y) if isinstance(y, int) else jnp.power(x, y)


def det(A: Array) -> Array:
    """Return the determinant, 1 x 1."""
    return jnp.linalg.det(A)[None, None]


def logdet(A: Array) -> Array:
    """Return log|det A|, 1 x 1."""
    return jnp.linalg.slogdet(A)[1][None, None]


def inv(A: Array) -> Array:
    """Return the inverse."""
    return jnp.linalg.inv(A)


def solve(A: Array, B: Array) -> Array:
    """Return inv(A) @ B, with the gradient of a general A (jax-ml/jax#40813)."""
    return jnp.linalg.solve(A, B)


def cholesky(A: Array) -> Array:
    """Return the lower Cholesky factor of the symmetric part."""
    return jax.lax.linalg.cholesky((A + A.T) / 2, symmetrize_input=False)


def pinv(A: Array) -> Array:
    """Return the Moore-Penrose inverse."""
    return jnp.linalg.pinv(A)


def expm(A: Array) -> Array:
    """Return the matrix exponential, by Pade's approximant of degree 13 and squaring.

    N. Higham, SIAM J. Matrix Anal. Appl. 26 (2005): exact to rounding for norms below
    THETA. The squarings are data, so that draws of any size share a program.
    """
    size = hold(jnp.max(jnp.sum(abs(A), axis=0)))
    ratio = jnp.where(size > 0, size, 1.0) / THETA
    count = jnp.clip(jnp.ceil(jnp.log2(ratio)), 0, SQUARINGS)
    B = A * jnp.exp2(-count)
    eye_, B2 = jnp.eye(A.shape[0]), B @ B
    B4 = B2 @ B2
    B6 = B4 @ B2
    c = PADE
    odd = B6 @ (c[13] * B6 + c[11] * B4 + c[9] * B2)
    odd = B @ (odd + c[7] * B6 + c[5] * B4 + c[3] * B2 + c[1] * eye_)
    even = B6 @ (c[12] * B6 + c[10] * B4 + c[8] * B2)
    even = even + c[6] * B6 + c[4] * B4 + c[2] * B2 + c[0] * eye_
    E = jnp.linalg.solve(even - odd, even + odd)
    for k in range(SQUARINGS):
        E = jnp.where(k < count, E @ E, E)
    return jnp.where(size <= THETA * 2.0**SQUARINGS, E, jnp.nan)


def eigenvalues(A: Array) -> Array:
    """Return the eigenvalues of the symmetric part, ascending, as a column.

    We symmetrise ourselves: eigvalsh of a general matrix is silent (jax-ml/jax#12795).
    """
    return jnp.linalg.eigvalsh((A + A.T) / 2)[:, None]
