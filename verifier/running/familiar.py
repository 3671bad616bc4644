"""Functions that were seen lately, for statements that come one by one, without end.

A further claim about one needs no new draws, and nothing is differentiated again.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from ..engine import traced
from ..engine.experiment import Experiment
from ..engine.outcome import Outcome
from ..engine.settings import Settings
from ..language.statement import Statement
from .memory import content
from .recent import Recent
from .verification import DEEP, begin, outcomes

MOST = 24
"""Functions that are kept: their draws take a megabyte each, or a few."""
CLAIMS = 64
"""Claims after which the draws of a function are made anew: what was computed of each
is kept with them."""


class Familiar:
    """The experiments of the functions that were seen last."""

    def __init__(self, dtype: str):
        """Set this process up for numbers of one precision."""
        sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEP))
        traced.configure(dtype)
        self.found: Recent[tuple[Experiment, int]] = Recent(MOST)

    def outcomes(self, statement: Statement, settings: Settings) -> list[Outcome]:
        """Return an outcome for each claim of a statement."""
        with np.errstate(all="ignore"):  # what has no value is judged, and no news
            return outcomes(self._experiment(statement, settings))

    def _experiment(self, statement: Statement, settings: Settings) -> Experiment:
        name = _function_of(statement, settings)
        known = self.found.get(name)
        if known and known[1] < CLAIMS and known[0].turn_to(statement):
            experiment, count = known
        else:
            experiment, count = Experiment(statement.with_shared_terms(), settings), 0
            begin(experiment)
        if name:
            self.found.put(name, (experiment, count + len(statement.claims)))
        return experiment


def _function_of(statement: Statement, settings: Settings) -> str:
    """Name what is drawn and differentiated of a statement, whatever it claims of it.

    A Hessian needs other derivatives, a differential names its directions, and how the
    values of a limit are drawn hangs on what is claimed: those have no name.
    """
    record = statement.record
    special = {claim.field for claim in statement.claims} & {"hessian", "differential"}
    if record.subject != "function" or special:
        return ""
    bare = replace(
        record, claims=(), title="", notes="", why="", source="", tags=(), stated=None
    )
    return repr((content(bare), sorted(statement.types), settings))
