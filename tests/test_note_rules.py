"""Equations: which are rules, which conditions, and what is equal by definition."""

from __future__ import annotations

from verifier.commands.proofreading import read
from verifier.engine.settings import LAYOUTS, Settings
from verifier.running.noted import judged

RULES = r"""
$(C^T)^T = C$, $(C + E)^T = C^T + E^T$, $\mathrm{tr}(C E) = \mathrm{tr}(E C)$
"""


def told(tmp_path, text: str) -> dict[int, str]:
    """Return what became of the formulas of a document, by line."""
    path = tmp_path / "notes.md"
    path.write_text(text)
    settings = Settings(0, 32, device="cpu", layouts=LAYOUTS)
    (digest,) = judged([read(path, "auto", {})], settings, jobs=1)
    return {verdict.finding.place.line: verdict.kind for verdict in digest.verdicts}


def test_an_equation_among_rules_that_hold_is_a_rule(tmp_path):
    assert told(tmp_path, f"{RULES}\n$(C E)^T = C^T E^T$")[4] == "fails"
    assert told(tmp_path, f"{RULES}\n$(C E)^T = E^T C^T$")[4] == "holds"


def test_an_equation_that_stands_alone_or_says_what_a_product_is_may_be_assumed(
    tmp_path,
):
    assert told(tmp_path, r"If $(C E)^T = C^T E^T$, then ...")[1] == "aside"
    assert told(tmp_path, f"{RULES}\n$(C E)^T = C E$")[4] == "aside"
    assert told(tmp_path, f"{RULES}\n$C E = E C$")[4] == "aside"


SQUARES = r"""
Let $r = y - X w$, and
$$E = r^T r$$
"""


def test_what_is_defined_twice_is_equal(tmp_path):
    same = "$$E = y^T y - 2 y^T X w + w^T X^T X w$$"
    assert told(tmp_path, SQUARES + same)[4] == "holds"


def test_what_is_defined_anew_is_no_error(tmp_path):
    assert told(tmp_path, SQUARES + "$$E = y^T y + 2 y^T X w$$").get(4) == "aside"


def test_a_step_that_fails_is_an_error_where_another_one_of_its_chain_holds(tmp_path):
    chain = "$$r^T r = (y - X w)^T (y - X w) = y^T y {} 2 y^T X w + w^T X^T X w$$"
    assert told(tmp_path, SQUARES + chain.format("-"))[4] == "holds"
    assert told(tmp_path, SQUARES + chain.format("+"))[4] == "fails"


def test_a_wrong_sign_is_seen_where_a_matrix_may_be_symmetric(tmp_path):
    text = r"$$\frac{\partial^2 u^T C u}{\partial u \, \partial u^T} = -2 C$$"
    assert told(tmp_path, text)[1] == "fails"
    assert told(tmp_path, text.replace("-2 C", "C^{-1} u u^T"))[1] == "inconclusive"


def test_a_step_that_is_no_statement_is_not_told_beside_its_chain(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text(r"$$\nabla_u u^T u = \nabla_u \|u\|^2 = u$$")
    settings = Settings(0, 32, device="cpu", layouts=LAYOUTS)
    (digest,) = judged([read(path, "auto", {})], settings, jobs=1)
    assert [verdict.kind for verdict in digest.verdicts] == ["fails"]


def test_a_function_that_is_defined_by_one_value_makes_no_error(tmp_path):
    text = r"""
$$\operatorname{cov}(y) = s^2 C$$
$$\operatorname{cov}(C y) = C \operatorname{cov}(y) C^T = C (s^2 C) C^T$$
"""
    assert "fails" not in told(tmp_path, text).values()


COMMUTED = r"""
Let $C \in \mathbb{R}^{m \times n}$ and $E \in \mathbb{R}^{p \times q}$.

$$K_{%s} \operatorname{vec}(C) = \operatorname{vec}(C^T)$$

$$K_{pm} (C \otimes E) = (E \otimes C) K_{qn}$$
"""


def test_commutation_matrices_are_in_the_order_that_the_text_keeps_to(tmp_path):
    assert [*told(tmp_path, COMMUTED % "mn").values()] == ["holds", "holds"]
    swapped = COMMUTED.replace("K_{pm}", "K_{mp}").replace("K_{qn}", "K_{nq}")
    assert [*told(tmp_path, swapped % "mn").values()] == ["holds", "fails"]
    # With no other statement that shows it, either order may be meant.
    assert told(tmp_path, swapped % "ab")[6] in ("conditional", "inconclusive")
