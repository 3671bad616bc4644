"""What bends, less what it bends to: `x + abs(x)` is the larger of 0 and 2 x.

Between balls x - x is a ball around zero, as wide as both of them, and in no number of
bits is it seen to be zero. So such differences are taken before there are balls.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from ..language.term import SCALAR, Shape, Term, shared

LARGER = ("maximum", "minimum")


@lru_cache(64)  # each draw asks for the same
def cancelled(root: Term) -> Term:
    """Return a term of the same value in which no bend cancels."""
    root, found = shared(root), dict[Term, Term]()

    def visit(term: Term) -> Term:
        if term not in found:
            args = tuple(visit(arg) for arg in term.args)
            same = all(one is other for one, other in zip(args, term.args, strict=True))
            node = term if same else replace(term, args=args)
            found[term] = _sum(node) if term.op in ("add", "sub") else node
        return found[term]

    return visit(root)


def _sum(term: Term) -> Term:
    """Return a sum or a difference, without what cancels in it."""
    (s, x), (t, y) = map(_signed, term.args)
    t = -t if term.op == "sub" else t
    for sign, bent, u in ((t, y, x), (s, x, y)):
        # s x + t y is t (y + s t x), and s (x + s t y).
        gap = _less(bent, -s * t, u) if bent is not u else None
        if gap is not None:
            return gap if sign > 0 else Term("neg", gap.shape, (gap,))
    return term


def _signed(term: Term) -> tuple[int, Term]:
    sign = 1
    while term.op == "neg":
        sign, (term,) = -sign, term.args
    return sign, term


def _less(bent: Term, sign: int, u: Term) -> Term | None:
    """Return bent - sign * u, if u is among what `bent` is the larger of; else None."""
    own, inner = _signed(bent)
    if inner is u and own == sign:
        return _times(0, u)
    if own < 0:
        return None
    if inner.op == "abs" and _signed(inner.args[0])[1] is u:
        return _larger("maximum", _times(0, u), _times(-2 * sign, u))
    if inner.op == "relu":
        gap = _less(inner.args[0], sign, u)
        return gap and _larger("maximum", gap, _times(-sign, u))
    if inner.op in LARGER:
        gaps = [_less(arg, sign, u) for arg in inner.args]
        if any(gap is not None for gap in gaps):
            both = zip(gaps, inner.args, strict=True)
            return _larger(inner.op, *(gap or _gap(arg, sign, u) for gap, arg in both))
    return None


def _gap(x: Term, sign: int, u: Term) -> Term:
    return Term("sub" if sign > 0 else "add", _shape(x, u), (x, u))


def _larger(op: str, x: Term, y: Term) -> Term:
    return Term(op, _shape(x, y), (x, y))


def _times(factor: int, u: Term) -> Term:
    number = Term("number", SCALAR, value=Fraction(factor))
    return Term("mul", u.shape, (number, u))


def _shape(x: Term, y: Term) -> Shape:
    return y.shape if x.shape == SCALAR else x.shape
