"""Which names of a document are numbers, and how its differentials are written."""

from __future__ import annotations

import pytest

from verifier.notes import reading
from verifier.notes.model import Finding
from verifier.notes.reading import OWN_FAULT, read_document
from verifier.notes.scanning import scan_text

BOLD = r"""
For $\mathbf{x}, \mathbf{y}, \mathbf{u}, \mathbf{v}, \mathbf{w}$ and $\mathbf{A}$
$$\nabla_{\mathbf{x}} \mathbf{x}^\top \mathbf{A} \mathbf{x}
= (\mathbf{A} + \mathbf{A}^\top) \mathbf{x}$$
"""


def findings(text: str) -> list[Finding]:
    return list(read_document(scan_text(text, "notes.md"), "").findings)


def read(text: str) -> list[str]:
    return [one.read for one in findings(text) if one.status == "read"]


def types(finding: Finding) -> dict[str, str]:
    assert finding.record is not None
    return {name: said.value for name, said in finding.record.where.items()}


def test_small_letters_are_numbers_where_vectors_are_bold():
    rule = r"$$\frac{dy}{dx} = \frac{dy}{du} \frac{du}{dx}$$"
    (_, chain) = [one for one in findings(BOLD + rule) if one.status == "read"]
    assert types(chain)["x"] == "scalar"
    (chain,) = findings(rule)
    assert types(chain)["x"] == "vector(n)"


@pytest.mark.parametrize("rule", [r"$$\nabla_x x^T A x = (A + A^T) x$$"])
def test_a_transpose_tells_a_vector_that_is_not_bold(rule):
    found = [one for one in findings(BOLD + rule) if one.status == "read"]
    assert types(found[-1])["x"] == "vector(n)"


def test_what_a_function_is_applied_to_is_of_the_kind_that_is_said():
    text = r"""
Consider a function $f: \mathbb{R} \to \mathbb{R}$ and a constant $C$.
$$\frac{d}{dx} [C f(x)] = C \frac{d}{dx} f(x)$$
"""
    (found,) = (one for one in findings(text) if one.status == "read")
    assert (types(found)["x"], types(found)["f"]) == ("scalar", "scalar -> scalar")


def test_the_differential_of_what_is_defined():
    text = r"""
Let $f(X) = \mathrm{tr}(X^T A X)$. Then
$$df = \mathrm{tr}(dX^T A X + X^T A dX)$$
"""
    assert read(text) == ["d(tr(X.T @ A @ X)) = tr(dX.T @ A @ X + X.T @ A @ dX)"]


def test_a_derivative_applied_to_a_change_is_a_differential():
    text = r"""
For $g(A) = \mathrm{tr}(A)^9$ we have
$$g'(A)[dA] = 9 \mathrm{tr}(A)^8 \mathrm{tr}(dA)$$
"""
    assert read(text) == ["d(tr(A)**9) = 9 * tr(A)**8 * tr(dA)"]


@pytest.mark.parametrize(
    ("claim", "meant"),
    [
        (r"\left(\frac{\partial f}{\partial x}\right)^T dx", "d(f(x)) = D(f)(x) @ dx"),
        (
            r"\mathrm{tr}\left(\left(\frac{\partial f}{\partial X}\right)^T dX\right)",
            "d(f(X)) = tr(D(f)(X) @ dX)",
        ),
        (r"\frac{\partial f}{\partial x} dx", "d(f(x)) = D(f)(x) @ dx"),
    ],
)
def test_derivatives_in_the_shape_of_their_variable(claim, meant):
    assert read(f"$$df = {claim}$$") == [meant]


def test_an_implication_stands_between_two_statements():
    text = r"$$\nabla_c (c^T c - 2 x^T D c) = 2 c - 2 D^T x \implies c = D^T x$$"
    assert read(text) == ["d(c.T @ c - 2 * x.T @ D @ c)/dc = 2 * c - 2 * D.T @ x"]


def test_what_follows_a_zero_is_no_part_of_the_chain():
    text = r"$$\frac{\partial}{\partial x} (x^T x - 2 b^T x) = 2 x - 2 b = 0 = x - b$$"
    (found,) = findings(text)
    assert found.read == "d(x.T @ x - 2 * b.T @ x)/dx = 2 * x - 2 * b"
    assert any("behind `= 0` is left out" in one.said for one in found.inferred)


def test_a_step_is_a_name():
    text = r"""
$$F = \frac12 (r + J \Delta x)^T (r + J \Delta x)$$
$$\frac{\partial F}{\partial \Delta x} = J^T r + J^T J \Delta x$$
"""
    (found,) = read(text)
    assert found.endswith("/dDelta_x = J.T @ r + J.T @ J @ Delta_x")


@pytest.mark.parametrize(
    ("formula", "upper", "lower"),
    [
        (
            r"\mathrm{tr}(A \pm B) = \mathrm{tr}(A) \pm \mathrm{tr}(B)",
            "tr(A + B) = tr(A) + tr(B)",
            "tr(A - B) = tr(A) - tr(B)",
        ),
        (
            r"\mathrm{d}(X \pm Y) = \mathrm{d}X \pm \mathrm{d}Y",
            "d(X + Y) = dX + dY",
            "d(X - Y) = dX - dY",
        ),
        (
            r"\mathrm{d}(X \pm Y) = \mathrm{d}X + \mathrm{d}Y",
            "d(X + Y) = dX + dY",
            "d(X - Y) = dX + dY",
        ),
        (
            r"\|x \mp y\|^2 = \|x\|^2 \mp 2x^Ty + \|y\|^2",
            "norm(x - y)**2 = norm(x)**2 - 2 * x.T @ y + norm(y)**2",
            "norm(x + y)**2 = norm(x)**2 + 2 * x.T @ y + norm(y)**2",
        ),
    ],
)
def test_both_signs_are_read(formula, upper, lower):
    found = findings(f"$${formula}$$")
    assert [one.read for one in found] == [upper, lower]


def test_the_upper_sign_before_a_first_term_is_read_and_said():
    (found,) = findings(r"$$\frac{d}{dx} (\pm x^2) = \pm 2x$$")
    assert "of `±` the upper sign is read" in [one.said for one in found.inferred]


@pytest.mark.parametrize(
    "text", [r"$$K^T = K^{-1}$$", r"$$B = B^T$$", r"$$P^2 = P$$", r"$$Q^T Q = I$$"]
)
def test_a_property_of_one_matrix_is_no_rule(text):
    assert all(one.status == "aside" or one.weak for one in findings(text))


def test_a_minimum_is_no_product_of_its_letters():
    text = r"$$\mathop{\rm arg\,min}_c (D c)^T D c = \mathop{\rm arg\,min}_c c^T c$$"
    (found,) = findings(text)
    assert found.status == "aside" and "solution" in found.reason


def test_functions_that_nobody_defines_are_asked_for():
    text = r"$$\frac{\partial x^T A x}{\partial x} = p(A, x) + q(x)$$"
    (found,) = findings(text)
    assert found.status == "unread"


def test_a_fault_of_the_reader_costs_no_other_formula(monkeypatch):
    made = reading.sorted_out

    def sorted_out(known, formula):
        if "q" in formula.part.text:
            raise ZeroDivisionError
        return made(known, formula)

    monkeypatch.setattr(reading, "sorted_out", sorted_out)
    text = r"$$\nabla_x q^T x = q$$ and $$\nabla_x x^T x = 2 x$$"
    broken, other = findings(text)
    assert broken.status == "unread" and OWN_FAULT in broken.reason
    assert other.read == "d(x.T @ x)/dx = 2 * x"
