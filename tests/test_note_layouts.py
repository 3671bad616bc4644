"""What a document's layout says: fences, scripts, tables, and lines with conditions."""

from __future__ import annotations

import pytest

from verifier.notes.lines import lines_of
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def findings(text: str, name: str = "notes.md"):
    """Read a document; return what was found in it."""
    return read_document(scan_text(text, name)).findings


def read(text: str, name: str = "notes.md") -> list[str]:
    """Return what was read in a document."""
    return [found.read for found in findings(text, name) if found.status == "read"]


def types(found) -> dict[str, str]:
    """Return the types that a statement was read with."""
    return {name: text.value for name, text in found.record.where.items()}


# --- what holds formulas --------------------------------------------------------------


def test_a_fence_of_mathematics_may_begin_with_lines_that_are_aligned():
    text = r"""
```math
\begin{aligned}
    \mathop{\nabla}_{U} \text{tr}(UV) &= V^T \\
    \nabla_U \text{tr}(U^T V) &= V
\end{aligned}
```
"""
    assert read(text) == ["d(tr(U @ V))/dU = V.T", "d(tr(U.T @ V))/dU = V"]


def test_a_directive_of_myst_holds_text():
    text = r"""
```{admonition} Note
For a symmetric matrix $C$,

$$
\nabla_x x^\top C x = 2 C x
$$
```

$$\nabla_x c^\top x = c$$

```python
$$\nabla_x c^\top x = 2c$$
```
"""
    assert read(text) == [
        "d(x.T @ C @ x)/dx = 2 * C @ x",
        "d(c.T @ x)/dx = c",
    ]


def test_a_script_of_mathjax_is_a_formula():
    text = r"""
Of <script type="math/tex">f(x) = c^\top x</script> this is the gradient:

<script type="math/tex; mode=display">
\begin{aligned}

\nabla f(x) &= c

\end{aligned}
</script>
"""
    document = scan_text(text, "notes.md")
    assert [part.display for part in document.parts if part.kind == "formula"] == [
        False,
        True,
    ]
    (found,) = [f for f in findings(text) if f.status == "read"]
    assert (found.read, found.place.line) == ("d(c.T @ x)/dx = c", 7)


# --- lines ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "lines"),
    [
        (
            r"\nabla f &= (C + C^T) x \\ &= 2Cx & \text{if C is symmetric}",
            [
                r"\nabla f &= (C + C^T) x",
                r"\nabla f &= 2Cx \quad \text{if C is symmetric}",
            ],
        ),
        (
            r"\nabla f &= (C + C^T) x \\ &= 2Cx & \text{by (3)}",
            [r"\nabla f &= (C + C^T) x &= 2Cx"],
        ),
        (
            r"\nabla f = x^T(C + C^T) \overset{\text{若}C\text{对称}}{=} 2x^TC",
            [
                r"\nabla f = x^T(C + C^T)",
                r"\nabla f = 2x^TC \quad \text{if} \text{若}C\text{对称}",
            ],
        ),
        (
            r"\nabla f \overset{(3)}{=} 2x",
            [r"\nabla f \overset{(3)}{=} 2x"],
        ),
        (
            r"\nabla_x c^Tx = c, \; \nabla_x x^Tx = 2x",
            [r"\nabla_x c^Tx = c", r"\; \nabla_x x^Tx = 2x"],
        ),
        (
            r"\nabla_x c^Tx = c \text{ and } \nabla_x x^Tx = 2x",
            [r"\nabla_x c^Tx = c", r"\nabla_x x^Tx = 2x"],
        ),
        (
            r"\begin{array}{ll} + & \nabla_u (u + v) = I & \nabla_v (u + v) = I\\"
            r" - & \nabla_u (u - v) = I & \nabla_v (u - v) = -I \end{array}",
            [
                r"\nabla_u (u + v) = I",
                r"\nabla_v (u + v) = I",
                r"\nabla_u (u - v) = I",
                r"\nabla_v (u - v) = -I",
            ],
        ),
        (
            r"f: X \rightarrow Y, y = x, \quad \nabla_x c^Tx = c",
            [r"f: X \rightarrow Y, y = x,", r"\nabla_x c^Tx = c"],
        ),
        # The second line is one of the cases.
        (
            "h = \\begin{cases} x = 1 &\n \\frac{dz}{dz} = 1 \\end{cases}",
            ["h = \\begin{cases} x = 1 & \\frac{dz}{dz} = 1 \\end{cases}"],
        ),
        # The comma is one of the arguments.
        (r"\nabla f(x, \nabla y = 2)", [r"\nabla f(x, \nabla y = 2)"]),
    ],
)
def test_a_line_is_divided_at_conditions_and_where_a_statement_ends(formula, lines):
    found = [" ".join(line.text.split()) for line in lines_of(formula)]
    assert found == lines


def test_a_tag_may_hold_a_condition():
    text = r"""
$$
\begin{aligned}
\frac{\partial x^T C x}{\partial x} &= (C + C^T) x \tag{7} \\
&= 2 C x \tag{if C is symmetric, 8} \\
\end{aligned}
$$
"""
    every, some = (f for f in findings(text) if f.status == "read")
    assert types(every)["C"] == "matrix(n, n)"
    assert (some.read, some.place.line) == ("d(x.T @ C @ x)/dx = 2 * C @ x", 5)
    assert types(some)["C"] == "symmetric(n)"


def test_a_statement_whose_condition_is_not_understood_may_be_right():
    text = r"$$\nabla_x x^T C x = 2 C x \text{ if the moon is full}$$"
    (found,) = findings(text)
    assert found.status == "read" and "is not understood" in found.weak
    assert any("moon" in one.said for one in found.inferred)


# --- what only changes the looks ---------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (r"\nabla_x \Big{(} c^T x \Big{)} = c", "d(c.T @ x)/dx = c"),
        (r"\underbrace{\nabla_x (c^T x)}_{\text{a = b}} = c", "d(c.T @ x)/dx = c"),
        (
            r"\|u - v\|^2 = u^T u - \underbrace{u^T v - v^T u}_{numbers} + v^T v",
            "norm(u - v)**2 = u.T @ u - u.T @ v - v.T @ u + v.T @ v",
        ),
        (
            r"\|u - v\|^2 = u^T u - 2 \underbrace{u^T v}_{a number} + v^T v",
            "norm(u - v)**2 = u.T @ u - 2 * (u.T @ v) + v.T @ v",
        ),
        (
            r"\nabla_x \|x - b\|^2 = 2 \underbrace{x - b}_{the rest}",
            "d(norm(x - b)**2)/dx = 2 * (x - b)",
        ),
        (r"\nabla_X Trace(C X) = C^T", "d(tr(C @ X))/dX = C.T"),
        (r"\nabla_x c^T x \xlongequal[\text{(1)}]{\text{(2)}} c", "d(c.T @ x)/dx = c"),
        (r"\nabla_x c^T x \stackrel{(2)}{=} c", "d(c.T @ x)/dx = c"),
        (r"y = x \Rightarrow \boxed{\nabla_x c^T x = c}", "d(c.T @ x)/dx = c"),
        (r"\textcolor{red}{\nabla_x c^T x = c}", "d(c.T @ x)/dx = c"),
        (r"\textcolor{red}{\nabla_x c^T x} = c", "d(c.T @ x)/dx = c"),
        (r"\nabla_x \|\|x\|\|_2^2 = 2x", "d(norm(x)**2)/dx = 2 * x"),
        (
            r"\frac{\partial(u \oslash v)}{\partial u} = diag(\vec 1 \oslash v)",
            "d(u / v)/du = diag(ones(n, 1) / v)",
        ),
        (
            r"\mathbf 0_n = \frac{\partial}{\partial x} (y - Zx)^T (y - Zx)"
            r" = -2Z^T (y - Zx)",
            "d((y - Z @ x).T @ (y - Z @ x))/dx = -(2 * Z.T @ (y - Z @ x))",
        ),
        (
            r"0 = \frac{\partial \sum_{i=1}^n (y_i - b)^2}{\partial b}"
            r" = -2 \left(\sum_{i=1}^n y_i - n b\right)",
            "d(sum((y - b)**2))/db = -(2 * (sum(y) - n * b))",
        ),
    ],
)
def test_what_only_changes_the_looks_says_nothing(formula, meant):
    assert read(f"$${formula}$$") == [meant]


def test_the_rows_of_a_system_are_statements():
    text = r"""
$$\nabla h = 0 \Rightarrow \begin{cases}
\frac{\partial}{\partial x} (x^T x - b^T x) = 2x - b = 0 \\
\frac{\partial}{\partial X} tr(X^TX) = 2X = 0
\end{cases}$$
"""
    lead, first, second = findings(text)
    assert lead.status == "aside"
    assert (first.read, first.place.line) == ("d(x.T @ x - b.T @ x)/dx = 2 * x - b", 3)
    assert (second.read, second.place.line) == ("d(tr(X.T @ X))/dX = 2 * X", 4)


def test_rules_behind_a_brace_are_statements():
    text = r"""
$$
\begin{equation}
\left\{
\begin{split}
&\frac{\partial}{\partial X} \mathrm{tr}(A X) = A^T,\\
&\frac{\partial}{\partial x} (a^T x) = a,
\end{split}
\right.
\end{equation}
$$
"""
    found = findings(text)
    assert [one.read for one in found] == ["d(tr(A @ X))/dX = A.T", "d(a.T @ x)/dx = a"]
    assert [one.place.line for one in found] == [6, 7]


def test_a_definition_by_cases_is_no_system():
    text = (
        r"$$h = \begin{cases} \nabla_x x^T x = 2x \\ \nabla_x c^T x = c \end{cases}$$"
    )
    assert read(text) == []


def test_a_sign_for_kronecker_may_mean_the_entries():
    rule = r"\frac{\partial (\mathbf u \otimes \mathbf v)}{\partial \mathbf u}"
    (found,) = findings(rf"$${rule} = diag(\mathbf v)$$")
    assert found.read == "d(u * v)/du = diag(v)"
    assert any("entry by entry" in one.said for one in found.inferred)


def test_an_identity_may_end_a_chain():
    assert read(r"$$C C^{-1} = C^{-1} C = I$$") == ["C @ inv(C) = inv(C) @ C = eye(n)"]


def test_sides_of_other_shapes_are_no_statement():
    text = r"$$-\sum_i y_i \log s_i = -\mathbf y \log \mathbf s^\top$$"
    assert read(text) == []


def test_a_prime_may_name_its_variable():
    text = r"""
The matrix $G$ is invertible and depends on the real number $t$.

$$(\ln |G|)'_t = \operatorname{tr}(G^{-1} G'_t), \quad (G^{-1})'_t = -G^{-1} G'_t G$$
"""
    assert read(text) == [
        "d(logdet(G(t)))/dt = tr(inv(G(t)) @ D(G)(t))",
        "d(inv(G(t)))/dt = -(inv(G(t)) @ D(G)(t) @ G(t))",
    ]


# --- tables ---------------------------------------------------------------------------


def test_each_row_of_a_table_of_rules_is_a_statement():
    text = r"""
| $f(\mathbf{x})$ | $\nabla f(\mathbf{x})$ |
|:---------------:|:----------------------:|
| $\mathbf{c}^T\mathbf{x}$ | $\mathbf{c}$ |
| $\mathbf{x}^T\mathbf{x} = \|\mathbf{x}\|_2^2$ | $2\mathbf{x}$ |
"""
    rows = [f for f in findings(text) if f.read.startswith("d(")]
    assert [(f.read, f.place.line) for f in rows] == [
        ("d(c.T @ x)/dx = c", 4),
        ("d(x.T @ x)/dx = 2 * x", 5),
        ("d(norm(x)**2)/dx = 2 * x", 5),
    ]
    assert any("a row of a table" in one.said for one in rows[0].inferred)


def test_words_head_a_table_too_and_its_functions_say_the_variable():
    text = r"""
| 函数 | 梯度 |
|---|---|
| $\operatorname{tr}(CX)$ | $C^T$ |
| $\operatorname{tr}(X^T X)$ | $2X$ |
"""
    assert read(text) == ["d(tr(C @ X))/dX = C.T", "d(tr(X.T @ X))/dX = 2 * X"]


def test_a_row_may_have_a_condition_and_a_second_derivative():
    text = r"""
| Function | Gradient | Hessian | Conditions |
|---|---|---|---|
| $x^T C x$ | $(C + C^T)x$ | $C + C^T$ | |
| $x^T E x$ | $2Ex$ ($E$ symmetric) | $2E$ | |
| $x^T F x$ | $2Fx$ | $2F$ | $F$ is symmetric |
"""
    found = [f for f in findings(text) if f.status == "read"]
    assert [f.read for f in found] == [
        "d(x.T @ C @ x)/dx = (C + C.T) @ x",
        "hessian(x.T @ C @ x, x) = C + C.T",
        "d(x.T @ E @ x)/dx = 2 * E @ x",
        "hessian(x.T @ E @ x, x) = 2 * E",
        "d(x.T @ F @ x)/dx = 2 * F @ x",
        "hessian(x.T @ F @ x, x) = 2 * F",
    ]
    kinds = [types(f)[f.read[f.read.index("@") + 2]] for f in found]
    assert kinds == [*["matrix(n, n)"] * 2, *["symmetric(n)"] * 4]


def test_columns_may_be_two_layouts():
    text = r"""
| Expression | Numerator layout | Denominator layout |
|---|---|---|
| $\frac{\partial Cx}{\partial x}$ | $C$ | $C^T$ |
| $\frac{\partial x^T x}{\partial x} =$ | $2x^T$ | $2x$ |
"""
    found = findings(text)
    records = [f.record for f in found if f.record is not None]
    fields = [record.claims[0].field for record in records]
    assert [*zip((f.read for f in found), fields, strict=True)] == [
        ("d(C @ x)/dx = C", "numerator"),
        ("d(C @ x)/dx = C.T", "denominator"),
        ("d(x.T @ x)/dx = 2 * x.T", "numerator"),
        ("d(x.T @ x)/dx = 2 * x", "denominator"),
    ]


def test_the_tables_of_latex_have_rows_too():
    text = r"""
\documentclass{article}
\begin{document}
\begin{tabular}{|l|l|} \hline
Function & Derivative with respect to $x$ \\ \hline
$c^T x$ & $c$ \\
$x^T x$ & $2x$ \\
\end{tabular}
\[
\begin{array}{c|c}
f(X) & \frac{\partial f}{\partial X} \\ \hline
\operatorname{tr}(CX) & C^T \\
\log \det X & X^{-T}
\end{array}
\]
\end{document}
"""
    assert read(text, "notes.tex") == [
        "d(c.T @ x)/dx = c",
        "d(x.T @ x)/dx = 2 * x",
        "d(tr(C @ X))/dX = C.T",
        "d(logdet(X))/dX = inv(X).T",
    ]


@pytest.mark.parametrize(
    "table",
    [
        "| name | cost |\n|---|---|\n| $x$ | $2x$ |",
        "| Function | Cost |\n|---|---|\n| $x^T x$ | $2n$ |",
        "| Function | Gradient |\n|---|---|\n| the loss $x^T x$ | $2x$ |",
        "| Function | Gradient |\n|---|---|\n| $y^T y$ | see $x$ |",
        "Function | Gradient\n$x^T x$ | $2x$",
        "| $f(x)$ | $f'(x)$ |\n|---|---|\n| $y^2$ | $2y$ |",
    ],
)
def test_other_tables_state_nothing(table):
    assert findings(table) == ()


# --- words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "The gradient of $f(x) = x^T C x$ is $(C + C^T) x$.",
            "d(x.T @ C @ x)/dx = (C + C.T) @ x",
        ),
        (
            "The derivative of the map $Cx$ with respect to $x$ is given by $C$.",
            "d(C @ x)/dx = C",
        ),
        ("The norm $\\|x\\|^2$ has gradient $2x$.", "d(norm(x)**2)/dx = 2 * x"),
        ("恒等函数$f(x) = x^T x$的梯度是$2x$。", "d(x.T @ x)/dx = 2 * x"),
        ("$c^T x$ 关于 $x$ 的导数为 $c$。", "d(c.T @ x)/dx = c"),
        ("Le gradient de $c^T x$ par rapport à $x$ est $c$.", "d(c.T @ x)/dx = c"),
        ("The Hessian of $x^T x$ is $2I$.", "hessian(x.T @ x, x) = 2 * eye(n)"),
    ],
)
def test_words_join_two_formulas(text, meant):
    assert read(text) == [meant]


@pytest.mark.parametrize(
    "text",
    [
        "The gradient of $f$ is $L$-Lipschitz.",
        "The derivative of $g(x)$ is $m \\times n$.",
        "The gradient of $x^T C x$ is not $2Cx$.",
        "The gradient of $x^T C x$ is $\\nabla f(x)$.",
        "The value of $x^T C x$ is $2Cx$.",
    ],
)
def test_other_words_join_nothing(text):
    assert findings(text) == ()


def test_a_statement_is_said_to_be_simpler_under_a_condition():
    text = r"""
$$\nabla_x (x^T C x) = (C + C^T) x$$

If $C$ is symmetric, we can simplify the result to $2 C x$.
"""
    rule, simpler = findings(text)
    assert types(rule)["C"] == "matrix(n, n)"
    assert (simpler.read, simpler.place.line) == ("d(x.T @ C @ x)/dx = 2 * C @ x", 4)
    assert types(simpler)["C"] == "symmetric(n)"


def test_indices_and_numbers_break_no_layout():
    text = r"""
All derivatives are in denominator layout.

$$\nabla_x C x = C^T, \quad \nabla_x c^T x = c, \quad \nabla_x x^T x = 2x$$

$$\frac{\partial (Cx)_i}{\partial x_j} = C_{ij}$$

$$\nabla_x E x = E$$
"""
    *_, entries, other = findings(text)
    assert entries.status == other.status == "read"
    assert (entries.breaks, other.breaks) == ("", "numerator layout")
