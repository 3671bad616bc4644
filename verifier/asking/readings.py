"""Readings: which names of a statement are scalars, which vectors, which matrices.

The letters say it first. A reading costs as much as it departs from them, and more
where the shapes do not fit; the cheapest one is taken. What costs less than a misfit is
given up for it, one name after the other.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from ..language.declaration import FunctionType, Type
from ..language.dimension import Dim
from ..language.layout import Layout, arranged_shape
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Name
from ..spelling.loose import is_zero
from .fitting import ENTRIES, ROW, Fitting, Misfit
from .unification import Sizes, is_unknown
from .uses import GREEK, LOSSES, Draft, Uses, differentiates, names

SCALARS = frozenset("abcst") | GREEK
SIGNS = GREEK - {"theta", "beta", "delta", "mu"}
"""Greek letters that are hardly ever vectors."""
SIZES = frozenset("dkpqDK")
"""Letters of sizes, where they stand alone above a number."""
READINGS, STEPS = 400, 10_000
"""Readings that are tried at most, and comparisons in all of them together."""

# How far a reading is from what the letters say, and how badly it fits.
COSTS = {
    ("vector", "scalar"): 2.0,
    ("scalar", "vector"): 1.5,
    ("matrix", "vector"): 3.0,
    ("vector", "matrix"): 3.0,
    ("matrix", "scalar"): 4.0,
    ("scalar", "matrix"): 4.0,
    ("vector", ROW): 1.5,
    ("scalar", ROW): 1.5,
    (ROW, "vector"): 1.5,
    (ROW, "scalar"): 3.0,
}
AGAINST_WORDS = 11.0
"""What costs as much as shapes that do not fit: the text says something else."""
AGAINST_FONT = 1.5
"""What it costs that a vector, or a function's value, is not what it is set as."""
ALIKE = 0.75
"""The part of the cost that names which differ in their numbers share."""
UNLIKE = 1.0
FUNCTION_COST = 0.6
ODD, OTHER_SHAPE, CLAIM_MISFITS, BODY_MISFITS = 1.75, 10.0, 12.0, 20.0
MERGED = 1.25  # for each size of the left side that the claims make equal to another
TURNED = 0.01  # for a matrix that is n x m where it could be m x n


@dataclass
class Reading:
    """A choice of ranks, and how well the statement fits it."""

    choice: dict[str, str]
    cost: float = 0.0
    fitting: Fitting | None = None
    suspects: set[str] = field(default_factory=set)
    """Names that would have to be something else for a better fit."""


@dataclass
class Search:
    """The readings of one statement."""

    draft: Draft
    uses: Uses
    given: Mapping[str, Type | FunctionType]

    def __post_init__(self) -> None:
        self.steps = [0]
        self.options = {
            name: self._variable(name)
            for name in self.uses.variables
            if name not in self.given
        }
        for name in self.uses.functions:
            if name not in self.given:
                self.options[name] = self._function(name)

    def _variable(self, name: str) -> list[str]:
        first = default(name)
        if first == "scalar" and name in self.uses.behind:
            first = "vector"  # a number would stand in front
        if name in self.uses.barred & self.uses.below and name[0].islower():
            first = "scalar"  # `d(ln|x|)/dx = 1/x`, `d|x|/dx = sign(x)`
        if name in self.uses.binary and first == "vector":
            first = "scalar"
        first = self.draft.ranks.get(name, first)
        if self.draft.firm and name in self.draft.ranks:
            return [first]
        if name == self.draft.moving and self.draft.subject == "limit":
            first = "scalar"
        counted = self.uses.counts | self.uses.exponents | self.uses.halved & SIZES
        if name in counted and self.draft.ranks.get(name) != "matrix":
            first = "scalar"
        ranks = [first, *(r for r in ("vector", "scalar") if r != first)]
        if first in ("vector", "scalar") and self.uses.before and name not in SIGNS:
            ranks.insert(1, ROW)
        if first != "matrix" and name in self.uses.square:
            ranks.append("matrix")
        return self._firm(name, ranks)

    def _function(self, name: str) -> list[str]:
        """Return what the values of a function symbol may be."""
        if self.draft.firm and name in self.draft.ranks:
            return [self.draft.ranks[name]]
        if name in self.uses.scalar_valued:
            return ["scalar"]
        arguments = [arg for args in self.uses.functions[name] for arg in args]
        curve = all(
            isinstance(arg, Name) and default(arg.name) != "vector" for arg in arguments
        )
        if name in LOSSES and name in self.uses.derived and not self._is_curve(name):
            ranks = ["scalar", "vector", "matrix", ENTRIES]
        elif name in self.uses.spread & self.uses.inner and self._takes_many(name):
            ranks = [ENTRIES, "vector", "scalar", "matrix"]
        elif name in self.uses.square or (name[0].isupper() and curve):
            ranks = ["matrix", "scalar", "vector", ENTRIES]
        else:
            ranks = ["vector", "scalar", "matrix", ENTRIES]
        if (first := self.draft.ranks.get(name, "")) in ranks:
            ranks.sort(key=lambda rank: rank != first)
        return self._firm(name, ranks)

    def _takes_many(self, name: str) -> bool:
        """Whether what a function is applied to has entries."""
        return any(
            default(one) != "scalar"
            for args in self.uses.functions[name]
            for arg in args
            for one in names(arg)
        )

    def _is_curve(self, name: str) -> bool:
        """Whether a function is one of numbers, as the C of `C(t)`."""
        return all(
            isinstance(arg, Name) and default(arg.name) == "scalar"
            for args in self.uses.functions[name]
            for arg in args
        )

    def _firm(self, name: str, ranks: list[str]) -> list[str]:
        said = name in self.draft.told and self.draft.ranks.get(name) == "scalar"
        return [r for r in ranks if r != "scalar" or said or name not in self.uses.firm]

    def deviation(self, choice: Mapping[str, str]) -> float:
        """Return how far a choice is from what the letters say."""
        costs = {name: self._departs(name, rank) for name, rank in choice.items()}
        return sum(costs.values()) - sum(self._alike(choice, costs))

    def _alike(
        self, choice: Mapping[str, str], costs: Mapping[str, float]
    ) -> Iterator[float]:
        """Yield what is taken off where names that differ in their numbers depart.

        `x_1` and `x_2` are alike: where one of them departs, it is less than nothing.
        """
        groups: dict[str, list[str]] = {}
        for name in choice:
            stem, _, below = name.rpartition("_")
            if below.isdigit():
                groups.setdefault(stem, []).append(name)
        for names_ in groups.values():
            departed = [costs[name] for name in names_]
            if len({choice[name] for name in names_}) > 1:
                yield -UNLIKE if any(departed) else 0.0
            elif all(departed):
                yield ALIKE * (sum(departed) - max(departed))

    def _departs(self, name: str, rank: str) -> float:
        """Return what it costs to read a name otherwise than it looks."""
        if name in self.uses.functions:
            against = name in self.draft.told and rank != self.draft.ranks.get(name)
            place = self.options[name].index(rank)
            set_ = self.draft.ranks.get(name, rank) != rank and rank != ENTRIES
            cost = FUNCTION_COST * place + (AGAINST_FONT if set_ else 0.0)
            return AGAINST_WORDS if against else cost
        first, set_as = self.options[name][0], self.draft.ranks.get(name)
        cost = COSTS.get((first, rank), 0.0)
        if rank == "scalar" != first and name in self.uses.normed:
            return AGAINST_WORDS
        if cost and name in self.draft.told:
            return AGAINST_WORDS
        if rank in ("scalar", "matrix") and first == "vector" == set_as:
            return cost + AGAINST_FONT  # it is set in bold, or a column as defined
        if first == "matrix" == set_as:
            return AGAINST_WORDS if rank == "vector" else cost
        return cost

    def first(self) -> dict[str, str]:
        """Return what the letters say."""
        return {name: ranks[0] for name, ranks in self.options.items()}

    def next(self, reading: Reading) -> Iterator[dict[str, str]]:
        """Yield the choices that differ in one name that is under suspicion."""
        for name in sorted(reading.suspects & self.options.keys()):
            ranks = self.options[name]
            for rank in ranks[ranks.index(reading.choice[name]) + 1 :]:
                yield {**reading.choice, name: rank}

    # one reading

    def read(self, choice: dict[str, str]) -> Reading:
        """Fit the statement's shapes to a choice."""
        reading = self._read(choice, turned=False)
        assert reading.fitting is not None
        if reading.fitting.sizes.ambiguous:
            other = self._read(choice, turned=True)
            return min(reading, other, key=lambda reading: reading.cost)
        return reading

    def _read(self, choice: dict[str, str], turned: bool) -> Reading:
        reading = Reading(choice, self.deviation(choice))
        sizes = Sizes(turned=turned, steps=self.steps)
        told = frozenset(self.draft.ranks)
        alias = self.draft.differentials
        start = Fitting(choice, self.given, sizes, alias=alias, told=told)
        for (name, axis), size in self.draft.sizes.items():
            shape = start.named(name)
            if axis < 2 and shape[axis] != ONE:
                sizes.unify(shape[axis], Dim.of(size))
        fixed = self.draft.subject == "function"  # where D is in numerator layout
        if differentiates(self.draft.body) and not fixed:
            pairs = [self._body(start.copy(layout)) for layout in Layout]
        else:
            body, shape = self._body(start)
            pairs = [(body.copy(layout), shape) for layout in Layout]
        ends = [self._claims(*pair) for pair in pairs]
        best = min(ends, key=lambda end: end[0])
        reading.cost += best[0]
        reading.fitting = best[1]
        reading.suspects = set().union(*(end[2] for end in ends))
        return reading

    def _body(self, fitting: Fitting) -> tuple[Fitting, Shape | Misfit]:
        try:
            for name in self.draft.wrt:
                fitting.named(name)
            return fitting, fitting.shape(self.draft.body)
        except Misfit as misfit:
            return fitting, misfit

    def _claims(
        self, fitting: Fitting, shape: Shape | Misfit
    ) -> tuple[float, Fitting, set[str]]:
        """Return the cost of all claims in a layout, and the names that cause it."""
        if isinstance(shape, Misfit):
            return BODY_MISFITS, fitting, shape.names
        cost, suspects = 0.0, set[str]()
        sizes = _sizes(fitting, fitting)
        before = fitting.copy(fitting.layout)
        everyone = {name for tree in self.draft.trees for name in names(tree)}
        everyone |= {*self.draft.wrt}
        for where, tree in self.draft.claims:
            if is_zero(tree):
                continue
            try:
                found = fitting.shape(tree)
                demanded = self._demanded(fitting, shape, where)
            except Misfit as misfit:
                cost, suspects = cost + CLAIM_MISFITS, suspects | misfit.names
                continue
            if not fitting.sizes.fit(found, demanded):
                cost, suspects = cost + OTHER_SHAPE, suspects | everyone
        merged = len(sizes) - len(_sizes(before, fitting))
        if merged:
            suspects |= everyone
        cost += (
            ODD * len(fitting.odd) + MERGED * merged + TURNED * self._turned(fitting)
        )
        return cost, fitting, suspects.union(*fitting.odd)

    def _turned(self, fitting: Fitting) -> int:
        """Count the matrices that are n x m where they could be m x n."""
        found = 0
        for name, shape in fitting.shapes.items():
            rows, columns = fitting.sizes.shape(shape)
            named = not any(map(is_unknown, rows.names | columns.names))
            if named and columns != ONE and str(rows) > str(columns):
                found += 3 if name in self.draft.wrt else 1
        return found

    def _demanded(self, fitting: Fitting, body: Shape, where: str) -> Shape:
        """Return the shape that the subject demands of a claim."""
        body = fitting.sizes.shape(body)
        if self.draft.subject != "function" or where == "differential":
            return body
        x = fitting.sizes.shape(fitting.named(self.draft.wrt[0]))
        if where == "hessian":
            if body != SCALAR:
                raise Misfit(self.draft.body)
            return x[0] * x[1], x[0] * x[1]
        return arranged_shape(body, x, fitting.layout, x == SCALAR)


def _sizes(before: Fitting, now: Fitting) -> set[str]:
    """Return the sizes that the shapes known before are made of by now."""
    parts = [
        shape
        for arguments, result in before.functions.values()
        for shape in (*arguments, result)
    ]
    shapes = [*before.shapes.values(), *parts]
    return {
        name for shape in shapes for dim in now.sizes.shape(shape) for name in dim.names
    }


def default(name: str) -> str:
    """Return what a name is by its letter."""
    if name[0].isupper() and name not in SCALARS:
        return "matrix"
    stem = name.partition("_")[0].rstrip("0123456789") or name
    return "scalar" if stem in SCALARS or name in SCALARS else "vector"


def best(search: Search) -> Reading:
    """Return the reading that fits best, and of equal ones the nearest."""
    order = count()
    first = search.first()
    heap = [(0.0, next(order), first)]
    seen = {tuple(first.values())}
    best: Reading | None = None
    for _ in range(READINGS):
        done = not heap or (best is not None and best.cost <= heap[0][0])
        if done or (best is not None and search.steps[0] > STEPS):
            break
        reading = search.read(heapq.heappop(heap)[2])
        if best is None or reading.cost < best.cost:
            best = reading
        for choice in search.next(reading):
            key = tuple(choice.values())
            if key not in seen:
                seen.add(key)
                heapq.heappush(heap, (search.deviation(choice), next(order), choice))
    assert best is not None
    return best
