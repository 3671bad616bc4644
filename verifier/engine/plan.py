"""Derivatives by JAX along directions: a plan for each function, good at all sizes.

JAX differentiates the function as a composition of programs (`programs`), in forward
and in reverse mode. What it finds is a list of calls, the same at all sizes. A direction
v is a matrix for each variable, a codirection u one of the shape of the result:

    y = f(x),   forward J v,   reverse u^T J,   and for Hessians H v in both orders
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import jax
import numpy as np
from jax.extend.core import JaxprEqn, Literal

from ..language.declaration import FunctionType
from ..language.statement import Statement
from ..language.term import Term, terms
from . import traced
from .evaluate import Evaluation
from .executing import RULES
from .jaxprs import Flat, flattened, shape_at
from .programs import Program, call_p, move_p, number
from .rows import fixed, program_of
from .symbols import parts

Array = Any
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


class Plan:
    """How a function and its derivative are computed, as JAX has derived it."""

    def __init__(self, statement: Statement, numbers: Mapping[str, int]):
        """Take the sizes as well: where rows need them, the plan is theirs alone."""
        self.statement, self._numbers = statement, numbers
        self.second = any(claim.field == "hessian" for claim in statement.claims)
        self._moves = _moving(statement.body, frozenset(statement.wrt))
        self.leaves = list(_leaves(statement, statement.body, self._moves))
        self._dtype = traced.real()
        xs = [number() for _ in statement.wrt]
        leaves = [number() for _ in self.leaves]
        whole = jax.make_jaxpr(self._differentiated)(leaves, xs, xs, number())
        self.flat = _merged(flattened(whole))
        self._executions: dict[tuple[tuple[str, int], ...], Execution] = {}

    def _differentiated(
        self, leaves: Sequence[Any], xs: Sequence[Any], vs: Sequence[Any], u: Any
    ) -> list[Any]:
        given = dict(zip(self.leaves, leaves, strict=True))

        def f(*xs: Any) -> Any:
            at = dict(zip(self.statement.wrt, xs, strict=True))
            return self._composed(self.statement.body, at, dict(given))

        y, push = jax.linearize(f, *xs)
        found = [y, push(*vs), *jax.linear_transpose(push, *xs)(u)]
        if self.second:
            (x, *_), (v, *_) = xs, vs
            found.append(jax.jvp(jax.grad(f), (x,), (v,))[1])
            found.append(jax.grad(lambda x: jax.jvp(f, (x,), (v,))[1])(x))
        return found

    def _composed(
        self, term: Term, xs: Mapping[str, Any], known: dict[Leaf, Any]
    ) -> Any:
        """Compose the programs of a term's operations."""
        if term.op == "variable" and term.name in xs:
            return xs[term.name]
        if term not in known:
            program, bound = program_of(term, self.statement.types, self._numbers)
            operands = [self._composed(arg, xs, known) for arg in term.args]
            if term.op == "apply":
                declared = self.statement.types[term.name]
                assert isinstance(declared, FunctionType)
                operands += [known[term.name, key] for key in _keys(declared)]
            known[term] = call_p.bind(*operands, program=program, bound=bound)[0]
        return known[term]

    def at(self, numbers: Mapping[str, int]) -> Execution:
        """Return what is executed at some sizes."""
        key = tuple(sorted(numbers.items()))
        if key not in self._executions:
            self._executions[key] = Execution(self, numbers)
        return self._executions[key]

    def run(
        self, at: Evaluation, v: Mapping[str, Array], u: Array, points: Array
    ) -> Derivative:
        """Differentiate at some points of an evaluation, one direction at each.

        A point may come several times, each time along another direction.
        """
        dtype, count = self._dtype, len(points)

        def chosen(X: Array) -> Array:
            return X[0, points] if X.ndim == 4 else X

        wrt = self.statement.wrt
        with np.errstate(all="ignore"):
            leaves = [
                at.of(leaf)
                if isinstance(leaf, Term)
                else at.symbols[leaf[0]].numbers[leaf[1]]
                for leaf in self.leaves
            ]
        moves = [v[name].astype(dtype, copy=False) for name in wrt]
        inputs = [chosen(X) for X in (*leaves, *(at.values[name] for name in wrt))]
        found = self.at(at.frame.numbers)(
            *inputs, *moves, u.astype(dtype, copy=False)
        )
        y, along, *rest = (np.broadcast_to(X, (count, *X.shape[-2:])) for X in found)
        second = (rest[-2], rest[-1]) if self.second else None
        return Derivative(y, along, dict(zip(wrt, rest, strict=False)), second)


def at_any_size(body: Term) -> bool:
    """Whether one plan serves for all sizes."""
    return not any(fixed(term) for term in terms(body))


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

    def __init__(self, plan: Plan, numbers: Mapping[str, int]):
        statement, self.numbers = plan.statement, numbers
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
        y = statement.body.shape
        shapes = [y, y, *(statement.variable(name).shape for name in statement.wrt)]
        if plan.second:
            shapes += [shapes[2]] * 2
        self._shapes = [
            (int(rows.at(numbers)), int(columns.at(numbers))) for rows, columns in shapes
        ]

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
        program: Program = equation.params["program"]
        sizes = equation.params["bound"].at(self.numbers)
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
            live = lines.get((program, *map(_name, reads)))
            if live is None:
                self._steps.append((program.at(sizes), tuple(inputs), outputs))
            else:
                self._value(program.linear(live), sizes, reads, inputs, outputs)
            return
        self._solid(program, sizes, inputs)
        needs = self._value(line, sizes, reads[:count], inputs[:count])
        moves = inputs[count:]
        code = line.at(piece, sizes)
        self._steps.append((code, (*needs, *moves), outputs))

    def _value(
        self,
        line: Any,
        sizes: Any,
        reads: Sequence[Any],
        inputs: Sequence[int],
        outputs: Sequence[int] = (),
    ) -> tuple[int, ...]:
        """Compute a program with what its derivatives need, once for each point."""
        key = (line, *map(_name, reads))
        if key not in self._kept:
            code = line.at("value", sizes)
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
                shape = shape_at(program.avals[i].shape, dict(sizes))
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
        return [
            X if np.ndim(X) >= 2 else np.broadcast_to(X, shape)
            for X, shape in zip(
                (slots[i] for i in self._outputs), self._shapes, strict=True
            )
        ]


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
            key = (program, *map(_name, reads[: len(program.avals)]))
            found.setdefault(key, equation.params["live"])
    return found
