"""Functions without a name, as code has them: `lambda x: f`, `x -> f`, `@(x) f`.

They are differentiated where they stand, `jax.grad(lambda x: f)(x)`, or get a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..language.tree import Name, Tree
from ..reading.problem import Fault
from . import loose
from .tokens import Token

if TYPE_CHECKING:
    from .grammar import Parser

ARROWS = ("→", "↦")


def parameters(tokens: Sequence[Token], at: int = 0) -> tuple[list[Token], int]:
    """Return the parameters of a function without a name, and where its value begins.

    There are none where no such function begins here.
    """
    texts = [token.text for token in tokens[at : at + 1]]
    if texts == ["lam"]:
        return _listed(tokens, at + 1, (":",))
    if texts == ["@"] and _text(tokens, at + 1) == "(":
        return _listed(tokens, at + 2, (")",))
    if texts != ["("]:
        return _listed(tokens, at, ARROWS)
    names, stop = _listed(tokens, at + 1, (")",))
    return (names, stop + 1) if names and _text(tokens, stop) in ARROWS else ([], at)


def listed(names: Sequence[Token]) -> list[Token]:
    """Return `(x, y)`, the arguments of a function that gets a name."""

    def sign(text: str) -> Token:
        return Token("sign", text, names[0].start, names[0].start)

    inside = [one for name in names for one in (sign(","), name)]
    return [sign("("), *inside[1:], sign(")")]


def within(tokens: Sequence[Token]) -> frozenset[int]:
    """Return where the signs stand that belong to functions: the `:` of a `lambda`."""
    found = set[int]()
    for at in range(len(tokens)):
        names, stop = parameters(tokens, at)
        found.update(range(at, stop) if names else ())
    return frozenset(found)


def is_product(token: Token, before: Token | None) -> bool:
    """Whether a token is the `@` of a product, and not that of MATLAB's `@(x)`."""
    opens = before is None or before.text in ("(", ",", "=")
    return token.text == "@" and not opens


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""


def _listed(
    tokens: Sequence[Token], at: int, ends: Sequence[str]
) -> tuple[list[Token], int]:
    """Return names with commas between them, up to one of these signs."""
    names = list[Token]()
    for place in range(at, len(tokens) - 1, 2):
        if tokens[place].kind != "name":
            break
        names.append(tokens[place])
        if tokens[place + 1].text in ends:
            return names, place + 2
        if tokens[place + 1].text != ",":
            break
    return [], at


def applied(parser: Parser) -> tuple[Tree, Tree] | None:
    """Read the arguments of `grad`: the value of a function, and its variable.

    A function is taken at what stands behind it: that may be called otherwise.
    """
    names, stop = parameters(parser.tokens, parser.at + 1)
    if not names:
        return None
    parser.at = stop
    body, *point = parser.inside(")")
    _pass_number(parser)
    if parser.peek() == "(" and not point:
        parser.at += 1
        point = parser.inside(")")
        _pass_number(parser)
    variables = [parser.named_only(one) for one in names]
    return _at(body, variables, point), (point or variables)[0]


def _pass_number(parser: Parser) -> None:
    """Move over the `[1]` behind what gives one derivative in a list."""
    texts = [token.text for token in parser.tokens[parser.at : parser.at + 3]]
    if texts in (["[", "0", "]"], ["[", "1", "]"]):
        parser.at += 3


def _at(body: Tree, variables: Sequence[Tree], point: Sequence[Tree]) -> Tree:
    """Return the value of a function in terms of what it is applied to."""
    if len(point) > len(variables):
        raise Fault(point[-1].start, "the function has fewer arguments than are given")
    values = {
        variable.name: value
        for variable, value in zip(variables, point, strict=False)
        if isinstance(variable, Name) and value != variable
    }
    inside = {part.name for part in loose.parts(body) if isinstance(part, Name)}
    for value in values.values():
        if not isinstance(value, Name):
            said = "the derivative is taken at an expression"
            raise Fault(value.start, said, "write it at a name, and what that is")
        if value.name in inside:
            said = f"`{value.name}` stands in the function as well"
            raise Fault(value.start, said, "give the variable another name")

    def change(part: Tree) -> Tree:
        return values.get(part.name, part) if isinstance(part, Name) else part

    return loose.bounded(loose.mapped(body, change))
