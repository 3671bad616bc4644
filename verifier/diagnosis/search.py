"""For a claim that fails, the nearest true statement.

What is likely is looked for first. Whatever is suggested has been verified before it is
shown, by the judge of claims; where no mistake is recognised, the derivative by the
rules is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from ..deriving.algebra import length, spots, symmetrised
from ..engine.experiment import Experiment
from ..engine.outcome import FAILS, Outcome, diagnosis
from ..judging.weighted import is_stacked
from ..language.printing import show
from ..language.statement import Claim
from ..language.tree import Call
from .additions import ADDITIONS, completed, multiplied
from .assumptions import Assumption, of_class
from .commuting import of_pair
from .conditions import larger_side, of_draws, only_at_ones
from .conventions import is_row_major, is_symmetric_form
from .edits import SMALL, Edit, Family
from .exchanges import EXCHANGES, exchanged, lawful
from .patient import Patient, Remark
from .shortcuts import short_for
from .smallest import small_case
from .terms import matched
from .wholes import (
    in_another_layout,
    missing_term,
    other_layout,
    scalar_factor,
    shapes,
    sign_or_number,
)
from .words import other_word

Look = Callable[[Patient], Remark | None]
DIFFERS = "the claim differs from the left side"
WORK = 150_000
"""Nodes of edited claims that are looked at: a long claim gets fewer edits."""
MOST_EDITS = 3000
MOVING_EDITS = 60
"""Edits where each must be watched as a name moves."""


def diagnose(experiment: Experiment, claim: Claim, outcome: Outcome) -> Outcome:
    """Add to a failure what is wrong, what would be right, and a small example."""
    if outcome.verdict != FAILS or outcome.diagnosis is not None:
        return outcome
    try:
        with np.errstate(all="ignore"):
            if claim.term is None:
                found = other_word(experiment, claim, outcome)
                return replace(outcome, diagnosis=found)
            if is_stacked(experiment.statement, claim) and claim.fits:
                return replace(outcome, diagnosis=diagnosis("other", DIFFERS))
            patient = Patient(experiment, claim)
            found = diagnosis_of(patient)
            outcome = _with_small_case(patient, outcome)
    except Exception as error:  # a verdict is never lost to its diagnosis
        text = f"{DIFFERS}; no diagnosis, by a fault of ours"
        found = diagnosis("other", f"{text}: {type(error).__name__}: {error}")
    return replace(outcome, diagnosis=found)


def _with_small_case(patient: Patient, outcome: Outcome) -> Outcome:
    """Show a small point in the place of a draw; the sides differ there as well."""
    shown = outcome.counterexample
    if not shown or "exact" in shown or (small := small_case(patient)) is None:
        return outcome
    settled = dict(outcome.evidence)
    if settled["grade"] != "exact":
        where = "at the point shown, which is proven"
        note = f"{DIFFERS} {where}"
        settled |= {"grade": "ball", "note": note}
    return replace(outcome, counterexample=small, evidence=settled)


@np.errstate(all="ignore")
def diagnosis_of(patient: Patient) -> dict[str, str]:
    """Return the remark that takes the least to say, of those that are true."""
    best, least = None, math.inf
    for cost, look in LOOKS:
        if least <= cost:
            break
        remark = look(patient)
        if remark is not None:
            cost += remark.cost + REPEATING * _says_little(patient, remark)
            best, least = (remark, cost) if cost < least else (best, least)
    remark = best or _plain(patient)
    tree = remark.tree if remark.tree is not None else patient.whole_truth
    if tree is None:
        return diagnosis(remark.kind, remark.text)
    new = show(patient.shown(tree))
    text = f"{remark.text}; {remark.lead}write `{new}`"
    if _is_platitude(patient, remark) and (side := larger_side(patient)):
        text = f"{text}, which is the {side} one at every draw"
    return diagnosis(remark.kind, text, new)


def _plain(patient: Patient) -> Remark:
    """Return what is said where nothing was found."""
    if patient.claim.fits:
        return Remark("other", DIFFERS)
    return Remark("shape", shapes(patient))


def _says_little(patient: Patient, remark: Remark) -> bool:
    """Whether no condition is told, and nothing new is suggested."""
    told = remark.tree is not None or remark.conditional
    return not told or _is_platitude(patient, remark)


def _is_platitude(patient: Patient, remark: Remark) -> bool:
    """Whether all that is suggested is the left side of an equation.

    A product of the wrong kind is the mistake itself, whatever is written in its place.
    """
    if remark.tree is None or remark.kind == "wrong-operation":
        return False
    return patient.repeats(remark.tree)


# Looks.


def edited(*families: Family, repeating: bool = True) -> Look:
    """Return the look for one edit of the claim that is right, the simplest first.

    If nothing else is, one that makes it the left side of an equation is told as well.
    """

    def look(patient: Patient) -> Remark | None:
        budget = min(MOST_EDITS, WORK // length(patient.tree))
        if patient.glances is None:
            budget = min(MOVING_EDITS, budget)
        edits = (edit for family in families for edit in family(patient))
        tried = {patient.tree}
        spare = None
        for edit in sorted(islice(edits, budget), key=_simplicity):
            if edit.tree in tried:
                continue
            tried.add(edit.tree)
            if patient.holds(edit.tree):
                tidier = patient.algebra.plain(edit.tree)
                tree = tidier if patient.holds(tidier) else edit.tree
                text = edit.text(patient.abbreviations)
                tree = patient.abbreviations.folded(tree)
                found = Remark(edit.kind, text, tree, cost=edit.cost)
                if not _is_platitude(patient, found):
                    return found
                if edit.kind != "wrong-part":  # any left side belongs in the place
                    spare = spare or found
        return spare if repeating else None

    return look


def _simplicity(edit: Edit) -> tuple[float, int]:
    return edit.cost, length(edit.tree)


def assumed(look: Callable[..., Assumption | None], *only: Sequence[str]) -> Look:
    """Return the look for a condition under which the claim holds."""

    def assume(patient: Patient) -> Remark | None:
        if not patient.claim.fits:
            return None
        found = look(patient, *only)
        if found is None:
            return None
        text = f"it holds when {found.words}"
        if found.written:
            text = f"{text} (`{_assume(patient, found.written)}`)"
        more = MORE * max(0, len(found.names) - 1)
        if found.kind == "needs-symmetric":
            tree = patient.tree
            for name in found.names:
                tree = symmetrised(tree, name)
            if patient.says_more(tree):
                every = " and ".join(f"every {name}" for name in found.names)
                return Remark(found.kind, text, tree, f"for {every} ", True, more)
        return Remark(found.kind, text, conditional=True, cost=more)

    return assume


def _assume(patient: Patient, written: str) -> str:
    """Return the field of a record that assumes this beside what it assumes already."""
    texts = [text.value.strip() for text in patient.statement.record.assume]
    if not texts:
        return f"assume: {written}"
    listed = [f'"{text}"' if "," in text else text for text in (*texts, written)]
    return f"assume: [{', '.join(listed)}]"


def recognised(patient: Patient) -> Remark | None:
    """Compare the terms, and take what has a name."""
    found = matched(patient)
    return found if found is not None and found.kind != "other" else None


def row_major(patient: Patient) -> Remark | None:
    """Find out whether the claim is right for a vec that stacks rows."""
    if not is_row_major(patient):
        return None
    text = "this is right for a vec that stacks rows; here vec stacks columns"
    found = edited(*SMALL, exchanged)(patient)
    return Remark("row-major", text, found and found.tree, conditional=True)


def symmetric_form(patient: Patient) -> Remark | None:
    """Find out whether the entries of a symmetric matrix are counted otherwise."""
    if patient.moving or not is_symmetric_form(patient):
        return None
    name = patient.statement.wrt[0]
    if patient.statement.record.entries == "independent":
        text = (
            f"this counts all entries of {name} as free, and the independent ones "
            "are asked for"
        )
    else:
        text = (
            f"this is the derivative by the independent entries of a symmetric {name}; "
            "here all entries are free"
        )
    return Remark("symmetric-form", text, conditional=True)


def reordered_entries(patient: Patient) -> Remark | None:
    """Find out whether the entries are right, and stand in another order."""
    called = {part.name for part, _ in spots(patient.body) if isinstance(part, Call)}
    term, glances = patient.fitting(patient.tree), patient.glances
    if "eigenvalues" not in called or term is None or glances is None:
        return None
    if not glances.permuted(term):
        return None
    text = "the entries are right and in another order: `eigenvalues` are ascending"
    return Remark("eigenvalue-order", text, conditional=True)


def compared(patient: Patient) -> Remark | None:
    """Say which side is the larger one, and that they are equal at size 1."""
    if not patient.claim.fits:
        return None
    found, side = only_at_ones(patient), larger_side(patient)
    if not found and not side:
        return None
    text = DIFFERS if not side else f"{DIFFERS}, which is the {side} one at every draw"
    if found is None:
        return Remark("other", text)
    alone = "" if side else ", where sums have one term and products commute"
    return Remark(found.kind, f"{text}; it holds only when {found.words}{alone}")


def abbreviated(patient: Patient) -> Remark | None:
    """Find out what a name is short for that the left side does not have."""
    return short_for(patient, lambda other: _first(other, QUICK))


def _first(patient: Patient, looks: Sequence[Look]) -> Remark | None:
    return next(filter(None, (look(patient) for look in looks)), None)


QUICK: tuple[Look, ...] = (other_layout, sign_or_number, edited(*SMALL))
LOOKS: tuple[tuple[float, Look], ...] = (
    (0.5, other_layout),
    (0.5, in_another_layout),
    (0.8, abbreviated),
    (1, sign_or_number),
    (1, row_major),
    (1, edited(*SMALL)),
    (1.5, assumed(of_class, ("symmetric",))),
    (2, edited(*ADDITIONS, *EXCHANGES)),
    (2, scalar_factor),
    (2.2, edited(lawful)),
    (2, symmetric_form),
    (2.5, missing_term),
    (2, reordered_entries),
    (2, assumed(of_pair)),
    (3, assumed(of_draws)),
    (3, assumed(of_class)),
    (3.2, edited(completed, repeating=False)),
    (3.5, recognised),
    (4, edited(multiplied, repeating=False)),
    (4.5, matched),
    (9, compared),
)
"""What is looked for, with the least that it takes to say what it finds.

A letter, a sign or a `.T` is 1, and so is each name beyond the first."""
REPEATING = 2.2
"""What it counts more that all that is suggested is the left side of an equation."""
MORE = 1.0
"""What it counts more to assume something of one more name."""
