"""Limits, expansions and signs: what a value does as one name moves.

Nothing is differentiated here. The values are computed in balls of 640 bits at steps as
small as 2^-80, where orders of magnitude are plain to see; nothing is lost to
cancellation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb

from . import balls
from .balls import exactly, precision
from .declaration import Type
from .duals import Dual, Undecided
from .enclosure import Enclosure, Finding, Point, as_floats, plain
from .evaluate import Evaluation, Exact
from .layout import Layout
from .sizes import Case
from .statement import Claim
from .term import Term, terms

Array = Any
BITS = 640
STEP = 40
"""Limits are taken at 2^-40 and below, so that four levels leave an error of 2^-160."""
LEVELS = 4
SAME, DIFFERENT, UNDECIDED = Finding.SAME, Finding.DIFFERENT, Finding.UNDECIDED


def behaves(point: Point, claim: Claim) -> Enclosure:
    """Return what one draw says about a claim of a limit, an expansion or a sign."""
    judge = {"limit": _limit, "expansion": _expansion, "sign": _sign}
    with precision(BITS):
        try:
            return judge[point.statement.record.subject](point, claim)
        except Undecided as undecided:
            return Enclosure(UNDECIDED, reason=str(undecided))
        except (ValueError, ZeroDivisionError, OverflowError) as error:
            return Enclosure(UNDECIDED, reason=f"no enclosure: {error}")


class _Motion:
    """The values of a point while one name moves."""

    def __init__(self, point: Point, layout: Layout | None):
        self.point, self.layout = point, layout or Layout.NUMERATOR
        self.name = point.statement.moving
        self.base = point.evaluation()
        self.body = point.statement.bodies[self.layout]

    @property
    def declared(self) -> Type:
        return self.point.statement.variable(self.name)

    @property
    def one_sided(self) -> bool:
        """Whether the name cannot change its sign."""
        return self.declared.kind.startswith("positive")

    def at(self, term: Term, X: Array) -> Array:
        """Return a term with the name at X."""
        moved = Evaluation(
            {**self.base.values, self.name: X},
            self.base.symbols,
            self.base.frame,
            balls,
        )
        return plain(moved.of(term))

    def whole(self, term: Term, n: int) -> Array:
        """Return a term with the name at a whole number, also as a degree."""
        case = self.point.case
        numbers = Exact(Case(case.sizes, {**case.whole, self.name: n}).numbers)
        values = {**self.base.values, self.name: balls.exactly(np.array([[float(n)]]))}
        return plain(Evaluation(values, self.base.symbols, numbers, balls).of(term))

    def direction(self) -> Array:
        """Return the direction in which the name moves."""
        return self.base.values[self.name]

    def target(self) -> Array:
        """Return where a limit goes."""
        target = self.point.statement.target
        if target in self.base.values:
            return self.base.values[target]
        return exactly(np.array([[float(target)]])) if target != "0" else 0


def _step(k: int) -> Dual:
    return Dual(arb(2) ** -k)


# Limits.


def _limit(point: Point, claim: Claim) -> Enclosure:
    motion = _Motion(point, claim.layout)
    assert claim.term is not None
    wanted = motion.at(claim.term, motion.direction())
    if point.statement.target.endswith("inf"):
        found = _at_infinity(motion)
    else:
        found = _at_point(motion)
    if found is None:
        return Enclosure(UNDECIDED, reason="no convergence is seen")
    gaps = [
        abs(x - y)
        for L in found
        for x, y in zip(L.ravel(), wanted.ravel(), strict=True)
    ]
    sizes = [abs(x) for L in (*found, wanted) for x in L.ravel()]
    if not all(x.is_finite() for x in (*gaps, *sizes)):
        return Enclosure(UNDECIDED, reason="not finite")
    gap, size = _largest(gaps), _largest(sizes)
    left, right = as_floats(found[0]), as_floats(wanted)
    if gap <= size * 2.0**-60 or gap <= 2.0**-100:
        return Enclosure(SAME, left, right, min(30.0, _digits(gap, size)))
    if gap >= size * 2.0**-40:
        return Enclosure(DIFFERENT, left, right)
    return Enclosure(UNDECIDED, left, right, reason="the limit is not sharp enough")


def _largest(entries: Iterable[arb]) -> float:
    return max(float(x.abs_upper()) for x in entries)


def _digits(gap: float, size: float) -> float:
    return 30.0 if gap <= size * 1e-30 else -float(np.log10(gap / size))


def _at_point(motion: _Motion) -> list[Array] | None:
    """Return the limits from both sides, by Richardson extrapolation."""
    towards, h = motion.target(), motion.direction()
    signs = (1,) if motion.one_sided else (1, -1)

    def value(sign: int) -> Callable[[int], Array]:
        return lambda k: motion.at(motion.body, towards + h * (_step(k) * sign))

    return _settled([_extrapolate(value(sign)) for sign in signs])


def _extrapolate(value: Callable[[int], Array]) -> Array | None:
    """Return the limit of values at 2^-k, whose error is a power series in the step."""
    rows = [value(STEP + j) for j in range(LEVELS)]
    far = value(STEP - 10)
    before = rows[-1]
    for order in range(1, LEVELS):
        before = rows[-1]
        rows = [(b * 2**order - a) / (2**order - 1) for a, b in pairwise(rows)]
    found = rows[0]
    if not all(x.is_finite() for X in (found, far) for x in X.ravel()):
        return None
    size = _largest([abs(x) for x in found.ravel()])
    moved = _largest([abs(x) for x in (found - before).ravel()])
    drift = _largest([abs(x) for x in (found - far).ravel()])
    # The last refinement is far smaller than the step, and the way there was short.
    return found if moved <= (1 + size) * 2.0**-70 and drift <= 1 + size else None


def _settled(found: list[Array | None]) -> list[Array] | None:
    if any(limit is None for limit in found):
        return None
    return [limit for limit in found if limit is not None]


def _at_infinity(motion: _Motion) -> list[Array] | None:
    name = motion.name
    side = -1 if motion.point.statement.target == "-inf" else 1
    degrees = any(name in dim.names for t in terms(motion.body) for dim in t.dims)
    if not degrees:
        # Even and odd numbers, so that (-1)**n has no limit.
        return _settled(
            [
                _extrapolate(
                    lambda k, r=r: motion.whole(motion.body, side * (2**k + r))
                )
                for r in (0, 1)
            ]
        )
    for n in (64, 256):
        ends = [motion.whole(motion.body, k) for k in (n // 2, n, n + 1)]
        if not all(x.is_finite() for X in ends for x in X.ravel()):
            return None
        size = _largest([abs(x) for x in ends[1].ravel()])
        moves = [abs(x) for E in ends[::2] for x in (E - ends[1]).ravel()]
        if _largest(moves) <= size * 2.0**-64:
            return ends[1:]
    return None


# Expansions.


def _expansion(point: Point, claim: Claim) -> Enclosure:
    motion = _Motion(point, claim.layout)
    assert claim.term is not None
    letter, power = point.statement.rate
    wanted = float(power.at(point.case.numbers))
    h = motion.direction()
    rates = []
    sizes: list[float] = []
    left = right = None
    for k in (30, 60):
        remainders = []
        for j in (k, k + 1):
            X = h * _step(j)
            left, right = motion.at(motion.body, X), motion.at(claim.term, X)
            gaps = [x - y for x, y in zip(left.ravel(), right.ravel(), strict=True)]
            if not all(gap.is_finite() for gap in gaps):
                return Enclosure(UNDECIDED, reason="not finite")
            remainders.append(_size_of(gaps))
            sizes += [float(abs(x).abs_upper()) for x in left.ravel()]
        rates.append(_rate(*remainders))
    assert left is not None and right is not None
    found = Enclosure(UNDECIDED, as_floats(left), as_floats(right))
    if None in rates:
        return Enclosure(UNDECIDED, reason="the remainder is lost in rounding")
    low = min(rate for rate in rates if rate is not None)
    enough = low >= wanted + 0.25 if letter == "o" else low >= wanted - 0.01
    too_slow = low <= wanted + 0.02 if letter == "o" else low <= wanted - 0.25
    if enough:
        return Enclosure(SAME, found.left, found.right, _known(low))
    if too_slow:
        reason = f"the remainder shrinks like {point.statement.moving}**{low:.3g}"
        return Enclosure(DIFFERENT, found.left, found.right, reason=reason)
    return Enclosure(UNDECIDED, reason="the rate of the remainder is unclear")


def _known(rate: float) -> float:
    return 0.0 if np.isinf(rate) else rate


def _size_of(gaps: list[arb]) -> tuple[arb, arb]:
    """Enclose the largest entry of a remainder."""
    low = max((gap.abs_lower() for gap in gaps), key=float_log)
    high = max((gap.abs_upper() for gap in gaps), key=float_log)
    return low, high


def float_log(x: arb) -> float:
    """Order tiny numbers that would all be 0.0 as floats."""
    return float(x.log()) if x > 0 else -np.inf


def _rate(far: tuple[arb, arb], near: tuple[arb, arb]) -> float | None:
    """Return how fast a remainder shrinks when the step is halved, as a power."""
    (low, high), (low2, high2) = far, near
    tiny = arb(2) ** (-BITS + 120)
    if high < tiny and high2 < tiny:
        return np.inf  # zero to all bits
    if not (low > 0 and low2 > 0):
        return None
    return float((high / low2).log() / arb(2).log())


# Signs.


def _sign(point: Point, claim: Claim) -> Enclosure:
    motion = _Motion(point, claim.layout)
    ways = list(_ways(motion))
    signs: set[int] = set()
    sizes = []
    for X in ways:
        found = {_sign_at(motion, X, k) for k in (24, 40)}
        if len(found) != 1:
            return Enclosure(UNDECIDED, reason="the sign changes with the size")
        signs |= found
        sizes.append(abs(float(motion.at(motion.body, X * _step(24))[0, 0].mid())))
    zero = 0 in signs
    signs -= {0}
    said = "indefinite" if len(signs) == 2 else "positive" if 1 in signs else "negative"
    if len(signs) == 2:
        pass  # zeros between the two signs say nothing more
    elif zero:
        return Enclosure(DIFFERENT, reason="it is zero in some direction")
    elif min(sizes) <= 1e-9 * max(sizes):
        return Enclosure(UNDECIDED, reason="nearly zero in some direction")
    if said == claim.word:
        return Enclosure(SAME)
    return Enclosure(DIFFERENT, reason=f"it is {said} here")


def _sign_at(motion: _Motion, X: Array, k: int) -> int:
    y = motion.at(motion.body, X * _step(k))[0, 0]
    if not y.is_finite():
        raise Undecided("not finite")
    if y > 0 or y < 0:
        return 1 if y > 0 else -1
    if y == 0:
        return 0
    raise Undecided("zero to all bits, as far as can be seen")


def _ways(motion: _Motion) -> Iterable[Array]:
    """Yield directions: the one drawn, the axes, and those of extreme curvature."""
    h = motion.direction()
    yield h
    if motion.one_sided:
        return
    yield h * -1
    if motion.declared.kind not in ("vector", "matrix"):
        return
    axes = [exactly(E) for E in _axes(h.shape)]
    for E in axes:
        yield E
        yield E * -1
    H = _curvature(motion, axes)
    if np.isfinite(H).all():
        for v in np.linalg.eigh(H)[1].T:
            way = exactly(v.reshape(h.shape))
            yield way
            yield way * -1


def _axes(shape: tuple[int, ...]) -> Iterable[Array]:
    for entry in np.ndindex(*shape):
        E = np.zeros(shape)
        E[entry] = 1.0
        yield E


def _curvature(motion: _Motion, axes: list[Array]) -> Array:
    """Return second differences at a tiny step: only where to look, not a proof."""
    t = _step(60)

    def e(X: Array) -> arb:
        return motion.at(motion.body, X * t)[0, 0]

    zero = e(axes[0] * 0)
    single = [e(E) for E in axes]
    H = np.zeros((len(axes), len(axes)))
    for i, E in enumerate(axes):
        for j, F in enumerate(axes[: i + 1]):
            bend = (e(E + F) - single[i] - single[j] + zero) / t.v**2
            H[i, j] = H[j, i] = float(bend.mid())
    return H
