"""Derivatives by JAX along directions: a plan for each function, good at all sizes.

JAX differentiates the function as a composition of programs (`programs`), in forward
and in reverse mode. What it finds is a list of calls, the same at all sizes. A
direction v is a matrix for each variable, a codirection u one of the shape of y:

    y = f(x),   forward J v,   reverse u^T J,   and for Hessians H v in both orders
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache, partial
from typing import Any

import jax
import numpy as np
from jax.extend.core import JaxprEqn, Literal

from ..language.arrays import Array
from ..language.declaration import FunctionType
from ..language.statement import Statement
from ..language.term import Term
from . import traced
from .evaluate import Evaluation
from .executing import RULES
from .jaxprs import Flat, flattened, shape_at
from .programs import Program, Sizes, call_p, move_p, number
from .rows import program_of
from .symbols import parts

Run = Callable[..., list[Array]]
NUMPY, XLA = "numpy", "xla"
"""The executors: both run what JAX has derived."""
Leaf = Term | tuple[str, str]
"""What does not move: a term, or an array of a function symbol, by their names."""


@dataclass(frozen=True)
class Derivative:
    """What JAX says of a function at some points, each along its own directions.

    `reverse` has u^T J by variable, in the variable's shape; `hessian` has H v for a
    scalar function of one variable, by both orders of the modes.
    """

    value: Array
    forward: Array
    reverse: dict[str, Array]
    hessian: tuple[Array, Array] | None = None

    def only(self, points: slice) -> Derivative:
        """Return what was found at some of the points."""
        return Derivative(
            self.value[points],
            self.forward[points],
            {name: X[points] for name, X in self.reverse.items()},
            self.hessian and (self.hessian[0][points], self.hessian[1][points]),
        )

    @staticmethod
    def joined(pieces: Sequence[Derivative]) -> Derivative:
        """Put what was found in pieces one behind the other."""
        if len(pieces) == 1:
            return pieces[0]
        seconds = [piece.hessian for piece in pieces if piece.hessian]
        return Derivative(
            np.concatenate([piece.value for piece in pieces]),
            np.concatenate([piece.forward for piece in pieces]),
            {
                name: np.concatenate([piece.reverse[name] for piece in pieces])
                for name in pieces[0].reverse
            },
            (
                np.concatenate([first for first, _ in seconds]),
                np.concatenate([second for _, second in seconds]),
            )
            if seconds
            else None,
        )


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


class Function:
    """The function of a statement: its recipe, and what that is made of here."""

    def __init__(self, statement: Statement):
        self.statement, self.body = statement, statement.body
        self.wrt = statement.wrt
        self._moves = _moving(self.body, frozenset(self.wrt))
        self.leaves = list(_leaves(statement, self.body, self._moves))
        self.bounds: list[Any] = []
        """What the letters of each step's program stand for."""
        self._steps: list[tuple[Program, tuple[int, ...]]] = []
        places: dict[Any, int] = {leaf: i for i, leaf in enumerate(self.leaves)}
        for i, name in enumerate(self.wrt):
            places["variable", name] = len(self.leaves) + i
        result = self._place(self.body, places)
        second = any(claim.field == "hessian" for claim in statement.claims)
        self.recipe = Recipe(
            tuple(self._steps), result, len(self.leaves), len(self.wrt), second
        )

    @cached_property
    def plan(self) -> Plan:
        """How it is computed; functions alike up to names have the same one."""
        return plan_of(self.recipe)

    def _place(self, term: Term, places: dict[Any, int]) -> int:
        """Return which operand a term is, with the steps that lead to it."""
        if term in places:
            return places[term]
        if term.op == "variable" and term.name in self.wrt:
            return places["variable", term.name]
        program, bound = program_of(term, self.statement.types)
        operands = [self._place(arg, places) for arg in term.args]
        if term.op == "apply":
            declared = self.statement.types[term.name]
            assert isinstance(declared, FunctionType)
            operands += [places[term.name, key] for key in _keys(declared)]
        step = program, tuple(operands)
        if (step, bound) not in places:  # what is written twice is computed once
            places[step, bound] = len(self.leaves) + len(self.wrt) + len(self._steps)
            self._steps.append(step)
            self.bounds.append(bound)
        places[term] = places[step, bound]
        return places[term]

    def run(
        self,
        at: Evaluation,
        v: Mapping[str, Array],
        u: Array,
        points: Array,
        executor: str = NUMPY,
    ) -> Derivative:
        """Differentiate at some points of an evaluation, one direction at each.

        A point may come several times, each time along another direction.
        """
        execution = self.plan.at(self.sizes(at), executor)
        found = execution(*self.inputs(at, v, u, points))
        return self.derivative(at, found, len(points))

    def derivative(
        self, at: Evaluation, found: Sequence[Array], count: int
    ) -> Derivative:
        """Return what an executor has found, with an axis of points everywhere."""
        sides = [self.statement.variable(name).shape for name in self.wrt]
        shapes = [at.frame.shape(s) for s in (self.body.shape,) * 2 + tuple(sides)]
        shapes += shapes[2:3] * 2 * self.recipe.second
        y, along, *rest = (
            np.broadcast_to(X, (count, *shape))
            for X, shape in zip(found, shapes, strict=True)
        )
        second = (rest[-2], rest[-1]) if self.recipe.second else None
        return Derivative(y, along, dict(zip(self.wrt, rest, strict=False)), second)

    def sizes(self, at: Evaluation) -> tuple[Sizes, ...]:
        """Return what the letters of each step's program stand for at a case."""
        return tuple(bound.at(at.frame.numbers) for bound in self.bounds)

    def inputs(
        self, at: Evaluation, v: Mapping[str, Array], u: Array, points: Array
    ) -> list[Array]:
        """Return what an executor is given: leaves, variables, and directions."""
        dtype = traced.real()

        def chosen(X: Array) -> Array:
            return X[0, points] if X.ndim == 4 else X

        with np.errstate(all="ignore"):
            leaves = [
                at.of(leaf)
                if isinstance(leaf, Term)
                else at.symbols[leaf[0]].numbers[leaf[1]]
                for leaf in self.leaves
            ]
        xs = [at.values[name] for name in self.wrt]
        moves = [v[name].astype(dtype, copy=False) for name in self.wrt]
        return [
            *(chosen(X) for X in (*leaves, *xs)),
            *moves,
            u.astype(dtype, copy=False),
        ]


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
        self.flat = _merged(flattened(whole))
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
                Execution(self, sizes)
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


@cache
def _keys(declared: FunctionType) -> tuple[str, ...]:
    return tuple(parts(declared, lambda d: 1))


def _moving(root: Term, names: frozenset[str]) -> dict[Term, bool]:
    """Return for each term whether it depends on some of the names."""
    found: dict[Term, bool] = {}

    def moves(term: Term) -> bool:
        if term not in found:
            inner = [moves(arg) for arg in term.args]
            named = term.op == "variable" and term.name in names
            found[term] = named or any(inner)
        return found[term]

    moves(root)
    return found


def _leaves(
    statement: Statement, root: Term, moves: Mapping[Term, bool]
) -> dict[Leaf, None]:
    """Return what the moving terms are made of and does not move, in order."""
    found: dict[Leaf, None] = {}
    seen: set[Term] = set()

    def visit(term: Term) -> None:
        if not moves[term]:
            found[term] = None
        elif term not in seen:
            seen.add(term)
            for arg in term.args:
                visit(arg)
            if term.op == "apply":
                declared = statement.types[term.name]
                assert isinstance(declared, FunctionType)
                found.update(dict.fromkeys((term.name, k) for k in _keys(declared)))

    visit(root)
    return found


class Execution:
    """The calls of a plan at some sizes, by NumPy."""

    def __init__(self, plan: Plan, sizes: tuple[Sizes, ...]):
        self._sizes = sizes
        self._slots: dict[Any, int] = {}
        self._start: list[Any] = []
        self._steps: list[tuple[Any, tuple[int, ...], tuple[int, ...]]] = []
        self._kept: dict[Any, tuple[int, ...]] = {}
        self._plain_numbers: set[int] = set()
        self._inputs = tuple(self._slot(atom) for atom in plan.flat.inputs)
        lines = _linearised(plan.flat)
        for equation, reads, writes in plan.flat.equations:
            if equation.primitive in (call_p, move_p):
                self._call(equation, reads, writes, lines)
            else:
                self._plain(equation, reads, writes)
        self._outputs = tuple(self._slot(atom) for atom in plan.flat.outputs)

    def _slot(self, atom: Any) -> int:
        if isinstance(atom, Literal):
            self._start.append(np.asarray(atom.val))
            self._plain_numbers.add(len(self._start) - 1)
            return len(self._start) - 1
        if atom not in self._slots:
            self._slots[atom] = len(self._start)
            self._start.append(None)
        return self._slots[atom]

    def _fresh(self) -> int:
        self._start.append(None)
        return len(self._start) - 1

    def _plain(
        self, equation: JaxprEqn, reads: Sequence[Any], writes: Sequence[Any]
    ) -> None:
        """Execute what JAX itself puts between programs, such as a sum."""
        ranks = tuple(0 for _ in equation.invars)
        call = RULES[equation.primitive.name](dict(equation.params), ranks, [()])
        slots = tuple(self._slot(atom) for atom in reads)
        written = self._slot(writes[0])
        if self._plain_numbers.issuperset(slots):
            self._plain_numbers.add(written)
        self._steps.append((lambda *a: (call(*a),), slots, (written,)))

    def _call(
        self,
        equation: JaxprEqn,
        reads: Sequence[Any],
        writes: Sequence[Any],
        lines: Mapping[Any, tuple[int, ...]],
    ) -> None:
        step = equation.params["step"]
        sizes = self._sizes[step]
        program: Program = equation.params["program"].sized(sizes)
        inputs = [self._slot(atom) for atom in reads]
        outputs = tuple(self._slot(atom) for atom in writes)
        if equation.primitive is move_p:
            line = program.linear(equation.params["live"])
            piece, count = "tangent", len(program.avals)
            program = line.tangent
        elif program.origin is not None:
            line, piece = program.origin
            count = len(line.program.avals)
        else:
            whose = equation.params["program"]
            live = lines.get((whose, step, *map(_name, reads)))
            if live is None:
                self._steps.append((program.at(sizes), tuple(inputs), outputs))
            else:
                self._value(program.linear(live), step, reads, inputs, outputs)
            return
        self._solid(program, sizes, inputs)
        needs = self._value(line, step, reads[:count], inputs[:count])
        moves = inputs[count:]
        code = line.at(piece, sizes)
        self._steps.append((code, (*needs, *moves), outputs))

    def _value(
        self,
        line: Any,
        step: int,
        reads: Sequence[Any],
        inputs: Sequence[int],
        outputs: Sequence[int] = (),
    ) -> tuple[int, ...]:
        """Compute a program with what its derivatives need, once for each point."""
        key = (line, step, *map(_name, reads))
        if key not in self._kept:
            code = line.at("value", self._sizes[step])
            count = line.program.count
            first = tuple(outputs) or tuple(self._fresh() for _ in range(count))
            self._kept[key] = tuple(
                self._fresh() for _ in range(len(code.outputs) - count)
            )
            self._steps.append((code, tuple(inputs), (*first, *self._kept[key])))
        return self._kept[key]

    def _solid(self, program: Program, sizes: Any, inputs: list[int]) -> None:
        """Give numbers of JAX's own, such as a seed of 1, the shape of a matrix."""
        for i, slot in enumerate(inputs):
            if slot in self._plain_numbers:
                shape = shape_at(program.shapes[i].shape, dict(sizes))
                inputs[i] = self._fresh()
                fill = partial(_filled, shape)
                self._steps.append((fill, (slot,), (inputs[i],)))

    def __call__(self, *inputs: Array) -> list[Array]:
        slots = list(self._start)
        for slot, value in zip(self._inputs, inputs, strict=True):
            slots[slot] = value
        with np.errstate(all="ignore"):
            for call, reads, writes in self._steps:
                found = call(*[slots[i] for i in reads])
                for slot, value in zip(writes, found, strict=True):
                    slots[slot] = value
        return [slots[i] for i in self._outputs]


def _merged(flat: Flat) -> Flat:
    """Let programs at the same operands be called once: both modes begin alike."""
    same: dict[Any, Any] = {}
    known: dict[Any, tuple[Any, ...]] = {}
    equations = []
    for equation, reads, writes in flat.equations:
        reads = tuple(same.get(_name(atom), atom) for atom in reads)
        if equation.primitive in (call_p, move_p):
            what = tuple(equation.params.items())
            before = known.setdefault((what, *map(_name, reads)), writes)
            if before is not writes:
                same |= {id(new): old for new, old in zip(writes, before, strict=True)}
                continue
        equations.append((equation, reads, writes))
    outputs = tuple(same.get(_name(atom), atom) for atom in flat.outputs)
    return replace(flat, equations=tuple(equations), outputs=outputs)


def _name(atom: Any) -> Any:
    """Return what tells an atom from others; a number is its value."""
    return ("number", float(atom.val)) if isinstance(atom, Literal) else id(atom)


def _filled(shape: tuple[int, ...], X: Array) -> tuple[Array]:
    return (np.broadcast_to(X, shape),)


def _linearised(flat: Flat) -> dict[Any, tuple[int, ...]]:
    """Return for programs at their operands by what they are differentiated, if once.

    Then the value and the derivatives share their work.
    """
    found: dict[Any, tuple[int, ...]] = {}
    for equation, reads, _ in flat.equations:
        if equation.primitive is move_p:
            program = equation.params["program"]
            count, step = len(program.avals), equation.params["step"]
            key = (program, step, *map(_name, reads[:count]))
            found.setdefault(key, equation.params["live"])
    return found
