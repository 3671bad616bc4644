"""Sizes and whole numbers far from those of every run, for claims that count by them.

A factor (k - 1) (k - 2) ... that is zero at all small numbers is not zero at 40, and
`minimum(k, 8)` is not k. A size is looked at far out only where it stands as a number:
as a shape it changes nothing that smaller ones do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from random import Random

from .dimension import Dim
from .sizes import TRIES, Case, Demands
from .term import Term, terms

WHOLE = ((9, 12), (13, 24), (25, 60), (-8, -4), (-60, -9))
"""Between which numbers an `integer` lies, once each."""
STEEP = 12
"""The largest order of a derivative or degree of a polynomial, which is dear."""
SIZES = ((25, 40), (13, 24))
"""The same for a size; one that is not affordable is smaller, from 13 on."""
LEAST = 13
ENTRIES = 1_000
"""Entries of a value, and of a derivative, that are affordable there."""
COUNTING = ("matpow", "polygamma", "derived")
"""What takes a whole number that is no shape."""


def distant(
    cases: Iterable[Case],
    demands: Demands,
    whole: Mapping[str, Dim | None],
    roots: Iterable[Term | None],
    random: Random,
) -> list[Case]:
    """Return cases with distant numbers: those of small sizes like the first case."""
    near = next(iter(cases), None)
    if near is None:
        return []
    every = list(terms(*roots))
    found = list(_of_numbers(near, demands, whole, every, random))
    found += _of_sizes(near, demands, whole, every, random)
    return found


def _of_numbers(
    near: Case,
    demands: Demands,
    whole: Mapping[str, Dim | None],
    every: Iterable[Term],
    random: Random,
) -> Iterator[Case]:
    names = [name for name, dim in whole.items() if dim is None]
    steep = {
        name
        for term in every
        if term.op in ("polygamma", "derived")
        for dim in term.dims
        for name in dim.names
    }
    alone = [[name] for name in names] if len(names) > 1 else []
    for some in [names, *alone] if names else []:
        for low, high in WHOLE:
            for _ in range(TRIES):
                drawn = {name: random.randint(low, high) for name in some}
                drawn |= {name: min(drawn[name], STEEP) for name in steep & {*some}}
                case = Case(near.sizes, {**near.whole, **drawn})
                if demands.agree(case.numbers):
                    yield case
                    break


def _of_sizes(
    near: Case,
    demands: Demands,
    whole: Mapping[str, Dim | None],
    every: Iterable[Term],
    random: Random,
) -> Iterator[Case]:
    every = list(every)
    counted = _counted(every, whole) & near.sizes.keys()
    for name in sorted(counted):
        for low, high in SIZES:
            top = random.randint(low, high)
            for n in range(top, LEAST - 1, -1):
                sizes = {**near.sizes, name: n}
                if not _affordable(demands, sizes):
                    continue
                indices = {
                    i: random.randint(-(-m // 2), m)
                    for i, dim in whole.items()
                    if dim is not None and (m := int(dim.number(sizes)))
                }
                case = Case(sizes, {**near.whole, **indices})
                if demands.agree(case.numbers):
                    yield case
                break


def _affordable(demands: Demands, sizes: Mapping[str, int]) -> bool:
    return demands.met(sizes, ENTRIES) and demands.entries(sizes) <= ENTRIES


def _counted(every: Iterable[Term], whole: Mapping[str, Dim | None]) -> set[str]:
    """Return the sizes that stand as numbers, or that such an index counts to."""
    found = set[str]()
    for term in every:
        if term.op == "size" or term.op in COUNTING:
            found |= {name for dim in term.dims for name in dim.names}
        for arg in term.args:
            dim = whole.get(arg.name) if arg.op == "variable" else None
            if dim is not None and term.op != "unit":
                found |= set(dim.names)
    return found
