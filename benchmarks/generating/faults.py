"""Wrong claims: right ones with one edit, or wrong at some values, sizes or classes.

Whether an edit makes a claim wrong is not known here: the oracle says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, islice
from random import Random

from verifier.deriving.algebra import spots
from verifier.language.declaration import FunctionType, Type
from verifier.language.shapes import infer
from verifier.language.term import ONE, SCALAR, Scope, Shape
from verifier.language.tree import Call, Name, Tree
from verifier.reading.problem import Fault as Problem
from verifier.running.mutants import mutants

from .writing import call, changed, names_in, number, ones, size, turned

MOVING = "h"
"""The name that goes to zero in a limit: no claim speaks of it."""
PRIME = 2**61 - 1
TINY = tuple(Fraction(1, 10**k) for k in (9, 16, 30, 300))
REGIONS = [
    tuple(map(Fraction, region.split()))
    for region in ("3 11", "1 2", "-9 -2", "-1 -1/4", "1/16 1/2", "1/250 1/50")
]
"""Values of a scalar, within those that are drawn."""
SMALL = 1 / 16
NOT_FREE = ("index", "integer", "probability_vector", "unit_vector", "orthogonal")
"""Kinds whose entries have a range of their own."""
TRIES = 4
"""Mistakes of a kind that are tried, until one has the shape of a claim."""
HALF = Fraction(1, 2)
RARE = {
    "wrong at one index",
    "wrong at one index and size",
    "wrong at one whole number",
}


@dataclass(frozen=True)
class Wrong:
    """A claim that should be wrong: how it was made so, and where it would show."""

    kind: str
    tree: Tree
    pinned: Mapping[str, int] = field(default_factory=dict)
    gate: Tree | None = None
    """A scalar that is zero where the claim is not touched."""
    tiny: bool = False


def wrong(
    tree: Tree, shape: Shape, scope: Scope, random: Random, count: int
) -> list[Wrong]:
    """Return some wrong claims in the place of a right one, of many kinds."""
    made: dict[str, list[Wrong]] = {}
    for one in _all(tree, shape, scope, random):
        made.setdefault(one.kind, []).append(one)
    kinds = random.sample(sorted(made), len(made))
    kinds.sort(key=lambda kind: kind not in RARE)
    found: list[Wrong] = []
    for kind in kinds:
        tries = random.sample(made[kind], min(TRIES, len(made[kind])))
        fitting = (one for one in tries if _fits(one.tree, tree, shape, scope))
        found += islice(fitting, 1)
        if len(found) == count:
            break
    return found


def _fits(tree: Tree, right: Tree, shape: Shape, scope: Scope) -> bool:
    try:
        return tree != right and infer(tree, scope).shape == shape
    except Problem:
        return False


def _all(tree: Tree, shape: Shape, scope: Scope, random: Random) -> Iterator[Wrong]:
    for name, mutant in mutants(tree):
        yield Wrong(name, mutant)
    yield from _exchanged(tree, scope)
    yield from _of_a_class(tree, scope)
    yield from _of_full_rank(tree, scope)
    yield from _small(tree, shape, random)
    yield from _by_region(tree, shape, scope, random)
    yield from _by_size(tree, shape, scope, random)
    yield from _by_entry(tree, shape, random)
    yield Wrong("other layout", turned(tree))


def _bumped(tree: Tree, bump: Tree, shape: Shape, random: Random) -> Tree:
    """Add a bump to a claim, or to its factor."""
    if random.random() < HALF:
        return call("add", tree, call("mul", bump, ones(*shape)))
    return call("mul", call("add", number(1), bump), tree)


def _exchanged(tree: Tree, scope: Scope) -> Iterator[Wrong]:
    """Yield one name in the place of another of the same shape."""
    shapes = {
        name: declared.shape
        for name, declared in scope.types.items()
        if isinstance(declared, Type) and name != MOVING
    }
    for part, rebuild in spots(tree):
        if isinstance(part, Name) and part.name in shapes:
            for other, shape in shapes.items():
                if other != part.name and shape == shapes[part.name]:
                    yield Wrong("swapped variable", rebuild(Name(other)))


def _of_a_class(tree: Tree, scope: Scope) -> Iterator[Wrong]:
    """Yield what is the same for values of a class only."""
    for part, rebuild in spots(tree):
        if not isinstance(part, Name):
            continue
        declared = scope.types.get(part.name)
        if not isinstance(declared, Type):
            continue
        for name, new in _classes(part, declared):
            yield Wrong(f"for {name} values only", rebuild(new))
            everywhere = changed(tree, {part.name: new})
            yield Wrong(f"for {name} values only", everywhere)


def _classes(A: Tree, declared: Type) -> Iterator[tuple[str, Tree]]:
    yield "positive", call("abs", A)
    yield "small", call("sin", A)
    if declared.shape[0] != declared.shape[1] or declared.shape == SCALAR:
        if declared.shape[1] == ONE and declared.shape != SCALAR:
            yield "unit", call("div", A, call("norm", A))
        return
    n = declared.shape[0]
    yield "symmetric", turned(A)
    yield "symmetric", call("div", call("add", A, turned(A)), number(2))
    yield "diagonal", call("diag", call("diagonal", A))
    yield "lower", call("tril", A)
    yield "orthogonal", turned(call("inv", A))
    yield "identity", call("eye", size(n))
    yield "idempotent", call("matmul", A, A)
    yield "skew", call("neg", turned(A))


def _of_full_rank(tree: Tree, scope: Scope) -> Iterator[Wrong]:
    """Yield an identity for pinv(A) @ A or A @ pinv(A): tall or wide matrices only."""
    for part, rebuild in spots(tree):
        match part:
            case Call("matmul", (Call("pinv", (A,)), B)) if A == B:
                n = infer(A, scope).shape[1]
            case Call("matmul", (A, Call("pinv", (B,)))) if A == B:
                n = infer(A, scope).shape[0]
            case _:
                continue
        yield Wrong("for full rank only", rebuild(call("eye", size(n))))


def _small(tree: Tree, shape: Shape, random: Random) -> Iterator[Wrong]:
    """Yield what is wrong by little, or by a multiple of a large prime."""
    for c in TINY:
        tiny = c < Fraction(1, 10**20)
        term = call("mul", number(c), ones(*shape))
        yield Wrong(f"tiny term {float(c):.0e}", call("add", tree, term), tiny=tiny)
        term = call("mul", number(c), tree)
        yield Wrong(f"tiny factor {float(c):.0e}", call("add", tree, term), tiny=tiny)
    k = number(random.choice((1, 2, 3)) * PRIME)
    other = random.choice((tree, ones(*shape)))
    yield Wrong("multiple of 2^61 - 1", call("add", tree, call("mul", k, other)))


def between(s: Tree, low: Fraction, high: Fraction) -> Tree:
    """Return 1 where a scalar lies between two numbers, else 0."""
    up = call("step", call("sub", s, number(low)))
    return call("mul", up, call("step", call("sub", number(high), s)))


def _by_region(
    tree: Tree, shape: Shape, scope: Scope, random: Random
) -> Iterator[Wrong]:
    """Yield what is wrong at some values of a scalar only."""
    scalars = [s for name, d in scope.types.items() for s in _scalars(name, d)]
    if not scalars:
        return
    s, least = random.choice(scalars)
    regions = [r for r in REGIONS if r[0] >= least]
    low, high = random.choice(regions)
    bump = between(s, low, high)
    new = _bumped(tree, bump, shape, random)
    yield Wrong("wrong in a region", new, gate=bump)
    tiny = call("mul", number(random.choice(TINY[1:3])), bump)
    hidden = call("mul", call("add", number(1), tiny), tree)
    yield Wrong("tiny, and in a region", hidden, gate=bump)
    other, _ = random.choice(scalars)
    if names_in(s) != names_in(other):
        far = call("sub", call("abs", s), call("mul", number(12), call("abs", other)))
        new = _bumped(tree, call("step", far), shape, random)
        yield Wrong("wrong where sizes are apart", new, gate=call("step", far))
    spread = call("mul", number(200), s)
    product = call("mul", call("exp", spread), call("exp", call("neg", spread)))
    lost = call("mul", call("add", product, bump), tree)
    yield Wrong("wrong where floats overflow", lost, gate=bump)
    yield Wrong("overflows, and is right", call("mul", product, tree))


def _scalars(name: str, declared: Type | FunctionType) -> Iterator[tuple[Tree, float]]:
    """Yield scalars that are made of a name, and from where on they have values."""
    if not isinstance(declared, Type) or declared.kind in NOT_FREE or name == MOVING:
        return
    X, least = Name(name), 0.0 if declared.kind.startswith("positive") else -math.inf
    if declared.shape == SCALAR:
        yield X, least
        return
    # Where there are many entries, all of them are small, or negative, at few draws.
    yield call("max", X), SMALL
    yield call("norm", X), SMALL
    if declared.shape[1] == ONE:
        first = call("unit", number(1), size(declared.shape[0]))
        yield call("matmul", turned(first), X), least


def _by_size(tree: Tree, shape: Shape, scope: Scope, random: Random) -> Iterator[Wrong]:
    """Yield what is wrong at one size, or at one index, only."""
    names = sorted(scope.sizes)
    for name in names:
        n, k = Name(name), random.choice((2, 3, 4, 5))
        bump = between(n, k - HALF, k + HALF)
        new = _bumped(tree, bump, shape, random)
        yield Wrong("wrong at one size", new, pinned={name: k})
        product: Tree = number(1)
        for j in range(1, 7):
            if j != k:
                product = call("mul", product, call("sub", n, number(j)))
        new = _bumped(tree, product, shape, random)
        yield Wrong("wrong at one size", new, pinned={name: k})
    for first, second in combinations(names, 2):
        m, n = map(Name, random.sample((first, second), 2))
        tall = call("step", call("sub", call("sub", m, n), number(HALF)))
        square = between(call("sub", m, n), -HALF, HALF)
        for name, bump in (("one shape", tall), ("square shapes", square)):
            yield Wrong(f"wrong at {name}", _bumped(tree, bump, shape, random))
        j, k = random.randint(1, 5), random.randint(1, 5)
        both = (
            between(Name(first), j - HALF, j + HALF),
            between(Name(second), k - HALF, k + HALF),
        )
        new = _bumped(tree, call("mul", *both), shape, random)
        yield Wrong("wrong at one pair of sizes", new, pinned={first: j, second: k})
    for name, declared in scope.types.items():
        if declared == Type("integer"):
            k = random.randint(-2, 5)
            bump = between(Name(name), k - HALF, k + HALF)
            new = _bumped(tree, bump, shape, random)
            yield Wrong("wrong at one whole number", new, pinned={name: k})
        if isinstance(declared, Type) and declared.kind == "index":
            (dim,) = declared.dims
            i, k = Name(name), random.choice((1, 2, 3, 4, 5))
            top = dim.constant or 5
            k = min(k, top)
            bump = between(i, k - HALF, k + HALF)
            new = _bumped(tree, bump, shape, random)
            yield Wrong("wrong at one index", new, pinned={name: k})
            if len(dim.names) == 1:
                n, m = next(iter(dim.names)), random.randint(k, 5)
                both = call("mul", bump, between(Name(n), m - HALF, m + HALF))
                new = _bumped(tree, both, shape, random)
                yield Wrong("wrong at one index and size", new, pinned={name: k, n: m})


def _by_entry(tree: Tree, shape: Shape, random: Random) -> Iterator[Wrong]:
    """Yield what is wrong at one entry only."""
    if shape == SCALAR:
        return
    first, second = (
        call("unit", number(1), size(dim)) if dim != ONE else number(1) for dim in shape
    )
    E = first if shape[1] == ONE else call("matmul", first, turned(second))
    yield Wrong("wrong at one entry", call("add", tree, E))
    yield Wrong("wrong at one entry", call("add", tree, call("mul", tree, E)))
