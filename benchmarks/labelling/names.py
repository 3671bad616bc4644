"""Names of what was read, and the names that a label has for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, permutations

from verifier.language.declaration import FunctionType, Type
from verifier.language.expression import parse
from verifier.language.tree import Tree

from .stated import Stated

MOST_MAPS, MOST_LEFT = 12, 5
"""Maps of names that are tried, and names that are permuted."""
MARKS = ("hat", "bar", "tilde", "star", "prime", "dot")
NUMBER = "number"
Named = Mapping[str, str]


@dataclass(frozen=True)
class Names:
    """The names of a statement in the order of their appearance, with their classes."""

    typed: Named
    sizes: Named
    """Sizes that stand as numbers, as the n of `x / n` and `eye(n)`."""

    @staticmethod
    def of(made: Stated, ranked: bool) -> Names:
        """Return the names of a statement, all of one class where none is ranked."""
        typed = {
            name: rank(made.types[name]) if ranked else NUMBER
            for name in made.names
            if name in made.types
        }
        sizes = {name: NUMBER for name in made.names if name not in made.types}
        return Names(typed, sizes)


def maps(
    reading: Stated, meaning: Stated, ranked: bool = True
) -> Iterator[dict[str, Tree]]:
    """Yield what was meant by the names of what was read, likely ones first.

    A name that both have is the same in all maps but the last, which goes by the order
    of appearance alone. No two names of a reading mean the same, and each means
    something of its own class, if that counts: a number, a column, a matrix.
    """
    ours, theirs = Names.of(reading, ranked), Names.of(meaning, ranked)
    known = {**theirs.typed, **theirs.sizes}
    seen: list[dict[str, str]] = []
    for asked in ({**ours.typed, **ours.sizes}, ours.typed):
        for made in _candidates(asked, known):
            if made in seen or not all(asked[a] == known[b] for a, b in made.items()):
                continue
            seen.append(made)
            typed = {a: b for a, b in made.items() if a in reading.types}
            found = {**_sizes(reading, meaning, typed), **made}
            yield {name: parse(text) for name, text in found.items()}


def _candidates(ours: Named, theirs: Named) -> Iterator[dict[str, str]]:
    yield from _completed({n: n for n in ours if n in theirs}, ours, theirs)
    like: dict[str, str] = {}
    for name in ours:
        alike = [other for other in theirs if plain(other) == plain(name)]
        if len(alike) == 1 and alike[0] not in like.values():
            like[name] = alike[0]
    yield from _completed(like, ours, theirs)
    if len(ours) == len(theirs):
        yield dict(zip(ours, theirs, strict=True))


def _completed(known: Named, ours: Named, theirs: Named) -> Iterator[dict[str, str]]:
    """Yield a map with what is left: in order within each class, then otherwise."""
    left = [name for name in ours if name not in known]
    free = [name for name in theirs if name not in known.values()]
    in_order: dict[str, str] = {}
    for name in left:
        same = [
            n for n in free if theirs[n] == ours[name] and n not in in_order.values()
        ]
        if same:
            in_order[name] = same[0]
    if len(in_order) < len(left):
        return
    yield {**known, **in_order}
    if len(free) > MOST_LEFT:
        return
    fitting = (
        {**known, **dict(zip(left, chosen, strict=True))}
        for chosen in permutations(free, len(left))
        if all(ours[a] == theirs[b] for a, b in zip(left, chosen, strict=True))
    )
    yield from islice(fitting, MOST_MAPS)


def plain(name: str) -> str:
    """Return a name without what spellings differ in: `y_hat`, `hat_y` and `yhat`."""
    words = []
    for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]|\d+", name):
        mark = next((m for m in MARKS if part.endswith(m) and part != m), "")
        words += [part.removesuffix(mark), mark]
    return "".join(sorted(filter(None, words)))


def rank(declared: Type | FunctionType) -> str:
    """Return the class of a type; names of different classes are never the same."""
    if isinstance(declared, FunctionType):
        ranks = ", ".join(map(rank, declared.arguments))
        return f"{ranks} -> {rank(declared.result)}"
    rows, columns = (str(dim) == "1" for dim in declared.shape)
    if rows and columns:
        return NUMBER
    return "row" if rows else "column" if columns else "matrix"


def _sizes(reading: Stated, meaning: Stated, names: Named) -> dict[str, str]:
    """Return the sizes of what was meant for those of what was read."""
    found: dict[str, str] = {}
    for ours, theirs in names.items():
        a, b = reading.types[ours], meaning.types.get(theirs)
        if isinstance(a, Type) and isinstance(b, Type):
            for one, other in zip(a.shape, b.shape, strict=True):
                if str(one).isidentifier():
                    found.setdefault(str(one), str(other))
    return found
