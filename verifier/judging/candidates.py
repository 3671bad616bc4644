"""Small points to try a claim at: entries from 0, 1, -1, 2 at the smallest sizes.

A candidate says for each raw entry that is free which of a few numbers it is, the
simplest first; what a set of candidates is good for, the caller decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from random import Random

import numpy as np

from ..language.arrays import Array
from ..language.declaration import Type
from ..language.sizes import Case
from ..language.statement import Statement
from .fields import shape_of

LARGEST = 3
LANES = 48
"""Candidates of one batch; there are at most so many to enumerate, or so many drawn."""
ROUNDS = 12
"""Rounds of making a candidate simpler, one entry at a time."""
MOST_WHOLE = 6
ENTRIES = (0, 1, -1, 2)
POSITIVE = (1, 2, 3)
SIGNS = (1, -1)
INTEGERS = (1, 2, 0, 3, -1, -2)

Candidate = tuple[int, ...]
"""For each free entry which of its choices is taken."""
Best = Callable[[list[Candidate]], Candidate | None]
"""Returns the simplest of some candidates that serves, if one does."""


def small_cases(statement: Statement) -> Iterator[Case]:
    """Yield sizes up to 3 that satisfy a statement's demands, the smallest first."""
    names, demands = sorted(statement.sizes), statement.demands
    by_weight = sorted(
        product(range(1, LARGEST + 1), repeat=min(len(names), 6)),
        key=lambda row: (sum(row), max(row, default=0)),
    )
    for row in by_weight:
        sizes = dict.fromkeys(names, 1) | dict(zip(names, row, strict=False))
        if demands.met(sizes):
            yield from _with_whole(statement, sizes)


def _with_whole(statement: Statement, sizes: Mapping[str, int]) -> Iterator[Case]:
    options = [
        INTEGERS if dim is None else range(1, int(dim.at(sizes)) + 1)
        for dim in statement.whole.values()
    ]
    rows = (dict(zip(statement.whole, row, strict=True)) for row in product(*options))
    agreeing = (row for row in rows if statement.demands.agree({**sizes, **row}))
    for row in islice(agreeing, MOST_WHOLE):
        yield Case(sizes, row)


def weight(candidate: Candidate) -> tuple[int, int]:
    """Return how many entries are not of the simplest, and how far from it they are."""
    return sum(1 for k in candidate if k), sum(candidate)


@dataclass(frozen=True)
class Slot:
    """A raw entry that is free, and what it may be, the simplest first."""

    name: str
    row: int
    column: int
    choices: tuple[int, ...]


class Candidates:
    """The candidates at one choice of sizes."""

    def __init__(self, types: Mapping[str, Type], case: Case, random: Random):
        self.types, self.case, self.random = types, case, random
        self.slots = [slot for name in sorted(types) for slot in self._of(name)]

    def _of(self, name: str) -> Iterator[Slot]:
        """Yield the raw entries that a value of this type depends on."""
        if name in self.case.whole:
            return
        declared = self.types[name]
        rows, columns = shape_of(declared, self.case)
        for i, j in product(range(rows), range(columns)):
            choices = _choices(declared.kind, i, j, rows)
            if choices:
                yield Slot(name, i, j, choices)

    def raw(self, candidates: Sequence[Candidate]) -> dict[str, Array]:
        """Return raw entries (candidates, rows, columns) by name."""
        raw = {
            name: np.zeros((len(candidates), *shape_of(declared, self.case)), object)
            for name, declared in self.types.items()
            if name not in self.case.whole
        }
        for k, slot in enumerate(self.slots):
            for lane, candidate in enumerate(candidates):
                value = slot.choices[candidate[k]]
                raw[slot.name][lane, slot.row, slot.column] = value
        return raw

    def smallest(self, best: Best) -> Candidate | None:
        """Return a candidate that serves and cannot be made simpler one by one."""
        found = next((c for c in map(best, self._batches()) if c is not None), None)
        for _ in range(ROUNDS if found else 0):
            assert found is not None
            simpler = best(_simpler(found))
            if simpler is None:
                break
            found = simpler
        return found

    def _batches(self) -> Iterator[list[Candidate]]:
        counts = [len(slot.choices) for slot in self.slots]
        if np.prod([1.0, *counts]) <= LANES:
            yield list(product(*(range(count) for count in counts)))
            return
        for fewest in (1, len(counts) // 2):
            batch = set()
            for i in range(LANES):
                filled = fewest + i * (len(counts) - fewest) // (LANES - 1)
                places = self.random.sample(range(len(counts)), filled)
                batch.add(
                    tuple(
                        self.random.randrange(1, count) if k in places else 0
                        for k, count in enumerate(counts)
                    )
                )
            yield sorted(batch)


def _simpler(candidate: Candidate) -> list[Candidate]:
    """Return the candidates with one entry simpler."""
    return [
        (*candidate[:k], less, *candidate[k + 1 :])
        for k, choice in enumerate(candidate)
        for less in range(choice)
    ]


def _choices(kind: str, i: int, j: int, n: int) -> tuple[int, ...]:
    """Return what raw entry (i, j) of a type may be; nothing if it does not matter."""
    match kind:
        case "positive" | "positive_vector" | "positive_matrix" | "probability_vector":
            return POSITIVE
        case "positive_definite":  # a lower factor
            return POSITIVE[:2] if i == j else ENTRIES if i > j else ()
        case "unit_vector":
            return (ENTRIES if i else ()) if n > 1 else SIGNS
        case "orthogonal" if i == j == 0:
            return SIGNS
        case "idempotent" | "projection" if i == j:
            return SIGNS
        case "symmetric" | "lower":
            return ENTRIES if i >= j else ()
        case "upper":
            return ENTRIES if i <= j else ()
        case "skew" | "orthogonal" | "projection":
            return ENTRIES if i > j else ()
        case "diagonal":
            return ENTRIES if i == j else ()
    return ENTRIES
