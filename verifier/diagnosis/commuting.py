"""Whether a failing claim holds where two matrices commute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from ..engine.draws import Source
from ..engine.enclosure import Finding, enclose, point
from ..language.checker import check
from ..language.declaration import Type
from ..language.sizes import cases
from ..language.statement import Claim, Statement
from ..reading.problem import Text
from .assumptions import Assumption
from .patient import Patient

KINDS = ("matrix", "invertible", "symmetric")
DRAWS = 8
POLYNOMIALS = ("{0} @ {0} - {0}", "2 * {0} + {0} @ {0} @ {0}")
"""What commutes with a matrix; a claim must hold for both."""


def of_pair(patient: Patient) -> Assumption | None:
    """Return two matrices that must commute for a claim to hold."""
    if patient.moving:
        return None
    for first, second in _pairs(patient.statement):
        found = (_tied(patient, first, second, P) for P in POLYNOMIALS)
        if all(one is not None and _holds(*one) for one in found):
            words = f"{first} and {second} commute"
            return Assumption("needs-commuting", words, (first, second))
    return None


def _pairs(statement: Statement) -> Iterator[tuple[str, str]]:
    """Yield pairs of square matrices of one size, which are not differentiated by."""
    square = {
        name: declared.shape
        for name, declared in statement.types.items()
        if isinstance(declared, Type)
        and declared.kind in KINDS
        and declared.shape[0] == declared.shape[1]
        and name not in statement.wrt
    }
    for first, second in combinations(square, 2):
        if square[first] == square[second]:
            yield first, second


def _tied(
    patient: Patient, first: str, second: str, polynomial: str
) -> tuple[Statement, Claim] | None:
    """Make the second matrix a polynomial in the first: such matrices commute."""
    record, claim = patient.statement.record, patient.claim
    place = record.where[second].place
    let = {second: Text(polynomial.format(first), place), **record.let}
    let_places = {second: Text(second, place), **record.let_places}
    where, where_places = dict(record.where), dict(record.where_places)
    del where[second], where_places[second]
    statement, _ = check(
        replace(
            record,
            where=where,
            where_places=where_places,
            let=let,
            let_places=let_places,
        )
    )
    if statement is None:
        return None
    same = [
        other
        for other in statement.claims
        if (other.field, other.layout, other.text)
        == (claim.field, claim.layout, claim.text)
    ]
    return (statement, same[0]) if same else None


def _holds(statement: Statement, claim: Claim) -> bool:
    """Whether a claim holds at draws that are larger than 1 x 1."""
    record, names = statement.record, sorted(statement.sizes)
    tried = cases(names, statement.demands, statement.whole, 0, record.id)
    large = [case for case in tried if min(case.sizes.values(), default=2) > 1]
    for draws in Source(statement.values, large[:2], 0, record.id).draw(DRAWS):
        for draw in range(len(draws)):
            at = point(statement, draws.case, draws.raw, draw)
            if enclose(at, claim).finding is not Finding.SAME:
                return False
    return bool(large)
