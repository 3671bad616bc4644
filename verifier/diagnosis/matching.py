"""The terms of a claim beside those of the truth: what is left over on each side.

Terms that agree at all draws cancel, alone or in small sums. What is left says what is
wrong: a term that is missing, or one that differs from its counterpart in a number, a
power, a factor, a transpose or an order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from ..language.printing import show
from ..language.tree import Call, Derived, Name, Number, Tree
from .products import Algebra, Product

Array = Any
CLOSE = 1e-9
SUMS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 2))
"""How many terms of the claim may equal how many of the truth."""
MOST = 12


@dataclass(frozen=True)
class Part:
    """A term with its entries at some draws."""

    product: Product
    entries: Array


@dataclass(frozen=True)
class Difference:
    """What is wrong: the kind, in words, and the terms that stand for others."""

    kind: str
    text: str
    wrong: tuple[Product, ...] = ()
    right: tuple[Product, ...] = ()


def difference(
    claimed: list[Part], true: list[Part], algebra: Algebra
) -> Difference | None:
    """Say how the terms of a claim differ from the true ones, if it can be said."""
    if not 0 < len(true) <= MOST or not 0 < len(claimed) <= MOST:
        return None
    wrong, right = _cancelled(claimed, true)
    found = _told(wrong, right, algebra)
    if found is None:
        return None
    kind, text = found
    return Difference(
        kind,
        text,
        tuple(part.product for part in wrong),
        tuple(part.product for part in right),
    )


def _cancelled(claimed: list[Part], true: list[Part]) -> tuple[list[Part], list[Part]]:
    """Take away what agrees, single terms first."""
    size = max(abs(part.entries).max() for part in (*claimed, *true))
    random = np.random.Generator(np.random.Philox(0))
    weights = random.standard_normal((2, len(claimed[0].entries)))
    prints = {id(p): weights @ p.entries for p in (*claimed, *true)}
    bound = CLOSE * size * np.sqrt(weights.shape[1])
    left, right = list(claimed), list(true)
    for k, l in SUMS:
        pair = _equal(left, right, k, l, prints, bound)
        while pair is not None:
            for side, gone in zip((left, right), pair, strict=True):
                side[:] = [p for p in side if not any(p is q for q in gone)]
            pair = _equal(left, right, k, l, prints, bound)
    return left, right


def _equal(
    left: list[Part], right: list[Part], k: int, l: int, prints: Any, bound: float
) -> tuple[Sequence[Part], Sequence[Part]] | None:
    def sums(side: list[Part], count: int) -> Iterator[tuple[Sequence[Part], Array]]:
        for some in combinations(side, count):
            yield some, sum(prints[id(part)] for part in some)

    others = list(sums(right, l))
    for some, total in sums(left, k):
        for other, wanted in others:
            if np.all(abs(total - wanted) <= bound):
                return some, other
    return None


def _told(
    wrong: list[Part], right: list[Part], algebra: Algebra
) -> tuple[str, str] | None:
    """Put the difference in words."""
    if not wrong:
        return "missing-term", f"{_listed(right, algebra)} missing"
    if not right:
        return "missing-term", f"{_listed(wrong, algebra)} too much"
    ratio = _ratio(_sum(wrong), _sum(right))
    if ratio is not None:
        return _scaled(wrong, ratio, algebra)
    if len(wrong) == len(right) == 1:
        return relation(wrong[0].product, right[0].product, algebra)
    if len(wrong) == 1:
        return _stands_for(wrong[0], right, algebra)
    if len(wrong) == len(right):
        return _paired(wrong, right, algebra)
    return None


def _paired(
    wrong: list[Part], right: list[Part], algebra: Algebra
) -> tuple[str, str] | None:
    """Find a counterpart for each wrong term, all of them wrong in one way."""
    said = []
    left = list(right)
    for part in wrong:
        for other in left:
            ratio = _ratio(part.entries, other.entries)
            found = (
                relation(part.product, other.product, algebra)
                if ratio is None
                else _scaled([part], ratio, algebra)
            )
            if found is not None and (not said or found[0] == said[0][0]):
                said.append(found)
                left.remove(other)
                break
        else:
            return None
    return said[0]


def _stands_for(
    wrong: Part, right: list[Part], algebra: Algebra
) -> tuple[str, str] | None:
    """A term counted for several that differ: 2 * A @ x for A @ x + A.T @ x."""
    for part in right:
        ratio = _ratio(wrong.entries, part.entries)
        if ratio is not None:
            others = [other for other in right if other is not part]
            text = (
                f"`{show(algebra.tree(wrong.product))}` counts one part "
                f"{_times(1 / ratio)}, and {_listed(others, algebra)} missing"
            )
            return "factor", text
    return None


def _times(k: float) -> str:
    ratio = Fraction(k).limit_denominator(64)
    return {2: "twice", 3: "three times"}.get(ratio, f"{ratio} times")  # type: ignore[call-overload]


def _sum(parts: Sequence[Part]) -> Array:
    return sum(part.entries for part in parts)


def _ratio(wrong: Array, right: Array) -> float | None:
    """Return right / wrong where it is one number."""
    at = np.argmax(abs(wrong))
    if wrong[at] == 0:
        return None
    k = float(right[at] / wrong[at])
    if k == 0 or not np.isfinite(k):
        return None
    close = abs(right - k * wrong) <= CLOSE * 100 * abs(k * wrong[at])
    return k if close.all() else None


def _scaled(wrong: list[Part], ratio: float, algebra: Algebra) -> tuple[str, str]:
    said = _listed(wrong, algebra)
    if abs(ratio + 1) < CLOSE:
        subject = said.rpartition(" ")[0]
        return "sign", f"the sign of {subject} is wrong"
    k = Fraction(ratio).limit_denominator(64)
    if abs(float(k) - ratio) > 1e-7 * abs(ratio):
        return "factor", f"{said} too small by the factor {ratio:.12g}"
    return "factor", f"the factor {k} of {said.rpartition(' ')[0]} is missing"


def _listed(parts: Sequence[Part], algebra: Algebra) -> str:
    texts = [f"`{show(algebra.tree(_positive(part.product)))}`" for part in parts]
    if len(texts) == 1:
        return f"the term {texts[0]} is"
    return f"the terms {', '.join(texts[:-1])} and {texts[-1]} are"


def _positive(product: Product) -> Product:
    return product.times(-1) if product.number < 0 else product


# One term and its counterpart.


def relation(
    wrong: Product, right: Product, algebra: Algebra
) -> tuple[str, str] | None:
    """Say how one product differs from another, if their factors tell."""
    term = f"`{show(algebra.tree(_positive(wrong)))}`"
    powers: dict[Tree, Fraction] = {}
    for take in (wholes, atoms):
        have, want = take(wrong), take(right)
        powers = {
            base: want[base] - have[base]
            for base in {**have, **want}
            if want[base] != have[base]
        }
        if not powers:
            return _rearranged(wrong, right, term)
        found = _by_powers(powers, have, want, term, (wrong, right), algebra)
        if found is not None:
            return found
    return _exchanged(powers, term)


def _rearranged(wrong: Product, right: Product, term: str) -> tuple[str, str]:
    if [_bare(f) for f in wrong.chain] == [_bare(f) for f in right.chain]:
        return "transposed", f"a factor of {term} is transposed"
    return "wrong-order", f"the factors of {term} are in the wrong order"


def _by_powers(
    powers: Mapping[Tree, Fraction],
    have: Counter[Tree],
    want: Counter[Tree],
    term: str,
    pair: tuple[Product, Product],
    algebra: Algebra,
) -> tuple[str, str] | None:
    """Say what follows from the powers by which factors differ."""
    sizes = algebra.scope.sizes
    if all(isinstance(b, Name) and b.name in sizes for b in powers):
        return "factor", f"the power of {_names(powers)} in {term} is wrong"
    if all(have[base] and want[base] for base in powers):
        if any(algebra.is_scalar(b) or _neighbours(b, pair) for b in powers):
            return "wrong-power", f"the power of {_names(powers)} in {term} is wrong"
        few = all(k > 0 for k in powers.values())
        said = "is missing once" if few else "stands there too often"
        return "missing-term", f"the factor {_names(powers)} of {term} {said}"
    missing = [base for base in powers if not have[base]]
    extra = [base for base in powers if not want[base]]
    if missing and not extra:
        return "missing-term", f"the factor {_names(missing)} of {term} is missing"
    if extra and not missing:
        return "missing-term", f"the factor {_names(extra)} of {term} is too much"
    return None


def _exchanged(powers: Mapping[Tree, Fraction], term: str) -> tuple[str, str] | None:
    """Say which factor stands in the place of another."""
    old = [base for base, k in powers.items() if k < 0]
    new = [base for base, k in powers.items() if k > 0]
    if len(old) != 1 or len(new) != 1:
        return None
    text = f"in {term}, {_names(new)} belongs in the place of {_names(old)}"
    match old[0], new[0]:
        case (Call("eye"), Call("commutation")) | (Derived(), Derived()):
            return "missing-term", text
    return "other", text


def _names(bases: Iterable[Tree]) -> str:
    return " and ".join(sorted(f"`{show(base)}`" for base in bases))


def _neighbours(base: Tree, pair: tuple[Product, Product]) -> bool:
    """Whether a factor stands beside itself, as in X @ X: a power."""
    return any(
        _bare(a) == _bare(b) == base
        for product in pair
        for a, b in pairwise(product.chain)
    )


def wholes(product: Product) -> Counter[Tree]:
    """Return the factors as they stand, with their powers, transposes aside."""
    found: Counter[Tree] = Counter()
    for base, k in product.scalars:
        found[base] += k  # type: ignore[assignment]
    found.update(_bare(factor) for factor in product.chain)
    return found


def atoms(product: Product) -> Counter[Tree]:
    """Return the factors of a product with their powers, transposes aside."""
    found: Counter[Tree] = Counter()
    for base, k in product.scalars:
        for atom, power in _atoms(base).items():
            found[atom] += power * k  # type: ignore[assignment]
    for factor in product.chain:
        found.update(_atoms(factor))
    return Counter({atom: k for atom, k in found.items() if k})


_WRAPPED = (
    "transpose",
    "diag",
    "diagonal",
    "kron",
    "mul",
    "matmul",
    "tr",
    "vec",
    "sum",
)


def _atoms(tree: Tree) -> Counter[Tree]:
    found: Counter[Tree] = Counter()
    match tree:
        case Number():
            return found
        case Call(name, args) if name in _WRAPPED:
            for arg in args:
                found.update(_atoms(arg))
        case Call("div", (left, right)):
            found.update(_atoms(left))
            found.subtract(_atoms(right))
        case Call("inv", (inner,)):
            found.subtract(_atoms(inner))
        case Call("pow" | "matpow", (base, Number(k))):
            for atom, power in _atoms(base).items():
                found[atom] += power * k  # type: ignore[assignment]
        case Call("sqrt", (base,)):
            for atom, power in _atoms(base).items():
                found[atom] += power * Fraction(1, 2)  # type: ignore[assignment]
        case Call("neg", (inner,)):
            return _atoms(inner)
        case _:
            found[_bare(tree)] += 1
    return found


def _bare(tree: Tree) -> Tree:
    """Take a transpose away."""
    match tree:
        case Call("transpose", (inner,)):
            return inner
    return tree
