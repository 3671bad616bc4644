"""The array namespace of germs: object arrays that move with t."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import reduce
from operator import mul
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat
from numpy import (  # noqa: F401  (this module is used as a namespace)
    arange,
    broadcast_to,
    concatenate,
    cos,
    cosh,
    exp,
    expm1,
    log,
    log1p,
    sin,
    sinh,
    sqrt,
    sum,
    swapaxes,
    tan,
    tanh,
    where,
)

from ..engine import principal
from ..engine.ball_spectrum import real_pairs
from ..engine.balls import REAL
from ..engine.jets import Jet
from ..engine.jets import constant as still
from ..engine.matrices import Matrix
from ..engine.spectrum import together
from ..engine.undecided import UNSYMMETRIC, Undecided
from . import gamma, inverses
from .germs import Germ, cut, germ, lost, working_terms
from .monomials import DOUBTFUL, ONE, Monomial, Open, largest, negligible, to_power
from .products import summing

Array = Any
pi = "pi"
ZERO = arb(0)
HALVED = 20
"""Before Taylor's series of an exponential is taken, a matrix is halved so often."""


def each(f: Callable[[Any], Any], X: Array) -> Array:
    """Return f of every entry."""
    return np.frompyfunc(f, 1, 1)(X)


def matrix(rows: list[list[Any]]) -> Array:
    """Return rows of numbers as a matrix."""
    return each(germ, np.array(rows, dtype=object))


def constant(value: Any) -> Array:
    """Return a fraction, or pi, as a 1 x 1 array."""
    if value is pi:
        return matrix([[arb.pi()]])
    return matrix([[arb(int(value.numerator)) / int(value.denominator)]])


def exactly(values: Array) -> Array:
    """Return an array of floats as constants."""
    return each(lambda x: germ(float(x)), np.asarray(values))


def number(condition: Array) -> Array:
    """Return 1 where true, else 0."""
    return each(lambda c: germ(int(bool(c))), np.asarray(condition))


def eye(n: int) -> Array:
    """Return the identity."""
    return number(np.eye(n))


def ones(shape: tuple[int, int]) -> Array:
    """Return ones."""
    return number(np.ones(shape))


def zeros(shape: tuple[int, int]) -> Array:
    """Return zeros."""
    return number(np.zeros(shape))


def tri(rows: int, columns: int, k: int) -> Array:
    """Return ones on and below diagonal k."""
    return number(np.tri(rows, columns, k))


def power(x: Array, y: Array | int) -> Array:
    """Return x ** y."""
    return x**y


def erf(x: Array) -> Array:
    """Return the error function."""
    return each(lambda e: e.erf(), x)


def arctan(x: Array) -> Array:
    """Return the inverse tangent."""
    return each(inverses.arctan, x)


def arcsin(x: Array) -> Array:
    """Return the inverse sine."""
    return each(inverses.arcsin, x)


def arccos(x: Array) -> Array:
    """Return the inverse cosine."""
    return each(inverses.arccos, x)


def arcsinh(x: Array) -> Array:
    """Return the inverse hyperbolic sine."""
    return each(inverses.arcsinh, x)


def arccosh(x: Array) -> Array:
    """Return the inverse hyperbolic cosine."""
    return each(inverses.arccosh, x)


def arctanh(x: Array) -> Array:
    """Return the inverse hyperbolic tangent."""
    return each(inverses.arctanh, x)


def lgamma(x: Array) -> Array:
    """Return the logarithm of the absolute value of the gamma function."""
    return each(gamma.log_gamma, x)


def polygamma(k: int, x: Array) -> Array:
    """Return derivative k of the digamma function, this one itself for 0."""
    return each(lambda e: gamma.polygamma(k, e), x)


def sign(x: Array) -> Array:
    """Return -1, 0 or 1."""
    return each(lambda e: germ(e.sign()), x)


def matmul(X: Array, Y: Array) -> Array:
    """Return the matrix product."""
    if (found := _of_constants(mul, X, Y)) is not None:
        return found
    inner, width = Y.shape
    x, y = ([e.terms for e in M.ravel()] for M in (X, Y))
    places = list(np.ndindex(len(X), width))
    summed = summing(x, y, inner)
    result = np.empty((len(X), width), dtype=object)
    for (i, j), error in zip(places, _errors(X, Y, places), strict=True):
        mine, others = range(i * inner, (i + 1) * inner), range(j, len(y), width)
        result[i, j] = Germ(summed(mine, others, error), error)
    return result


def _of_constants(f: Callable[[Any, Any], Any], X: Array, Y: Array) -> Array | None:
    """Return what FLINT makes of two matrices of constants.

    None where they move, and where an entry may be zero but for rounding.
    """
    A, B = _balls(X), _balls(Y)
    if A is None or B is None:
        return None
    try:
        found = f(A, B)
    except ZeroDivisionError:
        return None
    entries = found.entries()
    made = np.empty(len(entries), dtype=object)
    for i, c in enumerate(entries):
        if not c.is_zero() and c.rel_accuracy_bits() < DOUBTFUL:
            if not c.is_finite() or not negligible(c, *entries):
                return None
            c = arb(0)
        made[i] = germ(c)
    return made.reshape(found.nrows(), found.ncols())


def _balls(X: Array) -> arb_mat | None:
    """Return the matrix of what does not move, or None where something does."""
    found = []
    for x in X.ravel():
        if not x.is_constant:
            return None
        found.append(x.terms.get(ONE, ZERO))
    return arb_mat(len(X), X.shape[1], found)


def _errors(X: Array, Y: Array, places: list[tuple[int, int]]) -> list[Monomial | None]:
    """Return what the entries of a product leave out."""
    if all(x.error is None for x in (*X.ravel(), *Y.ravel())):
        return [None] * len(places)
    found = []
    for i, j in places:
        pairs = zip(X[i], Y[:, j], strict=True)
        several = [e for x, y in pairs for e in lost(x, y)]
        found.append(largest(several) if several else None)
    return found


def trace(A: Array, axis1: int, axis2: int) -> Array:
    """Return the trace, as an array without axes."""
    result = np.empty((), dtype=object)
    result[()] = np.trace(A)
    return result


def _larger(x: Germ, y: Germ) -> Germ:
    if not isinstance(x, Germ) and not isinstance(y, Germ):
        return x if x > y else y  # places, as those of the entries of `vech`
    gap = x - y
    return (x + y + abs(gap)) / 2 if not gap.terms else x if gap.sign() > 0 else y


def _smaller(x: Germ, y: Germ) -> Germ:
    return -_larger(-x, -y)


maximum, minimum = np.frompyfunc(_larger, 2, 1), np.frompyfunc(_smaller, 2, 1)


def max(X: Array, axis: Any = None, keepdims: bool = True) -> Array:
    """Return the largest entry, 1 x 1."""
    return matrix([[reduce(_larger, X.ravel())]])


def min(X: Array, axis: Any = None, keepdims: bool = True) -> Array:
    """Return the smallest entry, 1 x 1."""
    return matrix([[reduce(_smaller, X.ravel())]])


def top(x: Array, axis: Any = (-2, -1)) -> Array:
    """Return the largest entry, of each row or of all: a shift; ties do not matter."""
    if axis == -1:
        return np.concatenate([max(row[None, :]) for row in x])
    return max(x).copy()


def _pivot(column: Array) -> int | None:
    """Return the place of the largest entry, or None where all are zero."""
    found = [i for i, x in enumerate(column) if x.terms]
    if not found:
        if all(x.is_zero for x in column):
            return None
        raise Open("more terms are needed")
    top = largest([column[i].size for i in found])
    tops = [i for i in found if column[i].size == top]
    return tops[int(np.argmax([float(abs(column[i].terms[top].mid())) for i in tops]))]


def _triangular(A: Array, B: Array) -> tuple[Array, Array, int]:
    """Eliminate below the diagonal, in A and B; 0 for the sign if A is singular."""
    A, B, n, turned = A.copy(), B.copy(), len(A), 1
    for k in range(n):
        p = _pivot(A[k:, k])
        if p is None:
            return A, B, 0
        if p:
            A[[k, k + p]], B[[k, k + p]] = A[[k + p, k]], B[[k + p, k]]
            turned = -turned
        inverse = A[k, k].inverse()
        for i in range(k + 1, n):
            if A[i, k].is_zero:
                continue
            factor = A[i, k] * inverse
            A[i, k + 1 :] = A[i, k + 1 :] - A[k, k + 1 :] * factor
            B[i] = B[i] - B[k] * factor
    return A, B, turned


def solve(A: Array, B: Array) -> Array:
    """Return inv(A) @ B."""
    if (found := _of_constants(arb_mat.solve, A, B)) is not None:
        return found
    A, X, turned = _triangular(A, B)
    if not turned:
        raise ZeroDivisionError("singular")
    for k in reversed(range(len(A))):
        for j in range(k + 1, len(A)):
            X[k] = X[k] - X[j] * A[k, j]
        inverse = A[k, k].inverse()
        X[k] = X[k] * inverse
    return X


def inv(A: Array) -> Array:
    """Return the inverse."""
    return solve(A, eye(len(A)))


def det(A: Array) -> Array:
    """Return the determinant, 1 x 1."""
    U, _, turned = _triangular(A, zeros((len(A), 1)))
    return matrix([[reduce(lambda x, y: x * y, U.diagonal(), germ(turned))]])


def logdet(A: Array) -> Array:
    """Return log|det A|, 1 x 1."""
    return each(lambda d: abs(d).log(), det(A))


def pinv(A: Array) -> Array:
    """Return the Moore-Penrose inverse of a matrix of full rank."""
    m, n = A.shape
    square = matmul(A.T, A) if m >= n else matmul(A, A.T)
    return solve(square, A.T) if m >= n else matmul(A.T, inv(square))


def cholesky(A: Array) -> Array:
    """Return the lower Cholesky factor of a symmetric matrix."""
    if not _is_symmetric(A):
        raise Open(UNSYMMETRIC)
    n, A = len(A), (A + A.T) / 2
    L = zeros((n, n))
    for j in range(n):
        L[j, j] = (A[j, j] - np.sum(L[j, :j] * L[j, :j])).sqrt()
        for i in range(j + 1, n):
            L[i, j] = (A[i, j] - np.sum(L[i, :j] * L[j, :j])) / L[j, j]
    return L


def _is_symmetric(A: Array) -> bool:
    return not any(x.terms for x in (A - A.T).ravel())


def _limits(A: Array) -> Array | None:
    """Return the limits of the entries, as balls; None where one has none."""
    found = [x.parts() for x in A.ravel()]
    if any(above for above, _, _ in found):
        return None
    return arb_mat(len(A), A.shape[1], [at for _, at, _ in found])


def _of_balls(M: Any) -> Array:
    return matrix([[M[i, j] for j in range(M.ncols())] for i in range(M.nrows())])


def expm(A: Array) -> Array:
    """Return the matrix exponential."""
    at = _limits(A)
    if at is None:
        return _far_exponential(A)
    if all(x.is_constant for x in A.ravel()):
        return _of_balls(at.exp())
    norm = np.max([float(abs(x).upper()) for x in at.entries()])
    halved = int(np.ceil(np.log2(norm * len(A) + 1))) + HALVED
    A = each(lambda x: cut(x) / 2**halved, A)
    found = eye(len(A))
    for k in reversed(range(1, flint.ctx.prec // HALVED + 2)):
        found = eye(len(A)) + matmul(A, found) / k
    for _ in range(halved):
        found = matmul(found, found)
    return found


def sqrtm(A: Array) -> Array:
    """Return the principal square root: that of the limit, and its series.

    X + L(A - X X), where L solves X E + E X = R at the limit, gains an order each time.
    """
    S = principal.square_root(_limit(A)).value
    X, moved = _of_balls(S.flint), _left_out(A)
    if not all(x.is_finite() for x in S.entries):
        raise ValueError("no principal square root")
    if moved is None:
        return X
    n, solving = len(A), principal.solving(S).flint
    for _ in range(working_terms()):
        R = (A - matmul(X, X)).reshape(n * n, 1)
        X = X + matmul(_of_balls(solving), R).reshape(n, n)
    return X + moved


def logm(A: Array) -> Array:
    """Return the principal logarithm, of what moves near a multiple of the identity."""
    at, moved = _limit(A), _left_out(A)
    L = principal.logarithm(at).value
    if not all(x.is_finite() for x in L.entries):
        raise ValueError("no principal logarithm")
    if moved is None:
        return _of_balls(L.flint)
    c = at.value.entries[0]
    E = (A - eye(len(A)) * germ(c)) / germ(c)
    if any(not x.vanishes() for x in E.ravel()):
        raise Open("a logarithm of a matrix has no leading terms here")
    found, power = eye(len(A)) * germ(c.log()), eye(len(A))
    for k in range(1, working_terms()):
        power = matmul(power, E)
        found = found + power * germ(arb((-1) ** (k + 1)) / k)
    return found + moved


def _limit(A: Array) -> Jet:
    """Return the limit of a matrix, as balls."""
    at = _limits(A)
    if at is None:
        raise Open("a function of a matrix without bound has no leading terms here")
    return still(Matrix(REAL, A.shape, flint=at))


def _left_out(A: Array) -> Germ | None:
    """Return what series of a matrix around its limit leave out; None: it is there."""
    rests = [x.parts()[2].size for x in A.ravel()]
    sizes = [m for m in rests if m is not None]
    return Germ({}, to_power(largest(sizes), working_terms())) if sizes else None


def _far_exponential(A: Array) -> Array:
    """Return the exponential of a matrix that grows as one monomial."""
    found = zeros(A.shape)
    m, *several = _eigenpairs(A, A)
    scale = Germ({m: arb(1)})
    for value, v, u in zip(*several, strict=True):
        found = found + matmul(v, u.T) / matmul(u.T, v) * (value * scale).exp()
    return found


def eigenvalues(A: Array) -> Array:
    """Return the eigenvalues; in the limit they must be real and simple."""
    if _is_symmetric(A):
        A = (A + A.T) / 2
    sizes = [x.size for x in A.ravel() if x.size is not None]
    if not sizes or len(A) == 1:
        return matrix([[x] for x in A.diagonal()])
    m = largest(sizes)
    A = each(lambda x: x * Germ({to_power(m, -1): arb(1)}), A)
    at = _of_balls(_limits(A))
    n, scale = len(A), Germ({m: arb(1)})
    shift = eye(n) * at[0, 0]
    if all(x.is_zero for x in (at - shift).ravel()):
        return (eigenvalues(A - shift) + at[0, 0]) * scale
    _, *found = _eigenpairs(at, at)
    several = zip(*found, strict=True)
    return matrix([[_followed(A - at, at, *each) * scale] for each in several])


def over_spectrum(A: Array, f: Callable[[Array], Array], kind: str) -> Array:
    """Return what a function of the eigenvalues comes to: their sum, their norm."""
    return together(sys.modules[__name__], f(eigenvalues(A)), kind)


def multiplied(x: Array) -> Array:
    """Return the product of a column."""
    return matrix([[reduce(lambda a, b: a * b, x.ravel())]])


def _followed(E: Array, at: Array, value: Germ, v: Array, u: Array) -> Germ:
    """Return the eigenvalue of at + E that goes to one of its limit.

    This is the series of Rayleigh and Schroedinger, by powers of E: (at - value) x_k is
    -E x_(k-1) plus the sum of value_j x_(k-j), and x_k is at right angles to the left
    eigenvector u.
    """
    sizes = [x.size for x in E.ravel() if x.size is not None]
    if not sizes:
        return value
    n, count = len(E), working_terms()
    bordered = np.block([[at - eye(n) * value, v], [u.T, zeros((1, 1))]])
    inverse = inv(bordered)[:n, :n]
    x, parts = [v], [value]
    for k in range(1, count):
        moved = matmul(E, x[-1])
        parts.append((matmul(u.T, moved) / matmul(u.T, v))[0, 0])
        for j in range(1, k):
            moved = moved - x[k - j] * parts[j]
        x.append(-matmul(inverse, moved))
    left_out = Germ({}, to_power(largest(sizes), count))
    return sum(np.array(parts, dtype=object)) + left_out


def _eigenpairs(
    A: Array, at: Array
) -> tuple[Any, list[Germ], list[Array], list[Array]]:
    """Return a monomial, and over it the eigenvalues of A, ascending, with vectors.

    Right eigenvectors come first, left ones behind them.
    """
    sizes = {m for x in A.ravel() for m in x.terms} or {ONE}
    if len(sizes) > 1 or any(x.error for x in A.ravel()):
        raise Open("eigenvalues of more than one size")
    (m,) = sizes
    n = len(A)
    M = arb_mat(n, n, [x.terms.get(m, arb(0)) for x in A.ravel()])
    try:
        found = list(real_pairs(M))
    except (Undecided, ZeroDivisionError) as doubt:
        raise Open(str(doubt)) from doubt
    rights, lefts = (
        [matrix([[x] for x in v]) for v in several]
        for several in ([right for _, right, _ in found], [left for *_, left in found])
    )
    return m, [germ(value) for value, _, _ in found], rights, lefts
