"""What a worker does with a chunk of records: draw, differentiate, judge, diagnose."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np

from ..engine import traced
from ..engine.experiment import Experiment
from ..engine.outcome import FAILS, Outcome
from ..engine.settings import Settings
from ..judging.judge import verdict_on
from ..judging.kinks import mark_kinks
from ..language.checker import check
from ..language.repeated import repeats
from ..language.statement import Claim
from ..reading.record import Record

DEEP = 10_000


def verify_chunk(records: Sequence[Record], settings: Settings) -> list[list[Outcome]]:
    """Return an outcome for each claim of each record, in the layouts asked for.

    Records travel as texts and are checked here again: a tree of terms is too deep to
    pickle, and checking costs less.
    """
    return list(verify_each(records, settings))


def verify_each(
    records: Sequence[Record], settings: Settings
) -> Iterator[list[Outcome]]:
    """Yield the outcomes of each record as soon as it has them."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEP))
    traced.configure(settings.dtype)
    for record in records:
        with np.errstate(all="ignore"):  # what has no value is judged, and no news
            found = _outcomes(_experiment(record, settings))
        yield found


def _experiment(record: Record, settings: Settings) -> Experiment:
    statement, problems = check(record)
    asked = statement.asked(settings.layouts) if statement else None
    if asked is None:
        raise AssertionError(f"{record.id} was checked before: {problems}")
    return Experiment(asked.with_shared_terms(), settings)


def _outcomes(experiment: Experiment) -> list[Outcome]:
    begin(experiment)
    return outcomes(experiment)


def begin(experiment: Experiment) -> None:
    """Differentiate at all draws, and leave out those without a derivative."""
    experiment.differentiate()
    mark_kinks(experiment)


def outcomes(experiment: Experiment) -> list[Outcome]:
    """Return an outcome for each claim of an experiment that has begun."""
    known: list[tuple[Claim, Outcome]] = []
    for claim in experiment.statement.claims:
        known.append((claim, _outcome(experiment, claim, known)))
    return [outcome for _, outcome in known]


def _outcome(
    experiment: Experiment, claim: Claim, known: Sequence[tuple[Claim, Outcome]]
) -> Outcome:
    """Return what is found of a claim, or was found of the same in another layout."""
    for other, outcome in known:
        if repeats(experiment.statement, claim, other):
            return outcome
    outcome = verdict_on(experiment, claim)
    if experiment.settings.diagnose and outcome.verdict == FAILS:
        return _diagnosed(experiment, claim, outcome)
    return outcome


def _diagnosed(experiment: Experiment, claim: Claim, outcome: Outcome) -> Outcome:
    from ..diagnosis.search import diagnose  # most claims hold, and need none of it

    return diagnose(experiment, claim, outcome)
