"""A formula in its clauses: the sides of a statement, definitions, and conditions.

`Let f(x) = b^T x. Then ∇f = b`, `L = ... ⇒ dL/dx = ...`, `... where A is symmetric`:
one clause is the statement, the others say what it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..language.tree import Name, Tree
from ..reading.bounds import STATEMENT
from ..reading.problem import Fault
from . import loose
from .adjugates import with_adjugates
from .alone import with_lone_operators
from .apart import pair_of
from .approximate import expansion, with_equals
from .brackets import balanced, conditional
from .cases import with_deltas
from .coded import indices_of, with_arguments, with_bounds
from .defining import Definition, defined, softmaxed
from .division import (
    DEFINED,
    EQUAL,
    abbreviated,
    clauses,
    numbered,
    split,
    trimmed,
)
from .flows import timed
from .grammar import Context, Parser
from .lambdas import listed, parameters
from .layers import layers_of
from .operating import always_applied, operating
from .parsed import Sides, is_open, parsed, whole_of
from .ranges import with_ranges
from .rearranged import without_places
from .regrouping import regrouped
from .scanner import tokens_of
from .taylor import about as about_point
from .taylor import is_expanded, with_error, with_points
from .tokens import Token

LENGTH = STATEMENT.value
"""Characters of a statement."""


def sides_of(text: str, context: Context | None = None, some: bool = False) -> Sides:
    """Parse a formula; a Fault says which part cannot be read.

    With `some`, sides of a chain that cannot be read are left out if two can.
    """
    context = context or Context()
    if len(text) > LENGTH:
        said = STATEMENT.said(found=len(text))
        raise Fault(0, said, STATEMENT.hint, kind="limit")
    tokens = with_bounds(with_ranges(tokens_of(text, context.names)))
    tokens = regrouped(without_places(with_deltas(tokens)))
    tokens = with_arguments(numbered(trimmed(tokens)))
    layers, counting = layers_of(tokens), indices_of(tokens)
    context = replace(context, layers=context.layers | layers, counting=counting)
    tokens, about = with_equals(conditional(abbreviated(tokens, context.names)))
    balanced(tokens)
    before, main, behind = clauses(tokens)
    conditions, lets = _conditions(text, [*before, *behind], context)
    if not main:
        raise Fault(0, "there is no formula in it")
    names = context.names | {name for name in lets if len(name) > 1}
    functions = context.functions | {n for n, d in lets.items() if d.parameters}
    functions |= always_applied(main, about is not None)
    operators = operating(main, functions | lets.keys()) - names
    context = replace(
        context,
        names=names,
        functions=functions - operators,
        operators=operators,
        normed=_is_normed(main),
    )
    made = parsed(text, main, context, some)
    if (alone := with_lone_operators(made.sides)) != made.sides:
        made = replace(made, sides=alone, tight=())
    if about is not None:
        made = _stepped(made, expansion(made.sides, about))
    elif (steps := with_error(made.sides)) != made.sides:
        made = _stepped(made, steps)
    elif is_expanded(made.sides):
        made = _stepped(made, about_point(*with_points(made.sides)))
    return replace(made, conditions=conditions, lets=lets)


def _is_normed(tokens: Sequence[Token]) -> bool:
    """Whether a norm with `p`, `1` or `∞` below it has two bars."""
    texts = [token.text for token in tokens if token.text not in ("{", "}")]
    norms = (at for at in range(len(texts)) if texts[at : at + 2] == ["‖", "_"])
    return any(texts[at + 2 : at + 3] not in (["2"], ["F"]) for at in norms)


def _stepped(made: Sides, sides: tuple[Tree, ...]) -> Sides:
    """Return an expansion whose step may be new: it is of the kind of its point."""
    fonts = dict(made.fonts)
    for part in loose.calls(sides[0], "add"):
        match part.args:
            case (Name(point), Name(step)) if point in fonts:
                fonts.setdefault(step, fonts[point])
    return replace(made, sides=sides, fonts=fonts, tight=())


def _conditions(
    text: str, groups: Sequence[Sequence[Token]], context: Context
) -> tuple[tuple[str, ...], dict[str, Definition]]:
    """Read the clauses round a statement: texts, and definitions."""
    found: list[str] = []
    lets: dict[str, Definition] = {}
    for group in groups:
        kept = [token for token in group if token.kind != "gap"]
        if not kept:
            continue
        start, stop = whole_of(text, kept[0].start), kept[-1].stop
        stop += text[stop : stop + 1] == "}" and is_open(text[start:stop])
        said = text[start:stop]
        if pair_of(said) is not None:  # `for i = j` defines nothing
            found.append(said)
        elif (made := definition(timed(kept), context)) is not None:
            lets[made[0]] = made[1]
        else:
            found.append(said)
    return tuple(found), lets


def definition(
    tokens: Sequence[Token], context: Context
) -> tuple[str, Definition] | None:
    """Read `s = softmax(x)` or `f(x) = x^T A x`; None for anything else."""
    parts = list(split(tokens, (*EQUAL, *DEFINED)))
    if len(parts) < 2 or not all(parts[:2]):
        return None
    left, value = parts[:2]
    names, start = parameters(value)
    if names:  # `f = lambda x: x @ A @ x`
        left = [*left, *listed(names)]
    try:
        head = Parser(left, replace(context, functions=_any_name(left))).whole()
        body = Parser(value[start:], context).whole()
        head, body = with_adjugates([head, body])
    except Fault:
        return None
    return defined(head, body) or softmaxed(head, body)


def _any_name(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(token.text for token in tokens if token.kind == "name")
