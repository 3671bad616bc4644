"""One identity at one choice of sizes, and the sizes at which it is tried, up to 12."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from random import Random

from ..engine.finding import Finding
from ..engine.matrices import Matrix
from ..engine.residues import P, Residue
from ..language.sizes import Case, drawn
from .fields import Fields, Generic, shape_of
from .rational import Identity, parts_of
from .rational import chosen as part_of

LARGEST = 12
"""The largest size; every name has every size from 2 on once."""
GIVEN = 6
"""Cases that floating point looks at as well."""
INTEGERS = range(-3, 9)
"""What an `integer` may be."""
TARGET = 1e-32
"""The probability that a false identity passes is pushed below this."""
MOST_ENTRIES = 20_000
"""Entries that a draw may take: larger sizes are left to other stages."""
MOST_PARTS = 16
"""Combinations of the parts into which sets fall, as orthogonal matrices in two."""


def chosen(identity: Identity, cases: Sequence[Case], random: Random) -> Iterator[Case]:
    """Yield the first cases, larger ones, and those of size 1 as the last.

    In the larger ones each name has each size up to 12, and no two have the same; each
    whole number by name has each value once, where it may.
    """
    ones = _first(case for case in cases if at_ones(case))
    given = _first(case for case in cases if not at_ones(case))
    yield from given
    seen = [case.numbers for case in (*ones, *given)]
    statement = identity.statement
    each = {name: random.sample(INTEGERS, len(INTEGERS)) for name in statement.whole}
    turn = 0
    for sizes in sorted(_larger(sorted(statement.sizes), random), key=_total):
        met = bool(cases) and statement.demands.met(sizes)
        for _ in range(2 if met and statement.whole else met):
            whole = drawn(statement.whole, INTEGERS, sizes, random, statement.demands)
            if whole is None:
                continue
            for name, dim in statement.whole.items():
                other = {**whole, name: each[name][turn % len(INTEGERS)]}
                if dim is None and statement.demands.agree({**sizes, **other}):
                    whole = other
            turn += 1
            case = Case(sizes, whole)
            if case.numbers not in seen:
                seen.append(case.numbers)
                yield case
    yield from ones


def _first(cases: Iterable[Case]) -> list[Case]:
    """Return a few cases, each once."""
    found: list[Case] = []
    for case in cases:
        if len(found) < GIVEN and case not in found:
            found.append(case)
    return found


def at_ones(case: Case) -> bool:
    """Whether all sizes are 1: there most claims are true."""
    return set(case.sizes.values()) == {1}


def _larger(names: Sequence[str], random: Random) -> list[dict[str, int]]:
    """Return sizes from 2 on, of which each name has each once."""
    sizes = list(range(2, max(LARGEST, len(names) + 1) + 1))
    shuffled = random.sample(sizes, len(sizes))
    return [
        {name: shuffled[(i + j) % len(sizes)] for j, name in enumerate(names)}
        for i in range(len(sizes))
    ]


def _total(sizes: Mapping[str, int]) -> int:
    return sum(sizes.values())


class Trial:
    """One identity at one choice of sizes."""

    def __init__(self, identity: Identity, case: Case, fields: Fields, draws: int = 2):
        self.identity, self.case, self.fields = identity, case, fields
        self.degree, self.inverted = identity.degree(case)
        self.entries = identity.cost(case)
        parts = {
            name: parts_of(declared, case)
            for name, declared in sorted(identity.types.items())
        }
        self.forks = {name: count for name, count in parts.items() if count > 1}
        self.finding = Finding.UNDECIDED
        self.claimless = False
        """Whether the right side has no value where the left side has one."""
        self.draws = draws
        while self.bound > TARGET:
            self.draws += 1

    @property
    def parts(self) -> int:
        """Into how many parts the sets of the names fall together."""
        return math.prod(self.forks.values())

    @property
    def bound(self) -> float:
        """The probability that the sides agree at all draws and are different.

        Points where a denominator vanishes do not count, which leaves at least
        1 - inverted / P of all points; the other prime is larger.
        """
        return (self.degree / (P - self.inverted)) ** self.draws

    @property
    def too_large(self) -> bool:
        """Whether it would take too long."""
        return self.entries > MOST_ENTRIES or self.parts > MOST_PARTS

    def look(self) -> Finding:
        """Draw and compare; parts of a set where a side is undefined do not count."""
        usable = []
        for part in range(self.parts):
            good, claimless = 0, False
            # Twice as often as need be, for what is undefined by bad luck only.
            for turn in range(2 * self.draws):
                found = self.fields.compared(
                    self.identity, self.case, partial(self._raw, part), turn, part
                )
                if found is Finding.DIFFERENT:
                    self.finding = found
                    return found
                good += found is Finding.SAME
                claimless |= found is Finding.UNDECIDED
                if good == self.draws:
                    break
            usable.append(good)
            self.claimless |= claimless and not good
        reached = [good for good in usable if good]
        if reached and min(reached) >= self.draws:
            self.finding = Finding.SAME
        return self.finding

    def _raw(self, part: int, field: Residue, generic: Generic) -> dict[str, Matrix]:
        raw = {
            name: generic(shape_of(declared, self.case))
            for name, declared in sorted(self.identity.types.items())
            if name not in self.case.whole
        }
        for name, count in self.forks.items():
            part, one = divmod(part, count)
            raw[name] = part_of(self.identity.types[name], raw[name], one)
        return raw
