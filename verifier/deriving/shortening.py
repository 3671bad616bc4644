"""Closed forms made short: equal terms joined, factors collected, parts looked up.

What may be written shorter is seen at a few draws (`Stock`, `Samples`); how, is
arithmetic: entries multiplied, powers collected, factors taken out on either side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from heapq import nsmallest
from itertools import combinations
from itertools import product as pairs

from ..engine.arrays import Floats
from ..language.primitives import PRIMITIVES
from ..language.term import SCALAR
from ..language.tree import Call, Name, Number, Tree
from ..reading.problem import Fault
from .algebra import chained, inside, joined, length, negative, scaled, spots, summands
from .blocks import Blocks
from .entrywise import Entrywise, entrywise
from .factoring import Factor, common
from .products import Algebra, Product
from .samples import Samples, ratio
from .stock import Stock

MOST_TERMS = 12
"""Terms of a sum that are compared with each other, and searched for factors."""
MOST_FACTORS = 3
"""Common factors of a sum that are tried: those that save most."""
LEAST = 3
"""Parts that must be saved by a factor of some terms only: sums are read in a row."""

MOST_WORK = 1200
"""Trees and terms that are looked at: what is longer stays as the rules give it."""

MOST_ENTRIES = 400_000
"""Entries that are computed for it."""


class Shortener:
    """Writes the trees of one statement shorter, as far as it sees how."""

    def __init__(self, algebra: Algebra, samples: Samples, stock: Stock):
        self.algebra, self.samples, self._stock = algebra, samples, stock
        self._known: dict[Tree, Tree] = {}
        self._looked_up: dict[Tree, Tree | None] = {}
        self._sums: dict[tuple[Tree, ...], Tree] = {}
        self._whole: dict[tuple[Tree, ...], Tree] = {}
        self._left, self._until = MOST_WORK, samples.work + MOST_ENTRIES

    @property
    def _tired(self) -> bool:
        """Whether so much was tried that the rest stays as it is."""
        return self._left <= 0 or self.samples.work >= self._until

    def short(self, tree: Tree) -> Tree:
        """Return a tree of the same value that is as short as was found."""
        if isinstance(tree, Name | Number) or (self._tired and tree not in self._known):
            return tree
        if tree not in self._known:
            self._left -= 1
            self._known[tree] = tree  # what it comes back to stays as it is
            self._known[tree] = min(self._short(tree), tree, key=length)
        return self._known[tree]

    def _short(self, tree: Tree) -> Tree:
        if (known := self._known_as(tree)) is not None:
            return known
        try:
            found = self._worked(tree)
        except Fault:  # a part that means nothing by itself, such as a tuple
            return self._inside(tree)
        return self._known_as(found) or found

    def _worked(self, tree: Tree) -> Tree:
        match tree:
            case Call("add" | "sub"):
                return self._sum(tree)
            case Call("neg", (inner,)):
                return negative(self.short(inner))
        algebra, given = self.algebra, self._inside(tree)
        return algebra.tree(self._met(self._collected(algebra.product(given))))

    def _inside(self, tree: Tree) -> Tree:
        """Shorten the arguments of a tree that are no sizes."""
        if not isinstance(tree, Call) or tree.name not in PRIMITIVES:
            return inside(tree, self.short)
        kinds = PRIMITIVES[tree.name].parameters
        if kinds == ["elementwise"]:
            return inside(tree, self.short)
        args = (
            arg if kind.startswith("#") else self.short(arg)
            for arg, kind in zip(tree.args, kinds, strict=True)
        )
        return Call(tree.name, tuple(args))

    def _known_as(self, tree: Tree) -> Tree | None:
        if tree not in self._looked_up:
            self._looked_up[tree] = self._stock.shorter(tree, self.algebra)
        return self._looked_up[tree]

    # Products.

    def _collected(self, product: Product) -> Product:
        """Collect the powers of scalars, and those of entries."""
        algebra = self.algebra
        found = Product(SCALAR, product.number)
        for base, k in product.scalars:
            short = algebra.product(self.short(base))
            found = algebra.by(found, algebra.power(short, k))
        whole: Product | None = None
        for factor in product.chain:
            entries = entrywise(algebra, factor)
            if entries is None:
                link = algebra.product(factor)
            else:
                link = self._entries_met(entries).product(algebra)
            whole = link if whole is None else algebra.at(whole, link)
        return found if whole is None else algebra.by(found, whole)

    def _entries_met(self, entries: Entrywise) -> Entrywise:
        """Put shorter expressions in the place of two arrays that are multiplied."""
        whole = entries.core(self.algebra)
        for pair in combinations(entries.powers, 2):
            both = replace(entries, scale=Product(SCALAR), powers=pair)
            short = self._known_as(both.core(self.algebra))
            if short is not None:
                rest = entries.without(*(base for base, _ in pair))
                found = rest.times(self.algebra, short)
                if length(found.core(self.algebra)) < length(whole):
                    return self._entries_met(found)
        return entries

    def _met(self, product: Product) -> Product:
        """Put shorter expressions in the place of factors that stand together."""
        algebra, chain = self.algebra, product.chain
        for count in range(len(chain), 1, -1):
            for at in range(len(chain) - count + 1):
                short = self._known_as(chained(chain[at : at + count]))
                if short is not None:
                    parts = [*chain[:at], short, *chain[at + count :]]
                    whole = algebra.product(chained(parts))
                    outer = Product(SCALAR, product.number, product.scalars)
                    found = algebra.by(outer, whole)
                    if self._length(found) < self._length(product):
                        return self._met(found)
        for power, factor in pairs(product.scalars, chain):
            pair = Product(algebra.shape(factor), scalars=(power,), chain=(factor,))
            short = self._known_as(algebra.tree(pair))
            if short is not None:
                at = chain.index(factor)
                whole = algebra.product(chained([*chain[:at], short, *chain[at + 1 :]]))
                rest = tuple(other for other in product.scalars if other != power)
                outer = Product(SCALAR, product.number, rest)
                found = algebra.by(outer, whole)
                if self._length(found) < self._length(product):
                    return self._met(found)
        for pair in combinations(product.scalars, 2):
            short = self._known_as(algebra.tree(Product(SCALAR, scalars=pair)))
            if short is not None:
                rest = tuple(power for power in product.scalars if power not in pair)
                outer = replace(product, scalars=rest)
                found = algebra.by(algebra.product(short), outer)
                if self._length(found) < self._length(product):
                    return self._met(found)
        return product

    def _length(self, product: Product) -> int:
        return length(self.algebra.tree(product))

    # Sums.

    def _sum(self, tree: Tree) -> Tree:
        """Add up as it stands, and multiplied out; the shorter one is taken."""
        algebra, shape = self.algebra, self.algebra.shape(tree)
        given = [algebra.spread(algebra.product(p), shape) for p in summands(tree)]
        ways = {tuple(given): given}
        expanded = algebra.expanded(tree)
        if len(expanded) > 1:
            ways[tuple(expanded)] = expanded
        found = [self.added([algebra.tree(p) for p in way]) for way in ways.values()]
        return min(found, key=length)

    def added(self, terms: Sequence[Tree]) -> Tree:
        """Return the sum of terms of one shape, as short as was found."""
        key = tuple(terms)
        if key not in self._sums:
            self._left -= len(terms)
            short = [self.short(term) for term in terms]
            ways = [short]
            if any(len(summands(term)) > 1 for term in short):
                ways.insert(0, [part for term in short for part in self._parts(term)])
            if not any(map(_has_chain, short)):
                opened = [p for term in short for p in self.algebra.expanded(term)]
                if len(short) < len(opened) <= MOST_TERMS:
                    ways.append([self.algebra.tree(p) for p in opened])
            self._sums[key] = min(map(self._added, ways), key=length)
        return self._sums[key]

    def _parts(self, tree: Tree) -> list[Tree]:
        """Return the terms of a sum, each of its shape."""
        algebra, shape = self.algebra, self.algebra.shape(tree)
        parts = summands(tree)
        if len(parts) == 1:
            return parts
        return [algebra.tree(algebra.spread(algebra.product(p), shape)) for p in parts]

    def _added(self, terms: Sequence[Tree]) -> Tree:
        found = self._distinct(terms)
        if not found:
            return self.algebra.zeros(*self.algebra.shape(terms[0]))
        if len(found) > MOST_TERMS or self._tired:
            return self._ordered(found)
        return self._factored(self._terms_met(found))

    def _distinct(self, terms: Sequence[Tree]) -> list[Tree]:
        """Join terms that are multiples of each other; leave out those that vanish."""
        found: list[tuple[Fraction, Tree, Floats | None]] = []
        for tree in terms:
            X = self._entries(tree)
            if X is not None and not X.any():
                continue
            for i, (number, other, Y) in enumerate(found):
                k = None if X is None or Y is None else ratio(X, Y)
                if k is not None:
                    found[i] = (number + k, other, Y)
                    break
            else:
                found.append((Fraction(1), tree, X))
        return [_times(k, tree) for k, tree, _ in found if k]

    def _entries(self, tree: Tree) -> Floats | None:
        term = self.algebra.term(tree)
        return None if term is None else self.samples.entries(term)

    def _terms_met(self, terms: list[Tree]) -> list[Tree]:
        """Put shorter expressions in the place of two terms, or of all."""
        for count in sorted({len(terms), 2}, reverse=True):
            for some in combinations(terms, count) if count > 1 else ():
                short = self._known_as(joined(list(some)))
                if short is not None:
                    rest = [term for term in terms if term not in some]
                    return self._terms_met([*rest, short]) if rest else [short]
        return terms

    def _factored(self, terms: list[Tree]) -> Tree:
        """Take common factors out, whatever makes the sum shortest."""
        key = tuple(terms)  # different ways lead to the same terms
        if key not in self._whole:
            self._whole[key] = self._shortest(terms)
        return self._whole[key]

    def _shortest(self, terms: list[Tree]) -> Tree:
        best = self._ordered(terms)
        for factor in self._saving(terms):
            if self._tired:
                break
            inner = self.added(factor.rests)
            parts = summands(inner)
            if len(parts) > 1 and all(map(_has_minus, parts)):
                inner = negative(joined([negative(part) for part in parts]))
            whole = factor.outside(self.algebra.product(inner))
            term = self.algebra.tree(self._collected(whole))
            rest = [other for i, other in enumerate(terms) if i not in factor.of]
            worth = LEAST if rest else 1
            if not rest and not any(map(self._is_identity, factor.rests)):
                worth = 0  # s * (1 - s) is nicer than s - s**2
            if length(self._ordered([*rest, term])) <= length(best) - worth:
                best = self._factored([*rest, term]) if rest else term
        return best

    def _is_identity(self, tree: Tree) -> bool:
        """Whether a tree is a multiple of an identity."""
        match self.algebra.product(tree).chain:
            case (Call("eye"),):
                return True
        return False

    def _saving(self, terms: list[Tree]) -> list[Factor]:
        """Return the common factors that save most, in their order."""
        sizes = [length(self._bare(term)) for term in terms]
        found: list[tuple[int, int, Factor]] = []
        for factor in common(self.algebra, terms):
            taken = sum(sizes[i] for i in factor.of)
            left = sum(length(self._bare(rest)) for rest in factor.rests)
            if left < taken:  # and so it comes to an end
                found.append((left - taken, len(found), factor))
        best = nsmallest(MOST_FACTORS, found, key=lambda one: one[:2])
        return [factor for *_, factor in sorted(best, key=lambda one: one[1])]

    def _ordered(self, terms: Sequence[Tree]) -> Tree:
        """Write a sum, one with a plus sign first, and blocks side by side."""
        shape = self.algebra.shape(terms[0])
        terms = Blocks(self.algebra).joined(terms)
        terms = [part for term in terms for part in summands(term)]
        found = joined(_in_order([self._bare(term) for term in terms]))
        fits = self.algebra.shape(found) == shape
        return found if fits else joined(_in_order(terms))

    def _bare(self, term: Tree) -> Tree:
        """Write a scalar alone that stands in every place of a matrix."""
        match self.algebra.product(term):
            case Product(shape, number, scalars, (Call("ones"),)) if shape != SCALAR:
                return self.algebra.tree(Product(SCALAR, number, scalars))
        return term


def _in_order(terms: Sequence[Tree]) -> list[Tree]:
    """Return terms with a plus sign first, and A before A.T."""

    def later(term: Tree) -> bool:
        match term:
            case Call("transpose", (inner,)):
                return inner in terms
        return False

    return sorted(terms, key=lambda term: (_has_minus(term), later(term)))


def _has_chain(tree: Tree) -> bool:
    return any(isinstance(t, Call) and t.name == "matmul" for t, _ in spots(tree))


def _has_minus(tree: Tree) -> bool:
    match tree:
        case Call("neg"):
            return True
        case Call("mul" | "div" | "matmul", (first, _)):
            return _has_minus(first)
        case Number(value):
            return value < 0
    return False


def _times(k: Fraction, tree: Tree) -> Tree:
    return tree if k == 1 else scaled(k, tree)
