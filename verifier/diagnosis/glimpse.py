"""A few draws of each case, where most edits of a claim are seen to be wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..engine import numeric
from ..engine.evaluate import Evaluation
from ..engine.experiment import Block, Experiment
from ..language.statement import Claim
from ..language.term import Term

Array = Any
GLANCE = 3
"""Draws at which an edit must look right before it is verified at all of them."""


def glances(experiment: Experiment, claim: Claim) -> list[Glance]:
    """Return the first usable draws of each case."""
    found = []
    for block in experiment.blocks:
        left = experiment.left(block, claim)[0]
        fine = block.usable & np.isfinite(left).all(axis=(-2, -1))
        if fine.any():
            some = np.flatnonzero(fine)[:GLANCE]
            found.append(Glance(block, some, left[some]))
    return found


class Glance:
    """A few draws of a case, where most edits are seen to be wrong at once."""

    def __init__(self, block: Block, draws: Array, left: Array):
        self.block, self.left = block, left
        base = block.evaluation
        values = {k: X[0, draws] if X.ndim == 4 else X for k, X in base.values.items()}
        symbols = {
            k: replace(s, numbers={p: X[0, draws] for p, X in s.numbers.items()})
            for k, s in base.symbols.items()
        }
        self.evaluation = Evaluation(values, symbols, base.frame, numeric)

    def of(self, term: Term) -> Array:
        """Return a term at these draws."""
        return self.evaluation.of(term)

    def matches(self, term: Term) -> bool:
        """Whether a term looks right here."""
        C = np.broadcast_to(self.of(term), self.left.shape)
        # Terms of edits are looked at once; the memory of them is not needed.
        self.evaluation.known.pop(term, None)
        gap = abs(C - self.left).max(axis=(-2, -1))
        size = np.maximum(abs(C), abs(self.left)).max(axis=(-2, -1))
        return bool(np.all(gap <= 1e-6 * size + 1e-300))


def ratio_of(J: Array, C: Array) -> float | None:
    """Return the constant J / C of all draws, or None where there is none."""
    if not (np.isfinite(J).all() and np.isfinite(C).all()):
        return None
    at = np.argmax(abs(C))
    big = C.ravel()[at]
    if big == 0:
        return None
    k = float(J.ravel()[at] / big)
    if k == 0 or not np.isfinite(k):
        return None
    return k if np.all(abs(J - k * C) <= 1e-7 * abs(k * big)) else None
