"""Primitives that move entries about: at exact sizes, and padded with sizes as data.

Padded versions take `frame` (bounds and true sizes) and the `term` that is evaluated;
row k of a stacked vector is entry (k % m, k // m), for the true m, which is data.
"""

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


def duplication(xp: Any, n: int) -> Array:
    """Return D with D vech(A) = vec(A) for symmetric A, vech the lower triangle."""
    return xp.number(_vech(xp, n, n * n)[:, None] == xp.arange(n * (n + 1) // 2))


def _vech(xp: Any, n: Any, rows: int) -> Array:
    """For each entry of vec(A), the entry of vech(A) that it equals."""
    r = xp.arange(rows)
    high, low = xp.maximum(r % n, r // n), xp.minimum(r % n, r // n)
    return low * n + high - low * (low + 1) // 2


# Padded.


def padded_vec(xp: Any, frame: Any, term: Any, X: Array) -> Array:
    """`vec` with true sizes as data."""
    m, P = frame.size(term.args[0].shape[0]), frame.bound(term.shape[0])
    k = xp.arange(P)
    return _cut(xp, frame, term, xp.pick(X, k % m, k // m)[:, None])


def padded_unvec(xp: Any, frame: Any, term: Any, v: Array, *_: Any) -> Array:
    """`unvec` with true sizes as data."""
    m = frame.size(term.shape[0])
    i, j = _grid(xp, frame, term)
    return _cut(xp, frame, term, xp.pick(v, j * m + i, 0 * (i + j)))


def padded_kron(xp: Any, frame: Any, term: Any, A: Array, B: Array) -> Array:
    """`kron` with true sizes as data."""
    p, q = (frame.size(d) for d in term.args[1].shape)
    i, j = _grid(xp, frame, term)
    blocks = xp.pick(A, i // p, j // q) * xp.pick(B, i % p, j % q)
    return _cut(xp, frame, term, blocks)


def padded_hstack(xp: Any, frame: Any, term: Any, A: Array, B: Array) -> Array:
    """`hstack` with true sizes as data."""
    n = frame.size(term.args[0].shape[1])
    i, j = _grid(xp, frame, term)
    return _cut(
        xp, frame, term, xp.where(j < n, xp.pick(A, i, j), xp.pick(B, i, j - n))
    )


def padded_vstack(xp: Any, frame: Any, term: Any, A: Array, B: Array) -> Array:
    """`vstack` with true sizes as data."""
    m = frame.size(term.args[0].shape[0])
    i, j = _grid(xp, frame, term)
    return _cut(
        xp, frame, term, xp.where(i < m, xp.pick(A, i, j), xp.pick(B, i - m, j))
    )


def padded_eye(xp: Any, frame: Any, term: Any, *_: Any) -> Array:
    """`eye` with its size as data."""
    i, j = _grid(xp, frame, term)
    return _cut(xp, frame, term, xp.number(i == j))


def padded_ones(xp: Any, frame: Any, term: Any, *_: Any) -> Array:
    """`ones` with its size as data."""
    return xp.number(frame.mask(term.shape))


def padded_zeros(xp: Any, frame: Any, term: Any, *_: Any) -> Array:
    """Zeros at the bound."""
    return xp.zeros(tuple(frame.bound(d) for d in term.shape))


def padded_unit(xp: Any, frame: Any, term: Any, i: Array, *_: Any) -> Array:
    """`unit` with its size as data; the index lies within the true size."""
    return xp.number(xp.arange(frame.bound(term.shape[0]))[:, None] + 1 == i)


def padded_commutation(xp: Any, frame: Any, term: Any, *_: Any) -> Array:
    """`commutation` with true sizes as data."""
    m, n = (frame.size(d) for d in term.dims)
    r, c = _grid(xp, frame, term)
    return _cut(xp, frame, term, xp.number(r % n * m + r // n == c))


def padded_duplication(xp: Any, frame: Any, term: Any, *_: Any) -> Array:
    """`duplication` with its size as data."""
    n, rows = frame.size(term.dims[0]), frame.bound(term.shape[0])
    columns = xp.arange(frame.bound(term.shape[1]))
    return _cut(
        xp, frame, term, xp.number(_vech(xp, n, rows)[:, None] == columns[None, :])
    )


def padded_eigenvalues(xp: Any, frame: Any, term: Any, A: Array) -> Array:
    """The padding gets distinct eigenvalues above the true ones, and is cut."""
    P = frame.bound(term.shape[0])
    i, j = _grid(xp, frame, term.args[0])
    above = 1 + xp.hold(xp.sum(abs(A)))
    padding = xp.where(
        (i == j) & ~frame.mask(term.args[0].shape), above * (1 + i / P), 0.0
    )
    return _cut(xp, frame, term, xp.eigenvalues(A + padding))


def _grid(xp: Any, frame: Any, term: Any) -> tuple[Array, Array]:
    P, Q = (frame.bound(d) for d in term.shape)
    return xp.arange(P)[:, None], xp.arange(Q)[None, :]


def _cut(xp: Any, frame: Any, term: Any, X: Array) -> Array:
    return xp.where(frame.mask(term.shape), X, 0.0)
