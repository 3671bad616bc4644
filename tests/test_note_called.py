r"""Letters that words give a meaning: `where $J$ is the Jacobian of $r$`."""

from __future__ import annotations

import pytest

from verifier.commands.proofreading import read_notes
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text

SQUARES = r"Let $f(x) = \frac12 \|r(x)\|^2$. $$\nabla f(x) = J(x)^T r(x)$$ "
READ = "d(1 / 2 * norm(r(x))**2)/dx = D(r)(x).T @ r(x)"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (SQUARES + r"where $J(x)$ is the Jacobian of $r$ at $x$.", READ),
        (SQUARES + r"where $J$ denotes the Jacobian matrix of $r(x)$.", READ),
        (
            SQUARES.replace("J(x)", "J") + r"Here $J$ is the Jacobian of $r(x)$.",
            READ,
        ),
        (
            r"We need the Jacobian $J$ of $r$. " + SQUARES.replace("J(x)", "J"),
            READ,
        ),
        (
            r"Let $f(x) = x^T A x$, and let $H$ be the Hessian of $f$. $$H = A + A^T$$",
            "hessian(x.T @ A @ x, x) = A + A.T",
        ),
        (
            r"$$\nabla_x g(r(x)) = J^T \nabla g(r(x))$$"
            r" where $J$ is the Jacobian of $r(x)$.",
            "d(g(r(x)))/dx = D(r)(x).T @ D(g)(r(x))",
        ),
        # It is of something else, or nobody says of what.
        (SQUARES + r"where $J$ is the Jacobian of the model.", ""),
    ],
)
def test_words_say_what_a_letter_is(text, read):
    found = read_document(scan_text(f"{text}\n", "notes.md")).findings
    made = [one.read for one in found if one.status == "read"]
    assert made == ([read] if read else [])


@pytest.mark.parametrize(
    ("claim", "kind"),
    [("J(x)^T r(x)", "holds"), ("2 J(x)^T r(x)", "fails")],
)
def test_what_is_said_of_a_jacobian_is_judged(claim, kind, tmp_path):
    text = SQUARES.replace("J(x)^T r(x)", claim)
    path = tmp_path / "notes.md"
    path.write_text(f"{text} where $J(x)$ is the Jacobian of $r$.\n", encoding="utf-8")
    digest = read_notes(str(path), draws=24, device="cpu", jobs=1)
    assert [one.kind for one in digest.verdicts][-1] == kind


@pytest.mark.parametrize(
    "words",
    [
        "where $J$ is the Jacobian of $r$.",
        r"où $J$ est la matrice jacobienne de $r$.",
        r"其中 $J$ 是 $r$ 的雅可比矩阵.",
        r"where $J(x)$ denotes the Jacobian matrix of $r(x)$.",
    ],
)
@pytest.mark.parametrize("claim", ["J(x)^T r(x)", "J^T r"])
def test_a_jacobian_is_called_so_in_words(words, claim):
    text = rf"$f(x) = \frac12 \|r(x)\|^2$ $$\nabla f(x) = {claim}$$ {words}"
    found = read_document(scan_text(text, "notes.md"), "").findings
    (read,) = (one.read for one in found if one.status == "read")
    assert read == "d(1 / 2 * norm(r(x))**2)/dx = D(r)(x).T @ r(x)"


def test_a_jacobian_is_known_by_its_entries():
    text = r"""$f(x) = \frac12 \|r(x)\|^2$ $$\nabla f(x) = J^T r$$
where $J_{ij} = \frac{\partial r_i}{\partial x_j}$."""
    found = read_document(scan_text(text, "notes.md"), "").findings
    read = [one.read for one in found if one.status == "read"]
    assert read == ["d(1 / 2 * norm(r(x))**2)/dx = D(r)(x).T @ r(x)"]
