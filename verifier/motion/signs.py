"""Signs: which ones a value takes for all small values of a name.

Near zero the sign along a direction is that of the leading coefficient. A value whose
leading terms are a quadratic form has the signs of that form; where the form is zero
along some directions, and where there is none, a place of another sign is searched for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..engine.finding import Enclosure, Finding
from ..engine.magnitude import written
from ..language.statement import Claim
from ..language.term import terms
from .breaks import breaks
from .directions import Vector, around, directions, inside
from .germs import Germ, germ, t
from .minima import NOISE, clean, combined, conjugate, dot, height, hunt, unit
from .monomials import Monomial, Open, larger, largest, order, product
from .moving import FAULTS, Motion, everywhere, resolved, scaled
from .near import hidden
from .paths import Path, curves, rays
from .places import Wide, below, detailed, working

Array = Any
ZERO = "it is zero in some direction"
NOTHING = "nothing moves"
BITS, FEW, MANY = 1200, (4, 8, 16), 24
"""Bits and terms for a search; and terms for a second look at what seems to be zero."""
FLAT = 20
"""A value is zero in a direction if it is so high a power of t beside others."""
HIGHEST = 64
"""exp(-1 / t**2) is no zero, though it is smaller than this power."""


@dataclass
class Signs:
    """The signs that one draw shows: -1, 0, 1; and what is left open, if anything."""

    seen: set[int] = field(default_factory=set)
    doubt: str = ""

    def settle(self, word: str) -> bool:
        """Whether more signs change nothing about a claim."""
        if word == "indefinite":
            return {1, -1} <= self.seen
        return bool(self.seen & ({0, -1} if word == "positive" else {0, 1}))

    def judged(self, word: str) -> Enclosure:
        """Return what the signs say about a claim."""
        found = self.seen - {0}
        if word == "indefinite" and len(found) == 2:
            return Enclosure(Finding.SAME)
        if self.doubt and (word == "indefinite" or not self.settle(word)):
            return Enclosure(Finding.UNDECIDED, reason=self.doubt)
        said = "indefinite" if len(found) == 2 else "positive"
        said = "negative" if found == {-1} else said
        if 0 in self.seen and len(found) < 2:
            reason = ZERO
            return Enclosure(Finding.DIFFERENT, reason=reason)
        if said == word:
            return Enclosure(Finding.SAME)
        return Enclosure(Finding.DIFFERENT, reason=f"it is {said} here")


def sign(motion: Motion, claim: Claim, thorough: bool) -> Enclosure:
    """Return what one draw says by itself about a claim of a sign."""
    found = signs(motion, claim.word, thorough)
    return (found if thorough else _certain(motion, claim, found)).judged(claim.word)


def _certain(motion: Motion, claim: Claim, found: Signs) -> Signs:
    """Return the signs at a draw that is looked at for refuting only."""
    if found.seen == {0} and motion.swept:
        return Signs(doubt="too small to tell from zero")
    if claim.word == "indefinite" and not depends_on_draws(motion):
        return Signs(found.seen, "another draw may have the other sign")
    return found


def signs(motion: Motion, word: str, thorough: bool) -> Signs:
    """Return the signs at one draw, as many as a claim of a word needs."""
    look = _Look(motion, word, thorough)
    with detailed(written(motion.body)):
        look.along_the_draw()
        if not look.settled and (thorough or word == "indefinite"):
            look.around()
        if not look.settled and thorough:
            look.beside()
    return look.signs


def depends_on_draws(motion: Motion) -> bool:
    """Whether anything but the small name and the sizes varies."""
    return any(
        term.op in ("apply", "derived")
        or (term.op == "variable" and term.name != motion.name)
        for term in terms(motion.body)
    )


class _Look:
    """Takes signs in the directions that a claim has to fear."""

    def __init__(self, motion: Motion, word: str, thorough: bool):
        self.motion, self.word, self.thorough = motion, word, thorough
        self.signs = Signs()
        self.directions = directions(motion)

    @property
    def settled(self) -> bool:
        """Whether the claim is decided already."""
        return self.signs.settle(self.word)

    @property
    def feared(self) -> list[int]:
        """Signs of the value that would be news to the claim."""
        if self.word == "indefinite":
            return [s for s in (-1, 1) if s not in self.signs.seen]
        return [-1] if self.word == "positive" else [1]

    def doubt(self, reason: str) -> None:
        """Leave the claim open, for the first reason there is."""
        self.signs.doubt = self.signs.doubt or reason

    def value(self, X: Array) -> Germ:
        """Return the value at a small change."""
        return self.motion.at(self.motion.body, X)[0, 0]

    def take(self, path: Path) -> None:
        """Take the sign along one path; where sines turn without bound, all of them."""

        def sign() -> int | None:
            X = path.at()
            y = self.motion.at(self.motion.body, X, path.given())[0, 0]
            found = y.sign()
            if found in self.feared:
                self.motion.lead(y)  # a sign that is news is no dust
            return None if found == 0 and not self.inside(X) else found

        closely = self.thorough and path.straight
        found = list(everywhere(sign, False, path.refutes, closely))
        self.signs.seen.update(s for s in found if s is not None)
        if len(found) > 1 and not self.settled:
            resolved(sign, Wide())  # whatever the sines are

    def inside(self, X: Array) -> bool:
        """Whether X lies in its set, and not near its border."""
        return inside(self.motion.declared.kind, X)

    def along_the_draw(self) -> None:
        """Take the signs in the direction that was drawn, and against it."""
        if not self.directions.size:
            self.doubt(NOTHING)
            return
        for path in rays(self.motion, self.motion.one_sided):
            try:
                self.take(path)
            except FAULTS as fault:
                self.doubt(str(fault) if isinstance(fault, Open) else "no value")

    def around(self) -> None:
        """Look for other signs in all directions."""
        if self.directions.size <= 1 or self.signs.doubt or self._is_constant():
            return
        with working(BITS, self._terms(), Wide()):
            if self.directions.linear:
                self._around_zero()
            else:
                self._in_a_cone()

    def _is_constant(self) -> bool:
        """Whether the value at zero decides: it is not zero, and continuous."""

        def compute() -> bool:
            h = self.motion.direction
            middle, near = self.value(scaled(h, germ(0))), self.value(scaled(h, t))
            return (
                middle.is_constant and middle.sign() != 0 and (near - middle).vanishes()
            )

        try:
            return resolved(compute)
        except FAULTS:
            return False

    def _terms(self) -> int:
        """Return how many terms of series show what the value is like."""
        for count in FEW:
            with working(BITS, count, Wide()):
                if self.value(scaled(self.motion.direction, t)).terms:
                    return count
        return FEW[-1]

    # A linear set.

    def _around_zero(self) -> None:
        form = self._form()
        flat = [unit(i, self.directions.size) for i in range(self.directions.size)]
        if form is not None:
            pairs = conjugate(form)
            flat = [u for d, u in pairs if not d.terms]
            for d, u in pairs:
                if d.terms and d.sign() in self.feared:
                    self._take_line(u)
            if self.settled or not flat:
                return
        starts = []
        for weights in around(len(flat)):
            c = [germ(0)] * self.directions.size
            for weight, v in zip(weights, flat, strict=True):
                c = combined(c, weight, v)
            starts.append(c)
        for sign in self.feared:
            self._hunt(starts, sign)
            if self.settled:
                return

    def _form(self) -> list[list[Germ]] | None:
        """Return the quadratic form of the leading terms, or None where it is none."""
        n = self.directions.size
        axes = [unit(i, n) for i in range(n)]
        try:
            on = [self._along(e) for e in axes]
            pairs = {(i, j): self._along(combined(axes[i], 1, axes[j]))
                     for i in range(n) for j in range(i)}  # fmt: skip
            sizes = [y.size for y in (*on, *pairs.values()) if y.terms]
            if not sizes:
                return None
            m = largest(sizes)
            H = [[germ(0)] * n for _ in range(n)]
            for i in range(n):
                H[i][i] = _part(on[i], m) * 2
                for j in range(i):
                    both = pairs[i, j] - on[i] - on[j]
                    H[i][j] = H[j][i] = _part(both, m)
            for c in around(n)[-12:]:
                y = self._along(c)
                rest = _part(y, m) - dot(c, [dot(row, c) for row in H]) / 2
                if larger(y.size or m, m) or height(rest) > height(y) * below(NOISE):
                    return None
        except FAULTS:
            return None
        return H

    def _along(self, c: Vector) -> Germ:
        return self.value(self._change(c))

    def _change(self, c: Vector) -> Array:
        return scaled(self.directions.array(c), t)

    def _take_line(self, u: Vector) -> None:
        for side in (1, -1):
            self._try(Path(lambda side=side: self._change([x * side for x in u])))

    def _try(self, path: Path) -> None:
        try:
            self.take(path)
        except FAULTS:
            return

    def _hunt(self, starts: list[Vector], sign: int) -> None:
        """Look for places where the value is of a feared sign, or zero."""

        def f(c: Vector) -> Germ:
            X = self._change(c)
            if not self.inside(X):
                raise ValueError("outside")
            return self.value(X) * -sign

        h = scaled(self.motion.direction, t)
        starts = [c for c in starts if self.inside(self._change(c))]
        usual = self.value(h)
        found = hunt(f, starts, height(usual)) if starts else None
        if found is not None and found.kind == "zero":
            # With few terms what is small looks like zero.
            with working(BITS, MANY, Wide()):
                usual = self.value(h)
                found = hunt(
                    f, [found.at, *starts[:: 1 + len(starts) // 8]], height(usual)
                )
                if found is not None and found.kind == "zero":
                    y = clean(f(found.at), height(usual))
                    self._zero(y.size, usual.size)
                    return
        if found is not None and found.kind == "below":
            self.signs.seen.add(sign)
        elif found is not None and self.motion.declared.kind != "invertible":
            # Values near zero lie near singular matrices everywhere.
            self.doubt("nearly zero in some direction")

    def _zero(self, left: Monomial | None, usual: Monomial | None) -> None:
        """Take for zero what is so high a power of t beside others, or nothing."""
        if left is None:
            self.signs.seen.add(0)
        elif usual is None or order(usual, (None, -HIGHEST, 0, 0, 0)) < 0:
            self.doubt("too small to tell from zero")
        elif order(left, product(usual, (None, -FLAT, 0, 0, 0))) < 0:
            self.signs.seen.add(0)
        else:
            self.doubt("nearly zero in some direction")

    # Breaks.

    def beside(self) -> None:
        """Look for other signs along curves, and on both sides of where a value breaks.

        These paths may leave the domain: what is not certain there is no matter.
        """
        body = self.motion.body
        if self.directions.size <= 1 or not breaks(self.motion, body):
            return
        for path in (*curves(self.motion), *hidden(self.motion, lambda: 0, body)):
            self._try(path)
            if self.settled:
                return

    # Positive values.

    def _in_a_cone(self) -> None:
        for c in self.directions.border:
            self._try(Path(lambda c=c: self._change(c)))
            if self.settled:
                return
        n = self.directions.size
        starts = [*around(n)[-8:], [germ(1)] * n]
        for sign in self.feared:
            self._hunt(starts, sign)


def _part(y: Germ, m: Any) -> Germ:
    """Return the coefficient of a monomial."""
    return germ(y.terms.get(m, 0)).mid()
