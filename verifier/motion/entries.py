"""Matrices of germs: object arrays whose entries move with t."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .germs import germ

Array = Any


def each(f: Callable[[Any], Any], X: Array) -> Array:
    """Return f of every entry."""
    return np.frompyfunc(f, 1, 1)(X)


def matrix(rows: list[list[Any]]) -> Array:
    """Return rows of numbers as a matrix."""
    return each(germ, np.array(rows, dtype=object))


def number(condition: Array) -> Array:
    """Return 1 where true, else 0."""
    return each(lambda c: germ(int(bool(c))), np.asarray(condition))


def eye(n: int) -> Array:
    """Return the identity."""
    return number(np.eye(n))


def zeros(shape: tuple[int, int]) -> Array:
    """Return zeros."""
    return number(np.zeros(shape))


def is_symmetric(A: Array) -> bool:
    """Whether a matrix is its transpose, as far as its terms are known."""
    return not any(x.terms for x in (A - A.T).ravel())
