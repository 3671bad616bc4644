"""Short expressions kept by their values: what a longer one may be written as.

The stock of a function is what stands in it, and what people write with such parts:
transposes, inverses, squares, sums and products of two. It is looked up by a quotient
of two weighted sums of the entries, which is the same for all multiples; of sums and
products of two parts that quotient is known without their entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
"""How many of the shortest of one shape are put together in pairs."""
SHORT = 3
"""Parts of the matrices of which inverses and products are kept."""
MOST_PRODUCTS = 40
SIGMOIDS = ("sigmoid", "tanh", "cosh", "sinh")
"""What sums of exponentials may come to."""
EXPONENTIAL = ("exp", "cosh", "sinh", "softplus")
_ONE, _TWO = Number(Fraction(1)), Number(Fraction(2))

Made = Callable[[], Tree]
Sums = Floats
"""Two weighted sums of the entries, for each of several expressions."""


def _over(tree: Tree) -> Tree:
    return Call("div", (_ONE, tree))


def _squared(tree: Tree) -> Tree:
    return Call("pow", (tree, _TWO))


ALONE: tuple[tuple[Callable[[Floats], Floats], Callable[[Tree], Tree]], ...] = (
    (np.square, _squared),
    (np.reciprocal, _over),
    (lambda X: 1 / (X * X), lambda tree: _over(_squared(tree))),
    (np.sqrt, lambda tree: Call("sqrt", (tree,))),
    (lambda X: 1 / np.sqrt(X), lambda tree: _over(Call("sqrt", (tree,)))),
    (lambda X: 1 - X, lambda tree: Call("sub", (_ONE, tree))),
    (lambda X: 1 + X, lambda tree: Call("add", (_ONE, tree))),
)
"""What is written with one part, entry by entry."""


class Stock:
    """Short expressions by shape and by value, up to a factor."""

    def __init__(self, shapes: Shapes, samples: Samples, trees: Iterable[Tree]):
        self.shapes, self.samples = shapes, samples
        self._found: dict[tuple[Shape, str], tuple[int, Made]] = {}
        base: dict[Shape, list[tuple[Tree, list[Floats]]]] = {}
        for tree in self._base(trees):
            if (made := self._evaluated(tree)) is not None:
                shape, blocks = made
                base.setdefault(shape, []).append((tree, blocks))
        with np.errstate(all="ignore"):
            for shape, entries in base.items():
                entries.sort(key=lambda entry: length(entry[0]))
                self._keep_entries(shape, entries, base.get(SCALAR, []))
            self._keep_products(base)

    def shorter(self, tree: Tree) -> Tree | None:
        """Return a shorter expression of the same value, up to a number in front."""
        if isinstance(tree, Number | Name):
            return None
        made = self._evaluated(tree)
        if made is None:
            return None
        shape, X, size = made[0], flat(made[1]), length(tree)
        if not X.any():
            zero = self.shapes.zeros(*shape)
            return zero if length(zero) < size else None
        for key in _keys(_weights(X.size) @ X):
            known = self._found.get((shape, key))
            if known is None or known[0] >= size:
                continue
            entry = known[1]()
            other = self._evaluated(entry)
            k = other and ratio(X, flat(other[1]))
            if k and length(found := scaled(k, entry)) < size:
                return found
        return None

    def _evaluated(self, tree: Tree) -> tuple[Shape, list[Floats]] | None:
        term = self.shapes.term(tree)
        blocks = None if term is None else self.samples.blocks(term)
        return None if term is None or blocks is None else (term.shape, blocks)

    def _base(self, trees: Iterable[Tree]) -> Iterator[Tree]:
        """Yield what stands in the function, its transposes, and constants."""
        parts: dict[Tree, None] = {}
        for tree in trees:
            for part, _ in spots(tree):
                if not isinstance(part, Number) and length(part) <= LONGEST:
                    parts |= dict.fromkeys((part, *self._akin(part)))
        for part in list(parts):
            parts[self.shapes.turned(part)] = None
        yield from parts
        terms = map(self.shapes.term, parts)
        found = {dim for term in terms if term for dim in term.shape if dim != ONE}
        for m in found:
            yield from (written(m), self.shapes.eye(m), self.shapes.ones(ONE, m))
            yield from (self.shapes.ones(m, n) for n in (*found, ONE))
        yield _ONE

    def _akin(self, part: Tree) -> Iterator[Tree]:
        """Yield functions that people know for what a part belongs to."""
        match part:
            case Call(name, (Call("neg", (inner,)) | inner,)) if name in EXPONENTIAL:
                yield from (Call(name, (inner,)) for name in SIGMOIDS)
            case Call("inv", (Call("matmul", (left, right)),)):
                if self.shapes.turned(left) == right:
                    yield from (Call("pinv", (X,)) for X in (left, right))

    # What is kept.

    def _keep_entries(
        self,
        shape: Shape,
        entries: Sequence[tuple[Tree, list[Floats]]],
        scalars: Sequence[tuple[Tree, list[Floats]]],
    ) -> None:
        """Keep parts of one shape, and what is made of them entry by entry."""
        trees = [tree for tree, _ in entries]
        X = np.stack([flat(blocks) for _, blocks in entries])
        W = _weights(X.shape[1])
        self._keep(shape, X @ W.T, [(length(t), _same(t)) for t in trees])
        for f, write in ALONE:
            made = [(length(write(t)), _made(write, t)) for t in trees]
            self._keep(shape, f(X) @ W.T, made)
        X, trees = X[:PAIRED], trees[:PAIRED]
        sizes = [length(tree) for tree in trees]
        S = X @ W.T
        first, second = np.triu_indices(len(trees), 1)
        for name, sums in (
            ("add", S[first] + S[second]),
            ("sub", S[first] - S[second]),
            ("mul", np.stack([((X * w) @ X.T)[first, second] for w in W], -1)),
        ):
            pairs = zip(first, second, strict=True)
            made = [
                (sizes[i] + sizes[j] + 1, _pair(name, trees[i], trees[j]))
                for i, j in pairs
            ]
            self._keep(shape, sums, made)
        self._keep_scaled(shape, X, trees, trees, X, ("div",))
        if shape != SCALAR and scalars:
            chosen = scalars[:PAIRED]
            wide = np.stack([_spread(b, entries[0][1]) for _, b in chosen])
            self._keep_scaled(
                shape, X, trees, [t for t, _ in chosen], wide, ("mul", "div")
            )

    def _keep_scaled(
        self,
        shape: Shape,
        X: Floats,
        trees: Sequence[Tree],
        others: Sequence[Tree],
        Y: Floats,
        names: Sequence[str],
    ) -> None:
        """Keep the products and quotients of parts by others."""
        W = _weights(X.shape[1])
        for name in names:
            right = Y if name == "mul" else 1 / Y
            sums = np.stack([(X * w) @ right.T for w in W], -1)
            made = [
                (length(a) + length(b) + 1, _pair(name, *_order(name, a, b)))
                for a in trees
                for b in others
            ]
            self._keep(shape, sums.reshape(-1, 2), made)

    def _keep_products(
        self, base: dict[Shape, list[tuple[Tree, list[Floats]]]]
    ) -> None:
        """Keep matrix products, inverses, diagonals and norms of short parts."""
        short = [
            (shape, tree, blocks)
            for shape, entries in base.items()
            for tree, blocks in entries
            if shape != SCALAR and length(tree) <= SHORT
        ]
        count = 0
        for shape, tree, blocks in short:
            for name in _calls(shape):
                call = Call(name, (tree,))
                if (made := self._evaluated(call)) is not None:
                    self._keep_one(made[0], flat(made[1]), call)
            for other, right, others in short:
                if shape[1] == other[0] and count < MOST_PRODUCTS:
                    count += 1
                    pairs = zip(blocks, others, strict=True)
                    X = flat([A @ B for A, B in pairs])
                    product = Call("matmul", (tree, right))
                    self._keep_one((shape[0], other[1]), X, product)

    def _keep_one(self, shape: Shape, X: Floats, tree: Tree) -> None:
        sums = (_weights(X.size) @ X)[None]
        self._keep(shape, sums, [(length(tree), _same(tree))])

    def _keep(self, shape: Shape, sums: Sums, made: Sequence[tuple[int, Made]]) -> None:
        for two, entry in zip(sums, made, strict=True):
            for key in _keys(two, near=False):
                known = self._found.get((shape, key))
                if known is None or entry[0] < known[0]:
                    self._found[shape, key] = entry


def _calls(shape: Shape) -> tuple[str, ...]:
    if shape[0] == shape[1]:
        return ("inv",)
    return ("diag", "norm") if shape[1] == ONE else ()


def _order(name: str, part: Tree, scalar: Tree) -> tuple[Tree, Tree]:
    return (scalar, part) if name == "mul" else (part, scalar)


def _same(tree: Tree) -> Made:
    return lambda: tree


def _made(write: Callable[[Tree], Tree], tree: Tree) -> Made:
    return lambda: write(tree)


def _pair(name: str, left: Tree, right: Tree) -> Made:
    return lambda: Call(name, (left, right))


def _spread(scalars: Sequence[Floats], like: Sequence[Floats]) -> Floats:
    """Return a scalar in every place of a matrix, at each draw."""
    pairs = zip(scalars, like, strict=True)
    return flat([np.broadcast_to(s, X.shape) for s, X in pairs])


def _keys(sums: Floats, near: bool = True) -> Iterator[str]:
    """Yield what is the same for all multiples, and its neighbours in rounding."""
    one, other = sums
    quotient = other / one if one else 0.0
    if np.isfinite(quotient) and quotient:
        for step in (0.0, 1e-8, -1e-8) if near else (0.0,):
            yield f"{quotient * (1 + step):.5e}"


@cache
def _weights(count: int) -> Floats:
    """Return two rows of weights, none of which says much of the other."""
    weights = np.random.default_rng(count).uniform(0.5, 1.5, (2, count))
    weights[:, 1::2] *= -1
    return weights
