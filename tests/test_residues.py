"""The field of order 2^61 - 1 and jets over it: laws, and FLINT as a second opinion."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from flint import fmpq, fmpq_mat, nmod_mat
from hypothesis import given
from hypothesis import strategies as st

from verifier.engine import numeric as NUMERIC
from verifier.engine.jets import UNDEFINED, Jet, defined
from verifier.engine.residues import P, Rational, Residues, residues, signed
from verifier.language.primitives import PRIMITIVES

Array = Any
elements = st.one_of(st.integers(0, P - 1), st.sampled_from([0, 1, 2, P - 2, P - 1]))
seeds = st.integers(0, 10**6)
fractions = st.fractions(max_denominator=10**6)
RESIDUES = Residues()
FIELDS = pytest.mark.parametrize("xp", [Rational(), RESIDUES], ids=["Q", "F_p"])


def jet(
    xp: Rational, random: Random, shape: tuple[int, ...], masks=(0, 1, 2, 3)
) -> Jet:
    """Return a jet with random parts, fractions or residues."""
    parts = {mask: residues(random, shape) for mask in masks}
    if not isinstance(xp, Residues):
        to_fraction = np.frompyfunc(lambda x: Fraction(x % 19 - 9, 1 + x % 5), 1, 1)
        parts = {mask: to_fraction(X) for mask, X in parts.items()}
    return Jet(xp, parts)


def same(X: Jet, Y: Jet) -> bool:
    """Whether all parts agree."""
    return all(
        X.part(mask).shape == Y.part(mask).shape
        and bool(np.all(X.part(mask) == Y.part(mask)))
        for mask in (0, 1, 2, 3)
    )


def value(x: int) -> Jet:
    return RESIDUES.array([[x]])


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
    assert same(value(a) * value(a).reciprocal(), value(1))
    assert same(value(b) / value(a) * value(a), value(b))


@given(fractions, fractions)
def test_fractions_become_residues_by_a_map_of_rings(x, y):
    lift = RESIDUES.lift
    assert (lift(x) + lift(y) - lift(x + y)) % P == 0
    assert (lift(x) * lift(y) - lift(x * y)) % P == 0


def test_decimals_of_records_become_residues_exactly():
    assert RESIDUES.lift(Fraction("1e-9")) * 10**9 % P == 1


def test_a_denominator_that_the_prime_divides_has_no_residue():
    assert RESIDUES.lift(Fraction(1, P)) is UNDEFINED


@FIELDS
def test_division_by_zero_is_undefined_for_that_entry_alone(xp):
    X = xp.array([[2, 0]]).reciprocal()
    assert defined(X.value).tolist() == [[True, False]]
    assert defined((X * 0 + 5).value).tolist() == [[True, False]]
    assert defined(xp.sum(X, axis=(-2, -1)).value).tolist() == [[False]]


def test_multiples_of_the_prime_are_zero_and_have_no_inverse():
    assert not defined(value(P).reciprocal().value).any()


def test_signed_residues_are_nearest_to_zero():
    assert [signed(x) for x in (0, 1, P - 1, -3, P // 2, P // 2 + 1)] == [
        *(0, 1, -1, -3),
        *(P // 2, -(P // 2)),
    ]


def test_residues_are_drawn_from_the_generator_alone():
    X, Y = (residues(Random(7), (2, 3)) for _ in range(2))
    assert (X == Y).all()
    assert all(0 <= x < P for x in X.ravel())
    assert len(set(X.ravel())) == 6


# Derivatives.


def test_product_rule_by_hand():
    # (2 + 3 e1 + 5 e2 + 7 e1 e2) * (11 + 13 e1 + 17 e2 + 19 e1 e2)
    x, y = (
        Jet(RESIDUES, {k: np.array([[v]], object) for k, v in enumerate(parts)})
        for parts in ((2, 3, 5, 7), (11, 13, 17, 19))
    )
    product = x * y
    assert [product.part(k)[0, 0] for k in range(4)] == [
        2 * 11,
        2 * 13 + 3 * 11,
        2 * 17 + 5 * 11,
        2 * 19 + 3 * 17 + 5 * 13 + 7 * 11,
    ]


def test_derivatives_of_a_reciprocal_by_hand():
    # 1/x at x = 2 along e1 and e2: 1/2, -1/4, -1/4, 2/8
    x = Rational().array([[2]]).moving(np.array([[1]], object))
    x = x.moving(np.array([[1]], object), 2)
    found = [x.reciprocal().part(k)[0, 0] for k in range(4)]
    assert found == [Fraction(1, 2), Fraction(-1, 4), Fraction(-1, 4), Fraction(1, 4)]


def test_logarithms_have_derivatives_and_no_value():
    xp = Rational()
    x = xp.array([[2]]).moving(np.array([[1]], object))
    y = xp.log(x.moving(np.array([[1]], object), 2))
    assert y.part(0)[0, 0] is UNDEFINED
    assert [y.part(k)[0, 0] for k in (1, 2, 3)] == [
        Fraction(1, 2),
        Fraction(1, 2),
        Fraction(-1, 4),
    ]
    assert not defined((y * x).part(1)).any()
    assert defined((y * 3).part(1)).all()


@FIELDS
@given(seeds, st.integers(-3, 4))
def test_powers_are_repeated_products(xp, seed, k):
    x = jet(xp, Random(seed), (2, 1, 2)) + 10
    if not isinstance(xp, Residues):
        x = x + 1
    expected = xp.array(np.ones((2, 1, 2), int)) + 0 * x
    for _ in range(abs(k)):
        expected = expected * x
    assert same(x**k, expected if k >= 0 else expected.reciprocal())


@FIELDS
@given(seeds, st.integers(1, 4))
def test_inverse_of_a_jet_is_one_from_both_sides(xp, seed, n):
    A = jet(xp, Random(seed), (2, n, n)) + 30 * xp.eye(n)
    eye = xp.eye(n) + 0 * A
    assert same(xp.matmul(A, xp.inv(A)), eye)
    assert same(xp.matmul(xp.inv(A), A), eye)


@FIELDS
@given(seeds, st.integers(1, 4))
def test_determinant_of_a_product_is_the_product_also_in_its_derivatives(xp, seed, n):
    random = Random(seed)
    A, B = (jet(xp, random, (2, n, n)) for _ in range(2))
    assert same(xp.det(xp.matmul(A, B)), xp.det(A) * xp.det(B))


@FIELDS
@given(seeds)
def test_scalars_spread_in_all_their_parts(xp, seed):
    random = Random(seed)
    x, A = jet(xp, random, (2, 1, 1)), jet(xp, random, (2, 3, 2), masks=(0,))
    everywhere = xp.broadcast_to(x, (2, 3, 2))
    assert same(x + A, everywhere + A)
    assert same(x * A, everywhere * A)


# Linear algebra, against FLINT.


@given(seeds, st.integers(1, 6))
def test_determinant_and_inverse_over_the_field_are_those_of_flint(seed, n):
    X = residues(Random(seed), (n, n))
    A, M = RESIDUES.array(X), nmod_mat(n, n, [int(x) for x in X.ravel()], P)
    assert RESIDUES.det(A).part(0)[0, 0] == int(M.det())
    inverse = [[int(x) for x in row] for row in M.inv().tolist()]
    assert RESIDUES.inv(A).part(0).tolist() == inverse


@given(st.lists(st.integers(-2, 2), min_size=9, max_size=9))
def test_determinant_and_inverse_over_the_fractions_are_those_of_flint(entries):
    xp, M = Rational(), fmpq_mat(3, 3, entries)
    A = xp.array(np.array(entries).reshape(3, 3))
    assert xp.det(A).value[0, 0] == fraction(M.det())
    inverse = xp.inv(A).value
    if M.det() == 0:
        assert not defined(inverse).any()
    else:
        assert inverse.tolist() == [[fraction(x) for x in r] for r in M.inv().tolist()]


def fraction(x: fmpq) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def test_determinant_of_a_singular_matrix_has_a_derivative():
    # d det [[a, 1], [1, 1]] / da = 1 at a = 1, where the matrix is singular.
    xp = Rational()
    A = xp.array([[1, 1], [1, 1]]).moving(np.array([[1, 0], [0, 0]], object))
    assert [xp.det(A).part(k)[0, 0] for k in (0, 1)] == [0, 1]


def test_pseudoinverse_of_tall_and_wide_matrices_by_hand():
    xp = Rational()
    half = Fraction(1, 2)
    assert xp.pinv(xp.array([[1], [1]])).value.tolist() == [[half, half]]
    assert xp.pinv(xp.array([[1, 1]])).value.tolist() == [[half], [half]]


# The table's rows serve here too.

SIZES = {"m": 2, "n": 3, "p": 2, "q": 2}
RATIONAL = [
    row
    for row in PRIMITIVES.values()
    if row.degree not in ("", "logarithm", "logdet") and "#" not in row.signature
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
    if isinstance(xp, Residues):
        fractions_of = Rational()
        wanted_exactly = row.value(
            fractions_of,
            *(fractions_of.array(a) if isinstance(a, np.ndarray) else a for a in args),
        )
        lift = np.frompyfunc(lambda x: xp.lift(Fraction(x)), 1, 1)
        assert (exact.part(0) == lift(wanted_exactly.value)).all()
    else:
        assert np.allclose(exact.value.astype(float), wanted, rtol=1e-12, atol=0)


@FIELDS
def test_matrices_without_arguments_are_those_of_floating_point(xp):
    for name, sizes in [
        ("eye", (3,)),
        ("ones", (2, 3)),
        ("zeros", (2, 3)),
        ("commutation", (2, 3)),
        ("duplication", (3,)),
    ]:
        row = PRIMITIVES[name]
        exact, wanted = row.value(xp, *sizes), row.value(NUMERIC, *sizes)
        assert exact.value.tolist() == wanted.tolist()
    v = PRIMITIVES["unvec"].value(xp, xp.array(np.arange(6)[:, None]), 2, 3)
    assert v.value.tolist() == [[0, 2, 4], [1, 3, 5]]
    e = PRIMITIVES["unit"].value(xp, xp.constant(2), 3)
    assert e.value.tolist() == [[0], [1], [0]]
