"""A second reading of statements, once all of a document is known.

A statement that could not be read with the definitions before it is read with others,
and one that could is read with others too, which may excuse it where it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..asking.spelled import Spelled
from ..language.expression import parse
from ..language.tree import Call
from ..spelling.parsed import Sides
from .choosing import named_in, swapped, ways
from .context import Context, Defined
from .document import Part
from .fits import Candidate
from .missing import MISSING, about_itself
from .model import READ, STEP, UNREAD, Finding
from .unsure import doubts, gives_symmetry, speaks_of_symmetry

IMPLIED = "what it is said of follows from another derivative only"
CHOSEN = "it fails with definitions of another section"
Read = Callable[
    [int, Sides, Finding, Mapping[str, Defined], tuple[str, ...]], Iterator[Candidate]
]
"""Reads a statement with some definitions."""


@dataclass(frozen=True)
class Open:
    """A statement, and what was made of it with the definitions in force."""

    at: int
    part: Part
    sides: Sides
    finding: Finding
    force: Mapping[str, Defined]
    noted: tuple[str, ...]
    made: tuple[Candidate, ...]
    """What was made of it with those."""
    settled: bool = False
    """Whether it is known what it is said of."""

    @property
    def is_open(self) -> bool:
        """Whether it could not be read with them."""
        made = self.made[0]
        first = made.finding
        if self.settled and first.status == READ:
            return False
        return first.construct in MISSING or bool(first.weak) or _of_rows(made)


def has_others(context: Context, open_: Open) -> bool:
    """Whether it could not be read, and a name in it was defined in several ways.

    Of `J(w) = Σ_i (y_i - w^T x_i)^2 = (y - X w)^T (y - X w)` the last may do.
    """
    if open_.made[0].finding.status != UNREAD:
        return False
    names = {name for tree in open_.sides.sides for name in named_in(tree)}
    return any(
        one.line == known.line and one.made != known.made
        for name, known in open_.force.items()
        if name in names
        for one in context.every.get(name, ())
    )


def again(context: Context, open_: Open, read: Read) -> Sequence[Candidate]:
    """Read a statement with other definitions, where those in force do not do."""
    own = _own(open_.made[0])
    for chosen in ways(context, open_.part, open_.sides.sides, open_.force, own):
        try:
            made = [*read(open_.at, open_.sides, open_.finding, chosen, open_.noted)]
        except Exception:  # these definitions do not do
            continue
        if _of_rows(open_.made[0]) and not _is_about_the_same(made[0], open_):
            continue
        if made[0].finding.status == READ and not made[0].finding.weak:
            known = open_.force.values()
            used, section = made[0].used, open_.part.within
            more = [one for one in used.values() if one not in known]
            # Without sections, what another definition replaces is not near it.
            near = section or not any(
                name in open_.force and one.line != open_.force[name].line
                for name, one in used.items()
            )
            if near and all(one.within == section for one in more):
                return made
            return [weakened(one, CHOSEN) for one in made]
    return open_.made


def _of_rows(candidate: Candidate) -> bool:
    """Whether samples were read as rows of an X that the text may define them by."""
    notes = (note for one in candidate.found for note in one.notes)
    return any("are the rows of" in note for note in notes)


def _is_about_the_same(made: Candidate, open_: Open) -> bool:
    """Whether a statement is read of X itself, as its own section has defined all."""
    before = open_.made[0].used
    anew = (one for name, one in made.used.items() if before.get(name) != one)
    own = all(one.within == open_.part.within for one in anew)
    return own and not _of_rows(made)


def otherwise(
    context: Context, open_: Open, candidate: Candidate, read: Read
) -> Candidate:
    """Add what a statement says with other definitions of the names in it."""
    finding = candidate.finding
    if finding.status != READ or finding.weak:
        return candidate
    more: list[Spelled] = []
    for name, force in swapped(context, open_.part, open_.force, candidate.used):
        try:
            made, *_ = read(open_.at, open_.sides, open_.finding, force, open_.noted)
        except Exception:  # this definition does not do
            continue
        said = f"with `{name}` as defined on line {force[name].line}"
        if made.finding.status == READ and made.found:
            first = made.found[0]
            if _says_less(first, candidate.found[0]):
                continue
            more.append(replace(first, notes=(*first.notes, said)))
    return replace(candidate, more=tuple(more))


def _says_less(other: Spelled, read: Spelled) -> bool:
    """Whether a reading leaves out what another one claims: that excuses nothing."""
    fewer = len({*other.claims}) < len({*read.claims})
    return fewer or bool(about_itself(other)) > bool(about_itself(read))


def doubted(context: Context, candidate: Candidate) -> Candidate:
    """Return a statement with what makes it doubtful where it fails."""
    finding = candidate.finding
    if finding.status != READ or not candidate.found:
        return candidate
    part = context.part(candidate.piece)
    if any(one.implied for one in candidate.used.values()):
        finding = replace(finding, weak=finding.weak or IMPLIED)
    why = doubts(context, part, finding.formula, candidate.found)
    spoken = speaks_of_symmetry(context.before(candidate.piece))
    spoken |= gives_symmetry(finding.formula, context.behind(candidate.piece))
    return replace(candidate, finding=replace(finding, doubts=why), symmetric=spoken)


def as_step(candidate: Candidate) -> Candidate:
    """Return what is judged of a step between, which may be meant otherwise."""
    return replace(weakened(candidate, STEP), noted=())


def weakened(candidate: Candidate, why: str, rule: bool = False) -> Candidate:
    """Return what is no error of the text where it fails, unless it is a rule."""
    finding = candidate.finding
    finding = replace(finding, weak=finding.weak or why, rule=rule or finding.rule)
    return replace(candidate, finding=finding)


def _own(candidate: Candidate) -> frozenset[str]:
    """Return the function that a statement says something of, whatever it is."""
    if not candidate.finding.weak or not candidate.found:
        return frozenset()
    body = parse(candidate.found[0].body)
    return frozenset((body.name,)) if isinstance(body, Call) else frozenset()
