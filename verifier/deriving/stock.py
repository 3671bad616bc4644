"""Short expressions kept by their values: what a longer one may be written as.

The stock of a function is what stands in it, and what people write with such parts:
transposes, inverses, squares, sums and products of two. It is looked up by a quotient
of two weighted sums of the entries, which is the same for all multiples; of sums and
products of two parts that quotient is known without their entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from math import prod

import numpy as np

from ..engine.arrays import Floats, Places
from ..language.term import ONE, SCALAR, Shape
from ..language.tree import Call, Name, Number, Tree
from .algebra import length, scaled, spots
from .forms import Shapes, written
from .samples import TINY, Samples, flat, ratio
from .shelves import Shelf, Write, lengths, sums_of, weights

LONGEST = 8
"""Parts of what is kept as it stands in the function."""
PAIRED = 14
"""How many of the shortest of one shape are put together in pairs."""
SHORT = 3
"""Parts of the matrices of which inverses and products are kept."""
MOST_PRODUCTS = 40
MOST_CANCELLED = 100.0
"""Larger parts that cancel are those of matrices near singular ones."""
SIGMOIDS = ("sigmoid", "tanh", "cosh", "sinh")
"""What sums of exponentials may come to."""
EXPONENTIAL = ("exp", "cosh", "sinh", "softplus", "sigmoid")
_ONE, _TWO = Number(Fraction(1)), Number(Fraction(2))

Known = tuple[Tree, Floats]
"""An expression and its entries."""


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
    """Short expressions by shape and by value, up to a factor.

    Those of a shape are worked out when the first one of that shape is looked up.
    """

    def __init__(self, shapes: Shapes, samples: Samples, trees: Iterable[Tree]):
        self.shapes, self.samples = shapes, samples
        self._shelves: dict[Shape, Shelf] = {}
        self._parts: dict[Shape, list[Tree]] = {}
        self._akins: set[Tree] = set()
        """What does not stand in the function: it is not put together in pairs."""
        for tree in self._base(trees):
            if (term := shapes.term(tree)) is not None:
                self._parts.setdefault(term.shape, []).append(tree)
        for some in self._parts.values():
            some.sort(key=length)
        self._products = self._put_together()

    def shorter(self, tree: Tree, shapes: Shapes) -> Tree | None:
        """Return a shorter expression of the same value, up to a number in front."""
        if isinstance(tree, Number | Name):
            return None
        term = shapes.term(tree)
        X = None if term is None else self.samples.entries(term)
        if term is None or X is None:
            return None
        size = length(tree)
        if not X.any() or self._is_rounding(tree, X, shapes):
            zero = self.shapes.zeros(*term.shape)
            return zero if length(zero) < size else None
        found: list[tuple[int, bool, Tree]] = []
        for entry in self._shelf(term.shape).find(sums_of(X), size):
            Y = self._entries(entry)
            k = None if Y is None else ratio(X, Y)
            if k and length(one := scaled(k, entry)) < size:
                found.append((length(one), k < 0, one))
                if k > 0:
                    break
        return min(found, key=lambda known: known[:2])[2] if found else None

    def _is_rounding(self, tree: Tree, X: Floats, shapes: Shapes) -> bool:
        """Whether the parts of a product or a difference cancel up to rounding."""
        match tree:
            case Call("matmul" | "sub" | "add" as name, args):
                terms = [shapes.term(arg) for arg in args]
                parts = [self.samples.entries(term) for term in terms if term]
                sizes = [float(abs(part).max()) for part in parts if part is not None]
                size = prod(sizes) if name == "matmul" else max(sizes, default=0.0)
                return float(abs(X).max()) <= TINY * min(size, MOST_CANCELLED)
        return False

    def _entries(self, tree: Tree) -> Floats | None:
        term = self.shapes.term(tree)
        return None if term is None else self.samples.entries(term)

    def _known(self, shape: Shape) -> list[Known]:
        """Return the parts of a shape that have a value at the draws."""
        values = ((tree, self._entries(tree)) for tree in self._parts.get(shape, ()))
        return [(tree, X) for tree, X in values if X is not None]

    def _base(self, trees: Iterable[Tree]) -> Iterator[Tree]:
        """Yield what stands in the function, its transposes, and constants."""
        parts: dict[Tree, None] = {}
        for tree in trees:
            for part, _ in spots(tree):
                if not isinstance(part, Number) and length(part) <= LONGEST:
                    akin = list(self._akin(part))
                    self._akins.update(akin, map(self.shapes.turned, akin))
                    parts |= dict.fromkeys((part, *akin))
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
                s = Call("sigmoid", (inner,))
                yield Call("mul", (s, Call("sub", (_ONE, s))))
                yield Call("softmax", (inner,))
            case Call("inv", (Call("matmul", (left, right)),)):
                if self.shapes.turned(left) == right:
                    plain = right if _is_turned(left) else left
                    yield Call("pinv", (plain,))

    # What is kept.

    def _shelf(self, shape: Shape) -> Shelf:
        if shape not in self._shelves:
            shelf = self._shelves[shape] = Shelf()
            with np.errstate(all="ignore"):
                if entries := self._known(shape):
                    self._keep_entries(shape, shelf, entries)
                self._keep_products(shelf, self._products.get(shape, []))
        return self._shelves[shape]

    def _keep_entries(
        self, shape: Shape, shelf: Shelf, entries: Sequence[Known]
    ) -> None:
        """Keep parts of one shape, and what is made of them entry by entry."""
        trees = [tree for tree, _ in entries]
        sizes = lengths([length(tree) for tree in trees])
        X = np.stack([values for _, values in entries])
        shelf.keep(sums_of(X), sizes, trees.__getitem__)
        for f, more, write in ALONE:
            shelf.keep(sums_of(f(X)), sizes + more, _alone(write, trees))
        own = [i for i, tree in enumerate(trees) if tree not in self._akins][:PAIRED]
        if not own:
            return
        X, trees, sizes = X[own], [trees[i] for i in own], sizes[own]
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
        scalars = [tree for tree, _ in self._known(SCALAR)[:PAIRED]]
        if shape != SCALAR and scalars:
            wide = np.stack([self._spread(tree, trees[0]) for tree in scalars])
            self._keep_scaled(shelf, X, trees, scalars, wide, ("mul", "div"))

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

    def _put_together(self) -> dict[Shape, list[Tree]]:
        """Return products, inverses, diagonals and norms of short parts, by shape."""
        short = [
            (shape, tree)
            for shape, trees in self._parts.items()
            for tree in trees
            if shape != SCALAR and length(tree) <= SHORT
        ]
        found: dict[Shape, list[Tree]] = {}
        count = 0
        for shape, tree in short:
            for name in _calls(shape):
                call = Call(name, (tree,))
                match call:  # inv(X).T, not inv(X.T)
                    case Call("inv", (Call("transpose", (X,)),)):
                        call = Call("transpose", (Call("inv", (X,)),))
                if (term := self.shapes.term(call)) is not None:
                    found.setdefault(term.shape, []).append(call)
            for other, right in short:
                if shape[1] == other[0] and count < MOST_PRODUCTS:
                    count += 1
                    product = Call("matmul", (tree, right))
                    found.setdefault((shape[0], other[1]), []).append(product)
        return found

    def _keep_products(self, shelf: Shelf, calls: Iterable[Tree]) -> None:
        values = [(tree, self._entries(tree)) for tree in calls]
        made = [(tree, X) for tree, X in values if X is not None]
        if made:
            trees = [tree for tree, _ in made]
            sizes = lengths([length(tree) for tree in trees])
            shelf.keep(
                sums_of(np.stack([X for _, X in made])), sizes, trees.__getitem__
            )

    def _spread(self, scalar: Tree, like: Tree) -> Floats:
        """Return a scalar in every place of a matrix, at each draw."""
        found = []
        for tree in (scalar, like):
            term = self.shapes.term(tree)
            blocks = None if term is None else self.samples.blocks(term)
            assert blocks is not None
            found.append(blocks)
        pairs = zip(*found, strict=True)
        return flat([np.broadcast_to(s, X.shape) for s, X in pairs])


def _is_turned(tree: Tree) -> bool:
    return isinstance(tree, Call) and tree.name == "transpose"


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
