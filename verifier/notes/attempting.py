"""Sides of a formula, read with what its document has said: statements, or why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..asking.meant import readings
from ..asking.said import Said
from ..asking.spelled import Given, Spelled
from ..language.expression import parse
from ..language.tree import Call, Derived, Name, Tree
from ..reading.problem import Fault
from ..spelling import loose
from ..spelling.clauses import sides_of
from ..spelling.defining import Definition
from ..spelling.grammar import Context as Grammar
from ..spelling.parsed import Sides
from .chaining import Attempt, Chained, chained
from .fits import Candidate, Fitted, fit
from .missing import (
    MISFIT,
    NO_LAYOUT,
    NO_READING,
    construct,
    matrix_function,
    reason_of,
    unknown,
)

Weak = Callable[[Sides, Spelled], str]
"""Says why a statement may be no rule."""
Definitions = Mapping[str, Definition]


@dataclass(frozen=True)
class Asking:
    """Reads sides of one formula."""

    candidate: Candidate
    given: Given
    said: Said
    definitions: Definitions
    weak: Weak
    chain: bool
    """Whether the formula has more than two sides."""
    escaped: bool = False
    """Whether a `|` has a backslash where it stands, as in a cell of a table."""

    def __call__(self, sides: Sides) -> Attempt:
        """Read some sides, if all of them can be read together."""
        try:
            found = readings(sides, self.given, self.definitions, self.said)
        except Fault as fault:
            if (free := self.without(_expanded(sides))) is not None:
                return free(sides)
            return Attempt((), reason_of(fault), construct(fault.text))
        if not found:
            return Attempt((), NO_READING, MISFIT, True)
        reason = matrix_function(found[0])
        found = [read for read in found if not matrix_function(read)]
        if not found:
            return Attempt((), reason, "a function of a matrix")
        names: Sequence[str] = ()
        if not self.weak(sides, found[0]):
            found = [read for read in found if not unknown(read)] or found
            names = unknown(found[0])
        if names and (free := self.of_any(names, found[0])) is not None:
            made = free(sides)
            if made.is_read and not self.weak(sides, made.found[0]):
                return made
        if names:
            listed = ", ".join(f"`{name}`" for name in names)
            reason = f"it is not said what {listed} is"
            return Attempt((), reason, "a name that is not defined")
        if self.chain:
            fitted = [one for read in found if (one := fit(read, self.candidate))]
            if not fitted:
                return Attempt(tuple(found), NO_LAYOUT, MISFIT, True)
            if all(_primes_of_matrices(sides, one) for one in fitted):
                reason = "a prime of a function of a matrix is not read"
                return Attempt((), reason, "a function of a matrix")
        return Attempt(tuple(found))

    def of_any(self, names: Sequence[str], read: Spelled) -> Asking | None:
        """Return what reads a rule of any f, though an f is defined in the text.

        In `∇(a f(x) + b g(x)) = a ∇f(x) + b ∇g(x)` the derivatives of f and g are
        claimed as those of functions, whatever else the text calls f.
        """
        claimed = {
            part.symbol
            for _, text in read.claims
            for part in loose.parts(parse(text))
            if isinstance(part, Derived)
        }
        return self.without({name for name in names if name in claimed})

    def without(self, names: Iterable[str]) -> Asking | None:
        """Return what reads without some definitions, None where there are none."""
        free = self.definitions.keys() & set(names)
        if not free:
            return None
        others = {n: made for n, made in self.definitions.items() if n not in free}
        return replace(self, definitions=others)


def _expanded(sides: Sides) -> set[str]:
    """Return the functions that a formula expands: `f(x + h)`, in terms of `∇f(x)`.

    It is a rule of any of them, whatever series the text has of f.
    """
    moved = {
        part.name
        for part in loose.parts(sides.sides[0])
        if isinstance(part, Call)
        and any(isinstance(arg, Call) and arg.name == "add" for arg in part.args)
    }
    bodies = [
        call.args[0]
        for tree in sides.sides[1:]
        for call in loose.calls(tree, *loose.CALCULUS, "hessian")
    ]
    return moved & {body.name for body in bodies if isinstance(body, Name | Call)}


def attempted(sides: Sides, asking: Asking, grammar: Grammar) -> Chained:
    """Read a formula as it stands, and in the other ways in which it may be meant."""
    made = chained(sides, asking, {*asking.definitions, *sides.lets})
    for other, definitions, note in _others(sides, asking, grammar):
        ask = replace(asking, definitions=definitions)
        again = chained(other, ask, {*definitions, *other.lets})
        if again.attempt.is_read:
            made = _with(made, again, note)
    return made


def _with(made: Chained, again: Chained, note: str) -> Chained:
    """Return a formula with the readings that it has if it is meant otherwise."""
    found = tuple(
        replace(read, notes=(*read.notes, note)) for read in again.attempt.found
    )
    if not made.attempt.is_read:
        return replace(again, attempt=replace(again.attempt, found=found))
    known = {(read.body, read.claims) for read in made.attempt.found}
    more = tuple(read for read in found if (read.body, read.claims) not in known)
    if more and more[0].cost < made.attempt.found[0].cost:
        both = (*more, *made.attempt.found)
        return replace(again, attempt=replace(again.attempt, found=both))
    both = (*made.attempt.found, *more)
    return replace(made, attempt=replace(made.attempt, found=both))


def _others(
    sides: Sides, asking: Asking, grammar: Grammar
) -> Iterator[tuple[Sides, Definitions, str]]:
    """Yield the sides as they may be meant otherwise, with what is assumed."""
    definitions = asking.definitions
    if asking.escaped and _ESCAPED.search(sides.text):
        try:
            inside = sides_of(_ESCAPED.sub(" |", sides.text), grammar, some=True)
        except Fault:
            pass
        else:
            yield inside, definitions, r"a `\|` in a cell of a table is a `|`"
    if re.search(r"(?:tr|Tr|det)\b[^=]*\)\s*\^", sides.text):
        try:
            inside = sides_of(sides.text, replace(grammar, inside=True), some=True)
        except Fault:
            pass
        else:
            yield inside, definitions, "the power belongs to what is in the brackets"
    plain = tuple(loose.mapped(tree, _grouped) for tree in sides.sides)
    if plain != sides.sides:
        note = "in `A b ⊙ c` the product entry by entry is taken first"
        yield replace(sides, sides=plain, tight=()), definitions, note
    bodies = [definition.body for definition in definitions.values()]
    if any(map(_circled, [*sides.sides, *bodies])):
        plain = tuple(loose.mapped(tree, _entrywise) for tree in sides.sides)
        made = {
            name: replace(one, body=loose.mapped(one.body, _entrywise))
            for name, one in definitions.items()
        }
        note = "`⊗` is read as the product entry by entry"
        yield replace(sides, sides=plain, tight=()), made, note


_ESCAPED = re.compile(r"\\\|(?!\s*_)")
"""A bar as a cell must have it; one with a norm's subscript is a norm's."""


def _grouped(tree: Tree) -> Tree:
    """Read `A b ⊙ c` as `A (b ⊙ c)`."""
    match tree:
        case Call(
            "mul" | loose.COMPOSED as circle,
            (Call(loose.JUXTAPOSED | loose.DOTTED as name, (left, right)), other),
        ):
            return replace(tree, name=name, args=(left, Call(circle, (right, other))))
    return tree


def _circled(tree: Tree) -> bool:
    """Whether two vectors, by their letters, have a `⊗` between them."""
    return any(map(_is_circled, loose.calls(tree, "kron")))


def _is_circled(tree: Tree) -> bool:
    match tree:
        case Call("kron", (Name(left), Name(right))):
            return left[0].islower() and right[0].islower()
    return False


def _entrywise(tree: Tree) -> Tree:
    if isinstance(tree, Call) and _is_circled(tree):
        return replace(tree, name="mul")
    return tree


def _primes_of_matrices(sides: Sides, fitted: Fitted) -> bool:
    """Whether `f'(A)` is written of an f that takes matrices as they are.

    Then f is a series of matrices, and its prime is no gradient.
    """
    types = next(iter(fitted.records.values())).where
    primed = {
        part.symbol
        for tree in sides.sides
        for part in loose.parts(tree)
        if isinstance(part, Derived) and part.kind == "D"
    }
    return any(
        name in types and types[name].value.startswith(("matrix(", "symmetric("))
        for name in primed
    )
