"""Tables whose rows say their variable, their condition or their operator."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def findings(text: str, name: str = "notes.md"):
    """Read a document; return what was found in it."""
    return read_document(scan_text(text, name)).findings


def read(text: str, name: str = "notes.md") -> list[str]:
    """Return the derivatives that were read in a document."""
    return [f.read for f in findings(text, name) if f.read.startswith(("d(", "hess"))]


def type_of(found, name: str) -> str:
    """Return the type that a name of a statement was read with."""
    return next(text.value for one, text in found.record.where.items() if one == name)


def table(*rows: str) -> str:
    """Return a table of Markdown."""
    head, *rest = rows
    rule = "|---" * (head.count("|") - 1) + "|"
    return "\n".join(["", head, rule, *rest, ""])


def tabular(*rows: str) -> str:
    """Return a table of LaTeX."""
    lines = " \\\\ \\hline\n".join(rows)
    return (
        "\\documentclass{article}\n\\begin{document}\n\\begin{tabular}{|l|l|l|l|}\n"
        f"{lines}\n\\end{{tabular}}\n\\end{{document}}\n"
    )


# --- a column of variables ------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "| Expression | Variable | Gradient |",
        "| Function | With respect to | Derivative |",
        "| Function | w.r.t. | Derivative |",
        "| Fonction | Par rapport à | Dérivée |",
        "| Ausdruck | Variable | Ableitung |",
        "| Ausdruck | Nach | Ableitung |",
        "| Función | Variable | Derivada |",
        "| 函数 | 变量 | 导数 |",
        "| 表达式 | 关于 | 梯度 |",
    ],
)
def test_a_column_says_the_variable_of_each_row(head):
    rows = [r"| $c^T x$ | $x$ | $c$ |", r"| $a^T W b$ | $W$ | $a b^T$ |"]
    assert read(table(head, *rows)) == [
        "d(c.T @ x)/dx = c",
        "d(a.T @ W @ b)/dW = a @ b.T",
    ]


def test_a_column_of_numbers_may_stand_before_the_others():
    text = "## Gradients\n" + table(
        "| # | Expression | Variable | Résultat |",
        r"| 1 | $\mathbf{x}^T C\mathbf{x}$ | $\mathbf{x}$ | $(C+C^T)\mathbf{x}$ |",
        r"| 2 | $\mathbf{x}^\top C\mathbf{x}$ | $C$ | $\mathbf{x}\mathbf{x}^\top$ |",
        r"| 3 | $C\mathbf{x}$ | $\mathbf{x}$ | $C$ (jacobienne) |",
    )
    assert read(text) == [
        "d(x.T @ C @ x)/dx = (C + C.T) @ x",
        "d(x.T @ C @ x)/dC = x @ x.T",
        "d(C @ x)/dx = C",
    ]
    assert [f.place.line for f in findings(text)] == [5, 6, 7]


def test_the_tables_of_latex_may_say_their_variables():
    text = tabular(
        "No. & Fonction & Variable & Dérivée",
        r"1 & $c^T x$ & $x$ & $c$",
        r"2 & $\operatorname{tr}(CX)$ & $X$ & $C^T$",
    )
    assert read(text, "notes.tex") == ["d(c.T @ x)/dx = c", "d(tr(C @ X))/dX = C.T"]


def test_a_variable_that_is_said_goes_before_the_argument_of_the_function():
    text = table(
        "| Function | Variable | Derivative |", r"| $f(x) = x^T C x$ | $C$ | $x x^T$ |"
    )
    assert read(text) == ["d(x.T @ C @ x)/dC = x @ x.T"]


def test_the_variable_may_be_said_behind_the_value():
    text = table(
        "| Function | Derivative |",
        r"| $\operatorname{tr}(CE)$ | $E^T$ (w.r.t. $C$) |",
        r"| $x^T C x$ | $x x^T$ (par rapport à $C$) |",
        r"| $x^T C x$ | $x x^T$ (w.r.t. both) |",
    )
    assert read(text) == ["d(tr(C @ E))/dC = E.T", "d(x.T @ C @ x)/dC = x @ x.T"]


@pytest.mark.parametrize(
    "text",
    [
        # It is unclear which the variable is.
        table("| Function | Variable | Derivative |", "| $x^T C x$ | $x, C$ | $2x$ |"),
        table("| Function | Variable | Derivative |", "| $x^T x$ | $x = 3$ | $6$ |"),
        table("| Function | Variable | Derivative |", "| $x^T x$ |  | $2x$ |"),
        table("| Function | Variable | Derivative |", "| $x^T x$ | both | $2x$ |"),
        table("| Function | Variable | Derivative |", "| $x^T x$ | $y$ | $2x$ |"),
        # A result is not said to be a derivative.
        table("| Expression | Variable | Result |", "| $2x + 4$ | $x$ | $-2$ |"),
        # The heads speak of something else.
        table("| Function | Variable | Antiderivative |", "| $2x$ | $x$ | $x^2$ |"),
        table("| Function | Variable | Integral |", "| $2x$ | $x$ | $x^2$ |"),
        table("| Fonction | Variable | Primitive |", "| $2x$ | $x$ | $x^2$ |"),
        table("| Function | Variable | Size of gradient |", "| $x^Tx$ | $x$ | $n$ |"),
        table("| Function | Variable | Gradient |", r"| $x^Tx$ | $x$ | $n \times 1$ |"),
    ],
)
def test_a_row_without_a_clear_variable_is_not_read(text):
    assert read(text) == []


# --- operators that lack their function -----------------------------------------------


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        (r"$\partial/\partial W = A^T B^T$", "d(tr(A @ W @ B))/dW = A.T @ B.T"),
        (r"$∂/∂W = A^T B^T$", "d(tr(A @ W @ B))/dW = A.T @ B.T"),
        (
            r"$\frac{\partial}{\partial W} = (BA)^T = A^T B^T$",
            "d(tr(A @ W @ B))/dW = (B @ A).T = A.T @ B.T",
        ),
        (r"$\nabla_W = A^T B^T$", "d(tr(A @ W @ B))/dW = A.T @ B.T"),
        (r"$\nabla_{A} = (W B)^T$", "d(tr(A @ W @ B))/dA = (W @ B).T"),
    ],
)
def test_an_operator_stands_for_the_derivative_of_the_cell_before(cell, meant):
    text = table(
        "| Expression | Gradient |", rf"| $\operatorname{{tr}}(AWB)$ | {cell} |"
    )
    assert [f.read for f in findings(text)] == [meant]


def test_a_bare_operator_needs_no_head_that_is_known():
    text = tabular("Was & Wie", r"$x^T C x$ & $\frac{d}{dC} = x x^T$")
    assert read(text, "notes.tex") == ["d(x.T @ C @ x)/dC = x @ x.T"]


@pytest.mark.parametrize(
    "row",
    [
        r"| $x^T x$ | $\partial/\partial y = 2x$ |",
        r"| $x^T x$, the loss | $\partial/\partial x = 2x$ |",
        r"| the loss | $\partial/\partial x = 2x$ |",
        r"| $x^T x$ | $\partial/\partial x =$ |",
        r"| $x^T x$ | $\partial/\partial x$ |",
    ],
)
def test_an_operator_without_its_function_states_nothing(row):
    assert read(table("| Expression | Gradient |", row)) == []


# --- conditions -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "$x^T C x$, $C$ symétrique",
        "$x^T C x$ ($C$ symmetric)",
        "$x^T C x$（$C$ 对称）",  # noqa: RUF001
        "$x^T C x, C = C^T$",
        r"$x^T C x \quad (C^T = C)$",
        r"$x^T C x \text{ if $C$ is symmetric}$",
        "$x^T C x$, if $C$ is symmetric",
    ],
)
def test_a_function_may_carry_a_condition(cell):
    text = table("| Function | Gradient |", f"| {cell} | $2Cx$ |")
    found = [f for f in findings(text) if f.read.startswith("d(")]
    assert [f.read for f in found] == ["d(x.T @ C @ x)/dx = 2 * C @ x"]
    assert type_of(found[0], "C") == "symmetric(n)"


def test_a_condition_counts_in_its_row_only():
    text = table(
        "| $f(x)$ | Gradient |",
        "| $x^T C x$ ($C$ symmetric) | $2Cx$ |",
        "| $x^T C x$ | $2Cx$ |",
        "| $x^T E x$ | $2Ex$ (E symmetric) |",
        "| $x^T E x$ | $(E + E^T)x$ |",
    )
    found = findings(text + "\nAlso $\\nabla_x x^T C x = 2Cx$.")
    assert [type_of(f, f.read[8]) for f in found] == [
        "symmetric(n)",
        "matrix(n, n)",
        "symmetric(n)",
        "matrix(n, n)",
        "matrix(n, n)",
    ]


def test_a_condition_in_the_head_counts_in_all_rows():
    text = table(
        "| Function of $x$ ($C$ is symmetric) | Gradient |",
        "| $x^T C x$ | $2Cx$ |",
        "| $3 x^T C x$ | $6Cx$ |",
    )
    assert {type_of(f, "C") for f in findings(text)} == {"symmetric(n)"}


@pytest.mark.parametrize(
    "cell", ["$x^T x$, the loss", "$x^T x$ and $y$", "the loss $x^T x$", "$x^T x, y$"]
)
def test_a_function_among_other_things_is_not_read(cell):
    assert read(table("| Function | Gradient |", f"| {cell} | $2x$ |")) == []


# --- differentials and Jacobians ------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "| $f(X)$ | $df$ |",
        r"| $f(X)$ | $\mathrm{d}f(X)$ |",
        "| Function | Differential |",
        "| Fonction | Différentielle |",
        "| Funktion | Differential |",
        "| Función | Diferencial |",
        "| 函数 | 微分 |",
    ],
)
def test_a_column_may_hold_differentials(head):
    text = table(
        head,
        r"| $\operatorname{tr}(CX)$ | $\operatorname{tr}(C \, dX)$ |",
        r"| $a^T X b$ | $a^T (\mathrm{d}X) b$ |",
    )
    assert read(text) == ["d(tr(C @ X)) = tr(C @ dX)", "d(a.T @ X @ b) = a.T @ dX @ b"]


@pytest.mark.parametrize(
    "row",
    [
        r"| $\operatorname{tr}(CX)$ | $C^T$ |",  # it is the derivative
        r"| $\operatorname{tr}(CX)$ | $\operatorname{tr}(C \, dY)$ |",
    ],
)
def test_what_is_no_differential_of_the_function_is_not_read(row):
    assert read(table("| Function | Differential |", row)) == []


def test_a_name_in_the_value_stands_for_the_function_of_the_row():
    text = table(
        "| Function | Gradient | Differential |",
        r"| $x^T C x$ | $\nabla f = (C + C^T)x$ | $df = x^T (C + C^T) dx$ |",
        r"| $a^T x$ | $\nabla_x f(x) = a$ | $\mathrm{d}f(x) = a^T dx$ |",
        r"| $x^T x$ | $\frac{\partial y}{\partial x} = 2x$ | $dy = 2x^T dx$ |",
        r"| $f(x) = 3x^T x$ | $\nabla f(x) = 6x$ | |",
    )
    assert read(text) == [
        "d(x.T @ C @ x)/dx = (C + C.T) @ x",
        "d(x.T @ C @ x) = x.T @ (C + C.T) @ dx",
        "d(a.T @ x)/dx = a",
        "d(a.T @ x) = a.T @ dx",
        "d(x.T @ x)/dx = 2 * x",
        "d(x.T @ x) = 2 * x.T @ dx",
        "d(3 * x.T @ x)/dx = 6 * x",
    ]


@pytest.mark.parametrize(
    "row",
    [
        r"| $Cx = b$ | $\nabla_x f = C$ |",
        r"| $x^T x$ | $\nabla f = 0$ |",
        r"| $y^T y$ | $\frac{\partial f}{\partial x} = 2x$ |",
        r"| $f^T x$ | $\frac{\partial f}{\partial x} = C$ |",
    ],
)
def test_a_name_that_need_not_be_the_function_of_the_row_is_left_alone(row):
    made = [f for f in findings(table("| Function | Gradient |", row)) if f.record]
    assert not any("a row of a table" in i.said for f in made for i in f.inferred)


def test_the_name_of_a_jacobian_is_no_variable():
    text = table("| $f(x)$ | Jacobian $J$ |", "| $Cx$ | $C$ |", "| $c^T x$ | $c^T$ |")
    assert read(text) == ["d(C @ x)/dx = C", "d(c.T @ x)/dx = c.T"]


# --- a definition, the name of its derivative, and its value --------------------------


def test_a_row_may_define_a_function_and_name_its_derivative():
    text = table(
        "| rule | variable | derivative |",
        r"| $y = Cx$ | $\partial y / \partial x$ | $C^T$ |",
        r"| Trace $y=tr(X), X \in R^{n \times n}$ | $\frac{\part y}{\part X}$ | $I$ |",
        r"| $x$ is a vector, $C$ a matrix, $f = x^T C x$ | $df/dC$ | $x x^T$ |",
        r"| $\alpha = x^T C x$, $m = n$, $C^T = C$ | $\nabla_x \alpha$ | $2Cx$ |",
    )
    found = [f for f in findings(text) if f.read.startswith("d(")]
    assert [f.read for f in found] == [
        "d(C @ x)/dx = C.T",
        "d(tr(X))/dX = eye(n)",
        "d(x.T @ C @ x)/dC = x @ x.T",
        "d(x.T @ C @ x)/dx = 2 * C @ x",
    ]
    types = [type_of(f, "C") for f in found if "C" in f.read]
    assert types == ["matrix(m, n)", "matrix(n, n)", "symmetric(n)"]


@pytest.mark.parametrize(
    "slope", [r"\partial f / \partial x", r"\frac{\partial}{\partial x}", r"\nabla_x y"]
)
def test_a_derivative_may_be_named_beside_its_function(slope):
    text = table(
        "| Function | Derivative | Value |", f"| $x^T C x$ | ${slope}$ | $2Cx$ |"
    )
    assert read(text) == ["d(x.T @ C @ x)/dx = 2 * C @ x"]
    text = table(
        "| Function | Derivative | Value |", f"| $y^T C y$ | ${slope}$ | $2Cy$ |"
    )
    assert read(text) == []
    text = table("| Case | Derivative | Value |", f"| $x^T C x$ | ${slope}$ | $2Cx$ |")
    assert read(text) == []


def test_the_derivative_may_be_named_in_latex():
    text = tabular(
        "Définition & Dérivée & Valeur",
        r"$y = c^T x$ & $\frac{\partial y}{\partial x}$ & $c$",
    )
    assert read(text, "notes.tex") == ["d(c.T @ x)/dx = c"]


@pytest.mark.parametrize(
    "row",
    [
        r"| $\alpha = x^T C x$ | $\partial \alpha / \partial y$ | $2Cx$ |",
        r"| $z = x^T C x$ | $\partial y / \partial x$ | $2Cx$ |",
        r"| $y = Cx, x = h(z)$ | $\partial y / \partial x$ | $C$ |",
        r"| $y = Cx$, $y = Ex$ | $\partial y / \partial x$ | $C$ |",
        r"| $y = Cx$ in the limit | $\partial y / \partial x$ | $C$ |",
        r"| $y = Cx$ | $\partial y / \partial x$ | $m \times n$ |",
        r"| $y = Cx$ | $\partial y / \partial x$ | a matrix |",
        r"| a matrix | $\partial y / \partial x$ | $C$ |",
    ],
)
def test_a_name_without_one_clear_definition_is_not_read(row):
    assert read(table("| definition | derivative | value |", row)) == []


def test_a_column_of_meanings_holds_no_values():
    row = r"| $y = Cx$ | $\partial y / \partial x$ | $C$ |"
    assert read(table("| Formula | Notation | Meaning |", row)) == []


def test_the_letters_of_a_trace_are_no_variables():
    rows = [r"| $\mathrm{tr}(CE)$ | $C^T$ |", r"| $tr(EC)$ | $C^T$ |"]
    assert findings(table("| f(t) | gradient |", *rows)) == ()
    assert findings(table("| f(r) | gradient |", *rows)) == ()


@pytest.mark.parametrize(
    "row",
    [
        r"| Chain: $z = f(y), y = g(x)$ | $\frac{\part z}{\part x}$ |"
        r" $\frac{\part y}{\part x}\frac{\part z}{\part y}$ |",
        r"| $z = f(y)$, $y = g(x)$ | $\partial z/\partial x$ |"
        r" $\partial y/\partial x \cdot \partial z/\partial y$ |",
    ],
)
def test_a_chain_rule_may_stand_in_two_cells(row):
    text = table("| rule | variable | derivative |", row)
    assert read(text) == ["d(f(g(x)))/dx = D(g)(x) @ D(f)(g(x))"]
