"""What was found in a document: its statements, how they were read, their verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..reading.problem import Place, Problem
from ..reading.record import Record
from ..results.model import (
    AS_EXPECTED,
    BAD_INPUT,
    DIFFERS,
    INTERRUPTED,
    UNDECIDED,
    Result,
)
from ..results.shown import Shown

READ, ASIDE, UNREAD = "read", "aside", "unread"
KINDS = (
    "fails",
    "held",
    "crashed",
    "conditional",
    "inconclusive",
    "unfinished",
    "refuted",
    "holds",
    UNREAD,
    ASIDE,
)
"""What can become of a formula, the most urgent first."""
STEP = "it is a step of a chain, which does not hold as it was read"
"""What is said of a step that fails though the chain holds from end to end."""
CONDITION = "it does not hold for all values: taken for a condition"
"""What is said of an equation that may be assumed, and no rule."""
SWAPPED = "the sizes of `K` in the other order"
"""What some mean by a commutation matrix."""
OPEN = frozenset({"held", "crashed", "conditional", "inconclusive", "unfinished"})
"""What is neither right nor an error of the text."""


@dataclass(frozen=True)
class Inference:
    """Something that a formula does not say itself."""

    said: str  # such as "A: symmetric(n)"
    why: str  # such as "by its letter"
    line: int = 0  # where the text says so; 0 where it does not
    file: str = ""  # of that line; "" where it is the formula's own


@dataclass(frozen=True)
class Other:
    """A further reading of a formula, ready to be verified."""

    record: Record
    read: str  # the statement in the language
    why: str  # what it takes: "A symmetric", "in numerator layout"
    excuses: bool = True  # whether the text may have meant it


@dataclass(frozen=True)
class Finding:
    """One formula of a document that could be a statement."""

    status: str  # "read", "aside" (a definition, a step) or "unread"
    formula: str  # as the document has it, on one line
    place: Place  # file, line and column
    latex: bool = True  # whether the formula is LaTeX
    section: str = ""  # the nearest heading
    read: str = ""  # the statement in nabla's language
    record: Record | None = None  # what is verified
    inferred: tuple[Inference, ...] = ()  # what was inferred, and from where
    reason: str = ""  # why it is aside or unread, in one sentence
    construct: str = ""  # what is missing where it is unread, such as "an integral"
    others: tuple[Other, ...] = ()  # further readings
    weak: str = ""  # why it is no statement where it fails: "it says what `f` is"
    rule: bool = False  # whether it may be a rule all the same: `(A B)^T = B^T A^T`
    doubts: tuple[Inference, ...] = ()  # why nobody knows where it fails
    breaks: str = ""  # the layout that it is in, where the text keeps to another
    announced: bool = False  # whether the text itself says that it is wrong
    expected: bool = False  # whether a remark says `nabla: expect fails`


@dataclass(frozen=True)
class Verdict:
    """What became of one formula."""

    finding: Finding  # the formula
    results: tuple[Result, ...] = ()  # one a claim and layout
    verdict: str = ""  # "" where it was not read, or the run was cut short
    under: str = ""  # what another reading takes, where only that one holds
    other: Other | None = None  # that reading

    @property
    def kind(self) -> str:
        """Return what became of it, one of KINDS."""
        found = self.finding
        if found.status != READ:
            return found.status
        said_wrong = found.announced or found.expected
        match self.verdict:
            case "fails" if said_wrong:
                return "refuted"
            case "fails" if self.other and self.other.excuses:
                return "conditional"
            case "holds" if said_wrong:
                return "held"
            case "":
                return "unfinished"
        return self.verdict

    @property
    def error(self) -> bool:
        """Whether it is an error of the text, or of a remark that expects one."""
        return self.kind == "fails" or (self.kind == "held" and self.finding.expected)


@dataclass(frozen=True, repr=False)
class Digest(Shown):
    """What was found in a document; `print(digest)` shows what `nabla notes` does."""

    name: str  # of the document
    source: Mapping[str, str] = field(default_factory=dict)  # file -> text
    layout: str = ""  # that its statements are read in; "" where none is needed
    why_layout: str = ""  # such as "declared on line 12"
    verdicts: Sequence[Verdict] = ()  # in the order of the document
    problems: Sequence[Problem] = ()  # of the document and its remarks
    run: Mapping[str, Any] = field(default_factory=dict)  # seed, draws, device, ...

    @property
    def counts(self) -> dict[str, int]:
        """Return how many formulas are read, aside and unread."""
        found = Counter(verdict.finding.status for verdict in self.verdicts)
        return {status: found[status] for status in (READ, ASIDE, UNREAD)}

    @property
    def kinds(self) -> dict[str, int]:
        """Return what became of how many formulas, the most urgent first."""
        found = Counter(verdict.kind for verdict in self.verdicts)
        return {kind: found[kind] for kind in KINDS if found[kind]}

    @property
    def errors(self) -> list[Verdict]:
        """Return the errors of the text."""
        return [verdict for verdict in self.verdicts if verdict.error]

    @property
    def unreadable(self) -> bool:
        """Whether the document as a whole, or a part of it, could not be read.

        A formula that is no LaTeX is one that is not read, and no more than that.
        """
        if not self.counts[READ]:
            return bool(self.problems)
        return any(problem.kind != "syntax" for problem in self.problems)

    @property
    def interrupted(self) -> bool:
        """Whether the run was stopped before its end."""
        return bool(self.run.get("interrupted"))

    @property
    def exit_status(self) -> int:
        """Return the status that `nabla notes` ends with."""
        return exit_status([self])


def exit_status(digests: Iterable[Digest], allow_empty: bool = False) -> int:
    """Return the status of the command for all documents; the worst that can be said.

    What cannot be read outranks an error, and nothing read is never a success, unless
    that is allowed.
    """
    digests = list(digests)
    if any(digest.interrupted for digest in digests):
        return INTERRUPTED
    verdicts = [verdict for digest in digests for verdict in digest.verdicts]
    kinds = {verdict.kind for verdict in verdicts}
    nothing = kinds <= {UNREAD, ASIDE} and not allow_empty
    if nothing or any(digest.unreadable for digest in digests):
        return BAD_INPUT
    if any(verdict.error for verdict in verdicts):
        return DIFFERS
    return UNDECIDED if kinds & OPEN else AS_EXPECTED
