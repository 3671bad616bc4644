"""One formula as the page shows it: as it stands, as it was read, and what is wrong.

No text of a document is ever an attribute: what a link leads to is called by numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

from markupsafe import Markup

from ..notes.model import ASIDE, UNREAD, Inference, Verdict
from ..results import phrases
from ..results.model import Result
from ..results.phrases import one_line
from . import identity, notes_text
from .failure import Failure, Picture
from .formulas import Formulas

WORDS = {
    "fails": "fails",
    "held": "holds unexpectedly",
    "crashed": "crashed",
    "conditional": "in another reading only",
    "inconclusive": "inconclusive",
    "unfinished": "not finished",
    "refuted": "known to be wrong",
    "holds": "holds",
    UNREAD: "not read",
    ASIDE: "no statement",
}
"""What became of a formula, in short."""


@dataclass(frozen=True)
class Wrong(Failure):
    """What explains a statement of a document."""

    latex: bool = True

    @property
    def line(self) -> str:
        """Return what to write: LaTeX in a document that is written in it."""
        source = notes_text.latex_of_suggestion(self.result) if self.latex else ""
        return source or self.suggestion

    @cached_property
    def pictures(self) -> list[Picture]:
        """No pictures: the smallest case says enough of a statement in a text."""
        return []


@dataclass(frozen=True)
class Claim(identity.ShownClaim):
    """What became of a statement in one layout, or in both alike."""

    latex: bool = True
    tone: str = ""

    @cached_property
    def kind(self) -> str:
        """What became of the statement as a whole."""
        return self.tone

    @cached_property
    def failure(self) -> Wrong:
        """What explains it."""
        return Wrong(self.head, self.run, len(self.results) > 1, self.latex)


@dataclass(frozen=True)
class Basis:
    """What was inferred, and the line that says so."""

    said: str
    why: str
    place: str
    link: str  # of the line in the source, or nothing


@dataclass(frozen=True)
class Shown:
    """One formula as the page shows it."""

    number: int
    verdict: Verdict
    run: Mapping[str, Any]
    links: Mapping[str, int]
    """The number of each file whose lines can be linked to."""
    alone: bool = True
    """Whether no other file is shown."""

    @property
    def anchor(self) -> str:
        """Return what the formula is called in links."""
        return f"s{self.number}"

    @property
    def kind(self) -> str:
        """Return what became of it."""
        return self.verdict.kind

    @property
    def words(self) -> str:
        """Return that in words."""
        return WORDS[self.kind]

    @property
    def headline(self) -> str:
        """Return what became of it, in full."""
        return notes_text.headline(self.verdict)

    @property
    def urgent(self) -> bool:
        """Whether it is to be looked at first."""
        return self.kind in notes_text.URGENT

    @property
    def formula(self) -> str:
        """Return the formula as the document has it."""
        return notes_text.shortened(self.verdict.finding.formula)

    @property
    def gist(self) -> str:
        """Return in a few words why it was not verified."""
        found = self.verdict.finding
        return notes_text.shortened(found.construct or found.reason)

    @property
    def line(self) -> int:
        """Return the line that it starts on."""
        return self.verdict.finding.place.line

    @property
    def title(self) -> str:
        """Return `line 3`, with the file where there are several."""
        name = PurePath(self.verdict.finding.place.file).name
        return f"{'' if self.alone else f'{one_line(name)}, '}line {self.line}"

    @property
    def link(self) -> str:
        """Return the link to its line in the source."""
        return self._link(self.verdict.finding.place.file, self.line)

    def _link(self, file: str, line: int) -> str:
        number = self.links.get(file)
        return f"#L{number}-{line}" if number is not None and line > 0 else ""

    @cached_property
    def math(self) -> list[Markup]:
        """The sides of the statement as it was read, with what stands between them."""
        shown: dict[str, Result] = {}
        for result in self.verdict.results:
            shown.setdefault(result.text, result)
        parts: list[Markup] = []
        for result in shown.values():
            formulas = Formulas(result)
            parts += [formulas.left] if not parts else []
            parts += [Markup("="), formulas.right]
        return parts

    @cached_property
    def basis(self) -> list[Basis]:
        """What was inferred."""
        return [self._basis(one) for one in self.verdict.finding.inferred]

    def _basis(self, one: Inference) -> Basis:
        file = one.file or self.verdict.finding.place.file
        place = notes_text.where_said(one)
        return Basis(one.said, one.why, place, self._link(file, one.line))

    @cached_property
    def claims(self) -> list[Claim]:
        """What is explained: the claims that have not the verdict `holds`."""
        told = {**self.run, "statement": notes_text.statement_of(self.verdict)}
        latex = self.verdict.finding.latex
        groups: dict[str, list[Result]] = {}
        for result in self.verdict.results:
            if result.verdict != "holds":
                said = phrases.diagnosis_of(result), result.text, result.verdict
                groups.setdefault(str(said), []).append(result)
        return [Claim(tuple(ones), told, latex, self.kind) for ones in groups.values()]

    @cached_property
    def evidence(self) -> str:
        """What the verdict rests on, where it holds."""
        said = {phrases.grounds_of(r) for r in self.verdict.results}
        return said.pop() if len(said) == 1 else ""

    @property
    def types(self) -> str:
        """Return the types as one text."""
        record = self.verdict.finding.record
        types = record.where if record else {}
        return ", ".join(f"{name}: {text.value}" for name, text in types.items())

    @property
    def other(self) -> str:
        """Return the reading that holds, where it is not the first one."""
        other = self.verdict.other
        return notes_text.typed(other.read, other.record) if other else ""

    @property
    def replay(self) -> str:
        """Return the command that asks for the same statement."""
        return notes_text.replay(self.verdict, self.run)
