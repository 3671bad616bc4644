"""What a document defines is put in where a statement speaks of it, and only there."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.rereading import CHOSEN
from verifier.notes.scanning import scan_text


def read(text: str) -> list[str]:
    """Return what was read in a document."""
    found = read_document(scan_text(text, "notes.md"), "").findings
    return [one.read for one in found if one.status == "read" and not one.weak]


def types(text: str) -> dict[str, str]:
    """Return the types of the names of the last statement."""
    found = read_document(scan_text(text, "notes.md"), "").findings
    record = found[-1].record
    assert record is not None
    return {name: said.value for name, said in record.where.items()}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            r"""$$\ln q(x \mid a, s) = -\ln s - \frac{(x - a)^2}{2 s^2}$$
$$\frac{\partial \ln q(x \mid a, s)}{\partial a} = \frac{x - a}{s^2}$$""",
            "d(-log(s) - (x - a)**2 / (2 * s**2))/da = (x - a) / s**2",
        ),
        (
            r"""$$q(x | a) = a e^{-a x}$$
$$\frac{\partial \log q(x | a)}{\partial a} = \frac1a - x$$""",
            "d(log(a * exp(-(a * x))))/da = 1 / a - x",
        ),
        (
            r"""$$q(x; t) = t x^2$$
$$\frac{\partial q(x; t)}{\partial t} = x^2$$""",
            "d(t * x**2)/dt = x**2",
        ),
        (
            r"""$$g(s) = -\log s^2 - c/s^2$$
$$\frac{\partial}{\partial s^2} g(s) = -\frac{1}{s^2} + \frac{c}{s^4}$$""",
            "d(-log(s_squared) - c / s_squared)/ds_squared = "
            "-(1 / s_squared) + c / s_squared**2",
        ),
        (
            r"""$$\log r(x; k) = \log \Gamma(k) + (k - 1) \log x$$
$$\frac{\partial \log r(x; k)}{\partial k} = \psi(k) + \log x$$""",
            "d(lgamma(k) + (k - 1) * log(x))/dk = digamma(k) + log(x)",
        ),
    ],
    ids=["through its logarithm", "a bar", "a semicolon", "by a square", "gamma"],
)
def test_a_density_is_differentiated_as_it_is_defined(text, meant):
    assert read(text) == [meant]


def test_arguments_stand_for_themselves_whatever_they_are_elsewhere():
    text = r"""
The estimate is $\mu = S b$.

$$h(x, \mu, S) = (x - \mu)^T S (x - \mu)$$
$$\frac{\partial h(x, \mu, S)}{\partial x} = 2 S (x - \mu)$$
"""
    (rule,) = read(text)
    assert rule == "d((x - mu).T @ S @ (x - mu))/dx = 2 * S @ (x - mu)"


def test_a_name_behind_the_equals_sign_is_defined():
    text = r"""
$$B B^T = \Omega$$
$$f(x) = x^T \Omega x$$
$$\frac{\partial f}{\partial x} = 2 B B^T x$$
"""
    assert read(text) == ["d(x.T @ (B @ B.T) @ x)/dx = 2 * B @ B.T @ x"]


def test_data_behind_the_equals_sign_stay_data():
    text = r"""
We solve $A x = b$.
$$\nabla_x (A x - b)^T (A x - b) = 2 A^T (A x - b)$$
"""
    assert read(text) == ["d((A @ x - b).T @ (A @ x - b))/dx = 2 * A.T @ (A @ x - b)"]


def test_a_value_is_no_definition():
    text = r"""
At $x = 0$ we have
$$f(y) = x^T y$$
$$\frac{\partial f}{\partial y} = x$$
"""
    assert read(text) == ["d(x.T @ y)/dy = x"]


def test_a_definition_may_stand_behind_the_statement():
    text = r"""
$$\frac{\partial E}{\partial w} = 2 X^T r$$
where $r = X w - y$ and $E = r^T r$.
"""
    assert read(text) == ["d((X @ w - y).T @ (X @ w - y))/dw = 2 * X.T @ (X @ w - y)"]


def test_of_several_sides_the_one_that_speaks_of_the_same_is_taken():
    text = r"""
$$J(w) = \frac12 \sum_{i=1}^m (w^T x^{(i)} - y^{(i)})^2 = \frac12 \|X w - y\|^2$$
$$\nabla_w J = X^T (X w - y)$$
"""
    assert read(text) == ["d(1 / 2 * norm(X @ w - y)**2)/dw = X.T @ (X @ w - y)"]


def test_a_name_of_another_section_is_better_than_none():
    text = r"""
# Layers
$$z = W x + b$$
# Gradients
$$\frac{\partial L}{\partial x} = W^T \frac{\partial L}{\partial z}$$
"""
    every = read_document(scan_text(text, "notes.md"), "").findings
    (found,) = (one for one in every if one.status == "read")
    assert found.read == "d(L(W @ x + b))/dx = W.T @ D(L)(W @ x + b)"
    assert found.weak == CHOSEN  # where it failed, that would be no error of the text


# --- derivatives that have names, and of intermediate names --------------------------


def test_a_name_of_a_derivative_is_put_in():
    text = r"""
Let $z = W x + b$ and $\delta = \frac{\partial J}{\partial z}$.
$$\frac{\partial J}{\partial W} = \delta x^T$$
"""
    assert read(text) == ["d(J(W @ x + b))/dW = D(J)(W @ x + b) @ x.T"]


def test_a_loss_that_is_defined_is_any_function_where_its_derivative_is_spoken_of():
    text = r"""
Let $z = W x + b$, and let $J = \|z\|^2$.
$$\frac{\partial J}{\partial x} = W^T \frac{\partial J}{\partial z}$$
"""
    assert read(text) == ["d(J(W @ x + b))/dx = W.T @ D(J)(W @ x + b)"]


def test_a_derivative_by_an_intermediate_name_leaves_that_free():
    text = r"""
Let $u = w \circ x$ and $y = \mathrm{sum}(w \circ x)$.
$$\frac{\partial y}{\partial u} = \mathbf{1}$$
"""
    assert read(text) == ["d(sum(u))/du = ones(n, 1)"]


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (
            r"\nabla_x f(A x + b) = A^T \nabla_y f",
            "d(f(A @ x + b))/dx = A.T @ D(f)(A @ x + b)",
        ),
        (
            r"\nabla_z f(A z) = A^T \nabla_x f(A z)",
            "d(f(A @ z))/dz = A.T @ D(f)(A @ z)",
        ),
        (
            r"\nabla_z^2 f(A z) = A^T \nabla_x^2 f(A z) A",
            "hessian(f(A @ z), z) = A.T @ hessian(f)(A @ z) @ A",
        ),
    ],
)
def test_a_function_is_differentiated_where_it_is_applied(formula, meant):
    assert read(f"$${formula}$$") == [meant]


def test_the_unknown_of_a_gradient_without_variable_is_called_so():
    assert read(r"$$\nabla a^T X b = a b^T$$") == ["d(a.T @ X @ b)/dX = a @ b.T"]


# --- rows ---------------------------------------------------------------------------


def test_a_vector_before_a_matrix_is_a_row():
    text = r"""
$$z = h U + c_1$$
$$\frac{\partial z}{\partial h} = U^T$$
"""
    assert read(text) == ["d(h @ U + c_1)/dh = U.T"]
    assert types(text)["h"] == "matrix(1, n)"


def test_a_row_is_declared_by_its_space():
    text = r"""
Let $b \in \mathbb{R}^{1 \times m}$.
$$\frac{\partial (b W)}{\partial b} = W^T$$
"""
    assert types(text)["b"] == "matrix(1, n)"


def test_a_vector_behind_a_matrix_is_a_column():
    assert types(r"$$\frac{\partial (U h)}{\partial h} = U$$")["h"] == "vector(n)"


# --- arrows, and the point at which a derivative is taken ----------------------------


@pytest.mark.parametrize(
    ("said", "formula", "meant"),
    [
        (
            r"$K: Z \mapsto M \cdot Z$",
            r"\frac{df}{dZ} = M^T \frac{df}{dK}",
            "d(f(M @ Z))/dZ = M.T @ D(f)(M @ Z)",
        ),
        (
            r"$Z \mapsto Y = Z C + E$",
            r"\frac{df}{dZ} = \frac{df}{dY} C^T",
            "d(f(Z @ C + E))/dZ = D(f)(Z @ C + E) @ C.T",
        ),
    ],
)
def test_an_arrow_defines(said, formula, meant):
    assert read(f"Let {said}. Then\n\n$${formula}$$\n") == [meant]


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{\partial}{\partial w} \|X \hat w - y\|^2 = 2 X^T (X \hat w - y)",
        r"\frac{\partial}{\partial w} \|X w - y\|^2 = 2 X^T (X w^* - y)",
        r"\frac{\partial}{\partial \hat w} \|X w - y\|^2 = 2 X^T (X \hat w - y)",
    ],
)
def test_a_derivative_may_be_taken_at_a_point_that_is_marked(formula):
    (rule,) = read(f"$${formula}$$")
    assert (
        rule.replace("w_hat", "w") == "d(norm(X @ w - y)**2)/dw = 2 * X.T @ (X @ w - y)"
    )


def test_a_marked_point_beside_the_variable_is_another_one():
    (rule,) = read(r"$$\nabla_x (x - x^*)^T A (x - x^*) = (A + A^T) (x - x^*)$$")
    assert "x_star" in rule


def test_a_cross_entropy_is_of_probabilities():
    text = r"""
Let $p = \mathrm{softmax}(z)$ and $J = CE(t, p)$.
$$\frac{\partial J}{\partial z} = p - t$$
"""
    assert read(text) == ["d(-sum(t * log(softmax(z))))/dz = softmax(z) - t"]
    assert types(text)["t"] == "probability_vector(n)"


@pytest.mark.parametrize("name", ["i", "k", "s"])
def test_an_index_that_is_summed_over_is_no_other_of_that_name(name):
    text = rf"""
$$f = \sum_{{{name}=1}}^n \sum_{{t=1}}^n a_{{{name}t}} x_{{t{name}}}$$
$$\frac{{\partial f}}{{\partial x_{{ij}}}} = a_{{ji}}$$
"""
    assert read(text) == ["d(tr(a @ x))/dx = a.T"]


def others(text: str) -> list[str]:
    """Return the other readings of the last statement of a document."""
    (*_, last) = [
        found
        for found in read_document(scan_text(text, "notes.md")).findings
        if found.status == "read"
    ]
    return [one.why for one in last.others if one.why.startswith("with ")]


def test_a_reading_that_leaves_out_a_claim_excuses_nothing():
    text = r"""
$$F = \frac{1}{2} \|C u\|^2$$

$$\nabla_u F = \frac{\partial F}{\partial u} = 2 C^T C u$$

$$F = \frac{1}{2} r^T r$$
"""
    assert [why for why in others(text) if "layout" not in why] == []


def test_a_case_is_no_definition():
    text = r"The case $C = I$ is simple, but $\nabla_u \|C u\|^2 = 2 C^T C u$."
    (found,) = [f for f in read_document(scan_text(text, "n.md")).findings if f.read]
    assert found.read == "d(norm(C @ u)**2)/du = 2 * C.T @ C @ u"


@pytest.mark.parametrize("end", ["P(t_1) = M", "P(t_{1}) = 0", "P(t_0) = c I"])
def test_a_value_at_a_point_is_no_definition(end):
    text = rf"""
$$v(x) = x^T P x$$

The matrix $P$ satisfies ${end}$. Then

$$\frac{{\partial v}}{{\partial x}} = x^T (P + P^T)$$
"""
    assert read(text)[-1] == "d(x.T @ P @ x)/dx = x.T @ (P + P.T)"


def test_a_function_that_leaves_out_one_of_like_arguments_is_defined():
    text = r"""
$$f(x_1, x_2) = x_1^2$$

$$\frac{\partial f}{\partial x_1} = 2 x_1$$
"""
    assert read(text) == ["d(x_1**2)/dx_1 = 2 * x_1"]


def test_what_is_said_of_a_defined_name_counts_where_the_name_stays():
    text = r"""
$$S = (a - b)(a - b)^T$$

$$L(W) = -\mathrm{tr}(W^T S W)$$

Since $S = S^T$, we have

$$\frac{\partial L(W)}{\partial W} = -2 S W$$
"""
    assert read(text)[-1] == "d(-tr(W.T @ S @ W))/dW = -(2 * S @ W)"
    assert types(text)["S"].startswith("symmetric(")


@pytest.mark.parametrize(
    "formula",
    [
        r"w = \arg\min_w \|y - Xw\|^2",
        r"w = \underset{w}{\arg \max} \, w^T S w = v",
        r"w = \operatorname*{arg\,min}_w f(w)",
        r"w = \argmin_w f(w)",
    ],
)
def test_what_asks_for_a_solution_is_no_statement(formula):
    (found,) = read_document(scan_text(f"$${formula}$$", "notes.md")).findings
    assert (found.status, "solution" in found.reason) == ("aside", True)
