"""A point while one name moves: the values of terms, in as many bits as it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import flint
import numpy as np
from flint import arb

from ..engine import dual_balls as balls
from ..engine.balls import precision
from ..engine.draws import values as values_of
from ..engine.dual_balls import exactly, plain
from ..engine.duals import Dual, Undecided
from ..engine.enclosure import Point
from ..engine.evaluate import Evaluation, Exact
from ..language.declaration import Type
from ..language.layout import Layout
from ..language.sizes import Case
from ..language.term import Term

Array = Any
Ball = arb
Known = Mapping[Term, Array]
NONE: Known = MappingProxyType({})
MOST_BITS = 16_000
FAULTS = (Undecided, ValueError, ZeroDivisionError, OverflowError)
"""What an evaluation raises where there is no value."""

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53)


class Motion:
    """One draw of a record whose claim is about a name that moves."""

    def __init__(self, point: Point, layout: Layout | None):
        self.point, statement = point, point.statement
        self.name = statement.moving
        self.body = statement.bodies[layout or Layout.NUMERATOR]
        self._bases: dict[int, Evaluation] = {}
        self._still: dict[Term, bool] = {}
        self._scanned: set[tuple[int, Term]] = set()

    @property
    def declared(self) -> Type:
        """The type of the name that moves."""
        return self.point.statement.variable(self.name)

    @property
    def base(self) -> Evaluation:
        """The values that were drawn, in the bits that are set.

        It remembers the terms in which the name does not stand: they are computed once.
        """
        bits = flint.ctx.prec
        if bits not in self._bases:
            at = self.point
            raw = {name: exactly(X) for name, X in at.raw.items()}
            found = values_of(balls, at.statement.values, raw, at.case)
            frame = Exact(at.case.numbers)
            self._bases[bits] = Evaluation(*found, frame, balls)
        return self._bases[bits]

    @property
    def direction(self) -> Array:
        """What was drawn for the name: the direction in which it moves."""
        return self.base.values[self.name]

    def at(self, term: Term, X: Array, known: Known = NONE) -> Array:
        """Return a term with the name at X, where some terms have known values."""
        return self._value(term, X, self.base.frame, known)

    def whole(self, term: Term, n: int) -> Array:
        """Return a term with the name at a whole number, also as a degree."""
        case = self.point.case
        numbers = Exact(Case(case.sizes, {**case.whole, self.name: n}).numbers)
        X = np.empty((1, 1), dtype=object)
        X[0, 0] = balls.ball(n)
        return self._value(term, X, numbers)

    def _value(self, term: Term, X: Array, frame: Any, known: Known = NONE) -> Array:
        base = self.base
        values = {**base.values, self.name: X}
        moved = Evaluation(values, base.symbols, frame, balls)
        moved.known = {**base.known, **known}
        found = plain(moved.of(term))
        if (flint.ctx.prec, term) not in self._scanned:
            self._scanned.add((flint.ctx.prec, term))
            base.known.update(
                {t: V for t, V in moved.known.items() if self.stands_still(t)}
            )
        return found

    def stands_still(self, term: Term) -> bool:
        """Whether the name does not stand in a term."""
        if term not in self._still:
            self._still[term] = (
                term.name != self.name
                and all(self.name not in dim.names for dim in term.dims)
                and all(self.stands_still(arg) for arg in term.args)
            )
        return self._still[term]


def spread(j: int) -> arb:
    """Return the j-th irrational factor of a step: steps have no common period."""
    return arb(_PRIMES[j % len(_PRIMES)]).sqrt()


def resolved(
    compute: Callable[[], list[Ball]], bits: int, tiny: arb | None
) -> list[tuple[Ball, Ball]]:
    """Enclose sizes by their least and largest values, in more bits until it is sharp.

    What is at most `tiny` counts as zero and need not be sharp.
    """
    while True:
        reason = "not finite"
        with precision(bits):
            try:
                found = [abs(x) for x in compute()]
                if all(x.is_finite() for x in found):
                    reason = "lost in rounding"
                    if all(_sharp(x, tiny) for x in found):
                        return [(x.abs_lower(), x.abs_upper()) for x in found]
            except Undecided as undecided:
                reason = str(undecided)
        bits *= 2
        if bits > MOST_BITS:
            raise Undecided(reason)


def _sharp(x: arb, tiny: arb | None) -> bool:
    if tiny is None or x.is_exact() or x.rel_accuracy_bits() >= 24:
        return True
    return bool(x.abs_upper() <= tiny)


def largest(balls_: Iterable[Ball]) -> Ball:
    """Return the largest of exact numbers; floats would overflow."""
    best = arb(0)
    for x in balls_:
        best = x if x > best else best
    return best


def number(x: Ball) -> str:
    """Print an exact number that may be far beyond the range of floats."""
    return x.str(3, radius=False).removesuffix(".00")


def scaled(X: Array, factors: Array) -> Array:
    """Multiply the entries of a value by balls."""
    result = np.empty(X.shape, dtype=object)
    for i in np.ndindex(*X.shape):
        result[i] = X[i] * Dual(factors[i])
    return result
