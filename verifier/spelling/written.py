"""A statement as it was written: what is claimed of which derivative, still loose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from ..language.tree import Call, Name, Tree
from . import loose
from .defining import Definition


@dataclass(frozen=True)
class Written:
    """A statement: a subject, its body, and what is claimed of it in which field."""

    subject: str  # function value limit expansion
    body: Tree
    claims: tuple[tuple[str, Tree], ...]
    wrt: tuple[str, ...] = ()
    moving: str = ""
    target: Tree | None = None
    error: Tree | None = None
    by: Tree | None = None
    """The entry that a derivative is by."""
    left_out: tuple[tuple[Tree, str], ...] = ()
    """Sides that are left out since the language cannot say them, and why."""
    also: tuple[Written, ...] = ()
    """What must hold as well: further sides that are derivatives."""
    side: Tree | None = None
    """Of what must hold as well, the side that is the derivative."""
    lets: Mapping[str, Definition] = field(default_factory=dict)
    """What its names are in terms of what it is by: `σ = sqrt(σ²)`."""
    notes: tuple[str, ...] = ()
    """What was taken for what else."""
    ranks: Mapping[str, str] = field(default_factory=dict)
    """What names can only be."""
    apart: tuple[str, str, str] | None = None
    """What is said of two indices: `("i", "≠", "j")`."""
    parted: bool = False
    """Whether what must hold as well is the rest of it, entry by entry."""

    @property
    def variables(self) -> tuple[str, ...]:
        """Return what it is by: also the vector or matrix of which that is an entry."""
        if self.by is None:
            return self.wrt
        by = self.by
        places = by.args[1:] if _is(by, loose.SECOND_PARTIAL) else (by,)
        bases = (one.args[0] if _is(one, loose.ENTRY) else one for one in places)
        names = (base.name for base in bases if isinstance(base, Name))
        return tuple(dict.fromkeys((*self.wrt, *names)))

    @property
    def trees(self) -> list[Tree]:
        """Return all trees."""
        return [self.body, *(tree for _, tree in self.claims)]


def _is(tree: Tree, name: str) -> TypeGuard[Call]:
    return isinstance(tree, Call) and tree.name == name
