"""A formula sheet: any part of the catalogue, typeset, in one layout or in both."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..engine.settings import LAYOUTS
from ..language.statement import Claim, Statement
from ..results.model import Report, Result
from ..results.phrases import one_line, plural
from ..running.session import claim_name, left_side_text, statement_of
from . import latex, mathml
from .boxes import Box, Letter, Note, Sign, listed, row
from .forms import applied
from .setting import NABLA
from .typesetting import Typeset

MARKS = {"holds": "✓", "fails": "✗", "": ""}
"""What stands behind a formula; every other verdict is an open question."""
OPEN = "?"
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
    again: bool = False
    note: str = ""
    verdict: str = ""

    @property
    def mark(self) -> str:
        """What the verdict looks like."""
        return MARKS.get(self.verdict, OPEN)

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
    why: str
    given: Box | None
    where: Box | None
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
            said += "; ✓ held in every draw, ✗ was refuted, ? is not decided"
        return f"{said}."


Verdicts = Mapping[tuple[str, str, str, str], str]


def verdicts(report: Report) -> Verdicts:
    """Return the verdict of each claim of a run, by what was claimed."""
    return {_key(result.id, result): result.verdict for result in report.results}


def _key(id: str, claim: Stated | Result) -> tuple[str, str, str, str]:
    return id, claim.claim, claim.layout, claim.text


def sheet(
    statements: Sequence[Statement], layouts: Sequence[str], known: Verdicts
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
    return Sheet(sections, tuple(layouts), marked)


def topic(file: str) -> str:
    """Return a title for a file that has none: its name, in words."""
    return one_line(Path(file).stem.replace("-", " ").replace("_", " ")).capitalize()


def entry(statement: Statement, layouts: Sequence[str], known: Verdicts) -> Entry:
    """Typeset one record."""
    record = statement.record
    said = [stated(statement, claim) for claim in statement.claims]
    settings = [Typeset(claim) for claim in said]
    formulas: list[Formula] = []
    for claim, setting in zip(said, settings, strict=True):
        verdict = known.get(_key(record.id, claim), "")
        notes = [n for n in setting.notes if len(layouts) > 1 or "layout" not in n]
        right = row(setting.relation, setting.right)
        formula = Formula(setting.left, right, note=", ".join(notes), verdict=verdict)
        formulas.append(formula)
    first = settings[0]
    return Entry(
        record.id,
        one_line(record.title),
        one_line(record.source),
        one_line(record.why) if record.expect == "fails" else "",
        first.given,
        first.where,
        tuple(joined(formulas)),
    )


def stated(statement: Statement, claim: Claim) -> Stated:
    """Return a claim as it would stand in a result."""
    record = statement.record
    return Stated(
        claim_name(record, claim),
        claim.layout.value if claim.layout else "",
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
    above: Box | None = None
    for (left, right), same in once.items():
        marks = {formula.mark for formula in same}
        note, verdict = same[0].note, same[0].verdict
        if len(same) > 1 and same[1].note != note:
            note = "both layouts"
        if len(marks) > 1:
            verdict = "inconclusive"
        found.append(Formula(left, right, left == above, note, verdict))
        above = left
    return found


# Printing.


def html(sheet: Sheet) -> str:
    """Return the sheet as a page that loads nothing and runs nothing."""
    return _printed(sheet, "sheet.html", str, mathml.element)


def tex(sheet: Sheet) -> str:
    """Return the sheet as a LaTeX document."""
    return _printed(sheet, "sheet.tex", latex.escaped, latex.source)


def markdown(sheet: Sheet) -> str:
    """Return the sheet as Markdown, with formulas as GitHub reads them."""
    return _printed(sheet, "sheet.md", _markdown, _github)


def fragment(statement: Statement) -> str:
    """Return one record as LaTeX to paste into a document that loads amsmath."""
    made = sheet([statement], LAYOUTS, {})
    return _printed(made, "fragment.tex", str, latex.source)


FORMATS: Mapping[str, Callable[[Sheet], str]] = {
    "latex": tex,
    "markdown": markdown,
    "html": html,
}


def _printed(
    sheet: Sheet, name: str, text: Callable[[str], str], math: Callable[[Box], str]
) -> str:
    """Fill a template; every text goes through `text`, every formula through `math`."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=name.endswith(".html"),
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markup) else text(str(value)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    return environment.get_template(name).render(
        sheet=sheet,
        math=lambda box: Markup(math(box)),
        code=_code,
        words=lambda text: Markup(latex.source(Note(text))),
    )


def _markdown(text: str) -> str:
    """Escape what Markdown or HTML would read inside a line."""
    return re.sub(r"([\\`*_\[\]<>#~$|&@])", r"\\\1", text)


def _code(text: str) -> Markup:
    return Markup("`" + text.replace("`", "'") + "`")


def _github(box: Box) -> str:
    """Print a formula without the macros that GitHub refuses."""
    return re.sub(
        r"\\operatorname\{([^{}]*)\}", r"\\mathop{\\mathrm{\1}}", latex.source(box)
    )
