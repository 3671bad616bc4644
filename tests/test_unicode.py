# ruff: noqa: RUF001
"""Formulas on one line of Unicode, as people would type them."""

from __future__ import annotations

import re

import pytest

from verifier.asking.entry import question_of
from verifier.output.boxes import Digits, Fence, Letter, Scripts, Table, Word, row
from verifier.output.typesetting import plain
from verifier.output.unicode import line
from verifier.results.model import Result
from verifier.running.judged import statement_of

LINES = {
    "d(x.T @ A @ x)/dx = (A + A.T) @ x": "∂(xᵀAx)/∂x = (A + Aᵀ)x",
    "d(A @ x)/dx.T = A": "∂(Ax)/∂x = A",
    "d(tr(A @ X))/dX = A": "∂tr(AX)/∂X = A",
    "d(logdet(X))/dX = inv(X).T": "∂log|det(X)|/∂X = X⁻ᵀ",
    "d(norm(A @ x - b)**2)/dx = 2*A.T @ (A @ x - b)": "∂‖Ax − b‖²/∂x = 2Aᵀ(Ax − b)",
    "d(x.T @ x/2)/dx = x": "∂/∂x (xᵀx/2) = x",
    "d(1/2*x.T @ x)/dx = x": "∂/∂x (½xᵀx) = x",
    "d(norm(x))/dx = x/norm(x)": "∂‖x‖/∂x = x/‖x‖",
    "d(1/t)/dt = -1/t**2": "∂/∂t (1/t) = −1/t²",
    "d(sqrt(t))/dt = 1/(2*sqrt(t))": "∂√t/∂t = 1/(2√t)",
    "d(sqrt(x.T @ x))/dx = x/sqrt(x.T @ x)": "∂√(xᵀx)/∂x = x/√(xᵀx)",
    "d(u(t)/v(t))/dt = (D(u)(t)*v(t) - u(t)*D(v)(t))/v(t)**2 where u, v: scalar -> "
    "scalar": "∂/∂t (u(t)/v(t)) = (u′(t)v(t) − u(t)v′(t))/v(t)²",
    "d(A @ X) = A @ dX": "d(AX) = A dX",
    "d(tr(X)) = tr(dX)": "d tr(X) = tr(dX)",
    "hessian(x.T @ A @ x, x) = A + A.T": "∇ₓ²(xᵀAx) = A + Aᵀ",
    "lim h->0 of sin(h)/h = 1": "lim_{h→0} sin(h)/h = 1",
    "expm(A) @ expm(-A) = eye(n)": "e^A e^(−A) = Iₙ",
    "vec(A @ X @ B) = kron(B.T, A) @ vec(X)": "vec(AXB) = (Bᵀ ⊗ A) vec(X)",
    "d(w_hat.T @ x_bar)/dw_hat = x_bar": "∂(ŵᵀx̄)/∂ŵ = x̄",
    "d(W_1 @ x_star)/dx_star = W_1": "∂(W₁ x_star)/∂x_star = W₁",
    "d(theta.T @ theta)/dtheta = 2*theta where theta: vector(n)": "∂(θᵀθ)/∂θ = 2θ",
    "d(pred.T @ A @ loss)/dpred = A @ loss": "∂(predᵀA loss)/∂pred = A loss",
    "sum(x**2) = x.T @ x = norm(x)**2": "sum(x^(∘2)) = xᵀx = ‖x‖²",
}


NOT_READ_BACK = "where|eye|pred|sum|star|logdet"


def shown(said: str) -> str:
    question, problems = question_of(said)
    assert question is not None, problems
    record = question.record
    first = record.claims[0].field
    layout = first if first in ("numerator", "denominator") else ""
    results = [
        Result(
            id="x",
            claim=claim.field,
            layout=layout,
            text=claim.text.value,
            verdict="holds",
            types={name: text.value for name, text in record.where.items()},
            statement=statement_of(record),
        )
        for claim in record.claims
        if claim.field == first
    ]
    return plain(results)


@pytest.mark.parametrize(("said", "expected"), LINES.items(), ids=LINES)
def test_statements_are_lines_of_unicode(said, expected):
    assert shown(said) == expected


@pytest.mark.parametrize(
    "said", [said for said in LINES if not re.search(NOT_READ_BACK, said)]
)
def test_whoever_copies_a_line_and_asks_it_gets_the_same_statement(said):
    assert shown(shown(said)) == shown(said)


def test_matrices_of_blocks_are_rows_between_semicolons():
    table = Table(((Letter("A"), Letter("B")), (Digits("0"), Letter("C"))))
    assert line(Fence("[", table, "]")) == "[A, B; 0, C]"


def test_scripts_without_a_raised_form_are_spelled():
    two = row(Letter("m"), Letter("n"))
    assert line(Scripts(Letter("K"), two)) == "Kₘₙ"
    assert line(Scripts(Letter("x"), None, Letter("q"))) == "x^q"
    assert line(Scripts(Letter("x"), Word("best"))) == "x_best"
    assert line(row(Scripts(Letter("x"), None, Letter("q")), Letter("y"))) == "x^q y"
