"""Values of names: a function of (seed, record id, name, draw), by Philox.

Raw entries are short dyadic numbers k/64, exact in every arithmetic, all of different
size, with random signs. Structure is built from them in the namespace that is asked
for, so that an orthogonal matrix is one to the last bit of a ball. Of eight rounds over
all cases one is all positive and one all negative, one is large and two are small;
nothing else is special about them. In one more round the entries are uneven, so that
one may outweigh the others, and in one every name has a size of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.random import Philox

from ..language.arrays import Array
from ..language.declaration import FunctionType, Type
from ..language.sizes import Case, digest
from .members import FIRST, PLAIN, Membership, membership
from .symbols import Part, Symbol, parts

SPREAD = (8, 96)
"""Sizes of raw entries, in 64ths: between 1/8 and 3/2."""
SCALES = (1.0, 1.0, 1 / 4, 1.0, 8.0, 1.0, 1 / 64, 1.0)
"""Scales of the rounds, so that far branches of a function are visited as well."""
POSITIVE, UNEVEN, NEGATIVE, APART = 1, 3, 5, 7
"""The rounds that are special otherwise."""
MANY = 32
"""Cases, of which 256 draws make eight rounds."""
MOST = 7
"""Powers of two between the smallest and the largest entry, or name, there."""


@dataclass(frozen=True)
class Precision:
    """The unit of rounding, and how far values are moved to see noise."""

    unit: float
    push: float
    dust: float


PRECISIONS = {
    "float64": Precision(2.0**-53, 2.0**-20, 2.0**-51),
    "float32": Precision(2.0**-24, 2.0**-9, 2.0**-22),
}
LANES = 5
"""The draw itself, once pushed, and three times moved in the last digits."""
RECENT = 16
"""Sources whose draws are kept: statements of a stream are drawn under one id."""


@dataclass(frozen=True)
class Draws:
    """The draws of one case: their numbers, and the raw entries of every name.

    Raw entries of a variable are an array (lanes, draws, rows, columns), the draw
    itself in the first lane and, where asked for, moved copies of it in the others;
    those of a function symbol f are under names such as `f.W0`, with an axis for each
    axis of the part.
    """

    case: Case
    numbers: Array
    raw: Mapping[str, Array]
    words: Mapping[str, Array] = field(default_factory=dict)
    """The random words behind the entries, which say which way each one is moved."""
    precision: Precision = PRECISIONS["float64"]
    special: Array = field(default_factory=lambda: np.zeros(0, bool))
    """Draws at which some function symbol is no plain member of its class."""
    flat: Array = field(default_factory=lambda: np.zeros(0, bool))
    """Those at which one is constant or affine, be it in one entry."""
    known: dict[Any, Any] = field(default_factory=dict, init=False)
    """What follows from the draws alone, by what it is; never changed in place."""

    def __len__(self) -> int:
        return len(self.numbers)

    def only(self, rows: Any) -> Draws:
        """Return some of the draws."""
        raw = {name: X[:, rows] for name, X in self.raw.items()}
        words = {name: W[rows] for name, W in self.words.items()}
        return replace(
            self,
            numbers=self.numbers[rows],
            raw=raw,
            words=words,
            special=self.special[rows],
            flat=self.flat[rows],
        )

    def moved(self) -> Draws:
        """Return the draws with their moved copies; each entry moves its own way."""
        dust = [self.precision.dust] * (LANES - 2)
        steps = np.array([self.precision.push, *dust])
        bits = np.arange(41, 41 + len(steps), dtype=np.uint64)
        raw = {}
        for name, X in self.raw.items():
            W = self.words[name]
            d, shift = (v.reshape(-1, *[1] * W.ndim) for v in (steps, bits))
            up = W >> shift & np.uint64(1)
            raw[name] = np.concatenate((X[:1], X[0] * (1 + np.where(up, d, -d))))
        return replace(self, raw=raw)


def round_of(number: Any, cases: int) -> Any:
    """Return the round of a draw, by its number, among so many cases.

    Many cases have too few draws each for all rounds: they begin with different ones.
    """
    turn = number // cases
    return (turn + number % cases if cases > MANY else turn) % len(SCALES)


class Source:
    """Draws the names of one record."""

    def __init__(
        self,
        types: Mapping[str, Type | FunctionType],
        cases: Sequence[Case],
        seed: int,
        id: str,
        precision: Precision = PRECISIONS["float64"],
        first: int = 0,
    ):
        self.types, self.cases, self.seed, self.id = types, cases, seed, id
        self.precision, self.first = precision, first

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        """All that the draws are a function of."""
        cases = [(*case.sizes.items(), *case.whole.items()) for case in self.cases]
        types = tuple(self.types.items())
        return types, tuple(cases), self.seed, self.id, self.precision, self.first

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @cached_property
    def longest(self) -> int:
        """How many numbers a name takes at most, or what is drawn of a function."""
        parts = (part for case in self.cases for part in self._layout(case).values())
        return max((prod(part.shape) for part in parts), default=1)

    def draw(self, count: int) -> list[Draws]:
        """Return `count` draws by case: draw i uses case i modulo their number."""
        return list(_drawn(self, count))

    def make(self, count: int) -> list[Draws]:
        """Make these draws."""
        layouts = [self._layout(case) for case in self.cases]
        numbers = [np.arange(i, count, len(layouts)) for i in range(len(layouts))]
        raw: list[dict[str, Array]] = [{} for _ in layouts]
        kept: list[dict[str, Array]] = [{} for _ in layouts]
        members = self._members(count)
        for name in layouts[0] if layouts else ():
            found = [layout[name] for layout in layouts]
            words = self._words(name, found, count)
            entries = self._entries(name, found[0], words)
            for part, rows, mine, bits in zip(found, numbers, raw, kept, strict=True):
                size, shape = prod(part.shape), (len(rows), *part.shape)
                X = entries[rows, :size].reshape(1, *shape)
                symbol, _, key = name.partition(".")
                mine[name] = members[symbol].shaped(key, X, rows) if key else X
                bits[name] = words[rows, :size].reshape(shape)
        special, flat = np.zeros((2, count), bool)
        for one in members.values():
            special |= one.special
            flat |= one.flat
        return [
            Draws(
                case,
                rows + self.first,
                mine,
                bits,
                self.precision,
                special[rows],
                flat[rows],
            )
            for case, rows, mine, bits in zip(
                self.cases, numbers, raw, kept, strict=True
            )
            if len(rows)
        ]

    def directions(
        self, shapes: Mapping[str, tuple[int, int]], draws: Draws
    ) -> dict[str, Array]:
        """Return a direction of some shapes for each draw: dyadic, nowhere zero."""
        found = {}
        for name, shape in shapes.items():
            key = self.seed, self.id, name, shape
            if key not in draws.known:
                draws.known[key] = self._along(name, shape, draws)
            found[name] = draws.known[key]
        return found

    def _along(self, name: str, shape: tuple[int, int], draws: Draws) -> Array:
        block = prod(shape)
        random = Philox(key=digest(self.seed, self.id, "along", name, str(shape)))
        places = (draws.numbers - self.first) // len(self.cases)
        words = random.random_raw((places.max() + 1) * block)
        words = words.reshape(-1, block)[places]
        sizes = 8 + (words >> np.uint64(20) & np.uint64(31)).astype(float)
        signs = np.where(words >> np.uint64(7) & np.uint64(1), 1.0, -1.0)
        return (signs * sizes / 32).reshape(len(draws), *shape)

    def _members(self, count: int) -> dict[str, Membership]:
        """Return which member of its class each function symbol is at each draw."""
        plain = max(FIRST, PLAIN * len(self.cases))
        return {
            name: membership(
                declared, count, plain, digest(self.seed, self.id, name, "member")
            )
            for name, declared in self.types.items()
            if isinstance(declared, FunctionType)
        }

    def _layout(self, case: Case) -> dict[str, Part]:
        """Return the array that is drawn for each name, and its shape in a case."""
        found: dict[str, Part] = {}
        for name, declared in self.types.items():
            if isinstance(declared, FunctionType):
                for key, part in parts(declared, case.size).items():
                    found[f"{name}.{key}"] = part
            elif declared.kind not in ("index", "integer"):
                rows, columns = declared.shape
                found[name] = Part((case.size(rows),), (case.size(columns),), 1.0)
        return found

    def _words(self, name: str, found: Sequence[Part], count: int) -> Array:
        # The block of a draw is as long at every size, so that a draw is the same
        # however many others there are.
        block = max(prod(part.shape) for part in found) + 1
        words = Philox(key=digest(self.seed, self.id, name)).random_raw(count * block)
        return words.reshape(count, block)

    def _entries(self, name: str, part: Part, words: Array) -> Array:
        """Return entries for all draws of a name, as many as its largest case has."""
        count, size = words.shape
        low, high = SPREAD
        signs = np.where(words >> np.uint64(7) & np.uint64(1), 1.0, -1.0)
        if "." in name:  # of a function symbol
            span = np.uint64(high - low)
            sizes = low + (words >> np.uint64(20) & np.uint64(2**20 - 1)) % span
            return (abs(signs) if part.positive else signs) * sizes / 64 * part.scale
        ranks = np.argsort(np.argsort(words, axis=1), axis=1)
        step = (high - low) / size
        jitter = (words >> np.uint64(20)) % np.uint64(max(1, int(step)))
        sizes = low + np.floor(ranks * step) + jitter.astype(float)
        rounds = round_of(np.arange(count), len(self.cases))
        signs[rounds == POSITIVE], signs[rounds == NEGATIVE] = 1.0, -1.0
        sizes *= np.asarray(SCALES)[rounds][:, None]
        some = rounds == UNEVEN  # no two are as large
        steps = np.floor(ranks[some] * (MOST / max(1, size - 1)))
        sizes[some] *= np.exp2(steps - MOST)
        some = rounds == APART
        own = words[some, :1] >> np.uint64(50) & np.uint64(MOST)
        sizes[some] *= np.exp2(own - 4.0)
        return signs * sizes * (part.scale / 64)


@lru_cache(maxsize=RECENT)
def _drawn(source: Source, count: int) -> tuple[Draws, ...]:
    return tuple(source.make(count))


def build(xp: Any, kind: str, V: Array) -> Array:
    """Turn raw entries into a value of a kind, in any namespace."""
    n = V.shape[-1]
    match kind:
        case "positive" | "positive_vector" | "positive_matrix":
            return abs(V)
        case "unit_vector":
            return V / xp.sqrt(xp.sum(V * V, axis=(-2, -1), keepdims=True))
        case "probability_vector":
            return abs(V) / xp.sum(abs(V), axis=(-2, -1), keepdims=True)
        case "symmetric":
            L = V * xp.tri(n, n, -1)
            return L + xp.swapaxes(L, -1, -2) + V * xp.eye(n)
        case "positive_definite":
            # Three draws of four have small eigenvalues too, beside the others.
            ridge = (17 + 15 * xp.sign(V[..., :1, :1])) / 64
            ridge = ridge * (9 + 7 * xp.sign(V[..., -1:, -1:])) / 16
            ridge = ridge * xp.sum(V * V, axis=(-2, -1), keepdims=True) / (n * n)
            return xp.matmul(V, xp.swapaxes(V, -1, -2)) / 2 + xp.eye(n) * ridge
        case "invertible":
            return V + xp.sign(V) * xp.eye(n)
        case "orthogonal":
            Q = rotation(xp, V)
            # A Cayley transform is a rotation; half of the draws get a reflection.
            return Q * (1 + (xp.sign(V[..., :1, :1]) - 1) * _first(xp, n))
        case "idempotent":
            S = V + xp.sign(V) * xp.eye(n)
            return xp.matmul(S * kept(xp, V), xp.inv(S))
        case "projection":
            Q = rotation(xp, V)
            return xp.matmul(Q * kept(xp, V), xp.swapaxes(Q, -1, -2))
        case "diagonal":
            return V * xp.eye(n)
        case "lower":
            return V * xp.tri(n, n, 0)
        case "upper":
            return V * xp.swapaxes(xp.tri(n, n, 0), -1, -2)
        case "skew":
            L = V * xp.tri(n, n, -1)
            return L - xp.swapaxes(L, -1, -2)
    return V


def rotation(xp: Any, V: Array) -> Array:
    """Return a rotation, the Cayley transform of what lies below the diagonal."""
    n = V.shape[-1]
    S = V * xp.tri(n, n, -1)
    S = S - xp.swapaxes(S, -1, -2)
    return xp.solve(xp.eye(n) + S, xp.eye(n) - S)


def kept(xp: Any, V: Array) -> Array:
    """Return a row of ones and zeros by the signs of the diagonal: of any rank."""
    signs = xp.sign(xp.sum(V * xp.eye(V.shape[-1]), axis=-2, keepdims=True))
    return (1 + signs) / 2


def _first(xp: Any, n: int) -> Array:
    return xp.number(np.arange(n)[None, :] == 0) + 0 * xp.eye(n)[:1]


def values(
    xp: Any,
    types: Mapping[str, Type | FunctionType],
    raw: Mapping[str, Array],
    case: Case,
) -> tuple[dict[str, Array], dict[str, Symbol]]:
    """Return the values of all names, and the function symbols, of raw entries."""
    found: dict[str, Array] = {}
    symbols: dict[str, Symbol] = {}
    for name, declared in types.items():
        if isinstance(declared, FunctionType):
            flat = {
                key: flatten(raw[f"{name}.{key}"], part)
                for key, part in parts(declared, case.size).items()
            }
            symbols[name] = Symbol(declared, flat)
        elif declared.kind in ("index", "integer"):
            found[name] = xp.constant(np.int64(case.whole[name]))
        else:
            found[name] = build(xp, declared.kind, raw[name])
    for name, declared in types.items():
        if isinstance(declared, Type) and declared.commutes:
            A = found[declared.commutes]
            found[name] = commuting(xp, declared.kind, A, raw[name])
    return found, symbols


def commuting(xp: Any, kind: str, A: Array, V: Array) -> Array:
    """Return a matrix of a kind that commutes with A, from raw entries.

    It is a polynomial in A, of a degree that all of them have which commute with a
    matrix of distinct eigenvalues.
    """
    n = A.shape[-1]
    N = A / xp.sqrt(xp.sum(A * A, axis=(-2, -1), keepdims=True) / n)
    B = polynomial(xp, N, V)
    if kind == "positive_definite":
        size = xp.sum(V * V, axis=(-2, -1), keepdims=True) / (n * n)
        return xp.matmul(B, B) / 2 + xp.eye(n) * size / 8
    return B


def polynomial(xp: Any, A: Array, V: Array) -> Array:
    """Return a polynomial in A with the first column of V as coefficients."""
    n = A.shape[-1]
    value = V[..., n - 1 : n, :1] * xp.eye(n)
    for k in range(n - 2, -1, -1):
        value = xp.matmul(value, A) + V[..., k : k + 1, :1] * xp.eye(n)
    return value


def flatten(X: Array, part: Part) -> Array:
    """Give an array of a function symbol two axes, and leave those in front."""
    lanes = X.shape[: X.ndim - len(part.shape)]
    return X.reshape(*lanes, prod(part.rows), prod(part.columns))
