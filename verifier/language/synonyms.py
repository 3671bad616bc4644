"""Functions and constants of other languages, and what they are called here."""

from __future__ import annotations

from functools import cache

from .primitives import PRIMITIVES

_FUNCTIONS = {
    # linear algebra
    "trace": "tr(A)",
    "transpose": "A.T",
    "inverse invert": "inv(A)",
    "pseudoinverse pinverse": "pinv(A)",
    "determinant": "det(A)",
    "slogdet logabsdet": "logdet(A)",
    "adjugate adj": "det(A) * inv(A)",
    "cofactor": "det(A) * inv(A).T",
    "chol": "cholesky(A)",
    "eig eigvals eigh eigvalsh eigenvals": "eigenvalues(A)",
    "identity speye": "eye(n)",
    "dot inner innerproduct vdot": "x.T @ y",
    "outer outerproduct": "x @ y.T",
    "matmul mm bmm mmul": "A @ B",
    "hadamard multiply elementwise": "A * B",
    "kronecker tensorproduct": "kron(A, B)",
    "khatrirao": "khatri_rao(A, B)",
    "hat skew": "cross_matrix(x)",
    "matrixpower mpower": "matpow(A, k)",
    "matrixsqrt": "sqrtm(A)",
    "matrixlog": "logm(A)",
    "norm2 l2norm fro frobenius": "norm(A)",
    "l1norm": "norm1(x)",
    "vectorize vectorise flatten ravel": "vec(A)",
    "reshape mat": "unvec(v, m, n)",
    "concatenate concat": "hstack(A, B)",
    "lowertriangle": "tril(A)",
    "uppertriangle": "triu(A)",
    # entry by entry
    "ln": "log(x)",
    "log2": "log(x) / log(2)",
    "log10 lg": "log(x) / log(10)",
    "exp2": "2**x",
    "power": "x**k",
    "square": "x**2",
    "reciprocal": "1 / x",
    "sgn signum": "sign(x)",
    "heaviside": "step(x)",
    "logistic expit sigm": "sigmoid(x)",
    "logit": "log(x / (1 - x))",
    "silu swish": "x * sigmoid(x)",
    "gelu": "x * (1 + erf(x / sqrt(2))) / 2",
    "logsigmoid": "-softplus(-x)",
    "erfc": "1 - erf(x)",
    "normcdf": "(1 + erf(x / sqrt(2))) / 2",
    "sec": "1 / cos(x)",
    "csc cosec": "1 / sin(x)",
    "cot cotan": "1 / tan(x)",
    "sech": "1 / cosh(x)",
    "csch": "1 / sinh(x)",
    "coth": "1 / tanh(x)",
    "tg": "tan(x)",
    "atan arctg": "arctan(x)",
    "asin": "arcsin(x)",
    "acos": "arccos(x)",
    "arcsinh arsinh": "asinh(x)",
    "arccosh arcosh": "acosh(x)",
    "arctanh artanh": "atanh(x)",
    "gammaln loggamma lngamma": "lgamma(x)",
    "gamma": "exp(lgamma(x))",
    "beta": "exp(lgamma(a) + lgamma(b) - lgamma(a + b))",
    "factorial": "exp(lgamma(n + 1))",
    "psi": "digamma(x)",
    # sums
    "average avg expectation": "mean(x)",
    "var variance": "mean((x - mean(x))**2)",
    "std stdev": "sqrt(mean((x - mean(x))**2))",
    "product": "prod(x)",
    "cumulativesum": "cumsum(x)",
    "amax": "max(x)",
    "amin": "min(x)",
    "logsoftmax": "x - logsumexp(x)",
    "lse": "logsumexp(x)",
    "softmaxrows": "rowsoftmax(X)",
    # calculus
    "gradient jacobian grad jac": "D(f)(x)",
    "hess": "hessian(f)(x)",
}
"""Names in small letters without `_`, and what is written in their place."""
_NAMES = {
    "I": "eye(n)",
    "Id": "eye(n)",
    "eye": "eye(n)",
    "identity": "eye(n)",
    "e": "exp(1)",
    "Pi": "pi",
    "PI": "pi",
}


@cache
def _table() -> dict[str, str]:
    return {name: text for names, text in _FUNCTIONS.items() for name in names.split()}


def function_meant(name: str) -> str | None:
    """Return what a function is written as here, if it goes by another name."""
    plain = name.lower().replace("_", "")
    if (row := PRIMITIVES.get(plain)) is not None and not row.symbol:
        letters = ("AB" if p == "n n" else "xy" for p in row.parameters[:2])
        args = ", ".join(some[i] for i, some in enumerate(letters))
        return f"{plain}({args})"
    return _table().get(plain)


def name_meant(name: str) -> str:
    """Return what a constant is written as here."""
    return _NAMES.get(name, "")
