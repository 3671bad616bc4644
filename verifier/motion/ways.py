"""Ways to the target of a limit: along paths to a point, or to infinity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb

from ..engine.duals import Dual
from ..language.declaration import FunctionType
from ..language.expression import parse
from ..language.layout import Layout
from ..language.shapes import infer
from ..language.term import Scope, terms
from .courses import hidden
from .curves import Path, curves, ray
from .paths import Motion, spread

Array = Any
Levels = tuple[int, int, int]
Value = Callable[[int, int], Array]
"""The left side at the j-th member of level k."""

LEVELS = (160, 320, 640)
NEARER = (80, 160, 320)
"""Levels for paths on which one entry, or one term, is a high power of the step."""
FURTHER = (2560, 5120, 10_240)
"""Levels for a second look: log(x)**50 / x**0.1 begins to shrink at 2**721 only."""
DEGREES = (64, 128, 256)
"""Levels of a degree, which are whole numbers as they are."""
POWERS = (40, 80, 160)
"""Levels of the exponent of a matrix power: 2^160 takes as many squarings."""
WILD = arb(2) ** 100
"""An argument that is larger grows without bound: steps are of 2^-160."""
RESIDUES = 12
"""Whole numbers that are tried one after another: a period up to 12 is seen."""


@dataclass(frozen=True)
class Way:
    """One way to the target: values at levels, and how many members each shows."""

    value: Value
    levels: Levels = LEVELS
    further: Levels | None = None
    first: Levels = (1, 1, 1)
    far: bool = False
    """Whether it leads to infinity, where bits are cheap: nothing cancels."""
    depth: int = 4
    """The bits that one level takes."""
    refutes: bool = False
    """Whether it may leave the domain; then it is evidence against a limit only."""


def ways(motion: Motion, thorough: bool) -> Iterator[Way]:
    """Yield the ways to the target of a limit; a thorough look takes more of them."""
    target = motion.point.statement.target
    if target.endswith("inf"):
        yield _to_infinity(motion, -1 if target.startswith("-") else 1)
        return
    towards = _target(motion, target)

    def way(path: Path, further: Levels | None = None) -> Way:
        def value(k: int, j: int) -> Array:
            X = towards() + path.at(k, j)
            return motion.at(motion.body, X, path.given(k, j))

        levels = NEARER if path.refutes else LEVELS
        return Way(value, levels, further, depth=path.depth, refutes=path.refutes)

    # A name that is positive comes to zero, and to nothing else, from one side.
    zero = target == "0" and motion.declared.kind.startswith("positive")
    for side in (1,) if zero else (1, -1):
        yield way(ray(motion, side), FURTHER)
    if thorough:
        yield from map(way, curves(motion))
        yield from map(way, hidden(motion, towards, (motion.body,), NEARER))


def _target(motion: Motion, target: str) -> Callable[[], Array]:
    if target in motion.point.statement.types:
        return lambda: motion.base.values[target]
    if target == "0":
        return lambda: 0
    term = infer(parse(target), Scope({}, Layout.NUMERATOR))
    return lambda: motion.base.of(term)


def wild(motion: Motion) -> bool:
    """Whether a function symbol is taken without bound, where it may do anything."""
    statement, k = motion.point.statement, LEVELS[0]
    target = statement.target
    if target.endswith("inf"):
        side = -1 if target.startswith("-") else 1
        X = abs(motion.direction) * Dual(arb(2) ** k * side)
    else:
        X = _target(motion, target)() + motion.direction * Dual(arb(2) ** -k)
    args = (
        arg
        for term in terms(motion.body)
        if isinstance(statement.types.get(term.name), FunctionType)
        for arg in term.args
        if not motion.stands_still(arg)
    )
    return any(abs(x) > WILD for arg in args for x in motion.at(arg, X).ravel())


def _to_infinity(motion: Motion, side: int) -> Way:
    body, name = motion.body, motion.name
    if motion.declared.kind != "integer":

        def real(k: int, j: int) -> Array:
            # The parts beyond the point are spread out: sin(pi x) has no limit.
            step = Dual(arb(2) ** k * spread(j) * side)
            return motion.at(body, abs(motion.direction) * step)

        return Way(real, further=FURTHER, first=(3, 3, 3), far=True)
    sized = [t for t in terms(body) if any(name in dim.names for dim in t.dims)]
    if sized and all(term.op == "matpow" for term in sized):
        return Way(
            lambda k, j: motion.whole(body, side * (2**k + j)),
            POWERS,
            first=(RESIDUES, 2, 2),
        )
    if sized:
        return Way(
            lambda k, j: motion.whole(body, side * (k + j)),
            DEGREES,
            first=(RESIDUES, 2, 2),
        )
    return Way(
        lambda k, j: motion.whole(body, side * (2**k + j)),
        further=FURTHER,
        first=(RESIDUES, 3, 3),
        far=True,
    )
