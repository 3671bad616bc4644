"""Function symbols times a number, within their class.

Twice a convex function is convex, and minus one is not; but an affine function may be
added to it, of either sign and any size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..language.arrays import Array
from ..language.declaration import CURVED, FunctionType
from ..language.statement import Statement

VALUE, AFFINE = "aBCQE", "aB"
"""The parts of a symbol that its value is a multiple of, and that of an affine one."""


class Ray(NamedTuple):
    """Numbers of a function symbol that are multiplied by the same factor."""

    parts: tuple[str, ...]
    signed: bool
    """Whether the factor may be negative."""


def rays(statement: Statement, raw: Mapping[str, Array]) -> Iterator[Ray]:
    """Yield what may be multiplied of each function symbol."""
    for name, declared in statement.values.items():
        if isinstance(declared, FunctionType):
            yield Ray(_parts(name, raw, VALUE), not declared.property)
            if declared.property in CURVED:
                yield Ray(_parts(name, raw, AFFINE), True)


def _parts(symbol: str, raw: Mapping[str, Array], letters: str) -> tuple[str, ...]:
    keys = (key.partition(".") for key in raw if "." in key)
    return tuple(
        f"{name}.{part}"
        for name, _, part in keys
        if name == symbol and part[0] in letters
    )
