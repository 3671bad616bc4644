"""Approximations: `f(x + h) ≈ f(x) + f'(x) h` is an expansion to that order.

So is an equation that ends in dots, or in words for what is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from ..language.tree import Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .taylor import about, degree, names_of, with_points
from .tokens import Token

SIGN = "≈"
WRITTEN = re.compile(r"≈|≃|\\(?:approx|simeq)(?![A-Za-z])")
"""How it is written."""
_STEPS = ("t", "eps", "h", "alpha", "eta", "delta", "tau", "s", "lam")
"""Names of small numbers, where a step is a product."""


def with_equals(tokens: Sequence[Token]) -> tuple[list[Token], Token | None]:
    """Return a formula with `=` for its `≈`, where that is its only relation.

    The dots that an expansion ends in say as much: they are left out, and returned.
    """
    depth, signs = 0, list[Token]()
    for token in tokens:
        if token.kind == "sign":
            depth += (token.text in "([{") - (token.text in ")]}")
            signs += [token] if depth == 0 else []
    found = [token for token in signs if token.text == SIGN]
    equals = [token for token in signs if token.text == "="]
    if (size := _ending(tokens)) and len(found) + len(equals) == 1:
        kept = list(tokens[:-size])
        return (with_equals(kept)[0] if found else kept), tokens[1 - size]
    if len(found) != 1 or any(token.text in ("=", "≡", ":=") for token in signs):
        return list(tokens), None
    (sign,) = found
    equal = Token("sign", "=", sign.start, sign.stop, sign.spaced)
    return [equal if token is sign else token for token in tokens], sign


def _ending(tokens: Sequence[Token]) -> int:
    """Count the tokens of `+ …` or `+ higher order terms` at the end of a formula."""
    at = len(tokens)
    while at and tokens[at - 1].text in (".", ","):
        at -= 1
    first = at - 1
    while first > 0 and (tokens[first].kind == "text" or tokens[first].text == "…"):
        first -= 1
    words = " ".join(token.text for token in tokens[first + 1 : at])
    if not words or tokens[first].text != "+" or not _LEFT_OUT.fullmatch(words):
        return 0
    return len(tokens) - first


_LEFT_OUT = re.compile(
    r"…|h\.?\s?o\.?\s?t\.?|(?:terms of )?higher[- ]order(?: terms)?", re.I
)
"""What is said of terms that are left out."""


def expansion(sides: Sequence[Tree], sign: Token) -> tuple[Tree, ...]:
    """Return both sides of an approximation, its error as small as its last term."""
    left, right = sides
    left, right = about(*with_points((left, right)))
    small = _small(left, right)
    if small is None:
        if sign.text == "…":
            said = "`…` cannot be read here"
            raise Fault(sign.start, said, "dots say nothing that can be checked")
        said = f"`{sign.text}` does not say what is small"
        raise Fault(sign.start, said, "an expansion ends with `+ o(h)`")
    order = max(1, degree(right, small))
    rate: Tree = Name(small)
    if order > 1:
        letter = small.partition("_")[0]
        matrix = len(letter) == 1 and letter.isupper()
        rate = loose.call(loose.NORM, rate) if matrix else rate
        rate = loose.call(loose.POWER, rate, Number(Fraction(order)))
    error = loose.call("o", rate, start=sign.start, stop=sign.stop)
    return left, loose.call("add", right, error, start=right.start, stop=right.stop)


def _small(left: Tree, right: Tree) -> str | None:
    """Return the name that is small, the step in `f(x + h)`, if one is said to be.

    In `log(1 + e^x) ≈ x` nobody says so: there x is large.
    """
    there = {name.name for name in names_of(right)}
    found: dict[str, None] = {}
    for part in loose.calls(left, "add", "sub"):
        step = part.args[1]
        names = dict.fromkeys(name.name for name in names_of(step))
        found |= {n: None for n in names if n in there and degree(step, n) > 0}
    if len(found) > 1:
        steps = [name for name in found if name in _STEPS]
        found = dict.fromkeys(steps if len(steps) == 1 else ())
    return next(iter(found), None)
