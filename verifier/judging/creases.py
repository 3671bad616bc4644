"""Whether a function has a derivative at a point, and that one its own, in balls.

What is left of f beside its Taylor series shrinks with a step h where f is smooth, and
does not where f has a crease there. For any two directions a and b

    e(a)  and  f(ha + hb) - f(ha) - f(hb)                                      are o(h),
    f(2ha) - f(-2ha) - 2 (f(ha) - f(-ha))  and  e(a + b) + e(a - b) - 2 e(a) - 2 e(b)
                                                                            are o(h**2)

if f has a derivative, or a second one, where e(a) = f(ha) + f(-ha) and f(0) = 0. Two
steps that are far apart tell these cases from others, however small a crease is.

Where f is smooth, and yet made of what bends, as `minimum(relu(x), x)` is x, autodiff
takes a convention for each bend, and may be wrong: differences tell that as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from flint import arb

from ..engine.ball_point import FAULTS, Enclosing, Point
from ..engine.balls import BALLS, ball_matrix, precision
from ..engine.cancelling import cancelled
from ..engine.jets import Jet, constant
from ..engine.matrices import Matrix
from ..engine.subject import tie
from ..language.arrays import Array
from ..language.sizes import generator

BITS = 1536
STEPS = -128, -256
"""Steps, as powers of two; what is smooth shrinks by all the bits between them."""
SHRINKS = 32
"""Bits by which what has a derivative shrinks at least, of these."""
PAIRS = 4
"""Pairs of directions; in the first one all entries grow."""
Move = dict[str, Matrix]
Value = Callable[[Move], Matrix]


def creased(point: Point, order: int) -> bool:
    """Whether a function certainly has no derivative of an order at a point.

    It has those of a lower order, and what balls cannot tell is taken for smooth.
    """
    with precision(BITS):
        try:
            return any(_differs(*found) for found in _rests(point, order))
        except FAULTS:
            return False


def _differs(large: Matrix, small: Matrix) -> bool:
    """Whether what is left at a small step is not that at a large one, and shrunk."""
    least = arb(2) ** -SHRINKS
    both = zip(large.entries, small.entries, strict=True)
    return any(s.abs_lower() > least * x.abs_upper() for x, s in both)


def misled(
    point: Point,
    move: Mapping[str, Array],
    slope: Array,
    curve: Array | None,
    unit: float,
) -> bool:
    """Whether a slope along a move is certainly another than the one that is given.

    Or, where one is given, how the gradient of a scalar changes. Floats of that unit
    have half of their digits at least.
    """
    least = arb(unit).sqrt()
    along = {name: ball_matrix(E) for name, E in move.items()}
    with precision(BITS):
        try:
            f, values = _changes(point)
            h = arb(2) ** STEPS[1]
            step = _times(h, along)
            if curve is None:
                return _apart(
                    ball_matrix(slope), _odd(f, step).scaled(1 / (2 * h)), least
                )
            ((_, other), *_) = _directions(point, values)
            side = _times(h, other)
            up, down = _sum(side, step), _sum(side, _times(-1, step))
            left = (_even(f, up) - _even(f, down)).scaled(1 / (4 * h * h))
            (way,) = other.values()
            return _apart((way * ball_matrix(curve)).sum((-2, -1)), left, least)
        except FAULTS:
            return False


def _apart(found: Matrix, true: Matrix, least: arb) -> bool:
    size = max(
        (abs(x).upper() for x in (*found.entries, *true.entries)), default=arb(0)
    )
    both = zip(found.entries, true.entries, strict=True)
    return any((x - y).abs_lower() > size * least for x, y in both)


def _changes(point: Point) -> tuple[Value, Mapping[str, Jet]]:
    """Return by how much the function changes along a move, and all values."""
    base, body = point.evaluation(), cancelled(point.statement.body)
    zero = base.of(body).value

    def f(move: Move) -> Matrix:
        there = {name: base.values[name] + constant(E) for name, E in move.items()}
        values = {**base.values, **there}
        return Enclosing(point, values, base.symbols).of(body).value - zero

    return f, base.values


def _rests(point: Point, order: int) -> Iterator[tuple[Matrix, Matrix]]:
    """Yield what is left at both steps, over their power."""
    f, values = _changes(point)
    for a, b in _directions(point, values):
        for left in (_bent, _split) if order == 1 else (_bent_twice, _split_twice):
            large, small = (
                left(f, _times(h, a), _times(h, b)).scaled(h**-order)
                for h in (arb(2) ** k for k in STEPS)
            )
            yield large, small


def _directions(point: Point, values: Mapping[str, Jet]) -> Iterator[tuple[Move, Move]]:
    """Yield pairs of directions, in which no entry that moves is small."""
    statement = point.statement
    random = generator(0, statement.record.id, "creases")

    def direction(signs: Sequence[int]) -> Move:
        found: Move = {}
        for name in statement.wrt:
            X = values[name].value
            entries = [
                arb(random.randint(64, 128)) * random.choice(signs) for _ in X.entries
            ]
            way = constant(X.of(X.shape, entries))
            if statement.record.entries == "independent":
                way = tie(BALLS, statement.variable(name).kind, way)
            found[name] = way.value
        return found

    for k in range(PAIRS):
        signs = (1, -1) if k else (1,)
        yield direction(signs), direction(signs)


def _times(c: arb | int, move: Move) -> Move:
    return {name: E.scaled(arb(c)) for name, E in move.items()}


def _sum(a: Move, b: Move) -> Move:
    return {name: E + b[name] for name, E in a.items()}


def _even(f: Value, a: Move) -> Matrix:
    return f(a) + f(_times(-1, a))


def _odd(f: Value, a: Move) -> Matrix:
    return f(a) - f(_times(-1, a))


def _bent(f: Value, a: Move, b: Move) -> Matrix:
    return _even(f, a)


def _split(f: Value, a: Move, b: Move) -> Matrix:
    return f(_sum(a, b)) - f(a) - f(b)


def _bent_twice(f: Value, a: Move, b: Move) -> Matrix:
    return _odd(f, _times(2, a)) - _odd(f, a).scaled(arb(2))


def _split_twice(f: Value, a: Move, b: Move) -> Matrix:
    alone = (_even(f, a) + _even(f, b)).scaled(arb(2))
    return _even(f, _sum(a, b)) + _even(f, _sum(a, _times(-1, b))) - alone
