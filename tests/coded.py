"""Gradients as people write them by hand, right ones and wrong ones, in any framework.

Each is made for a namespace: NumPy, `jax.numpy` or `torch`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Written:
    """A gradient by one name, and what must be said of it: nothing if it is right."""

    formula: str
    by: str
    make: Callable[[Any], Callable[..., Any]]
    said: str = ""
    computes: str = ""
    where: str = ""


def s(xp: Any, z: Any) -> Any:
    return 1 / (1 + xp.exp(-z))


def softmax(xp: Any, z: Any) -> Any:
    return xp.exp(z) / xp.exp(z).sum()


QUADRATIC, SQUARES = "x.T @ A @ x", "norm(A @ x - b)**2"
RIDGE, MEAN = "norm(X @ w - y)**2 + c*w.T @ w", "mean((X @ w - y)**2)"
LOGISTIC = "sum(log(1 + exp(-y*(X @ w))))"
GAUSS = "logdet(S) + x.T @ inv(S) @ x"
ENTROPY = "-y.T @ log(softmax(W @ x))"
SQUARE = "A: matrix(n, n), B: matrix(n, n)"
COVARIANCE = "S: positive_definite(n)"
TURNED = "your gradient is the transpose"

WRONG = {
    "right for symmetric A only": Written(
        QUADRATIC,
        "x",
        lambda xp: lambda x, A: 2 * A @ x,
        "it holds when A is symmetric; for every A write `(A + A.T) @ x`",
        "2 * A @ x",
    ),
    "one of two terms": Written(
        QUADRATIC,
        "x",
        lambda xp: lambda x, A: A @ x,
        "the transpose of `A` is missing beside it; write `(A + A.T) @ x`",
        "A @ x",
    ),
    "a transpose forgotten": Written(
        SQUARES,
        "x",
        lambda xp: lambda A, x, b: 2 * A @ (A @ x - b),
        "`A` must be transposed; write `2 * A.T @ (A @ x - b)`",
        where="A: matrix(n, n)",
    ),
    "the factor 2 forgotten": Written(
        SQUARES,
        "x",
        lambda xp: lambda A, x, b: A.T @ (A @ x - b),
        "the factor 2 is missing; write `2 * A.T @ (A @ x - b)`",
        "A.T @ (A @ x - b)",
    ),
    "the sign of all": Written(
        SQUARES,
        "x",
        lambda xp: lambda A, x, b: 2 * A.T @ (b - A @ x),
        "the sign is wrong; write `2 * A.T @ (A @ x - b)`",
    ),
    "a sign inside": Written(
        SQUARES,
        "x",
        lambda xp: lambda A, x, b: 2 * A.T @ (A @ x + b),
        "the sign of `b` is wrong; write `2 * A.T @ (A @ x - b)`",
        "2 * A.T @ (A @ x + b)",
    ),
    "the transpose": Written(
        "tr(A @ X @ B)",
        "X",
        lambda xp: lambda A, X, B: B @ A,
        f'{TURNED}: that of numerator layout (right with `layout="numerator"`); '
        "write `A.T @ B.T`",
        "B @ A",
        SQUARE,
    ),
    "the transpose, of another shape": Written(
        "tr(A @ X)", "X", lambda xp: lambda A, X: A, TURNED
    ),
    "an inverse not transposed": Written(
        "logdet(X)",
        "X",
        lambda xp: lambda X: xp.linalg.inv(X),
        f'{TURNED}: that of numerator layout (right with `layout="numerator"`); '
        "write `inv(X).T`",
        "inv(X)",
    ),
    "an outer product turned round": Written(
        "a.T @ X @ b",
        "X",
        lambda xp: lambda a, X, b: xp.outer(b, a),
        TURNED,
        "b @ a.T",
        "a: vector(n), b: vector(n), X: matrix(n, n)",
    ),
    "a sum for a mean": Written(
        MEAN,
        "w",
        lambda xp: lambda X, w, y: 2 * X.T @ (X @ w - y),
        "the divisor `m` is missing: this is a sum where a mean is asked for",
        "2 * X.T @ (X @ w - y)",
    ),
    "a mean for a sum": Written(
        "sum((X @ w - y)**2)",
        "w",
        lambda xp: lambda X, w, y: 2 * X.T @ (X @ w - y) / len(y),
        "the divisor `m` of `2 * X.T @ (X @ w - y)` is too much: "
        "this is a mean where a sum is asked for",
    ),
    "the regularizer forgotten": Written(
        RIDGE,
        "w",
        lambda xp: lambda X, w, y, c: 2 * X.T @ (X @ w - y),
        "the term `2 * c * w` is missing",
    ),
    "the regularizer halved": Written(
        RIDGE,
        "w",
        lambda xp: lambda X, w, y, c: 2 * X.T @ (X @ w - y) + c * w,
        "the factor 2 of `c * w` is missing",
    ),
    "a term too many": Written(
        QUADRATIC,
        "x",
        lambda xp: lambda x, A: (A + A.T) @ x + x,
        "`x` is too much",
    ),
    "the determinant forgotten": Written(
        "det(X)",
        "X",
        lambda xp: lambda X: xp.linalg.inv(X).T,
        "the factor `det(X)` is missing; write `det(X) * inv(X).T`",
    ),
    "the sign of a loss": Written(
        LOGISTIC,
        "w",
        lambda xp: lambda y, X, w: X.T @ (y / (1 + xp.exp(y * (X @ w)))),
        "the sign is wrong",
    ),
    "the inner derivative": Written(
        "sum(sigmoid(W @ x + b))",
        "W",
        lambda xp: lambda W, x, b: xp.outer(s(xp, W @ x + b), x),
        "the factor `1 - sigmoid(W @ x + b)` of `sigmoid(W @ x + b)` is missing",
        "sigmoid(W @ x + b) @ x.T",
    ),
    "a square too many": Written(
        "norm(x)",
        "x",
        lambda xp: lambda x: x / (x @ x),
        "the power of `norm(x)**2` is wrong; write `x / norm(x)`",
    ),
    "a square forgotten": Written(
        "sum(tanh(W @ x))",
        "x",
        lambda xp: lambda W, x: W.T @ (1 - xp.tanh(W @ x)),
        "the power of `tanh(W @ x)` is wrong",
    ),
    "no normalization": Written(
        "norm(x - a)",
        "x",
        lambda xp: lambda x, a: x - a,
        "the divisor `norm(x - a)` is missing; write `(x - a) / norm(x - a)`",
    ),
    "the diagonal of a Jacobian alone": Written(
        "softmax(x)",
        "x",
        lambda xp: lambda x: xp.diag(softmax(xp, x)),
        "the term `softmax(x) @ softmax(x).T` is missing",
        "diag(softmax(x))",
    ),
    "a Jacobian turned": Written(
        "A @ x",
        "x",
        lambda xp: lambda A, x: A.T,
        f'{TURNED}: that of denominator layout (right with `layout="denominator"`)',
        "A.T",
        "A: matrix(n, n)",
    ),
    "another name": Written(
        "x.T @ A @ y",
        "x",
        lambda xp: lambda x, A, y: A @ x,
        "`y` belongs in the place of `x`; write `A @ y`",
        "A @ x",
        "A: matrix(n, n)",
    ),
    "a power not lowered": Written(
        "sum(x**3)",
        "x",
        lambda xp: lambda x: 3 * x,
        "the power of `x` is wrong; write `3 * x**2`",
    ),
    "the factor inside": Written(
        "sum(exp(a*x))",
        "x",
        lambda xp: lambda a, x: xp.exp(a * x),
        "the factor `a` is missing",
        where="a: scalar",
    ),
    "the denominator forgotten": Written(
        "log(sum(exp(x)))",
        "x",
        lambda xp: lambda x: xp.exp(x),
        "the divisor `sum(exp(x))` is missing",
    ),
    "residuals turned round": Written(
        ENTROPY,
        "W",
        lambda xp: lambda y, W, x: xp.outer(y - softmax(xp, W @ x), x),
        "the sign is wrong",
        where="y: probability_vector(m)",
    ),
    "half of a covariance": Written(
        "(x - m).T @ inv(S) @ (x - m)",
        "x",
        lambda xp: lambda x, m, S: xp.linalg.inv(S) @ (x - m),
        "the factor 2 is missing",
        where=COVARIANCE,
    ),
    "the sign of one term": Written(
        GAUSS,
        "S",
        lambda xp: (
            lambda S, x: (
                xp.linalg.inv(S) + xp.outer(xp.linalg.inv(S) @ x, xp.linalg.inv(S) @ x)
            )
        ),
        "the sign of `inv(S) @ x @ x.T @ inv(S)` is wrong",
        where=COVARIANCE,
    ),
}

RIGHT = {
    "quadratic": Written(QUADRATIC, "x", lambda xp: lambda x, A: (A + A.T) @ x),
    "quadratic by A": Written(QUADRATIC, "A", lambda xp: lambda x, A: xp.outer(x, x)),
    "of a symmetric matrix": Written(
        QUADRATIC, "x", lambda xp: lambda x, A: 2 * A @ x, where="A: symmetric(n)"
    ),
    "squares": Written(SQUARES, "x", lambda xp: lambda A, x, b: 2 * A.T @ (A @ x - b)),
    "squares by b": Written(SQUARES, "b", lambda xp: lambda A, x, b: 2 * (b - A @ x)),
    "ridge": Written(
        RIDGE, "w", lambda xp: lambda X, w, y, c: 2 * X.T @ (X @ w - y) + 2 * c * w
    ),
    "ridge by c": Written(RIDGE, "c", lambda xp: lambda X, w, y, c: w @ w),
    "trace": Written("tr(A @ X @ B)", "X", lambda xp: lambda A, X, B: A.T @ B.T),
    "mean": Written(
        MEAN, "w", lambda xp: lambda X, w, y: 2 * X.T @ (X @ w - y) / len(y)
    ),
    "logdet": Written("logdet(X)", "X", lambda xp: lambda X: xp.linalg.inv(X).T),
    "det": Written(
        "det(X)", "X", lambda xp: lambda X: xp.linalg.det(X) * xp.linalg.inv(X).T
    ),
    "logistic": Written(
        LOGISTIC,
        "w",
        lambda xp: lambda y, X, w: -X.T @ (y / (1 + xp.exp(y * (X @ w)))),
    ),
    "sigmoid": Written(  # 1 - s has no digits at large entries
        "sum(sigmoid(W @ x + b))",
        "W",
        lambda xp: (
            lambda W, x, b: xp.outer(s(xp, W @ x + b) * (1 - s(xp, W @ x + b)), x)
        ),
    ),
    "norm": Written("norm(x)", "x", lambda xp: lambda x: x / xp.sqrt(x @ x)),
    "softmax": Written(
        "softmax(x)",
        "x",
        lambda xp: (
            lambda x: xp.diag(softmax(xp, x)) - xp.outer(softmax(xp, x), softmax(xp, x))
        ),
    ),
    "a Jacobian": Written("A @ x", "x", lambda xp: lambda A, x: A),
    "inverse": Written(
        "tr(inv(X) @ A)",
        "X",
        lambda xp: lambda X, A: -(xp.linalg.inv(X) @ A @ xp.linalg.inv(X)).T,
    ),
    "exponential by a scalar": Written(
        "sum(exp(a*x))",
        "a",
        lambda xp: lambda a, x: x @ xp.exp(a * x),
        where="a: scalar",
    ),
    "tanh": Written(
        "sum(tanh(W @ x))", "x", lambda xp: lambda W, x: W.T @ (1 - xp.tanh(W @ x) ** 2)
    ),
    "logsumexp": Written("log(sum(exp(x)))", "x", lambda xp: lambda x: softmax(xp, x)),
    "entropy": Written(
        ENTROPY,
        "W",
        lambda xp: lambda y, W, x: xp.outer(softmax(xp, W @ x) - y, x),
        where="y: probability_vector(m)",
    ),
    "gauss": Written(
        GAUSS,
        "S",
        lambda xp: (
            lambda S, x: (
                xp.linalg.inv(S) - xp.outer(xp.linalg.inv(S) @ x, xp.linalg.inv(S) @ x)
            )
        ),
        where=COVARIANCE,
    ),
    "relu": Written(
        "sum(relu(W @ x))", "x", lambda xp: lambda W, x: W.T @ ((W @ x > 0) * 1.0)
    ),
    "abs": Written("sum(abs(x))", "x", lambda xp: lambda x: xp.sign(x)),
}
