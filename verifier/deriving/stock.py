"""Short expressions kept by their values: what a longer one may be written as.

The stock of a function is what stands in it, and what people write with such parts:
transposes, inverses, squares, sums and products of two. It is looked up by a quotient
of two weighted sums of the entries, which is the same for all multiples; of sums and
products of two parts that quotient is known without their entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np

from ..engine.arrays import Floats, Places
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Name, Number, Tree
from .algebra import length, scaled, spots
from .forms import Shapes, written
from .samples import Samples, flat, ratio
from .shelves import Shelf, Write, lengths, sums_of, weights

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

Known = tuple[Tree, list[Floats]]
"""An expression and its values."""


def _over(tree: Tree) -> Tree:
    return Call("div", (_ONE, tree))


def _squared(tree: Tree) -> Tree:
    return Call("pow", (tree, _TWO))


ALONE: tuple[tuple[Callable[[Floats], Floats], int, Callable[[Tree], Tree]], ...] = (
    (np.square, 2, _squared),
    (np.reciprocal, 2, _over),
    (lambda X: 1 / (X * X), 4, lambda tree: _over(_squared(tree))),
    (np.sqrt, 1, lambda tree: Call("sqrt", (tree,))),
    (lambda X: 1 / np.sqrt(X), 3, lambda tree: _over(Call("sqrt", (tree,)))),
    (lambda X: 1 - X, 2, lambda tree: Call("sub", (_ONE, tree))),
    (lambda X: 1 + X, 2, lambda tree: Call("add", (_ONE, tree))),
)
"""What is written with one part, entry by entry, and how many parts that adds."""


class Stock:
    """Short expressions by shape and by value, up to a factor."""

    def __init__(self, shapes: Shapes, samples: Samples, trees: Iterable[Tree]):
        self.shapes, self.samples = shapes, samples
        self._shelves: dict[Shape, Shelf] = {}
        base: dict[Shape, list[Known]] = {}
        for tree in self._base(trees):
            if (made := self._evaluated(tree)) is not None:
                shape, blocks = made
                base.setdefault(shape, []).append((tree, blocks))
        with np.errstate(all="ignore"):
            for shape, entries in base.items():
                entries.sort(key=lambda entry: length(entry[0]))
                self._keep_entries(shape, entries, base.get(SCALAR, []))
            self._keep_products(base)

    def shorter(self, tree: Tree, shapes: Shapes) -> Tree | None:
        """Return a shorter expression of the same value, up to a number in front."""
        if isinstance(tree, Number | Name):
            return None
        made = self._evaluated(tree, shapes)
        if made is None:
            return None
        shape, X, size = made[0], flat(made[1]), length(tree)
        if not X.any():
            zero = self.shapes.zeros(*shape)
            return zero if length(zero) < size else None
        shelf = self._shelves.get(shape)
        for entry in shelf.find(sums_of(X), size) if shelf else ():
            other = self._evaluated(entry)
            k = other and ratio(X, flat(other[1]))
            if k and length(found := scaled(k, entry)) < size:
                return found
        return None

    def _evaluated(
        self, tree: Tree, shapes: Shapes | None = None
    ) -> tuple[Shape, list[Floats]] | None:
        term = (shapes or self.shapes).term(tree)
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
        dims = [dim for term in terms if term for dim in term.shape]
        found = [dim for dim in dict.fromkeys(dims) if dim != ONE]
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
        self, shape: Shape, entries: Sequence[Known], scalars: Sequence[Known]
    ) -> None:
        """Keep parts of one shape, and what is made of them entry by entry."""
        shelf = self._shelf(shape)
        trees = [tree for tree, _ in entries]
        sizes = lengths([length(tree) for tree in trees])
        X = np.stack([flat(blocks) for _, blocks in entries])
        shelf.keep(sums_of(X), sizes, trees.__getitem__)
        for f, more, write in ALONE:
            shelf.keep(sums_of(f(X)), sizes + more, _alone(write, trees))
        X, trees, sizes = X[:PAIRED], trees[:PAIRED], sizes[:PAIRED]
        W, S = weights(X.shape[1]), sums_of(X)
        first, second = np.triu_indices(len(trees), 1)
        both = sizes[first] + sizes[second] + 1
        for name, sums in (
            ("add", S[first] + S[second]),
            ("sub", S[first] - S[second]),
            ("mul", np.stack([((X * w) @ X.T)[first, second] for w in W], -1)),
        ):
            shelf.keep(sums, both, _paired(name, trees, trees, first, second))
        self._keep_scaled(shelf, X, trees, trees, X, ("div",))
        if shape != SCALAR and scalars:
            chosen = scalars[:PAIRED]
            wide = np.stack([_spread(b, entries[0][1]) for _, b in chosen])
            others = [tree for tree, _ in chosen]
            self._keep_scaled(shelf, X, trees, others, wide, ("mul", "div"))

    def _keep_scaled(
        self,
        shelf: Shelf,
        X: Floats,
        trees: Sequence[Tree],
        others: Sequence[Tree],
        Y: Floats,
        names: Sequence[str],
    ) -> None:
        """Keep the products and quotients of parts by others."""
        W = weights(X.shape[1])
        sizes = [lengths([length(tree) for tree in some]) for some in (trees, others)]
        first, second = (i.ravel() for i in np.indices((len(trees), len(others))))
        both = sizes[0][first] + sizes[1][second] + 1
        for name in names:
            right = Y if name == "mul" else 1 / Y
            sums = np.stack([(X * w) @ right.T for w in W], -1).reshape(-1, 2)
            if name == "mul":  # scalars stand first
                write = _paired(name, others, trees, second, first)
            else:
                write = _paired(name, trees, others, first, second)
            shelf.keep(sums, both, write)

    def _keep_products(self, base: Mapping[Shape, Sequence[Known]]) -> None:
        """Keep matrix products, inverses, diagonals and norms of short parts."""
        short = [
            (shape, tree, blocks)
            for shape, entries in base.items()
            for tree, blocks in entries
            if shape != SCALAR and length(tree) <= SHORT
        ]
        found: dict[Shape, list[tuple[Tree, Floats]]] = {}
        count = 0
        for shape, tree, blocks in short:
            for name in _calls(shape):
                call = Call(name, (tree,))
                if (made := self._evaluated(call)) is not None:
                    found.setdefault(made[0], []).append((call, sums_of(flat(made[1]))))
            for other, right, others in short:
                if shape[1] == other[0] and count < MOST_PRODUCTS:
                    count += 1
                    pairs = zip(blocks, others, strict=True)
                    sums = sums_of(flat([A @ B for A, B in pairs]))
                    product = Call("matmul", (tree, right))
                    found.setdefault((shape[0], other[1]), []).append((product, sums))
        for shape, made in found.items():
            trees = [tree for tree, _ in made]
            sums = np.stack([two for _, two in made])
            sizes = lengths([length(tree) for tree in trees])
            self._shelf(shape).keep(sums, sizes, trees.__getitem__)

    def _shelf(self, shape: Shape) -> Shelf:
        return self._shelves.setdefault(shape, Shelf())


def _calls(shape: Shape) -> tuple[str, ...]:
    if shape[0] == shape[1]:
        return ("inv",)
    return ("diag", "norm") if shape[1] == ONE else ()


def _alone(write: Callable[[Tree], Tree], trees: Sequence[Tree]) -> Write:
    return lambda i: write(trees[i])


def _paired(
    name: str,
    left: Sequence[Tree],
    right: Sequence[Tree],
    first: Places,
    second: Places,
) -> Write:
    return lambda i: Call(name, (left[first[i]], right[second[i]]))


def _spread(scalars: Sequence[Floats], like: Sequence[Floats]) -> Floats:
    """Return a scalar in every place of a matrix, at each draw."""
    pairs = zip(scalars, like, strict=True)
    return flat([np.broadcast_to(s, X.shape) for s, X in pairs])
