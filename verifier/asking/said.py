"""What words say of names, as the search for types takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..language.declaration import FunctionType, Type, parse_type
from ..language.primitives import PRIMITIVES
from ..language.tree import Call, Derived, Name, Tree
from ..prose.facts import Fact
from ..reading.problem import Fault
from ..spelling import loose
from ..spelling.defining import Definition

SQUARE = frozenset(
    [
        "symmetric",
        "positive_definite",
        "invertible",
        "orthogonal",
        "idempotent",
        "projection",
        "diagonal",
        "lower",
        "upper",
        "skew",
    ]
)
"""Types of square matrices."""
VECTORS = frozenset(("unit_vector", "probability_vector", "positive_vector"))


@dataclass(frozen=True)
class Said:
    """Ranks and kinds of names, and functions that words give them."""

    ranks: Mapping[str, str] = field(default_factory=dict)
    """scalar, vector, matrix or square; of a function, what its value is."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """What restricts a name further, such as `symmetric`."""
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """The fact that says it, by name."""
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What functions are applied to: `f: R -> R` says what the x of `f(x)` is."""

    def and_then(self, other: Said) -> Said:
        """Return both; what the other says comes first."""
        return Said(
            {**self.ranks, **other.ranks},
            {**self.kinds, **other.kinds},
            {**self.definitions, **other.definitions},
            {**self.facts, **other.facts},
            {**self.arguments, **other.arguments},
        )

    def applied(self, trees: Iterable[Tree]) -> dict[str, str]:
        """Return the ranks of the names that such functions are applied to."""
        found: dict[str, str] = {}
        for part in (part for tree in trees for part in loose.parts(tree)):
            name = part.symbol if isinstance(part, Derived) else ""
            name = part.name if isinstance(part, Call) else name
            if isinstance(part, Call | Derived) and name in self.arguments:
                for arg, rank in zip(part.args, self.arguments[name], strict=False):
                    if isinstance(arg, Name):
                        found[arg.name] = rank
        return found

    def restricted(self, name: str, declared: Type | FunctionType) -> str:
        """Return a type, with what is said of its name in words."""
        kind = self.kinds.get(name, "")
        if isinstance(declared, Type) and kind:
            rows, columns = declared.shape
            square = declared.kind == "matrix" or declared.kind in SQUARE
            if kind in SQUARE and square and rows == columns:
                return str(Type(kind, (rows,)))
            if kind in VECTORS and declared.kind == "vector":
                return str(Type(kind, declared.dims))
            if kind == "positive" and declared.kind == "scalar":
                return kind
        return str(declared)


def said_of(facts: Iterable[Fact]) -> Said:
    """Return what facts say of names; the last of them counts."""
    ranks: dict[str, str] = {}
    kinds: dict[str, str] = {}
    definitions: dict[str, Definition] = {}
    saying: dict[str, Fact] = {}
    arguments: dict[str, tuple[str, ...]] = {}
    for fact in facts:
        head = fact.value.partition("(")[0]
        for name in fact.names:
            if fact.about == "type":
                if not _take(name, head, fact.value, ranks, kinds):
                    continue
                if "->" in fact.value:
                    arguments[name] = _arguments(fact.value)
            elif fact.about == "not":
                kinds.pop(name, None)
            elif (
                fact.about == "meaning"
                and _is_function(fact.value)
                and (name != fact.value)
            ):
                argument = Name("argument_")
                body = Call(fact.value, (argument,))
                definitions[name] = Definition(("argument_",), body)
            else:
                continue
            saying[name] = fact
    return Said(ranks, kinds, definitions, saying, arguments)


def _arguments(value: str) -> tuple[str, ...]:
    """Return the ranks of the arguments of a function, whose type is sound."""
    declared = parse_type(value.replace("?", "n"))
    assert isinstance(declared, FunctionType)
    return tuple(map(_rank, declared.arguments))


def _rank(declared: Type) -> str:
    """Return whether a type is that of numbers, columns or matrices."""
    return declared.kind if declared.kind in ("scalar", "vector") else "matrix"


def _take(
    name: str, head: str, value: str, ranks: dict[str, str], kinds: dict[str, str]
) -> bool:
    """Take note of a type; say whether it is one that is used."""
    if "->" in value:
        try:
            declared = parse_type(value.replace("?", "n"))
        except Fault:
            return False
        if not isinstance(declared, FunctionType):
            return False
        ranks[name] = _rank(declared.result)
        return True
    if head in ("scalar", "vector", "square"):
        ranks[name] = head
        if head != "square":
            kinds.pop(name, None)
        return True
    if head == "matrix":
        inside = value.partition("(")[2].rstrip(")").split(",")
        sizes = [size.strip() for size in inside]
        if len(sizes) == 2 and sizes[0] == "1" != sizes[1]:
            ranks[name] = "row"
            return True
        alike = len(sizes) == 2 and sizes[0] == sizes[1] != "?"
        ranks[name] = "square" if alike else ranks.get(name, "matrix")
        if ranks[name] not in ("matrix", "square"):
            ranks[name] = "matrix"
        return True
    if head in SQUARE:
        ranks[name], kinds[name] = "square", head
        return True
    if head in VECTORS:
        ranks[name], kinds[name] = "vector", head
        return True
    if head == "positive":
        kinds[name] = head
        return True
    if head in ("integer", "index"):
        return False
    return False


def _is_function(name: str) -> bool:
    return name in PRIMITIVES and len(PRIMITIVES[name].parameters) == 1
