"""How code is run: what its arguments are, and how vectors are given to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..language.arrays import Array
from ..language.declaration import Type
from ..language.statement import Statement
from ..language.term import ONE, SCALAR, Shape
from .shapes import FLAT, Kind, entered


@dataclass(frozen=True)
class Setting:
    """How code is run: what its arguments are, and how vectors are given to it."""

    statement: Statement
    vectors: str = FLAT

    def kind(self, name: str) -> Kind:
        """Return what a variable, or under "" the function, is declared to be."""
        if name:
            return kind_of(self.statement.variable(name).shape)
        return kind_of(self.statement.body.shape)

    def entered(self, values: Mapping[str, Array | int]) -> dict[str, Any]:
        """Return values as code takes them."""
        return {
            name: X if isinstance(X, int) else entered(X, self.kind(name), self.vectors)
            for name, X in values.items()
        }

    @property
    def has_vectors(self) -> bool:
        """Whether it makes a difference how vectors are given."""
        types = self.statement.types.values()
        return any(isinstance(t, Type) and kind_of(t.shape).column for t in types)


def kind_of(shape: Shape) -> Kind:
    """Return what a declared shape is."""
    scalar = shape == SCALAR
    return Kind(scalar, not scalar and shape[1] == ONE, not scalar and shape[0] == ONE)
