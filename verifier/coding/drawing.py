"""What a worker says of a formula: values at draws, its own value, its derivatives.

All of it travels as NumPy arrays: the process that runs the code needs no JAX.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..engine.draws import PRECISIONS
from ..engine.experiment import Block, Experiment
from ..engine.points import Points
from ..engine.settings import Settings
from ..judging.kinks import mark_kinks
from ..judging.verdict import agree, finite
from ..language.checker import check
from ..language.statement import Statement
from ..reading.record import Record
from .items import Batch

CASES, CASES_OF_WHOLE = 5, 12
"""Choices of sizes that code is run at; more where whole numbers are drawn as well."""
EACH = 8
"""Draws of each, one of every round: large and small, all positive, all negative; more
where there are fewer sizes."""


def statement_of(record: Record, wrt: Sequence[str] = ()) -> Statement:
    """Return the statement of a record that was checked before, by several names."""
    statement, problems = check(record)
    if statement is None:
        raise AssertionError(f"{record.id} was checked before: {problems}")
    return replace(statement, wrt=tuple(wrt)) if wrt else statement


def experiment_of(
    record: Record, wrt: Sequence[str], settings: Settings, dtype: str
) -> Experiment:
    """Return a record with the draws that code is run at, a few of larger sizes too.

    Only their copies move as the precision of the code demands.
    """
    experiment = Experiment(statement_of(record, wrt), replace(settings, draws=1))
    experiment.precision = PRECISIONS[dtype]
    whole = bool(experiment.statement.whole)
    cases = experiment.cases[: CASES_OF_WHOLE if whole else CASES]
    small = experiment.more(cases, EACH * max(1, CASES // len(cases)))
    experiment.blocks = [*small, *experiment.beyond]
    return experiment


def drawn(
    record: Record, wrt: Sequence[str], settings: Settings, dtype: str
) -> list[Batch]:
    """Return draws of a function, and what is right at them."""
    experiment = experiment_of(record, wrt, settings, dtype)
    if experiment.differentiates:
        experiment.differentiate()
        mark_kinks(experiment)
    return [batch_of(experiment, block, block.points) for block in experiment.blocks]


def batch_of(experiment: Experiment, block: Block, points: Points) -> Batch:
    """Return what is right at the points of a block that have copies."""
    statement, lanes = experiment.statement, points.lanes
    drawn = {
        name: X[0][lanes]
        for name, X in points.evaluation.values.items()
        if name not in block.case.whole
    }
    frame = points.evaluation.frame
    value = points.of(statement.body)[lanes]
    usable = {"": finite(value)}
    shapes = {"": frame.shape(statement.body.shape)}
    jacobians = {}
    if experiment.differentiates:
        whole = experiment.entire(block, points)
        for name in statement.wrt:
            shapes[name] = frame.shape(statement.variable(name).shape)
            S = experiment.ties(name, block.case)
            found = whole.forward[name], whole.reverse[name]
            first, second = found if S is None else (J @ S for J in found)
            same = agree(first, second, experiment.precision)
            fits = len(block.usable) == lanes.shape[1]
            usable[name] = finite(first) & same & (block.usable if fits else True)
            jacobians[name] = first
    left_out = {reason: int(mask.sum()) for reason, mask in block.excluded.items()}
    return Batch(
        dict(block.case.sizes),
        dict(block.case.whole),
        drawn,
        value,
        jacobians,
        usable,
        left_out,
        shapes,
    )
