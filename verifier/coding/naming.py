"""What code computes, in closed form: the edit of the truth that it agrees with.

Code has no formula that could be read. But what is right has one, and most mistakes are
a small change of it: the one that has the code's values at all draws is what the code
computes. It is put to the diagnosis of claims, whose words say what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from ..deriving.algebra import (
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
from ..engine.experiment import Experiment
from ..engine.outcome import FAILS, diagnosis
from ..engine.settings import Settings
from ..judging.judge import verdict_on
from ..judging.kinks import mark_kinks
from ..language.arrays import Array
from ..language.declaration import Type
from ..language.printing import show
from ..language.term import SCALAR
from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from .drawing import experiment_of, statement_of
from .items import Code, Named
from .matching import Matching, Seen
from .variants import forms, larger, pairs, small, wholes

MOST_SCALARS = 24
MOST_PARTS = 40
"""Parts of both sides that code may have added."""


class Search:
    """Finds what some code computes."""

    def __init__(self, asked: Code, settings: Settings):
        record = asked.record
        drawn = experiment_of(record, asked.wrt, settings, asked.dtype)
        seen = [
            Seen(block, rows, C[rows])
            for block, C, mask in zip(
                drawn.blocks, asked.code, asked.usable, strict=True
            )
            if (rows := np.flatnonzero(mask & np.isfinite(C).all(axis=(-2, -1)))).size
        ]
        # One size at which a transpose shows comes first: most candidates end there.
        seen.sort(key=lambda one: -len({*one.block.case.sizes.values()} - {1}))
        self.values = Matching(seen, asked.dtype)
        self.experiment = Experiment(statement_of(record), settings)
        if self.experiment.differentiates:
            self.experiment.differentiate()
            mark_kinks(self.experiment)
        self.patient = Patient(self.experiment, self.experiment.statement.claims[0])

    def found(self, texts: Sequence[str]) -> Tree | None:
        """Return what the code computes, if that is a likely mistake."""
        right = forms(self.patient, texts)
        if not right or not self.values.seen:
            return None
        patient, self.values.scalars = self.patient, list(self._scalars())
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
            if term is not None and (k := self.values.multiple(term)) is not None:
                return self._times(k, tree)
        return None

    def _scalars(self) -> Iterator[tuple[Tree, list[Array]]]:
        """Yield sizes, scalar names and scalar parts of what is right, with values."""
        patient, statement = self.patient, self.experiment.statement
        found: dict[Tree, None] = {Name(n): None for n in sorted(statement.sizes)}
        for name, declared in statement.types.items():
            if isinstance(declared, Type) and declared.shape == SCALAR:
                found[Name(name)] = None
        for body in (patient.whole_body, *map(patient.algebra.tree, patient.truth)):
            for part, _ in spots(body) if body is not None else ():
                if not isinstance(part, Number) and patient.algebra.is_scalar(part):
                    found[part] = None
        for part in list(found)[:MOST_SCALARS]:
            if (term := patient.algebra.term(part)) is not None:
                yield part, [one.scalar(term) for one in self.values.seen]

    def _times(self, k: Tree | Fraction, tree: Tree) -> Tree:
        """Return a multiple of a tree, written as short as it is found to be."""
        whole = self._product(k, tree)
        found = [whole, *self._tidier(whole)]
        for shorter in sorted(found, key=lambda one: len(show(one))):
            term = self.patient.fitting(shorter)
            if term is not None and self.values.multiple(term) == 1:
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
        algebra = self.patient.algebra
        trees = summands(right[0])
        if self.patient.subject == "value":
            trees = summands(right[-1])
        elif len(trees) < 2:
            trees = [algebra.tree(product) for product in self.patient.truth]
        if len(trees) < 2:
            return None
        made = [self.patient.fitting(tree) for tree in trees]
        if None in made:
            return None
        values = [[one.of(term) for one in self.values.seen] for term in made if term]
        for i, tree in enumerate(trees):
            others = [*trees[:i], *trees[i + 1 :]]
            rest = [
                np.sum([values[j][b] for j in range(len(trees)) if j != i], axis=0)
                for b in range(len(self.values.seen))
            ]
            if self.values.is_nothing(rest):
                return joined(others)
            for other in (tree, *small(self.patient, tree)):
                term = self.patient.fitting(other)
                k = None if term is None else self.values.multiple(term, rest)
                if k is not None:
                    new = algebra.tree(algebra.product(self._product(k, other)))
                    return joined([*trees[:i], new, *trees[i + 1 :]])
        return None

    def _with_more(self, right: Tree) -> Tree | None:
        """Find a term that the code adds to what is right."""
        whole = self.patient.fitting(right)
        bodies = [right, self.patient.whole_body, *map(Name, self._names)]
        parts = {p: None for body in bodies if body for p, _ in spots(body)}
        rest = [one.of(whole) for one in self.values.seen if whole is not None]
        for part in sorted(parts, key=length)[:MOST_PARTS]:
            for other in dict.fromkeys((part, transpose(part))):
                term = self.patient.fitting(other)
                k = None if term is None else self.values.multiple(term, rest)
                if k is not None:
                    return plus(right, self._product(k, other))
        return None

    @property
    def _names(self) -> list[str]:
        return sorted(self.experiment.statement.types)

    @staticmethod
    def _product(k: Tree | Fraction, tree: Tree) -> Tree:
        return scaled(k, tree) if isinstance(k, Fraction) else Call("mul", (k, tree))

    def told(self, tree: Tree) -> Named | None:
        """Return what the verifier says of a formula that code agrees with."""
        shown = self.patient.abbreviations.folded(tree)
        term = self.patient.algebra.term(tree)
        claim = replace(self.patient.claim, text=show(shown), term=term)
        outcome = verdict_on(self.experiment, claim)
        if outcome.verdict != FAILS:
            return None
        told = diagnosis_of(Coded(self.experiment, claim))
        match tree:
            case Call("diag", (Call("diagonal", (whole,)),)) if told:
                text = "only the diagonal is there: the entries beside it are missing"
                shown = show(self.patient.abbreviations.folded(whole))
                told = diagnosis("missing-term", f"{text}; write `{shown}`", shown)
        return Named(claim.text, replace(outcome, diagnosis=told))


class Coded(Patient):
    """What code computes, as a claim: of it what is right may be said as it stands."""

    def repeats(self, tree: Tree) -> bool:
        """Say that nothing is repeated: the formula is what code should compute."""
        return False


def named(asked: Code, settings: Settings) -> Named | None:
    """Return what code computes, if that is a likely mistake, and what is wrong."""
    search = Search(asked, settings)
    tree = search.found(asked.texts)
    return None if tree is None else search.told(tree)
