"""Steps, slopes and maps: a delta, a dot, an H, and changes inside of differentials."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def findings(text: str):
    """Return what was found in a document."""
    return read_document(scan_text(text, "notes.md")).findings


def read(text: str) -> str:
    """Return what the last formula of a document was read as."""
    found = findings(text)[-1]
    assert found.status == "read", found.reason
    return found.read


# --- a delta ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (r"\delta (AB) = \delta A\, B + A\, \delta B", "d(A @ B) = dA @ B + A @ dB"),
        (
            r"\delta (ABC) = (\delta A) BC + A (\delta B) C + AB(\delta C)",
            "d(A @ B @ C) = dA @ B @ C + A @ dB @ C + A @ B @ dC",
        ),
        (
            r"\delta (A^{-1}) = -A^{-1} (\delta A) A^{-1}",
            "d(inv(A)) = -(inv(A) @ dA @ inv(A))",
        ),
        (
            r"0 = \delta (A^{-1} A) = \delta (A^{-1}) A + A^{-1} \delta A",
            "d(inv(A) @ A) = -(inv(A) @ dA @ inv(A)) @ A + inv(A) @ dA",
        ),
        (
            r"\delta(y^T x) = \delta y^T x + y^T \delta x",
            "d(y.T @ x) = dy.T @ x + y.T @ dx",
        ),
        (r"\delta \|x\|^2 = 2 x^T \delta x", "d(norm(x)**2) = 2 * x.T @ dx"),
        (
            r"\delta \log\det X = \operatorname{tr}(X^{-1} \delta X)",
            "d(logdet(X)) = tr(inv(X) @ dX)",
        ),
        (
            r"\frac{\delta (x^T A x)}{\delta x} = (A + A^T) x",
            "d(x.T @ A @ x)/dx = (A + A.T) @ x",
        ),
        (
            r"\frac{\delta}{\delta x}(b^T x + x^T x) = b + 2x",
            "d(b.T @ x + x.T @ x)/dx = b + 2 * x",
        ),
        (
            r"(A + \delta A)(x + \delta x) = "
            r"Ax + A\delta x + \delta A x + \delta A \delta x",
            "(A + Delta_A) @ (x + Delta_x) = "
            "A @ x + A @ Delta_x + Delta_A @ x + Delta_A @ Delta_x",
        ),
    ],
)
def test_a_delta_is_that_of_what_stands_behind_it(formula, meant):
    assert read(f"$${formula}$$") == meant


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (r"\delta (x^T y) A = A \delta (x^T y)", "delta * (x.T @ y) * A"),
        (
            r"\frac{\partial}{\partial x} \delta x^T x = 2 \delta x",
            "d(delta * x.T @ x)/dx = 2 * delta * x",
        ),
        (r"(A + \delta I)^T = A^T + \delta I", "(A + delta * eye(n)).T"),
    ],
)
def test_any_other_delta_is_a_letter(formula, meant):
    assert read(f"$${formula}$$").startswith(meant)


# --- changes inside of differentials --------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "$l = (Xw - y)^T(Xw - y)$\n\n"
            "$$dl = d(Xw)^T(Xw - y) + (Xw - y)^Td(Xw)$$\n\n$$dl = 2 (Xw - y)^T X dw$$",
            "d((X @ w - y).T @ (X @ w - y)) = "
            "(X @ dw).T @ (X @ w - y) + (X @ w - y).T @ (X @ dw)",
        ),
        (
            "$f = a^T e^{Xb}$\n\n$$df = a^T(e^{Xb} \\odot d(Xb))$$\n\n"
            "$$df = a^T(e^{Xb} \\odot dX b)$$",
            "d(a.T @ exp(X @ b)) = a.T @ (exp(X @ b) * (dX @ b))",
        ),
        (
            "$$d(A^{-1} A) = d(A^{-1}) A + A^{-1} dA$$",
            "d(inv(A) @ A) = -(inv(A) @ dA @ inv(A)) @ A + inv(A) @ dA",
        ),
        (
            r"$$d(\|Wx + b\|^2) = 2(Wx + b)^T d(Wx + b) = 2(Wx + b)^T (dW) x$$",
            "d(norm(W @ x + b)**2) = 2 * (W @ x + b).T @ (dW @ x) = "
            "2 * (W @ x + b).T @ dW @ x",
        ),
        (
            "$f = a^T X b$\n\n$$tr(df) = df = tr(a^T(dX)b) = tr((ab^T)^TdX)$$",
            "d(tr(a.T @ X @ b)) = a.T @ dX @ b = tr(a.T @ dX @ b) = "
            "tr((a @ b.T).T @ dX)",
        ),
    ],
)
def test_changes_of_expressions_are_those_of_their_names(text, meant):
    every = [f.read for f in findings(text) if f.status == "read"]
    assert meant in every


def test_what_is_not_linear_in_what_moves_is_left():
    (found,) = findings(r"$$d(\sin(Ax)) = \cos(Ax) \odot d(\tan(Ax))$$")
    assert found.status != "read"


@pytest.mark.parametrize(
    ("definition", "formula", "meant"),
    [
        ("AB", r"\dot A B + A \dot B", "d(A @ B) = dA @ B + A @ dB"),
        ("A + B", r"\dot A + \dot B", "d(A + B) = dA + dB"),
        ("A^{-1}", r"-\Omega \dot A \Omega", "d(inv(A)) = -(inv(A) @ dA @ inv(A))"),
    ],
)
def test_a_dot_on_what_is_defined_is_a_change(definition, formula, meant):
    text = rf"$$\Omega = {definition}$$" + "\n\n" + rf"$$\dot\Omega = {formula}$$"
    assert read(text) == meant


def test_a_dot_on_a_function_of_what_moves_is_a_limit_along_it():
    text = (
        r"Let $V = x^T P x$ and $\dot x = A x$. Then"
        "\n\n"
        r"$$\dot V = x^T (A^T P + P A) x$$"
    )
    moved = "(x + t * (A @ x)).T @ P @ (x + t * (A @ x)) - x.T @ P @ x"
    claim = "x.T @ (A.T @ P + P @ A) @ x"
    assert read(text) == f"lim t->0 of (({moved}) / t) = {claim}"


def test_a_dot_in_a_system_is_none():
    text = "$$x = A z$$\n\n$$\\dot x = A x + B u$$"
    assert all(found.status != "read" for found in findings(text))


@pytest.mark.parametrize("by", ["X", "X^T"])
def test_what_is_linear_in_a_step_is_differentiated_by_it(by):
    right = "A^T" if by == "X" else "A"
    formula = (
        rf"\frac{{\partial \operatorname{{tr}}(A\,dX)}}{{\partial {by}}} = {right}"
    )
    assert read(f"$${formula}$$").startswith("d(tr(A @ X))/dX")


def test_an_equation_of_a_step_is_of_any_matrix():
    formula = (
        r"\operatorname{tr}(A\,dX) = \operatorname{vec}(A^T)^T\operatorname{vec}(dX)"
    )
    assert read(f"$${formula}$$") == "tr(A @ H) = vec(A.T).T @ vec(H)"


# --- second derivatives ---------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [r"Hf(x) = A^T + A", r"\mathbf{H} f(x) = A^T + A", r"f''(x) = A^T + A"],
)
def test_an_h_before_a_function_is_its_hessian(formula):
    text = f"Let $f(x) = x^T A x$.\n\n$${formula}$$"
    assert read(text) == "hessian(x.T @ A @ x, x) = A.T + A"


def test_a_hessian_follows_in_the_same_line():
    text = r"$$f(X) = \operatorname{tr}(X^TX) \implies Hf(X) = 2I_{mn}$$"
    assert read(text) == "hessian(tr(X.T @ X), X) = 2 * eye(m * n)"


def test_an_h_that_is_a_matrix_stays_one():
    (found,) = findings("$$H f(x) = H A x$$")
    assert "hessian" not in found.read


# --- derivatives inside of differentials ---------------------------------------------


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (
            r"\mathrm{d}f(x) = \operatorname{tr}(\frac{\partial f(x)}{\partial x^\top}"
            r"\mathrm{d}x)",
            "d(f(x)) = tr(D(f)(x) @ dx)",
        ),
        (r"df = \frac{\partial f}{\partial x^T} dx", "d(f(x)) = D(f)(x) @ dx"),
        (r"df = \nabla f^T dx", "d(f(x)) = D(f)(x) @ dx"),
        (r"df = \langle \nabla f, dx\rangle", "d(f(x)) = D(f)(x) @ dx"),
        (r"d\sigma(X) = \sigma'(X) \odot dX", "d(sigma(X)) = D(sigma)(X) * dX"),
        (r"d\sigma(X) = \sigma'(X) * dX", "d(sigma(X)) = D(sigma)(X) * dX"),
    ],
)
def test_a_derivative_stands_in_a_differential(formula, meant):
    assert read(f"$${formula}$$") == meant


def test_the_derivative_of_what_is_defined_is_that_of_any_function():
    text = "Let $f(x) = x^T A x$.\n\n$$df(x) = \\nabla f(x)^T dx$$"
    assert read(text) == "d(f(x)) = D(f)(x) @ dx"


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        (r"d\mathbf{y} = \frac{d\mathbf{y}}{dx}dx", "scalar -> vector(n)"),
        (r"d\mathbf{Y} = \frac{d\mathbf{Y}}{dx}dx", "scalar -> matrix(m, n)"),
        (r"d\mathbf{y} = \frac{d\mathbf{y}}{d\mathbf{x}}d\mathbf{x}", "vector(n)"),
    ],
)
def test_a_bold_letter_says_what_a_function_gives(formula, kind):
    (found,) = findings(f"$${formula}$$")
    assert found.record is not None
    types = [text.value for text in found.record.where.values()]
    assert any(type_.startswith(kind) for type_ in types)


# --- maps -----------------------------------------------------------------------------

CHAIN = "D(g)(f(x)) @ D(f)(x)"


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (r"d(g \circ f)(x) = dg(f(x)) \cdot df(x)", f"d(g(f(x))) = {CHAIN} @ dx"),
        (
            r"d(g \circ f)(x) \cdot h = dg(f(x)) \cdot (df(x) \cdot h)",
            "d(g(f(x))) = D(g)(f(x)) @ (D(f)(x) @ dx)",
        ),
        (r"D(g\circ f)(x)u = Dg(f(x))Df(x)u", f"d(g(f(x))) = {CHAIN} @ dx"),
        (r"D(g\circ f)(x) = Dg(f(x))Df(x)", f"d(g(f(x)))/dx.T = {CHAIN}"),
        (
            r"(g \circ f)'(x) = dg(f(x)) \cdot f'(x)",
            "d(g(f(x)))/dx = D(g)(f(x)) * D(f)(x)",
        ),
        (
            r"\nabla (g \circ f)(x) = (df(x))^{\top} \cdot \nabla g(f(x))",
            "d(g(f(x)))/dx = D(f)(x).T @ D(g)(f(x))",
        ),
        (
            r"d(g \circ f)(x) = g'(f(x)){\nabla f(x)}^{\top}",
            "d(g(f(x)))/dx = D(g)(f(x)) @ D(f)(x).T",
        ),
        (r"d\exp(y) \cdot h = \exp(y) h", "d(exp(y)) = exp(y) * dy"),
        (
            r"d(-\frac{1}{2} \langle x, S^{-1} x\rangle) \cdot h = "
            r"-\langle S^{-1} x, h\rangle",
            "d(-(1 / 2 * (x.T @ (inv(S) @ x)))) = -((inv(S) @ x).T @ dx)",
        ),
    ],
)
def test_a_map_may_be_applied_to_nothing(formula, meant):
    assert read(f"$${formula}$$") == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "$f(A, x) = A^{-1} x$\n\n$$f_A[dA] = -A^{-1}\\, dA\\, A^{-1} x$$",
            "d(inv(A) @ x) = -(inv(A) @ dA @ inv(A) @ x)",
        ),
        ("$f(x) = x^T x$\n\n$$f_x[dx] = 2 x^T dx$$", "d(x.T @ x) = 2 * x.T @ dx"),
    ],
)
def test_a_partial_derivative_is_applied_to_a_step(text, meant):
    assert read(text) == meant


# --- what stands for what a function is applied to ---------------------------


@pytest.mark.parametrize(
    "value",
    [
        r"\frac{\partial g(f(x))}{\partial f(x)} \frac{\partial f(x)}{\partial x}",
        r"\frac{\partial g}{\partial f(x)} \frac{\partial f(x)}{\partial x}",
        r"\frac{\partial}{\partial f(x)} g(f(x)) \frac{\partial f(x)}{\partial x}",
        r"\frac{\partial g(y)}{\partial y} \frac{\partial f(x)}{\partial x}",
        r"\frac{\partial g(y)}{\partial y}|_{y = f(x)} \frac{\partial f}{\partial x}",
    ],
)
def test_a_derivative_is_by_the_value_of_a_function(value):
    formula = rf"\frac{{\partial g(f(x))}}{{\partial x}} = {value}"
    assert read(f"$${formula}$$") == f"d(g(f(x)))/dx = {CHAIN}"


def test_a_loss_of_a_value_is_a_function():
    formula = (
        r"\frac{\partial L(f(x))}{\partial x} = \frac{\partial f(x)}{\partial x} "
        r"\frac{\partial L(f(x))}{\partial f(x)}"
    )
    assert read(f"$${formula}$$") == "d(L(f(x)))/dx = D(f)(x) @ D(L)(f(x))"


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (
            r"\frac{\partial f(Ax)}{\partial x} = \frac{\partial f(y)}{\partial y} A",
            "d(f(A @ x))/dx = D(f)(A @ x) @ A",
        ),
        (
            r"\frac{\partial f(Ax)}{\partial x} = A^T \nabla f(y)|_{y = Ax}",
            "d(f(A @ x))/dx = A.T @ D(f)(A @ x)",
        ),
        (
            r"d(l(W s(x))) = \frac{d(l(y))}{dy} (dW) s(x)",
            "d(l(W @ s(x))) = D(l)(W @ s(x)) @ dW @ s(x)",
        ),
        (
            r"\frac{\partial l(W x)}{\partial W} = x [\frac{d(l(y))}{dy}]|_{y = Wx}",
            "d(l(W @ x))/dW = x @ D(l)(W @ x)",
        ),
        (
            r"d(\|Wx+b\|^2) = 2y^\top dy|_{y=Wx+b} = 2(Wx+b)^\top (dW)x",
            "d(norm(W @ x + b)**2) = 2 * (W @ x + b).T @ (dW @ x) = "
            "2 * (W @ x + b).T @ dW @ x",
        ),
    ],
)
def test_a_name_stands_for_what_a_function_is_applied_to(formula, meant):
    assert read(f"$${formula}$$") == meant


# --- what was differentiated before ---------------------------

BEFORE = (
    r"$$d\operatorname{tr}(X^T X) = \operatorname{tr}(2X^T dX)$$" + "\n\nTherefore\n\n"
)


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (r"\nabla_X f(X) = 2X", "d(tr(X.T @ X))/dX = 2 * X"),
        (r"\mathbf{D}_X f(X) = 2X^T", "d(tr(X.T @ X))/dX = 2 * X.T"),
        (r"\frac{\partial f}{\partial X} = 2X", "d(tr(X.T @ X))/dX = 2 * X"),
    ],
)
def test_a_function_is_what_was_differentiated_before(formula, meant):
    text = f"Let $f(x) = x^T A x$.\n\n{BEFORE}$${formula}$$"
    assert read(text if "(X)" in formula else f"{BEFORE}$${formula}$$") == meant
    found = findings(f"{BEFORE}$${formula}$$")[-1]
    assert found.weak  # it may be said of something else


@pytest.mark.parametrize("formula", [r"\nabla_X f(X) = A X", r"\nabla_Z f(Z) = 2Z"])
def test_a_function_of_other_names_is_another_one(formula):
    found = findings(f"{BEFORE}$${formula}$$")[-1]
    assert "tr(" not in found.read
