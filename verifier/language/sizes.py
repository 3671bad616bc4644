"""Sizes to try: a function of the seed and the record's id, and of nothing else.

Names that stand for different dimensions are drawn different more often than not; each
run also tries 1 x 1, square, wide and tall cases. With equal sizes a transpose hides,
and with size 1 almost everything does. Any two names meet in all pairs of small values.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, product

from ..reading.bounds import DERIVATIVE_ENTRIES, ENTRIES
from .dimension import Dim
from .pairs import Numbers, design, missing

LARGEST_TERM = ENTRIES.value
"""Entries of any intermediate value."""
LARGEST_DERIVATIVE = DERIVATIVE_ENTRIES.value
"""Entries of a Jacobian or a Hessian."""
COMFORT = 12_000
"""Entries of a derivative beyond which smaller sizes are drawn instead."""
CASES = 12
"""Choices of sizes, where no more are needed for all pairs of small ones."""
SMALL = 5
"""Sizes up to here are met in all pairs."""
LARGEST_SMALLEST = 9
"""Up to this size it is looked for sizes that satisfy all demands."""
MOST_TRIES = 100
"""So many choices of sizes are all tried."""
TRIES = 40
"""How often whole numbers are drawn until they are as is assumed."""
MOST_CASES = 64
"""So many choices of all sizes and whole numbers are enumerated."""
LARGE, LARGEST = 9, 12
"""What the largest size is, of those that only balls and residues look at."""
LARGE_ENTRIES, LARGE_COST = 150, 400
"""Entries of a value and of a derivative that balls can look at once."""
LARGE_WHOLE = (-3, 6, 7, 8)
WHOLE = (3, 2, 4, 1, 5, 0, -1, 2, 3, 4, -2, 1)
"""Values of an `integer`, most of them positive."""


@dataclass(frozen=True)
class Case:
    """One choice of sizes, and of the whole numbers that the record names."""

    sizes: Mapping[str, int]
    whole: Mapping[str, int]

    @property
    def numbers(self) -> dict[str, int]:
        """Everything that a dimension, an exponent or a degree may mention."""
        return {**self.sizes, **self.whole}

    def size(self, dim: Dim) -> int:
        """Return the value of a dimension."""
        return dim.value(self.sizes)

    @property
    def weight(self) -> int:
        """How large it is, for finding the smallest failing case."""
        return sum(self.sizes.values())


@dataclass(frozen=True)
class Demands:
    """What sizes must satisfy: dimensions exist, and entries are affordable."""

    dims: frozenset[Dim]
    shapes: frozenset[tuple[Dim, Dim]]
    derivatives: frozenset[tuple[Dim, Dim]]
    least: frozenset[tuple[Dim, int]] = frozenset()
    """Sizes with a lower bound: unit(3, n) needs n >= 3, and m >= n is m - n >= 0."""
    among: frozenset[tuple[Dim, int]] = frozenset()
    """The same where whole numbers take part: k - 1 >= 0."""

    def met(self, sizes: Mapping[str, int], comfort: int = LARGEST_DERIVATIVE) -> bool:
        """Whether every dimension is positive and nothing is too large."""
        if not self.allow(sizes):
            return False
        return self.entries(sizes) <= LARGEST_TERM and self.cost(sizes) <= comfort

    def allow(self, sizes: Mapping[str, int]) -> bool:
        """Whether every dimension is positive, and no bound is broken."""
        return all(_whole(dim, sizes) for dim in self.dims) and all(
            dim.number(sizes) >= least for dim, least in self.least
        )

    def agree(self, numbers: Mapping[str, int]) -> bool:
        """Whether whole numbers and sizes are as is assumed."""
        return all(dim.number(numbers) >= least for dim, least in self.among)

    def entries(self, sizes: Mapping[str, int]) -> int:
        """Return the entries of the largest term."""
        return max((_product(shape, sizes) for shape in self.shapes), default=1)

    def cost(self, sizes: Mapping[str, int]) -> int:
        """Return the entries of the largest derivative."""
        return max((_product(shape, sizes) for shape in self.derivatives), default=1)


def _whole(dim: Dim, sizes: Mapping[str, int]) -> bool:
    value = dim.number(sizes)
    return value.denominator == 1 and value >= 1


def _product(shape: tuple[Dim, Dim], sizes: Mapping[str, int]) -> int:
    return int(shape[0].number(sizes) * shape[1].number(sizes))


def generator(seed: int, *words: str) -> random.Random:
    """Return a generator of its own for these words: no other record moves it."""
    return random.Random(digest(seed, *words))


def digest(seed: int, *words: str) -> int:
    """Hash a seed and words to 128 bits, the same on every machine."""
    text = "\0".join((str(seed), *words))
    return int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")


def smallest(names: Sequence[str], demands: Demands) -> dict[str, int] | None:
    """Return small sizes that satisfy the demands, or None."""
    for high in (1, 2, 3, 4, 6, LARGEST_SMALLEST):
        for sizes in _tries(names, high, random.Random(0), 60):
            if demands.allow(sizes):
                return sizes
    return None


def cases(
    names: Sequence[str],
    demands: Demands,
    whole: Mapping[str, Dim | None],
    seed: int,
    id: str,
    *,
    comfort: int = COMFORT,
) -> list[Case]:
    """Return the cases of a record, the smallest of distinct sizes first.

    `whole` names the integers (None) and the indices (with the size they count to).
    """
    random_ = generator(seed, id, "sizes")
    known: dict[tuple[int, ...], bool] = {}

    def fits(sizes: Mapping[str, int]) -> bool:
        values = tuple(sizes[name] for name in names)
        if values not in known:  # most come several times, and demands are slow
            known[values] = demands.met(sizes, comfort)
        return known[values]

    chosen = _chosen(names, fits, random_)
    if not chosen:
        found = smallest(names, demands)
        chosen = [] if found is None or not demands.met(found) else [found]
    count = max(len(chosen), len(WHOLE) if None in whole.values() else 0)
    numbers = [
        sizes | found
        for i in range(count if chosen else 0)
        for sizes in [chosen[i % len(chosen)]]
        if (found := _agreeing(whole, sizes, i, random_, demands)) is not None
    ]
    if numbers:
        choices = _choices(names, whole, demands, fits)
        numbers += missing(numbers, choices, random_, MOST_CASES)
    return [
        Case({n: found[n] for n in names}, {n: found[n] for n in whole})
        for found in numbers
    ]


def _chosen(
    names: Sequence[str], fits: Callable[[dict[str, int]], bool], random_: random.Random
) -> list[dict[str, int]]:
    chosen: list[dict[str, int]] = []
    for high in _bounds(len(names)):
        some = _distinct(_patterns(names, high, random_), fits, MOST_CASES)
        most = min(CASES, high ** len(names))
        found = _distinct(chain(some, _at_random(names, high, random_)), fits, most)
        # Where few sizes fit, a smaller bound may leave fewer: the most are kept.
        chosen = max(chosen, some, found, key=len)
        if len(chosen) >= min(CASES // 2, high ** len(names)) or not names:
            break
    return chosen


def _choices(
    names: Sequence[str],
    whole: Mapping[str, Dim | None],
    demands: Demands,
    fits: Callable[[dict[str, int]], bool],
) -> Numbers:
    """Return what small values the names may have, and which go together."""
    small = range(1, SMALL + 1)
    values = dict.fromkeys(names, small)
    values |= {n: small if dim else sorted({*WHOLE}) for n, dim in whole.items()}

    def together(found: Mapping[str, int]) -> bool:
        within = (
            dim is None or found[name] <= dim.number(found)
            for name, dim in whole.items()
        )
        return (
            all(within)
            and demands.agree(found)
            and fits({name: found[name] for name in names})
        )

    return Numbers(values, together, frozenset(names))


def beyond(
    names: Sequence[str],
    demands: Demands,
    whole: Mapping[str, Dim | None],
    seed: int,
    id: str,
) -> list[Case]:
    """Return a few cases of larger numbers: the largest that is affordable, and one.

    Where not all names can be large, one of them is.
    """
    random_ = generator(seed, id, "beyond")
    found: list[Case] = []
    for low, high in ((LARGE, LARGEST), (SMALL + 1, LARGE - 1)):
        for sizes in _large(names, low, high, random_):
            fits = demands.met(sizes, LARGE_COST)
            if not fits or demands.entries(sizes) > LARGE_ENTRIES:
                continue
            numbers = drawn(whole, LARGE_WHOLE, sizes, random_, demands)
            if numbers is not None:
                found.append(Case(sizes, numbers))
                break
    return found


def _large(
    names: Sequence[str], low: int, high: int, random_: random.Random
) -> Iterable[dict[str, int]]:
    """Yield sizes of which the largest is between two bounds, the largest first."""
    if not names:
        yield {}
        return
    shift = random_.randrange(len(names))
    ways = range(high, low - 1, -1) if high == LARGEST else [random_.randint(low, high)]
    for top in ways:
        yield {n: max(1, top - (i + shift) % len(names)) for i, n in enumerate(names)}
    for top in ways:
        for i in range(len(names)):
            chosen = names[(i + shift) % len(names)]
            yield {name: top if name == chosen else 2 for name in names}


def asked(
    names: Sequence[str],
    demands: Demands,
    whole: Mapping[str, Dim | None],
    size: int,
    sizes: Mapping[str, int],
) -> Case | None:
    """Return a case of the sizes that are asked for, where they fit.

    A `size` is taken for the first name; the next ones are smaller by one each, so that
    no two are equal. Names that nothing is said of are small.
    """
    chosen = {
        name: sizes.get(name, max(1, size - i) if size else 2 + i % 3)
        for i, name in enumerate(names)
    }
    if not (size and names) and not any(name in sizes for name in names):
        return None
    if not demands.allow(chosen):
        return None
    numbers = _agreeing(whole, chosen, 0, random.Random(0), demands)
    return None if numbers is None else Case(chosen, numbers)


def _bounds(names: int) -> range | tuple[int, ...]:
    top = max(5, names + 1)
    return range(top, 1, -1)


def _patterns(
    names: Sequence[str], high: int, random_: random.Random
) -> Iterable[dict[str, int]]:
    k = len(names)
    if k == 0:
        yield {}
        return
    ladder = [2 + i % max(high - 1, 1) for i in range(k)]
    yield dict(zip(names, ladder, strict=True))
    yield dict(zip(names, reversed(ladder), strict=True))
    if k > 1:
        yield dict(zip(names, [min(high, v + 1) for v in ladder], strict=True))
    yield dict.fromkeys(names, 1)
    yield dict.fromkeys(names, min(3, high))
    if high >= SMALL:
        yield from design(names, SMALL, random_)


def _at_random(
    names: Sequence[str], high: int, random_: random.Random
) -> Iterable[dict[str, int]]:
    k = len(names)
    for _ in range(40 * CASES):
        if k <= high and random_.random() < 0.8:
            yield dict(zip(names, random_.sample(range(1, high + 1), k), strict=True))
        else:
            yield {name: random_.randint(1, high) for name in names}


def _tries(
    names: Sequence[str], high: int, random_: random.Random, count: int
) -> Iterable[dict[str, int]]:
    yield dict.fromkeys(names, high)
    if high ** len(names) <= MOST_TRIES:
        for values in product(range(1, high + 1), repeat=len(names)):
            yield dict(zip(names, values, strict=True))
        return
    for _ in range(count if high > 1 else 0):
        yield {name: random_.randint(1, high) for name in names}


def _distinct(
    tries: Iterable[dict[str, int]], fits: Callable[[dict[str, int]], bool], most: int
) -> list[dict[str, int]]:
    chosen: list[dict[str, int]] = []
    for sizes in tries:
        if sizes not in chosen and fits(sizes):
            chosen.append(sizes)
        if len(chosen) == most:
            break
    return chosen


def drawn(
    whole: Mapping[str, Dim | None],
    integers: Sequence[int],
    sizes: Mapping[str, int],
    random_: random.Random,
    demands: Demands,
) -> dict[str, int] | None:
    """Return whole numbers that are as is assumed, or None where none are found."""
    for _ in range(TRIES if demands.among else 1):
        numbers = {
            name: random_.choice(integers)
            if dim is None
            else random_.randint(1, int(dim.number(sizes)))
            for name, dim in whole.items()
        }
        if demands.agree({**sizes, **numbers}):
            return numbers
    return None


def _agreeing(
    whole: Mapping[str, Dim | None],
    sizes: Mapping[str, int],
    i: int,
    random_: random.Random,
    demands: Demands,
) -> dict[str, int] | None:
    """Return whole numbers for case i that are as is assumed, or None."""
    for k in range(TRIES if demands.among else 1):
        numbers = _integers(whole, sizes, i + k * len(WHOLE), random_)
        if demands.agree({**sizes, **numbers}):
            return numbers
    return None


def _integers(
    whole: Mapping[str, Dim | None],
    sizes: Mapping[str, int],
    i: int,
    random_: random.Random,
) -> dict[str, int]:
    values: dict[str, int] = {}
    for position, (name, dim) in enumerate(whole.items()):
        if dim is None:
            first = i < len(WHOLE) and position == 0
            values[name] = WHOLE[i] if first else random_.choice(WHOLE)
        else:
            values[name] = random_.randint(1, int(dim.number(sizes)))
    return values
