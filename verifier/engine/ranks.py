"""The rank of what `pinv` inverts at a draw, where fractions can tell it.

Raw entries are fractions, and so is whatever rational functions make of them. Balls see
that a rank is no lower than they find it, and never that it is no higher.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from ..language.arrays import Array
from ..language.decimals import Rounded
from ..language.declaration import FunctionType, Type
from ..language.primitives import PRIMITIVES
from ..language.sizes import Case
from ..language.term import SCALAR, Term, terms
from .draws import values
from .evaluate import Exact, evaluate
from .jets import Jet, constant
from .matrices import Matrix
from .residues import ExactArithmetic, Rational

IRRATIONAL = ("", "power", "logarithm", "log1p", "logdet", "arctan")
"""Rules of degrees of what may have no value that is a fraction."""


class _Signed(Rational):
    """The field of fractions, in which a number stands for itself."""

    def absolute(self, x: Jet) -> Jet:
        """Return the absolute value."""
        return constant(x.value.map(abs))


FRACTIONS = ExactArithmetic(_Signed())


class Ranks:
    """What is known of the ranks of terms at raw entries of one draw."""

    def __init__(
        self,
        types: Mapping[str, Type | FunctionType],
        raw: Mapping[str, Array],
        case: Case,
    ):
        self.types, self.raw, self.case = types, raw, case
        self._known: dict[Term, int | None] = {}

    def of(self, term: Term) -> int | None:
        """Return the rank of a term, or None where it is not known."""
        if term not in self._known:
            self._known[term] = self._exact(term)
        return self._known[term]

    def bound(self, term: Term) -> int:
        """Return what the rank of a term is at most, whatever its values are."""
        known = self.of(term)
        if known is not None:
            return known
        least = min(int(dim.number(self.case.numbers)) for dim in term.shape)
        factors = [self.bound(arg) for arg in term.args]
        match term.op:
            case "matmul":
                return min(least, *factors)
            case "mul" | "kron":  # a number has a rank, of 1 at most
                return min(least, math.prod(factors))
            case "div" if term.args[1].shape == SCALAR:
                return factors[0]
            case "neg" | "transpose":
                return factors[0]
        return least

    def _exact(self, term: Term) -> int | None:
        names = {part.name for part in terms(term) if part.op == "variable"}
        if not all(map(_is_rational, terms(term))):
            return None
        if any(_is_rooted(self.types[name]) for name in names):
            return None
        types = {name: self.types[name] for name in names}
        raw = {name: _fractions(self.raw[name]) for name in names if name in self.raw}
        try:
            known, symbols = values(FRACTIONS, types, raw, self.case)
            frame = Exact(self.case.numbers)
            found = evaluate(term, known, symbols, frame, FRACTIONS)
        except ZeroDivisionError:
            return None
        return found.value.flint.rank()


def _is_rational(term: Term) -> bool:
    if term.op == "number":
        return not isinstance(term.value, Rounded)
    if term.op == "pow":
        return term.value is not None and term.value.denominator == 1
    if term.op in ("variable", "size"):
        return True
    return term.op in PRIMITIVES and PRIMITIVES[term.op].degree not in IRRATIONAL


def _is_rooted(declared: Type | FunctionType) -> bool:
    """Whether values of a type are made by roots of raw entries."""
    if isinstance(declared, FunctionType):
        return True
    return declared.kind == "unit_vector" or bool(declared.commutes)


def _fractions(X: Array) -> Jet:
    number = FRACTIONS.field.number
    entries = [number(Fraction(x)) for x in np.ravel(X).tolist()]
    return constant(Matrix(FRACTIONS.field, X.shape, entries))
