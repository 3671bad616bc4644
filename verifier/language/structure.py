"""Primitives that move entries about, in any namespace."""

from __future__ import annotations

from typing import Any

from .arrays import Array


def _mT(xp: Any, X: Array) -> Array:
    return xp.swapaxes(X, -1, -2)


def transpose(xp: Any, X: Array) -> Array:
    """Return the transpose of the last two axes."""
    return _mT(xp, X)


def matmul(xp: Any, X: Array, Y: Array) -> Array:
    """Return the matrix product."""
    return xp.matmul(X, Y)


def trace(xp: Any, A: Array) -> Array:
    """Return the trace, 1 x 1."""
    return xp.trace(A, axis1=-2, axis2=-1)[..., None, None]


def matrix_power(xp: Any, A: Array, k: int) -> Array:
    """Return A to the whole power k, by squaring."""
    if k < 0:
        return matrix_power(xp, xp.inv(A), -k)
    result = None
    while k:
        if k & 1:
            result = A if result is None else xp.matmul(result, A)
        A, k = xp.matmul(A, A) if k > 1 else A, k >> 1
    return xp.eye(A.shape[-1]) + 0 * A if result is None else result


def vec(xp: Any, X: Array) -> Array:
    """Stack the columns."""
    *lanes, m, n = X.shape
    return _mT(xp, X).reshape(*lanes, m * n, 1)


def unvec(xp: Any, v: Array, m: int, n: int) -> Array:
    """Undo `vec`: the m x n matrix whose columns are stacked in v."""
    *lanes, _, _ = v.shape
    return _mT(xp, v.reshape(*lanes, n, m))


def kron(xp: Any, A: Array, B: Array) -> Array:
    """Return the Kronecker product: block (i, j) is A_ij B."""
    *_, m, n = A.shape
    *_, p, q = B.shape
    blocks = A[..., :, None, :, None] * B[..., None, :, None, :]
    return blocks.reshape(*blocks.shape[:-4], m * p, n * q)


def khatri_rao(xp: Any, A: Array, B: Array) -> Array:
    """Return the Kronecker products of the columns, side by side."""
    *_, m, n = A.shape
    *_, p, _ = B.shape
    blocks = A[..., :, None, :] * B[..., None, :, :]
    return blocks.reshape(*blocks.shape[:-3], m * p, n)


def cross_matrix(xp: Any, x: Array) -> Array:
    """Return K with K y = cross(x, y)."""
    a, b, c = (x[..., i : i + 1, :] for i in range(3))
    zero = 0 * a
    rows = (zero, -c, b), (c, zero, -a), (-b, a, zero)
    return xp.concatenate([xp.concatenate(row, axis=-1) for row in rows], axis=-2)


def cross(xp: Any, x: Array, y: Array) -> Array:
    """Return the cross product."""
    return xp.matmul(cross_matrix(xp, x), y)


def product(xp: Any, X: Array) -> Array:
    """Return the product of all entries, 1 x 1: of halves, and of halves of these."""
    *lanes, m, n = X.shape
    left = X.reshape(*lanes, 1, m * n)
    while (count := left.shape[-1]) > 1:
        half = count // 2
        pairs = left[..., :half] * left[..., half : 2 * half]
        left = xp.concatenate((pairs, left[..., 2 * half :]), axis=-1)
    return left


def diag(xp: Any, v: Array) -> Array:
    """Return the diagonal matrix of a column."""
    return v * xp.eye(v.shape[-2])


def diagonal(xp: Any, A: Array) -> Array:
    """Return the diagonal as a column."""
    return xp.sum(A * xp.eye(A.shape[-1]), axis=-1, keepdims=True)


def hstack(xp: Any, A: Array, B: Array) -> Array:
    """Put B at the right of A."""
    return xp.concatenate(_level(xp, A, B), axis=-1)


def vstack(xp: Any, A: Array, B: Array) -> Array:
    """Put B under A."""
    return xp.concatenate(_level(xp, A, B), axis=-2)


def _level(xp: Any, A: Array, B: Array) -> tuple[Array, Array]:
    """Give both arrays the same leading axes: constants have none."""
    lanes = A.shape[:-2] if len(A.shape) >= len(B.shape) else B.shape[:-2]
    return tuple(xp.broadcast_to(X, (*lanes, *X.shape[-2:])) for X in (A, B))  # type: ignore[return-value]


def eye(xp: Any, n: int) -> Array:
    """Return the identity."""
    return xp.eye(n)


def ones(xp: Any, m: int, n: int) -> Array:
    """Return the matrix of ones."""
    return xp.ones((m, n))


def zeros(xp: Any, m: int, n: int) -> Array:
    """Return the matrix of zeros."""
    return xp.zeros((m, n))


def unit(xp: Any, i: Array, n: int) -> Array:
    """Return column i of the identity; i counts from 1, and may differ by draw."""
    return xp.number(xp.arange(n)[:, None] + 1 == i)


def commutation(xp: Any, m: int, n: int) -> Array:
    """Return K with K vec(A) = vec(A.T) for A m x n."""
    r = xp.arange(m * n)
    return xp.number((r % n * m + r // n)[:, None] == r[None, :])


def elimination(xp: Any, n: int) -> Array:
    """Return L with L vec(A) = vech(A)."""
    r = xp.arange(n * n)
    lower = (r % n >= r // n)[None, :]
    return xp.number(
        lower & (_vech(xp, n, n * n)[None, :] == xp.arange(n * (n + 1) // 2)[:, None])
    )


def vech(xp: Any, A: Array) -> Array:
    """Stack the columns of the lower triangle."""
    return xp.matmul(elimination(xp, A.shape[-1]), vec(xp, A))


def duplication(xp: Any, n: int) -> Array:
    """Return D with D vech(A) = vec(A) for symmetric A, vech the lower triangle."""
    return xp.number(_vech(xp, n, n * n)[:, None] == xp.arange(n * (n + 1) // 2))


def _vech(xp: Any, n: Any, rows: int) -> Array:
    """For each entry of vec(A), the entry of vech(A) that it equals."""
    r = xp.arange(rows)
    high, low = xp.maximum(r % n, r // n), xp.minimum(r % n, r // n)
    return low * n + high - low * (low + 1) // 2
