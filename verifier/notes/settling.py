"""The layout of a document, and the records of what it states in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..asking.spelled import Spelled
from .context import Context
from .excusing import others
from .fits import LAYOUTS, Candidate, Fitted, by_layout, fit, is_a_chain_rule, is_number
from .lines import CONDITION
from .model import READ, UNREAD, Finding, Inference

SYMMETRIC = ("symmetric", "positive_definite", "diagonal", "projection")
ENOUGH = 3
"""Statements that show which layout a document keeps to."""
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
    chosen, why = layout_of(fitted, context, layout)
    firm = mistaken(fitted, chosen)
    if layout or ("declared" in why and keeps_to(fitted, chosen)):
        firm = frozenset(LAYOUTS) - {chosen}
    symmetric = {
        name
        for fact in context.facts
        if fact.about == "type" and fact.value.startswith(SYMMETRIC)
        for name in fact.names
    }
    findings = tuple(
        finding_of(candidate, some, candidate.layout or chosen, firm, symmetric)
        for candidate, some in zip(candidates, fitted, strict=True)
    )
    needed = any(some and "" not in some[0].records for some in fitted)
    return Settled(findings, chosen if needed else "", why if needed else "")


def _fitted(candidate: Candidate) -> list[Fitted]:
    """Return the readings that have a shape, those with other definitions last."""
    found = by_layout(_fits(candidate.found, candidate))
    return [*found, *_fits(candidate.more, candidate)] if found else []


def _fits(reads: Sequence[Spelled], candidate: Candidate) -> list[Fitted]:
    return [one for read in reads if (one := fit(read, candidate))]


def layout_of(
    fitted: Sequence[Sequence[Fitted]], context: Context, asked: str
) -> tuple[str, str]:
    """Return the layout of a document, and why it is that."""
    if asked:
        return asked, "as it was asked for"
    declared = [
        fact
        for fact in context.facts
        if fact.about == "layout" and fact.value in LAYOUTS
    ]
    fitted = [some for some in fitted if some and not some[0].read.entrywise]
    counts = Counter(
        layout
        for some in fitted
        if some and "" not in some[0].records
        for layout in some[0].records
    )
    total = sum(1 for some in fitted if some and "" not in some[0].records)
    if declared:
        fact = declared[0]
        if counts[fact.value] * 2 >= total:
            return fact.value, f"declared on line {fact.line}"
    if not total:
        return "denominator", "nothing in it needs one"
    best = max(LAYOUTS, key=lambda layout: counts[layout])
    return best, f"{counts[best]} of {total} statements fit it"


def mistaken(fitted: Sequence[Sequence[Fitted]], chosen: str) -> frozenset[str]:
    """Return the layouts that are a mistake in a document that keeps to its own.

    Statements that fit both say nothing: to a text of gradients a Jacobian in mixed
    layout is as good as one in denominator layout.
    """
    records = [
        some[0].records
        for some in fitted
        if some and not some[0].read.entrywise and "" not in some[0].records
    ]
    found: set[str] = set()
    for other in LAYOUTS:
        kept = sum(chosen in one and other not in one for one in records)
        broken = sum(other in one and chosen not in one for one in records)
        if other != chosen and kept >= ENOUGH and kept >= ENOUGH * broken:
            found.add(other)
    return frozenset(found)


def keeps_to(fitted: Sequence[Sequence[Fitted]], layout: str) -> bool:
    """Whether few statements of a document depart from the layout that it declares."""
    records = [
        some[0].records
        for some in fitted
        if some and not some[0].read.entrywise and "" not in some[0].records
    ]
    within = sum(layout in one and len(one) < len(LAYOUTS) for one in records)
    return within >= ENOUGH * sum(layout not in one for one in records)


def finding_of(
    candidate: Candidate,
    fitted: Sequence[Fitted],
    layout: str,
    firm: frozenset[str],
    symmetric: Container[str],
) -> Finding:
    """Return a finding with its record in the layout, and the other readings."""
    finding = candidate.finding
    if finding.status != READ:
        return finding
    if not fitted:
        said = "its shapes fit in no layout"
        return replace(finding, status=UNREAD, reason=said, construct="shapes that fit")
    first = fitted[0]
    chosen = layout if layout in first.records else next(iter(first.records))
    inferred = [*inferences(candidate, first, chosen)]
    # A text in numerator layout may write its gradients as columns all the same.
    columns = layout == "numerator" and "mixed" in first.records
    # Indices and `∂x^T` say themselves which layout they are in, and by a number a row
    # is often the same as its column.
    free = any(where == "both" for where, _ in first.read.claims)
    free &= not all(is_number(first, name) for name in first.read.wrt)
    wrong = firm >= first.records.keys() and layout not in first.records
    breaks = wrong and free and chosen and not columns
    breaks = breaks and not first.read.entrywise and not is_a_chain_rule(first)
    if chosen and chosen != layout:
        inferred.append(
            Inference(f"{chosen} layout", "its shapes do not fit the other one")
        )
    further = tuple(others(fitted, chosen, firm, symmetric, candidate.symmetric))
    return replace(
        finding,
        read=first.read_in(chosen).text,
        record=first.records[chosen],
        inferred=tuple(inferred),
        breaks=f"{chosen} layout" if breaks else "",
        others=further[:MOST_OTHERS],
    )


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
