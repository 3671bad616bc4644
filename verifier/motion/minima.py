"""Quadratic forms and minima in balls: where a function that seems positive is not.

Nothing found here is a proof: it says where to look, and the sign there is enclosed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from flint import arb

from .paths import FAULTS, Ball, largest

Vector = list[Ball]
Form = list[list[Ball]]
Function = Callable[[Vector], Ball]
ZERO = arb(2) ** -300
"""What is so much smaller than usual values is zero."""
LOW = arb(2) ** -60
"""What is so much smaller, and not zero, is left open."""
STEP = arb(2) ** -400
"""Step of the differences that give slopes."""
STARTS, STEPS, REACH = 3, 14, 24
MANY = 6
"""Coordinates from which on fewer starts are tried."""


def unit(i: int, n: int) -> Vector:
    """Return column i of the identity, counted from 0."""
    return [arb(int(i == j)) for j in range(n)]


def combined(x: Vector, factor: Ball | int, y: Vector) -> Vector:
    """Return x + factor y, without the radii."""
    return [(a + factor * b).mid() for a, b in zip(x, y, strict=True)]


def dot(x: Vector, y: Vector) -> Ball:
    """Return the sum of products."""
    return sum((a * b for a, b in zip(x, y, strict=True)), arb(0)).mid()


def conjugate(H: Form, cut: Ball) -> list[tuple[Ball, Vector]]:
    """Return numbers d and vectors u, as many as H has rows, with U^T H U = diag(d).

    Numbers below `cut` times the largest are given as zero, and come last.
    """
    n = len(H)
    S = [[x.mid() for x in row] for row in H]
    rest = [(i, unit(i, n)) for i in range(n)]
    found: list[tuple[Ball, Vector]] = []
    scale = max((abs(x) for row in S for x in row), default=arb(0), key=_Order)
    while rest:
        i = max(range(len(rest)), key=lambda i: _Order(abs(S[i][i])))
        a, b = max(
            ((a, b) for a in range(len(rest)) for b in range(a + 1)),
            key=lambda p: _Order(abs(S[p[0]][p[1]])),
        )
        if abs(S[a][b]) <= cut * scale:
            break
        if abs(S[i][i]) * 4 < abs(S[a][b]):  # a saddle without squares: turn it
            u, v = rest[a][1], rest[b][1]
            rest[a] = (a, combined(u, 1, v))
            rest[b] = (b, combined(u, -1, v))
            _turn(S, a, b)
            continue
        d, u = S[i][i], rest[i][1]
        found.append((d, u))
        row = S[i]
        keep = [j for j in range(len(rest)) if j != i]
        rest = [(j, combined(rest[j][1], -row[j] / d, u)) for j in keep]
        S = [[(S[j][k] - row[j] * row[k] / d).mid() for k in keep] for j in keep]
    return [*found, *((arb(0), u) for _, u in rest)]


def _turn(S: Form, a: int, b: int) -> None:
    """Replace basis vectors a and b by their sum and their difference."""
    for row in S:
        row[a], row[b] = row[a] + row[b], row[a] - row[b]
    S[a], S[b] = (
        [x + y for x, y in zip(S[a], S[b], strict=True)],
        [x - y for x, y in zip(S[a], S[b], strict=True)],
    )


class _Order:
    """Orders exact numbers of any size."""

    def __init__(self, x: Ball):
        self.x = x

    def __lt__(self, other: _Order) -> bool:
        return bool(self.x < other.x)


def directions(n: int) -> list[Vector]:
    """Return axes, their sums and differences, and a few directions without a rule."""
    axes = [unit(i, n) for i in range(n)]
    pairs = [
        combined(axes[i], sign, axes[j])
        for i, j in combinations(range(n), 2)
        for sign in (1, -1)
    ]
    mixed = [[arb((7 * i * i + 5 * k * (i + 1)) % 17 - 8) / 8 for i in range(n)]
             for k in range(1, 7)]  # fmt: skip
    if n > MANY:  # of n (n - 1) pairs a few dozen
        pairs = pairs[:: 1 + len(pairs) // 24]
    both = [*axes, *pairs, *(mixed if n > 1 else [])]
    return [v for u in both for v in (u, [-x for x in u]) if any(x != 0 for x in u)]


@dataclass(frozen=True)
class Minimum:
    """Where a function is smallest: `below` zero, `zero`, `low`, or left `open`."""

    kind: str
    at: Vector


def hunt(f: Function, starts: Sequence[Vector]) -> Minimum | None:
    """Look for a place where a positive function is not positive.

    Its values are told apart by their ratios, since the arguments have no size: of each
    the largest entry is kept as it is.
    """
    values: list[tuple[Ball, Vector]] = []
    for c in starts:
        y = _value(f, c)
        if y is not None and not y > 0:
            return Minimum("below" if y < 0 else "zero", c)
        if y is not None:
            values.append((y, c))
    if 2 * len(values) < len(starts):
        return Minimum("open", starts[0])
    values.sort(key=lambda pair: _Order(pair[0].mid()))
    usual = values[-1][0].mid()
    lowest: Minimum | None = None
    size = len(starts[0])
    few = STARTS if size < MANY else 1
    for _, c in values[:few] if size > 1 else ():
        found = _descend(f, c, usual)
        if found is not None and found.kind != "low":
            return found
        lowest = found or lowest
    return lowest


def _value(f: Function, c: Vector) -> Ball | None:
    try:
        y = f(c)
    except FAULTS:
        return None
    return y if y.is_finite() else None


def _descend(f: Function, c: Vector, usual: Ball) -> Minimum | None:
    pinned = max(range(len(c)), key=lambda i: _Order(abs(c[i])))
    others = [i for i in range(len(c)) if i != pinned]
    y, stalled = f(c), 0
    for _ in range(STEPS):
        if y <= usual * ZERO:
            return Minimum("zero", c)
        # Of many coordinates a few at a time: each more costs as many values again.
        others = [*others[MANY:], *others[:MANY]]
        nearer = _newton(f, c, y, others[-MANY:])
        if nearer is not None:
            after, c = nearer
            if after <= 0:
                return Minimum("below" if after < 0 else "zero", c)
        stalled = stalled + 1 if nearer is None or nearer[0] * 10 >= y * 9 else 0
        y = y if nearer is None else nearer[0]
        if stalled * MANY >= len(others):
            break
    near = all(abs(x) < REACH for x in c)
    return Minimum("low", c) if near and y <= usual * LOW else None


def _newton(
    f: Function, c: Vector, y: Ball, free: list[int]
) -> tuple[Ball, Vector] | None:
    """Return a lower place, by Newton's method made for zeros of any order.

    At distance s from a zero of order p the method goes s / (p - 1), and slope times
    step is p / (p - 1) times the value: this tells p. A kink is a zero of order 1, and
    the value over the slope is the distance to it.
    """
    try:
        slope, bend = _differences(f, c, y, free)
    except FAULTS:
        return None
    if not all(x.is_finite() for x in (*slope, *(x for row in bend for x in row))):
        return None
    best: tuple[Ball, Vector] | None = None
    for step in _steps(slope, bend, y.mid()):
        length = max((abs(x) for x in step), default=arb(0), key=_Order)
        factor = 2 / length if length > 2 else arb(1)
        moved = list(c)
        for i, s in zip(free, step, strict=True):
            moved[i] = (moved[i] + factor * s).mid()
        after = _value(f, moved)
        if after is not None and not after > 0:
            return (after if after < 0 else arb(0)), moved
        if after is not None and after < (y if best is None else best[0]):
            best = after, moved
    return best


def _steps(slope: Vector, bend: Form, y: Ball) -> Iterator[Vector]:
    """Yield steps to try: with all curvature there is, and with the strongest only."""
    pairs = conjugate(bend, ZERO)
    strong = largest(abs(d) for d, _ in pairs) / 256
    for least in (arb(0), strong):
        step = [arb(0) for _ in slope]
        for d, u in pairs:
            if abs(d) > least:
                step = combined(step, -dot(u, slope) / abs(d), u)
        yield step
        yield [x / 8 for x in step]
        ratio = -dot(step, slope) / y
        if 1.02 < ratio < 2.5:
            yield [x / (ratio - 1) for x in step]
    steep = dot(slope, slope)
    if steep > 0:
        yield [-y * g / steep for g in slope]


def _differences(
    f: Function, c: Vector, y: Ball, free: list[int]
) -> tuple[Vector, Form]:
    n = len(c)
    axes = [unit(i, n) for i in free]
    up = [f(combined(c, STEP, e)) for e in axes]
    down = [f(combined(c, -STEP, e)) for e in axes]
    slope = [((p - q) / (2 * STEP)).mid() for p, q in zip(up, down, strict=True)]
    bend = [[arb(0) for _ in free] for _ in free]
    for i, e in enumerate(axes):
        bend[i][i] = ((up[i] - 2 * y + down[i]) / STEP**2).mid()
        for j in range(i):
            both = f(combined(combined(c, STEP, e), STEP, axes[j]))
            bend[i][j] = ((both - up[i] - up[j] + y) / STEP**2).mid()
            bend[j][i] = bend[i][j]
    return slope, bend
