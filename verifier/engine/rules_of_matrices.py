"""What JAX's linear algebra means to NumPy, for many draws at once."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..language.arrays import Array
from .numeric import each
from .ruling import Rule, Shapes, Unexecutable
from .spectrum import by_draws, decomposed


def _dot(params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
    (left, right), batch = params["dimension_numbers"]
    if any(batch) or len(left) != 1:
        return _contracted(left, right, batch, ranks)
    if ranks == (2, 2):
        if left[0] == 1 and right[0] == 0:
            return np.matmul
        return lambda X, Y: np.matmul(
            X if left[0] == 1 else np.swapaxes(X, -1, -2),
            Y if right[0] == 0 else np.swapaxes(Y, -1, -2),
        )
    return _contracted(left, right, batch, ranks)


def _contracted(left: Any, right: Any, batch: Any, ranks: tuple[int, ...]) -> Any:
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    X, Y = ([""] * rank for rank in ranks)
    for i, j in (*zip(*batch, strict=True), *zip(left, right, strict=True)):
        X[i] = Y[j] = next(letters)
    X = [x or next(letters) for x in X]
    Y = [y or next(letters) for y in Y]
    first = [X[i] for i in batch[0]]
    first += [X[i] for i in range(len(X)) if i not in (*batch[0], *left)]
    first += [Y[j] for j in range(len(Y)) if j not in (*batch[1], *right)]
    form = f"...{''.join(X)},...{''.join(Y)}->...{''.join(first)}"
    return lambda X, Y: np.einsum(form, X, Y)


class _LinearSolve:
    """`custom_linear_solve` of the matrix that its own product names.

    JAX gives four ways to solve and multiply; NumPy needs but the matrix, which is the
    constant of the product, and the axis that it acts on.
    """

    name = "custom_linear_solve"

    def reads(self, equation: Any, reads: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return what is needed of an equation's operands."""
        if equation.primitive.name != self.name:
            return reads
        if len(reads) == 2:  # has been cut already
            return reads
        lengths = equation.params["const_lengths"]
        if lengths.matvec != 1 or len(reads) != sum(lengths) + 1:
            raise Unexecutable("NumPy solves for one matrix at a time")
        return reads[0], reads[-1]

    def __call__(self, params: Any, ranks: tuple[int, ...], shapes: Any) -> Any:
        product = params["jaxprs"].matvec.jaxpr
        dots = [e for e in product.eqns if e.primitive.name == "dot_general"]
        if len(dots) != 1:
            raise Unexecutable("NumPy solves for a matrix that is multiplied once")
        (left, right), _ = dots[0].params["dimension_numbers"]
        matrix_first = dots[0].invars[0] is product.invars[0]
        over, axis = (left[0], right[0]) if matrix_first else (right[0], left[0])
        axis -= ranks[-1]

        def solve(A: Array, B: Array) -> Array:
            A = A if over == 1 else np.swapaxes(A, -1, -2)
            if axis == -1:
                B = np.swapaxes(B, -1, -2)
            X = _solved(A, B)
            return np.swapaxes(X, -1, -2) if axis == -1 else X

        return solve


def _solved(A: Array, B: Array) -> Array:
    """Return inv(A) @ B; NaN where A is singular."""
    lanes = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    A = np.broadcast_to(A, (*lanes, *A.shape[-2:]))
    B = np.broadcast_to(B, (*lanes, *B.shape[-2:]))
    return each(np.linalg.solve, A, B)


solves = _LinearSolve()


def _triangular_solve(params: Any, ranks: Any, shapes: Any) -> Any:
    triangle = np.tril if params["lower"] else np.triu

    def solve(A: Array, B: Array) -> Array:
        A = triangle(A)
        if params["unit_diagonal"]:
            eye = np.eye(A.shape[-1])
            A = A * (1 - eye) + eye
        if params["transpose_a"]:
            A = np.swapaxes(A, -1, -2)
        if params["left_side"]:
            return _solved(A, B)
        X = _solved(np.swapaxes(A, -1, -2), np.swapaxes(B, -1, -2))
        return np.swapaxes(X, -1, -2)

    return solve


def _lu(params: Any, ranks: Any, shapes: Any) -> Any:
    def factored(A: Array) -> tuple[Array, Array, Array]:
        A = np.array(A)
        m, n = A.shape[-2:]
        steps = min(m, n)
        lanes = A.shape[:-2]
        pivots = np.zeros((*lanes, steps), np.int32)
        order = np.broadcast_to(np.arange(m, dtype=np.int32), (*lanes, m)).copy()
        for k in range(steps):
            p = k + np.argmax(abs(A[..., k:, k]), axis=-1)
            pivots[..., k] = p
            for X in (A, order[..., None]):
                chosen = np.take_along_axis(X, p[..., None, None], axis=-2)
                kept = X[..., k : k + 1, :].copy()
                np.put_along_axis(X, p[..., None, None], kept, axis=-2)
                X[..., k : k + 1, :] = chosen
            below = A[..., k + 1 :, k : k + 1]
            A[..., k + 1 :, k : k + 1] = below / A[..., k : k + 1, k : k + 1]
            A[..., k + 1 :, k + 1 :] -= (
                A[..., k + 1 :, k : k + 1] * A[..., k : k + 1, k + 1 :]
            )
        return A, pivots, order

    return factored


def _cholesky(params: Any, ranks: Any, shapes: Any) -> Any:
    return lambda A: each(np.linalg.cholesky, A)


def _eig(params: Any, ranks: Any, shapes: Any) -> Any:
    return decomposed


def _svd(params: Any, ranks: Any, shapes: Shapes) -> Any:
    full = params["full_matrices"]

    def svd(A: Array) -> Any:
        # LAPACK refuses what is not a number, and may never end where it is infinite.
        finite = np.isfinite(A).all(axis=(-2, -1))
        found = by_draws(
            partial(np.linalg.svd, full_matrices=full),
            np.where(finite[..., None, None], A, 0),
        )
        for X in found:
            X[~finite] = np.nan
        U, s, V = found
        return (s, U, V) if params["compute_uv"] else s

    return svd


MATRICES: dict[str, Rule] = {
    "dot_general": _dot,
    "custom_linear_solve": solves,
    "triangular_solve": _triangular_solve,
    "lu": _lu,
    "cholesky": _cholesky,
    "eig": _eig,
    "svd": _svd,
}
