"""A failing claim on trial: other trees are tried in its place, and the truth is known.

No tree counts as right before the judge of claims says that it holds.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from ..engine.enclosure import Finding, point
from ..engine.experiment import Experiment
from ..engine.outcome import HOLDS
from ..judging.judge import verdict_on
from ..judging.motion import motion_spots
from ..language.expression import parse
from ..language.printing import show
from ..language.statement import Claim
from ..language.term import Term
from ..language.tree import Tree
from ..motion.behaviour import behaves
from ..reading.problem import Fault
from .derivation import derivative, folded, unfolded
from .glimpse import Glances
from .links import NoRule
from .products import Algebra, Product

Array = Any
MOTION = ("limit", "expansion")
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
        try:
            found = self._terms()
            term = self.algebra.term(self.algebra.joined(found))
        except (NoRule, Fault):
            return []
        if term is None or term.shape != self.claim.demanded:
            return []
        return found if self.glances and self.glances.match(term) else []

    def _terms(self) -> list[Product]:
        if self.statement.record.subject == "function":
            return derivative(self.statement, self.claim, self.algebra)
        if self.moving:
            raise NoRule
        body = unfolded(parse(self.statement.record.body.value), self.statement)
        return self.algebra.expanded(body)

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
