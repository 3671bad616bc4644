"""Draws where a claim has no value, for reasons that a reader can see to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..engine import numeric
from ..engine.experiment import Block
from ..engine.spectrum import LOOSE, decomposed, symmetric
from ..engine.undecided import COMPLEX, CROWDED, UNSYMMETRIC
from ..language.arrays import Array
from ..language.spectra import operands
from ..language.term import Term

CLOSE = 1e-3
"""Imaginary parts up to which rounding may have split eigenvalues that are equal."""
HINTS = {
    COMPLEX: "sums of powers, `norm` and `abs` of complex eigenvalues are real",
    UNSYMMETRIC: "`cholesky` takes a symmetric matrix, as `(X + X.T) / 2` is one",
}
"""What to write instead, by reason."""


def partial(*roots: Term | None) -> list[Term]:
    """Return what has no value for such a reason at some draws, of what is computed."""
    return [t for t in _computed(roots) if t.op in ("eigenvalues", "cholesky")]


def valueless(block: Block, terms: Sequence[Term]) -> dict[str, Array]:
    """Return reasons why `partial` terms have no value, with the draws concerned."""
    found: dict[str, Array] = {}
    with np.errstate(all="ignore"):
        for term in terms:
            X = block.of(term.args[0])
            if term.op == "cholesky":
                reasons = {UNSYMMETRIC: ~symmetric(numeric, X, LOOSE)}
            else:
                off = _off(X)
                reasons = {COMPLEX: off > CLOSE, CROWDED: (off > 0) & (off <= CLOSE)}
            for reason, mask in reasons.items():
                found[reason] = found.get(reason, False) | (_finite(X) & mask)
    return found


def _off(X: Array) -> Array:
    """Return the largest imaginary part of eigenvalues, beside the largest entry."""
    w = decomposed(X)[0]
    return abs(w.imag).max(axis=-1) / abs(X).max(axis=(-2, -1))


def _computed(roots: tuple[Term | None, ...]) -> Iterator[Term]:
    """Yield what is computed one by one: a sum over eigenvalues is one thing."""
    seen = set[Term]()
    stack = [root for root in roots if root is not None]
    while stack:
        term = stack.pop()
        if term not in seen:
            seen.add(term)
            yield term
            stack += operands(term)


def _finite(X: Array) -> Array:
    return np.isfinite(X).all(axis=(-2, -1))
