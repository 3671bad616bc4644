"""Derivations: functions of which only derivatives are written, and compositions."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def findings(text: str):
    return read_document(scan_text(text, "notes.md")).findings


def last_of(text: str):
    return [one for one in findings(text) if one.read][-1]


def types_of(found) -> dict[str, str]:
    return {name: text.value for name, text in found.record.where.items()}


LAYER = "Let $z = W x + b$. "


@pytest.mark.parametrize(
    ("text", "function", "values"),
    [
        # The values of a loss are numbers, and so are those of what a nabla is of.
        (LAYER + r"$\partial L / \partial b = \partial L / \partial z$", "L", "scalar"),
        (
            LAYER
            + r"$\frac{\partial J}{\partial x} = W^T \frac{\partial J}{\partial z}$",
            "J",
            "scalar",
        ),
        (r"$\nabla g(y) = S^T \nabla f(S y)$, where $g(y) = f(S y)$", "f", "scalar"),
        (r"$f(x + v) = f(x) + \nabla f(x)^T v + o(\|v\|)$", "f", "scalar"),
        (r"$\nabla_x (f + g) = \nabla_x f + \nabla_x g$", "f", "scalar"),
        # What is set in bold is a vector, whatever the other names are.
        (
            r"Let $h(\mathbf{y}) = f(g(\mathbf{y}))$. "
            r"$\nabla h(\mathbf y) = \mathbf J_g(\mathbf y)^T \nabla f(g(\mathbf y))$",
            "f",
            "scalar",
        ),
        # Where shapes or words say something else, they count.
        (r"$\nabla f(x) = J_f(x)^T$", "f", "vector(n)"),
        (r"$\frac{d C(t)^{-1}}{dt} = -C(t)^{-1} C'(t) C(t)^{-1}$", "C", "matrix(n, n)"),
    ],
)
def test_what_values_a_function_has_that_is_differentiated(text, function, values):
    assert types_of(last_of(text))[function].endswith(f"-> {values}")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            r"Let $h = f \circ g$. $\nabla h(x) = J_g(x)^T \nabla f(g(x))$",
            "d(f(g(x)))/dx = D(g)(x).T @ D(f)(g(x))",
        ),
        (
            r"Put $h = f \circ g : \mathbb{R}^m \to \mathbb{R}^p$. "
            r"Then $J_h(y) = J_f(g(y)) J_g(y)$.",
            "d(f(g(y)))/dy = D(f)(g(y)) @ D(g)(y)",
        ),
        (
            r"If $F = \phi \circ g \circ h$, then "
            r"$J_F(x) = J_\phi(g(h(x))) J_g(h(x)) J_h(x)$.",
            "d(phi(g(h(x))))/dx = D(phi)(g(h(x))) @ D(g)(h(x)) @ D(h)(x)",
        ),
        # Of what is no function the sign is a product entry by entry.
        (
            r"Let $c = a \circ b$. $\frac{\partial c}{\partial a} = \text{diag}(b)$",
            "d(a * b)/da = diag(b)",
        ),
    ],
)
def test_a_composition_is_put_in_where_it_is_applied(text, read):
    assert last_of(text).read == read


def test_what_a_function_is_counts_for_all_of_a_paragraph():
    text = r"""If $f: \mathbb{R}^d \to \mathbb{R}^p$ and
$g: \mathbb{R}^m \to \mathbb{R}^d$, then the composition $h = f \circ g$ is defined as
$$h(y) = f(g(y))$$
The Jacobian is given by the chain rule:
$$J_h(y) = J_f(g(y)) J_g(y)$$"""
    types = types_of(last_of(text))
    assert types["f"] == "vector(m) -> vector(p)"
    assert types["g"] == "vector(n) -> vector(m)"


LEAST_SQUARES = "1 / 2 * (X @ w - y).T @ (X @ w - y)"
SQUARES = r"\frac12 (X w - y)^T (X w - y)"


@pytest.mark.parametrize(
    ("before", "after", "read"),
    [
        # What is differentiated beside it says what J is.
        (
            rf"$\nabla_w J(w) = \nabla_w {SQUARES} = X^T X w - X^T y$",
            r"$\nabla_w J(w) = X^T (X w - y)$",
            f"d({LEAST_SQUARES})/dw = X.T @ (X @ w - y)",
        ),
        (
            rf"$\nabla J(w) = \nabla {SQUARES} = X^T X w - X^T y$",
            r"$\nabla^2 J(w) = X^T X$",
            f"hessian({LEAST_SQUARES}, w) = X.T @ X",
        ),
        (
            r"$\frac{\partial L}{\partial z} = \frac12 \frac{\partial}{\partial z} "
            r"\|z - y\|^2 = z - y$",
            r"$\frac{\partial L}{\partial z} = z - y$",
            "d(1 / 2 * norm(z - y)**2)/dz = z - y",
        ),
        # Of several sides that say what J is the one that does is taken.
        (
            rf"$J (w) \equiv \frac12 \sum_i (y_i - x_i' w)^2 = {SQUARES}$",
            r"$\frac{\partial J(w)}{\partial w} = X' X w - X' y$",
            f"d({LEAST_SQUARES})/dw = X.T @ X @ w - X.T @ y",
        ),
        # Rows of a display that end as Markdown leaves them.
        (
            "",
            rf"""$$\begin{{align}}
\nabla_w J(w) &= \nabla_w {SQUARES} \newline
&= X^T X w - X^T y \newline
\end{{align}}$$""",
            f"d({LEAST_SQUARES})/dw = X.T @ X @ w - X.T @ y",
        ),
    ],
)
def test_what_a_function_is_that_no_formula_defines(before, after, read):
    assert last_of(f"{before}\n\nThen {after}").read == read


def test_what_only_a_derivative_implies_is_no_ground_for_an_error():
    before = rf"$\nabla_w J(w) = \nabla_w {SQUARES} = X^T X w - X^T y$"
    first, *_, last = findings(f"{before}, and $\\nabla_w J(w) = X^T X w$")
    assert (first.weak, last.weak) == (
        "",
        "what it is said of follows from another derivative only",
    )
