"""Functions of matrices of germs: exponentials, roots, logarithms, and eigenvalues."""

from __future__ import annotations

from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat

from ..engine import principal
from ..engine.ball_spectrum import real_pairs
from ..engine.balls import REAL
from ..engine.jets import Jet
from ..engine.jets import constant as still
from ..engine.matrices import Matrix
from ..engine.undecided import Undecided
from .elimination import inv, matmul
from .entries import Array, each, eye, is_symmetric, matrix, zeros
from .germs import Germ, cut, germ
from .monomials import ONE, Open, largest, to_power
from .places import working_terms

HALVED = 20
"""Before Taylor's series of an exponential is taken, a matrix is halved so often."""


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


def _far_exponential(A: Array) -> Array:
    """Return the exponential of a matrix that grows as one monomial."""
    found = zeros(A.shape)
    m, *several = _eigenpairs(A, A)
    scale = Germ({m: arb(1)})
    for value, v, u in zip(*several, strict=True):
        found = found + matmul(v, u.T) / matmul(u.T, v) * (value * scale).exp()
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


def eigenvalues(A: Array) -> Array:
    """Return the eigenvalues; in the limit they must be real and simple."""
    if is_symmetric(A):
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
    return np.sum(np.array(parts, dtype=object)) + left_out


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


def _limit(A: Array) -> Jet:
    """Return the limit of a matrix, as balls."""
    at = _limits(A)
    if at is None:
        raise Open("a function of a matrix without bound has no leading terms here")
    return still(Matrix(REAL, A.shape, flint=at))


def _limits(A: Array) -> Array | None:
    """Return the limits of the entries, as balls; None where one has none."""
    found = [x.parts() for x in A.ravel()]
    if any(above for above, _, _ in found):
        return None
    return arb_mat(len(A), A.shape[1], [at for _, at, _ in found])


def _left_out(A: Array) -> Germ | None:
    """Return what series of a matrix around its limit leave out; None: it is there."""
    rests = [x.parts()[2].size for x in A.ravel()]
    sizes = [m for m in rests if m is not None]
    return Germ({}, to_power(largest(sizes), working_terms())) if sizes else None


def _of_balls(M: Any) -> Array:
    return matrix([[M[i, j] for j in range(M.ncols())] for i in range(M.nrows())])
