"""Documents as a page: each formula at its line, how it was read, and the verdict.

Templates print these data and compute nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ..notes.model import ASIDE, KINDS, READ, UNREAD, Digest
from ..reading.problem import Problem
from ..results import phrases
from ..results.phrases import one_line, plural
from . import notes_text
from .notes_forms import json_text
from .notes_shown import WORDS, Shown
from .report import TEMPLATES, compact, digest, environment
from .writing import replace, room

MOST_LINES, MOST_CHARACTERS = 4000, 400_000
"""Of the source that is shown whole; of a longer one, only what is near a formula."""
NEAR = 2
LONGEST_LINE = 1000
UNFOLDED = 60
"""Formulas that are listed at once; of more, only the headings are."""


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
    data, page = json_text(digests), html(digests)
    cut = any(digest.interrupted for digest in digests)
    folder = room(folder, "notes.json", cut)
    replace({folder / "notes.json": data, folder / "index.html": page})
    return folder / "index.html"
