"""Gradients, Jacobians and Hessians that documents write out entry by entry."""

from __future__ import annotations

import pytest

from verifier.notes.model import Finding
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def findings(text: str) -> list[Finding]:
    return list(read_document(scan_text(text, "notes.md"), "").findings)


def read(text: str) -> list[str]:
    return [one.read for one in findings(text) if one.status == "read"]


BY_X, BY_Y = "d(x**2 + 3 * y**2)/dx = 2 * x", "d(x**2 + 3 * y**2)/dy = 6 * y"


@pytest.mark.parametrize(
    "claim",
    [
        r"\nabla f(x, y) = (2x, 6y)",
        r"\nabla f(x, y) = [2x, 6y]^T",
        r"\nabla f = \begin{bmatrix} 2x \\ 6y \end{bmatrix}",
        r"\nabla f(x,y)^T = \begin{pmatrix} 2x & 6y \end{pmatrix}",
        r"\nabla f(x,y) = \left[\begin{array}{c} 2x \\ 6y \end{array}\right]",
        r"J_f(x, y) = \begin{pmatrix} 2x & 6y \end{pmatrix}",
        r"\nabla f(x,y) = J_f(x,y)^T = \begin{pmatrix} 2x \\ 6y \end{pmatrix}",
        r"\nabla f = \begin{pmatrix} \frac{\partial f}{\partial x} \\"
        r" \frac{\partial f}{\partial y} \end{pmatrix}"
        r" = \begin{pmatrix} 2x \\ 6y \end{pmatrix}",
    ],
)
def test_a_list_is_what_each_partial_derivative_is(claim):
    assert read(f"Let $f(x, y) = x^2 + 3y^2$. Then $${claim}$$") == [BY_X, BY_Y]


def test_a_wrong_entry_is_a_statement_of_its_own():
    text = "Let $f(x, y) = x^2 + 3y^2$. Then $$\\nabla f(x, y) = (2x, 5y)$$"
    (first, second) = findings(text)
    assert (first.read, first.weak) == (BY_X, "")
    assert (second.read, second.weak) == (BY_Y.replace("= 6", "= 5"), "")


def test_a_number_before_a_list_is_a_factor_of_each_entry():
    claim = r"\nabla f = 2\begin{bmatrix} x \\ 3y \end{bmatrix}"
    found = read(f"Let $f(x, y) = x^2 + 3y^2$. Then $${claim}$$")
    assert found == [BY_X, BY_Y.replace("6 * y", "2 * (3 * y)")]


def test_entries_of_a_vector_are_coordinates_where_it_has_numbers_below():
    text = r"""
Let $f(\mathbf{x}) = x_1^2 + 3x_2^2$. Then
$$\frac{\partial f}{\partial \mathbf{x}} = \begin{bmatrix} 2x_1 & 6x_2 \end{bmatrix}$$
"""
    assert read(text) == [
        "d(x_1**2 + 3 * x_2**2)/dx_1 = 2 * x_1",
        "d(x_1**2 + 3 * x_2**2)/dx_2 = 6 * x_2",
    ]


@pytest.mark.parametrize(
    "values", [r"(x^2 y, 5x)", r"\begin{pmatrix} x^2 y \\ 5x \end{pmatrix}"]
)
def test_a_jacobian_has_a_line_a_value(values):
    text = f"""
Let $g(x, y) = {values}$. Its Jacobian is
$$J_g(x, y) = \\begin{{pmatrix}} 2xy & x^2 \\\\ 5 & 0 \\end{{pmatrix}}$$
"""
    assert read(text) == [
        "d(x**2 * y)/dx = 2 * x * y",
        "d(x**2 * y)/dy = x**2",
        "d(5 * x)/dx = 5",
        "d(5 * x)/dy = 0",
    ]


@pytest.mark.parametrize("left", [r"\nabla^2 f(x, y)", "H_f(x, y)"])
def test_a_hessian_is_by_the_vector_of_its_coordinates(left):
    text = f"""
Let $f(x, y) = x^2 y$. Then
$${left} = \\begin{{pmatrix}} 2y & 2x \\\\ 2x & 0 \\end{{pmatrix}}$$
"""
    (found,) = read(text)
    assert found.startswith("hessian((unit(1, 2).T @ v)**2 * (unit(2, 2).T @ v), v) = ")


@pytest.mark.parametrize(
    "arrow",
    [
        r"f : (x, y) \mapsto x^2 + 3y^2",
        r"f : (x, y) \in \mathbb{R}^2 \mapsto x^2 + 3y^2 \in \mathbb{R}",
        r"f : \mathbb{R}^2 \to \mathbb{R}, \quad (x, y) \mapsto x^2 + 3y^2",
    ],
)
def test_an_arrow_from_several_names_defines_a_function(arrow):
    assert read(f"Let ${arrow}$. Then $$\\nabla f(x, y) = (2x, 6y)$$") == [BY_X, BY_Y]


def test_an_arrow_behind_a_gradient_defines_no_function():
    text = r"""
Let $f : x \in \mathbb{R}^n \mapsto x^T A x$. The function
$\nabla f : x \in \mathbb{R}^n \mapsto (A + A^T) x$ is linear, and
$$\nabla f(y) = (A + A^T) y$$
"""
    assert read(text)[-1] == "d(y.T @ A @ y)/dy = (A + A.T) @ y"


@pytest.mark.parametrize(
    "claim",
    [
        r"\nabla f = \left(\frac{\partial f}{\partial x},"
        r" \frac{\partial f}{\partial y}\right)",
        r"\frac{\partial f}{\partial \mathbf{x}} = \begin{bmatrix}"
        r" \frac{\partial f}{\partial x_1} \\ \frac{\partial f}{\partial x_2}"
        r" \end{bmatrix}",
    ],
)
def test_a_list_of_partial_derivatives_states_nothing(claim):
    (found,) = findings(f"We write $${claim}$$")
    assert (found.status, found.reason) == (
        "aside",
        "it says what the entries of a derivative are",
    )


@pytest.mark.parametrize("values", ["(2x, 6y, 1)", "(2x, 6y) + c", "2 + (x, y)"])
def test_a_list_of_another_length_is_not_read(values):
    text = f"Let $f(x, y) = x^2 + 3y^2$. Then $$\\nabla f(x, y) = {values}$$"
    assert read(text) == []
