"""Gradients, Jacobians and Hessians that are written out, one entry a coordinate.

`∇f(x, y) = (2x, 2y)` says two things, `∂f/∂x = 2x` and `∂f/∂y = 2y`, whether its list
is a row or a column. A Hessian is one by a vector, whose entries the coordinates are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, count

from ..language.tree import Call, Derived, Name, Number, Tree
from . import loose
from .defining import Definition, inserted, put
from .derivatives import has_derivative
from .written import Written

MOST = 6
"""Coordinates that are written out one by one."""
_NUMBERED = re.compile(r"([A-Za-z]+)_([1-9])")
_POINT = ("x", "y", "z"), ("u", "v", "w")
"""What coordinates are called where nothing says it."""


@dataclass(frozen=True)
class _Asked:
    """What is differentiated, by what, and how often."""

    body: Tree
    by: tuple[str, ...]
    order: int = 1


def by_coordinates(
    sides: Sequence[Tree], known: Mapping[str, Definition]
) -> Written | None:
    """Return what a derivative by coordinates is said to be, entry by entry.

    None where a statement is no such, or one of its sides is something else.
    """
    lists: list[list[list[Tree]]] = []
    asked: _Asked | None = None
    for side in sides:
        if (rows := _rows(side)) is not None:
            lists.append(rows)
        elif asked is None and (found := _asked(side, sides, known)) is not None:
            asked = found
        elif _asked(side, sides, known) is None:
            return None
    if asked is None or not lists or not 1 < len(asked.by) <= MOST:
        return None
    if asked.order == 2:
        return _hessian(asked, lists)
    values = _values(asked.body) or [asked.body]
    made: list[Written] = []
    for line, value in enumerate(values):
        for column, name in enumerate(asked.by):
            entries = [_entry(rows, line, column, len(values), asked) for rows in lists]
            if None in entries:
                return None
            claims = [e for e in entries if e is not None and not has_derivative(e)]
            if claims:
                said = tuple(("both", claim) for claim in claims)
                ranks = dict.fromkeys(asked.by, "scalar")
                made.append(Written("function", value, said, (name,), ranks=ranks))
    if not made:
        return None
    first, *also = made
    return replace(first, also=tuple(also), parted=True)


def without_names(sides: Sequence[Tree]) -> tuple[Tree, ...]:
    """Return sides without the lists that only say what a derivative's entries are."""
    if not has_derivative(sides[0]) or _rows(sides[0]) is not None:
        return tuple(sides)
    return tuple(side for side in sides if not _names_entries(side))


def _names_entries(side: Tree) -> bool:
    """Whether a side is a list of partial derivatives of names."""
    rows = _rows(side)
    return rows is not None and all(
        isinstance(entry, Call)
        and entry.name in (loose.PARTIAL, loose.SECOND_PARTIAL)
        and all(isinstance(part, Name | Call) for part in loose.parts(entry))
        for row in rows
        for entry in row
    )


def _entry(
    rows: Sequence[Sequence[Tree]], line: int, column: int, lines: int, asked: _Asked
) -> Tree | None:
    """Return one entry of a list; None where it has another number of them."""
    if lines == 1:
        flat = [entry for row in rows for entry in row]
        single = len(rows) == 1 or all(len(row) == 1 for row in rows)
        return flat[column] if single and len(flat) == len(asked.by) else None
    fits = len(rows) == lines and all(len(row) == len(asked.by) for row in rows)
    return rows[line][column] if fits else None


def _hessian(asked: _Asked, lists: Sequence[list[list[Tree]]]) -> Written | None:
    """Return a Hessian by the vector that the coordinates are the entries of."""
    size = len(asked.by)
    square = [
        rows
        for rows in lists
        if len(rows) == size and all(len(row) == size for row in rows)
    ]
    entries = [entry for rows in square for row in rows for entry in row]
    if len(square) < len(lists) or any(map(has_derivative, entries)):
        return None
    taken = {p.name for e in (asked.body, *entries) for p in loose.parts(e)
             if isinstance(p, Name)}  # fmt: skip
    vector = next(name for name in chain("xvwpq", _more()) if name not in taken)
    values = {name: _unit(vector, at, size) for at, name in enumerate(asked.by, 1)}
    claims = tuple(
        (
            "hessian",
            loose.call(
                loose.BLOCKS,
                *(
                    loose.call(loose.LINE, *(put(entry, values) for entry in row))
                    for row in rows
                ),
            ),
        )
        for rows in square
    )
    note = f"`{', '.join(asked.by)}` are the entries of `{vector}`"
    ranks = {vector: "vector"}
    body = put(asked.body, values)
    return Written("function", body, claims, (vector,), notes=(note,), ranks=ranks)


def _more() -> Iterator[str]:
    return (f"v_{number}" for number in count())


def _unit(vector: str, at: int, size: int) -> Tree:
    one = loose.call("unit", Number(Fraction(at)), Number(Fraction(size)))
    return loose.call("matmul", loose.call("transpose", one), Name(vector))


# --- what is differentiated ---------------------------------------------------------


def _asked(
    side: Tree, sides: Sequence[Tree], known: Mapping[str, Definition]
) -> _Asked | None:
    """Return what a side is the derivative of by coordinates; None if it is none."""
    match side:
        case Call(loose.ACTING | "transpose" | loose.PRIMED, (inner,)):
            return _asked(inner, sides, known)
        case Call(loose.GRADIENT | loose.PARTIAL, (body, Name(name))):
            return _by_entries(body, name, known)
        case Call(loose.GRADIENT, (body,)):
            return _by_all(body, sides, known)
        case Call("hessian", (body,)):
            return _twice(_by_all(body, sides, known))
        case Call(loose.SECOND_PARTIAL, (body, Name(name), other)):
            if Name(name) in (other, *getattr(other, "args", ())):
                return _twice(_by_entries(body, name, known))
        case Derived("D" | "hessian" as kind, name, positions, _, _, args):
            if len(positions) < 2 and name in known:
                found = _by_all(Call(name, args, start=side.start), sides, known)
                return found if kind == "D" else _twice(found)
    return None


def _twice(asked: _Asked | None) -> _Asked | None:
    return asked and replace(asked, order=2)


def _by_all(
    body: Tree, sides: Sequence[Tree], known: Mapping[str, Definition]
) -> _Asked | None:
    """Return a derivative by all arguments of a function."""
    match body:
        case Call(name, args) if name in known:
            names = [arg.name for arg in args if isinstance(arg, Name)]
            made = known[name]
            if len(names) < len(args) or len({*names}) < len(names):
                return None
            if len(made.parameters) != len(args):
                return None
            if len(names) == 1:
                return _by_entries(body, names[0], known)
            return _Asked(inserted(body, known), tuple(names))
        case Name(name) if name in known:
            parameters = known[name].parameters
            if len(parameters) == 1:
                return _by_entries(Call(name, (Name(parameters[0]),)), "", known)
            whole = inserted(known[name].body, known)
            if parameters:
                return _Asked(whole, parameters)
            return _Asked(whole, _coordinates(whole))
        case Call(name, _) if name in loose.LOOSE or name in ("add", "sub", "neg"):
            whole = inserted(body, known)
            return _Asked(whole, _coordinates(whole))
    return None


def _coordinates(tree: Tree) -> tuple[str, ...]:
    """Return the names in a tree that are those of a point, in order."""
    names = {part.name for part in loose.parts(tree) if isinstance(part, Name)}
    for point in _POINT:
        if names & {*point}:
            return tuple(name for name in point if name in names)
    return ()


def _by_entries(
    body: Tree, name: str, known: Mapping[str, Definition]
) -> _Asked | None:
    """Return a derivative by a vector of which only `x_1`, `x_2` and so on occur."""
    whole = inserted(body, known)
    names = {part.name for part in loose.parts(whole) if isinstance(part, Name)}
    found = [one for each in names if (one := _NUMBERED.fullmatch(each))]
    letters = {one[1] for one in found}
    if name in names or len(letters) != 1 or (name and letters != {name}):
        return None
    ordered = sorted(found, key=lambda one: int(one[2]))
    if [int(one[2]) for one in ordered] != list(range(1, len(ordered) + 1)):
        return None
    return _Asked(whole, tuple(one[0] for one in ordered))


# --- lists ----------------------------------------------------------------------------


def _values(tree: Tree) -> list[Tree] | None:
    """Return the values of a function that has several."""
    rows = _rows(tree)
    if rows is None:
        return None
    flat = [entry for row in rows for entry in row]
    single = len(rows) == 1 or all(len(row) == 1 for row in rows)
    return flat if single else None


def _rows(tree: Tree) -> list[list[Tree]] | None:
    """Return the entries of a list or of a matrix that is written out."""
    match tree:
        case Call(loose.LISTED, items):
            return [[*items]]
        case Call("transpose" | loose.PRIMED, (inner,)):
            rows = _rows(inner)
            return rows and [list(column) for column in zip(*rows, strict=True)]
        case Call(loose.BLOCKS, lines):
            return [[*map(_filled, getattr(line, "args", ()))] for line in lines]
        case Call("neg", (inner,)):
            return _each(inner, lambda entry: replace(tree, args=(entry,)))
        case Call(
            loose.JUXTAPOSED | loose.DOTTED | loose.STARRED | loose.TIMES,
            (factor, inner),
        ) if _is_number(factor):
            return _each(inner, lambda entry: replace(tree, args=(factor, entry)))
        case Call(loose.OVER, (inner, below)) if _is_number(below):
            return _each(inner, lambda entry: replace(tree, args=(entry, below)))
    return None


def _each(tree: Tree, change: Callable[[Tree], Tree]) -> list[list[Tree]] | None:
    rows = _rows(tree)
    return rows and [[change(entry) for entry in row] for row in rows]


def _filled(entry: Tree) -> Tree:
    match entry:
        case Call(loose.EMPTY, _):
            return Number(Fraction(0), start=entry.start, stop=entry.stop)
    return entry


def _is_number(tree: Tree) -> bool:
    """Whether a factor of a list can be a number only: no matrix, no capital letter."""
    return not any(
        (isinstance(part, Call) and part.name in (loose.BLOCKS, loose.LISTED))
        or (isinstance(part, Name) and part.name[0].isupper())
        for part in loose.parts(tree)
    )
