"""The ball stage: both sides of a claim at one draw, enclosed with certainty.

Derivatives are compared along random directions. Precision doubles until the enclosures
of the two sides separate, which proves them different at that point, or agree to half
of the bits. A wrong entry hides from a direction with probability at most 2^-60, unless
it is wrong by less than rounding leaves of the largest entry of its column: directions
are weighted so that every column of the claim counts as much as any other. What even
the most bits leave too wide is compared entry by entry.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from functools import cached_property, lru_cache
from hashlib import blake2b
from random import Random

import numpy as np
from flint import arb, ctx, fmpq, fmpq_mat

from ..language.arrays import Array
from ..language.declaration import Type
from ..language.layout import Layout
from ..language.primitives import PRIMITIVES
from ..language.sizes import Case, generator
from ..language.statement import Claim, Statement
from ..language.term import Term, literal, terms
from . import numeric
from .balls import BALLS, precision
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
from .undecided import Bend, NoValue, Overlap, Undecided

BITS = (512, 1024)
SHARED = 256
"""Bits to which two sides that are the same must agree."""
CLOSE_RANKS = "the rank of what `pinv` inverts is not known"
WIDE = "the enclosures stay too wide"
NO_CLAIM = "the claim is not finite"
FAULTS = (Undecided, ValueError, ZeroDivisionError, OverflowError)
"""What an evaluation raises where there is no value."""
FOLLOWED = 4096
"""Bits from 1 to which numbers that are written are followed."""
SIZE = 16
"""What a draw or a size is at most, roughly."""
LONGEST = 60
"""Random bits of each entry of a direction."""
BESIDE = Fraction(1, 2**64)
"""How far beside a point what seems not to move is looked at again."""


Left = tuple[int, Term, int, int]
"""Bits, a function, how many derivatives are taken, and along how many directions."""


class Finding(Enum):
    """What the enclosures say."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"
    UNDEFINED = "undefined"
    """The left side itself is not finite, at any precision: a singular point."""


@dataclass(frozen=True)
class Enclosure:
    """The finding at one draw, both sides as floats, and the digits they share."""

    finding: Finding
    left: Array | None = None
    """The whole left side; where the sides are the same, the right one."""
    right: Array | None = None
    digits: float = 0.0
    reason: str = ""
    tied: bool = False
    """Whether a value may lie just at a jump, at every precision."""
    singular: bool = False
    """Whether the claim has no finite value, whatever floats make of it."""
    faint: bool = False
    """Whether the sides agree in being nearly zero, and in nothing else."""


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
        if seen < min(A.shape):
            ranks = self.point.ranks
            if ranks.of(term) not in (seen, None):
                raise Undecided(CLOSE_RANKS)
            if ranks.bound(term) > seen:
                self.point.doubts.add(term)


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
        tops.append(_exponent(sum(sizes, arb(0))) if sizes else None)
    known = [top for top in tops if top is not None]
    least, most = min(known, default=0), max(known, default=0)
    for j, top in enumerate(tops):
        if top is None:
            tops[j] = least if all(x == 0 for x in C.entries[j::n]) else most
    return C.of((n, 1), [arb(2) ** -top for top in tops])


def _exponent(x: arb) -> int:
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


def enclose(
    point: Point, claim: Claim, term: Term | None = None, closely: bool = False
) -> Enclosure:
    """Compare the two sides of a claim, or another closed form, at one point.

    `closely` in so many bits that what is 1 shows beside any entry, however large.
    """
    term = term or claim.term
    assert term is not None
    compared = Enclosure(Finding.UNDECIDED)
    body = point.statement.bodies[claim.layout or Layout.NUMERATOR]
    more = written(body, term)
    several = [bits + more for bits in BITS]
    while several:
        bits = several.pop(0)
        last = not several
        if compared.finding is Finding.UNDEFINED and not last:
            continue  # what is not finite is looked at once more, as closely as can be
        with precision(bits):
            try:
                left, right, C = point.sides(claim, term)
                compared = compare(left.entries, right.entries, bits)
                if last and compared.reason == WIDE:
                    compared = compare(point.left(claim).ravel(), C.entries, bits, True)
            except Overlap as overlap:
                tied = not isinstance(overlap, Bend)
                compared = Enclosure(Finding.UNDECIDED, reason=str(overlap), tied=tied)
                continue
            except NoValue as fault:
                doubted = point.doubtful(body, term)
                there = doubted or _left(point, claim) is not None
                finding = Finding.UNDECIDED if there else Finding.UNDEFINED
                return Enclosure(finding, reason=str(fault))
            except FAULTS as fault:
                singular = isinstance(fault, ZeroDivisionError)
                said = _said(fault)
                return Enclosure(Finding.UNDECIDED, reason=said, singular=singular)
            differ = compared.finding is Finding.DIFFERENT
            if differ and point.doubtful(body, term):
                compared = Enclosure(Finding.UNDECIDED, reason=CLOSE_RANKS)
            if closely and compared.finding is Finding.SAME:
                closely, closer = False, _closer([*left.entries, *right.entries])
                if bits < closer:
                    several = [closer]
                    continue
            if compared.finding in (Finding.SAME, Finding.DIFFERENT):
                right = as_floats(C.array)
                same = compared.finding is Finding.SAME
                left = right if same else _left(point, claim)
                return replace(compared, left=left, right=right)
    return compared


def _closer(entries: Sequence[arb]) -> int:
    """Return the bits in which what is small shows beside entries that are large."""
    size = _exponent(_largest(entries))
    return 2 * (SHARED + size) if SHARED // 2 < size < FOLLOWED else 0


@lru_cache(64)  # each draw asks for the same
def written(*roots: Term | None) -> int:
    """Return how many bits the numbers in some terms take them from 1, at most.

    What is 1e-200 beside other things shows in as many bits more, and so does what
    is `10**-200`, or a product of such numbers.
    """
    found: dict[Term, float] = {}

    def visit(term: Term) -> float:
        if term not in found:
            found[term] = min(
                _distance(term, [visit(arg) for arg in term.args]), FOLLOWED
            )
        return found[term]

    return math.ceil(max((visit(root) for root in roots if root), default=0))


def _distance(term: Term, args: Sequence[float]) -> float:
    if term.op == "number":
        assert term.value is not None
        top, bottom = term.value.as_integer_ratio()
        return abs(math.log2(abs(top)) - math.log2(bottom)) if top else 0
    row = PRIMITIVES.get(term.op)
    if row and row.degree in ("product", "quotient", "solve"):
        return sum(args)
    if row and row.degree in ("power", "matpow"):
        if term.value is not None:  # a whole exponent is no term
            return args[0] * abs(int(term.value))
        return args[0] * (_size(term.args[1], args[1]) if term.args[1:] else SIZE)
    if not _closed(term):
        return max(args, default=0)
    if row and row.degree == "sum" and args:
        return max(args) + math.log2(len(args))
    if term.op == "exp":
        return 2 * _size(term.args[0], args[0])  # log2(e) is less than 2
    return max(args, default=0)


def _size(term: Term, bits: float) -> float:
    """Return what the absolute value of a term is at most, as far as it is written."""
    value = literal(term)
    if value is not None:
        return float(min(abs(value), FOLLOWED))
    return (1 if _closed(term) else SIZE) * 2.0 ** min(bits, 60)


def _closed(term: Term) -> bool:
    """Whether a term is made of numbers alone."""
    return all(part.op not in ("variable", "size", "apply") for part in terms(term))


def _said(fault: Exception) -> str:
    return str(fault) if isinstance(fault, Undecided) else f"no enclosure: {fault}"


def _left(point: Point, claim: Claim) -> Array | None:
    """Return the whole left side, which a direction has proven to be another."""
    try:
        return as_floats(point.left(claim))
    except FAULTS:
        return None


def compare(
    left: Sequence[arb], right: Sequence[arb], bits: int, last: bool = False
) -> Enclosure:
    """Decide whether balls are different, or agree to the bits that they must share.

    Zero through cancellation has no relative size: at the last look, balls around it
    that are tiny must do.
    """
    if not all(x.is_finite() for x in left):
        return Enclosure(Finding.UNDEFINED, reason="the left side is not finite")
    if not all(x.is_finite() for x in right):
        return Enclosure(Finding.UNDECIDED, reason=NO_CLAIM, singular=True)
    gaps = [x - y for x, y in zip(left, right, strict=True)]
    if any(not gap.contains(0) for gap in gaps):
        return Enclosure(Finding.DIFFERENT)
    size = _largest([*left, *right])
    if size == 0:
        return Enclosure(Finding.SAME, digits=bits * 0.30103)
    widest, shared = _largest(gaps), max(SHARED, bits // 2)
    if widest <= size * arb(2) ** -shared:
        digits = -float((widest / size + arb(2) ** (-bits)).log()) / np.log(10)
        return Enclosure(Finding.SAME, digits=digits)
    if last and widest <= arb(2) ** -shared:
        return Enclosure(Finding.SAME, digits=bits * 0.15, faint=True)
    return Enclosure(Finding.UNDECIDED, reason=WIDE)


def _largest(entries: Sequence[arb]) -> arb:
    found = arb(0)
    for x in entries:
        size = x.abs_upper()
        found = size if size > found else found
    return found


def as_floats(X: Array) -> Array:
    """Return the middles of balls."""
    return np.array([[float(x.mid()) for x in row] for row in X])


def point(
    statement: Statement, case: Case, raw: Mapping[str, Array], draw: int
) -> Point:
    """Return one draw of a block as a point: the entries of its first lane."""
    return Point(statement, case, {name: X[0, draw] for name, X in raw.items()})
