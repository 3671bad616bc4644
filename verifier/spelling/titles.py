"""Names that a chain gives to its derivative: the J of `J = ∂f/∂x = A`.

Such a name says nothing of what is equal to it. It stands nowhere else, and nothing is
known of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..language.tree import Name, Tree
from . import loose
from .defining import Definition, inserted
from .derivatives import is_derivative


def without_titles(
    sides: Sequence[Tree], known: Mapping[str, Definition]
) -> tuple[Tree, ...]:
    """Return the sides of a chain without names of its derivative."""
    whole = [part for side in sides for part in loose.parts(inserted(side, known))]
    names = [part.name for part in whole if isinstance(part, Name)]
    kept = tuple(
        side
        for side in sides
        if not (
            isinstance(side, Name)
            and side.name not in known
            and names.count(side.name) == 1
            and not loose.is_change(side.name)
        )
    )
    if len(kept) < 2 or not is_derivative(kept[0]):
        return tuple(sides)
    return kept
