"""Which matrices may be symmetric, where a text does not say that they are."""

from __future__ import annotations

import pytest

from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def excuses(text: str, read: str = "2 * C @ u") -> list[tuple[str, bool]]:
    """Return the symmetric readings of the first statement that claims something."""
    found = read_document(scan_text(text, "notes.md")).findings
    (first, *_) = [one for one in found if one.read.endswith(read)]
    return [(one.why, one.excuses) for one in first.others if "symmetric" in one.why]


FORM = r"$$\nabla_u u^\top C u = 2 C u$$"


@pytest.mark.parametrize(
    "other",
    [
        r"$\nabla_v v^\top C v = (C + C^\top) v$",
        r"$\nabla_v v^\top C v = C v + C^\top v$",
        # It is not read, since nobody knows what the dots are.
        r"$\nabla_v v^\top C v = \cdots = (\mathbf{C}^T + \mathbf{C}) v$",
        r"$= C' v + C v + \ldots$",
    ],
)
def test_a_matrix_that_is_added_to_its_transpose_is_not_symmetric(other):
    assert excuses(FORM) == [("`C` symmetric", True)]
    assert excuses(f"{FORM}\n\n{other}") == [("`C` symmetric", False)]
    assert excuses(f"{FORM}\n\n{other.replace('C', 'E')}") == [("`C` symmetric", True)]


@pytest.mark.parametrize(
    ("before", "excused"),
    [
        ("Let $C$ be a symmetric matrix of size 3.\n\n# Forms\n\n", True),
        ("The weights are $C = \\frac12 \\operatorname{diag}(c)$.\n\n", True),
        ("Let $E$ be a symmetric matrix of size 3.\n\n# Forms\n\n", False),
    ],
)
def test_what_the_text_says_of_a_matrix_counts_more_than_a_sum(before, excused):
    sum_ = r"$$\nabla_v v^\top C v = (C + C^\top) v$$"
    found = excuses(f"{before}{FORM}\n\n{sum_}")
    assert all(excuse == excused for _, excuse in found)
    assert found or "Let $C$" in before


def test_a_claim_with_a_matrix_and_its_transpose_means_none_that_is_symmetric():
    text = r"$$\nabla_Z \operatorname{tr}(Z^T C Z E) = C Z E + C^T Z E$$"
    assert excuses(text, "C.T @ Z @ E") == [("`C` and `E` symmetric", False)]


def test_a_sum_that_is_simplified_needs_a_word_that_the_matrix_is_symmetric():
    text = r"$$\nabla_u u^\top G u = G^\top u + G u = 2 G u$$"
    assert excuses(text, "2 * G @ u") == [("`G` symmetric", False)]
    said = f"Since $G$ is symmetric, we get\n\n{text}"
    assert all(excused for _, excused in excuses(said, "2 * G @ u"))


@pytest.mark.parametrize(
    ("words", "excused"),
    [
        ("If $C$ is symmetric, this is $2 C v$.", False),
        ("若 $C$ 是对称矩阵 上式为 $2 C v$。", False),
        ("Here $C$ is a symmetric matrix of size $n$.", True),
    ],
)
def test_a_case_in_which_a_matrix_is_symmetric_says_nothing_of_others(words, excused):
    sum_ = r"$$\nabla_v v^\top C v = (C + C^\top) v$$"
    text = f"{sum_}\n\n{words}\n\n# Others\n\n$$\\nabla_u u^\\top C u = 2 C u$$"
    found = read_document(scan_text(text, "notes.md")).findings
    (last,) = [one for one in found if one.read.endswith("2 * C @ u")]
    symmetric = [one.excuses for one in last.others if "symmetric" in one.why]
    assert symmetric == [excused] or (excused and not symmetric)


def test_beside_a_covariance_other_matrices_are_symmetric_too():
    text = (
        r"$$\frac{\partial}{\partial \Sigma} \operatorname{tr}(\Sigma^{-1} S)"
        r" = -\Sigma^{-1} S \Sigma^{-1}$$"
    )
    assert excuses(text, "inv(Sigma))") == [("`Sigma` and `S` symmetric", True)]


@pytest.mark.parametrize("case", ["$C = C^T$", r"$\mathbf{C} = \mathbf{C}^\mathrm{T}$"])
def test_a_case_may_be_put_in_a_formula(case):
    text = (
        r"$\nabla_v v^T C v = C v + C^T v$" + f"\n\nWhen {case} these are simpler:\n\n"
        "- $\\nabla_u u^T C u = 2 C u$\n- $\\nabla_w w^T C w = 2 C w$"
    )
    for read in ("2 * C @ u", "2 * C @ w"):
        assert all(excused for _, excused in excuses(text, read))


MIXED = r"$$\nabla_v v^\top C v = (C + C^\top) v$$" + "\n\n"


@pytest.mark.parametrize(
    ("behind", "excused"),
    [
        ("The transpose is left out, because $C$ is symmetric.", True),
        ("La dernière étape car $C$ est symétrique.", True),
        ("因为$C$是对称的。", True),
        ("If $C$ is symmetric, it is half of that.", False),
        ("As a case, let $C$ be symmetric: it is half of that.", False),
        ("This is twice as long. The next one holds because $C$ is symmetric.", False),
        ("Because $C$ is not symmetric, nothing is simpler.", False),
    ],
)
def test_a_reason_behind_a_formula_excuses_it_and_a_case_does_not(behind, excused):
    assert excuses(f"{MIXED}{FORM}\n{behind}") == [("`C` symmetric", excused)]


@pytest.mark.parametrize(
    ("sign", "excused"),
    [
        (r"\overset{\text{C sym.}}{=}", True),
        (r"\stackrel{\text{symmetric}}{=}", True),
        (r"\overset{\text{not symmetric}}{=}", False),
        (r"\overset{\text{def.}}{=}", False),
    ],
)
def test_a_reason_above_an_equals_sign_excuses_what_follows(sign, excused):
    chain = rf"$$\nabla_u u^\top C u = (C + C^\top) u {sign} 2 C u$$"
    assert excuses(chain) == [("`C` symmetric", excused)]


def test_what_a_derivative_is_by_is_symmetric_where_the_text_says_so_only():
    rule = r"$$\nabla_C \log |C| = C^{-1}$$"
    why = "We drop the transpose because $C$ is symmetric."
    assert excuses(rule, "inv(C)") == []
    assert excuses(f"{rule}\n{why}", "inv(C)") == [("`C` symmetric", True)]


def types_of_a(text: str) -> set[str]:
    """Return the types of `A` in what is read of a document."""
    found = read_document(scan_text(text, "notes.tex")).findings
    records = [one.record for one in found if one.record and one.status == "read"]
    return {record.where["A"].value for record in records if "A" in record.where}


RULE = r"$\nabla_x f(x) = 2Ax$."
FORMULA = r"f(x) = x^T A x"
SQUARE = r"A \in \mathbb{R}^{n \times n}"


@pytest.mark.parametrize(
    "text",
    [
        rf"\[ {FORMULA}, \qquad {SQUARE} \text{{ symétrique}}, \; c \in R \] {RULE}",
        rf"\[ {FORMULA}, \text{{ where }} {SQUARE} \text{{ is symmetric}} \] {RULE}",
        rf"\[ {SQUARE} \mbox{{ symmetric}} \] With ${FORMULA}$, {RULE}",
        rf"With ${FORMULA}$ (A symmetric), {RULE}",
        rf"Avec ${FORMULA}$ (A est symétrique), {RULE}",
        r"Für symmetrisches $A$ gilt $\nabla_x x^T A x = 2Ax$.",
        r"\[ \nabla_x x^T A x = 2Ax \quad (\text{if } A = A^T) \]",
        r"\[ \nabla_x x^T A x = 2Ax \qquad \bigl(\text{since } A^\top = A\bigr). \]",
    ],
)
def test_that_a_matrix_is_symmetric_is_said_in_many_places(text):
    assert types_of_a(text) == {"symmetric(n)"}


@pytest.mark.parametrize(
    "text",
    [
        rf"\[ {FORMULA}, \qquad {SQUARE} \] {RULE}",
        rf"\[ {FORMULA}, \qquad {SQUARE} \text{{ regular}} \] {RULE}",
        rf"With ${FORMULA}$ (A symmetric matrix would do), {RULE}",
        rf"\[ {FORMULA}, \; {SQUARE.replace('A', 'B')} \text{{ symmetric}} \] {RULE}",
    ],
)
def test_what_is_said_of_something_else_makes_no_matrix_symmetric(text):
    assert types_of_a(text) in ({"matrix(n, n)"}, {"invertible(n)"})


def test_a_remark_in_brackets_belongs_to_its_line():
    text = (
        r"\begin{align} \nabla_x (x^T A x) &= (A + A^T) x \notag \\[6pt]"
        r" &= 2Ax \qquad \bigl(\text{car } A^{\top} = A \text{ par hypothèse}\bigr)"
        r" \notag \\ &= 2 A x. \notag \end{align}"
    )
    (found,) = read_document(scan_text(text, "notes.tex")).findings
    assert found.read.endswith("= (A + A.T) @ x = 2 * A @ x")
