"""What each primitive of JAX means to NumPy: the table of all rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..language.arrays import Array
from .numeric import erf, lgamma, polygamma
from .rules_of_axes import AXES
from .rules_of_matrices import MATRICES, solves
from .rules_of_places import PLACES
from .ruling import Rule, Shapes, Unexecutable

__all__ = ["RULES", "Unexecutable", "solves"]


def _aligned(call: Callable[..., Array]) -> Rule:
    """Return the rule of an elementwise function; numbers spread over all axes."""

    def rule(params: Any, ranks: tuple[int, ...], shapes: Shapes) -> Any:
        rank = len(shapes[0])
        if all(r == rank for r in ranks):
            return call
        gaps = [(None,) * (rank - r) for r in ranks]

        def spread(*args: Array) -> Array:
            return call(*(_behind(x, gap) for x, gap in zip(args, gaps, strict=True)))

        return spread

    return rule


def _behind(x: Array, gap: tuple[None, ...]) -> Array:
    x = np.asarray(x)
    return x[(..., *gap)] if gap and x.ndim else x


def _select(which: Array, *cases: Array) -> Array:
    if len(cases) == 2:
        return np.where(which, cases[1], cases[0])
    return np.select([which == k for k in range(len(cases))], cases)


def _divide(x: Array, y: Array) -> Array:
    x, y = np.asarray(x), np.asarray(y)
    if np.issubdtype(x.dtype, np.integer):
        return (x - np.fmod(x, y)) // y  # towards zero
    return np.divide(x, y)


def _integer_power(params: Any, ranks: Any, shapes: Any) -> Any:
    y = params["y"]
    return lambda x: x * x if y == 2 else np.power(x, float(y))


def _convert(params: Any, ranks: Any, shapes: Any) -> Any:
    dtype = np.dtype(params["new_dtype"])
    if np.issubdtype(dtype, np.complexfloating):
        return lambda x: np.asarray(x).astype(dtype, copy=False)
    return lambda x: np.real(np.asarray(x)).astype(dtype, copy=False)


_ELEMENTWISE: dict[str, Callable[..., Array]] = {
    "add": np.add,
    "add_any": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": _divide,
    "rem": np.fmod,
    "pow": np.power,
    "max": np.maximum,
    "min": np.minimum,
    "neg": np.negative,
    "abs": np.abs,
    "sign": np.sign,
    "floor": np.floor,
    "ceil": np.ceil,
    "square": np.square,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "exp": np.exp,
    "exp2": np.exp2,
    "log": np.log,
    "log1p": np.log1p,
    "expm1": np.expm1,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "atan": np.arctan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "logistic": lambda x: 1 / (1 + np.exp(-x)),
    "erf": erf,
    "lgamma": lgamma,
    "digamma": lambda x: polygamma(0, x),
    "polygamma": polygamma,
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
    "is_finite": np.isfinite,
    "real": np.real,
    "imag": np.imag,
    "conj": np.conj,
    "complex": lambda x, y: x + 1j * y,
    "select_n": _select,
    "clamp": lambda low, x, high: np.clip(x, low, high),
    "copy": lambda x: x,
    "copy_p": lambda x: x,
    "stop_gradient": lambda x: x,
    "optimization_barrier": lambda x: x,
    "reduce_precision": lambda x: x,
}
RULES: dict[str, Rule] = {
    **{name: _aligned(call) for name, call in _ELEMENTWISE.items()},
    "integer_pow": _integer_power,
    "convert_element_type": _convert,
    **AXES,
    **PLACES,
    **MATRICES,
}
"""Every primitive of JAX that the language's functions are made of."""
