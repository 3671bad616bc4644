"""What excuses a statement that fails, and what is taken for a condition."""

from __future__ import annotations

import pytest

from verifier import check
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def first(text: str):
    """Return what was found first in a document."""
    return read_document(scan_text(text, "a.md")).findings[0]


@pytest.mark.parametrize(
    ("formula", "excuses"),
    [
        (r"\nabla_x \, x^T A x = 2 A x", True),
        (r"\nabla_X \operatorname{tr}(X^T A X) = 2 A X", True),
        (r"\nabla_w \|X w - y\|^2 = 2 X (X w - y)", False),
        (r"\nabla_w \|x + B w\|^2 = 2 B (x + B w)", False),
    ],
)
def test_only_a_matrix_in_a_form_may_be_symmetric_without_a_word(formula, excuses):
    symmetric = [
        one for one in first(f"$${formula}$$").others if "symmetric" in one.why
    ]
    assert [one.excuses for one in symmetric] == [excuses]


@pytest.mark.parametrize(
    ("formula", "is_condition"),
    [
        (
            r"\operatorname{tr}(A(B \odot C)) = \operatorname{tr}((A \odot B)^T C)",
            False,
        ),
        (r"\operatorname{tr}(A C B) = \operatorname{tr}(C A B)", False),
        (r"x^T A x = \operatorname{tr}(x^T A x) = \operatorname{tr}(x^T x A)", False),
        (r"A B = B A", True),
        (r"A^T = A^{-1}", True),
        (r"A B^T = B A^T", True),
    ],
)
def test_an_equation_of_traces_is_no_condition(formula, is_condition):
    assert ("a condition" in first(f"It is ${formula}$ here.").weak) == is_condition


@pytest.mark.parametrize("where", ["where $i = j$", "when $k=i$", "if $i = 1$"])
def test_a_value_of_an_index_is_no_definition(where):
    text = rf"$f(X) = \sum_i \sum_k a_{{ik}} x_{{ki}}$ {where}."
    text += "\n\n" + r"$\frac{\partial f}{\partial x_{ij}} = a_{ji}$"
    found = read_document(scan_text(text, "a.md")).findings[-1]
    assert found.read == "d(tr(a @ X))/dX = a.T"


def test_a_trace_that_is_called_one_is_no_definition():
    text = r"""where $\operatorname{Tr}(A)$ is the trace of $A$, and so

$$\nabla_A \operatorname{Tr}(A B) = B^T$$"""
    found = read_document(scan_text(text, "a.md")).findings[-1]
    assert found.read == "d(tr(A @ B))/dA = B.T"


def test_a_dagger_is_a_pseudo_inverse_where_the_text_says_so():
    formula = r"$$\frac{d}{dx} \det A = \operatorname{tr}(A^\dagger \frac{dA}{dx})$$"
    assert "dagger" in first(formula).weak
    assert "dagger" not in first(f"{formula}\n\nwith the pseudo-inverse of $A$").weak


def test_a_star_between_matrices_may_be_a_product_by_entries():
    text = r"$\operatorname{tr}(A^T (B * C)) = \operatorname{tr}((A * B)^T C)$"
    found = first(text)
    assert found.read == "tr(A.T @ (B * C)) = tr((A * B).T @ C)"
    assert [one.read for one in found.others] == [
        "tr(A.T @ (B @ C)) = tr((A @ B).T @ C)"
    ]


def test_a_side_called_o_is_zero():
    found = first(r"$$F'_x F^{-1} + F (F^{-1})'_x = O$$")
    assert (found.status, "set to zero" in found.reason) == ("aside", True)


def test_a_small_change_is_no_differential():
    text = r"""Let $f(v) = v^T v$.

$$df = f(v + dv) - f(v) = (2 v)^T dv + dv^T dv$$"""
    found = read_document(scan_text(text, "a.md")).findings[-1]
    assert found.weak == "it may be meant to first order"


def test_a_norm_that_is_asked_about_is_no_determinant():
    assert not check("∇_A log ‖A‖ = A^{-T}", draws=8, device="cpu").holds


def test_a_sigma_that_nobody_defines_may_be_the_softmax():
    formula = r"$$\nabla_z \, a^T \sigma(z) = a$$"
    assert "logistic" in first(f"{formula}\n\nThe softmax is used here.").weak
    assert "logistic" not in first(formula).weak


def test_a_matrix_of_numbers_may_be_a_gradient_at_a_point():
    formula = r"$$\nabla_x x^T x = 2 x = \begin{bmatrix} 2 \\ 4 \end{bmatrix}$$"
    assert first(formula).weak == "it may be the value at a point"


def test_a_text_that_departs_from_its_layout_keeps_to_none():
    kept = "".join(rf"$$\nabla_x {c} x = {c}^T$$" + "\n\n" for c in "ABCE")
    broken = "".join(rf"$$\nabla_x {c} x = {c}$$" + "\n\n" for c in "FG")
    for rules, excused in (
        (kept + broken, True),
        (kept + broken[: len(broken) // 2], False),
    ):
        text = f"We use denominator layout.\n\n{rules}"
        found = read_document(scan_text(text, "a.md")).findings[-1]
        assert (found.breaks == "") == excused


def test_a_chain_rule_breaks_no_layout():
    kept = "".join(rf"$$\nabla_x {c} x = {c}^T$$" + "\n\n" for c in "ABCE")
    rule = r"$$\frac{\partial f}{\partial x} = "
    rule += r"\frac{\partial f}{\partial u} \frac{\partial u}{\partial x}$$"
    text = f"We use denominator layout.\n\n{kept}{rule}"
    found = read_document(scan_text(text, "a.md")).findings[-1]
    assert found.status == "read"
    assert found.breaks == "" and all(one.excuses for one in found.others)


@pytest.mark.parametrize(
    "formula",
    [
        r"Df(X)[V] = Dg(X)[V] \cdot h(X) + g(X) \cdot Dh(X)[V]",
        r"D f(X)\left[V\right] = Dg(h(X))[Dh(X)[V]]",
        r"Df(\mathbf{X})[\mathbf{V}] = Dg(\mathbf{X})[\mathbf{V}]\, h(\mathbf{X})",
    ],
)
def test_maps_of_matrices_are_doubted_where_their_types_are_guessed(formula):
    text = rf"Let $f(X) = g(X) h(X)$ for matrices $X$. $${formula}$$"
    found = [
        one
        for one in read_document(scan_text(text, "a.md")).findings
        if "[" in one.formula
    ]
    assert found
    for one in found:
        said = " ".join(doubt.said for doubt in one.doubts)
        assert one.status != "read" or "product of a derivative and a step" in said
