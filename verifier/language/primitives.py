"""The one table of primitives: everything that the language knows about a name.

A row's value is written against an array namespace `xp` (`numeric`, `traced`, `balls`
or `residues`), on arrays whose last two axes are the matrix; further axes in front are
draws. Under differentiation an array is padded with zeros to a bound, and its true size
is data; `padding` says what the row needs for its result to be right and padded with
zeros again:

    zero      nothing: zeros in the padding give zeros in the padding
    mask      the result is cut to its true size
    fill      the padding of the arguments is set to 1 first, then as `mask`
    identity  the padding of the first argument becomes an identity, then as `mask`
    exact     cannot be padded: its records are compiled at exact sizes
    (a function)  `padding(xp, frame, term, *args)` computes the padded result

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


@dataclass(frozen=True)
class Row:
    """All there is to know about one primitive."""

    name: str
    signature: str
    value: Value
    padding: str | Value
    help: str
    kink: Value | None = None
    """Distance of the arguments from the nearest point without a derivative."""
    symbol: str = ""
    """How an operator is written; empty for a function."""
    degree: str = ""
    """The rule for degrees of rational functions (`degrees`); empty: not rational."""
    typeset: str = ""
    """How it stands on paper; empty: the name, and its arguments in brackets."""
    domain: str = ""
    """The kind of values that its first argument is defined for; empty: all."""
    differential: str = ""
    """How it changes, `sum(G * du)` by a gradient G; empty: as `Rules` say."""
    at_zero: str = ""
    """Its value where its argument is zero; empty: 0 if `padding` is "zero"."""
    at_identity: str = ""
    """Its value at an identity matrix, or at the number 1; empty: nothing is known."""

    @property
    def value_at_zero(self) -> str:
        """Its value where its argument is zero, if it is known."""
        return self.at_zero or ("0" if self.padding == "zero" else "")

    @property
    def parameters(self) -> list[str]:
        """The signature's arguments, as texts."""
        return [part.strip() for part in self.signature.split("->")[0].split(",")]


def _pow(xp: Any, x: Array, y: Array) -> Array:
    return xp.power(x, y)


def _softmax(xp: Any, x: Array) -> Array:
    e = xp.exp(x - xp.top(x))
    return e / total(xp, e)


def _logsumexp(xp: Any, x: Array) -> Array:
    top = xp.top(x)
    return top + xp.log(total(xp, xp.exp(x - top)))


def _padded_extreme(name: str, fill: float) -> Value:
    def padded(xp: Any, frame: Any, term: Any, X: Array) -> Array:
        X = xp.where(frame.mask(term.args[0].shape), X, fill)
        return getattr(xp, name)(X, axis=(-2, -1), keepdims=True)

    return padded


def _padded_softmax(xp: Any, frame: Any, term: Any, x: Array) -> Array:
    mask = frame.mask(term.args[0].shape)
    e = xp.where(mask, xp.exp(x - xp.hold(_padded_max(xp, frame, term, x))), 0.0)
    return e / total(xp, e)


def _padded_logsumexp(xp: Any, frame: Any, term: Any, x: Array) -> Array:
    mask = frame.mask(term.args[0].shape)
    top = xp.hold(_padded_max(xp, frame, term, x))
    # The exponent is bounded before the mask, so that no padding overflows.
    e = xp.where(mask, xp.exp(xp.where(mask, x - top, 0.0)), 0.0)
    return top + xp.log(total(xp, e))


_padded_max = _padded_extreme("max", -1e300)
_padded_min = _padded_extreme("min", 1e300)


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


def _tie(xp: Any, X: Array, Y: Array) -> Array:
    return _nearest(xp, X - Y)


def _spacing(xp: Any, A: Array) -> Array:
    w = xp.eigenvalues(A)[..., 0]
    if w.shape[-1] == 1:
        return xp.full(w.shape[:-1], xp.inf)
    return xp.min(w[..., 1:] - w[..., :-1], axis=-1)


_ROWS = [
    # operators
    Row("add", "elementwise", lambda xp, x, y: x + y, "mask", "sum", symbol="+",
        degree="sum", typeset="# + #"),
    Row("sub", "elementwise", lambda xp, x, y: x - y, "mask", "difference", symbol="-",
        degree="sum", typeset="# - #"),
    Row("mul", "elementwise", lambda xp, x, y: x * y, "zero", "product", symbol="*",
        degree="product", typeset="#s # or # #s or # ⊙ #"),
    Row("div", "elementwise", lambda xp, x, y: x / y, "fill", "quotient", symbol="/",
        degree="quotient", typeset="# / #s or # ⊘ #",
        differential="1 / v * du - u / v**2 * dv"),
    Row("pow", "elementwise", _pow, "fill", "power", symbol="**", degree="power",
        typeset="#s^#s or #^{∘#}",
        differential="v * u**(v - 1) * du + log(u) * u**v * dv"),
    Row("neg", "m n -> m n", lambda xp, x: -x, "zero", "negative", symbol="-",
        degree="same", typeset="-#"),
    Row("matmul", "m n, n p -> m p", st.matmul, "zero", "matrix product", symbol="@",
        degree="product", typeset="# #"),
    Row("transpose", "m n -> n m", st.transpose, "zero", "transpose", symbol=".T",
        degree="same", typeset="#^T"),
    # elementwise
    Row("exp", "m n -> m n", lambda xp, x: xp.exp(x), "mask", "exponential",
        at_zero="1", differential="exp(u) * du"),
    Row("log", "m n -> m n", lambda xp, x: xp.log(x), "fill", "natural logarithm",
        degree="logarithm", domain="positive", at_identity="0",
        differential="1 / u * du"),
    Row("sin", "m n -> m n", lambda xp, x: xp.sin(x), "zero", "sine",
        differential="cos(u) * du"),
    Row("cos", "m n -> m n", lambda xp, x: xp.cos(x), "mask", "cosine", at_zero="1",
        differential="-sin(u) * du"),
    Row("tan", "m n -> m n", lambda xp, x: xp.tan(x), "zero", "tangent",
        differential="(1 + tan(u)**2) * du"),
    Row("sinh", "m n -> m n", lambda xp, x: xp.sinh(x), "zero", "hyperbolic sine",
        differential="cosh(u) * du"),
    Row("cosh", "m n -> m n", lambda xp, x: xp.cosh(x), "mask", "hyperbolic cosine",
        at_zero="1", differential="sinh(u) * du"),
    Row("tanh", "m n -> m n", lambda xp, x: xp.tanh(x), "zero", "hyperbolic tangent",
        differential="(1 - tanh(u)**2) * du"),
    Row("sqrt", "m n -> m n", lambda xp, x: xp.sqrt(x), "fill", "square root",
        typeset="√#v or sqrt(#)", domain="positive", at_zero="0", at_identity="1",
        differential="1 / (2 * sqrt(u)) * du"),
    Row("erf", "m n -> m n", lambda xp, x: xp.erf(x), "zero", "error function",
        differential="2 * exp(-u**2) / sqrt(pi) * du"),
    Row("sigmoid", "m n -> m n", lambda xp, x: 1 / (1 + xp.exp(-x)), "mask",
        "1 / (1 + exp(-x))", at_zero="1/2",
        differential="sigmoid(u) * (1 - sigmoid(u)) * du"),
    Row("softplus", "m n -> m n", lambda xp, x: xp.log1p(xp.exp(x)), "mask",
        "log(1 + exp(x))", at_zero="log(2)", differential="sigmoid(u) * du"),
    Row("relu", "m n -> m n", lambda xp, x: xp.maximum(x, 0 * x), "zero",
        "x where positive, else 0", kink=_nearest, typeset="ReLU(#)",
        differential="step(u) * du"),
    Row("abs", "m n -> m n", lambda xp, x: abs(x), "zero", "absolute value",
        kink=_nearest, typeset="|#s| or abs(#)", differential="sign(u) * du"),
    Row("sign", "m n -> m n", lambda xp, x: xp.sign(x), "zero", "-1, 0 or 1",
        kink=_nearest),
    Row("step", "m n -> m n", lambda xp, x: xp.where(x > 0, 1 + 0 * x, 0 * x), "zero",
        "1 where positive, else 0", kink=_nearest),
    Row("maximum", "elementwise", lambda xp, x, y: xp.maximum(x, y), "mask",
        "the larger of two entries", kink=_tie, typeset="max(#, #)",
        differential="step(u - v) * du + step(v - u) * dv"),
    Row("minimum", "elementwise", lambda xp, x, y: xp.minimum(x, y), "mask",
        "the smaller of two entries", kink=_tie, typeset="min(#, #)",
        differential="step(v - u) * du + step(u - v) * dv"),
    # reductions
    Row("sum", "m n -> 1 1", total, "zero", "sum of all entries", degree="same"),
    Row("mean", "m n -> 1 1", _mean,
        lambda xp, frame, term, X: total(xp, X) / frame.count(term.args[0].shape),
        "mean of all entries", degree="same", at_zero="0"),
    Row("max", "m n -> 1 1",
        lambda xp, X: xp.max(X, axis=(-2, -1), keepdims=True), _padded_max,
        "largest entry", kink=_gap("max")),
    Row("min", "m n -> 1 1",
        lambda xp, X: xp.min(X, axis=(-2, -1), keepdims=True), _padded_min,
        "smallest entry", kink=_gap("min")),
    Row("norm", "m n -> 1 1", _norm, "zero",
        "2-norm of a vector, Frobenius norm of a matrix",
        kink=lambda xp, X: xp.max(abs(X), axis=(-2, -1)), typeset="‖#v‖ or ‖#‖_F",
        differential="sum(u / norm(u) * du)"),
    Row("norm1", "m n -> 1 1", lambda xp, X: total(xp, abs(X)), "zero",
        "sum of absolute values", kink=_nearest, typeset="‖#v‖_1 or ‖vec(#)‖_1",
        differential="sum(sign(u) * du)"),
    Row("logsumexp", "m n -> 1 1", _logsumexp, _padded_logsumexp,
        "log(sum(exp(x)))", differential="sum(exp(u) / sum(exp(u)) * du)"),
    Row("rowsum", "m n -> m 1", lambda xp, X: xp.sum(X, axis=-1, keepdims=True),
        "zero", "sum of each row, a column", degree="same"),
    Row("colsum", "m n -> 1 n", lambda xp, X: xp.sum(X, axis=-2, keepdims=True),
        "zero", "sum of each column, a row", degree="same"),
    Row("softmax", "n 1 -> n 1", _softmax, _padded_softmax, "softmax of a column",
        differential="diag(softmax(u)) @ du - softmax(u) @ softmax(u).T @ du"),
    # linear algebra
    Row("tr", "n n -> 1 1", st.trace, "zero", "trace", degree="same"),
    Row("det", "n n -> 1 1", lambda xp, A: xp.det(A), "identity", "determinant",
        degree="det", at_identity="1", differential="sum(det(u) * inv(u).T * du)"),
    Row("logdet", "n n -> 1 1", lambda xp, A: xp.logdet(A), "identity", "log|det|",
        degree="logdet", typeset="log|det(#)|", domain="invertible", at_identity="0",
        differential="sum(inv(u).T * du)"),
    Row("inv", "n n -> n n", lambda xp, A: xp.inv(A), "identity", "inverse",
        degree="inverse", typeset="#^{-1}", domain="invertible", at_identity="eye(n)",
        differential="-inv(u) @ du @ inv(u)"),
    Row("pinv", "m n -> n m", lambda xp, A: xp.pinv(A), "zero",
        "Moore-Penrose inverse of a matrix of full rank", degree="pinv", typeset="#^+",
        differential="-pinv(u) @ du @ pinv(u)"
        " + pinv(u) @ pinv(u).T @ du.T @ (eye(m) - u @ pinv(u))"
        " + (eye(n) - pinv(u) @ u) @ du.T @ pinv(u).T @ pinv(u)"),
    Row("solve", "n n, n p -> n p", lambda xp, A, B: xp.solve(A, B), "identity",
        "inv(A) @ B", degree="solve", typeset="#^{-1} #", domain="invertible",
        differential="inv(u) @ dv - inv(u) @ du @ solve(u, v)"),
    Row("matpow", "n n, integer -> n n", st.matrix_power, "identity",
        "matrix power with a whole exponent", degree="matpow", typeset="#^#"),
    Row("expm", "n n -> n n", lambda xp, A: xp.expm(A), "mask", "matrix exponential",
        typeset="e^#", at_zero="eye(n)"),
    Row("cholesky", "n n -> n n", lambda xp, A: xp.cholesky(A), "identity",
        "lower Cholesky factor", typeset="chol(#)", domain="positive_definite"),
    Row("eigenvalues", "n n -> n 1", lambda xp, A: xp.eigenvalues(A),
        st.padded_eigenvalues, "eigenvalues of a symmetric matrix, ascending",
        kink=_spacing, typeset="eig(#)", domain="symmetric"),
    # structure
    Row("vec", "m n -> m*n 1", st.vec, st.padded_vec, "the columns, stacked",
        degree="same", at_zero="0"),
    Row("unvec", "m*n 1, #m, #n -> m n", st.unvec, st.padded_unvec,
        "the m x n matrix whose columns are stacked in v", degree="same",
        typeset="unvec_{#2 x #3}(#1)", at_zero="0"),
    Row("kron", "m n, p q -> m*p n*q", st.kron, st.padded_kron, "Kronecker product",
        degree="product", typeset="# ⊗ #"),
    Row("diag", "n 1 -> n n", st.diag, "zero", "the diagonal matrix of a vector",
        degree="same"),
    Row("diagonal", "n n -> n 1", st.diagonal, "zero", "the diagonal, a column",
        degree="same"),
    Row("tril", "m n -> m n", lambda xp, X: X * xp.tri(*X.shape[-2:], 0), "zero",
        "the lower triangle, with the diagonal", degree="same"),
    Row("triu", "m n -> m n", lambda xp, X: X * (1 - xp.tri(*X.shape[-2:], -1)),
        "zero", "the upper triangle, with the diagonal", degree="same"),
    Row("hstack", "m n, m p -> m n+p", st.hstack, st.padded_hstack, "side by side",
        degree="sum", typeset="[#, #]"),
    Row("vstack", "m n, p n -> m+p n", st.vstack, st.padded_vstack,
        "one above the other", degree="sum", typeset="[#; #]"),
    Row("eye", "#n -> n n", st.eye, st.padded_eye, "identity matrix",
        degree="constant", typeset="I_#"),
    Row("ones", "#m, #n -> m n", st.ones, st.padded_ones, "all ones",
        degree="constant", typeset="1_{# x #}"),
    Row("zeros", "#m, #n -> m n", st.zeros, st.padded_zeros, "all zeros",
        degree="constant", typeset="0_{# x #}"),
    Row("unit", "index, #n -> n 1", st.unit, st.padded_unit,
        "unit(i, n), the i-th column of eye(n)", degree="constant", typeset="e_#"),
    Row("commutation", "#m, #n -> m*n m*n", st.commutation, st.padded_commutation,
        "K with K vec(A) = vec(A.T) for A m x n", degree="constant",
        typeset="K_{#, #}"),
    Row("duplication", "#n -> n*n n*(n+1)/2", st.duplication, st.padded_duplication,
        "D with D vech(A) = vec(A) for symmetric A", degree="constant", typeset="D_#"),
]  # fmt: skip

PRIMITIVES: dict[str, Row] = {row.name: row for row in _ROWS}
FUNCTIONS: dict[str, Row] = {row.name: row for row in _ROWS if not row.symbol}
DOMAINS: dict[str, str] = {row.name: row.domain for row in _ROWS if row.domain}
CONSTANTS = frozenset({"pi"})
CALCULUS = frozenset({"D", "hessian", "taylor"})
ELEMENTARY = frozenset(
    "exp log sin cos tan sinh cosh tanh sqrt erf sigmoid softplus".split()  # noqa: SIM905
)
"""Smooth functions of a scalar: `D` and `taylor` know them as they know f."""
