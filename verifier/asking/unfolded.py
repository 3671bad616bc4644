"""A statement with its definitions put in and its indices out, in several ways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..language.tree import Name
from ..reading.problem import Fault
from ..spelling.apart import is_of_some
from ..spelling.chains import written_out
from ..spelling.defining import Definition
from ..spelling.indexed import with_indexed
from ..spelling.loose import EITHER, calls, lowered, parts
from ..spelling.needs import needed, prepared, symbolic, without_named
from ..spelling.parsed import Sides
from ..spelling.primes import of_numbers
from ..spelling.samples import Told
from ..spelling.standing import with_unit_vectors
from ..spelling.statement import statements_of
from ..spelling.unindexed import Unindexed, unindexed
from ..spelling.written import Written
from .said import Said


def unfolded(
    written: Written, known: Mapping[str, Definition], told: Told
) -> Iterator[Unindexed]:
    """Yield a statement with the definitions it needs, and with all of them."""
    written, known = prepared(written, {**known, **written.lets})
    written = with_unit_vectors(written, known)
    try:
        few = with_indexed(written_out(written, needed(written, known)), known)
    except Fault as fault:
        few, known = _symbolic(written, known, fault)
    yield from unindexed(few, told)
    try:
        named = without_named(written, known)
        every = with_indexed(written_out(written, named), known)
        if every != few:
            yield from unindexed(every, told)
    except Fault:  # it is read already
        return


def _symbolic(
    written: Written, known: Mapping[str, Definition], fault: Fault
) -> tuple[Written, Mapping[str, Definition]]:
    """Return a statement about functions of which nothing is known."""
    for fewer in symbolic(written, known):
        try:
            return written_out(written, needed(written, fewer)), fewer
        except Fault:
            continue
    raise fault


def of_some(written: Written, apart: tuple[str, str, str]) -> Written:
    """Return a statement about the entries whose indices are one, or are not."""
    made = replace(written, apart=apart)
    letters = {n.name for t in written.trees for n in parts(t) if isinstance(n, Name)}
    told = written.subject == "entries" and is_of_some(made)
    if not told and letters & {apart[0], apart[2]}:
        said = "it is said of some entries only: of some pairs of indices"
        raise Fault(written.body.start, said)
    return made


def about_numbers(
    written: Written, sides: Sides, said: Said, known: Mapping[str, Definition]
) -> Written:
    """Return a statement about functions of numbers where its primes say that."""
    if _JACOBIAN.search(sides.text):
        return written
    found = of_numbers(sides.sides, known)
    if found:
        found |= dict.fromkeys(written.wrt, "scalar")
    told = {*said.ranks, *said.arguments, *sides.fonts}
    if not found or told & found.keys():
        return written
    return replace(written, ranks={**found, **written.ranks})


_JACOBIAN = re.compile(r"(?<![A-Za-z\\])J\}?\s*_")
"""The letter of a Jacobian, `J_f(x)`: that of a function of numbers is called `f'`."""


def both_signs(
    stated: Sequence[tuple[Written, float]],
    sides: Sides,
    known: Mapping[str, Definition],
    noted: tuple[str, ...],
) -> tuple[list[tuple[Written, float]], tuple[str, ...]]:
    """Add what is stated with the lower signs, as the other part of each statement."""
    found = [part for side in sides.sides for part in calls(side, "add", "sub")]
    try:
        if sum(part.mark == EITHER for part in found) != sides.either:
            raise ValueError
        (other, *_) = statements_of(tuple(map(lowered, sides.sides)), known)
    except (Fault, ValueError):
        return [*stated], (*noted, "of `±` the upper sign is read")
    made = [
        (replace(written, also=(*written.also, other), parted=True), cost)
        for written, cost in stated
    ]
    return made, noted
