"""The exact stage: both sides of a claim in the field of order 2^61 - 1.

A claim made of rational functions is compared at random residues. If the sides differ
anywhere, the claim is false, and that is a proof. If it is false at some sizes, then
left minus right is a rational function that is not zero, and by Schwartz and Zippel it
vanishes at a random point with probability at most degree / order.

That function has rational coefficients, and it is assumed that 2^61 - 1 does not divide
the numerators of all of them: true of every claim not written with this prime in mind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from ..engine.enclosure import Finding
from ..engine.jets import defined
from ..engine.residues import P, Residues, residues
from ..language.declaration import Type
from ..language.sizes import Case, generator
from ..language.statement import Claim, Statement
from ..language.term import Term
from .degrees import NotRational
from .rational import Identity, two_parts, unfit

Array = Any
SIZES = 4
"""Choices of sizes that are looked at."""
TARGET = 1e-32
"""The probability that a false identity passes is pushed below this."""
MOST_PRODUCTS = 20_000
"""Products that a draw may take: larger sizes are left to other stages."""
MOST_PARTS = 3
"""Names whose sets fall apart in two: 2^3 combinations are looked at."""


@dataclass(frozen=True)
class Exactly:
    """What the exact stage found; `str` is the sentence for people."""

    finding: Finding
    sizes: tuple[Mapping[str, int], ...] = ()
    """Sizes, and whole numbers by name, at which the sides agree everywhere."""
    different: tuple[Mapping[str, int], ...] = ()
    """Sizes at which they differ, which is a proof: the search ends there."""
    draws: int = 0
    """Draws at each of the sizes, and on each part of a set that falls apart."""
    degree: int = 0
    """The largest degree of left minus right."""
    bound: float = 0.0
    """Probability that a claim that is false at one of `sizes` passes there."""
    reason: str = ""
    """Why nothing was decided."""

    def __str__(self) -> str:
        if self.finding is Finding.UNDECIDED:
            return f"not decided exactly: {self.reason}"
        if self.finding is Finding.DIFFERENT:
            return f"exact: the sides differ{show_sizes(self.different, ' at ')}"
        text = f"exact{show_sizes(self.sizes, ' at ')}"
        if self.bound == 0:
            return text
        return (
            f"{text}: a false identity would pass with probability below "
            f"{_power_of_ten_above(self.bound)}"
        )


def _power_of_ten_above(bound: float) -> str:
    return f"1e{math.floor(math.log10(bound)) + 1}"


def show_sizes(sizes: Sequence[Mapping[str, int]], before: str) -> str:
    """Print sizes: `n = 2`, `n in {2, 3}`, `(m, n) in {(2, 3), (3, 2)}`."""
    names = sorted(sizes[0]) if sizes else []
    if not names:
        return ""
    rows = sorted(tuple(chosen[name] for name in names) for chosen in sizes)
    left, *listed = (_row(row) for row in (names, *rows))
    if len(listed) == 1:
        return f"{before}{left} = {listed[0]}"
    return f"{before}{left} in {{{', '.join(listed)}}}"


def _row(parts: Sequence[object]) -> str:
    text = ", ".join(map(str, parts))
    return text if len(parts) == 1 else f"({text})"


def compared(
    statement: Statement,
    claim: Claim,
    cases: Sequence[Case],
    seed: int,
    draws: int = 2,
    *,
    sizes: int = SIZES,
    term: Term | None = None,
) -> Exactly | None:
    """Compare the sides of a claim, or another closed form `term`, at random residues.

    None if they are not rational functions: `unfit` says why. `draws` is raised where
    the degree is so large that the bound would not be below 1e-32. Deterministic in the
    seed, the record's id and the sizes.
    """
    if unfit(statement, claim, term):
        return None
    identity = Identity(statement, claim, term)
    same: list[Mapping[str, int]] = []
    reason = "there are no sizes"
    most, degree, bound = 0, 0, 0.0
    for case in chosen(cases, sizes):
        try:
            trial = Trial(identity, case, seed, draws)
        except NotRational as refused:  # an exponent that is too large at these sizes
            reason = str(refused)
            continue
        if trial.too_large:
            reason = "the sizes are too large"
            continue
        match trial.finding():
            case Finding.DIFFERENT:
                at = (dict(case.numbers),)
                return Exactly(Finding.DIFFERENT, (), at, trial.draws, trial.degree)
            case Finding.UNDECIDED:
                reason = "a side is not defined, or needs the value of a logarithm"
            case Finding.SAME:
                same.append(dict(case.numbers))
                most, degree = max(most, trial.draws), max(degree, trial.degree)
                bound = max(bound, trial.bound)
    if not same:
        return Exactly(Finding.UNDECIDED, reason=reason)
    return Exactly(Finding.SAME, tuple(same), (), most, degree, bound)


def chosen(cases: Sequence[Case], count: int) -> list[Case]:
    """Return the first cases that are distinct, with sizes that are not all 1 first."""
    found: dict[tuple[tuple[str, int], ...], Case] = {}
    for case in cases:
        found.setdefault(tuple(sorted(case.numbers.items())), case)
    ones = [c for c in found.values() if c.sizes and set(c.sizes.values()) == {1}]
    return [c for c in found.values() if c not in ones][:count] or ones[:1]


class Trial:
    """One identity at one choice of sizes."""

    def __init__(self, identity: Identity, case: Case, seed: int, draws: int):
        self.identity, self.case = identity, case
        self.degree, self.inverted = identity.degree(case)
        self.forks = [
            name for name, t in sorted(identity.types.items()) if two_parts(t, case)
        ]
        self.draws = draws
        while self.bound > TARGET:
            self.draws += 1
        words = [f"{name}={k}" for name, k in sorted(case.numbers.items())]
        record = identity.statement.record
        self.random = generator(seed, record.id, "residues", *words)

    @property
    def bound(self) -> float:
        """The probability that the sides agree at all draws and are different.

        Points where a denominator vanishes do not count, which leaves at least
        1 - inverted / P of all points.
        """
        return (self.degree / (P - self.inverted)) ** self.draws

    @property
    def too_large(self) -> bool:
        """Whether it would take too long."""
        products = self.identity.cost(self.case)
        return products > MOST_PRODUCTS or len(self.forks) > MOST_PARTS

    def finding(self) -> Finding:
        """Draw and compare; parts of a set where a side is undefined do not count."""
        parts = 2 ** len(self.forks)
        usable = np.zeros(parts, dtype=int)
        for _ in range(2):  # the second time for what is undefined by bad luck only
            good, differ = self._compare(parts)
            if differ.any():
                return Finding.DIFFERENT
            usable += good.reshape(-1, parts).sum(axis=0)
            if (usable >= self.draws).all():
                break
        reached = usable[usable > 0]
        enough = len(reached) and (reached >= self.draws).all()
        return Finding.SAME if enough else Finding.UNDECIDED

    def _compare(self, parts: int) -> tuple[Array, Array]:
        lanes = self.draws * parts
        raw = {
            name: residues(self.random, (lanes, *shape_of(declared, self.case)))
            for name, declared in sorted(self.identity.types.items())
            if name not in self.case.whole
        }
        for k, name in enumerate(self.forks):
            for lane in range(lanes):
                raw[name][lane, 0, 0] = -1 if lane >> k & 1 else 1
        return compare(self.identity, self.case, raw, lanes, self.random)


def compare(
    identity: Identity,
    case: Case,
    raw: Mapping[str, Array],
    lanes: int,
    random: Random,
) -> tuple[Array, Array]:
    """Return which draws are defined, and at which of these the sides differ."""
    x = [identity.statement.variable(name) for name in identity.statement.wrt]
    directions = [
        residues(random, (lanes, *shape_of(x[0], case)))
        for _ in range(identity.directions)
    ]
    xp = Residues(residues(random, (lanes, 1, 1)))
    values = identity.values(xp, raw, case)
    left, right = (
        np.broadcast_to(X, (lanes, *X.shape[-2:]))
        for X in identity.sides(xp, values, case, directions)
    )
    good = (defined(left) & defined(right)).all(axis=(-2, -1))
    return good, good & np.asarray(left != right, bool).any(axis=(-2, -1))


def shape_of(declared: Type, case: Case) -> tuple[int, int]:
    """Return the shape of a type in numbers."""
    rows, columns = declared.shape
    return case.size(rows), case.size(columns)
