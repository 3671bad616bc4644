"""Function symbols: every derivative written down is that of the formula, by JAX."""

from __future__ import annotations

import math

import jax
import numpy as np
import pytest

from verifier.engine import numeric, traced
from verifier.engine.derived import derived
from verifier.engine.draws import Source, values
from verifier.engine.symbols import RIDGES, apply, parts
from verifier.language.declaration import FunctionType, parse_type
from verifier.language.dimension import Dim
from verifier.language.layout import Layout
from verifier.language.sizes import Case
from verifier.language.term import SCALAR, Term

CASE = Case({"m": 2, "n": 3, "p": 2, "q": 4}, {})
ONE_TO_ONE = "scalar -> scalar"
TYPES = {
    "f": "vector(n) -> vector(m)",
    "h": "vector(n) -> scalar",
    "M": "matrix(p, q) -> scalar",
    "Y": "scalar -> matrix(p, q)",
    "T": "matrix(m, n) -> matrix(p, q)",
    "s": ONE_TO_ONE,
    "u": "(scalar, scalar) -> scalar",
    "w": "(vector(n), vector(m)) -> vector(q)",
    "v": "(vector(n), vector(m)) -> scalar",
    "z": "(vector(n), scalar) -> scalar",
    "c": "convex vector(n) -> scalar",
    "k": "concave matrix(p, q) -> scalar",
    "e": "positive vector(n) -> scalar",
    "ps": "positive scalar -> scalar",
    "cs": "convex scalar -> scalar",
}
DRAWS = 3


@pytest.fixture(scope="module", autouse=True)
def _double():
    traced.configure("float64")


def symbols(count=DRAWS):
    declared = {name: parse_type(text) for name, text in TYPES.items()}
    (draws,) = Source(declared, (CASE,), 0, "symbols").draw(count)
    return values(numeric, declared, draws.raw, CASE)[1]


def one(name, draw=0):
    """Return a symbol at one draw, its numbers without lanes."""
    found = symbols()[name]
    numbers = {key: X[0, draw] for key, X in found.numbers.items()}
    return type(found)(found.declared, numbers)


def arguments(symbol, seed=0):
    random = np.random.default_rng(seed)
    return [
        random.normal(size=tuple(CASE.size(d) for d in argument.shape))
        for argument in symbol.declared.arguments
    ]


def function(symbol):
    """Return f for JAX, with its own shape."""
    shape = tuple(CASE.size(d) for d in symbol.declared.result.shape)
    return lambda *args: apply(traced, symbol, args, shape)


def at(symbol, args, kind="D", positions=(1,), layout=Layout.NUMERATOR, degree=0):
    """Return D, hessian or taylor as a claim has it."""
    term = Term("derived", SCALAR, kind=kind, positions=positions, layout=layout)
    return derived(numeric, term, symbol, args, degree, CASE.size)


def stacked(T, y, x):
    """Return a tensor (y rows, y columns, x rows, x columns), columns stacked."""
    T = np.asarray(T).transpose(1, 0, 3, 2)
    return T.reshape(y[0] * y[1], x[0] * x[1])


HESSIANS = ("h", "M", "s", "c", "k", "e", "cs")
ORDERS = 5


@pytest.fixture(scope="module")
def autodiff():
    """Return the derivatives of all symbols by JAX, compiled in one program."""

    def scalar(f):
        return lambda *args: f(*args)[0, 0]

    @jax.jit
    def everything(given):
        found = {}
        for name, args in given.items():
            f = function(one(name))
            for i in range(len(args)):
                found[f"{name} by {i}"] = jax.jacfwd(f, argnums=i)(*args)
            if name in HESSIANS:
                found[f"{name} bent"] = jax.hessian(scalar(f))(*args)
            if name == "u":
                for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
                    g = jax.grad(scalar(f), argnums=i)
                    found[f"{name} by {i} {j}"] = jax.jacfwd(g, argnums=j)(*args)
            if name in ("s", "ps", "cs"):
                g = scalar(f)
                for order in range(1, ORDERS + 1):
                    g = jax.grad(lambda t, g=g: jax.numpy.sum(g(t)))
                    found[f"{name} order {order}"] = g(*args)
        return found

    return everything({name: arguments(one(name)) for name in TYPES})


@pytest.mark.parametrize("name", TYPES)
def test_first_derivatives_are_those_of_jax(name, autodiff):
    symbol = one(name)
    args = arguments(symbol)
    for position, x in enumerate(args, start=1):
        T = autodiff[f"{name} by {position - 1}"]
        y = T.shape[:2]
        J = stacked(T, y, x.shape)
        if y == (1, 1):  # entry (j, i) = dy / dx_ij
            J = J.reshape(x.shape[::-1])
        elif x.shape == (1, 1):
            J = J.reshape(y[::-1]).T
        found = at(symbol, args, positions=(position,))
        np.testing.assert_allclose(found, J, rtol=1e-12, atol=1e-12)
        other = at(symbol, args, positions=(position,), layout=Layout.DENOMINATOR)
        assert np.array_equal(other, found.T)


@pytest.mark.parametrize("name", HESSIANS)
def test_hessians_are_those_of_jax(name, autodiff):
    symbol = one(name)
    (x,) = arguments(symbol)
    H = stacked(autodiff[f"{name} bent"], x.shape, x.shape)
    found = at(symbol, [x], "hessian", ())
    np.testing.assert_allclose(found, H, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("positions", [(1, 1), (1, 2), (2, 1), (2, 2)])
def test_mixed_second_derivatives_are_those_of_jax(positions, autodiff):
    symbol = one("u")
    first, second = (p - 1 for p in positions)
    found = at(symbol, arguments(symbol), positions=positions).item()
    assert found == pytest.approx(autodiff[f"u by {first} {second}"].item(), rel=1e-12)


@pytest.mark.parametrize("name", ["s", "ps", "cs"])
def test_derivatives_of_every_order_are_those_of_jax(name, autodiff):
    symbol = one(name)
    (x,) = arguments(symbol)
    for order in range(1, ORDERS + 1):
        found = at(symbol, [x], positions=(1,) * order).item()
        wanted = autodiff[f"{name} order {order}"].item()
        assert found == pytest.approx(wanted, rel=1e-9)


def test_hessian_of_a_vector_function_has_those_of_its_entries_one_above_the_other():
    symbol = one("f")
    (x,) = arguments(symbol)
    H = jax.hessian(function(symbol))(x)  # (m, 1, n, 1, n, 1)
    found = at(symbol, [x], "hessian", ())
    blocks = [H[i, 0, :, 0, :, 0] for i in range(2)]
    np.testing.assert_allclose(found, np.vstack(blocks), rtol=1e-10, atol=1e-12)


def test_hessian_of_a_matrix_function_is_that_of_its_stacked_columns():
    symbol = one("T")
    (X,) = arguments(symbol)
    H = np.asarray(jax.hessian(function(symbol))(X))  # (p, q, m, n, m, n)
    found = at(symbol, [X], "hessian", ())
    p, q, m, n = H.shape[:4]
    H = H.transpose(1, 0, 3, 2, 5, 4).reshape(p * q * m * n, m * n)
    np.testing.assert_allclose(found, H, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("positions", "shape"), [((1, 2), (3, 2)), ((2, 1), (2, 3)), ((1, 1), (3, 3))]
)
def test_mixed_second_derivatives_of_vectors_have_rows_for_the_first(positions, shape):
    symbol = one("v")
    args = arguments(symbol)
    first, second = (p - 1 for p in positions)

    def f(*args):
        return function(symbol)(*args)[0, 0]

    H = jax.jacfwd(jax.grad(f, argnums=first), argnums=second)(*args)[:, 0, :, 0]
    assert H.shape == shape
    found = at(symbol, args, positions=positions)
    np.testing.assert_allclose(found, H, rtol=1e-10, atol=1e-12)
    other = at(symbol, args, positions=positions, layout=Layout.DENOMINATOR)
    assert np.array_equal(other, found.T)


def test_mixed_second_derivatives_by_a_vector_and_a_scalar_are_a_row():
    symbol = one("z")
    args = arguments(symbol)
    found = [at(symbol, args, positions=p) for p in ((1, 2), (2, 1))]
    assert found[0].shape == (1, 3)
    np.testing.assert_allclose(*found, rtol=1e-12)


def test_function_of_scalars_is_applied_entry_by_entry():
    symbol = one("u")
    X, t = np.arange(6.0).reshape(2, 3) / 4, np.array([[0.5]])
    found = apply(numeric, symbol, [X, t], X.shape)
    term = Term("derived", (Dim.of(2), Dim.of(3)), kind="D", positions=(1, 2))
    bent = derived(numeric, term, symbol, [X, t], 0, CASE.size)
    for place in np.ndindex(X.shape):
        x = X[place].reshape(1, 1)
        assert found[place] == pytest.approx(symbol.value(numeric, [x, t]).item())
        wanted = symbol.by_scalars(numeric, [x, t], (1, 2)).item()
        assert bent[place] == pytest.approx(wanted)


def test_taylor_polynomial_has_the_derivatives_of_the_function():
    symbol = one("s")
    a, x = np.array([[0.25]]), np.array([[0.75]])
    wanted, factor = 0.0, 1.0
    for degree in range(5):
        order = symbol.by_scalars(numeric, [a], (1,) * degree).item()
        wanted += order * factor
        factor *= 0.5 / (degree + 1)
        found = at(symbol, [a, x], "taylor", (), degree=degree).item()
        assert found == pytest.approx(wanted, rel=1e-13)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


KNOWN = {
    "sin": (math.sin, [math.cos, lambda x: -math.sin(x), lambda x: -math.cos(x)]),
    "exp": (math.exp, [math.exp, math.exp, math.exp]),
    "log": (math.log, [lambda x: 1 / x, lambda x: -1 / x**2, lambda x: 2 / x**3]),
    "sigmoid": (sigmoid, [lambda x: sigmoid(x) * sigmoid(-x)]),
}


@pytest.mark.parametrize("name", KNOWN)
def test_calculus_of_elementary_functions_by_name(name):
    x = np.array([[0.75]])
    f, slopes = KNOWN[name]
    for order, slope in enumerate(slopes, start=1):
        found = at(name, [x], positions=(1,) * order).item()
        assert found == pytest.approx(slope(0.75), rel=1e-12)
    assert at(name, [x], "hessian", ()).item() == at(name, [x], positions=(1, 1)).item()
    a = np.array([[0.5]])
    line = at(name, [a, x], "taylor", (), degree=1).item()
    tangent = f(0.5) + 0.25 * slopes[0](0.5)
    assert line == pytest.approx(tangent, rel=1e-13)
    assert at(name, [a, x], "taylor", (), degree=60).item() == pytest.approx(
        f(0.75), rel=1e-10
    )


@pytest.mark.parametrize("draw", range(DRAWS))
def test_convex_is_convex_and_concave_is_concave(draw):
    for name, sign in (("c", 1), ("cs", 1), ("k", -1)):
        symbol = one(name, draw)
        (x,) = arguments(symbol, draw)
        w = np.linalg.eigvalsh(sign * at(symbol, [x], "hessian", ()))
        assert w.min() > 0


@pytest.mark.parametrize("draw", range(DRAWS))
def test_positive_is_positive_everywhere(draw):
    for name in ("e", "ps"):
        symbol = one(name, draw)
        for seed in range(5):
            args = [20 * x for x in arguments(symbol, seed)]
            assert (symbol.value(numeric, args) > 0).all()


def test_positive_and_convex_functions_have_no_other_property():
    random = np.random.default_rng(0)
    bends, fourths = [], []
    for draw in range(DRAWS):
        for x in random.normal(size=(40, 1, 1)) * 8:
            bends.append(at(one("ps", draw), [x], positions=(1, 1)).item())
            fourths.append(at(one("cs", draw), [x], positions=(1,) * 4).item())
    for found in (bends, fourths):
        assert min(found) < 0 < max(found)


def test_plain_functions_take_both_signs_and_bend():
    found = [symbols()[name] for name in ("h", "s")]
    for symbol in found:
        assert (symbol.numbers["C"] < 0).any()
        assert (symbol.numbers["C"] > 0).any()
    symbol = one("h")
    (x,) = arguments(symbol)
    H = at(symbol, [x], "hessian", ())
    assert np.linalg.matrix_rank(H) == 3
    assert abs(H).min() > 1e-6


def test_jacobian_has_no_structure():
    symbol = one("f")
    J = at(symbol, arguments(symbol))
    assert J.shape == (2, 3)
    assert abs(J).min() > 1e-6
    assert np.linalg.matrix_rank(J) == 2


def test_order_of_mixed_derivatives_does_not_matter_and_arguments_do():
    symbol = one("u")
    args = arguments(symbol)
    found = {p: at(symbol, args, positions=p).item() for p in ((1, 2), (2, 1), (1, 1))}
    assert found[1, 2] == pytest.approx(found[2, 1])
    assert found[1, 2] != pytest.approx(found[1, 1])


def test_parts_have_an_axis_for_every_axis_of_the_arguments():
    declared = parse_type("(matrix(p, q), vector(n)) -> vector(m)")
    assert isinstance(declared, FunctionType)
    found = parts(declared, CASE.size)
    assert {key: part.shape for key, part in found.items()} == {
        "a": (2, 1, 1),
        # As many ridges as the largest argument has entries.
        "b": (8, 1),
        **dict.fromkeys("CQE", (2, 1, 8)),
        "W0": (8, 2, 4),
        "W1": (8, 3, 1),
        "B0": (2, 1, 2, 4),
        "B1": (2, 1, 3, 1),
    }
    few = parse_type("scalar -> scalar")
    assert isinstance(few, FunctionType)
    assert parts(few, CASE.size)["C"].shape == (1, 1, RIDGES)
