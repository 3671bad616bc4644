"""Both sides of a claim about a derivative, compared along directions.

J v against C v for a Jacobian, u' H w against u' C w for a Hessian; a differential
names its own directions. A matrix that is not zero survives a direction whose entries
are random with a probability that whoever draws them states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from ..language.arrays import Array
from ..language.layout import Layout, arrange
from ..language.sizes import Case
from ..language.statement import Claim, Statement
from .arithmetic import Arithmetic
from .evaluate import Exact
from .jets import Jet, constant
from .matrices import Matrix
from .subject import left_side, tie

Values = Mapping[str, Jet]


def order_of(statement: Statement, claim: Claim) -> int:
    """Return how many derivatives the left side of a claim takes."""
    if statement.record.subject != "function":
        return 0
    return 2 if claim.field == "hessian" else 1


def directions_of(statement: Statement, claim: Claim) -> int:
    """Return how many directions must be drawn."""
    return 0 if claim.field == "differential" else order_of(statement, claim)


def body_along(
    body: Callable[[Values], Jet],
    xp: Arithmetic,
    statement: Statement,
    claim: Claim,
    values: Values,
    directions: Sequence[Matrix],
) -> Matrix:
    """Return the left side, along directions that have the shape of the variable."""
    order, moving = order_of(statement, claim), dict(values)
    if not directions:
        for name in statement.wrt if order else ():
            moving[name] = values[name].moving(values[f"d{name}"].value)
        return body(moving).part(order)
    name = statement.wrt[0]
    for mask, u in enumerate(directions, start=1):
        if statement.record.entries == "independent":
            kind = statement.variable(name).kind
            u = tie(xp, kind, constant(u)).value
        moving[name] = moving[name].moving(u, mask)
    found = body(moving)
    return found.part(3) if order == 2 else stacked(found.part(1))


def body_whole(
    body: Callable[[Values], Jet],
    statement: Statement,
    claim: Claim,
    case: Case,
    values: Values,
) -> Array:
    """Return a left side that is a derivative with all its entries, in its layout."""
    name, jacobians, hessian = statement.wrt[0], {}, None

    def at(X: Jet) -> Jet:
        return body({**values, name: X})

    if claim.field == "hessian":
        hessian = hessian_at(at, values[name])
    else:
        jacobians = {name: jacobian_at(at, values[name])}
    return left_side(np, statement, claim, case, jacobians, hessian, {})


def jacobian_at(f: Callable[[Jet], Jet], X: Jet) -> Array:
    """Return d vec(f) / d vec(X)^T, a column for each entry."""
    columns = [stacked(f(X.moving(E)).part(1)).entries for E in _units(X.value)]
    return np.array(columns, dtype=object).T


def hessian_at(f: Callable[[Jet], Jet], X: Jet) -> Array:
    """Return the second derivatives of a scalar over vec(X)."""
    units = _units(X.value)
    H = np.empty((len(units), len(units)), dtype=object)
    for i, E in enumerate(units):
        for j, F in enumerate(units[: i + 1]):
            H[i, j] = H[j, i] = f(X.moving(E).moving(F, 2)).part(3).scalar
    return H


def _units(X: Matrix) -> list[Matrix]:
    """Return the directions in which one entry moves, column by column."""
    rows, columns = X.shape
    size = rows * columns
    zero, one = X.field.number(0), X.field.number(1)
    return [
        unstacked(
            X.of((size, 1), [one if i == k else zero for i in range(size)]),
            (rows, columns),
        )
        for k in range(size)
    ]


def claim_along(
    C: Matrix,
    statement: Statement,
    claim: Claim,
    case: Case,
    directions: Sequence[Matrix],
) -> Matrix:
    """Return a claim, which is in its layout, along the same directions."""
    if not directions:
        return C
    u, *more = map(stacked, directions)
    if more:
        return u.T @ (C @ more[0])
    return jacobian(C, statement, claim, case) @ u


def jacobian(C: Matrix, statement: Statement, claim: Claim, case: Case) -> Matrix:
    """Undo the layout of a claim: return it as |y| x |x|, columns stacked."""
    name, frame = statement.wrt[0], Exact(case.numbers)
    y, x = map(frame.shape, (statement.body.shape, statement.variable(name).shape))
    layout = claim.layout or Layout.NUMERATOR
    turned = _turned(y, x, layout, statement.pair(name))
    return (C.T if turned else C).reshape((y[0] * y[1], x[0] * x[1]))


@lru_cache(maxsize=256)
def _turned(y: tuple[int, int], x: tuple[int, int], layout: Layout, rule: str) -> bool:
    """Whether a layout has the entries of a Jacobian row by row once it is turned."""
    places = np.arange(y[0] * y[1] * x[0] * x[1])
    J = places.reshape(y[0] * y[1], x[0] * x[1])
    return not np.array_equal(arrange(J, y, x, layout, rule).ravel(), places)


def stacked(X: Matrix) -> Matrix:
    """Return the columns of a matrix in one column."""
    m, n = X.shape
    return X if n == 1 else X.T.reshape((m * n, 1))


def unstacked(v: Matrix, shape: tuple[int, int]) -> Matrix:
    """Undo `stacked`."""
    return v if shape[1] == 1 else v.reshape(shape[::-1]).T
