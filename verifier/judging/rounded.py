"""Claims with rounded decimals: judged to the digits that are written.

Such a claim holds if there are numbers, each of which is rounded, or cut, to what is
written, with which it does. What the decimals most likely stand for is tried first.
Where that is not known, the numbers are solved for at a few draws, to many more digits
than are written, and the claim is judged with them at all others: a wrong formula
cannot hide behind the digits that are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from flint import arb

from ..engine.balls import precision
from ..engine.enclosure import FAULTS, Point, point
from ..engine.experiment import Experiment
from ..engine.matrices import Matrix
from ..engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome
from ..language.arrays import Array
from ..language.decimals import Rounded
from ..language.layout import Layout
from ..language.statement import Claim, Statement
from ..language.term import SCALAR, Term, terms
from .constants import Constant, recognised
from .kinks import mark_kinks

Judge = Callable[[Experiment, Claim], Outcome]
Numbers = Mapping[Rounded, Fraction]
BITS, SOLVED = 1500, 1200
"""Bits of the arithmetic in which numbers are solved for, and bits that are right."""
STEPS = 80
RENEWED = (0, 3, 6)
"""Steps at which the derivative is taken; at the others it is as good as before."""
NOISE = 1e-13
"""What rounding leaves of a singular value that is zero, beside the largest."""
KNOWN = 40
"""Digits of a number that is solved for, by which it is recognised."""
MOST = 8
"""Decimals of one claim that are solved for."""
NONE = "no number with the digits written makes the two sides equal"
OPEN = "judged to the digits written, which leaves it open"


def decimals_of(statement: Statement, claim: Claim) -> list[Rounded]:
    """Return the decimals of a claim and of its left side that are rounded."""
    found = {
        term.value: None
        for term in terms(statement.bodies[_layout(claim)], claim.term)
        if isinstance(term.value, Rounded)
    }
    return list(found)


def judged_to_digits(experiment: Experiment, claim: Claim, judge: Judge) -> Outcome:
    """Return the verdict on a claim that has rounded decimals."""
    decimals = decimals_of(experiment.statement, claim)
    exact = judge(
        *_with(experiment, claim, {d: _number(Fraction(d)) for d in decimals})
    )
    if exact.verdict == HOLDS or claim.term is None:
        return exact
    known = {d: c for d in decimals if (c := recognised(d)) is not None}
    if known and _alike({d: c.value for d, c in known.items()}):
        found = _believed(experiment, claim, judge, decimals, known)
        if found is not None:
            return found
    if experiment.statement.record.subject not in ("function", "value"):
        refuted = exact.verdict == FAILS and _apart(experiment, claim, judge)
        return _noted(exact, NONE) if refuted else _undecided(exact)
    solution = _Solver(experiment, claim, decimals).solution
    refuted = solution is not None
    if solution is not None and solution.numbers:
        found = _solved(experiment, claim, judge, solution.numbers)
        if found.verdict == HOLDS:
            return found
        refuted = found.verdict == FAILS
    outcome = judge(experiment, claim)
    proven = outcome.verdict == FAILS and outcome.evidence["grade"] != "float"
    if proven or (refuted and outcome.verdict == FAILS):
        return _noted(outcome, NONE)
    return (
        _refuted(exact) if refuted and exact.verdict == FAILS else _undecided(outcome)
    )


def _refuted(exact: Outcome) -> Outcome:
    """Return a refutation of what is written as one of all that it may stand for."""
    found = {k: v for k, v in exact.evidence.items() if k not in ("exact", "bound")}
    if found["grade"] == "exact":
        found["grade"] = "ball"
    return _noted(replace(exact, evidence=found), NONE)


def _undecided(outcome: Outcome) -> Outcome:
    """Leave open what floating point, or one reading of the decimals, says alone."""
    if outcome.verdict == INCONCLUSIVE:
        return outcome
    return _noted(Outcome(INCONCLUSIVE, outcome.evidence), OPEN)


def _believed(
    experiment: Experiment,
    claim: Claim,
    judge: Judge,
    decimals: Sequence[Rounded],
    known: Mapping[Rounded, Constant],
) -> Outcome | None:
    """Judge a claim with what its decimals stand for in their place."""
    meant = {d: known[d].term if d in known else _number(Fraction(d)) for d in decimals}
    found = judge(*_with(experiment, claim, meant))
    if found.verdict != HOLDS:
        return None
    return _to_digits(found, {d: f"write `{c.text}`" for d, c in known.items()})


def _solved(
    experiment: Experiment, claim: Claim, judge: Judge, numbers: Numbers
) -> Outcome:
    """Judge a claim with the numbers that were solved for."""
    said: dict[Rounded, str] = {}
    meant: dict[Rounded, Term] = {}
    for decimal, x in numbers.items():
        near = Rounded(x, abs(x) * Fraction(1, 10**KNOWN), KNOWN)
        best = recognised(near)
        meant[decimal] = best.term if best else _number(_closely(x))
        said[decimal] = (
            f"write `{best.text}`" if best else f"it stands for {float(x):.16g}"
        )
    return _to_digits(judge(*_with(experiment, claim, meant)), said)


def _closely(x: Fraction) -> Rounded:
    """Return a number that is known to many bits, and not exactly."""
    return Rounded(x, abs(x) / 2 ** (SOLVED - 50), SOLVED)


def _apart(experiment: Experiment, claim: Claim, judge: Judge) -> bool:
    """Whether a limit lies beyond both ends of what its one decimal may stand for."""
    (decimal, *others) = decimals_of(experiment.statement, claim)
    ends = [{decimal: _number(end)} for end in decimal.ends if not others]
    found = [judge(*_with(experiment, claim, meant)).counterexample for meant in ends]
    cases = [case for case in found if case is not None and case["autodiff"]]
    if len(cases) < 2 or cases[0]["draw"] != cases[1]["draw"]:
        return False
    left = np.array(cases[0]["autodiff"])
    near = np.array([case["claim"] for case in cases])
    slack = 2.0**-50 * abs(left)
    beyond = (left > near.max(axis=0) + slack) | (left < near.min(axis=0) - slack)
    return bool(beyond.any())


def _to_digits(outcome: Outcome, said: Mapping[Rounded, str]) -> Outcome:
    fewest = min(d.digits for d in said)
    if len(said) == 1:
        note = f"holds to the {fewest} digits written; {min(said.values())}"
    else:
        each = "; ".join(f"`{d.text}`: {text}" for d, text in said.items())
        note = f"holds to the digits written; {each}"
    found = dict(outcome.evidence)
    if found.get("digits") is not None:
        found["digits"] = min(found["digits"], float(fewest))
    return _noted(replace(outcome, evidence=found), note)


def _noted(outcome: Outcome, note: str) -> Outcome:
    before = outcome.evidence.get("note", "")
    note = "; ".join(filter(None, [note, before]))
    return replace(outcome, evidence={**outcome.evidence, "note": note})


def _alike(numbers: Numbers) -> bool:
    """Whether decimals are all rounded, or all cut: nobody does now this, now that."""
    return any(
        all(fits(decimal, x) for decimal, x in numbers.items())
        for fits in (Rounded.is_rounded_from, Rounded.is_cut_from)
    )


# Other numbers in the place of decimals.


def _with(
    experiment: Experiment, claim: Claim, meant: Mapping[Rounded, Term]
) -> tuple[Experiment, Claim]:
    """Return an experiment and a claim that have other terms for their decimals."""
    statement, known = experiment.statement, {}
    bodies = {
        layout: _replaced(body, meant, known)
        for layout, body in statement.bodies.items()
    }
    term = None if claim.term is None else _replaced(claim.term, meant, known)
    claim = replace(claim, term=term)
    if all(body is statement.bodies[layout] for layout, body in bodies.items()):
        return experiment, claim
    statement = replace(statement, bodies=bodies)
    if all(_is_written(decimal, term) for decimal, term in meant.items()):
        same = copy(experiment)  # in floating point it is the same function
        same.statement = statement
        return same, claim
    other = Experiment(statement, experiment.settings)
    other.differentiate()
    mark_kinks(other)
    return other, claim


def _is_written(decimal: Rounded, term: Term) -> bool:
    return term.value is not None and float(term.value) == float(decimal)


def _replaced(
    term: Term, meant: Mapping[Rounded, Term], known: dict[Term, Term]
) -> Term:
    if isinstance(term.value, Rounded):
        return meant[term.value]
    if term not in known:
        args = tuple(_replaced(arg, meant, known) for arg in term.args)
        same = all(x is y for x, y in zip(args, term.args, strict=True))
        known[term] = term if same else replace(term, args=args)
    return known[term]


def _number(value: Fraction) -> Term:
    return Term("number", SCALAR, value=value)


def _layout(claim: Claim) -> Layout:
    return claim.layout or Layout.NUMERATOR


# Which numbers make a claim hold.


@dataclass(frozen=True)
class Solution:
    """The numbers that fit at a few draws; none where no numbers do."""

    numbers: Numbers


@dataclass(frozen=True)
class _Place:
    """A draw, and the directions along which both sides are compared there."""

    at: Point
    along: Sequence[Matrix]


class _Solver:
    """Newton's method with a derivative that is seldom taken, in balls' middles.

    The numbers move as little as they can, so that a product of two decimals, of which
    only the product is known, shares out what it is off by.
    """

    def __init__(
        self, experiment: Experiment, claim: Claim, decimals: Sequence[Rounded]
    ):
        self.experiment, self.statement = experiment, experiment.statement
        self.claim, self.decimals = claim, decimals

    @property
    def solution(self) -> Solution | None:
        """What fits; None where that cannot be said."""
        if len(self.decimals) > MOST:
            return None
        try:
            with precision(BITS):
                self.places = list(self._places())
                if not self.places:
                    return None
                return self._found()
        except (*FAULTS, ArithmeticError, np.linalg.LinAlgError):
            return None

    def _places(self) -> Iterator[_Place]:
        """Yield one draw more than there are numbers, of different cases."""
        blocks = [b for b in self.experiment.blocks if not b.large]
        blocks.sort(key=lambda b: (max(b.case.sizes.values(), default=2) < 2,))
        spots = [
            (block, int(draw))
            for k in range(len(self.decimals) + 1)
            for block in blocks
            for draw in np.flatnonzero(block.usable)[k : k + 1]
        ]
        start = [Fraction(d) for d in self.decimals]
        for block, draw in spots[: len(self.decimals) + 1]:
            at = point(self.statement, block.case, block.draws.raw, draw)
            statement, claim = self._at(start)
            at = Point(statement, at.case, at.raw)
            assert claim.term is not None
            C = at.evaluation().of(claim.term).part(0)
            yield _Place(at, at.directions(claim, C))

    def _at(self, numbers: Sequence[Fraction]) -> tuple[Statement, Claim]:
        meant = {d: _number(x) for d, x in zip(self.decimals, numbers, strict=True)}
        known: dict[Term, Term] = {}
        bodies = {
            layout: _replaced(body, meant, known)
            for layout, body in self.statement.bodies.items()
        }
        assert self.claim.term is not None
        term = _replaced(self.claim.term, meant, known)
        return replace(self.statement, bodies=bodies), replace(self.claim, term=term)

    def _gaps(self, numbers: Sequence[Fraction]) -> list[arb]:
        """Return left minus right, each over the largest entry of its draw."""
        statement, claim = self._at(numbers)
        assert claim.term is not None
        found: list[arb] = []
        for place in self.places:
            at = Point(statement, place.at.case, place.at.raw)
            left, right, _ = at.sides(claim, claim.term, place.along)
            size = max((float(abs(x).mid()) for x in left.entries), default=0.0) or 1.0
            found += [
                ((x - y) / size).mid()
                for x, y in zip(left.entries, right.entries, strict=True)
            ]
        if not all(gap.is_finite() for gap in found):
            raise ArithmeticError("a side is not finite")
        return found

    def _found(self) -> Solution:
        whole = [Fraction(d) for d in self.decimals]
        middle = [d + (d.unit if d > 0 else -d.unit) / 2 for d in self.decimals]
        for start, fits in (
            (whole, Rounded.is_rounded_from),
            (middle, Rounded.is_cut_from),
        ):
            numbers = self._solved(start)
            if numbers and all(map(fits, self.decimals, numbers)):
                return Solution(dict(zip(self.decimals, numbers, strict=True)))
        return Solution({})

    def _solved(self, numbers: Sequence[Fraction]) -> list[Fraction] | None:
        """Return numbers near these with which the sides agree, if there are any."""
        numbers, inverse, before = list(numbers), None, None
        for step in range(STEPS):
            gaps = self._gaps(numbers)
            exponent = max(map(_exponent, gaps))
            if exponent < -SOLVED:
                return numbers
            if step > RENEWED[-1] + 1 and before is not None and exponent > before - 2:
                return None  # it stays where it is: nothing fits
            before = exponent
            if step in RENEWED:
                inverse = _inverse(self._slopes(numbers, gaps), 2.0**exponent)
            assert inverse is not None
            scale = arb(2) ** -exponent
            moves = -(inverse @ np.array([float(gap * scale) for gap in gaps]))
            for i, move in enumerate(moves):
                decimal = self.decimals[i]
                numbers[i] += Fraction(move) * decimal.unit * Fraction(2) ** exponent
                if abs(numbers[i] - decimal) > 8 * decimal.unit:
                    return None
        return None

    def _slopes(self, numbers: Sequence[Fraction], gaps: Sequence[arb]) -> Array:
        """Return how gaps change with each number, by one unit of it."""
        columns = []
        tiny = Fraction(1, 2**400)
        for i, decimal in enumerate(self.decimals):
            moved = list(numbers)
            moved[i] += decimal.unit * tiny
            pairs = zip(self._gaps(moved), gaps, strict=True)
            columns.append([float((x - y) * 2**400) for x, y in pairs])
        return np.array(columns).T


def _inverse(A: Array, gap: float) -> Array:
    """Return the pseudoinverse, without what would take numbers many units away.

    That is where only the gap itself makes a direction look as if it mattered.
    """
    U, S, V = np.linalg.svd(A, full_matrices=False)
    kept = np.maximum(gap / 8, S[0] * NOISE) < S
    return (V[kept].T / S[kept]) @ U.T[kept]


def _exponent(x: arb) -> int:
    """Return the exponent of a number: it is below 2 to that power."""
    if x == 0:
        return -(2 * SOLVED)
    mantissa, exponent = x.man_exp()
    return int(exponent) + int(mantissa).bit_length()
