"""One record under test: its cases, its draws, and what JAX finds at them.

At every draw the derivative is known along one direction and one codirection that are
drawn for it. At the first draw of each case, and wherever it is asked for, it is known
whole, by both modes, at the draw and at the moved copies that tell its noise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..language.sizes import Case, cases
from ..language.statement import Statement
from ..language.structure import unvec, vec
from .derivative import Along, Differentiation, Directions, Whole
from .draws import PRECISIONS, Draws, Source
from .evaluate import Evaluation, Exact
from .plan import Function
from .points import Points, points
from .settings import Settings
from .subject import tied

Array = Any
NOISY = 24
"""Draws of each case whose noise is measured at once; of others, where it matters."""
AFFORDABLE = 40_000_000
"""Numbers that a value may have over all draws."""


@dataclass
class Block:
    """The draws of one case, their values, and what JAX found at them."""

    draws: Draws
    points: Points
    along: Along | None = None
    """What is known along directions; None where nothing is differentiated."""
    wholes: dict[int, Whole] = field(default_factory=dict)
    """By draw what is known of it whole."""
    excluded: dict[str, Array] = field(default_factory=dict)
    """Reasons to leave draws out, each with the draws that it concerns."""

    @property
    def case(self) -> Case:
        """The sizes of these draws."""
        return self.draws.case

    @property
    def evaluation(self) -> Evaluation:
        """The values at the points: the first of them are the draws."""
        return self.points.evaluation

    @property
    def usable(self) -> Array:
        """Return which draws count."""
        left = np.ones(len(self.draws), bool)
        for mask in self.excluded.values():
            left &= ~mask
        return left

    def exclude(self, reason: str, mask: Array) -> None:
        """Leave out draws that no other reason has left out."""
        fresh = mask & self.usable
        if fresh.any():
            self.excluded[reason] = self.excluded.get(reason, fresh) | fresh

    def of(self, term: Any) -> Array:
        """Return the value of a term at every draw, (draws, rows, columns)."""
        return self.points.of(term)[: len(self.draws)]


class Experiment:
    """A statement with its draws; `blocks` has one entry for each case."""

    def __init__(self, statement: Statement, settings: Settings):
        self.statement, self.settings = statement, settings
        self.precision = PRECISIONS[settings.dtype]
        record = statement.record
        self.cases = cases(
            sorted(statement.sizes),
            statement.demands,
            statement.whole,
            settings.seed,
            record.id,
        )
        self.source = Source(
            statement.values, self.cases, settings.seed, record.id, self.precision
        )
        self.blocks = [
            Block(draws, self._points(draws))
            for draws in self.source.draw(self._affordable(settings.draws))
        ]

    def _affordable(self, draws: int) -> int:
        """Large values get fewer draws, so that a record stays within memory."""
        most = max(self.statement.demands.entries(case.sizes) for case in self.cases)
        return max(8, min(draws, AFFORDABLE // most))

    def _points(self, draws: Draws) -> Points:
        return points(self.statement.values, draws, NOISY, self.settings.dtype)

    @property
    def differentiates(self) -> bool:
        """Whether there is anything for JAX to differentiate."""
        return self.statement.record.subject == "function"

    def differentiate(self) -> None:
        """Let JAX differentiate: along directions, and whole at the first draws."""
        for block in self.blocks if self.differentiates else ():
            job = self._job(block.case, block.points)
            directions = self._directions(block.draws, block.points)
            lanes = block.points.lanes[:, :1]
            block.along, block.wholes[0] = job.both(directions, lanes)

    def noted(self, block: Block, rows: Array) -> tuple[Points, Along | None]:
        """Return some draws with their moved copies, and what is found along these."""
        draws = block.draws.only(rows)
        found = self._points(draws)
        if not self.differentiates:
            return found, None
        job = self._job(block.case, found)
        return found, job.along(self._directions(draws, found))

    def whole(self, block: Block, draw: int) -> Whole:
        """Return one draw with all entries of its derivative, (LANES, 1, ...)."""
        if draw not in block.wholes:
            found = self._points(block.draws.only(np.array([draw])))
            if self.differentiates:
                block.wholes[draw] = self._job(block.case, found).whole(found.lanes)
            else:
                block.wholes[draw] = Whole(found, found.lanes)
        return block.wholes[draw]

    def _job(self, case: Case, at: Points) -> Differentiation:
        frame, names = Exact(case.numbers), self.statement.wrt
        shapes = {n: frame.shape(self.statement.variable(n).shape) for n in names}
        y = frame.shape(self.statement.body.shape)
        return Differentiation(self._function, at, shapes, y)

    @cached_property
    def _function(self) -> Function:
        return Function(self.statement)

    def _directions(self, draws: Draws, at: Points) -> Directions:
        """Return directions for each point; a differential names its own."""
        frame, names = Exact(draws.case.numbers), self.statement.wrt
        shapes = {n: frame.shape(self.statement.variable(n).shape) for n in names}
        shapes[""] = frame.shape(self.statement.body.shape)
        origin = at.origin
        z = {n: Z[origin] for n, Z in self.source.directions(shapes, draws).items()}
        u = z.pop("")
        if self.statement.differentials:
            z = {name: at.evaluation.values[f"d{name}"][0] for name in names}
        v = {}
        for name, Z in z.items():
            S = self.ties(name, draws.case)
            v[name] = Z if S is None else unvec(np, S @ vec(np, Z), *shapes[name])
        return Directions(z, v, u)

    def ties(self, name: str, case: Case) -> Array | None:
        """Return how entries of a variable move along with those that are free."""
        if self.statement.record.entries != "independent":
            return None
        declared = self.statement.variable(name)
        return tied(declared.kind, case.size(declared.shape[0]))
