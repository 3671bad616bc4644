"""What a worker does with a chunk of records: compile, draw, judge, diagnose."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..diagnosis.search import diagnose
from ..engine import traced
from ..engine.derivative import Program
from ..engine.experiment import Experiment, compile_groups
from ..engine.outcome import Outcome
from ..engine.settings import Settings
from ..judging.judge import verdict_on
from ..judging.kinks import mark_kinks
from ..judging.proof import prove
from ..language.checker import check
from ..reading.record import Record
from .worker import make_cache_atomic

DEEP = 10_000


def verify_chunk(records: Sequence[Record], settings: Settings) -> list[list[Outcome]]:
    """Return an outcome for each claim of each record, in the layouts asked for.

    Records travel as texts and are checked here again: a tree of terms is too deep to
    pickle, and checking costs less.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEP))
    traced.configure(settings.dtype)
    make_cache_atomic()
    experiments = [_experiment(record, settings) for record in records]
    for group in compile_groups(experiments):
        program = Program([unit for _, unit in group])
        inputs = [experiment.inputs(unit) for experiment, unit in group]
        for (experiment, unit), out in zip(group, program.run(inputs), strict=True):
            experiment.accept(unit, out)
    return [_outcomes(experiment) for experiment in experiments]


def _experiment(record: Record, settings: Settings) -> Experiment:
    statement, problems = check(record)
    asked = statement.asked(settings.layouts) if statement else None
    if asked is None:
        raise AssertionError(f"{record.id} was checked before: {problems}")
    return Experiment(asked, settings)


def _outcomes(experiment: Experiment) -> list[Outcome]:
    mark_kinks(experiment)
    outcomes = []
    for claim in experiment.statement.claims:
        outcome = prove(experiment, claim, verdict_on(experiment, claim))
        if experiment.settings.diagnose:
            outcome = diagnose(experiment, claim, outcome)
        outcomes.append(outcome)
    return outcomes
