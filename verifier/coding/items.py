"""What travels to the worker and back: questions on a record, draws, what is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..engine.outcome import Outcome
from ..language.arrays import Array
from ..reading.record import Record

Pair = tuple[int, int]


@dataclass(frozen=True)
class Batch:
    """The draws of one choice of sizes, and their moved copies: (lanes, draws, ...)."""

    sizes: Mapping[str, int]
    whole: Mapping[str, int]
    """Whole numbers that are drawn with the sizes."""
    values: Mapping[str, Array]
    value: Array
    """The function."""
    jacobians: Mapping[str, Array]
    """Its derivatives by name, (lanes, draws, |y|, |x|), columns stacked."""
    usable: Mapping[str, Array]
    """Which draws count, by what is differentiated by; under "" for the function."""
    left_out: Mapping[str, int]
    shapes: Mapping[str, Pair]
    """Of the variables, and under "" of the function."""

    def at(self, lane: int, draw: int) -> dict[str, Array | int]:
        """Return all that code may be given at a draw or a copy of it."""
        drawn = {name: X[lane, draw] for name, X in self.values.items()}
        return {**self.sizes, **self.whole, **drawn}


@dataclass(frozen=True)
class Draw:
    """Ask for draws of a record and what is right at them, or for small inputs."""

    record: Record
    wrt: tuple[str, ...]
    dtype: str = "float64"
    small: bool = False


@dataclass(frozen=True)
class Code:
    """What some code gives at the draws of a record, (draws, rows, columns) each."""

    record: Record
    """Its first claim says the layout in which the values stand."""
    wrt: tuple[str, ...]
    """What the draws were differentiated by, of which the record's is one."""
    dtype: str
    code: tuple[Array, ...]
    usable: tuple[Array, ...]
    texts: tuple[str, ...] = ()
    """Further ways to write what is right."""


@dataclass(frozen=True)
class Named:
    """What code computes, and what the verifier says of that."""

    text: str
    outcome: Outcome


Found = list[Batch] | Named | None
