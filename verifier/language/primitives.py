"""The one table of primitives: everything that the language knows about a name.

A row's value is written against an array namespace `xp` (`numeric`, `traced`, `balls`
or `residues`), on arrays whose last two axes are the matrix; further axes in front are
draws. Of these namespaces `traced` has arrays of one draw, whose sizes may be letters:
JAX differentiates the row there, once for all sizes.

In a signature letters are sizes, `#n` is an argument that is a size, `index` an
index of 1..n, `integer` a whole number; `elementwise` lets a scalar spread.

`typeset` is what stands on paper, with `#` for the next argument (`#2` for the second):
`#s` must be a scalar, `#v` a column, a row or a scalar; of several forms, with `or`
between, the first that fits is taken. Words stand upright; a letter with a subscript
is a constant matrix; `^T` transposes; an `x` between sizes reads "by"; brackets come
by themselves. Nothing said: the name, and its arguments in brackets.

`differential`, `at_zero` and `at_identity` are texts of the language: u and v stand for
the arguments, du and dv for their changes, the letters of the signature for sizes. They
serve to put a wrong claim right, and what comes of them is verified before it is said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import structure as st
from .arrays import Array

Value = Callable[..., Array]
DUST = 2.0**-36
"""Part of the largest entry that rounding may make of an eigenvalue that is zero."""


@dataclass(frozen=True)
class Row:
    """All there is to know about one primitive."""

    name: str
    signature: str
    value: Value
    help: str
    kink: Value | None = None
    """Distance of the arguments from the nearest point without a derivative."""
    ranked: bool = False
    """Whether it breaks where the rank of its argument changes."""
    branch: Value | None = None
    """Distance from where its argument may turn, by entries: sqrt(x**2) is x, or -x."""
    steep: Value | None = None
    """What is least where a function that saturates changes most, by entries."""
    symbol: str = ""
    """How an operator is written; empty for a function."""
    degree: str = ""
    """The rule for degrees of rational functions (`degrees`); empty: not rational."""
    free: int = 0
    """How many functions inside each other it is, where these are taken for free ones
    (`engine.free`); 0: it cannot be."""
    typeset: str = ""
    """How it stands on paper; empty: the name, and its arguments in brackets."""
    domain: str = ""
    """The kind of values that its first argument is defined for; empty: all."""
    pairs: bool = False
    """Whether it solves an equation in every pair of entries of an n x n matrix."""
    symmetric: bool = False
    """Whether it is defined for symmetric matrices only."""
    mixes: bool = False
    """Whether an entry depends on its place, or on others: `tril`, `cumsum`."""
    differential: str = ""
    """How it changes, `sum(G * du)` by a gradient G; empty: as `Rules` say."""
    pole: Value | None = None
    """Distance from where it has no value, though it has some on both sides."""
    winds: bool = False
    """Whether it is one branch of several, and may be another beyond a pole of its
    argument: `arctan(1/x)` jumps where x is 0."""
    at_zero: str = ""
    """Its value where its argument is zero; empty: nothing is known."""
    at_identity: str = ""
    """Its value at an identity matrix, or at the number 1; empty: nothing is known."""

    @property
    def parameters(self) -> list[str]:
        """The signature's arguments, as texts."""
        return [part.strip() for part in self.signature.split("->")[0].split(",")]

    @property
    def entrywise(self) -> bool:
        """Whether each entry of the value is the same function of the arguments'."""
        return self.signature in ("elementwise", "m n -> m n") and not self.mixes


def _pow(xp: Any, x: Array, y: Array) -> Array:
    return xp.power(x, y)


def _softmax(xp: Any, x: Array) -> Array:
    e = xp.exp(x - xp.top(x))
    return e / total(xp, e)


def _polygamma(xp: Any, x: Array, k: int) -> Array:
    if k < 0:
        return xp.sqrt(-1 - 0 * x)  # no derivative has such an order
    return xp.polygamma(k, x)


def _rowsoftmax(xp: Any, X: Array) -> Array:
    E = xp.exp(X - xp.top(X, -1))
    return E / xp.sum(E, axis=-1, keepdims=True)


def _rowlogsumexp(xp: Any, X: Array) -> Array:
    top = xp.top(X, -1)
    return top + xp.log(xp.sum(xp.exp(X - top), axis=-1, keepdims=True))


def _logsumexp(xp: Any, x: Array) -> Array:
    top = xp.top(x)
    return top + xp.log(total(xp, xp.exp(x - top)))


def total(xp: Any, X: Array) -> Array:
    """Return the sum of all entries, 1 x 1."""
    return xp.sum(X, axis=(-2, -1), keepdims=True)


def _mean(xp: Any, X: Array) -> Array:
    return total(xp, X) / (X.shape[-2] * X.shape[-1])


def _norm(xp: Any, X: Array) -> Array:
    return xp.sqrt(total(xp, X * X))


def _gap(pick: str) -> Value:
    """Distance from a tie of the largest (smallest) entry with the next."""

    def kink(xp: Any, X: Array) -> Array:
        flat = xp.sort(X.reshape(*X.shape[:-2], -1), axis=-1)
        if flat.shape[-1] == 1:
            return xp.full(flat.shape[:-1], xp.inf)
        near = (-1, -2) if pick == "max" else (1, 0)
        return flat[..., near[0]] - flat[..., near[1]]

    return kink


def _nearest(xp: Any, X: Array) -> Array:
    return xp.min(abs(X), axis=(-2, -1))


def _lead(xp: Any, X: Array) -> Array:
    return _gap("max")(xp, X)[..., None, None]


def _from_one(xp: Any, X: Array) -> Array:
    return abs(1 - abs(X))


def _from_pole(xp: Any, X: Array) -> Array:
    """Some distance from zero, or from the nearest whole number below it."""
    return xp.where(X < 0, abs(xp.sin(xp.pi * X)), abs(X))


def _from_singular(xp: Any, A: Array) -> Array:
    rows = xp.sqrt(xp.sum(A * A, axis=-1, keepdims=True))
    return xp.maximum(abs(xp.det(A)), DUST * xp.multiplied(rows))


def _from_cut(xp: Any, A: Array) -> Array:
    """Distance of the eigenvalues from the negative axis, where a root is cut."""

    def distance(w: Array) -> Array:
        return xp.where(xp.real(w) > 0, abs(w), abs(xp.imag(w)))

    return xp.maximum(xp.over_spectrum(A, distance, "min"), _dust(xp, A))


def _from_semidefinite(xp: Any, A: Array) -> Array:
    w = xp.eigenvalues((A + xp.swapaxes(A, -1, -2)) / 2)
    return xp.maximum(xp.min(abs(w), axis=(-2, -1), keepdims=True), _dust(xp, A))


def _dust(xp: Any, A: Array) -> Array:
    return DUST * xp.max(abs(A), axis=(-2, -1), keepdims=True)


def _size(xp: Any, X: Array) -> Array:
    return abs(X)


def _tie(xp: Any, X: Array, Y: Array) -> Array:
    return _nearest(xp, X - Y)


def _spacing(xp: Any, A: Array) -> Array:
    w = xp.eigenvalues(A)[..., 0]
    if w.shape[-1] == 1:
        return xp.full(w.shape[:-1], xp.inf)
    return xp.min(w[..., 1:] - w[..., :-1], axis=-1)


_ROWS = [
    # operators
    Row("add", "elementwise", lambda xp, x, y: x + y, "sum", symbol="+", degree="sum",
        typeset="# + #"),
    Row("sub", "elementwise", lambda xp, x, y: x - y, "difference", symbol="-",
        degree="sum", typeset="# - #"),
    Row("mul", "elementwise", lambda xp, x, y: x * y, "product", symbol="*",
        degree="product", typeset="#s # or # #s or # ⊙ #", at_zero="0"),
    Row("div", "elementwise", lambda xp, x, y: x / y, "quotient", symbol="/",
        degree="quotient", typeset="# / #s or # ⊘ #", pole=lambda xp, x, y: abs(y),
        differential="1 / v * du - u / v**2 * dv"),
    Row("pow", "elementwise", _pow, "power", symbol="**", degree="power",
        typeset="#s^#s or #^{∘#}",
        differential="v * u**(v - 1) * du + log(u) * u**v * dv",
        branch=lambda xp, x, y: abs(x), pole=lambda xp, x, *y: abs(x)),
    Row("neg", "m n -> m n", lambda xp, x: -x, "negative", symbol="-", degree="same",
        typeset="-#", at_zero="0"),
    Row("matmul", "m n, n p -> m p", st.matmul, "matrix product", symbol="@",
        degree="product", typeset="# #", at_zero="0"),
    Row("transpose", "m n -> n m", st.transpose, "transpose", symbol=".T",
        degree="same", typeset="#^T", at_zero="0"),
    # elementwise
    Row("exp", "m n -> m n", lambda xp, x: xp.exp(x), "exponential", at_zero="1",
        free=1, differential="exp(u) * du", steep=lambda xp, x: -x),
    Row("log", "m n -> m n", lambda xp, x: xp.log(x), "natural logarithm",
        degree="logarithm", domain="positive", at_identity="0",
        free=1, differential="1 / u * du", branch=_size),
    Row("sin", "m n -> m n", lambda xp, x: xp.sin(x), "sine",
        free=1, differential="cos(u) * du", at_zero="0"),
    Row("cos", "m n -> m n", lambda xp, x: xp.cos(x), "cosine", at_zero="1",
        free=1, differential="-sin(u) * du"),
    Row("tan", "m n -> m n", lambda xp, x: xp.tan(x), "tangent",
        free=1, differential="(1 + tan(u)**2) * du", at_zero="0",
        pole=lambda xp, x: abs(xp.cos(x))),
    Row("sinh", "m n -> m n", lambda xp, x: xp.sinh(x), "hyperbolic sine",
        free=1, differential="cosh(u) * du", at_zero="0", steep=_size),
    Row("cosh", "m n -> m n", lambda xp, x: xp.cosh(x), "hyperbolic cosine",
        at_zero="1", free=1, differential="sinh(u) * du", steep=_size),
    Row("tanh", "m n -> m n", lambda xp, x: xp.tanh(x), "hyperbolic tangent",
        free=1, differential="(1 - tanh(u)**2) * du", at_zero="0", steep=_size),
    Row("arctan", "m n -> m n", lambda xp, x: xp.arctan(x), "inverse tangent",
        degree="arctan", free=1, differential="1 / (1 + u**2) * du", at_zero="0",
        at_identity="pi / 4", steep=_size, winds=True),
    Row("arcsin", "m n -> m n", lambda xp, x: xp.arcsin(x), "inverse sine",
        differential="1 / sqrt(1 - u**2) * du", at_zero="0", at_identity="pi / 2",
        branch=_from_one),
    Row("arccos", "m n -> m n", lambda xp, x: xp.arccos(x), "inverse cosine",
        differential="-1 / sqrt(1 - u**2) * du", at_zero="pi / 2", at_identity="0",
        branch=_from_one),
    Row("asinh", "m n -> m n", lambda xp, x: xp.arcsinh(x),
        "inverse hyperbolic sine", differential="1 / sqrt(1 + u**2) * du",
        at_zero="0", winds=True),
    Row("acosh", "m n -> m n", lambda xp, x: xp.arccosh(x),
        "inverse hyperbolic cosine", domain="positive",
        differential="1 / (sqrt(u - 1) * sqrt(u + 1)) * du", at_identity="0",
        branch=_from_one),
    Row("atanh", "m n -> m n", lambda xp, x: xp.arctanh(x),
        "inverse hyperbolic tangent", degree="arctan",
        free=1, differential="1 / (1 - u**2) * du", at_zero="0", branch=_from_one),
    Row("log1p", "m n -> m n", lambda xp, x: xp.log1p(x), "log(1 + x)",
        degree="log1p", free=1, differential="1 / (1 + u) * du", at_zero="0",
        at_identity="log(2)", branch=lambda xp, x: abs(1 + x)),
    Row("expm1", "m n -> m n", lambda xp, x: xp.expm1(x), "exp(x) - 1",
        free=1, differential="exp(u) * du", at_zero="0", steep=lambda xp, x: -x),
    Row("sqrt", "m n -> m n", lambda xp, x: xp.sqrt(x), "square root",
        typeset="√#v or sqrt(#)", domain="positive", at_zero="0", at_identity="1",
        differential="1 / (2 * sqrt(u)) * du", branch=_size),
    Row("erf", "m n -> m n", lambda xp, x: xp.erf(x), "error function",
        differential="2 * exp(-u**2) / sqrt(pi) * du", at_zero="0", steep=_size),
    Row("lgamma", "m n -> m n", lambda xp, x: xp.lgamma(x), "log|gamma function|",
        typeset="log Gamma(#)", domain="positive", free=1,
        differential="digamma(u) * du",
        at_identity="0", branch=_from_pole, pole=_from_pole),
    Row("digamma", "m n -> m n", lambda xp, x: xp.polygamma(0, x),
        "derivative of lgamma", typeset="psi(#)", domain="positive",
        free=1, differential="trigamma(u) * du", pole=_from_pole),
    Row("trigamma", "m n -> m n", lambda xp, x: xp.polygamma(1, x),
        "derivative of digamma", typeset="psi_1(#)", domain="positive",
        free=1, differential="polygamma(2, u) * du", at_identity="pi**2 / 6",
        pole=_from_pole),
    Row("polygamma", "integer, m n -> m n", _polygamma,
        "derivative of digamma, of order k", typeset="psi_{#1}(#2)",
        free=1, differential="polygamma(u + 1, v) * dv", pole=_from_pole),
    Row("sigmoid", "m n -> m n", lambda xp, x: 1 / (1 + xp.exp(-x)),
        "1 / (1 + exp(-x))", at_zero="1/2",
        free=1, differential="sigmoid(u) * (1 - sigmoid(u)) * du", steep=_size),
    Row("softplus", "m n -> m n", lambda xp, x: xp.log1p(xp.exp(x)), "log(1 + exp(x))",
        at_zero="log(2)", free=2, differential="sigmoid(u) * du", steep=_size),
    Row("relu", "m n -> m n", lambda xp, x: xp.maximum(x, 0 * x),
        "x where positive, else 0", kink=_nearest, typeset="ReLU(#)",
        differential="step(u) * du", at_zero="0"),
    Row("abs", "m n -> m n", lambda xp, x: abs(x), "absolute value", kink=_nearest,
        typeset="|#s| or abs(#)", differential="sign(u) * du", at_zero="0"),
    Row("sign", "m n -> m n", lambda xp, x: xp.sign(x), "-1, 0 or 1", kink=_nearest,
        at_zero="0"),
    Row("step", "m n -> m n", lambda xp, x: xp.where(x > 0, 1 + 0 * x, 0 * x),
        "1 where positive, else 0", kink=_nearest, at_zero="0"),
    Row("maximum", "elementwise", lambda xp, x, y: xp.maximum(x, y),
        "the larger of two entries", kink=_tie, typeset="max(#, #)",
        differential="step(u - v) * du + step(v - u) * dv"),
    Row("minimum", "elementwise", lambda xp, x, y: xp.minimum(x, y),
        "the smaller of two entries", kink=_tie, typeset="min(#, #)",
        differential="step(v - u) * du + step(u - v) * dv"),
    # reductions
    Row("sum", "m n -> 1 1", total, "sum of all entries", degree="same", at_zero="0"),
    Row("mean", "m n -> 1 1", _mean, "mean of all entries", degree="same", at_zero="0"),
    Row("max", "m n -> 1 1", lambda xp, X: xp.max(X, axis=(-2, -1), keepdims=True),
        "largest entry", kink=_gap("max"),
        differential="sum((1 - step(max(u) - u)) * du)"),
    Row("min", "m n -> 1 1", lambda xp, X: xp.min(X, axis=(-2, -1), keepdims=True),
        "smallest entry", kink=_gap("min"),
        differential="sum((1 - step(u - min(u))) * du)"),
    Row("norm", "m n -> 1 1", _norm, "2-norm of a vector, Frobenius norm of a matrix",
        kink=lambda xp, X: xp.max(abs(X), axis=(-2, -1)), typeset="‖#v‖ or ‖#‖_F",
        differential="sum(u / norm(u) * du)", at_zero="0"),
    Row("norm1", "m n -> 1 1", lambda xp, X: total(xp, abs(X)),
        "sum of absolute values", kink=_nearest, typeset="‖#v‖_1 or ‖vec(#)‖_1",
        differential="sum(sign(u) * du)", at_zero="0"),
    Row("logsumexp", "m n -> 1 1", _logsumexp, "log(sum(exp(x)))",
        free=2, differential="sum(exp(u) / sum(exp(u)) * du)", steep=_lead),
    Row("rowsum", "m n -> m 1", lambda xp, X: xp.sum(X, axis=-1, keepdims=True),
        "sum of each row, a column", degree="same", at_zero="0"),
    Row("colsum", "m n -> 1 n", lambda xp, X: xp.sum(X, axis=-2, keepdims=True),
        "sum of each column, a row", degree="same", at_zero="0"),
    Row("softmax", "n 1 -> n 1", _softmax, "softmax of a column",
        free=1, differential="diag(softmax(u)) @ du - softmax(u) @ softmax(u).T @ du",
        steep=_lead),
    Row("rowsoftmax", "m n -> m n", _rowsoftmax, "softmax of each row", mixes=True,
        free=1, differential="rowsoftmax(u) * du"
        " - rowsoftmax(u) * (rowsum(rowsoftmax(u) * du) @ ones(1, n))", steep=_lead),
    Row("rowlogsumexp", "m n -> m 1", _rowlogsumexp, "log(rowsum(exp(X)))",
        free=2, differential="rowsum(rowsoftmax(u) * du)", steep=_lead),
    Row("prod", "m n -> 1 1", st.product, "product of all entries", degree="prod",
        differential="sum(prod(u) / u * du)", at_zero="0"),
    Row("cumsum", "m n -> m n",
        lambda xp, X: xp.matmul(xp.tri(X.shape[-2], X.shape[-2], 0), X),
        "sums of the first entries of each column", degree="same", mixes=True,
        differential="tril(ones(m, m)) @ du", at_zero="0"),
    # linear algebra
    Row("tr", "n n -> 1 1", st.trace, "trace", degree="same", at_zero="0"),
    Row("det", "n n -> 1 1", lambda xp, A: xp.det(A), "determinant", degree="det",
        at_identity="1", differential="sum(det(u) * inv(u).T * du)"),
    Row("logdet", "n n -> 1 1", lambda xp, A: xp.logdet(A), "log|det|", degree="logdet",
        typeset="log|det(#)|", domain="invertible", at_identity="0",
        free=1, differential="sum(inv(u).T * du)", pole=_from_singular,
        branch=_from_singular),
    Row("inv", "n n -> n n", lambda xp, A: xp.inv(A), "inverse", degree="inverse",
        typeset="#^{-1}", domain="invertible", at_identity="eye(n)",
        pole=_from_singular,
        differential="-inv(u) @ du @ inv(u)"),
    Row("pinv", "m n -> n m", lambda xp, A: xp.pinv(A),
        "Moore-Penrose inverse", degree="pinv", typeset="#^+", ranked=True,
        differential="-pinv(u) @ du @ pinv(u)"
        " + pinv(u) @ pinv(u).T @ du.T @ (eye(m) - u @ pinv(u))"
        " + (eye(n) - pinv(u) @ u) @ du.T @ pinv(u).T @ pinv(u)", at_zero="0"),
    Row("solve", "n n, n p -> n p", lambda xp, A, B: xp.solve(A, B), "inv(A) @ B",
        degree="solve", typeset="#^{-1} #", domain="invertible",
        pole=lambda xp, A, B: _from_singular(xp, A),
        differential="inv(u) @ dv - inv(u) @ du @ solve(u, v)"),
    Row("matpow", "n n, integer -> n n", st.matrix_power,
        "matrix power with a whole exponent", degree="matpow", typeset="#^#",
        pole=_from_singular),
    Row("expm", "n n -> n n", lambda xp, A: xp.expm(A), "matrix exponential",
        typeset="e^#", at_zero="eye(n)"),
    Row("sqrtm", "n n -> n n", lambda xp, A: xp.sqrtm(A),
        "principal square root of a matrix, S with S @ S = A", typeset="#^{1/2}",
        domain="positive_definite", at_identity="eye(n)", pairs=True, branch=_from_cut,
        differential="unvec(solve(kron(sqrtm(u).T, eye(n)) + kron(eye(n), sqrtm(u)),"
        " vec(du)), n, n)"),
    Row("logm", "n n -> n n", lambda xp, A: xp.logm(A),
        "principal logarithm of a matrix, L with expm(L) = A", typeset="log(#)",
        domain="positive_definite", at_identity="zeros(n, n)", pairs=True,
        branch=_from_cut),
    Row("cholesky", "n n -> n n", lambda xp, A: xp.cholesky(A), "lower Cholesky factor",
        typeset="chol(#)", domain="positive_definite", symmetric=True,
        branch=_from_semidefinite,
        differential="cholesky(u)"
        " @ tril(inv(cholesky(u)) @ (du + du.T) @ inv(cholesky(u)).T) / 2 - cholesky(u)"
        " @ diag(diagonal(inv(cholesky(u)) @ (du + du.T) @ inv(cholesky(u)).T)) / 4"),
    Row("eigenvalues", "n n -> n 1", lambda xp, A: xp.eigenvalues(A),
        "eigenvalues, ascending where they are real", kink=_spacing, typeset="eig(#)"),
    # structure
    Row("vec", "m n -> m*n 1", st.vec, "the columns, stacked", degree="same",
        at_zero="0"),
    Row("vech", "n n -> n*(n+1)/2 1", st.vech,
        "the columns of the lower triangle, stacked", degree="same",
        differential="elimination(n) @ vec(du)", at_zero="0"),
    Row("unvec", "m*n 1, #m, #n -> m n", st.unvec,
        "the m x n matrix whose columns are stacked in v", degree="same",
        typeset="unvec_{#2 x #3}(#1)", at_zero="0"),
    Row("kron", "m n, p q -> m*p n*q", st.kron, "Kronecker product", degree="product",
        typeset="# ⊗ #"),
    Row("khatri_rao", "m n, p n -> m*p n", st.khatri_rao,
        "Kronecker product, column by column", degree="product",
        differential="(kron(eye(m), ones(p, 1)) @ du) * kron(ones(m, 1), v)"
        " + kron(u, ones(p, 1)) * (kron(ones(m, 1), eye(p)) @ dv)"),
    Row("cross", "3 1, 3 1 -> 3 1", st.cross, "cross product", degree="product",
        typeset="# \N{MULTIPLICATION SIGN} #",
        differential="cross_matrix(u) @ dv - cross_matrix(v) @ du"),
    Row("cross_matrix", "3 1 -> 3 3", st.cross_matrix,
        "K with K @ y = cross(x, y)", degree="same", at_zero="0"),
    Row("diag", "n 1 -> n n", st.diag, "the diagonal matrix of a vector", degree="same",
        at_zero="0"),
    Row("diagonal", "n n -> n 1", st.diagonal, "the diagonal, a column", degree="same",
        at_zero="0"),
    Row("tril", "m n -> m n", lambda xp, X: X * xp.tri(*X.shape[-2:], 0),
        "the lower triangle, with the diagonal", degree="same",
        at_zero="0", mixes=True),
    Row("triu", "m n -> m n", lambda xp, X: X * (1 - xp.tri(*X.shape[-2:], -1)),
        "the upper triangle, with the diagonal", degree="same",
        at_zero="0", mixes=True),
    Row("hstack", "m n, m p -> m n+p", st.hstack, "side by side", degree="sum",
        typeset="[#, #]"),
    Row("vstack", "m n, p n -> m+p n", st.vstack, "one above the other", degree="sum",
        typeset="[#; #]"),
    Row("eye", "#n -> n n", st.eye, "identity matrix", degree="constant",
        typeset="I_#"),
    Row("ones", "#m, #n -> m n", st.ones, "all ones", degree="constant",
        typeset="1_{# x #}"),
    Row("zeros", "#m, #n -> m n", st.zeros, "all zeros", degree="constant",
        typeset="0_{# x #}"),
    Row("unit", "index, #n -> n 1", st.unit, "unit(i, n), the i-th column of eye(n)",
        degree="constant", typeset="e_#"),
    Row("commutation", "#m, #n -> m*n m*n", st.commutation,
        "K with K vec(A) = vec(A.T) for A m x n", degree="constant",
        typeset="K_{#, #}"),
    Row("duplication", "#n -> n*n n*(n+1)/2", st.duplication,
        "D with D vech(A) = vec(A) for symmetric A", degree="constant", typeset="D_#"),
    Row("elimination", "#n -> n*(n+1)/2 n*n", st.elimination,
        "L with L vec(A) = vech(A)", degree="constant"),
]  # fmt: skip

PRIMITIVES: dict[str, Row] = {row.name: row for row in _ROWS}
FUNCTIONS: dict[str, Row] = {row.name: row for row in _ROWS if not row.symbol}
DOMAINS: dict[str, str] = {row.name: row.domain for row in _ROWS if row.domain}
LATER = frozenset(
    "arctan arcsin arccos asinh acosh atanh log1p expm1 lgamma digamma trigamma "  # noqa: SIM905
    "polygamma prod cumsum rowsoftmax rowlogsumexp sqrtm logm vech elimination "
    "khatri_rao cross cross_matrix".split()
)
"""Functions that came later: a record may have a name of its own that is the same."""
CONSTANTS = frozenset({"pi"})
CALCULUS = frozenset({"D", "hessian", "taylor"})
_CIRCULAR = "sin cos tan sinh cosh tanh arctan arcsin arccos asinh acosh atanh"
ELEMENTARY = frozenset(
    f"{_CIRCULAR} exp log log1p expm1 sqrt erf lgamma digamma trigamma sigmoid "
    "softplus".split()
)
"""Smooth functions of a scalar: `D` and `taylor` know them as they know f."""
