"""Exact fields and jets over them: laws, and values worked by hand."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from random import Random
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from verifier.engine import numeric as NUMERIC
from verifier.engine.jets import Jet
from verifier.engine.matrices import Matrix
from verifier.engine.residues import FRACTIONS, ExactArithmetic, P, Residue
from verifier.judging.degrees import VALUELESS
from verifier.language.primitives import PRIMITIVES

Array = Any
elements = st.one_of(st.integers(0, P - 1), st.sampled_from([0, 1, 2, P - 2, P - 1]))
seeds = st.integers(0, 10**6)
fractions = st.fractions(max_denominator=10**6)
FIELD = Residue()
RESIDUES = ExactArithmetic(FIELD)
FIELDS = pytest.mark.parametrize("xp", [FRACTIONS, RESIDUES], ids=["Q", "F_p"])


def matrix(xp: ExactArithmetic, rows: list[list[Any]]) -> Matrix:
    entries = [xp.field.number(x) for row in rows for x in row]
    return Matrix(xp.field, (len(rows), len(rows[0])), entries)


def jet(
    xp: ExactArithmetic, random: Random, shape: tuple[int, int], masks=(0, 1, 2, 3)
) -> Jet:
    """Return a jet with random parts, fractions or residues."""
    if isinstance(xp.field, Residue):
        return Jet(
            {mask: xp.field.draw(xp.field.numbers(random), shape) for mask in masks}
        )
    rows, columns = map(range, shape)

    def fraction() -> Fraction:
        return Fraction(random.randint(-9, 9), random.randint(1, 5))

    def part() -> Matrix:
        return matrix(xp, [[fraction() for _ in columns] for _ in rows])

    return Jet({mask: part() for mask in masks})


def same(X: Jet, Y: Jet) -> bool:
    """Whether all parts agree."""
    return all(
        X.part(mask).shape == Y.part(mask).shape
        and X.part(mask).entries == Y.part(mask).entries
        for mask in range(4)
    )


def value(x: int) -> Jet:
    return RESIDUES.constant(x)


@given(elements, elements, elements)
def test_residues_are_a_ring(a, b, c):
    x, y, z = value(a), value(b), value(c)
    assert same((x + y) * z, x * z + y * z)
    assert same(x * y, y * x)
    assert same((x * y) * z, x * (y * z))
    assert same(x - x, value(0))
    assert same(x + (-x), value(0))


@given(elements.filter(bool), elements)
def test_every_residue_but_zero_has_an_inverse(a, b):
    assert same(value(a) * (1 / value(a)), value(1))
    assert same(value(b) / value(a) * value(a), value(b))


@given(fractions, fractions)
def test_fractions_become_residues_by_a_map_of_rings(x, y):
    number = FIELD.number
    assert number(x) + number(y) == number(x + y)
    assert number(x) * number(y) == number(x * y)


def test_decimals_of_records_become_residues_exactly():
    assert FIELD.number(Fraction("1e-9")) * 10**9 == 1


@FIELDS
def test_division_by_zero_has_no_value(xp):
    for f in (
        lambda: 1 / xp.array([[2, 0]]),
        lambda: xp.array([[2, 0]]) ** -1,
        lambda: xp.inv(xp.array([[1, 1], [1, 1]])),
    ):
        with pytest.raises(ZeroDivisionError):
            f()
    with pytest.raises(ZeroDivisionError):
        FIELD.number(Fraction(1, P))


def test_signed_residues_are_nearest_to_zero():
    signed = [FIELD.signed(FIELD.number(x)) for x in (0, 1, P - 1, -3, P // 2)]
    assert signed == [0, 1, -1, -3, P // 2]
    assert FIELD.signed(FIELD.number(P // 2 + 1)) == -(P // 2)


def test_residues_are_drawn_from_the_generator_alone():
    X, Y = (FIELD.draw(FIELD.numbers(Random(7)), (2, 3)).entries for _ in range(2))
    assert X == Y
    assert len({int(x) for x in X}) == 6
    small = Residue(3).numbers(Random(7))
    counts = np.bincount(small.take(600))
    assert len(counts) == 3
    assert min(counts) > 150


# Derivatives.


def test_product_rule_by_hand():
    # (2 + 3 e1 + 5 e2 + 7 e1 e2) * (11 + 13 e1 + 17 e2 + 19 e1 e2)
    x, y = (
        Jet({k: matrix(RESIDUES, [[v]]) for k, v in enumerate(parts)})
        for parts in ((2, 3, 5, 7), (11, 13, 17, 19))
    )
    for product in (x * y, x @ y):
        assert [product.part(k).scalar for k in range(4)] == [
            2 * 11,
            2 * 13 + 3 * 11,
            2 * 17 + 5 * 11,
            2 * 19 + 3 * 17 + 5 * 13 + 7 * 11,
        ]


def twice(x: int) -> Jet:
    """Return a fraction that moves at unit speed along both directions."""
    one = matrix(FRACTIONS, [[1]])
    return FRACTIONS.constant(x).moving(one).moving(one, 2)


def test_derivatives_of_a_quotient_by_hand():
    # 1/x at x = 2 along e1 and e2: 1/2, -1/4, -1/4, 2/8
    found = 1 / twice(2)
    wanted = [fmpq(1, 2), fmpq(-1, 4), fmpq(-1, 4), fmpq(1, 4)]
    assert [found.part(k).scalar for k in range(4)] == wanted


@pytest.mark.parametrize(
    ("name", "slope", "curve"),
    [
        ("log", fmpq(1, 2), fmpq(-1, 4)),
        ("log1p", fmpq(1, 3), fmpq(-1, 9)),
        ("arctan", fmpq(1, 5), fmpq(-4, 25)),
        ("arctanh", fmpq(-1, 3), fmpq(4, 9)),
    ],
)
def test_logarithms_and_inverse_tangents_have_derivatives_and_no_value(
    name, slope, curve
):
    x = twice(2)
    y = getattr(FRACTIONS, name)(x)
    assert not y.part(0).known
    assert [y.part(k).scalar for k in (1, 2, 3)] == [slope, slope, curve]


def test_what_has_no_value_may_be_multiplied_by_what_does_not_move():
    x = twice(2)
    y = FRACTIONS.log(x)
    assert not (y * x).part(1).known
    assert not (x * y).part(1).known
    assert (y * 3).part(1).scalar == fmpq(3, 2)
    assert (3 + y).part(1).scalar == fmpq(1, 2)


def test_what_has_no_value_has_no_inverse_and_no_determinant():
    xp = FRACTIONS
    X = xp.log(xp.array([[2, 3], [5, 7]]))
    for f in (xp.inv, xp.det, xp.logdet):
        with pytest.raises(ArithmeticError, match="not known"):
            f(X)
    assert not (X**2).value.known
    assert not (1 / X).value.known


def test_what_has_no_value_keeps_its_shape():
    xp = FRACTIONS
    X = xp.log(xp.array([[1, 2, 3], [4, 5, 6]]))
    Y = xp.array([[1], [2], [3]])
    shapes = [
        (X.T, (3, 2)), (X @ Y, (2, 1)), (Y.T @ X.T, (1, 2)), (-X, (2, 3)),
        (X[:, :2], (2, 2)), (X.reshape(6, 1), (6, 1)), (xp.sum(X), (1, 1)),
        (xp.sum(X, axis=-1), (2, 1)), (xp.concatenate((X, X), -2), (4, 3)),
        (xp.concatenate((Y.T, X), -2), (3, 3)), (X + Y.T, (2, 3)), (Y.T / X, (2, 3)),
        (xp.trace(X[:, :2])[..., None, None], (1, 1)),
    ]  # fmt: skip
    for found, shape in shapes:
        assert not found.value.known
        assert found.shape == shape


@FIELDS
@given(seeds, st.integers(-3, 4))
def test_powers_are_repeated_products(xp, seed, k):
    x = jet(xp, Random(seed), (2, 2)) + 10
    product = 0 * x + 1
    for _ in range(abs(k)):
        product = product * x
    assert same(x**k, product if k >= 0 else 1 / product)


@FIELDS
@given(seeds, st.integers(1, 4))
def test_inverse_of_a_jet_is_one_from_both_sides(xp, seed, n):
    A = jet(xp, Random(seed), (n, n)) + 30 * xp.eye(n)
    eye = xp.eye(n) + 0 * A
    assert same(A @ xp.inv(A), eye)
    assert same(xp.inv(A) @ A, eye)


@FIELDS
@given(seeds, st.integers(1, 4))
def test_determinant_of_a_product_is_the_product_also_in_its_derivatives(xp, seed, n):
    random = Random(seed)
    A, B = (jet(xp, random, (n, n)) for _ in range(2))
    assert same(xp.det(A @ B), xp.det(A) * xp.det(B))


@FIELDS
@given(seeds, st.sampled_from([(1, 1), (1, 2), (3, 1), (3, 2)]))
def test_scalars_rows_and_columns_spread_in_all_their_parts(xp, seed, shape):
    random = Random(seed)
    x, A = jet(xp, random, shape), jet(xp, random, (3, 2), masks=(0,))
    everywhere = xp.broadcast_to(x, (3, 2))
    for mine, whole in ((x, everywhere), (x @ xp.eye(shape[1]), everywhere)):
        assert same(mine + A, whole + A)
        assert same(A - mine, A - whole)
        assert same(mine * A, whole * A)
        assert same(A / (30 + mine), A / (30 + whole))


# Linear algebra, by hand.


def leibniz(X: list[list[int]]) -> int:
    """Return a determinant as a sum over permutations."""
    n, total = len(X), 0
    for order in permutations(range(n)):
        turns = sum(order[i] > order[j] for j in range(n) for i in range(j))
        product = (-1) ** turns
        for i in range(n):
            product *= X[i][order[i]]
        total += product
    return total


@FIELDS
@given(st.lists(st.integers(-2, 2), min_size=9, max_size=9))
def test_determinant_is_the_sum_over_permutations(xp, entries):
    X = [entries[0:3], entries[3:6], entries[6:9]]
    assert xp.det(xp.array(X)).value.scalar == leibniz(X)


def test_determinant_of_a_singular_matrix_has_derivatives():
    # d det [[a, 1], [1, 1]] / da = 1 at a = 1, where the matrix is singular.
    xp = FRACTIONS
    corner, other = matrix(xp, [[1, 0], [0, 0]]), matrix(xp, [[0, 0], [0, 1]])
    A = xp.array([[1, 1], [1, 1]]).moving(corner).moving(other, 2)
    assert [xp.det(A).part(k).scalar for k in range(4)] == [0, 1, 1, 1]


def test_pseudoinverse_of_tall_and_wide_matrices_by_hand():
    half = fmpq(1, 2)
    for rows, shape in (([[1], [1]], (1, 2)), ([[1, 1]], (2, 1))):
        found = FRACTIONS.pinv(FRACTIONS.array(rows)).value
        assert (found.shape, found.entries) == (shape, [half, half])


def test_pseudoinverse_of_less_than_full_rank_by_hand():
    # Of x y' it is y x' / (|x|^2 |y|^2): here |x|^2 = 5 and |y|^2 = 2.
    xp = FRACTIONS
    A = xp.array([[1, 1], [2, 2], [0, 0]])
    assert [10 * a for a in xp.pinv(A).value.entries] == [1, 2, 0, 1, 2, 0]
    assert xp.pinv(0 * A).value.entries == [0] * 6
    # Of (1 + 2 s) (1 + t) A it is pinv(A) / ((1 + 2 s) (1 + t)).
    moving = A.moving((2 * A).value).moving(A.value, 2)
    found = xp.pinv(Jet({**moving.parts, 3: (2 * A).value}))
    assert [10 * found.part(k).entries[1] for k in range(4)] == [2, -4, -2, 4]


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4), st.integers(0, 3))
def test_pseudoinverse_meets_the_conditions_of_penrose(seed, m, n, rank):
    random, xp = np.random.default_rng(seed), FRACTIONS
    X, Y = random.integers(-3, 4, (m, rank)), random.integers(-3, 4, (rank, n))
    A = xp.array(X @ Y)
    B = xp.pinv(A)
    for left, right in (
        (A @ B @ A, A),
        (B @ A @ B, B),
        ((A @ B).T, A @ B),
        ((B @ A).T, B @ A),
    ):
        assert left.value.entries == right.value.entries


def test_pseudoinverse_has_no_derivative_where_the_rank_changes():
    xp = FRACTIONS
    A = xp.array([[1, 0], [0, 0]])
    corner, aside = matrix(xp, [[0, 0], [0, 1]]), matrix(xp, [[0, 1], [1, 0]])
    # Aside it stays to first order, and to the second it does not.
    assert xp.pinv(A.moving(aside)).part(1).entries == [0, 1, 1, 0]
    for moving in (A.moving(corner), A.moving(aside).moving(aside, 2)):
        with pytest.raises(ZeroDivisionError, match="a rank changes"):
            xp.pinv(moving)


# The table's rows serve here too.

SIZES = {"m": 2, "n": 3, "p": 2, "q": 2}
RATIONAL = [
    row
    for row in PRIMITIVES.values()
    if row.degree not in ("", *VALUELESS) and "#" not in row.signature
]


@FIELDS
@pytest.mark.parametrize("row", RATIONAL, ids=lambda row: row.name)
def test_row_has_the_value_that_it_has_in_floating_point(xp, row):
    random = np.random.default_rng(5)
    args: list[Any] = []
    for parameter in (
        ["m n", "m n"] if row.signature == "elementwise" else row.parameters
    ):
        if parameter == "integer":
            args.append(-2)
            continue
        shape = [int(d) if d.isdigit() else SIZES[d] for d in parameter.split()]
        args.append(random.integers(1, 9, shape) + 10 * np.eye(*shape, dtype=int))
    if row.name == "pow":
        args[1] = 3
    exact = row.value(
        xp, *(xp.array(a) if isinstance(a, np.ndarray) else a for a in args)
    )
    wanted = row.value(
        NUMERIC, *(a.astype(float) if isinstance(a, np.ndarray) else a for a in args)
    )
    if xp is RESIDUES:
        exactly = row.value(
            FRACTIONS,
            *(FRACTIONS.array(a) if isinstance(a, np.ndarray) else a for a in args),
        )
        signed = map(FRACTIONS.field.signed, exactly.value.entries)
        assert exact.value.entries == list(map(FIELD.number, signed))
    else:
        assert np.allclose(as_floats(exact.value), wanted, rtol=1e-12, atol=0)


def as_floats(X: Matrix) -> Array:
    numbers = [float(FRACTIONS.field.signed(x)) for x in X.entries]
    return np.array(numbers).reshape(X.shape)


def whole(X: Jet) -> list[list[int]]:
    """Return whole numbers row by row."""
    field: Any = X.value.field
    numbers = [int(field.signed(x)) for x in X.value.entries]
    return np.array(numbers).reshape(X.shape).tolist()


@FIELDS
def test_matrices_without_arguments_are_those_of_floating_point(xp):
    for name, sizes in [
        ("eye", (3,)),
        ("ones", (2, 3)),
        ("zeros", (2, 3)),
        ("commutation", (2, 3)),
        ("duplication", (3,)),
        ("elimination", (3,)),
    ]:
        row = PRIMITIVES[name]
        exact, wanted = row.value(xp, *sizes), row.value(NUMERIC, *sizes)
        assert whole(exact) == wanted.tolist()
    v = PRIMITIVES["unvec"].value(xp, xp.array(np.arange(6)[:, None]), 2, 3)
    assert whole(v) == [[0, 2, 4], [1, 3, 5]]
    e = PRIMITIVES["unit"].value(xp, xp.constant(2), 3)
    assert whole(e) == [[0], [1], [0]]
