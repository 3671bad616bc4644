"""Eigenvalues of any square matrix, real or in pairs, for NumPy and for JAX.

Ascending by their real parts. Along a change E of the matrix, in the basis of its
eigenvectors, an eigenvalue is

    w_i + E_ii + sum over k of E_ik E_ki / (w_i - w_k)

up to the third order, which is as far as anything here is differentiated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..language.arrays import Array

SLACK = 2.0**12
"""Roundings that a symmetric matrix may be unsymmetric by, or a real number complex."""
LOOSE = 2.0**32
"""The same where a matrix without symmetry has no value: balls look more closely."""


def dust(dtype: Any) -> float:
    """Return how large rounding makes a singular value that is zero, of the largest.

    What is larger by less than half of all digits shows as noise.
    """
    return float(np.finfo(dtype).eps) * SLACK


def symmetric(xp: Any, A: Array, slack: float = SLACK) -> Array:
    """Return whether a matrix is symmetric up to rounding."""
    B = xp.swapaxes(A, -1, -2)
    rows = xp.max(xp.maximum(abs(A), abs(B)), axis=-1, keepdims=True)
    size = xp.sqrt(rows) * xp.sqrt(xp.swapaxes(rows, -1, -2))
    unit = float(np.finfo(A.dtype).eps) * slack
    return xp.max(abs(A - B) - unit * size, axis=(-2, -1)) <= 0


def decomposed(A: Array) -> tuple[Array, Array]:
    """Return eigenvalues and eigenvectors, complex, for many draws at once."""
    finite = np.isfinite(A).all(axis=(-2, -1))
    A = np.where(finite[..., None, None], A, np.eye(A.shape[-1], dtype=A.dtype))
    even = symmetric(np, A)
    if even.all():
        w, V = by_draws(_even, A)
    else:
        w, V = by_draws(_general, A)
        w[even], V[even] = by_draws(_even, A[even])
    kind = np.result_type(A.dtype, np.complex64)
    w, V = w.astype(kind), V.astype(kind)
    w[~finite] = np.nan
    return w, V


def by_draws(f: Callable[[Array], Any], A: Array) -> list[Array]:
    """Call LAPACK on all draws at once, and one by one where it fails at some of them.

    Where it finds nothing nothing is known: NaN.
    """
    try:
        return list(f(A))
    except np.linalg.LinAlgError:
        found = [
            np.array(X) for X in f(np.broadcast_to(np.eye(*A.shape[-2:]), A.shape))
        ]
    for draw in np.ndindex(*A.shape[:-2]):
        try:
            parts = f(A[draw])
        except np.linalg.LinAlgError:
            parts = [np.nan] * len(found)
        for X, part in zip(found, parts, strict=True):
            X[draw] = part
    return found


def _even(A: Array) -> Any:
    return np.linalg.eigh(A / 2 + np.swapaxes(A, -1, -2) / 2)


def _general(A: Array) -> tuple[Array, Array]:
    w, V = (X.astype(complex) for X in np.linalg.eig(A))
    w = settled(np, w, np.finfo(A.dtype).eps)
    order = np.lexsort((w.imag, w.real))
    return (
        np.take_along_axis(w, order, -1),
        np.take_along_axis(V, order[..., None, :], -1),
    )


def settled(xp: Any, w: Array, unit: float) -> Array:
    """Return eigenvalues, real where rounding alone may have made them complex."""
    size = xp.max(abs(w), axis=-1, keepdims=True)
    return xp.where(abs(xp.imag(w)) <= unit * SLACK * size, xp.real(w), w)


def real_only(xp: Any, w: Array) -> Array:
    """Return a column of eigenvalues, without a value where they are not all real."""
    off = xp.max(abs(xp.imag(w)), axis=(-2, -1), keepdims=True)
    return xp.real(w) + xp.hold(xp.where(off == 0, 0.0, xp.nan))


def over_spectrum(xp: Any, w: Array, f: Callable[[Array], Array], kind: str) -> Array:
    """Return what a function of eigenvalues, a column, comes to.

    Where these are real the function must have a value as one of real numbers; where
    they come in pairs the imaginary parts must cancel.
    """
    total = together(xp, f(w), kind)
    off = xp.max(abs(xp.imag(w)), axis=(-2, -1), keepdims=True)
    alone = together(xp, f(xp.hold(xp.real(w))), kind)
    unit = float(np.finfo(alone.dtype).eps) * LOOSE
    rest = abs(xp.imag(total)) <= unit * (1 + abs(xp.real(total)))
    good = xp.where(off == 0, abs(alone) < xp.inf, rest)
    return xp.real(total) + xp.hold(xp.where(good, 0.0, xp.nan))


def together(xp: Any, G: Any, kind: str) -> Any:
    """Return what the entries of a column come to."""
    if kind == "product":
        return xp.multiplied(G)
    if kind in ("max", "min"):
        return getattr(xp, kind)(G, axis=(-2, -1), keepdims=True)
    total = xp.sum(G, axis=(-2, -1), keepdims=True)
    if kind in ("norm", "logsumexp"):
        return xp.sqrt(total) if kind == "norm" else xp.log(total)
    return total / G.shape[-2] if kind == "mean" else total
