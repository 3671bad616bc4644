"""Taylor coefficients of the elementary functions, by their differential equations."""

from __future__ import annotations

from typing import Any

from ..language.arrays import Array


def coefficients(xp: Any, name: str, a: Array, degree: int) -> list[Array]:
    """Return f^(k)(a) / k! for k = 0..degree; a may be any array."""
    return _EQUATIONS[name](xp, a, degree)[: degree + 1]


def _exp(xp: Any, a: Array, degree: int) -> list[Array]:
    c = [xp.exp(a)]
    for k in range(1, degree + 1):
        c.append(c[-1] / k)
    return c


def _cycle(values: list[Array], degree: int) -> list[Array]:
    # A factorial beyond the range of float64 is divided by step by step.
    c, inverse = [values[0]], 1 + 0 * values[0]
    for k in range(1, degree + 1):
        inverse = inverse / k
        c.append(values[k % len(values)] * inverse)
    return c


def _sin(xp: Any, a: Array, degree: int) -> list[Array]:
    s, c = xp.sin(a), xp.cos(a)
    return _cycle([s, c, -s, -c], degree)


def _cos(xp: Any, a: Array, degree: int) -> list[Array]:
    s, c = xp.sin(a), xp.cos(a)
    return _cycle([c, -s, -c, s], degree)


def _sinh(xp: Any, a: Array, degree: int) -> list[Array]:
    return _cycle([xp.sinh(a), xp.cosh(a)], degree)


def _cosh(xp: Any, a: Array, degree: int) -> list[Array]:
    return _cycle([xp.cosh(a), xp.sinh(a)], degree)


def _log(xp: Any, a: Array, degree: int) -> list[Array]:
    c, power = [xp.log(a)], 1
    for k in range(1, degree + 1):
        power = power / a * (1 if k == 1 else -1)
        c.append(power / k)
    return _within(c)


def _within(c: list[Array]) -> list[Array]:
    """Let a function without a value have no derivatives, though 1 / a is a number."""
    return [c[0], *(slope + 0 * c[0] for slope in c[1:])]


def _sqrt(xp: Any, a: Array, degree: int) -> list[Array]:
    c = [xp.sqrt(a)]
    for k in range(1, degree + 1):
        c.append(c[-1] / a * (3 - 2 * k) / (2 * k))
    return c


def _integral(value: Array, slopes: list[Array]) -> list[Array]:
    return [value, *(s / (k + 1) for k, s in enumerate(slopes))]


def _reciprocal(a: Array, r: int, degree: int) -> list[Array]:
    """Return the series of g = 1 / q with q = 1 + r x^2."""
    q = 1 + r * a * a
    g = [1 / q]
    for k in range(1, degree):
        g.append(-r * (2 * a * g[k - 1] + (g[k - 2] if k > 1 else 0)) / q)
    return g


def _inverse_root(xp: Any, a: Array, p: int, r: int, degree: int) -> list[Array]:
    """Return that of g = 1 / sqrt(q) with q = p + r x^2: it solves q g' = -r x g."""
    q = p + r * a * a
    g = [1 / xp.sqrt(q)]
    for k in range(degree - 1):
        before = a * (2 * k + 1) * g[k] + (k * g[k - 1] if k else 0)
        g.append(-r * before / (q * (k + 1)))
    return g


def _arctan(xp: Any, a: Array, degree: int) -> list[Array]:
    return _integral(xp.arctan(a), _reciprocal(a, 1, degree))


def _atanh(xp: Any, a: Array, degree: int) -> list[Array]:
    return _within(_integral(xp.arctanh(a), _reciprocal(a, -1, degree)))


def _arcsin(xp: Any, a: Array, degree: int) -> list[Array]:
    return _integral(xp.arcsin(a), _inverse_root(xp, a, 1, -1, degree))


def _arccos(xp: Any, a: Array, degree: int) -> list[Array]:
    slopes = _inverse_root(xp, a, 1, -1, degree)
    return _integral(xp.arccos(a), [-s for s in slopes])


def _asinh(xp: Any, a: Array, degree: int) -> list[Array]:
    return _integral(xp.arcsinh(a), _inverse_root(xp, a, 1, 1, degree))


def _acosh(xp: Any, a: Array, degree: int) -> list[Array]:
    return _within(_integral(xp.arccosh(a), _inverse_root(xp, a, -1, 1, degree)))


def _log1p(xp: Any, a: Array, degree: int) -> list[Array]:
    return [xp.log1p(a), *_log(xp, 1 + a, degree)[1:]]


def _expm1(xp: Any, a: Array, degree: int) -> list[Array]:
    return [xp.expm1(a), *_exp(xp, a, degree)[1:]]


def _lgamma(xp: Any, a: Array, degree: int) -> list[Array]:
    return _integral(xp.lgamma(a), _polygamma(xp, 0, a, degree - 1))


def _polygamma(xp: Any, order: int, a: Array, degree: int) -> list[Array]:
    c, inverse = [], 1 + 0 * a
    for k in range(degree + 1):
        inverse = inverse / k if k else inverse
        c.append(xp.polygamma(order + k, a) * inverse)
    return c


def _quadratic(y: Array, p: int, q: int, r: int, degree: int) -> list[Array]:
    """Solve y' = p + q y + r y^2."""
    c = [y]
    for k in range(degree):
        square = c[0] * c[k]
        for i in range(1, k + 1):
            square = square + c[i] * c[k - i]
        slope = q * c[k] + r * square + (p if k == 0 else 0)
        c.append(slope / (k + 1))
    return c


def _tan(xp: Any, a: Array, degree: int) -> list[Array]:
    return _quadratic(xp.tan(a), 1, 0, 1, degree)


def _tanh(xp: Any, a: Array, degree: int) -> list[Array]:
    return _quadratic(xp.tanh(a), 1, 0, -1, degree)


def _sigmoid(xp: Any, a: Array, degree: int) -> list[Array]:
    return _quadratic(1 / (1 + xp.exp(-a)), 0, 1, -1, degree)


def _softplus(xp: Any, a: Array, degree: int) -> list[Array]:
    return _integral(xp.log1p(xp.exp(a)), _sigmoid(xp, a, degree))


def _erf(xp: Any, a: Array, degree: int) -> list[Array]:
    # g = erf' = 2/sqrt(pi) exp(-x^2) solves g' = -2 x g.
    g = [2 / xp.sqrt(xp.pi + 0 * a) * xp.exp(-a * a)]
    for k in range(degree):
        before = g[k - 1] if k else 0
        g.append(-2 * (a * g[k] + before) / (k + 1))
    return _integral(xp.erf(a), g)


_EQUATIONS = {
    "exp": _exp,
    "log": _log,
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "arctan": _arctan,
    "arcsin": _arcsin,
    "arccos": _arccos,
    "asinh": _asinh,
    "acosh": _acosh,
    "atanh": _atanh,
    "log1p": _log1p,
    "expm1": _expm1,
    "lgamma": _lgamma,
    "digamma": lambda xp, a, degree: _polygamma(xp, 0, a, degree),
    "trigamma": lambda xp, a, degree: _polygamma(xp, 1, a, degree),
    "sqrt": _sqrt,
    "erf": _erf,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
}
