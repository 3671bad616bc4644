"""Rows and columns of what goes into programs: numbers, or letters for any size."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

import jax

from . import traced
from .programs import Sizes, letters


def sides(names: Iterable[str], sizes: Sizes) -> tuple[Any, ...]:
    """Return sizes in numbers, or letters where nothing is said of them."""
    names = tuple(names)
    if not sizes:
        return letters(", ".join(names))
    known = dict(sizes)
    return tuple(
        prod(int(part) if part.isdigit() else known[part] for part in name.split("*"))
        for name in names
    )


def matrix(rows: Any, columns: Any) -> jax.ShapeDtypeStruct:
    """Return what a matrix is to JAX."""
    return jax.ShapeDtypeStruct((rows, columns), traced.real_type())
