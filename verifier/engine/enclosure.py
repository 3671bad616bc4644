"""The ball stage: both sides of a claim at one draw, enclosed with certainty.

Derivatives are dual numbers over Arb balls. Precision doubles from 512 bits until the
enclosures of the two sides separate, which proves them different at that point, or
agree to half of the bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from flint import arb

from ..language.layout import Layout
from ..language.sizes import Case
from ..language.statement import Claim, Statement
from ..language.term import Term
from . import balls
from .balls import exactly, matrix_of, precision
from .draws import values
from .duals import Bend, Dual, Overlap, Undecided, middle
from .evaluate import Evaluation, Exact
from .subject import left_side

Array = Any
BITS = (512, 1024)
"""Fewer bits take as long: Python's share of the time is far larger than Arb's."""


class Finding(Enum):
    """What the enclosures say."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"
    UNDEFINED = "undefined"
    """The left side itself is not finite, at any precision: a singular point."""


@dataclass(frozen=True)
class Enclosure:
    """The finding at one draw, both sides as floats, and the digits they share."""

    finding: Finding
    left: Array | None = None
    right: Array | None = None
    digits: float = 0.0
    reason: str = ""
    tied: bool = False
    """Whether a value may lie just at a jump, at every precision."""
    faint: bool = False
    """Whether the sides agree in being nearly zero, and in nothing else."""


class Point:
    """One draw of a record in balls: raw entries by name, at the sizes of a case."""

    def __init__(self, statement: Statement, case: Case, raw: Mapping[str, Array]):
        self.statement, self.case, self.raw = statement, case, raw

    def evaluation(
        self, moved: str = "", entry: tuple[int, int] = (0, 0)
    ) -> Evaluation:
        """Return the values, one entry of one variable moving along."""
        raw = {name: exactly(X) for name, X in self.raw.items()}
        found, symbols = values(balls, self.statement.values, raw, self.case)
        return Evaluation(found, symbols, Exact(self.case.numbers), balls)

    def jacobian(self, name: str, term: Term) -> Array:
        """Return d vec(term) / d vec(name)^T, a column for each entry."""
        base = self.evaluation()
        X = base.values[name]
        columns = []
        for entry in stacked_entries(X.shape):
            moved = self._moved(base, name, tangent(X, entry))
            Y = moved.of(term)
            columns.append([slope(Y[i]) for i in stacked_entries(Y.shape)])
        return matrix_of(columns).T

    def hessian(self, name: str, term: Term) -> Array:
        """Return the second derivatives of a scalar term over vec(name)."""
        base = self.evaluation()
        X = base.values[name]
        entries = list(stacked_entries(X.shape))
        H = np.empty((len(entries), len(entries)), dtype=object)
        for i, first in enumerate(entries):
            for j, second in enumerate(entries[: i + 1]):
                twice = lift(X, first, second)
                raised = {k: _raise(V) for k, V in base.values.items()}
                moved = Evaluation(
                    {**raised, name: twice},
                    {k: _raise_symbol(s) for k, s in base.symbols.items()},
                    base.frame,
                    balls,
                )
                y = moved.of(term)[0, 0]
                inner = 0 * middle(y) if y.d is None else slope(y.d)
                H[i, j] = H[j, i] = inner
        return H

    def _moved(self, base: Evaluation, name: str, X: Array) -> Evaluation:
        return Evaluation({**base.values, name: X}, base.symbols, base.frame, balls)

    def left(self, claim: Claim) -> Array:
        """Return the left side of a claim, a matrix of balls."""
        statement, body = self.statement, self.statement.body
        if statement.record.subject != "function":
            return plain(
                self.evaluation().of(statement.bodies[claim.layout or Layout.NUMERATOR])
            )
        hessian = None
        jacobians = {}
        if claim.field == "hessian":
            hessian = self.hessian(statement.wrt[0], body)
        else:
            jacobians = {name: self.jacobian(name, body) for name in statement.wrt}
        moves = {name: plain(X) for name, X in self.evaluation().values.items()}
        return left_side(balls, statement, claim, self.case, jacobians, hessian, moves)

    def right(self, term: Term) -> Array:
        """Return a closed form, a matrix of balls."""
        return plain(self.evaluation().of(term))


def stacked_entries(shape: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Yield the entries of a matrix column by column."""
    rows, columns = shape
    return ((i, j) for j in range(columns) for i in range(rows))


def tangent(X: Array, entry: tuple[int, int]) -> Array:
    """Return X with one entry moving."""
    moved = X.copy()
    moved[entry] = Dual(X[entry].v, arb(1))
    return moved


def lift(X: Array, first: tuple[int, int], second: tuple[int, int]) -> Array:
    """Return X as duals over duals: one entry moves outside, one inside."""
    moved = _raise(X)
    for entry in {first, second}:
        inner = Dual(X[entry].v, arb(1) if entry == second else None)
        moved[entry] = Dual(inner, Dual(arb(1)) if entry == first else None)
    return moved


def _raise(X: Array) -> Array:
    result = np.empty(X.shape, dtype=object)
    for i in np.ndindex(*X.shape):
        result[i] = Dual(Dual(X[i].v))
    return result


def _raise_symbol(symbol: Any) -> Any:
    return type(symbol)(
        symbol.declared, {k: _raise(X) for k, X in symbol.numbers.items()}
    )


def slope(x: Any) -> arb:
    """Return the derivative of a dual as a ball."""
    if x.d is None:
        return arb(0) * middle(x)
    return x.d


def plain(X: Array) -> Array:
    """Return a matrix of duals as a matrix of balls."""
    result = np.empty(X.shape, dtype=object)
    for i in np.ndindex(*X.shape):
        result[i] = middle(X[i])
    return result


def enclose(point: Point, claim: Claim, term: Term | None = None) -> Enclosure:
    """Compare the two sides of a claim, or another closed form, at one point."""
    assert claim.term is not None
    compared = Enclosure(Finding.UNDECIDED)
    singular = False
    for bits in BITS:
        if singular and bits != BITS[-1]:
            continue  # what is not finite is looked at once more, as closely as can be
        with precision(bits):
            try:
                left, right = point.left(claim), point.right(term or claim.term)
            except Overlap as overlap:
                tied = not isinstance(overlap, Bend)
                compared = Enclosure(Finding.UNDECIDED, reason=str(overlap), tied=tied)
                continue
            except Undecided as undecided:
                return Enclosure(Finding.UNDECIDED, reason=str(undecided))
            except (ValueError, ZeroDivisionError, OverflowError) as error:
                return Enclosure(Finding.UNDECIDED, reason=f"no enclosure: {error}")
            compared = compare(left, right, bits)
        if compared.finding in (Finding.SAME, Finding.DIFFERENT):
            return compared
        singular = compared.finding is Finding.UNDEFINED
    return compared


def compare(left: Array, right: Array, bits: int) -> Enclosure:
    """Decide whether two matrices of balls are different, or agree to half the bits."""
    if not all(x.is_finite() for x in left.ravel()):
        return Enclosure(Finding.UNDEFINED, reason="the left side is not finite")
    if not all(x.is_finite() for x in right.ravel()):
        return Enclosure(Finding.UNDECIDED, reason="the claim is not finite")
    L, R = as_floats(left), as_floats(right)
    gaps = [x - y for x, y in zip(left.ravel(), right.ravel(), strict=True)]
    if any(not gap.contains(0) for gap in gaps):
        return Enclosure(Finding.DIFFERENT, L, R)
    size = max((x.abs_upper() for X in (left, right) for x in X.ravel()), key=float)
    widest = max((gap.abs_upper() for gap in gaps), key=float)
    scale = size if size > 0 else arb(1)
    if size == 0:
        return Enclosure(Finding.SAME, L, R, bits * 0.30103)
    if widest <= scale * arb(2) ** (-bits // 2):
        digits = -float((widest / scale + arb(2) ** (-bits)).log()) / np.log(10)
        return Enclosure(Finding.SAME, L, R, digits)
    # Zero through cancellation has no relative size: at the last precision, balls
    # around it that are tiny must do.
    if bits == BITS[-1] and widest <= arb(2) ** (-bits // 2):
        return Enclosure(Finding.SAME, L, R, bits * 0.15, faint=True)
    return Enclosure(Finding.UNDECIDED, L, R, reason="the enclosures stay too wide")


def as_floats(X: Array) -> Array:
    """Return the middles of balls."""
    return np.array([[float(x.mid()) for x in row] for row in X])


def point(
    statement: Statement, case: Case, raw: Mapping[str, Array], draw: int
) -> Point:
    """Return one draw of a block as a point: the entries of its first lane."""
    return Point(statement, case, {name: X[0, draw] for name, X in raw.items()})
