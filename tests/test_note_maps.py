"""Differentials written as linear maps, and rules of functions without an argument."""

from __future__ import annotations

import pytest

from verifier.notes.linear_maps import rewritten
from verifier.notes.lines import lines_of
from verifier.notes.maplets import maplets
from verifier.notes.reading import read_document
from verifier.notes.relations import Line
from verifier.notes.scanning import scan_text


def read(text: str) -> list[str]:
    """Return what was read in a document."""
    found = read_document(scan_text(text, "notes.md")).findings
    return [f.read for f in found if f.read and f.status == "read"]


@pytest.mark.parametrize(
    "formula",
    [
        r"d_x f : h \mapsto x^T(A + A^T)h",
        r"d_xf(h) = x^T(A + A^T)h",
        r"Df(x)[h] = x^T(A + A^T)h",
        r"\mathrm{D}f(x)[h] = x^T(A + A^T)h",
        r"df_x(h) = x^T(A + A^T)h",
        r"df(x)\cdot h = x^T(A + A^T)h",
        r"\mathrm{d}f(x)(h) = x^T(A + A^T)h",
        r"f'(x)h = x^T(A + A^T)h",
        r"d_x f(h) = <x, (A + A^T)h>",
    ],
)
def test_a_linear_map_is_a_differential(formula):
    (found,) = read(f"Let $f(x) = x^T A x$.\n\n$${formula}$$")
    assert found in (
        "d(x.T @ A @ x) = x.T @ (A + A.T) @ dx",
        "d(x.T @ A @ x) = x.T @ ((A + A.T) @ dx)",
    )


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        (
            r"d_xg\circ f = d_{f(x)}g\circ d_xf",
            "d(g(f(x))) = D(g)(f(x)) @ D(f)(x) @ dx",
        ),
        (
            r"d_x(f+\lambda g)=d_xf+\lambda d_xg",
            "d(f(x) + lam * g(x)) = D(f)(x) @ dx + lam * D(g)(x) @ dx",
        ),
        (
            r"d_x<f,g>:h\mapsto<d_xf(h),g(x)> + <f(x),d_xg(h)>",
            "d(f(x).T @ g(x)) = (D(f)(x) @ dx).T @ g(x) + f(x).T @ (D(g)(x) @ dx)",
        ),
        (r"\nabla(f+g) = \nabla f + \nabla g", "d(f(x) + g(x))/dx = D(f)(x) + D(g)(x)"),
        (r"\nabla(cf) = c\nabla f", "d(c * f(x))/dx = c * D(f)(x)"),
        (
            r"(f \circ g)' = (f' \circ g) \cdot g'",
            "d(f(g(x)))/dx = D(f)(g(x)) * D(g)(x)",
        ),
        (
            r"\partial(G\circ F)=(\partial G\circ F)\cdot\partial F",
            "d(G(F(x)))/dx = D(G)(F(x)) @ D(F)(x)",
        ),
    ],
)
def test_rules_of_maps_and_functions(formula, meant):
    assert read(f"$${formula}$$") == [meant]


def test_a_product_with_primes_is_one_of_transposes():
    assert read("$$(A B)' = B' A'$$") == ["(A @ B).T = B.T @ A.T"]


def test_a_function_by_an_arrow_below_its_type_is_defined_for_the_lines_below():
    text = r"""
$$
\begin{aligned}
f:\mathbb R^n&\to\mathbb R^m &A\in\mathbb R^{m\times n}\\
x&\mapsto Ax+b
\end{aligned}\\
\begin{aligned}
d_xf:h&\mapsto Ah
\end{aligned}
\biggr\} Jac_xf=A
$$
"""
    assert read(text) == ["d(A @ x + b) = A @ dx", "d(A @ x + b)/dx = A"]
    assert ("f", "f(x) = Ax+b") in [*maplets(text)]


def test_each_function_of_a_block_has_its_own_arrow():
    text = (
        r"\begin{aligned} a:\mathbb R^n&\to\mathbb R\\ x&\mapsto x^Tx\\"
        r" d_xa:h&\mapsto 2x^Th\\ b:\mathbb R&\to\mathbb R\\ x&\mapsto \frac{1}{x}"
        r"\end{aligned}"
    )
    assert [*maplets(text)] == [("a", "a(x) = x^Tx"), ("b", r"b(x) = \frac{1}{x}")]


def test_what_a_brace_names_is_put_in():
    line = Line(r"d_xb\circ a(h) = d_{a(x)}b(\underbrace{d_xa(h)}_{y}) = 3y", 0)
    assert rewritten(line).text == (
        r"\mathrm{d}\left(b(a(x))\right) = Db(a(x))\,(Da(x)\,\mathrm{d}x)"
        r" = 3(Da(x)\,\mathrm{d}x)"
    )


@pytest.mark.parametrize(
    "text",
    [
        "d_1(h) = 2h",  # a distance
        "d_x f(h) = 2x",  # no change in it
        "f(h) = h^2",
        r"\frac{df}{dx} = 2x",
        "D(x)(h) = h",
        "a < b, c > d",
    ],
)
def test_anything_else_stays_as_it_is(text):
    assert rewritten(Line(text, 0)).text == text


def test_deep_nests_end():
    text = "d_x f(h) = " + "d_x f(" * 300 + "h" + ")" * 300
    assert rewritten(Line(text, 0))
    nest = r"x\\\begin{aligned}" * 200 + r"\end{aligned}" * 200
    assert lines_of(nest)


def test_the_reading_says_whose_change_a_letter_is():
    found = read_document(scan_text(r"$$d_x f(h) = x^T h$$", "notes.md")).findings
    assert "`h` is the change of `x`" in [one.said for one in found[0].inferred]


def test_a_name_is_known_by_its_gram_matrix():
    text = r"""$$E^T E = (X - MC)^T (X - MC)$$

$$\frac{\partial \|E\|_F^2}{\partial C} = 2M^TMC - 2M^TX$$"""
    assert read(text) == ["d(norm(X - M @ C)**2)/dC = 2 * M.T @ M @ C - 2 * M.T @ X"]


def test_the_matrix_of_a_step_is_defined_as_a_name():
    text = r"""$S_k = H P H^T + R$

$$\frac{\partial S_k}{\partial \theta}
= H \frac{\partial P}{\partial \theta} H^T + \frac{\partial R}{\partial \theta}$$"""
    assert read(text) == [
        "d(H @ P(theta) @ H.T + R(theta))/dtheta = H @ D(P)(theta) @ H.T + D(R)(theta)"
    ]


def test_composed_functions_that_are_defined_are_applied():
    text = r"""Let $a(x) = x^T x$ and $b(t) = t^3$ and $f(x) = b\circ a(x)$.

$$\nabla f(x) = 6 (x^T x)^2 x$$"""
    assert read(text) == ["d((x.T @ x)**3)/dx = 6 * (x.T @ x)**2 * x"]
