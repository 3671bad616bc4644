"""The exact stage: both sides of a claim at random residues, at sizes up to 12.

A claim made of rational functions is compared in two fields, of order 2^61 - 1 and of
an order that is drawn: a prime may divide all coefficients of what is left minus right,
and a prime that nobody knows does not. If the sides differ anywhere, the claim is
false, and that is a proof. If it is false at some sizes, then left minus right is a
rational function that is not zero, and by Schwartz and Zippel it vanishes at a random
point with probability at most degree / order. Elementary functions are taken for free
ones (`engine.free`): what agrees then is proven alike, and what differs is undecided.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from ..engine.directions import directions_of
from ..engine.evaluate import Evaluation
from ..engine.finding import Finding
from ..engine.free import FreeArithmetic
from ..engine.jets import constant
from ..engine.matrices import Matrix
from ..engine.residues import ExactArithmetic, Numbers, P, Residue, random_prime
from ..language.declaration import Type
from ..language.sizes import Case, drawn, generator
from ..language.statement import Claim, Statement
from ..language.term import Term
from .degrees import NotRational
from .rational import Identity, parts_of, unfit
from .rational import chosen as part_of

Generic = Callable[[tuple[int, int]], Matrix]
Shared = dict[Any, Any]
"""Draws of one record by what they are draws of."""
Raw = Callable[[Residue, Generic], Mapping[str, Matrix]]
LARGEST = 12
"""The largest size; every name has every size from 2 on once."""
GIVEN = 6
"""Cases that floating point looks at as well."""
INTEGERS = range(-3, 9)
"""What an `integer` may be."""
RELATED = "the sides differ unless functions in them are related"
"""Why free functions decide nothing: exp(u + v) is exp(u) * exp(v)."""
TARGET = 1e-32
"""The probability that a false identity passes is pushed below this."""
MOST_ENTRIES = 20_000
"""Entries that a draw may take: larger sizes are left to other stages."""
ALL_ENTRIES = 40_000
"""Entries that the draws may take together; those of the smallest cases come first."""
MOST_SHOWN = 12
"""Choices of sizes that are printed one by one."""
MOST_KNOWN = 512
"""Values of terms that are kept at a draw for the next claim."""
MOST_PARTS = 16
"""Combinations of the parts into which sets fall, as orthogonal matrices in two."""


@dataclass(frozen=True)
class Exactly:
    """What the exact stage found; `str` is the sentence for people."""

    finding: Finding
    sizes: tuple[Mapping[str, int], ...] = ()
    """Sizes, and whole numbers by name, at which the sides agree everywhere."""
    different: tuple[Mapping[str, int], ...] = ()
    """Sizes at which they differ, which is a proof: the search ends there."""
    draws: int = 0
    """Draws in all."""
    degree: int = 0
    """The largest degree of left minus right."""
    bound: float = 0.0
    """Probability that a claim that is false at one of `sizes` passes there."""
    reason: str = ""
    """Why nothing was decided."""
    free: bool = False
    """Whether elementary functions were taken for free ones."""

    def __str__(self) -> str:
        if self.finding is Finding.UNDECIDED:
            return f"not decided exactly: {self.reason}"
        if self.finding is Finding.DIFFERENT:
            return f"exact: the sides differ{show_sizes(self.different, ' at ')}"
        text = f"exact{show_sizes(self.sizes, ' at ')}"
        text += ", whatever the values of its functions" if self.free else ""
        if self.bound == 0:
            return text
        return (
            f"{text}: a false identity would pass with probability below "
            f"{_power_of_ten_above(self.bound)}"
        )


def _power_of_ten_above(bound: float) -> str:
    return f"1e{math.floor(math.log10(bound)) + 1}"


def show_sizes(sizes: Sequence[Mapping[str, int]], before: str) -> str:
    """Print sizes: `n = 2`, `n in {2, 3}`, `(m, n) in {(2, 3), (3, 2)}`.

    Many are only counted: `17 choices of (m, n) to 12`.
    """
    names = sorted(sizes[0]) if sizes else []
    if not names:
        return ""
    rows = sorted(tuple(chosen[name] for name in names) for chosen in sizes)
    left, *listed = (_row(row) for row in (names, *rows))
    if len(listed) > MOST_SHOWN:
        return f"{before}{len(listed)} choices of {left} to {max(map(max, rows))}"
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
    *,
    term: Term | None = None,
    shared: Shared | None = None,
) -> Exactly | None:
    """Compare the sides of a claim, or another closed form `term`, at random residues.

    None if they are not rational functions, not even of elementary functions that are
    taken for free ones: `unfit` says why. Every case gets a draw in each of the two
    fields, or more where the degree is so large that the bound would not be below
    1e-32. Deterministic in the seed and the record's id.
    """
    free = bool(unfit(statement, claim, term))
    if free and unfit(statement, claim, term, free):
        return None
    identity = Identity(statement, claim, term, free)
    fields = Fields(seed, (statement.record.id, "residues"), shared)
    trials, reason = _trials(identity, cases, fields)
    try:
        for trial in trials:
            if at_ones(trial.case) and not _has_values_elsewhere(trials):
                continue
            if trial.look() is Finding.DIFFERENT:
                if free:
                    return Exactly(Finding.UNDECIDED, reason=RELATED)
                at = (dict(trial.case.numbers),)
                return Exactly(Finding.DIFFERENT, (), at, trial.draws, trial.degree)
    except NotRational as refused:
        return Exactly(Finding.UNDECIDED, reason=str(refused))
    same = [trial for trial in trials if trial.finding is Finding.SAME]
    if not same:
        return Exactly(Finding.UNDECIDED, reason=reason)
    return Exactly(
        Finding.SAME,
        tuple(dict(trial.case.numbers) for trial in same),
        (),
        sum(trial.draws * trial.parts for trial in same),
        max(trial.degree for trial in same),
        max(trial.bound for trial in same),
        free=free,
    )


def _has_values_elsewhere(trials: Sequence[Trial]) -> bool:
    """Whether there are values at larger sizes, where there are such sizes."""
    others = [trial for trial in trials if not at_ones(trial.case)]
    return not others or any(trial.finding is Finding.SAME for trial in others)


def _trials(
    identity: Identity, cases: Sequence[Case], fields: Fields
) -> tuple[list[Trial], str]:
    """Return the trials that are affordable, and why there is nothing to be found."""
    found: list[Trial] = []
    reason, entries = "there are no sizes", 0
    for case in chosen(identity, cases, fields.random):
        if at_ones(case) and not found and reason != "there are no sizes":
            break  # what is true at size 1 alone says little
        try:
            trial = Trial(identity, case, fields)
        except NotRational as refused:  # an exponent that is too large at these sizes
            reason = str(refused)
            if identity.free and case in cases:
                return [], reason  # it is composed too deeply
            continue
        entries += trial.entries
        if trial.too_large or (found and entries > ALL_ENTRIES):
            reason = "the sizes are too large"
            continue
        found.append(trial)
    if found:
        reason = "a side is not defined"
    return found, reason


def chosen(identity: Identity, cases: Sequence[Case], random: Random) -> Iterator[Case]:
    """Yield the first cases, larger ones, and that of size 1 as the last.

    In the larger ones each name has each size up to 12, and no two have the same.
    """
    seen: dict[tuple[tuple[str, int], ...], Case] = {}
    for case in cases:
        seen.setdefault(tuple(sorted(case.numbers.items())), case)
    ones = list(filter(at_ones, seen.values()))
    yield from [c for c in seen.values() if c not in ones][:GIVEN]
    statement = identity.statement
    for sizes in sorted(_larger(sorted(statement.sizes), random), key=_total):
        met = bool(cases) and statement.demands.met(sizes)
        for _ in range(2 if met and statement.whole else met):
            whole = drawn(statement.whole, INTEGERS, sizes, random, statement.demands)
            if whole is None:
                continue
            case = Case(sizes, whole)
            if tuple(sorted(case.numbers.items())) not in seen:
                yield case
    yield from ones[:1]


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


@dataclass(frozen=True)
class Sample:
    """One draw in a field: what is known, the directions, the left side along them."""

    known: Evaluation
    directions: Sequence[Matrix]
    left: Matrix


class Fields:
    """The two fields that draws take turns in.

    Claims of one record about one left side share their draws, which `shared` keeps.
    """

    def __init__(self, seed: int, words: Sequence[str], shared: Shared | None = None):
        self.seed, self.words = seed, words
        self.shared: Shared = {} if shared is None else shared
        self.random = generator(seed, *words)
        if "fields" not in self.shared:
            # Not from `random`: that of a claim is the same whether it shares or not.
            moduli = P, random_prime(generator(seed, *words, "prime"))
            fields = [Residue(p) for p in moduli]
            self.shared["fields"] = (
                fields,
                [ExactArithmetic(field) for field in fields],
                [FreeArithmetic(field) for field in fields],
            )
        self.fields, self.arithmetics, self.free = self.shared["fields"]

    def differ(
        self, identity: Identity, case: Case, raw: Raw, turn: int, part: int = 0
    ) -> bool | None:
        """Return whether the sides differ, or None where one is not defined."""
        return _differ(
            identity, case, lambda: self._sample(identity, case, raw, turn, part)
        )

    def differ_at(self, identity: Identity, case: Case, raw: Raw) -> bool | None:
        """Return whether the sides differ at entries that are given, not drawn."""
        numbers = self.fields[0].numbers(self.random)
        return _differ(
            identity, case, lambda: self._drawn(identity, case, raw, 0, numbers)
        )

    def _sample(
        self, identity: Identity, case: Case, raw: Raw, turn: int, part: int
    ) -> Sample | None:
        """Return a draw, or None where the left side is not defined."""
        words = [f"{name}={k}" for name, k in sorted(case.numbers.items())]
        key = (*words, part, identity.kind)
        if key not in self.shared:
            random = generator(self.seed, *self.words, *words, str(part))
            self.shared[key] = [], [field.numbers(random) for field in self.fields]
        samples, numbers = self.shared[key]
        while len(samples) <= turn:
            which = len(samples) % 2
            samples.append(self._drawn(identity, case, raw, which, numbers[which]))
        return samples[turn]

    def _drawn(
        self,
        identity: Identity,
        case: Case,
        raw: Raw,
        which: int,
        numbers: Numbers,
    ) -> Sample | None:
        field, xp = self.fields[which], self.arithmetics[which]
        generic = partial(field.draw, numbers)
        if identity.free:
            key = b"%d" % numbers.take(1)[0]
            xp = self.free[which].drawn(key)
        # Each draw has a pi of its own, and so an arithmetic.
        xp = xp.with_pi(constant(generic((1, 1))))
        statement, claim = identity.statement, identity.claim
        directions = [
            generic(shape_of(statement.variable(statement.wrt[0]), case))
            for _ in range(directions_of(statement, claim))
        ]
        try:
            values = identity.values(xp, raw(field, generic), case)
            left = identity.left_side(xp, values, case, directions)
            return Sample(identity.evaluation(xp, values, case), directions, left)
        except ZeroDivisionError:
            return None


def _differ(
    identity: Identity, case: Case, drawn: Callable[[], Sample | None]
) -> bool | None:
    try:
        sample = drawn()
        if sample is None:
            return None
        if len(sample.known.known) > MOST_KNOWN:
            sample.known.known.clear()
        right = identity.right_side(sample.known, case, sample.directions)
        return sample.left.flint != right.flint
    except ZeroDivisionError:
        return None
    except ArithmeticError as error:
        raise NotRational(
            "a side needs the value of a logarithm or an inverse tangent"
        ) from error


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
            good = 0
            # Twice as often as need be, for what is undefined by bad luck only.
            for turn in range(2 * self.draws):
                differ = self.fields.differ(
                    self.identity, self.case, partial(self._raw, part), turn, part
                )
                if differ:
                    self.finding = Finding.DIFFERENT
                    return self.finding
                good += differ is not None
                if good == self.draws:
                    break
            usable.append(good)
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


def shape_of(declared: Type, case: Case) -> tuple[int, int]:
    """Return the shape of a type in numbers."""
    rows, columns = declared.shape
    return case.size(rows), case.size(columns)
