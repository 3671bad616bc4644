"""Where a failing claim holds: for narrower classes of inputs, found by drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..engine.arrays import Places
from ..engine.ball_point import Point, point
from ..engine.draws import Draws
from ..engine.enclosure import enclose
from ..engine.experiment import Experiment
from ..engine.finding import Finding
from ..language.sizes import Case
from ..language.statement import Statement
from ..language.term import Term
from ..motion.behaviour import behaves
from .classes import narrowings
from .patient import Patient
from .trials import DOUBTED, MANY, SCALES, doubtful, drawn, in_regions, scaled, trial

FIRST = 3
"""Draws of each case that are looked at before many are."""
MOST_CASES = 6
REGIONAL = 64
"""Draws among which those are that lines through the values are followed from."""
ENCLOSED, UNSEEN = 12, 48
"""Draws in balls: after floats have looked at many, and where they could not."""


@dataclass(frozen=True)
class Assumption:
    """The kind of diagnosis, the condition in words, and the names it restricts."""

    kind: str
    words: str
    names: tuple[str, ...] = ()
    written: str = ""
    """What a record writes as its `assume`, if that says the same."""


def of_class(patient: Patient, only: Sequence[str] = ()) -> Assumption | None:
    """Return a class of inputs for which a claim holds."""
    for narrowing in narrowings(patient.statement):
        if only and narrowing.kind not in only:
            continue
        if holds_at(patient, narrowing.of(patient.statement)):
            kind, names, words = narrowing.kind, narrowing.names, narrowing.words
            if (
                kind == "diagonal"
                and len(names) > 1
                and set(names) & {*patient.statement.wrt}
            ):
                return Assumption("needs-commuting", f"{words}, and so commute", names)
            label = "symmetric" if kind == "symmetric" else "other-assumption"
            return Assumption(f"needs-{label}", words, names)
    return None


def holds_at(
    patient: Patient, statement: Statement, cases: Sequence[Case] | None = None
) -> bool:
    """Whether the claim holds where a statement draws other inputs."""
    if cases is None:
        cases = _telling(patient)
    truth = patient.closed_form(statement)
    if truth is None and patient.moving:
        return False
    if truth is not None and not _looks_right(patient, truth, statement, cases):
        return False
    count = UNSEEN if truth is None else ENCLOSED
    each = -(-count // len(cases))
    found = []
    for draws in drawn(patient, statement, cases, each):
        for draw in range(min(each, len(draws))):
            at = point(statement, draws.case, draws.raw, draw)
            seen = (behaves if patient.moving else enclose)(at, patient.claim)
            if seen.finding is Finding.DIFFERENT:
                return False
            # Where both sides are zero, whatever is claimed is true and says nothing,
            # unless that is the claim.
            told = patient.claims_zero or np.any(seen.left)
            found.append(seen.finding is Finding.SAME and told)
        if truth is None and _differs_far(patient, statement, draws):
            return False
    return sum(found) >= max(2, len(found) / 2) and not _differs_somewhere(
        patient, statement
    )


def _differs_somewhere(patient: Patient, statement: Statement) -> bool:
    """Whether there is a region of the values in which the sides differ."""
    if patient.moving:
        return False
    settings = replace(patient.experiment.settings, draws=REGIONAL)
    experiment = Experiment(statement, settings)
    found = in_regions(experiment, patient.claim)
    return any(finding is Finding.DIFFERENT for _, finding in found)


def _telling(patient: Patient) -> Sequence[Case]:
    """Return cases with a size above 1, where there are any."""
    cases = patient.experiment.cases
    plain = max(len(case.sizes) for case in cases)
    return [case for case in cases if case.weight > plain][:MOST_CASES] or cases


def _looks_right(
    patient: Patient, truth: Term, statement: Statement, cases: Sequence[Case]
) -> bool:
    """Whether the claim agrees with the left side in closed form at many draws."""
    term = patient.claim.term
    assert term is not None
    for count in (FIRST, MANY):
        for draws in drawn(patient, statement, cases, count):
            one = trial(statement, term, truth, draws)
            doubted = () if patient.moving else doubtful(one)
            if one.fails.sum() > len(doubted):
                return False
            if _differs(patient, _points(statement, draws, doubted)):
                return False
            if count == FIRST or patient.moving:
                continue
            for scale in SCALES:
                far = scaled(draws, scale)
                doubted = np.flatnonzero(trial(statement, term, truth, far).fails)
                if _differs(patient, _points(statement, far, doubted[:DOUBTED])):
                    return False
    return True


def _differs_far(patient: Patient, statement: Statement, draws: Draws) -> bool:
    """Whether balls find a difference near zero or far from it."""
    points = (
        one for scale in SCALES for one in _points(statement, scaled(draws, scale), [0])
    )
    return _differs(patient, points)


def _points(
    statement: Statement, draws: Draws, which: Sequence[int] | Places
) -> Iterator[Point]:
    for draw in which:
        yield point(statement, draws.case, draws.raw, int(draw))


def _differs(patient: Patient, points: Iterator[Point]) -> bool:
    return any(enclose(at, patient.claim).finding is Finding.DIFFERENT for at in points)
