"""A few draws of each case, where most edits of a claim are seen to be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..engine import numeric
from ..engine.arrays import Floats, Places
from ..engine.comparison import left_whole
from ..engine.evaluate import Evaluation
from ..engine.experiment import Block, Experiment
from ..language.statement import Claim
from ..language.term import Term

GLANCE = 2
"""Draws at which an edit must look right before it is verified at all of them."""
LOOKED = 3
"""Cases whose entries make up a `vector`."""
ENTRIES = 600
GLANCE_TOLERANCE = 1e-6
"""Part of the size of an entry within which an edit looks right."""
EXACT = 1e-9
DUST = 1e-11
NOISE = 1e3
"""How many times the rounding of the left side a difference must be to count."""


class Glances:
    """The first usable draws of each case, those of distinct sizes first."""

    def __init__(self, experiment: Experiment, claim: Claim, truth: Term | None = None):
        """Compare with the left side, or with `truth` where nothing else is known."""
        found = []
        for block in experiment.blocks:
            for draw in np.flatnonzero(block.usable)[:GLANCE]:
                whole = experiment.whole(block, int(draw))
                if truth is None:
                    left = left_whole(experiment, claim, block, whole)
                else:
                    left = whole.of(truth)
                if np.isfinite(left).all():
                    found.append(Glance(block, np.array([draw]), left))
        self.all = sorted(found, key=lambda g: -len(set(g.block.case.sizes.values())))
        sizes = np.concatenate([glance.size for glance in found] or [np.zeros(1)])
        self.dust = DUST * float(np.quantile(sizes, 0.75))
        """What is nothing beside the rest: a left side that cancels to zero."""
        for glance in found:
            glance.dust = np.maximum(glance.dust, self.dust)

    def match(self, term: Term) -> bool:
        """Whether a term looks right everywhere."""
        return all(glance.matches(term) for glance in self.all)

    def vector(self, term: Term) -> Floats:
        """Return the entries of a term at some of the draws."""
        return _entries([glance.spread(term) for glance in self._telling])

    @property
    def _telling(self) -> list[Glance]:
        return self.all[:LOOKED]

    def ratios(self, term: Term, others: Sequence[Term] = ()) -> Floats | None:
        """Return by what a term of a sum is too small: a number for each draw.

        NaN where a draw tells nothing, None where it is no number at some draw.
        """
        found: list[float] = []
        for glance in self.all:
            right = glance.spread(term)
            left = glance.left - sum(glance.spread(other) for other in others)
            if max(abs(left).max(), abs(right).max()) <= glance.dust.max():
                found.append(np.nan)
                continue
            ratio = ratio_of(left, right)
            if ratio is None:
                return None
            found.append(ratio)
        return None if np.isnan(found).all() else np.array(found)

    def permuted(self, term: Term) -> bool:
        """Whether a term has the entries of the left side, in any order."""
        for glance in self.all:
            left, right = (np.sort(X, None) for X in (glance.left, glance.spread(term)))
            gap = abs(left - right).max()
            if not gap <= GLANCE_TOLERANCE * glance.size.max() + glance.dust.max():
                return False
        return True

    def scalar(self, term: Term) -> Floats | None:
        """Return the value of a scalar at each draw, if it has one everywhere."""
        found = np.array([glance.evaluation.of(term).item() for glance in self.all])
        return found if np.isfinite(found).all() else None


class Glance:
    """A few draws of a case, where most edits are seen to be wrong at once."""

    def __init__(self, block: Block, draws: Places, left: Floats):
        self.block, self.left = block, left[0]
        base = block.evaluation
        values = {k: X[0, draws] if X.ndim == 4 else X for k, X in base.values.items()}
        symbols = {
            k: replace(s, numbers={p: X[0, draws] for p, X in s.numbers.items()})
            for k, s in base.symbols.items()
        }
        self.evaluation = Evaluation(values, symbols, base.frame, numeric)
        self.size = abs(self.left).max(axis=(-2, -1))
        # The lanes behind the pushed one are the draw, moved in the last digits.
        self.dust = NOISE * abs(left[2:] - left[0]).max(axis=(0, -2, -1))

    def spread(self, term: Term) -> Floats:
        """Return a term at these draws, in the shape of the left side."""
        return np.broadcast_to(self.evaluation.of(term), self.left.shape)

    def matches(self, term: Term) -> bool:
        """Whether a term looks right here; nothing of it is kept."""
        kept = dict(self.evaluation.known)
        C = self.spread(term)
        self.evaluation.known = kept
        gap = abs(C - self.left).max(axis=(-2, -1))
        size = np.maximum(abs(C).max(axis=(-2, -1)), self.size)
        return bool(np.all(gap <= GLANCE_TOLERANCE * size + self.dust))


def _entries(found: Sequence[Floats]) -> Floats:
    return np.concatenate([X.ravel()[:ENTRIES] for X in found])


def ratio_of(J: Floats, C: Floats) -> float | None:
    """Return the constant J / C, or None where there is none."""
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
