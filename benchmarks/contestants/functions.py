"""Functions of the catalogue, their derivatives and mistakes, for any array library.

All values are two-dimensional, as in the language of the records; a scalar may have no
axis at all. `xp` is a `Kit`, the variable comes first. What is claimed is stated in
numerator layout: in denominator layout it is the transpose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Array = Any  # of NumPy, JAX or PyTorch
Formula = Callable[..., Array]


@dataclass(frozen=True)
class Kit:
    """The part of an array library that the functions use; axis 0 runs down."""

    exp: Formula
    log: Formula
    tanh: Formula
    sum: Formula
    trace: Formula
    norm: Formula
    kron: Formula
    inv: Formula
    solve: Formula
    det: Formula
    logdet: Formula
    sigmoid: Formula
    softplus: Formula
    softmax: Formula
    logsumexp: Formula
    eye: Formula


@dataclass(frozen=True)
class Mistake:
    """A wrong claim in numerator layout: as the record would say it, and as code."""

    text: str
    claim: Formula


@dataclass(frozen=True)
class Function:
    """A record of the catalogue: its function, its derivative, and a mistake."""

    id: str
    names: str  # the variable, then all other names of the record
    body: Formula
    claim: Formula
    mistake: Mistake


FUNCTIONS = (
    Function(
        "gradient-of-quadratic-form",
        "x A",
        lambda xp, x, A: x.T @ A @ x,
        lambda xp, x, A: x.T @ (A + A.T),
        Mistake("2 * x.T @ A", lambda xp, x, A: 2 * x.T @ A),
    ),
    Function(
        "chain-rule-linear-maps",
        "x A B",
        lambda xp, x, A, B: B @ (A @ x),
        lambda xp, x, A, B: B @ A,
        Mistake("A.T @ B.T", lambda xp, x, A, B: A.T @ B.T),
    ),
    Function(
        "jacobian-of-quadratic-form-times-vector",
        "x A",
        lambda xp, x, A: (x.T @ A @ x) * x,
        lambda xp, x, A: x @ x.T @ (A + A.T) + (x.T @ A @ x) * xp.eye(x.shape[0]),
        Mistake("x @ x.T @ (A + A.T)", lambda xp, x, A: x @ x.T @ (A + A.T)),
    ),
    Function(
        "gradient-of-exponential-of-quadratic-form",
        "x A",
        lambda xp, x, A: xp.exp(-x.T @ A @ x / 2),
        lambda xp, x, A: -xp.exp(-x.T @ A @ x / 2) * (x.T @ A),
        Mistake(
            "-2 * exp(-x.T @ A @ x/2) * x.T @ A",
            lambda xp, x, A: -2 * xp.exp(-x.T @ A @ x / 2) * (x.T @ A),
        ),
    ),
    Function(
        "rayleigh-quotient-general-gradient",
        "x A",
        lambda xp, x, A: x.T @ A @ x / (x.T @ x),
        lambda xp, x, A: (
            (x.T @ (A + A.T) - 2 * (x.T @ A @ x / (x.T @ x)) * x.T) / (x.T @ x)
        ),
        Mistake(
            "(x.T @ (A + A.T) - r * x.T) / (x.T @ x)",
            lambda xp, x, A: (
                (x.T @ (A + A.T) - (x.T @ A @ x / (x.T @ x)) * x.T) / (x.T @ x)
            ),
        ),
    ),
    Function(
        "cosine-similarity-gradient",
        "x y",
        lambda xp, x, y: x.T @ y / (xp.norm(x) * xp.norm(y)),
        lambda xp, x, y: (
            y.T / (xp.norm(x) * xp.norm(y))
            - x.T @ y / (xp.norm(x) * xp.norm(y)) * x.T / xp.norm(x) ** 2
        ),
        Mistake(
            "y.T / (norm(x) * norm(y))",
            lambda xp, x, y: y.T / (xp.norm(x) * xp.norm(y)),
        ),
    ),
    Function(
        "least-squares-gradient",
        "x A b",
        lambda xp, x, A, b: xp.norm(A @ x - b) ** 2,
        lambda xp, x, A, b: 2 * (A @ x - b).T @ A,
        Mistake("2 * (A @ x + b).T @ A", lambda xp, x, A, b: 2 * (A @ x + b).T @ A),
    ),
    Function(
        "mahalanobis-distance-gradient",
        "x mu S",
        lambda xp, x, mu, S: (x - mu).T @ xp.inv(S) @ (x - mu),
        lambda xp, x, mu, S: 2 * (x - mu).T @ xp.inv(S),
        Mistake("2 * (x - mu).T @ S", lambda xp, x, mu, S: 2 * (x - mu).T @ S),
    ),
    Function(
        "logistic-regression-gradient",
        "w X y",
        lambda xp, w, X, y: xp.sum(xp.softplus(X @ w)) - y.T @ X @ w,
        lambda xp, w, X, y: (xp.sigmoid(X @ w) - y).T @ X,
        Mistake("p.T @ X", lambda xp, w, X, y: xp.sigmoid(X @ w).T @ X),
    ),
    Function(
        "gradient-of-sum-of-elementwise-exponential",
        "x A",
        lambda xp, x, A: xp.sum(xp.exp(A @ x)),
        lambda xp, x, A: xp.exp(A @ x).T @ A,
        Mistake("ones(1, m) @ A", lambda xp, x, A: (0 * (A @ x) + 1).T @ A),
    ),
    Function(
        "derivative-of-entropy-of-entries",
        "x",
        lambda xp, x: xp.sum(x * xp.log(x)),
        lambda xp, x: (xp.log(x) + 1).T,
        Mistake("log(x).T", lambda xp, x: xp.log(x).T),
    ),
    Function(
        "sigmoid-layer-jacobian-input",
        "x W b",
        lambda xp, x, W, b: xp.sigmoid(W @ x + b),
        lambda xp, x, W, b: xp.sigmoid(W @ x + b) * (1 - xp.sigmoid(W @ x + b)) * W,
        Mistake("diag(h) @ W", lambda xp, x, W, b: xp.sigmoid(W @ x + b) * W),
    ),
    Function(
        "tanh-layer-jacobian-input",
        "x W b",
        lambda xp, x, W, b: xp.tanh(W @ x + b),
        lambda xp, x, W, b: (1 - xp.tanh(W @ x + b) ** 2) * W,
        Mistake("diag(1 - h) @ W", lambda xp, x, W, b: (1 - xp.tanh(W @ x + b)) * W),
    ),
    Function(
        "softmax-jacobian",
        "z",
        lambda xp, z: xp.softmax(z),
        lambda xp, z: xp.softmax(z) * (xp.eye(z.shape[0]) - xp.softmax(z).T),
        Mistake(
            "diag(s * (1 - s))",
            lambda xp, z: xp.softmax(z) * (1 - xp.softmax(z)) * xp.eye(z.shape[0]),
        ),
    ),
    Function(
        "logsumexp-affine-gradient",
        "x A b",
        lambda xp, x, A, b: xp.logsumexp(A @ x + b),
        lambda xp, x, A, b: xp.softmax(A @ x + b).T @ A,
        Mistake("softmax(A @ x).T @ A", lambda xp, x, A, b: xp.softmax(A @ x).T @ A),
    ),
    Function(
        "derivative-of-trace-axb",
        "X A B",
        lambda xp, X, A, B: xp.trace(A @ X @ B),
        lambda xp, X, A, B: B @ A,
        Mistake("A.T @ B.T", lambda xp, X, A, B: A.T @ B.T),
    ),
    Function(
        "derivative-of-trace-xtbx",
        "X B",
        lambda xp, X, B: xp.trace(X.T @ B @ X),
        lambda xp, X, B: X.T @ (B + B.T),
        Mistake("2 * X.T @ B", lambda xp, X, B: 2 * X.T @ B),
    ),
    Function(
        "derivative-of-trace-inverse-a",
        "X A",
        lambda xp, X, A: xp.trace(xp.inv(X) @ A),
        lambda xp, X, A: -xp.inv(X) @ A @ xp.inv(X),
        Mistake(
            "-inv(X) @ A.T @ inv(X)",
            lambda xp, X, A: -xp.inv(X) @ A.T @ xp.inv(X),
        ),
    ),
    Function(
        "derivative-of-bilinear-form-of-elementwise-square",
        "X a b",
        lambda xp, X, a, b: a.T @ (X * X) @ b,
        lambda xp, X, a, b: 2 * X.T * (b @ a.T),
        Mistake("X.T * (b @ a.T)", lambda xp, X, a, b: X.T * (b @ a.T)),
    ),
    Function(
        "derivative-of-squared-frobenius-norm",
        "X",
        lambda xp, X: xp.norm(X) ** 2,
        lambda xp, X: 2 * X.T,
        Mistake("2 * norm(X) * X.T", lambda xp, X: 2 * xp.norm(X) * X.T),
    ),
    Function(
        "derivative-of-determinant",
        "X",
        lambda xp, X: xp.det(X),
        lambda xp, X: xp.det(X) * xp.inv(X),
        Mistake("det(X) * inv(X).T", lambda xp, X: xp.det(X) * xp.inv(X).T),
    ),
    Function(
        "derivative-of-log-absolute-determinant",
        "X",
        lambda xp, X: xp.logdet(X),
        lambda xp, X: xp.inv(X),
        Mistake("inv(X).T", lambda xp, X: xp.inv(X).T),
    ),
    Function(
        "jacobian-of-two-sided-product",
        "X A B",
        lambda xp, X, A, B: A @ X @ B,
        lambda xp, X, A, B: xp.kron(B.T, A),
        Mistake("kron(A, B.T)", lambda xp, X, A, B: xp.kron(A, B.T)),
    ),
    Function(
        "jacobian-of-matrix-square",
        "X",
        lambda xp, X: X @ X,
        lambda xp, X: xp.kron(X.T, xp.eye(X.shape[0])) + xp.kron(xp.eye(X.shape[0]), X),
        Mistake(
            "2 * kron(eye(n), X)", lambda xp, X: 2 * xp.kron(xp.eye(X.shape[0]), X)
        ),
    ),
    Function(
        "jacobian-of-inverse",
        "X",
        lambda xp, X: xp.inv(X),
        lambda xp, X: -xp.kron(xp.inv(X).T, xp.inv(X)),
        Mistake("-kron(inv(X), inv(X))", lambda xp, X: -xp.kron(xp.inv(X), xp.inv(X))),
    ),
    Function(
        "jacobian-of-solution-in-matrix",
        "A b",
        lambda xp, A, b: xp.solve(A, b),
        lambda xp, A, b: -xp.kron(xp.solve(A, b).T, xp.inv(A)),
        Mistake(
            "kron(solve(A, b).T, inv(A))",
            lambda xp, A, b: xp.kron(xp.solve(A, b).T, xp.inv(A)),
        ),
    ),
)
"""Vectors, matrices and scalars by vectors and matrices: no kinks, no symbols."""
