"""A document read: which formulas are statements, and what they state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..reading.problem import Fault, Problem
from ..spelling.clauses import sides_of
from ..spelling.defining import (
    defined,
)
from ..spelling.grammar import Context as Grammar
from .called import called
from .document import Document, Part
from .fits import Candidate
from .introducing import Formula
from .joining import with_joined
from .linear_maps import rewritten
from .lines import lines_of
from .maplets import maplets
from .missing import unread
from .model import ASIDE, UNREAD, Finding
from .relations import RELATIONS, Line
from .rereading import Open, again, doubted, has_others, otherwise
from .respelling import directed
from .settling import settle
from .sides import (
    is_expansion,
    names_of,
)
from .sorting import sorted_out
from .stating import Knowledge
from .tables import with_rows
from .telling import (
    DERIVATIVE,
    MATRICES,
    lead,
    shown,
)

OWN_FAULT = "a fault of the reader"
SOLVING = "it asks for a solution, and is no rule"
_SOLVING = re.compile(
    r"\\arg(?![A-Za-z])|arg\s*(?:\\[,;: ]\s*)?\\?(?:min|max|inf|sup)(?![A-Za-z])"
)
"""Where something is least, or largest."""
MOST_NOTED = 100
"""Characters of a formula without a relation whose names are taken note of."""
MOST_HEAD = 60
"""Characters of what is defined."""


@dataclass(frozen=True)
class Reading:
    """What was found in a document, nothing of it verified yet."""

    findings: tuple[Finding, ...] = ()
    layout: str = ""
    why_layout: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass
class Reader:
    """Goes through a document from its beginning to its end."""

    known: Knowledge
    candidates: list[Candidate] = field(default_factory=list)

    def run(self) -> None:
        """Read all formulas."""
        found: list[Candidate | Open] = []
        for at, part in enumerate(self.known.document.parts):
            if part.kind != "formula":
                continue
            self.maplets(part)
            if (made := called(self.known.document.parts, at)) is not None:
                self.known.context.define(*made, part)
            for line in lines_of(part.text):
                meant = (
                    directed(line, self.parameters(part))
                    if self.known.habits.linear
                    else line
                )
                read = rewritten(meant)
                if RELATIONS.search(read.text) or is_expansion(read.text):
                    found += self.line(at, part, line, read)
                else:
                    self.note(read.text)
        for one in found:  # by now all of the document is known
            if not isinstance(one, Open):
                self.candidates.append(doubted(self.known.context, one))
                continue
            made = (
                again(self.known.context, one, self.known.read)
                if one.is_open or has_others(self.known.context, one)
                else one.made
            )
            first, *steps = (doubted(self.known.context, step) for step in made)
            first = otherwise(self.known.context, one, first, self.known.read)
            self.candidates += [first, *steps]

    def note(self, text: str) -> None:
        """Take note of the names in a formula that states nothing."""
        try:
            sides = sides_of(f"{text} = 0").sides if len(text) <= MOST_NOTED else ()
        except Fault:
            return
        self.known.seen.update(name for tree in sides for name in names_of(tree))

    def parameters(self, part: Part) -> dict[str, str]:
        """Return the argument of each function of one that is defined."""
        found = self.known.context.definitions(part)
        one = {name: d.made.parameters for name, d in found.items()}
        return {name: args[0] for name, args in one.items() if len(args) == 1}

    def maplets(self, part: Part) -> None:
        """Take note of what functions do that are defined by an arrow."""
        for name, text in maplets(part.text):
            grammar = Grammar(functions=frozenset(filter(None, (name,))))
            try:
                left, right, *_ = sides_of(text, grammar).sides
            except Fault:
                continue
            if (made := defined(left, right)) is not None:
                self.known.context.define(*made, part)

    def line(
        self, at: int, part: Part, line: Line, read: Line
    ) -> Iterator[Candidate | Open]:
        """Read one line of a formula, which may be written anew for it."""
        place = self.known.document.place(part, line.start + lead(line.text))
        finding = Finding(
            UNREAD,
            shown(line.text),
            place,
            section=part.within[-1] if part.within else "",
            announced=self.known.context.announced(at),
            expected=self.known.remarks.expected(at),
        )
        if self.known.remarks.skipped(at):
            yield Candidate(replace(finding, status=ASIDE, reason="a remark skips it"))
            return
        if _SOLVING.search(read.text):
            yield Candidate(replace(finding, status=ASIDE, reason=SOLVING))
            return
        definitions = self.known.context.definitions(part)
        differs = DERIVATIVE.search(read.text) is not None
        try:
            sides = sides_of(read.text, self.known.grammar(definitions), some=True)
            said = (*((read.said,) if read.said else ()), *line.left_out)
            formula = Formula(at, part, sides, finding, definitions, said, differs)
            found = sorted_out(self.known, formula)
            self.known.seen.update(
                name for tree in sides.sides for name in names_of(tree)
            )
        except Fault as fault:
            self.missed(part, line)
            if differs or MATRICES.search(line.text):
                yield Candidate(unread(finding, fault))
            return
        except Exception as error:  # a fault of ours costs no other formula its verdict
            said = f"{OWN_FAULT}: {type(error).__name__}"
            yield Candidate(replace(finding, reason=said, construct=OWN_FAULT))
            return
        yield from found

    def missed(self, part: Part, line: Line) -> None:
        """Take note of a name whose definition cannot be read."""
        head, _, body = RELATIONS.sub("\0", line.text, count=1).partition("\0")
        if not 0 < len(head.strip(" &")) <= MOST_HEAD:
            return
        try:
            sides = sides_of(f"{head} = 0").sides
        except Fault:
            return
        if (made := defined(*sides)) is not None:
            self.known.context.miss(made[0], body, part)


def read_document(
    document: Document, layout: str = "", where: Mapping[str, str] | None = None
) -> Reading:
    """Read a document; with a `layout`, all of it is read in that one."""
    known = Knowledge(with_joined(with_rows(document)), dict(where or {}))
    reader = Reader(known)
    reader.run()
    found = settle(reader.candidates, known.context, layout, known.where)
    problems = tuple(known.remarks.problems)
    return Reading(found.findings, found.layout, found.why, problems)
