"""What JAX derives of a recipe: a list of calls, the same at all sizes.

JAX differentiates the function as a composition of programs (`programs`), in forward
and in reverse mode, along a direction v of each variable and a codirection u:

    y = f(x),   forward J v,   reverse u^T J,   and for Hessians H v in both orders
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import jax
import numpy as np

from ..language.arrays import Array
from .execution import Execution, merged
from .jaxprs import flattened
from .programs import Program, Sizes, call_p, number

Run = Callable[..., list[Array]]
NUMPY, XLA = "numpy", "xla"
"""The executors: both run what JAX has derived."""


@dataclass(frozen=True)
class Recipe:
    """How programs make up a function: the same for functions alike up to names.

    Operands are numbers: first the leaves, then the variables, then results of steps.
    """

    steps: tuple[tuple[Program, tuple[int, ...]], ...]
    result: int
    leaves: int
    variables: int
    second: bool
    """Whether second derivatives are asked for."""


@lru_cache(2048)
def plan_of(recipe: Recipe) -> Plan:
    """Return the plan of a recipe: functions alike up to names share it."""
    return Plan(recipe)


class Plan:
    """How a function and its derivative are computed, as JAX has derived it."""

    def __init__(self, recipe: Recipe):
        self.recipe = recipe
        xs = [number() for _ in range(recipe.variables)]
        leaves = [number() for _ in range(recipe.leaves)]
        whole = jax.make_jaxpr(self._differentiated)(leaves, xs, xs, number())
        self.flat = merged(flattened(whole))
        self._runs: dict[tuple[str, tuple[Sizes, ...]], Run] = {}

    def _differentiated(
        self, leaves: Sequence[Any], xs: Sequence[Any], vs: Sequence[Any], u: Any
    ) -> list[Any]:
        def called(step: int, program: Program, given: Sequence[Any]) -> list[Any]:
            return call_p.bind(*given, program=program, step=step)

        return differentiated(self.recipe, called, leaves, xs, vs, u)

    def at(self, sizes: tuple[Sizes, ...], executor: str = NUMPY) -> Run:
        """Return what is executed at some sizes, one choice for each step."""
        key = executor, sizes
        if key not in self._runs:
            self._runs[key] = (
                Execution(self.flat, sizes)
                if executor == NUMPY
                else compiled(self.recipe, sizes)
            )
        return self._runs[key]


def differentiated(
    recipe: Recipe,
    called: Callable[[int, Program, Sequence[Any]], Sequence[Any]],
    leaves: Sequence[Any],
    xs: Sequence[Any],
    vs: Sequence[Any],
    u: Any,
) -> list[Any]:
    """Let JAX differentiate a recipe along directions, in both modes."""

    def f(*xs: Any) -> Any:
        values = [*leaves, *xs]
        for i, (program, operands) in enumerate(recipe.steps):
            values += called(i, program, [values[place] for place in operands])
        return values[recipe.result]

    def along(*vs: Any) -> Any:
        return jax.jvp(f, tuple(xs), vs)[1]

    y, moved = jax.jvp(f, tuple(xs), tuple(vs))
    # `jax.vjp` does the same, and takes half as long again to trace.
    found = [y, moved, *jax.linear_transpose(along, *xs)(u)]
    if recipe.second:
        (x, *_), (v, *_) = xs, vs

        def number(x: Any) -> Any:
            return f(x).reshape(())

        found.append(jax.jvp(jax.grad(number), (x,), (v,))[1])
        found.append(jax.grad(lambda x: jax.jvp(number, (x,), (v,))[1])(x))
    return found


def composed(recipe: Recipe, sizes: tuple[Sizes, ...]) -> Callable[..., list[Any]]:
    """Return a whole function with its derivative at some sizes, to be traced by JAX.

    It is a function of one draw.
    """

    def called(step: int, program: Program, given: Sequence[Any]) -> Sequence[Any]:
        assert program.made is not None
        return program.made(sizes[step]).call(*given)

    def whole(*inputs: Any) -> list[Any]:
        n, k = recipe.leaves, recipe.variables
        leaves, xs, vs, u = (
            inputs[:n],
            inputs[n : n + k],
            inputs[n + k : -1],
            inputs[-1],
        )
        return differentiated(recipe, called, leaves, xs, vs, u)

    return whole


def mapped_axes(inputs: Sequence[Array]) -> tuple[int | None, ...]:
    """Return the axis of draws of each input, if it has one."""
    return tuple(0 if np.ndim(X) == 3 else None for X in inputs)


def compiled(recipe: Recipe, sizes: tuple[Sizes, ...]) -> Run:
    """Return a whole function with its derivative as XLA compiles it, at some sizes."""
    whole = composed(recipe, sizes)

    @cache
    def mapped(axes: tuple[int | None, ...]) -> Run:
        return jax.jit(jax.vmap(whole, in_axes=axes))

    def run(*inputs: Array) -> list[Array]:
        found = mapped(mapped_axes(inputs))(*inputs)
        return [np.asarray(X) for X in jax.block_until_ready(found)]

    return run
