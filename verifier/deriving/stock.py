"""Short expressions kept by their values: what a longer one may be written as.

The stock of a function is what stands in it, and what people write with such parts:
transposes, inverses, squares, sums and products of two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

from ..engine.arrays import Floats
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Name, Number, Tree
from .algebra import length, scaled, spots
from .forms import Shapes, written
from .samples import Samples, flat, ratio

LONGEST = 8
"""Parts of what is kept as it stands in the function."""
PAIRED = 14
"""How many of the shortest are put together in pairs."""
UNARY: dict[str, Callable[[Floats], Floats]] = {
    "square": lambda X: X * X,
    "one over": lambda X: 1 / X,
    "one over square": lambda X: 1 / (X * X),
    "root": np.sqrt,
    "one over root": lambda X: 1 / np.sqrt(X),
    "one less": lambda X: 1 - X,
    "one more": lambda X: 1 + X,
}
SIGMOIDS = ("sigmoid", "tanh", "cosh", "sinh")
"""What sums of exponentials may come to."""
EXPONENTIAL = ("exp", "cosh", "sinh", "softplus")
_ONE, _TWO = Number(Fraction(1)), Number(Fraction(2))


@dataclass(frozen=True)
class Entry:
    """A short expression and its entries at the draws."""

    tree: Tree
    blocks: tuple[Floats, ...]
    entries: Floats
    size: int


class Stock:
    """Short expressions by shape and by value, up to a factor."""

    def __init__(self, shapes: Shapes, samples: Samples, trees: Iterable[Tree]):
        self.shapes, self.samples = shapes, samples
        self._found: dict[tuple[Shape, str], Entry] = {}
        base = list(self._base(trees))
        for shape, entry in base:
            self._keep(shape, entry)
        for shape, entry in base:
            for made in self._alone(shape, entry):
                self._keep(*made)
        short = sorted(base, key=lambda pair: pair[1].size)[:PAIRED]
        for made in _pairs(short):
            self._keep(*made)

    def shorter(self, tree: Tree) -> Tree | None:
        """Return a shorter expression of the same value, up to a number in front."""
        if isinstance(tree, Number | Name):
            return None
        term = self.shapes.term(tree)
        blocks = None if term is None else self.samples.blocks(term)
        if term is None or blocks is None:
            return None
        X, size = flat(blocks), length(tree)
        if not X.any():
            zero = self.shapes.zeros(*term.shape)
            return zero if length(zero) < size else None
        for key in _keys(X):
            entry = self._found.get((term.shape, key))
            k = entry and ratio(X, entry.entries)
            if entry and k:
                found = scaled(k, entry.tree)
                return found if length(found) < size else None
        return None

    def _keep(self, shape: Shape, entry: Entry) -> None:
        X = entry.entries
        if not np.isfinite(X).all() or not X.any():
            return
        key, *_ = _keys(X)
        known = self._found.get((shape, key))
        if known is None or entry.size < known.size:
            self._found[shape, key] = entry

    def _entry(self, tree: Tree) -> tuple[Shape, Entry] | None:
        term = self.shapes.term(tree)
        blocks = None if term is None else self.samples.blocks(term)
        if term is None or blocks is None:
            return None
        return term.shape, Entry(tree, tuple(blocks), flat(blocks), length(tree))

    def _base(self, trees: Iterable[Tree]) -> Iterator[tuple[Shape, Entry]]:
        """Yield what stands in the function, its transposes, and constants."""
        parts: dict[Tree, None] = {}
        for tree in trees:
            for part, _ in spots(tree):
                if not isinstance(part, Number) and length(part) <= LONGEST:
                    parts[part] = None
                match part:
                    case Call(name, (Call("neg", (inner,)) | inner,)) if (
                        name in EXPONENTIAL
                    ):
                        parts |= {Call(name, (inner,)): None for name in SIGMOIDS}
                    case Call("inv", (Call("matmul", (left, right)),)) if (
                        self.shapes.turned(left) == right
                    ):
                        parts |= {Call("pinv", (X,)): None for X in (left, right)}
        for part in list(parts):
            parts[self.shapes.turned(part)] = None
        shapes: set[Shape] = set()
        for part in sorted(parts, key=length):
            found = self._entry(part)
            if found:
                shapes.add(found[0])
                yield found
        sizes = {dim for shape in shapes for dim in shape if dim != ONE}
        for m in sizes:
            constants = [written(m), self.shapes.eye(m)]
            constants += [self.shapes.ones(m, n) for n in (*sizes, ONE)]
            for tree in (*constants, self.shapes.ones(ONE, m)):
                if found := self._entry(tree):
                    yield found
        if found := self._entry(_ONE):
            yield found

    def _alone(self, shape: Shape, entry: Entry) -> Iterator[tuple[Shape, Entry]]:
        """Yield what is written with one part."""
        tree = entry.tree
        for name, f in UNARY.items():
            new = _written(name, tree)
            with np.errstate(all="ignore"):
                blocks = tuple(f(X) for X in entry.blocks)
            yield shape, Entry(new, blocks, flat(blocks), length(new))
        calls = []
        if shape[0] == shape[1] != ONE:
            calls += [Call("inv", (tree,)), Call("matmul", (tree, tree))]
        elif shape[1] == ONE != shape[0]:
            calls += [Call("diag", (tree,)), Call("norm", (tree,))]
        for call in calls:
            if made := self._entry(call):
                yield made


def _written(name: str, tree: Tree) -> Tree:
    match name:
        case "square":
            return Call("pow", (tree, _TWO))
        case "one over":
            return Call("div", (_ONE, tree))
        case "one over square":
            return Call("div", (_ONE, Call("pow", (tree, _TWO))))
        case "root":
            return Call("sqrt", (tree,))
        case "one over root":
            return Call("div", (_ONE, Call("sqrt", (tree,))))
        case "one less":
            return Call("sub", (_ONE, tree))
    return Call("add", (_ONE, tree))


def _pairs(
    short: list[tuple[Shape, Entry]],
) -> Iterator[tuple[Shape, Entry]]:
    """Yield sums, differences and products of two."""
    for i, (shape, one) in enumerate(short):
        for j, (other_shape, other) in enumerate(short):
            pairs = list(zip(one.blocks, other.blocks, strict=True))
            ways: list[tuple[str, Shape, list[Floats]]] = []
            if shape == other_shape:
                if i < j:
                    ways.append(("add", shape, [X + Y for X, Y in pairs]))
                    ways.append(("sub", shape, [X - Y for X, Y in pairs]))
                    ways.append(("mul", shape, [X * Y for X, Y in pairs]))
            elif shape == SCALAR:
                ways.append(("mul", other_shape, [X * Y for X, Y in pairs]))
            if i != j and other_shape in (shape, SCALAR):
                with np.errstate(all="ignore"):
                    ways.append(("div", shape, [X / Y for X, Y in pairs]))
            if shape[1] == other_shape[0] and SCALAR not in (shape, other_shape):
                result = (shape[0], other_shape[1])
                ways.append(("matmul", result, [X @ Y for X, Y in pairs]))
            for name, result, blocks in ways:
                tree = Call(name, (one.tree, other.tree))
                yield result, Entry(tree, tuple(blocks), flat(blocks), length(tree))


def _keys(X: Floats) -> Iterator[str]:
    """Yield a value that is the same for all multiples, and its neighbours."""
    one, other = _weights(len(X)) @ X
    quotient = other / one if one else 0.0
    for step in (0.0, 1e-8, -1e-8):
        yield f"{quotient * (1 + step):.5e}"


@cache
def _weights(count: int) -> Floats:
    weights = np.random.default_rng(count).uniform(0.5, 1.5, (2, count))
    weights[:, 1::2] *= -1
    return weights
