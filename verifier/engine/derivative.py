"""Derivatives by JAX: many functions in one program, sizes as data, both modes.

Compiling decides the cost, so functions are compiled in groups, each padded to one
bound for all sizes and mapped over all draws; see DESIGN.md for the measurements. A
function that cannot be padded is compiled once for each case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import jax
import numpy as np

from ..language.declaration import FunctionType
from ..language.sizes import Case
from ..language.statement import Statement
from ..language.term import terms
from . import traced
from .draws import flatten
from .evaluate import Exact, Padded, evaluate, paddable
from .symbols import Symbol, parts

Array = Any
LANES = 320
"""Draws in one call of a program; the last call is filled up by repeating one."""
BUDGET = 4_000_000
"""Numbers that one call of a function may hold at a time."""
EXPM_STAGES = 30
"""Intermediate matrices of a matrix exponential, by its squarings."""
FAST_TO_COMPILE = {
    "xla_backend_optimization_level": 0,
    "xla_cpu_use_fusion_emitters": False,  # the emitters take 10 ms for each fusion
    "xla_cpu_parallel_codegen_split_count": 1,  # there is one thread only
}


@dataclass
class Derivative:
    """What JAX says about one function in one case, for some lanes.

    `forward` and `reverse` map a variable to (lanes, |y|, |x|), columns stacked;
    `hessian` has both orders of the modes for the first variable.
    """

    value: Array
    forward: dict[str, Array] = field(default_factory=dict)
    reverse: dict[str, Array] = field(default_factory=dict)
    hessian: tuple[Array, Array] | None = None


@dataclass(frozen=True)
class Unit:
    """One function to compile: a statement at all of its cases, or at just one."""

    statement: Statement
    cases: tuple[Case, ...]
    padded: bool
    second: bool
    """Whether second derivatives are claimed."""

    @cached_property
    def bounds(self) -> dict[Any, int]:
        """The largest value of each dimension over the cases."""
        dims = {d for t in self.statement.types.values() for d in _dims(t)}
        for term in terms(self.statement.body):
            dims |= {*term.shape, *(d for d in term.dims)}
        return {
            d: max(int(d.number(case.numbers)) for case in self.cases) for d in dims
        }

    @cached_property
    def lanes(self) -> int:
        """How many draws one call may take without using too much memory."""
        return max(1, min(LANES, BUDGET // self.numbers))

    @cached_property
    def numbers(self) -> int:
        """How many numbers a draw needs at its widest, all tangents counted."""
        bounds, found = self.bounds, list(terms(self.statement.body))
        inner = max(_size(term.shape, bounds) for term in found)
        stages = EXPM_STAGES if any(term.op == "expm" for term in found) else 1
        x = max(
            _size(self.statement.variable(name).shape, bounds)
            for name in self.statement.wrt
        )
        return inner * stages * (x * x if self.second else x)


def _dims(declared: Any) -> set[Any]:
    if isinstance(declared, FunctionType):
        return {d for t in (*declared.arguments, declared.result) for d in t.shape}
    return set(declared.shape)


def _size(shape: Any, bounds: Mapping[Any, int]) -> int:
    return bounds[shape[0]] * bounds[shape[1]]


def units(statement: Statement, cases: Sequence[Case]) -> list[Unit]:
    """Return what must be compiled for a statement."""
    second = any(claim.field == "hessian" for claim in statement.claims)
    if paddable(statement.body):
        return [Unit(statement, tuple(cases), True, second)]
    return [Unit(statement, (case,), False, second) for case in cases]


class Program:
    """Some functions, compiled together."""

    def __init__(self, group: Sequence[Unit]):
        self.units = list(group)
        self.lanes = min(unit.lanes for unit in self.units)
        self._call = jax.jit(
            jax.vmap(
                lambda inputs: [
                    _derive(u, i) for u, i in zip(self.units, inputs, strict=True)
                ]
            ),
            compiler_options=_options(),
        )

    def run(self, inputs: Sequence[dict[str, Array]]) -> list[Any]:
        """Evaluate all functions at their lanes; arrays have the lanes in front."""
        total = max(_lanes(x) for x in inputs)
        pieces = []
        for start in range(0, total, self.lanes):
            window = np.arange(start, start + self.lanes)
            piece = [
                {k: X[np.minimum(window, len(X) - 1)] for k, X in x.items()}
                for x in inputs
            ]
            pieces.append(
                jax.tree.map(np.asarray, jax.block_until_ready(self._call(piece)))
            )
        joined = jax.tree.map(lambda *parts: np.concatenate(parts), *pieces)
        return [_first(out, _lanes(x)) for x, out in zip(inputs, joined, strict=True)]


def _first(out: Any, lanes: int) -> Any:
    return jax.tree.map(lambda X: X[:lanes], out)


@cache
def _options() -> dict[str, Any]:
    """Return XLA's options: compiling is most of the time, running takes milliseconds.

    They are not promised: those that this version of XLA does not know are left out.
    """
    if jax.default_backend() != "cpu":
        return {}
    return {
        name: value for name, value in FAST_TO_COMPILE.items() if _known(name, value)
    }


def _known(name: str, value: Any) -> bool:
    try:
        jax.jit(lambda: 0, compiler_options={name: value}).lower().compile()
    except Exception:
        return False
    return True


def _lanes(inputs: Mapping[str, Array]) -> int:
    return len(next(iter(inputs.values())))


def _derive(unit: Unit, inputs: Mapping[str, Array]) -> dict[str, Any]:
    """Trace value, Jacobians and Hessians of one function at one draw."""
    statement = unit.statement
    numbers = {k[1:]: v for k, v in inputs.items() if k.startswith("#")}
    frame = (
        Padded(traced, unit.bounds, numbers)
        if unit.padded
        else Exact(unit.cases[0].numbers)
    )
    symbols = {
        name: Symbol(
            declared,
            {
                k.partition(".")[2]: v
                for k, v in inputs.items()
                if k.startswith(f"{name}.")
            },
        )
        for name, declared in statement.types.items()
        if isinstance(declared, FunctionType)
    }

    def value(name: str, X: Array) -> Array:
        return evaluate(
            statement.body, {**inputs, name: X}, symbols, frame, traced
        ) + traced.zeros((1, 1))

    out: dict[str, Any] = {}
    for name in statement.wrt:
        at = inputs[name]

        def f(X: Array, name: str = name) -> Array:
            return value(name, X)

        out["value"], *modes = _both(f, at)
        out[f"forward {name}"], out[f"reverse {name}"] = modes
        if unit.second:

            def g(X: Array, f: Any = f) -> Array:
                return f(X)[0, 0]

            out["hessian 1"] = jax.jacfwd(jax.jacrev(g))(at)
            out["hessian 2"] = jax.jacrev(jax.jacfwd(g))(at)
    return out


def _both(f: Callable[[Array], Array], x: Array) -> tuple[Array, Array, Array]:
    """Return f(x), and its derivative by forward and by reverse mode, (*y, *x) each.

    As `jacfwd` and `jacrev` do, but f is traced once: a third of the time.
    """
    y, push = jax.linearize(f, x)
    pull = jax.linear_transpose(push, x)
    # Without the lambdas, `vmap` prints all of the program to name it.
    columns = jax.vmap(lambda dx: push(dx), out_axes=-1)(_basis(x))
    rows = jax.vmap(lambda dy: pull(dy)[0])(_basis(y))
    return y, columns.reshape(*y.shape, *x.shape), rows.reshape(*y.shape, *x.shape)


def _basis(x: Array) -> Array:
    return traced.eye(x.size).reshape(x.size, *x.shape)


def inputs(
    unit: Unit,
    values: Sequence[Mapping[str, Array]],
    raw: Sequence[Mapping[str, Array]],
    cases: Sequence[Case],
    dtype: str,
) -> dict[str, Array]:
    """Lay out the lanes of all cases one behind the other, padded to the bounds.

    `values` holds for each case (lanes, rows, columns) by name, `raw` the entries of
    function symbols.
    """
    statement, bounds, out = unit.statement, unit.bounds, {}
    lengths = [_lanes(v) for v in values]
    for name, declared in statement.types.items():
        if isinstance(declared, FunctionType):
            for key, part in parts(declared, bounds.__getitem__).items():
                full = f"{name}.{key}"
                padded = [_pad(r[full], part.shape) for r in raw]
                out[full] = flatten(np.concatenate(padded), part).astype(dtype)
        else:
            shape = tuple(bounds[d] for d in declared.shape)
            padded = [_pad(v[name], shape) for v in values]
            out[name] = np.concatenate(padded).astype(dtype)
    for size in sorted({*cases[0].numbers}):
        out[f"#{size}"] = np.concatenate(
            [
                np.full(n, case.numbers[size], np.int32)
                for case, n in zip(cases, lengths, strict=True)
            ]
        )
    return out


def _pad(X: Array, shape: tuple[int, ...]) -> Array:
    gaps = [(0, 0)] + [(0, b - s) for s, b in zip(X.shape[1:], shape, strict=True)]
    return np.pad(X, gaps)


def cut(unit: Unit, out: Mapping[str, Array], rows: slice, case: Case) -> Derivative:
    """Cut the lanes of one case to their true sizes and stack the columns."""
    statement, frame = unit.statement, Exact(case.numbers)
    m, n = frame.shape(statement.body.shape)
    found = Derivative(out["value"][rows, :m, :n])
    for name in statement.wrt:
        p, q = frame.shape(statement.variable(name).shape)

        def stacked(T: Array, p: int = p, q: int = q) -> Array:
            T = T[rows, :m, :n, :p, :q].transpose(0, 2, 1, 4, 3)
            return T.reshape(len(T), m * n, p * q)

        found.forward[name] = stacked(out[f"forward {name}"])
        found.reverse[name] = stacked(out[f"reverse {name}"])
        if unit.second:
            a, b = (
                out[f"hessian {i}"][rows, :p, :q, :p, :q].transpose(0, 2, 1, 4, 3)
                for i in (1, 2)
            )
            found.hessian = (
                a.reshape(len(a), p * q, p * q),
                b.reshape(len(b), p * q, p * q),
            )
    return found
