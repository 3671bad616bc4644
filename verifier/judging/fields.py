"""Draws of both sides of a claim in two fields: of order 2^61 - 1, and of one drawn.

A prime may divide all coefficients of what is left minus right, and a prime that nobody
knows does not. Claims of one record about one left side share their draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..engine.directions import directions_of
from ..engine.evaluate import Evaluation
from ..engine.finding import Finding
from ..engine.free import FreeArithmetic
from ..engine.jets import constant
from ..engine.matrices import Matrix
from ..engine.residues import ExactArithmetic, Numbers, P, Residue, random_prime
from ..language.declaration import Type
from ..language.sizes import Case, generator
from .degrees import NotRational
from .rational import Identity

Generic = Callable[[tuple[int, int]], Matrix]
Shared = dict[Any, Any]
"""Draws of one record by what they are draws of."""
Raw = Callable[[Residue, Generic], Mapping[str, Matrix]]
MOST_KNOWN = 512
"""Values of terms that are kept at a draw for the next claim."""


@dataclass(frozen=True)
class Sample:
    """One draw in a field: what is known, the directions, the left side along them."""

    known: Evaluation
    directions: Sequence[Matrix]
    left: Matrix


class Fields:
    """The two fields that draws take turns in.

    Claims of one record about one left side share their draws, which `shared` keeps.
    """

    def __init__(self, seed: int, words: Sequence[str], shared: Shared | None = None):
        self.seed, self.words = seed, words
        self.shared: Shared = {} if shared is None else shared
        self.random = generator(seed, *words)
        if "fields" not in self.shared:
            # Not from `random`: that of a claim is the same whether it shares or not.
            moduli = P, random_prime(generator(seed, *words, "prime"))
            fields = [Residue(p) for p in moduli]
            self.shared["fields"] = (
                fields,
                [ExactArithmetic(field) for field in fields],
                [FreeArithmetic(field) for field in fields],
            )
        self.fields, self.arithmetics, self.free = self.shared["fields"]

    def compared(
        self, identity: Identity, case: Case, raw: Raw, turn: int, part: int = 0
    ) -> Finding:
        """Compare the sides at a draw."""
        return _compared(
            identity, case, lambda: self._sample(identity, case, raw, turn, part)
        )

    def differ_at(self, identity: Identity, case: Case, raw: Raw) -> bool:
        """Return whether the sides differ at entries that are given, not drawn."""
        numbers = self.fields[0].numbers(self.random)
        found = _compared(
            identity, case, lambda: self._drawn(identity, case, raw, 0, numbers)
        )
        return found is Finding.DIFFERENT

    def _sample(
        self, identity: Identity, case: Case, raw: Raw, turn: int, part: int
    ) -> Sample | None:
        """Return a draw, or None where the left side is not defined."""
        words = [f"{name}={k}" for name, k in sorted(case.numbers.items())]
        key = (*words, part, identity.kind)
        if key not in self.shared:
            random = generator(self.seed, *self.words, *words, str(part))
            self.shared[key] = [], [field.numbers(random) for field in self.fields]
        samples, numbers = self.shared[key]
        while len(samples) <= turn:
            which = len(samples) % 2
            samples.append(self._drawn(identity, case, raw, which, numbers[which]))
        return samples[turn]

    def _drawn(
        self,
        identity: Identity,
        case: Case,
        raw: Raw,
        which: int,
        numbers: Numbers,
    ) -> Sample | None:
        field, xp = self.fields[which], self.arithmetics[which]
        generic = partial(field.draw, numbers)
        if identity.free:
            key = b"%d" % numbers.take(1)[0]
            xp = self.free[which].drawn(key)
        # Each draw has a pi of its own, and so an arithmetic.
        xp = xp.with_pi(constant(generic((1, 1))))
        statement, claim = identity.statement, identity.claim
        directions = [
            generic(shape_of(statement.variable(statement.wrt[0]), case))
            for _ in range(directions_of(statement, claim))
        ]
        try:
            values = identity.values(xp, raw(field, generic), case)
            left = identity.left_side(xp, values, case, directions)
            return Sample(identity.evaluation(xp, values, case), directions, left)
        except ZeroDivisionError:
            return None


def _compared(
    identity: Identity, case: Case, drawn: Callable[[], Sample | None]
) -> Finding:
    """Compare the sides: undefined is the left one, undecided the right one alone."""
    try:
        sample = drawn()
        if sample is None:
            return Finding.UNDEFINED
        if len(sample.known.known) > MOST_KNOWN:
            sample.known.known.clear()
        try:
            right = identity.right_side(sample.known, case, sample.directions)
        except ZeroDivisionError:
            return Finding.UNDECIDED
        same = sample.left.flint == right.flint
        return Finding.SAME if same else Finding.DIFFERENT
    except ArithmeticError as error:
        raise NotRational(
            "a side needs the value of a logarithm or an inverse tangent"
        ) from error


def shape_of(declared: Type, case: Case) -> tuple[int, int]:
    """Return the shape of a type in numbers."""
    rows, columns = declared.shape
    return case.size(rows), case.size(columns)
