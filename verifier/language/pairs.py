"""All pairs of small values: any two names have each of them together once.

What is false at one pair only, such as n = 4 and i = 2, is met by no few values that
are drawn. Of three names and more, pairs are met, and not all triples.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product

Pair = tuple[str, int, str, int]
MOST_WAYS = 200
"""Choices among which all that fit are looked for."""
TRIES = 4
"""Choices of all other names that are tried to make a pair fit."""


@dataclass(frozen=True)
class Numbers:
    """The small values that names may have, and which of them go together."""

    values: Mapping[str, Sequence[int]]
    fits: Callable[[Mapping[str, int]], bool]


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
    met = set().union(*map(_pairs, known))
    for pair in _all_pairs(numbers.values):
        if len(known) + len(found) == most:
            break
        if pair not in met:
            fitting = list(_with(pair, numbers, random_))
            if fitting:
                best = max(fitting, key=lambda choice: len(_pairs(choice) - met))
                found.append(best)
                met |= _pairs(best)
    return found


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
    """Yield choices that have a pair, the smallest and the largest among them."""
    a, u, b, v = pair
    others = {n: values for n, values in numbers.values.items() if n not in (a, b)}
    for i in range(TRIES if others else 1):
        pick = (min, max)[i] if i < 2 else random_.choice
        choice = {n: pick(values) for n, values in others.items()} | {a: u, b: v}
        if numbers.fits(choice):
            yield choice


def _pairs(choice: Mapping[str, int]) -> set[Pair]:
    return {(a, u, b, v) for (a, u), (b, v) in combinations(choice.items(), 2)}


def _all_pairs(values: Mapping[str, Sequence[int]]) -> Iterator[Pair]:
    for (a, us), (b, vs) in combinations(values.items(), 2):
        for u, v in product(us, vs):
            yield a, u, b, v
