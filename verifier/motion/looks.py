"""Looks: where a value near zero has another sign than it is said to have.

A value that is a quadratic form near zero has the signs of that form. Where the form is
zero along some directions, and where there is none, the directions are searched for a
place of another sign, along curves: from v t one goes to the lowest point across v.
Where a value may break, signs are taken on both sides of the break as well. What is
found is enclosed at several sizes of the step, one of them much smaller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb

from ..engine.balls import precision
from ..engine.duals import Dual
from ..engine.enclosure import as_floats
from .charts import MOST, Gram, Orthant, Span, chart, inside
from .courses import hidden
from .curves import Path, curves
from .minima import Vector, combined, conjugate, directions, hunt, unit
from .paths import FAULTS, NONE, Ball, Known, Motion, largest
from .seams import bends, breaks
from .sightings import Scale, Signs, sign_of
from .valleys import FLAT, Squares, across, quadratic_form

Array = Any
NOTHING = "nothing moves"
HIGHEST = 64
"""exp(-1 / t**2) is no zero, though it is smaller than this power."""

Way = Callable[[Ball], Array]
"""The value of the small name at a size of the step."""
Floor = Callable[[Ball], Ball]


def _no_floor(t: Ball) -> Ball:
    return arb(0)


class Look:
    """Takes signs at small steps, in directions that a claim has to fear."""

    def __init__(self, motion: Motion, word: str, scale: Scale):
        self.motion, self.word, self.scale = motion, word, scale
        self.found: dict[int, set[int]] = {k: set() for k in scale.all}
        self.doubt = ""
        drawn = as_floats(
            np.vectorize(lambda x: x.v, otypes=[object])(motion.direction)
        )
        self.chart = chart(motion.declared, drawn)

    def signs(self) -> Signs:
        """Return what was found."""
        seen = set.intersection(*self.found.values())
        changing = "the sign changes with the size" if self.fickle else ""
        return Signs(seen, self.doubt or changing)

    @property
    def fickle(self) -> bool:
        """Whether other signs are seen at one size than at another."""
        near, *others = self.found.values()
        return any(found != near for found in others)

    @property
    def settled(self) -> bool:
        """Whether the claim is decided already."""
        return self.signs().settle(self.word)

    @property
    def feared(self) -> list[int]:
        """Signs of the value that would be news to the claim."""
        if self.word == "indefinite":
            return [s for s in (-1, 1) if s not in self.signs().seen]
        return [-1] if self.word == "positive" else [1]

    def value(self, X: Array, known: Known = NONE) -> Ball:
        """Return the value, or something that is not finite."""
        try:
            return self.motion.at(self.motion.body, X, known)[0, 0]
        except FAULTS:
            return arb("nan")

    def take(self, make: Way, needed: bool = False) -> None:
        """Take the sign along one way, at all sizes."""
        signs = [self._sharp(make, k) for k in self.scale.all]
        for k, sign in zip(self.scale.all, signs, strict=True):
            if sign is not None:
                self.found[k].add(sign)
        if needed and None in signs:
            self.doubt = self.doubt or "zero to all bits, or not finite"

    def _sharp(self, make: Way, k: int) -> int | None:
        """Return the sign along one way at one size, in as many bits as it takes."""
        for bits in (self.scale.bits, self.scale.more, self.scale.most):
            sign = self._at(make, k, bits, _no_floor)
            if sign is not None:
                return sign
        return None

    def _at(self, make: Way, k: int, bits: int, floor: Floor) -> int | None:
        with precision(bits):
            t = arb(2) ** -k
            X = make(t)
            if any(x.v**2 > t for x in X.ravel()):  # not small, by a wrong form
                return None
            return self._sign(X, floor(t))

    def _sign(self, X: Array, floor: Ball, known: Known = NONE) -> int | None:
        sign = sign_of(self.value(X, known), floor)
        return None if sign == 0 and not self.inside(X) else sign

    def inside(self, X: Array) -> bool:
        """Whether X lies in its set, and not near its border."""
        return inside(self.motion.declared.kind, X)

    def along_the_draw(self) -> None:
        """Take the signs in the direction that was drawn, and against it."""
        h = self.motion.direction
        sides = (1,) if self.motion.declared.kind.startswith("positive") else (1, -1)
        lengths = range(4) if h.size == 1 else range(1)
        if isinstance(self.chart, Span) and not self.chart.size:
            self.doubt = NOTHING
            return
        for side in sides:
            for j in lengths:
                # A scalar has no other directions, but sin(1/h) has many signs.
                def make(t: Ball, side: int = side, j: int = j) -> Array:
                    h = self.motion.direction
                    return h * Dual(t * side * (4096 + 1597 * j) / 4096)

                self.take(make, needed=True)

    def around(self) -> None:
        """Look for other signs in all directions."""
        if self.chart.size <= 1 or self.doubt or self._is_constant():
            return
        if isinstance(self.chart, Span):
            self._around_zero(self.chart)
        else:
            self._in_a_cone(self.chart)

    def _is_constant(self) -> bool:
        """Whether the value at zero decides: it is not zero, and continuous."""
        with precision(self.scale.bits):
            h = self.motion.direction
            middle, near = (
                self.value(h * 0),
                self.value(h * Dual(arb(2) ** -self.scale.sizes[0])),
            )
            return bool(
                middle.is_finite()
                and not middle.contains(0)
                and abs(near - middle) <= abs(middle) * arb(2) ** -50
            )

    # A linear set.

    def _around_zero(self, chart: Span) -> None:
        flat = [unit(i, chart.size) for i in range(chart.size)]
        steep: Squares = []
        enough = (self.scale.bits, self.scale.more)
        for k, bits in zip(self.scale.sizes, enough, strict=True):
            with precision(bits):
                t = arb(2) ** -k
                form = quadratic_form(self.value, chart, t, bends(self.motion.body))
                if form is None:
                    break
                pairs = conjugate(form, arb(2) ** (-3 * k // 4))
            steep = [(d, u) for d, u in pairs if d != 0]
            flat = [u for d, u in pairs if d == 0]
            for d, u in steep:
                if (1 if d > 0 else -1) in self.feared:
                    self._take_line(chart, u)
            if self.settled or not flat:
                return
        self._search(chart, steep, flat)

    def _take_line(self, chart: Span, u: Vector) -> None:
        for side in (1, -1):
            self.take(lambda t, side=side: chart.array([x * t * side for x in u]))

    def _search(self, chart: Span, steep: Squares, flat: list[Vector]) -> None:
        """Look for feared signs where the form says nothing."""
        top = largest(abs(d) for d, _ in steep)
        for sign in self.feared:

            def place(c: Vector, t: Ball) -> Vector:
                x = [arb(0)] * chart.size
                for weight, v in zip(c, flat, strict=True):
                    x = combined(x, weight * t, v)
                return across(self.value, chart, steep, x, t)

            def make(c: Vector) -> Way:
                return lambda t: chart.array(place(c, t))

            self._hunt(make, directions(len(flat)), sign, lambda t: top * FLAT * t * t)
            if self.settled:
                return

    def _hunt(
        self,
        make: Callable[[Vector], Way],
        starts: list[Vector],
        sign: int,
        floor: Floor,
    ) -> None:
        """Look for places where the value is of a feared sign, or zero."""
        t = arb(2) ** -self.scale.sizes[0]

        def f(c: Vector) -> Ball:
            X = make(c)(t)
            y = self.value(X) * -sign if self.inside(X) else arb("nan")
            return arb(0) if y.abs_upper() <= floor(t) else y

        with precision(self.scale.more):
            starts = [c for c in starts if self.inside(make(c)(t))]
            found = hunt(f, starts) if starts else None
        if found is None:
            return
        if found.kind == "zero" and self._is_flat(t):
            self.doubt = self.doubt or "too small to tell from zero"
            return
        if found.kind in ("low", "open"):
            if self.motion.declared.kind == "invertible":
                return  # such values lie near singular matrices everywhere
            self.doubt = self.doubt or "nearly zero in some direction"
            return

        def near(t: Ball) -> Ball:
            # Newton's method comes near a zero, to so many digits.
            y = self.value(self.motion.direction * Dual(t))
            return largest((floor(t), abs(y).mid() * arb(2) ** -250))

        below = near if found.kind == "zero" else floor
        way, bits = make(found.at), self.scale.more
        taken = [self._at(way, k, bits, below) for k in self.scale.sizes]
        if taken[0] is None or taken[0] not in (0, sign) or len(set(taken)) > 1:
            self.doubt = self.doubt or "nearly zero in some direction"
            return
        last, most = self.scale.last, self.scale.most
        self._add(taken[0], self._at(way, last, most, _no_floor) if taken[0] else 0)

    def _is_flat(self, t: Ball) -> bool:
        """Whether the value is far smaller than any likely power of the step."""
        with precision(self.scale.more):
            y = self.value(self.motion.direction * Dual(t))
            return bool(0 < abs(y) < t**HIGHEST)

    def _add(self, sign: int, last: int | None) -> None:
        for k in self.scale.sizes:
            self.found[k].add(sign)
        if last is not None:
            self.found[self.scale.last].add(last)

    # Breaks.

    def beside(self) -> None:
        """Look for other signs along curves, and on both sides of where a value breaks.

        These paths may leave the domain: what is not certain there is no matter.
        """
        body = self.motion.body
        if self.chart.size <= 1 or not breaks(self.motion, body):
            return
        rare = hidden(self.motion, lambda: 0, (body,), self.scale.all)
        for path in (*curves(self.motion), *rare):
            if self._along(path) is not None and self.settled:
                return

    def _along(self, path: Path) -> int | None:
        """Take a sign that is news, and the same at all sizes."""
        seen: int | None = None
        for k in self.scale.all:
            with precision(max(self.scale.bits, 256 + path.depth * k)):
                try:
                    sign = self._sign(path.at(k, 0), arb(0), path.given(k, 0))
                except FAULTS:
                    return None
            if sign not in (0, *self.feared) or seen not in (None, sign):
                return None
            seen = sign
        if seen is not None:
            self._add(seen, seen)
        return seen

    # Positive values.

    def _in_a_cone(self, chart: Orthant | Gram) -> None:
        def make(c: Vector) -> Way:
            return lambda t: chart.array(c) * Dual(t)

        for c in chart.border():
            self.take(make(c))
            if self.settled:
                return
        if chart.size <= MOST + 1:
            starts = directions(chart.size)[-8:]
            if isinstance(chart, Orthant):
                starts.append([arb(0)] * chart.size)
            for sign in self.feared:
                self._hunt(make, starts, sign, _no_floor)
