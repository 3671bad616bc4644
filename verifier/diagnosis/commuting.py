"""Whether a failing claim holds where two matrices commute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from ..language.assumption import ALIKE, tied
from ..language.declaration import Type
from ..language.statement import Statement
from .assumptions import Assumption, holds_at
from .classes import commuting
from .patient import Patient


def of_pair(patient: Patient) -> Assumption | None:
    """Return two matrices that must commute for a claim to hold."""
    statement = patient.statement
    if patient.moving:
        return None
    for first, second in _pairs(statement):
        types = tied(statement.types, [(first, second)])
        if holds_at(patient, replace(statement, types=types)):
            names = tuple(sorted((first, second)))
            words = f"{names[0]} and {names[1]} commute"
            written = _written(statement, *names)
            return Assumption("needs-commuting", words, names, written)
    return None


def _pairs(statement: Statement) -> Iterator[tuple[str, str]]:
    """Yield pairs of square matrices of one size, a general one before a symmetric."""
    square = {
        name: declared
        for name, declared in statement.types.items()
        if isinstance(declared, Type)
        and declared.kind in ALIKE
        and declared.shape[0] == declared.shape[1]
        and not declared.commutes
    }
    for pair in combinations(square, 2):
        first, second = sorted(pair, key=lambda name: ALIKE[square[name].kind])
        if square[first].shape == square[second].shape:
            yield first, second


def _written(statement: Statement, first: str, second: str) -> str:
    """Return how a record assumes it, where it can."""
    kinds = {ALIKE[statement.variable(name).kind] for name in (first, second)}
    free = not {first, second} & {*commuting(statement)}
    return f"commute({first}, {second})" if free and len(kinds) == 1 else ""
