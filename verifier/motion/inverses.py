"""Inverses of sines and tangents of germs, by logarithms, roots and Taylor series."""

from __future__ import annotations

from flint import arb, arb_series

from .germs import Germ, germ


def arctan(x: Germ) -> Germ:
    """Return the inverse tangent; of what has no bound, by that of 1 / x."""
    above, at, rest = x.parts()
    if above:
        return germ(arb.pi() / 2 * x.sign()) - arctan(1 / x)
    return x.taylor(arb_series.atan, at, rest)


def arcsin(x: Germ) -> Germ:
    """Return the inverse sine; towards 1 or -1 by an inverse tangent."""
    above, at, rest = x.parts()
    if not above and abs(at) < 1:
        return x.taylor(arb_series.asin, at, rest)
    return 2 * arctan(x / (1 + (1 - x * x).sqrt()))


def arccos(x: Germ) -> Germ:
    """Return the inverse cosine."""
    return germ(arb.pi() / 2) - arcsin(x)


def arcsinh(x: Germ) -> Germ:
    """Return the inverse hyperbolic sine: where x goes to -inf, minus that of -x."""
    if x.parts()[0] and x.sign() < 0:
        return -arcsinh(-x)
    return (x + (1 + x * x).sqrt()).log()


def arccosh(x: Germ) -> Germ:
    """Return the inverse hyperbolic cosine."""
    return (x + (x * x - 1).sqrt()).log()


def arctanh(x: Germ) -> Germ:
    """Return the inverse hyperbolic tangent."""
    return (x.log1p() - (-x).log1p()) / 2
