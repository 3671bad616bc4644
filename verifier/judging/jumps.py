"""Draws on each side of what jumps or bends.

A step from 0 to 1 may stand for something that no draw shows, as in `1 + 1e-16 *
step(max(A) - 3)`, or `relu(min(eigenvalues(A)))` of a 4 x 4 matrix, which is zero but
for the few that are definite. So the draws are looked through, as they are, far away,
near zero, and with entries, or eigenvalues, that are nearly equal; of those on one side
of everything that jumps balls look at one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from itertools import chain

import numpy as np

from ..engine.evaluate import Evaluation
from ..engine.experiment import Block, Experiment
from ..language.arrays import Array
from ..language.declaration import FunctionType, Type
from ..language.layout import Layout
from ..language.primitives import PRIMITIVES
from ..language.statement import Claim, Statement
from ..language.term import Term, stands_still, terms
from .tally import Spot
from .watching import evaluation, finite

MOST = 12
"""Combinations of sides that are looked at."""
NEARLY = 2.0**-6
"""By how much of themselves entries differ that are nearly equal."""
Change = Callable[[Array], Array]


def _alike(size: float) -> Change:
    """Return what makes entries, or eigenvalues, nearly equal."""

    def change(X: Array) -> Array:
        rows, columns = X.shape[-2:]
        middle = np.eye(rows) if rows == columns else np.ones((rows, columns))
        return size * (middle + NEARLY * X)

    return change


CHANGES: tuple[Change, ...] = (
    lambda X: X,
    lambda X: 2.0**5 * X,
    lambda X: -(2.0**5) * X,
    lambda X: 2.0**10 * X,
    lambda X: 2.0**-6 * X,
    _alike(1.0),
    _alike(-1.0),
    _alike(8.0),
    _alike(-8.0),
)


SYMBOLS: tuple[tuple[str, Change], ...] = (
    ("aBCQE", lambda X: 2.0**-8 * X),
    ("a", lambda X: X + 2.0**5),
    ("a", lambda X: X - 2.0**5),
)
"""Numbers of function symbols, and what makes their values small, or of one sign."""


def on_each_side(
    experiment: Experiment, claim: Claim, blocks: Sequence[Block]
) -> list[Spot]:
    """Return a draw for each combination of sides that some draw is on."""
    statement = experiment.statement
    still, bent = bending(experiment, claim)
    body = statement.bodies[claim.layout or Layout.NUMERATOR]
    names = moved(statement, bent)
    found: dict[tuple[bool, ...], Spot] = {}
    rest: dict[tuple[bool, ...], Spot] = {}
    for change in CHANGES if bent else ():
        for block in blocks:
            if block.large:
                continue
            raw = _changed(block, change, names)
            here = _shared(experiment, block, change, raw)
            seen = _Sides(here, len(block.draws))
            keys, finite, tied = seen.of(bent), seen.finite(still), seen.tied
            if not statement.moving:
                finite &= seen.nonzero(body)
            for draw, key in enumerate(map(tuple, keys.tolist())):
                known = found if finite[draw] else rest
                if not tied[draw] and key not in known:
                    known[key] = _spot(block, draw, raw)
    # Where floats see no value there may be one all the same.
    others = [rest[key] for key in rest if key not in found]
    return [*found.values(), *others][:MOST]


def of_each_side(
    experiment: Experiment, claim: Claim, spots: Sequence[Spot]
) -> list[Spot]:
    """Return one of some draws for each combination of sides that they are on."""
    return list(by_sides(experiment, claim, spots).values())[:MOST]


def by_sides(
    experiment: Experiment, claim: Claim, spots: Sequence[Spot]
) -> dict[tuple[bool, ...], Spot]:
    """Return the first of some draws on each combination of sides of what bends."""
    _, bent = bending(experiment, claim)
    found: dict[tuple[bool, ...], Spot] = {}
    for block in experiment.blocks if bent and spots else ():
        here = _evaluation(experiment.statement, block, {})
        keys = _Sides(here, len(block.draws)).of(bent).tolist()
        for spot in spots:
            if spot.block is block:
                found.setdefault(tuple(keys[spot.draw]), spot)
    return found


def with_a_value(statement: Statement, block: Block, term: Term) -> Spot | None:
    """Return a draw, changed if need be, at which floats see a value of a term.

    `arcsin(f(x))` has none at a function f of many entries, unless they are small.
    """
    own = (_changed(block, change, _own(statement)) for change in CHANGES)
    symbols = (_resized(statement, block, *one) for one in SYMBOLS)
    for raw in chain(own, symbols):
        seen = _Sides(_evaluation(statement, block, raw), len(block.draws))
        plain = np.flatnonzero(seen.finite([term]) & ~block.draws.special)
        if len(plain):
            return _spot(block, int(plain[0]), raw)
    return None


def tied_at(statement: Statement, block: Block, moving: str, target: float) -> Array:
    """Return at which draws what moves is on a bend, when it is where it goes to.

    `minimum(f(t), A + h * V)` is, with a diagonal A, where a function f is zero.
    """
    raw = {moving: np.full_like(block.draws.raw[moving][:1], target)}
    seen = _Sides(_evaluation(statement, block, raw), len(block.draws))
    seen.of([term for term in terms(statement.body) if _bends(term)])
    return seen.tied


def bending(experiment: Experiment, claim: Claim) -> tuple[list[Term], list[Term]]:
    """Return the terms that do not move, and those of them that jump or bend."""
    statement = experiment.statement
    body = statement.bodies[claim.layout or Layout.NUMERATOR]
    still = [t for t in terms(body, claim.term) if stands_still(t, statement.moving)]
    return still, [term for term in still if _bends(term)]


def _bends(term: Term) -> bool:
    row = PRIMITIVES.get(term.op)
    return row is not None and row.kink is not None and row.entrywise


def _own(statement: Statement) -> frozenset[str]:
    """Return the names that have entries, and do not move."""
    return frozenset(statement.values) - {statement.moving}


def moved(statement: Statement, bent: Sequence[Term]) -> frozenset[str]:
    """Return the names of which it depends on what side of a bend a draw is.

    Others stay as drawn: `arcsin(t)` has no value where t is as large as A.
    """
    every = _own(statement)
    if any(isinstance(t, Type) and t.commutes for t in statement.types.values()):
        return every  # one of them is made of another
    return every & {term.name for term in terms(*bent)} or every


def _changed(block: Block, change: Change, names: frozenset[str]) -> dict[str, Array]:
    """Return raw entries of some names, changed."""
    drawn = block.draws.raw
    return {name: change(X[:1]) for name, X in drawn.items() if name in names}


def _resized(
    statement: Statement, block: Block, parts: str, change: Change
) -> dict[str, Array]:
    """Return numbers of the function symbols, changed within their class."""
    found = {}
    for name, declared in statement.values.items():
        if not isinstance(declared, FunctionType):
            continue
        for key, X in block.draws.raw.items():
            symbol, _, part = key.partition(".")
            if symbol == name and part[0] in parts:
                Y = change(X[:1])
                found[key] = abs(Y) if declared.property == "positive" else Y
    return found


def _evaluation(
    statement: Statement, block: Block, raw: dict[str, Array]
) -> Evaluation:
    first = {name: X[:1] for name, X in block.draws.raw.items()}
    return evaluation(statement, {**first, **raw}, block.case)


def _shared(
    experiment: Experiment, block: Block, change: Change, raw: dict[str, Array]
) -> Evaluation:
    """Return the values at changed draws; claims of one function share its values."""
    statement = experiment.statement
    key = "changed", id(block), change, tuple(raw)
    if key not in experiment.shared:  # the block is kept too: so its id stays its own
        experiment.shared[key] = block, _evaluation(statement, block, raw)
    base: Evaluation = experiment.shared[key][1]
    with np.errstate(all="ignore"):
        for body in statement.bodies.values():
            base.of(body)
    own = copy(base)
    own.known = dict(base.known)
    return own


class _Sides:
    """Where some draws lie beside what bends."""

    def __init__(self, here: Evaluation, count: int):
        self.here = here
        self.tied = np.zeros(count, bool)
        """Which draws are on a bend."""

    def of(self, bent: Sequence[Term]) -> Array:
        """Return for each draw on which sides of what bends some entries are."""
        found = np.zeros((len(self.tied), 2 * len(bent)), bool)
        with np.errstate(all="ignore"):
            for i, term in enumerate(bent):
                args = [self.here.of(arg) for arg in term.args]
                gap = args[0] if len(args) == 1 else args[0] - args[1]
                found[:, 2 * i] = (gap > 0).any(axis=(-2, -1)).ravel()
                found[:, 2 * i + 1] = (gap < 0).any(axis=(-2, -1)).ravel()
                # What is zero at every draw that has a value is so by its form.
                ties = (gap == 0).sum(axis=(-2, -1)).ravel()
                there = np.isfinite(gap).all(axis=(-2, -1)).ravel()
                self.tied |= ties > ties[there].min(initial=gap.size)
        return found

    def nonzero(self, term: Term) -> Array:
        """Return at which draws a term is not zero, where it is not zero everywhere."""
        with np.errstate(all="ignore"):
            found = (self.here.of(term) != 0).any(axis=(-2, -1)).ravel()
        return np.broadcast_to(found | ~found.any(), len(self.tied))

    def finite(self, still: Sequence[Term]) -> Array:
        """Return at which draws floats see the values of all terms."""
        return finite(self.here, still, len(self.tied))


def _spot(block: Block, draw: int, raw: dict[str, Array]) -> Spot:
    """Return a draw at which raw entries are others."""
    scales = {
        name: _ratio(X[0, draw], block.draws.raw[name][0, draw])
        for name, X in raw.items()
    }
    changed = {name: c for name, c in scales.items() if (c != 1).any()}
    return Spot(block, draw, scales=changed, closely=True)


def _ratio(X: Array, drawn: Array) -> Array:
    """Return how many times as large entries are; what is zero stays so."""
    return np.divide(X, drawn, out=np.ones_like(X), where=drawn != 0)
