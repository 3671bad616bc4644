"""A derivation as a textbook writes it, and the records that verify each line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..language.checker import check
from ..language.expression import parse
from ..language.layout import BY_SCALAR_VALUE, Layout
from ..language.printing import show
from ..language.statement import Statement
from ..language.term import ONE, SCALAR
from ..language.tree import Tree
from ..reading.problem import Fault
from ..reading.record import Record, WrittenClaim
from .abbreviations import Abbreviations
from .algebra import length, names, summands
from .closed_form import ClosedForms
from .lines import Step, records, verified
from .links import NoRule
from .naming import has_layout
from .narration import (
    COLLECTED,
    GRADIENTS,
    MATRICES,
    Narration,
    changed_types,
)
from .reasons import of_entries

__all__ = ["Step", "records", "steps", "verified"]

MOST_STEPS = 12
"""Lines beyond which nobody reads a derivation; a second derivative has more."""
MOST_SECOND = 16
HESSIANS = ("H", "K", "Q", "H1", "H2")
"""Names of a second derivative, the first that is free."""


def steps(statement: Statement, field: str) -> list[Step]:
    """Derive a claim of a record's function line by line; NoRule where no rule exists.

    `field` is a layout, `differential` or `hessian`. The last line is the closed form.
    """
    most = MOST_SECOND if field == "hessian" else MOST_STEPS
    found: list[list[Step]] = []
    for told in _Lines(statement).of(field):
        if len(told) <= most:
            return told
        found.append(told)
    if not found:
        raise NoRule
    return min(found, key=len)


class _Lines:
    def __init__(self, statement: Statement):
        self.statement = _asked(statement)
        self.forms = ClosedForms(self.statement)

    def of(self, field: str) -> Iterator[list[Step]]:
        """Yield the lines of a claim, with inner functions named first."""
        final = self.forms.form(field)
        for narration, first in self._narrations():
            try:
                if field == "hessian":
                    told = list(self._second(narration, final))
                elif field == "differential":
                    told = list(self._differential(narration, final))
                else:
                    told = list(self._first(narration, field, final))
            except (NoRule, Fault):
                continue
            yield _defined(_news([*first, *told]))

    def _narrations(self) -> Iterator[tuple[Narration, list[Step]]]:
        """Yield ways to tell it, the likeliest first."""
        statement = self.statement
        body = parse(statement.record.body.value)
        plain = Abbreviations(statement.lets).unfolded(body) or body
        for tree, naming in (
            (body, True),
            (plain, True),
            (body, False),
            (plain, False),
        ):
            try:
                yield Narration(statement, tree, naming), []
            except (NoRule, Fault):
                continue
        try:
            narration = Narration(statement, plain, naming=False)
            algebra = narration.algebra
            whole = algebra.joined(algebra.expanded(plain))
            reason = "multiplied out"
            line = narration.line(
                narration.f, whole, reason, narration.written, "value"
            )
            yield Narration(statement, whole, naming=False), [line]
        except (NoRule, Fault):
            return

    def _differential(self, narration: Narration, final: Tree) -> Iterator[Step]:
        yield from narration.differential()
        left, function = f"d{narration.f}", narration.written
        yield narration.line(left, final, "shortened", function, "differential")

    def _first(self, narration: Narration, field: str, final: Tree) -> Iterator[Step]:
        """Yield the lines of a derivative in a layout."""
        (name,) = narration.wrt
        statement, layout = self.statement, Layout(field)
        shape, rule = statement.variable(name).shape, statement.pair(name)
        independent = statement.record.entries == "independent"
        forms = self.forms
        if independent:
            record = replace(statement.record, entries="all")
            statement = _checked(record)
            forms = ClosedForms(statement)
        plain = forms.form("numerator")
        yield from narration.differential()
        if shape == SCALAR:
            yield narration.scalar_change(plain)
        elif rule == BY_SCALAR_VALUE:
            moved, why = narration.moved(narration.through, narration.body)
            left, function = f"d{narration.f}", narration.written
            yield narration.line(left, moved, why, function, "differential")
            yield narration.inner_product(plain)
        else:
            yield from narration.stacked(plain)
        there = forms.form(field)
        read = narration.read_off(field, layout, there)
        yield replace(read, entries="all")
        if independent:
            reason = of_entries(statement.variable(name).kind, name)
        else:
            written = [
                one for one in narration.named if one in names(parse(read.right))
            ]
            reason = f"{', '.join(written)} written out" if written else "shortened"
        yield narration.line(read.left, final, reason, narration.written, field)

    def _second(self, narration: Narration, final: Tree) -> Iterator[Step]:
        """Yield the lines of a gradient, and those of its own derivative."""
        (name,) = narration.wrt
        statement = self.statement
        y, x = statement.body.shape, statement.variable(name).shape
        field = "numerator" if x == SCALAR else "denominator"
        if y != SCALAR and x != SCALAR:
            raise NoRule
        first = list(self._first(narration, field, self.forms.form(field)))
        yield from first[: -1 if narration.named else None]  # it follows as `g`
        types = changed_types(statement)
        record = statement.record
        where = {
            other: replace(text, value=types.get(other, text.value))
            for other, text in record.where.items()
        }
        wider = _checked(replace(record, where=where))
        gradient = ClosedForms(wider).form(field)
        if has_layout(gradient):
            # A function has them in numerator layout.
            row = ClosedForms(wider).form("numerator")
            gradient = narration.algebra.turned(row)
        second = self._again(narration, wider, gradient)
        inner = second.statement
        forms = ClosedForms(inner)
        yield second.definition(second.f, second.told, "differentiated once more")
        told = list(second.differential())
        jacobian = forms.form("numerator")
        told += (
            [second.scalar_change(jacobian)]
            if x == SCALAR
            else list(second.stacked(jacobian))
        )
        for line in told:
            yield replace(line, where=tuple(types.items()))
        H = next(H for H in HESSIANS if H not in second.taken)
        left = f"d2{narration.f}/d{name}2" if x == SCALAR else H
        reason = f"read off: vec(d{second.f}) = {H} @ vec(d{name})"
        if x[1] == ONE:
            reason = f"read off: d{second.f} = {H} @ d{name}"
        if x == SCALAR:
            reason = f"read off: d{second.f} = ({left}) * d{name}"
        final = min(final, jacobian, key=length)
        yield narration.line(left, final, reason, narration.written, "hessian")

    def _again(self, narration: Narration, wider: Statement, first: Tree) -> Narration:
        """Return the narration of a derivative's own differential."""
        called = GRADIENTS if wider.variable(wider.wrt[0]).shape[1] == ONE else MATRICES
        taken = frozenset((narration.f, *narration.named, *narration.changes))
        whole = Abbreviations(wider.lets).unfolded(first) or first
        for tree in (first, whole):
            body = replace(wider.record.body, value=show(tree), places=())
            try:
                inner = _checked(replace(wider.record, body=body))
                return Narration(inner, tree, True, called, taken)
            except NoRule:
                continue
        raise NoRule


def _asked(statement: Statement) -> Statement:
    """Return a statement that knows the changes of its variables."""
    return _checked(statement.record)


def _checked(record: Record) -> Statement:
    """Return a record's statement as if its differential were claimed."""
    claim = WrittenClaim("differential", replace(record.body, value="0", places=()))
    statement, _ = check(replace(record, claims=(claim,)))
    if statement is None:
        raise NoRule
    return statement


def _news(told: Sequence[Step]) -> list[Step]:
    """Leave out lines that say nothing new, or collect nothing."""
    found: list[Step] = []
    for line in told:
        before = found[-1] if found else None
        known = {(one.left, one.right, one.entries) for one in found}
        if (line.left, line.right, line.entries) in known:
            continue
        if before and before.left == line.left and line.reason == COLLECTED:
            old, new = (parse(one.right) for one in (before, line))
            if length(new) > length(old):
                continue
            several = len(summands(old)) > len(summands(new))
            reason = "terms collected" if several else "shortened"
            line = replace(line, reason=reason)
        found.append(line)
    return found


def _defined(told: Sequence[Step]) -> list[Step]:
    """Say what the names of `let` mean before they are used."""
    found: list[Step] = []
    known: set[str] = set()

    def add(line: Step) -> None:
        meanings = dict(line.let)
        for name in names(parse(line.right)):
            if name in meanings and name not in known:
                add(Step(name, meanings[name], "abbreviation", let=line.let))
        if line.field or line.left not in known:
            known.add(line.left)
            found.append(line)

    for line in told:
        add(line)
    return found
