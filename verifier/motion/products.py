"""Products of sums of monomials."""

from __future__ import annotations

from flint import arb, arb_poly

from .monomials import DOUBTFUL, Ball, Monomial, Terms, larger, negligible, product

MANY = 8
"""Terms of both factors from which on powers of t are multiplied as polynomials."""


def multiplied(x: Terms, y: Terms, error: Monomial | None) -> Terms:
    """Return what of a product is larger than the error, without what cancels."""
    if min(len(x), len(y)) >= MANY and (error is None or _is_power(error)):
        powers, others = _by_power(x), _by_power(y)
        if powers is not None and others is not None:
            return _of_polynomials(powers, others, error and -error[1])
    return _term_by_term(x, y, error)


def _term_by_term(x: Terms, y: Terms, error: Monomial | None) -> Terms:
    found: Terms = {}
    parts: dict[Monomial, list[Ball]] = {}
    for m, c in x.items():
        for n, d in y.items():
            mn = product(m, n)
            if error is not None and not larger(mn, error):
                continue
            if mn in found:
                parts.setdefault(mn, [found[mn]]).append(c * d)
                found[mn] += c * d
            else:
                found[mn] = c * d
    for m, several in parts.items():
        if negligible(found[m], *several):
            del found[m]
    return found


def _is_power(m: Monomial) -> bool:
    return m[0] is None and m[2:] == (0, 0, 0) and isinstance(m[1], int)


def _by_power(terms: Terms) -> dict[int, Ball] | None:
    """Return coefficients by the powers of t, if they are whole and close together."""
    if not all(map(_is_power, terms)):
        return None
    found = {-m[1]: c for m, c in terms.items()}
    gap = max(found) - min(found)
    return found if gap <= 4 * len(found) else None


def _of_polynomials(x: dict[int, Ball], y: dict[int, Ball], end: int | None) -> Terms:
    lowest = min(x) + min(y)
    whole = _polynomial(x) * _polynomial(y)
    count = whole.length() if end is None else min(whole.length(), end - lowest)
    found: Terms = {}
    for k in range(count):
        power, total = lowest + k, whole[k]
        if total.is_zero():
            continue
        if total.rel_accuracy_bits() < DOUBTFUL:  # a sum that may have cancelled
            parts = [c * y[power - i] for i, c in x.items() if power - i in y]
            total = sum(parts, arb(0))
            if negligible(total, *parts):
                continue
        found[(None, -power, 0, 0, 0)] = total
    return found


def _polynomial(coefficients: dict[int, Ball]) -> arb_poly:
    first = min(coefficients)
    dense = [arb(0)] * (max(coefficients) - first + 1)
    for k, c in coefficients.items():
        dense[k - first] = c
    return arb_poly(dense)
