"""Derivatives as people write them: `∂f/∂x`, `d/dx f`, `∇_x f`, `f'`, `J_f(x)`.

`∂f/∂x` stands as a fraction of LaTeX or with a slash; without an f it is an operator
and takes the term that follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..language.tree import Name, Tree
from . import loose

if TYPE_CHECKING:
    from .grammar import Parser
from .nablas import with_letter, with_nabla, worded
from .quotients import quotient
from .slashes import differential, in_brackets, with_slash
from .variables import operand

GRADIENTS = ("gradient", "jacobian", "hessian", "diff")


def derivative(parser: Parser) -> Tree | None:
    """Read a derivative, if one begins here."""
    token = parser.token
    assert token is not None
    if token.kind == "fraction":
        return quotient(parser)
    if token.text == "∂" and token.kind == "sign":
        return with_slash(parser, "∂")
    if token.text == "∇" and token.kind == "sign":
        return with_nabla(parser)
    if token.kind == "word" and token.text in GRADIENTS:
        return worded(parser, token)
    if token.text == "lim":
        return _limit(parser)
    if token.text == "(" and parser.kind(1) in ("name", "differential", "sign"):
        return in_brackets(parser)
    if token.kind == "differential":
        return differential(parser, token)
    if token.kind == "name" and token.text == "d" and parser.changes:
        return with_slash(parser, "d")
    if token.kind == "name" and token.text in ("D", "J", "H"):
        return with_letter(parser, token)
    return None


def _limit(parser: Parser) -> Tree:
    """Read `lim_{h → 0} f`: where it goes, and the term behind it."""
    start = parser.place
    parser.at += 1
    if not parser.take("_"):
        raise parser.fault("a limit says which name goes where", "write `lim_{h → 0}`")
    closing = "}" if parser.take("{") else ")" if parser.take("(") else ""
    moving = parser.atom_of_name()
    if not parser.take("→"):
        raise parser.unreadable()
    minus = parser.take("-")
    if parser.take("∞"):
        infinite = Name("-inf" if minus else "inf")
        target: Tree = infinite
    else:
        target = parser.sum()
        if minus:
            target = loose.call("neg", target)
    if parser.peek() == "^":
        raise parser.fault("a limit from one side is not read")
    if closing and not parser.take(closing):
        raise parser.unreadable()
    body = operand(parser)
    return loose.call(
        loose.LIMIT, moving, target, body, start=start, stop=parser.behind
    )
