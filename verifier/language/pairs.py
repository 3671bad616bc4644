"""All pairs of small values: any two names have each of them together once.

What is false at one pair only, such as n = 4 and i = 2, is met by no few values that
are drawn. Of three names and more, pairs are met, and not all triples. A size of 1 that
is none of the pair leaves it unmet, where it can be larger: a softmax of one entry has
no derivative, whatever n and i are.
"""

from __future__ import annotations

import random
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from dataclasses import dataclass
from itertools import combinations, islice, product

Pair = tuple[str, int, str, int]
MOST_WAYS = 200
"""Choices among which all that fit are looked for."""
TRIES = 10
"""Choices of all other names that are tried to make a pair fit."""


@dataclass(frozen=True)
class Numbers:
    """The small values that names may have, and which of them go together."""

    values: Mapping[str, Sequence[int]]
    fits: Callable[[Mapping[str, int]], bool]
    sizes: Collection[str] = ()
    """Those that are sizes: of these 1 is special."""


def design(
    names: Sequence[str], order: int, random_: random.Random
) -> Iterator[dict[str, int]]:
    """Yield values to a prime order; any two of order + 1 names have all pairs.

    The lines of a finite plane: a, b, a + b, a + 2b, ... modulo the order.
    """
    if len(names) == 1:
        yield from ({names[0]: value} for value in range(1, order + 1))
        return
    rows = list(product(range(order), repeat=2))
    relabelled = [random_.sample(range(1, order + 1), order) for _ in names]
    random_.shuffle(rows)
    for a, b in rows:
        line = [b, *((a + i * b) % order for i in range(len(names) - 1))]
        places = zip(names, relabelled, line, strict=True)
        yield {name: values[k] for name, values, k in places}


def missing(
    known: Iterable[Mapping[str, int]],
    numbers: Numbers,
    random_: random.Random,
    most: int,
) -> list[dict[str, int]]:
    """Return choices for what those that are known lack: all where they are few.

    Else for the pairs that they lack; with them they are `most`.
    """
    known = list(known)
    every = _every(numbers, most)
    if len(every) <= most:
        return [choice for choice in every if choice not in known]
    found: list[dict[str, int]] = []
    # Those that are not met at all come first.
    for sizes in ((), numbers.sizes):
        met = {pair for one in (*known, *found) for pair in _pairs(one, sizes)}
        for pair in _all_pairs(numbers.values):
            if len(known) + len(found) == most:
                return found
            fitting = [] if pair in met else list(_with(pair, numbers, random_))
            if fitting:
                best = _most_new(fitting, met, numbers.sizes)
                # Where the others can only be 1, it is there already.
                found += [best] if best not in known and best not in found else []
                met |= _pairs(best, sizes)
    return found


def _most_new(
    choices: Sequence[dict[str, int]], met: Set[Pair], sizes: Collection[str]
) -> dict[str, int]:
    """Return the choice that meets the most pairs beside those that are met."""
    return max(choices, key=lambda choice: len(_pairs(choice, sizes) - met))


def _every(numbers: Numbers, most: int) -> list[dict[str, int]]:
    """Return all choices that fit, or more than `most` where there are too many."""
    ways = islice(product(*numbers.values.values()), MOST_WAYS + 1)
    choices = [dict(zip(numbers.values, way, strict=True)) for way in ways]
    if len(choices) > MOST_WAYS:
        return choices
    return list(islice(filter(numbers.fits, choices), most + 1))


def _with(
    pair: Pair, numbers: Numbers, random_: random.Random
) -> Iterator[dict[str, int]]:
    """Yield choices that have a pair; the smallest or the largest if no others fit."""
    a, u, b, v = pair
    others = {
        name: [k for k in values if k > 1] if name in numbers.sizes else values
        for name, values in numbers.values.items()
        if name not in (a, b)
    }
    fitting = False
    for _ in range(TRIES if others else 1):
        choice = {n: random_.choice(values) for n, values in others.items()}
        if numbers.fits(choice := choice | {a: u, b: v}):
            fitting = True
            yield choice
    ones = {name: numbers.values[name] for name in others}
    for pick, some in (
        ((min, others), (max, others), (min, ones)) if not fitting else ()
    ):
        choice = {name: pick(values) for name, values in some.items()}
        if numbers.fits(choice := choice | {a: u, b: v}):
            yield choice


def _pairs(choice: Mapping[str, int], sizes: Collection[str]) -> set[Pair]:
    """Return the pairs that a choice meets, where none of some other sizes is 1."""
    ones = {name for name in sizes if choice[name] == 1}
    return {
        (a, u, b, v)
        for (a, u), (b, v) in combinations(choice.items(), 2)
        if ones <= {a, b}
    }


def _all_pairs(values: Mapping[str, Sequence[int]]) -> Iterator[Pair]:
    for (a, us), (b, vs) in combinations(values.items(), 2):
        for u, v in product(us, vs):
            yield a, u, b, v
