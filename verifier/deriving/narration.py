"""A derivative told line by line, by the same rules and links that work it out.

The differential comes first, one rule a line, with inner functions by names. Then the
change of the variable is moved to the end, and the derivative is read off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..language.declaration import Type
from ..language.expression import parse
from ..language.layout import BY_SCALAR_VALUE, Layout
from ..language.printing import show
from ..language.statement import Statement
from ..language.term import ONE, SCALAR, Scope
from ..language.tree import Name, Tree
from .abbreviations import Abbreviations
from .algebra import length, names, put
from .derivation import Derivation
from .lines import Step
from .links import NoRule, inner
from .naming import MOST_NAMES, Naming, has_layout, needed
from .products import Product
from .reasons import listed, of_moves, of_rules, of_stacking
from .rewriting import rewritten
from .through import Opening, Through, Told, at, backward, forward

FUNCTIONS = ("f", "g", "y", "F", "f1", "f2")
GRADIENTS = ("g", "G", "h", "g1", "g2")
MATRICES = ("G", "H", "G1", "G2")
"""Names of a function and of its gradient, the first that is free."""

COLLECTED = "collected"
"""The reason of a line that says the same in a shorter way."""


class Narration:
    """The lines of one function; its differentials are known to the statement.

    The names of inner functions and of the function itself are none of `taken`.
    """

    def __init__(
        self,
        statement: Statement,
        body: Tree,
        naming: bool,
        called: Sequence[str] = FUNCTIONS,
        taken: frozenset[str] = frozenset(),
    ):
        self.statement = statement
        self.wrt = statement.wrt
        self.lets = dict(statement.lets)
        extra = dict(statement.differentials)
        scope = Scope(statement.types, Layout.NUMERATOR, self.lets, extra=extra)
        self.algebra = Told(scope)
        self.written = show(body)
        """The function as it stands in the record."""
        self.told = rewritten(body, self.algebra)
        self.body, moving = self.told, self._moving()
        if naming:
            named = Naming(self.algebra, moving, self.lets, taken)
            self.body, moving = named.named(self.body), named.moving
            if len(named.made) > MOST_NAMES:
                raise NoRule
            self._sort()
        self.named = [name for name in needed([self.body], self.lets) if name in moving]
        for name in self.named:
            if f"d{name}" in self.lets or f"d{name}" in statement.types:
                raise NoRule  # it means something else
            extra[f"d{name}"] = free(self.algebra.shape(Name(name)))
        self.inner = {name: self.lets[name] for name in self.named}
        self.single = Derivation(self.algebra, frozenset((*self.wrt, *self.named)))
        self.through = Through(self.algebra, frozenset(self.wrt), self.inner)
        self.changes: dict[str, Tree] = {}
        self.taken = taken | {*statement.types, *self.lets, *extra}
        self.f = next(f for f in called if not {f, f"d{f}"} & self.taken)

    def _moving(self) -> set[str]:
        """Return the variables, and the names of the record that depend on them."""
        moving = set(self.wrt)
        for name, meaning in self.lets.items():
            if not moving.isdisjoint(names(meaning)):
                moving.add(name)
        return moving

    def _sort(self) -> None:
        """Bring inner functions in an order in which each needs earlier ones only."""
        order = needed(map(Name, self.lets), self.lets)
        found = {name: self.lets[name] for name in order}
        self.lets.clear()
        self.lets.update(found)

    # Lines.

    def line(
        self, left: str, right: Tree, reason: str, function: str, kind: str
    ) -> Step:
        """Return a line with the names that it needs."""
        meanings = dict(self.lets)
        if kind == "differential":
            meanings |= self.changes
        order = needed(map(Name, meanings), meanings)
        return Step(
            left,
            show(right),
            reason,
            function,
            kind,
            tuple((name, show(meanings[name])) for name in order),
            self.wrt if kind != "value" else (),
            self.statement.record.entries,
        )

    def definition(self, name: str, meaning: Tree, reason: str) -> Step:
        """Return a line that says what a name stands for."""
        let = tuple((other, show(tree)) for other, tree in self.lets.items())
        return Step(name, show(meaning), reason, let=let)

    def opening(self) -> Iterator[Step]:
        """Yield what is written otherwise, the inner functions, and their changes."""
        if show(self.told) != self.written:
            reason = "written so that there is a rule"
            yield self.line(self.f, self.told, reason, self.written, "value")
        for name in self.named:
            meaning = self.lets[name]
            yield self.definition(name, meaning, "inner function")
            found = list(self.changed(f"d{name}", meaning, show(meaning)))
            yield from found
            self.changes[f"d{name}"] = parse(found[-1].right)

    def changed(self, left: str, tree: Tree, function: str) -> Iterator[Step]:
        """Yield a differential by the rules of one level, and with changes last."""
        rules = self.single
        found = self.summed(rules.differential(tree), tree)
        reason = of_rules(tree, rules)
        yield self.line(left, found, reason, function, "differential")
        if self.algebra.shape(tree) != SCALAR:
            return
        try:
            moved, reason = self.moved(rules, tree)
        except NoRule:
            return
        yield self.line(left, moved, reason, function, "differential")

    def differential(self) -> Iterator[Step]:
        """Yield the differential of the function, at last in those of the variables."""
        left = f"d{self.f}"
        yield from self.opening()
        found = list(self.changed(left, self.body, self.written))
        yield from found
        last = parse(found[-1].right)
        used = [name for name in self.changes if name in names(last)]
        if used:
            for name in reversed(self.changes):
                last = put(last, {name: self.changes[name]})
            opened = Opening(self.algebra.scope).expanded(last)
            whole = self.summed(opened, self.body)
            reason = f"{', '.join(used)} put in"
            yield self.line(left, whole, reason, self.written, "differential")

    def moved(self, rules: Derivation, tree: Tree) -> tuple[Tree, str]:
        """Return a scalar's differential with changes at the end, and why."""
        algebra, terms, reasons = self.algebra, [], []
        for name, links in rules.chains(tree):
            M = algebra.product(Name(f"d{name}"))
            term = algebra.closed(forward(M, links))
            if M.shape != SCALAR:
                moved = inner(algebra, backward(links), M)
                if show(algebra.tree(moved)) != show(algebra.tree(term)):
                    reasons += of_moves(links, M.shape[1] == ONE)
                term = moved
            terms.append(term)
        return self.summed(algebra.total(terms), tree), listed(reasons) or COLLECTED

    def summed(self, terms: Sequence[Product], like: Tree) -> Tree:
        """Write a sum of the shape of a tree; zeros where there are no terms."""
        if not terms:
            return self.algebra.zeros(*self.algebra.shape(like))
        algebra = self.algebra
        short = [algebra.product(self.folded(algebra.tree(term))) for term in terms]
        return algebra.joined(algebra.total(short))

    # Derivatives read off.

    def inner_product(self, row: Tree) -> Step:
        """Return df as a product with dX, of the gradient in numerator layout."""
        (name,) = self.wrt
        algebra, M = self.algebra, self.algebra.product(Name(f"d{name}"))
        row = self.folded(row)
        if M.shape[1] == ONE:
            found = algebra.at(algebra.product(row), M)
        else:
            found = algebra.within("tr", algebra.at(algebra.product(row), M))
        return self._collected(algebra.tree(found))

    def scalar_change(self, slope: Tree) -> Step:
        """Return the differential as the derivative times dt."""
        (name,) = self.wrt
        algebra, dt = self.algebra, self.algebra.product(Name(f"d{name}"))
        found = algebra.by(algebra.product(self.folded(slope)), dt)
        return self._collected(algebra.tree(found))

    def _collected(self, tree: Tree) -> Step:
        return self.line(f"d{self.f}", tree, COLLECTED, self.written, "differential")

    def stacked(self, jacobian: Tree) -> Iterator[Step]:
        """Yield vec(dY) as a matrix times vec(dX)."""
        (name,) = self.wrt
        algebra, rules = self.algebra, self.through
        column = algebra.stacked(algebra.product(Name(f"d{name}")))
        x, terms, reasons = algebra.shape(Name(name)), [], []
        for _, links in rules.chains(self.body):
            J = algebra.product(algebra.eye(x[0] * x[1]))
            for link in links:
                J = link.stacked(J)
            terms.append(at(J, column))
            reasons.append(of_stacking(links))
        shape = algebra.shape(self.body)
        left, function = f"d{self.f}", self.written
        if shape[1] != ONE:
            left, function = f"vec(d{self.f})", f"vec({function})"
        if terms:
            found = self.folded(algebra.joined(algebra.total(terms)))
            why = listed(reasons) or COLLECTED
            yield self.line(left, found, why, function, "differential")
        whole = algebra.tree(at(algebra.product(self.folded(jacobian)), column))
        yield self.line(left, whole, COLLECTED, function, "differential")

    def read_off(self, kind: str, layout: Layout, tree: Tree) -> Step:
        """Return the derivative in a layout, with inner functions by their names."""
        (name,) = self.wrt
        left = f"d{self.f}/d{name}"
        reason = self._reading(name, layout)
        if has_layout(tree) and layout.turns(self.statement.pair(name)):
            reason += "; derivatives are transposed in this layout"
        return self.line(left, self.folded(tree), reason, self.written, kind)

    def _reading(self, x: str, layout: Layout) -> str:
        f, rule = self.f, self.statement.pair(x)
        turned = layout.turns(rule)
        shape = self.statement.variable(x).shape
        if shape == SCALAR:
            y = self.statement.body.shape
            end = ", transposed in this layout" if turned and y != SCALAR else ""
            return f"read off: d{f} = (d{f}/d{x}) * d{x}{end}"
        if rule == BY_SCALAR_VALUE:
            G, inside = "g", f"g.T @ d{x}"
            if shape[1] != ONE:
                G, inside = "G", f"tr(G.T @ d{x})"
            end = f"so the gradient is {G}" if turned else f"{G}.T in this layout"
            return f"read off: d{f} = {inside}, {end}"
        y = self.statement.body.shape
        left, right = (
            f"d{one}" if dims[1] == ONE else f"vec(d{one})"
            for one, dims in ((f, y), (x, shape))
        )
        end = "J.T in this layout" if turned else "so the Jacobian is J"
        return f"read off: {left} = J @ {right}, {end}"

    def folded(self, tree: Tree) -> Tree:
        """Write inner functions by their names, where that is shorter."""
        known = Abbreviations(self.lets)
        whole = known.unfolded(tree)
        return tree if whole is None else min(tree, known.folded(whole), key=length)


def free(shape: tuple) -> Type:
    """Return the type of any matrix of a shape."""
    if shape == SCALAR:
        return Type("scalar")
    if shape[1] == ONE:
        return Type("vector", (shape[0],))
    return Type("matrix", shape)


def changed_types(statement: Statement) -> dict[str, str]:
    """Return what a second derivative is taken over: matrices whose entries are free.

    The gradient of tr(X @ X) is 2 X at a symmetric X, but its entries move as those
    of 2 X.T do.
    """
    found = {}
    for name in statement.wrt:
        declared = statement.variable(name)
        if declared.shape[1] != ONE and declared.kind != "matrix":
            found[name] = str(replace(free(declared.shape)))
    return found
