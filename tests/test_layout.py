"""The layouts, by cases worked by hand and by laws; numbers are typed, not made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import statement

from verifier.language.dimension import Dim
from verifier.language.layout import Layout, arrange, arranged_shape, kind_of_pair

NUMERATOR, DENOMINATOR, MIXED = Layout
BY_ANY, BY_SCALAR, ANY = "scalar by any", "any by scalar", "any by any"
m, n, one = Dim.of("m"), Dim.of("n"), Dim.of(1)


def both(J, y, x, rule):
    """Return a derivative in numerator and in denominator layout, as lists.

    In mixed layout it is the second of these where y is a scalar, else the first.
    """
    J = np.array(J)
    *found, mixed = (arrange(J, y, x, layout, rule).tolist() for layout in Layout)
    assert mixed == found[rule == BY_ANY]
    return found


# y is a scalar.


def test_scalar_by_scalar_is_one_number():
    assert both([[7]], (1, 1), (1, 1), BY_ANY) == [[[7]], [[7]]]


def test_scalar_by_vector_is_a_row_or_a_column():
    # y = x1 + 2 x2 + 3 x3
    J = [[1, 2, 3]]
    assert both(J, (1, 1), (3, 1), BY_ANY) == [[[1, 2, 3]], [[1], [2], [3]]]


def test_gradient_of_trace_AX_is_A_in_numerator_layout():
    # d tr(AX) / d vec(X)^T for X 2 x 3 and A = [[1, 2], [3, 4], [5, 6]]
    J = [[1, 2, 3, 4, 5, 6]]
    numerator, denominator = both(J, (1, 1), (2, 3), BY_ANY)
    assert numerator == [[1, 2], [3, 4], [5, 6]]
    assert denominator == [[1, 3, 5], [2, 4, 6]]


def test_scalar_by_matrix_has_the_shape_of_the_matrix_in_denominator_layout():
    # y = x11 + 10 x12 + 100 x21 + 1000 x22; vec(X) = (x11, x21, x12, x22)
    J = [[1, 100, 10, 1000]]
    numerator, denominator = both(J, (1, 1), (2, 2), BY_ANY)
    assert denominator == [[1, 10], [100, 1000]]
    assert numerator == [[1, 100], [10, 1000]]


# x is a scalar.


def test_vector_by_scalar_is_a_column_or_a_row():
    J = [[1], [2]]
    assert both(J, (2, 1), (1, 1), BY_SCALAR) == [[[1], [2]], [[1, 2]]]


def test_matrix_by_scalar_has_the_shape_of_the_matrix_in_numerator_layout():
    # Y = t [[1, 2, 3], [4, 5, 6]]; vec(Y) = t (1, 4, 2, 5, 3, 6)
    J = [[1], [4], [2], [5], [3], [6]]
    numerator, denominator = both(J, (2, 3), (1, 1), BY_SCALAR)
    assert numerator == [[1, 2, 3], [4, 5, 6]]
    assert denominator == [[1, 4], [2, 5], [3, 6]]


def test_row_by_scalar_is_a_row_in_numerator_layout():
    assert both([[1], [2]], (1, 2), (1, 1), BY_SCALAR) == [[[1, 2]], [[1], [2]]]


# Any other pair.


def test_vector_by_vector_is_the_jacobian_or_its_transpose():
    # y1 = x1 + 2 x2 + 3 x3, y2 = 4 x1 + 5 x2 + 6 x3
    J = [[1, 2, 3], [4, 5, 6]]
    numerator, denominator = both(J, (2, 1), (3, 1), ANY)
    assert numerator == [[1, 2, 3], [4, 5, 6]]
    assert denominator == [[1, 4], [2, 5], [3, 6]]


def test_matrix_by_vector_stacks_the_columns_of_the_matrix():
    # Y = [[x1, 2 x1], [3 x2, 4 x2]]; vec(Y) = (x1, 3 x2, 2 x1, 4 x2)
    J = [[1, 0], [0, 3], [2, 0], [0, 4]]
    numerator, denominator = both(J, (2, 2), (2, 1), ANY)
    assert numerator == J
    assert denominator == [[1, 0, 2, 0], [0, 3, 0, 4]]


def test_matrix_by_its_transpose_is_the_commutation_matrix():
    # Y = X^T, X 2 x 2; vec(Y) = (x11, x12, x21, x22)
    J = [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    assert both(J, (2, 2), (2, 2), ANY) == [J, J]


def test_vector_by_matrix_has_the_columns_of_the_matrix_stacked_in_its_rows():
    # y = X a, a = (5, 7), X 2 x 2: dy/dvec(X)^T = a^T kron I
    J = [[5, 0, 7, 0], [0, 5, 0, 7]]
    numerator, denominator = both(J, (2, 1), (2, 2), ANY)
    assert numerator == [[5, 0, 7, 0], [0, 5, 0, 7]]
    assert denominator == [[5, 0], [0, 5], [7, 0], [0, 7]]


def test_jacobian_of_a_row_by_a_vector_is_that_of_the_column():
    J = [[1, 2], [3, 4], [5, 6]]
    assert both(J, (1, 3), (2, 1), ANY) == [J, [[1, 3, 5], [2, 4, 6]]]


# Which row of the table applies.


@pytest.mark.parametrize(
    ("y", "x_is_scalar", "rule", "x", "shape"),
    [
        ((one, one), True, BY_ANY, (one, one), "(1, 1)"),
        ((one, one), False, BY_ANY, (n, one), "(1, n)"),
        ((one, one), False, BY_ANY, (m, n), "(n, m)"),
        ((m, one), True, BY_SCALAR, (one, one), "(m, 1)"),
        ((m, n), True, BY_SCALAR, (one, one), "(m, n)"),
        ((m, one), False, ANY, (n, one), "(m, n)"),
        ((m, n), False, ANY, (n, one), "(m*n, n)"),
        ((m, one), False, ANY, (m, n), "(m, m*n)"),
        ((m, n), False, ANY, (n, m), "(m*n, m*n)"),
    ],
)
def test_row_of_the_table_and_shape_follow_from_the_declared_types(
    y, x_is_scalar, rule, x, shape
):
    assert kind_of_pair(y, x_is_scalar) == rule
    found = arranged_shape(y, x, NUMERATOR, x_is_scalar)
    assert f"({', '.join(map(str, found))})" == shape
    assert arranged_shape(y, x, DENOMINATOR, x_is_scalar) == found[::-1]
    mixed = found[::-1] if rule == BY_ANY else found
    assert arranged_shape(y, x, MIXED, x_is_scalar) == mixed


def test_vector_stays_a_vector_at_size_one():
    # Y = x [[1, 2, 3], [4, 5, 6]] for x a vector(1): the 6 x 1 Jacobian, no matrix.
    J = [[1], [4], [2], [5], [3], [6]]
    assert both(J, (2, 3), (1, 1), ANY) == [J, [[1, 4, 2, 5, 3, 6]]]
    for kind, rule in (("vector(n)", ANY), ("vector(1)", ANY), ("scalar", BY_SCALAR)):
        found = statement(
            where={"x": kind, "Y": "matrix(2, 3)"},
            function="sum(x) * Y",
            wrt="x",
            numerator="Y",
        )
        assert found.pair("x") == rule


def test_demanded_shape_is_that_of_the_declared_types():
    where = {"x": "vector(1)", "Y": "matrix(2, 3)"}
    found = statement(where=where, function="sum(x) * Y", wrt="x", both="vec(Y)")
    assert [claim.fits for claim in found.claims] == [True, False]
    assert [claim.fits_transposed for claim in found.claims] == [False, True]


# Laws.

sizes = st.integers(1, 4)
shapes = st.tuples(sizes, sizes)


@st.composite
def pairs(draw):
    """Draw the shapes of y and x, whether x is a scalar, and numbers for J."""
    x_is_scalar = draw(st.booleans())
    x = (1, 1) if x_is_scalar else draw(shapes)
    y = draw(shapes | st.just((1, 1)))
    lanes = draw(st.sampled_from([(), (2,), (3, 2)]))
    size = (*lanes, y[0] * y[1], x[0] * x[1])
    return y, x, x_is_scalar, np.arange(np.prod(size)).reshape(size)


@given(pairs())
def test_denominator_layout_is_the_transpose_in_every_case(pair):
    y, x, x_is_scalar, J = pair
    rule = kind_of_pair(y, x_is_scalar)
    numerator = arrange(J, y, x, NUMERATOR, rule)
    denominator = arrange(J, y, x, DENOMINATOR, rule)
    assert np.array_equal(numerator, denominator.swapaxes(-1, -2))


@given(pairs())
def test_arranged_array_has_the_arranged_shape_and_all_entries(pair):
    y, x, x_is_scalar, J = pair
    for layout in Layout:
        found = arrange(J, y, x, layout, kind_of_pair(y, x_is_scalar))
        assert found.shape[-2:] == arranged_shape(y, x, layout, x_is_scalar)
        assert found.shape[:-2] == J.shape[:-2]
        assert np.array_equal(np.sort(found, axis=None), np.sort(J, axis=None))


@given(pairs())
def test_lanes_do_not_meet(pair):
    y, x, x_is_scalar, J = pair
    rule = kind_of_pair(y, x_is_scalar)
    for layout in Layout:
        found = arrange(J, y, x, layout, rule)
        for lane in np.ndindex(*J.shape[:-2]):
            assert np.array_equal(found[lane], arrange(J[lane], y, x, layout, rule))


@given(sizes, sizes, sizes)
def test_shapes_of_the_chain_rule_fit_in_the_order_of_their_layout(p, q, r):
    """x in R^p, y in R^q, z in R^r: dz/dy dy/dx, and dy/dx dz/dy the other way."""
    x, y, z = (p, 1), (q, 1), (r, 1)

    def shape(top, bottom, layout):
        return arranged_shape(top, bottom, layout, x_is_scalar=False)

    outer, inner = shape(z, y, NUMERATOR), shape(y, x, NUMERATOR)
    assert outer[1] == inner[0]
    assert (outer[0], inner[1]) == shape(z, x, NUMERATOR)
    outer, inner = shape(z, y, DENOMINATOR), shape(y, x, DENOMINATOR)
    assert inner[1] == outer[0]
    assert (inner[0], outer[1]) == shape(z, x, DENOMINATOR)
    # With gradients as columns that of a scalar z is J^T times its gradient.
    many = (q + 1, 1)  # no scalar
    gradient, inner = shape((1, 1), many, MIXED), shape(many, x, MIXED)
    assert inner[0] == gradient[0]
    assert (inner[1], gradient[1]) == shape((1, 1), x, MIXED)


@given(shapes)
def test_derivative_of_a_scalar_by_a_matrix_puts_entry_ij_at_ji(x):
    p, q = x
    J = np.arange(p * q).reshape(1, p * q)  # entry (i, j) of X is number j * p + i
    found = arrange(J, (1, 1), x, NUMERATOR, BY_ANY)
    for i in range(p):
        for j in range(q):
            assert found[j, i] == j * p + i
