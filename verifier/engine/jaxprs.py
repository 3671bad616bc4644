"""NumPy executes what JAX has traced: a jaxpr over matrices becomes a list of calls.

A jaxpr is traced once, for one draw and for sizes that are letters. Here the letters
get numbers, and every equation the NumPy function that does the same for many draws at
once: all axes in front of those that the equation knows are draws. Nothing is compiled,
so a function costs no more than the calls that it consists of.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var

from ..language.arrays import Array
from .executing import RULES, Unexecutable, solves

Sizes = Mapping[str, int]
INLINED = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
}
"""Calls whose body is executed in their place, and where it is kept."""


Step = tuple[Callable[..., Any], tuple[int, ...], tuple[int, ...]]
"""One equation, with names resolved: which slots it reads and writes."""


@dataclass(frozen=True)
class Code:
    """A jaxpr at some sizes, ready to run."""

    slots: tuple[Any, ...]
    """What the slots hold at the start: constants, and None elsewhere."""
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    steps: tuple[Step, ...]

    def __call__(self, *args: Array) -> list[Array]:
        slots = list(self.slots)
        for slot, value in zip(self.inputs, args, strict=True):
            slots[slot] = value
        for call, reads, writes in self.steps:
            match reads:  # a list of one or two takes longer than most calls
                case (i,):
                    found = call(slots[i])
                case (i, j):
                    found = call(slots[i], slots[j])
                case _:
                    found = call(*[slots[i] for i in reads])
            if len(writes) == 1:
                slots[writes[0]] = found
            else:
                for slot, value in zip(writes, found, strict=True):
                    slots[slot] = value
        return [slots[i] for i in self.outputs]


@dataclass(frozen=True)
class Flat:
    """A jaxpr without nested calls: equations over whatever stands for variables."""

    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]
    equations: tuple[tuple[JaxprEqn, tuple[Any, ...], tuple[Any, ...]], ...]
    constants: Mapping[Any, Array]

    def cut(self, inputs: Sequence[Any], outputs: Sequence[Any]) -> Flat:
        """Return what leads from some inputs to some outputs."""
        return Flat(
            tuple(inputs),
            tuple(outputs),
            tuple(_needed(self.equations, outputs, inputs)),
            self.constants,
        )


def flattened(closed: ClosedJaxpr) -> Flat:
    """Return the equations that the outputs depend on, inner calls written out."""
    equations: list[tuple[JaxprEqn, tuple[Any, ...], tuple[Any, ...]]] = []
    constants: dict[Any, Array] = {}

    def walk(jaxpr: Jaxpr, names: dict[Var, Any]) -> list[Any]:
        def read(atom: Any) -> Any:
            return atom if isinstance(atom, Literal) else names[atom]

        for equation in jaxpr.eqns:
            reads = [read(atom) for atom in equation.invars]
            inner = _body(equation)
            if inner is not None:
                body, consts = inner
                given = reads[
                    len(reads) - len(body.invars) :
                ]  # not what `cond` chooses
                known: dict[Var, Any] = dict(zip(body.invars, given, strict=True))
                for var, value in zip(body.constvars, consts, strict=True):
                    known[var] = object()
                    constants[known[var]] = value
                found = walk(body, known)
                names |= dict(zip(equation.outvars, found, strict=True))
                continue
            writes = tuple(object() for _ in equation.outvars)
            names |= dict(zip(equation.outvars, writes, strict=True))
            equations.append((equation, tuple(reads), writes))
        return [read(atom) for atom in jaxpr.outvars]

    jaxpr = closed.jaxpr
    inputs = tuple(object() for _ in jaxpr.invars)
    names: dict[Var, Any] = dict(zip(jaxpr.invars, inputs, strict=True))
    for var, value in zip(jaxpr.constvars, closed.consts, strict=True):
        names[var] = object()
        constants[names[var]] = value
    outputs = tuple(walk(jaxpr, names))
    return Flat(inputs, outputs, tuple(_needed(equations, outputs)), constants)


def _body(equation: JaxprEqn) -> tuple[Jaxpr, Sequence[Any]] | None:
    """Return the jaxpr that is executed in the place of a call, and its constants."""
    name, params = equation.primitive.name, equation.params
    if name in INLINED:
        inner = params[INLINED[name]]
    elif name == "cond" and params.get("branches_platforms") is not None:
        inner = params["branches"][-1]  # the branch for no special platform
    else:
        return None
    if isinstance(inner, ClosedJaxpr):
        return inner.jaxpr, inner.consts
    return inner, ()


def _needed(
    equations: Sequence[Any], outputs: Sequence[Any], inputs: Sequence[Any] = ()
) -> list[Any]:
    """Leave out equations that no output depends on, or that inputs stand for."""
    wanted = {atom for atom in outputs if not isinstance(atom, Literal)}
    given = set(inputs)
    kept = []
    for equation, reads, writes in reversed(equations):
        if not (wanted - given).isdisjoint(writes):
            used = solves.reads(equation, reads)
            wanted |= {atom for atom in used if not isinstance(atom, Literal)}
            kept.append((equation, used, writes))
    return kept[::-1]


def dependent(flat: Flat, inputs: Sequence[Any]) -> set[Any]:
    """Return what depends on some of the inputs."""
    seen = set(inputs)
    for _, reads, writes in flat.equations:
        if any(not isinstance(a, Literal) and a in seen for a in reads):
            seen |= set(writes)
    return seen


def coded(flat: Flat, sizes: Sizes) -> Code:
    """Give the letters of a flat jaxpr numbers, and each equation its function."""
    numbers: dict[Any, int] = {}
    start: list[Any] = []

    def slot(atom: Any) -> int:
        if isinstance(atom, Literal):
            start.append(np.asarray(atom.val))
            return len(start) - 1
        if atom not in numbers:
            numbers[atom] = len(start)
            start.append(flat.constants.get(atom))
        return numbers[atom]

    inputs = tuple(slot(atom) for atom in flat.inputs)
    steps = []
    for equation, reads, writes in flat.equations:
        name = equation.primitive.name
        if name not in RULES:
            raise Unexecutable(f"NumPy has no rule for `{name}` of JAX")
        shapes = [shape_at(_shape(v), sizes) for v in equation.outvars]
        ranks = tuple(len(_shape(a)) for a in equation.invars)
        params = {k: value_at(v, sizes) for k, v in equation.params.items()}
        call = RULES[name](params, ranks, shapes)
        found = tuple(slot(atom) for atom in reads)
        steps.append((call, found, tuple(slot(atom) for atom in writes)))
    outputs = tuple(slot(atom) for atom in flat.outputs)
    return Code(tuple(start), inputs, outputs, tuple(steps))


def _shape(atom: Any) -> tuple[Any, ...]:
    return atom.aval.shape


# Sizes that are letters.


def shape_at(shape: Sequence[Any], sizes: Sizes) -> tuple[int, ...]:
    """Return a shape in numbers."""
    return tuple(size_at(d, sizes) for d in shape)


def value_at(value: Any, sizes: Sizes) -> Any:
    """Return a parameter of an equation with its sizes in numbers."""
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(value_at(v, sizes) for v in value)
    return size_at(value, sizes) if _symbolic(value) else value


def _symbolic(value: Any) -> bool:
    return type(value).__name__ == "_DimExpr"


def size_at(size: Any, sizes: Sizes) -> int:
    """Return a size in numbers.

    JAX prints a symbolic size as `export.symbolic_shape` reads it: `m*n`, `m + n`,
    `floordiv(n^2 + n, 2)`.
    """
    if not _symbolic(size):
        return int(size)
    text = str(size)
    if text in sizes:
        return sizes[text]
    return _counted(ast.parse(text.replace("^", "**"), mode="eval").body, sizes)


def _counted(node: ast.expr, sizes: Sizes) -> int:
    match node:
        case ast.Constant(int(value)):
            return value
        case ast.Name(name):
            return sizes[name]
        case ast.UnaryOp(ast.USub(), inner):
            return -_counted(inner, sizes)
        case ast.BinOp(left, ast.Add(), right):
            return _counted(left, sizes) + _counted(right, sizes)
        case ast.BinOp(left, ast.Sub(), right):
            return _counted(left, sizes) - _counted(right, sizes)
        case ast.BinOp(left, ast.Mult(), right):
            return _counted(left, sizes) * _counted(right, sizes)
        case ast.BinOp(left, ast.Pow(), right):
            return _counted(left, sizes) ** _counted(right, sizes)
        case ast.Call(ast.Name(name), [left, right]) if name in _TWO:
            return _TWO[name](_counted(left, sizes), _counted(right, sizes))
    raise Unexecutable(f"no size: `{ast.unparse(node)}`")


_TWO: dict[str, Callable[[int, int], int]] = {
    "floordiv": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "max": max,
    "min": min,
}
