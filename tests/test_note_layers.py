"""Superscripts that number layers, and those that are powers."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text

LAYER = r"""
Let $z^l = W^l a^{l-1} + b^l$ and $\delta^l = \frac{\partial C}{\partial z^l}$
with the loss function $C$. Then
"""
INSIDE = "C(W_l @ a_lm1 + b_l)"
OUTER = f"D(C)({INSIDE[2:-1]})"


def read(text: str) -> list[str]:
    found = read_document(scan_text(text, "notes.md"), "").findings
    return [one.read for one in found if one.status == "read"]


def braced(text: str, opening: str, closing: str) -> str:
    """Write the number of a layer in brackets."""
    for number in ("l-1", "l"):
        inside = f"^{{{opening}{number}{closing}}}"
        text = text.replace(f"^{{{number}}}", inside).replace(f"^{number}", inside)
    return text


@pytest.mark.parametrize(
    ("claim", "meant"),
    [
        (
            r"\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^T",
            f"d({INSIDE})/dW_l = {OUTER} @ a_lm1.T",
        ),
        (
            r"\frac{\partial C}{\partial b^l} = \delta^l",
            f"d({INSIDE})/db_l = {OUTER}",
        ),
        (
            r"\frac{\partial C}{\partial a^{l-1}} = (W^l)^T \delta^l",
            f"d({INSIDE})/da_lm1 = W_l.T @ {OUTER}",
        ),
        (
            r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j",
            f"d({INSIDE})/dW_l = {OUTER} @ a_lm1.T",
        ),
        (
            r"\frac{\partial C}{\partial W_{jk}^l} = \delta_j^l a_k^{l-1}",
            f"d({INSIDE})/dW_l = {OUTER} @ a_lm1.T",
        ),
    ],
)
@pytest.mark.parametrize("brackets", ["", "()", "[]"])
def test_the_number_of_a_layer_is_a_part_of_its_names(claim, meant, brackets):
    text = f"{LAYER}$${claim}$$"
    assert read(braced(text, *brackets) if brackets else text) == [meant]


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (r"\frac{d}{dx} x^l = l x^{l-1}", ["d(x**l)/dx = l * x**(l - 1)"]),
        (
            r"\frac{\partial x^k}{\partial x} = k x^{k-1}",
            ["d(x**k)/dx = k * x**(k - 1)"],
        ),
        (
            r"\frac{\partial (A^k)^T x^k}{\partial x^k} = A^k",
            ["d(A_k.T @ x_k)/dx_k = A_k"],
        ),
        (
            r"A^l A^m = A^m A^l",
            ["matpow(A, l) @ matpow(A, m) = matpow(A, m) @ matpow(A, l)"],
        ),
    ],
)
def test_a_power_of_what_stands_alone_is_a_power(formula, meant):
    assert read(f"$${formula}$$") == meant
