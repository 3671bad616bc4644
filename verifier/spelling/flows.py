"""Dots on what is defined: `Ω̇ = Ȧ B + A Ḃ`, and `V̇ = 2 x^T P A x` where `ẋ = A x`.

A dot is a derivative by what everything depends on, which is not named. Where the dots
are free they are changes; where it is said what they are, V moves along them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from . import loose
from .defining import Definition, inserted, put
from .derivatives import names_in
from .tokens import Token

DOT = "_dot"
TIME = Name("t")


def with_dots(
    trees: Sequence[Tree], definitions: Mapping[str, Definition]
) -> tuple[Tree, ...]:
    """Return `Ω̇ = Ȧ B + A Ḃ`, of an Ω that is defined, as what it says of changes."""
    left, *others = trees
    head = _dotted(left)
    if head not in definitions:
        return tuple(trees)
    found = [[*filter(None, map(_dotted, loose.parts(tree)))] for tree in others]
    names = names_in(trees)
    known = any(f"{name}{DOT}" in definitions for tree in found for name in tree)
    free = "t" not in names and not any("_ddot" in name for name in names)
    if not all(found) or known or not free:
        return tuple(trees)

    def change(part: Tree) -> Tree:
        name = _dotted(part)
        return Name(f"d{name}", start=part.start, stop=part.stop) if name else part

    if names_of := definitions[head].parameters:
        value = Call(head, tuple(map(Name, names_of)), start=left.start, stop=left.stop)
        whole: Tree = loose.call(loose.CHANGE, value, start=left.start, stop=left.stop)
    else:
        whole = change(left)
    return whole, *(loose.mapped(tree, change) for tree in others)


def along_flow(
    trees: Sequence[Tree], definitions: Mapping[str, Definition]
) -> tuple[Tree, ...]:
    """Return `V̇ = x^T (A^T P + P A) x`, where `ẋ = A x`, as a limit along that."""
    left, *others = trees
    head = _moving(left)
    if head not in definitions:
        return tuple(trees)
    body = inserted(definitions[head].body, definitions)
    flows = {
        name: inserted(definitions[f"{name}{DOT}"].body, definitions)
        for name in names_in([body])
        if f"{name}{DOT}" in definitions
    }
    if not flows:
        return tuple(trees)
    used = names_in([body, *flows.values(), *others])
    step = next(Name(one) for one in ("t", "s", "eps", "tau", "t_0") if one not in used)
    there = {
        name: loose.call("add", Name(name), loose.call(loose.JUXTAPOSED, step, flow))
        for name, flow in flows.items()
    }
    moved = loose.call("sub", put(body, there), body)
    quotient = loose.call(loose.OVER, moved, step)
    place = {"start": left.start, "stop": left.stop}
    limit = loose.call(loose.LIMIT, step, Number(Fraction(0)), quotient, **place)
    values = {f"{name}{DOT}": flow for name, flow in flows.items()}
    return limit, *(put(tree, values) for tree in others)


def check_claimed(trees: Sequence[Tree], definitions: Mapping[str, Definition]) -> None:
    """Refuse `ẋ = A x + B u` alone, which says how x moves and claims nothing."""
    left, *others = trees
    head = _dotted(left)
    if not head or head in definitions or f"{head}{DOT}" in names_in(others):
        return
    said = f"this says how `{head}` moves, and claims nothing"
    hint = f"say of what else it is so: `\\dot V = ... where \\dot {head} = ...`"
    raise Fault(left.start, said, hint)


def timed(tokens: Sequence[Token]) -> Sequence[Token]:
    """Read the `dx/dt = A x` of a condition as `ẋ = A x`."""
    texts = [token.text for token in tokens if token.text not in ("{", "}")]
    slope = [token for token in tokens if token.kind == "differential"]
    plain = texts[1:2] == ["/"] and texts[3:4] == ["="]
    fraction = texts[:1] == ["frac"] and texts[3:4] == ["="]
    if len(slope) < 2 or slope[1].text != "t" or not (plain or fraction):
        return tokens
    name = replace(slope[0], kind="name", text=f"{slope[0].text}{DOT}")
    equal = next(at for at, token in enumerate(tokens) if token.text == "=")
    return [name, *tokens[equal:]]


def check_flows(
    trees: Sequence[Tree], definitions: Mapping[str, Definition]
) -> tuple[Tree, ...]:
    """Refuse `V̇ = -x^T Q x`, of a V(x) that is defined, where x may move anyhow."""
    left, *_ = trees
    head = _dotted(left)
    if head not in definitions:
        return tuple(trees)
    body = inserted(definitions[head].body, definitions)
    names = sorted(names_in([body]), key=lambda name: (name[0].isupper(), name))
    if not names:
        raise Fault(left.start, "this is the derivative of a constant")
    said = f"it is not said what the derivative of `{names[0]}` is"
    raise Fault(left.start, said, f"write it: `... where \\dot {names[0]} = ...`")


def _dotted(tree: Tree) -> str:
    """Return the name that has a dot, "" where none has."""
    match tree:
        case Name(name) if name.endswith(DOT):
            return name.removesuffix(DOT)
        case Call(name, args) if name.endswith(DOT) and TIME not in args:
            return name.removesuffix(DOT)
    return ""


def _moving(tree: Tree) -> str:
    """Return the V of `V̇` and of `dV/dt`, of which a derivative by time is taken."""
    match tree:
        case Call(loose.ACTING, (inner,)):
            return _moving(inner)
        case Call(loose.PARTIAL, (Name(name) | Call(name), by)) if by == TIME:
            return name
    return _dotted(tree)
