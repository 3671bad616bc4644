"""Quadratic forms and minima of germs: where what seems positive is not.

Germs are an ordered field: Newton's method and elimination go on among them as among
numbers. Nothing found here is a proof: it says where to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from flint import arb

from .directions import MANY, Vector
from .germs import Germ, germ
from .monomials import Open, order
from .moving import FAULTS
from .places import below

Form = list[list[Germ]]
Function = Callable[[Vector], Germ]

STEP = 200
"""Bits by which a step of the differences is small that give slopes."""
NOISE = 300
"""What is so much smaller than usual values is a rounding error of differences."""
LOW = arb(2) ** -60
"""What is so much smaller, and not zero, is left open."""
STARTS, STEPS = 3, 14


def unit(i: int, n: int) -> Vector:
    """Return column i of the identity, counted from 0."""
    return [germ(int(i == j)) for j in range(n)]


def combined(x: Vector, factor: Any, y: Vector) -> Vector:
    """Return x + factor y, without the radii."""
    return [(a + b * factor).mid() for a, b in zip(x, y, strict=True)]


def dot(x: Vector, y: Vector) -> Germ:
    """Return the sum of products."""
    return sum((a * b for a, b in zip(x, y, strict=True)), germ(0)).mid()


def clean(x: Germ, scale: arb) -> Germ:
    """Return a germ without the coefficients that are rounding errors."""
    kept = {m: c for m, c in x.terms.items() if not abs(c) <= scale * below(NOISE)}
    return Germ(kept, x.error)


def height(x: Germ) -> arb:
    """Return the size of the largest coefficient."""
    best = arb(0)
    for c in x.terms.values():
        best = abs(c).mid() if abs(c) > best else best
    return best


def _compare(x: Germ, y: Germ) -> int:
    try:
        return (x - y).sign()
    except Open:
        return 0


_key = cmp_to_key(_compare)


def conjugate(H: Form) -> list[tuple[Germ, Vector]]:
    """Return numbers d and vectors u, as many as H has rows, with U^T H U = diag(d).

    The zeros among them come last.
    """
    n = len(H)
    S = [list(row) for row in H]
    rest = [unit(i, n) for i in range(n)]
    found: list[tuple[Germ, Vector]] = []
    while rest:
        places = [(a, b) for a in range(len(rest)) for b in range(a + 1)]
        a, b = max(places, key=lambda p: _key(abs(S[p[0]][p[1]])))
        i = max(range(len(rest)), key=lambda i: _key(abs(S[i][i])))
        if not S[a][b].terms:
            break
        if (
            _compare(abs(S[i][i]) * 4, abs(S[a][b])) < 0
        ):  # a saddle without squares: turn it
            u, v = rest[a], rest[b]
            rest[a], rest[b] = combined(u, 1, v), combined(u, -1, v)
            _turn(S, a, b)
            continue
        d, u, row = S[i][i], rest[i], S[i]
        found.append((d, u))
        keep = [j for j in range(len(rest)) if j != i]
        shares = {j: (row[j] / d).mid() for j in keep}
        rest = [combined(rest[j], -shares[j], u) for j in keep]
        S = [[_rest(S[j][k], shares[j] * row[k]) for k in keep] for j in keep]
    return [*found, *((germ(0), u) for u in rest)]


def _rest(x: Germ, y: Germ) -> Germ:
    """Return x - y without what is a rounding error beside them."""
    size = max((height(x), height(y)), key=lambda h: _key(germ(h)))
    return clean((x - y).mid(), size)


def _turn(S: Form, a: int, b: int) -> None:
    """Replace basis vectors a and b by their sum and their difference."""
    for row in S:
        row[a], row[b] = row[a] + row[b], row[a] - row[b]
    S[a], S[b] = (
        [x + y for x, y in zip(S[a], S[b], strict=True)],
        [x - y for x, y in zip(S[a], S[b], strict=True)],
    )


@dataclass(frozen=True)
class Minimum:
    """Where a function is smallest: `below` zero, `zero`, `low`, or left `open`."""

    kind: str
    at: Vector


def hunt(f: Function, starts: Sequence[Vector], scale: arb) -> Minimum | None:
    """Look for a place where a positive function is not positive.

    The arguments have no size: of each the largest entry is kept as it is. Usual values
    have coefficients of some scale.
    """

    values = [(y, c) for c in starts if (y := _value(f, scale, c)) is not None]
    if 2 * len(values) < len(starts):
        return Minimum("open", starts[0])
    for y, c in values:
        if not y.terms or y.sign() < 0:
            return Minimum("below" if y.terms else "zero", c)
    values.sort(key=lambda pair: _key(pair[0]))
    usual = values[-1][0]
    lowest: Minimum | None = None
    size = len(starts[0])
    for _, c in values[: STARTS if size < MANY else 1] if size > 1 else ():
        place = _descend(f, scale, c, usual)
        if place is not None and place.kind != "low":
            return place
        lowest = place or lowest
    return lowest


def _value(f: Function, scale: arb, c: Vector) -> Germ | None:
    try:
        y = clean(f(c), scale)
        y.sign() if y.terms else None
    except FAULTS:
        return None
    return y


def _descend(f: Function, scale: arb, c: Vector, usual: Germ) -> Minimum | None:
    pinned = max(range(len(c)), key=lambda i: _key(abs(c[i])))
    others = [i for i in range(len(c)) if i != pinned]
    y, stalled = clean(f(c), scale), 0
    for _ in range(STEPS):
        # Of many coordinates a few at a time: each more costs as many values again.
        others = [*others[MANY:], *others[:MANY]]
        nearer = _newton(f, scale, c, y, others[-MANY:])
        if nearer is not None:
            after, c = nearer
            if not after.terms or after.sign() < 0:
                return Minimum("below" if after.terms else "zero", c)
        stalled = (
            stalled + 1 if nearer is None or _compare(nearer[0] * 10, y * 9) >= 0 else 0
        )
        y = y if nearer is None else nearer[0]
        if stalled * MANY >= len(others):
            break
    falling = stalled == 0 and order(y.lead[0], usual.lead[0]) < 0
    return Minimum("low", c) if falling or _is_low(y, usual) else None


def _is_low(y: Germ, usual: Germ) -> bool:
    (m, c), (n, d) = y.lead, usual.lead
    return m == n and bool(abs(c) <= abs(d) * LOW)


def _newton(
    f: Function, scale: arb, c: Vector, y: Germ, free: list[int]
) -> tuple[Germ, Vector] | None:
    """Return a lower place, by Newton's method made for zeros of any order.

    At distance s from a zero of order p the method goes s / (p - 1), and slope times
    step is p / (p - 1) times the value: this tells p. A kink is a zero of order 1, and
    the value over the slope is the distance to it.
    """
    best: tuple[Germ, Vector] | None = None
    try:
        slope, bend = _differences(f, scale, c, free)
        steps = list(_steps(slope, bend, y))
    except FAULTS:
        return None
    for step in steps:
        moved = list(c)
        for i, s in zip(free, step, strict=True):
            moved[i] = (moved[i] + s).mid()
        after = _value(f, scale, moved)
        if after is None:
            continue
        if not after.terms or after.sign() < 0:
            return after, moved
        if _compare(after, y if best is None else best[0]) < 0:
            best = after, moved
    return best


def _steps(slope: Vector, bend: Form, y: Germ) -> Iterator[Vector]:
    """Yield steps to try: with all curvature there is, and with the strongest only."""
    pairs = [(d, u) for d, u in conjugate(bend) if d.terms]
    for least in (germ(0), abs(pairs[0][0]) / 256) if pairs else ():
        step = [germ(0) for _ in slope]
        for d, u in pairs:
            if abs(d) > least:
                step = combined(step, -(dot(u, slope) / abs(d)).mid(), u)
        largest = max((abs(x) for x in step), key=_key)
        if largest > 2:
            step = [(x * 2 / largest).mid() for x in step]
        yield step
        yield [(x / 8).mid() for x in step]
        ratio = -dot(step, slope) / y
        if 1.02 < ratio < 2.5:
            yield [(x / (ratio - 1)).mid() for x in step]
    steep = dot(slope, slope)
    if steep.terms:
        yield [(-y * g / steep).mid() for g in slope]


def _differences(
    f: Function, scale: arb, c: Vector, free: list[int]
) -> tuple[Vector, Form]:
    axes = [unit(i, len(c)) for i in free]
    step = below(STEP)
    up = [f(combined(c, step, e)) for e in axes]
    down = [f(combined(c, -step, e)) for e in axes]
    y = f(c)
    slope = [
        clean(((p - q) / (2 * step)).mid(), scale)
        for p, q in zip(up, down, strict=True)
    ]
    bend = [[germ(0) for _ in free] for _ in free]
    for i, e in enumerate(axes):
        bend[i][i] = clean(((up[i] - 2 * y + down[i]) / step**2).mid(), scale)
        for j in range(i):
            both = f(combined(combined(c, step, e), step, axes[j]))
            bend[i][j] = clean(((both - up[i] - up[j] + y) / step**2).mid(), scale)
            bend[j][i] = bend[i][j]
    return slope, bend
