"""Jacobians of compositions: `J_{g ∘ f}(x)` and `D(g ∘ f)(x)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..language.tree import Name, Tree
from . import loose

if TYPE_CHECKING:
    from .grammar import Parser


def of_composed(parser: Parser, name: str) -> Tree | None:
    """Read `J_{g ∘ f}(x)` and `D(g ∘ f)(x)`, the Jacobian of a composition."""
    at = parser.at
    texts = [token.text for token in parser.tokens[at + 1 : at + 8]]
    below = name == "J" and texts[:2] == ["_", "{"]
    inside = texts[2:6] if below else texts[1:5]
    if not (below or (name == "D" and texts[:1] == ["("])):
        return None
    if len(inside) < 4 or inside[1] != "∘" or inside[3] not in ("}", ")"):
        return None
    behind = at + (7 if below else 6)
    if "".join(token.text for token in parser.tokens[behind : behind + 1]) != "(":
        return None
    outer, inner = (parser.tokens[at + (3 if below else 2) + k].text for k in (0, 2))
    start = parser.place
    parser.at = behind + 1
    args = parser.inside(")")
    if len(args) != 1 or not isinstance(args[0], Name):
        parser.at = at
        return None
    body = loose.call(outer, loose.call(inner, args[0]))
    by = loose.call("transpose", args[0])  # a Jacobian has a row for each value
    return loose.call(loose.PARTIAL, body, by, start=start, stop=parser.behind)
