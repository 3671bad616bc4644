"""Rows of the table of primitives as JAX sees them: prepared once, at no size.

A program is a function of matrices that JAX traces for one draw. To JAX it is one
primitive, and a matrix one opaque number: so JAX differentiates a function composed of
programs in forward and in reverse mode as it does any other, and is the one who applies
the chain rule, but traces no more than the handful of rows that the function is made
of, at no size in particular. What a program's own derivative is JAX finds too, once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import jax
from jax import export
from jax.core import ShapedArray
from jax.extend.core import ClosedJaxpr, Literal, Primitive, jaxpr_as_fun
from jax.interpreters import ad

from ..language.arrays import Array
from . import traced
from .jaxprs import Code, Flat, coded, dependent, flattened

Live = tuple[int, ...]
Sizes = tuple[tuple[str, int], ...]
"""What the letters stand for, sorted."""

_SCOPE = export.SymbolicScope()


def letters(shape: str) -> tuple[Any, ...]:
    """Return a shape for any size: `letters("m, m*n")`."""
    return tuple(export.symbolic_shape(shape, scope=_SCOPE))


class Program:
    """A function of matrices, traced by JAX when it is first needed.

    `made` makes it again for sizes in numbers. `origin` says of a derivative whose it
    is, and whether by tangents or cotangents.
    """

    def __init__(
        self,
        call: Callable[..., Sequence[Array]],
        avals: Sequence[Any],
        made: Callable[[Sizes], Program] | None = None,
        count: int = 1,
        origin: tuple[Linear, str] | None = None,
    ):
        self.call, self.avals, self.made = call, avals, made
        self.count, self.origin = count, origin
        self._lines: dict[Live, Linear] = {}
        self._codes: dict[Sizes, Code] = {}

    @cached_property
    def traced(self) -> ClosedJaxpr:
        """What JAX makes of it."""
        return jax.make_jaxpr(self.call)(*self.shapes)

    @cached_property
    def shapes(self) -> list[Any]:
        """What goes in: a cotangent has the shape of a result."""
        if self.origin is None or self.origin[1] == "tangent":
            return list(self.avals)
        program = self.origin[0].program
        return [*program.shapes, *(v.aval for v in program.traced.jaxpr.outvars)]

    @cached_property
    def flat(self) -> Flat:
        """Its equations, inner calls written out."""
        return flattened(self.traced)

    def linear(self, live: Live) -> Linear:
        """Return the linearisation by some of the operands."""
        if live not in self._lines:
            self._lines[live] = Linear(self, live)
        return self._lines[live]

    def sized(self, sizes: Sizes) -> Program:
        """Return the program for some sizes: this one is for all of them."""
        if self.origin is None:
            return self
        line, piece = self.origin
        found = line.program.sized(sizes)
        if found is line.program:
            return self
        again = found.linear(line.live)
        return again.tangent if piece == "tangent" else again.cotangent

    def at(self, sizes: Sizes) -> Code:
        """Return what NumPy does at some sizes."""
        if sizes not in self._codes:
            self._codes[sizes] = coded(self.flat, dict(sizes))
        return self._codes[sizes]


class Family(Program):
    """Programs of which each is for one choice of sizes and whole numbers."""

    def __init__(self, made: Callable[[Sizes], Program], operands: int):
        super().__init__(lambda: (), [None] * operands, made)
        self._members: dict[Sizes, Program] = {}

    def sized(self, sizes: Sizes) -> Program:
        """Return the program for some sizes."""
        if sizes not in self._members:
            assert self.made is not None
            self._members[sizes] = self.made(sizes)
        return self._members[sizes]


class Linear:
    """A program with its derivative by the operands `live`, by JAX's rules alone."""

    def __init__(self, program: Program, live: Live):
        self.program, self.live = program, live
        avals, moves = program.shapes, [program.shapes[i] for i in live]
        self.tangent = Program(
            self._tangents,
            [*avals, *moves],
            None,
            program.count,
            (self, "tangent"),
        )
        back = [*avals, *[None] * program.count]
        self.cotangent = Program(
            self._cotangents, back, None, len(live), (self, "cotangent")
        )
        self._codes: dict[tuple[str, Sizes], Code] = {}

    def _moving(self, args: Sequence[Array]) -> tuple[Callable[..., Any], list[Array]]:
        call = jaxpr_as_fun(self.program.traced)

        def moving(*moved: Array) -> list[Array]:
            given = list(args)
            for i, x in zip(self.live, moved, strict=True):
                given[i] = x
            return call(*given)

        return moving, [args[i] for i in self.live]

    def _tangents(self, *operands: Array) -> Sequence[Array]:
        count = len(self.program.avals)
        f, at = self._moving(operands[:count])
        return jax.jvp(f, tuple(at), operands[count:])[1]

    def _cotangents(self, *operands: Array) -> Sequence[Array]:
        count = len(self.program.avals)
        f, at = self._moving(operands[:count])
        return jax.vjp(f, *at)[1](list(operands[count:]))

    @cached_property
    def _pieces(self) -> dict[str, Flat]:
        """The equations of values, tangents and cotangents, each computed once.

        What does not depend on a tangent or a cotangent belongs to the value, which
        hands the others all that they need of it.
        """
        program, live = self.program, self.live
        moves = self.tangent.shapes[len(program.avals) :]
        results = self.cotangent.shapes[len(program.avals) :]

        def whole(args: Any, tangents: Any, cotangents: Any) -> Any:
            f, at = self._moving(args)
            found, push = jax.linearize(f, *at)
            # Without the lambda JAX prints all of `push`, to name it.
            pull = jax.linear_transpose(lambda *moved: push(*moved), *at)
            return found, push(*tangents), pull(list(cotangents))

        flat = flattened(jax.make_jaxpr(whole)(program.shapes, moves, results))
        n, k, r = len(program.avals), len(moves), len(results)
        args, inputs = flat.inputs[:n], (flat.inputs[n : n + k], flat.inputs[n + k :])
        values, ends = (
            flat.outputs[:r],
            (flat.outputs[r : 2 * r], flat.outputs[2 * r :]),
        )
        seen = [dependent(flat, group) for group in inputs]
        moving = seen[0] | seen[1]
        needs: dict[Any, None] = {}
        for found, last in zip(seen, ends, strict=True):
            reads = [a for _, rs, ws in flat.equations if found & {*ws} for a in rs]
            for atom in (*reads, *last):
                if not isinstance(atom, Literal) and atom not in moving:
                    needs[atom] = None
        kept = tuple(atom for atom in needs if atom not in flat.constants)
        assert len(live) == k
        return {
            "value": flat.cut(args, (*values, *kept)),
            "tangent": flat.cut((*kept, *inputs[0]), ends[0]),
            "cotangent": flat.cut((*kept, *inputs[1]), ends[1]),
        }

    def at(self, piece: str, sizes: Sizes) -> Code:
        """Return what NumPy does for one of the pieces, at some sizes.

        `value` returns the results and behind them what `tangent` and `cotangent` take
        before the moves.
        """
        if (piece, sizes) not in self._codes:
            self._codes[piece, sizes] = coded(self._pieces[piece], dict(sizes))
        return self._codes[piece, sizes]


# Programs as primitives of JAX. An operand is one number, whatever its shape.


def number() -> ShapedArray:
    """Return what a matrix is to JAX's tracer."""
    return ShapedArray((), traced.real_type())


call_p = Primitive("program")
move_p = Primitive("program_moved")
"""The derivative of a program along tangents of its operands `live`."""
call_p.multiple_results = move_p.multiple_results = True


@call_p.def_abstract_eval
def _call_shape(*args: Any, program: Program, step: int) -> list[Any]:
    return [number()] * program.count


@move_p.def_abstract_eval
def _move_shape(*args: Any, program: Program, live: Live, step: int) -> list[Any]:
    return [number()] * program.count


def _call_jvp(args: Any, tangents: Any, *, program: Program, step: int) -> Any:
    live = tuple(i for i, t in enumerate(tangents) if not isinstance(t, ad.Zero))
    found = call_p.bind(*args, program=program, step=step)
    moves = [tangents[i] for i in live]
    return found, move_p.bind(*args, *moves, program=program, live=live, step=step)


def _move_jvp(
    operands: Any, tangents: Any, *, program: Program, live: Live, step: int
) -> Any:
    found = move_p.bind(*operands, program=program, live=live, step=step)
    derivative = program.linear(live).tangent
    again = tuple(i for i, t in enumerate(tangents) if not isinstance(t, ad.Zero))
    moves = [tangents[i] for i in again]
    return found, move_p.bind(
        *operands, *moves, program=derivative, live=again, step=step
    )


def _move_transpose(
    cotangents: Any, *operands: Any, program: Program, live: Live, step: int
) -> list[Any]:
    count = len(operands) - len(live)
    args = operands[:count]
    back = program.linear(live).cotangent
    given = [ad.instantiate_zeros(ct) for ct in cotangents]
    found = call_p.bind(*args, *given, program=back, step=step)
    return [None] * count + list(found)


ad.primitive_jvps[call_p] = _call_jvp
ad.primitive_jvps[move_p] = _move_jvp
ad.primitive_transposes[move_p] = _move_transpose
