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
    assert every.record.where["C"].value == "matrix(n, n)"
    assert (some.read, some.place.line) == ("d(x.T @ C @ x)/dx = 2 * C @ x", 5)
    assert some.record.where["C"].value == "symmetric(n)"


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
        (r"\nabla_x c^T x \xlongequal[\text{(1)}]{\text{(2)}} c", "d(c.T @ x)/dx = c"),
        (r"\nabla_x c^T x \stackrel{(2)}{=} c", "d(c.T @ x)/dx = c"),
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


def test_a_prime_may_name_its_variable():
    text = r"""
The matrix $G$ is invertible and depends on the real number $t$.

$$(\ln |G|)'_t = \operatorname{tr}(G^{-1} G'_t), \quad (G^{-1})'_t = -G^{-1} G'_t G$$
"""
    assert read(text) == [
        "d(logdet(G(t)))/dt = tr(inv(G(t)) @ D(G)(t))",
        "d(inv(G(t)))/dt = -(inv(G(t)) @ D(G)(t) @ G(t))",
    ]
