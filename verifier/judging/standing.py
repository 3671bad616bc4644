"""Other terms in the place of a claim's rounded decimals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from ..language.decimals import Rounded
from ..language.layout import Layout
from ..language.statement import Claim, Statement
from ..language.term import SCALAR, Term, terms


def decimals_of(statement: Statement, claim: Claim) -> list[Rounded]:
    """Return the decimals of a claim and of its left side that are rounded."""
    found = {
        term.value: None
        for term in terms(statement.bodies[layout_of(claim)], claim.term)
        if isinstance(term.value, Rounded)
    }
    return list(found)


def standing(
    statement: Statement, claim: Claim, meant: Mapping[Rounded, Term]
) -> tuple[Statement, Claim]:
    """Return a statement and a claim with what their decimals are meant to be."""
    known: dict[Term, Term] = {}
    bodies = {
        layout: replaced(body, meant, known)
        for layout, body in statement.bodies.items()
    }
    term = None if claim.term is None else replaced(claim.term, meant, known)
    same = all(body is statement.bodies[layout] for layout, body in bodies.items())
    other = statement if same else replace(statement, bodies=bodies)
    return other, replace(claim, term=term)


def replaced(
    term: Term, meant: Mapping[Rounded, Term], known: dict[Term, Term]
) -> Term:
    if isinstance(term.value, Rounded):
        return meant[term.value]
    if term not in known:
        args = tuple(replaced(arg, meant, known) for arg in term.args)
        same = all(x is y for x, y in zip(args, term.args, strict=True))
        known[term] = term if same else replace(term, args=args)
    return known[term]


def number(value: Fraction) -> Term:
    return Term("number", SCALAR, value=value)


def layout_of(claim: Claim) -> Layout:
    return claim.layout or Layout.NUMERATOR
