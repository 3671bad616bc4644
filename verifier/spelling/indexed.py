"""Definitions of one sample: `p_i = σ(w^T x_i)` says what every `p_k` in a sum is.

They are put in where what a derivative is by stands in them only, and in a claim of
what the other side does not speak of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace

from ..language.tree import Call, Name, Tree
from . import loose
from .defining import Definition, inserted
from .written import Written

DEPTH = 4
"""Definitions within each other."""
LETTERS = frozenset("ijkmnt")
"""Letters that count samples; an l counts layers."""
_TARGETS = frozenset(("y", "t", "x"))
"""Letters of data, of which a definition says how they come about."""


@dataclass(frozen=True)
class _Sample:
    """What a name with an index is, in terms of that index."""

    letter: str
    body: Tree


def with_indexed(written: Written, definitions: Mapping[str, Definition]) -> Written:
    """Return a statement in which the `p_i` that it needs are what they are defined as.

    The p of `X^T (p - y)` is the column of all of them.
    """
    known = _samples(definitions)
    by = {*written.variables}
    if not known or not by:
        return written
    known = {name: one for name, one in known.items() if name not in by}
    every = {name for tree in written.trees for name in _names(tree)}
    body = written.body
    for _ in range(DEPTH):
        inside = _names(body)
        through = {
            name: one
            for name, one in known.items()
            if name in inside
            and _reached(name, known) & by
            and (not inside & by or _is_told(name, one, every))
        }
        if not through:
            break
        body = _put(body, through, whole=False)
    about = _names(body) | by
    claims = tuple(
        (where, _claimed(tree, known, about)) for where, tree in written.claims
    )
    return replace(written, body=body, claims=claims)


def _samples(definitions: Mapping[str, Definition]) -> dict[str, _Sample]:
    """Return what is defined with an index, by its name without one."""
    functions = {name: made for name, made in definitions.items() if made.parameters}
    found: dict[str, _Sample] = {}
    for name, made in definitions.items():
        stem, _, letter = name.rpartition("_")
        if not stem or letter not in LETTERS or made.parameters or stem in definitions:
            continue
        if next(loose.calls(made.body, *loose.CALCULUS), None) is not None:
            continue
        body = inserted(made.body, functions)
        if _depends(body, letter):
            found[stem] = _Sample(letter, body)
    return found


def _is_told(name: str, sample: _Sample, every: Set[str]) -> bool:
    """Whether a statement speaks of all that a name is made of, which is no data."""
    return name not in _TARGETS and _stems(sample) <= every


def _stems(sample: _Sample) -> set[str]:
    suffix = f"_{sample.letter}"
    return {name.removesuffix(suffix) for name in _names(sample.body)}


def _claimed(tree: Tree, known: Mapping[str, _Sample], about: Set[str]) -> Tree:
    """Return a claim in terms of what the other side is about."""
    for _ in range(DEPTH):
        more = {n: one for n, one in known.items() if n in _names(tree) - about}
        more = {n: one for n, one in more.items() if _stems(one) & {*about, *known}}
        if not more:
            break
        tree = _put(tree, more, whole=True)
    return tree


def _put(tree: Tree, samples: Mapping[str, _Sample], whole: bool) -> Tree:
    """Put definitions in the place of entries, and of the columns of all of them."""

    bound = {one.args[0].name for one in _sums(tree) if isinstance(one.args[0], Name)}

    def change(part: Tree) -> Tree:
        match part:
            case Call(loose.ENTRY, (Name(name), Name() as index)) if name in samples:
                return _of(samples[name], index)
            case Call(
                loose.ENTRY, (Call(loose.PRODUCT, (Name() as own, body)), Name() as at)
            ):
                return _renamed(body, own, at)
            case Name(name) if name in samples and whole:
                over = Name(f"{samples[name].letter}_of_{name}")
                return loose.call(
                    loose.PRODUCT,
                    over,
                    _of(samples[name], over),
                    start=part.start,
                    stop=part.stop,
                )
            case Name(name):
                stem, _, letter = name.rpartition("_")
                if stem in samples and letter in bound:
                    return _of(samples[stem], Name(letter))
        return part

    return loose.bounded(loose.mapped(tree, change))


def _sums(tree: Tree) -> Iterator[Call]:
    return loose.calls(tree, loose.TOTAL, loose.PRODUCT)


def _of(sample: _Sample, index: Name) -> Tree:
    """Return what a name is for another index."""

    def change(part: Tree) -> Tree:
        match part:
            case Name(name) if name != sample.letter:
                stem, _, letter = name.rpartition("_")
                if stem and letter == sample.letter:
                    return loose.call(loose.ENTRY, Name(stem), index)
        return part

    return _renamed(loose.mapped(sample.body, change), Name(sample.letter), index)


def _renamed(tree: Tree, old: Name, new: Name) -> Tree:
    return loose.mapped(tree, lambda part: new if part == old else part)


def _depends(tree: Tree, letter: str) -> bool:
    """Whether a definition is of one sample: something in it has its index."""
    return any(name.rpartition("_")[2] == letter for name in _names(tree)) or any(
        Name(letter) in entry.args[1:] for entry in loose.calls(tree, loose.ENTRY)
    )


def _names(tree: Tree) -> set[str]:
    """Return the names of a tree, those with an index without it too."""
    found = {part.name for part in loose.parts(tree) if isinstance(part, Name)}
    stems = {name.rpartition("_") for name in found}
    return found | {stem for stem, _, letter in stems if letter in LETTERS and stem}


def _reached(name: str, known: Mapping[str, _Sample]) -> set[str]:
    """Return all names that a definition leads to."""
    seen, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += _names(known[one].body) if one in known else ()
    return seen
