"""Sums of products of sums of monomials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import add

from flint import arb, arb_poly

from .monomials import (
    DOUBTFUL,
    ONE,
    Ball,
    Monomial,
    Terms,
    larger,
    negligible,
    product,
)

MANY = 16
"""Products of terms in a sum, on the average, from which on these are polynomials."""
Places = Sequence[int]
Summing = Callable[[Places, Places, Monomial | None], Terms]
"""From places in two rows of factors: the sum of their products, above an error."""


def multiplied(x: Terms, y: Terms, error: Monomial | None) -> Terms:
    """Return what of a product is larger than the error, without what cancels."""
    return summing([x], [y], 1)([0], [0], error)


def summing(x: Sequence[Terms], y: Sequence[Terms], length: int) -> Summing:
    """Return what makes sums of so many products of factors in x by factors in y."""
    products = sum(map(len, x)) * sum(map(len, y)) * length
    many = products >= MANY * len(x) * len(y)
    p, q = (Powers.of(x), Powers.of(y)) if many else (None, None)

    def summed(mine: Places, others: Places, error: Monomial | None) -> Terms:
        if p is None or q is None or not (error is None or is_power(error)):
            pairs = [(x[i], y[j]) for i, j in zip(mine, others, strict=True)]
            return term_by_term(pairs, error)
        return p.dot(q, mine, others, error)

    return summed


def term_by_term(pairs: Sequence[tuple[Terms, Terms]], error: Monomial | None) -> Terms:
    """Return a sum of products, from the products of all their terms."""
    found: Terms = {}
    parts: dict[Monomial, list[Ball]] = {}
    for x, y in pairs:
        for m, c in x.items():
            for n, d in y.items():
                mn = n if m == ONE else product(m, n)
                if mn in found:
                    parts.setdefault(mn, [found[mn]]).append(c * d)
                    found[mn] += c * d
                elif error is None or larger(mn, error):
                    found[mn] = c * d
    for m, several in parts.items():
        if negligible(found[m], *several):
            del found[m]
    return found


def is_power(m: Monomial) -> bool:
    """Whether it is a whole power of t."""
    return m[0] is None and m[2:] == (0, 0, 0) and isinstance(m[1], int)


class Powers:
    """Sums of whole powers of t, as polynomials in t over the lowest power of all."""

    def __init__(self, sums: list[dict[int, Ball]]):
        self.sums = sums
        self.lowest = min((k for powers in sums for k in powers), default=0)
        self.polynomials = [self._dense(powers) for powers in sums]

    @classmethod
    def of(cls, several: Sequence[Terms]) -> Powers | None:
        """Return sums of monomials so, if these are powers and close together."""
        if not all(is_power(m) for terms in several for m in terms):
            return None
        sums = [{-m[1]: c for m, c in terms.items()} for terms in several]
        used = {k for powers in sums for k in powers}
        gap = max(used, default=0) - min(used, default=0)
        return cls(sums) if gap <= 4 * len(used) else None

    def _dense(self, powers: dict[int, Ball]) -> arb_poly:
        dense = [arb(0)] * (max(powers, default=self.lowest) - self.lowest + 1)
        for k, c in powers.items():
            dense[k - self.lowest] = c
        return arb_poly(dense)

    def dot(
        self, other: Powers, mine: Places, others: Places, error: Monomial | None
    ) -> Terms:
        """Return the sum of the products of those at places here and there."""
        pairs = list(zip(mine, others, strict=True))
        factors = [(self.polynomials[i], other.polynomials[j]) for i, j in pairs]
        whole = reduce(add, (p * q for p, q in factors))
        lowest = self.lowest + other.lowest
        count = whole.length()
        if error is not None:
            count = min(count, -error[1] - lowest)
        found: Terms = {}
        for k in range(count):
            power, total = lowest + k, whole[k]
            if total.is_zero():
                continue
            if total.rel_accuracy_bits() < DOUBTFUL:  # a sum that may have cancelled
                parts = [
                    c * y[power - n]
                    for x, y in ((self.sums[i], other.sums[j]) for i, j in pairs)
                    for n, c in x.items()
                    if power - n in y
                ]
                total = sum(parts, arb(0))
                if negligible(total, *parts):
                    continue
            found[(None, -power, 0, 0, 0)] = total
        return found
