"""The records that a reading of a formula makes, in each layout that it fits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..asking.fitting import ENTRIES
from ..asking.question import infer
from ..asking.spelled import Spelled, record_of
from ..language.checker import check
from ..reading.problem import Text
from ..reading.record import Record
from .context import Defined
from .model import Finding

LAYOUTS = ("denominator", "numerator", "mixed")


@dataclass(frozen=True)
class Candidate:
    """A formula, its readings, and what it was read with."""

    finding: Finding
    found: tuple[Spelled, ...] = ()
    used: Mapping[str, Defined] = field(default_factory=dict)
    layout: str = ""
    """That a remark declares."""
    piece: int = 0
    given: Mapping[str, str] = field(default_factory=dict)
    """Types that are given outside the text, or in its remarks."""
    noted: tuple[str, ...] = ()
    """What else was done to read it."""
    symmetric: bool = False
    """Whether the words before it speak of symmetric matrices."""
    more: tuple[Spelled, ...] = ()
    """Its readings with other definitions, which may excuse it where it fails."""


@dataclass(frozen=True)
class Fitted:
    """The records of a reading: one without a layout, or one for each that fits."""

    read: Spelled
    records: Mapping[str, Record]
    names: tuple[str, ...] = ()
    """Names whose types nobody gave."""
    reads: Mapping[str, Spelled] = field(default_factory=dict)
    """What is read in a layout, where it is not the same in all of them."""

    def read_in(self, layout: str) -> Spelled:
        """Return what is read in a layout."""
        return self.reads.get(layout, self.read)


def fit(read: Spelled, candidate: Candidate) -> Fitted | None:
    """Make the records of a reading, in each layout in which it has a shape."""
    place = candidate.finding.place
    plain = Text(candidate.finding.formula, place, (candidate.finding.formula,))
    texts = " ".join([read.body, *(text for _, text in read.claims)])
    given = {
        name: replace(plain, value=text, places=())
        for name, text in candidate.given.items()
        if re.search(rf"\b{name}\b", texts)
    }
    bare = record_of(read, plain, given, "notes")
    ranks = {name: rank for name, rank in read.ranks.items() if name not in given}
    inferred, _, problems = infer(bare, ranks)
    if inferred is None or problems:
        return None
    types = {
        name: given.get(name)
        or replace(plain, value=read.said.restricted(name, type_), places=())
        for name, type_ in inferred.types.items()
    }
    record = record_of(read, plain, types, "notes")
    texts = [record.body.value, *(claim.text.value for claim in record.claims)]
    derived = any("D(" in text for text in texts)
    if (read.subject != "function" and not derived) or _settled(record):
        statement, problems = check(record)
        if problems or not statement:
            return None
        if read.subject == "value" and not all(c.fits for c in statement.claims):
            return None  # its sides are of other shapes: it was not meant so
        return Fitted(read, {"": record}, tuple(types))
    records: dict[str, Record] = {}
    # A zero is written in each layout, in which it has its shape.
    zeros = {"numerator", "denominator"} <= {one.field for one in record.claims}
    mixed = "denominator" if _scalar(record) else "numerator"
    fields = {"mixed": mixed, "numerator": "numerator", "denominator": "denominator"}
    for layout in LAYOUTS:
        claims = tuple(
            replace(
                claim, field=layout if zeros or claim.field == "both" else claim.field
            )
            for claim in record.claims
            if not zeros or claim.field in ("both", fields[layout])
        )
        if any(claim.field not in (layout, "both") for claim in claims):
            continue
        made = replace(record, claims=claims)
        statement, problems = check(made)
        if not problems and statement and all(c.fits for c in statement.claims):
            records[layout] = made
    if not records:
        return None
    if {"numerator", "denominator"} <= records.keys() and _scalar(record):
        return Fitted(read, {"": record}, tuple(types))
    return Fitted(read, records, tuple(types))


def by_layout(fitted: Sequence[Fitted]) -> list[Fitted]:
    """Make one of the two readings of a differential that has derivatives in it.

    To `df = (∂f/∂x)^T dx` the layout says what `∂f/∂x` is: one of numbers has the shape
    of x in all of them but the numerator layout.
    """
    derived = [one for one in fitted if _derived_differential(one.read)]
    if not derived:
        return list(fitted)
    found: dict[str, Fitted] = {}
    for one in derived:
        found.setdefault("denominator" if one.read.columns else "numerator", one)
    columns, rows = found.get("denominator"), found.get("numerator")
    types = [text.value for text in derived[0].records[""].where.values()]
    scalar = all(text.endswith("-> scalar") for text in types if "->" in text)
    if mixed := columns if scalar else rows:
        found["mixed"] = mixed
    records = {layout: some.records[""] for layout, some in found.items()}
    reads = {layout: some.read for layout, some in found.items()}
    one = replace(rows or derived[0], records=records, reads=reads)
    others = [other for other in fitted if other not in found.values()]
    others.insert(fitted.index(derived[0]), one)
    return others


def _derived_differential(read: Spelled) -> bool:
    return any(
        where == "differential" and read.ranks.get(name) != ENTRIES
        for where, text in read.claims
        for name in re.findall(r"\bD\((\w+)", text)
    )  # that of a function of entries is the same in each layout


def _settled(record: Record) -> bool:
    """Whether a statement has no layout."""
    return all(claim.field in ("hessian", "differential") for claim in record.claims)


def _scalar(record: Record) -> bool:
    """Whether a derivative is one number, the same in every layout."""
    from ..language.term import SCALAR

    if any("D(" in claim.text.value for claim in record.claims):
        return False  # which depends on the layout
    statement, _ = check(record)
    return statement is not None and all(
        claim.demanded == SCALAR for claim in statement.claims if claim.layout
    )


def is_a_chain_rule(fitted: Fitted) -> bool:
    """Whether a claim speaks of derivatives, whose order tells its own layout."""
    return any("D(" in text for _, text in fitted.read.claims)


def is_number(fitted: Fitted, name: str) -> bool:
    """Whether a name is a number in a reading."""
    record = next(iter(fitted.records.values()))
    return name in record.where and record.where[name].value in ("scalar", "positive")
