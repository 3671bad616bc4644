"""The terms of a claim beside those of the truth: what is left over on each side.

Terms that agree at all draws cancel, alone or in small sums. What is left says what is
wrong: a term that is missing, or one that differs from its counterpart in a number, a
power, a factor, a transpose or an order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations
from operator import add

import numpy as np

from ..deriving.algebra import spots
from ..deriving.products import Algebra, Product
from ..engine.arrays import Floats
from ..language.tree import Call, Name
from .factors import Relation, relation

TERM_TOLERANCE = 1e-9
"""Part of their size within which two terms, or a ratio and a number, are equal."""
SUMS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 2))
"""How many terms of the claim may equal how many of the truth."""
MOST_TERMS = 12
"""Terms of a sum beyond which it is not compared."""


@dataclass(frozen=True)
class Part:
    """A term with its entries at some draws."""

    product: Product
    entries: Floats


@dataclass(frozen=True)
class Difference:
    """What is wrong: the kind, in words, and the terms that stand for others."""

    kind: str
    text: str
    wrong: tuple[Product, ...]
    right: tuple[Product, ...]


def difference(
    claimed: Sequence[Part],
    true: Sequence[Part],
    algebra: Algebra,
    write: Callable[[Product], str],
) -> Difference | None:
    """Say how the terms of a claim differ from the true ones, if it can be said."""
    if not 0 < len(true) <= MOST_TERMS or not 0 < len(claimed) <= MOST_TERMS:
        return None
    if not any(part.product.number for part in claimed):
        text = "the claim is zero, and the left side is not"
        right = tuple(part.product for part in true)
        return Difference("missing-term", text, (), right)
    claimed, true = _distinct(claimed, true)
    wrong, right = _cancelled(claimed, true)
    if not wrong and not right:  # they differ by less than is seen here
        return None
    found = _Comparison(algebra, write).of(wrong, right)
    if found is None:
        return None
    products = ([part.product for part in side] for side in (wrong, right))
    return Difference(*found, *map(tuple, products))  # type: ignore[arg-type]


def _distinct(
    claimed: Sequence[Part], true: Sequence[Part]
) -> tuple[list[Part], list[Part]]:
    """Take away what is the same term, so that a small one beside it is seen."""
    left, right = list(claimed), list(true)
    for part in claimed:
        twin = next((other for other in right if _is_same(part, other)), None)
        if twin is not None:
            left.remove(part)
            right.remove(twin)
    return left, right


def _is_same(part: Part, other: Part) -> bool:
    same = part.product == other.product
    return same and np.array_equal(part.entries, other.entries)


def _cancelled(
    claimed: Sequence[Part], true: Sequence[Part]
) -> tuple[list[Part], list[Part]]:
    """Take away what agrees, single terms first."""
    parts = (*claimed, *true)
    if not parts:
        return [], []
    size = max(abs(part.entries).max() for part in parts)
    count = len(parts[0].entries)
    # Sums are compared by two random combinations of their entries.
    weights = np.random.Generator(np.random.Philox(0)).standard_normal((2, count))
    prints = {id(part): weights @ part.entries for part in parts}
    bound = TERM_TOLERANCE * size * np.sqrt(count)
    left, right = list(claimed), list(true)
    for counts in SUMS:
        while pair := _equal(left, right, counts, prints, bound):
            for side, gone in zip((left, right), pair, strict=True):
                side[:] = [p for p in side if not any(p is q for q in gone)]
    return left, right


def _equal(
    left: list[Part],
    right: list[Part],
    counts: tuple[int, int],
    prints: dict[int, Floats],
    bound: float,
) -> tuple[Sequence[Part], Sequence[Part]] | None:
    """Return terms of both sides that have the same sum."""

    def sums(side: list[Part], count: int) -> Iterator[tuple[Sequence[Part], Floats]]:
        for some in combinations(side, count):
            yield some, reduce(add, (prints[id(part)] for part in some))

    others = list(sums(right, counts[1]))
    for some, total in sums(left, counts[0]):
        for other, wanted in others:
            if np.all(abs(total - wanted) <= bound):
                return some, other
    return None


@dataclass(frozen=True)
class _Comparison:
    """Puts the difference between left-over terms in words."""

    algebra: Algebra
    write: Callable[[Product], str]

    def of(self, wrong: list[Part], right: list[Part]) -> Relation | None:
        """Return the kind of the difference, and say it."""
        if not wrong:
            return "missing-term", f"{self._listed(right)} missing"
        if not right:
            return "missing-term", f"{self._listed(wrong)} too much"
        ratio = _ratio(_sum(wrong), _sum(right))
        if ratio is not None:
            return self._scaled(wrong, ratio)
        if len(wrong) == 1 < len(right):
            return self._stands_for(wrong[0], right)
        if len(wrong) == len(right):
            return self._paired(wrong, right)
        return None

    def _related(self, wrong: Part, right: Part) -> Relation | None:
        ratio = _ratio(wrong.entries, right.entries)
        if ratio is not None:
            return self._scaled([wrong], ratio)
        term = self._term(wrong.product)
        return relation(wrong.product, right.product, self.algebra, term)

    def _paired(self, wrong: list[Part], right: list[Part]) -> Relation | None:
        """Find a counterpart for each wrong term, all of them wrong in one way."""
        said: list[Relation] = []
        left = list(right)
        for part in wrong:
            for other in left:
                found = self._related(part, other)
                if found is not None and (not said or found[0] == said[0][0]):
                    said.append(found)
                    left.remove(other)
                    break
            else:
                return None
        return said[0]

    def _stands_for(self, wrong: Part, right: list[Part]) -> Relation | None:
        """One term for several: 2 * A @ x for A @ x + A.T @ x, or a factor of all."""
        for part in right:
            ratio = _ratio(wrong.entries, part.entries)
            if ratio is not None and _is_count(1 / ratio):
                others = [other for other in right if other is not part]
                times = _times(round(1 / ratio))
                term = self._term(wrong.product)
                text = f"{term} counts one part {times}, and {self._listed(others)}"
                # Were factors to be had in any order, the terms would be the same.
                turned = all(_is_reordered(part, other) for other in others)
                return "needs-commuting" if turned else "factor", f"{text} missing"
        found = [self._related(wrong, part) for part in right]
        kinds = {one[0] for one in found if one is not None}
        return found[0] if len(kinds) == 1 and None not in found else None

    def _scaled(self, wrong: list[Part], ratio: float) -> Relation:
        terms = self._terms(wrong)
        if abs(ratio + 1) < TERM_TOLERANCE:
            return "sign", f"the sign of {terms} is wrong"
        k = Fraction(ratio).limit_denominator(64)
        if abs(float(k) - ratio) > 1e-7 * abs(ratio):
            return "factor", f"the factor {ratio:.12g} of {terms} is missing"
        return "factor", f"the factor {k} of {terms} is missing"

    def _listed(self, parts: Sequence[Part]) -> str:
        verb = "is" if len(parts) == 1 else "are"
        return f"the term{'s' * (len(parts) > 1)} {self._terms(parts)} {verb}"

    def _terms(self, parts: Sequence[Part]) -> str:
        *first, last = (self._term(part.product) for part in parts)
        return f"{', '.join(first)} and {last}" if first else last

    def _term(self, product: Product) -> str:
        positive = product.times(-1) if product.number < 0 else product
        return f"`{self.write(positive)}`"


def _is_reordered(part: Part, other: Part) -> bool:
    """Whether two terms have the same factors, in another order."""
    return part.product.scalars == other.product.scalars and _words(part) == _words(
        other
    )


def _words(part: Part) -> Counter[str]:
    """Count the names and functions of a term."""
    trees = [tree for factor in part.product.chain for tree, _ in spots(factor)]
    return Counter(
        tree.name if isinstance(tree, Call | Name) else str(tree) for tree in trees
    )


def _is_count(k: float) -> bool:
    return k > 1.5 and abs(k - round(k)) < TERM_TOLERANCE * k


def _times(k: int) -> str:
    return {2: "twice", 3: "three times"}.get(k, f"{k} times")


def _sum(parts: Sequence[Part]) -> Floats:
    return np.sum([part.entries for part in parts], axis=0)


def _ratio(wrong: Floats, right: Floats) -> float | None:
    """Return right / wrong where it is one number."""
    at = np.argmax(abs(wrong))
    if wrong[at] == 0:
        return None
    k = float(right[at] / wrong[at])
    if k == 0 or not np.isfinite(k):
        return None
    close = abs(right - k * wrong) <= TERM_TOLERANCE * 100 * abs(k * wrong[at])
    return k if close.all() else None
