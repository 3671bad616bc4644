"""Functions with their derivatives by NumPy and by XLA: for several tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import numpy as np

from verifier.engine.derivative import Differentiation, Whole
from verifier.engine.evaluate import Evaluation
from verifier.engine.experiment import Block, Experiment
from verifier.engine.function import Function
from verifier.engine.plan import composed, mapped_axes
from verifier.engine.points import Points
from verifier.engine.settings import Settings
from verifier.language.statement import Statement

Array = Any
QUICK = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}
"""Options with which XLA compiles in a tenth of the time; JAX refuses unknown ones."""
LONG = frozenset({"sqrtm", "logm"})
"""Iterations, unrolled: XLA takes a minute for the second derivatives of one."""


def experiment(statement: Statement, draws: int) -> Experiment:
    """Return a statement with its draws, nothing differentiated."""
    return Experiment(statement, Settings(draws=draws))


def whole(function: Function, block: Block) -> Whole:
    """Return the value and the derivatives at all draws, all entries, by NumPy."""
    return differentiation(function, block.points).whole(np.arange(len(block.draws)))


def differentiation(function: Function, points: Points) -> Differentiation:
    """Return one function at one case."""
    frame, statement = points.evaluation.frame, function.statement
    shapes = {n: frame.shape(statement.variable(n).shape) for n in function.wrt}
    return Differentiation(function, points, shapes, frame.shape(function.body.shape))


@dataclass
class Job:
    """A function at some points, one direction at each, as an executor gets it."""

    function: Function
    at: Evaluation
    count: int

    @cached_property
    def inputs(self) -> list[Array]:
        """Leaves, variables, directions and codirections."""
        statement, frame = self.function.statement, self.at.frame
        random = np.random.default_rng(1)

        def drawn(shape: Any) -> Array:
            return random.integers(1, 8, (self.count, *frame.shape(shape))) / 4 - 1.125

        v = {n: drawn(statement.variable(n).shape) for n in self.function.wrt}
        u = drawn(self.function.body.shape)
        return self.function.inputs(self.at, v, u, np.arange(self.count))

    def listed(self, found: Sequence[Array]) -> list[Array]:
        """Return value, forward, reverse and second derivatives, one behind another."""
        one = self.function.derivative(self.at, found, self.count)
        return [one.value, one.forward, *one.reverse.values(), *(one.hessian or ())]

    def by_numpy(self) -> list[Array]:
        """Return what NumPy finds."""
        run = self.function.plan.at(self.function.sizes(self.at))
        return self.listed(run(*self.inputs))


def by_xla(jobs: Iterable[Job]) -> list[list[Array]]:
    """Return the same as XLA computes it; functions are compiled in groups."""
    jobs = list(jobs)
    found: list[list[Array]] = []
    for start in range(0, len(jobs), 24):
        some = jobs[start : start + 24]
        calls = [
            jax.vmap(
                composed(job.function.recipe, job.function.sizes(job.at)),
                in_axes=mapped_axes(job.inputs),
            )
            for job in some
        ]

        def together(*inputs: Any, calls: Any = calls) -> Any:
            return [f(*given) for f, given in zip(calls, inputs, strict=True)]

        inputs = [job.inputs for job in some]
        compiled = jax.jit(together).lower(*inputs).compile(compiler_options=QUICK)
        outs = compiled(*inputs)
        found += [
            job.listed([np.asarray(X) for X in out])
            for job, out in zip(some, outs, strict=True)
        ]
    return found


def moved(at: Evaluation, draw: int, name: str, ways: Array) -> Evaluation:
    """Return the values at copies of a draw, one variable moved in each."""
    values = {
        key: np.repeat(X[:1, [draw]], len(ways), axis=1) if X.ndim == 4 else X
        for key, X in at.values.items()
    }
    values[name] = values[name] + ways
    return Evaluation(values, {}, at.frame, at.xp)
