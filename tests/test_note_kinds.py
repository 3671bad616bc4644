"""What holds of matrices of a kind: the words say the kind, and a formula what follows.

A formula that only says of which kind its names are states nothing else.
"""

from __future__ import annotations

import pytest

from verifier.commands.proofreading import read_notes
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (r"For an orthogonal matrix $R$, $R^T = R^{-1}$.", "holds"),
        (r"Since $X$ is orthogonal, $X^{-1} = X^T$.", "holds"),
        (r"For a symmetric matrix $A$ we have $A = A^T$.", "holds"),
        (r"The projection matrix $P$ satisfies $P^2 = P$.", "holds"),
        # What does not follow is another condition.
        (r"For an orthogonal matrix $R$, $R^T = R$.", "aside"),
        (r"Let $A$ be a symmetric matrix with $A = A^{-1}$.", "aside"),
        (r"Let $A$ be symmetric and idempotent, $A^2 = A$.", "aside"),
        # Here a formula says what the word means.
        (r"A matrix $A$ is symmetric if $A = A^T$.", "holds"),
        (r"A matrix $Q$ is orthogonal if $Q^T Q = Q Q^T = I$.", "holds"),
        (r"An orthogonal matrix is one for which $R' = R^{-1}$.", "holds"),
        (r"A matrix $A$ is called skew-symmetric if $A^T = -A$.", "holds"),
        (r"A matrix $Q$ is orthogonal if $Q^T Q = Q$.", "aside"),
        (r"Let $A$ be symmetric and $B$ be orthogonal, $B^T = B$.", "aside"),
    ],
)
def test_what_follows_from_the_kind_of_a_matrix_holds(text, kind, tmp_path):
    path = tmp_path / "notes.md"
    path.write_text(f"{text}\n", encoding="utf-8")
    digest = read_notes(str(path), draws=24, device="cpu", jobs=1)
    assert [one.kind for one in digest.verdicts] == [kind]


LET = "Let $f(x) = x^T A x$. "


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            r"$D_v f(x) = \nabla f(x)^T v$",
            "lim t->0 of ((f(x + t * v) - f(x)) / t) = D(f)(x).T @ v",
        ),
        (
            r"$\nabla_v f(x) = \lim_{t \to 0} \frac{f(x+tv) - f(x)}{t}"
            r" = \nabla f(x)^T v$",
            "lim eps->0 of ((f(x + eps * v) - f(x)) / eps) = D(f)(x).T @ v",
        ),
        (
            LET + r"$D_u f(x) = u^T (A + A^T) x$",
            "lim t->0 of (((x + t * u).T @ A @ (x + t * u) - x.T @ A @ x) / t)"
            " = u.T @ (A + A.T) @ x",
        ),
        # An index may as well be the point: then the bracket is the direction.
        (
            LET + r"$D_x f(h) = x^T (A + A^T) h$",
            "d(x.T @ A @ x) = x.T @ (A + A.T) @ dx",
        ),
        (
            r"$f'(x) = \lim_{h \to 0} \frac{f(x+h) - f(x)}{h}$",
            "lim h->0 of ((f(x + h) - f(x)) / h) = D(f)(x)",
        ),
        (
            "Let $f(x, y) = x^T A y$. " + r"$\nabla_2 f(x, y) = A^T x$",
            "d(x.T @ A @ y)/dy = A.T @ x",
        ),
        (LET + r"$D_xf(x) = x^T (A + A^T)$", "d(x.T @ A @ x)/dx = x.T @ (A + A.T)"),
    ],
)
def test_derivatives_along_a_direction_and_by_an_argument(text, read):
    found = read_document(scan_text(f"{text}\n", "notes.md")).findings
    assert found[-1].read == read


def test_a_fence_that_never_ends_is_reported_where_formulas_follow():
    text = "```r\nx <- 1\n\n$$\\nabla_x (x^T x) = 2x$$\n"
    (problem,) = (
        read_document(scan_text(text, "notes.md")).problems
        or scan_text(text, "notes.md").problems
    )
    assert "never ends" in problem.text and problem.place.line == 1
    assert not scan_text("```r\nx <- 1\n", "notes.md").problems
