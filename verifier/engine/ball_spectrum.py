"""Eigenvalues of any square matrix in balls: complex balls as entries of jets.

Eigenvalues are enclosed one by one, so that one whose ball meets no other's mirror
image in the real axis is its own, and real.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cmp_to_key, lru_cache
from typing import Any

import flint
from flint import acb, acb_mat, arb, arb_mat

from .jets import Jet
from .matrices import Matrix
from .spectrum import together
from .undecided import COMPLEX, Inseparable, NoValue

SEPARATED = "the eigenvalues are not separated"
ZERO = arb(0)


def eigenvalues(A: Jet) -> Jet:
    """Return the eigenvalues, complex and ascending by real parts; they are simple."""
    n, value = A.shape[0], A.value
    apart = _decomposed(value, flint.ctx.prec)
    if apart is None:
        raise Inseparable(SEPARATED)
    w, V, W = _real_ones(apart[0]), *apart[1:]
    found = {0: w}
    if not A.still:
        E = {
            mask: W * (acb_mat(part.flint) * V)
            for mask, part in A.parts.items()
            if mask
        }
        for mask, X in E.items():
            found[mask] = [_kept(X[i, i], w[i]) for i in range(n)]
        if 1 in E and 2 in E:
            found[3] = [_kept(_bent(E, w, i), w[i]) for i in range(n)]
    return Jet({mask: value.of((n, 1), entries) for mask, entries in found.items()})


@lru_cache(8)  # all directions of a Hessian ask for the same
def _decomposed(A: Matrix, bits: int) -> tuple[list[acb], acb_mat, acb_mat] | None:
    return _apart(A.flint)


def _apart(M: arb_mat) -> tuple[list[acb], acb_mat, acb_mat] | None:
    """Return eigenvalues, right eigenvectors as columns and left ones as rows.

    None where eigenvalues are equal, or seem so in as many bits as are set.
    """
    n = M.nrows()
    try:
        values, V = M.eig(right=True)
    except ValueError:
        return None
    # Floats may be equal where balls are apart.
    middles = [values[i].real.mid() for i in range(n)]
    order = sorted(
        range(n), key=cmp_to_key(lambda i, k: _sign(middles[i] - middles[k]))
    )
    V = acb_mat(n, n, [V[i, k] for i in range(n) for k in order])
    return [acb(values[i]) for i in order], V, V.inv()


def _sign(x: arb) -> int:
    return (x > 0) - (x < 0)


def real_pairs(M: arb_mat) -> Iterator[tuple[arb, list[arb], list[arb]]]:
    """Yield eigenvalues, which must be real and simple, with right and left vectors."""
    apart = _apart(M)
    if apart is None:
        raise Inseparable(SEPARATED)
    w, V, W = _real_ones(apart[0]), *apart[1:]
    if any(x.imag != 0 for x in w):
        raise NoValue(COMPLEX)
    n = M.nrows()
    for k, value in enumerate(w):
        big = max(range(n), key=lambda i: float(abs(V[i, k]).mid()))
        right = [(V[i, k] / V[big, k]).real for i in range(n)]
        yield value.real, right, [(W[k, i] * V[big, k]).real for i in range(n)]


def _real_ones(w: list[acb]) -> list[acb]:
    """Return eigenvalues with those that are certainly real as just that."""
    found = []
    for i, x in enumerate(w):
        if x.imag.contains(0):
            mirrored = acb(x.real, -x.imag)
            if any(mirrored.overlaps(y) for j, y in enumerate(w) if j != i):
                raise Inseparable(SEPARATED)
            x = acb(x.real)
        found.append(x)
    return found


def _kept(x: acb, of: acb) -> acb:
    """Return a change, real if what it changes is real."""
    return acb(x.real) if of.imag == 0 else x


def _bent(E: dict[int, acb_mat], w: list[acb], i: int) -> acb:
    """Return the second derivative along two ways."""
    found = E[3][i, i] if 3 in E else acb(0)
    for k in range(len(w)):
        if k != i:
            both = E[1][i, k] * E[2][k, i] + E[2][i, k] * E[1][k, i]
            found += both / (w[i] - w[k])
    return found


def real_only(w: Jet) -> Jet:
    """Return eigenvalues that are all real as such."""
    if not _all_real(w):
        raise NoValue(COMPLEX)
    return _real_parts(w)


def over(xp: Any, w: Jet, f: Callable[[Jet], Jet], kind: str) -> Jet:
    """Return what a function of eigenvalues comes to, in the namespace of balls."""
    if _all_real(w):
        return together(xp, f(_real_parts(w)), kind)
    total = together(xp, f(w), kind)
    for X in total.parts.values():
        (x,) = X.entries
        off = acb(x).imag
        if not off.contains(0):
            raise NoValue(COMPLEX)
        if off.abs_upper() > arb(2) ** (-flint.ctx.prec // 4):
            raise Inseparable(SEPARATED)
    return _real_parts(total)


def _all_real(w: Jet) -> bool:
    return all(x.imag == 0 for x in w.value.entries)


def _real_parts(x: Jet) -> Jet:
    return x.each(lambda X: X.map(_real_part))


def _real_part(x: Any) -> arb:
    return x.real if isinstance(x, acb) else x


def squared_modulus(z: Jet) -> Jet:
    """Return the squares of the moduli of complex numbers."""
    x, y = _real_parts(z), z.each(lambda X: X.map(_imaginary_part))
    return x * x + y * y


def _imaginary_part(x: Any) -> arb:
    return x.imag if isinstance(x, acb) else ZERO


def is_complex(z: Jet) -> bool:
    """Whether the entries are complex balls."""
    return any(isinstance(x, acb) for x in z.value.entries)
