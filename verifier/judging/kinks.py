"""Points where a function has no derivative: found, counted, left out.

A draw at a tie of max or a zero of abs is suspicious; one-sided differences then tell
whether the function really bends there (sum(relu(0 * x)) does not). What autodiff
returns at a kink is a convention (jax-ml/jax#37820), and never evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..engine import numeric
from ..engine.ball_point import Point, point
from ..engine.evaluate import Evaluation
from ..engine.experiment import Block, Experiment
from ..engine.subject import tied
from ..engine.symbols import Symbol
from ..language.arrays import Array
from ..language.declaration import Type
from ..language.primitives import PRIMITIVES
from ..language.term import Term, stands_still, terms
from .creases import creased, misled
from .watching import evaluation

NEAR = 1e-9
TINY = 2.0**-40
STEP = 2.0**-17
CLOSER = 16
BEND = 1e-3
BESIDE = 2.0**-10
"""By how much of themselves entries are moved, to tell an accident from a form."""
WHOLE = ("integer", "index")
EXAMINED = 16
"""Suspicious draws of a case that are examined; more are left out unexamined."""
CLOSELY = 3
"""Of those that seem smooth, draws that balls look at."""
REASON = "at a kink"
RANK = "where the rank of what `pinv` inverts changes"
AWAY = 2.0**-8
"""How far a rank is looked for, beside the entries: along a line it is the same at all
points but a few."""


def mark_kinks(experiment: Experiment) -> None:
    """Leave out the draws at which the function has no derivative."""
    statement = experiment.statement
    if statement.record.subject == "function":
        bent = [t for t in _bent(statement.body) if _moves(t, statement.wrt)]
        second = any(claim.field == "hessian" for claim in statement.claims)
        for block in experiment.blocks if bent else ():
            near, everywhere = _near(block.of, len(block.draws), bent)
            lasting = near if everywhere else near & _beside(experiment, block, bent)
            # A tie by accident, as of A @ x and x where A[3, 3] is 1, says nothing.
            really = near & ~lasting | _really(experiment, block, lasting)
            really |= _by_form(experiment, block, near & ~really, 1)
            block.exclude(REASON, really)
            if second:
                block.creased = _by_form(experiment, block, near & ~really, 2)
        ranked = [t for t in terms(statement.body) if _is_ranked(t, statement.wrt)]
        for block in experiment.blocks if ranked else ():
            block.exclude(RANK, _changes_rank(experiment, block, ranked))
    elif statement.moving:
        _mark_ties(experiment)


def _mark_ties(experiment: Experiment) -> None:
    """Leave out draws where what does not move happens to be at a kink.

    `maximum(X, Y + h * v)` is `maximum(X, Y) + h * step(Y - X) * v` up to o(h), but
    not at a draw where X and Y are the same.
    """
    statement = experiment.statement
    bent = [
        term
        for term in _bent(statement.body, *(claim.term for claim in statement.claims))
        if stands_still(term, statement.moving)
    ]
    for block in experiment.blocks if bent else ():
        tied, everywhere = _near(block.of, len(block.draws), bent)
        # What is at a kink at every draw is so by its form.
        block.exclude(REASON, tied & (not everywhere))


def _bent(*roots: Term | None) -> list[Term]:
    return [t for t in terms(*roots) if t.op in PRIMITIVES and PRIMITIVES[t.op].kink]


def _is_ranked(term: Term, moving: Sequence[str]) -> bool:
    """Whether a term breaks where a rank changes, and moves with some names."""
    row = PRIMITIVES.get(term.op)
    return row is not None and row.ranked and _moves(term, moving)


def _moves(term: Term, names: Sequence[str]) -> bool:
    """Whether a term depends on some of these names."""
    return not all(stands_still(term, name) for name in names)


def _beside(experiment: Experiment, block: Block, bent: Sequence[Term]) -> Array:
    """Return which draws are as close to a kink when all of their entries are moved.

    Where x and y are negative `maximum(relu(x), relu(y))` is tied by its form.
    """
    statement, count = experiment.statement, len(block.draws)
    raw = {name: X[:1] for name, X in block.draws.raw.items()}
    for name, declared in statement.values.items():
        if isinstance(declared, Type) and declared.kind not in WHOLE:
            X = raw[name]
            way = np.cos(np.arange(1, X[0, 0].size + 1)).reshape(X.shape[-2:])
            raw[name] = X * (1 + BESIDE * way)
    here = evaluation(statement, raw, block.case)
    return _near(here.of, count, bent)[0]


def _changes_rank(
    experiment: Experiment, block: Block, ranked: Sequence[Term]
) -> Array:
    """Return at which draws the rank of an argument is another one nearby."""
    base = block.evaluation
    values = {k: X[0] if X.ndim == 4 else X for k, X in base.values.items()}
    symbols = {
        k: Symbol(s.declared, {p: X[0] for p, X in s.numbers.items()})
        for k, s in base.symbols.items()
    }
    moved = dict(values)
    for name in experiment.statement.wrt:
        X = values[name]
        ways = _ways(experiment, name, X[0])
        along = np.tensordot(np.cos(np.arange(1, len(ways) + 1)), ways, 1)
        size = np.maximum(abs(X).max(axis=(-2, -1), keepdims=True), AWAY)
        moved[name] = X + AWAY * size * along
    found = np.zeros(len(block.draws), bool)
    with np.errstate(all="ignore"):
        here, there = (
            Evaluation(at, symbols, base.frame, numeric) for at in (values, moved)
        )
        for term in ranked:
            ranks = [numeric.rank(at.of(term.args[0])) for at in (here, there)]
            found |= (ranks[0] < ranks[1])[: len(found)]
    return found


def _near(
    of: Callable[[Term], Array], count: int, bent: Sequence[Term]
) -> tuple[Array, bool]:
    """Return which draws are close to a kink of some terms, and whether all are.

    A draw at which these terms have no value is close to nothing, and says nothing of
    the others: not how large they are, and not whether all of them are close.
    """
    found = np.zeros(count, bool)
    seen = ~found
    with np.errstate(all="ignore"):
        for term in bent:
            args = [of(arg) for arg in term.args]
            kink = PRIMITIVES[term.op].kink
            assert kink is not None
            sizes = (np.ravel(abs(X).max(axis=(-2, -1))) for X in args)
            tops = np.stack([np.broadcast_to(top, count) for top in sizes])
            there = np.isfinite(tops).all(axis=0)
            # Of most draws: some function symbols are very large at a few.
            scale = np.median(tops[:, there], axis=1).max() if there.any() else 0.0
            # What is zero but for rounding, as 1 - u.T @ u, has a scale of its own.
            gap = np.ravel(kink(numeric, *args))
            found |= there & (gap <= max(NEAR * scale, TINY))
            seen &= there
    return found, bool(found[seen].all())


def _really(experiment: Experiment, block: Block, suspicious: Array) -> Array:
    bent = suspicious.copy()
    for draw in np.flatnonzero(suspicious)[:EXAMINED]:
        bent[draw] = any(
            _bends(experiment, block, int(draw), name)
            for name in experiment.statement.wrt
        )
    return bent


def _by_form(experiment: Experiment, block: Block, tied: Array, order: int) -> Array:
    """Return draws, all tied by their form, if the function is creased at one of them.

    Differences of floats do not see a bend beside a slope that is much steeper, nor one
    of the slope itself, of which autodiff makes a convention as well.
    """
    statement, raw = experiment.statement, block.draws.raw
    spots = [] if block.large else np.flatnonzero(tied)[:CLOSELY].tolist()
    for draw in spots:
        at = point(statement, block.case, raw, draw)
        if creased(at, order) or _misleads(experiment, block, draw, at, order):
            return tied
    return np.zeros_like(tied)


def _misleads(
    experiment: Experiment, block: Block, draw: int, at: Point, order: int
) -> bool:
    """Whether what autodiff makes of ties is not what differences are."""
    if block.along is None:
        return False  # nothing is differentiated
    found, directions = block.along.derivative, block.along.directions
    move = {name: V[draw] for name, V in directions.v.items()}
    curve = found.hessian[0][draw] if order > 1 and found.hessian else None
    if order > 1 and curve is None:
        return False
    return misled(at, move, found.forward[draw], curve, experiment.precision.unit)


def _bends(experiment: Experiment, block: Block, draw: int, name: str) -> bool:
    """Whether differences to the two sides of a point differ for some entry."""
    base = block.evaluation
    values = {k: X[0, draw] if X.ndim == 4 else X for k, X in base.values.items()}
    symbols = {
        k: Symbol(s.declared, {p: X[0, draw] for p, X in s.numbers.items()})
        for k, s in base.symbols.items()
    }
    x = values[name]
    ways = _ways(experiment, name, x)
    if not len(ways):
        return False  # a skew 1 x 1 matrix cannot move
    body = experiment.statement.body

    def f(X: Array) -> Array:
        at = {**values, name: X}
        return Evaluation(at, symbols, base.frame, numeric).of(body)

    def gap(step: float) -> tuple[Array, float]:
        """Return what the slopes on both sides differ by, and how large they are."""
        moved = f(x + step * np.stack([ways, -ways]))
        moved = np.broadcast_to(moved, (2, len(ways), *y.shape[-2:]))
        right, left = (moved[0] - y) / step, (y - moved[1]) / step
        return abs(right - left), max(abs(right).max(), abs(left).max())

    with np.errstate(all="ignore"):
        y = f(x)
        (far, _), (near, size) = gap(STEP), gap(STEP / CLOSER)
    # What is only curved is 1/CLOSER as much apart at the smaller step.
    curved = near <= far / np.sqrt(CLOSER)
    return not bool(np.all((near <= BEND * size) | curved))


def _ways(experiment: Experiment, name: str, x: Array) -> Array:
    """Return the directions of a derivative: the entries, or those that move as one."""
    statement = experiment.statement
    rows, columns = x.shape
    ways = np.eye(x.size)
    if statement.record.entries == "independent":
        ways = tied(statement.variable(name).kind, rows).T
        ways = ways[np.any(ways != 0, axis=1)]
    return ways.reshape(-1, columns, rows).swapaxes(-1, -2).astype(float)
