"""A formula sheet: any part of the catalogue, typeset, in one layout or in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..language.layout import Layout
from ..language.statement import Claim, Statement
from ..results.model import Report, Result
from ..results.phrases import LAYOUT_NAMES, one_line, plural
from ..running.judged import claim_name, left_side_text, statement_of
from .boxes import EQUALS, Box, Letter, Sign, listed, row
from .forms import applied
from .setting import NABLA
from .typesetting import Typeset

MARKS = {"holds": "✓", "fails": "✗", "": ""}
"""What stands behind a formula; every other verdict is an open question."""
OPEN = "?"
DIFFERS = Sign("\N{NOT EQUAL TO}")
LAYOUT_NOTES = frozenset(LAYOUT_NAMES.values())
BOTH_LAYOUTS = (LAYOUT_NAMES["numerator"], LAYOUT_NAMES["denominator"])
_X, _F = Letter("x", "bold"), Letter("f")
CONVENTIONS: tuple[str | Box, ...] = (
    "Vectors and matrices are bold, scalars are not. Functions such as exp act on each "
    "entry; the product, the quotient and the power of each entry are written ",
    listed([Sign(sign, "tight") for sign in "⊙⊘∘"]),
    ". In numerator layout ",
    applied(row(Letter("D", "upright"), _F), [_X]).box,
    " is the derivative of a function at a point, in denominator layout its transpose ",
    applied(row(NABLA, _F), [_X]).box,
    " is.",
)
MIXED = (
    " In mixed layout gradients of scalars are as in denominator layout, and Jacobians "
    "as in numerator layout."
)


@dataclass(frozen=True)
class Stated:
    """A claim of a record that need not have been verified."""

    claim: str
    layout: str
    text: str
    subject: str
    types: Mapping[str, str]
    statement: Mapping[str, Any]


@dataclass(frozen=True)
class Formula:
    """One equation; its left side may be that of the formula above, `again`."""

    left: Box
    right: Box
    notes: tuple[str, ...] = ()
    verdict: str = ""
    again: bool = False

    @property
    def mark(self) -> str:
        """What the verdict looks like."""
        return MARKS.get(self.verdict, OPEN)

    @property
    def note(self) -> str:
        """What is to be said beside it."""
        return ", ".join(self.notes)

    @property
    def other_notes(self) -> tuple[str, ...]:
        """The notes that say no layout."""
        return tuple(note for note in self.notes if note not in LAYOUT_NOTES)

    @property
    def beside(self) -> str:
        """The note and the mark."""
        return f"{self.note} {self.mark}".strip()


@dataclass(frozen=True)
class Entry:
    """One record."""

    id: str
    title: str
    source: str
    mistake: bool
    why: str
    given: tuple[Box, ...]
    where: tuple[Box, ...]
    formulas: tuple[Formula, ...]


@dataclass(frozen=True)
class Section:
    """The records of one file."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Sheet:
    """Sections, and what holds for all of them."""

    sections: tuple[Section, ...]
    layouts: tuple[str, ...]
    verified: bool = False
    title: str = "Matrix calculus"
    conventions: Sequence[str | Box] = CONVENTIONS

    @property
    def about(self) -> str:
        """Say what is here, and what the marks mean."""
        entries = sum(len(section.entries) for section in self.sections)
        said = plural(entries, "identity", "identities")
        if len(self.layouts) == 1:
            said += f" in {self.layouts[0]} layout"
        if self.verified:
            said += "; ✓ the equation holds, ✗ it is refuted, ? it is not decided"
        return f"{said}."


Verdicts = Mapping[tuple[str, str, str, str], str]


NONE: Verdicts = {}


def verdicts(report: Report) -> Verdicts:
    """Return the verdict of each claim of a run, by what was claimed."""
    return {_key(result.id, result): result.verdict for result in report.results}


def _key(id: str, claim: Stated | Result) -> tuple[str, str, str, str]:
    return id, claim.claim, claim.layout, claim.text


def sheet(
    statements: Sequence[Statement], layouts: Sequence[str], known: Verdicts = NONE
) -> Sheet:
    """Typeset statements, grouped by file, with the verdicts that are known."""
    files: dict[str, list[Statement]] = {}
    for statement in statements:
        if asked := statement.asked(layouts):
            files.setdefault(statement.record.place.file, []).append(asked)
    sections = tuple(
        Section(
            one_line(group[0].record.topic) or topic(file),
            tuple(entry(statement, layouts, known) for statement in group),
        )
        for file, group in files.items()
    )
    marked = any(f.verdict for s in sections for e in s.entries for f in e.formulas)
    mixed = any(
        claim.layout is Layout.MIXED
        for statement in statements
        for claim in statement.claims
    )
    conventions = (*CONVENTIONS, MIXED) if mixed else CONVENTIONS
    return Sheet(sections, tuple(layouts), marked, conventions=conventions)


def topic(file: str) -> str:
    """Return a title for a file that has none: its name, in words."""
    return one_line(Path(file).stem.replace("-", " ").replace("_", " ")).capitalize()


def entry(statement: Statement, layouts: Sequence[str], known: Verdicts) -> Entry:
    """Typeset one record."""
    record = statement.record
    said = [stated(statement, claim) for claim in statement.claims]
    settings = [Typeset(claim) for claim in said]
    mistake = record.expect == "fails"
    found = [
        formula(setting, known.get(_key(record.id, claim), ""), mistake)
        for claim, setting in zip(said, settings, strict=True)
    ]
    if len(layouts) == 1:  # then nobody need be told which
        found = [replace(one, notes=one.other_notes) for one in found]
    first = settings[0]
    return Entry(
        record.id,
        one_line(record.title),
        one_line(record.source),
        mistake,
        one_line(record.why) if mistake else "",
        tuple(first.given),
        tuple(first.where),
        tuple(joined(found)),
    )


def formula(setting: Typeset, verdict: str, mistake: bool) -> Formula:
    """Make a formula of a claim; a known mistake must not be copied for one."""
    relation = setting.relation
    relation = DIFFERS if mistake and relation == EQUALS else relation
    right = row(relation, setting.right)
    return Formula(setting.left, right, tuple(setting.notes), verdict)


def stated(statement: Statement, claim: Claim) -> Stated:
    """Return a claim as it would stand in a result."""
    record = statement.record
    layout = claim.layout.value if claim.layout else ""
    return Stated(
        claim_name(record, claim.field, layout),
        layout,
        claim.text,
        left_side_text(record, claim.field),
        {name: text.value for name, text in record.where.items()},
        statement_of(record),
    )


def joined(formulas: Sequence[Formula]) -> list[Formula]:
    """Say once what both layouts claim, and a left side once for what follows."""
    once: dict[tuple[Box, Box], list[Formula]] = {}
    for formula in formulas:
        once.setdefault((formula.left, formula.right), []).append(formula)
    found: list[Formula] = []
    for same in once.values():
        again = bool(found) and found[-1].left == same[0].left
        found.append(replace(merged(same), again=again))
    return found


def merged(same: Sequence[Formula]) -> Formula:
    """Make one formula of those that look the same."""
    found = {formula.verdict for formula in same}
    verdict = found.pop() if len(found) == 1 else "" if "" in found else "inconclusive"
    layouts = [note for formula in same for note in formula.notes]
    said = [note for note in dict.fromkeys(layouts) if note in LAYOUT_NOTES]
    if {*BOTH_LAYOUTS} <= {*said}:
        rest = [note for note in said if note not in BOTH_LAYOUTS]
        said = ["both layouts", *rest]
    return replace(same[0], notes=(*said, *same[0].other_notes), verdict=verdict)
