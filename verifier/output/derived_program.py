"""A derivation as Python that runs: its record, read again, and the forms that hold."""

from __future__ import annotations

from ..language.checker import check
from ..language.expression import parse
from ..reading.record import records_of
from ..reading.source import Source
from ..results.derivation import Derivation
from .programming import program

LAYOUTS = {"both": ("numerator", "denominator")}


def program_of(found: Derivation, framework: str) -> str:
    """Print a function and its derivatives; NoTranslation where something lacks."""
    (record,), _ = records_of(Source("", found.record))
    statement, _ = check(record)
    assert statement is not None  # its claims hold
    forms = {
        field: parse(claim.text.value)
        for claim in record.claims
        for field in LAYOUTS.get(claim.field, (claim.field,))
    }
    return program(statement, forms, framework)
