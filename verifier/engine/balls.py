"""Arb balls: numbers enclosed with certainty, in as many bits as are set.

Nothing here shares code with JAX or LAPACK, so an enclosure that is certain is a
witness of its own. Comparisons that the enclosures leave open raise Undecided, so that
nothing is decided by rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat

from ..language.arrays import Array
from ..language.decimals import Rounded
from . import ball_spectrum, principal
from .arithmetic import Arithmetic
from .ball_functions import RULES, poly_gamma
from .jets import Jet, constant
from .matrices import Matrix, join
from .still import Stillness, rests
from .undecided import UNSYMMETRIC, Bend, NoValue, Overlap, Undecided

OPEN = "a comparison is left open"
ZERO = arb(0)


class precision:
    """A context in which balls have so many bits."""

    def __init__(self, bits: int):
        self.bits = bits

    def __enter__(self) -> None:
        self.before, flint.ctx.prec = flint.ctx.prec, self.bits

    def __exit__(self, *_: object) -> None:
        flint.ctx.prec = self.before


class _Pi:
    """pi, at whatever precision is set when it is used."""


class Real:
    """The field of balls."""

    zero = ZERO

    def number(self, value: Any) -> arb:
        """Return a number as a ball; a rounded one is wide."""
        if isinstance(value, Rounded):
            low, high = map(self.number, value.ends)
            return low.union(high)
        if isinstance(value, Fraction):
            return arb(value.numerator) / value.denominator
        return arb.pi() if isinstance(value, _Pi) else arb(value)

    def matrix(self, rows: int, columns: int, entries: Sequence[arb]) -> arb_mat:
        """Return a matrix of balls."""
        return arb_mat(rows, columns, entries)

    def log(self, X: Matrix) -> Matrix:
        """Return the natural logarithm."""
        return X.map(lambda x: x.log())

    def absolute(self, x: Jet) -> Jet:
        """Return the absolute value; no sign is needed where nothing moves."""
        if x.still:
            return constant(x.value.map(abs))
        if ball_spectrum.is_complex(x):
            return BALLS.sqrt(ball_spectrum.squared_modulus(x))
        return _larger(x, -x)

    def exceeds(self, x: Jet, y: Jet) -> Array:
        """Return where one jet is certainly larger than the other."""
        difference = x - y
        found = [s > 0 for s in _signs(difference)]
        return np.array(found).reshape(difference.shape)


REAL = Real()


def ball_matrix(values: Array) -> Matrix:
    """Return floats, or balls, as they are."""
    values = np.asarray(values)
    return Matrix(REAL, values.shape, [arb(x) for x in values.ravel().tolist()])


def _signs(x: Jet) -> list[int]:
    """Return -1, 0 or 1 for each entry; a zero is one only where it does not move."""
    moves = [x.part(k).spread(x.shape).entries for k in x.parts if k]
    found = []
    for i, a in enumerate(x.value.entries):
        if a > 0:
            found.append(1)
        elif a < 0:
            found.append(-1)
        elif a == 0 and all(part[i] == 0 for part in moves):
            found.append(0)
        else:
            raise Undecided(OPEN) if a == 0 else Overlap(OPEN)
    return found


def _larger(x: Jet, y: Jet) -> Jet:
    """Return the larger entries.

    At a tie nothing is decided, unless both sides move alike: then so does the larger.
    """
    gap = x - y
    shape, masks = gap.shape, [k for k in range(4) if k in gap.parts]
    X, Y, moves = (
        [z.part(k).spread(shape).entries for k in masks] for z in (x, y, gap)
    )
    found: list[list[arb]] = [[] for _ in masks]
    for i, a in enumerate(moves[0]):
        side = X if a > 0 else Y if a < 0 else None
        if side is None:
            if any(not part[i] == 0 for part in moves[1:]):
                raise Undecided(OPEN) if a == 0 else Bend(OPEN)
            side = X
        for k, part in enumerate(side):
            found[k].append(part[i])
        if not (a > 0 or a < 0):
            found[0][-1] = X[0][i].max(Y[0][i])
    parts = zip(masks, found, strict=True)
    return Jet({mask: x.value.of(shape, entries) for mask, entries in parts})


def _largest_columns(x: Jet) -> Jet:
    """Return a row without the entries that are smaller than another.

    Where these are equal, or near to each other, nothing is to be decided.
    """
    values = x.value.entries
    best = max(values, key=lambda a: a.mid())
    kept = [i for i, a in enumerate(values) if not a < best]
    shape = 1, len(kept)
    moves = {mask: x.part(mask).spread(x.shape).entries for mask in x.parts}
    return Jet(
        {
            mask: x.value.of(shape, [part[i] for i in kept])
            for mask, part in moves.items()
        }
    )


def _elementary(name: str) -> Callable[[Any, Jet], Jet]:
    return _chained(*RULES[name])


def _chained(
    function: Callable[..., arb], slope: Callable[..., arb], curve: Callable[..., arb]
) -> Callable[[Any, Jet], Jet]:
    def of(self: Balls, x: Jet) -> Jet:
        X = x.value
        Y = X.map(function)

        def by(f: Callable[..., arb]) -> Matrix:
            return X.of(X.shape, list(map(f, X.entries, Y.entries)))

        return self.stillness.chain(x, Y, lambda: by(slope), lambda: by(curve))

    return of


class Balls(Arithmetic):
    """The array namespace of balls."""

    exp, log1p, sqrt = _elementary("exp"), _elementary("log1p"), _elementary("sqrt")
    sin, cos, tan = _elementary("sin"), _elementary("cos"), _elementary("tan")
    sinh, cosh = _elementary("sinh"), _elementary("cosh")
    tanh, erf, expm1 = _elementary("tanh"), _elementary("erf"), _elementary("expm1")
    arcsin, arcsinh = _elementary("arcsin"), _elementary("arcsinh")
    arccos, arccosh = _elementary("arccos"), _elementary("arccosh")
    arctan, arctanh = _elementary("arctan"), _elementary("arctanh")
    lgamma = _elementary("lgamma")

    def __init__(self, field: Real, pi: Any):
        super().__init__(field, pi)
        self.stillness = Stillness()

    def polygamma(self, k: int, x: Jet) -> Jet:
        """Return derivative k of the digamma function, this one itself for 0."""
        rules = (lambda a, *_, j=j: poly_gamma(k + j, a) for j in range(3))
        return _chained(*rules)(self, x)

    def exactly(self, values: Array) -> Jet:
        """Return an array of floats, each an exact ball."""
        return constant(ball_matrix(values))

    def power(self, x: Jet, y: Jet | int) -> Jet:
        """Return x ** y, also at x < 0 where y is whole and does not move."""
        if isinstance(y, int):
            return x**y
        shape = (x.value + y.value).shape
        x = x.each(lambda part: part.spread(shape))
        if not y.still:
            return self._moving_power(x, y.each(lambda part: part.spread(shape)))
        exponents = y.value.spread(shape).entries

        def by(f: Callable[[arb, arb], arb]) -> Matrix:
            return x.value.of(shape, list(map(f, x.value.entries, exponents)))

        return self.stillness.chain(
            x,
            by(lambda a, c: a**c),
            lambda: by(lambda a, c: _times(c, a, c - 1)),
            lambda: by(lambda a, c: _times(c * (c - 1), a, c - 2)),
        )

    def _moving_power(self, x: Jet, y: Jet) -> Jet:
        """Return x ** y; a zero that stays one is zero to any positive power."""
        both = enumerate(zip(x.value.entries, y.value.entries, strict=True))
        kept = tuple(i for i, (a, c) in both if a == 0 and c > 0 and rests(x, i))
        found = self.exp(y * self.log(x))
        return self.stillness.replaced(found, kept, x.value) if kept else found

    def top(self, x: Jet, axis: Any = (-2, -1)) -> Jet:
        """Return numbers near the largest entries: shifts, where ties do not matter."""
        m, n = x.shape if axis == -1 else (1, len(x.value.entries))
        middles = [a.mid() for a in x.value.entries]
        rows = [middles[i : i + n] for i in range(0, m * n, n)]
        return constant(x.value.of((m, 1), [max(row) for row in rows]))

    def multiplied(self, x: Jet) -> Jet:
        """Return the product of a column."""
        found = x[:1]
        for i in range(1, x.shape[0]):
            found = found * x[i : i + 1]
        return found

    def sign(self, x: Jet) -> Jet:
        """Return -1, 0 or 1; the 0 only where x is exactly zero, and stays so."""
        return constant(x.value.of(x.shape, [arb(s) for s in _signs(x)]))

    def where(self, condition: Array, x: Jet, y: Jet) -> Jet:
        """Return the entries of x where true, else those of y."""
        chosen = condition.ravel().tolist()
        masks = x.parts.keys() | y.parts.keys()

        def pick(X: Matrix, Y: Matrix) -> Matrix:
            both = zip(chosen, X.entries, Y.entries, strict=True)
            return X.of(X.shape, [a if c else b for c, a, b in both])

        return Jet({k: pick(x.part(k), y.part(k)) for k in masks})

    def maximum(self, x: Any, y: Any) -> Any:
        """Return the larger entries."""
        return _larger(x, y) if isinstance(x, Jet) else np.maximum(x, y)

    def minimum(self, x: Any, y: Any) -> Any:
        """Return the smaller entries."""
        return -_larger(-x, -y) if isinstance(x, Jet) else np.minimum(x, y)

    def max(self, X: Jet, axis: Any = None, keepdims: bool = True) -> Jet:
        """Return the largest entry, 1 x 1."""
        left = _largest_columns(X.reshape(1, X.shape[0] * X.shape[1]))
        while (count := left.shape[1]) > 1:
            half = count // 2
            larger = _larger(left[:, :half], left[:, half : 2 * half])
            left = self.concatenate((larger, left[:, 2 * half :]), -1)
        return left

    def min(self, X: Jet, axis: Any = None, keepdims: bool = True) -> Jet:
        """Return the smallest entry, 1 x 1."""
        return -self.max(-X)

    # Linear algebra.

    def inverse(self, A: Matrix) -> Matrix:
        """Return the inverse; what may be singular gives balls that are not finite."""
        try:
            return super().inverse(A)
        except ZeroDivisionError:
            return A.of(A.shape, [arb.nan()] * len(A.entries))

    def independent(self, A: Matrix) -> tuple[list[int], list[int]]:
        """Return rows and columns that are independent, and beside which all is zero.

        As zero counts what is no larger than half of the bits can tell: see `ranks`.
        """
        m, n = A.shape
        rest = [A.entries[i * n : (i + 1) * n] for i in range(m)]
        least = (1 + _largest_of(rest)) * arb(2) ** -(flint.ctx.prec // 2)
        rows: list[int] = []
        columns: list[int] = []
        while len(rows) < min(m, n):
            places = ((i, j) for i in range(m) for j in range(n))
            i, j = max(places, key=lambda at: rest[at[0]][at[1]].abs_lower())
            pivot = rest[i][j]
            if not pivot.abs_lower() > 0:
                break
            rows.append(i)
            columns.append(j)
            rest = _eliminated(rest, i, j)
        if not _largest_of(rest) <= least:
            raise Undecided("the rank of a matrix of `pinv` is not to be seen")
        return rows, columns

    def cholesky(self, A: Jet) -> Jet:
        """Return the lower Cholesky factor of a symmetric matrix.

        Of a part that moves it is the symmetric part that counts. Where L L' = A, the
        part of L for a mask is L F(inv(L) R inv(L)'): R is what the other parts leave
        of A, and F takes the lower half, with half of the diagonal.
        """
        if not all(x.contains(0) for x in (A.value - A.value.T).entries):
            raise NoValue(UNSYMMETRIC)
        A = (A + A.T) / 2
        L = _cholesky(A.value)
        if A.still:
            return constant(L)
        parts, K = {0: L}, self.inverse(L)
        for mask in (1, 2, 3):
            R = A.part(mask)
            for i in set(parts) - {0}:
                if i & mask == i:
                    R = R - parts[i] @ parts[mask ^ i].T
            parts[mask] = L @ _lower_half(K @ R @ K.T)
        return Jet(parts)

    def expm(self, A: Jet) -> Jet:
        """Return the matrix exponential, of [[A, E], [0, A]] for a derivative along E.

        In general of the matrices by which jets multiply: block (i, j) is part j - i.
        """
        masks = range(4 if A.parts.keys() & {2, 3} else 2 if 1 in A.parts else 1)
        zero = A.part(0).scaled(ZERO)
        rows = [
            join([A.part(i ^ j) if i & j == i else zero for j in masks], -1)
            for i in masks
        ]
        M = join(rows, -2)
        E = Matrix(REAL, M.shape, flint=M.flint.exp())
        n = A.shape[0]
        return Jet({j: E[:n, j * n : (j + 1) * n] for j in masks})

    def sqrtm(self, A: Jet) -> Jet:
        """Return the principal square root of a matrix."""
        return principal.square_root(A)

    def logm(self, A: Jet) -> Jet:
        """Return the principal logarithm of a matrix."""
        return principal.logarithm(A)

    def eigenvalues(self, A: Jet) -> Jet:
        """Return the eigenvalues, which must be real and simple."""
        return ball_spectrum.real_only(ball_spectrum.eigenvalues(A))

    def over_spectrum(self, A: Jet, f: Callable[[Jet], Jet], kind: str) -> Jet:
        """Return what a function of the eigenvalues comes to: their sum, their norm."""
        return ball_spectrum.over(self, ball_spectrum.eigenvalues(A), f, kind)


def _times(factor: arb, x: arb, exponent: arb) -> arb:
    """Return factor * x ** exponent, which is zero where the factor is."""
    return ZERO if factor == 0 else factor * x**exponent


def _eliminated(A: list[list[arb]], i: int, j: int) -> list[list[arb]]:
    """Return what a pivot leaves of a matrix, with zeros in its row and its column."""
    top = [x / A[i][j] for x in A[i]]
    return [
        [
            ZERO if h == i or k == j else row[k] - row[j] * top[k]
            for k in range(len(row))
        ]
        for h, row in enumerate(A)
    ]


def _largest_of(rows: list[list[arb]]) -> arb:
    return max(x.abs_upper() for row in rows for x in row)


def _cholesky(A: Matrix) -> Matrix:
    n = A.shape[0]
    a, L = A.entries, [[ZERO] * n for _ in range(n)]
    for j in range(n):
        for i in range(j, n):
            rest = a[i * n + j] - sum((L[i][k] * L[j][k] for k in range(j)), ZERO)
            L[i][j] = rest.sqrt() if i == j else rest / L[j][j]
    return A.of(A.shape, [x for row in L for x in row])


def _lower_half(X: Matrix) -> Matrix:
    n = X.shape[0]
    return X.of(
        X.shape,
        [
            x if k // n > k % n else x / 2 if k // n == k % n else ZERO
            for k, x in enumerate(X.entries)
        ],
    )


BALLS = Balls(REAL, _Pi())
