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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .enclosure import Finding
from .jets import defined
from .rational import Identity, two_parts, unfit
from .residues import P, Residues
from .sizes import Case, generator
from .statement import Claim, Statement
from .term import Term

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
    """Those at which they differ: a proof."""
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
    """Print sizes as a set: `n in {2, 3}`, `(m, n) in {(2, 3), (3, 2)}`."""
    names = sorted(sizes[0]) if sizes else []
    if not names:
        return ""
    rows = sorted(tuple(chosen[name] for name in names) for chosen in sizes)
    if len(names) == 1:
        return f"{before}{names[0]} in {{{', '.join(str(row[0]) for row in rows)}}}"
    listed = ", ".join(f"({', '.join(map(str, row))})" for row in rows)
    return f"{before}({', '.join(names)}) in {{{listed}}}"


def exact(
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
    different: list[Mapping[str, int]] = []
    reasons: list[str] = []
    most, degree, bound = 0, 0, 0.0
    for case in chosen(cases, sizes):
        trial = _Trial(identity, case, seed, draws)
        if trial.too_large:
            reasons.append("sizes are too large")
            continue
        found = trial.finding()
        if found is Finding.UNDECIDED:
            reasons.append("a side is not defined, or the value of a logarithm counts")
            continue
        (same if found is Finding.SAME else different).append(dict(case.numbers))
        most, degree = max(most, trial.draws), max(degree, trial.degree)
        if found is Finding.SAME:
            bound = max(bound, trial.bound)
    finding = Finding.DIFFERENT if different else Finding.SAME
    if not same and not different:
        finding = Finding.UNDECIDED
    reason = reasons[0] if finding is Finding.UNDECIDED and reasons else ""
    return Exactly(finding, tuple(same), tuple(different), most, degree, bound, reason)


def chosen(cases: Sequence[Case], count: int) -> list[Case]:
    """Return the first cases that are distinct, with sizes that are not all 1 first."""
    found: dict[tuple[tuple[str, int], ...], Case] = {}
    for case in cases:
        found.setdefault(tuple(sorted(case.numbers.items())), case)
    ones = [c for c in found.values() if c.sizes and set(c.sizes.values()) == {1}]
    return [c for c in found.values() if c not in ones][:count] or ones[:1]


class _Trial:
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
        """Draw, and compare; parts of a set where a side is not defined do not count."""
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
        """Return which draws are defined, and at which of these the sides differ."""
        lanes = self.draws * parts
        raw = self._raw(lanes)
        x = self.identity.statement.wrt
        shape = self._shape(self.identity.types[x[0]].shape) if x else (1, 1)
        directions = [
            self._residues((lanes, *shape)) for _ in range(self.identity.directions)
        ]
        xp = Residues(self._residues((lanes, 1, 1)))
        values = self.identity.values(xp, raw, self.case)
        left, right = self.identity.sides(xp, values, self.case, directions)
        left, right = (
            np.broadcast_to(X, (lanes, *X.shape[-2:])) for X in (left, right)
        )
        good = (defined(left) & defined(right)).all(axis=(-2, -1))
        return good, good & np.asarray(left != right, bool).any(axis=(-2, -1))

    def _raw(self, lanes: int) -> dict[str, Array]:
        raw = {}
        for name, declared in sorted(self.identity.types.items()):
            if name not in self.case.whole:
                raw[name] = self._residues((lanes, *self._shape(declared.shape)))
        for k, name in enumerate(self.forks):
            for lane in range(lanes):
                raw[name][lane, 0, 0] = -1 if lane >> k & 1 else 1
        return raw

    def _shape(self, shape: Any) -> tuple[int, int]:
        return self.case.size(shape[0]), self.case.size(shape[1])

    def _residues(self, shape: tuple[int, ...]) -> Array:
        X = np.empty(math.prod(shape), dtype=object)
        X[:] = list(self._words(len(X)))
        return X.reshape(shape)

    def _words(self, count: int) -> Iterator[int]:
        for _ in range(count):
            word = self.random.getrandbits(61)
            while word >= P:
                word = self.random.getrandbits(61)
            yield word
