"""A claim at many draws in floating point, beside the left side in closed form.

Floats see at once where a claim is wrong; what they find right is looked at in balls
by those who ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..engine import numeric
from ..engine.arrays import Floats, Places, Truths
from ..engine.ball_point import point
from ..engine.draws import LANES, PRECISIONS, Draws, Source, values
from ..engine.enclosure import enclose
from ..engine.evaluate import Evaluation, Exact
from ..engine.experiment import Experiment
from ..engine.finding import Finding
from ..judging.counting import tally_of
from ..judging.regions import regions
from ..judging.tally import Spot
from ..judging.verdict import finite, measure
from ..language.sizes import Case
from ..language.statement import Claim, Statement
from ..language.term import Term
from .patient import Patient

SCALES = (2.0**10, 2.0**-20, 2.0**-40)
"""Far from zero and near it, where kinks and jumps may lie."""
MANY, SCALED = 64, 16
"""Draws of a case, and its draws at each of the scales."""
ENTRIES = 2_000_000
"""Entries of a value at all draws of a case: large cases get fewer."""
ASKED = 2
"""Draws of a case that balls are asked about where floats cannot tell."""
DOUBTED = 3
"""Draws of a case that look wrong, alone among others, and are put to the balls."""
BEYOND = (6, 7)
"""Sizes that are tried besides those that are drawn, where there is one name."""


@dataclass(frozen=True)
class Trial:
    """The draws of one case, and where the sides are seen to agree or to differ."""

    case: Case
    draws: Draws
    values: Mapping[str, Floats]
    """What is drawn, (draws, rows, columns)."""
    holds: Truths
    fails: Truths
    above: Truths
    """Where no entry of the left side is the smaller one, and some differ."""
    below: Truths


def trial(statement: Statement, term: Term, truth: Term, draws: Draws) -> Trial:
    """Compare a term with the left side in closed form."""
    found, symbols = values(numeric, statement.values, draws.raw, draws.case)
    at = Evaluation(found, symbols, Exact(draws.case.numbers), numeric)
    with np.errstate(all="ignore"):
        L, R = at.of(truth), at.of(term)
        shape = np.broadcast_shapes(L.shape, R.shape, (LANES, len(draws), 1, 1))
        L, R = np.broadcast_to(L, shape), np.broadcast_to(R, shape)
        usable, defined = finite(L), finite(R)
        seen = measure(R, L, PRECISIONS["float64"])
    plain = {name: X[0] for name, X in found.items() if X.ndim == 4}
    holds = usable & defined & seen.holds
    fails = usable & (seen.fails | ~defined)
    above, below = (
        fails & (side[0] >= other[0]).all(axis=(-2, -1))
        for side, other in ((L, R), (R, L))
    )
    return Trial(draws.case, draws, plain, holds, fails, above, below)


def drawn(
    patient: Patient, statement: Statement, cases: Sequence[Case], count: int = MANY
) -> Iterator[Draws]:
    """Yield draws of each case: `count` of them, or what is affordable."""
    seed, id = patient.experiment.settings.seed, statement.record.id
    for case in cases:
        entries = statement.demands.entries(case.sizes) * LANES
        affordable = min(count, max(8, ENTRIES // entries))
        for draws in Source(statement.values, [case], seed, id).draw(affordable):
            yield draws.moved()


def scaled(draws: Draws, scale: float) -> Draws:
    """Return the first draws at another scale; function symbols stay."""
    some = {k: X[:, :SCALED] for k, X in draws.raw.items()}
    raw = {k: X if "." in k else X * scale for k, X in some.items()}
    return replace(draws, numbers=draws.numbers[:SCALED], raw=raw)


def trials(patient: Patient) -> list[Trial]:
    """Return many draws of a claim that fails, or those of the run if it must be."""
    if patient.trials is None:
        patient.trials = _trials(patient)
    return patient.trials


def _trials(patient: Patient) -> list[Trial]:
    truth, term = patient.closed_form(patient.statement), patient.claim.term
    assert term is not None
    if truth is None:
        return _of_the_run(patient)
    found = []
    for draws in drawn(patient, patient.statement, _cases(patient)):
        for some in (draws, *(scaled(draws, scale) for scale in SCALES)):
            one = trial(patient.statement, term, truth, some)
            _settle(patient, one, ASKED if some is draws else 0)
            found.append(one)
    return [*found, *_of_regions(patient)]


def in_regions(experiment: Experiment, claim: Claim) -> Iterator[tuple[Spot, Finding]]:
    """Yield what balls say in regions of the values that no draw need be in."""
    spots = [Spot(b, draw) for b in experiment.blocks for draw in range(len(b.draws))]
    spots.sort(key=lambda spot: set(spot.block.case.sizes.values()) == {1})
    for spot in regions(experiment, claim, spots):
        yield spot, spot.ask(experiment, claim)


def _of_regions(patient: Patient) -> Iterator[Trial]:
    for spot, finding in in_regions(patient.experiment, patient.claim):
        draws = spot.block.draws.only(np.array([spot.draw]))
        raw = {name: X[:, [spot.draw]] for name, X in spot.raw.items()}
        draws = replace(draws, raw=raw)
        made, _ = values(numeric, patient.statement.values, raw, draws.case)
        plain = {name: X[0] for name, X in made.items() if X.ndim == 4}
        holds = np.array([finding is Finding.SAME])
        fails = np.array([finding is Finding.DIFFERENT])
        above, below = (fails & larger for larger in _larger_sides(spot))
        yield Trial(draws.case, draws, plain, holds, fails, above, below)


def _larger_sides(spot: Spot) -> tuple[bool, bool]:
    """Return whether no entry of the left side, or of the right, is the smaller one."""
    seen = spot.enclosure
    if seen is None or seen.left is None or seen.right is None:
        return False, False
    return bool((seen.left >= seen.right).all()), bool((seen.left <= seen.right).all())


def _cases(patient: Patient) -> list[Case]:
    """Return the cases of the run, and some that are larger."""
    cases, names = list(patient.experiment.cases), sorted(patient.statement.sizes)
    if len(names) == 1:
        more = [Case({names[0]: n}, cases[0].whole) for n in BEYOND]
        demands = patient.statement.demands
        cases += [c for c in more if demands.met(c.sizes) and demands.agree(c.numbers)]
    return cases


def doubtful(one: Trial) -> Places:
    """Return draws that look wrong and may be right: where most do not look wrong.

    What is zero up to rounding, as the determinant of a skew matrix, may do so.
    """
    few = one.fails.sum() * 4 <= len(one.fails)
    return np.flatnonzero(one.fails)[:DOUBTED] if few else np.zeros(0, int)


def _settle(patient: Patient, one: Trial, count: int) -> None:
    """Ask balls about a few draws where floats cannot tell, or may be wrong."""
    unsure = np.flatnonzero(~np.logical_or(one.holds, one.fails))[:count]
    for draw in (*unsure, *doubtful(one)):
        at = point(patient.statement, one.case, one.draws.raw, int(draw))
        finding = enclose(at, patient.claim).finding
        one.holds[draw] = finding is Finding.SAME
        one.fails[draw] = finding is Finding.DIFFERENT


def _of_the_run(patient: Patient) -> list[Trial]:
    """Return the draws of the run, where JAX knows the left side."""
    tally = tally_of(patient.experiment, patient.claim)
    found = []
    for block in patient.experiment.blocks:
        values, count = block.evaluation.values, len(block.draws)
        plain = {n: X[0, :count] for n, X in values.items() if X.ndim == 4}
        masks = [np.zeros(len(block.draws), bool) for _ in range(4)]
        for mask, spots in zip(masks[:2], (tally.holding, tally.failing), strict=True):
            mask[[spot.draw for spot in spots if spot.block is block]] = True
        found.append(Trial(block.case, block.draws, plain, *masks))
    return found
