"""For a claim that fails, the nearest true statement.

What is likely is looked for first. Whatever is suggested has been verified before it is
shown, by the judge of claims; where no mistake is recognised, the derivative by the
rules is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from ..engine.experiment import Experiment
from ..engine.outcome import FAILS, Outcome, diagnosis
from ..judging.weighted import is_stacked
from ..language.printing import show
from ..language.statement import Claim
from .algebra import spots, symmetrised
from .assumptions import Assumption, of_class
from .commuting import of_pair
from .conditions import of_draws, only_at_ones
from .conventions import is_row_major, is_symmetric_form
from .edits import EARLY, LATE, Family, completed, exchanged
from .patient import Patient, Remark
from .smallest import small_case
from .terms import matched
from .wholes import (
    in_another_layout,
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
    """Return what the first look says that finds something which is no platitude."""
    spare = None
    for look in LOOKS:
        remark = look(patient)
        if remark is None:
            continue
        vague = remark.tree is None and not remark.conditional
        if not (_is_platitude(patient, remark) or (spare and vague)):
            break
        spare = spare or remark
    else:
        remark = spare or LAST(patient) or _plain(patient)
    tree = remark.tree if remark.tree is not None else patient.whole_truth
    if tree is None:
        return diagnosis(remark.kind, remark.text)
    new = show(patient.tidied(tree))
    text = f"{remark.text}; {remark.lead}write `{new}`"
    return diagnosis(remark.kind, text, new)


def _plain(patient: Patient) -> Remark:
    """Return what is said where nothing was found."""
    if patient.claim.fits:
        return Remark("other", DIFFERS)
    return Remark("shape", shapes(patient))


def _is_platitude(patient: Patient, remark: Remark) -> bool:
    """Whether all that is suggested is the left side of an equation.

    A product of the wrong kind is the mistake itself, whatever is written in its place.
    """
    if remark.tree is None or remark.kind == "other":
        return False
    return patient.repeats(remark.tree)


# Looks.


def edited(*families: Family, repeating: bool = True) -> Look:
    """Return the look for one edit of the claim that is right.

    If nothing else is, one that makes it the left side of an equation is told as well.
    """

    def look(patient: Patient) -> Remark | None:
        budget = min(MOST_EDITS, WORK // sum(1 for _ in spots(patient.tree)))
        if patient.glances is None:
            budget = min(MOVING_EDITS, budget)
        edits = (edit for family in families for edit in family(patient))
        tried = {patient.tree}
        spare = None
        for edit in islice(edits, budget):
            if edit.tree in tried:
                continue
            tried.add(edit.tree)
            if patient.holds(edit.tree):
                tidier = patient.algebra.plain(edit.tree)
                tree = tidier if patient.holds(tidier) else edit.tree
                text = edit.text(patient.abbreviations)
                found = Remark(edit.kind, text, patient.abbreviations.folded(tree))
                if not _is_platitude(patient, found):
                    return found
                spare = spare or found
        return spare if repeating else None

    return look


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
        if found.kind == "needs-symmetric":
            tree = patient.tree
            for name in found.names:
                tree = symmetrised(tree, name)
            if patient.says_more(tree):
                every = " and ".join(f"every {name}" for name in found.names)
                return Remark(found.kind, text, tree, f"for {every} ", True)
        return Remark(found.kind, text, conditional=True)

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
    found = edited(*EARLY, exchanged)(patient)
    return Remark("row-major", text, found and found.tree)


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
    return Remark("symmetric-form", text)


LOOKS: tuple[Look, ...] = (
    other_layout,
    in_another_layout,
    sign_or_number,
    row_major,
    edited(*EARLY),
    assumed(of_class, ("symmetric",)),
    edited(*LATE),
    scalar_factor,
    symmetric_form,
    assumed(of_draws),
    assumed(of_pair),
    assumed(of_class),
    recognised,
    edited(completed, repeating=False),
    matched,
)
"""What is looked for, the likely first."""
LAST = assumed(only_at_ones)
"""What is true of most claims, and said where there is nothing else to say."""
