"""Approximations in documents: read where a step is small, and told apart."""

from __future__ import annotations

import pytest

from verifier.commands.proofreading import read_notes
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text

WHERE = (
    r"Let $f : R^n \to R$, $A$ invertible and $S \in R^{n \times n}$ symmetric." "\n\n"
)


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"f(x + h) \approx f(x) + \nabla f(x)^T h", "holds"),
        (r"f(x + h) \approx f(x) - \nabla f(x)^T h", "fails"),
        (
            r"f(x + h) \approx f(x) + \nabla f(x)^T h + \frac12 h^T \nabla^2 f(x) h",
            "holds",
        ),
        (r"f(x + h) \approx f(x) + \nabla f(x)^T h + h^T \nabla^2 f(x) h", "fails"),
        (r"(A + E)^{-1} \approx A^{-1} - A^{-1} E A^{-1}", "holds"),
        (r"(A + E)^{-1} \approx A^{-1} + A^{-1} E A^{-1}", "fails"),
        (r"\det(I + t A) \approx 1 + t \operatorname{tr}(A)", "holds"),
        # Gauss and Newton leave second derivatives out.
        (
            r"f(x + h) \approx f(x) + \nabla f(x)^T h + \frac12 (\nabla f(x)^T h)^2",
            "inconclusive",
        ),
    ],
)
def test_an_approximation_is_an_expansion_to_the_order_of_its_last_term(
    formula, status, tmp_path
):
    path = tmp_path / "notes.md"
    path.write_text(f"{WHERE}$${formula}$$\n", encoding="utf-8")
    digest = read_notes(str(path), draws=24, device="cpu", jobs=1)
    (found,) = [one for one in digest.verdicts if "approx" in one.finding.formula]
    assert found.kind == status


@pytest.mark.parametrize(
    "formula",
    [
        r"\log(1 + e^x) \approx x",
        r"H \approx J^T J",
        r"\pi \approx 3.14",
        r"f \approx g",
    ],
)
def test_other_approximations_are_no_statements(formula, tmp_path):
    path = tmp_path / "notes.md"
    path.write_text(f"${formula}$, and $A A^{{-1}} = I$.\n", encoding="utf-8")
    digest = read_notes(str(path), draws=24, device="cpu", jobs=1)
    assert not any("approx" in one.finding.formula for one in digest.verdicts)
    assert digest.verdicts


EXPANDED = "f(x_0 + h) = f(x_0) + D(f)(x_0).T @ h"
BENT = f"{EXPANDED} + 1 / 2 * h.T @ hessian(f)(x_0) @ h + o(norm(h)**2)"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            r"$f(x) \approx f(x_0) + g^T (x - x_0) + \frac12 (x - x_0)^T H (x - x_0)$",
            BENT,
        ),
        (
            r"$f(x) = f(x_0) + \nabla f(x_0)^T (x - x_0)"
            r" + \frac12 (x - x_0)^T H(x_0) (x - x_0) + \cdots$",
            BENT,
        ),
        (
            r"$L(\theta) \approx L(\theta^{(t)})"
            r" + \nabla L(\theta^{(t)})^T (\theta - \theta^{(t)})$",
            "L(theta_t + h) = L(theta_t) + D(L)(theta_t).T @ h + o(norm(h))",
        ),
        (
            r"$J(w) \approx J(w_0) + \nabla J(w_0)^T (w - w_0) + \text{h.o.t.}$",
            "J(w_0 + h) = J(w_0) + D(J)(w_0).T @ h + o(norm(h))",
        ),
        (
            r"$\nabla f(x) \approx \nabla f(x_k) + H_k (x - x_k)$",
            "D(f)(x_k + h) = D(f)(x_k) + hessian(f)(x_k) @ h + o(norm(h))",
        ),
        (
            r"$r(x + h) \approx r(x) + J h$",
            "r(x + h) = r(x) + D(r)(x) @ h + o(norm(h))",
        ),
        (
            r"$f(\mathbf{x}) \approx f(\mathbf{x}_0)"
            r" + \mathbf{J}_f(\mathbf{x}_0) (\mathbf{x} - \mathbf{x}_0)$",
            "f(x_0 + h) = f(x_0) + D(f)(x_0) @ h + o(norm(h))",
        ),
        # What the text defines is no slope, and at a minimum there is no first order.
        (
            r"Let $A \in \mathbb{R}^{m \times n}$ and $H = A^T A$. "
            r"$f(x + h) \approx f(x) + \nabla f(x)^T h + \frac12 h^T H h$",
            "",
        ),
        (r"$f(w) \approx f(w^*) + \frac12 (w - w^*)^T H (w - w^*)$", ""),
    ],
)
def test_letters_stand_for_the_slopes_of_an_expansion(text, read):
    found = read_document(scan_text(f"{text}\n", "notes.md")).findings
    (made,) = [
        one for one in found if "approx" in one.formula or "cdots" in one.formula
    ]
    assert made.read == read if read else made.status == "unread"
