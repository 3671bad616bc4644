"""How a primitive of JAX becomes a function of NumPy, for many draws at once.

A rule takes the parameters of an equation, the ranks of its operands for one draw and
the shapes of its results, and returns the function that computes them. Operands may
have any axes in front, the draws, and need not have the same ones: what no draw
changes has none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..language.arrays import Array

Shapes = Sequence[tuple[int, ...]]
Rule = Callable[[dict[str, Any], tuple[int, ...], Shapes], Callable[..., Any]]


class Unexecutable(Exception):
    """JAX has traced something that no rule here executes."""


def lanes_of(x: Array, rank: int) -> tuple[int, ...]:
    """Return the axes of the draws."""
    return x.shape[: x.ndim - rank]
