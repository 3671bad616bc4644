"""A derivative split by where the variable stands: the product rule, term by term.

d(x.T @ A @ x) has a part from each x. A claim that is a combination of these parts with
constant coefficients has left some out (0), turned a sign (-1), or counted some twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from ..engine import balls
from ..engine.balls import precision
from ..engine.enclosure import (
    Point,
    as_floats,
    plain,
    point,
    slope,
    stacked_entries,
    tangent,
)
from ..engine.evaluate import Evaluation
from ..engine.experiment import Block, Experiment
from ..engine.subject import left_side
from ..language.statement import Claim, Statement
from ..language.term import Term, terms

Array = Any
MOST = 6
CASES = 3
BITS = 128
CLOSE = 1e-9


def coefficients(experiment: Experiment, claim: Claim) -> tuple[int, ...] | None:
    """Return how often the claim counts each occurrence, or None if it is no sum."""
    statement = experiment.statement
    if statement.record.subject != "function" or claim.field == "hessian":
        return None
    places = standing(statement)
    if not 2 <= len(places) <= MOST:
        return None
    # Candidates are what people do: forget, count once, count twice, turn the sign.
    choices = (1, 0, 2, -1) if len(places) <= 4 else (1, 0)
    left = sorted(product(choices, repeat=len(places)), key=_oddity)
    for block in _telling(experiment):
        at = point(statement, block.case, block.draws.raw, 0)
        with precision(BITS):
            left = _that_fit(at, claim, places, left)
    return left[0] if left else None


def _oddity(weights: tuple[int, ...]) -> int:
    """Order candidates: the fewest strange counts first, forgetting before the rest."""
    return sum({1: 0, 0: 1, 2: 3, -1: 3}[w] for w in weights)


def _telling(experiment: Experiment) -> list[Block]:
    """Return a few cases, those with different sizes first."""
    blocks = sorted(experiment.blocks, key=lambda b: -len(set(b.case.sizes.values())))
    return blocks[:CASES]


def standing(statement: Statement) -> list[Term]:
    """Return the places where a wrt name stands in the function, from left to right."""
    found = [
        term
        for term in terms(statement.body)
        if term.op == "variable" and term.name in statement.wrt
    ]
    return found[::-1]


def _that_fit(
    at: Point, claim: Claim, places: list[Term], candidates: Sequence[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Return the candidates whose combination of the parts is the claim here."""
    assert claim.term is not None
    A = np.stack([_part(at, claim, place).ravel() for place in places], axis=1)
    wanted = as_floats(at.right(claim.term)).ravel()
    if not (np.isfinite(A).all() and np.isfinite(wanted).all()):
        return []
    bound = CLOSE * abs(np.column_stack([A, wanted])).max()
    return [w for w in candidates if np.all(abs(A @ np.array(w) - wanted) <= bound)]


def _part(at: Point, claim: Claim, place: Term) -> Array:
    """Return the left side of a claim with only one occurrence moving."""
    statement = at.statement
    base = at.evaluation()
    jacobians = {}
    for name in statement.wrt:
        X = base.values[name]
        columns = []
        for entry in stacked_entries(X.shape):
            moved = Evaluation(base.values, base.symbols, base.frame, balls)
            if name == place.name:
                moved.known[place] = tangent(X, entry)
            Y = moved.of(statement.body)
            columns.append([slope(Y[i]) for i in stacked_entries(Y.shape)])
        jacobians[name] = np.array(columns, dtype=object).T
    moves = {name: plain(X) for name, X in base.values.items()}
    return as_floats(
        left_side(balls, statement, claim, at.case, jacobians, None, moves)
    )
