"""Values lie in the set that their type promises, and have no structure beyond it."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from verifier.engine import numeric
from verifier.engine.balls import BALLS, ball_matrix, precision
from verifier.engine.draws import LANES, PRECISIONS, Source, build, values
from verifier.engine.jets import constant
from verifier.language.declaration import KINDS, Type, parse_type
from verifier.language.sizes import Case

CASE = Case({"m": 4, "n": 3}, {})
LARGE = Case({"m": 2, "n": 5}, {})
ONE = Case({"m": 1, "n": 1}, {})
COUNT = 24


def source(types, cases=(CASE,), seed=0, id="one", dtype="float64"):
    given = {name: parse_type(text) for name, text in types.items()}
    return Source(given, cases, seed, id, PRECISIONS[dtype])


def raw(kind, case=CASE, count=COUNT, **more):
    """Return the raw entries of one name, (1, draws, rows, columns)."""
    (draws,) = source({"X": kind}, (case,), **more).draw(count)
    return draws.raw["X"]


def drawn(kind, case=CASE, count=COUNT, **more):
    """Return the values of one name, a matrix for each draw."""
    name = kind.split("(")[0]
    return build(numeric, name, raw(kind, case, count, **more))[0]


def in_balls(kind, case=CASE, count=6):
    """Yield each draw as balls, at a precision that leaves no doubt."""
    name = kind.split("(")[0]
    for X in raw(kind, case, count)[0]:
        with precision(200):
            yield build(BALLS, name, BALLS.exactly(X)).value.array


def holds_exactly(residue):
    """Whether all entries are enclosed round zero, far below the size of one."""
    return all(x.contains(0) and x.abs_upper() < 1e-50 for x in residue.ravel())


def spread(X):
    """Return the largest difference from draw to draw of anything that is given."""
    return float((X.max(axis=0) - X.min(axis=0)).max())


# A function of (seed, id, name, draw), and of nothing else.


def test_same_seed_id_and_name_give_the_same_draws():
    assert np.array_equal(raw("matrix(m, n)"), raw("matrix(m, n)"))
    assert not np.array_equal(raw("matrix(m, n)"), raw("matrix(m, n)", seed=1))
    assert not np.array_equal(raw("matrix(m, n)"), raw("matrix(m, n)", id="two"))


def test_names_are_drawn_each_by_itself():
    (alone,) = source({"X": "matrix(m, n)"}).draw(COUNT)
    given = {"A": "vector(n)", "X": "matrix(m, n)", "f": "vector(n) -> scalar"}
    (together,) = source(given).draw(COUNT)
    assert np.array_equal(alone.raw["X"], together.raw["X"])
    (twins,) = source({"X": "matrix(m, n)", "Y": "matrix(m, n)"}).draw(COUNT)
    assert not np.array_equal(twins.raw["X"], twins.raw["Y"])


@pytest.mark.parametrize(
    "kind", ["matrix(m, n)", "orthogonal(n)", "vector(n) -> scalar"]
)
@pytest.mark.parametrize("count", [1, 7, 30])
def test_first_draws_are_the_same_however_many_follow(kind, count):
    cases = (CASE, LARGE, ONE)
    few = source({"X": kind}, cases).draw(count)
    many = source({"X": kind}, cases).draw(64)
    assert sum(map(len, few)) == count
    for block in few:
        (same,) = (other for other in many if other.case == block.case)
        assert np.array_equal(block.numbers, same.numbers[: len(block)])
        for name, X in block.raw.items():
            assert np.array_equal(X, same.raw[name][:, : len(block)])


def test_draw_i_belongs_to_case_i_modulo_their_number():
    blocks = source({"X": "vector(n)"}, (CASE, LARGE, ONE)).draw(8)
    assert [block.numbers.tolist() for block in blocks] == [
        [0, 3, 6],
        [1, 4, 7],
        [2, 5],
    ]
    assert [block.raw["X"].shape for block in blocks] == [
        (1, 3, 3, 1),
        (1, 3, 5, 1),
        (1, 2, 1, 1),
    ]


def test_no_draw_is_another():
    # A single number has 176 values at hand, so some come twice.
    for case, least in ((CASE, 64), (ONE, 45)):
        X = raw("vector(n)", case, 64)[0].reshape(64, -1)
        assert len(np.unique(X, axis=0)) >= least


# Raw entries.


def test_entries_are_short_dyadic_numbers_of_distinct_moderate_sizes():
    X = raw("matrix(m, n)", count=64)[0]
    assert np.array_equal(X * 8192, np.round(X * 8192))
    assert np.array_equal(X.astype(np.float32), X)
    assert (abs(X).max(axis=(-2, -1)) < 1.5).mean() >= 3 / 4
    assert abs(X).max() < 16
    assert abs(X).min() >= 1 / 1024
    for entries in abs(X).reshape(64, -1):
        assert len(set(entries)) == entries.size


def test_signs_are_mixed_and_some_draws_are_of_one_sign_or_small():
    X = raw("matrix(m, n)", count=64)[0].reshape(64, -1)
    positive, negative = (X > 0).all(axis=1), (X < 0).all(axis=1)
    assert 4 <= positive.sum() <= 16
    assert negative.sum() <= 16
    assert 0.4 < (X[~positive & ~negative] > 0).mean() < 0.6
    assert 8 <= (abs(X).max(axis=1) < 0.5).sum() <= 26


def test_entries_and_names_outweigh_each_other_in_some_draws():
    X = abs(raw("matrix(m, n)", count=64)[0].reshape(64, -1))
    assert (X.max(axis=1) / X.min(axis=1) > 100).sum() == 8
    (both,) = source({"x": "scalar", "y": "scalar"}).draw(256)
    x, y = (abs(both.raw[name][0].ravel()) for name in "xy")
    assert (x > 20 * y).any()
    assert (y > 20 * x).any()


def test_definite_matrices_have_small_eigenvalues_beside_large_ones():
    w = np.linalg.eigvalsh(drawn("positive_definite(n)", count=64))
    assert (w[:, 0] < 1e-3).any()
    assert (w[:, -1] / w[:, 0] > 300).any()
    assert (w[:, -1] / w[:, 0]).max() < 1e5


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_lanes_are_the_draw_a_push_and_dust(dtype):
    wanted = PRECISIONS[dtype]
    (draws,) = source({"X": "matrix(m, n)"}, dtype=dtype).draw(COUNT)
    X = draws.moved().raw["X"]
    assert X.shape == (LANES, COUNT, 4, 3)
    assert np.array_equal(X[:1], draws.raw["X"])
    steps = abs(X[1:] / X[0] - 1)
    assert np.allclose(steps[0], wanted.push, rtol=1e-6)
    assert np.allclose(steps[1:], wanted.dust, rtol=0.5)
    # Every entry moves its own way, and the dust moves it three ways.
    ways = np.sign(X[1:] - X[0])
    for lane in ways:
        assert 0.3 < (lane > 0).mean() < 0.7
    assert not np.array_equal(ways[1], ways[2])
    assert not np.array_equal(ways[2], ways[3])


# Each kind lies in its set.


def test_every_kind_is_looked_at_here():
    assert {kind.split("(")[0] for kind in VALUES} | {"index", "integer"} == set(KINDS)


VALUES = [
    "scalar",
    "vector(n)",
    "matrix(n, n)",
    "positive",
    "positive_vector(n)",
    "positive_matrix(m, n)",
    "unit_vector(n)",
    "probability_vector(n)",
    "symmetric(n)",
    "positive_definite(n)",
    "invertible(n)",
    "orthogonal(n)",
    "diagonal(n)",
    "lower(n)",
    "upper(n)",
    "idempotent(n)",
    "projection(n)",
    "skew(n)",
]


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("case", [CASE, LARGE, ONE], ids=["4x3", "2x5", "1x1"])
def test_balls_and_floats_have_the_same_values(kind, case):
    floats = drawn(kind, case, 6)
    for X, E in zip(floats, in_balls(kind, case), strict=True):
        middles = np.array([[float(x.mid()) for x in row] for row in E])
        np.testing.assert_allclose(X, middles, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("case", [CASE, LARGE, ONE], ids=["4x3", "2x5", "1x1"])
def test_values_lie_in_their_set(case):
    n = case.sizes["n"]
    for kind in ("positive", "positive_vector(n)", "positive_matrix(m, n)"):
        assert all(x > 0 for X in in_balls(kind, case) for x in X.ravel())
    for X in in_balls("unit_vector(n)", case):
        assert holds_exactly(X.T @ X - 1)
    for X in in_balls("probability_vector(n)", case):
        assert all(x > 0 for x in X.ravel())
        assert holds_exactly(np.array([sum(X.ravel()) - 1]))
    for X in in_balls("orthogonal(n)", case):
        eye = np.array([[arb(int(i == j)) for j in range(n)] for i in range(n)])
        assert holds_exactly(X.T @ X - eye)
    for X in in_balls("positive_definite(n)", case):
        assert holds_exactly(X - X.T)
        with precision(200):
            L = BALLS.cholesky(constant(ball_matrix(X))).value.array
        assert all(L[i, i] > 0 for i in range(n))
    for X in in_balls("invertible(n)", case):
        with precision(200):
            det = BALLS.det(constant(ball_matrix(X))).value.scalar
        assert abs(det) > 1e-3


def test_patterns_of_structured_matrices_are_exact():
    S, K = drawn("symmetric(n)"), drawn("skew(n)")
    assert np.array_equal(S, S.swapaxes(-1, -2))
    assert np.array_equal(K, -K.swapaxes(-1, -2))
    L, D = drawn("lower(n)"), drawn("diagonal(n)")
    assert not np.triu(L, 1).any()
    assert np.tril(L).all(where=np.tri(3, dtype=bool))
    U = drawn("upper(n)")
    assert not np.tril(U, -1).any()
    assert np.triu(U).all(where=np.tri(3, dtype=bool).T)
    assert not D[:, ~np.eye(3, dtype=bool)].any()
    assert D[:, np.eye(3, dtype=bool)].all()


# And nothing more.


def test_general_matrices_are_not_symmetric_singular_or_triangular():
    for kind in ("matrix(n, n)", "invertible(n)", "orthogonal(n)"):
        A = drawn(kind)
        A = A / abs(A).max(axis=(-2, -1), keepdims=True)
        T = A.swapaxes(-1, -2)
        assert (abs(A - T).max(axis=(-2, -1)) > 0.002).all()
        assert (abs(A) > 1e-9).all()
        assert (abs(np.linalg.det(A)) > 1e-6).all()
        normal = abs(A @ T - T @ A).max(axis=(-2, -1))
        assert (normal > 0.01).all() == (kind != "orthogonal(n)")


@pytest.mark.parametrize("kind", ["invertible(n)", "orthogonal(n)", "matrix(n, n)"])
@pytest.mark.parametrize("case", [CASE, LARGE, ONE], ids=["4x3", "2x5", "1x1"])
def test_determinants_have_both_signs(kind, case):
    signs = np.sign(np.linalg.det(drawn(kind, case, 48)))
    assert (signs > 0).sum() >= 6
    assert (signs < 0).sum() >= 6


def test_symmetric_matrices_are_indefinite_and_no_two_entries_agree():
    S = drawn("symmetric(n)", count=48)
    w = np.linalg.eigvalsh(S)
    assert ((w[:, 0] < 0) & (w[:, -1] > 0)).sum() >= 24
    assert (abs(np.diff(w)) > 1e-6).all()
    for A in S:
        assert len(set(A[np.tril_indices(3)])) == 6


def test_positive_definite_matrices_are_neither_diagonal_nor_of_unit_diagonal():
    P = drawn("positive_definite(n)", count=48)
    off = P[:, ~np.eye(3, dtype=bool)]
    assert (abs(off) > 1e-9).mean() > 0.99
    assert spread(np.diagonal(P, axis1=-2, axis2=-1)) > 0.5
    assert np.linalg.cond(P).max() < 1e5


@pytest.mark.parametrize("kind", ["idempotent(n)", "projection(n)"])
def test_idempotent_matrices_have_every_rank_and_are_generic(kind):
    P = drawn(kind, count=64)
    assert np.allclose(P @ P, P, atol=1e-9)
    symmetric = np.allclose(P, P.swapaxes(-1, -2), atol=1e-12)
    assert symmetric == (kind == "projection(n)")
    ranks = np.rint(np.trace(P, axis1=-2, axis2=-1))
    assert {*ranks} == {0, 1, 2, 3}
    # No entry is always large or small, and no two kernels are the same.
    some = P[ranks == 2]
    assert np.linalg.matrix_rank(some.reshape(len(some), -1)) >= 6


def test_diagonals_and_triangles_have_no_ones_on_the_diagonal():
    for kind in ("diagonal(n)", "lower(n)", "upper(n)"):
        d = np.diagonal(drawn(kind, count=48), axis1=-2, axis2=-1)
        assert (d < 0).any()
        assert (abs(abs(d) - 1) > 1e-9).mean() > 0.9


def test_vectors_have_no_norm_in_common_and_positive_ones_no_sum():
    x = drawn("vector(n)", count=48)
    assert spread(np.linalg.norm(x, axis=(-2, -1))) > 0.5
    assert spread(drawn("positive_vector(n)", count=48).sum(axis=(-2, -1))) > 0.5
    u = drawn("unit_vector(n)", count=48)
    assert (u < 0).any()
    assert (u > 0).any()
    assert spread(abs(u)) > 0.3
    p = drawn("probability_vector(n)", count=48)
    assert (abs(p - 1 / 3).max(axis=(-2, -1)) > 0.01).all()


def test_scalars_are_of_both_signs_and_not_one():
    s = drawn("scalar", ONE, 64).ravel()
    assert (s < 0).sum() >= 16
    assert (s > 0).sum() >= 16
    assert (abs(abs(s) - 1) > 1e-9).mean() > 0.9
    assert (drawn("positive", ONE, 64) > 0).all()


# All names together.


def test_values_holds_names_symbols_indices_and_integers():
    case = Case({"n": 3}, {"i": 2, "k": -1})
    types = {
        "x": "vector(n)",
        "i": "index(n)",
        "k": "integer",
        "f": "convex vector(n) -> scalar",
    }
    given = {name: parse_type(text) for name, text in types.items()}
    (draws,) = Source(given, (case,), 0, "one").draw(4)
    found, symbols = values(numeric, given, draws.raw, case)
    assert set(found) == {"x", "i", "k"}
    assert set(symbols) == {"f"}
    assert found["x"].shape == (1, 4, 3, 1)
    assert (found["i"].item(), found["k"].item()) == (2, -1)
    parts = {"f.a", "f.b", "f.C", "f.Q", "f.E", "f.W0", "f.B0"}
    assert set(draws.raw) == {"x", *parts}
    assert (draws.raw["f.C"][:, :2] > 0).all()
    assert symbols["f"].numbers["W0"].shape == (1, 4, 6, 3)


# Moved copies, and directions.


def test_copies_of_some_draws_are_those_that_all_of_them_have():
    (draws,) = source({"X": "matrix(m, n)", "f": "vector(n) -> scalar"}).draw(COUNT)
    rows = np.array([3, 7])
    few, all_of_them = draws.only(rows).moved(), draws.moved()
    assert few.numbers.tolist() == [3, 7]
    for name, X in few.raw.items():
        assert np.array_equal(X, all_of_them.raw[name][:, rows]), name


def test_directions_are_dyadic_nowhere_zero_and_each_draw_has_its_own():
    shapes = {"x": (3, 1), "X": (4, 3)}
    made = source({"x": "vector(n)"}, (CASE, ONE))
    draws = made.draw(COUNT)[0]
    found = made.directions(shapes, draws)
    assert {name: V.shape for name, V in found.items()} == {
        "x": (12, 3, 1),
        "X": (12, 4, 3),
    }
    for V in found.values():
        assert np.array_equal(V * 32, np.round(V * 32))
        assert (abs(V) >= 1 / 4).all()
        assert (abs(V) < 5 / 4).all()
        assert 0.3 < (V > 0).mean() < 0.7
        assert len(np.unique(V.reshape(12, -1), axis=0)) == 12


def test_directions_of_a_draw_are_the_same_however_many_others_there_are():
    shapes = {"x": (3, 1)}
    made = source({"x": "vector(n)"}, (CASE, ONE))
    few, many = made.draw(8)[0], made.draw(64)[0]
    wanted = made.directions(shapes, many)["x"]
    assert np.array_equal(made.directions(shapes, few)["x"], wanted[:4])
    alone = many.only(np.array([2, 5]))
    assert np.array_equal(made.directions(shapes, alone)["x"], wanted[[2, 5]])
    other = source({"x": "vector(n)"}, (CASE, ONE), seed=1).directions(shapes, many)
    assert not np.array_equal(other["x"], wanted)


def test_type_is_all_that_a_kind_needs():
    assert isinstance(parse_type("matrix(m, n)"), Type)
    V = raw("matrix(n, n)")
    assert build(numeric, "matrix", V) is V
