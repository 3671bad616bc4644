"""Approximations: `f(x + h) ≈ f(x) + f'(x) h` is an expansion to that order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .tokens import Token

SIGN = "≈"
WRITTEN = re.compile(r"≈|≃|\\(?:approx|simeq)(?![A-Za-z])")
"""How it is written."""
_STEPS = ("t", "eps", "h", "alpha", "eta", "delta", "tau", "s", "lam")
"""Names of small numbers, where a step is a product."""
_PRODUCTS = (loose.JUXTAPOSED, loose.DOTTED, loose.STARRED, loose.INNER, "matmul",
             "mul", loose.TIMES)  # fmt: skip


def with_equals(tokens: Sequence[Token]) -> tuple[list[Token], Token | None]:
    """Return a formula with `=` for its `≈`, where that is its only relation."""
    depth, signs = 0, list[Token]()
    for token in tokens:
        if token.kind == "sign":
            depth += (token.text in "([{") - (token.text in ")]}")
            signs += [token] if depth == 0 else []
    found = [token for token in signs if token.text == SIGN]
    if len(found) != 1 or any(token.text in ("=", "≡", ":=") for token in signs):
        return list(tokens), None
    (sign,) = found
    equal = Token("sign", "=", sign.start, sign.stop, sign.spaced)
    return [equal if token is sign else token for token in tokens], sign


def expansion(sides: Sequence[Tree], sign: Token) -> tuple[Tree, ...]:
    """Return both sides of an approximation, its error as small as its last term."""
    left, right = sides
    left, right = _about(left, right)
    small = _small(left, right)
    if small is None:
        said = f"`{SIGN}` does not say what is small"
        raise Fault(sign.start, said, "an expansion ends with `+ o(h)`")
    degree = max(1, _degree(right, small))
    rate: Tree = Name(small)
    if degree > 1:
        rate = loose.call(loose.POWER, rate, Number(Fraction(degree)))
    error = loose.call("o", rate, start=sign.start, stop=sign.stop)
    return left, loose.call("add", right, error, start=right.start, stop=right.stop)


def _about(left: Tree, right: Tree) -> tuple[Tree, Tree]:
    """Read `f(x) ≈ f(a) + f'(a) (x - a)` as an expansion by the step from a."""
    for part in loose.calls(right, "sub"):
        match part.args:
            case (Name() as x, Name() as a) if x in {*loose.parts(left)}:
                if a in {*loose.parts(left)}:
                    continue
                names = {p.name for one in (left, right) for p in _names(one)}
                free = (f"h{count or ''}" for count in range(len(names) + 1))
                h = Name(next(name for name in free if name not in names))

                right = loose.mapped(right, partial(_bound, x=x))
                moved = partial(_moved, x=x, there=Call("add", (a, h)))
                return loose.mapped(left, moved), loose.mapped(right, moved)
    return left, right


def _bound(part: Tree, x: Name) -> Tree:
    """Give the x of `∂f/∂x |_{x=a}` a name of its own: it is none outside."""
    match part:
        case Call(loose.AT, (inner, value, *named)):
            own = Name(f"{x.name}_there")
            inner, *named = (
                loose.mapped(one, lambda p: own if p == x else p)
                for one in (inner, *named)
            )
            return replace(part, args=(inner, value, *named))
    return part


def _moved(part: Tree, x: Name, there: Call) -> Tree:
    """Write `a + h` for x, and h for `x - a`."""
    a, h = there.args
    if part == Call("sub", (there, a)):
        return h
    return there if part == x else part


def _small(left: Tree, right: Tree) -> str | None:
    """Return the name that is small, the step in `f(x + h)`, if one is said to be.

    In `log(1 + e^x) ≈ x` nobody says so: there x is large.
    """
    there = {name.name for name in _names(right)}
    found: dict[str, None] = {}
    for part in loose.calls(left, "add", "sub"):
        step = part.args[1]
        names = dict.fromkeys(name.name for name in _names(step))
        found |= {n: None for n in names if n in there and _degree(step, n) > 0}
    if len(found) > 1:
        steps = [name for name in found if name in _STEPS]
        found = dict.fromkeys(steps if len(steps) == 1 else ())
    return next(iter(found), None)


def _names(tree: Tree) -> Iterator[Name]:
    return (part for part in loose.parts(tree) if isinstance(part, Name))


def _degree(tree: Tree, name: str) -> int:
    """Return the degree of a side in a name, as far as it is a polynomial in it."""
    match tree:
        case Name(other):
            return int(other == name)
        case Call(loose.POWER | "pow", (base, Number(value=power))):
            whole = power.denominator == 1 and power > 0
            return _degree(base, name) * (int(power) if whole else 1)
        case Call("add" | "sub", (left, right)):
            return max(_degree(left, name), _degree(right, name))
        case Call(made, (left, right)) if made in _PRODUCTS:
            return _degree(left, name) + _degree(right, name)
        case Call(loose.OVER | "div", (above, _)):
            return _degree(above, name)
        case Call(loose.NORM | loose.BARS | "transpose" | "neg" | loose.PRIMED, (one,)):
            return _degree(one, name)
    return 0
