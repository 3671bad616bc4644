"""Derivatives by a subscript: `f_x` where f is defined, as a function of x."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..language.tree import Call, Name, Tree
from . import loose
from .defining import Definition


def with_subscripts(
    sides: Sequence[Tree], definitions: Mapping[str, Definition]
) -> tuple[Tree, ...]:
    """Return sides in which the first, `f_x` or `f_xy`, is a derivative of f."""
    left, *others = sides
    by = _by(left, definitions)
    if not by:
        return tuple(sides)
    symbol, *variables = by
    made: Tree = Name(symbol, start=left.start, stop=left.stop)
    parameters = definitions[symbol].parameters
    if parameters:
        made = Call(symbol, tuple(map(Name, parameters)), start=left.start)
    match variables:
        case [one]:
            made = loose.call(loose.PARTIAL, made, Name(one))
        case [one, other] if one == other:
            made = loose.call(loose.SECOND_PARTIAL, made, Name(one), Name(other))
        case _:
            return tuple(sides)
    return replace(made, start=left.start, stop=left.stop), *others


def _by(tree: Tree, definitions: Mapping[str, Definition]) -> tuple[str, ...]:
    """Return the function and the variables of `f_x`, nothing where it is a name."""
    match tree:
        case Name(name) if name not in definitions:
            pass
        case Call(name, args) if all(isinstance(arg, Name) for arg in args):
            pass
        case _:
            return ()
    symbol, _, letters = name.partition("_")
    made = definitions.get(symbol)
    if made is None or not 0 < len(letters) <= 2:
        return ()
    variables = made.parameters or tuple(
        part.name for part in loose.parts(made.body) if isinstance(part, Name)
    )
    return (symbol, *letters) if {*letters} <= {*variables} else ()
