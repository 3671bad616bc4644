"""Matrices of exact numbers behave as NumPy's, whichever of two forms they have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.engine.matrices import Matrix, join
from verifier.engine.residues import Rational

FIELD = Rational()
SHAPES = ((1, 1), (1, 3), (2, 1), (2, 3))
seeds = st.integers(0, 10**6)


def drawn(seed: int, *shapes: tuple[int, int]) -> list[Any]:
    random = np.random.default_rng(seed)
    return [random.integers(-9, 9, shape) for shape in shapes]


def forms(X: Any) -> list[Matrix]:
    """Return a matrix as entries, as FLINT's matrix, and as both."""
    entries = [FIELD.number(x) for x in X.ravel().tolist()]
    flint = FIELD.matrix(len(X), len(X[0]), entries)
    return [
        Matrix(FIELD, X.shape, entries),
        Matrix(FIELD, X.shape, flint=flint),
        Matrix(FIELD, X.shape, entries, flint),
    ]


def whole(X: Matrix) -> Any:
    assert X.known
    return np.array([int(x.p) for x in X.entries]).reshape(X.shape)


@pytest.mark.parametrize("other", SHAPES)
@given(seeds)
def test_sums_and_products_spread_as_those_of_numpy(other, seed):
    for shape in SHAPES:
        X, Y = drawn(seed, shape, other)
        for A in forms(X):
            for B in forms(Y):
                assert np.array_equal(whole(A + B), X + Y)
                assert np.array_equal(whole(A - B), X - Y)
                assert np.array_equal(whole(A * B), X * Y)
                assert np.array_equal(whole(-A), -X)


@given(seeds)
def test_products_of_matrices_are_those_of_numpy(seed):
    X, Y, Z = drawn(seed, (2, 3), (3, 4), (4, 1))
    for A in forms(X):
        for B in forms(Y):
            assert np.array_equal(whole(A @ B @ forms(Z)[0]), X @ Y @ Z)


MOVED: dict[str, Callable[[Any], Any]] = {
    "transpose": lambda X: X.T,
    "rows": lambda X: X[..., 1:, :],
    "corner": lambda X: X[..., :1, -1:],
    "chosen": lambda X: X[..., [2, 0, 1]],
    "axes": lambda X: X[..., :, None, :, None],
}


@pytest.mark.parametrize("name", MOVED)
def test_entries_are_moved_as_those_of_numpy(name):
    (X,) = drawn(1, (2, 3))
    for A in forms(X):
        found, wanted = MOVED[name](A), MOVED[name](X)
        assert found.shape == wanted.shape
        assert np.array_equal(whole(found), wanted)


def test_sums_along_axes_joins_and_traces_are_those_of_numpy():
    X, Y = drawn(2, (3, 3), (3, 3))
    for A in forms(X):
        for axis in (-1, -2):
            assert np.array_equal(whole(A.sum(axis)), X.sum(axis, keepdims=True))
        for axis in (-1, -2):
            joined = join([A, forms(Y)[0]], axis)
            assert np.array_equal(whole(joined), np.concatenate((X, Y), axis))
        assert whole(A.sum(None)) == X.sum()
        assert whole(A.trace()) == np.trace(X)
        assert np.array_equal(whole(A.reshape((1, 9))), X.reshape(1, 9))
