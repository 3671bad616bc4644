"""Claims that say in one layout what another says in the other, word for word."""

from __future__ import annotations

from dataclasses import replace

from .statement import Claim, Statement
from .term import ONE, SCALAR, Term, shared


def repeats(statement: Statement, claim: Claim, other: Claim) -> bool:
    """Whether two claims are one, written for each of two layouts.

    So they are where a layout arranges nothing: of values, and of scalars by scalars.
    """
    if claim.layout is None or other.layout is None or not _is_plain(statement, claim):
        return False
    told = ("word", "demanded", "tuple")
    if any(getattr(claim, name) != getattr(other, name) for name in told):
        return False
    bodies = statement.bodies
    terms = [(bodies[claim.layout], bodies[other.layout])]
    if claim.term is not None and other.term is not None:
        terms.append((claim.term, other.term))
    same_kind = (claim.term is None) == (other.term is None)
    return same_kind and all(alike(x, y) for x, y in terms)


def _is_plain(statement: Statement, claim: Claim) -> bool:
    """Whether the left side has no entries that a layout arranges."""
    subject = statement.record.subject
    if subject != "function":
        return subject in ("value", "limit", "expansion", "sign")
    y, (x, *more) = statement.body.shape, statement.wrt
    by_scalar = not more and statement.variable(x).shape == SCALAR
    return by_scalar and y == SCALAR and claim.field != "hessian"


def alike(x: Term, y: Term) -> bool:
    """Whether two terms are the same, and not only equal.

    A derivative that is a row in one layout has the entries of the column in another.
    """
    found: dict[Term, Term] = {}
    first, second = (_in_rows(term, found) for term in (x, y))
    first, second = shared(Term("pair", SCALAR, (first, second))).args
    return first is second


def _in_rows(term: Term, found: dict[Term, Term]) -> Term:
    """Write derivatives that are columns as rows, turned, and what stacks these so."""
    if term not in found:
        args = tuple(_in_rows(arg, found) for arg in term.args)
        found[term] = _as_row(replace(term, args=args))
    return found[term]


def _as_row(term: Term) -> Term:
    m, n = term.shape
    match term.op:
        case "derived" if term.kind != "D":
            return replace(term, layout=None)
        case "derived" if ONE in term.shape:
            row = replace(term, shape=(ONE, m * n), layout=None)
            return row if m == ONE else _turned(row)
        case "transpose":
            return _turned(term.args[0])
        case "vec" if ONE in term.args[0].shape:
            inner = term.args[0]
            return inner if inner.shape[1] == ONE else _turned(inner)
        case "norm" if term.args[0].op == "transpose":
            return replace(term, args=(_turned(term.args[0]),))
        case "matmul" if term.shape == SCALAR:
            # A number is its transpose: y.T @ x.T is x @ y.
            turned = [arg.op == "transpose" for arg in term.args]
            if all(turned):
                return replace(term, args=tuple(map(_turned, reversed(term.args))))
    return term


def _turned(term: Term) -> Term:
    """Return the transpose."""
    if term.op == "transpose" or term.shape == SCALAR:
        return term.args[0] if term.op == "transpose" else term
    m, n = term.shape
    return Term("transpose", (n, m), (term,))
