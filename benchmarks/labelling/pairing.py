"""Labels and findings of a document in pairs: by place, by text and in their order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from verifier.notes.model import READ, Verdict
from verifier.reading.problem import Place

from .labels import Label

NEAR = 12
"""Lines that a label and a finding may be apart, within one block."""
ALIKE, ELSEWHERE = 0.2, 0.5
"""How alike two texts are at least, on the same line and on another one."""
INSIDE = 0.85
"""How much of a row is found again in the chain that it belongs to."""
RUN = 3
"""Signs in a row that are no accident."""
_LOOKS = re.compile(
    r"\\(?:left|right|[bB]igg?[lrm]?|displaystyle|textstyle|limits|nonumber|notag"
    r"|math(?:bf|bb|rm|it|sf|cal|tt|scr|frak)|text(?:bf|rm|it)?|boldsymbol|bm|bold|pmb"
    r"|operatorname|mbox|label\{[^}]*\}|tag\*?\{[^}]*\}|[,;:!\s\\]|q?quad)"
    r"(?![A-Za-z])|[\s{}&$~]|[.,;]+\s*$"
)
"""What says how a formula looks, and nothing of what it says."""
_GOES_ON = re.compile(r"[\s\\&]*=")
"""A row of a chain."""
_SIGNS = re.compile(r"\\[A-Za-z]+|[A-Za-z]|\d+|\S")
_TURNED = re.compile(r"\\(?:top|intercal|mathsf\{T\}|T)(?![A-Za-z])")


def paired(
    labels: Sequence[Label], verdicts: Sequence[Verdict], source: Mapping[str, str]
) -> list[Verdict | None]:
    """Return what was found at each label, or None.

    Both are in the order of the document, and pairs do not cross; of all ways to pair
    them, the one is taken in which the texts are most alike. A label that is left over
    may be a row of a chain that was found as a whole.
    """
    text = Text(source)
    made = _in_order(labels, verdicts, text)
    return [
        _chain(label, verdicts, text) if one is None else one
        for label, one in zip(labels, made, strict=True)
    ]


class Text:
    """The text of a document, by its lines and blocks."""

    def __init__(self, source: Mapping[str, str]):
        """Take the text of each file, the document's own first."""
        self.lines = {file: text.split("\n") for file, text in source.items()}
        self.blocks = [0]
        """For each line, from 1, the number of the block between empty lines."""
        for line in next(iter(self.lines.values()), []):
            self.blocks.append(self.blocks[-1] + (not line.strip()))

    def together(self, one: int, other: int) -> bool:
        """Whether two lines stand together; a display may have an empty line in it."""
        last = len(self.blocks) - 1
        return abs(self.blocks[min(one, last)] - self.blocks[min(other, last)]) <= 1

    def at(self, place: Place, length: int) -> str:
        """Return what is written at a place, with its macros as they stand."""
        lines = self.lines.get(place.file, [])[place.line - 1 :][: NEAR + 1]
        return "\n".join(lines)[place.column - 1 :][:length]


def _in_order(
    labels: Sequence[Label], verdicts: Sequence[Verdict], text: Text
) -> list[Verdict | None]:
    order = sorted(range(len(labels)), key=lambda i: (labels[i].cell, labels[i].line))
    found = sorted(verdicts, key=_spot)
    worth = [[_worth(labels[i], verdict, text) for verdict in found] for i in order]
    best = [[0.0] * (len(found) + 1) for _ in range(len(order) + 1)]
    for i in reversed(range(len(order))):
        for j in reversed(range(len(found))):
            skipped = max(best[i + 1][j], best[i][j + 1])
            taken = worth[i][j] + best[i + 1][j + 1] if worth[i][j] else 0.0
            best[i][j] = max(skipped, taken)
    made: list[Verdict | None] = [None] * len(labels)
    i = j = 0
    while i < len(order) and j < len(found):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            made[order[i]] = found[j]
            i, j = i + 1, j + 1
    return made


def cell_of(verdict: Verdict) -> int:
    """Return the number of the cell that a formula stands in, 0 outside notebooks."""
    cell = re.search(r":cell (\d+)$", verdict.finding.place.file)
    return int(cell[1]) if cell else 0


def _spot(verdict: Verdict) -> tuple[int, int, int]:
    place = verdict.finding.place
    return cell_of(verdict), place.line, place.column


def _worth(label: Label, verdict: Verdict, text: Text) -> float:
    """Return what it is worth to pair them; 0 where they do not belong together."""
    finding = verdict.finding
    apart = abs(finding.place.line - label.line)
    if not _near(label, verdict, text):
        return 0.0
    # Macros are written out in a finding, and not in what a label quotes.
    written = text.at(finding.place, len(label.formula))
    quoted = likeness(label.formula, written)
    alike = max(likeness(label.formula, finding.formula), quoted)
    meant = max(
        (likeness(" ".join(said), finding.read) for said in label.options), default=0.0
    )
    if max(alike, meant if finding.read else 0) < (ELSEWHERE if apart else ALIKE):
        return 0.0
    # What was read is preferred to a definition in the same words beside it.
    read = 0.05 if finding.status == READ else 0.0
    return alike + 0.5 * meant + read + 0.5 / (1 + apart)


def _near(label: Label, verdict: Verdict, text: Text) -> bool:
    """Whether a finding is on the line of a label, or in its block."""
    line = verdict.finding.place.line
    if cell_of(verdict) != label.cell or abs(line - label.line) > NEAR:
        return False
    return bool(label.cell) or line == label.line or text.together(line, label.line)


def _chain(label: Label, verdicts: Sequence[Verdict], text: Text) -> Verdict | None:
    """Return the finding before a label of which it is a further side."""
    before = [
        verdict
        for verdict in verdicts
        if verdict.finding.place.line <= label.line and _near(label, verdict, text)
    ]
    before.sort(key=_spot)
    ours = signs(label.formula)
    for verdict in reversed(before):
        theirs = signs(verdict.finding.formula)
        if _common(ours, theirs) >= INSIDE * len(ours):
            return verdict
    return before[-1] if before and _GOES_ON.match(label.formula) else None


@lru_cache(100_000)
def likeness(one: str, other: str) -> float:
    """Return how much two formulas have in common, from 0 to 1.

    One may be a part of the other: a side of a chain, a cell of a row.
    """
    a, b = signs(one), signs(other)
    if not a or not b:
        return 0.0
    common = _common(a, b)
    return 0.7 * 2 * common / (len(a) + len(b)) + 0.3 * common / min(len(a), len(b))


def signs(formula: str) -> list[str]:
    """Return the signs of a formula without what only says how it looks."""
    turned = _TURNED.sub("T", formula)
    return _SIGNS.findall(_LOOKS.sub(" ", turned))


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many signs two formulas have in common, in runs."""
    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    least = max(1, min(RUN, len(a), len(b)))
    return sum(block.size for block in blocks if block.size >= least)
