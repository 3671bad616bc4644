"""A draw while one name moves: the values of terms as germs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import flint
import numpy as np
from flint import arb

from ..engine.ball_point import Point
from ..engine.draws import values
from ..engine.evaluate import Evaluation, Exact
from ..language.declaration import Type
from ..language.layout import Layout
from ..language.sizes import Case
from ..language.spectra import Spectral, as_trace
from ..language.term import Term, stands_still
from . import arrays
from .germs import Germ, germ
from .monomials import ONE, Ball, Monomial, Open, magnitude, order, sweeping
from .places import Place, working
from .resonance import resonances

Array = Any
Result = TypeVar("Result")
Known = Mapping[Term, Array]
NONE: Known = MappingProxyType({})

FAULTS = (Open, ValueError, ZeroDivisionError, OverflowError)
"""What an evaluation raises where there is no value, or none is seen."""
EFFORTS = ((512, 7), (768, 12), (2048, 24))
"""Bits and terms: more are taken where few decide nothing."""
GROWING = 128
"""Bits by which what is taken for zero may grow unseen, beside what values do."""
SHOWN = Place(arb(2) ** 160)
"""Values that are shown are those at t = 2^-160."""
PLACES = 12, 4
"""Sines are taken at so many places: of whole numbers, whose periods of up to 12 are
seen whole, and of others."""


class _Values(Evaluation):
    """The values of terms; function symbols have none without bound."""

    def _compute(self, term: Term) -> Array:
        if term.op in ("apply", "derived") and term.name in self.symbols:
            sizes = [x.size for arg in term.args for x in self.of(arg).ravel()]
            if any(m is not None and order(m, ONE) > 0 for m in sizes):
                raise Open("a function symbol may do anything far away")
        return super()._compute(term)

    def _over_spectrum(self, over: Spectral) -> Array:
        trace = as_trace(over, exponential=True)
        return super()._over_spectrum(over) if trace is None else self.of(trace)


class Motion:
    """One draw of a record whose claim is about a name that moves."""

    def __init__(self, point: Point, layout: Layout | None):
        self.point, statement = point, point.statement
        self.name = statement.moving
        self.body = statement.bodies[layout or Layout.NUMERATOR]
        self._bases: dict[int, Evaluation] = {}
        self._still: dict[Term, bool] = {}
        self._dust: dict[int, int | None] = {}
        self._seen: dict[Term, Array] = {}

    @property
    def declared(self) -> Type:
        """The type of the name that moves."""
        return self.point.statement.variable(self.name)

    @property
    def one_sided(self) -> bool:
        """Whether the name is positive: it does not change its sign."""
        return self.declared.kind.startswith("positive")

    @property
    def is_whole(self) -> bool:
        """Whether the name is a whole number."""
        return self.declared.kind == "integer"

    @property
    def base(self) -> Evaluation:
        """What was drawn, in the bits that are set, with all that does not move."""
        bits = flint.ctx.prec
        if bits not in self._bases:
            point = self.point
            raw = {name: arrays.exactly(X) for name, X in point.raw.items()}
            found, symbols = values(arrays, point.statement.values, raw, point.case)
            frame = Exact(point.case.numbers)
            self._bases[bits] = _Values(found, symbols, frame, arrays)
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
        return self._value(term, arrays.matrix([[n]]), numbers, NONE)

    def _value(self, term: Term, X: Array, frame: Any, known: Known) -> Array:
        base = self.base
        moved = _Values({**base.values, self.name: X}, base.symbols, frame, arrays)
        moved.known = {**base.known, **known}
        bits = flint.ctx.prec
        with sweeping(self._dust.get(bits)) as dust:
            found = moved.of(term)
            self._dust[bits] = dust()
        self._seen |= moved.known
        base.known |= {t: V for t, V in moved.known.items() if self.stands_still(t)}
        return found

    def stands_still(self, term: Term) -> bool:
        """Whether the name does not stand in a term."""
        if term not in self._still:
            self._still[term] = stands_still(term, self.name)
        return self._still[term]

    @property
    def swept(self) -> bool:
        """Whether anything that is not zero for certain was taken for zero."""
        return any(power is not None for power in self._dust.values())

    def lead(self, gap: Germ) -> tuple[Monomial, Ball]:
        """Return the leading term of a difference, if it is no dust.

        Beside 1 an `exp(-2**60)` is zero to all bits, where it stands alone it is not:
        so far as what was taken for zero may have been multiplied, by values as large
        as are seen, nothing is seen.
        """
        m, c = gap.lead
        dust = self._dust.get(flint.ctx.prec)
        if dust is not None and magnitude(c) <= dust + GROWING + 2 * self._largest():
            raise Open("lost in rounding")
        return m, c

    def _largest(self) -> int:
        """Return the power of two that all values of terms are below, or 1 is."""
        found = {id(x): x for X in self._seen.values() for x in X.ravel()}
        sizes = (c.abs_upper() for x in found.values() for c in x.terms.values())
        return max((magnitude(c) for c in sizes if c.is_finite() and c > 1), default=0)


def resolved(
    compute: Callable[[], Result], place: Place | None = None, brief: bool = False
) -> Result:
    """Return what is computed, with more bits and more terms until it is decided."""
    doubt = Open("more terms are needed")
    for bits, count in EFFORTS[:-1] if brief else EFFORTS:
        try:
            with working(bits, count, place):
                return compute()
        except Open as found:
            doubt = found
    raise doubt


def everywhere(
    compute: Callable[[], Result],
    whole: bool = False,
    brief: bool = False,
    closely: bool = False,
) -> Iterator[Result]:
    """Yield what is computed, at several places where sines turn without bound.

    `closely` also where an angle is a simple part of a turn: what has no value there
    says nothing.
    """
    place = None
    for place in _places(whole):
        place.used = False
        yield resolved(compute, place, brief)
        if not place.used:
            return
    angles = place.angles if place and closely and not whole else []
    for there in resonances(angles):
        try:
            yield resolved(compute, there, brief=True)
        except FAULTS:
            continue


def _places(whole: bool) -> Iterator[Place]:
    """Yield points far out, at consecutive whole numbers or at random."""
    rng = np.random.default_rng(7)
    for j in range(PLACES[not whole]):
        far = 1_000_003 + j if whole else rng.integers(1 << 19, 1 << 20) / 7
        logs = (arb(float(x)) for x in rng.uniform(20.0, 60.0, 3))
        yield Place(arb(far), *logs)


def as_floats(X: Array) -> Array:
    """Return the values close to zero as floats."""
    return np.array([[float(x.at(SHOWN).mid()) for x in row] for row in X])


def scaled(X: Array, factor: Germ) -> Array:
    """Multiply the entries of a value by a germ."""
    return arrays.each(lambda x: germ(x) * factor, X)
