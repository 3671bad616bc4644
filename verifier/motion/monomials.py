"""Monomials: how fast a value grows or shrinks as t goes to zero from above.

A monomial is exp(P) t^-a L^b log(L)^c log(log(L))^d with L = log(1/t), kept as a tuple
(P, a, b, c, d). The numbers are fractions; P is None, or a sum that has no bound and no
parts that are powers by themselves. Of two monomials one is infinitely larger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cmp_to_key
from typing import Any

import flint
from flint import arb

Ball = arb
Monomial = tuple[Any, Any, Any, Any, Any]
Terms = dict[Monomial, Ball]

ONE: Monomial = (None, 0, 0, 0, 0)
T: Monomial = (None, -1, 0, 0, 0)
LOGS: tuple[Monomial, ...] = (
    (None, 0, 1, 0, 0),
    (None, 0, 0, 1, 0),
    (None, 0, 0, 0, 1),
)
"""log(1/t), its logarithm, and the logarithm of that."""
KEY_BITS = 180
DENOMINATORS, FEW_BITS = 1000, 100
DOUBTFUL = 16


class Open(Exception):
    """What is asked about a value is not decided by the terms that are known of it."""


class Exponent:
    """The exponent of a monomial: a sum of terms without bound."""

    def __init__(self, terms: Terms):
        self.terms = terms
        self.key = frozenset((m, _rounded(c)) for m, c in terms.items())

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exponent) and self.key == other.key


def exponent(terms: Terms) -> Exponent | None:
    """Return a sum of terms as an exponent."""
    return Exponent(terms) if terms else None


def _rounded(c: Ball) -> tuple[int, int]:
    man, exp = (int(x) for x in c.mid().man_exp())
    drop = man.bit_length() - KEY_BITS
    if drop > 0:
        man, exp = (man + (1 << drop - 1)) >> drop, exp + drop
    while man and man % 2 == 0:
        man, exp = man >> 1, exp + 1
    return man, exp


class _Dust:
    """The most that was taken for zero, as a power of two."""

    power: int | None = None


_dust = _Dust()


@contextmanager
def sweeping(before: int | None) -> Iterator[Callable[[], int | None]]:
    """Note the most that is taken for zero from here on: 2 to a power."""
    outside, _dust.power = _dust.power, before
    try:
        yield lambda: _dust.power
    finally:
        _dust.power = outside


def negligible(total: Ball, *parts: Ball) -> bool:
    """Whether a sum is zero to all bits, but a few that rounding leaves in doubt."""
    if total.is_zero():
        return True
    if total.rel_accuracy_bits() >= DOUBTFUL:
        return False
    size = max((abs(p).upper() for p in parts), default=arb(0))
    most = total.abs_upper()
    if not most <= size * arb(2) ** (-flint.ctx.prec // 2):
        return False
    power = magnitude(most)
    _dust.power = power if _dust.power is None else max(power, _dust.power)
    return True


def magnitude(c: Ball) -> int:
    """Return a power of two that is as large as a number, by a factor of two."""
    man, exp = c.mid().man_exp()
    return int(exp) + abs(int(man)).bit_length()


def combined(x: Terms, y: Terms, factor: Any = 1) -> Terms:
    """Return x + factor y without what cancels."""
    found = dict(x)
    for m, c in y.items():
        if factor != 1:
            c = c * factor
        before = found.get(m)
        if before is None:
            found[m] = c
            continue
        total = before + c
        if negligible(total, before, c):
            del found[m]
        else:
            found[m] = total
    return found


def product(m: Monomial, n: Monomial) -> Monomial:
    """Return the product of two monomials."""
    P, Q = m[0], n[0]
    if P is None:
        P = Q
    elif Q is not None:
        P = exponent(combined(P.terms, Q.terms))
    return (P, m[1] + n[1], m[2] + n[2], m[3] + n[3], m[4] + n[4])


def to_power(m: Monomial, q: Any) -> Monomial:
    """Return a rational power of a monomial."""
    P = m[0]
    if P is not None:
        P = exponent({n: c * q.numerator / q.denominator for n, c in P.terms.items()})
        if q == 0:
            P = None
    return (P, *(simple(e * q) for e in m[1:]))


def simple(q: Any) -> Any:
    """Return a fraction, as an int where it is whole."""
    return q.numerator if q.denominator == 1 else q


def logarithm(m: Monomial) -> Terms:
    """Return the logarithm of a monomial, all of whose terms have no bound."""
    _, a, b, c, d = m
    if d:
        raise Open("too slow to see")
    powers = {n: _ball(e) for n, e in zip(LOGS, (a, b, c), strict=True) if e}
    return combined(m[0].terms if m[0] is not None else {}, powers)


def _ball(q: Any) -> Ball:
    return arb(q.numerator) / q.denominator


def larger(m: Monomial, n: Monomial) -> bool:
    """Whether m is infinitely larger than n."""
    return order(m, n) > 0


def order(m: Monomial, n: Monomial) -> int:
    """Return 1 if m is infinitely larger than n, -1 if smaller, 0 if it is n."""
    if m[0] is n[0] or m[0] == n[0]:
        return (m[1:] > n[1:]) - (m[1:] < n[1:])
    gap = combined(logarithm((*m[:4], 0)), logarithm((*n[:4], 0)), -1)
    if not gap:
        return (m[4] > n[4]) - (m[4] < n[4])
    lead = gap[largest(gap)]
    if lead.contains(0):
        raise Open("lost in rounding")
    return 1 if lead > 0 else -1


by_size = cmp_to_key(order)


def largest(found: Any) -> Monomial:
    """Return the largest of some monomials."""
    try:
        return max(found)  # tuples with the same P compare as the monomials do
    except TypeError:
        return max(found, key=by_size)


def smallest(found: Any) -> Monomial:
    """Return the smallest of some monomials."""
    return min(found, key=by_size)


def rational(c: Ball) -> Any:
    """Return the fraction of few digits that a ball is around, if there is one."""
    if not c.is_finite():
        return None
    man, exp = (int(x) for x in c.mid().man_exp())
    if abs(exp) > 4 * flint.ctx.prec:
        return None
    q = Fraction(man) * Fraction(2) ** exp
    if not c.is_exact() or abs(man).bit_length() > FEW_BITS:
        q = q.limit_denominator(DENOMINATORS)
        if not abs(c - _ball(q)).upper() <= arb(2) ** (-flint.ctx.prec // 2):
            return None
    return simple(q)
