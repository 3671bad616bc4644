"""Common factors of the terms of a sum: a number, a scalar, a side, an entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..language.dimension import Dim
from ..language.term import SCALAR
from ..language.tree import Call, Tree
from .algebra import chained
from .entrywise import entrywise
from .products import Algebra, Powers, Product

LINEAR = ("tr", "sum", "diag", "diagonal", "vec")
"""Functions of one matrix that take sums apart."""
Outside = Callable[[Product], Product]
Part = tuple[object, Outside, Product]
"""What a factor is known by, how it is put back, and what it leaves of the term."""


@dataclass(frozen=True)
class Factor:
    """A factor that some terms share, and what it leaves of them."""

    of: frozenset[int]
    rests: list[Tree]
    outside: Outside


def common(algebra: Algebra, terms: Sequence[Tree]) -> Iterator[Factor]:
    """Yield what two or more terms have in common."""
    found: dict[object, list[tuple[int, Outside, Product]]] = {}
    for i, term in enumerate(terms):
        for key, outside, rest in _parts(algebra, algebra.product(term)):
            found.setdefault(key, []).append((i, outside, rest))
    for shared in found.values():
        rests = [rest for _, _, rest in shared]
        if len({i for i, _, _ in shared}) > 1 and len({p.shape for p in rests}) == 1:
            of = frozenset(i for i, _, _ in shared)
            yield Factor(of, [algebra.tree(p) for p in rests], shared[0][1])


def _parts(algebra: Algebra, p: Product) -> Iterator[Part]:
    """Yield every factor that may be taken out of a term."""
    size = abs(p.number)
    if size != 1:
        yield ("number", size), _by(algebra, Product(SCALAR, size)), p.times(1 / size)
    for base, k in p.scalars:
        others = tuple(power for power in p.scalars if power[0] != base)
        one = Fraction(1 if k > 0 else -1)
        for part in {k, one} if abs(k) > 1 else {k}:
            left = (*others, (base, k - part)) if k != part else others
            factor = Product(SCALAR, scalars=((base, part),))
            yield ("scalar", base, part), _by(algebra, factor), replace(p, scalars=left)
        if not p.chain:
            yield from _within(algebra, p, base, k, others)
    if not p.chain:
        return
    first, last = p.chain[0], p.chain[-1]
    outer = Product(SCALAR, p.number, p.scalars)
    if len(p.chain) > 1 or algebra.is_square(first):
        rest = _chain(algebra, p.chain[1:], algebra.shape(first)[1])
        yield ("left", first), _left(algebra, first), algebra.by(outer, rest)
    if len(p.chain) > 1 or algebra.is_square(last):
        rest = _chain(algebra, p.chain[:-1], algebra.shape(last)[0])
        yield ("right", last), _right(algebra, last), algebra.by(outer, rest)
    if len(p.chain) == 1:
        yield from _within(algebra, outer, first, Fraction(1), outer.scalars)
        entries = entrywise(algebra, first)
        if entries is None:
            ones = algebra.product(algebra.ones(*p.shape))
            yield ("entries", first), _entries(algebra, first), algebra.by(outer, ones)
            return
        for tree, rest in entries.parts(algebra):
            yield ("entries", tree), _entries(algebra, tree), algebra.by(outer, rest)


def _within(
    algebra: Algebra, p: Product, tree: Tree, k: Fraction, others: Powers
) -> Iterator[Part]:
    """Yield a linear function of one matrix, which takes a sum as well."""
    if k == 1 and isinstance(tree, Call) and tree.name in LINEAR:
        outer = Product(SCALAR, p.number, others)
        rest = algebra.by(outer, algebra.product(tree.args[0]))
        yield ("within", tree.name), lambda M: algebra.within(tree.name, M), rest


def _chain(algebra: Algebra, chain: tuple[Tree, ...], n: Dim) -> Product:
    return algebra.product(chained(chain) if chain else algebra.eye(n))


def _by(algebra: Algebra, factor: Product) -> Outside:
    return lambda inner: algebra.by(factor, inner)


def _left(algebra: Algebra, factor: Tree) -> Outside:
    return lambda inner: algebra.at(algebra.product(factor), inner)


def _right(algebra: Algebra, factor: Tree) -> Outside:
    return lambda inner: algebra.at(inner, algebra.product(factor))


def _entries(algebra: Algebra, factor: Tree) -> Outside:
    return lambda inner: algebra.by(algebra.product(factor), inner)
