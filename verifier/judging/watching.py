"""What of a claim breaks, or is steep, and how far from there a point is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from ..engine import numeric
from ..engine.draws import values
from ..engine.evaluate import Evaluation, Exact
from ..language.arrays import Array
from ..language.declaration import Type
from ..language.primitives import PRIMITIVES, Value
from ..language.sizes import Case
from ..language.statement import Statement
from ..language.term import Term, stands_still, terms

NEAR = 1e-9
"""A distance that is zero but for rounding."""
HOMOGENEOUS = frozenset(
    "same product quotient matpow det inverse pinv solve constant".split()  # noqa: SIM905
)
"""Rules for degrees of functions that are homogeneous in every argument."""
SCALING = frozenset(
    "scalar vector matrix positive positive_vector positive_matrix symmetric "  # noqa: SIM905
    "positive_definite diagonal lower upper skew index integer".split()
)
"""Kinds whose values are multiplied as what is drawn for them is."""

DIVIDING = frozenset({"div", "inv", "solve", "matpow"})
"""What has poles just where something homogeneous in its arguments is zero."""


@dataclass(frozen=True)
class Watch:
    """A term that breaks, or is steep, where some distance of its arguments is least.

    A break is a place between two regions, and what is steep is looked at itself.
    """

    op: str
    args: tuple[Term, ...]
    distance: Value = field(compare=False)
    breaks: bool

    def at(self, here: Evaluation) -> Array:
        """Return the distance at some points."""
        return self.distance(numeric, *(here.of(arg) for arg in self.args))


def evaluation(
    statement: Statement, raw: Mapping[str, Array], case: Case
) -> Evaluation:
    """Return the values at raw entries, in floats."""
    found, symbols = values(numeric, statement.values, raw, case)
    return Evaluation(found, symbols, Exact(case.numbers), numeric)


def finite(here: Evaluation, terms: Sequence[Term], count: int) -> Array:
    """Return at which of so many points floats see the values of all terms."""
    found = np.ones(count, bool)
    with np.errstate(all="ignore"):
        for term in terms:
            found &= np.isfinite(here.of(term)).all(axis=(-2, -1)).ravel()
    return found


def watched(known: Sequence[Term], statement: Statement) -> list[Watch]:
    """Return what is to be watched of some terms.

    What is steep and moves is a break: `exp(-k * (x - 5))` goes to zero or to infinity,
    by a name that stands still.
    """
    found, inside = [], _inside(known)
    for term in known:
        watch = _watch(term, statement)
        watch = watch or (_pole(term, statement) if term in inside else None)
        if watch:
            moves = not stands_still(term, statement.moving)
            found.append(replace(watch, breaks=watch.breaks or moves))
    return found


def _inside(known: Sequence[Term]) -> set[Term]:
    """Return what stands inside of a function that may be another one beyond a pole.

    Rational functions are the same on both sides; `sign(1/x)` is not.
    """
    return {
        part
        for term in known
        if (row := PRIMITIVES.get(term.op)) and (row.kink or row.branch or row.winds)
        for part in terms(*term.args)
    }


def _watch(term: Term, statement: Statement) -> Watch | None:
    """Return where a term bends, jumps, has a branch, or is steep."""
    row = PRIMITIVES.get(term.op)
    if row is None or _is_whole_power(term):
        return None
    if kink := row.kink:

        def distance(xp: Any, *x: Array) -> Array:
            return np.asarray(kink(xp, *x))[..., None, None]

        return _at(term, distance, True, statement)
    if row.branch:
        return _at(term, row.branch, True, statement)
    return _at(term, row.steep, False, statement) if row.steep else None


def _pole(term: Term, statement: Statement) -> Watch | None:
    """Return where a term has a pole."""
    pole = PRIMITIVES[term.op].pole if has_pole(term) else None
    return _at(term, pole, True, statement) if pole else None


def has_pole(term: Term) -> bool:
    """Whether a term has no value at some points, and values on both sides of them."""
    row = PRIMITIVES.get(term.op)
    if row is None or row.pole is None:
        return False
    return term.op != "pow" or term.value is None or term.value < 0


def _at(
    term: Term, distance: Value, breaks: bool, statement: Statement
) -> Watch | None:
    """Return a watch, unless no line leads to where the distance is least."""
    if not any(part.op == "variable" for part in terms(*term.args)):
        return None
    straight = all(_is_homogeneous(part, statement) for part in terms(*term.args))
    if straight and _is_zero_at_zero_only(term.op):
        return None  # it grows or shrinks all along a line from zero
    return Watch(term.op, term.args, distance, breaks)


@cache
def _is_zero_at_zero_only(op: str) -> bool:
    """Whether a function of one argument breaks at zero, and nowhere else."""
    row = PRIMITIVES[op]
    if op in DIVIDING:
        return True  # their poles are where homogeneous functions are zero
    distance = row.kink or row.branch or row.steep or row.pole
    if distance is None or "," in row.signature or row.signature == "elementwise":
        return False
    at = [
        float(np.squeeze(distance(numeric, np.array([[x]])))) for x in (-1.0, 0.0, 1.0)
    ]
    return at[1] == 0 and min(abs(at[0]), abs(at[2])) > NEAR


def _is_whole_power(term: Term) -> bool:
    return term.op == "pow" and term.value is not None


def _is_homogeneous(term: Term, statement: Statement) -> bool:
    """Whether a term of homogeneous ones is homogeneous in every name's entries."""
    if term.op == "variable":
        declared = statement.values[term.name]
        return isinstance(declared, Type) and declared.kind in SCALING
    row = PRIMITIVES.get(term.op)
    if row is None:
        return term.op not in ("apply", "derived")
    if term.op == "pow":
        return _is_whole_power(term)
    return row.degree in HOMOGENEOUS or term.op in ("abs", "norm", "sqrt")
