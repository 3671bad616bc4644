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


LAYERS = r"""
Let $z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}$ and $a^{(l)} = \sigma(z^{(l)})$.

$$\delta^{(l)} = \frac{\partial L}{\partial z^{(l)}}$$
"""
NEXT = "d(L(W_lp1 @ sigma(z_l) + b_lp1))/dz_l"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            r"""$$\frac{\partial L}{\partial x_j} =
            \sum_i \frac{\partial L}{\partial z_i}
            \frac{\partial z_i}{\partial x_j}$$""",
            "d(L(z(x)))/dx = D(z)(x) @ D(L)(z(x))",
        ),
        (
            r"""$$\frac{\partial f_i}{\partial x_j} =
            \sum_k \frac{\partial f_i}{\partial g_k}
            \frac{\partial g_k}{\partial x_j}$$""",
            "d(f(g(x)))/dx.T = D(f)(g(x)) @ D(g)(x)",
        ),
        (
            r"""$$\frac{d f}{d t} =
            \sum_{i=1}^n \frac{\partial f}{\partial x_i} \frac{d x_i}{d t}$$""",
            "d(f(x(t)))/dt = D(f)(x(t)).T @ D(x)(t).T",
        ),
        (
            r"$$df = \sum_i \frac{\partial f}{\partial x_i} dx_i$$",
            "d(f(x)) = D(f)(x) @ dx",
        ),
        (
            r"""Let $z = W x + b$. $$\frac{\partial L}{\partial W_{ij}} =
            \frac{\partial L}{\partial z_i} x_j$$""",
            "d(L(W @ x + b))/dW = D(L)(W @ x + b) @ x.T",
        ),
        (
            r"""Let $y_i = \sum_j W_{ij} x_j$. $$\frac{\partial L}{\partial x_j} =
            \sum_i \frac{\partial L}{\partial y_i} W_{ij}$$""",
            "d(L(W @ x))/dx = W.T @ D(L)(W @ x)",
        ),
        (
            r"""$$\frac{\partial^2 f}{\partial x_i \partial x_j} =
            \frac{\partial^2 f}{\partial x_j \partial x_i}$$""",
            "hessian(f)(x) = hessian(f)(x).T",
        ),
        (
            LAYERS
            + r"""$$\delta_j^{(l)} =
            \sum_k W_{kj}^{(l+1)} \delta_k^{(l+1)} \sigma'(z_j^{(l)})$$""",
            f"{NEXT} = D(sigma)(z_l) * (W_lp1.T @ D(L)(W_lp1 @ sigma(z_l) + b_lp1))",
        ),
        (
            LAYERS
            + r"""$$\delta^{(l)} =
            (W^{(l+1)})^T \delta^{(l+1)} \odot \sigma'(z^{(l)})$$""",
            f"{NEXT} = W_lp1.T @ D(L)(W_lp1 @ sigma(z_l) + b_lp1) * D(sigma)(z_l)",
        ),
        (
            r"""$$z_k^{(l+1)} = \sum_j w_{kj}^{(l+1)} a_j^{(l)} + b_k^{(l+1)},
            \qquad a_j^{(l)} = \sigma(z_j^{(l)})$$

            $$\frac{\partial z_k^{(l+1)}}{\partial z_i^{(l)}} =
            w_{ki}^{(l+1)} \sigma'(z_i^{(l)})$$""",
            "d(w_lp1 @ sigma(z_l) + b_lp1)/dz_l.T = w_lp1 @ diag(D(sigma)(z_l))",
        ),
        (
            r"""$$\delta_k^{(l+1)} = \frac{\partial L}{\partial z_k^{(l+1)}}$$
            Let $z_k^{(l+1)} = \sum_j w_{kj}^{(l+1)} a_j^{(l)} + b_k^{(l+1)}$.

            $$\frac{\partial L}{\partial w_{ij}^{(l)}} =
            \delta_i^{(l)} a_j^{(l-1)}$$""",
            "d(L(w_l @ a_lm1 + b_l))/dw_l = D(L)(w_l @ a_lm1 + b_l) @ a_lm1.T",
        ),
        (
            LAYERS + r"$$\frac{\partial L}{\partial b_j^{(l)}} = \delta_j^{(l)}$$",
            "d(L(W_l @ a_lm1 + b_l))/db_l = D(L)(W_l @ a_lm1 + b_l)",
        ),
    ],
)
def test_the_chain_rule_by_components_is_one_of_jacobians(text, read):
    found = read_document(scan_text(f"{text}\n", "notes.md")).findings
    assert found[-1].read == read


@pytest.mark.parametrize(
    "text",
    [
        # Three indices are no matrix, and nobody says what these letters are.
        r"""$$\frac{\partial L}{\partial W_{ij}} =
        \sum_k \frac{\partial L}{\partial z_k}
        \frac{\partial z_k}{\partial W_{ij}}$$""",
        r"$$\delta_j = \sum_k W_{kj} \delta_k \sigma'(z_j)$$",
        r"$$\frac{\partial L}{\partial w_{ij}} = \frac{\partial L}{\partial z_i} x_j$$",
    ],
)
def test_what_is_no_matrix_is_no_chain_rule_of_them(text):
    found = read_document(scan_text(f"{text}\n", "notes.md")).findings
    assert found[-1].status != "read" or found[-1].weak
