"""The one place that knows the layouts.

J = d vec(y) / d vec(x)^T, where vec stacks columns. In numerator layout

    y scalar, x p x q      q x p, entry (j, i) = dy / dx_ij
    y m x n,  x scalar     m x n, entry (i, j) = dy_ij / dx
    any other pair         J

and the denominator layout is the transpose in every case. The mixed layout of many
papers has gradients of scalars as in denominator layout, p x q, and all else, the
Jacobians, as in numerator layout.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Any


class Layout(Enum):
    """Which variable's shape the rows of a derivative follow."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    MIXED = "mixed"

    def turns(self, rule: str) -> bool:
        """Whether a derivative stands here as the transpose of numerator layout.

        `rule` is `kind_of_pair` of the function's value and the variable.
        """
        if self is Layout.MIXED:
            return rule == BY_SCALAR_VALUE
        return self is Layout.DENOMINATOR

    def turns_second(self, is_row: bool) -> bool:
        """Whether a second derivative by two arguments is transposed as a whole.

        `is_row`: by a vector and a scalar, it is a row in numerator layout.
        """
        return self is Layout.DENOMINATOR or (self is Layout.MIXED and is_row)


BY_SCALAR_VALUE = "scalar by any"
BOTH = (Layout.NUMERATOR, Layout.DENOMINATOR)
"""The layouts of a claim in `both`."""


def arranged_shape(y: Any, x: Any, layout: Layout, x_is_scalar: bool) -> Any:
    """Return the shape of dy/dx; y and x are shapes, symbolic ones or numbers.

    That y is a scalar is seen from its shape: a 1 x 1 result is a scalar.
    """
    rule = kind_of_pair(y, x_is_scalar)
    if rule == BY_SCALAR_VALUE:
        shape = (x[1], x[0])
    elif rule == "any by scalar":
        shape = (y[0], y[1])
    else:
        shape = (y[0] * y[1], x[0] * x[1])
    return shape[::-1] if layout.turns(rule) else shape


def arrange(
    J: Any, y: tuple[int, int], x: tuple[int, int], layout: Layout, rule: str
) -> Any:
    """Arrange J, (..., |y|, |x|) with columns stacked, as dy/dx stands in a layout.

    `rule` is `kind_of_pair` of the declared shapes, since sizes may happen to be 1.
    """
    *lanes, _, _ = J.shape
    if rule == BY_SCALAR_VALUE:
        p, q = x
        arranged = J.reshape(*lanes, q, p)
    elif rule == "any by scalar":
        m, n = y
        arranged = J.reshape(*lanes, n, m).swapaxes(-1, -2)
    else:
        arranged = J
    return arranged.swapaxes(-1, -2) if layout.turns(rule) else arranged


def restored(
    A: Any, y: tuple[int, int], x: tuple[int, int], layout: Layout, rule: str
) -> Any:
    """Undo `arrange`: return J, (..., |y|, |x|) with columns stacked."""
    *lanes, _, _ = A.shape
    A = A.swapaxes(-1, -2) if layout.turns(rule) else A
    if rule == BY_SCALAR_VALUE:
        return A.reshape(*lanes, 1, x[0] * x[1])
    if rule == "any by scalar":
        return A.swapaxes(-1, -2).reshape(*lanes, y[0] * y[1], 1)
    return A


@lru_cache(maxsize=1024)
def kind_of_pair(y: Any, x_is_scalar: bool) -> str:
    """Name the row of the table that applies to declared shapes."""
    if tuple(map(str, y)) == ("1", "1"):
        return BY_SCALAR_VALUE
    return "any by scalar" if x_is_scalar else "any by any"
