"""Principal square roots and logarithms of matrices of balls, with their derivatives.

An approximate root X is enclosed: what is missing, E, solves X E + E X = A - X^2 - E^2,
and Banach's theorem bounds it by the inverse of the left side. So the eigenvalues need
not be known, nor be simple. A matrix without a principal root gives NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import matmul

from flint import arb, ctx

from .jets import Jet, constant
from .matrices import Matrix, join

MOST_STEPS = 48
MOST_ROOTS = 40
ROUGH = 64
SMALL = 1 / 4
"""The logarithm of a root is a series in what is at most so large."""
NEAR = 7 / 8
"""A matrix is near a multiple of the identity if the rest is less than that part."""


def square_root(A: Jet) -> Jet:
    """Return the principal square root: S X + X S is what A leaves of other parts."""
    S = _enclosed(A.value)
    if A.still:
        return constant(S)
    system, parts = _sylvester(S), {0: S}
    for mask in (1, 2, 3):
        if mask in A.parts or (mask == 3 and {1, 2} <= parts.keys()):
            R = A.part(mask)
            if mask == 3 and {1, 2} <= parts.keys():
                R = R - parts[1] @ parts[2] - parts[2] @ parts[1]
            column = R.reshape((R.shape[0] ** 2, 1))
            parts[mask] = _solution(system, column).reshape(R.shape)
    return Jet(parts)


def solving(S: Matrix) -> Matrix:
    """Return what solves S X + X S = R for the entries of X, row by row."""
    return _inverse(_sylvester(S))


def logarithm(A: Jet) -> Jet:
    """Return the principal logarithm, twice the series of artanh for a root near I."""
    eye, doubled = _eye(A.value), 2
    for _ in range(MOST_ROOTS):
        gap = _norm(A.value - eye)
        if gap < SMALL or not gap.is_finite():
            break
        A, doubled = square_root(A), 2 * doubled
    I = constant(eye)
    Z = (A - I) @ I.over(matmul, _divided(A.value + eye), A + I)
    M, scale = _block(Z)
    return _parts(_artanh(M), scale, Z).each(lambda X: X.scaled(arb(doubled)))


def _divided(A: Matrix) -> Callable[[Matrix], Matrix]:
    inverse = _inverse(A)
    return lambda X: inverse @ X


# The value of a root.


def _enclosed(A: Matrix) -> Matrix:
    """Return balls around the entries of the principal square root."""
    X = _approximate(A)
    if X is None:
        return _unknown(A)
    R = A - X @ X
    slowest, missing = _slowest(X), _norm(R)
    if not 4 * slowest * slowest * missing < 1:
        return _unknown(A)
    radius = arb(0, (2 * slowest * missing).abs_upper())
    return X.map(lambda x: x + radius)


def _slowest(X: Matrix) -> arb:
    """Return a bound of what solves X E + E X = R, over R, as Frobenius' norm."""
    with ctx.workprec(ROUGH):  # for a bound a few bits do
        n = X.shape[0]
        c = (X.trace().scalar / n).mid()
        gap = _norm(X - _eye(X).scaled(c))
        if gap < c * NEAR:  # the map is 2 c, but for twice the gap
            return 1 / (2 * (c - gap))
        return _norm(_inverse(_sylvester(X)))


def _approximate(A: Matrix) -> Matrix | None:
    """Return what Denman and Beavers' iteration comes to, if to anything."""
    eye, M = _eye(A), _mid(A)
    X, close = M, arb(2) ** (-ctx.prec // 2)
    for _ in range(MOST_STEPS):
        K = _mid(_inverse(M))
        s = (_norm(K) / _norm(M)).sqrt().mid()
        if not s.is_finite() or not s > 0:
            return None
        X = _mid((X @ (eye + K.scaled(1 / s))).scaled(s.sqrt() / 2))
        done = _norm(M - eye) < close
        M = _mid(
            eye.scaled(arb(1) / 2) + (M.scaled(s) + K.scaled(1 / s)).scaled(arb(1) / 4)
        )
        if done:
            return X
    return None


def _sylvester(S: Matrix) -> Matrix:
    """Return what X to S X + X S is for the entries of X, row by row."""
    n, s, zero = S.shape[0], S.entries, S.field.zero
    entries = []
    for i in range(n):
        for j in range(n):
            for k in range(n):
                for m in range(n):
                    left = s[i * n + k] if j == m else zero
                    entries.append(left + s[m * n + j] if i == k else left)
    return S.of((n * n, n * n), entries)


# Logarithms.


def _block(Z: Jet) -> tuple[Matrix, int]:
    """Return the matrix by which a jet multiplies, its derivatives made small."""
    masks = range(4 if Z.parts.keys() & {2, 3} else 2 if 1 in Z.parts else 1)
    sizes = [_exponent(Z.part(k)) // k.bit_count() for k in masks if k]
    scale = max([0, *sizes]) + 5
    zero = Z.part(0).scaled(arb(0))
    parts = [Z.part(k).scaled(arb(2) ** (-scale * k.bit_count())) for k in masks]
    rows = [
        join([parts[i ^ j] if i & j == i else zero for j in masks], -1) for i in masks
    ]
    return join(rows, -2), scale


def _parts(M: Matrix, scale: int, Z: Jet) -> Jet:
    n = Z.shape[0]
    found = {}
    for mask in range(M.shape[0] // n):
        X = M[:n, mask * n : (mask + 1) * n]
        found[mask] = X.scaled(arb(2) ** (scale * mask.bit_count()))
    return Jet(found)


def _artanh(M: Matrix) -> Matrix:
    """Return the sum of M^k / k over odd k, with what is left out as a radius."""
    size, square = _norm(M), M @ M
    if not size < 0.5:
        return _unknown(M)
    power, total, k = M, M, 1
    last = arb(2) ** -ctx.prec
    left_out = size
    while left_out > last:
        k, power = k + 2, power @ square
        total = total + power.scaled(arb(1) / k)
        left_out = (size**k).abs_upper()
    radius = arb(0, (size ** (k + 2) / (1 - size * size)).abs_upper())
    return total.map(lambda x: x + radius)


# Small things.


def _eye(A: Matrix) -> Matrix:
    n = A.shape[0]
    return A.of((n, n), [arb(i == j) for i in range(n) for j in range(n)])


def _inverse(A: Matrix) -> Matrix:
    try:
        return Matrix(A.field, A.shape, flint=A.flint.inv())
    except ZeroDivisionError:
        return _unknown(A)


def _solution(A: Matrix, B: Matrix) -> Matrix:
    try:
        return Matrix(A.field, B.shape, flint=A.flint.solve(B.flint))
    except ZeroDivisionError:
        return _unknown(B)


def _unknown(A: Matrix) -> Matrix:
    return A.of(A.shape, [arb.nan()] * len(A.entries))


def _mid(A: Matrix) -> Matrix:
    return A.map(lambda x: x.mid())


def _norm(A: Matrix) -> arb:
    """Return a bound of the Frobenius norm."""
    return sum((x.abs_upper() ** 2 for x in A.entries), arb(0)).sqrt()


def _exponent(A: Matrix) -> int:
    size = _norm(A).abs_upper()
    if not size.is_finite() or size == 0:
        return 0
    mantissa, exponent = size.man_exp()
    return int(exponent) + int(mantissa).bit_length()
