"""The program of each term: a row of the table of primitives, or a function symbol.

Prepared once for all sizes; only what JAX cannot trace at letters (`pinv`, which must
know whether a matrix is wide) is prepared at each size that comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jax

from ..language.declaration import FunctionType
from ..language.dimension import Dim
from ..language.primitives import PRIMITIVES, Row
from ..language.term import SCALAR, Term
from . import traced
from .programs import Program, Sizes, letters
from .symbols import Symbol, apply, parts

Array = Any
SIZE_BOUND = ("pinv", "det")
"""Rows whose program depends on the sizes themselves."""


@dataclass(frozen=True)
class Bound:
    """What the letters of a program stand for in a term."""

    letters: tuple[tuple[str, Dim], ...]

    def at(self, numbers: Mapping[str, int]) -> Sizes:
        """Return the letters with their numbers."""
        return tuple((name, int(dim.at(numbers))) for name, dim in self.letters)


def program_of(
    term: Term, types: Mapping[str, Any], numbers: Mapping[str, int]
) -> tuple[Program, Bound | SymbolBound]:
    """Return the program of a term's operation; `numbers` for what must be whole."""
    if term.op == "apply":
        declared = types[term.name]
        assert isinstance(declared, FunctionType)
        program = _symbol(declared.property, len(declared.arguments))
        return program, SymbolBound(declared)
    row = PRIMITIVES[term.op]
    if row.signature == "elementwise":
        spread = tuple(
            arg.shape == SCALAR and term.shape != SCALAR for arg in term.args
        )
        power = None if term.value is None else int(term.value)
        m, n = term.shape
        return _elementwise(row.name, spread, power), Bound((("m", m), ("n", n)))
    bound, whole = _unified(term, row, numbers)
    if row.name in SIZE_BOUND:
        sizes = tuple((name, int(dim.at(numbers))) for name, dim in bound)
        return _row(row.name, whole, sizes), Bound(())
    return _row(row.name, whole, ()), Bound(bound)


def fixed(term: Term) -> bool:
    """Whether the program of a term's operation depends on sizes or whole numbers."""
    return term.op in SIZE_BOUND or (
        term.op in PRIMITIVES and "integer" in PRIMITIVES[term.op].parameters
    )


def _unified(
    term: Term, row: Row, numbers: Mapping[str, int]
) -> tuple[tuple[tuple[str, Dim], ...], tuple[int, ...]]:
    """Match a signature with a term: its letters, and its whole numbers."""
    found: dict[str, Dim] = {}
    whole: list[int] = []
    args, dims = iter(term.args), iter(term.dims)
    for parameter in row.parameters:
        if parameter == "integer":
            whole.append(int(next(dims).at(numbers)))
        elif parameter.startswith("#"):
            found[parameter[1:]] = next(dims)
        else:
            shape = next(args).shape
            for name, dim in zip(parameter.split(), shape, strict=False):
                if name.isalpha():
                    found.setdefault(name, dim)
    return tuple(sorted(found.items())), tuple(whole)


@cache
def _elementwise(name: str, spread: tuple[bool, ...], power: int | None) -> Program:
    value = PRIMITIVES[name].value
    shapes = [letters("1, 1" if alone else "m, n") for alone in spread]

    def call(*args: Array) -> list[Array]:
        return [value(traced, *args, *(() if power is None else (power,)))]

    return Program(call, [_matrix(shape) for shape in shapes])


@cache
def _row(name: str, whole: tuple[int, ...], sizes: Sizes) -> Program:
    """Return the program of a row that is not elementwise."""
    row, known = PRIMITIVES[name], dict(sizes)
    avals: list[Any] = []
    statics: list[Any] = []
    numbers = iter(whole)
    for parameter in row.parameters:
        if parameter == "integer":
            statics.append(next(numbers))
        elif parameter.startswith("#"):
            statics.append(_shape(parameter[1:], known)[0])
        else:
            shape = "1 1" if parameter == "index" else parameter
            avals.append(_matrix(_shape(shape, known)))

    def call(*args: Array) -> list[Array]:
        return [row.value(traced, *args, *statics)]

    return Program(call, avals)


def _shape(text: str, known: Mapping[str, int]) -> tuple[Any, ...]:
    if known:
        return tuple(int(part) if part.isdigit() else known[part] for part in text.split())
    return letters(", ".join(text.split()))


def _matrix(shape: tuple[Any, ...]) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(shape, traced.real())


# Function symbols.


@dataclass(frozen=True)
class _Side:
    """An argument or the result of a function symbol, its shape in letters."""

    shape: tuple[Any, Any]


@cache
def _symbol(kind: str, count: int) -> Program:
    """Return the program of a function symbol: its arguments, then its numbers."""
    sides = [_Side(letters(", ".join(_names(i)))) for i in (*range(count), "y")]
    declared: Any = FunctionType(tuple(sides[:-1]), sides[-1], kind)  # type: ignore[arg-type]
    flat = {
        key: (_product(part.rows), _product(part.columns))
        for key, part in parts(declared, lambda d: d, *letters("r")).items()
    }

    def call(*args: Array) -> list[Array]:
        symbol = Symbol(declared, dict(zip(flat, args[count:], strict=True)))
        return [apply(traced, symbol, args[:count], sides[-1].shape)]

    return Program(call, [_matrix(s) for s in (*(x.shape for x in sides[:-1]), *flat.values())])


def _names(side: str | int) -> tuple[str, str]:
    return f"m{side}", f"n{side}"


def _product(sizes: tuple[Any, ...]) -> Any:
    total: Any = 1
    for size in sizes:
        total = total * size
    return total


@dataclass(frozen=True)
class SymbolBound:
    """What the letters of a function symbol's program stand for."""

    declared: FunctionType

    def at(self, numbers: Mapping[str, int]) -> Sizes:
        """Return the letters with their numbers."""
        found: dict[str, int] = {}
        sides = [*enumerate(self.declared.arguments), ("y", self.declared.result)]
        for name, side in sides:
            for letter, dim in zip(_names(name), side.shape, strict=True):
                found[letter] = int(dim.at(numbers))
        ridge = parts(self.declared, lambda d: int(d.at(numbers)))["b"].rows[0]
        return tuple(sorted({**found, "r": ridge}.items()))
