"""Derivatives of function symbols in code: functions that are given as arguments.

They return gradients of scalars in the shape of the argument, and all else as it stands
in numerator layout.
"""

from __future__ import annotations

from ..language.declaration import FunctionType, of_scalars
from ..language.layout import Layout, kind_of_pair
from ..language.term import SCALAR, Term, is_scalar

_ORDERS = (
    ("", ""),
    ("prime", "derivative"),
    ("second", "second derivative"),
    ("third", "third derivative"),
)


def called(
    symbol: str, declared: FunctionType, positions: tuple[int, ...]
) -> tuple[str, str]:
    """Return the name of a derivative by arguments, and what it is.

    Without positions it is the Hessian.
    """
    order, single = len(positions), len(declared.arguments) == 1
    which = "" if single else "_" + "_".join(map(str, positions))
    by = "" if single else f" by argument {' and '.join(map(str, positions))}"
    shape = _arranged(declared, positions)
    if not order:
        return f"{symbol}_hessian", f"the Hessian of {symbol}{shape}"
    if order < len(_ORDERS):
        short, said = _ORDERS[order]
        return f"{symbol}_{short}{which}", f"the {said} of {symbol}{by}{shape}"
    name = f"{symbol}_derivative_{order}{which}"
    return name, f"derivative {order} of {symbol}{by}{shape}"


def turns(declared: FunctionType, term: Term) -> bool:
    """Whether a derivative lies transposed to what its callable returns.

    A callable returns gradients in the shape of the variable, all else as in numerator
    layout.
    """
    layout = term.layout or Layout.NUMERATOR
    first, *more = (declared.arguments[p - 1] for p in term.positions)
    if of_scalars(declared):
        entries = declared.result.shape == SCALAR
        return layout is Layout.DENOMINATOR and not entries
    if more:
        return layout.turns_second(is_scalar(first) != is_scalar(more[0]))
    rule = kind_of_pair(declared.result.shape, is_scalar(first))
    return layout.turns(rule) != Layout.MIXED.turns(rule)


def _arranged(declared: FunctionType, positions: tuple[int, ...]) -> str:
    """Say how what a callable returns is arranged."""
    if of_scalars(declared):
        return ""
    if not positions:
        return ", over the stacked columns of its argument"
    first, *more = (declared.arguments[p - 1] for p in positions)
    if more or is_scalar(first):
        return ""
    if declared.result.shape == SCALAR:
        return ", in the shape of the argument"
    return ", a row for each entry of its value"
