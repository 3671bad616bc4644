"""Draws in every region that kinks, jumps, poles and steep places cut out of values.

Between its kinks a function is analytic: where two of them agree at a random point, to
all bits, they agree up to the next kink, or to a pole inside of one. An exponential is
analytic throughout, and yet `exp(-1e5 * (x - 30)**2)` shows in no number of bits but
where its argument is largest.
All such places are looked for on lines through four draws, one of which has entries of
one sign: an idempotent matrix that is drawn as the identity is one wherever it moves.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..engine.draws import POSITIVE, round_of
from ..engine.experiment import Experiment
from ..language.layout import Layout
from ..language.primitives import PRIMITIVES
from ..language.statement import Claim
from ..language.term import stands_still, terms
from .lines import Lines
from .tally import Spot
from .watching import watched

LINES = 4
"""Draws through which there are lines: an idempotent matrix may be zero at some."""


def regions(
    experiment: Experiment, claim: Claim, spots: Sequence[Spot], lines: int = LINES
) -> list[Spot]:
    """Return a draw from every region that lines through so many draws go across."""
    statement = experiment.statement
    body = statement.bodies[claim.layout or Layout.NUMERATOR]
    known = list(terms(body, claim.term))
    still = [term for term in known if stands_still(term, statement.moving)]
    watches = watched(known, statement)
    bent = any((row := PRIMITIVES.get(t.op)) and row.kink for t in still)
    if not watches and not bent:
        return []
    return [
        there
        for spot in _across(experiment, spots)[:lines]
        for there in Lines(experiment, spot, still, watches).spots(bent)
    ]


def _across(experiment: Experiment, spots: Sequence[Spot]) -> list[Spot]:
    """Return draws to lay lines through: one of any signs, one all positive, others."""
    cases = len(experiment.cases)
    spots = [spot for spot in spots if not spot.zero] or list(spots)
    alike = [s for s in spots if round_of(s.number, cases) == POSITIVE][:1]
    apart = [s for s in spots if alike and s.block is not alike[0].block]
    others = [s for s in apart or spots if s not in alike]
    return [*others[:1], *alike, *others[1:]]
