"""Narrower classes of inputs: what a name may be assumed to be, and how it is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from ..language.declaration import Type
from ..language.statement import Statement

CLASSES = {
    "symmetric": ("symmetric", "symmetric"),
    "diagonal": ("diagonal", "diagonal"),
    "orthogonal": ("orthogonal", "orthogonal"),
    "skew": ("skew-symmetric", "skew-symmetric"),
    "positive_definite": ("positive definite", "positive definite"),
    "projection": ("an orthogonal projection", "orthogonal projections"),
    "idempotent": ("idempotent", "idempotent"),
    "lower": ("lower triangular", "lower triangular"),
    "upper": ("upper triangular", "upper triangular"),
    "unit_vector": ("a unit vector", "unit vectors"),
    "probability_vector": ("a probability vector", "probability vectors"),
    "positive_vector": ("positive", "positive"),
    "positive": ("positive", "positive"),
}
"""What one name is, and what several are."""
TRIANGULAR = ("lower", "upper", "diagonal")
SQUARE = ("symmetric", "skew", "orthogonal", "positive_definite", *TRIANGULAR)
NARROWER = {
    "matrix": (*SQUARE, "idempotent", "projection"),
    "invertible": ("symmetric", "orthogonal", "positive_definite", *TRIANGULAR),
    "symmetric": ("positive_definite", "diagonal", "projection"),
    "positive_definite": ("diagonal",),
    "idempotent": ("projection",),
    "lower": ("diagonal",),
    "upper": ("diagonal",),
    "vector": ("positive_vector", "unit_vector", "probability_vector"),
    "positive_vector": ("probability_vector",),
    "scalar": ("positive",),
}
MOST_NAMES = 4
"""Names of one type, of which some are narrowed and others are not."""


@dataclass(frozen=True)
class Narrowing:
    """Names with the narrower kind that each is assumed to be."""

    kinds: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names."""
        return tuple(name for name, _ in self.kinds)

    @property
    def kind(self) -> str:
        """Return the kind, one of them where several say the same."""
        return self.kinds[0][1]

    @property
    def words(self) -> str:
        """Say what is assumed."""
        one, several = CLASSES[self.kind]
        *first, last = self.names
        if not first:
            return f"{last} is {one}"
        return f"{', '.join(first)} and {last} are {several}"

    def of(self, statement: Statement) -> Statement:
        """Return a statement that draws such inputs only."""
        types = dict(statement.types)
        for name, kind in self.kinds:
            dims = statement.variable(name).dims
            types[name] = Type(kind, dims[:1])
        return replace(statement, types=types)


def narrowings(statement: Statement) -> Iterator[Narrowing]:
    """Yield what names may be, few of a type before more; then all that is positive."""
    kinds: dict[str, list[str]] = {}
    # What commutes is not narrowed: a part of it alone need not commute any more.
    fixed = {statement.moving, *commuting(statement)}
    for name, declared in statement.types.items():
        if isinstance(declared, Type) and name not in fixed:
            kinds.setdefault(declared.kind, []).append(name)
    positive: list[tuple[str, str]] = []
    for kind, names in kinds.items():
        for narrow in NARROWER.get(kind, ()):
            fit = [n for n in names if _can_be(statement.variable(n), narrow)]
            if CLASSES[narrow] == CLASSES["positive"]:
                positive += [(name, narrow) for name in fit]
            for count in range(1, len(fit) + 1):
                if count in (1, len(fit)) or len(fit) <= MOST_NAMES:
                    for some in combinations(fit, count):
                        yield Narrowing(tuple((name, narrow) for name in some))
    if len({kind for _, kind in positive}) > 1:
        yield Narrowing(tuple(positive))


def commuting(statement: Statement) -> Iterator[str]:
    """Yield the names that are assumed to commute with others."""
    for name, declared in statement.types.items():
        if isinstance(declared, Type) and declared.commutes:
            yield from (name, declared.commutes)


def _can_be(declared: Type, kind: str) -> bool:
    return declared.kind != "matrix" or declared.dims[0] == declared.dims[1]
