"""Which layout a document keeps to, and what departs from it."""

from __future__ import annotations

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text

ROWS = r"""
$$\frac{\partial}{\partial u} c^T u = c^T$$
$$\frac{\partial}{\partial u} u^T u = 2 u^T$$
$$\frac{\partial}{\partial u} v^T C u = v^T C$$
"""
COLUMNS = r"""
$$\frac{\partial}{\partial u} c^T u = c$$
$$\frac{\partial}{\partial u} u^T u = 2 u$$
$$\frac{\partial}{\partial u} v^T C u = C^T v$$
"""


def broken(text: str) -> list[str]:
    """Return what departs from the layout of a document, as it was read."""
    found = read_document(scan_text(text, "notes.md")).findings
    return [one.read for one in found if one.breaks]


def test_a_transposed_result_is_an_error_where_the_others_are_not():
    wrong = r"$$\frac{\partial C u}{\partial u} = C^T$$"
    assert broken(ROWS + wrong) == ["d(C @ u)/du = C.T"]
    assert broken(COLUMNS + wrong) == []


def test_a_nabla_may_be_a_column_where_derivatives_are_rows():
    nabla = r"$$\nabla_u \|C u - b\|^2 = 2 C^T (C u - b)$$"
    wrong = r"$$\frac{\partial C u}{\partial u} = C^T$$"
    assert broken(ROWS + nabla) == []
    assert broken(ROWS + nabla + wrong) == ["d(C @ u)/du = C.T"]


def test_a_derivative_by_a_matrix_may_have_its_shape_where_others_are_rows():
    matrix = r"$$\frac{\partial}{\partial Z} a^T Z b = a b^T$$"
    assert broken(ROWS + matrix) == []


def test_a_gradient_that_is_a_column_among_rows_is_an_error():
    column = r"$$\frac{\partial}{\partial u} a^T u = a$$"
    assert broken(ROWS + column) == ["d(a.T @ u)/du = a"]
    assert broken(ROWS + column.replace(r"\partial u}", r"\partial u^T}")) == []


def test_a_row_among_columns_is_an_error():
    row = r"$$\frac{\partial}{\partial u} a^T u = a^T$$"
    assert broken(COLUMNS + row) == ["d(a.T @ u)/du = a.T"]


def test_what_says_itself_that_it_is_a_row_shows_nothing_of_others():
    turned = ROWS.replace(r"\partial u}", r"\partial u^T}")
    row = r"$$\frac{\partial}{\partial u} a^T u = a$$"
    assert broken(turned + row) == []


def test_a_table_of_jacobians_has_rows_where_gradients_are_columns():
    table = "\n\n| f(u) | {} |\n|---|---|\n| $c^T u$ | $c^T$ |\n"
    assert broken(COLUMNS + table.format("gradient")) == ["d(c.T @ u)/du = c.T"]
    assert broken(COLUMNS + table.format("Jacobian")) == []


def test_derivatives_by_matrices_are_in_a_layout_of_their_own():
    matrices = r"""
$$\frac{\partial}{\partial Z} \operatorname{tr}(A Z) = A^T$$
$$\frac{\partial}{\partial Z} a^T Z b = a b^T$$
$$\frac{\partial |Z|}{\partial Z} = |Z| Z^{-1}$$
"""
    found = read_document(scan_text(ROWS + matrices, "notes.md")).findings
    last = found[-1].record
    assert last is not None
    assert [claim.field for claim in last.claims] == ["denominator"]


def test_a_jacobian_may_be_a_row_where_gradients_are_columns():
    rows = (
        "For $g(u) = \\|u\\|^2$, $J_g(u) = 2 u^T$.\n\nFor $h(u) = C u$, $J_h(u) = C$.\n"
    )
    wrong = r"$$\frac{\partial}{\partial u} a^T u = a^T$$"
    assert broken(COLUMNS + rows) == []
    assert broken(COLUMNS + rows + wrong) == ["d(a.T @ u)/du = a.T"]
