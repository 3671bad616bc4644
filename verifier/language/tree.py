"""The tree of an expression: values that know their place in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from .dimension import LITERAL_LIMIT, Dim, DimReader


@dataclass(frozen=True)
class Node:
    """What every node knows: its text is [start, stop), its operator stands at mark."""

    start: int = field(default=0, compare=False, repr=False, kw_only=True)
    stop: int = field(default=0, compare=False, repr=False, kw_only=True)
    mark: int = field(default=0, compare=False, repr=False, kw_only=True)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is kept: another process hashes names otherwise."""
        return {k: value for k, value in vars(self).items() if not k.startswith("_")}

    @property
    def length(self) -> int:
        """The number of parts: how long it is to read."""
        return 1


@dataclass(frozen=True)
class Number(Node):
    """A literal: 0.1 is 1/10, and a decimal of many digits is `Rounded`."""

    value: Fraction


@dataclass(frozen=True)
class Name(Node):
    """A declared name, an abbreviation, a size or `pi`."""

    name: str


@dataclass(frozen=True)
class Call(Node):
    """A named function of its arguments; operators are named too (OPERATORS)."""

    name: str
    args: tuple[Tree, ...]

    def __hash__(self) -> int:
        kept = vars(self)
        if "_hash" not in kept:
            kept["_hash"] = hash((self.name, self.args))
        return kept["_hash"]

    @property
    def length(self) -> int:
        kept = vars(self)
        if "_length" not in kept:
            total = 1
            for arg in self.args:
                total += arg.length
            kept["_length"] = total
        return kept["_length"]


@dataclass(frozen=True)
class Derived(Node):
    """A derivative or a Taylor polynomial of a function symbol, at its arguments.

    `D(D(f, 1), 2)(x, y)` has positions (1, 2): by argument 1 first, then by 2.
    """

    kind: str  # "D" "hessian" "taylor"
    symbol: str
    positions: tuple[int, ...]
    center: Tree | None
    order: Tree | None
    args: tuple[Tree, ...]

    @property
    def length(self) -> int:
        return 1 + sum(arg.length for arg in self.args)


@dataclass(frozen=True)
class Tuple_(Node):
    """A shape, such as (m, n, n)."""

    items: tuple[Tree, ...]


Tree: TypeAlias = Number | Name | Call | Derived | Tuple_
OPERATORS = ("add", "sub", "mul", "div", "matmul", "pow", "neg", "transpose")
DERIVED = ("D", "hessian", "taylor")


def dimension_of(tree: Tree, limit: int = LITERAL_LIMIT) -> Dim:
    """Read a dimension from an argument, such as n + 1 in eye(n + 1)."""
    reader = DimReader(limit)
    return reader.finish(_dimension(tree, reader), tree.start)


def _dimension(tree: Tree, reader: DimReader) -> Dim:
    match tree:
        case Number():
            value = tree.value
            whole = value.denominator == 1
            source = str(value.numerator) if whole else str(float(value))
            return reader.number(value, source, tree.start)
        case Name():
            return reader.name(tree.name, tree.start)
        case Call(name="neg"):
            return -_dimension(tree.args[0], reader)
        case Call(name="add" | "sub" | "mul" | "div" | "pow"):
            left, right = (_dimension(item, reader) for item in tree.args)
            return reader.join(tree.name, left, right, tree.start)
        case Call(name="transpose" | "matmul"):
            raise reader.refuse("made with that operator", tree.start)
        case Tuple_():
            raise reader.refuse("a tuple", tree.start)
        case _:
            raise reader.refuse("a call", tree.start)
