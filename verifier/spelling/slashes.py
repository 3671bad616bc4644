"""Derivatives and differentials on one line: `∂f/∂x`, `d/dt f`, `d(f)`, `dX`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..language.tree import Name, Tree
from ..reading.problem import Fault
from . import loose
from .calls import power
from .tokens import Token

if TYPE_CHECKING:
    from .grammar import Parser
from .quotients import order_of
from .variables import acting, changed, derived, subscript, variable_of


def with_slash(parser: Parser, sign: str) -> Tree:
    """Read `∂f/∂x`, `∂/∂x f`, `∂_x f`, `d(f)/dx`, `d(f)`."""
    start = parser.place
    parser.at += 1
    if sign == "∂" and parser.take("_"):
        by = subscript(parser)
        return acting(parser, by, start)
    order = order_of(parser)
    if parser.peek() == "/":
        parser.at += 1
        by = _below(parser, sign, order)
        _same(parser, order, by, start)
        return acting(parser, by, start)
    outer, parser.fraction = parser.fraction, sign
    body = _above(parser)
    parser.fraction = outer
    if parser.peek() != "/":
        if order == 1 and (sign == "d" or parser.cookbook):
            return changed(body, start, parser.behind)
        raise parser.fault(f"`{sign}` has no `/ {sign}x`", f"write `{sign}f/{sign}x`")
    parser.at += 1
    by = _below(parser, sign, order)
    _same(parser, order, by, start)
    return derived(body, by, start, parser.behind)


def _same(parser: Parser, order: int, by: Sequence[Tree], start: int) -> None:
    if order != len(by):
        said = f"a derivative of order {order} is by {order} variables"
        raise Fault(start, said)


def _above(parser: Parser) -> Tree:
    """Read what stands between `∂` or `d` and the slash.

    Without any slash, a `∂` is a differential: of the next factor alone, as `d` is.
    """
    if parser.peek() == "(":
        start = parser.place
        tree = parser.behind_of(parser.bracket()[0])
        if parser.peek() == "/":
            return tree
        return _more(parser, tree, start)
    start = parser.place
    return _more(parser, parser.factor(), start)


def _more(parser: Parser, tree: Tree, start: int) -> Tree:
    while parser.starts_operand() and (
        _slash_follows(parser) if parser.fraction == "d" else not parser.cookbook
    ):
        tree = parser.joined(loose.JUXTAPOSED, tree, parser.factor(), start)
    return tree


def _slash_follows(parser: Parser) -> bool:
    """Whether this product stands above a slash, as in `dAx/dx`."""
    for at in range(parser.at, len(parser.tokens)):
        text = parser.tokens[at].text
        if text == "/":
            after = parser.tokens[at + 1 : at + 2]
            return bool(after) and (
                after[0].kind == "differential" or after[0].text == "d"
            )
        if parser.tokens[at].kind == "sign" and text in ("+", "-", ")", ","):
            return False
    return False


def _below(parser: Parser, sign: str, order: int) -> list[Tree]:
    """Read the variables behind the slash: as many as the order says."""
    bracket = parser.peek() == "(" and (
        parser.peek(1) == sign
        or parser.kind(1) == "differential"
        or (parser.kind(1) == "name" and parser.tokens[parser.at + 1].text == "d")
    )
    if bracket:
        parser.at += 1
    found = variable_of(parser, sign)
    while len(found) < order and (
        parser.peek() == sign == "∂" or parser.kind() == "differential"
    ):
        found += variable_of(parser, sign)
    if bracket and not parser.take(")"):
        raise parser.unreadable()
    return found


def in_brackets(parser: Parser) -> Tree | None:
    """Read `(d/dt) f`, an operator in brackets of its own; None for other brackets."""
    tokens = parser.tokens[parser.at : parser.at + 6]
    texts = [token.text for token in tokens]
    sign = texts[1] if len(texts) > 1 else ""
    if sign not in ("d", "∂") or texts[2:3] != ["/"]:
        return None
    joined = tokens[3].kind == "differential" if len(tokens) > 3 else False
    end = 4 if joined else 5
    if texts[end : end + 1] != [")"] or not (joined or texts[3] == sign):
        return None
    start = parser.place
    by = Name(texts[3] if joined else texts[4], start=tokens[3].start)
    parser.at += end + 1
    return acting(parser, [by], start)


def differential(parser: Parser, token: Token) -> Tree | None:
    """Read `dX` in one word: above a slash, before an inverse, or as it is."""
    start = token.start
    if parser.peek(1) == "/" and parser.kind(2) == "differential":
        parser.at += 2
        by = _below(parser, "d", 1)
        return derived(
            Name(token.text, start=start + 1, stop=token.stop), by, start, parser.behind
        )
    turned = parser.peek(1) in ("'", "⊤") and parser.peek(2) == "/"
    if turned and parser.kind(3) == "differential":  # `dX'/dX`
        parser.at += 3
        by = _below(parser, "d", 1)
        name = Name(token.text, start=start + 1, stop=token.stop)
        return derived(loose.call("transpose", name), by, start, parser.behind)
    if parser.peek(1) in ("^", "_"):
        parser.at += 1
        inner = parser.decorated(token.text, start)
        if parser.peek() == "/" and parser.kind(1) == "differential":
            parser.at += 1
            by = _below(parser, "d", 1)
            return derived(inner, by, start, parser.behind)
        if parser.peek() == "^":
            exponent = parser.exponent()
            if loose.is_name(exponent, "⊤", "'"):
                turned = changed(inner, start, parser.behind)
                return loose.call("transpose", turned, start=start, stop=parser.behind)
            raised = power(inner, exponent, start, parser.behind)
            return loose.call(loose.CHANGE, raised, start=start, stop=parser.behind)
        return changed(inner, start, parser.behind)
    return None
