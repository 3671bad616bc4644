"""How code's arrays stand for the formula's matrices: which shapes mean what.

Code has scalars without axes and vectors with one; a derivative stands in the shape of
the variable, or as a Jacobian with the axes of the value first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..language.arrays import Array
from ..language.layout import Layout, arrange, restored

Shape = tuple[int, ...]
Pair = tuple[int, int]
EITHER = "either"
FLAT, COLUMNS = "flat", "columns"


@dataclass(frozen=True)
class Kind:
    """What the shape of a value is declared to be, whatever the sizes are."""

    scalar: bool
    column: bool
    row: bool

    def natural(self, shape: Pair, vectors: str = FLAT) -> Shape:
        """Return the shape that code gives such a value."""
        if self.scalar:
            return ()
        if self.column and vectors == FLAT:
            return shape[:1]
        return shape


def entered(X: Array, kind: Kind, vectors: str) -> Array:
    """Return a value, rows and columns, as code takes it."""
    return X.reshape(kind.natural((X.shape[0], X.shape[1]), vectors))


def value_of(V: Array, shape: Pair, kind: Kind) -> Array | None:
    """Return a value of code as rows and columns; None where it has another shape."""
    fits = V.shape == shape
    if kind.scalar:
        fits = V.size == 1
    elif kind.column or kind.row:
        fits = fits or V.shape == (shape[0] * shape[1],)
    return V.reshape(shape).astype(float) if fits else None


@dataclass(frozen=True)
class Reading:
    """One way to read the array that is given as a derivative."""

    layout: Layout
    fits: Callable[[Shape, Pair, Pair], bool]
    jacobian: Callable[[Array, Pair, Pair], Array]
    """The derivative, (|y|, |x|), columns stacked, of the array and both shapes."""
    usual: bool = True
    """Whether code is expected to give it so."""


def readings(y: Kind, x: Kind, layout: str) -> list[Reading]:
    """Return the ways to read a derivative of a `y` by an `x`, the usual one first."""
    found = list(_by_kind(y, x))
    if layout == EITHER:
        return found
    wanted = Layout(layout)
    turned = wanted.turns(_rule(y, x))
    layout_ = Layout.DENOMINATOR if turned else Layout.NUMERATOR
    return [one for one in found if one.layout is layout_]


def _rule(y: Kind, x: Kind) -> str:
    if y.scalar:
        return "scalar by any"
    return "any by scalar" if x.scalar else "any by any"


def _by_kind(y: Kind, x: Kind) -> Iterator[Reading]:
    rule = _rule(y, x)
    N, D = Layout.NUMERATOR, Layout.DENOMINATOR

    def arranged(layout: Layout) -> Callable[[Array, Pair, Pair], Array]:
        def jacobian(G: Array, m: Pair, p: Pair) -> Array:
            shape = arrange(np.zeros((m[0] * m[1], p[0] * p[1])), m, p, layout, rule)
            return restored(G.reshape(shape.shape), m, p, layout, rule)

        return jacobian

    if rule == "scalar by any":
        yield Reading(D, lambda s, m, p: _alike(s, p, x), arranged(D))
        flat = x.column or x.row or x.scalar
        yield Reading(N, lambda s, m, p: _opposite(s, p, x), arranged(N), flat)
    elif rule == "any by scalar":
        yield Reading(N, lambda s, m, p: _alike(s, m, y), arranged(N))
        flat = y.column or y.row
        yield Reading(D, lambda s, m, p: _opposite(s, m, y), arranged(D), flat)
    else:
        yield Reading(N, lambda s, m, p: s in _joint(m, p, y, x), _stacked)
        yield Reading(D, lambda s, m, p: s in _joint(p, m, x, y), _turned)


def _alike(s: Shape, shape: Pair, kind: Kind) -> bool:
    """Whether an array has the shape of a value, with axes of length 1 or without."""
    if kind.scalar:
        return int(np.prod(s)) == 1
    return s == shape or s == kind.natural(shape)


def _opposite(s: Shape, shape: Pair, kind: Kind) -> bool:
    """Whether an array has the shape of a transpose; one axis is that of either."""
    flat = kind.column or kind.row
    return (
        (kind.scalar and _alike(s, shape, kind))
        or s == shape[::-1]
        or (flat and s == (shape[0] * shape[1],))
    )


def _joint(first: Pair, second: Pair, one: Kind, other: Kind) -> list[Shape]:
    """Return the shapes of a Jacobian: a tensor of all axes, or stacked by columns."""
    tensors = [
        one.natural(first, v) + other.natural(second, v) for v in (FLAT, COLUMNS)
    ]
    return [*tensors, (first[0] * first[1], second[0] * second[1])]


def _stacked(G: Array, m: Pair, p: Pair) -> Array:
    """Return a Jacobian with columns stacked, of a tensor (*y, *x) or of itself."""
    rows, columns = m[0] * m[1], p[0] * p[1]
    if G.ndim == 2 and G.shape == (rows, columns):
        return G
    G = G.reshape(*m, *p)
    return G.transpose(1, 0, 3, 2).reshape(rows, columns)


def _turned(G: Array, m: Pair, p: Pair) -> Array:
    return _stacked(G, p, m).swapaxes(-1, -2)


def fitting(
    ways: Sequence[Reading], seen: Sequence[tuple[Shape, Pair, Pair]]
) -> list[Reading]:
    """Return the ways to read arrays of all these shapes, at all sizes alike."""
    return [way for way in ways if all(way.fits(*shapes) for shapes in seen)]


def stood(J: Array, m: Pair, p: Pair, y: Kind, x: Kind, layout: Layout) -> Array:
    """Return derivatives, (..., |y|, |x|), as they stand in a layout."""
    return arrange(J, m, p, layout, _rule(y, x))
