"""A statement whose names get their types, and which is written in the language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from ..language.layout import BOTH, Layout, arranged_shape
from ..language.printing import show
from ..language.term import SCALAR, Shape
from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from ..spelling.loose import bounded, calls, is_zero, mapped, parts
from ..spelling.parsed import Sides
from ..spelling.unindexed import Unindexed
from ..spelling.written import Written
from .fitting import Misfit
from .guesses import targets_in, under_nablas
from .inference import sized_names
from .loosened import is_vector
from .readings import Search, best
from .said import Said
from .spelled import Given, Spelled, left_out_of
from .strict import Strict
from .uses import Draft, uses_of


def expressed(
    plain: Unindexed, given: Given, sides: Sides, said: Said
) -> Spelled | None:
    """Find what the names are, and write the statement in the language."""
    written = plain.written
    applied = said.applied(written.trees)
    ranks = {**under_nablas(sides.sides), **sides.fonts, **applied, **said.ranks}
    ranks |= {**plain.ranks, **written.ranks}
    for name, rank in said.ranks.items():
        if rank == "square" and ranks[name] == "matrix":
            ranks[name] = rank
    letters = {n.name for t in written.trees for n in parts(t) if isinstance(n, Name)}
    sizes = {at: size for at, size in plain.sizes.items() if size in letters}
    claims = written.claims
    target = show(written.target) if written.target is not None else ""
    draft = Draft(
        written.subject,
        written.body,
        claims,
        written.wrt,
        written.moving,
        target,
        {name: rank for name, rank in ranks.items() if name not in given},
        frozenset({*said.ranks, *applied, *plain.ranks, *written.ranks} - given.keys()),
        sizes=sizes,
    )
    search = Search(draft, uses_of(draft), given)
    reading = best(search)
    assert reading.fitting is not None
    fitting = reading.fitting
    strict = Strict(fitting, sized_names(draft, search, given, reading))
    try:
        # A power of a matrix is written out: small in memory, and large in a text.
        body = bounded(strict.tree(written.body))
        made = [
            (claim[0], bounded(claim[1]))
            for where, tree in claims
            for claim in _claims(strict, written, where, tree)
        ]
        error = _error(strict, written, sides) if written.error else ""
        _check_taken(plain, strict, letters)
    except Misfit:
        return None
    targets = {
        name: "probability_vector"
        for name in targets_in(body) - given.keys() - said.kinds.keys()
        if reading.choice.get(name) == "vector"
    }
    said = Said(kinds=targets).and_then(said)
    notes = tuple(f"`{name}` is read as probabilities" for name in targets)
    return Spelled(
        written.subject,
        show(body),
        tuple((where, show(tree)) for where, tree in made),
        written.wrt,
        dict(reading.choice),
        reading.cost,
        written.moving,
        target,
        error,
        (*plain.notes, *written.notes, *notes),
        said,
        left_out=tuple(
            left_out_of(sides.shown(tree), why) for tree, why in written.left_out
        ),
        entrywise=plain.by_entries,
    )


def _error(strict: Strict, written: Written, sides: Sides) -> str:
    """Return how large an error is, of a vector by its norm where nobody writes it."""
    assert written.error is not None
    made = strict.tree(written.error)
    if strict.shape(Name(written.moving)) == SCALAR or _SMALL.search(sides.text):
        return show(made)

    def sized(part: Tree) -> Tree:
        return Call("norm", (part,)) if part == Name(written.moving) else part

    normed = any(True for _ in calls(made, "norm"))
    return show(made if normed else mapped(made, sized))


_SMALL = re.compile(r"(?<![A-Za-z])[oO]\s*(?:\\left\s*)?\(")
"""An error that is written."""


def _check_taken(plain: Unindexed, strict: Strict, letters: Set[str]) -> None:
    """Refuse what was read without its indices for ranks that names do not have.

    In `Σ_i (x_i + b)²` the b was taken for a number: a vector is another statement.
    """
    for tree, rank in plain.taken.items():
        if {part.name for part in parts(tree) if isinstance(part, Name)} <= letters:
            shape = strict.shape(tree)
            if _rank(shape) != rank:
                said = f"`{show(strict.tree(tree))}` is a {_rank(shape)}"
                what = f"{said}, and beside its indices it would be a {rank}"
                raise Fault(tree.start, what, "give it an index, or another type")


def _rank(shape: Shape) -> str:
    return "scalar" if shape == SCALAR else "vector" if is_vector(shape) else "matrix"


def _claims(
    strict: Strict, written: Written, where: str, tree: Tree
) -> Iterator[tuple[str, Tree]]:
    """Yield a claim in the language; a 0 is of the shape that is asked for."""
    if not is_zero(tree):
        yield where, strict.tree(tree)
        return
    shape = strict.shape(written.body)
    if written.subject != "function" or where in ("differential", "hessian"):
        if where == "hessian":
            rows, columns = strict.shape(Name(written.wrt[0]))
            shape = rows * columns, rows * columns
        yield where, strict.zeros(shape, tree.start)
        return
    x = strict.shape(Name(written.wrt[0]))
    for layout in BOTH if where == "both" else (Layout(where),):
        demanded = arranged_shape(shape, x, layout, x == SCALAR)
        field = where if demanded == SCALAR else layout.value
        yield field, strict.zeros(demanded, tree.start)
        if demanded == SCALAR:
            return
