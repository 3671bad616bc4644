"""Chains of sides in a document: what can be read is read, and the rest is named."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def findings(text: str):
    """Return what was found in a text."""
    return read_document(scan_text(text, "notes.md")).findings


def first(formula: str):
    """Return the first finding of a document that is one formula."""
    return findings(f"$${formula}$$\n")[0]


def left_out(found) -> list[str]:
    """Return the sides that are left out, with the reasons."""
    return [one.said for one in found.inferred if "left out" in one.said]


@pytest.mark.parametrize(
    ("formula", "read", "sides"),
    [
        pytest.param(
            r"\frac{\partial}{\partial X} \mathrm{tr}(X A X) = "
            r"\frac{\partial (X_{ij} A_{jk} X_{ki})}{\partial X_{rs}} = "
            r"\delta_{ir} A_{sk} X_{ki} + X_{ij} A_{jr} \delta_{is} = "
            r"(A X)_{sr} + (X A)_{sr} = (A X + X A)^T",
            "d(tr(X @ A @ X))/dX = (A @ X + X @ A).T",
            [r"\delta_{ir}", "(A X)_{sr}", r"\frac{\partial (X_{ij}"],
            id="indices",
        ),
        pytest.param(
            r"\nabla_w \|w\|^2 = \begin{pmatrix} 2 w_1 \\ \vdots \\ 2 w_n \end{pmatrix}"
            r" = 2 w",
            "d(norm(w)**2)/dw = 2 * w",
            [r"\begin{pmatrix} 2 w_1"],
            id="dots-in-a-matrix",
        ),
        pytest.param(
            r"\frac{\partial (c^T x)}{\partial x} = \ldots = c",
            "d(c.T @ x)/dx = c",
            [r"\ldots"],
            id="dots",
        ),
        pytest.param(
            r"\frac{\partial (B x)}{\partial x} = B \frac{\partial (x + x)}{\partial x}"
            r" \frac12 = B",
            "d(B @ x)/dx = B",
            [r"B \frac{\partial (x + x)}{\partial x}"],
            id="a-derivative-of-an-expression",
        ),
        pytest.param(
            r"\nabla_x (x^T B x) = H x = (B + B^T) x",
            "d(x.T @ B @ x)/dx = (B + B.T) @ x",
            ["H x"],
            id="a-name-that-is-not-said",
        ),
        pytest.param(
            r"\frac{\partial q}{\partial x} = \frac{\partial (x^T B x)}{\partial x}"
            r" = (B + B^T) x",
            "d(x.T @ B @ x)/dx = (B + B.T) @ x",
            [r"\frac{\partial q}{\partial x}"],
            id="the-derivative-of-a-mere-name",
        ),
    ],
)
def test_a_side_that_cannot_be_read_is_left_out_and_named(formula, read, sides):
    found = first(formula)
    assert (found.status, found.read) == ("read", read)
    said = left_out(found)
    assert len(said) == len(sides)
    for side in sides:
        assert sum(f"the side `{side}" in one for one in said) == 1, side


def test_a_name_at_the_end_is_what_the_derivative_is_called():
    found = first(r"\nabla_x (x^T B x) = (B + B^T) x = r")
    assert (found.status, found.read) == ("read", "d(x.T @ B @ x)/dx = (B + B.T) @ x")
    assert "`r` is what it is called" in [one.said for one in found.inferred]
    assert left_out(found) == []


def test_a_chain_goes_on_over_lines():
    found = first(
        r"""\begin{aligned}
        \frac{\partial}{\partial u} u^T M u
        &= \frac{\partial}{\partial u_k} u_i M_{ij} u_j \\
        &= M_{kj} u_j + u_i M_{ik} \\
        &= (M + M^T) u
        \end{aligned}"""
    )
    assert found.read == "d(u.T @ M @ u)/du = (M + M.T) @ u"
    assert len(left_out(found)) == 2


def test_two_sides_are_a_statement_or_none():
    found = first(r"\nabla_x (x^T x) = \begin{pmatrix} 2 x_1 \\ \vdots \end{pmatrix}")
    assert (found.status, found.construct) == ("unread", "dots")
    found = first(r"\nabla_x (x^T B x) = H x")
    assert found.reason == "it is not said what `H` is"


def test_steps_that_can_be_read_are_claims_all_the_same():
    found = first(
        r"\nabla_x (x^T B x) = 3 B x + \delta_{ij} = 2 B x + \ldots = B^T x"
        r" = (B + B^T) x"
    )
    assert found.read == "d(x.T @ B @ x)/dx = B.T @ x = (B + B.T) @ x"


def test_a_side_of_another_shape_is_judged_on_its_own():
    whole, other = findings(
        r"$$\nabla_x (a^T x + x^T b) = a + b = a^T b \, (a + b)(a + b)^T$$"
    )
    assert whole.read == "d(a.T @ x + x.T @ b)/dx = a + b"
    assert left_out(whole) == []
    assert (other.status, other.construct) == ("unread", "shapes that fit")


def test_sides_that_are_read_one_by_one_are_judged_one_by_one():
    column, row = findings(r"$$\nabla_x (x^T B x) = x^T (B + B^T) = (B + B^T) x$$")
    assert column.read == "d(x.T @ B @ x)/dx = (B + B.T) @ x"
    assert row.read.endswith("= x.T @ (B + B.T)")


def test_a_function_that_is_unknown_is_no_value():
    found = first(
        r"\frac{\partial f(B x)}{\partial x} = B^T \nabla f(B x) = B^T (B x - y)"
    )
    assert found.read == "d(f(B @ x))/dx = B.T @ D(f)(B @ x)"
    (said,) = left_out(found)
    assert "`B^T (B x - y)`" in said


# --- entries ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "read"),
    [
        (
            r"\left[ \frac{\partial B u}{\partial x} \right]_{ij} = "
            r"\frac{\partial \sum_k B_{ik} u_k}{\partial x_j} = "
            r"\left[ B \frac{\partial u}{\partial x} \right]_{ij}",
            "d(B @ u(x))/dx = B @ D(u)(x)",
        ),
        (
            r"\left( \frac{\partial B x}{\partial x} \right)_{ij} = \sum_k \ldots = "
            r"\left( B^T \right)_{ji}",
            "d(B @ x)/dx = B",
        ),
        (
            r"\left( \frac{\partial \|x\|^2}{\partial x} \right)_k = 2 x_k",
            "d(norm(x)**2)/dx = 2 * x",
        ),
    ],
)
def test_entries_on_all_sides_are_left_away(formula, read):
    assert first(formula).read == read


def test_a_derivative_by_an_entry_of_a_matrix_that_is_meant_as_all_of_it():
    found = first(
        r"\frac{\partial}{\partial X_{pq}} \mathrm{tr}(X^2) = X_{ij} X_{ji} "
        r"\delta_{ip} \delta_{jq} = 2 X^T"
    )
    assert found.read == "d(tr(X @ X))/dX = 2 * X.T"
    assert any("by an entry" in one.said for one in found.inferred)


# --- derivatives inside -------------------------------------------------------------


def test_a_sum_of_derivatives_is_the_derivative_of_the_sum():
    found = first(r"\nabla_x (x^T B x) - \nabla_x (2 b^T x) = (B + B^T) x - 2 b")
    assert found.read == "d(x.T @ B @ x - 2 * b.T @ x)/dx = (B + B.T) @ x - 2 * b"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            r"Let $g(z) = f(B z)$. Then $$\nabla_z g(z) = B^T \nabla_x f(B z)$$",
            "d(f(B @ z))/dz = B.T @ D(f)(B @ z)",
        ),
        (
            r"Let $g(z) = f(B z)$. Then $$\nabla_z^2 g(z) = B^T \nabla_x^2 f(B z) B$$",
            "hessian(f(B @ z), z) = B.T @ hessian(f)(B @ z) @ B",
        ),
        (
            r"$$\nabla_x f(B x + c) = B^T \nabla_y f$$",
            "d(f(B @ x + c))/dx = B.T @ D(f)(B @ x + c)",
        ),
        (
            r"$$\nabla_x (\alpha f) = \alpha \nabla_x f$$",
            "d(alpha * f(x))/dx = alpha * D(f)(x)",
        ),
    ],
)
def test_gradients_of_a_function_are_taken_where_it_is_applied(text, read):
    found = [one for one in findings(text) if one.status == "read"]
    assert [one.read for one in found] == [read]


def test_a_gradient_by_what_is_inside_is_no_gradient_of_the_symbol():
    # `∇_x f(B x)` on the right is the derivative of an expression, which is not read.
    found = first(r"\nabla_x (3 f(B x)) = 3 B^T \nabla_x f(B x)")
    assert found.status == "unread"


# --- what is not to be reported as an error -----------------------------------------


def test_a_step_that_fails_alone_is_no_error_of_the_text():
    whole, step = findings(
        r"$$\frac{\partial x^T B x}{\partial x} = \frac{\partial x^T B^T x}{\partial x}"
        r" = (B + B^T) x$$"
    )
    assert whole.weak == ""
    assert step.read == "d(x.T @ B.T @ x)/dx = (B + B.T) @ x"
    assert "a step of a chain" in step.weak


def test_what_is_said_in_entries_keeps_to_every_layout():
    rows = "".join(
        rf"$$\frac{{\partial ({a}^T x)}}{{\partial x}} = {a}^T$$" + "\n\n"
        for a in "abcuvw"
    )
    found = findings(rows + r"$$\frac{\partial (a^T x)}{\partial x_i} = a_i$$")
    record = found[0].record
    assert record is not None and record.claims[0].field == "numerator"
    assert (found[-1].read, found[-1].breaks) == ("d(a.T @ x)/dx = a", "")


@pytest.mark.parametrize(
    ("function", "whole"), [("exp", "expm"), ("log", "logm"), ("sqrt", "sqrtm")]
)
def test_a_function_under_a_trace_is_one_of_the_matrix(function, whole):
    found = first(
        rf"\frac{{\partial}}{{\partial X}} \mathrm{{tr}}(\{function}{{(X)}}) = X"
    )
    assert found.read == f"d(tr({whole}(X)))/dX = X"
    assert any("of the matrix" in one.said for one in found.inferred)


@pytest.mark.parametrize("function", ["sin", "cos", "tanh"])
def test_a_function_under_a_trace_may_be_one_of_the_matrix(function):
    found = first(rf"\frac{{\partial}}{{\partial X}} \mathrm{{tr}}(\{function}(X)) = X")
    assert found.status == "unread"
    assert "under a trace" in found.reason


def test_a_product_with_a_circle_between_vectors_may_be_one_of_entries():
    found = first(r"\frac{\partial (w \otimes x)}{\partial x} = \mathrm{diag}(w)")
    assert found.read == "d(w * x)/dx = diag(w)"
    assert any("entry by entry" in one.said for one in found.inferred)


def test_of_a_value_whose_first_side_is_not_read_the_others_are():
    found = first(r"\int x = \mathrm{tr}(A B) = \mathrm{tr}(B A)")
    assert found.read == "tr(A @ B) = tr(B @ A)"
    assert any("left out" in one.said for one in found.inferred)


def test_an_inner_product_in_angles_is_no_inequality():
    found = first(r"\nabla_x (a^T x)^2 = -2 <a, x> e = 2 (a^T x) a")
    sides = "-(2 * (a.T @ x) * e) = 2 * (a.T @ x) * a"
    assert found.read == f"d((a.T @ x)**2)/dx = {sides}"


def test_a_product_entry_by_entry_may_be_meant_before_the_product():
    found = first(
        r"\frac{\partial}{\partial W} \|\tanh(X W) - Y\|^2 = "
        r"2 X^T (\tanh(X W) - Y) \odot (1 - \tanh(X W) \odot \tanh(X W))"
    )
    assert found.read.endswith(
        "= 2 * X.T @ ((tanh(X @ W) - Y) * (1 - tanh(X @ W) * tanh(X @ W)))"
    )


def test_a_sign_in_a_cell_of_its_own_is_no_sign_of_the_formula():
    found = first(
        r"\begin{array}{ll} - & \frac{\partial (w - x)}{\partial w} = \ldots = I"
        r"\end{array}"
    )
    assert found.read == "d(w - x)/dw = eye(n)"


def test_statements_that_run_together_are_no_chain():
    found = first(
        r"\frac{\partial (u + v)}{\partial u} = I \frac{\partial (u + v)}{\partial v}"
        r" = I - \frac{\partial (u - v)}{\partial v} = -I"
    )
    assert found.status == "unread"
    assert "more than one statement" in found.reason
