"""Regression in documents: samples, and the matrix whose rows they are."""

from __future__ import annotations

import pytest

from verifier.notes.model import CONDITION
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text

ROWS = r"""Let $X \in \mathbb{R}^{n \times d}$ have the rows $x_i^T$.
"""
OF_ROWS = "1 / n * sum((X @ w - y)**2) = 1 / n * norm(X @ w - y)**2"
GRADIENT = "d(1 / 2 * sum((X.T @ w + b - y)**2))/dw = X @ (X.T @ w + b - y)"
LOGISTIC = "1 / (1 + exp(-(X.T @ w)))"
LIKELIHOOD = f"y.T @ log({LOGISTIC}) + (1 - y).T @ log(1 - {LOGISTIC})"


def findings(text: str):
    return read_document(scan_text(text, "notes.md"), "").findings


def read(text: str) -> list[str]:
    """Return what was read in a document."""
    return [one.read for one in findings(text) if one.status == "read"]


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (
            r"L(w) = \frac1n \sum_{i=1}^n (w^T x_i - y_i)^2 = \frac1n \|X w - y\|^2",
            OF_ROWS,
        ),
        (r"X^T X = \sum_{i=1}^n x_i x_i^T", "X.T @ X = X.T @ X"),
        (r"X^T y = \sum_{i=1}^n y_i x_i", "X.T @ y = X.T @ y"),
        (r"X X^T = \sum_{i=1}^n x_i x_i^T", "X @ X.T = X @ X.T"),
        (r"A B = \sum_k a_k b_k^T", "A @ B = A @ B"),
        (r"\sum_i \|x_i\|^2 = \|X\|_F^2", "sum(X.T**2) = norm(X)**2"),
    ],
)
def test_samples_are_those_of_the_matrix_beside_them(formula, meant):
    (found,) = (one for one in findings(f"${formula}$") if one.status == "read")
    assert found.read == meant
    assert found.weak == CONDITION  # it may say what the samples are


def test_a_sum_that_is_a_norm_is_defined_once_more_and_must_be_the_same():
    text = r"""
$$J(w) = \sum_{i=1}^n (y_i - w^T x_i)^2 = (y - X w)^T (y - X w)$$
$$J(w) = y^T y - 2 w^T X^T y + w^T X^T X w$$
"""
    again = "y.T @ y - 2 * w.T @ X.T @ y + w.T @ X.T @ X @ w"
    assert read(ROWS + text)[1] == f"sum((y - X @ w)**2) = {again}"


@pytest.mark.parametrize(
    "error",
    [
        r"\hat y_i = w^T x_i + b",
        r"\hat{y}_i = w^T x_i + b",
        r"\hat{y_i} = w^T x_i + b",
        r"\hat y_j = w^T x_j + b",
    ],
)
def test_what_is_said_of_one_sample_holds_of_each(error):
    text = rf"""With ${error}$ the error is
$$E = \frac12 \sum_{{i=1}}^n (\hat y_i - y_i)^2$$
$$\frac{{\partial E}}{{\partial w}} = \sum_{{i=1}}^n (\hat y_i - y_i) x_i$$
$$\frac{{\partial E}}{{\partial w_j}} = \sum_{{i=1}}^n (\hat y_i - y_i) x_{{ij}}$$
"""
    assert read(text) == [GRADIENT, GRADIENT]


@pytest.mark.parametrize(
    ("claim", "meant"),
    [
        (
            r"\frac{\partial \ell}{\partial w} = \sum_i x_i (y_i - p_i)",
            f"d({LIKELIHOOD})/dw = X @ (y - {LOGISTIC})",
        ),
        (
            r"\nabla \ell(w) = X^T (y - p)",
            f"d({LIKELIHOOD})/dw = X.T @ (y - {LOGISTIC})".replace("X.T @ w", "X @ w"),
        ),
    ],
)
def test_probabilities_are_what_they_are_of_one_sample(claim, meant):
    text = rf"""The model is $p_i = \frac{{1}}{{1 + e^{{-w^T x_i}}}}$.
$$\ell(w) = \sum_{{i=1}}^m y_i \ln p_i + (1 - y_i) \ln (1 - p_i)$$
$${claim}$$
"""
    assert read(text) == [meant]


def test_residuals_of_a_sum_of_squares():
    text = r"""
$$S(\beta) = \sum_{i=1}^n e_i^2$$
where $e_i = y_i - x_i^T \beta$.
$$\frac{\partial S}{\partial \beta} = -2 \sum_{i=1}^n x_i e_i = -2 X^T e$$
"""
    first = "d(sum((y - X @ beta)**2))/dbeta = -(2 * (X.T @ (y - X @ beta)))"
    assert read(text) == [f"{first} = -(2 * X.T @ (y - X @ beta))"]


def test_a_model_of_the_data_says_nothing_of_what_is_minimized():
    text = r"""The data are $y_i = x_i^T \beta + \epsilon_i$.
$$\frac{\partial}{\partial \beta} \sum_i (y_i - x_i^T \beta)^2
  = -2 \sum_i x_i (y_i - x_i^T \beta)$$
"""
    meant = "d(sum((y - X.T @ beta)**2))/dbeta = -(2 * (X @ (y - X.T @ beta)))"
    assert read(text) == [meant]


def test_a_definition_of_another_section_does_not_take_the_place_of_ones_own():
    text = r"""
# Linear
$h_\theta(x) = \theta^T x$
$$J(\theta) = \frac12 \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)})^2$$
$$\nabla_\theta J(\theta) = X^T (X \theta - y)$$
# Logistic
$h_\theta(x) = \sigma(\theta^T x)$ with $\sigma(z) = \frac{1}{1 + e^{-z}}$
"""
    meant = "d(1 / 2 * sum((X @ theta - y)**2))/dtheta = X.T @ (X @ theta - y)"
    assert read(text) == [meant]


@pytest.mark.parametrize(
    "words",
    [
        r"Let $x_i \in \mathbb{R}^d$ and $\bar x = \frac1n \sum_i x_i$.",
        r"Each $x_i$ is a column vector, and $\bar x = \frac1n \sum_i x_i$.",
        r"其中 $x_i$ 为列向量, $\bar x = \frac1n \sum_i x_i$.",
    ],
)
def test_words_say_that_samples_are_vectors(words):
    text = f"{words}\n$$\\sum_{{i=1}}^n (x_i - \\bar x) = 0$$"
    mean = "1 / n * (rowsum(X) @ ones(n, 1).T)"
    assert read(text) == [f"rowsum(X - {mean}) = zeros(m, 1)"]


def test_words_say_that_samples_are_numbers():
    text = r"""Let $y_i \in \mathbb{R}$.
$$\frac{\partial}{\partial c} \sum_{i=1}^n (y_i - c)^2 = -2 \sum_{i=1}^n (y_i - c)$$
"""
    assert read(text) == ["d(sum((y - c)**2))/dc = -(2 * sum(y - c))"]


def test_a_model_in_matrices_stays_out_of_the_sum_of_its_samples():
    text = r"""The model is $y_i = x_i'\beta + u_i$, in matrix form $y = X\beta + u$.
$$S(\beta) = \sum_{i=1}^n (y_i - x_i'\beta)^2$$
$$\frac{\partial S(\beta)}{\partial \beta} = -2 X'y + 2 X'X \beta$$
"""
    claim = "-(2 * X.T @ y) + 2 * X.T @ X @ beta"
    assert read(text) == [f"d(sum((y - X @ beta)**2))/dbeta = {claim}"]


def test_weights_are_what_they_are_defined_as():
    text = r"""Let $W = \mathrm{diag}(w_1, \dots, w_n)$.
$$\sum_{i=1}^n w_i (y_i - x_i^T \beta)^2 = (y - X\beta)^T W (y - X\beta)$$
"""
    assert read(text) == [
        "w.T @ (y - X @ beta)**2 = (y - X @ beta).T @ diag(w) @ (y - X @ beta)"
    ]


def test_what_a_derivative_is_by_an_entry_of_is_no_solution_of_it():
    text = r"""The minimum is at
$$\theta = (X^T X)^{-1} X^T y$$
# Again
$$J(\theta) = \frac12 \sum_{i=1}^m (\theta^T x^{(i)} - y^{(i)})^2$$
$$\frac{\partial J}{\partial \theta_j}
  = \sum_{i=1}^m (\theta^T x^{(i)} - y^{(i)}) x^{(i)}_j$$
"""
    meant = "d(1 / 2 * sum((X.T @ theta - y)**2))/dtheta = X @ (X.T @ theta - y)"
    assert read(text)[-1] == meant


def test_entries_of_a_softmax_whose_argument_is_defined():
    text = r"""With $z = W x + b$ and $\hat y = \mathrm{softmax}(z)$ the loss is
$L = -\sum_k y_k \log \hat y_k$.
$$\frac{\partial L}{\partial z_j} = \hat y_j - y_j$$
$$\frac{\partial \hat y_i}{\partial z_j} = \hat y_i (\delta_{ij} - \hat y_j)$$
"""
    assert read(text) == [
        "d(-(y.T @ log(softmax(z))))/dz = softmax(z) - y",
        "d(softmax(z))/dz.T = diag(softmax(z)) - softmax(z) @ softmax(z).T",
    ]


@pytest.mark.parametrize(
    "claim",
    [
        r"\frac1m \sum_{i=1}^m (w^T x_i - y_i) x_i",
        r"\frac1m \sum_{i=1}^m x_i (x_i^T w - y_i)",
    ],
)
def test_a_loss_in_matrices_has_a_gradient_in_samples(claim):
    text = rf"""
$$J(w) = \frac{{1}}{{2m}} (X w - y)^T (X w - y)$$
$$\nabla_w J(w) = {claim}$$
"""
    (found,) = read(text)
    assert found.startswith("d(1 / (2 * m) * (X @ w - y).T @ (X @ w - y))/dw")
    assert found.endswith("= 1 / m * (X.T @ (X @ w - y))")


def test_the_loss_of_another_section_is_none_of_this_one():
    text = r"""
# Weighted
$$J(w) = \frac12 \sum_{i=1}^m c_i (w^T x_i - y_i)^2 = \frac12 (X w - y)^T C (X w - y)$$
# Plain
$$J(w) = \frac12 \sum_{i=1}^m (w^T x_i - y_i)^2$$
$$\nabla J(w) = X^T (X w - y)$$
"""
    assert read(text)[-1] == "d(1 / 2 * sum((X @ w - y)**2))/dw = X.T @ (X @ w - y)"


MEANS = r"""$$J = \sum_{i=1}^N \sum_{k=1}^K r_{ik} \|x_i - \mu_k\|^2$$
"""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            MEANS
            + r"$$\frac{\partial J}{\partial \mu_k} = -2 \sum_i r_{ik} (x_i - \mu_k)$$",
            "d(sum((X - mu_k @ ones(m, 1).T)**2 @ r_k))/dmu_k = "
            "-(2 * ((X - mu_k @ ones(m, 1).T) @ r_k))",
        ),
        (
            MEANS
            + r"$$\frac{\partial J}{\partial \mu_j} = 2 \sum_i r_{ij} (\mu_j - x_i)$$",
            "d(sum((X - mu_j @ ones(m, 1).T)**2 @ r_j))/dmu_j = "
            "2 * ((mu_j @ ones(m, 1).T - X) @ r_j)",
        ),
        (
            r"$$\frac{\partial}{\partial w_k} \sum_i (w_k^T x_i - y_{ik})^2"
            r" = 2 \sum_i (w_k^T x_i - y_{ik}) x_i$$",
            "d(sum((X.T @ w_k - y_k)**2))/dw_k = 2 * (X @ (X.T @ w_k - y_k))",
        ),
        (
            r"$$\frac{\partial}{\partial x_k} \sum_i x_i^2 = 2 x_k$$",
            "d(x.T @ x)/dx = 2 * x",
        ),
    ],
    ids=["means", "another letter", "classes", "entries of one vector"],
)
def test_a_derivative_by_one_of_several_vectors(text, meant):
    assert read(text) == [meant]


def test_a_mixture_is_differentiated_by_each_of_its_parts():
    text = r"""
$$Q = \sum_{n=1}^N \sum_{k=1}^K \gamma_{nk} \left( \ln \pi_k - \frac12 \ln |\Sigma_k|
  - \frac12 (x_n - \mu_k)^T \Sigma_k^{-1} (x_n - \mu_k) \right)$$
$$\frac{\partial Q}{\partial \mu_k}
  = \sum_{n=1}^N \gamma_{nk} \Sigma_k^{-1} (x_n - \mu_k)$$
$$\frac{\partial Q}{\partial \pi_k} = \frac{1}{\pi_k} \sum_{n=1}^N \gamma_{nk}$$
"""
    first, second = read(text)
    mean = "(X - mu_k @ ones(m, 1).T)"
    assert first.endswith(f"/dmu_k = inv(Sigma_k) @ {mean} @ gamma_k")
    assert second.endswith("/dpi_k = 1 / pi_k * sum(gamma_k)")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            r"""$$L(\theta) = \frac1n \sum_{i=1}^n \ell_i(\theta)$$
$$\nabla L(\theta) = \frac1n \sum_{i=1}^n \nabla \ell_i(\theta)$$""",
            "d(1 / n * sum(l(theta)))/dtheta = 1 / n * colsum(D(l)(theta).T).T",
        ),
        (
            r"""$$f(x) = \frac12 \sum_{i=1}^m r_i(x)^2$$
$$\nabla f(x) = \sum_{i=1}^m r_i(x) \nabla r_i(x)$$""",
            "d(1 / 2 * sum(r(x)**2))/dx = D(r)(x) @ r(x)",
        ),
    ],
    ids=["losses", "residuals"],
)
def test_gradients_of_the_terms_of_a_sum(text, meant):
    assert read(text)[-1] == meant


def test_a_label_of_two_classes_is_a_number():
    text = r"""$L = -(y \log p + (1 - y) \log(1 - p))$
$$\frac{\partial L}{\partial p} = -\frac{y}{p} + \frac{1 - y}{1 - p}$$
"""
    (found,) = (one for one in findings(text) if one.status == "read")
    assert found.record is not None
    assert found.record.where["y"].value == "scalar"


def test_a_mean_is_what_it_is_defined_as_beside_its_samples():
    text = r"""Let $x_i \in \mathbb{R}^d$ and $\bar x = \frac1n \sum_i x_i$.
$$\sum_{i=1}^n \|x_i - \bar x\|^2 = \sum_{i=1}^n \|x_i\|^2 - n \|\bar x\|^2$$
"""
    mean = "1 / n * rowsum(X)"
    left = "sum((X - 1 / n * (rowsum(X) @ ones(n, 1).T))**2)"
    assert read(text) == [f"{left} = sum(X**2) - n * sum(({mean})**2)"]


@pytest.mark.parametrize("head", ["L_n(w)", "L_n (w)", "Q_n(w)", "R_N(w)"])
def test_a_loss_is_called_by_how_many_samples_it_has(head):
    count = head[2]
    text = rf"""
$${head} = \sum_{{i=1}}^{count} (y_i - x_i^T w)^2$$
$$\nabla {head} = -2 \sum_{{i=1}}^{count} x_i (y_i - x_i^T w)$$
"""
    meant = "d(sum((y - X.T @ w)**2))/dw = -(2 * (X @ (y - X.T @ w)))"
    assert read(text) == [meant]


@pytest.mark.parametrize("model", [r"h_\theta(x^{(i)})", r"\theta^T x^{(i)}"])
def test_numbered_samples_are_those_of_the_matrix_beside_them(model):
    text = rf"""With $h_\theta(x) = \theta^T x$ we have
$$(X\theta - y)^T (X\theta - y) = \sum_{{i=1}}^m ({model} - y^{{(i)}})^2$$
"""
    meant = "(X @ theta - y).T @ (X @ theta - y) = sum((X @ theta - y)**2)"
    assert read(text) == [meant]
