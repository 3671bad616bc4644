r"""What names are: commutation matrices, an `I` that is none, `X^T` below a bar."""

from __future__ import annotations

import pytest

from verifier.notes.lines import lines_of
from verifier.notes.model import CONDITION
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def findings(text: str, name: str = "notes.md"):
    """Read a document; return what was found in it."""
    return read_document(scan_text(text, name)).findings


def last(text: str):
    """Read a document; return the last formula in it."""
    return findings(text)[-1]


# --- commutation matrices ------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "formula"),
    [
        (r"The commutation matrix $K_{mn}$ is used.", r"K_n (X \otimes X)"),
        (r"$T_{m,n}$ is the commutation matrix.", r"T_{n,n} (X \otimes X)"),
        (r"We need commutation matrices $\mathbf{P}_{m,n}$.", r"P_n (X \otimes X)"),
        (r"Soit la matrice de commutation $K_{m,n}$.", r"K_{n} (X \otimes X)"),
        (r"交换矩阵 $K_{mn}$。", r"K_n (X \otimes X)"),
    ],
)
def test_what_is_said_to_be_a_commutation_matrix_is_one(said, formula):
    letter = formula.partition(" ")[0]
    found = last(rf"{said}" + "\n\n" + rf"$${formula} = (X \otimes X) {letter}$$")
    assert (
        found.read == "commutation(n, n) @ kron(X, X) = kron(X, X) @ commutation(n, n)"
    )


def test_another_letter_with_a_size_below_is_a_name():
    text = "The commutation matrix $K_{mn}$ is used.\n\n"
    found = last(text + r"$$\operatorname{tr}(A S_n) = \operatorname{tr}(S_n A)$$")
    assert found.read == "tr(A @ S_n) = tr(S_n @ A)"


def test_sizes_of_another_example_are_not_those_of_an_inverse():
    text = r"""The commutation matrix $K_{mn}$, where $X$ is $m \times n$.

$$K_n (X^{-T} \otimes X^{-1}) = (X^{-1} \otimes X^{-T}) K_n$$"""
    found = last(text)
    assert found.status == "read" and found.read.startswith("commutation(n, n)")


# --- letters that a text gives another meaning ---------------------------------------


def test_the_i_of_a_list_of_definitions_is_no_identity():
    text = r"""Let
\begin{align*}
G &= A X B \\
H &= X B \\
I &= A X B X
\end{align*}

$$\frac{\partial \operatorname{tr}(I X)}{\partial X} = I$$"""
    assert "eye" not in last(text).read
    alone = r"$$I = A A^{-1}$$ $$\frac{\partial \operatorname{tr}(X)}{\partial X} = I$$"
    assert "eye" in last(alone).read


@pytest.mark.parametrize(
    "formula", [r"\nabla \lambda = q q^T", r"\nabla L = 2 x", r"\nabla E = X^T r"]
)
def test_a_gradient_of_a_mere_name_is_not_by_itself(formula):
    found = last(f"$${formula}$$")
    assert (found.status, found.construct) == (
        "unread",
        "a derivative without its variable",
    )


def test_a_gradient_of_a_variable_is_by_itself():
    assert last(r"$$\nabla x = I$$").read == "d(x)/dx = eye(n)"


# --- layouts -------------------------------------------------------------------------


def test_a_derivative_by_a_transpose_may_be_by_that():
    text = r"""Let $Y = X W$.

$$\frac{\partial L}{\partial X^T} = W \left(\frac{\partial L}{\partial Y}\right)^T$$"""
    found = last(text)
    assert found.read == ("d(L(X_turned.T @ W))/dX_turned = W @ D(L)(X_turned.T @ W).T")
    assert any("X.T = W" in one.read or "dX.T" in one.read for one in found.others)


def test_a_row_by_a_transpose_stays_one():
    text = r"$$\frac{\partial \operatorname{tr}(A X)}{\partial X^T} = A$$"
    assert last(text).read == "d(tr(A @ X))/dX.T = A"


def test_gradients_do_not_say_how_a_jacobian_is_laid_out():
    kept = "".join(rf"$$\nabla_x (c^T {c} x) = {c}^T c$$" + "\n\n" for c in "ABDE")
    found = last(kept + r"$$\frac{\partial}{\partial x} F x = F$$")
    assert [one.excuses for one in found.others if "layout" in one.why] == [True] * len(
        [one for one in found.others if "layout" in one.why]
    )


# --- formulas ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("d(XY) = (dX) Y + X dY d(XY)=(dX)Y+X dY", "d(XY) = (dX) Y + X dY"),
        (r"\nabla f = 2 A x\nabla f = 2 A x", r"\nabla f = 2 A x"),
        ("AB = BAB = B", "AB = BAB = B"),
        ("d(XY) = (dX) Y + X dY", "d(XY) = (dX) Y + X dY"),
    ],
)
def test_a_formula_that_was_pasted_twice_counts_once(text, kept):
    assert [line.text.strip() for line in lines_of(text)] == [kept]


FACTORS = r"""
$$f = \operatorname{tr}(A X B X C)$$

$$\frac{\partial f}{\partial X} = \frac{\partial f}{\partial X_{jk}}
 + \frac{\partial f}{\partial X_{lm}}$$

"""


def test_a_derivative_by_one_factor_of_a_product_is_no_mistake():
    rule = r"$$\frac{\partial f}{\partial X_{jk}} = A^T C^T X^T B^T$$"
    assert any("one factor" in one.why for one in last(FACTORS + rule).doubts)
    plain = FACTORS.partition("\n\n")[0] + "\n\n" + rule
    assert not any("one factor" in one.why for one in last(plain).doubts)


def test_what_is_inverted_and_read_as_a_number_may_be_a_matrix():
    text = r"""$$\mathbf{L}^T \mathbf{L} = \bm{\Sigma}$$

$$f = -\frac{1}{2}\log|\Sigma|
 - (\mathbf{x}-\bm{\mu})^T\Sigma^{-1}(\mathbf{x}-\bm{\mu})$$

$$\frac{\partial f}{\partial \mathbf{L}} = (-\frac{1}{2}(\Sigma^{-1})^T
 + (\mathbf{x}-\bm{\mu})^T \Sigma^{-1}\Sigma^{-1} (\mathbf{x}-\bm{\mu}))
 \times 2\mathbf{L}
 = ((\mathbf{x}-\bm{\mu})(\mathbf{L}^T \mathbf{L})^{-1}(\mathbf{L}^T \mathbf{L})^{-1}
 (\mathbf{x}-\bm{\mu})^T - ((\mathbf{L}^T \mathbf{L})^{-1})^T) \times \mathbf{L}$$"""
    found = last(text)
    assert "L: vector(n)" in [one.said for one in found.inferred]
    assert any("number by its definition" in one.said for one in found.doubts)


# --- what a derivative is called -----------------------------------------------------

LAYERS = r"""Let $Y = X W$ and $Z = Y U$.

$$\frac{\partial L}{\partial Y} = \frac{\partial L}{\partial Z} U^T = \Delta$$

"""


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        (r"\frac{\partial L}{\partial W} = X^T \Delta", "X.T @ D(L)(X @ W)"),
        (r"\frac{\partial L}{\partial X} = \Delta W^T", "D(L)(X @ W) @ W.T"),
        (r"\frac{\partial L}{\partial W} = \Delta^T X", "D(L)(X @ W).T @ X"),
    ],
)
def test_a_chain_may_end_with_what_the_derivative_is_called(rule, read):
    assert last(f"{LAYERS}$${rule}$$").read.endswith(f" = {read}")


def test_a_name_that_was_there_is_no_new_one():
    text = r"""Let $y = A x$.

$$\frac{\partial y}{\partial x} = A$$"""
    assert last(text).read == "d(A @ x)/dx = A"


def test_a_name_that_stood_in_a_formula_is_no_new_one():
    text = r"""Let $f$ be $c^T x$ then

$$\frac{\partial f}{\partial x} = c$$"""
    assert "a definition of `c`" not in last(text).reason


def test_a_letter_of_a_size_may_be_a_matrix_elsewhere():
    text = r"""# One
Let $Y \in \mathbb{R}^{N \times K}$.

# Two
$$\operatorname{tr}(K A) = \operatorname{tr}(A K)$$"""
    assert last(text).read == "tr(K @ A) = tr(A @ K)"


def test_the_derivative_itself_may_get_its_name():
    text = r"""Let $y = W h$.

$$\frac{\partial L}{\partial y} = \delta$$

$$\frac{\partial L}{\partial W} = \delta h^T$$"""
    assert last(text).read == "d(L(W @ h))/dW = D(L)(W @ h) @ h.T"


PATHS = r"""Let $E = \exp(W)$, $r = E \mathbf{1}$, $s = r^{-1}$ and
$C = s \mathbf{1}^T$, where $P = E \odot C$.

$$\frac{\partial L}{\partial P} = G$$

$$\frac{\partial L}{\partial C} = E \odot G = G_1$$

$$\frac{\partial L}{\partial s} = G_1 \mathbf{1} = g_2$$

"""


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        (r"\frac{\partial L}{\partial C} = E \odot G", "E * D(L)(E * C)"),
        (
            r"\frac{\partial L}{\partial s} = G_1 \mathbf{1}",
            "D(L)(s @ ones(m, 1).T) @ ones(m, 1)",
        ),
    ],
)
def test_what_leads_to_the_variable_is_put_in(rule, read):
    assert last(f"{PATHS}$${rule}$$").read.endswith(f" = {read}")


def test_a_derivative_by_what_does_not_depend_on_the_variable_is_what_it_is():
    text = r"""Let $C = B V$.

$$\frac{\partial L}{\partial V} = B^T \frac{\partial L}{\partial C} = \zeta_1$$

$$\frac{\partial L}{\partial B} = \zeta_1 V^T$$"""
    found = last(text)
    assert found.read == "d(L(B @ V))/dB = B.T @ D(L)(B @ V) @ V.T"


# --- functions and their definitions -------------------------------------------------


def test_a_rule_of_any_functions_needs_no_definition():
    text = r"""Let $f(x) = \frac{1}{2} x^T x$ and $g(y) = f(S y)$.

$$\nabla g(y) = S^T \nabla f(S y)$$"""
    assert last(text).read == "d(f(S @ y))/dy = S.T @ D(f)(S @ y)"


def test_what_is_said_beside_a_definition_comes_with_it():
    text = r"""# One

$$f(x) = \frac{1}{2} x^T P x + q^T x$$

with $P$ a symmetric matrix.

# Two

$$\nabla f(x) = P x + q$$"""
    found = last(text)
    assert found.record is not None
    assert found.record.where["P"].value == "symmetric(n)"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (r"For a constant: $$\nabla_x c = 0$$", "read"),
        (r"$\frac{\partial}{\partial b} (y^T y) = 0$ (constant in $b$)", "read"),
        (r"At the minimum $\frac{\partial}{\partial b} (b^T y) = 0$", "aside"),
        (r"For a constant vector $a$ we need $\nabla_x f = 0$", "aside"),
        (r"Let $f(x) = a^T x$. $$\nabla^2 f(x) = 0$$", "read"),
    ],
)
def test_a_derivative_that_is_zero_is_a_rule_by_the_words(text, status):
    assert last(text).status == status


def test_a_matrix_written_out_by_its_entries_is_not_defined():
    text = r"""An example: $$X = \begin{bmatrix} x_{11} & x_{12} \\
x_{21} & x_{22} \end{bmatrix}$$

Let $Y = A X B$.

$$df = \operatorname{tr}((\frac{\partial f}{\partial Y})^T A (dX) B)$$"""
    found = last(text)
    assert found.read == "d(f(A @ X @ B)) = tr(D(f)(A @ X @ B) @ A @ dX @ B)"


NETWORK = r"""# Shapes
We have $W_1 \in \mathbb{R}^{d \times H}$ and
$\mathbf{b}_1 \in \mathbb{R}^{1 \times H}$, and $Z = X W_1 + \mathbf{1}_N \mathbf{b}_1$
with $X \in \mathbb{R}^{N \times d}$.

# Backward

$$D := \nabla_Z L$$

"""


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        (r"\nabla_{W_1} L = X^T D \quad (d \times H)", "X.T @ D(L)({Z})"),
        (r"\nabla_{\mathbf{b}_1} L = \mathbf{1}_N^T D", "ones({n}, 1).T @ D(L)({Z})"),
    ],
)
def test_shapes_are_those_of_the_section_that_gives_them(rule, read):
    found = last(f"{NETWORK}$${rule}$$")
    size = found.read.partition("ones(")[2].partition(",")[0]
    inner = f"X @ W_1 + ones({size}, 1) @ b_1"
    assert found.read.endswith(" = " + read.format(Z=inner, n=size))


def test_what_defines_a_gradient_may_say_what_it_is():
    text = r"""Let $E = Y - T$ and $L = \|E\|_F^2$.

$$G := \nabla_Y L = 2 (Y - T)$$"""
    assert last(text).read == "d(norm(Y - T)**2)/dY = 2 * (Y - T)"


def test_sizes_of_matrices_are_numbers():
    text = r"""Let $E \in \mathbb{R}^{N \times K}$.

$$\frac{1}{NK} \|E\|_F^2 = \frac{1}{NK} \operatorname{tr}(E^T E)$$"""
    found = last(text)
    assert found.read == "1 / (N * K) * norm(E)**2 = 1 / (N * K) * tr(E.T @ E)"


def test_a_chain_about_a_defined_function_drops_what_is_of_any():
    text = r"""$$f(x) = \frac{1}{2} x^T A x + b^T x$$

$$\nabla f(x) = \frac{1}{2}(A + A^T) x + b = H_f(x) x + b$$"""
    found = last(text)
    assert found.read.startswith("d(1 / 2 * x.T @ A @ x + b.T @ x)/dx = ")
    assert not found.weak


# --- equations -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "read"),
    [
        (
            r"y - z = (X b + e) - P (X b + e) + P X b - X b = e - P e = M e",
            "X @ b + e - P @ (X @ b + e) + P @ X @ b - X @ b = e - P @ e",
        ),
        (
            r"(A \otimes B)(A^{-1} \otimes B^{-1}) = A A^{-1} \otimes B B^{-1}"
            r" = I \otimes I = I",
            "kron(A, B) @ kron(inv(A), inv(B)) = kron(A @ inv(A), B @ inv(B))"
            " = kron(eye(n), eye(m)) = eye(m * n)",
        ),
        (
            r"\forall a, b \in \mathbb{R}, \quad a A \otimes b B = a b (A \otimes B)",
            "kron(a * A, b * B) = a * b * kron(A, B)",
        ),
    ],
)
def test_an_equation_may_have_names_that_cancel(formula, read):
    assert last(f"$${formula}$$").read == read


def test_an_equation_whose_names_differ_is_no_error():
    found = last(r"$$(A + B)^T x + c = \operatorname{tr}(A) x$$")
    assert (found.status, found.weak) == ("read", CONDITION)
    assert not findings("$$A x = b$$")


def test_an_orthogonal_matrix_has_its_transpose_as_inverse():
    assert last(r"If $S$ is orthogonal then $$S S^T = I$$").read == "S @ S.T = eye(n)"
    assert last(r"We look for $S$ with $$S S^T = I$$").status != "read"


def test_words_below_a_name_belong_to_it_in_brackets_too():
    text = r"""$$Q = \frac{1}{2} (R_\text{old} + R_\text{old}^T)$$

$$Q^T = \frac{1}{2} (R_\text{old}^T + R_\text{old}) = Q$$"""
    assert last(text).read.startswith("(1 / 2 * (R_old + R_old.T)).T = ")


def test_a_row_that_ends_with_a_sign_goes_on_in_the_next():
    text = r"""V = x^T A x + \\
b^T x + \\
c^T x = (b + c)^T x +
\\ x^T A^T x \\
\text{as was to be shown}"""
    (line,) = lines_of(text)
    assert "b^T x +" in line.text and "x^T A^T x" in line.text


def test_a_capital_is_a_function_where_it_is_defined():
    text = """
$$V(X_T) = X_T^T P X_T + b^T X_T$$

$$V(X_T) = b^T X_T + X_T^T P^T X_T$$

$$V(X_T) = b^T X_T + X_T^T P X_T + b^T X_T$$
"""
    found = read_document(scan_text(text, "notes.md")).findings
    assert [one.status for one in found] == ["aside", "read", "read"]
