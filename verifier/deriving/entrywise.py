"""Products entry by entry: a number, scalars, and arrays with their powers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ..language.term import SCALAR, Shape
from ..language.tree import Call, Number, Tree
from .products import Algebra, Product
from .writing import raised

NAMES = ("mul", "div", "pow", "sqrt", "neg")
"""What such products are written with."""
ONE = Fraction(1)


@dataclass(frozen=True)
class Entrywise:
    """`scale`, a scalar, times powers of arrays of one shape, entry by entry."""

    shape: Shape
    scale: Product = field(default_factory=lambda: Product(SCALAR))
    powers: tuple[tuple[Tree, Fraction], ...] = ()

    def times(self, algebra: Algebra, tree: Tree, k: Fraction = ONE) -> Entrywise:
        """Multiply by a power of a tree, which is a scalar or has the shape."""
        match tree:
            case Call("mul", (left, right)):
                return self.times(algebra, left, k).times(algebra, right, k)
            case Call("div", (left, right)):
                return self.times(algebra, left, k).times(algebra, right, -k)
            case Call("pow", (base, Number(e))):
                return self.times(algebra, base, k * e)
            case Call("sqrt", (base,)):
                return self.times(algebra, base, k / 2)
            case Call("neg", (inner,)) if k.denominator == 1:
                sign = Fraction(-1 if k.numerator % 2 else 1)
                scale = self.scale.times(sign)
                return replace(self, scale=scale).times(algebra, inner, k)
            case Call("ones"):
                return self
        if algebra.is_scalar(tree):
            factor = algebra.power(algebra.product(tree), k)
            return replace(self, scale=algebra.by(self.scale, factor))
        powers = dict(self.powers)
        powers[tree] = powers.get(tree, Fraction(0)) + k
        kept = tuple((base, e) for base, e in powers.items() if e)
        return replace(self, powers=kept)

    def without(self, *bases: Tree) -> Entrywise:
        """Leave some arrays out."""
        kept = tuple((base, k) for base, k in self.powers if base not in bases)
        return replace(self, powers=kept)

    def core(self, algebra: Algebra) -> Tree:
        """Write the arrays: those above, divided by those below."""
        above = [raised(base, k) for base, k in self.powers if k > 0]
        below = [raised(base, -k) for base, k in self.powers if k < 0]
        if not above and not below:
            return algebra.ones(*self.shape)
        top = _product(above) if above else Number(ONE)
        return Call("div", (top, _product(below))) if below else top

    def product(self, algebra: Algebra) -> Product:
        """Return it as a product of the algebra."""
        return algebra.by(self.scale, algebra.product(self.core(algebra)))

    def parts(self, algebra: Algebra) -> Iterator[tuple[Tree, Product]]:
        """Yield each array, with its power or once, and what is left without it."""
        for base, k in self.powers:
            one = Fraction(1 if k > 0 else -1)
            for part in {k, one} if abs(k) > 1 else {k}:
                taken = replace(self, scale=Product(SCALAR), powers=((base, part),))
                rest = self.times(algebra, base, -part)
                yield taken.core(algebra), rest.product(algebra)


def entrywise(algebra: Algebra, tree: Tree) -> Entrywise | None:
    """Take a tree apart; None where it is a single array."""
    if not (isinstance(tree, Call) and tree.name in NAMES):
        return None
    return Entrywise(algebra.shape(tree)).times(algebra, tree)


def _product(trees: list[Tree]) -> Tree:
    found = trees[0]
    for tree in trees[1:]:
        found = Call("mul", (found, tree))
    return found
