"""The array namespace of germs: object arrays that move with t."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from flint import arb
from numpy import (  # noqa: F401  (this module is used as a namespace)
    arange,
    broadcast_to,
    concatenate,
    cos,
    cosh,
    exp,
    expm1,
    log,
    log1p,
    sin,
    sinh,
    sqrt,
    sum,
    swapaxes,
    tan,
    tanh,
    where,
)

from ..engine.spectrum import together
from . import gamma, inverses
from .elimination import (  # noqa: F401
    cholesky,
    det,
    inv,
    logdet,
    matmul,
    pinv,
    solve,
)
from .entries import Array, each, eye, matrix, number, zeros  # noqa: F401
from .germs import Germ, germ
from .spectra import eigenvalues, expm, logm, sqrtm  # noqa: F401

pi = "pi"


def constant(value: Any) -> Array:
    """Return a fraction, or pi, as a 1 x 1 array."""
    if value is pi:
        return matrix([[arb.pi()]])
    return matrix([[arb(int(value.numerator)) / int(value.denominator)]])


def exactly(values: Array) -> Array:
    """Return an array of floats as constants."""
    return each(lambda x: germ(float(x)), np.asarray(values))


def ones(shape: tuple[int, int]) -> Array:
    """Return ones."""
    return number(np.ones(shape))


def tri(rows: int, columns: int, k: int) -> Array:
    """Return ones on and below diagonal k."""
    return number(np.tri(rows, columns, k))


def power(x: Array, y: Array | int) -> Array:
    """Return x ** y."""
    return x**y


def erf(x: Array) -> Array:
    """Return the error function."""
    return each(lambda e: e.erf(), x)


def arctan(x: Array) -> Array:
    """Return the inverse tangent."""
    return each(inverses.arctan, x)


def arcsin(x: Array) -> Array:
    """Return the inverse sine."""
    return each(inverses.arcsin, x)


def arccos(x: Array) -> Array:
    """Return the inverse cosine."""
    return each(inverses.arccos, x)


def arcsinh(x: Array) -> Array:
    """Return the inverse hyperbolic sine."""
    return each(inverses.arcsinh, x)


def arccosh(x: Array) -> Array:
    """Return the inverse hyperbolic cosine."""
    return each(inverses.arccosh, x)


def arctanh(x: Array) -> Array:
    """Return the inverse hyperbolic tangent."""
    return each(inverses.arctanh, x)


def lgamma(x: Array) -> Array:
    """Return the logarithm of the absolute value of the gamma function."""
    return each(gamma.log_gamma, x)


def polygamma(k: int, x: Array) -> Array:
    """Return derivative k of the digamma function, this one itself for 0."""
    return each(lambda e: gamma.polygamma(k, e), x)


def sign(x: Array) -> Array:
    """Return -1, 0 or 1."""
    return each(lambda e: germ(e.sign()), x)


def trace(A: Array, axis1: int, axis2: int) -> Array:
    """Return the trace, as an array without axes."""
    result = np.empty((), dtype=object)
    result[()] = np.trace(A)
    return result


def _larger(x: Germ, y: Germ) -> Germ:
    if not isinstance(x, Germ) and not isinstance(y, Germ):
        return x if x > y else y  # places, as those of the entries of `vech`
    gap = x - y
    return (x + y + abs(gap)) / 2 if not gap.terms else x if gap.sign() > 0 else y


def _smaller(x: Germ, y: Germ) -> Germ:
    return -_larger(-x, -y)


maximum, minimum = np.frompyfunc(_larger, 2, 1), np.frompyfunc(_smaller, 2, 1)


def max(X: Array, axis: Any = None, keepdims: bool = True) -> Array:
    """Return the largest entry, 1 x 1."""
    return matrix([[reduce(_larger, X.ravel())]])


def min(X: Array, axis: Any = None, keepdims: bool = True) -> Array:
    """Return the smallest entry, 1 x 1."""
    return matrix([[reduce(_smaller, X.ravel())]])


def top(x: Array, axis: Any = (-2, -1)) -> Array:
    """Return the largest entry, of each row or of all: a shift; ties do not matter."""
    if axis == -1:
        return np.concatenate([max(row[None, :]) for row in x])
    return max(x).copy()


def over_spectrum(A: Array, f: Callable[[Array], Array], kind: str) -> Array:
    """Return what a function of the eigenvalues comes to: their sum, their norm."""
    return together(sys.modules[__name__], f(eigenvalues(A)), kind)


def multiplied(x: Array) -> Array:
    """Return the product of a column."""
    return matrix([[reduce(lambda a, b: a * b, x.ravel())]])
