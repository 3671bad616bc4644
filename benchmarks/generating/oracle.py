"""The truth about trees at single points, in long numbers, by difference quotients.

Nothing is shared with the verdict but the values that the table of primitives states:
linear algebra is written again, and derivatives are quotients of differences that are
too small to be seen in a float.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

import flint
import numpy as np
from flint import arb

from verifier.engine.draws import build
from verifier.language.declaration import FunctionType, Type, values_of
from verifier.language.primitives import PRIMITIVES
from verifier.language.term import is_scalar
from verifier.language.tree import Call, Derived, Name, Number, Tree, dimension_of

from .long import XP, Array, NoValue, entrywise, real

BITS = 1600
APART = 0.5
"""How often every name has a scale and a sign of its own."""
SCALES = (1, 1, Fraction(1, 4), 8, Fraction(1, 64), 1)


@dataclass(frozen=True)
class Symbol:
    """A function symbol of the oracle: waves and squares of sums, drawn at random."""

    declared: FunctionType
    shape: tuple[int, int]
    W: Sequence[Array]
    C: Array
    a: Array
    b: Array

    def value(self, args: Sequence[Array]) -> Array:
        """Return the value."""
        u = sum((W @ _flat(X) for W, X in zip(self.W, args, strict=True)), self.b)
        wave = entrywise(lambda x: x.sin() + x * x / 8 + x / 2)(u)
        return (self.a + self.C @ wave).reshape(self.shape)

    def slope(self, args: Sequence[Array], position: int) -> Array:
        """Return D in numerator layout, by differences."""
        i = position - 1
        J = differences(
            lambda X: self.value([*args[:i], X, *args[i + 1 :]]),
            args[i],
            _units(args[i]),
        )
        if is_scalar(self.declared.result):
            return J.reshape(args[i].shape, order="F").T
        if is_scalar(self.declared.arguments[i]):
            return J.reshape(self.shape, order="F")
        return J


def _flat(X: Array) -> Array:
    return X.reshape(-1, 1, order="F")


def _units(X: Array) -> list[Array]:
    """Return a direction for each entry, the columns one after another."""
    found = []
    for j in range(X.shape[1]):
        for i in range(X.shape[0]):
            E = XP.zeros(X.shape)
            E[i, j] = arb(1)
            found.append(E)
    return found


def step() -> arb:
    """Return a step of difference quotients, at the bits that are set."""
    return arb(2) ** -(flint.ctx.prec // 4)


def differences(
    f: Callable[[Array], Array], X: Array, directions: Sequence[Array]
) -> Array:
    """Return the Jacobian on stacked columns, one column for each direction."""
    h = step()
    columns = [_flat((f(X + h * E) - f(X - h * E)) / (2 * h)) for E in directions]
    return np.concatenate(columns, axis=1)


@dataclass
class Spot:
    """A point: sizes and whole numbers, values of names, function symbols."""

    numbers: dict[str, int]
    values: dict[str, Array]
    symbols: dict[str, Symbol]
    turned: bool = False
    """Whether D has the denominator layout."""
    known: dict[int, tuple[Tree, Array]] = field(default_factory=dict)

    def at(self, name: str, X: Array) -> Spot:
        """Return the point at which a name has another value."""
        return Spot(self.numbers, {**self.values, name: X}, self.symbols, self.turned)

    def value(self, tree: Tree) -> Array:
        """Return the value of a tree, computed once wherever the tree stands.

        What has an entry without a value has none, whether that entry matters or not:
        `tr(log(X))` with a negative entry beside the diagonal.
        """
        if id(tree) not in self.known:
            found = self._computed(tree)
            if not all(x.is_finite() for x in found.ravel()):
                raise NoValue
            self.known[id(tree)] = tree, found
        return self.known[id(tree)][1]

    def _computed(self, tree: Tree) -> Array:
        match tree:
            case Number(value):
                return XP.constant(value)
            case Name("pi"):
                return XP.constant(arb.pi())
            case Name(name):
                if name in self.values:
                    return self.values[name]
                return XP.constant(self.numbers[name])
            case Derived(kind="D", symbol=symbol, positions=(position,)):
                args = [self.value(arg) for arg in tree.args]
                J = self.symbols[symbol].slope(args, position)
                return J.T if self.turned else J
            case Call(name, args) if name in self.symbols:
                return self.symbols[name].value([self.value(arg) for arg in args])
            case Call("pow" | "matpow" as name, (base, Number(k))) if (
                k.denominator == 1
            ):
                return PRIMITIVES[name].value(XP, self.value(base), int(k))
            case Call(name, args):
                return self._called(name, args)
        raise NoValue

    def _called(self, name: str, args: Sequence[Tree]) -> Array:
        row = PRIMITIVES[name]
        if row.signature == "elementwise":
            return row.value(XP, *map(self.value, args))
        found = []
        for parameter, arg in zip(row.parameters, args, strict=True):
            whole = parameter.startswith("#") or parameter == "integer"
            if whole:
                found.append(int(dimension_of(arg).number(self.numbers)))
            else:
                found.append(self.value(arg))
        if name == "unit":
            index, n = int(float(found[0][0, 0])), found[1]
            return XP.number(np.arange(1, n + 1)[:, None] == index)
        if name == "matmul" and found[0].shape[1] != found[1].shape[0]:
            return found[0] * found[1]  # one of them is a scalar
        tail = [i for i, p in enumerate(row.parameters) if not _sized(p)]
        tail += [i for i, p in enumerate(row.parameters) if _sized(p)]
        return row.value(XP, *(found[i] for i in tail))


def _sized(parameter: str) -> bool:
    return parameter.startswith("#") or parameter == "integer"


def spot(
    types: Mapping[str, Type | FunctionType],
    random: Random,
    pinned: Mapping[str, int],
    slope: int = 1,
) -> Spot:
    """Draw a point, at values as large as the verifier's; some sizes may be pinned.

    Function symbols may be so many times as steep.
    """
    sizes = sorted(
        {n for d in values_of(types.values()) for dim in d.dims for n in dim.names}
    )
    numbers = {n: pinned.get(n, random.randint(1, 5)) for n in sizes}
    apart = random.random() < APART
    scale, mode = random.choice(SCALES), random.randrange(6)
    values: dict[str, Array] = {}
    symbols: dict[str, Symbol] = {}
    for name, declared in types.items():
        if isinstance(declared, FunctionType):
            symbols[name] = _symbol(declared, random, numbers, slope)
            continue
        if declared.kind == "index":
            top = int(declared.dims[0].number(numbers))
            numbers[name] = pinned.get(name, random.randint(1, top))
            if numbers[name] > top:
                raise NoValue
        elif declared.kind == "integer":
            numbers[name] = pinned.get(name, random.randint(-2, 5))
        else:
            shape = tuple(int(d.number(numbers)) for d in declared.shape)
            if apart:
                scale, mode = random.choice(SCALES), random.randrange(6)
            V = _entries(random, shape, scale, mode)
            values[name] = np.asarray(build(XP, declared.kind, V), object)
    return Spot(numbers, values, symbols)


def _entries(random: Random, shape: Any, scale: Any, mode: int) -> Array:
    """Draw raw entries: short dyadic numbers of one scale."""

    def one(_: Any) -> arb:
        sign = {0: 1, 1: -1}.get(mode, random.choice((1, -1)))
        return real(Fraction(sign * random.randint(512, 6144), 4096) * scale)

    return np.asarray(np.frompyfunc(one, 1, 1)(np.zeros(shape)), object)


def _symbol(
    declared: FunctionType, random: Random, numbers: Mapping[str, int], slope: int
) -> Symbol:
    def sized(type: Type) -> tuple[int, int]:
        m, n = type.shape
        return int(m.number(numbers)), int(n.number(numbers))

    y = sized(declared.result)
    xs = [sized(argument) for argument in declared.arguments]
    ridges = 4
    W = [_entries(random, (ridges, m * n), Fraction(1, 2), 2) for m, n in xs]
    C = _entries(random, (y[0] * y[1], ridges), Fraction(slope, 2), 2)
    a, b = (_entries(random, (k, 1), Fraction(1), 2) for k in (len(C), ridges))
    return Symbol(declared, y, W, C, a, b)


class bits:
    """A context in which numbers have so many bits."""

    def __init__(self, count: int):
        self.count = count

    def __enter__(self) -> None:
        self.before, flint.ctx.prec = flint.ctx.prec, self.count

    def __exit__(self, *_: object) -> None:
        flint.ctx.prec = self.before


def differ(left: Array, right: Array) -> bool:
    """Whether two values are different, beyond what difference quotients leave."""
    if left.shape != right.shape:
        return True
    dust = arb(2) ** -(flint.ctx.prec // 3)
    scale = arb(0)
    for x in (*left.ravel(), *right.ravel()):
        top = abs(x).upper()
        scale = top if top > scale else scale
    return any(abs(d).lower() > dust * scale for d in (left - right).ravel())
