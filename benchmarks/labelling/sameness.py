"""Whether two statements are the same claim: what must hold for that, as equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from verifier.asking.entry import question_of_fields
from verifier.language.declaration import Type
from verifier.language.layout import Layout, arranged_shape
from verifier.language.printing import show
from verifier.language.shapes import infer
from verifier.language.term import SCALAR, Scope
from verifier.language.tree import Call, Name, Tree
from verifier.reading.problem import Fault
from verifier.reading.record import Record

from .names import maps
from .stated import Side, Stated, Types, renamed, simple

MOST_WAYS = 6
"""Maps of names whose equations are asked."""


@dataclass(frozen=True)
class Equation:
    """A claim that the verifier is asked; with `wrt` it is one of a derivative."""

    body: str
    claim: str
    types: tuple[tuple[str, str], ...]
    wrt: str = ""
    field: str = "both"

    @cached_property
    def record(self) -> Record | None:
        """Return it as a record, or None where it has no meaning."""
        key = "function" if self.wrt else "value"
        fields: dict[str, str | list[str]] = {key: self.body, self.field: self.claim}
        if self.wrt:
            fields["wrt"] = self.wrt.split()
        question, _ = question_of_fields(fields, dict(self.types))
        return question.record if question else None


Either = tuple[Equation, ...]
"""Equations one of which must hold."""
Way = tuple[Either, ...]
"""All that must hold for two statements to be the same."""
Holds = Callable[[Equation], bool]


def same(ways: Sequence[Way], holds: Holds) -> bool:
    """Whether all of one way holds."""
    return any(all(any(map(holds, either)) for either in way) for way in ways)


def ways(reading: Stated, meaning: Stated) -> list[Way]:
    """Return the ways in which a reading may be what was meant; one is enough.

    A way that has nothing to ask is found by comparing trees, and ends the search.
    """
    found: list[Way] = []
    for names in maps(reading, meaning):
        way = _way(reading.renamed(names, meaning.types), meaning)
        if way == ():
            return [()]
        if way is not None and len(found) < MOST_WAYS:
            found.append(way)
    return found


def in_the_same_words(reading: Stated, meaning: Stated) -> bool:
    """Whether two statements are the same but for what their names are."""
    return any(
        _way(reading.renamed(names, meaning.types), meaning) == ()
        for names in maps(reading, meaning, ranked=False)
    )


def _way(reading: Stated, meaning: Stated) -> Way | None:
    """Return what must hold, with the same names; None where nothing can help."""
    if reading.subject != meaning.subject or reading.others != meaning.others:
        return None
    if {*reading.wrt} != {*meaning.wrt}:
        return None
    if meaning.subject == "value":
        if _is_empty(reading) and not _is_empty(meaning):
            return None
        # An equation may be read from right to left.
        ours, theirs = ([Side(one.body), *one.sides] for one in (reading, meaning))
        return _covered(ours, theirs, meaning)
    if meaning.subject in ("sign", "shape"):
        said = [{side.tree for side in one.sides} for one in (reading, meaning)]
        return (
            _asked(_equal(reading.body, meaning.body, meaning))
            if said[0] == said[1]
            else None
        )
    left = _left(reading, meaning)
    right = _covered(reading.sides, meaning.sides, meaning)
    return None if left is None or right is None else left + right


def _is_empty(made: Stated) -> bool:
    """Whether it says of something that it is itself."""
    return all(side.tree == made.body for side in made.sides)


def _asked(either: Either | None) -> Way:
    return () if either is None else (either,)


# --- left sides --------------------------------------------------------------------


def _left(reading: Stated, meaning: Stated) -> Way | None:
    """Return what must hold for two left sides to be the same."""
    if reading.kind == meaning.kind:
        equal = _equal(reading.body, meaning.body, meaning)
        if equal is None:
            return ()
        # What does not depend on the variable is no part of the derivative.
        return ((*equal, *_constant(reading.body, meaning.body, meaning)),)
    if {reading.kind, meaning.kind} == {"hessian", ""} and len(meaning.wrt) == 1:
        # The derivative of a gradient that is written out is a Hessian.
        f, gradient = (
            (meaning.body, reading.body)
            if meaning.kind
            else (reading.body, meaning.body)
        )
        return (
            tuple(
                Equation(
                    show(f),
                    show(gradient),
                    _texts(meaning.types),
                    meaning.wrt[0],
                    layout,
                )
                for layout in ("denominator", "numerator")
            ),
        )
    return None


def _constant(one: Tree, other: Tree, meaning: Stated) -> Iterator[Equation]:
    """Yield the claim that the difference of two functions does not vary."""
    if meaning.subject != "function" or len(meaning.wrt) != 1:
        return
    (name,) = meaning.wrt
    x = meaning.types.get(name)
    try:
        y = infer(other, Scope(meaning.types, Layout.NUMERATOR, {})).shape
    except Fault:
        return
    if isinstance(x, Type):
        shape = arranged_shape(y, x.shape, Layout.NUMERATOR, x.shape == SCALAR)
        rows, columns = map(str, shape)
        zero = "0" if (rows, columns) == ("1", "1") else f"zeros({rows}, {columns})"
        difference = show(Call("sub", (one, other)))
        yield Equation(difference, zero, _texts(meaning.types), name, "numerator")


# --- right sides -------------------------------------------------------------------


def _covered(ours: Sequence[Side], theirs: Sequence[Side], meaning: Stated) -> Way:
    """Return what must hold for each side to be one of the other's.

    A chain that was read may have further sides, as long as they are right, or are what
    other labels say of it. What another label says in so many words counts for that.
    """
    known = [*theirs, *meaning.spare]
    pairs = [[_sides(a, b, meaning) for b in known] for a in ours]
    rows = [[*row, _right(a, meaning)] for a, row in zip(ours, pairs, strict=True)]
    own = [row[: len(theirs)] for row in pairs if None not in row]
    own += [row[: len(theirs)] for row in pairs if None in row[: len(theirs)]]
    rows += [[row[at] for row in own] for at in range(len(theirs))]
    needed = [
        tuple(dict.fromkeys(equation for one in row if one for equation in one))
        for row in rows
        if None not in row
    ]
    return tuple(dict.fromkeys(needed))


def _right(side: Side, meaning: Stated) -> Either:
    """Return the claims that a side is the derivative that is meant."""
    if meaning.subject != "function":
        return ()
    layouts = {None: ("numerator", "denominator"), True: ("denominator",)}
    fields = (
        (meaning.kind,) if meaning.kind else layouts.get(side.turned, ("numerator",))
    )
    wrt = " ".join(meaning.wrt)
    body, claim = show(meaning.body), show(side.tree)
    return tuple(
        Equation(body, claim, _texts(meaning.types), wrt, field) for field in fields
    )


def _sides(ours: Side, theirs: Side, meaning: Stated) -> Either | None:
    """Return what must hold for two sides to be equal; None where they are alike."""
    flat, turned = ours.tree, Call("transpose", (ours.tree,))
    if meaning.kind == "hessian":  # it is symmetric, as a text may say or not
        plain = _equal(flat, theirs.tree, meaning)
        return plain and (*plain, *(_equal(turned, theirs.tree, meaning) or ()))
    layouts = ours.turned, theirs.turned
    if None in layouts or ours.turned == theirs.turned:
        return _equal(flat, theirs.tree, meaning)
    return _equal(simple(turned), theirs.tree, meaning)


def _equal(one: Tree, other: Tree, meaning: Stated) -> Either | None:
    """Return the claim that two values are equal; None where their trees are."""
    if one == other:
        return None
    # A change is an ordinary name here, as its variable is.
    changes = {d: Name(f"change_of_{name}") for d, name in meaning.changes.items()}
    moved = {
        f"change_of_{name}": _of_change(declared)
        for name in meaning.changes.values()
        if isinstance(declared := meaning.types.get(name), Type)
    }
    texts = (*_texts(meaning.types), *moved.items())
    return (
        Equation(show(renamed(one, changes)), show(renamed(other, changes)), texts),
    )


def _of_change(declared: Type) -> str:
    """Return the type of a change: only what is linear of its variable's type."""
    rows, columns = map(str, declared.shape)
    if declared.kind in ("symmetric", "positive_definite", "diagonal", "skew"):
        linear = declared.kind.replace("positive_definite", "symmetric")
        return f"{linear}({rows})"
    if columns != "1":
        return f"matrix({rows}, {columns})"
    return "scalar" if rows == "1" else f"vector({rows})"


def _texts(types: Types) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(declared)) for name, declared in types.items())
