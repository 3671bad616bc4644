"""Germs: a value for all small t > 0, by its leading terms and what they leave out.

A germ is a sum of terms c m, with a ball c and a monomial m, and O(error) for what is
left out; without an error the sum is exact. Sums that cancel to all bits are zero. In
a sine of what has no bound the angle is the one at a point far out: whatever repeats
comes back there again and again, so that a germ is the value along such a sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import gcd
from typing import Any

import flint
from flint import arb, arb_series

from .monomials import (
    LOGS,
    ONE,
    Ball,
    Monomial,
    Open,
    T,
    Terms,
    by_size,
    combined,
    exponent,
    larger,
    largest,
    logarithm,
    negligible,
    order,
    product,
    rational,
    simple,
    to_power,
)
from .places import Place, Wide, now
from .products import multiplied

MOST_POWER = 64


class Germ:
    """A value as t goes to zero from above."""

    __slots__ = ("_size", "error", "terms")

    def __init__(self, terms: Terms, error: Monomial | None = None):
        self.terms, self.error, self._size = terms, error, None
        if error is not None:
            self.terms = {m: c for m, c in terms.items() if larger(m, error)}
        if len(terms) > 4 * now.order:
            self._cut(3 * now.order)

    def _cut(self, most: int) -> None:
        if len(self.terms) <= most:
            return
        sizes = sorted(self.terms, key=by_size, reverse=True)
        self.terms = {m: self.terms[m] for m in sizes[:most]}
        self.error = sizes[most]

    # What it is like.

    @property
    def is_zero(self) -> bool:
        """Whether it is zero, and nothing is left out."""
        return not self.terms and self.error is None

    @property
    def is_constant(self) -> bool:
        """Whether it does not move."""
        return self.error is None and all(m == ONE for m in self.terms)

    @property
    def size(self) -> Monomial | None:
        """A monomial that it is at most as large as; None for zero."""
        if self._size is None:
            self._size = largest(self.terms) if self.terms else self.error
        return self._size

    @property
    def lead(self) -> tuple[Monomial, Ball]:
        """The leading monomial and its coefficient, which is not zero."""
        if not self.terms:
            if self.error is None:
                raise ZeroDivisionError("zero has no leading term")
            raise Open("more terms are needed")
        m = self.size
        assert m is not None
        c = self.terms[m]
        if c.contains(0) or not c.is_finite():
            raise Open("lost in rounding")
        return m, c

    def sign(self) -> int:
        """Return -1, 0 or 1: the sign for all small t."""
        if self.is_zero:
            return 0
        return 1 if self.lead[1] > 0 else -1

    def vanishes(self) -> bool:
        """Whether it goes to zero for certain."""
        return self.size is None or order(self.size, ONE) < 0

    def parts(self) -> tuple[Terms, Ball, Germ]:
        """Split it into what has no bound, a constant, and what goes to zero."""
        if self.error is not None and order(self.error, ONE) >= 0:
            raise Open("more terms are needed")
        above, below = {}, {}
        for m, c in self.terms.items():
            if m != ONE:
                (above if order(m, ONE) > 0 else below)[m] = c
        return above, self.terms.get(ONE, arb(0)), Germ(below, self.error)

    def at(self, place: Place) -> Ball:
        """Return the value of its terms at a point."""
        return place.value(self.terms)

    def mid(self) -> Germ:
        """Return it without radii and errors: a germ near it that is exact."""
        mids = ((m, c.mid()) for m, c in self.terms.items())
        return Germ({m: c for m, c in mids if c != 0})

    # Arithmetic.

    def __add__(self, other: Any) -> Germ:
        other = germ(other)
        if not self.terms and self.error is None:
            return other
        if not other.terms and other.error is None:
            return self
        return Germ(combined(self.terms, other.terms), _worse(self.error, other.error))

    def __sub__(self, other: Any) -> Germ:
        other = germ(other)
        found = combined(self.terms, other.terms, -1)
        return Germ(found, _worse(self.error, other.error))

    def __mul__(self, other: Any) -> Germ:
        other = germ(other)
        if other.error is None and len(other.terms) <= 1:
            return self._times(*_term(other)) if other.terms else other
        if self.error is None and len(self.terms) <= 1:
            return other._times(*_term(self)) if self.terms else self
        several = lost(self, other) if self.error or other.error else None
        error = largest(several) if several else None
        return Germ(multiplied(self.terms, other.terms, error), error)

    def __truediv__(self, other: Any) -> Germ:
        if isinstance(other, int) and other:
            return self._times(ONE, arb(1) / other)
        other = germ(other)
        if other.error is None and len(other.terms) == 1:
            m, c = other.lead
            return self._times(m if m == ONE else to_power(m, -1), 1 / c)
        return self * other.inverse()

    def __neg__(self) -> Germ:
        return Germ({m: -c for m, c in self.terms.items()}, self.error)

    def __radd__(self, other: Any) -> Germ:
        return self + other

    def __rmul__(self, other: Any) -> Germ:
        return self * other

    def __rsub__(self, other: Any) -> Germ:
        return germ(other) - self

    def __rtruediv__(self, other: Any) -> Germ:
        return germ(other) / self

    def __abs__(self) -> Germ:
        if not self.terms:  # the size of what is left out is as large
            return self
        return -self if self.sign() < 0 else self

    def __eq__(self, other: object) -> bool:
        return (self - other).sign() == 0

    __hash__ = None  # type: ignore[assignment]

    def __gt__(self, other: Any) -> bool:
        return (self - other).sign() > 0

    def __lt__(self, other: Any) -> bool:
        return (self - other).sign() < 0

    def __ge__(self, other: Any) -> bool:
        return (self - other).sign() >= 0

    def __le__(self, other: Any) -> bool:
        return (self - other).sign() <= 0

    def inverse(self) -> Germ:
        """Return 1 / x."""
        m, c, rest = self._scaled()
        return rest.series([(-1) ** k for k in range(now.order)])._times(
            to_power(m, -1), 1 / c
        )

    def _scaled(self) -> tuple[Monomial, Ball, Germ]:
        """Return m, c and r with x = c m (1 + r)."""
        m, c = self.lead
        if not c.is_finite():
            raise Open("not finite")
        rest = {n: d for n, d in self.terms.items() if n != m}
        return m, c, Germ(rest, self.error)._times(to_power(m, -1), 1 / c)

    def _times(self, m: Monomial, c: Ball) -> Germ:
        found = Germ({})
        if m == ONE:
            found.terms = {n: d * c for n, d in self.terms.items()}
            found.error = self.error
        else:
            found.terms = {product(n, m): d * c for n, d in self.terms.items()}
            found.error = None if self.error is None else product(self.error, m)
        return found

    def series(self, coefficients: Sequence[Any]) -> Germ:
        """Return the sum of coefficients times powers of what goes to zero."""
        if self.is_zero:
            return germ(coefficients[0])
        plain = self._powers()
        if plain is not None:
            return _composed(coefficients, *plain)
        found = Germ({}, ONE)
        for c in reversed(coefficients):
            found = found * self + c
        return found

    def _powers(self) -> tuple[list[Ball], int, int | None] | None:
        """Return the coefficients of whole powers of t^g, g, and where they end."""
        found = {}
        for m in (*self.terms, self.error or T):
            if m[0] is not None or m[2:] != (0, 0, 0) or not isinstance(m[1], int):
                return None
            found[-m[1]] = self.terms.get(m, arb(0))
        step = gcd(*(k for k in found if found[k] != 0))
        end = None if self.error is None else -self.error[1]
        if not step or min(found) < 1:
            return None
        last = max(k for k in found if found[k] != 0)
        return [found.get(k, arb(0)) for k in range(0, last + 1, step)], step, end

    def taylor(self, function: Callable[[Any], Any], at: Ball, rest: Germ) -> Germ:
        """Return the series of a function around `at`, at what goes to zero."""
        count = 2 if rest.is_zero else now.order
        before, flint.ctx.cap = flint.ctx.cap, count
        try:
            found = function(arb_series([at, 1], count)).coeffs()
        finally:
            flint.ctx.cap = before
        if not all(c.is_finite() for c in found):
            raise ValueError("no value")
        found = [arb(0) if negligible(c, *found) else c for c in found]
        return rest.series([*found, *[arb(0)] * (count - len(found))])

    # Functions.

    def __pow__(self, other: Any) -> Germ:
        if isinstance(other, int):
            return self.raised(other)
        other = germ(other)
        q = rational(other.terms.get(ONE, arb(0))) if other.is_constant else None
        if q is not None:
            return self.raised(q)
        if self.is_zero:
            if other.sign() > 0:
                return self
            raise ZeroDivisionError("zero to a negative power")
        if self.sign() > 0:
            return (self.log() * other).exp()
        if other.error is not None or not all(order(m, ONE) >= 0 for m in other.terms):
            raise ValueError("a negative number has whole powers only")
        whole = other.at(now.place).unique_fmpz()
        if whole is None:
            raise ValueError("a negative number has whole powers only")
        return (-self) ** other * (-1) ** int(whole % 2)

    def raised(self, q: Any) -> Germ:
        """Return a power whose exponent is a fraction."""
        if isinstance(q, int) and abs(q) <= MOST_POWER:
            if q < 0:
                return self.raised(-q).inverse()
            found, square = germ(1), self
            while q:
                found = found * square if q & 1 else found
                q >>= 1
                square = square * square if q else square
            return found
        if self.is_zero:
            if q > 0:
                return self
            raise ZeroDivisionError("zero to a negative power")
        m, c, rest = self._scaled()
        if c < 0:
            if not isinstance(q, int):
                raise ValueError("a negative number has whole powers only")
            return (-self).raised(q) * (-1) ** (q % 2)
        number = arb(q.numerator) / q.denominator
        binomial = [arb(1)]
        for k in range(1, now.order):
            binomial.append(binomial[-1] * (number - k + 1) / k)
        return rest.series(binomial)._times(to_power(m, Fraction(q)), c**number)

    def sqrt(self) -> Germ:
        """Return the square root."""
        return self.raised(Fraction(1, 2))

    def log(self) -> Germ:
        """Return the natural logarithm."""
        if self.is_zero:
            raise ValueError("logarithm of zero")
        m, c, rest = self._scaled()
        if not c > 0:
            raise ValueError("logarithm of a negative number")
        found = rest.taylor(arb_series.log, arb(1), rest)
        shift = arb(0) if negligible(c - 1, arb(1)) else c.log()
        return found + Germ(logarithm(m)) + shift

    def log1p(self) -> Germ:
        """Return log(1 + x)."""
        return (1 + self).log()

    def exp(self) -> Germ:
        """Return the exponential."""
        above, at, rest = self.parts()
        powers: list[Any] = [0, 0, 0, 0]
        for i, log in enumerate(LOGS):
            q = rational(above[log]) if log in above else None
            if q is not None:
                powers[i] = q
                del above[log]
        found = self.taylor(arb_series.exp, at, rest)
        return found._times((exponent(above), *powers), arb(1))

    def expm1(self) -> Germ:
        """Return exp(x) - 1."""
        return self.exp() - 1

    def _wave(self, function: Callable[[Any], Any]) -> Germ:
        above, at, rest = self.parts()
        if above and isinstance(now.place, Wide):
            return germ(arb(0, 1))
        if above:
            shift = now.place.shift(above)
            if shift is not None:
                above, at, rest = (self + shift).parts()
            at = now.place.turned(above, at)
        return self.taylor(function, at, rest)

    def sin(self) -> Germ:
        """Return the sine."""
        return self._wave(arb_series.sin)

    def cos(self) -> Germ:
        """Return the cosine."""
        return self._wave(arb_series.cos)

    def tan(self) -> Germ:
        """Return the tangent."""
        return self.sin() / self.cos()

    def sinh(self) -> Germ:
        """Return the hyperbolic sine."""
        return (self.exp() - (-self).exp()) / 2

    def cosh(self) -> Germ:
        """Return the hyperbolic cosine."""
        return (self.exp() + (-self).exp()) / 2

    def tanh(self) -> Germ:
        """Return the hyperbolic tangent."""
        return 1 - 2 / ((2 * self).exp() + 1)

    def erf(self) -> Germ:
        """Return the error function."""
        above, at, rest = self.parts()
        if above:  # it comes to 1 as fast as exp(-x**2)
            return Germ({ONE: arb(self.sign())}, (-self * self).exp().size)
        return self.taylor(arb_series.erf, at, rest)


def _composed(
    coefficients: Sequence[Any], inner: list[Ball], step: int, end: int | None
) -> Germ:
    """Return a series of a power series in t^step, which is known up to an end."""
    first = next(k for k, c in enumerate(inner) if c != 0)
    count = first * len(coefficients)
    if end is not None:
        count = min(count, -(-end // step))
    last = count * step if end is None else min(count * step, end)
    before, flint.ctx.cap = flint.ctx.cap, count
    try:
        outer = arb_series(list(coefficients), count)
        found = outer(arb_series(inner, count)).coeffs()
    finally:
        flint.ctx.cap = before
    size = max(abs(c).upper() for c in found)
    powers = ((None, -k * step, 0, 0, 0) for k in range(count))
    pairs = zip(powers, found, strict=False)
    kept = {m: c for m, c in pairs if not negligible(c, size)}
    return Germ(kept, (None, -last, 0, 0, 0))


def _worse(x: Monomial | None, y: Monomial | None) -> Monomial | None:
    if x is None or y is None:
        return y if x is None else x
    return x if larger(x, y) else y


def _term(x: Germ) -> tuple[Monomial, Ball]:
    return next(iter(x.terms.items()))


def lost(x: Germ, y: Germ) -> list[Monomial]:
    """Return what a product leaves out: its factors' errors, times the others."""
    pairs = ((x, y), (y, x))
    return [product(a.error, b.size) for a, b in pairs if a.error and b.size]


def germ(x: Any) -> Germ:
    """Return a number as a germ."""
    if isinstance(x, Germ):
        return x
    c = x if isinstance(x, arb) else arb(x)
    return Germ({}) if c.is_zero() else Germ({ONE: c})


def cut(x: Germ) -> Germ:
    """Return a germ without what series leave out, even where it is exact."""
    if x.is_constant:
        return x
    rest = Germ({m: c for m, c in x.terms.items() if m != ONE}, x.error)
    error = to_power(rest.size or ONE, now.order)
    return Germ(x.terms, _worse(x.error, error))


def power_of_t(q: Any) -> Germ:
    """Return t^q."""
    return Germ({(None, simple(Fraction(-q)), 0, 0, 0): arb(1)})


t = Germ({T: arb(1)})
