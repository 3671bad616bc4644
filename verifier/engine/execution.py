"""The calls of a plan at some sizes, as NumPy makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from jax.extend.core import JaxprEqn, Literal

from ..language.arrays import Array
from .executing import RULES
from .jaxprs import Flat, shape_at
from .programs import Program, Sizes, call_p, move_p


class Execution:
    """The calls of a plan at some sizes, by NumPy."""

    def __init__(self, flat: Flat, sizes: tuple[Sizes, ...]):
        self._sizes = sizes
        self._slots: dict[Any, int] = {}
        self._start: list[Any] = []
        self._steps: list[tuple[Any, tuple[int, ...], tuple[int, ...]]] = []
        self._kept: dict[Any, tuple[int, ...]] = {}
        self._plain_numbers: set[int] = set()
        self._inputs = tuple(self._slot(atom) for atom in flat.inputs)
        lines = _linearised(flat)
        for equation, reads, writes in flat.equations:
            if equation.primitive in (call_p, move_p):
                self._call(equation, reads, writes, lines)
            else:
                self._plain(equation, reads, writes)
        self._outputs = tuple(self._slot(atom) for atom in flat.outputs)

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


def merged(flat: Flat) -> Flat:
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
