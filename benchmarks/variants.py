"""Ways to let JAX differentiate many functions, compared on some of the catalogue.

Each way gives y, J v and u^T J at 64 draws of up to 12 sizes of each function:

    letters    rows traced at letters and composed as opaque programs; NumPy executes
    whole      each function traced as a whole at each size; NumPy executes
    rows       rows compiled by XLA at each size, composed and differentiated eagerly
    compiled   each function compiled by XLA as a whole at each size

CPU time a function, in this one process and with no cache on disk: the first pass
prepares all that is kept in memory, the second one shows what is left to be done.
"""

from __future__ import annotations

import os

os.environ |= {"NPROC": "1", "OPENBLAS_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}
os.environ |= {"JAX_ENABLE_X64": "1", "JAX_ENABLE_COMPILATION_CACHE": "0"}

import argparse
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import jax
import numpy as np
from measuring import table

from verifier.engine import plan, traced
from verifier.engine.evaluate import Exact
from verifier.engine.experiment import Experiment
from verifier.engine.function import Function
from verifier.engine.jaxprs import coded, flattened
from verifier.engine.plan import NUMPY, Recipe, differentiated
from verifier.engine.settings import Settings
from verifier.language.checker import check
from verifier.running.catalogue import select

Array = Any
Run = Callable[..., Any]
DRAWS = 64


def whole(recipe: Recipe, sizes: Any, shapes: Sequence[Any]) -> Run:
    """Trace a function at some sizes, every row written out, for NumPy."""

    def called(step: int, program: Any, given: Sequence[Any]) -> Sequence[Any]:
        return program.made(sizes[step]).call(*given)

    n, k = recipe.leaves, recipe.variables

    def f(*inputs: Any) -> Any:
        xs, (*vs, u) = inputs[n : n + k], inputs[n + k :]
        return differentiated(recipe, called, inputs[:n], xs, vs, u)

    avals = [jax.ShapeDtypeStruct(shape, traced.real_type()) for shape in shapes]
    return coded(flattened(jax.make_jaxpr(f)(*avals)), {})


@cache
def row(program: Any, sizes: Any) -> Run:
    """Compile one row for many draws."""
    call = program.made(sizes).call
    return jax.jit(lambda *args: _mapped(call, args))


def _mapped(call: Run, args: Sequence[Any]) -> Any:
    axes = tuple(0 if x.ndim == 3 else None for x in args)
    return jax.vmap(lambda *one: call(*one), in_axes=axes)(*args)


def eagerly(recipe: Recipe, sizes: Any) -> Run:
    """Compose compiled rows, and let JAX differentiate them draw for draw at once."""

    def called(step: int, program: Any, given: Sequence[Any]) -> Sequence[Any]:
        return row(program, sizes[step])(*given)

    n, k = recipe.leaves, recipe.variables

    def f(*inputs: Any) -> Any:
        given = [jax.numpy.asarray(X) for X in inputs]
        xs, (*vs, u) = given[n : n + k], given[n + k :]
        return differentiated(recipe, called, given[:n], xs, vs, u)

    return f


class Question:
    """One function with the inputs of its plan at each of its cases."""

    def __init__(self, experiment: Experiment):
        self.function = Function(experiment.statement)
        self.recipe = replace(self.function.recipe, second=False)
        self.inputs: list[tuple[Mapping[str, int], list[Array]]] = []
        for block in experiment.blocks:
            at, count = block.evaluation, len(block.draws)
            leaves = [
                at.of(leaf)
                if not isinstance(leaf, tuple)
                else at.symbols[leaf[0]].numbers[leaf[1]]
                for leaf in self.function.leaves
            ]
            frame = Exact(block.case.numbers)
            xs = [at.values[name] for name in self.function.wrt]
            chosen = [X[0, :count] if X.ndim == 4 else X for X in (*leaves, *xs)]
            chosen += [np.ones_like(X) for X in chosen[len(leaves) :]]
            y = frame.shape(experiment.statement.body.shape)
            chosen.append(np.ones((count, *y)))
            self.inputs.append((block.case.numbers, chosen))

    def sizes(self, numbers: Mapping[str, int]) -> Any:
        """Return what the letters of each step stand for."""
        return tuple(bound.at(numbers) for bound in self.function.bounds)


def by(way: str, question: Question, kept: dict[Any, Run]) -> None:
    """Differentiate one function at all of its cases."""
    recipe = question.recipe
    for numbers, inputs in question.inputs:
        sizes = question.sizes(numbers)
        key = way, recipe, sizes
        if way == "letters":
            kept[key] = plan.plan_of(recipe).at(sizes, NUMPY)
        elif key not in kept:
            shapes = [X.shape[-2:] for X in inputs]
            kept[key] = {
                "whole": lambda s=sizes, z=shapes: whole(recipe, s, z),
                "rows": lambda s=sizes: eagerly(recipe, s),
                "compiled": lambda s=sizes: plan.compiled(recipe, s),
            }[way]()
        with np.errstate(all="ignore"):
            jax.block_until_ready(kept[key](*inputs))


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--functions", type=int, default=200)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    sys.setrecursionlimit(10_000)
    traced.configure("float64")
    records = [r for r in select([]).records if r.subject == "function"]
    random.Random(0).shuffle(records)
    questions = []
    for record in records[: options.functions]:
        statement, _ = check(record)
        assert statement is not None
        first = statement.asked(("numerator",)) or statement
        questions.append(Question(Experiment(first, Settings(draws=DRAWS))))
    rows = []
    for way in options.only or ("letters", "whole", "rows", "compiled"):
        kept: dict[Any, Run] = {}
        times = []
        for _ in range(2):
            began = time.process_time()
            for question in questions:
                by(way, question, kept)
            times.append((time.process_time() - began) / len(questions) * 1e3)
        rows.append([way, *(f"{ms:.1f}" for ms in times)])
    print(table(["way", "first pass, ms", "second pass, ms"], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
