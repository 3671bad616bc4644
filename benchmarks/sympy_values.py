"""Functions of the language written for SymPy, and what SymPy makes of them computed.

Only this module imports SymPy, which no other part of the project needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import sympy
from sympy.matrices import expressions as matrices
from sympy.matrices.expressions.diagonal import DiagonalOf
from sympy.tensor.array import expressions as arrays

from verifier.deriving.closed_form import ClosedForms
from verifier.language.declaration import FunctionType
from verifier.language.dimension import Dim
from verifier.language.term import SCALAR
from verifier.language.tree import Call, Name, Number, Tree

SAME = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "erf")
SAME += ("sign", "asinh", "acosh", "atanh", "digamma")
ENTRIES: dict[str, Callable[[Any], Any]] = {
    **{name: getattr(sympy, name) for name in SAME},
    "arctan": sympy.atan,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "lgamma": sympy.loggamma,
    "abs": sympy.Abs,
    "log1p": lambda d: sympy.log(1 + d),
    "expm1": lambda d: sympy.exp(d) - 1,
    "sigmoid": lambda d: 1 / (1 + sympy.exp(-d)),
    "softplus": lambda d: sympy.log(1 + sympy.exp(d)),
    "relu": lambda d: sympy.Max(0, d),
}
"""Functions of single numbers."""


class Unfinished(Exception):
    """A derivative that SymPy leaves as a derivative."""


def written(forms: ClosedForms, name: str) -> list[tuple[Any, Any]]:
    """Return a function and its variable, in each way that SymPy has for scalars.

    x.T @ A @ x is a matrix of one entry there, or a number by its trace, and what SymPy
    makes of the two is not the same. LookupError where it has no such function.
    """
    writers = (_Writer(forms, lifts=True), _Writer(forms, lifts=False))
    found = [(writer.tree(forms.function), writer.name(name)) for writer in writers]
    return found[:1] if found[0] == found[1] else found


class _Writer:
    def __init__(self, forms: ClosedForms, lifts: bool):
        self.types, self.lifts = forms.statement.types, lifts

    def size(self, dim: Dim) -> Any:
        names = {n: sympy.Symbol(n, integer=True, positive=True) for n in dim.names}
        return sympy.sympify(str(dim), locals=names)

    def name(self, name: str) -> Any:
        declared = self.types.get(name)
        if isinstance(declared, FunctionType):
            raise LookupError(name)
        if declared is None:
            return sympy.pi if name == "pi" else self.size(Dim.of(name))
        if declared.shape == SCALAR:
            return sympy.Symbol(name, real=True)
        return sympy.MatrixSymbol(name, *map(self.size, declared.shape))

    def tree(self, tree: Tree) -> Any:
        match tree:
            case Number(k):
                return sympy.Rational(k.numerator, k.denominator)
            case Name(name):
                return self.name(name)
            case Call("pow", (Call("norm", (X,)), Number(k))) if k == 2:
                M = self.tree(X)
                return M.T * M if M.shape[1] == 1 else sympy.Trace(M.T * M)
            case Call("ones" | "zeros" | "eye" as name, sizes):
                dims = [self.tree(size) for size in sizes]
                kinds = {"ones": "OneMatrix", "zeros": "ZeroMatrix", "eye": "Identity"}
                return getattr(matrices, kinds[name])(*dims)
            case Call(name, args):
                return self.call(name, [self.tree(arg) for arg in args])
        raise LookupError

    def call(self, name: str, args: list[Any]) -> Any:
        if name in ENTRIES:
            (x,) = args
            if not _is_matrix(x):
                return ENTRIES[name](x)
            d = sympy.Dummy("d", real=True)
            return x.applyfunc(sympy.Lambda(d, ENTRIES[name](d)))
        return getattr(self, f"_{name}")(*args)

    def __getattr__(self, name: str) -> Any:
        raise LookupError(name)

    def _neg(self, x: Any) -> Any:
        return -x

    def _add(self, x: Any, y: Any) -> Any:
        if _is_matrix(x) != _is_matrix(y):
            shape = x.shape if _is_matrix(x) else y.shape
            if shape == (1, 1) and not self.lifts:
                return _scalar(x) + _scalar(y)
            x, y = (
                z if _is_matrix(z) else z * matrices.OneMatrix(*shape) for z in (x, y)
            )
        return x + y

    def _sub(self, x: Any, y: Any) -> Any:
        return self._add(x, -y)

    def _mul(self, x: Any, y: Any) -> Any:
        if _is_large(x) and _is_large(y):
            return matrices.HadamardProduct(x, y)
        alike = _is_matrix(x) and _is_matrix(y) and x.shape == y.shape
        small = not (_is_large(x) or _is_large(y))
        if not (alike or (small and self.lifts)):
            x, y = (z if _is_large(z) else _scalar(z) for z in (x, y))
        return x * y

    def _div(self, x: Any, y: Any) -> Any:
        return self._mul(x, self._pow(y, sympy.Integer(-1)))

    def _pow(self, x: Any, k: Any) -> Any:
        if _is_large(x) and not _is_large(k):
            return matrices.HadamardPower(x, _scalar(k))
        if _is_large(k):
            raise LookupError
        return x ** _scalar(k)

    def _matmul(self, x: Any, y: Any) -> Any:
        if _is_matrix(x) and _is_matrix(y) and x.shape[1] == y.shape[0]:
            return x * y
        return self._mul(x, y)

    def _transpose(self, x: Any) -> Any:
        return x.T if _is_matrix(x) else x

    def _tr(self, X: Any) -> Any:
        return sympy.Trace(X) if _is_matrix(X) else X

    def _det(self, X: Any) -> Any:
        return sympy.Determinant(X) if _is_large(X) else _scalar(X)

    def _logdet(self, X: Any) -> Any:
        return sympy.log(self._det(X))

    def _inv(self, X: Any) -> Any:
        return matrices.Inverse(X) if _is_large(X) else 1 / _scalar(X)

    def _solve(self, A: Any, B: Any) -> Any:
        return self._inv(A) * B

    def _matpow(self, X: Any, k: Any) -> Any:
        return matrices.MatPow(X, k)

    def _kron(self, x: Any, y: Any) -> Any:
        if _is_matrix(x) and _is_matrix(y):
            return matrices.KroneckerProduct(x, y)
        return x * y

    def _diag(self, x: Any) -> Any:
        return matrices.DiagMatrix(x)

    def _diagonal(self, X: Any) -> Any:
        return DiagonalOf(X)

    def _norm(self, X: Any) -> Any:
        M = X.T * X if X.shape[1] == 1 else sympy.Trace(X.T * X)
        return M.applyfunc(sympy.sqrt) if _is_matrix(M) else sympy.sqrt(M)

    def _rowsum(self, X: Any) -> Any:
        return X * matrices.OneMatrix(X.shape[1], 1)

    def _colsum(self, X: Any) -> Any:
        return matrices.OneMatrix(1, X.shape[0]) * X

    def _sum(self, X: Any) -> Any:
        if not _is_matrix(X):
            return X
        return self._colsum(X) if X.shape[1] == 1 else self._colsum(self._rowsum(X))

    def _mean(self, X: Any) -> Any:
        return self._sum(X) / (X.shape[0] * X.shape[1]) if _is_matrix(X) else X


def _is_matrix(x: Any) -> bool:
    return isinstance(x, sympy.MatrixExpr)


def _is_large(x: Any) -> bool:
    return _is_matrix(x) and x.shape != (1, 1)


def _scalar(x: Any) -> Any:
    return sympy.Trace(x) if _is_matrix(x) else x


# Values.


def value(found: Any, known: Mapping[str, Any]) -> Any:
    """Return an expression of SymPy as a number or an array with its axes."""

    def of(part: Any) -> Any:
        return value(part, known)

    def size(part: Any) -> int:
        names = {n: known[n.name] for n in sympy.sympify(part).free_symbols}
        return int(sympy.sympify(part).subs(names))

    name, args = type(found).__name__, found.args
    if isinstance(found, sympy.MatrixSymbol):
        return np.asarray(known[found.name])
    if isinstance(found, sympy.Symbol):
        return np.float64(known[found.name])
    if isinstance(found, sympy.Number | sympy.NumberSymbol):
        return np.float64(found)
    if name in ("Derivative", "ArrayDerivative", "Subs", "Integral"):
        raise Unfinished
    if name in ("OneMatrix", "ZeroMatrix", "ZeroArray", "OneArray"):
        full = 0.0 if name.startswith("Zero") else 1.0
        return np.full([size(n) for n in found.shape], full)
    if name == "Identity":
        return np.eye(size(found.shape[0]))
    if name == "Transpose":
        return of(args[0]).T
    if name == "MatMul":
        return reduce(_at, map(of, args))
    if name in ("MatAdd", "ArrayAdd", "Add"):
        return reduce(lambda a, b: a + b, map(of, args))
    if name in ("HadamardProduct", "Mul"):
        return reduce(lambda a, b: a * b, map(of, args))
    if name in ("HadamardPower", "Pow") or (name == "MatPow" and found.shape == (1, 1)):
        return np.power(of(args[0]), of(args[1]))
    if name in ("MatPow", "Inverse"):
        k = Fraction(float(of(args[1]))) if name == "MatPow" else Fraction(-1)
        if k.denominator != 1:
            raise Unfinished
        return np.linalg.matrix_power(of(args[0]), int(k))
    if name == "Trace":
        return np.trace(of(args[0]))
    if name == "Determinant":
        return np.linalg.det(of(args[0]))
    if name == "KroneckerProduct":
        return reduce(np.kron, map(of, args))
    if name == "DiagMatrix":
        return np.diag(of(args[0]).ravel())
    if name == "DiagonalOf":
        return np.diagonal(of(args[0]))[:, None]
    if name in ("ElementwiseApplyFunction", "ArrayElementwiseApplyFunc"):
        f = sympy.lambdify(found.function.variables, found.function.expr, "numpy")
        inner = of(found.expr)
        return np.broadcast_to(np.asarray(f(inner), float), np.shape(inner))
    if isinstance(found, arrays.ArrayTensorProduct):
        return reduce(np.multiply.outer, map(of, args))
    if isinstance(found, arrays.PermuteDims):
        return np.transpose(of(found.expr), found.permutation.array_form)
    if isinstance(found, arrays.ArrayContraction):
        return _together(of(found.expr), found.contraction_indices).sum(
            tuple(range(-len(found.contraction_indices), 0))
        )
    if isinstance(found, arrays.ArrayDiagonal):
        return _together(of(found.expr), found.diagonal_indices)
    if name == "Reshape":
        return of(found.expr).reshape([size(n) for n in found.shape])
    if isinstance(found, sympy.Function):
        f = sympy.lambdify("x", found.func(sympy.Symbol("x")), ["scipy", "numpy"])
        return f(of(args[0]))
    raise LookupError(name)


def _at(left: Any, right: Any) -> Any:
    return left * right if 0 in (np.ndim(left), np.ndim(right)) else left @ right


def _together(A: Any, groups: Any) -> Any:
    """Take equal places along axes of each group, which become one axis at the end."""
    names = list(range(A.ndim))
    for group in groups:
        for axis in group:
            names[axis] = group[0]
    first = {axis for group in groups for axis in group}
    kept = [axis for axis in range(A.ndim) if axis not in first]
    return np.einsum(A, names, [*kept, *(group[0] for group in groups)])
