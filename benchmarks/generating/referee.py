"""What is true of a claim, by the oracle, and what a verdict on it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from random import Random

import numpy as np
from flint import arb

from verifier.language.declaration import FunctionType, Type
from verifier.language.term import SCALAR, is_scalar
from verifier.language.tree import Tree

from .claims import Made, Stated
from .oracle import (
    BITS,
    XP,
    Array,
    NoValue,
    Spot,
    bits,
    differ,
    differences,
    spot,
    step,
)

TINY_BITS = 4800
POINTS, TRIES = 4, 60
"""Points at which a right claim is looked at, and at most as many for a wrong one."""
FAULTS = (NoValue, ValueError, ZeroDivisionError, OverflowError, KeyError, IndexError)
RIGHT, WRONG, UNKNOWN = "right", "wrong", "unknown"


def truth(made: Made, stated: Stated, random: Random) -> str:
    """Return whether an edited claim is wrong, by where it differs from the right one.

    Where it differs at no point it is right, so far as the points tell.
    """
    ours, right = stated.tree, _tree(stated.right)
    seen = 0
    with bits(TINY_BITS if stated.made.tiny else BITS):
        for _ in range(TRIES):
            with suppress(*FAULTS):
                at = _spot(made, stated, random)
                gate = stated.made.gate
                if gate is not None and not at.value(gate)[0, 0] > 0:
                    continue
                at.value(made.body)
                values = at.value(ours), at.value(right)
                if _apart(made, *values):
                    return WRONG
                seen += 1
                if seen >= 12 and gate is None:
                    break
    return RIGHT if seen >= POINTS else UNKNOWN


def confirmed(made: Made, stated: Stated, random: Random, points: int = POINTS) -> str:
    """Return whether a claim equals its left side, by difference quotients."""
    tree, seen = stated.tree, 0
    with bits(TINY_BITS if stated.made.tiny else BITS):
        for _ in range(TRIES):
            with suppress(*FAULTS):
                at = _spot(made, stated, random)
                gate = stated.made.gate
                if gate is not None and not at.value(gate)[0, 0] > 0:
                    continue
                left = left_side(made, stated.field, at)
                if _apart(made, left, at.value(tree)):
                    return WRONG
                seen += 1
                if seen == points:
                    return RIGHT
    return UNKNOWN


def _tree(text: str) -> Tree:
    from verifier.language.expression import parse

    return parse(text)


def _spot(made: Made, stated: Stated, random: Random) -> Spot:
    types: dict[str, Type | FunctionType] = dict(made.types)
    if made.record.subject == "function":
        declared = made.types[made.wrt]
        assert isinstance(declared, Type)
        types[f"d{made.wrt}"] = Type("matrix", declared.shape)
    at = spot(types, random, stated.made.pinned)
    at.turned = stated.field == "denominator"
    if made.record.subject in ("limit", "expansion"):
        at = at.at("h", XP.constant(step()))
    return at


def _apart(made: Made, left: Array, right: Array) -> bool:
    """Whether two sides are different: in an expansion, beyond its error."""
    if left.shape != right.shape:
        return True
    match made.record.subject:
        case "expansion":
            return any(abs(d) > step() ** 1 / 1000 for d in _gaps(left, right, step()))
        case "limit":
            scale = sum((abs(x) for x in right.ravel()), arb(0))
            least = arb(2) ** -(_precision() // 4 - 64) * (1 + scale)
            return any(abs(d) > least for d in (left - right).ravel())
    return differ(left, right)


def _gaps(left: Array, right: Array, h: arb) -> Iterator[arb]:
    for d in (left - right).ravel():
        yield d / h * h.sqrt().sqrt()


def _precision() -> int:
    import flint

    return flint.ctx.prec


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
    from verifier.language.layout import Layout
    from verifier.language.shapes import infer
    from verifier.language.term import Scope

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


def _hessian(f: object, X: Array, directions: list[Array]) -> Array:
    assert callable(f)
    h, n = step(), len(directions)
    H = XP.zeros((n, n))
    for i, E in enumerate(directions):
        for j, F in enumerate(directions[: i + 1]):
            parts = (
                f(X + h * (E + F)) - f(X + h * (E - F)) - f(X - h * (E - F)) + f(X - h * (E + F))
            )
            H[i, j] = H[j, i] = parts[0, 0] / (4 * h * h)
    return np.asarray(H, object)
