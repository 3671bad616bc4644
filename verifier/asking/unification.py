"""Unknown sizes: what shapes that must fit say of them.

An unknown size is a dimension whose name begins with `?`; it stands for some size, and
never for 1: what must be 1 is no vector but a scalar. Names that a person wrote, such
as n in `eye(n)`, stand for themselves: no two of them become one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from math import prod

from ..language.dimension import Dim, Monomial
from ..language.term import ONE, Shape

UNKNOWN = "?"
MOST_PARTS = 4
"""Factors or terms of dimensions that are compared one by one."""


def is_unknown(name: str) -> bool:
    """Whether a size name stands for a size that is still to be found."""
    return name.startswith(UNKNOWN)


def put(dim: Dim, values: Mapping[str, Dim]) -> Dim:
    """Return a dimension with some of its names replaced."""
    if not dim.names & values.keys():
        return dim
    total = Dim.of(0)
    for monomial, coefficient in dim.terms:
        factors = (values.get(name, Dim.of(name)) ** power for name, power in monomial)
        total = total + prod(factors, start=ONE) * Dim((((), coefficient),))
    return total


@dataclass
class Sizes:
    """The unknown sizes, and those of them that are known by now."""

    known: dict[str, Dim] = field(default_factory=dict)
    count: int = 0
    turned: bool = False
    """Which of several ways to compare two products is taken."""
    ambiguous: bool = False
    """Whether there were several ways."""
    steps: list[int] = field(default_factory=lambda: [0])
    """How often two dimensions were compared, in all copies of this state."""

    def fresh(self) -> Dim:
        """Return a size that nothing is known of."""
        self.count += 1
        return Dim.of(f"{UNKNOWN}{self.count:04}")

    def copy(self) -> Sizes:
        """Return a state that can be changed without this one."""
        known = dict(self.known)
        return Sizes(known, self.count, self.turned, self.ambiguous, self.steps)

    def of(self, dim: Dim) -> Dim:
        """Return a dimension in terms of what is still unknown."""
        chain: list[str] = []
        while (name := _lone(dim)) in self.known:
            chain.append(name)
            dim = self.known[name]
        if inside := dim.names & self.known.keys():
            dim = put(dim, {name: self.of(Dim.of(name)) for name in inside})
        for name in chain:  # the next one need not go the whole way
            self.known[name] = dim
        return dim

    def shape(self, shape: Shape) -> Shape:
        """Return a shape in terms of what is still unknown."""
        return self.of(shape[0]), self.of(shape[1])

    def fit(self, left: Shape, right: Shape) -> bool:
        """Make two shapes equal, if that can be."""
        return all(self.unify(a, b) for a, b in zip(left, right, strict=True))

    def unify(self, left: Dim, right: Dim) -> bool:
        """Make two dimensions equal, if that can be."""
        self.steps[0] += 1
        left, right = self.of(left), self.of(right)
        if left == right:
            return True
        return (
            self._bind(left, right)
            or self._bind(right, left)
            or self._solve(left - right)
            or self._pair(left, right)
        )

    def _bind(self, unknown: Dim, value: Dim) -> bool:
        """Give a lone unknown its value."""
        name = _lone(unknown)
        if not name or name in value.names or not _can_be(value):
            return False
        self.known[name] = value
        return True

    def _solve(self, difference: Dim) -> bool:
        """Solve for an unknown that stands alone in one term: `k - n - 1`."""
        for monomial, coefficient in difference.terms:
            name = _lone(Dim(((monomial, 1),)))
            if not name or abs(coefficient) != 1:
                continue
            rest = difference - Dim(((monomial, coefficient),))
            value = -rest if coefficient == 1 else rest
            if name not in value.names and _can_be(value):
                self.known[name] = value
                return True
        return False

    def _pair(self, left: Dim, right: Dim) -> bool:
        """Compare products or sums part by part: `?1*n` with `m*?2`."""
        if (len(left.terms) == 1) != (len(right.terms) == 1):
            return False
        ours, theirs = _parts(left), _parts(right)
        count = len(ours)
        for part in list(ours):
            if part in theirs:
                ours.remove(part)
                theirs.remove(part)
        if len(ours) != len(theirs) or not 2 <= count <= MOST_PARTS:
            return False
        ways = [
            way for order in permutations(theirs) if (way := self._way(ours, order))
        ]
        if not ways:
            return False
        fewest = min(merged for merged, _ in ways)
        best = [way for merged, way in ways if merged == fewest]
        self.ambiguous |= len(best) > 1
        self.known = best[-1 if self.turned else 0].known
        return True

    def _way(
        self, ours: Sequence[Dim], theirs: Sequence[Dim]
    ) -> tuple[int, Sizes] | None:
        """Return what is known after these pairs, and how many unknowns became one."""
        way = self.copy()
        if not all(way.unify(a, b) for a, b in zip(ours, theirs, strict=True)):
            return None
        pairs = zip(ours, theirs, strict=True)
        return sum(bool(_lone(a) and _lone(b)) for a, b in pairs), way


def _lone(dim: Dim) -> str:
    """Return the unknown that a dimension is, or nothing."""
    match dim.terms:
        case ((((str(name), 1),), 1),) if is_unknown(name):
            return name
    return ""


def _can_be(value: Dim) -> bool:
    """Whether a dimension can be the value of an unknown: a size, and not 1."""
    if value.constant is not None:
        return value.constant > 1
    return all(coefficient > 0 for _, coefficient in value.terms)


def _parts(dim: Dim) -> list[Dim]:
    """Return the factors of a product, or the terms of a sum."""
    if len(dim.terms) == 1:
        monomial, coefficient = dim.terms[0]
        factors = [] if coefficient == 1 else [Dim((((), coefficient),))]
        return factors + [Dim.of(name) for name in _repeated(monomial)]
    return [Dim((term,)) for term in dim.terms]


def _repeated(monomial: Monomial) -> list[str]:
    return [name for name, power in monomial for _ in range(power)]
