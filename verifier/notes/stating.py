"""A statement read with what its document has said of its names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..asking.entry import types_of
from ..asking.said import Said
from ..asking.spelled import Spelled
from ..language.declaration import FunctionType, Type, parse_type
from ..language.tree import Call, Name, Tree
from ..reading.problem import Fault
from ..spelling import loose
from ..spelling.defining import (
    inserted,
)
from ..spelling.grammar import Context as Grammar
from ..spelling.parsed import Sides
from .attempting import Asking, attempted
from .chaining import Chained
from .completing import (
    is_column,
)
from .context import Context, Defined
from .document import Document
from .doubting import Habits, is_a_rule, weakness
from .fits import Candidate
from .missing import unread
from .model import ASIDE, CONDITION, READ, UNREAD, Finding
from .pairs import Pair
from .preceding import (
    Differentiated,
)
from .remarks import Remarks, remarks_of
from .rereading import as_step, weakened
from .sides import (
    expands,
    may_cancel,
    names_of,
    nested_names,
    orthogonal_by,
    same_names,
)
from .telling import (
    numbers_of,
    sizes_said,
)


@dataclass
class Knowledge:
    """What is known of a document where one of its formulas is reached."""

    document: Document
    where: Mapping[str, str] = field(default_factory=dict)
    """Types that are given outside the text."""
    seen: set[str] = field(default_factory=set)
    """Names in formulas so far."""
    closed: set[str] = field(default_factory=set)
    """Those that a chain of derivatives gave its value."""
    pairs: dict[tuple[str, ...], dict[Tree, Pair]] = field(default_factory=dict)
    """What indices are in each section, by the derivative that they are of."""
    last: Differentiated | None = None
    told: set[int] = field(default_factory=set)
    """Formulas that say of a name what words have said of its kind."""
    kinds: dict[int, Said] = field(default_factory=dict)
    """The kind of a formula's name where its sentence says what a kind is."""

    def __post_init__(self) -> None:
        self.context = Context(self.document)
        self.remarks: Remarks = remarks_of(self.document)
        self.habits = Habits.of(self.document)

    def grammar(self, definitions: Mapping[str, Defined]) -> Grammar:
        """Return what is known of names before a formula is read."""
        functions = {name for name, made in definitions.items() if made.made.parameters}
        known = {*definitions, *self.where}
        names = {name for name in known if len(name) > 1 or name == "I"}
        letters = self.habits.commutation
        return Grammar(frozenset(names), frozenset(functions), commutation=letters)

    def has_kind(self, at: int, trees: Sequence[Tree]) -> bool:
        """Whether words say of which kind a formula's names are: `orthogonal R`."""
        piece = self.context.numbers[at]
        names = {name for tree in trees for name in names_of(tree)}
        return any(
            fact.about == "type"
            and fact.restricts
            and fact.covers(piece)
            and fact.at != piece
            and names & {*fact.names}
            for fact in self.context.facts
        )

    def is_told(self, at: int, name: str) -> bool:
        """Whether the text says that a matrix is orthogonal."""
        said = self.context.said(at, frozenset((name,))) if name else None
        return said is not None and said.kinds.get(name) == "orthogonal"

    def _given(self, at: int, names: frozenset[str]) -> dict[str, Type | FunctionType]:
        """Return the types that are given outside the text, and in remarks before."""
        types = {**self.where, **types_of(self.remarks.where(at))[0]}
        return {name: parse_type(types[name]) for name in types if name in names}

    def _weak(self, at: int, sides: Sides, read: Spelled) -> str:
        """Say why a statement may be no rule; "" if it is one."""
        return weakness(self.habits, sides, read, self.document.parts[at].display)

    def read(
        self,
        at: int,
        sides: Sides,
        finding: Finding,
        definitions: Mapping[str, Defined],
        noted: tuple[str, ...],
    ) -> Iterator[Candidate]:
        """Read a statement with what the document has said of its names."""
        known = {name: one.made for name, one in definitions.items()}
        try:
            whole = [inserted(tree, known) for tree in sides.sides]
        except Fault as fault:
            yield Candidate(unread(finding, fault))
            return
        # A name may stay as it is though it is defined: the S of `tr(W^T S W)`.
        named_here = {name for tree in sides.sides for name in names_of(tree)}
        bodies = [made.body for name, made in known.items() if name in named_here]
        names = frozenset(
            part.name
            for tree in (*whole, *sides.sides, *bodies)
            for part in loose.parts(tree)
            if isinstance(part, Name | Call)
        )
        names |= {name[1:] for name in names if name[0] == "d" and len(name) > 1}
        names |= samples_in(whole)
        said = self.context.said(at, names, own=at not in self.told)
        said = said.and_then(self.kinds.get(at, Said()))
        given = self._given(at, names)
        given = {**sizes_said(whole, said), **given}
        if self.habits.matrix and "N" in names:
            sides = replace(sides, fonts={"N": "matrix", **sides.fonts})
        fat = {"vector", "matrix"} & {*sides.fonts.values()}
        if self.habits.bold and not fat and (plain := numbers_of(whole)):
            sides = replace(
                sides, fonts={**dict.fromkeys(plain, "scalar"), **sides.fonts}
            )
        if numbers := self.context.sizes(at, names):
            fonts = {**dict.fromkeys(numbers, "scalar"), **sides.fonts}
            sides = replace(sides, fonts=fonts)
        made_so = named_here & known.keys()
        if columns := [n for n in made_so if is_column(n, known)]:
            fonts = {**dict.fromkeys(columns, "vector"), **sides.fonts}
            sides = replace(sides, fonts=fonts)
        used = {name: one for name, one in definitions.items() if name in named_here}
        said = self.context.with_definitions(
            said, self.document.parts[at], used.values()
        )
        candidate = Candidate(
            replace(finding, status=READ),
            (),
            used,
            self.document.parts[at].layout or self.remarks.layout(at),
            self.context.numbers[at],
            {name: str(type_) for name, type_ in given.items()},
            noted,
        )
        asking = Asking(
            candidate,
            given,
            said,
            known,
            lambda sides, read: self._weak(at, sides, read),
            len(sides.sides) + len(sides.unread) > 2,
            self.document.is_cell(self.document.parts[at]),
        )
        made = attempted(sides, asking, self.grammar(definitions))
        yield from self._candidates_of(at, made, candidate)
        for one in made.apart:
            for step in self._candidates_of(at, one, candidate):
                yield as_step(step)

    def put_in(
        self,
        at: int,
        sides: Sides,
        finding: Finding,
        definitions: Mapping[str, Defined],
        noted: tuple[str, ...],
    ) -> list[Candidate]:
        """Read an equation with its definitions put in, if that is one of the same.

        Where it fails it may be a condition all the same, or another definition; a step
        of a chain is an error where others hold, with names that are defined beside it.
        """
        known = {name: one.made for name, one in definitions.items()}
        try:
            whole = tuple(inserted(tree, known) for tree in sides.sides)
        except Fault:
            return []
        alike = same_names(whole) or nested_names(whole)
        alike |= whole != sides.sides and may_cancel(whole)
        if len({*whole}) < 2 or not alike:
            return []
        plain = replace(sides, sides=whole, tight=())
        found = [*self.read(at, plain, finding, {}, noted)]
        if any(one.finding.status != READ for one in found):
            return []
        names = {name for tree in sides.sides for name in names_of(tree)}
        used = {name: one for name, one in definitions.items() if name in names}
        own = self.document.parts[at].within
        sure = bool(used) and all(
            not d.made.parameters and d.within == own for d in used.values()
        )
        rule = sure and len(whole) > 2
        made = (weakened(one, CONDITION, rule=rule) for one in found)
        return [replace(one, used=used) for one in made]

    def _candidates_of(
        self, at: int, made: Chained, candidate: Candidate
    ) -> Iterator[Candidate]:
        """Return what is to be judged of a chain."""
        finding, attempt, sides = candidate.finding, made.attempt, made.sides
        if not attempt.is_read:
            reason = attempt.reason
            unread_ = replace(finding, status=UNREAD, reason=reason)
            yield Candidate(replace(unread_, construct=attempt.construct))
            return
        first = attempt.found[0]
        equation = first.subject == "value" and not expands(sides.sides)
        alike = same_names(sides.sides) or nested_names(sides.sides)
        alike |= self.is_told(at, orthogonal_by(sides.sides)) or at in self.told
        open_ = equation and not alike and may_cancel(sides.sides)
        if equation and not alike and not open_:
            said = "its sides have different names: a definition or a condition"
            yield Candidate(replace(finding, status=ASIDE, reason=said))
            return
        weak = self._weak(at, sides, first) or _differing(first)
        weak = weak or (CONDITION if open_ else "")
        noted = (*candidate.noted, *made.left_out)
        rule = weak == CONDITION and is_a_rule(sides)
        finding = replace(finding, weak=weak, rule=rule)
        candidate = replace(candidate, finding=finding, noted=noted)
        yield replace(candidate, found=attempt.found)
        for one in first.also:
            part = replace(candidate, found=(one,))
            yield part if first.parted else as_step(part)


def samples_in(trees: Sequence[Tree]) -> set[str]:
    """Return the names by which a text may say what the `x_k` are: `x_i ∈ R^d`."""
    stems = {
        entry.args[0].name
        for tree in trees
        for entry in loose.calls(tree, loose.ENTRY)
        if len(entry.args) == 2 and isinstance(entry.args[0], Name)
    }
    return {f"{stem}_{letter}" for stem in stems for letter in "ijkntN"}


def _differing(first: Spelled) -> str:
    """Say that derivatives of one chain are read of different kinds of names."""
    for one in first.also:
        kinds = one.ranks.items()
        if any(first.ranks.get(name, kind) != kind for name, kind in kinds):
            return "its derivatives are read of other kinds of names"
    return ""
