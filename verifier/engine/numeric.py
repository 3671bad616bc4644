"""The array namespace of NumPy: closed forms on the host, many draws at once.

A matrix without an inverse gives NaN for that draw alone, and no exception.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import (  # noqa: F401  (this module is used as a namespace)
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
    full,
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
    sort,
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

STEPS_UP = -1024
"""Below it derivatives of the gamma function are left to balls."""


def erf(x: Array) -> Array:
    """Return the error function."""
    from scipy.special import erf  # takes as long to import as a fifth of jax

    return erf(x)


def lgamma(x: Array) -> Array:
    """Return the logarithm of the absolute value of the gamma function."""
    from scipy.special import gammaln

    return gammaln(x)


def polygamma(k: Array | int, x: Array) -> Array:
    """Return derivative k of the digamma function, this one itself for 0."""
    from scipy.special import polygamma

    # SciPy goes from x up to 9 in steps of 1, and does not come back from -1e18.
    return polygamma(k, np.where(x < STEPS_UP, np.nan, x))


def eye(n: int) -> Array:
    """Return the identity."""
    return np.eye(n)


def tri(rows: int, columns: int, k: int) -> Array:
    """Return ones on and below diagonal k."""
    return np.tri(rows, columns, k)


def number(condition: Array) -> Array:
    """Return 1.0 where true, else 0.0."""
    return np.asarray(condition, np.float64)


def constant(value: Any) -> Array:
    """Return a fraction as a 1 x 1 array."""
    return np.full((1, 1), rounded(value))


def rounded(value: Any) -> float:
    """Return a fraction as a float, an infinite one where it is larger than any."""
    try:
        return float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf


def top(x: Array, axis: Any = (-2, -1)) -> Array:
    """Return the largest entry along axes: a shift against overflow."""
    return max(x, axis=axis, keepdims=True)


def power(x: Array, y: Array | int) -> Array:
    """Return x ** y, y static when it is a Python integer."""
    return np.power(x, float(y) if isinstance(y, int) else y)


def det(A: Array) -> Array:
    """Return the determinant, 1 x 1."""
    return np.linalg.det(A)[..., None, None]


def logdet(A: Array) -> Array:
    """Return log|det A|, 1 x 1."""
    return np.linalg.slogdet(A)[1][..., None, None]


def inv(A: Array) -> Array:
    """Return the inverse."""
    return each(np.linalg.inv, A)


def solve(A: Array, B: Array) -> Array:
    """Return inv(A) @ B."""
    lanes = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    A = np.broadcast_to(A, (*lanes, *A.shape[-2:]))
    B = np.broadcast_to(B, (*lanes, *B.shape[-2:]))
    return each(np.linalg.solve, A, B)


def cholesky(A: Array) -> Array:
    """Return the lower Cholesky factor of a matrix that is symmetric up to rounding."""
    even = spectrum.symmetric(sys.modules[__name__], A, spectrum.LOOSE)
    A = where(even[..., None, None], (A + swapaxes(A, -1, -2)) / 2, nan)
    return each(np.linalg.cholesky, A)


def pinv(A: Array) -> Array:
    """Return the Moore-Penrose inverse; singular values that are rounding are zero."""
    cut = spectrum.dust(A.dtype)
    found = each(lambda B: np.linalg.pinv(np.swapaxes(B, -1, -2), rcond=cut), A)
    return np.swapaxes(found, -1, -2)


def _singular(A: Array) -> list[Array]:
    return [np.linalg.svd(A, compute_uv=False)]


def rank(A: Array) -> Array:
    """Return the rank of each matrix, without what is rounding; NaN if not finite."""
    finite = np.isfinite(A).all(axis=(-2, -1))
    (s,) = spectrum.by_draws(_singular, np.where(finite[..., None, None], A, 0))
    finite &= np.isfinite(s).all(axis=-1)
    count = (s > s[..., :1] * spectrum.dust(A.dtype)).sum(axis=-1)
    return np.where(finite, count, np.nan)


def expm(A: Array) -> Array:
    """Return the matrix exponential."""
    return exponential.expm(sys.modules[__name__], A)


def sqrtm(A: Array) -> Array:
    """Return the principal square root of a matrix."""
    return roots.sqrtm(sys.modules[__name__], A)


def logm(A: Array) -> Array:
    """Return the principal logarithm of a matrix."""
    return roots.logm(sys.modules[__name__], A)


def exp2(k: Array) -> Array:
    """Return 2 ** k."""
    return np.exp2(k)


def hold(x: Array) -> Array:
    """Return x: nothing is differentiated here."""
    return x


def most(count: Array, bound: int) -> int:
    """Return how many steps a loop takes."""
    return int(np.max(count, initial=0.0, where=np.isfinite(count)))


def eigenvalues(A: Array) -> Array:
    """Return the eigenvalues, ascending, as a column; NaN where some are not real."""
    w = spectrum.decomposed(A)[0][..., None]
    return spectrum.real_only(sys.modules[__name__], w)


def over_spectrum(A: Array, f: Callable[[Array], Array], kind: str) -> Array:
    """Return what a function of the eigenvalues comes to: their sum, their norm."""
    w = spectrum.decomposed(A)[0][..., None]
    return spectrum.over_spectrum(sys.modules[__name__], w, f, kind)


def multiplied(x: Array) -> Array:
    """Return the product of a column."""
    return np.prod(x, axis=-2, keepdims=True)


def each(f: Callable[..., Array], first: Array, *rest: Array, drop: int = 0) -> Array:
    """Call f on all draws at once, and one by one when one of them breaks it."""
    args = (first, *rest)
    finite = np.all([np.isfinite(X).all() for X in args])
    if finite:
        try:
            return f(*args)
        except (np.linalg.LinAlgError, ValueError):
            pass
    shape = args[-1].shape[: args[-1].ndim - drop]
    kind = np.result_type(*args)
    result = np.full(shape if len(args) > 1 or drop else first.shape, np.nan, kind)
    for lane in np.ndindex(*first.shape[:-2]):
        parts = [X[lane] for X in args]
        if all(np.isfinite(part).all() for part in parts):
            try:
                result[lane] = f(*parts)
            except (np.linalg.LinAlgError, ValueError):
                continue
    return result
