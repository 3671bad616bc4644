"""The function of a statement, as programs make it up, and its derivative at points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from ..language.arrays import Array
from ..language.declaration import FunctionType
from ..language.spectra import operands
from ..language.statement import Statement
from ..language.term import SCALAR, Term, shared
from . import traced
from .evaluate import Evaluation
from .plan import NUMPY, Plan, Recipe, plan_of
from .programs import Program, Sizes
from .rows import program_of
from .symbols import parts

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


class Function:
    """The function of a statement: its recipe, and what that is made of here."""

    def __init__(self, statement: Statement):
        self.statement, self.body = statement, shared(statement.body)
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
        # Of a function that is no scalar, weighted sums of the entries have Hessians.
        hessians = any(claim.field == "hessian" for claim in statement.claims)
        second = hessians and self.body.shape == SCALAR
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
        given = [self._place(arg, places) for arg in operands(term)]
        declared = _symbol(self.statement, term)
        if declared is not None:
            given += [places[term.name, key] for key in _keys(declared)]
        step = program, tuple(given)
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
        dtype = traced.real_type()

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


def _symbol(statement: Statement, term: Term) -> FunctionType | None:
    """Return the type of the function symbol that a term applies, if it does."""
    declared = statement.types.get(term.name)
    if term.op in ("apply", "derived") and isinstance(declared, FunctionType):
        return declared
    return None


@cache
def _keys(declared: FunctionType) -> tuple[str, ...]:
    return tuple(parts(declared, lambda d: 1))


def _moving(root: Term, names: frozenset[str]) -> dict[Term, bool]:
    """Return for each term whether it depends on some of the names."""
    found: dict[Term, bool] = {}

    def moves(term: Term) -> bool:
        if term not in found:
            inner = [moves(arg) for arg in operands(term)]
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
            for arg in operands(term):
                visit(arg)
            declared = _symbol(statement, term)
            if declared is not None:
                found.update(dict.fromkeys((term.name, k) for k in _keys(declared)))

    visit(root)
    return found
