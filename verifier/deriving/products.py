"""Products: a number, scalar factors with their powers, and a chain of matrices.

Terms of derivatives are written this way, so that they can be multiplied, transposed
and compared. What is simplified is what everybody simplifies: identities, minus signs,
transposes of symmetric matrices, powers of the same scalar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Self

from ..language.declaration import Type
from ..language.term import ONE, SCALAR, Scope, Shape
from ..language.tree import Call, Name, Number, Tree, dimension_of
from .algebra import chained, length, plus, summands
from .forms import Shapes
from .writing import all_raised, is_chain, spine, written_in_a_row

Powers = tuple[tuple[Tree, Fraction], ...]


MOST_BITS = 4096
"""Of a power of a number that is multiplied out."""


@dataclass(frozen=True)
class Product:
    """`number` times powers of scalars times the matrix product of a chain."""

    shape: Shape
    number: Fraction = Fraction(1)
    scalars: Powers = ()
    chain: tuple[Tree, ...] = ()

    @property
    def body(self) -> tuple[Powers, tuple[Tree, ...]]:
        """Everything but the number: terms with equal bodies are one."""
        return self.scalars, self.chain

    def times(self, k: Fraction | int) -> Product:
        """Return a multiple."""
        return replace(self, number=self.number * k)


class Algebra(Shapes):
    """Makes products of trees, in a scope that knows their shapes."""

    def __init__(self, scope: Scope):
        super().__init__(scope)
        self._products: dict[Tree, Product] = {}

    def knowing(self, extra: Mapping[str, Type]) -> Self:
        """Return an algebra in a scope with more names."""
        extra = {**self.scope.extra, **extra}
        return type(self)(replace(self.scope, extra=extra, inferred={}, seen={}))

    # Trees as products.

    def product(self, tree: Tree) -> Product:
        """Take a tree apart into its factors."""
        if tree not in self._products:
            self._products[tree] = self._product(tree)
        return self._products[tree]

    def _product(self, tree: Tree) -> Product:
        match tree:
            case Number(value):
                return Product(SCALAR, value)
            case Call("neg", (inner,)):
                return self.product(inner).times(-1)
            case Call("transpose", (inner,)):
                return self.transposed(self.product(inner))
            case Call("matmul", (left, right)):
                return self.at(self.product(left), self.product(right))
            case Call("mul", (left, right)):
                return self.by(self.product(left), self.product(right))
            case Call("div", (left, right)) if self.is_scalar(right):
                return self.by(self.product(left), self.inverted(self.product(right)))
            case Call("pow", (Number(value), k)) if value == 1 and self.is_scalar(k):
                return Product(SCALAR)
            case Call("pow", (base, Number(k))) if self.is_scalar(base):
                return self.power(self.product(base), k)
            case Call("div", (left, right)) if left == right:
                return self.product(self.ones(*self.shape(left)))
            case Call("div", (left, right)):
                above = self.product(left)
                core = self._core(above) if above.chain else Number(Fraction(1))
                chain = (Call("div", (core, right)),)
                return replace(above, shape=self.shape(tree), chain=chain)
            case Call("sum", (Name(name),)) if self._is_probability(name):
                return Product(SCALAR)
            case Call("solve", (A, B)):
                return self.at(self.product(Call("inv", (A,))), self.product(B))
        shape = self.shape(tree)
        if shape == SCALAR:
            return Product(SCALAR, scalars=((tree, Fraction(1)),))
        return Product(shape, chain=(tree,))

    def _is_probability(self, name: str) -> bool:
        """Whether the entries of a name add up to one, by its type."""
        declared = self.scope.types.get(name)
        return isinstance(declared, Type) and declared.kind == "probability_vector"

    def tree(self, product: Product) -> Tree:
        """Write a product as people do: numbers and scalars, matrices, divisors."""
        number, scalars, chain = product.number, list(product.scalars), product.chain
        if not chain:  # x.T @ A @ x is written without brackets
            whole = [base for base, k in scalars if k == 1 and is_chain(base)]
            if whole:
                scalars.remove((whole[-1], Fraction(1)))
                chain = (whole[-1],)
        above = all_raised([(base, k) for base, k in scalars if k > 0])
        below = all_raised([(base, -k) for base, k in scalars if k < 0])
        if abs(number.numerator) != 1 or not (above or chain):
            above.insert(0, Number(Fraction(abs(number.numerator))))
        if number.denominator != 1:
            below.insert(0, Number(Fraction(number.denominator)))
        tree = written_in_a_row(above, chain, negative=number < 0)
        match tree:
            case Call("div", (Number() as top, under)) if below:
                return Call("div", (top, written_in_a_row(below, (under,))))
        return Call("div", (tree, written_in_a_row(below, ()))) if below else tree

    # Arithmetic.

    def at(self, left: Product, right: Product) -> Product:
        """Return the matrix product."""
        if SCALAR in (left.shape, right.shape):
            return self.by(left, right)
        return self._joined(left, right)

    def by(self, left: Product, right: Product) -> Product:
        """Return the product by a scalar, or entry by entry."""
        if left.shape == SCALAR:
            left = self.closed(left)
        if right.shape == SCALAR:
            right = self.closed(right)
        chain = left.chain or right.chain
        shape = right.shape if left.shape == SCALAR else left.shape
        if left.chain and right.chain:
            chain = self._entries(shape, left.chain, right.chain)
        return self._with((left, right), shape, chain)

    def spread(self, product: Product, shape: Shape) -> Product:
        """Return a scalar in every place of a matrix; what has the shape stays."""
        if product.shape == shape:
            return product
        return self.by(product, self.product(self.ones(*shape)))

    def inverted(self, product: Product) -> Product:
        """Return one over a scalar."""
        return self.power(product, Fraction(-1))

    def power(self, product: Product, k: Fraction) -> Product:
        """Return a power of a scalar."""
        closed = self.closed(product)
        number = closed.number
        scalars = tuple((base, e * k) for base, e in closed.scalars)
        if k.denominator == 1 and (number or k > 0) and _fits(number, k):
            return Product(SCALAR, number ** int(k), scalars)
        if number != 1:
            scalars = ((Number(number), k), *scalars)
        return Product(SCALAR, scalars=scalars)

    def transposed(self, product: Product) -> Product:
        """Return the transpose."""
        rows, columns = product.shape
        chain = tuple(map(self.turned, product.chain[::-1]))
        return replace(product, shape=(columns, rows), chain=chain)

    def closed(self, product: Product) -> Product:
        """Turn the chain of a scalar, such as x.T @ x, into a scalar factor."""
        if product.shape != SCALAR or not product.chain:
            return product
        base = self._scalar(product)
        scalars = _gathered((*product.scalars, (base, Fraction(1))))
        return replace(product, scalars=scalars, chain=())

    def _scalar(self, product: Product) -> Tree:
        """Write the chain of a scalar, or its transpose, whichever is shorter."""
        turned = chained([self.turned(factor) for factor in product.chain[::-1]])
        return min(self._core(product), turned, key=length)

    def total(self, products: Iterable[Product]) -> list[Product]:
        """Add up products that differ in their numbers only."""
        found: dict[object, Product] = {}
        for product in map(self.closed, products):
            known = found.get(product.body)
            number = product.number + (known.number if known else 0)
            found[product.body] = replace(known or product, number=number)
        return [product for product in found.values() if product.number]

    def joined(self, products: Iterable[Product]) -> Tree:
        """Write a sum of products, one with a plus sign first."""
        ordered = sorted(products, key=lambda p: p.number < 0)
        if not ordered:
            return Number(Fraction(0))
        total = self.tree(ordered[0])
        for product in ordered[1:]:
            total = plus(total, self.tree(product))
        return total

    def expanded(self, tree: Tree, most: int = 16) -> list[Product]:
        """Multiply out: the terms of a sum of products, or the tree as one term."""
        found = self._expanded(tree, most)
        return [self.product(tree)] if found is None else self.total(found)

    def _expanded(self, tree: Tree, most: int) -> list[Product] | None:
        match tree:
            case Call("add" | "sub"):
                parts = [self._expanded(part, most) for part in summands(tree)]
                if None in parts:
                    return None
                shape = self.shape(tree)
                found = [p for part in parts for p in part or ()]
                return [self.spread(p, shape) for p in found]
            case Call("mul" | "matmul" as name, (left, right)):
                lefts, rights = (self._expanded(s, most) for s in (left, right))
                if lefts is None or rights is None or len(lefts) * len(rights) > most:
                    return None
                join = self.at if name == "matmul" else self.by
                return [join(a, b) for a in lefts for b in rights]
            case Call("div", (left, right)) if self.is_scalar(right):
                lefts, below = self._expanded(left, most), self.product(right)
                if lefts is None:
                    return None
                return [self.by(a, self.inverted(below)) for a in lefts]
            case Call("transpose", (inner,)):
                found = self._expanded(inner, most)
                return found and [self.transposed(p) for p in found]
            case Call("neg", (inner,)):
                found = self._expanded(inner, most)
                return found and [p.times(-1) for p in found]
            case Call("pow", (Call("norm", (X,)), Number(k))) if k == 2:
                turned, column = self.turned(X), self.shape(X)[1] == ONE
                square = Call("matmul", (turned, X))
                return self._expanded(square if column else Call("tr", (square,)), most)
            case Call("tr" | "sum" | "vec" | "diag" | "diagonal" as name, (inner,)):
                found = self._expanded(inner, most)
                return found and [self.within(name, p) for p in found]
        return [self.product(tree)]

    def _core(self, product: Product) -> Tree:
        return chained(product.chain)

    def _with(
        self, factors: tuple[Product, Product], shape: Shape, chain: tuple[Tree, ...]
    ) -> Product:
        left, right = factors
        scalars = _gathered((*left.scalars, *right.scalars))
        return Product(shape, left.number * right.number, scalars, chain)

    def _entries(
        self, shape: Shape, left: tuple[Tree, ...], right: tuple[Tree, ...]
    ) -> tuple[Tree, ...]:
        """Return the product of two chains entry by entry; ones and v / v disappear."""
        match chained(left), chained(right):
            case Call("ones"), _:
                return right
            case _, Call("ones"):
                return left
            case (Call("div", (Number(k), v)), u) | (
                u,
                Call("div", (Number(k), v)),
            ) if k == 1:
                return (self.ones(*shape) if u == v else Call("div", (u, v)),)
            case u, v:
                for name, factor in spine(v):
                    u = Call(name, (u, factor))
                return (u,)
        raise AssertionError

    def _joined(self, left: Product, right: Product) -> Product:
        """Join two chains; where they meet, identities fall away."""
        shape = (left.shape[0], right.shape[1])
        middle = self._met(left.chain[-1], right.chain[0])
        if middle is None:
            return self._with((left, right), shape, (*left.chain, *right.chain))
        if middle.shape == SCALAR:
            middle = self.closed(middle)
        chain = (*left.chain[:-1], *middle.chain, *right.chain[1:])
        outer = self._with((left, right), shape, chain)
        return self._with((outer, middle), shape, chain)

    def _met(self, left: Tree, right: Tree) -> Product | None:
        """Return what two neighbours make together, where that is simpler."""
        match left, right:
            case Call("eye"), _:
                return self.product(right)
            case _, Call("eye"):
                return self.product(left)
            case Call("ones", (m, k)), Call("ones", (_, n)):
                ones = self.ones(dimension_of(m), dimension_of(n))
                return self.by(self.product(k), self.product(ones))
            case Call("ones", (Number(k), _)), v if k == 1 and self.shape(v)[1] == ONE:
                return self.product(Call("sum", (v,)))
            case Call("div", (u, v)), w if (
                self.turned(v) == w and self.shape(u)[0] == self.shape(w)[1] == ONE
            ):
                return self.product(Call("sum", (self.turned(u),)))
            case w, Call("div", (u, v)) if (
                self.turned(v) == w and self.shape(w)[0] == self.shape(u)[1] == ONE
            ):
                return self.product(Call("sum", (u,)))
            case Call("commutation", (m, n)), Call("commutation", (p, q)) if (m, n) == (
                q,
                p,
            ):
                return self.product(self.eye(self.shape(left)[0]))
            case Call("diag", (u,)), Call("diag", (v,)):
                both = self.by(self.product(u), self.product(v))
                return self.within("diag", both)
            case Call("diag", (u,)), v if self.shape(v)[1] == ONE:
                return self.by(self.product(u), self.product(v))
            case Call("kron", (A, B)), Call("kron", (C, D)):
                if self._meet(A, C) and self._meet(B, D):
                    pairs = ((A, C), (B, D))
                    return self.kron(*(self.at(*map(self.product, p)) for p in pairs))
            case Call("kron", (A, B)), Call("vec", (X,)):
                if self._meet(B, X) and self._meet(A, Call("transpose", (X,))):
                    return self._vec(B, X, self.turned(A))
            case Call("transpose", (Call("vec", (X,)),)), Call("kron", (A, B)):
                if self._meet(Call("transpose", (X,)), B) and self._meet(X, A):
                    return self.transposed(self._vec(self.turned(B), X, A))
        return None

    def _meet(self, left: Tree, right: Tree) -> bool:
        return self.shape(left)[1] == self.shape(right)[0]

    def _vec(self, *factors: Tree) -> Product:
        """Return vec(B @ X @ A): what a Kronecker product does to a stacked X."""
        B, X, A = map(self.product, factors)
        return self.stacked(self.at(self.at(B, X), A))

    def stacked(self, M: Product) -> Product:
        """Return vec(M); a vector is its own, whichever way it lies."""
        if M.shape[1] == ONE:
            return M
        return self.transposed(M) if M.shape[0] == ONE else self.within("vec", M)

    def within(self, name: str, M: Product) -> Product:
        """Apply a linear function of the language to the matrices only."""
        core = Product(M.shape, chain=M.chain)
        found = self.product(Call(name, (self.tree(core),)))
        return self.by(Product(SCALAR, M.number, M.scalars), found)

    def kron(self, left: Product, right: Product) -> Product:
        """Return a Kronecker product."""
        if left.shape == SCALAR or right.shape == SCALAR:
            return self.by(left, right)
        (m, n), (p, q) = left.shape, right.shape
        if m == q == ONE:
            return self.at(right, left)
        if n == p == ONE:
            return self.at(left, right)
        match self._core(left), self._core(right):
            case Call("eye"), Call("eye"):
                chain = (self.eye(m * p),)
            case A, B:
                chain = (Call("kron", (A, B)),)
        return self._with((left, right), (m * p, n * q), chain)


def _fits(number: Fraction, k: Fraction) -> bool:
    """Whether a power of a number is worth writing out: 9**9**9 would take for ever."""
    bits = max(number.numerator.bit_length(), number.denominator.bit_length())
    return abs(k) * bits <= MOST_BITS


def _gathered(powers: Powers) -> Powers:
    """Add the exponents of equal scalars."""
    found: dict[Tree, Fraction] = {}
    for base, k in powers:
        found[base] = found.get(base, Fraction(0)) + k
    return tuple((base, k) for base, k in found.items() if k)
