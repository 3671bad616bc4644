"""Statements that words make of two formulas, in six languages."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def read(text: str) -> list[str]:
    """Return what was read in a document."""
    found = read_document(scan_text(text, "notes.md")).findings
    return [f.read for f in found if f.read and f.status == "read"]


@pytest.mark.parametrize(
    "text",
    [
        "The gradient of $a^T x$ is $a$.",
        "Le gradient de $a^T x$ est $a$.",
        "El gradiente de $a^T x$ es $a$.",
        "Der Gradient von $a^T x$ ist $a$.",
        "函数 $a^T x$ 的梯度为 $a$。",
        "$a^T x$ の勾配は $a$ である。",
        "We minimise $a^T x$, whose gradient is $a$.",
        "La fonction $a^T x$, dont le gradient est $a$.",
        "La función $a^T x$, cuyo gradiente es $a$.",
        "Die Funktion $a^T x$, deren Gradient $a$ ist.",
    ],
)
def test_the_gradient_of_a_formula_is_another(text):
    assert read(text) == ["d(a.T @ x)/dx = a"]


@pytest.mark.parametrize(
    "text",
    [
        "Differentiating $x^T A x$ with respect to $x$ gives $(A + A^T) x$.",
        "Taking the derivative of $x^T A x$ w.r.t. $x$, we get $(A + A^T) x$.",
        "If we differentiate $x^T A x$ with respect to $x$ we obtain $(A + A^T) x$.",
        "The gradient of $x^T A x$ with respect to $x$ yields $(A + A^T) x$.",
        "En dérivant $x^T A x$ par rapport à $x$, on obtient $(A + A^T) x$.",
        "Derivando $x^T A x$ con respecto a $x$ se obtiene $(A + A^T) x$.",
        "Ableiten von $x^T A x$ nach $x$ ergibt $(A + A^T) x$.",
        "函数 $x^T A x$ 对 $x$ 的导数为 $(A + A^T) x$。",
    ],
)
def test_differentiating_gives_what_is_said_behind(text):
    assert read(text) == ["d(x.T @ A @ x)/dx = (A + A.T) @ x"]


def test_what_is_found_is_a_value_and_no_other_statement():
    text = "Setting the gradient of $x^T A x$ to zero, we get $x = 0$."
    assert read(text) == []
    text = "Differentiating $x^T A x$ gives $y = 2 x$."
    assert read(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The differential of $X^{-1}$ is $-X^{-1} dX X^{-1}$.",
        "La différentielle de $X^{-1}$ est $-X^{-1} dX X^{-1}$.",
        "El diferencial de $X^{-1}$ es $-X^{-1} dX X^{-1}$.",
        "Das totale Differential von $X^{-1}$ ist $-X^{-1} dX X^{-1}$.",
    ],
)
def test_the_differential_of_a_formula_is_another(text):
    assert read(text) == ["d(inv(X)) = -(inv(X) @ dX @ inv(X))"]


def test_a_function_has_a_gradient_and_a_hessian():
    text = "The function $f(x) = x^T A x$ has gradient $(A + A^T) x$ and Hessian $2A$."
    assert read(text) == [
        "d(x.T @ A @ x)/dx = (A + A.T) @ x",
        "hessian(x.T @ A @ x, x) = 2 * A",
    ]


def test_what_is_said_of_another_derivative_is_no_simpler_value_of_the_last():
    text = "The gradient of $b^T x$ is $b$. 函数 $x^T x$ 对 $x$ 的导数为 $2x$。"
    assert read(text) == ["d(b.T @ x)/dx = b", "d(x.T @ x)/dx = 2 * x"]


@pytest.mark.parametrize("comma", ["", ","])
def test_the_gradient_behind_a_letter_may_begin_a_sentence(comma):
    text = f"For symmetric $A${comma} the gradient of $f(x) = x^T A x$ is $2 A x$."
    assert read(text) == ["d(x.T @ A @ x)/dx = 2 * A @ x"]


def test_it_may_be_said_by_which_variable_in_japanese():
    text = "$x^T A x$ を $A$ で微分すると $x x^T$ になる。"
    assert read(text) == ["d(x.T @ A @ x)/dA = x @ x.T"]


@pytest.mark.parametrize(
    "text",
    [
        "The gradient of $a^T x$ is $a$ and that of $x^T x$ is $2x$.",
        "El gradiente de $a^T x$ es $a$ y el de $x^T x$ es $2x$.",
        "Der Gradient von $a^T x$ ist $a$ und der von $x^T x$ ist $2x$.",
    ],
)
def test_that_of_another_formula_is_said_of_the_same(text):
    assert read(text) == ["d(a.T @ x)/dx = a", "d(x.T @ x)/dx = 2 * x"]


def test_that_of_needs_a_sentence_that_says_of_what():
    assert read("The sum and that of $x^T x$ is $2x$.") == []


@pytest.mark.parametrize(
    "words",
    [
        "and its Hessian is",
        "et la hessienne est",
        "y la hessiana es",
        "und die Hesse-Matrix ist",
    ],
)
def test_the_hessian_of_what_a_gradient_was_given_of(words):
    text = rf"We have $\nabla_x (x^T A x) = (A + A^T) x$ {words} $A + A^T$."
    assert read(text)[1:] == ["hessian(x.T @ A @ x, x) = A + A.T"]


def test_a_hessian_that_is_given_a_name_is_no_statement():
    text = r"We have $\nabla_x (x^T A x) = (A + A^T) x$ and its Hessian is $H$."
    assert read(text) == ["d(x.T @ A @ x)/dx = (A + A.T) @ x"]


def test_a_case_in_spanish_gives_the_simpler_result():
    text = r"""$$\nabla_x (x^T A x) = (A + A^T) x$$

donde $A$ es cuadrada; si $A$ es simétrica, el resultado es $2Ax$."""
    assert read(text) == [
        "d(x.T @ A @ x)/dx = (A + A.T) @ x",
        "d(x.T @ A @ x)/dx = 2 * A @ x",
    ]
