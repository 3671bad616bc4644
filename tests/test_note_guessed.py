"""What a reading guessed, and what a text says of factors, functions and sizes."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def last(text: str):
    """Read a document; return the last formula in it."""
    return read_document(scan_text(text, "notes.md")).findings[-1]


def first(text: str):
    """Read a document; return the first statement in it."""
    found = read_document(scan_text(text, "notes.md")).findings
    return next(one for one in found if one.status == "read")


def types(found) -> dict[str, str]:
    """Return the types of a finding's record."""
    assert found.record is not None
    return {name: text.value for name, text in found.record.where.items()}


# --- factors of a matrix that is defined by them -------------------------------------

SPECTRAL = r"Then $A = C \Lambda C'$ where $C$ is orthogonal and $\Lambda$ is diagonal."
TRIANGULAR = r"Then $A = L U$ where $L$ is lower triangular and $U$ upper triangular."


@pytest.mark.parametrize(
    ("said", "formula", "meant"),
    [
        (SPECTRAL, r"\det(C \Lambda C') = \det(\Lambda)", {"C": "orthogonal(n)"}),
        (SPECTRAL, r"\operatorname{tr}(C\Lambda C') = \operatorname{tr}(\Lambda)", {}),
        (SPECTRAL, r"C \Lambda C' C = C \Lambda", {"Lambda": "diagonal(n)"}),
        (TRIANGULAR, r"\det(L U) = \det(U L)", {"L": "lower(n)"}),
    ],
)
def test_what_is_said_of_factors_counts_where_they_stand_together(said, formula, meant):
    text = f"# One\n\n{said}\n\n# Two\n\n$${formula}$$\n"
    found = types(last(text))
    assert {name: found[name] for name in meant} == meant


def test_that_one_is_symmetric_only_narrows_its_rule():
    said = r"$Q = x^T A x$, where $A$ is symmetric."
    formula = r"\frac{\partial (x^T A x)}{\partial x} = (A + A^T) x"
    found = types(last(f"# One\n\n{said}\n\n# Two\n\n$${formula}$$\n"))
    assert found["A"] == "matrix(n, n)"


def test_a_factor_elsewhere_is_another_matrix():
    formula = r"\operatorname{tr}(C B) = \operatorname{tr}(B C)"
    found = types(last(f"# One\n\n{SPECTRAL}\n\n# Two\n\n$${formula}$$\n"))
    assert found["C"].startswith("matrix(")


# --- one function, through what is defined -------------------------------------------


@pytest.mark.parametrize(
    ("given", "inner"), [("A X B", "A @ X @ B"), ("A X", "A @ X"), ("X B", "X @ B")]
)
def test_a_function_is_of_what_is_defined_and_not_of_what_that_is_of(given, inner):
    turned = r"(\frac{\partial f}{\partial Y})^T"
    change = given.replace("X", "dX")
    text = rf"""Let $Y = {given}$, where $X$ is a matrix.

$$df = \operatorname{{tr}}({turned} {change})
= \operatorname{{tr}}((\frac{{\partial f}}{{\partial X}})^T dX)$$
"""
    assert last(text).read.startswith(f"d(f({inner})) = tr(")


def test_a_sum_of_derivatives_by_both_is_of_a_function_of_both():
    text = r"""Let $y = A x$.

$$\frac{df}{dx} = \frac{\partial f}{\partial x} + A^T \frac{\partial f}{\partial y}$$
"""
    assert "D(f, 1)" in last(text).read and "D(f, 2)" in last(text).read


# --- guesses that may not be called wrong --------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{\partial}{\partial X} f(X)^T = (\frac{\partial f(X)}{\partial X})^T",
        r"\frac{\partial}{\partial Z} G(Z)^T = (\frac{\partial G(Z)}{\partial Z})^T",
    ],
)
def test_values_of_a_function_of_a_matrix_are_a_guess(formula):
    assert any(
        "is read as a function" in one.said for one in last(f"$${formula}$$").doubts
    )


def test_a_function_whose_values_are_numbers_is_none():
    text = r"""$L$ is a scalar.

$$\frac{\partial L}{\partial W} = \frac{\partial L}{\partial z} x^T$$ with $z = W x$."""
    assert not any("is read as" in one.said for one in first(text).doubts)


@pytest.mark.parametrize(
    ("number", "rest"), [("N", r"\log|\Sigma|"), ("m", r"\operatorname{tr}(\Sigma)")]
)
def test_what_a_letter_counts_may_be_a_size_that_has_no_name(number, rest):
    text = rf"""$\Sigma$ is positive definite.

$$\sum_i \left[{rest} + (x_i - \mu)^T \Sigma^{{-1}} (x_i - \mu)\right]
= {number} {rest} + \sum_i (x_i - \mu)^T \Sigma^{{-1}} (x_i - \mu)$$
"""
    found = last(text)
    assert found.record is not None
    whys = [other.why for other in found.others]
    sizes = " ".join(types(found).values())
    named = number in sizes.replace("matrix", "")
    assert named == any(why.startswith(f"`{number} = ") for why in whys)
