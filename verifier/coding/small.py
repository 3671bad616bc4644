"""Small inputs at which code is run as well, to show where it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from ..engine.draws import PRECISIONS, Draws
from ..engine.experiment import Block, Experiment
from ..engine.points import points
from ..engine.settings import Settings
from ..judging.candidates import Candidate, Candidates, small_cases, weight
from ..language.declaration import Type
from ..language.sizes import Case, generator
from ..reading.record import Record
from .drawing import batch_of, statement_of
from .items import Batch

MOST_CASES = 5
"""Choices of sizes, the smallest first."""
MOST = 24
"""Inputs at each of them, the simplest first."""


def small(
    record: Record, wrt: Sequence[str], settings: Settings, dtype: str
) -> list[Batch]:
    """Return small inputs, the smallest sizes and simplest numbers first."""
    experiment = Experiment(statement_of(record, wrt), settings)
    experiment.precision = PRECISIONS[dtype]
    cases = islice(small_cases(experiment.statement), MOST_CASES)
    return [_batch(experiment, case) for case in cases]


def _batch(experiment: Experiment, case: Case) -> Batch:
    statement, seed = experiment.statement, experiment.settings.seed
    plain = {n: t for n, t in statement.types.items() if isinstance(t, Type)}
    random = generator(seed, statement.record.id, "code", str(case.numbers))
    candidates = Candidates(plain, case, random)
    found: list[Candidate] = []
    candidates.smallest(lambda some: found.extend(some))
    chosen = sorted(set(found), key=lambda one: (*weight(one), one))[:MOST]
    raw = {name: X.astype(float)[None] for name, X in candidates.raw(chosen).items()}
    none = np.zeros(len(chosen), bool)
    draws = Draws(
        case,
        np.arange(len(chosen)),
        raw,
        {name: np.zeros(X.shape[1:], np.uint64) for name, X in raw.items()},
        experiment.precision,
        none,
        none,
    )
    at = points(statement.values, draws, len(chosen))
    return batch_of(experiment, Block(draws, at, experiment.source), at)
