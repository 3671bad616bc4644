"""Derivatives by one component, by a subscript, and beside a constraint."""

from __future__ import annotations

import pytest

from verifier.asking.entry import question_of
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (
            r"\frac{\partial}{\partial \theta_j} \log|K|"
            r" = \operatorname{tr}(K^{-1} \frac{\partial K}{\partial \theta_j})",
            "d(logdet(K(theta_j)))/dtheta_j = tr(inv(K(theta_j)) @ D(K)(theta_j))",
        ),
        (
            r"\frac{\partial}{\partial \theta_j} K(\theta)^{-1} = -K(\theta)^{-1}"
            r" \frac{\partial K(\theta)}{\partial \theta_j} K(\theta)^{-1}",
            "d(inv(K(theta_j)))/dtheta_j"
            " = -(inv(K(theta_j)) @ D(K)(theta_j) @ inv(K(theta_j)))",
        ),
        # Here it is an entry, as the right side has one.
        (
            r"\frac{\partial f}{\partial u_i} = 2 u_i where f = u^T u",
            "d(u.T @ u)/du = 2 * u",
        ),
        ("f_u = 2 u v where f(u, v) = u^2 v", "d(u**2 * v)/du = 2 * u * v"),
        ("f_{uu} = 2 v where f(u, v) = u^2 v", "hessian(u**2 * v, u) = 2 * v"),
        ("f_w = 2 u where f(u, v) = u^2 v", "f_w = 2 * u"),
    ],
)
def test_a_component_and_a_subscript_are_what_a_derivative_is_by(typed, read):
    question, problems = question_of(typed)
    assert question is not None, problems
    assert question.read.split(" where ")[0] == read


@pytest.mark.parametrize("typed", ["d(U V')/dX = U (dV'/dX)", "∇(w^T x) = x"])
def test_half_a_derivative_and_a_gradient_by_either_name_are_refused(typed):
    question, problems = question_of(typed)
    assert question is None and problems


def test_a_constraint_is_no_definition():
    text = r"""
Let $y = A x + B u$.

$$L = y^T y + \lambda^T (A x + B u - y)$$

$$\frac{\partial L}{\partial y} = 2 y - \lambda$$
"""
    found = read_document(scan_text(text, "notes.md")).findings
    assert found[-1].read == (
        "d(y.T @ y + lam.T @ (A @ x + B @ u - y))/dy = 2 * y - lam"
    )


def test_subscripts_are_derivatives_of_what_a_document_defines():
    text = "Let $f(u, v) = u^2 v$ with numbers $u$ and $v$. Then $f_u = 2 u v$."
    found = read_document(scan_text(text, "notes.md")).findings
    assert found[-1].read == "d(u**2 * v)/du = 2 * u * v"
