"""Ways to a target: straight, curved, close to where a divisor is zero, to infinity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import flint
import numpy as np
from flint import arb

from ..engine.balls import precision
from ..engine.duals import Dual, Undecided
from ..language.expression import parse
from ..language.layout import Layout
from ..language.shapes import infer
from ..language.term import Scope, Term, terms
from .paths import FAULTS, Ball, Motion, scaled, spread

Array = Any
Levels = tuple[int, int, int]
Value = Callable[[int, int], Array]
"""The left side at the j-th member of level k."""

LEVELS = (160, 320, 640)
FURTHER = (2560, 5120, 10_240)
"""Levels for a second look: log(x)**50 / x**0.1 begins to shrink at 2**721 only."""
DEGREES = (64, 128, 256)
"""Levels of a degree, which are whole numbers as they are."""
RESIDUES = 12
"""Whole numbers that are tried one after another: a period up to 12 is seen."""
GRAZING = 12
"""The power of the step that a divisor is from zero, on the way along its zeros."""
HALVINGS = 24
"""Times that the part of the way where a divisor changes its sign is halved, after
which the divisor is all but linear there."""
SECANTS = 40
"""Steps towards its zero from there; each adds half as many digits again."""


@dataclass(frozen=True)
class Way:
    """One way to the target: values at levels, and how many members each shows."""

    value: Value
    levels: Levels = LEVELS
    further: Levels | None = None
    first: Levels = (1, 1, 1)
    far: bool = False
    """Whether it leads to infinity, where bits are cheap: nothing cancels."""
    grazing: bool = False
    """Whether it may leave the domain; then it is evidence against a limit only."""


def ways(motion: Motion, thorough: bool) -> Iterator[Way]:
    """Yield the ways to the target of a limit; a thorough look takes more of them."""
    target = motion.point.statement.target
    if target.endswith("inf"):
        yield _to_infinity(motion, -1 if target.startswith("-") else 1)
        return
    towards = _target(motion, target)
    # A name that is positive comes to zero, and to nothing else, from one side.
    zero = target == "0" and motion.declared.kind.startswith("positive")
    for side in (1,) if zero else (1, -1):
        yield Way(_ray(motion, towards, side, None), further=FURTHER)
    for weights in curves(motion.direction.shape) if thorough else ():
        yield Way(_ray(motion, towards, 1, weights))
    if thorough:
        yield from _grazing(motion, towards)


def _target(motion: Motion, target: str) -> Callable[[], Array]:
    if target in motion.point.statement.types:
        return lambda: motion.base.values[target]
    if target == "0":
        return lambda: 0
    term = infer(parse(target), Scope({}, Layout.NUMERATOR))
    return lambda: motion.base.of(term)


def _ray(
    motion: Motion, towards: Callable[[], Array], side: int, weights: Array | None
) -> Value:
    def value(k: int, j: int) -> Array:
        X = towards() + moved(motion.direction, arb(2) ** -k * spread(j), side, weights)
        return motion.at(motion.body, X)

    return value


def moved(h: Array, step: Ball, side: int, weights: Array | None = None) -> Array:
    """Return a small change along h, each entry at its own power of the step."""
    if weights is None:
        return h * Dual(step * side)
    powers = np.empty(h.shape, dtype=object)
    for i in np.ndindex(*h.shape):
        powers[i] = step ** int(weights[i]) * side
    return scaled(h, powers)


def curves(shape: tuple[int, ...]) -> Iterable[Array]:
    """Yield powers of the step for the entries: a limit is one along curves as well.

    Entry (i, j) gets a_i + a_j: what is symmetric, triangular or definite stays so.
    """
    if shape == (1, 1):
        return
    i, j = np.indices(shape)
    for slow, fast in ((1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2), (1, 4), (4, 1)):
        a = np.where(i % 2, fast, slow)
        yield a if shape[1] == 1 else a + np.where(j % 2, fast, slow)


def _grazing(motion: Motion, towards: Callable[[], Array]) -> Iterator[Way]:
    """Yield ways along the zeros of divisors: (u**3 + v**3)/(u - v) has no limit."""
    for term in terms(motion.body):
        if term.op != "div" or motion.stands_still(term.args[1]):
            continue
        for weights in curves(motion.direction.shape):
            course = _Course(motion, term.args[1], towards, weights)
            if all(course.crosses(k) for k in LEVELS):
                yield Way(course.value, grazing=True)
                break


class _Course:
    """A way that stays a power of the step away from the zeros of a divisor.

    On each level it lies between a step along a ray and the same step along a curve,
    where the divisor has another sign.
    """

    def __init__(
        self,
        motion: Motion,
        divisor: Term,
        towards: Callable[[], Array],
        weights: Array,
    ):
        self.motion, self.divisor, self.towards = motion, divisor, towards
        self.weights = weights

    def at(self, s: Ball, k: int, j: int) -> Array:
        """Return the point at the share s between the two ends."""
        step = arb(2) ** -k * spread(j)
        h = self.motion.direction
        powers = np.empty(h.shape, dtype=object)
        for i in np.ndindex(*h.shape):
            powers[i] = step ** (1 + s * (int(self.weights[i]) - 1))
        return self.towards() + scaled(h, powers)

    def height(self, s: Ball, k: int, j: int) -> Ball:
        """Return the divisor at the share s."""
        (y,) = self.motion.at(self.divisor, self.at(s, k, j)).ravel()
        return y.mid()

    def crosses(self, k: int) -> bool:
        """Whether the divisor has different signs at the two ends."""
        with precision(256 + 4 * k):
            try:
                return bool(self.height(arb(0), k, 0) * self.height(arb(1), k, 0) < 0)
            except FAULTS:
                return False

    def zero(self, k: int, j: int) -> Ball:
        """Return the share at which the divisor is zero."""
        bits = 256 + (GRAZING + 2) * k
        with precision(bits):
            a, b = arb(0), arb(1)
            low, high = self.height(a, k, j), self.height(b, k, j)
            small = abs(low) * arb(2) ** -((GRAZING + 1) * k)
            for step in range(HALVINGS + SECANTS):
                s = (
                    (a + b) / 2
                    if step < HALVINGS
                    else (a * high - b * low) / (high - low)
                )
                s = s.mid()
                found = self.height(s, k, j)
                if abs(found) <= small:
                    return s
                if found * high < 0:
                    a, low = b, high
                elif step >= HALVINGS:
                    low /= 2  # so that neither end stays for ever
                b, high = s, found
        raise Undecided("no zero of the divisor is found")

    def value(self, k: int, j: int) -> Array:
        """Return the left side where the divisor all but vanishes."""
        zero = self.zero(k, j)
        with precision(max(flint.ctx.prec, 256 + (GRAZING + 2) * k)):
            X = self.at(zero + arb(2) ** -(GRAZING * k), k, j)
            return self.motion.at(self.motion.body, X)


def _to_infinity(motion: Motion, side: int) -> Way:
    body, name = motion.body, motion.name
    if motion.declared.kind != "integer":

        def real(k: int, j: int) -> Array:
            # The parts beyond the point are spread out: sin(pi x) has no limit.
            step = Dual(arb(2) ** k * spread(j) * side)
            return motion.at(body, abs(motion.direction) * step)

        return Way(real, further=FURTHER, first=(3, 3, 3), far=True)
    if any(name in dim.names for term in terms(body) for dim in term.dims):
        return Way(
            lambda k, j: motion.whole(body, side * (k + j)),
            DEGREES,
            first=(RESIDUES, 2, 2),
        )
    return Way(
        lambda k, j: motion.whole(body, side * (2**k + j)),
        further=FURTHER,
        first=(RESIDUES, 3, 3),
        far=True,
    )
