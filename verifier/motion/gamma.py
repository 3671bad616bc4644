"""The gamma function's logarithm and its derivatives, of germs.

Far out they have Stirling's series; towards zero, or below it, the recurrences lead to
where they have Taylor series: lgamma(x) = lgamma(x + 1) - log|x|, and its derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

from flint import arb, arb_series, fmpq

from ..engine.ball_functions import poly_gamma
from .germs import Germ
from .monomials import Open
from .places import working_terms

STEPS = 64
"""Whole numbers below zero that the recurrences lead over."""


def log_gamma(x: Germ) -> Germ:
    """Return the logarithm of the absolute value of the gamma function."""
    above, at, rest = x.parts()
    if above:
        far = _stirling(x, lambda k: factorial(2 * k - 2))
        half = (2 * arb.pi()).log() / 2
        return (x - arb(1) / 2) * x.log() - x + half + x * far
    if at > 0:
        return x.taylor(arb_series.lgamma, at, rest)
    _check(at)
    return log_gamma(x + 1) - abs(x).log()


def polygamma(k: int, x: Germ) -> Germ:
    """Return derivative k of the digamma function, this one itself for 0."""
    above, at, rest = x.parts()
    if above and k == 0:
        far = _stirling(x, lambda j: factorial(2 * j - 1))
        return x.log() - 1 / (2 * x) - far
    if above:
        far = _stirling(x, lambda j: factorial(2 * j + k - 1))
        head = factorial(k - 1) + factorial(k) / (2 * x)
        return (head + far) * x.raised(-k) * (-1) ** (k + 1)
    if at > 0:
        count = 1 if rest.is_zero else working_terms()
        slopes = (poly_gamma(k + j, at) / factorial(j) for j in range(count))
        return rest.series(list(slopes))
    _check(at)
    return polygamma(k, x + 1) - (-1) ** k * factorial(k) * x.raised(-k - 1)


def _check(at: arb) -> None:
    if not at > -STEPS:
        raise Open("a gamma function far below zero")


def _stirling(x: Germ, weight: Callable[[int], int]) -> Germ:
    """Return the sum over k from 1 of B_2k weight(k) / (2k)! x^(-2k)."""
    if x.sign() < 0:
        raise Open("a gamma function far below zero")
    terms = range(1, working_terms())
    found = (fmpq.bernoulli(2 * k) * weight(k) / factorial(2 * k) for k in terms)
    return (1 / (x * x)).series([0, *(arb(c.p) / c.q for c in found)])
