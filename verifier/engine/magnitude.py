"""How far from 1 the numbers that are written in a term take it, in bits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from ..language.primitives import PRIMITIVES
from ..language.term import Term, literal, terms

FOLLOWED = 4096
"""Bits from 1 to which numbers that are written are followed."""
SIZE = 16
"""What a draw or a size is at most, roughly."""


@lru_cache(64)  # each draw asks for the same
def written(*roots: Term | None) -> int:
    """Return how many bits the numbers in some terms take them from 1, at most.

    What is 1e-200 beside other things shows in as many bits more, and so does what
    is `10**-200`, or a product of such numbers.
    """
    found: dict[Term, float] = {}

    def visit(term: Term) -> float:
        if term not in found:
            found[term] = min(
                _distance(term, [visit(arg) for arg in term.args]), FOLLOWED
            )
        return found[term]

    return math.ceil(max((visit(root) for root in roots if root), default=0))


def _distance(term: Term, args: Sequence[float]) -> float:
    if term.op == "number":
        assert term.value is not None
        top, bottom = term.value.as_integer_ratio()
        return abs(math.log2(abs(top)) - math.log2(bottom)) if top else 0
    row = PRIMITIVES.get(term.op)
    if row and row.degree in ("product", "quotient", "solve"):
        return sum(args)
    if row and row.degree in ("power", "matpow"):
        if term.value is not None:  # a whole exponent is no term
            return args[0] * abs(int(term.value))
        return args[0] * (_size(term.args[1], args[1]) if term.args[1:] else SIZE)
    if not _closed(term):
        return max(args, default=0)
    if row and row.degree == "sum" and args:
        return max(args) + math.log2(len(args))
    if term.op == "exp":
        return 2 * _size(term.args[0], args[0])  # log2(e) is less than 2
    return max(args, default=0)


def _size(term: Term, bits: float) -> float:
    """Return what the absolute value of a term is at most, as far as it is written."""
    value = literal(term)
    if value is not None:
        return float(min(abs(value), FOLLOWED))
    return (1 if _closed(term) else SIZE) * 2.0 ** min(bits, 60)


def _closed(term: Term) -> bool:
    """Whether a term is made of numbers alone."""
    return all(part.op not in ("variable", "size", "apply") for part in terms(term))
