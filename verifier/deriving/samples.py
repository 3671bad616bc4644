"""Trees as numbers: their entries at a few draws, by which equal ones are known.

Nothing is proved here. What two trees have in common at random draws decides only what
is tried; what comes of it is verified as a claim before anybody sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite

import numpy as np

from ..engine import numeric
from ..engine.arrays import Floats
from ..engine.draws import Draws, Source, values
from ..engine.evaluate import Evaluation, Exact
from ..language.primitives import PRIMITIVES
from ..language.sizes import Case, cases
from ..language.statement import Statement
from ..language.term import Term, terms

CASES = 2
"""Choices of sizes that are looked at: a size must not be taken for a number."""
DRAWS, LOOKED, BENT = 24, 2, 64
"""Draws of each, and how many of them are looked at; and both where a function bends,
as `relu` does, which is another one on either side."""
MOST_AT_ONCE = 30_000
"""Entries of a value that is looked at: a Kronecker product of many is not."""
TINY = 1e-12
"""What may be rounding alone, and tells nothing."""
SAME = 1e-11
"""Part of the largest entry by which equal values may differ."""
LARGEST_DENOMINATOR = 64


class Samples:
    """The values of terms at a few draws of distinct sizes, one after the other."""

    def __init__(self, statement: Statement, seed: int = 0):
        names = sorted(statement.sizes)
        id = statement.record.id
        found = cases(names, statement.demands, statement.whole, seed, id)
        self.work = 0  # entries that were computed, about
        self._blocks: dict[Term, list[Floats] | None] = {}  # terms are keys by identity
        self._entries: dict[Term, Floats | None] = {}
        self._sizes: dict[int, dict[Term, int]] = {}
        self._of: list[tuple[int, Evaluation]] = []
        bends = any(
            term.op in PRIMITIVES and PRIMITIVES[term.op].kink is not None
            for term in terms(statement.body)
        )
        self._draws, self._looked = (BENT, BENT) if bends else (DRAWS, LOOKED)
        for case in _telling(found):
            self._add(statement, case, Source(statement.values, [case], seed, id))

    def _add(self, statement: Statement, case: Case, source: Source) -> None:
        """Look at a case at draws at which the function has a value."""
        with np.errstate(all="ignore"):
            for draws in source.draw(self._draws):
                body = _values(statement, case, draws).of(statement.body)
                shape = np.broadcast_shapes(body.shape, (len(draws), 1, 1))
                usable = np.isfinite(np.broadcast_to(body, shape)).all(axis=(-2, -1))
                rows = np.flatnonzero(usable.reshape(-1, len(draws)).all(axis=0))
                if len(rows):
                    few = draws.only(rows[: self._looked])
                    self._of.append((len(few), _values(statement, case, few)))

    def __bool__(self) -> bool:
        return bool(self._of)

    def blocks(self, term: Term) -> list[Floats] | None:
        """Return the values of a term at each case, (draws, rows, columns)."""
        if term not in self._blocks:
            self._blocks[term] = self._computed(term)
        return self._blocks[term]

    def entries(self, term: Term) -> Floats | None:
        """Return all entries of a term in a row; None where one has no value."""
        if term not in self._entries:
            blocks = self.blocks(term)
            self._entries[term] = None if blocks is None else flat(blocks)
        return self._entries[term]

    def _computed(self, term: Term) -> list[Floats] | None:
        found = []
        with np.errstate(all="ignore"):
            for count, evaluation in self._of:
                if self._size(term, evaluation) * count > MOST_AT_ONCE:
                    return None
                before = len(evaluation.known)
                X = np.asarray(evaluation.of(term), float)
                self.work += X.size * (len(evaluation.known) - before)
                if not isfinite(X.sum()):  # one that is not leaves no sum
                    return None
                if X.shape[:-2] != (count,):
                    X = np.broadcast_to(X, (count, *X.shape[-2:]))
                found.append(X)
        return found

    def _size(self, term: Term, evaluation: Evaluation) -> int:
        """Return the entries of a draw of the largest value that a term needs."""
        sizes = self._sizes.setdefault(id(evaluation), {})
        if term not in sizes:
            rows, columns = evaluation.frame.shape(term.shape)
            inner = (self._size(arg, evaluation) for arg in term.args)
            sizes[term] = max((rows * columns, *inner))
        return sizes[term]


def _telling(found: Sequence[Case]) -> list[Case]:
    """Return cases of which no number is another one, or the same in both."""

    def equal(case: Case, others: Sequence[Case]) -> int:
        numbers = list(case.numbers.values())
        same = sum(
            one == other
            for known in others
            for one, other in zip(numbers, known.numbers.values(), strict=True)
        )
        sums = sum(sum(numbers) == sum(known.numbers.values()) for known in others)
        order = sum(
            sorted(case.numbers, key=case.numbers.__getitem__)
            == sorted(known.numbers, key=known.numbers.__getitem__)
            for known in others
        )
        small = sum(size == 1 for size in case.sizes.values())
        return same + sums + order + 4 * small + 2 * (len(numbers) - len(set(numbers)))

    chosen: list[Case] = []
    for _ in found[:CASES]:
        left = [case for case in found if case not in chosen]
        chosen.append(min(left, key=lambda case: equal(case, chosen)))
    return chosen


def _values(statement: Statement, case: Case, draws: Draws) -> Evaluation:
    raw = {name: X[0] for name, X in draws.raw.items()}
    found, symbols = values(numeric, statement.values, raw, case)
    return Evaluation(found, symbols, Exact(case.numbers), numeric)


def flat(blocks: Sequence[Floats]) -> Floats:
    """Return all entries in a row."""
    return np.concatenate([X.ravel() for X in blocks])


def ratio(X: Floats, Y: Floats) -> Fraction | None:
    """Return the simple number k with X = k Y, if there is one."""
    size = abs(Y).max()
    at = int(abs(Y).argmax())
    if size <= TINY:
        return None
    k = Fraction(float(X[at] / Y[at])).limit_denominator(LARGEST_DENOMINATOR)
    gap = abs(X - float(k) * Y).max()
    return k if k and gap <= SAME * size * max(1.0, abs(float(k))) else None
