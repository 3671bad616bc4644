"""A failing claim to be diagnosed: the truth about it, and what is tried instead.

No tree counts as right before it has been judged as a claim is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from ..deriving.abbreviations import Abbreviations
from ..deriving.algebra import inside, joined, length, names, spots, summands
from ..deriving.derivation import derivative
from ..deriving.forms import written
from ..deriving.links import NoRule
from ..deriving.literal import Literal
from ..deriving.products import Algebra, Product
from ..engine.arrays import Floats
from ..engine.ball_point import point
from ..engine.experiment import Experiment
from ..engine.finding import Finding
from ..engine.outcome import HOLDS
from ..judging.confirming import Confirming
from ..judging.counting import tally_of
from ..judging.judge import verdict_on
from ..judging.motion import motion_spots
from ..judging.tally import Spot
from ..language.expression import parse
from ..language.layout import Layout, arranged_shape
from ..language.printing import show
from ..language.shapes import infer
from ..language.statement import Claim, Statement
from ..language.term import Term, is_scalar
from ..language.tree import Call, Derived, Name, Number, Tree, dimension_of
from ..motion.behaviour import behaves
from ..reading.problem import Fault
from .approach import approached
from .glimpse import Glances, ratio_of

if TYPE_CHECKING:
    from .trials import Trial

MOTION = ("limit", "expansion")
EQUATIONS = ("value", "expansion")
"""Subjects of which the left side itself is a true claim, which says nothing."""
SPOTS = 8
"""Draws at which a limit or an expansion must be right, every one of them."""
SAME = 1e-9
CONSTANT = ("eye", "ones", "zeros")
SHORT = 10
"""Parts of a suggestion that is short enough."""
SHRINKS = 250
"""Tries at most to make a suggestion shorter."""


@dataclass(frozen=True)
class Remark:
    """What is wrong with a claim: the kind, in words, and what is right instead."""

    kind: str
    text: str
    tree: Tree | None = None
    lead: str = ""
    """For which inputs the tree is right, where it is said."""
    conditional: bool = False
    """Whether it says when the claim holds as it is."""
    cost: float = 0.0
    """How much more it takes to say than the least that its look finds."""


def _shorter(tree: Tree, told: set[Tree]) -> Iterator[Tree]:
    """Yield a tree with a shorter part in the place of a longer one."""
    for part, rebuild in spots(tree):
        size = length(part)
        if size < 3:
            continue
        if not isinstance(part, Call) or part.name not in CONSTANT:
            yield rebuild(Number(Fraction(1)))
        within = {inner for inner, _ in spots(part)}
        less = [other for other in within | told if length(other) < size]
        for other in sorted(less, key=length):
            if not isinstance(other, Number):
                yield rebuild(other)


def _leaves(tree: Tree) -> int:
    """Count names and numbers that must be read, a fraction as one."""
    match tree:
        case Call("div", (Number(), Number())):
            return 1
        case Call(args=args) | Derived(args=args):
            return sum(map(_leaves, args))
    return 1


class Patient:
    """One failing claim, and the means to try others in its place."""

    def __init__(self, experiment: Experiment, claim: Claim):
        self.experiment, self.claim = experiment, claim
        self.statement = experiment.statement
        self.subject = self.statement.record.subject
        self.tree = parse(claim.text)
        self.algebra = Algebra(self.statement.scope(claim))
        self.moving = self.subject in MOTION
        self.body = parse(self.statement.record.body.value)
        self.abbreviations = Abbreviations(self.statement.lets)
        self.whole_body = self.abbreviations.unfolded(self.body)
        """The left side without abbreviations, where that is not too long."""
        self._known: dict[str, bool] = {}
        self.trials: list[Trial] | None = None
        """What `trials` has seen at many draws."""

    # What is true.

    @cached_property
    def glances(self) -> Glances | None:
        """A few draws of each case; None where nothing can be seen at single draws."""
        if not self.moving:
            found = Glances(self.experiment, self.claim)
        elif self._approached is not None:
            found = Glances(self.experiment, self.claim, self._approached)
        else:
            return None
        return found if found.all else None

    @cached_property
    def _witness(self) -> Spot | None:
        """Where balls refute the claim, if glances do not show that it is wrong."""
        term, glances = self.claim.term, self.glances
        if self.moving or term is None or glances is None or not self.claim.fits:
            return None
        if not glances.match(term):
            return None
        tally = tally_of(self.experiment, self.claim)
        for spot in chain(*Confirming(self.experiment, self.claim, tally).looks()):
            if spot.ask(self.experiment, self.claim) is Finding.DIFFERENT:
                return spot
        return None

    @cached_property
    def _approached(self) -> Term | None:
        """The limit or the expansion, where it is known and the judge agrees."""
        tree = self.algebra.joined(self._terms(self.statement))
        term = self.fitting(tree)
        return term if term is not None and self._judged(term, show(tree)) else None

    @cached_property
    def truth(self) -> list[Product]:
        """The terms of the left side where they are known, and seen to be right."""
        if self.glances is None:
            return []
        found = self._simplest(self._terms(self.statement), self.glances)
        term = self._term(found)
        return found if term is not None and self.glances.match(term) else []

    def _simplest(self, terms: list[Product], glances: Glances) -> list[Product]:
        """Join terms that are the same at all draws; leave out those that vanish."""
        found: list[tuple[Product, Floats]] = []
        for product in terms:
            term = self._term([product])
            if term is None:
                return []
            X = glances.vector(term)
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
        if self.subject == "value":
            return statement.bodies[self.claim.layout or Layout.NUMERATOR]
        if statement.record is self.statement.record:
            return self._term(self.truth)
        return self._term(self._terms(statement))

    def _term(self, products: list[Product]) -> Term | None:
        return self.fitting(self.algebra.joined(products)) if products else None

    def _terms(self, statement: Statement) -> list[Product]:
        """Return the terms of the left side; multiplied out where no rule is known."""
        if self.whole_body is None:
            return []
        for body in (self.whole_body, self._normal):
            try:
                return self._derived(body, statement)
            except (NoRule, Fault):
                continue
        return []

    @cached_property
    def _normal(self) -> Tree:
        """The left side with its products worked out."""
        assert self.whole_body is not None
        return self.algebra.joined(self.algebra.expanded(self.whole_body))

    def _derived(self, body: Tree, statement: Statement) -> list[Product]:
        if self.moving:
            return approached(body, statement, self.algebra)
        if self.subject == "function":
            return derivative(body, statement, self.claim, self.algebra)
        return self.algebra.expanded(body)

    @property
    def dust(self) -> float:
        """What is nothing beside the entries of the left side."""
        return self.glances.dust if self.glances else 0.0

    def written(self, products: list[Product]) -> Tree:
        """Write a sum of products, in the words of the record."""
        return self.abbreviations.folded(self.algebra.joined(products))

    @cached_property
    def whole_truth(self) -> Tree | None:
        """What to write in the place of the whole claim, if that is known.

        The left side itself, which is true of every equation, does not count.
        """
        tree = self.written(self.truth) if self.truth else None
        return tree if tree is not None and self.says_more(tree) else None

    def tidied(self, tree: Tree) -> Tree:
        """Return a tree as people write it, where that is shorter and as true."""
        tidier = self.lighter(tree)
        try:
            worked = self._worked_out(tidier)
        except Fault:
            worked = tidier
        tidier = min(tidier, worked, key=lambda found: len(show(found)))
        sides = {part for part, _ in spots(self.body) if not isinstance(part, Name)}
        bare = self.subject in EQUATIONS and tidier in sides
        fine = self.repeats(tree) or not (bare or self.repeats(tidier))
        return tidier if fine and self.holds(tidier) else tree

    def shrunk(self, tree: Tree) -> Tree:
        """Return a tree in which parts that change nothing stand for less.

        A one, a part of it, or of what the record says, is put in the place of a larger
        part; the value at the draws stays.
        """
        term = self.algebra.term(tree)
        if term is None or self.glances is None or length(tree) <= SHORT:
            return tree
        told = {part for side in (self.tree, self.body) for part, _ in spots(side)}
        value, found, tries = self.glances.vector(term), tree, SHRINKS
        ways = _shorter(tree, told)
        while tries and (new := next(ways, None)) is not None:
            other, tries = self.algebra.term(new), tries - 1
            if other is None or other.shape != term.shape:
                continue
            gap = abs(self.glances.vector(other) - value).max()
            if gap <= SAME * abs(value).max():
                found, ways = new, _shorter(new, told)
        return found

    def shown(self, tree: Tree) -> Tree:
        """Return what is suggested as it is shown: tidied, and as short as it holds."""
        tidied = self.tidied(tree)
        short = tidied if self.repeats(tidied) else self.shrunk(tidied)
        return short if short == tidied or self.says_more(short) else tidied

    def lighter(self, tree: Tree) -> Tree:
        """Work out the parts of a tree, the inner ones first, where something goes."""
        given, tree = tree, inside(tree, self.lighter)
        try:
            worked = self._worked_out(tree)
        except Fault:  # a part that means nothing by itself, such as a tuple
            return tree
        more = _leaves(tree) - (tree == given)
        return worked if _leaves(worked) <= more else tree

    def _worked_out(self, tree: Tree) -> Tree:
        found = names(tree)
        if found and isinstance(tree, Call) and set(found) <= self.algebra.scope.sizes:
            try:
                return written(dimension_of(tree))
            except Fault:  # no polynomial, such as 1 / n
                pass
        products = [self.algebra.product(part) for part in summands(tree)]
        return joined([self.algebra.tree(product) for product in products])

    def says_more(self, tree: Tree) -> bool:
        """Whether a tree is right, and not just the left side of an equation."""
        return not self.repeats(tree) and self.holds(tree)

    def repeats(self, tree: Tree) -> bool:
        """Whether a tree contains the left side of an equation, however written."""
        if self.subject not in EQUATIONS:
            return False
        if isinstance(self.body, Call) and any(p == self.body for p, _ in spots(tree)):
            return True
        whole = self.abbreviations.unfolded(tree)
        if whole is None or self.whole_body is None:
            return tree == self.body
        return self._literal.is_said_by(whole, self._normal_body)

    @cached_property
    def _literal(self) -> Literal:
        return Literal(self.statement.scope(self.claim))

    @cached_property
    def _normal_body(self) -> Tree:
        assert self.whole_body is not None
        return self._literal.normal(self.whole_body)

    @property
    def claims_zero(self) -> bool:
        """Whether zero is claimed."""
        match self.tree:
            case Number(value):
                return not value
            case Call("zeros"):
                return True
        return False

    def moves(self, tree: Tree) -> bool:
        """Whether a tree contains what is differentiated by, or what moves."""
        whole = self.abbreviations.unfolded(tree)
        moved = {*self.statement.wrt, self.statement.moving}
        return whole is None or not moved.isdisjoint(names(whole))

    # What is tried.

    def fitting(self, tree: Tree) -> Term | None:
        """Return the term of a tree that has the shape which is asked for."""
        term = self.algebra.term(tree)
        return term if term is not None and term.shape == self.claim.demanded else None

    def holds(self, tree: Tree) -> bool:
        """Whether a tree in the place of the claim is right."""
        term = self.fitting(tree)
        if term is None or (self.glances is not None and not self.glances.match(term)):
            return False
        if (spot := self._witness) is not None and _refutes(self, spot, term):
            return False
        text = show(tree)
        if text not in self._known:
            self._known[text] = self._judged(term, text)
        return self._known[text]

    def holds_in(self, layout: Layout) -> bool:
        """Whether the claim, read in another layout, is right there."""
        statement, claim = self.statement, replace(self.claim, layout=layout)
        try:
            term = infer(self.tree, statement.scope(claim))
        except Fault:
            return False
        demanded = statement.bodies[layout].shape
        if self.subject == "function":
            x = statement.variable(statement.wrt[0])
            demanded = arranged_shape(demanded, x.shape, layout, is_scalar(x))
        claim = replace(claim, term=term, demanded=demanded)
        return claim.fits and verdict_on(self.experiment, claim).verdict == HOLDS

    def _judged(self, term: Term, text: str) -> bool:
        claim = replace(self.claim, text=text, term=term)
        if not self.moving:
            return verdict_on(self.experiment, claim).verdict == HOLDS
        for spot in motion_spots(self.experiment)[:SPOTS]:
            draws = spot.block.draws
            at = point(self.statement, draws.case, draws.raw, spot.draw)
            if behaves(at, claim).finding is not Finding.SAME:
                return False
        return True


def _refutes(patient: Patient, spot: Spot, term: Term) -> bool:
    """Whether balls refute a term at a spot."""
    there = replace(spot, enclosure=None)
    claim = replace(patient.claim, term=term)
    return there.ask(patient.experiment, claim) is Finding.DIFFERENT
