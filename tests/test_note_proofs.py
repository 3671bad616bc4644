"""Proofs: reasons beside their lines, names of their sides, and what cancels."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


@pytest.mark.parametrize(
    "reason",
    [
        r"&& ((A^{-1})^T = (A^T)^{-1})",
        r"\quad ((A^{-1})^T = (A^T)^{-1})",
        r"\qquad [(A^{-1})^T = (A^T)^{-1}]",
        r"\;\;\;\; \because (A^{-1})^T = (A^T)^{-1}",
    ],
)
def test_a_reason_without_words_is_a_statement_of_its_own(reason):
    text = rf"""
$$
\begin{{aligned}}
(A^{{-1}} B)^T &= B^T (A^{{-1}})^T \\
&= B^T (A^T)^{{-1}} {reason} \\
\end{{aligned}}
$$
"""
    found = read_document(scan_text(text, "a.md")).findings
    assert [one.read for one in found] == [
        "(inv(A) @ B).T = B.T @ inv(A).T = B.T @ inv(A.T)",
        "inv(A).T = inv(A.T)",
    ]


@pytest.mark.parametrize("reason", [r"&& (A = A^T)", r"\quad \because A^T = A"])
def test_a_reason_that_says_what_a_name_is_counts_for_its_step(reason):
    text = rf"""
$$
\begin{{aligned}}
\frac{{\partial x^T A x}}{{\partial x}} &= (A + A^T) x \\
&= 2 A x {reason}
\end{{aligned}}
$$
"""
    *_, found = read_document(scan_text(text, "a.md")).findings
    assert found.record is not None
    assert found.record.where["A"].value == "symmetric(n)"


@pytest.mark.parametrize(
    ("formula", "read"),
    [
        ("RHS = B^{-1}A^{-1}AB = B^{-1}IB = I", "inv(B) @ inv(A) @ A @ B = "),
        (r"\text{LHS} = (A B)^{-1} A B = I", "inv(A @ B) @ A @ B = eye("),
        ("(A B)^{-1} A B = I", "inv(A @ B) @ A @ B = eye("),
        ("A^T (A^T)^{-1} = I", "A.T @ inv(A.T) = eye(n)"),
    ],
)
def test_what_cancels_is_a_statement(formula, read):
    (found,) = read_document(scan_text(f"$${formula}$$\n", "a.md")).findings
    assert found.read.startswith(read)


@pytest.mark.parametrize("formula", ["Q^T Q = I", "A x = 0", "A^T B = I"])
def test_what_may_be_assumed_is_none(formula):
    found = read_document(scan_text(f"$${formula}$$\n", "a.md")).findings
    assert all(one.status != "read" or one.weak for one in found)


@pytest.mark.parametrize(
    "formula", ["P X = X", "M X = 0", "P M = 0", "M e = e", "P e = 0", "X^T e = 0"]
)
def test_what_holds_of_names_that_are_defined_is_a_statement(formula):
    text = rf"""Let $P = X(X^T X)^{{-1}}X^T$, $M = I - P$ and $e = y - P y$.

$${formula}$$
"""
    found = read_document(scan_text(text, "a.md")).findings[-1]
    assert (found.status, bool(found.weak)) == ("read", True)
    assert "inv(X.T @ X)" in found.read
