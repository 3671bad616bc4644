"""Conditions that tell where a failing claim holds: signs and parities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..engine.arrays import Truths
from ..engine.ball_point import point
from ..engine.enclosure import enclose
from ..engine.finding import Finding
from ..judging.counting import tally_of
from ..language.assumption import inequalities
from ..language.declaration import Type
from ..language.statement import Statement
from ..language.term import SCALAR
from .assumptions import Assumption
from .patient import Patient
from .trials import Trial, trials

Test = Callable[[Trial], Truths | np.bool_]
LEAST = 3
"""Draws on each side of a condition, without which it says nothing."""
CASES = 2
"""Cases on each side of a condition on sizes and whole numbers."""
ENCLOSED = 6
"""Draws that satisfy a condition and are put to the balls."""
SIDES = (("positive", 1), ("negative", -1))
PARITIES = (("even", 0), ("odd", 1))
SIGNED = ("scalar", "vector", "matrix", "invertible")
TRIANGULAR = ("lower", "upper")
WITH_DETERMINANT = ("matrix", "invertible", "orthogonal", "symmetric")


@dataclass(frozen=True)
class Condition:
    """What is said, and at which draws it is so; `numbers` if the case decides."""

    words: str
    test: Test
    numbers: bool = False
    assumed: bool = False
    """Whether the words are what a record writes."""
    kind: str = "needs-other-assumption"


def of_draws(patient: Patient) -> Assumption | None:
    """Find a condition that tells the draws where a claim holds from the others."""
    if patient.moving:
        return None
    found = trials(patient)
    for condition in _conditions(patient.statement):
        if _tells(condition, found) and _proven(patient, condition, found):
            written = condition.words if condition.assumed else ""
            words = condition.words
            return Assumption(condition.kind, words, written=written)
    return None


def _conditions(statement: Statement) -> Iterator[Condition]:
    """Yield signs of names, of determinants and of diagonals, then parities."""
    types = {n: t for n, t in statement.types.items() if isinstance(t, Type)}
    for name, declared in types.items():
        square = declared.shape[0] == declared.shape[1] and declared.shape != SCALAR
        for word, sign in SIDES:
            if square and declared.kind in WITH_DETERMINANT:
                yield Condition(f"det({name}) is {word}", _determinant(name, sign))
            if square and declared.kind in TRIANGULAR:
                words = f"the diagonal of {name} is {word}"
                yield Condition(words, _diagonal(name, sign))
            if declared.kind in SIGNED:
                yield Condition(f"{name} is {word}", _signed(name, sign))
    scalars = [name for name, declared in types.items() if declared.kind == "scalar"]
    for first, second in combinations(scalars, 2):
        words = f"{first} and {second} have the same sign"
        yield Condition(words, _alike(first, second))
    for m, n in combinations(sorted(statement.sizes), 2):
        yield Condition(f"{m} = {n}", _equal(m, n), numbers=True, kind="needs-square")
    for words, test in inequalities(statement.sizes, statement.whole):
        yield Condition(words, _of_numbers(test), numbers=True, assumed=True)
    for name in (*sorted(statement.sizes), *statement.whole):
        for word, rest in PARITIES:
            yield Condition(f"{name} is {word}", _parity(name, rest), numbers=True)


def _of_numbers(test: Callable[[Mapping[str, int]], bool]) -> Test:
    return lambda one: np.full(len(one.draws), test(one.case.numbers))


def _determinant(name: str, sign: int) -> Test:
    return lambda one: sign * np.linalg.det(one.values[name]) > 0


def _diagonal(name: str, sign: int) -> Test:
    return lambda one: (
        sign * np.diagonal(one.values[name], axis1=-2, axis2=-1) > 0
    ).all(axis=-1)


def _signed(name: str, sign: int) -> Test:
    return lambda one: (sign * one.values[name] > 0).all(axis=(-2, -1))


def _alike(first: str, second: str) -> Test:
    return lambda one: (one.values[first] * one.values[second] > 0).all(axis=(-2, -1))


def _equal(m: str, n: str) -> Test:
    return lambda one: np.full(
        len(one.draws), one.case.numbers[m] == one.case.numbers[n]
    )


def _parity(name: str, rest: int) -> Test:
    return lambda one: np.full(len(one.draws), one.case.numbers[name] % 2 == rest)


def _tells(condition: Condition, found: Sequence[Trial]) -> bool:
    """Whether a claim holds just where a condition does."""
    count = {True: 0, False: 0}
    cases: Mapping[bool, set[int]] = {True: set(), False: set()}
    for one in found:
        met = np.asarray(condition.test(one))
        if np.any(one.holds & ~met) or np.any(one.fails & met):
            return False
        for side, mask in ((True, one.holds), (False, one.fails)):
            count[side] += int(mask.sum())
            cases[side] |= {id(one.case)} if mask.any() else set()
    few = min(map(len, cases.values())) < CASES if condition.numbers else False
    return min(count.values()) >= LEAST and not few


def _proven(patient: Patient, condition: Condition, found: Sequence[Trial]) -> bool:
    """Whether balls agree at a few draws that satisfy a condition."""
    spots = [
        (one, int(draw))
        for one in found
        for draw in np.flatnonzero(one.holds & condition.test(one))[:1]
    ]
    same = 0
    for one, draw in spots[:ENCLOSED]:
        at = point(patient.statement, one.case, one.draws.raw, draw)
        finding = enclose(at, patient.claim).finding
        if finding is Finding.DIFFERENT:
            return False
        same += finding is Finding.SAME
    return 2 * same >= min(len(spots), ENCLOSED)


def larger_side(patient: Patient) -> str:
    """Say which the left side of an equation is at all draws: the larger or smaller."""
    if patient.subject != "value":
        return ""
    large = [one for one in trials(patient) if set(one.case.sizes.values()) != {1}]
    differ = sum(int(one.fails.sum()) for one in large)
    equal = sum(int(one.holds.sum()) for one in large)
    above = sum(int(one.above.sum()) for one in large)
    below = sum(int(one.below.sum()) for one in large)
    if differ > max(equal, LEAST) and differ in (above, below):
        return "larger" if differ == above else "smaller"
    return ""


def only_at_ones(patient: Patient) -> Assumption | None:
    """Say so where a claim holds at size 1 and nowhere else."""
    if patient.moving:
        return None
    tally = tally_of(patient.experiment, patient.claim)
    bad = {id(spot.block) for spot in (*tally.failing, *tally.open)}
    good = [b.case for b in patient.experiment.blocks if id(b) not in bad]
    names = sorted(patient.statement.sizes)
    ones = names and good and all(set(c.sizes.values()) <= {1} for c in good)
    if not ones:
        return None
    return Assumption("needs-square", f"{' = '.join(names)} = 1")
