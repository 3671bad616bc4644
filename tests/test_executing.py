"""Every rule of NumPy does what the primitive of JAX does, for many draws at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from jax.extend.core import Primitive

from verifier.engine import traced
from verifier.engine.executing import RULES, Unexecutable
from verifier.engine.jaxprs import coded, flattened

Array = Any
Function = Callable[..., Any]
LANES = ((), (3,), (2, 3))
"""Axes of draws in front of an operand."""


@pytest.fixture(autouse=True, scope="module")
def _double() -> None:
    traced.configure("float64")


def numbers(shape: Sequence[int], seed: int, kind: str = "") -> Array:
    """Return numbers of some kind, none of them like another."""
    random = np.random.default_rng(seed)
    X = random.normal(size=shape)
    match kind:
        case "positive":
            return abs(X) + 0.1
        case "unit":
            return np.tanh(X)
        case "whole":
            return np.asarray(random.integers(-9, 10, shape))
        case "count":
            return np.asarray(random.integers(1, 9, shape))
        case "truth":
            return np.asarray(X > 0)
        case "definite":
            return X @ np.swapaxes(X, -1, -2) + np.eye(shape[-1])
        case "symmetric":
            return X + np.swapaxes(X, -1, -2)
        case "regular":
            return X + 3 * np.eye(shape[-1])
    return X


class Example:
    """A function of JAX, and the shapes and kinds of its operands for one draw."""

    def __init__(self, call: Function, *operands: Any):
        self.call = call
        given = [o if str in map(type, o) else (o, "") for o in operands]
        self.shapes = [shape for shape, _ in given]
        self.kinds = [kind for _, kind in given]

    def operands(self, lanes: Sequence[tuple[int, ...]]) -> list[Array]:
        given = zip(self.shapes, self.kinds, lanes, strict=True)
        return [
            numbers((*axes, *shape), 7 * i + 1, kind)
            for i, (shape, kind, axes) in enumerate(given)
        ]

    def ways(self) -> list[tuple[tuple[int, ...], ...]]:
        """Return axes of draws for each operand: the same, and one without any."""
        count = len(self.shapes)
        found = [(axes,) * count for axes in LANES]
        found += [((3,),) * i + ((),) + ((3,),) * (count - i - 1) for i in range(count)]
        return found if count > 1 else found[:3]


def unary(call: Function, kind: str = "") -> list[Example]:
    return [Example(call, ((2, 3), kind)), Example(call, ((), kind))]


def binary(call: Function, kind: str = "") -> list[Example]:
    return [Example(call, ((2, 3), kind), ((2, 3), kind))]


def scattered(X: Array, U: Array) -> Array:
    return X.at[jnp.array([2, 0]), 1:3].set(U)


def windows(X: Array, starts: Array) -> Array:
    names = lax.GatherDimensionNumbers((1, 2), (), (0, 1))
    return lax.gather(X, starts, names, (2, 2), mode="clip")


def columns(X: Array, starts: Array) -> Array:
    names = lax.GatherDimensionNumbers((0,), (1,), (1,))
    return lax.gather(X, starts, names, (3, 1), mode="clip")


def solved(A: Array, B: Array, axis: int, transposed: bool = False) -> Array:
    """Return `custom_linear_solve` by a matrix that its product names."""

    def matvec(X: Array) -> Array:
        return A @ X if axis == 0 else X @ A

    def solve(_: Any, B: Array) -> Array:
        return jnp.linalg.inv(A) @ B if axis == 0 else B @ jnp.linalg.inv(A)

    def back(_: Any, B: Array) -> Array:
        return jnp.linalg.inv(A).T @ B if axis == 0 else B @ jnp.linalg.inv(A).T

    if not transposed:
        return lax.custom_linear_solve(matvec, B, solve, back)
    pull = jax.linear_transpose(
        lambda B: lax.custom_linear_solve(matvec, B, solve, back), B
    )
    return pull(B)[0]


def svd(X: Array, full: bool) -> list[Array]:
    """Return what no sign and no order of null vectors changes."""
    U, s, V = lax.linalg.svd(X, full_matrices=full)
    k = min(X.shape)
    return [s, (U[:, :k] * s) @ V[:k], U.T @ U, V @ V.T]


def eig(A: Array) -> list[Array]:
    """Return what no order and no length of eigenvectors changes."""
    w, V = lax.linalg.eig(A, compute_left_eigenvectors=False)
    found = [(V * w) @ jnp.linalg.inv(V), jnp.sum(w), jnp.prod(w)]
    return [*map(jnp.real, found), *map(jnp.imag, found)]


def turned(x: Array) -> Array:
    return lax.complex(x, 2 * x) * lax.complex(x - 1, x)


def platform(x: Array) -> Array:
    return lax.platform_dependent(x, cpu=jnp.sin, default=jnp.sin)


def named(name: str, *more: Any, **params: Any) -> Function:
    """Return a primitive of `lax` by its name, for what only JAX itself calls."""
    return lambda *args: getattr(lax, name)(*args, *more, **params)


SQUARE, TRIANGLE = (3, 3), {"left_side": True, "lower": True}
EXAMPLES: dict[str, list[Example]] = {
    "add": [*binary(lax.add), Example(lambda X, y: X + y, (2, 3), ())],
    "add_any": [Example(jax.grad(lambda X: jnp.sum(X * jnp.sin(X))), (2, 3))],
    "sub": binary(lax.sub),
    "mul": [*binary(lax.mul), Example(lambda X, y: X * y, (2, 3), ())],
    "div": [*binary(lax.div), *binary(lax.div, "count")],
    "rem": [*binary(lax.rem), *binary(lax.rem, "count")],
    "pow": binary(lax.pow, "positive"),
    "max": binary(lax.max),
    "min": binary(lax.min),
    "neg": unary(lax.neg),
    "abs": unary(lax.abs),
    "sign": unary(lax.sign),
    "floor": unary(lax.floor),
    "ceil": unary(lax.ceil),
    "square": unary(lax.square),
    "sqrt": unary(lax.sqrt, "positive"),
    "rsqrt": unary(lax.rsqrt, "positive"),
    "exp": unary(lax.exp),
    "exp2": unary(lax.exp2),
    "log": unary(lax.log, "positive"),
    "log1p": unary(lax.log1p, "positive"),
    "expm1": unary(lax.expm1),
    "sin": unary(lax.sin),
    "cos": unary(lax.cos),
    "tan": unary(lax.tan),
    "sinh": unary(lax.sinh),
    "cosh": unary(lax.cosh),
    "tanh": unary(lax.tanh),
    "atan": unary(lax.atan),
    "asin": unary(lambda X: lax.asin(lax.sin(X))),
    "acos": unary(lambda X: lax.acos(lax.sin(X))),
    "asinh": unary(lax.asinh),
    "acosh": unary(lambda X: lax.acosh(1 + X), "positive"),
    "atanh": unary(lambda X: lax.atanh(lax.sin(X))),
    "logistic": unary(lax.logistic),
    "erf": unary(lax.erf),
    "lgamma": unary(lax.lgamma),
    "digamma": unary(lax.digamma),
    "polygamma": unary(lambda X: lax.polygamma(jnp.full_like(X, 2), X)),
    "eq": binary(lax.eq, "whole"),
    "ne": binary(lax.ne, "whole"),
    "lt": binary(lax.lt, "whole"),
    "le": binary(lax.le, "whole"),
    "gt": binary(lax.gt, "whole"),
    "ge": binary(lax.ge, "whole"),
    "and": binary(lax.bitwise_and, "truth"),
    "or": binary(lax.bitwise_or, "truth"),
    "not": unary(lax.bitwise_not, "truth"),
    "is_finite": [
        *unary(lax.is_finite),
        Example(lambda X: lax.is_finite(X / jnp.maximum(X, 0)), (2, 3)),
    ],
    "complex": unary(lambda x: lax.real(turned(x))),
    "real": unary(lambda x: lax.real(turned(x))),
    "imag": unary(lambda x: lax.imag(turned(x))),
    "conj": unary(lambda x: lax.imag(lax.conj(turned(x)))),
    "select_n": [
        Example(lax.select_n, ((2, 3), "truth"), (2, 3), (2, 3)),
        Example(lax.select_n, ((), "truth"), (2, 3), (2, 3)),
        Example(
            lambda k, *X: lax.select_n(jnp.clip(k, 0, 2).astype(jnp.int32), *X),
            ((2, 3), "whole"), (2, 3), (2, 3), (2, 3),
        ),
    ],
    "clamp": [Example(lambda X: lax.clamp(-0.5, X, 0.5), (2, 3))],
    "copy": [Example(lambda X: lax.copy_p.bind(X) if hasattr(lax, "copy_p")
                     else jnp.copy(X), (2, 3))],
    "stop_gradient": unary(lax.stop_gradient),
    "optimization_barrier": unary(lax.optimization_barrier),
    "reduce_precision": unary(lambda X: lax.reduce_precision(X, 11, 52)),
    "integer_pow": [
        example
        for y in (-2, -1, 0, 1, 2, 3, 5)
        for example in unary(named("integer_pow", y))
    ],
    "convert_element_type": [
        *unary(lambda X: lax.convert_element_type(X, jnp.float32)),
        *unary(lambda X: lax.convert_element_type(X, float), "truth"),
        *unary(lambda X: lax.convert_element_type(X, int)),
    ],
    "broadcast_in_dim": [
        Example(lambda x: lax.broadcast_in_dim(x, (2, 3), ()), ()),
        Example(lambda x: lax.broadcast_in_dim(x, (2, 3), (0,)), (2,)),
        Example(lambda x: lax.broadcast_in_dim(x, (2, 3), (1,)), (3,)),
        Example(lambda x: lax.broadcast_in_dim(x, (2, 3), (0, 1)), (2, 1)),
        Example(lambda x: lax.broadcast_in_dim(x, (4, 2, 3), (1, 2)), (2, 3)),
    ],
    "reshape": [
        Example(lambda X: lax.reshape(X, (3, 2)), (2, 3)),
        Example(lambda X: lax.reshape(X, (6,)), (2, 3)),
        Example(lambda x: lax.reshape(x, (1, 1)), ()),
    ],
    "transpose": [
        Example(lambda X: lax.transpose(X, (1, 0)), (2, 3)),
        Example(lambda X: lax.transpose(X, (2, 0, 1)), (2, 3, 4)),
    ],
    "squeeze": [Example(lambda X: lax.squeeze(X, (0, 2)), (1, 3, 1))],
    **{
        name: [
            Example(lambda X, f=f: f(X, (0,)), ((2, 3), kind)),
            Example(lambda X, f=f: f(X, (0, 1)), ((2, 3), kind)),
            Example(lambda X, f=f: f(X, ()), ((2, 3), kind)),
        ]
        for name, f, kind in (
            ("reduce_sum", lambda X, axes: jnp.sum(X, axes), ""),
            ("reduce_max", lambda X, axes: lax.reduce_max(X, axes), ""),
            ("reduce_min", lambda X, axes: lax.reduce_min(X, axes), ""),
            ("reduce_prod", lambda X, axes: jnp.prod(X, axes), ""),
            ("reduce_or", lambda X, axes: jnp.any(X, axes), "truth"),
            ("reduce_and", lambda X, axes: jnp.all(X, axes), "truth"),
        )
    },
    "cumsum": [
        Example(lambda X, r=r, a=a: lax.cumsum(X, a, reverse=r), (2, 3))
        for r in (False, True) for a in (0, 1)
    ],
    "cumprod": [
        Example(lambda X, r=r, a=a: lax.cumprod(X, a, reverse=r), (2, 3))
        for r in (False, True) for a in (0, 1)
    ],
    "concatenate": [
        Example(lambda X, Y: lax.concatenate([X, Y], 1), (2, 3), (2, 1)),
        Example(lambda X, Y, Z: lax.concatenate([X, Y, Z], 0), (2, 3), (1, 3), (4, 3)),
    ],
    "split": [
        Example(lambda X: lax.split(X, (2, 1, 3), 1), (2, 6)),
        Example(lambda X: lax.split(X, (1, 1), 0), (2, 6)),
    ],
    "slice": [
        Example(lambda X: lax.slice(X, (1, 0), (3, 2)), (4, 3)),
        Example(lambda X: lax.slice(X, (0, 1), (4, 6), (2, 3)), (4, 7)),
    ],
    "pad": [
        Example(lambda X, c=config: lax.pad(X, 0.5, c), (2, 3))
        for config in (
            ((1, 2, 0), (0, 1, 0)), ((0, 0, 1), (1, 0, 2)), ((-1, 0, 0), (0, -2, 0)),
            ((-1, 1, 1), (-2, 3, 2)), ((2, -2, 0), (-1, -1, 1)), ((0, 0, 0),) * 2,
        )
    ],
    "rev": [Example(lambda X, a=a: lax.rev(X, a), (2, 3)) for a in ((0,), (0, 1))],
    "tile": [Example(lambda X: lax.tile(X, (2, 3)), (2, 3))],
    "iota": [
        Example(lambda X, a=a: X + lax.broadcasted_iota(float, (2, 3), a), (2, 3))
        for a in (0, 1)
    ],
    "gather": [
        Example(lambda X: X[:, np.array([2, 0, 2])], (2, 3)),
        Example(lambda X: X[np.array([[2, 0], [1, 1]])], (3, 2)),
        Example(lambda X: X[np.array([2, 0]), np.array([1, 0])], (3, 2)),
        Example(jnp.diagonal, SQUARE),
        Example(lambda X, k: X[jnp.clip(k, 0, 2)], (3, 2), ((4,), "whole")),
        # Where a window would stick out it is moved inside.
        Example(windows, (4, 3), ((5, 2), "whole")),
        Example(columns, (3, 4), ((2, 1), "whole")),
    ],
    "scatter": [
        Example(scattered, (3, 4), (2, 2)),
        Example(lambda X, u: X.at[1].set(u), (3, 4), (4,)),
        Example(lambda X, u: X.at[:, 2].set(u), (3, 4), (3,)),
        Example(lambda X, u: X.at[1, 2].set(u), (3, 4), ()),
    ],
    "scatter-add": [
        Example(lambda X, u: X.at[np.array([1, 1, 0])].add(u), (2, 4), (3, 4)),
        Example(lambda X, u: X.at[:, np.array([1, 1])].add(u), (2, 4), (2, 2)),
        Example(lambda X, u: X.at[1, 2].add(u), (3, 4), ()),
    ],
    "dynamic_slice": [
        Example(
            lambda X, i, j: lax.dynamic_slice(X, (i, j), (2, 2)),
            (4, 3), ((), "whole"), ((), "whole"),
        ),
        Example(lambda X, i: lax.dynamic_slice(X, (i,), (3,)), (4,), ((), "whole")),
    ],
    "sort": [
        Example(lambda X: lax.sort(X, dimension=0), (3, 2)),
        Example(lambda X: lax.sort(X, dimension=1), (2, 5)),
        Example(lambda X, Y: lax.sort((X, Y), dimension=0, num_keys=1), (5,), (5,)),
        Example(lambda X: jnp.argsort(X, axis=1), (2, 5)),
    ],
    "dot_general": [
        Example(jnp.matmul, (2, 3), (3, 4)),
        Example(jnp.matmul, (2, 3), (3,)),
        Example(jnp.dot, (3,), (3,)),
        *(
            Example(
                lambda X, Y, i=i, j=j: lax.dot_general(X, Y, (((i,), (j,)), ((), ()))),
                (2, 3) if i else (3, 2), (4, 3) if j else (3, 4),
            )
            for i in (0, 1) for j in (0, 1)
        ),
        Example(lambda X, Y: lax.dot_general(X, Y, (((1,), (1,)), ((0,), (0,)))),
                (2, 3, 4), (2, 3)),
        Example(lambda X, Y: lax.dot_general(X, Y, (((0, 1), (1, 0)), ((), ()))),
                (2, 3), (3, 2)),
        Example(lambda x, y: lax.dot_general(x, y, (((), ()), ((), ()))), (2,), (3,)),
    ],
    "custom_linear_solve": [
        *(
            Example(lambda A, B, a=a, t=t: solved(A, B, a, t), (SQUARE, "regular"), B)
            for a, B in ((0, (3, 2)), (1, (2, 3))) for t in (False, True)
        ),
        Example(jnp.linalg.solve, (SQUARE, "regular"), (3, 2)),
        Example(jnp.linalg.inv, (SQUARE, "regular")),
    ],
    "triangular_solve": [
        Example(
            lambda A, B, o=options: lax.linalg.triangular_solve(A, B, **o),
            (SQUARE, "regular"), (3, 2) if options["left_side"] else (2, 3),
        )
        for left in (True, False) for lower in (True, False)
        for transposed in (True, False) for unit in (True, False)
        for options in [{
            "left_side": left, "lower": lower,
            "transpose_a": transposed, "unit_diagonal": unit,
        }]
    ],
    "lu": [Example(lax.linalg.lu, shape) for shape in (SQUARE, (4, 2), (2, 4), (1, 1))],
    "cholesky": [
        Example(lambda A: jnp.tril(lax.linalg.cholesky(A)), (SQUARE, "definite"))
    ],
    "eig": [Example(eig, (SQUARE, kind)) for kind in ("", "symmetric", "regular")],
    "svd": [
        *(
            Example(lambda X, full=full: svd(X, full), shape)
            for shape in ((3, 2), (2, 3), (1, 3)) for full in (True, False)
        ),
        Example(lambda X: lax.linalg.svd(X, compute_uv=False), (3, 2)),
    ],
}  # fmt: skip
SYMBOLIC = {"dim_as_value", "empty2", "copy_p"}
"""Rules of what only occurs among symbolic sizes, inside `jit`, or by another name."""

ALL = [
    pytest.param(name, example, id=f"{name}-{i}")
    for name, examples in EXAMPLES.items()
    for i, example in enumerate(examples)
]


def traced_to(example: Example) -> Any:
    """Return what JAX makes of an example, for one draw, and NumPy's code for it."""
    one = example.operands([()] * len(example.shapes))
    flat = flattened(jax.make_jaxpr(example.call)(*one))
    return flat, coded(flat, {})


def draw_by_draw(
    example: Example, operands: Sequence[Array], lanes: Sequence[tuple[int, ...]]
) -> list[Array]:
    """Let JAX compute an example for each draw by itself."""
    axes = np.broadcast_shapes(*lanes)
    found = []
    for place in np.ndindex(*axes):
        given = [
            jnp.asarray(X[place] if own else X)
            for X, own in zip(operands, lanes, strict=True)
        ]
        found.append([np.asarray(Y) for Y in jax.tree.leaves(example.call(*given))])
    return [
        np.stack(Ys).reshape((*axes, *Ys[0].shape)) for Ys in zip(*found, strict=True)
    ]


def test_every_rule_has_an_example():
    assert set(EXAMPLES) | SYMBOLIC == set(RULES)
    assert not set(EXAMPLES) & SYMBOLIC


@pytest.mark.parametrize(("name", "example"), ALL)
def test_rule_does_what_jax_does_with_any_axes_of_draws(name, example):
    flat, code = traced_to(example)
    assert name in {equation.primitive.name for equation, _, _ in flat.equations}
    for lanes in example.ways():
        operands = example.operands(lanes)
        with np.errstate(all="ignore"):
            found = code(*operands)
        wanted = draw_by_draw(example, operands, lanes)
        assert len(found) == len(wanted) > 0
        for X, Y in zip(found, wanted, strict=True):
            assert np.asarray(X).dtype.kind == Y.dtype.kind
            X = np.broadcast_to(X, Y.shape)  # what no draw changes has no axes
            np.testing.assert_allclose(X, Y, rtol=1e-12, atol=1e-12, err_msg=str(lanes))


def test_operand_is_never_written_to():
    for name in ("scatter", "scatter-add", "lu", "sort"):
        for example in EXAMPLES[name]:
            _, code = traced_to(example)
            operands = example.operands([(3,)] * len(example.shapes))
            kept = [X.copy() for X in operands]
            code(*operands)
            for X, Y in zip(operands, kept, strict=True):
                assert np.array_equal(X, Y), name


def test_inner_calls_are_executed_in_their_place():
    inner = jax.jit(lambda x: jnp.sin(x) * 2)
    for call in (inner, jax.nn.relu, platform, jax.nn.gelu):
        example = Example(call, (2, 3))
        flat, code = traced_to(example)
        names = {equation.primitive.name for equation, _, _ in flat.equations}
        assert names <= set(RULES)
        (X,) = example.operands([(3,)])
        np.testing.assert_allclose(code(X)[0], draw_by_draw(example, [X], [(3,)])[0])


def test_what_no_output_depends_on_is_left_out():
    flat = flattened(jax.make_jaxpr(lambda x: (jnp.exp(x), jnp.sin(x))[1])(1.0))
    assert [equation.primitive.name for equation, _, _ in flat.equations] == ["sin"]


def test_matrix_without_an_inverse_is_nan_for_its_draw_alone():
    example = EXAMPLES["custom_linear_solve"][0]
    _, code = traced_to(example)
    A, B = example.operands([(3,), (3,)])
    A[1] = 0.0
    (X,) = code(A, B)
    assert np.isnan(X[1]).all()
    np.testing.assert_allclose(A[[0, 2]] @ X[[0, 2]], B[[0, 2]], rtol=1e-12)


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("full", [True, False])
def test_matrix_that_is_not_finite_has_no_svd_for_its_draw_alone(strange, full):
    _, code = traced_to(Example(lambda X: svd(X, full), (3, 2)))
    A = numbers((3, 3, 2), 1)
    whole = code(A)
    A[1, 0, 1] = strange
    for X, Y in zip(code(A), whole, strict=True):
        assert np.isnan(X[1]).all()
        np.testing.assert_array_equal(X[[0, 2]], Y[[0, 2]])


def test_what_sticks_out_is_an_error_where_jax_would_drop_it():
    for call in (
        lambda X, k: X.at[k].add(1.0, mode="drop"),
        lambda X, k: X.at[k].get(mode="fill"),
    ):
        _, code = traced_to(Example(call, (4,), ((6,), "count")))
        code(np.ones(4), np.arange(6) % 4)
        with pytest.raises(Unexecutable, match="sticks out"):
            code(np.ones(4), np.arange(6))


@pytest.mark.parametrize(
    ("call", "shape"),
    [
        (lambda x: lax.while_loop(lambda x: x[0] < 9, lambda x: x + 1, x), (2,)),
        (lambda x: lax.fori_loop(0, x.shape[0], lambda i, y: y * x[i], 1.0), (2,)),
        (lambda x: lax.sort((x, x), num_keys=2), (3,)),
        (lambda x: lax.bessel_i0e(x), (2,)),
    ],
)
def test_what_has_no_rule_is_an_error(call, shape):
    with pytest.raises(Unexecutable):
        traced_to(Example(call, shape))


def test_unknown_primitive_is_an_error_that_names_it():
    strange = Primitive("strange")
    strange.def_abstract_eval(lambda x: x)
    with pytest.raises(Unexecutable, match="NumPy has no rule for `strange` of JAX"):
        traced_to(Example(lambda x: strange.bind(x), (2,)))
