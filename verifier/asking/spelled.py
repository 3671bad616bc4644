"""A statement spelled as mathematics, in the language, and how well it fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..language.declaration import FunctionType, Type
from ..reading.problem import Text
from ..reading.record import Record, WrittenClaim
from .readings import OTHER_SHAPE
from .said import Said

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
    moving: str = ""
    target: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()
    said: Said = field(default_factory=Said)
    """What words say of its names."""
    unheard: tuple[str, ...] = ()
    """Conditions that were not understood."""
    left_out: tuple[str, ...] = ()
    """Which sides are left out, and why."""
    parted: bool = False
    """Whether it is a part of a list, and what must hold as well the other parts."""
    entrywise: bool = False
    """Whether it is said in entries, which are the same in every layout."""
    columns: bool = False
    """Whether derivatives in a differential have the shape of what they are by."""
    also: tuple[Spelled, ...] = ()
    """What must hold as well: of a further derivative in the same statement."""

    @property
    def fits(self) -> bool:
        """Whether all shapes fit."""
        return self.cost < OTHER_SHAPE

    @property
    def text(self) -> str:
        """Return it on one line."""
        right = " = ".join(dict.fromkeys(text for _, text in self.claims))
        fields = {where for where, _ in self.claims}
        if {"numerator", "denominator"} <= fields and right.startswith("zeros("):
            right = "0"  # of the shape that the layout asks for
        if self.subject == "limit":
            return f"lim {self.moving}->{self.target} of ({self.body}) = {right}"
        if self.subject == "expansion":
            return f"{self.body} = {right} + {self.error}"
        if self.subject != "function":
            return f"{self.body} = {right}"
        if fields == {"differential"}:
            return f"d({self.body}) = {right}"
        if fields == {"hessian"}:
            return f"hessian({self.body}, {self.wrt[0]}) = {right}"
        turned = ".T" if fields == {"numerator"} else ""
        return f"d({self.body})/d{self.wrt[0]}{turned} = {right}"


def left_out_of(shown: str, why: str) -> str:
    """Say that a side is left out, which one it is, and why."""
    if not shown:
        return f"a side is left out: {why}"
    if len(shown) > MOST_SHOWN:
        shown = shown[: MOST_SHOWN - 1] + "…"
    return f"the side `{shown}` is left out: {why}"


MOST_SHOWN = 80
"""Characters of a side that is left out."""


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
        approach=text(f"{read.moving} -> {read.target}") if read.target else None,
        small=text(read.moving) if read.error else None,
        error=text(read.error) if read.error else None,
    )
