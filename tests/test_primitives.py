"""Every row of the table: by NumPy, by XLA, in balls, and by a second implementation.

The second implementations are written here with loops, from the definitions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from itertools import permutations
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from executed import LONG, Job, by_xla, differentiation, experiment, moved, whole
from sampled import first_of
from stated import statement

from verifier.engine import numeric, traced
from verifier.engine.ball_point import point
from verifier.engine.balls import precision
from verifier.engine.derivative import Whole
from verifier.engine.evaluate import evaluate
from verifier.engine.experiment import Block, Experiment
from verifier.engine.finding import as_floats
from verifier.engine.function import Function
from verifier.engine.points import Points
from verifier.language.primitives import ELEMENTARY, FUNCTIONS, PRIMITIVES
from verifier.language.statement import Statement
from verifier.language.structure import vec
from verifier.language.term import terms

Array = Any
DRAWS = 24
"""Two for each of the sizes of a record."""
STEP = 2.0**-17
"""Of difference quotients."""


# Second implementations, by their definitions.


def entrywise(f: Callable[..., float]) -> Callable[..., Array]:
    """Return f on each entry, scalars spread."""

    def spread(*args: Array) -> Array:
        args = tuple(np.broadcast_arrays(*args))
        result = np.zeros(args[0].shape)
        for i in np.ndindex(*result.shape):
            result[i] = f(*(float(X[i]) for X in args))
        return result

    return spread


def scalar(f: Callable[[Array], float]) -> Callable[[Array], Array]:
    """Return f of a matrix as a 1 x 1 array."""
    return lambda X: np.array([[f(X)]])


def product(A: Array, B: Array) -> Array:
    return np.array(
        [
            [sum(A[i, k] * B[k, j] for k in range(A.shape[1])) for j in columns(B)]
            for i in rows(A)
        ]
    )


def rows(X: Array) -> range:
    return range(X.shape[0])


def columns(X: Array) -> range:
    return range(X.shape[1])


def determinant(A: Array) -> float:
    """Return the sum over permutations (Leibniz)."""
    total = 0.0
    for order in permutations(rows(A)):
        swaps = sum(order[i] > order[j] for j in rows(A) for i in range(j))
        total += (-1) ** swaps * math.prod(A[i, j] for i, j in enumerate(order))
    return total


def adjugate_inverse(A: Array) -> Array:
    """Return the inverse by cofactors."""
    result = np.zeros(A.shape)
    for i in rows(A):
        for j in columns(A):
            minor = np.delete(np.delete(A, j, axis=0), i, axis=1)
            result[i, j] = (-1) ** (i + j) * determinant(minor) / determinant(A)
    return result


def pseudo_inverse(X: Array) -> Array:
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    return product(Vt.T / s, U.T)


def power(A: Array, k: int) -> Array:
    base = adjugate_inverse(A) if k < 0 else A
    result = np.eye(len(A))
    for _ in range(abs(k)):
        result = product(result, base)
    return result


def exponential(A: Array) -> Array:
    """Return the power series."""
    total = term = np.eye(len(A))
    for k in range(1, 80):
        term = product(term, A) / k
        total = total + term
    return total


def of_eigenvalues(f: Callable[[float], float], A: Array) -> Array:
    """Return a function of a symmetric matrix."""
    w, V = np.linalg.eigh(A)
    return (V * np.vectorize(f, otypes=[float])(w)) @ V.T


def root_of_product(A: Array, B: Array) -> Array:
    """Return the root of A B, which is similar to a symmetric matrix."""
    S = of_eigenvalues(math.sqrt, A)
    return S @ of_eigenvalues(math.sqrt, S @ B @ S) @ np.linalg.inv(S)


def cholesky(A: Array) -> Array:
    L = np.zeros(A.shape)
    for i in rows(A):
        for j in range(i + 1):
            rest = A[i, j] - sum(L[i, k] * L[j, k] for k in range(j))
            L[i, j] = math.sqrt(rest) if i == j else rest / L[j, j]
    return L


def stack(X: Array) -> Array:
    return np.array([[X[i, j]] for j in columns(X) for i in rows(X)])


def unstack(v: Array, m: int, n: int) -> Array:
    result = np.zeros((m, n))
    for k in range(m * n):
        result[k % m, k // m] = v[k, 0]
    return result


def kronecker(A: Array, B: Array) -> Array:
    return np.vstack([np.hstack([A[i, j] * B for j in columns(A)]) for i in rows(A)])


def diagonal_matrix(v: Array) -> Array:
    return np.array([[v[i, 0] if i == j else 0.0 for j in rows(v)] for i in rows(v)])


def triangle(keep: Callable[[int, int], bool]) -> Callable[[Array], Array]:
    return lambda X: np.array(
        [[X[i, j] if keep(i, j) else 0.0 for j in columns(X)] for i in rows(X)]
    )


def commutation(m: int, n: int) -> Array:
    """Return K with K vec(A) = vec(A.T), a column for each unit matrix."""
    K = np.zeros((m * n, m * n))
    for k in range(m * n):
        E = unstack(np.eye(m * n)[:, [k]], m, n)
        K[:, [k]] = stack(E.T)
    return K


def duplication(n: int) -> Array:
    """Return D with D vech(A) = vec(A), a column for each symmetric unit matrix."""
    found = []
    for j in range(n):
        for i in range(j, n):
            E = np.zeros((n, n))
            E[i, j] = E[j, i] = 1.0
            found.append(stack(E))
    return np.hstack(found)


def elimination(n: int) -> Array:
    """Return L with L vec(A) = vech(A), a row for each entry of the lower triangle."""
    places = [(i, j) for j in range(n) for i in range(j, n)]
    L = np.zeros((len(places), n * n))
    for k, (i, j) in enumerate(places):
        L[k, j * n + i] = 1.0
    return L


def log_sum_exp(X: Array) -> float:
    return math.log(sum(math.exp(x) for x in X.ravel()))


def soft_max(x: Array) -> Array:
    total = sum(math.exp(value) for value in x.ravel())
    return np.array([[math.exp(value) / total] for value in x.ravel()])


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def step(x: float) -> float:
    return 1.0 if x > 0 else 0.0


def sign(x: float) -> float:
    return math.copysign(1.0, x) if x else 0.0


def poly_gamma(k: int, x: float) -> float:
    """Return a sum over the poles, and the rest of it by Euler and Maclaurin."""
    far, sign = x + 400, (-1) ** (k + 1) * math.factorial(k)
    if k == 0:
        total = math.log(far) - 1 / (2 * far) - 1 / (12 * far**2)
        return total - math.fsum(1 / (x + i) for i in range(400))
    rest = 1 / (k * far**k) + 1 / (2 * far ** (k + 1)) + (k + 1) / (12 * far ** (k + 2))
    return sign * (rest + math.fsum(1 / (x + i) ** (k + 1) for i in range(400)))


def poly_gamma_1(k: int, x: float) -> float:
    return poly_gamma(k, 1 + x)


def area_sine(x: float) -> float:
    return sign(x) * math.log(abs(x) + math.hypot(1, x))


def first_column(X: Array) -> float:
    return float(X[0, 0])


# The examples: an expression for each row, and more where a row has several ways.


@dataclass(frozen=True)
class Example:
    """A function of some variables, the rest being constants; `second` gets them all.

    `second` is called with the values in the order of `where`, then with the sizes.
    """

    text: str
    where: Mapping[str, str]
    second: Callable[..., Array]
    sizes: tuple[str, ...] = ()
    wrt: tuple[str, ...] = field(default=())

    @property
    def variables(self) -> list[str]:
        """Return what it is differentiated by."""
        return list(
            self.wrt
            or [name for name, kind in self.where.items() if "index" not in kind]
        )


X = {"X": "matrix(m, n)"}
POSITIVE = {"X": "positive_matrix(m, n)"}
SQUARE = {"A": "matrix(n, n)"}
INVERTIBLE = {"A": "invertible(n)"}
PAIR = {"X": "matrix(m, n)", "Y": "matrix(m, n)"}
SPREAD = {"X": "matrix(m, n)", "s": "scalar"}
DEFINITE = {"A": "positive_definite(n)"}
COLUMN = {"x": "vector(n)"}
ANY = {"x": "scalar"}
"""For a constant: it is differentiated by something that it does not contain."""


def elementwise(name: str, f: Callable[[float], float], where: Any = X) -> Example:
    return Example(f"{name}(X)", where, entrywise(f))


def constant(text: str, f: Callable[..., Array], *sizes: str) -> Example:
    where = {**ANY, "V": f"matrix({', '.join((*sizes, *sizes)[:2])})"}
    return Example(text, where, lambda x, V, *rest: f(*rest), sizes)


EXAMPLES: dict[str, list[Example]] = {
    "add": [
        Example("X + Y", PAIR, entrywise(lambda x, y: x + y)),
        Example("X + s", SPREAD, entrywise(lambda x, s: x + s)),
        Example("s + X", SPREAD, entrywise(lambda x, s: x + s)),
    ],
    "sub": [
        Example("X - Y", PAIR, entrywise(lambda x, y: x - y)),
        Example("s - X", SPREAD, entrywise(lambda x, s: s - x)),
    ],
    "mul": [
        Example("X * Y", PAIR, entrywise(lambda x, y: x * y)),
        Example("s * X", SPREAD, entrywise(lambda x, s: x * s)),
        Example("X @ s", SPREAD, entrywise(lambda x, s: x * s)),
    ],
    "div": [
        Example("X / Y", PAIR, entrywise(lambda x, y: x / y)),
        Example("X / s", SPREAD, entrywise(lambda x, s: x / s)),
        Example("s / X", SPREAD, entrywise(lambda x, s: s / x)),
    ],
    "pow": [
        Example("X**Y", {**POSITIVE, "Y": "matrix(m, n)"}, entrywise(math.pow)),
        Example("s**X", {**X, "s": "positive"}, entrywise(lambda x, s: s**x)),
        Example("X**2", X, entrywise(lambda x: x * x)),
        Example("X**3", X, entrywise(lambda x: x * x * x)),
        Example("X**1", X, entrywise(lambda x: x)),
        Example("X**0", X, entrywise(lambda x: 1.0)),
        Example("X**(-2)", X, entrywise(lambda x: 1 / (x * x))),
        Example("X**0.5", POSITIVE, entrywise(math.sqrt)),
    ],
    "neg": [Example("-X", X, entrywise(lambda x: -x))],
    "matmul": [
        Example("X @ Y", {**X, "Y": "matrix(n, p)"}, product),
        Example("Y.T @ X", {**X, "Y": "vector(m)"}, lambda X, Y: product(Y.T, X)),
    ],
    "transpose": [
        Example(
            "X.T",
            X,
            lambda X: np.array([[X[i, j] for i in rows(X)] for j in columns(X)]),
        )
    ],
    "exp": [elementwise("exp", math.exp)],
    "log": [elementwise("log", math.log, POSITIVE)],
    "sin": [elementwise("sin", math.sin)],
    "cos": [elementwise("cos", math.cos)],
    "tan": [elementwise("tan", lambda x: math.sin(x) / math.cos(x))],
    "sinh": [elementwise("sinh", lambda x: (math.exp(x) - math.exp(-x)) / 2)],
    "cosh": [elementwise("cosh", lambda x: (math.exp(x) + math.exp(-x)) / 2)],
    "tanh": [elementwise("tanh", lambda x: 2 * sigmoid(2 * x) - 1)],
    "arctan": [elementwise("arctan", lambda x: math.atan2(x, 1.0))],
    "arcsin": [Example("arcsin(X / 16)", X, entrywise(lambda x: math.asin(x / 16)))],
    "arccos": [Example("arccos(X / 16)", X, entrywise(lambda x: math.acos(x / 16)))],
    "asinh": [elementwise("asinh", area_sine)],
    "acosh": [
        Example(
            "acosh(1 + X)",
            POSITIVE,
            entrywise(lambda x: math.log(1 + x + math.sqrt(x * (2 + x)))),
        )
    ],
    "atanh": [
        Example(
            "atanh(X / 16)",
            X,
            entrywise(lambda x: (math.log1p(x / 16) - math.log1p(-x / 16)) / 2),
        )
    ],
    "log1p": [elementwise("log1p", lambda x: math.log(1 + x), POSITIVE)],
    "expm1": [elementwise("expm1", lambda x: math.exp(x) - 1)],
    "sqrt": [elementwise("sqrt", math.sqrt, POSITIVE)],
    "erf": [elementwise("erf", math.erf)],
    "lgamma": [elementwise("lgamma", math.lgamma, POSITIVE)],
    "digamma": [elementwise("digamma", lambda x: poly_gamma(0, x), POSITIVE)],
    "trigamma": [elementwise("trigamma", lambda x: poly_gamma(1, x), POSITIVE)],
    "polygamma": [
        Example(f"polygamma({k}, 1 + X)", POSITIVE, entrywise(partial(poly_gamma_1, k)))
        for k in (0, 2)
    ],
    "sigmoid": [elementwise("sigmoid", sigmoid)],
    "softplus": [elementwise("softplus", lambda x: math.log(1 + math.exp(x)))],
    "relu": [elementwise("relu", lambda x: x * step(x))],
    "abs": [elementwise("abs", math.fabs)],
    "sign": [elementwise("sign", sign)],
    "step": [elementwise("step", step)],
    "maximum": [
        Example("maximum(X, Y)", PAIR, entrywise(lambda x, y: x if x > y else y)),
        Example("maximum(X, s)", SPREAD, entrywise(lambda x, y: x if x > y else y)),
    ],
    "minimum": [
        Example("minimum(X, Y)", PAIR, entrywise(lambda x, y: x if x < y else y)),
        Example("minimum(s, X)", SPREAD, entrywise(lambda x, y: x if x < y else y)),
    ],
    "sum": [Example("sum(X)", X, scalar(lambda X: math.fsum(X.ravel())))],
    "mean": [Example("mean(X)", X, scalar(lambda X: math.fsum(X.ravel()) / X.size))],
    "max": [Example("max(X)", X, scalar(lambda X: sorted(X.ravel())[-1]))],
    "min": [Example("min(X)", X, scalar(lambda X: sorted(X.ravel())[0]))],
    "norm": [
        Example("norm(X)", X, scalar(lambda X: math.hypot(*X.ravel()))),
        Example("norm(x)", COLUMN, scalar(lambda x: math.hypot(*x.ravel()))),
    ],
    "norm1": [Example("norm1(X)", X, scalar(lambda X: sum(map(abs, X.ravel()))))],
    "logsumexp": [Example("logsumexp(X)", X, scalar(log_sum_exp))],
    "rowsum": [
        Example(
            "rowsum(X)", X, lambda X: np.array([[math.fsum(X[i])] for i in rows(X)])
        )
    ],
    "colsum": [
        Example(
            "colsum(X)",
            X,
            lambda X: np.array([[math.fsum(X[:, j]) for j in columns(X)]]),
        )
    ],
    "rowsoftmax": [
        Example("rowsoftmax(X)", X, lambda X: np.vstack([soft_max(x).T for x in X]))
    ],
    "rowlogsumexp": [
        Example(
            "rowlogsumexp(X)", X, lambda X: np.array([[log_sum_exp(row)] for row in X])
        )
    ],
    "prod": [
        Example("prod(X)", X, scalar(lambda X: math.prod(X.ravel()))),
        Example("prod(x)", COLUMN, scalar(lambda x: math.prod(x.ravel()))),
    ],
    "cumsum": [
        Example(
            "cumsum(X)",
            X,
            lambda X: np.array(
                [[math.fsum(X[: i + 1, j]) for j in columns(X)] for i in rows(X)]
            ),
        )
    ],
    "softmax": [Example("softmax(x)", COLUMN, soft_max)],
    "tr": [Example("tr(A)", SQUARE, scalar(lambda A: sum(A[i, i] for i in rows(A))))],
    "det": [Example("det(A)", SQUARE, scalar(determinant))],
    "logdet": [
        Example(
            "logdet(A)", INVERTIBLE, scalar(lambda A: math.log(abs(determinant(A))))
        )
    ],
    "inv": [Example("inv(A)", INVERTIBLE, adjugate_inverse)],
    "pinv": [
        Example("pinv(X)", {"X": "matrix(n + 1, n)"}, pseudo_inverse),
        Example("pinv(X)", {"X": "matrix(n, n + 2)"}, pseudo_inverse),
    ],
    "solve": [
        Example(
            "solve(A, B)",
            {**INVERTIBLE, "B": "matrix(n, p)"},
            lambda A, B: product(adjugate_inverse(A), B),
        )
    ],
    "matpow": [
        Example("matpow(A, 3)", SQUARE, lambda A: power(A, 3)),
        Example("matpow(A, 0)", SQUARE, lambda A: power(A, 0)),
        Example("matpow(A, -2)", INVERTIBLE, lambda A: power(A, -2)),
    ],
    "expm": [Example("expm(A)", SQUARE, exponential)],
    "sqrtm": [
        Example("sqrtm(A)", DEFINITE, lambda A: of_eigenvalues(math.sqrt, A)),
        Example(
            "sqrtm(A @ B)",
            {**DEFINITE, "B": "positive_definite(n)"},
            root_of_product,
        ),
    ],
    "logm": [Example("logm(A)", DEFINITE, lambda A: of_eigenvalues(math.log, A))],
    "cholesky": [
        # Entries that move alone leave the symmetric matrices, and the factor's domain.
        Example(
            "cholesky((A + A.T) / 2)",
            {"A": "positive_definite(n)"},
            lambda A: cholesky((A + A.T) / 2),
        )
    ],
    "eigenvalues": [
        Example(
            "eigenvalues(A)",
            {"A": "symmetric(n)"},
            lambda A: np.linalg.eigvalsh(A)[:, None],
        )
    ],
    "vec": [Example("vec(X)", X, stack)],
    "vech": [
        Example(
            "vech(A)",
            SQUARE,
            lambda A: np.array([[A[i, j]] for j in columns(A) for i in rows(A)[j:]]),
        )
    ],
    "unvec": [
        Example("unvec(x, m, n)", {"x": "vector(m*n)"}, unstack, ("m", "n")),
    ],
    "kron": [
        Example("kron(A, B)", {"A": "matrix(m, n)", "B": "matrix(n, 2)"}, kronecker)
    ],
    "khatri_rao": [
        Example(
            "khatri_rao(A, B)",
            {"A": "matrix(m, n)", "B": "matrix(2, n)"},
            lambda A, B: np.hstack(
                [kronecker(A[:, [j]], B[:, [j]]) for j in columns(A)]
            ),
        )
    ],
    "cross": [
        Example(
            "cross(x @ y.T @ a, b)",
            {"x": "vector(3)", "y": "vector(n)", "a": "vector(n)", "b": "vector(3)"},
            lambda x, y, a, b: np.cross(x * (y.T @ a).item(), b, axis=0),
        )
    ],
    "cross_matrix": [
        Example(
            "cross_matrix(x * sum(y))",
            {"x": "vector(3)", "y": "vector(n)"},
            lambda x, y: np.hstack(
                [np.cross(x * y.sum(), np.eye(3)[:, [j]], axis=0) for j in range(3)]
            ),
        )
    ],
    "diag": [Example("diag(x)", COLUMN, diagonal_matrix)],
    "diagonal": [
        Example("diagonal(A)", SQUARE, lambda A: np.array([[A[i, i]] for i in rows(A)]))
    ],
    "tril": [Example("tril(X)", X, triangle(lambda i, j: i >= j))],
    "triu": [Example("triu(X)", X, triangle(lambda i, j: i <= j))],
    "hstack": [
        Example(
            "hstack(A, B)",
            {"A": "matrix(m, n)", "B": "matrix(m, p)"},
            lambda A, B: np.array([[*A[i], *B[i]] for i in rows(A)]),
        )
    ],
    "vstack": [
        Example(
            "vstack(A, B)",
            {"A": "matrix(m, n)", "B": "matrix(p, n)"},
            lambda A, B: np.array([*A.tolist(), *B.tolist()]),
        )
    ],
    "eye": [constant("eye(n)", lambda n: diagonal_matrix(np.ones((n, 1))), "n")],
    "ones": [constant("ones(m, n)", lambda m, n: np.array([[1.0] * n] * m), "m", "n")],
    "zeros": [
        constant("zeros(m, n)", lambda m, n: np.array([[0.0] * n] * m), "m", "n")
    ],
    "unit": [
        Example(
            "unit(i, n)",
            {**ANY, "i": "index(n)"},
            lambda x, i, n: np.array([[float(k == i[0, 0])] for k in range(1, n + 1)]),
            ("n",),
        )
    ],
    "commutation": [constant("commutation(m, n)", commutation, "m", "n")],
    "elimination": [constant("elimination(n)", elimination, "n")],
    "duplication": [constant("duplication(n)", duplication, "n")],
}  # fmt: skip

ZEROS = {"A": "diagonal(n)"}
AT_ZEROS: dict[str, list[Example]] = {
    "pow": [
        Example("A**2", ZEROS, entrywise(lambda x: x * x)),
        Example("A**0", ZEROS, entrywise(lambda x: 1.0)),
    ],
    "tanh": [Example("tanh(A)", ZEROS, entrywise(math.tanh))],
    "norm": [Example("norm(A)", ZEROS, scalar(lambda A: math.hypot(*A.ravel())))],
    "det": [Example("det(A)", ZEROS, scalar(determinant))],
    "expm": [Example("expm(A)", ZEROS, exponential)],
    "matpow": [
        Example("matpow(A, 2)", ZEROS, lambda A: power(A, 2)),
        Example("matpow(A, 1)", ZEROS, lambda A: power(A, 1)),
    ],
}
"""Rows at matrices that have true zeros."""

ALL = {
    f"{name}: {example.text}, {', '.join(example.where.values())}": (name, example)
    for table in (EXAMPLES, AT_ZEROS)
    for name, examples in table.items()
    for example in examples
}


@dataclass
class Run:
    """What NumPy finds for one example at draws of all sizes."""

    name: str
    example: Example
    statement: Statement

    @cached_property
    def experiment(self) -> Experiment:
        return experiment(self.statement, DRAWS)

    @cached_property
    def function(self) -> Function:
        return Function(self.statement)

    @cached_property
    def wholes(self) -> list[tuple[Block, Whole]]:
        """The derivative at every draw, block by block."""
        return [(b, whole(self.function, b)) for b in self.experiment.blocks]

    def value(self, block: Block) -> Array:
        """Return the closed form by NumPy, draw by draw."""
        body = block.of(self.statement.body)
        return np.broadcast_to(body, (len(block.draws), *body.shape[-2:]))

    def telling(self) -> list[tuple[Block, Whole]]:
        """Return three blocks: a wide and a tall one, and that of size 1."""
        ones = next(
            pair for pair in self.wholes if set(pair[0].case.sizes.values()) == {1}
        )
        return [*self.wholes[:2], ones]

    def points(self) -> list[tuple[Block, Whole, int]]:
        """Return two smooth draws that Python's loops can afford, not of size 1."""
        cost = [
            (self.statement.demands.cost(block.case.sizes), i)
            for i, (block, _) in enumerate(self.wholes)
        ]
        fits = [self.wholes[i] for size, i in sorted(cost) if size <= 150]
        found = [(block, known, self.smooth(block)) for block, known in fits]
        found = [(block, known, i) for block, known, i in found if i is not None]
        assert found
        return found[-2:]

    def smooth(self, block: Block) -> int | None:
        """Return a draw at some distance from where the row has no derivative."""
        kink = PRIMITIVES[self.name].kink
        if kink is None:
            return 0
        row = next(t for t in terms(self.statement.body) if t.op == self.name)
        distances = kink(numeric, *(block.of(arg) for arg in row.args))
        return next((i for i, x in enumerate(distances) if x > 2 * STEP), None)


def id_of(key: str) -> str:
    """Return an id, on which the draws depend, that a new example does not change."""
    return f"example-{crc32(key.encode()):08x}"


def stated(example: Example, id: str) -> Statement:
    """Return a record whose claim does not matter."""
    return statement(
        id=id,
        where=dict(example.where),
        function=example.text,
        wrt=example.variables,
        differential="0",
    )


def curved(example: Example, id: str, name: str) -> Statement:
    """Return a record that asks for second derivatives of a scalar made of the row."""
    return statement(
        id=id,
        where=dict(example.where),
        function=f"sum(sin({example.text}))",
        wrt=name,
        hessian="0",
    )


@cache
def run_of(key: str) -> Run:
    traced.configure("float64")
    name, example = ALL[key]
    return Run(name, example, stated(example, id_of(key)))


@pytest.fixture(params=ALL)
def run(request: pytest.FixtureRequest) -> Run:
    return run_of(request.param)


CURVED = {
    f"{key}, by {name}": (row, example, name)
    for key, (row, example) in ALL.items()
    for name in example.variables
}


@cache
def curved_run(key: str) -> Run:
    traced.configure("float64")
    row, example, name = CURVED[key]
    return Run(row, example, curved(example, id_of(key), name))


SINGLE = {row: key for key, (row, *_) in reversed(CURVED.items())}.values()
"""Of each row one function and variable."""


@pytest.fixture(params=first_of(sorted(CURVED, key=[*SINGLE].count)[::-1], len(SINGLE)))
def curve(request: pytest.FixtureRequest) -> Run:
    return curved_run(request.param)


def close(found: Array, wanted: Array, tolerance: float) -> None:
    """Compare with the size of what is wanted, as a whole."""
    assert found.shape == wanted.shape
    np.testing.assert_allclose(
        found,
        wanted,
        rtol=tolerance,
        atol=tolerance * float(abs(wanted).max(initial=1)),
    )


def test_every_row_has_an_example():
    assert set(EXAMPLES) == set(PRIMITIVES)


@pytest.mark.parametrize("name", ALL)
def test_example_is_about_its_row(name):
    row, example = ALL[name]
    assert stated(example, "one").body.op == row


def test_rows_say_what_they_are():
    for row in PRIMITIVES.values():
        assert row.help
        assert len(row.signature.split("->")) == 2 or row.signature == "elementwise"


@pytest.mark.parametrize(
    "row",
    [row for row in PRIMITIVES.values() if row.entrywise or row.mixes],
    ids=lambda row: row.name,
)
def test_row_mixes_entries_or_takes_each_by_itself(row):
    X = np.array([[0.3, -1.2], [0.7, 0.2], [1.5, 2.5]])
    args = [X, X[::-1] / 2][: 1 + (row.signature == "elementwise")]
    with np.errstate(all="ignore"):
        whole = row.value(numeric, *args)
        alone = [
            [row.value(numeric, *(x[i:, j:][:1, :1] for x in args)) for j in columns(X)]
            for i in rows(X)
        ]
    same = np.allclose(whole, np.block(alone), rtol=1e-12, equal_nan=True)
    assert same == (not row.mixes)


def test_smooth_functions_of_a_scalar_are_rows_without_a_kink():
    assert set(FUNCTIONS) >= ELEMENTARY
    for name in ELEMENTARY:
        assert PRIMITIVES[name].signature == "m n -> m n"
        assert PRIMITIVES[name].kink is None


def test_sizes_are_one_wide_and_tall(run):
    sizes = [tuple(block.case.sizes.values()) for block in run.experiment.blocks]
    assert len(set(sizes)) >= 4
    assert (1,) * len(sizes[0]) in sizes
    if len(sizes[0]) > 1:
        assert any(m < n for m, n, *_ in sizes)
        assert any(m > n for m, n, *_ in sizes)


def test_value_by_numpy_is_that_of_a_second_implementation(run):
    for block in run.experiment.blocks:
        found = run.value(block)
        assert len(found) == len(block.draws) > 0
        for draw in range(len(found)):
            wanted = run.example.second(
                *(
                    X[0, draw] if X.ndim == 4 else X
                    for X in (block.evaluation.values[v] for v in run.example.where)
                ),
                *(block.case.sizes[size] for size in run.example.sizes),
            )
            close(found[draw], wanted, 1e-9)


def test_value_that_jax_traces_is_the_closed_form(run):
    for block, found in run.wholes:
        close(found.value, run.value(block), 1e-10)


def test_forward_and_reverse_mode_agree(run):
    for _, found in run.wholes:
        assert set(found.forward) == set(run.example.variables)
        for name, forward in found.forward.items():
            assert np.isfinite(forward).all()
            close(found.reverse[name], forward, 1e-9)


def test_jacobian_is_that_of_differences(run):
    for block, found, draw in run.points():
        for name in run.example.variables:
            wanted = differences(run, block, name, draw)
            close(found.forward[name][draw], wanted, 1e-6)


def unit_moves(x: Array) -> Array:
    """Return moves up and down by a step, (2, entries, rows, columns)."""
    moves = np.zeros((2, x.size, *x.shape))
    for k in range(x.size):
        entry = (k % x.shape[0], k // x.shape[0])
        moves[(0, k, *entry)], moves[(1, k, *entry)] = STEP, -STEP
    return moves


def differences(run: Run, block: Block, name: str, draw: int) -> Array:
    """Return central differences of the closed form.

    All entries are moved at once, each in a lane of its own.
    """
    known = block.evaluation.values.items()
    values = {key: X[0, draw] if X.ndim == 4 else X for key, X in known}
    x = values[name]
    values[name] = x + unit_moves(x)
    body = run.statement.body
    Y = evaluate(body, values, {}, block.evaluation.frame, numeric)
    Y = np.broadcast_to(Y, (2, x.size, *Y.shape[-2:]))
    return vec(np, (Y[0] - Y[1]) / (2 * STEP))[..., 0].T


def test_second_derivatives_by_both_orders_are_differences_of_the_first(curve):
    (name,) = curve.statement.wrt
    for block, found, draw in curve.points():
        first, second = (H[draw] for H in found.hessian)
        close(second, first, 1e-9)
        close(first, first.T, 1e-9)
        moves = unit_moves(block.evaluation.values[name][0, draw])
        ways = moves.reshape(-1, *moves.shape[-2:])
        at = moved(block.evaluation, draw, name, ways)
        points = Points(at, len(ways), np.arange(len(ways))[None])
        slopes = differentiation(curve.function, points).whole(points.lanes[0])
        up, down = np.split(slopes.reverse[name][:, 0], 2)
        close(first, (up - down) / (2 * STEP), 1e-5)


def test_second_derivatives_at_sizes_one_wide_and_tall_agree(curve):
    for _, found in curve.telling():
        first, second = found.hessian
        assert np.isfinite(first).all()
        close(second, first, 1e-9)


PARTS = 4


@pytest.mark.parametrize("part", first_of(range(PARTS)))
@pytest.mark.parametrize("order", ["first", "second"])
def test_xla_finds_the_same_at_sizes_one_wide_and_tall(order, part):
    first = order == "first"
    keys = list(ALL if first else SINGLE)[part::PARTS]
    runs = [run_of(key) if first else curved_run(key) for key in keys]
    jobs = [
        Job(run.function, block.evaluation, len(block.draws))
        for run in runs
        if first or run.name not in LONG
        for block, _ in run.telling()[: None if first and run.name not in LONG else 1]
    ]
    assert len(jobs) > 15
    for job, found in zip(jobs, by_xla(jobs), strict=True):
        wanted = job.by_numpy()
        for X, Y in zip(found, wanted, strict=True):
            close(X, Y, 1e-9)


def test_balls_enclose_the_value_and_the_jacobian(run):
    for block, found, draw in run.points():
        at = point(run.statement, block.case, block.draws.raw, draw)
        with precision(128):
            value = as_floats(at.evaluation().of(run.statement.body).value.array)
            close(value, run.value(block)[draw], 1e-10)
            for name in run.example.variables:
                J = as_floats(at.jacobian(name, run.statement.body))
                close(found.forward[name][draw], J, 1e-9)
