"""A text whose preamble is elsewhere is read, and so are the remains of its macros."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def read(formula: str, before: str = "", name: str = "a.tex") -> list[str]:
    """Return what is read of a display of a document."""
    text = f"{before}\n\\[ {formula} \\]\n"
    return [one.read for one in read_document(scan_text(text, name)).findings]


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (r"\nabla_x \norm{x}^2 = 2x", "d(norm(x)**2)/dx = 2 * x"),
        (r"\nabla_x \norm*{x}_2^2 = 2x", "d(norm(x)**2)/dx = 2 * x"),
        (r"\nabla_x \norm(x)^2 = 2x", "d(norm(x)**2)/dx = 2 * x"),
        (r"\frac{d}{dx} \ln\abs{x} = \frac{1}{x}", "d(log(abs(x)))/dx = 1 / x"),
        (r"\nabla_x \inner{a}{x} = a", "d(a.T @ x)/dx = a"),
        (r"\nabla_x \ip{a, x} = a", "d(a.T @ x)/dx = a"),
        (r"\pd{a^T x}{x} = a", "d(a.T @ x)/dx = a"),
        (r"\pdv{x} a^T x = a", "d(a.T @ x)/dx = a"),
        (r"\od{x^2}{x} = 2x", "d(x**2)/dx = 2 * x"),
        (r"\diff{x^2}{x} = 2x", "d(x**2)/dx = 2 * x"),
        (r"\nabla_\vx \vx\T\mA\vx = (\mA + \mA^\T)\vx", None),
        (r"\nabla_{\bx} \bx\tp\bA\bx = (\bA + \bA^{\tp})\bx", None),
        (r"\nabla_{\bfx} \trans{\bfx}\bfA\bfx = (\bfA + \trans{\bfA})\bfx", None),
        (r"\nabla_{\xvec} \xvec^T\Amat\xvec = (\Amat + \Amat^T)\xvec", None),
        (r"\nabla_{\vecx} \vecx^T\matA\vecx = (\matA + \matA^T)\vecx", None),
        (r"\nabla_{\xx} \xx^T\A\xx = (\A + \A^T)\xx", None),
        (r"\nabla_{\vx} \half\norm{\vx}^2 = \vx", "d(1 / 2 * norm(x)**2)/dx = x"),
        (
            r"\vec(AXB) = (B\trans \kron A)\vec(X)",
            "vec(A @ X @ B) = kron(B.T, A) @ vec(X)",
        ),
        (r"d\vec(X) = \vec(dX)", "d(vec(X)) = vec(dX)"),
        (r"\eval{\pdv{x^T x}{x}}_{x=x_0} = 2x_0", "d(x.T @ x)/dx = 2 * x"),
        (r"\grad_{x} (a\vdot x) = a", "d(a.T @ x)/dx = a"),
        (r"\nabla_x \qty(a^T x) = a", "d(a.T @ x)/dx = a"),
        (r"\nabla_X \tr(X) = \Id", "d(tr(X))/dX = eye(n)"),
        (
            r"\nabla_{\vtheta} \vtheta\T\bbeta = \bbeta",
            "d(theta.T @ beta)/dtheta = beta",
        ),
    ],
)
def test_macros_that_are_not_defined_are_what_they_are_called(formula, meant):
    assert read(formula) == [meant or "d(x.T @ A @ x)/dx = (A + A.T) @ x"]


def test_what_a_text_defines_goes_before():
    defined = r"\newcommand{\norm}[1]{\|#1\|_1} \newcommand{\bx}{\beta}"
    assert read(r"\nabla_a \, a^T \bx = \bx", defined) == ["d(a.T @ beta)/da = beta"]
    assert "norm1" in read(r"d \norm{x} = \mathrm{sign}(x)^T dx", defined)[0]
    # Names of LaTeX stay what they are.
    assert read(r"\nabla_\beta \, a^T \beta = a") == ["d(a.T @ beta)/dbeta = a"]


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{\partial^{} x^Tx}{\partial x^{}} = 2x",
        r"\frac{\partial^{ } x_{}^Tx}{\partial x} = 2x",
        r"\pd{x^T x}{x} = 2x",
        r"{\frac{\partial }{\partial x}} x^T x = 2x",
        r"\ensuremath{\frac{\partial x^T x}{\partial x}} = 2x",
    ],
)
def test_what_is_empty_is_left_out(formula):
    macro = r"\newcommand{\pd}[3][]{\ensuremath{\frac{\partial^{#1} #2}{\partial #3}}}"
    assert read(formula, macro) == ["d(x.T @ x)/dx = 2 * x"]


def test_a_macro_with_an_empty_order_stands_in_cells_of_a_table():
    text = r"""
\newcommand{\pd}[3][]{\ensuremath{\frac{\partial^{#1} #2}{\partial #3}}}
\begin{tabular}{l|c|c}
Qualifier & Expression & Numerator layout \\
$\mathbf{A}$ symmetric & $\pd{\mathbf{x}^T\mathbf{A}\mathbf{x}}{\mathbf{x}}$ &
 $2\mathbf{x}^T\mathbf{A}$ \\
 & $\pd{\mathbf{a}}{\mathbf{x}}$ & $\mathbf{0}$ \\
 & $\pd{\mathbf{a}^T\mathbf{x}}{\mathbf{x}}$ & $\mathbf{a}^T$ \\
\end{tabular}
"""
    found = read_document(scan_text(text, "a.tex")).findings
    assert [one.read for one in found] == [
        "d(x.T @ A @ x)/dx = 2 * x.T @ A",
        "d(a)/dx = 0",
        "d(a.T @ x)/dx = a.T",
    ]
    record = found[0].record
    assert record is not None
    assert record.where["A"].value == "symmetric(n)"


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (r"\mathbf{X}\_{ij} = \mathbf{X}\_{ij}", r"\mathbf{X}_{ij} = \mathbf{X}_{ij}"),
        (r"x^\* = A\_1 \text{of my\_name}", r"x^* = A_1 \text{of my\_name}"),
    ],
)
def test_markdown_needs_a_backslash_before_what_would_be_a_mark(formula, meant):
    document = scan_text(f"so ${formula}$ holds\n", "a.md")
    found = [part.text for part in document.parts if part.kind == "formula"]
    assert found == [meant]


def test_three_backslashes_of_doubled_ones_end_a_row():
    text = (
        "\\\\[\n\\\\begin{split}\n"
        "\\\\nabla_x a^Tx &= a\\\\\\\n\\\\nabla_x \\\\|x\\\\|^2 &= 2x \\\\\\\n"
        "\\\\nabla_X \\\\mathrm{tr}(A X) &= A^T, \\\\quad \\\\alpha\\_{1} = 1\n"
        "\\\\end{split}\n\\\\]\n"
    )
    found = read_document(scan_text(text, "a.md")).findings
    assert [one.read for one in found][:3] == [
        "d(a.T @ x)/dx = a",
        "d(norm(x)**2)/dx = 2 * x",
        "d(tr(A @ X))/dX = A.T",
    ]


@pytest.mark.parametrize(
    "text",
    [
        r"\[\begin{aligned}[t] RULE \end{aligned}\]",
        r"\[\begin{array}[b]{rl} RULE \end{array}\]",
        "\\begin{empheq}[box=\\fbox]{align}\nRULE\n\\end{empheq}",
        r"\begin{IEEEeqnarray}{rCl} RULE \IEEEyesnumber \end{IEEEeqnarray}",
        r"\begin{align} RULE \numberthis \end{align}",
    ],
)
def test_how_a_block_is_set_is_no_part_of_it(text):
    rule = r"\frac{\partial a^Tx}{\partial x} &= a"
    found = read_document(scan_text(text.replace("RULE", rule) + "\n", "a.tex"))
    assert [one.read for one in found.findings] == ["d(a.T @ x)/dx = a"]


def test_a_cell_over_columns_and_rules_of_a_table_are_no_words():
    text = r"""
\begin{tabular}{ll}
\toprule
$f(x)$ & $\nabla f(x)$ \\ \cmidrule(lr){1-2}
\multicolumn{1}{l}{$a^T x$} & $a$ \\ \cline{1-2}
\multirow{2}{*}{$x^T x$} & $2x$ \\
\end{tabular}
"""
    found = read_document(scan_text(text, "a.tex")).findings
    assert [one.read for one in found] == ["d(a.T @ x)/dx = a", "d(x.T @ x)/dx = 2 * x"]


@pytest.mark.parametrize(
    "formula",
    [
        r"\large \nabla_x a^T x = a",
        r"\Large\boxed{\nabla_x a^T x = a}",
        "\\nabla_x a^T x = a。",
        r"\scriptstyle{\nabla_x a^T x = a}",
        r"\nabla_x \cssId{b}{a^T x} = \class{c}{a}",
        r"\bbox[5px,border:2px solid red]{\nabla_x a^T x = a}",
        r"\nabla_x \bbox[yellow]{a^T x} = a",
    ],
)
def test_how_a_formula_looks_says_nothing(formula):
    assert read(formula) == ["d(a.T @ x)/dx = a"]


def test_one_formula_may_have_doubled_backslashes():
    text = (
        "$$\\nabla_x b^T x = b$$\n\n"
        "$$\\\\begin{aligned}\n\\\\nabla_x a^T x &= a \\\\\\\\\n"
        "\\\\nabla_x x^T x &= 2x\n\\\\end{aligned}$$\n\n$$a = b \\\\cd = e$$\n"
    )
    found = read_document(scan_text(text, "a.md")).findings
    assert [one.read for one in found][:3] == [
        "d(b.T @ x)/dx = b",
        "d(a.T @ x)/dx = a",
        "d(x.T @ x)/dx = 2 * x",
    ]
