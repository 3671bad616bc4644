"""The program of each term: a row of the table of primitives, or a function symbol.

Prepared once for all sizes; only what JAX does otherwise at each of them is prepared
at every size that comes: `pinv` of wide and of tall matrices, `det` of small ones,
`prod`, which halves its factors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from math import prod
from typing import Any

import jax

from ..language.arrays import Array
from ..language.declaration import FunctionType
from ..language.dimension import Dim
from ..language.primitives import PRIMITIVES, Row
from ..language.spectra import Form, entry, spectral
from ..language.term import SCALAR, Term
from . import traced
from .programs import Family, Program, Sizes, letters
from .symbols import Symbol, apply, parts

FOR_ONE_SIZE = ("pinv", "det", "prod")
"""Rows that JAX takes apart otherwise at each size."""


@dataclass(frozen=True)
class Bound:
    """What the letters of a program stand for in a term."""

    letters: tuple[tuple[str, Dim], ...]

    def at(self, numbers: Mapping[str, int]) -> Sizes:
        """Return the letters with their numbers."""
        return tuple((name, int(dim.number(numbers))) for name, dim in self.letters)


def program_of(
    term: Term, types: Mapping[str, Any]
) -> tuple[Program, Bound | SymbolBound]:
    """Return the program of a term's operation, and what its letters stand for."""
    if term.op == "apply":
        declared = types[term.name]
        assert isinstance(declared, FunctionType)
        program = _symbol(declared.property, len(declared.arguments))
        return program, SymbolBound(declared)
    over = spectral(term)
    if over is not None:
        program = _over_spectrum(over.form, len(over.scalars), over.kind)
        return program, Bound((("n", over.matrix.shape[0]),))
    row = PRIMITIVES[term.op]
    if row.signature == "elementwise":
        spread = tuple(
            arg.shape == SCALAR and term.shape != SCALAR for arg in term.args
        )
        power = None if term.value is None else int(term.value)
        m, n = term.shape
        return _elementwise(row.name, spread, power), Bound((("m", m), ("n", n)))
    return _row(row.name), Bound(_unified(term, row))


def _unified(term: Term, row: Row) -> tuple[tuple[str, Dim], ...]:
    """Match a signature with a term: its letters, and `k` for a whole number."""
    found: dict[str, Dim] = {}
    args, dims = iter(term.args), iter(term.dims)
    for parameter in row.parameters:
        if parameter == "integer":
            found["k"] = next(dims)
        elif parameter.startswith("#"):
            found[parameter[1:]] = next(dims)
        else:
            for name, dim in zip(parameter.split(), next(args).shape, strict=False):
                if name.isalpha():
                    found.setdefault(name, dim)
    return tuple(sorted(found.items()))


@cache
def _elementwise(name: str, spread: tuple[bool, ...], power: int | None) -> Program:
    value = PRIMITIVES[name].value

    def made(sizes: Sizes) -> Program:
        m, n = _sides(("m", "n"), sizes)
        shapes = [(1, 1) if alone else (m, n) for alone in spread]
        return Program(call, [_matrix(*shape) for shape in shapes], made)

    def call(*args: Array) -> list[Array]:
        return [value(traced, *args, *(() if power is None else (power,)))]

    return made(())


@cache
def _over_spectrum(form: Form, scalars: int, kind: str) -> Program:
    """Return the program of a symmetric function of eigenvalues: the matrix first."""

    def made(sizes: Sizes) -> Program:
        (n,) = _sides("n", sizes)
        shapes = [(n, n), *[(1, 1)] * scalars]
        return Program(call, [_matrix(*shape) for shape in shapes], made)

    def call(X: Array, *given: Array) -> list[Array]:
        def f(w: Array) -> Array:
            return entry(form, traced, w, given)

        return [traced.over_spectrum(X, f, kind)]

    return made(())


@cache
def _row(name: str) -> Program:
    """Return the program of a row that is not elementwise."""
    row = PRIMITIVES[name]
    if name in FOR_ONE_SIZE or "integer" in row.parameters:
        return Family(partial(_made, row), sum(p != "integer" for p in row.parameters))
    return _made(row, ())


def _made(row: Row, sizes: Sizes) -> Program:
    """Prepare a row: at letters, or at sizes where there are some."""
    avals: list[Any] = []
    statics: list[Any] = []
    for parameter in row.parameters:
        if parameter == "integer":
            statics.append(dict(sizes)["k"])
        elif parameter.startswith("#"):
            statics += _sides([parameter[1:]], sizes)
        else:
            shape = "1 1" if parameter == "index" else parameter
            avals.append(_matrix(*_sides(shape.split(), sizes)))

    def call(*args: Array) -> list[Array]:
        return [row.value(traced, *args, *statics)]

    return Program(call, avals, partial(_made, row))


def _sides(names: Iterable[str], sizes: Sizes) -> tuple[Any, ...]:
    """Return sizes in numbers, or letters where nothing is said of them."""
    names = tuple(names)
    if not sizes:
        return letters(", ".join(names))
    known = dict(sizes)
    return tuple(
        prod(int(part) if part.isdigit() else known[part] for part in name.split("*"))
        for name in names
    )


def _matrix(rows: Any, columns: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct((rows, columns), traced.real_type())


# Function symbols.


@dataclass(frozen=True)
class _Side:
    """An argument or the result of a function symbol, its shape in letters."""

    shape: tuple[Any, Any]


@cache
def _symbol(kind: str, count: int) -> Program:
    """Return the program of a function symbol: its arguments, then its numbers."""

    def made(sizes: Sizes) -> Program:
        sides = [_Side(_sides(_names(i), sizes)) for i in (*range(count), "y")]
        (ridges,) = _sides(["r"], sizes)
        declared: Any = FunctionType(tuple(sides[:-1]), sides[-1], kind)  # type: ignore[arg-type]
        flat = {
            key: (_product(part.rows), _product(part.columns))
            for key, part in parts(declared, _same, ridges).items()
        }

        def call(*args: Array) -> list[Array]:
            symbol = Symbol(declared, dict(zip(flat, args[count:], strict=True)))
            return [apply(traced, symbol, args[:count], sides[-1].shape)]

        shapes = [*(side.shape for side in sides[:-1]), *flat.values()]
        return Program(call, [_matrix(*shape) for shape in shapes], made)

    return made(())


def _same(size: Any) -> Any:
    return size


def _names(side: str | int) -> tuple[str, str]:
    return f"m{side}", f"n{side}"


def _product(sizes: Iterable[Any]) -> Any:
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
                found[letter] = int(dim.number(numbers))
        ridge = parts(self.declared, lambda d: int(d.number(numbers)))["b"].rows[0]
        return tuple(sorted({**found, "r": ridge}.items()))
