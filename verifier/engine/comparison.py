"""Both sides of a claim: along directions at every draw, and whole at one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..language.arrays import Array
from ..language.layout import Layout, restored
from ..language.statement import Claim
from ..language.structure import vec
from . import numeric
from .derivative import Along, Whole
from .evaluate import Exact
from .experiment import Block, Experiment
from .points import Points
from .subject import left_side


@dataclass(frozen=True)
class Pair:
    """What must agree at every point: columns, and how large the summands are."""

    left: Array
    right: Array
    size: Array


@dataclass(frozen=True)
class Compared:
    """Both sides of a claim at points, as far as directions show them."""

    value: Array
    """The function itself, which must have a value."""
    right: Array
    pairs: tuple[Pair, ...]
    modes: Pair | None = None
    """What forward and reverse mode must agree in."""


def compared(
    experiment: Experiment,
    claim: Claim,
    block: Block,
    term: Any,
    points: Points | None = None,
    along: Along | None = None,
) -> Compared:
    """Compare J v with C v and u^T J with u^T C, or an equation's sides as they are."""
    if points is None:
        points, along = block.points, block.along
    with np.errstate(all="ignore"):
        right = points.of(term)
        if along is None:
            body = experiment.statement.bodies[claim.layout or Layout.NUMERATOR]
            left = points.of(body)
            pair = Pair(vec(np, left), vec(np, right), abs(vec(np, right)))
            return Compared(left, right, (pair,))
        return _derivatives(experiment, claim, block, right, along)


def _derivatives(
    experiment: Experiment, claim: Claim, block: Block, C: Array, along: Along
) -> Compared:
    statement, found = experiment.statement, along.derivative
    z, u = along.directions.z, along.directions.u
    if claim.field == "differential":
        back = sum(_total(found.reverse[n] * Z) for n, Z in z.items())
        forth = Pair(vec(np, found.forward), vec(np, C), abs(vec(np, C)))
        pulled = Pair(back, _total(u * C), _total(abs(u * C)))
        return Compared(found.value, C, (forth, pulled), _modes(along))
    name, frame = statement.wrt[0], Exact(block.case.numbers)
    S, column = experiment.ties(name, block.case), vec(np, z[name])

    def free(X: Array) -> Array:
        return vec(np, X) if S is None else S.T @ vec(np, X)

    if claim.field == "hessian":
        assert found.hessian is not None
        Cz, size = C @ column, abs(C) @ abs(column)
        pairs = tuple(Pair(free(H), Cz, size) for H in found.hessian)
        first, second = found.hessian
        return Compared(
            found.value, C, pairs, Pair(free(first), free(second), abs(free(second)))
        )
    y, x = (frame.shape(s.shape) for s in (statement.body, statement.variable(name)))
    layout, rule = claim.layout or Layout.NUMERATOR, statement.pair(name)
    J, w = restored(C, y, x, layout, rule), vec(np, u)
    size, back = abs(J), np.swapaxes(J, -1, -2)
    forth = Pair(vec(np, found.forward), J @ column, size @ abs(column))
    pulled = Pair(
        free(found.reverse[name]), back @ w, np.swapaxes(size, -1, -2) @ abs(w)
    )
    return Compared(found.value, C, (forth, pulled), _modes(along))


def _modes(along: Along) -> Pair:
    """Return u^T (J v) and (u^T J) v."""
    found, at = along.derivative, along.directions
    forth = at.u * found.forward
    back = sum(_total(found.reverse[name] * V) for name, V in at.v.items())
    return Pair(_total(forth), back, _total(abs(forth)))


def _total(X: Array) -> Array:
    return X.sum(axis=(-2, -1), keepdims=True)


def left_whole(
    experiment: Experiment,
    claim: Claim,
    block: Block,
    whole: Whole,
    mode: str = "forward",
) -> Array:
    """Return the left side of a claim with all of its entries, (LANES, 1, ...)."""
    statement = experiment.statement
    if whole.value is None:
        return whole.of(statement.bodies[claim.layout or Layout.NUMERATOR])
    jacobians = whole.forward if mode == "forward" else whole.reverse
    hessian = None
    if whole.hessian is not None:
        hessian = whole.hessian[0 if mode == "forward" else 1]
    moves = {
        f"d{name}": whole.points.evaluation.values[f"d{name}"][0, whole.places]
        for name in statement.wrt
        if f"d{name}" in whole.points.evaluation.values
    }
    return left_side(numeric, statement, claim, block.case, jacobians, hessian, moves)


def sides(
    experiment: Experiment, claim: Claim, block: Block, draw: int, term: Any = None
) -> tuple[Array, Array]:
    """Return both sides at one draw with all of their entries, (LANES, 1, ...)."""
    whole = experiment.whole(block, draw)
    with np.errstate(all="ignore"):
        left = left_whole(experiment, claim, block, whole)
        return left, whole.of(term or claim.term)
