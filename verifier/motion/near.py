"""Near zeros: paths on both sides of where a term is zero, and close to it.

A family of paths has a parameter s; where the term has different signs at two of them,
the secant method finds the s at which it is zero, as a germ: a number, and what is
added to it in t. The paths are those at s + t^k and s - t^k.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import flint
from flint import arb

from ..engine.draws import build
from ..language.term import Term
from . import arrays
from .breaks import alike, breaking, breaks
from .directions import Vector, around, directions
from .germs import Germ, germ, power_of_t, t
from .minima import height, hunt
from .monomials import order, product
from .moving import FAULTS, Known, Motion, resolved, scaled
from .paths import USUAL, Path, bent, by_turns, rare_curves, rows
from .places import working

Array = Any
Target = Callable[[], Array]
Family = Callable[[Germ], Array]
"""The small change at a parameter."""

BITS, FEW, TERMS = 1200, 4, 18
CLOSE = (12, 1, 2, 3, 4, 5)
"""Powers of t that the paths are from the zero."""
TOUCHING = (7, 1, 2, 3)
CLOSEST = 14
"""At its zero a term is so high a power of t beside its size elsewhere."""
HALVINGS, SECANTS = 6, 24
SAMPLES = (-4, -1.5, -0.5, 0.2, 0.6, 1.2, 3, 8)


def hidden(motion: Motion, towards: Target, *terms: Term) -> Iterator[Path]:
    """Yield paths that refute only, where the terms may break at all."""
    if motion.direction.size > 1 and breaks(motion, *terms):
        yield from rare_curves(motion)
        for term, divides in breaking(motion, *terms):
            yield from _beside(motion, towards, term, divides, terms)


def _beside(
    motion: Motion, towards: Target, term: Term, divides: bool, roots: tuple[Term, ...]
) -> Iterator[Path]:
    """Yield the paths beside the zeros of one term."""
    search = _Search(motion, towards, term)
    if search.stays():
        return
    found = search.crossing()
    if found is not None:
        yield from _close(*found, CLOSE)
        yield from _upon(*found, alike(term, *roots))
    elif divides:
        touched = search.touching()
        if touched is not None:
            # From the border of a cone one side leads out of it.
            sides = (1, -1) if directions(motion).linear else (1,)
            yield from _close(*touched, TOUCHING, sides)


def _close(
    family: Family,
    zero: Germ,
    powers: tuple[int, ...],
    sides: tuple[int, ...] = (1, -1),
) -> Iterator[Path]:
    for power in powers:
        for side in sides:
            yield Path(
                lambda power=power, side=side: family(zero + power_of_t(power) * side),
                refutes=True,
            )


def _upon(family: Family, zero: Germ, terms: list[Term]) -> Iterator[Path]:
    """Yield paths where the term is +-exp(-1/t**2), smaller than any power.

    The term has this value somewhere near its zero, since it is continuous and has both
    signs there: the germ of the path leaves open where that is.
    """
    near = Germ(zero.terms, (None, -CLOSEST, 0, 0, 0))
    for side in (1, -1):

        def given(side: int = side) -> Known:
            value = arrays.matrix([[(-1 / t**2).exp() * side]])
            return dict.fromkeys(terms, value)

        yield Path(lambda: family(near), refutes=True, given=given)


def families(motion: Motion) -> Iterator[tuple[Family, bool]]:
    """Yield families of paths; and whether the parameter may be negative."""
    kind = motion.declared.kind
    free = not motion.one_sided and kind not in ("positive_definite", "invertible")
    for weights in ((1, 1), *USUAL):

        def bending(s: Germ, weights: tuple[int, int] = weights) -> Array:
            even, odd = (power_of_t(w) for w in weights)
            return bent(motion, by_turns(rows(motion), even, odd * s))

        yield bending, free
    for turn in range(2):
        raw = motion.point.raw[motion.name]
        other = build(arrays, kind, arrays.exactly(raw[::-1] if turn else -raw[::-1]))
        yield lambda s, v=other: _between(motion.direction, v, s), False


def _between(h: Array, v: Array, s: Germ) -> Array:
    s = s / (1 + s)  # from 0 to infinity, so that it is between the two
    return scaled(h, t * (1 - s)) + scaled(v, t * s)


def _around(zero: Germ) -> Germ:
    """Return balls around the numbers in a zero: they are what they are near to."""
    with working(BITS, TERMS):
        near = arb(2) ** (40 - flint.ctx.prec // 2)
        size = max((abs(c) for c in zero.terms.values()), default=arb(0))
        kept = ((m, c) for m, c in zero.terms.items() if abs(c) > size * near)
        return Germ({m: c + c * arb(0, near) for m, c in kept})


class _Search:
    """Looks for the parameters at which a term is zero."""

    def __init__(self, motion: Motion, towards: Target, term: Term):
        self.motion, self.towards, self.term = motion, towards, term

    def stays(self) -> bool:
        """Whether the term is not zero at the target itself."""

        def compute() -> bool:
            X = self.towards() + scaled(self.motion.direction, germ(0))
            return self.motion.at(self.term, X)[0, 0].sign() != 0

        try:
            return resolved(compute)
        except FAULTS:
            return False

    def value(self, family: Family, s: Germ) -> Germ:
        """Return the term at a parameter."""
        X = self.towards() + family(s)
        return self.motion.at(self.term, X)[0, 0]

    def crossing(self) -> tuple[Family, Germ] | None:
        """Return where the term changes its sign."""
        for family, free in families(self.motion):
            samples = [germ(s) for s in SAMPLES if free or s > 0]
            try:
                with working(BITS, FEW):
                    signs = [self.value(family, s).sign() for s in samples]
            except FAULTS:
                continue
            for (a, before), (b, after) in pairwise(zip(samples, signs, strict=True)):
                zero = self._zero(family, a, b) if before * after < 0 else None
                if zero is not None:
                    return family, _around(zero)
        return None

    def touching(self) -> tuple[Family, Germ] | None:
        """Return where the term comes down to zero and goes up again, as squares do."""
        motion, around_zero = self.motion, directions(self.motion)
        with working(BITS, FEW):
            try:
                along = self.value(lambda s: scaled(motion.direction, t), germ(0))
                side, usual = along.sign(), height(along)
            except FAULTS:
                return None

            def f(c: Vector) -> Germ:
                X = scaled(around_zero.array(c), t)
                return self.value(lambda s: X, germ(0)) * side

            n = around_zero.size
            found = hunt(f, around(n) if n > 1 else [], usual)
        if found is None or found.kind != "zero":
            return None
        zero = [_around(x) for x in found.at]

        def family(s: Germ) -> Array:
            beside = motion.direction * (s * t)
            return scaled(around_zero.array(zero), t) + beside

        return family, germ(0)

    def _zero(self, family: Family, a: Germ, b: Germ) -> Germ | None:
        """Return where the term is zero between two parameters, by the secant method.

        After a few halvings it goes on until nothing is left of the term, with few
        terms of the series first.
        """
        try:
            for count, halvings, power in ((FEW, HALVINGS, 1), (TERMS, 0, CLOSEST)):
                with working(BITS, count):
                    low, high = self.value(family, a), self.value(family, b)
                    size = product(low.lead[0], (None, -power, 0, 0, 0))
                    for step in range(halvings + SECANTS):
                        if not high.terms:
                            break
                        if step < halvings:
                            s = ((a + b) / 2).mid()
                        else:
                            s = (b - high * (b - a) / (high - low)).mid()
                        found = self.value(family, s)
                        if step < halvings and found.sign() == low.sign():
                            a, low = s, found
                            continue
                        if step >= halvings:
                            a, low = b, high
                        b, high = s, found
                    if high.size is not None and order(high.size, size) > 0:
                        return None
        except FAULTS:
            return None
        return b
