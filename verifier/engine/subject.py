"""The left side of a claim, as the claim states it: a derivative in its layout.

Works on any arrays: many lanes of floats, or one draw of balls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..language.arrays import Array
from ..language.layout import Layout, arrange
from ..language.sizes import Case
from ..language.statement import Claim, Statement
from ..language.structure import unvec, vec
from .evaluate import Exact


def left_side(
    xp: Any,
    statement: Statement,
    claim: Claim,
    case: Case,
    jacobians: Mapping[str, Array],
    hessian: Array | None,
    values: Mapping[str, Array],
) -> Array:
    """Arrange derivatives (..., |y|, |x|), columns stacked, as the claim demands."""
    frame = Exact(case.numbers)
    y = frame.shape(statement.body.shape)
    independent = statement.record.entries == "independent"
    if claim.field == "differential":
        total: Array = 0
        for name in statement.wrt:
            total = total + xp.matmul(jacobians[name], vec(xp, values[f"d{name}"]))
        return unvec(xp, total, *y)
    name = statement.wrt[0]
    x = frame.shape(statement.variable(name).shape)
    S = tied(statement.variable(name).kind, x[0]) if independent else None
    if claim.field == "hessian":
        assert hessian is not None
        return hessian if S is None else xp.matmul(S.T, xp.matmul(hessian, S))
    J = jacobians[name] if S is None else xp.matmul(jacobians[name], S)
    return arrange(J, y, x, claim.layout or Layout.NUMERATOR, statement.pair(name))


def tied(kind: str, n: int) -> Array:
    """Return S with (J S) the derivative by independent entries, columns stacked."""
    units = unvec(np, np.eye(n * n, dtype=int)[..., None], n, n)
    return vec(np, tie(np, kind, units))[..., 0].T.astype(int)


def tie(xp: Any, kind: str, U: Array) -> Array:
    """Return how a matrix moves whose independent entries move along U.

    Entry (i, j) of a symmetric matrix moves (j, i) along, of a skew one against it;
    entries that are zero by structure do not move.
    """
    n = U.shape[-1]
    match kind:
        case "diagonal":
            return U * xp.eye(n)
        case "lower":
            return U * xp.tri(n, n, 0)
        case "upper":
            return U * xp.swapaxes(xp.tri(n, n, 0), -1, -2)
        case "skew":
            return U - xp.swapaxes(U, -1, -2)
    return U + xp.swapaxes(U, -1, -2) - U * xp.eye(n)
