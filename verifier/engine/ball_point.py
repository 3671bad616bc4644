"""One draw in balls: its values, and both sides of a claim along random directions.

A wrong entry hides from a direction with probability at most 2^-60, unless it is wrong
by less than rounding leaves of the largest entry of its column: directions are weighted
so that every column of the claim counts as much as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from hashlib import blake2b
from random import Random

import numpy as np
from flint import arb, ctx, fmpq, fmpq_mat

from ..language.arrays import Array
from ..language.declaration import Type
from ..language.layout import Layout
from ..language.sizes import Case, generator
from ..language.statement import Claim, Statement
from ..language.term import Term, terms
from . import numeric
from .balls import BALLS
from .cancelling import cancelled
from .directions import (
    body_along,
    body_whole,
    claim_along,
    directions_of,
    jacobian,
    jacobian_at,
    order_of,
    unstacked,
)
from .draws import build, values
from .evaluate import Evaluation, Exact
from .jets import Jet, constant
from .matrices import Matrix
from .ranks import Ranks
from .still import Places
from .subject import tie
from .symbols import Symbol
from .undecided import Undecided

CLOSE_RANKS = "the rank of what `pinv` inverts is not known"
FAULTS = (Undecided, ValueError, ZeroDivisionError, OverflowError)
"""What an evaluation raises where there is no value."""
LONGEST = 60
"""Random bits of each entry of a direction."""
BESIDE = Fraction(1, 2**64)
"""How far beside a point what seems not to move is looked at again."""
Left = tuple[int, Term, int, int]
"""Bits, a function, how many derivatives are taken, and along how many directions."""


class Point:
    """One draw of a record in balls: raw entries by name, at the sizes of a case."""

    def __init__(self, statement: Statement, case: Case, raw: Mapping[str, Array]):
        self.statement, self.case, self.raw = statement, case, raw
        self.doubts: set[Term] = set()
        """Inverted by `pinv`, of a rank that balls see and that is not known."""
        self.ranks = Ranks(statement.values, raw, case)
        self._bases: dict[int, Enclosing] = {}
        self._lefts: dict[Left, list[tuple[Sequence[Matrix], Matrix]]] = {}

    @cached_property
    def outside(self) -> bool:
        """Whether a matrix was drawn that is singular, though its type is `invertible`.

        Numbers are drawn so that few are; a claim need not be true of them.
        """
        for name, declared in self.statement.types.items():
            if not isinstance(declared, Type) or declared.kind != "invertible":
                continue
            if declared.commutes:  # it is a polynomial of another
                continue
            X = build(numeric, declared.kind, self.raw[name])
            exact = [fmpq(*float(x).as_integer_ratio()) for x in X.ravel()]
            if fmpq_mat(len(X), len(X), exact).det() == 0:
                return True
        return False

    def evaluation(self) -> Enclosing:
        """Return the values of all names, in the bits that are set."""
        bits = ctx.prec
        if bits not in self._bases:
            raw = {name: BALLS.exactly(X) for name, X in self.raw.items()}
            found, symbols = values(BALLS, self.statement.values, raw, self.case)
            self._bases[bits] = Enclosing(self, found, symbols)
        return self._bases[bits]

    def doubtful(self, *roots: Term) -> bool:
        """Whether a rank was taken for what balls see of it, in one of some terms."""
        if not self.doubts:
            return False
        return not self.doubts.isdisjoint(terms(*map(cancelled, roots)))

    def left(self, claim: Claim) -> Array:
        """Return the left side of a claim as a whole matrix of balls."""
        base, statement = self.evaluation(), self.statement
        body = self._body(base, claim)
        if directions_of(statement, claim):
            return body_whole(body, statement, claim, self.case, base.values)
        return body_along(body, BALLS, statement, claim, base.values, ()).array

    def jacobian(self, name: str, term: Term) -> Array:
        """Return d vec(term) / d vec(name)^T, a matrix of balls."""
        base = self.evaluation()
        value = _moving(base, term)
        return jacobian_at(lambda X: value({**base.values, name: X}), base.values[name])

    def sides(
        self, claim: Claim, term: Term, along: Sequence[Matrix] | None = None
    ) -> tuple[Matrix, Matrix, Matrix]:
        """Return both sides along random directions, and the whole right side."""
        base, statement = self.evaluation(), self.statement
        C = base.of(cancelled(term)).part(0)
        along = self.directions(claim, C) if along is None else along
        right = claim_along(C, statement, claim, self.case, along)
        return self._left(base, claim, along), right, C

    def _left(self, base: Enclosing, claim: Claim, along: Sequence[Matrix]) -> Matrix:
        """Return the left side: claims in two layouts take the same directions."""
        term = self.statement.bodies[claim.layout or Layout.NUMERATOR]
        key = ctx.prec, term, order_of(self.statement, claim), len(along)
        known = self._lefts.setdefault(key, [])
        for others, left in known:
            if all(u.flint == v.flint for u, v in zip(along, others, strict=True)):
                return left
        left = self._followed(base, claim, along)
        known.append((along, left))
        return left

    def _followed(
        self, base: Enclosing, claim: Claim, along: Sequence[Matrix]
    ) -> Matrix:
        """Return the left side along some directions, or NaN where it has none."""
        statement = self.statement
        body, seen = self._body(base, claim), []

        def watched(moved: Mapping[str, Jet]) -> Jet:
            found = body(moved)
            seen.append(found.value)
            return found

        def left_at(values: Mapping[str, Jet]) -> tuple[Matrix, list[Places]]:
            with BALLS.stillness.watched() as kept:
                return (
                    body_along(watched, BALLS, statement, claim, values, along),
                    kept,
                )

        left, kept = left_at(base.values)
        finite = all(x.is_finite() for value in seen for x in value.entries)
        if not finite or (kept and kept != left_at(self._beside(base, along))[1]):
            # Where there is no value there is no derivative, whatever the rules say,
            # nor at a zero that is none a little beside the point.
            left = left.map(lambda _: arb("nan"))
        return left

    def _beside(self, base: Evaluation, along: Sequence[Matrix]) -> Mapping[str, Jet]:
        """Return the values a little beside the point, in the way that is looked at."""
        found, statement = dict(base.values), self.statement
        for name in statement.wrt:
            for way in map(constant, along or [found[f"d{name}"].value]):
                if along and statement.record.entries == "independent":
                    way = tie(BALLS, statement.variable(name).kind, way)
                found[name] = found[name] + BESIDE * way
        return found

    def _body(
        self, base: Enclosing, claim: Claim
    ) -> Callable[[Mapping[str, Jet]], Jet]:
        body = self.statement.bodies[claim.layout or Layout.NUMERATOR]
        return _moving(base, cancelled(body))

    def directions(self, claim: Claim, C: Matrix) -> list[Matrix]:
        """Draw directions in which every column, and every row, of C counts."""
        count = directions_of(self.statement, claim)
        if not count:
            return []
        shape = Exact(self.case.numbers).shape(
            self.statement.variable(self.statement.wrt[0]).shape
        )
        random = self._random()
        if count == 1:
            J = jacobian(C, self.statement, claim, self.case)
            return [unstacked(_generic(random, _weights(J)), shape)]
        w = _weights(C)
        u = _weights((C * w.T).T)
        return [unstacked(_generic(random, v), shape) for v in (u, w)]

    def _random(self) -> Random:
        # The entries are a function of the seed, the record and the draw.
        drawn = blake2b(digest_size=16)
        for _, X in sorted(self.raw.items()):
            drawn.update(np.ascontiguousarray(X, dtype=float).tobytes())
        return generator(0, self.statement.record.id, drawn.hexdigest())


class Enclosing(Evaluation):
    """The values of terms in balls, which knows what fractions say of ranks."""

    def __init__(
        self, point: Point, values: Mapping[str, Jet], symbols: Mapping[str, Symbol]
    ):
        super().__init__(values, symbols, Exact(point.case.numbers), BALLS)
        self.point = point

    def _compute(self, term: Term) -> Jet:
        if term.op == "pinv":
            self._weigh(term.args[0])
        return super()._compute(term)

    def _weigh(self, term: Term) -> None:
        """Compare the rank that balls see, if it is not full, with the one that is."""
        A = self.of(term).value
        seen = len(BALLS.independent(A)[0])
        if seen < min(A.shape) and seen != _rank_of_numbers(A):
            ranks = self.point.ranks
            if ranks.of(term) not in (seen, None):
                raise Undecided(CLOSE_RANKS)
            if ranks.bound(term) > seen:
                self.point.doubts.add(term)


def _rank_of_numbers(A: Matrix) -> int | None:
    """Return the rank of a matrix of exact numbers; None for one of balls."""
    if not all(x.is_exact() for x in A.entries):
        return None
    exact = [_fraction(x) for x in A.entries]
    return int(fmpq_mat(A.shape[0], A.shape[1], exact).rank())


def _fraction(x: arb) -> fmpq:
    mantissa, exponent = x.mid().man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def _moving(base: Enclosing, term: Term) -> Callable[[Mapping[str, Jet]], Jet]:
    """Return a term as a function of the values, which knows what did not move."""
    known: dict[Term, Jet] = {}

    def value(moved: Mapping[str, Jet]) -> Jet:
        at = Enclosing(base.point, moved, base.symbols)
        at.known.update(known)
        found = at.of(term)
        if not known:
            known.update({part: X for part, X in at.known.items() if X.still})
        return found

    return value


def _weights(C: Matrix) -> Matrix:
    """Return a power of two for each column, about 1 over its largest entry.

    Where the claim is exactly zero, what should stand there counts as much as the
    smallest column; where it may be zero, no more than the largest, since it is a ball.
    """
    n = C.shape[1]
    tops = []
    for j in range(n):
        sizes = [x.abs_upper() for x in C.entries[j::n] if x.abs_lower() > 0]
        tops.append(exponent_of(sum(sizes, arb(0))) if sizes else None)
    known = [top for top in tops if top is not None]
    least, most = min(known, default=0), max(known, default=0)
    for j, top in enumerate(tops):
        if top is None:
            tops[j] = least if all(x == 0 for x in C.entries[j::n]) else most
    return C.of((n, 1), [arb(2) ** -top for top in tops])


def exponent_of(x: arb) -> int:
    if not x.is_finite():
        return 0
    mantissa, exponent = x.mid().man_exp()
    return int(exponent) + int(mantissa).bit_length()


def _generic(random: Random, weights: Matrix) -> Matrix:
    """Return a column of random odd numbers, none of which is small, times weights."""
    unit = arb(2) ** -LONGEST
    entries = []
    for w in weights.entries:
        k = random.getrandbits(LONGEST + 1)
        size = arb((k >> 1) + 2**LONGEST) * unit * w
        entries.append(size if k & 1 else -size)
    return weights.of(weights.shape, entries)


def point(
    statement: Statement, case: Case, raw: Mapping[str, Array], draw: int
) -> Point:
    """Return one draw of a block as a point: the entries of its first lane."""
    return Point(statement, case, {name: X[0, draw] for name, X in raw.items()})
