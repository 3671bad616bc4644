"""Derivatives as quotients of LaTeX: `\\frac{∂ f}{∂ x}`, `\\frac{d}{dx} f`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ..language.tree import Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .tokens import Token

if TYPE_CHECKING:
    from .grammar import Parser
from .variables import acting, derived, variable_of


def quotient(parser: Parser) -> Tree | None:
    """Read `\\frac{∂ f}{∂ x}`; None for another fraction."""
    at, start = parser.at, parser.place
    parser.at += 1
    above, below = _braced(parser), _braced(parser)
    if above is None or below is None:
        parser.at = at
        return None
    sign = _sign_of(below)
    if not sign or _sign_of(above) != sign:
        parser.at = at
        return None
    order, body = _numerator(parser, above, sign)
    by = _denominator(parser, below, sign)
    if order == 1 and (square := _square(by)) is not None:
        by = [square]
    if order != len(by):
        said = f"a derivative of order {order} is by {order} variables"
        if order > 2 or len(by) > 2:
            said = "derivatives of an order above 2 are not read"
        raise Fault(start, said)
    if body is None:
        return acting(parser, by, start)
    if isinstance(body, Name) and parser.peek() == "(" and by == _point(parser):
        parser.at += 3  # `∂f/∂x (x)`, at a point that is called as the variable
        body = loose.call(body.name, *by, start=body.start, stop=parser.behind)
    elif isinstance(body, Name) and _at_its_value(parser, by):
        parser.at += len(parser.bracketed()) + 2  # `dF/du (u(x))`
    made = derived(body, by, start, parser.behind)
    while parser.peek() in ("^", "⊤", "'"):
        made = (
            parser.raised(made, start)
            if parser.peek() == "^"
            else (parser.primed(made, start))
        )
    return made


def _square(by: Sequence[Tree]) -> Tree | None:
    """Return σ² where a first derivative is by `∂σ^2`."""
    if len(by) == 2 and by[0] == by[1] and isinstance(by[0], Name):
        two = Number(Fraction(2))
        return loose.call(loose.POWER, by[0], two, start=by[0].start)
    return None


def _point(parser: Parser) -> list[Tree]:
    """Return the name that stands alone in the bracket that follows."""
    inside = parser.bracketed()
    lone = len(inside) == 1 and inside[0].kind == "name"
    return [Name(inside[0].text)] if lone else []


def _at_its_value(parser: Parser, by: Sequence[Tree]) -> bool:
    """Whether the bracket that follows says what the variable is: `(u(x))` of u."""
    inside = [token.text for token in parser.bracketed()]
    called = len(inside) > 3 and inside[1] == "(" and inside[-1] == ")"
    alone = called and ")" not in inside[2:-1]
    return parser.peek() == "(" and alone and [*by] == [Name(inside[0])]


def _braced(parser: Parser) -> list[Token] | None:
    """Return the tokens of a group, and move behind it."""
    token = parser.token
    if token is None:
        return None
    if parser.peek() != "{":
        parser.at += 1
        return [token]
    depth, first = 0, parser.at + 1
    for at in range(parser.at, len(parser.tokens)):
        token = parser.tokens[at]
        if token.kind == "sign":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        if not depth:
            parser.at = at + 1
            return list(parser.tokens[first:at])
    raise parser.fault("`{` is never closed", "close it with `}`")


def _sign_of(tokens: Sequence[Token]) -> str:
    """Return `∂` or `d`, if the tokens of one side of a fraction begin with it."""
    if not tokens:
        return ""
    first = tokens[0]
    if first.kind == "sign" and first.text == "∂":
        return "∂"
    if first.kind == "differential":
        return "d"
    if first.kind == "name" and first.text in ("d", "D"):
        return "d"
    return ""


def _numerator(
    parser: Parser, tokens: Sequence[Token], sign: str
) -> tuple[int, Tree | None]:
    """Read `∂`, `∂f`, `∂²f`, `d^2`: the order, and what is differentiated if said."""
    inner = parser.part(tokens)
    first = tokens[0]
    if first.kind == "differential":
        inner.at = 1
        return 1, inner.behind_of(inner.decorated(first.text, first.start))
    inner.at = 1
    order = order_of(inner)
    if inner.token is None:
        return order, None
    body = inner.sum()
    if inner.token is not None:
        raise inner.unreadable()
    return order, body


def order_of(parser: Parser) -> int:
    """Read the order of a derivative behind its sign."""
    if parser.peek() != "^":
        return 1
    exponent = parser.exponent()
    if isinstance(exponent, Number) and exponent.value in (1, 2):
        return int(exponent.value)
    raise parser.fault("derivatives of an order above 2 are not read")


def _denominator(parser: Parser, tokens: Sequence[Token], sign: str) -> list[Tree]:
    """Read `∂x`, `∂x²`, `∂x ∂y^T`: the variables, once for each order."""
    inner = parser.part(tokens)
    found: list[Tree] = []
    while inner.token is not None:
        inner.take("(") if inner.peek() == "(" and inner.peek(1) == sign else None
        found += variable_of(inner, sign)
        inner.take(")")
    return found
