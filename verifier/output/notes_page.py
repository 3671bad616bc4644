"""Documents as a page: each formula at its line, how it was read, and the verdict.

Templates print these data and compute nothing. No text of a document is ever an
attribute: what a link leads to is called by numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

from markupsafe import Markup

from ..notes.model import ASIDE, KINDS, READ, UNREAD, Digest, Inference, Verdict
from ..reading.problem import Problem
from ..results import phrases
from ..results.model import Result
from ..results.phrases import one_line, plural
from . import identity, notes_text
from .failure import Failure, Picture
from .formulas import Formulas
from .notes_forms import json_text
from .report import TEMPLATES, compact, digest, environment, replace

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
MOST_LINES, MOST_CHARACTERS = 4000, 400_000
"""Of the source that is shown whole; of a longer one, only what is near a formula."""
NEAR = 2
LONGEST_LINE = 1000
UNFOLDED = 60
"""Formulas that are listed at once; of more, only the headings are."""


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


@dataclass(frozen=True)
class Section:
    """The formulas below one heading."""

    name: str
    shown: tuple[Shown, ...]

    @property
    def tally(self) -> str:
        """Return what became of them."""
        kinds = [one.kind for one in self.shown]
        return ", ".join(
            notes_text.counted(kind, kinds.count(kind))
            for kind in reversed(KINDS)
            if kind in kinds
        )


@dataclass(frozen=True)
class Line:
    """One line of the source."""

    anchor: str
    number: int  # 0 where lines are left out
    text: str
    about: Shown | None = None  # the first formula that starts there


@dataclass(frozen=True)
class Paper:
    """One document."""

    digest: Digest
    shown: tuple[Shown, ...]
    links: Mapping[str, int]

    @property
    def name(self) -> str:
        """Return what the document is called."""
        return one_line(self.digest.name)

    @property
    def layout(self) -> str:
        """Return its layout, and why it is that one."""
        return notes_text.layout_of(self.digest)

    @property
    def tally(self) -> str:
        """Return the counts of all three classes."""
        return notes_text.tally([self.digest])

    @cached_property
    def sections(self) -> list[Section]:
        """What is not urgent, by heading, in the order of the document."""
        found: list[tuple[str, list[Shown]]] = []
        for one in self.shown:
            name = one_line(one.verdict.finding.section)
            if not found or found[-1][0] != name:
                found.append((name, []))
            if not one.urgent:
                found[-1][1].append(one)
        return [Section(name, tuple(ones)) for name, ones in found if ones]

    @cached_property
    def files(self) -> list[tuple[str, list[Line]]]:
        """The source: all of it, or what is near a formula or is referred to."""
        return [
            (one_line(file), list(self._lines(file, text)))
            for file, text in self.digest.source.items()
        ]

    def _lines(self, file: str, text: str) -> Iterator[Line]:
        lines = text.split("\n")
        starts: dict[int, Shown] = {}
        for one in self.shown:
            if one.verdict.finding.place.file == file:
                starts.setdefault(one.line, one)
        whole = len(lines) <= MOST_LINES and len(text) <= MOST_CHARACTERS
        wanted = set(range(1, len(lines) + 1)) if whole else self._near(file, starts)
        before = 0
        for number in sorted(wanted):
            if not 0 < number <= len(lines):
                continue
            if number != before + 1:
                yield Line("", 0, "…")
            before = number
            said = lines[number - 1].expandtabs(4).rstrip()[:LONGEST_LINE]
            anchor = f"L{self.links[file]}-{number}"
            yield Line(anchor, number, phrases.printable(said), starts.get(number))

    def _near(self, file: str, starts: Mapping[int, Shown]) -> set[int]:
        centres = set(starts)
        for one in self.shown:
            own = one.verdict.finding.place.file
            inferred = one.verdict.finding.inferred
            centres |= {i.line for i in inferred if (i.file or own) == file and i.line}
        return {line + step for line in centres for step in range(-NEAR, NEAR + 1)}


@dataclass(frozen=True)
class NotesPage:
    """Everything that the page shows."""

    digests: Sequence[Digest]

    @cached_property
    def papers(self) -> list[Paper]:
        """The documents, all formulas and files numbered."""
        papers, number, files = [], 0, 0
        alone = sum(len(one.source) for one in self.digests) < 2
        for one in self.digests:
            links = {file: files + k for k, file in enumerate(one.source, 1)}
            files += len(links)
            shown = []
            for verdict in one.verdicts:
                number += 1
                shown.append(Shown(number, verdict, one.run, links, alone))
            papers.append(Paper(one, tuple(shown), links))
        return papers

    @cached_property
    def shown(self) -> list[Shown]:
        """All formulas."""
        return [one for paper in self.papers for one in paper.shown]

    @property
    def urgent(self) -> list[Shown]:
        """Return what is to be looked at, the most urgent first."""
        found = [one for one in self.shown if one.urgent]
        return sorted(found, key=lambda one: KINDS.index(one.kind))

    @property
    def problems(self) -> list[Problem]:
        """Return the problems of all documents."""
        return sorted(problem for one in self.digests for problem in one.problems)

    @property
    def run(self) -> Mapping[str, Any]:
        """Return how the run was made."""
        return self.digests[0].run if self.digests else {}

    @property
    def command(self) -> str:
        """Return what was typed, if anything was."""
        return one_line(str(self.run.get("command") or ""))

    @property
    def interrupted(self) -> bool:
        """Return whether the run was stopped before its end."""
        return any(one.interrupted for one in self.digests)

    @cached_property
    def counts(self) -> list[tuple[str, int, str]]:
        """What became of formulas, of how many, and how that is said."""
        kinds = [one.kind for one in self.shown]
        return [
            (kind, kinds.count(kind), notes_text.WORDS[kind][kinds.count(kind) != 1])
            for kind in reversed(KINDS)
            if kind in kinds and kind not in (UNREAD, ASIDE)
        ]

    @cached_property
    def others(self) -> list[tuple[str, int, str]]:
        """The same of formulas that were not verified."""
        kinds = [one.kind for one in self.shown]
        return [
            (kind, kinds.count(kind), notes_text.WORDS[kind][kinds.count(kind) != 1])
            for kind in (ASIDE, UNREAD)
        ]

    @property
    def read(self) -> int:
        """Return how many statements were read."""
        return sum(one.counts[READ] for one in self.digests)

    @property
    def names(self) -> str:
        """Return what was read."""
        if len(self.digests) == 1:
            return one_line(self.digests[0].name)
        return plural(len(self.digests), "document")

    @property
    def headline(self) -> str:
        """Return the outcome in one sentence."""
        wrong = sum(one.kind == "fails" for one in self.shown)
        so_far = " so far" if self.interrupted else ""
        if not self.read:
            return "No statement was read"
        said = plural(self.read, "statement")
        if wrong:
            return f"{wrong:,} of {said} {'is' if wrong == 1 else 'are'} wrong{so_far}"
        open_ = len(self.urgent) + sum(one.kind == "unfinished" for one in self.shown)
        if open_:
            verb = "is" if open_ == 1 else "are"
            return f"{open_:,} of {said} {verb} not settled{so_far}"
        return f"{said} read, and none is wrong{so_far}"

    @property
    def unfolded(self) -> bool:
        """Whether the formulas are so few that they are listed at once."""
        return len(self.shown) <= UNFOLDED

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Return how the run was made, name by name."""
        run = self.run
        found = {key: run.get(key) for key in ("seed", "draws", "device", "started")}
        found |= dict(run.get("versions") or {})
        return [
            (one_line(k), one_line(str(v))) for k, v in found.items() if v is not None
        ]


def html(digests: Sequence[Digest]) -> str:
    """Return the page: one file that loads nothing, and reads well without scripts."""
    script = (TEMPLATES / "notes.js").read_text("utf-8")
    rendered = (
        environment()
        .get_template("notes.html")
        .render(
            page=NotesPage(digests),
            words=WORDS,
            script=Markup(script),
            script_hash=digest(script),
        )
    )
    return compact(rendered)


def write(digests: Sequence[Digest], folder: Path) -> Path:
    """Write both files, each whole or not at all, and return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / "notes.json", json_text(digests))
    replace(folder / "index.html", html(digests))
    return folder / "index.html"
