"""Which member of its class a function symbol is at a draw.

A claim that holds for every function of a class holds for those that nobody thinks of:
a function that is constant or affine, nearly so, very large, very small, or that grows
exponentially. Of the draws behind the first, every sixteen have each of sixteen
members once, in an order of their own for every symbol.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Philox

from ..language.arrays import Array
from ..language.declaration import FunctionType

PLAIN, FIRST = 2, 12
"""Rounds over all cases in which every symbol is a plain member, and the draws that
are so at least."""
LARGE, SMALL = (8, 60), (-60, -9)
"""Powers of two between which the size of members lies that are large, or small."""


@dataclass(frozen=True)
class Member:
    """Which parts of a symbol are there, and their size."""

    parts: str = ""
    size: tuple[int, int] = (0, 0)
    sized: str = "aBCQE"
    """The parts that are of that size; others are as drawn."""
    straight: bool = False
    """Whether it is affine in an entry of its last argument."""

    @property
    def plain(self) -> bool:
        """Whether it is a member as most are."""
        return self.parts in ("aBC", "aC") and self.size == (0, 0) and not self.straight

    @property
    def flat(self) -> bool:
        """Whether its second derivatives are zero, or some of them."""
        return self.straight or not set(self.parts) & set("CQE")

    def factor(self, key: str, word: int) -> float:
        """Return what a part such as `C` or `B0` is multiplied by."""
        part = key[0]
        if part in "Wb":
            return 1.0
        if part not in self.parts:
            return 0.0
        low, high = self.size
        return 2.0 ** (low + word % (high - low + 1)) if part in self.sized else 1.0


AFFINE, CONSTANT, ZERO = Member("aB"), Member("a"), Member("")
_STRICT = (
    *[Member("aBC")] * 6,
    *[Member("aBCE")] * 3,
    *[Member("aBE")] * 2,
    Member("aBQ"),
    Member("aBC", LARGE),
    Member("aBC", SMALL),
    Member("aBC", LARGE, "aB"),
    Member("aBC", SMALL, "C"),
)
_CONVEX = (
    *[Member("aBC")] * 4,
    *[Member("aBCE")] * 2,
    Member("aBE"),
    Member("aBQ"),
    AFFINE,
    CONSTANT,
    ZERO,
    Member("aBC", LARGE),
    Member("aB", LARGE),
    Member("aBC", SMALL),
    Member("aBC", SMALL, "BC"),
    Member("aBC", straight=True),
)
_POSITIVE = (
    *[Member("aC")] * 5,
    *[Member("aCQ")] * 2,
    Member("aCE"),
    Member("E"),
    Member("aQ"),
    CONSTANT,
    Member("a", SMALL),
    Member("aC", LARGE),
    Member("aC", SMALL),
    Member("aC", SMALL, "C"),
    Member("aC", straight=True),
)
_ANY = (
    *[Member("aBC")] * 4,
    *[Member("aBCQ")] * 2,
    *[Member("aBCE")] * 2,
    Member("aBQ"),
    AFFINE,
    CONSTANT,
    ZERO,
    Member("aBC", LARGE),
    Member("aBC", SMALL),
    Member("aBC", SMALL, "BC"),
    Member("aBC", straight=True),
)
MEMBERS = {
    "": _ANY,
    "convex": _CONVEX,
    "concave": _CONVEX,
    "strictly_convex": _STRICT,
    "strictly_concave": _STRICT,
    "positive": _POSITIVE,
}
"""By property the sixteen members; the first is a plain one."""


@dataclass(frozen=True)
class Membership:
    """The members that one symbol is at the draws of a run."""

    declared: FunctionType
    chosen: tuple[Member, ...]
    words: Array
    """A random word for each draw, which says how large a member is."""

    @property
    def special(self) -> Array:
        """Return the draws at which it is no plain member."""
        return np.array([not member.plain for member in self.chosen], bool)

    @property
    def flat(self) -> Array:
        """Return the draws at which its second derivatives are zero, or some."""
        return np.array([member.flat for member in self.chosen], bool)

    def shaped(self, key: str, X: Array, rows: Array) -> Array:
        """Return a part, (1, draws, ...), as the members at some draws have it."""
        some = [(self.chosen[i], int(self.words[i])) for i in rows]
        factors = np.array([member.factor(key, word) for member, word in some])
        X = X * factors.reshape(1, -1, *[1] * (X.ndim - 2))
        if key == f"W{len(self.declared.arguments) - 1}":
            X[:, [member.straight for member, _ in some], :, 0, 0] = 0
        return X


def said(numbers: Mapping[str, Array]) -> str:
    """Say what is special about a function with these numbers, or nothing."""
    there = {key[0] for key, X in numbers.items() if np.any(X)}
    if "W" in there and there & set("CQE"):
        still = (~np.any(X, axis=-2) for key, X in numbers.items() if key[0] == "W")
        return "affine in an entry" if any(map(np.any, still)) else ""
    if there & set("BCQE"):
        return "affine" if "B" in there else "constant"
    return "constant" if "a" in there else "zero"


def membership(declared: FunctionType, count: int, plain: int, key: int) -> Membership:
    """Choose the members of so many draws, of which the first are plain."""
    members = MEMBERS[declared.property]
    each = len(members)
    words = Philox(key=key).random_raw(-(-count // each) * 2 * each)
    words = words.reshape(-1, 2, each)  # the same however many draws there are
    places = np.argsort(words[:, 0], axis=1).ravel()[:count]
    places[:plain] = 0
    sizes = words[:, 1].ravel()[:count]
    return Membership(declared, tuple(members[i] for i in places), sizes)
