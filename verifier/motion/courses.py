"""Courses: paths close to the zeros of a term, between two where its signs differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from flint import arb

from ..engine.balls import precision
from ..engine.dual_balls import matrix_of
from ..engine.duals import Dual, Undecided
from ..language.term import Term
from .curves import USUAL, Path, bent, powers, rare_curves, size
from .paths import FAULTS, Ball, Known, Motion
from .seams import alike, breaks, seams

Array = Any
Target = Callable[[], Array]
Mirror = Callable[[Array], Array]
Join = Callable[[Ball, Ball], Array]
"""The small change at a share of the way from one path to another, by the step."""

CLOSE = (12, 1, 2, 3, 5)
"""Powers of the step that the paths are from the zeros, as shares of the way."""
CLOSEST = max(CLOSE)
PROBE = 20
"""A level where it is cheap to see that a term has no zero on the way."""
SCREENED, FAR = 14, arb(2) ** -8
"""After so many halvings a term that touches zero is at most that share of its size."""
HALVINGS = 24
"""Times that the part of the way where a term changes its sign is halved, after which
the term is all but linear there."""
SECANTS = 40
"""Steps towards its zero from there; each adds half as many digits again."""


def hidden(
    motion: Motion, towards: Target, terms: Sequence[Term], levels: Sequence[int]
) -> Iterator[Path]:
    """Yield paths that refute only, where the terms may break at all."""
    if breaks(motion, *terms):
        yield from rare_curves(motion)
        yield from courses(motion, towards, terms, levels)


def courses(
    motion: Motion, towards: Target, terms: Sequence[Term], levels: Sequence[int]
) -> Iterator[Path]:
    """Yield paths on both sides of the zeros of terms, and close to them."""
    for seam, divides in seams(motion, *terms):
        if _stays(motion, seam, towards):
            continue
        makers = (Course, Touch) if divides else (Course,)
        course = _course(motion, towards, seam, levels, makers)
        if course is not None:
            yield from course.paths(alike(seam, *terms))


def _course(
    motion: Motion,
    towards: Target,
    seam: Term,
    levels: Sequence[int],
    makers: Sequence[type[Course]],
) -> Course | None:
    for make in makers:
        for join in joins(motion):
            course = make(motion, seam, towards, join)
            if all(course.crosses(k) for k in (PROBE, *levels)):
                return course
    return None


def _stays(motion: Motion, seam: Term, towards: Target) -> bool:
    """Whether a term is not zero at the target itself."""
    with precision(256):
        try:
            y = motion.at(seam, motion.direction * 0 + towards())[0, 0]
        except FAULTS:
            return False
        return bool(y.is_finite() and not y.contains(0))


def joins(motion: Motion) -> Iterator[Join]:
    """Yield ways between two paths that the type of the name allows."""
    kind, shape = motion.declared.kind, motion.direction.shape
    one_sided = kind.startswith("positive")
    for side in (1,) if one_sided else (1, -1):
        for weights in powers(shape, USUAL):
            yield _bending(motion, side, weights)
        for mirror in mirrors(kind, shape):
            yield _straight(motion, side, mirror)


def _bending(motion: Motion, side: int, weights: Array) -> Join:
    def at(share: Ball, step: Ball) -> Array:
        between = np.empty(weights.shape, dtype=object)
        for i in np.ndindex(*weights.shape):
            between[i] = 1 + share * (int(weights[i]) - 1)
        return bent(motion.direction * side, step, between)

    return at


def _straight(motion: Motion, side: int, mirror: Mirror) -> Join:
    def at(share: Ball, step: Ball) -> Array:
        h = motion.direction * side
        return h * Dual((1 - share) * step) + mirror(h) * Dual(share * step)

    return at


def mirrors(kind: str, shape: tuple[int, ...]) -> list[Mirror]:
    """Return ways to turn a value into another of its kind.

    What lies between is of that kind too, but for singular matrices on the way.
    """
    if shape == (1, 1):
        return []
    i, j = np.indices(shape)
    rows, columns = 1 - 2 * (i % 2), 1 - 2 * (j % 2)

    def turned(X: Array) -> Array:
        return X[::-1, ::-1]

    def alternating(X: Array) -> Array:
        return X * rows

    match kind:
        case "positive_vector" | "positive_matrix":
            return [lambda X: X[::-1], turned]
        case "positive_definite" | "symmetric" | "skew":
            last = np.where((i == j) & (i == shape[0] - 1), -1, 1)
            found: list[Mirror] = [turned, lambda X: X * (rows * columns)]
            return [*found, lambda X: X * last] if kind == "symmetric" else found
        case "diagonal":
            return [turned, alternating]
        case "lower":
            return [lambda X: turned(X.T), alternating, lambda X: X * columns]
    if shape[1] == 1:
        return [lambda X: X[::-1], alternating, lambda X: alternating(X)[::-1]]
    order = [1, 0, *range(2, shape[1])]
    return [lambda X: X[:, order], alternating, lambda X: X * columns, turned]


class Course:
    """A way that leads, on each level, across the zeros of a term."""

    close = CLOSE
    sharp, bits = CLOSEST + 4, CLOSEST + 6
    """The power of the step that the term is from zero, beside its value at an end; and
    the bits that a level takes to see that."""

    def __init__(self, motion: Motion, seam: Term, towards: Target, join: Join):
        self.motion, self.seam, self.towards, self.join = motion, seam, towards, join
        self._zeros: dict[tuple[int, int], Ball] = {}

    def paths(self, seams: Sequence[Term]) -> Iterator[Path]:
        """Yield paths on both sides of the zeros; all `seams` read like the term."""
        yield from self._near()
        for side in (1, -1):
            yield self._upon(seams, side)

    def _near(self) -> Iterator[Path]:
        nearest, *others = self.close
        for side in (1, -1):
            yield self._beside(nearest, side)
        for power in others:
            yield self._beside(power, 1 if power % 2 else -1)

    def _beside(self, power: int, side: int) -> Path:
        """Return the path at a power of the step from the zeros, on one side."""

        def at(k: int, j: int) -> Array:
            share = self.zero(k, j) + arb(2) ** -(power * k) * side
            return self.join(share, size(k, j))

        return Path(at, CLOSEST, refutes=True)

    def _upon(self, seams: Sequence[Term], side: int) -> Path:
        """Return the path where the term is +-exp(-1/t**2), which is next to nothing.

        The term has this value somewhere in a small ball, since it is continuous and
        has both signs there: the ball and the value stand for that point.
        """

        def at(k: int, j: int) -> Array:
            step, radius = size(k, j), arb(2) ** -(CLOSEST * k)
            zero = self.zero(k, j)
            if not self._differ(zero - radius, zero + radius, k, j):
                raise Undecided("the term keeps its sign")
            return self.join(zero + arb(0, radius), step)

        def given(k: int, j: int) -> Known:
            value = side * (-1 / size(k, j) ** 2).exp()
            return dict.fromkeys(seams, matrix_of([[Dual(value)]]))

        return Path(at, CLOSEST, refutes=True, given=given)

    def value(self, share: Ball, k: int, j: int) -> Ball:
        """Return the term at a share of the way."""
        X = self.towards() + self.join(share, size(k, j))
        (y,) = self.motion.at(self.seam, X).ravel()
        return y.mid()

    def height(self, share: Ball, k: int, j: int) -> Ball:
        """Return what changes its sign on the way."""
        return self.value(share, k, j)

    def hopeless(self, share: Ball, k: int) -> bool:
        """Whether there is no zero though it should be near: signs leave no doubt."""
        return False

    def crosses(self, k: int) -> bool:
        """Whether the term has different signs at the two ends."""
        with precision(256 + 4 * k):
            return self._differ(arb(0), arb(1), k, 0)

    def _differ(self, a: Ball, b: Ball, k: int, j: int) -> bool:
        try:
            return bool(self.height(a, k, j) * self.height(b, k, j) < 0)
        except FAULTS:
            return False

    def zero(self, k: int, j: int) -> Ball:
        """Return the share at which the term is zero."""
        if (k, j) not in self._zeros:
            with precision(256 + self.bits * k):
                self._zeros[k, j] = self._zero(k, j)
        return self._zeros[k, j]

    def _zero(self, k: int, j: int) -> Ball:
        a, b = arb(0), arb(1)
        low, high = self.height(a, k, j), self.height(b, k, j)
        small = abs(low) * arb(2) ** -(self.sharp * k)
        for step in range(HALVINGS + SECANTS):
            s = (a + b) / 2 if step < HALVINGS else (a * high - b * low) / (high - low)
            s = s.mid()
            if step == SCREENED and self.hopeless(s, k):
                break
            found = self.height(s, k, j)
            if abs(found) <= small:
                return s
            if found * high < 0:
                a, low = b, high
            elif step >= HALVINGS:
                low /= 2  # so that neither end stays for ever
            b, high = s, found
        raise Undecided("no zero of the term is found")


class Touch(Course):
    """A way on which a term comes down to zero and goes up again, as a square does."""

    close = (CLOSEST // 2, 1, 2, 3)
    sharp, bits = CLOSEST, CLOSEST + 10
    aside = 8
    """The power of the step between two shares whose difference is the slope."""

    def paths(self, seams: Sequence[Term]) -> Iterator[Path]:
        """Yield paths on both sides of the zeros."""
        return self._near()

    def height(self, share: Ball, k: int, j: int) -> Ball:
        """Return the slope of the term, but for a factor."""
        aside = arb(2) ** -(self.aside * k)
        return self.value(share + aside, k, j) - self.value(share - aside, k, j)

    def crosses(self, k: int) -> bool:
        """Whether the term falls and rises, and is zero in between."""
        with precision(256 + self.bits * k):
            if not self._differ(arb(0), arb(1), k, 0):
                return False
            try:
                share = self.zero(k, 0)
            except FAULTS:
                return False
            return self._is_low(share, k, arb(2) ** -(CLOSEST * k))

    def _is_low(self, share: Ball, k: int, bound: Ball) -> bool:
        there, end = self.value(share, k, 0), self.value(arb(0), k, 0)
        return bool(abs(there) <= abs(end) * bound)

    def hopeless(self, share: Ball, k: int) -> bool:
        """Whether the term is far from zero though its zero should be near."""
        return not self._is_low(share, k, FAR)
