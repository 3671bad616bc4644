"""Functions that stand for what was differentiated just before.

In `d tr(X^T X) = 2 tr(X^T dX), hence ∇f(X) = 2X` the f is that trace, though no formula
says so; and an f that is defined of a vector x is another one than that of a matrix X.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..language.tree import Call, Name, Tree
from ..spelling import loose
from ..spelling.defining import Definition
from ..spelling.derivatives import differentiated, is_derivative
from .context import Defined
from .document import Part
from .sides import LANGUAGE, SIZES, names_of

NEAR = 8
"""Parts of the document between the two."""
SAID = "it may be said of something else than the differential before it"


@dataclass(frozen=True)
class Differentiated:
    """What a formula is the differential of, and where it stands."""

    body: Tree
    at: int
    part: Part
    line: int


def differentiated_in(
    trees: Sequence[Tree], at: int, part: Part, line: int
) -> Differentiated | None:
    """Return what a formula is the differential of, where it is written out."""
    match trees[0]:
        case Call(loose.CHANGE, (Call(name, _) as body,)) if name in LANGUAGE:
            return Differentiated(body, at, part, line)
    return None


def without_namesakes(
    definitions: Mapping[str, Defined], trees: Sequence[Tree]
) -> dict[str, Defined]:
    """Leave out the definition of `f(x)` where a formula speaks of `f(X)`."""
    return {
        name: one
        for name, one in definitions.items()
        if not any(
            _is_of_another(call, one.made)
            for tree in trees
            for call in loose.calls(tree, name)
        )
    }


def _is_of_another(call: Call, made: Definition) -> bool:
    """Whether an argument is called as a parameter, but for its size."""
    pairs = zip(call.args, made.parameters, strict=False)
    return any(
        isinstance(arg, Name)
        and arg.name != parameter
        and arg.name.casefold() == parameter.casefold()
        for arg, parameter in pairs
    )


def stood_for(
    trees: Sequence[Tree],
    definitions: Mapping[str, Defined],
    last: Differentiated | None,
    at: int,
    part: Part,
) -> Defined | None:
    """Return the function of a derivative as what was differentiated before."""
    if last is None or at - last.at > NEAR or last.part.within != part.within:
        return None
    left = trees[0]
    match differentiated(left) if is_derivative(left) else None:
        case Name(name):
            arguments: tuple[str, ...] = ()
        case Call(name, args) if name not in LANGUAGE:
            arguments = tuple(arg.name for arg in args if isinstance(arg, Name))
            if len(arguments) != len(args):
                return None
        case _:
            return None
    moved = {part.name for part in loose.parts(left) if isinstance(part, Name)} - {name}
    inside = names_of(last.body) - LANGUAGE
    claimed = {n for tree in trees[1:] for n in names_of(tree)} - LANGUAGE - SIZES
    if name in definitions or not moved or not {*arguments, *moved, *claimed} <= inside:
        return None
    made = Definition(arguments, last.body)
    return Defined(name, made, last.line, part.within, part.paragraph)
