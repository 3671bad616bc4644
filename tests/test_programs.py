"""Programs are primitives of JAX, which applies the chain rule to what they make up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from executed import Job, experiment
from stated import statement

from verifier.engine import traced
from verifier.engine.function import Function
from verifier.engine.jaxprs import coded, size_at
from verifier.engine.programs import Program, letters
from verifier.engine.rows import program_of
from verifier.language.statement import Statement

Array = Any
WHERE = {"x": "vector(n)", "X": "matrix(m, n)", "A": "matrix(n, n)", "s": "scalar"}


@pytest.fixture(autouse=True, scope="module")
def _double() -> None:
    traced.configure("float64")


def function(body: str, wrt: Any, **more: str) -> Statement:
    return statement(where=WHERE, function=body, wrt=wrt, **more)


def job_of(stated: Statement) -> tuple[Job, dict[str, Array]]:
    """Return a function at the draws of one case, and the values of its names."""
    block = experiment(stated, 12).blocks[0]
    at, count = block.evaluation, len(block.draws)
    values = {name: X[0] for name, X in at.values.items()}
    return Job(Function(stated), at, count), values


COMPOSED: dict[str, tuple[str, tuple[str, ...], Callable[..., Array]]] = {
    "products": ("X @ A @ x", ("x",), lambda X, A, x: X @ A @ x),
    "by two names": ("X @ A @ x", ("X", "A"), lambda X, A, x: X @ A @ x),
    "a name that comes twice": (
        "(X @ x) * exp(X @ x)", ("X",), lambda X, x: (X @ x) * jnp.exp(X @ x),
    ),
    "an inverse": (
        "X @ inv(A) @ x", ("A", "x"), lambda X, A, x: X @ jnp.linalg.inv(A) @ x,
    ),
    "a scalar that spreads": (
        "s * X / (1 + s**2)", ("s", "X"), lambda X, s: s * X / (1 + s**2),
    ),
    "a matrix of blocks": (
        "kron(X, A) @ vec(A)", ("A",),
        lambda X, A: jnp.kron(X, A) @ A.T.reshape(-1, 1),
    ),
    "nothing but the name": ("X", ("X",), lambda X: X),
    "a constant": ("A", ("X",), lambda A, X: A),
    "a determinant": (
        "logdet(A) * det(A) * A", ("A",),
        lambda A: jnp.linalg.slogdet(A)[1] * jnp.linalg.det(A) * A,
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", COMPOSED)
def test_both_modes_are_those_of_the_plain_function(key):
    body, wrt, plain = COMPOSED[key]
    names = plain.__code__.co_varnames[: plain.__code__.co_argcount]
    job, values = job_of(function(body, list(wrt), differential="0"))
    count = len(wrt)
    v, u = job.inputs[-1 - count : -1], job.inputs[-1]
    value, forward, *reverse = job.by_numpy()
    assert len(reverse) == count
    assert job.count >= 1
    for i in range(job.count):
        at = {name: values[name][i] for name in names}

        def f(*xs: Array, at: Any = at) -> Array:
            return plain(**{**at, **dict(zip(wrt, xs, strict=True))})

        xs = tuple(at[name] if name in at else values[name][i] for name in wrt)
        y, moved = jax.jvp(f, xs, tuple(V[i] for V in v))
        close(value[i], y)
        close(forward[i], moved)
        for found, wanted in zip(reverse, jax.vjp(f, *xs)[1](u[i]), strict=True):
            close(found[i], wanted)


SCALARS: dict[str, Callable[..., Array]] = {
    "x.T @ A @ x * sum(x)": lambda A, x: x.T @ A @ x * jnp.sum(x),
    "exp(sum(sin(A @ x)))": lambda A, x: jnp.exp(jnp.sum(jnp.sin(A @ x))),
    "x.T @ inv(A + x @ x.T) @ x": lambda A, x: x.T @ jnp.linalg.inv(A + x @ x.T) @ x,
    "logsumexp(x) * norm(x)": lambda A, x: (
        jax.scipy.special.logsumexp(x) * jnp.linalg.norm(x)
    ),
}


@pytest.mark.parametrize("body", SCALARS)
def test_second_derivatives_in_both_orders_are_those_of_the_plain_function(body):
    job, values = job_of(function(body, "x", hessian="0"))
    v = job.inputs[-2]
    *_, first, second = job.by_numpy()
    for i in range(job.count):

        def f(x: Array, i: int = i) -> Array:
            A = values["A"][i] if "A" in values else None
            return SCALARS[body](A, x).reshape(())

        wanted = jax.jvp(jax.grad(f), (values["x"][i],), (v[i],))[1]
        close(first[i], wanted)
        close(second[i], wanted)


def close(found: Array, wanted: Array) -> None:
    wanted = np.asarray(wanted)
    scale = float(abs(wanted).max(initial=1e-3))
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-10 * scale)


# A program by itself.

PIECES = ("value", "tangent", "cotangent")


def counted() -> tuple[Program, list[tuple[Any, ...]]]:
    """Return the program of X -> X Y + X, and the shapes that it was traced at."""
    m, n = letters("m, n")
    traces: list[tuple[Any, ...]] = []

    def call(X: Array, Y: Array) -> list[Array]:
        traces.append(X.shape)
        return [X @ Y + X]

    shapes = [jax.ShapeDtypeStruct(s, float) for s in ((m, n), (n, n))]
    return Program(call, shapes), traces


def test_program_is_traced_once_at_no_size_whatever_the_sizes():
    program, traces = counted()
    for m, n in ((2, 3), (4, 1), (1, 1)):
        sizes = (("m", m), ("n", n))
        X, Y = np.ones((5, m, n)), np.ones((5, n, n))
        close(program.at(sizes)(X, Y)[0], X @ Y + X)
        line = program.linear((0,))
        value, *kept = line.at("value", sizes)(X, Y)
        close(value, X @ Y + X)
        (moved,) = line.at("tangent", sizes)(*kept, X)
        close(moved, X @ Y + X)
        (back,) = line.at("cotangent", sizes)(*kept, X)
        close(back, X @ np.swapaxes(Y, -1, -2) + X)
    assert [tuple(map(str, shape)) for shape in traces] == [("m", "n")]


def test_what_does_not_move_is_computed_with_the_value_and_only_once():
    (n,) = letters("n")
    square = jax.ShapeDtypeStruct((n, n), float)
    program = Program(lambda A: [traced.exp(traced.inv(A @ A))], [square])
    line, sizes = program.linear((0,)), (("n", 3),)
    A = np.eye(3) + np.arange(9.0).reshape(3, 3) / 7
    value, *kept = line.at("value", sizes)(A)
    close(value, np.exp(np.linalg.inv(A @ A)))
    steps = {piece: len(line.at(piece, sizes).steps) for piece in PIECES}
    assert len(program.at(sizes).steps) <= steps["value"]
    assert steps["tangent"] < steps["value"] + 3
    # All that a derivative reads of the point is what was kept.
    assert len(line.at("tangent", sizes).inputs) == len(kept) + 1
    assert any(np.array_equal(K, value) for K in kept)


def test_codes_at_some_sizes_are_made_once():
    program, _ = counted()
    sizes = (("m", 2), ("n", 3))
    assert program.at(sizes) is program.at(sizes)
    assert program.linear((0,)) is program.linear((0,))
    assert program.linear((0,)) is not program.linear((0, 1))


def test_linearised_by_some_operands_only_these_move():
    program, _ = counted()
    sizes = (("m", 2), ("n", 3))
    X, Y, V = np.ones((2, 3)), np.eye(3) * 2, np.arange(9.0).reshape(3, 3)
    line = program.linear((1,))
    _, *kept = line.at("value", sizes)(X, Y)
    close(line.at("tangent", sizes)(*kept, V)[0], X @ V)
    (back,) = line.at("cotangent", sizes)(*kept, X)
    close(back, X.T @ X)


@pytest.mark.parametrize(
    ("shape", "sizes", "wanted"),
    [
        ("m*n", {"m": 2, "n": 5}, 10),
        ("m + n", {"m": 2, "n": 5}, 7),
        ("floordiv(n^2 + n, 2)", {"n": 4}, 10),
        ("n^2 - 2*n + 3", {"n": 4}, 11),
        ("mod(n, 3)", {"n": 5}, 2),
        ("max(m, n)", {"m": 2, "n": 5}, 5),
        ("min(m, n)", {"m": 2, "n": 5}, 2),
        ("7", {}, 7),
    ],
)
def test_sizes_that_are_letters_get_numbers(shape, sizes, wanted):
    scope = jax.export.SymbolicScope()
    (size,) = jax.export.symbolic_shape(shape, scope=scope)
    assert size_at(size, sizes) == wanted


def test_rows_alike_up_to_names_are_one_program():
    where = {"X": "matrix(m, n)", "Y": "matrix(n, p)", "Z": "matrix(p, q)"}
    first, second, third = (
        program_of(statement(where=where, value=body, both="0").body, {})
        for body in ("X @ Y", "Y @ Z", "X * X")
    )
    assert first[0] is second[0]
    assert first[1] != second[1]
    assert third[0] is not first[0]
    numbers = {"m": 1, "n": 2, "p": 3, "q": 4}
    assert first[1].at(numbers) == (("m", 1), ("n", 2), ("p", 3))
    assert second[1].at(numbers) == (("m", 2), ("n", 3), ("p", 4))


def test_row_that_jax_takes_apart_by_size_has_a_program_for_each():
    where = {"X": "matrix(m, n)"}
    family, bound = program_of(
        statement(where=where, value="pinv(X)", both="0").body, {}
    )
    wide, tall = (
        family.sized(bound.at(numbers))
        for numbers in ({"m": 2, "n": 3}, {"m": 3, "n": 2})
    )
    assert wide is not tall
    assert wide is family.sized(bound.at({"m": 2, "n": 3}))


def test_constants_of_a_program_are_kept():
    program = Program(
        lambda X: [X + np.arange(3.0)], [jax.ShapeDtypeStruct((3,), float)]
    )
    code = coded(program.flat, {})
    close(code(np.ones((2, 3)))[0], np.ones((2, 3)) + np.arange(3.0))
