"""About how many entries an exact draw takes, as a polynomial of the sizes.

A product of entries that FLINT takes is some fifty times as cheap as an entry of a
list, and a derivative of a function symbol some ten times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import prod

from ..language.dimension import Dim
from ..language.primitives import PRIMITIVES
from ..language.term import Term, terms

Product = tuple[Dim, ...]
CUBIC = ("det", "logdet", "inverse", "solve", "pinv")
"""Rules of what takes the fourth power of a size: a cube, and moving along."""


class Cost:
    """The entries of the values of terms, in all their parts.

    Terms of one shape are counted once, for a claim is asked at many sizes.
    """

    def __init__(self) -> None:
        self.entries: Counter[Product] = Counter()
        self.products: Counter[Product] = Counter()
        self.derivatives: Counter[tuple[Product, tuple[Product, ...], int]] = Counter()

    def add(self, root: Term, order: int = 0) -> None:
        """Count a term, of which derivatives up to an order are taken."""
        for term in terms(root):
            self.entries[term.shape] += 1
            row = PRIMITIVES.get(term.op)
            if term.op == "matmul":
                self.products[(*term.shape, term.args[0].shape[1])] += 1
            elif row and row.degree in CUBIC:
                self.products[(term.args[0].shape[0],) * 4] += 1
            elif term.op in ("apply", "derived"):
                shapes = tuple(arg.shape for arg in term.args)
                self.derivatives[term.shape, shapes, order] += 1

    def at(self, numbers: Mapping[str, int]) -> int:
        """Return the count at some sizes."""
        known: dict[Dim, int] = {}

        def size(dims: Product) -> int:
            for dim in dims:
                if dim not in known:
                    known[dim] = int(dim.number(numbers))
            return prod(known[dim] for dim in dims)

        total = sum(many * size(dims) for dims, many in self.entries.items())
        total += sum(many * size(dims) for dims, many in self.products.items()) // 50
        for (shape, shapes, order), many in self.derivatives.items():
            total += many * size(shape) * sum(map(size, shapes)) ** order // 10
        return total
