"""The array namespace of JAX, and the only place that configures it.

Everything here is traced and differentiated, for one draw: arrays have two axes, whose
sizes may be letters.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.numpy import (  # noqa: F401  (this module is used as a namespace)
    arange,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctanh,
    broadcast_to,
    ceil,
    concatenate,
    cos,
    cosh,
    exp,
    expm1,
    imag,
    inf,
    log,
    log1p,
    matmul,
    max,
    maximum,
    min,
    minimum,
    nan,
    ones,
    pi,
    real,
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
from . import exponential, roots, spectrum
from .numeric import rounded

erf, lgamma = jax.lax.erf, jax.lax.lgamma


def configure(dtype: str) -> None:
    """Set the type of all numbers, before anything is traced.

    Products of float32 are not rounded to bfloat16 or TF32 (jax-ml/jax#12008).
    """
    jax.config.update("jax_enable_x64", dtype == "float64")
    jax.config.update("jax_default_matmul_precision", "highest")


def real_type() -> Any:
    """Return the type of all numbers."""
    return jax.dtypes.canonicalize_dtype(float)


def polygamma(k: int, x: Array) -> Array:
    """Return derivative k of the digamma function, this one itself for 0."""
    if not k:
        return jax.lax.digamma(x)
    return jax.lax.polygamma(jnp.full_like(x, k), x)


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
    return jnp.full((1, 1), rounded(value))


def hold(x: Array) -> Array:
    """Return x as a constant of the differentiation."""
    return jax.lax.stop_gradient(x)


def top(x: Array, axis: Any = (-2, -1)) -> Array:
    """Return the largest entry along axes, a constant: a shift against overflow."""
    return hold(max(x, axis=axis, keepdims=True))


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
    """Return the lower Cholesky factor of a symmetric matrix.

    Of an entry that moves it is the symmetric part that counts.
    """
    even = spectrum.symmetric(sys.modules[__name__], hold(A), spectrum.LOOSE)
    L = jax.lax.linalg.cholesky((A + A.T) / 2, symmetrize_input=False)
    return L + where(even, 0.0, nan)


def pinv(A: Array) -> Array:
    """Return the Moore-Penrose inverse, with derivatives for a rank that stays."""
    return jnp.linalg.pinv(A, rtol=spectrum.dust(A.dtype))


def expm(A: Array) -> Array:
    """Return the matrix exponential; JAX's own takes a branch for each norm."""
    return exponential.expm(sys.modules[__name__], A)


def sqrtm(A: Array) -> Array:
    """Return the principal square root of a matrix."""
    return roots.sqrtm(sys.modules[__name__], A)


def logm(A: Array) -> Array:
    """Return the principal logarithm of a matrix."""
    return roots.logm(sys.modules[__name__], A)


def exp2(k: Array) -> Array:
    """Return 2 ** k."""
    return jnp.exp2(k)


def most(count: Array, bound: int) -> int:
    """Return how many steps a loop takes: while sizes are letters, all of them."""
    return bound


def eigenvalues(A: Array) -> Array:
    """Return the eigenvalues, ascending, as a column; NaN where some are not real."""
    return spectrum.real_only(sys.modules[__name__], _eigenvalues(A))


def over_spectrum(A: Array, f: Callable[[Array], Array], kind: str) -> Array:
    """Return what a function of the eigenvalues comes to: their sum, their norm."""
    w = _eigenvalues(A)
    return spectrum.over_spectrum(sys.modules[__name__], w, f, kind)


def _eigenvalues(A: Array) -> Array:
    """Return complex eigenvalues, a column, with derivatives up to the second.

    JAX's own have one derivative, and are in no order.
    """
    at, n = hold(A), A.shape[-1]
    w, V = jax.lax.linalg.eig(at, compute_left_eigenvectors=False)
    w = spectrum.settled(sys.modules[__name__], w, float(jnp.finfo(A.dtype).eps))
    x, i = real(w), arange(n)
    equal = (x == x[:, None]) & (i < i[:, None])
    place = sum((x < x[:, None]) | equal, axis=-1)
    order = (place == i[:, None]).astype(w.dtype)
    w, V = hold(matmul(order, w)), hold(matmul(V, order.T))
    E = matmul(matmul(hold(jnp.linalg.inv(V)), A - at), V)
    gaps = w[:, None] - w
    alone = gaps == 0
    near = where(alone, 0.0, 1 / where(alone, 1.0, gaps))
    return (w + jnp.diagonal(E) + sum(E * E.T * near, axis=-1))[:, None]


def multiplied(x: Array) -> Array:
    """Return the product of a column, complex: JAX's own knows no sizes of letters."""
    return exp(sum(log(x + 0j), axis=-2, keepdims=True))
