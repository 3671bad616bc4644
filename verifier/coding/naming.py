"""What code computes, in closed form: the edit of the truth that it agrees with.

Code has no formula that could be read. But what is right has one, and most mistakes are
a small change of it: the one that has the code's values at all draws is what the code
computes. It is put to the diagnosis of claims, whose words say what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ..diagnosis.algebra import (
    joined,
    length,
    plus,
    scaled,
    spots,
    summands,
    transpose,
)
from ..diagnosis.patient import Patient
from ..diagnosis.search import diagnosis_of
from ..engine.experiment import Block, Experiment
from ..engine.outcome import FAILS
from ..engine.settings import Settings
from ..judging.judge import verdict_on
from ..judging.kinks import mark_kinks
from ..language.arrays import Array
from ..language.declaration import Type
from ..language.printing import show
from ..language.term import SCALAR, Term
from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from .drawing import experiment_of, statement_of
from .items import Code, Named
from .variants import forms, larger, pairs, small, wholes

TOLERANCE = {"float64": 1e-9, "float32": 2e-4}
"""Part of the largest entry within which code has the values of a candidate."""
POWERS = tuple(Fraction(k) for k in ("1", "-1", "2", "-2", "1/2", "-1/2"))
MOST_SCALARS = 24
MOST_PARTS = 40
"""Parts of both sides that code may have added."""
LARGEST_NUMBER = 64
"""Numerator and denominator of a factor that is told."""


@dataclass(frozen=True)
class Seen:
    """What code gives at the usable draws of one block, (draws, rows, columns)."""

    block: Block
    rows: Array
    code: Array

    def of(self, term: Term) -> Array:
        """Return the value of a term there; nothing of it is kept."""
        known = self.block.evaluation.known
        self.block.evaluation.known = dict(known)
        found = self.block.of(term)[self.rows]
        self.block.evaluation.known = known
        return np.broadcast_to(found, self.code.shape)


class Search:
    """Finds what some code computes."""

    def __init__(self, asked: Code, settings: Settings):
        self.tolerance = TOLERANCE[asked.dtype]
        record = asked.record
        drawn = experiment_of(record, asked.wrt, settings, asked.dtype)
        self.seen = [
            Seen(block, rows, C[rows])
            for block, C, mask in zip(
                drawn.blocks, asked.code, asked.usable, strict=True
            )
            if (rows := np.flatnonzero(mask & np.isfinite(C).all(axis=(-2, -1)))).size
        ]
        # One size at which a transpose shows comes first: most candidates end there.
        self.seen.sort(key=lambda one: -len({*one.block.case.sizes.values()} - {1}))
        self.experiment = Experiment(statement_of(record), settings)
        if self.experiment.differentiates:
            self.experiment.differentiate()
            mark_kinks(self.experiment)
        self.patient = Patient(self.experiment, self.experiment.statement.claims[0])

    def found(self, texts: Sequence[str]) -> Tree | None:
        """Return what the code computes, if that is a likely mistake."""
        right = forms(self.patient, texts)
        if not right or not self.seen:
            return None
        patient = self.patient
        stages = (
            lambda tree: iter([tree]),
            lambda tree: wholes(patient, tree),
            lambda tree: small(patient, tree),
        )
        for stage in stages:
            if tree := self._first(t for form in right for t in stage(form)):
                return tree
        if tree := self._by_terms(right) or self._with_more(right[0]):
            return tree
        for stage in (larger, pairs):
            if tree := self._first(t for form in right for t in stage(patient, form)):
                return tree
        return None

    def _first(self, trees: Iterable[Tree]) -> Tree | None:
        """Return the first tree of which the code is a multiple."""
        tried = set[Tree]()
        for tree in trees:
            if tree in tried:
                continue
            tried.add(tree)
            term = self.patient.fitting(tree)
            if term is not None and (k := self._multiple(term)) is not None:
                return self._times(k, tree)
        return None

    def _multiple(
        self, term: Term, rest: Sequence[Array] = ()
    ) -> Tree | Fraction | None:
        """Return the factor that makes a term what code gives, but for a rest."""
        ratios = []
        for i, one in enumerate(self.seen):
            C, T = one.code - (rest[i] if rest else 0), one.of(term)
            found = self._ratios(C, T, abs(one.code).max(axis=(-2, -1)))
            if found is None:
                return None
            ratios.append(found)
        told = np.concatenate(ratios)
        told = told[~np.isnan(told)]
        if not told.size:
            return None
        if abs(told - told[0]).max() <= self.tolerance * abs(told[0]):
            return self._fraction(float(told[0]))
        return self._scalar(ratios)

    def _ratios(self, C: Array, T: Array, size: Array) -> Array | None:
        """Return C / T at each draw, NaN where both are zero; None if no number is."""
        if not np.isfinite(T).all():
            return None
        count = len(C)
        C, T = C.reshape(count, -1), T.reshape(count, -1)
        at = abs(T).argmax(axis=1)
        big = T[np.arange(count), at]
        dust = self.tolerance * np.maximum(size, 1e-300)
        zero = abs(big) <= dust
        if (abs(C[zero]).max(axis=1, initial=0) > dust[zero]).any():
            return None
        k = np.where(zero, np.nan, C[np.arange(count), at] / np.where(zero, 1, big))
        gap = abs(C - np.where(zero, 0, k)[:, None] * T).max(axis=1)
        near = gap <= self.tolerance * np.maximum(abs(C).max(axis=1), size)
        return k if (near | zero).all() else None

    def _fraction(self, ratio: float) -> Fraction | None:
        k = Fraction(ratio).limit_denominator(LARGEST_NUMBER)
        near = k and abs(ratio - float(k)) <= self.tolerance * abs(float(k))
        return k if near else None

    def _scalar(self, ratios: Sequence[Array]) -> Tree | None:
        """Return the power of a scalar that ratios are, times a small fraction."""
        for scalar, values in self._scalars():
            for power in POWERS:
                with np.errstate(all="ignore"):
                    parts = [
                        r / v ** float(power)
                        for r, v in zip(ratios, values, strict=True)
                    ]
                told = np.concatenate(parts)
                told = told[~np.isnan(np.concatenate(ratios))]
                if not np.isfinite(told).all() or not told.size:
                    continue
                if abs(told - told[0]).max() > self.tolerance * abs(told[0]):
                    continue
                if (k := self._fraction(float(told[0]))) is not None:
                    return scaled(k, _power(scalar, power))
        return None

    def _scalars(self) -> Iterator[tuple[Tree, list[Array]]]:
        """Yield sizes, scalar names and scalar parts of what is right, with values."""
        if self._known is None:
            self._known = list(self._all_scalars())
        yield from self._known

    _known: list[tuple[Tree, list[Array]]] | None = None

    def _all_scalars(self) -> Iterator[tuple[Tree, list[Array]]]:
        patient, statement = self.patient, self.experiment.statement
        found: dict[Tree, None] = {Name(n): None for n in sorted(statement.sizes)}
        for name, declared in statement.types.items():
            if isinstance(declared, Type) and declared.shape == SCALAR:
                found[Name(name)] = None
        bodies = [patient.whole_body, *map(patient.algebra.tree, patient.truth)]
        for body in bodies:
            for part, _ in spots(body) if body is not None else ():
                if not isinstance(part, Number) and patient.algebra.is_scalar(part):
                    found[part] = None
        for part in list(found)[:MOST_SCALARS]:
            if (term := patient.algebra.term(part)) is not None:
                values = [
                    np.broadcast_to(
                        one.block.of(term)[one.rows], (len(one.rows), 1, 1)
                    ).reshape(-1)
                    for one in self.seen
                ]
                yield part, values

    def _times(self, k: Tree | Fraction, tree: Tree) -> Tree:
        """Return a multiple of a tree, written as short as it is found to be."""
        whole = self._product(k, tree)
        found = [whole, *self._tidier(whole)]
        for shorter in sorted(found, key=lambda one: len(show(one))):
            term = self.patient.fitting(shorter)
            if term is not None and self._multiple(term) == 1:
                return shorter
        return whole

    def _tidier(self, tree: Tree) -> Iterator[Tree]:
        """Yield a tree with its products worked out, and equal terms joined."""
        algebra = self.patient.algebra
        try:
            yield algebra.plain(tree)
            products = [algebra.product(term) for term in summands(tree)]
            yield algebra.joined(algebra.total(products))
            yield algebra.joined(algebra.total(algebra.expanded(tree)))
        except Fault:  # a part that means nothing by itself
            return

    def _by_terms(self, right: Sequence[Tree]) -> Tree | None:
        """Find one term of a sum that is missing, has another factor, or is edited."""
        products = self.patient.truth
        if self.patient.subject == "value":
            products = [self.patient.algebra.product(t) for t in summands(right[-1])]
        if len(products) < 2:
            return None
        trees = [self.patient.algebra.tree(product) for product in products]
        made = [self.patient.fitting(tree) for tree in trees]
        if None in made:
            return None
        values = [[one.of(term) for one in self.seen] for term in made if term]
        for i, tree in enumerate(trees):
            others = [*trees[:i], *trees[i + 1 :]]
            rest = [
                np.sum([values[j][b] for j in range(len(trees)) if j != i], axis=0)
                for b in range(len(self.seen))
            ]
            if all(
                self._nothing(one.code - R, one)
                for one, R in zip(self.seen, rest, strict=True)
            ):
                return joined(others)
            for other in (tree, *small(self.patient, tree)):
                term = self.patient.fitting(other)
                k = None if term is None else self._multiple(term, rest)
                if k is not None:
                    new = self._product(k, other)
                    return joined([*trees[:i], new, *trees[i + 1 :]])
        return None

    def _with_more(self, right: Tree) -> Tree | None:
        """Find a term that the code adds to what is right."""
        whole = self.patient.fitting(right)
        bodies = [right, self.patient.whole_body, *map(Name, self._names)]
        parts = {p: None for body in bodies if body for p, _ in spots(body)}
        rest = [one.of(whole) for one in self.seen if whole is not None]
        for part in sorted(parts, key=length)[:MOST_PARTS]:
            for other in dict.fromkeys((part, transpose(part))):
                term = self.patient.fitting(other)
                k = None if term is None else self._multiple(term, rest)
                if k is not None:
                    return plus(right, self._product(k, other))
        return None

    @property
    def _names(self) -> list[str]:
        return sorted(self.experiment.statement.types)

    @staticmethod
    def _product(k: Tree | Fraction, tree: Tree) -> Tree:
        return scaled(k, tree) if isinstance(k, Fraction) else Call("mul", (k, tree))

    def _nothing(self, R: Array, one: Seen) -> bool:
        size = abs(one.code).max(axis=(-2, -1))
        return bool(
            (
                abs(R).max(axis=(-2, -1)) <= self.tolerance * np.maximum(size, 1e-300)
            ).all()
        )

    def told(self, tree: Tree) -> Named | None:
        """Return what the verifier says of a formula that code agrees with."""
        shown = self.patient.abbreviations.folded(tree)
        term = self.patient.algebra.term(tree)
        claim = replace(self.patient.claim, text=show(shown), term=term)
        outcome = verdict_on(self.experiment, claim)
        if outcome.verdict != FAILS:
            return None
        told = diagnosis_of(Coded(self.experiment, claim))
        return Named(claim.text, replace(outcome, diagnosis=told))


class Coded(Patient):
    """What code computes, as a claim: of it what is right may be said as it stands."""

    def repeats(self, tree: Tree) -> bool:
        """Say that nothing is repeated: the formula is what code should compute."""
        return False


def _power(scalar: Tree, power: Fraction) -> Tree:
    match power:
        case Fraction(numerator=1, denominator=1):
            return scalar
        case Fraction(numerator=-1, denominator=1):
            return Call("div", (Number(Fraction(1)), scalar))
        case Fraction(numerator=1, denominator=2):
            return Call("sqrt", (scalar,))
    return Call("pow", (scalar, Number(power)))


def named(asked: Code, settings: Settings) -> Named | None:
    """Return what code computes, if that is a likely mistake, and what is wrong."""
    search = Search(asked, settings)
    tree = search.found(asked.texts)
    return None if tree is None else search.told(tree)
