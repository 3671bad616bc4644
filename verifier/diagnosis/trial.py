"""A failing claim on trial: other trees are tried in its place, and the truth is known.

No tree counts as right before the judge of claims says that it holds.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from ..engine.enclosure import Finding, point
from ..engine.experiment import Experiment
from ..engine.outcome import HOLDS
from ..judging.judge import verdict_on
from ..judging.motion import motion_spots
from ..language.expression import parse
from ..language.layout import Layout
from ..language.printing import show
from ..language.statement import Claim, Statement
from ..language.term import Term
from ..language.tree import Tree
from ..motion.behaviour import behaves
from ..reading.problem import Fault
from .derivation import derivative, folded, unfolded
from .glimpse import Glances, ratio_of
from .links import NoRule
from .products import Algebra, Product

Array = Any
MOTION = ("limit", "expansion")
SAME = 1e-9
SPOTS = 4
"""Draws at which an edit of a limit must look right before it is judged."""


class Trial:
    """One failing claim, and the means to try others in its place."""

    def __init__(self, experiment: Experiment, claim: Claim):
        self.experiment, self.claim = experiment, claim
        self.statement = experiment.statement
        self.tree = parse(claim.text)
        self.algebra = Algebra(self.statement.scope(claim))
        self.moving = self.statement.record.subject in MOTION
        self._known: dict[str, bool] = {}

    @cached_property
    def glances(self) -> Glances | None:
        """A few draws of each case; None where nothing can be seen at single draws."""
        return None if self.moving else Glances(self.experiment, self.claim)

    @cached_property
    def truth(self) -> list[Product]:
        """The terms of the left side where they are known, and seen to be right."""
        found = self._simplest(self._terms(self.statement))
        term = self._term(found)
        if term is None or not self.glances or not self.glances.match(term):
            return []
        return found

    def _simplest(self, terms: list[Product]) -> list[Product]:
        """Join terms that are the same at all draws; leave out those that vanish."""
        if not self.glances:
            return terms
        found: list[tuple[Product, Array]] = []
        for product in terms:
            term = self._term([product])
            if term is None:
                return []
            X = self.glances.vector(term)
            if abs(X).max() <= self.dust:
                continue
            for i, (other, Y) in enumerate(found):
                ratio = ratio_of(X, Y)
                k = Fraction(ratio or 0).limit_denominator(64)
                if ratio is not None and abs(float(k) - ratio) <= SAME:
                    found[i] = (other.times(1 + k), (1 + ratio) * Y)
                    break
            else:
                found.append((product, X))
        return [product for product, _ in found if product.number]

    def closed_form(self, statement: Statement) -> Term | None:
        """Return the left side in closed form, where it is known."""
        if statement.record.subject == "value":
            return statement.bodies[self.claim.layout or Layout.NUMERATOR]
        if statement is self.statement or statement.record is self.statement.record:
            return self._term(self.truth) if self.truth else None
        return self._term(self._terms(statement))

    def _term(self, products: list[Product]) -> Term | None:
        if not products:
            return None
        term = self.algebra.term(self.algebra.joined(products))
        return term if term is not None and term.shape == self.claim.demanded else None

    def _terms(self, statement: Statement) -> list[Product]:
        try:
            if statement.record.subject == "function":
                return derivative(statement, self.claim, self.algebra)
            if statement.record.subject == "value":
                body = unfolded(parse(statement.record.body.value), statement)
                return self.algebra.expanded(body)
        except (NoRule, Fault):
            pass
        return []

    @property
    def dust(self) -> float:
        """What is nothing beside the entries of the left side."""
        return self.glances.dust if self.glances else 0.0

    def written(self, products: list[Product]) -> Tree:
        """Write a sum of products, in the words of the record."""
        return folded(self.algebra.joined(products), self.statement)

    def holds(self, tree: Tree) -> bool:
        """Whether a tree in the place of the claim is right."""
        term = self.algebra.term(tree)
        if term is None or term.shape != self.claim.demanded:
            return False
        if self.glances is not None and not self.glances.match(term):
            return False
        text = show(tree)
        if text not in self._known:
            self._known[text] = self._judged(term, text)
        return self._known[text]

    def _judged(self, term: Term, text: str) -> bool:
        claim = replace(self.claim, text=text, term=term)
        for spot in motion_spots(self.experiment)[:SPOTS] if self.moving else ():
            draws = spot.block.draws
            at = point(self.statement, draws.case, draws.raw, spot.draw)
            if behaves(at, claim).finding is not Finding.SAME:
                return False
        return verdict_on(self.experiment, claim).verdict == HOLDS
