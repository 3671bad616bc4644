"""The one place that knows the two layouts.

J = d vec(y) / d vec(x)^T, where vec stacks columns. In numerator layout

    y scalar, x p x q      q x p, entry (j, i) = dy / dx_ij
    y m x n,  x scalar     m x n, entry (i, j) = dy_ij / dx
    any other pair         J

and the denominator layout is the transpose in every case.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Any


class Layout(Enum):
    """Which variable's shape the rows of a derivative follow."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"

    @property
    def other(self) -> Layout:
        """The other layout."""
        if self is Layout.NUMERATOR:
            return Layout.DENOMINATOR
        return Layout.NUMERATOR


def arranged_shape(y: Any, x: Any, layout: Layout, x_is_scalar: bool) -> Any:
    """Return the shape of dy/dx; y and x are shapes, symbolic ones or numbers.

    That y is a scalar is seen from its shape: a 1 x 1 result is a scalar.
    """
    if tuple(map(str, y)) == ("1", "1"):
        shape = (x[1], x[0])
    elif x_is_scalar:
        shape = (y[0], y[1])
    else:
        shape = (y[0] * y[1], x[0] * x[1])
    return shape if layout is Layout.NUMERATOR else shape[::-1]


def arrange(
    J: Any, y: tuple[int, int], x: tuple[int, int], layout: Layout, rule: str
) -> Any:
    """Arrange J, (..., |y|, |x|) with columns stacked, as dy/dx stands in a layout.

    `rule` is `kind_of_pair` of the declared shapes, since sizes may happen to be 1.
    """
    *lanes, _, _ = J.shape
    if rule == "scalar by any":
        p, q = x
        arranged = J.reshape(*lanes, q, p)
    elif rule == "any by scalar":
        m, n = y
        arranged = J.reshape(*lanes, n, m).swapaxes(-1, -2)
    else:
        arranged = J
    return arranged if layout is Layout.NUMERATOR else arranged.swapaxes(-1, -2)


def restored(
    A: Any, y: tuple[int, int], x: tuple[int, int], layout: Layout, rule: str
) -> Any:
    """Undo `arrange`: return J, (..., |y|, |x|) with columns stacked."""
    *lanes, _, _ = A.shape
    A = A if layout is Layout.NUMERATOR else A.swapaxes(-1, -2)
    if rule == "scalar by any":
        return A.reshape(*lanes, 1, x[0] * x[1])
    if rule == "any by scalar":
        return A.swapaxes(-1, -2).reshape(*lanes, y[0] * y[1], 1)
    return A


@lru_cache(maxsize=1024)
def kind_of_pair(y: Any, x_is_scalar: bool) -> str:
    """Name the row of the table that applies to declared shapes."""
    if tuple(map(str, y)) == ("1", "1"):
        return "scalar by any"
    return "any by scalar" if x_is_scalar else "any by any"
