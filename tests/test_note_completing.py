r"""What people leave out, and which definitions they do not mean."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def read(text: str, name: str = "notes.md") -> list[str]:
    """Return what was read in a document as a statement that is none of itself."""
    found = read_document(scan_text(text, name)).findings
    return [one.read for one in found if one.status == "read"]


def last(text: str, name: str = "notes.md") -> str:
    return read(text, name)[-1]


# --- changes of names that are defined ----------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            r"""Let $r = Ax-b$ and $y = r^\top r$.
$$dy = 2 r^\top dr = 2 (Ax-b)^\top A dx$$""",
            "d((A @ x - b).T @ (A @ x - b)) = 2 * (A @ x - b).T @ (A @ dx) "
            "= 2 * (A @ x - b).T @ A @ dx",
        ),
        (
            r"""$$E = Y - XW$$
$$J = \text{tr}(E^T E)$$
$$dJ = 2 \text{tr}(E^T dE) = -2 \text{tr}(E^T X dW)$$""",
            "d(tr((Y - X @ W).T @ (Y - X @ W))) = 2 * tr((Y - X @ W).T @ -(X @ dW)) "
            "= -(2 * tr((Y - X @ W).T @ X @ dW))",
        ),
        (
            r"""$f = \text{tr}(X^T A X)$, so
$$df = \text{tr}(d(X^T) A X + X^T d(AX)) = \text{tr}(X^T (A + A^T) dX)$$""",
            "d(tr(X.T @ A @ X)) = tr(dX.T @ A @ X + X.T @ (A @ dX)) "
            "= tr(X.T @ (A + A.T) @ dX)",
        ),
        (r"$d(X^T) = (dX)^T$", "d(X.T) = dX.T"),
        (r"$d(X^{-1}) = -(X^{-1})dX(X^{-1})$", "d(inv(X)) = -(inv(X) @ dX @ inv(X))"),
    ],
)
def test_the_change_of_a_name_that_is_defined_is_that_of_what_it_is(text, expected):
    assert last(text) == expected


def test_a_change_that_is_not_known_stays_one():
    text = r"""Let $r = \exp(Ax)$. Then $dr = B dx$ and
$$d(b^T x) = b^T dx$$"""
    assert last(text) == "d(b.T @ x) = b.T @ dx"


# --- units --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            r"$\nabla_u (u^T A u - \lambda u^T u) = 2(A - \lambda)u$, $A$ symmetric",
            "d(u.T @ A @ u - lam * u.T @ u)/du = 2 * (A - lam * eye(n)) @ u",
        ),
        (
            r"$\nabla_w (\|Xw\|^2 + \lambda w^T w) = 2(X^T X + \lambda) w$",
            "d(norm(X @ w)**2 + lam * w.T @ w)/dw = 2 * (X.T @ X + lam * eye(n)) @ w",
        ),
    ],
)
def test_a_number_beside_a_matrix_is_a_multiple_of_the_identity(text, expected):
    assert last(text) == expected


def test_a_mean_beside_a_matrix_of_data_is_none():
    text = r"$\nabla_X \|X - M\|^2 = 2(X - M)$"
    assert last(text) == "d(norm(X - M)**2)/dX = 2 * (X - M)"


# --- examples -----------------------------------------------------------------------

EXAMPLE = r"""Let $f(x) = x^T A x$ with $A = \begin{bmatrix}2 & 1\\ 0 & 3\end{bmatrix}$.
"""


def test_the_matrix_of_an_example_is_not_that_of_a_rule():
    text = EXAMPLE + r"$$\nabla f(x) = (A + A^T) x$$"
    assert last(text) == "d(x.T @ A @ x)/dx = (A + A.T) @ x"


def test_the_matrix_of_an_example_counts_where_numbers_stand():
    text = EXAMPLE + r"$$\nabla f(x) = \begin{bmatrix}4 & 1\\ 1 & 6\end{bmatrix} x$$"
    assert "hstack(2, 1)" in last(text)


# --- functions ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            r"""$J(\vec{x}_a) = (\vec{x}_a - b)^T C (\vec{x}_a - b)$, $C$ symmetric,
$$\frac{d J(\vec{x}_a)}{d\vec{x}_a} = 2 C (\vec{x}_a - b)$$""",
            "d((x_a - b).T @ C @ (x_a - b))/dx_a = 2 * C @ (x_a - b)",
        ),
        (
            r"""$$\mathcal{L}(\hat{\theta}) = \|y - X\hat\theta\|^2$$
$$\nabla \mathcal{L}(\hat{\theta}) = -2X^T(y - X\hat\theta)$$""",
            "d(norm(y - X @ theta_hat)**2)/dtheta_hat = "
            "-(2 * X.T @ (y - X @ theta_hat))",
        ),
        (
            r"""$$J(w_1) = \frac12\|w_1 - c\|^2, \quad
\frac{\partial J}{\partial w_1} = w_1 - c$$""",
            "d(1 / 2 * norm(w_1 - c)**2)/dw_1 = w_1 - c",
        ),
        (
            r"""$$S(u, \lambda) = u^T D u - \lambda(u\cdot u - 1)
= u^T D u -\lambda(u\cdot u) + \lambda$$""",
            "u.T @ D @ u - lam * (u.T @ u - 1) = u.T @ D @ u - lam * (u.T @ u) + lam",
        ),
        (
            r"""$$E_{\hat{w}} = (y - X\hat{w})^T(y - X\hat{w})$$
$$\frac{\partial E_{\hat{w}}}{\partial w} = 2 X^T (X \hat{w} - y) = 0$$""",
            "d((y - X @ w).T @ (y - X @ w))/dw = 2 * X.T @ (X @ w - y)",
        ),
        (
            r"""$$MSE(M) = \|Y - XM\|^2$$ The gradient of $MSE(M) = E$ is
$$\nabla E = -2 X^T Y + 2 X^T X M$$""",
            "d(norm(Y - X @ M)**2)/dM = -(2 * X.T @ Y) + 2 * X.T @ X @ M",
        ),
        (
            r"""$E = \|Y - XM\|^2$ has
$$\nabla E = \left[\begin{matrix} \frac{\partial E}{\partial M_1} \\ \vdots \\
\frac{\partial E}{\partial M_k}\end{matrix}\right] = 2 X^T (X M - Y)$$""",
            "d(norm(Y - X @ M)**2)/dM = 2 * X.T @ (X @ M - Y)",
        ),
        (
            r"""The loss $L$ has $\frac{\partial L}{\partial Y} =: \bar{Y}$, $Y = XW$.
$$\boxed{\;\frac{\partial L}{\partial W} = X^\top \bar{Y}, \qquad
\frac{\partial L}{\partial X} = \bar{Y}\,W^\top\;}$$""",
            "d(L(X @ W))/dX = D(L)(X @ W) @ W.T",
        ),
        (
            r"$\nabla(\alpha f + \beta g) = \alpha\,\nabla f + \beta\,\nabla g$",
            "d(alpha * f(x) + beta * g(x))/dx = alpha * D(f)(x) + beta * D(g)(x)",
        ),
        (
            r"$\nabla\big(\mathbf{a}^\top\mathbf{b}\big) = "
            r"J_{\mathbf{a}}^\top \mathbf{b} + J_{\mathbf{b}}^\top \mathbf{a}$",
            "d(a(x).T @ b(x))/dx = D(a)(x).T @ b(x) + D(b)(x).T @ a(x)",
        ),
        (
            r"Le gradient de $x \mapsto x^\top A x$ est $(A+A^\top)x$.",
            "d(x.T @ A @ x)/dx = (A + A.T) @ x",
        ),
        (
            r"""$$\log p(y|X,\theta) = -\frac12 y^T K^{-1} y - \frac12 \log|K|$$
$$\frac{\partial}{\partial\theta_j} \log p(y|X,\theta) = \frac12
y^T K^{-1}\frac{\partial K}{\partial \theta_j}K^{-1}y
- \frac12 \mathrm{tr}\left(K^{-1}\frac{\partial K}{\partial\theta_j}\right)$$""",
            "d(-(1 / 2 * y.T @ inv(K(theta_j)) @ y) - 1 / 2 * logdet(K(theta_j)))"
            "/dtheta_j = 1 / 2 * y.T @ inv(K(theta_j)) @ D(K)(theta_j) @ "
            "inv(K(theta_j)) @ y - 1 / 2 * tr(inv(K(theta_j)) @ D(K)(theta_j))",
        ),
    ],
)
def test_functions_are_read_as_they_are_written(text, expected):
    assert last(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a linear map with", "d(M @ u) = M @ du"),
        ("the function with", "d(M * v)/dv = M * v"),
    ],
)
def test_the_argument_of_a_linear_map_is_a_direction(text, expected):
    rule = rf"$F(u) = Mu$ is {text} $$D(F)(v) = Mv$$"
    assert last(rule) == expected


# --- samples ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            r"""$$J(\theta) = \frac{1}{2m}\sum_{i=1}^m
(\theta^T x^{(i)} - y^{(i)})^2$$
$$\nabla_\theta J = \frac1m X^T(X\theta - y)$$""",
            "d(1 / (2 * m) * sum((X @ theta - y)**2))/dtheta = "
            "1 / m * X.T @ (X @ theta - y)",
        ),
        (
            r"$$x^T A x = \sum_i \sum_j a_{ij} x_i x_j$$",
            "x.T @ A @ x = sum(x @ x.T * A)",
        ),
        (
            r"""$$\ell(\Sigma) = \frac n2 \log|\Sigma^{-1}|
- \frac12 \text{tr}(\Sigma^{-1} S)$$
$$\frac{\partial \ell}{\partial \Sigma^{-1}} = \frac n2 \Sigma - \frac12 S$$""",
            "d(n / 2 * logdet(inv(inv(Sigma_inverse))) - 1 / 2 * "
            "tr(inv(inv(Sigma_inverse)) @ S))/dSigma_inverse = "
            "n / 2 * inv(Sigma_inverse) - 1 / 2 * S",
        ),
    ],
)
def test_samples_and_entries_are_those_of_the_matrix_that_is_named(text, expected):
    assert last(text) == expected


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (r"$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$", "p"),
        (r"$\sigma(\mathbf{z})_i = e^{z_i} / \sum_j e^{z_j}$", r"\sigma"),
        (r"$s_k = \frac{\exp(z_k)}{\sum_{l=1}^K \exp(z_l)}$", "s"),
    ],
)
def test_a_softmax_is_known_by_its_entries(head, name):
    rule = rf"$$\frac{{\partial {name}_i}}{{\partial z_j}} = "
    rule += rf"{name}_i(\delta_{{ij}} - {name}_j)$$"
    expected = "diag(softmax(z)) - softmax(z) @ softmax(z).T"
    assert last(f"{head}\n{rule}") == f"d(softmax(z))/dz.T = {expected}"


SAMPLE = r"""$$z_i = w^T x_i + b, \quad p_i = \sigma(z_i)$$
$$L_i = -[y_i \log p_i + (1-y_i)\log(1-p_i)]$$
"""
LOGISTIC = "sigmoid(w.T @ x_i + b)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            SAMPLE + r"$$\frac{\partial p_i}{\partial z_i} = p_i(1-p_i)$$",
            "d(sigmoid(z_i))/dz_i = sigmoid(z_i) * (1 - sigmoid(z_i))",
        ),
        (
            SAMPLE + r"$$\frac{\partial L_i}{\partial w} = (p_i - y_i) x_i$$",
            f"d(-(y_i * log({LOGISTIC}) + (1 - y_i) * log(1 - {LOGISTIC})))/dw = "
            f"({LOGISTIC} - y_i) * x_i",
        ),
        (
            r"""$\ell_i(w) = \frac12(w^Tx_i - y_i)^2$ has
$\nabla \ell_i(w) = (w^T x_i - y_i)x_i$""",
            "d(1 / 2 * (w.T @ x_i - y_i)**2)/dw = (w.T @ x_i - y_i) * x_i",
        ),
        (
            r"""$f_i(x) = \frac12 (a_i^T x - b_i)^2$ has
$\nabla^2 f_i(x) = a_i a_i^T$""",
            "hessian(1 / 2 * (a_i.T @ x - b_i)**2, x) = a_i @ a_i.T",
        ),
    ],
)
def test_what_is_said_of_one_sample_is_about_names(text, expected):
    assert last(text) == expected


def test_entries_with_several_indices_are_of_no_sample():
    text = r"""$y_i = x_i^2$, so
$$\frac{\partial y_i}{\partial x_j} = 2 x_i \delta_{ij}$$"""
    assert "x_i" not in " ".join(read(text))


def test_a_line_goes_on_behind_a_space():
    text = r"$$\frac{\partial}{\partial x} (x^T A x) \\ \ = (A + A^T) x$$"
    assert read(text) == ["d(x.T @ A @ x)/dx = (A + A.T) @ x"]


def test_the_weights_of_a_softmax_are_probabilities():
    text = r"""$p = \operatorname{softmax}(z)$, $L = -\sum_k y_k \log p_k$, and
$$\nabla_z L = p - y$$"""
    found = read_document(scan_text(text, "a.md")).findings[-1]
    assert found.record is not None
    assert found.record.where["y"].value.startswith("probability_vector")


def test_what_is_set_to_zero_may_have_lost_a_factor():
    text = r"$$2 (y - X w)^T X = y^T X - w^T X^T X = 0$$"
    (found,) = read_document(scan_text(text, "a.md")).findings
    assert found.weak


def test_a_quotient_of_other_exponentials_is_no_softmax():
    text = r"""$p_i = \frac{e^{z_i}}{\sum_j e^{w_j}}$
$$\frac{\partial p}{\partial z} = \mathrm{diag}(p) - p p^T$$"""
    assert "softmax" not in " ".join(read(text))


@pytest.mark.parametrize(
    ("bar", "point"),
    [
        (r"\left.\frac{\partial f}{\partial x}\right|_{x=x_0}", "x_0"),
        (r"\left.\frac{\partial f}{\partial x}\right|_{x=x^*}", "x^*"),
        (r"\nabla f\big|_{x_0}", "x_0"),
    ],
)
def test_a_derivative_at_a_point_is_what_it_is_anywhere(bar, point):
    text = rf"Let $f = x^T A x$. $${bar} = (A + A^T) {point}$$"
    assert last(text) == "d(x.T @ A @ x)/dx = (A + A.T) @ x"


@pytest.mark.parametrize(
    "claim",
    [
        r"Let $f = x^T A x$. $$\frac{\partial f}{\partial x}\Big|_{x=x^*} = 0$$",
        r"Let $f = \|x - b\|^2$. $$\frac{\partial f}{\partial x}\Big|_{x=b} = 0$$",
        r"Let $f = (x - b)^T A x$."
        r"$$\left.\frac{\partial f}{\partial x}\right|_{x=b} = A b$$",
        r"Let $f = x^T A x$ and $b = A^{-1} c$."
        r"$$\left.\frac{\partial f}{\partial x}\right|_{x=b} = (A^T A^{-1} + I) c$$",
    ],
)
def test_a_derivative_at_a_certain_point_is_no_rule(claim):
    assert read(claim) == []


def test_functions_that_are_one_over_others_are_read():
    assert last(r"$\frac{d}{dz}\tanh(z) = \text{sech}^2(z)$") == (
        "d(tanh(z))/dz = (1 / cosh(z))**2"
    )


# --- constants, N, plain text ---------------------------------------------------------


def test_what_does_not_depend_on_a_name_has_the_derivative_zero():
    text = r"""Suppose that $a$ is an $m \times 1$ vector which is not a function of
$x$. Then $$\frac{\partial a}{\partial x} = 0$$"""
    (found,) = read_document(scan_text(text, "a.md")).findings
    assert found.status == "read"
    assert found.read.startswith("d(a)/dx = ")
    plain = read_document(
        scan_text(r"So $$\frac{\partial a}{\partial x} = 0$$", "a.md")
    )
    assert [one.status for one in plain.findings] == ["aside"]


def test_N_is_a_matrix_where_it_is_transposed_elsewhere():
    rule = r"$$(I - N H) x + N z = x + N (z - H x)$$"
    other = r"$$\frac{\partial \text{tr}(N A N^T)}{\partial N} = N (A + A^T)$$"
    assert "N * H" in read(rule)[0]
    assert "N @ H" in read(f"{rule}\n{other}")[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  ∇ₓ(xᵀAx) = (A + Aᵀ)x", "d(x.T @ A @ x)/dx = (A + A.T) @ x"),
        ("  ∂/∂X tr(AXB) = AᵀBᵀ", "d(tr(A @ X @ B))/dX = A.T @ B.T"),
        ("so d(X^-1) = -(X^-1)dX(X^-1)", "d(inv(X)) = -(inv(X) @ dX @ inv(X))"),
    ],
)
def test_plain_text_has_products_in_its_functions(line, expected):
    assert read(f"Some facts:\n{line}\n", "a.txt") == [expected]


@pytest.mark.parametrize(
    ("rule", "read_as"),
    [
        ("$P P = P$", True),
        ("$P^T = P$", True),
        ("$Q Q = Q$", False),
    ],
)
def test_an_equation_of_a_defined_name_is_one_of_what_it_is(rule, read_as):
    text = rf"Let $P = X (X^T X)^{{-1}} X^T$. Then {rule}."
    assert ("inv(X.T @ X)" in last(text)) == read_as


def test_chinese_says_what_a_result_is_for_a_symmetric_matrix():
    text = r"""$$\frac{\partial \text{tr}(X^TAX)}{\partial X} = (A + A^T)X$$
若 $A$ 是对称矩阵, 则结果为 $2AX$"""
    assert last(text) == "d(tr(X.T @ A @ X))/dX = 2 * A @ X"
