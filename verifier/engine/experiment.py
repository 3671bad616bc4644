"""One record under test: its cases, its draws, and both sides of its claims at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..language.layout import Layout
from ..language.sizes import Case, cases
from ..language.statement import Claim, Statement
from . import numeric
from .derivative import Derivative, Unit, cut, inputs, units
from .draws import LANES, PRECISIONS, Draws, Source, values
from .evaluate import Evaluation, Exact
from .settings import Settings
from .subject import left_side

Array = Any


@dataclass
class Block:
    """The draws of one case, their values, and what JAX found at them."""

    draws: Draws
    evaluation: Evaluation
    derivative: Derivative | None = None
    excluded: dict[str, Array] = field(default_factory=dict)
    """Reasons to leave draws out, each with the draws that it concerns."""

    @property
    def case(self) -> Case:
        """The sizes of these draws."""
        return self.draws.case

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
            Block(draws, self._evaluation(draws))
            for draws in self.source.draw(self._affordable(settings.draws))
        ]

    def _affordable(self, draws: int) -> int:
        """Large derivatives get fewer draws, so that a record stays within memory."""
        most = max(self.statement.demands.cost(case.sizes) for case in self.cases)
        return max(8, min(draws, 20_000_000 // (most * LANES)))

    def _evaluation(self, draws: Draws) -> Evaluation:
        found, symbols = values(numeric, self.statement.values, draws.raw, draws.case)
        return Evaluation(found, symbols, Exact(draws.case.numbers), numeric)

    def units(self) -> list[Unit]:
        """Return what JAX must compile for this record."""
        if self.statement.record.subject != "function":
            return []
        return units(self.statement, [block.case for block in self.blocks])

    def inputs(self, unit: Unit) -> dict[str, Array]:
        """Return the lanes of the blocks that a unit computes."""
        blocks = self._blocks(unit)
        return inputs(
            unit,
            [
                {k: _lanes(v, len(b.draws)) for k, v in b.evaluation.values.items()}
                for b in blocks
            ],
            [{k: _flat(v) for k, v in b.draws.raw.items()} for b in blocks],
            [b.case for b in blocks],
            self.settings.dtype,
        )

    def _blocks(self, unit: Unit) -> list[Block]:
        return [b for b in self.blocks if unit.padded or b.case == unit.cases[0]]

    def accept(self, unit: Unit, out: Mapping[str, Array]) -> None:
        """Take what JAX computed, and leave out the draws where it says nothing."""
        start = 0
        for block in self._blocks(unit):
            stop = start + LANES * len(block.draws)
            block.derivative = cut(unit, out, slice(start, stop), block.case)
            start = stop

    def left(self, block: Block, claim: Claim, mode: str = "forward") -> Array:
        """Return the left side of a claim, (lanes, draws, rows, columns)."""
        found = block.derivative
        if found is None:
            body = self.statement.bodies[claim.layout or Layout.NUMERATOR]
            return self.right(block, body)
        jacobians = found.forward if mode == "forward" else found.reverse
        hessian = None
        if found.hessian is not None:
            hessian = _split(found.hessian[0 if mode == "forward" else 1])
        return left_side(
            numeric,
            self.statement,
            claim,
            block.case,
            {name: _split(J) for name, J in jacobians.items()},
            hessian,
            block.evaluation.values,
        )

    def right(self, block: Block, term: Any) -> Array:
        """Return the value of a term, (lanes, draws, rows, columns)."""
        with np.errstate(all="ignore"):
            return self.spread(block, block.evaluation.of(term))

    def spread(self, block: Block, X: Array) -> Array:
        """Give a value that no draw changes the axes of the draws."""
        return np.broadcast_to(X, (LANES, len(block.draws), *X.shape[-2:]))


def _flat(X: Array) -> Array:
    return X.reshape(-1, *X.shape[2:])


def _split(X: Array) -> Array:
    return X.reshape(LANES, -1, *X.shape[1:])


def _lanes(X: Array, draws: int) -> Array:
    return _flat(np.broadcast_to(X, (LANES, draws, *X.shape[-2:])))


def compile_groups(
    experiments: Sequence[Experiment], largest: int = 12
) -> list[list[tuple[Experiment, Unit]]]:
    """Sort units into groups that are compiled together, large ones by themselves."""
    pairs = [(e, unit) for e in experiments for unit in e.units()]
    pairs.sort(key=lambda pair: -pair[1].lanes)
    groups: list[list[tuple[Experiment, Unit]]] = []
    for pair in pairs:
        group = groups[-1] if groups else []
        if group and len(group) < largest and group[0][1].lanes == pair[1].lanes:
            group.append(pair)
        else:
            groups.append([pair])
    return groups
