"""Elementary functions of balls, each a row: what it is, its slope, and its curve."""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb

Rule = tuple[Callable[..., arb], Callable[..., arb], Callable[..., arb]]


def _bell(x: arb) -> arb:
    return 2 * (-x * x).exp() / arb.const_sqrt_pi()


def log_gamma(x: arb) -> arb:
    """Return the logarithm of the absolute value of the gamma function."""
    return x.lgamma() if x > 0 else abs(x.gamma()).log()


def poly_gamma(k: int, x: arb) -> arb:
    """Return derivative k of the digamma function."""
    return acb(x).polygamma(acb(k)).real if k else x.digamma()


RULES: dict[str, Rule] = {
    "lgamma": (
        log_gamma,
        lambda x, y: poly_gamma(0, x),
        lambda x, y: poly_gamma(1, x),
    ),
    "exp": (lambda x: x.exp(), lambda x, y: y, lambda x, y: y),
    "log1p": (
        lambda x: x.log1p(),
        lambda x, y: 1 / (1 + x),
        lambda x, y: -1 / (1 + x) ** 2,
    ),
    "sqrt": (
        lambda x: x.sqrt(),
        lambda x, y: 1 / (2 * y),
        lambda x, y: -1 / (4 * x * y),
    ),
    "sin": (lambda x: x.sin(), lambda x, y: x.cos(), lambda x, y: -y),
    "cos": (lambda x: x.cos(), lambda x, y: -x.sin(), lambda x, y: -y),
    "tan": (
        lambda x: x.tan(),
        lambda x, y: 1 + y * y,
        lambda x, y: 2 * y * (1 + y * y),
    ),
    "sinh": (lambda x: x.sinh(), lambda x, y: x.cosh(), lambda x, y: y),
    "cosh": (lambda x: x.cosh(), lambda x, y: x.sinh(), lambda x, y: y),
    "tanh": (
        lambda x: x.tanh(),
        lambda x, y: 1 - y * y,
        lambda x, y: -2 * y * (1 - y * y),
    ),
    "erf": (lambda x: x.erf(), lambda x, y: _bell(x), lambda x, y: -2 * x * _bell(x)),
    "expm1": (lambda x: x.expm1(), lambda x, y: x.exp(), lambda x, y: x.exp()),
    "arctan": (
        lambda x: x.atan(),
        lambda x, y: 1 / (1 + x * x),
        lambda x, y: -2 * x / (1 + x * x) ** 2,
    ),
    "arctanh": (
        lambda x: x.atanh(),
        lambda x, y: 1 / (1 - x * x),
        lambda x, y: 2 * x / (1 - x * x) ** 2,
    ),
    "arcsin": (
        lambda x: x.asin(),
        lambda x, y: (1 - x * x).rsqrt(),
        lambda x, y: x * (1 - x * x).rsqrt() ** 3,
    ),
    "arccos": (
        lambda x: x.acos(),
        lambda x, y: -(1 - x * x).rsqrt(),
        lambda x, y: -x * (1 - x * x).rsqrt() ** 3,
    ),
    "arcsinh": (
        lambda x: x.asinh(),
        lambda x, y: (1 + x * x).rsqrt(),
        lambda x, y: -x * (1 + x * x).rsqrt() ** 3,
    ),
    "arccosh": (
        lambda x: x.acosh(),
        lambda x, y: (x * x - 1).rsqrt(),
        lambda x, y: -x * (x * x - 1).rsqrt() ** 3,
    ),
}
"""A function of x, and its first two derivatives by x and the value y."""
