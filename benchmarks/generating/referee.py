"""What is true of a claim, by the oracle, and what a verdict on it is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from random import Random
from types import MappingProxyType
from typing import Any

import flint
import numpy as np
from flint import arb

from verifier.language.declaration import FunctionType, Type
from verifier.language.expression import parse
from verifier.language.layout import Layout
from verifier.language.shapes import infer
from verifier.language.term import SCALAR, Scope, is_scalar, size_names
from verifier.reading.problem import Fault

from .claims import Made, Stated
from .faults import MOVING
from .long import LONG, XP, Array, NoValue
from .oracle import BITS, Spot, bits, differ, differences, spot, step

TINY_BITS = 4800
POINTS, FEW, MANY, TRIES = 4, 12, 400, 60
"""Points at which a right claim is looked at, and at most as many for a wrong one."""
SLOPES = (1, 32, 1024)
"""How steep function symbols are: `max(f(x), f(1) + 20)` may need much."""
FAULTS = (
    NoValue,
    Fault,
    ValueError,
    ZeroDivisionError,
    OverflowError,
    KeyError,
    IndexError,
)
NOWHERE: Mapping[str, int] = MappingProxyType({})
RIGHT, WRONG, UNKNOWN = "right", "wrong", "unknown"


def truth(made: Made, stated: Stated, random: Random, points: int = FEW) -> str:
    """Return whether an edited claim is wrong, by where it differs from the right one.

    Where it differs at no point it is right, so far as the points tell.
    """
    ours, right, gate = stated.tree, parse(stated.right), stated.made.gate
    seen, large = 0, not _sizes(made)
    with bits(TINY_BITS if stated.made.tiny else BITS):
        for _ in range(TRIES * points // FEW):
            with suppress(*FAULTS):
                at = _spot(made, stated, random)
                if gate is not None and not at.value(gate)[0, 0] > 0:
                    continue
                at.value(made.body)
                if _apart(made, at.value(ours), at.value(right)):
                    if _has_no_derivative(made, at):
                        continue
                    return WRONG
                seen += 1
                large |= all(at.numbers[name] > 1 for name in _sizes(made))
                if seen >= points:
                    break
    return RIGHT if seen >= POINTS and large else UNKNOWN


def witnessed(
    made: Made, stated: Stated, shown: Mapping[str, Any], random: Random
) -> bool:
    """Whether a claim differs from its left side at a counterexample that is shown.

    Function symbols are no part of it: others that are drawn here have to do.
    """
    values = {name: LONG(np.array(X, object)) for name, X in shown["values"].items()}
    whole = {name: int(float(X[0, 0])) for name, X in values.items() if X.size == 1}
    numbers = {**whole, **shown["sizes"]}
    drawn = any(isinstance(one, FunctionType) for one in made.types.values())
    for turn in range(MANY if drawn else 1):
        with bits(TINY_BITS), suppress(*FAULTS):  # a slope may be as flat as 1e-14
            slope = SLOPES[turn % len(SLOPES)]
            symbols = _spot(made, stated, random, numbers, slope).symbols
            at = Spot(numbers, values, symbols, stated.field == "denominator")
            if _differs(made, stated, at):
                return True
    return False


def _differs(made: Made, stated: Stated, at: Spot) -> bool:
    if made.record.subject == "value":
        return differ(at.value(made.body), at.value(stated.tree))
    if made.record.subject == "function" and _is_smooth(made, at):
        return differ(*_sides(made, stated, at))
    if made.record.subject in ("expansion", "limit"):  # a kink shows on one side
        near = [at.at(MOVING, XP.constant(h)) for h in (step(), -step())]
        return any(_apart(made, *_sides(made, stated, here)) for here in near)
    return False


def _sides(made: Made, stated: Stated, at: Spot) -> tuple[Array, Array]:
    return left_side(made, stated.field, at), at.value(stated.tree)


def _has_no_derivative(made: Made, at: Spot) -> bool:
    """Whether what is differentiated bends just here: a unit vector may be 1."""
    return made.record.subject == "function" and not _is_smooth(made, at)


def _is_smooth(made: Made, at: Spot) -> bool:
    """Whether a function, and its slope, has no kink at a point that quotients see."""
    name, X, h = made.wrt, at.values[made.wrt], step()

    def f(k: int, E: Array) -> Array:
        return at.at(name, X + k * h * E).value(made.body)

    for E in _directions(made, X):
        third = f(2, E) - 3 * f(1, E) + 3 * f(0, E) - f(-1, E)
        scale = 1 + sum((abs(x) for x in f(0, E).ravel()), arb(0))
        # A smooth function leaves h**3, a kink of its slope h**2.
        least = h * h * h.sqrt() * scale
        if not all(abs(x) < least for x in third.ravel()):
            return False
    return True


def _sizes(made: Made) -> frozenset[str]:
    return size_names(made.types)


def confirmed(
    made: Made,
    stated: Stated,
    random: Random,
    points: int = POINTS,
    sizes: Mapping[str, int] | None = None,
) -> str:
    """Return whether a claim equals its left side, by difference quotients.

    Half of the points are at the sizes that are given: some rules break at size 1.
    """
    tree, seen = stated.tree, 0
    with bits(TINY_BITS if stated.made.tiny else BITS):
        for _ in range(TRIES):
            with suppress(*FAULTS):
                there = sizes if sizes and seen % 2 else {}
                at = _spot(made, stated, random, there)
                gate = stated.made.gate
                if gate is not None and not at.value(gate)[0, 0] > 0:
                    continue
                left = left_side(made, stated.field, at)
                if _apart(made, left, at.value(tree)):
                    if _has_no_derivative(made, at):
                        continue
                    return WRONG
                seen += 1
                if seen == points:
                    return RIGHT
    return UNKNOWN


def _spot(
    made: Made,
    stated: Stated,
    random: Random,
    sizes: Mapping[str, int] = NOWHERE,
    slope: int = 1,
) -> Spot:
    types: dict[str, Type | FunctionType] = dict(made.types)
    if made.record.subject == "function":
        declared = made.types[made.wrt]
        assert isinstance(declared, Type)
        types[f"d{made.wrt}"] = Type("matrix", declared.shape)
    at = spot(types, random, {**sizes, **stated.made.pinned}, slope)
    at.turned = stated.field == "denominator"
    if made.record.subject in ("limit", "expansion"):
        at = at.at(MOVING, XP.constant(random.choice((step(), -step()))))
    return at


def _apart(made: Made, left: Array, right: Array) -> bool:
    """Whether two sides are different: in an expansion, beyond its error."""
    if left.shape != right.shape:
        return True
    scale = 1 + sum((abs(x) for x in right.ravel()), arb(0))
    match made.record.subject:
        case "expansion":
            # The remainder is o(h), so that it is far below h**(9/8).
            least = step() * step().sqrt().sqrt().sqrt() * scale
            return any(abs(d) > least for d in (left - right).ravel())
        case "limit":
            least = arb(2) ** -(flint.ctx.prec // 4 - 64) * scale
            return any(abs(d) > least for d in (left - right).ravel())
    return differ(left, right)


def left_side(made: Made, field: str, at: Spot) -> Array:
    """Return the left side of a claim at a point."""
    if made.record.subject != "function":
        return at.value(made.body)
    name, X = made.wrt, at.values[made.wrt]

    def f(value: Array) -> Array:
        return at.at(name, value).value(made.body)

    if field == "differential":
        E = at.values[f"d{name}"]
        return differences(f, X, [E]).reshape(f(X).shape, order="F")
    directions = list(_directions(made, X))
    if field == "hessian":
        return _hessian(f, X, directions)
    J = differences(f, X, directions)
    declared = made.types[name]
    assert isinstance(declared, Type)
    y = f(X).shape
    if made_scalar(made):
        J = J.reshape(X.shape, order="F").T
    elif is_scalar(declared):
        J = J.reshape(y, order="F")
    return J if field == "numerator" else J.T


def made_scalar(made: Made) -> bool:
    """Whether the function is a scalar by its declared shape."""
    return infer(made.body, Scope(made.types, Layout.NUMERATOR)).shape == SCALAR


def _directions(made: Made, X: Array) -> Iterator[Array]:
    """Yield how the entries move: each alone, or as those that depend on it do."""
    declared = made.types[made.wrt]
    assert isinstance(declared, Type)
    tied = made.record.entries == "independent"
    for j in range(X.shape[1]):
        for i in range(X.shape[0]):
            E = XP.zeros(X.shape)
            E[i, j] = arb(1)
            if tied:
                match declared.kind:
                    case "symmetric" if i != j:
                        E[j, i] = arb(1)
                    case "skew":
                        E[j, i] = E[j, i] - arb(1)
                    case "diagonal" if i != j:
                        E[i, j] = arb(0)
                    case "lower" if i < j:
                        E[i, j] = arb(0)
            yield E


def _hessian(f: Callable[[Array], Array], X: Array, directions: list[Array]) -> Array:
    h, n = step(), len(directions)
    H = XP.zeros((n, n))
    for i, E in enumerate(directions):
        for j, F in enumerate(directions[: i + 1]):
            plus, minus = h * (E + F), h * (E - F)
            ends = f(X + plus) - f(X + minus) - f(X - minus) + f(X - plus)
            H[i, j] = H[j, i] = ends[0, 0] / (4 * h * h)
    return np.asarray(H, object)
