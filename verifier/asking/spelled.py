"""A statement in the spelling of mathematics, to the record that it is.

Where its operators depend on what the names are, the reading that fits its shapes best
decides; then all of it is written in the language, and goes the way of every statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..language.declaration import FunctionType, Type
from ..language.printing import show
from ..reading.problem import Text
from ..reading.record import Record, WrittenClaim
from ..spelling.chains import LAYOUTS, uses_chains, written_out
from ..spelling.grammar import Context
from ..spelling.statement import Definition, Sides, Written, sides_of, statement_of
from .inference import sized_names
from .loosened import Strict
from .readings import OTHER_SHAPE, Search, best
from .uses import Draft, uses_of

Given = Mapping[str, Type | FunctionType]


@dataclass(frozen=True)
class Spelled:
    """A statement in the language, and how well it fits."""

    subject: str
    body: str
    claims: tuple[tuple[str, str], ...]
    wrt: tuple[str, ...]
    ranks: Mapping[str, str]
    """What each name was read as."""
    cost: float
    layout: str = ""
    """The layout of derivatives inside the claim, if there are any."""

    @property
    def fits(self) -> bool:
        """Whether all shapes fit."""
        return self.cost < OTHER_SHAPE

    @property
    def text(self) -> str:
        """Return it on one line."""
        right = " = ".join(dict.fromkeys(text for _, text in self.claims))
        fields = {where for where, _ in self.claims}
        if self.subject != "function":
            return f"{self.body} = {right}"
        if fields == {"differential"}:
            return f"d({self.body}) = {right}"
        if fields == {"hessian"}:
            return f"hessian({self.body}, {self.wrt[0]}) = {right}"
        return f"d({self.body})/d{self.wrt[0]} = {right}"


def spelled(
    text: str,
    given: Given | None = None,
    context: Context | None = None,
    definitions: Mapping[str, Definition] | None = None,
) -> list[Spelled]:
    """Return the readings of a statement, the best one first; a Fault if none."""
    given = given or {}
    context = context or Context()
    functions = {n for n, type_ in given.items() if isinstance(type_, FunctionType)}
    context = replace(
        context,
        names=context.names | given.keys(),
        functions=context.functions | functions,
    )
    sides = sides_of(text, context)
    return readings(sides, given, definitions)


def readings(
    sides: Sides, given: Given, definitions: Mapping[str, Definition] | None = None
) -> list[Spelled]:
    """Return the readings of a statement that is parsed, the best one first."""
    known = {**(definitions or {}), **sides.lets}
    known = {name: made for name, made in known.items() if name not in given}
    written = statement_of(sides.sides, known)
    found = [
        read
        for one, layout in _variants(written)
        if (read := _read(one, layout, given, sides.fonts)) is not None
    ]
    return sorted(found, key=lambda read: read.cost)


def _variants(written: Written) -> Iterator[tuple[Written, str]]:
    """Yield a statement once, or once for each layout that matters inside it."""
    if not uses_chains(written):
        yield written, ""
        return
    for layout in LAYOUTS:
        yield written_out(written, layout), layout


def _read(
    written: Written, layout: str, given: Given, fonts: Mapping[str, str]
) -> Spelled | None:
    """Find what the names are, and write the statement in the language."""
    claims = [
        ("both" if where in LAYOUTS else where, tree) for where, tree in written.claims
    ]
    draft = Draft(
        written.subject,
        written.body,
        claims,
        written.wrt,
        written.moving,
        written.target,
        {name: rank for name, rank in fonts.items() if name not in given},
    )
    search = Search(draft, uses_of(draft), given)
    reading = best(search)
    assert reading.fitting is not None
    fitting = reading.fitting
    strict = Strict(fitting, sized_names(draft, search, given, reading))
    body = strict.tree(written.body)
    made = [
        (where, strict.tree(tree))
        for (where, _), (_, tree) in zip(written.claims, claims, strict=True)
    ]
    return Spelled(
        written.subject,
        show(body),
        tuple((where, show(tree)) for where, tree in made),
        written.wrt,
        dict(reading.choice),
        reading.cost,
        layout,
    )


def record_of(read: Spelled, whole: Text, types: Mapping[str, Text], id: str) -> Record:
    """Return the record of a reading; all of it stands where the statement does."""

    def text(value: str) -> Text:
        at = whole.at(0)
        return Text(value, at, whole.lines, ((at.line, at.column),) * (len(value) + 1))

    return Record(
        id,
        whole.at(0),
        read.subject,
        text(read.body),
        tuple(WrittenClaim(where, text(claim)) for where, claim in read.claims),
        where=types,
        where_places={name: text(name) for name in types},
        wrt=tuple(map(text, read.wrt)),
    )
