"""What a derivative in a differential is depends on the layout of the document."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text

DECLARED = {
    "denominator": "We use denominator layout.",
    "numerator": "We use numerator layout.",
}
COLUMNS = r"d g = \operatorname{tr}((\frac{\partial g}{\partial X})^\top dX)"
ROWS = r"d g = \operatorname{tr}(\frac{\partial g}{\partial X} dX)"
SCALAR = r"Let $X \in \mathbb{R}^{n \times n}$, and $g$ a scalar function of $X$."
RIGHT, TURNED = "tr(D(g)(X) @ dX)", "tr(D(g)(X).T @ dX)"


def finding(formula: str, prose: str):
    """Return what was found of a formula."""
    (found,) = read_document(scan_text(f"{prose}\n\n$${formula}$$\n", "a.md")).findings
    return found


@pytest.mark.parametrize(
    ("layout", "formula", "claim"),
    [
        ("denominator", COLUMNS, RIGHT),
        ("denominator", ROWS, TURNED),
        ("numerator", COLUMNS, TURNED),
        ("numerator", ROWS, RIGHT),
    ],
)
def test_a_derivative_has_the_layout_of_the_document(layout, formula, claim):
    found = finding(formula, f"{DECLARED[layout]} {SCALAR}")
    assert found.read == f"d(g(X)) = {claim}"
    assert found.record is not None
    assert [one.text.value for one in found.record.claims] == [claim]
    other, *_ = (one for one in found.others if one.why.endswith("layout"))
    assert {one.text.value for one in other.record.claims} == {RIGHT, TURNED} - {claim}


def test_a_derivative_is_the_one_that_fits_the_other_statements():
    rules = r"""$$\nabla_x b^\top A x = A^\top b$$
$$\nabla_x \, b^\top x = b$$
$$\nabla_X \, a^\top X b = a b^\top$$
"""
    text = f"{SCALAR}\n\n{rules}$${COLUMNS}$$\n"
    *_, found = read_document(scan_text(text, "a.md")).findings
    assert found.read == f"d(g(X)) = {RIGHT}"


def test_of_a_vector_function_a_derivative_has_rows_in_the_mixed_layout():
    prose = r"Let $f: \mathbb{R}^n \to \mathbb{R}^m$."
    found = finding(r"df = \frac{\partial f}{\partial x} dx", prose)
    assert found.read == "d(f(x)) = D(f)(x) @ dx"
    assert "mixed layout" in {one.why for one in found.others}
    found = finding(r"df = (\frac{\partial f}{\partial x})^\top dx", prose)
    assert found.read == "d(f(x)) = D(f)(x) @ dx"
    assert "mixed layout" not in {one.why for one in found.others}
