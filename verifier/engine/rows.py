"""The program of each term: a row of the table of primitives, or a function symbol's.

Prepared once for all sizes; only what JAX does otherwise at each of them is prepared
at every size that comes: `pinv` of wide and of tall matrices, `det` of small ones,
`prod`, which halves its factors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from ..language.arrays import Array
from ..language.dimension import Dim
from ..language.primitives import PRIMITIVES, Row
from ..language.spectra import Form, entry, spectral
from ..language.term import SCALAR, Term
from . import traced
from .applications import SymbolBound, applied
from .programs import Family, Program, Sizes
from .sides import matrix, sides

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
    if term.op in ("apply", "derived"):
        return applied(term, types.get(term.name))
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
        m, n = sides(("m", "n"), sizes)
        shapes = [(1, 1) if alone else (m, n) for alone in spread]
        return Program(call, [matrix(*shape) for shape in shapes], made)

    def call(*args: Array) -> list[Array]:
        return [value(traced, *args, *(() if power is None else (power,)))]

    return made(())


@cache
def _over_spectrum(form: Form, scalars: int, kind: str) -> Program:
    """Return the program of a symmetric function of eigenvalues: the matrix first."""

    def made(sizes: Sizes) -> Program:
        (n,) = sides(("n",), sizes)
        shapes = [(n, n), *[(1, 1)] * scalars]
        return Program(call, [matrix(*shape) for shape in shapes], made)

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
            statics += sides([parameter[1:]], sizes)
        else:
            shape = "1 1" if parameter == "index" else parameter
            avals.append(matrix(*sides(shape.split(), sizes)))

    def call(*args: Array) -> list[Array]:
        return [row.value(traced, *args, *statics)]

    return Program(call, avals, partial(_made, row))
