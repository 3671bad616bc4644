"""The layout of a document, and the records of what it states in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..asking.spelled import Spelled
from .conditions import CONDITION
from .context import Context
from .excusing import others
from .fits import Candidate, Fitted, by_layout, fit
from .keeping import Keeping, breaks, kind_of
from .model import READ, UNREAD, Finding, Inference
from .symmetry import Symmetries

MOST_OTHERS = 6
"""Further readings of one statement."""


@dataclass(frozen=True)
class Settled:
    """Findings with their records, and the layout that they are in."""

    findings: tuple[Finding, ...]
    layout: str = ""
    why: str = ""


def settle(
    candidates: Sequence[Candidate],
    context: Context,
    layout: str,
    where: Mapping[str, str],
) -> Settled:
    """Choose the layout that is declared, or the one that most statements fit."""
    fitted = [_fitted(candidate) for candidate in candidates]
    keeping = Keeping.of(candidates, fitted, context.facts, layout)
    symmetries = Symmetries.of(context, fitted)
    findings = tuple(
        finding_of(candidate, some, keeping, symmetries)
        for candidate, some in zip(candidates, fitted, strict=True)
    )
    needed = any(some and "" not in some[0].records for some in fitted)
    return Settled(findings, *((keeping.layout, keeping.why) if needed else ()))


def _fitted(candidate: Candidate) -> list[Fitted]:
    """Return the readings that have a shape, those with other definitions last."""
    found = by_layout(_fits(candidate.found, candidate))
    return [*found, *_fits(candidate.more, candidate)] if found else []


def _fits(reads: Sequence[Spelled], candidate: Candidate) -> list[Fitted]:
    return [one for read in reads if (one := fit(read, candidate))]


def finding_of(
    candidate: Candidate,
    fitted: Sequence[Fitted],
    keeping: Keeping,
    symmetries: Symmetries,
) -> Finding:
    """Return a finding with its record in the layout, and the other readings."""
    finding = candidate.finding
    if finding.status != READ:
        return finding
    if not fitted:
        said = "its shapes fit in no layout"
        return replace(finding, status=UNREAD, reason=said, construct="shapes that fit")
    first = fitted[0]
    kind = kind_of(candidate, first)
    layout = candidate.layout or keeping.of_kind(kind)
    chosen = layout if layout in first.records else next(iter(first.records))
    inferred = [*inferences(candidate, first, chosen)]
    broken = breaks(keeping, candidate, first, layout, chosen)
    if chosen and chosen != layout:
        inferred.append(
            Inference(f"{chosen} layout", "its shapes do not fit the other one")
        )
    firm = keeping.firm(kind)
    further = tuple(others(candidate, fitted, chosen, firm, symmetries))
    return replace(
        finding,
        read=first.read_in(chosen).text,
        record=first.records[chosen],
        inferred=tuple(inferred),
        breaks=f"{chosen} layout" if broken else "",
        doubts=(*finding.doubts, *_made_up(candidate, first, chosen)),
        others=further[:MOST_OTHERS],
    )


_OF_MATRIX = re.compile(r"(?<!vector)\((?:\w+), (?:\w+)\).* -> (?!scalar)")
"""A function of a matrix that is no number."""


def _made_up(candidate: Candidate, fitted: Fitted, layout: str) -> Iterator[Inference]:
    """Doubt a function of a matrix whose values are no numbers, where nobody says so.

    The derivative of a matrix by a matrix has no shape that everybody agrees on, and of
    `∂f^T/∂X = (∂f/∂X)^T` some other types make sense.
    """
    record = fitted.records[layout]
    for name, text in record.where.items():
        known = name in candidate.given or name in fitted.read.said.facts
        claimed = any(f"D({name}" in claim.text.value for claim in record.claims)
        if not known and claimed and _OF_MATRIX.search(text.value):
            said = f"`{name}` is read as a function `{text.value}`"
            yield Inference(said, "nothing says what its values are")


def inferences(
    candidate: Candidate, fitted: Fitted, layout: str
) -> Iterator[Inference]:
    """Yield what a reading took from elsewhere, and what it guessed."""
    for name, one in candidate.used.items():
        yield Inference(f"`{name}` as defined", "the text defines it", one.line)
    record = next(iter(fitted.records.values()))
    for name, text in record.where.items():
        fact = fitted.read.said.facts.get(name)
        if name in candidate.given:
            yield Inference(f"{name}: {text.value}", "it was given")
        elif fact is not None:
            why = f"the text says `{' '.join(fact.words.split())[:60]}`"
            yield Inference(f"{name}: {text.value}", why, fact.line)
        else:
            why = "by its letter and the shapes"
            yield Inference(f"{name}: {text.value}", why)
    for words in fitted.read.unheard:
        if CONDITION.match(words):
            yield Inference(f"`{words}` is left out", "it was not understood")
    read = fitted.read_in(layout)
    for note in (*candidate.noted, *read.notes, *read.left_out):
        yield Inference(note, "as it was read")
