"""Functions written otherwise, where that has a rule of its own: sums of eigenvalues
as traces, the diagonal of a Cholesky factor as a determinant, powers of powers.
"""

from __future__ import annotations

from fractions import Fraction

from ..language.tree import Call, Number, Tree
from .algebra import inside
from .forms import Shapes

_ONE = Number(Fraction(1))
OVER_EIGENVALUES = {"exp": "expm", "sqrt": "sqrtm", "log": "logm"}
"""What a function of all eigenvalues is of the matrix: their sum is its trace."""


def rewritten(tree: Tree, shapes: Shapes) -> Tree:
    """Return a tree of the same value, for which there are rules."""
    tree = inside(tree, lambda part: rewritten(part, shapes))
    match tree:
        case Call("sum", (inner,)) if (X := _over(inner, shapes)) is not None:
            return rewritten(Call("tr", (X,)), shapes)
        case Call("prod", (Call("eigenvalues", (X,)),)):
            return Call("det", (X,))
        case Call("sum", (Call("log", (Call("diagonal", (L,)),)),)):
            if isinstance(L, Call) and L.name == "cholesky":
                return Call("div", (Call("logdet", L.args), Number(Fraction(2))))
        case Call("prod", (Call("diagonal", (L,)),)):
            if isinstance(L, Call) and L.name == "cholesky":
                return Call("sqrt", (Call("det", L.args),))
        case Call("matmul", (Call("cholesky", (X,)), Call("transpose", (right,)))) if (
            right == Call("cholesky", (X,))
        ):
            return X
        case Call("tr", (Call("logm", (X,)),)):
            return Call("logdet", (X,))
        case Call("tr", (Call("kron", (A, B)),)) if shapes.is_square(A):
            return Call("mul", (Call("tr", (A,)), Call("tr", (B,))))
        case Call("det", (Call("matpow", (X, k)),)):
            return Call("pow", (Call("det", (X,)), k))
        case Call("logdet", (Call("matpow", (X, k)),)):
            return Call("mul", (k, Call("logdet", (X,))))
        case Call("matpow", (X, k)) if (power := _whole(k)) is not None and power < 0:
            return Call("matpow", (Call("inv", (X,)), Number(Fraction(-power))))
    return tree


def _over(tree: Tree, shapes: Shapes) -> Tree | None:
    """Return the matrix whose eigenvalues are the entries of a column."""
    match tree:
        case Call("eigenvalues", (X,)):
            return X
        case Call(name, (inner,)) if name in OVER_EIGENVALUES:
            X = _over(inner, shapes)
            return None if X is None else Call(OVER_EIGENVALUES[name], (X,))
        case Call("pow", (inner, k)) if (power := _whole(k)) is not None:
            X = _over(inner, shapes)
            if X is not None and power < 0:
                X = Call("inv", (X,))
            return None if X is None else Call("matpow", (X, Number(abs(power))))
        case Call("div", (one, inner)) if one == _ONE:
            X = _over(inner, shapes)
            return None if X is None else Call("inv", (X,))
        case Call("mul", (factor, inner)) if shapes.is_scalar(factor):
            X = _over(inner, shapes)
            return None if X is None else Call("mul", (factor, X))
    return None


def _whole(tree: Tree) -> Fraction | None:
    """Return the value of a whole number that is written out."""
    match tree:
        case Number(value) if value.denominator == 1:
            return value
        case Call("neg", (Number(value),)) if value.denominator == 1:
            return -value
    return None
