"""Approximations in documents: read where a step is small, and told apart."""

from __future__ import annotations

import pytest

from verifier.commands.proofreading import read_notes

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
