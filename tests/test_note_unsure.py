"""What a statement depends on and was not understood: it is no error where it fails."""

from __future__ import annotations

import pytest
from notes_made import finding

from verifier.notes.model import Inference, Other, Verdict
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text
from verifier.running.weighing import unsure


def where_of(found):
    """Return the types of what was read."""
    assert found.record is not None
    return found.record.where


def last(text: str, name: str = "a.md"):
    """Return what was found last in a document."""
    return read_document(scan_text(text, name)).findings[-1]


def doubts(text: str) -> list[str]:
    """Return what makes the last statement of a document doubtful."""
    found = last(text)
    assert found.status == "read", found.reason
    return [doubt.said for doubt in found.doubts]


MEAN = r"$\mu = \frac{1}{N} \sum_{i \in S} x_i$"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            MEAN + "\n\n" + r"$\nabla_x \, (x - \mu)^T (x - \mu) = 2 (x - \mu) + 1$",
            ["`mu` is taken for a constant"],
        ),
        (
            r"$\mu = \int x \, dp$" + "\n\n" + r"$\nabla_x \, \mu^T x = 2 \mu$",
            ["`mu` is taken for a constant"],
        ),
        (r"$\mu = \int z \, dp$" + "\n\n" + r"$\nabla_x \, \mu^T x = 2 \mu$", []),
        (r"$\nabla_x \, \mu^T x = 2 \mu$", []),
    ],
)
def test_a_name_whose_definition_is_not_used_is_no_constant(text, said):
    assert doubts(text) == said


def test_a_definition_counts_in_its_own_section_only():
    text = "# A\n\n$\\mu = \\int x \\, dp$\n\n# B\n\n"
    assert doubts(text + r"$\nabla_x \, \mu^T x = 2 \mu$") == []


def test_a_doubt_says_the_line_of_the_definition():
    found = last("\n\n" + r"$\mu = \int x \, dp$ and $\nabla_x \, \mu^T x = 2 \mu$")
    assert [doubt.line for doubt in found.doubts] == [3]


def test_a_function_that_is_defined_is_not_any_function():
    text = r"""$v = w^2$ and $L = v + u$

$$\frac{\partial L}{\partial w}
= \frac{\partial L}{\partial v} \frac{\partial v}{\partial w}
+ \frac{\partial L}{\partial u} \frac{\partial u}{\partial w}
= 1 \frac{\partial v}{\partial w} + 1 \frac{\partial u}{\partial w}$$"""
    assert "`L` is taken for any function" in doubts(text)


@pytest.mark.parametrize(
    "formula",
    [r"x f(x) g(y) = g(x) y f(y)", r"f(x) - f(a) - (x - a)^T g = f(x) - (x - a)^T g"],
)
def test_an_equation_of_values_may_be_of_certain_functions(formula):
    found = last(f"$${formula}$$")
    assert found.status != "read" or found.doubts or found.weak


def test_angle_brackets_may_list_what_a_vector_has():
    text = r"$v = \langle 1, 2, 3 \rangle$ and $$\nabla_x \, \langle x, y \rangle = x$$"
    assert doubts(text) == ["`⟨a, b⟩` is read as a product"]
    assert doubts(r"$$\nabla_x \, \langle x, y \rangle = x$$") == []


def test_a_name_may_have_the_value_that_the_text_gives_it():
    text = r"Let $a = 2$. $$\frac{d}{dx} (a x^2) = 3 x$$"
    assert doubts(text) == ["the text says `a = 2`"]
    assert doubts(r"Let $a = 2$. $$\frac{d}{dx} (a x^2) = 3 a x$$") == []


def test_a_chain_rule_may_be_of_partial_or_of_total_derivatives():
    text = r"$y = \gamma x + \beta$, $J = J(\gamma, y)$ and "
    text += r"$\frac{\partial J}{\partial \gamma} = \frac{\partial J}{\partial y} x$"
    assert all("depends on" in said for said in doubts(text))


WRONG = Verdict(finding("d(x.T @ x)/dx = 3*x", 7), (), "fails")
WHY = Inference("`mu` is taken for a constant", "its definition could not be used", 3)


def test_what_fails_and_is_doubtful_is_left_open_and_says_why():
    doubtful = finding("d(x.T @ x)/dx = 3*x", 7, doubts=(WHY,))
    found = unsure(Verdict(doubtful, (), "fails"))
    assert (found.kind, found.error) == ("inconclusive", False)
    assert found.finding.inferred[-1] == WHY


def test_what_fails_without_a_doubt_is_an_error():
    assert unsure(WRONG) is WRONG
    assert WRONG.error


def test_what_holds_in_another_reading_is_no_matter_of_doubt():
    doubtful = finding("d(x.T @ x)/dx = 3*x", 7, doubts=(WHY,))
    assert doubtful.record is not None
    other = Other(doubtful.record, "", "numerator layout")
    known = Verdict(doubtful, (), "fails", other.why, other)
    assert unsure(known) is known
    holds = Verdict(doubtful, (), "holds")
    assert unsure(holds) is holds


# --- other definitions of a name ----------------------------------------------------


def test_a_name_that_is_defined_twice_is_read_with_both_definitions():
    text = r"""$f(X) = \operatorname{tr}(X^2)$

or $f(X) = \log\det X$

$\nabla f(X) = 2 X^T$"""
    found = last(text)
    assert found.read == "d(logdet(X))/dX = 2 * X.T"
    others = [(other.read, other.why) for other in found.others]
    read = "d(tr(X @ X))/dX = 2 * X.T"
    assert (read, "with `f` as defined on line 1") in others


def test_letters_of_numbers_may_be_numbers():
    text = r"$\frac{d}{dh} r(h)^2 h = r^2 + 2 r h \frac{dr}{dh}$"
    why = [one.why for one in last(text).others]
    numbers = all(
        kind.value in ("scalar", "scalar -> scalar")
        for kind in where_of(last(text)).values()
    )
    assert numbers or "all of it numbers" in why


def test_matrices_are_no_numbers():
    for formula in (r"\nabla_x \, x^T x = 3 x", r"\nabla_x \, A x = 2 A"):
        assert "all of it numbers" not in [
            one.why for one in last(f"${formula}$").others
        ]


# --- signs that are read otherwise --------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "read"),
    [
        (r"\nabla_A {tr} A B = B^T", "d(tr(A @ B))/dA = B.T"),
        (r"\nabla_A {tr} A B = B^T \quad &(1)", "d(tr(A @ B))/dA = B.T"),
        (r"\nabla_A |A| = {rank} A^{-T}", None),
        (r"\nabla_A |A| = |A| A^{-T} &(12)", "d(det(A))/dA = det(A) * inv(A).T"),
        (r"\nabla x x^T A x = 2 A x", None),
        (r"\nabla x \log(x) = 1 / x", "d(log(x))/dx = 1 / x"),
        (r"\nabla A \operatorname{tr}(A B) = B^T", "d(tr(A @ B))/dA = B.T"),
        (
            r"\frac{\partial}{\partial t} (\cos t \mathbf{I} + \mathbf{e} \mathbf{e}^T)"
            r" = -\sin t \mathbf{I}",
            "d(cos(t) * eye(n) + e @ e.T)/dt = -(sin(t) * eye(n))",
        ),
        (
            r"\frac{\partial}{\partial t} \cos t \mathbf{e} = -\sin t \mathbf{e}",
            "d(cos(t) * e)/dt = -(sin(t) * e)",
        ),
        (
            r"\frac{d}{dx} F(u(x)) = \frac{dF}{du}(u(x)) \frac{du}{dx}",
            "d(F(u(x)))/dx = D(F)(u(x)) @ D(u)(x)",
        ),
        (
            r"dx^T (A + B) y = [dx^T (A + B) y]^T = y^T (A + B)^T dx",
            None,
        ),
        (
            r"dx^T A x = dx^T A x + x^T A dx",
            "d(x.T @ A @ x) = dx.T @ A @ x + x.T @ A @ dx",
        ),
    ],
)
def test_signs_that_texts_write_otherwise_are_read(formula, read):
    found = last(f"$${formula}$$")
    if read is None:
        assert not found.read.startswith("d(")
    else:
        assert found.read == read


@pytest.mark.parametrize(
    ("cell", "claim", "why"),
    [
        (r"\log \|A\|", "A^{-T}", "determinant"),
        (r"\|A\|_F^2", "2 A", ""),
        (r"\|x\|^2", "2 x", ""),
    ],
)
def test_a_bar_in_a_cell_of_a_table_has_a_backslash(cell, claim, why):
    text = f"| function | gradient |\n| --- | --- |\n| ${cell}$ | ${claim}$ |\n"
    found = last(text)
    reads = [found.read, *(one.read for one in found.others)]
    assert any("det(" in read for read in reads) == (why == "determinant")


def test_a_norm_outside_of_a_table_is_none_of_a_determinant():
    for name in ("a.md", "a.tex"):
        found = last(r"$\nabla_A \log \|A\| = A^{-T}$", name)
        reads = [found.read, *(one.read for one in found.others)]
        assert not any("det(" in read for read in reads)


def test_a_gradient_by_several_coordinates_is_not_read_as_a_derivative_by_one():
    text = r"$f(x, y) = x^2 + 3 y^2 - x$ and $\nabla f = 2x - 1$"
    assert last(text).status == "unread"


# --- conditions in other languages --------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Sea $A$ una matriz simétrica. Entonces",
        "Si $A$ es simétrica,",
        "donde $A$ es simétrica,",
        "Sei $A$ eine symmetrische Matrix. Dann ist",
        "Wenn $A$ symmetrisch ist, gilt",
        "Für symmetrische $A$ ist, wenn $A$ symmetrisch ist,",
        "Nếu $A$ là một ma trận đối xứng, ta sẽ có",
    ],
)
def test_conditions_are_heard_in_german_spanish_and_vietnamese(words):
    found = last(rf"{words} $\nabla_x \, x^T A x = 2 A x$.")
    assert where_of(found)["A"].value == "symmetric(n)"


@pytest.mark.parametrize(
    "words",
    [
        "Sea $A$ una matriz cuadrada. Entonces",
        "Sei $A$ eine quadratische Matrix. Dann ist",
        "Wenn $B$ symmetrisch ist, gilt für $A$:",
    ],
)
def test_another_condition_is_none_of_symmetry(words):
    found = last(rf"{words} $\nabla_x \, x^T A x = 2 A x$.")
    assert where_of(found)["A"].value == "matrix(n, n)"


def test_a_text_that_says_that_it_does_not_work_announces_it():
    text = r"""We get back
$$\frac{d}{dX} \|A - B X\|^2 = -2 (A - B X) B$$
which does not quite work."""
    assert last(text).announced
    assert not last(text.replace("does not quite work", "is all right")).announced


@pytest.mark.parametrize(
    ("words", "excuses"),
    [
        ("Since the matrix $W$ is square and symmetric,", True),
        ("Because of the symmetry of $W$, a square matrix,", True),
        ("As $W$ is a square matrix and not symmetric,", False),
        ("As $W$ is a square matrix,", False),
    ],
)
def test_words_about_symmetric_matrices_excuse_what_holds_for_them(words, excuses):
    found = last(rf"{words} $\nabla_x \, x^T W x = 2 W x$")
    symmetric = [one.excuses for one in found.others if "symmetric" in one.why]
    assert symmetric == [excuses] or where_of(found)["W"].value == "symmetric(n)"


def test_a_matrix_before_a_bracket_that_is_called_e_may_be_an_expectation():
    text = r"$\mathbf{E}(X X^T - A) = \mathbf{E}(X) X^T$"
    found = last(text)
    assert found.status != "read" or found.weak or found.doubts


def test_a_norm_whose_inverse_is_claimed_may_be_a_determinant():
    assert doubts(r"$\nabla_K \log \|K\| = 2 K^{-1}$") == ["`‖K‖` is read as a norm"]
    assert doubts(r"$\nabla_K \log \|K\| = 2 K$") == []


def test_half_a_form_is_a_form():
    text = r"$\nabla_x \left(\frac{1}{2} x^T Q x - b^T x\right) = Q x - b$"
    symmetric = [one for one in last(text).others if "symmetric" in one.why]
    assert [one.excuses for one in symmetric] == [True]


BY_X = r"\frac{\partial X^{-1}}{\partial X}"


@pytest.mark.parametrize(
    ("formula", "doubted"),
    [
        (
            BY_X
            + r" = - (I \otimes X^{-1}) \frac{\partial\, \mathbf{X}}{\partial\, X}",
            True,
        ),
        (BY_X + r" = - X^{-T} \otimes X^{-1}", False),
    ],
)
def test_a_matrix_by_itself_may_be_one_of_blocks(formula, doubted):
    assert any("by a column" in said for said in doubts(f"${formula}$")) is doubted
