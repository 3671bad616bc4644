"""What a document states: read with what it has said before, and nothing more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from verifier.notes.lines import lines_of
from verifier.notes.reading import read_document
from verifier.notes.rereading import CHOSEN
from verifier.notes.scanning import scan_text

ROOT = Path(__file__).resolve().parent.parent


def findings(text: str, name: str = "notes.md", layout: str = ""):
    """Read a document; return what was found in it."""
    return read_document(scan_text(text, name), layout).findings


def read(text: str, name: str = "notes.md") -> list[str]:
    """Return what was read in a document."""
    return [found.read for found in findings(text, name) if found.status == "read"]


def only(text: str, name: str = "notes.md"):
    """Return the one finding of a document."""
    (found,) = findings(text, name)
    return found


def types(found) -> dict[str, str]:
    return {name: text.value for name, text in found.record.where.items()}


# --- lines ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "lines"),
    [
        (r"a &= b \\ &= c", ["a &= b &= c"]),
        (r"a &= b \\ d &= c", ["a &= b", "d &= c"]),
        (r"a &= b & \text{by (1)} \\ &= c", ["a &= b &= c"]),
        (
            r"\begin{aligned} a &= b \\ d &= c \end{aligned}",
            ["a &= b", "d &= c"],
        ),
        (
            r"y = 2x, \quad \frac{\partial y}{\partial x} = 2",
            ["y = 2x,", r"\frac{\partial y}{\partial x} = 2"],
        ),
        (r"x = \begin{pmatrix} a \\ b \end{pmatrix}", None),
        ("> a = b", ["a = b"]),
    ],
)
def test_a_formula_is_divided_into_its_statements(formula, lines):
    found = [" ".join(line.text.split()) for line in lines_of(formula)]
    assert found == ([formula] if lines is None else lines)


# --- what the text has said -----------------------------------------------------


def test_a_definition_before_is_put_in():
    text = r"""
Let $f(x) = x^\top A x + b^\top x$. Then
$$\nabla f(x) = (A + A^\top) x + b.$$
"""
    definition, rule = findings(text)
    assert definition.status == "aside" and "a definition of `f`" in definition.reason
    assert rule.read == "d(x.T @ A @ x + b.T @ x)/dx = (A + A.T) @ x + b"
    assert [(i.said, i.line) for i in rule.inferred if "defined" in i.said] == [
        ("`f` as defined", 2)
    ]


def test_a_model_is_no_definition_of_the_data():
    text = r"""
The model is $y = X \beta + \varepsilon$.
$$\frac{\partial}{\partial \beta} (y - X\beta)^\top (y - X\beta)
  = -2 X^\top (y - X\beta)$$
"""
    (rule,) = read(text)
    assert rule == (
        "d((y - X @ beta).T @ (y - X @ beta))/dbeta = -(2 * X.T @ (y - X @ beta))"
    )


def test_a_letter_means_something_else_in_each_section():
    text = r"""
# One
Let $f(x) = a^\top x$.
# Two
$$\nabla_x f(x) = a$$
"""
    found = findings(text)[-1]
    assert (found.read, found.weak) == ("d(a.T @ x)/dx = a", CHOSEN)
    other = findings(text.replace("= a$$", "= A x$$"))[-1]  # of another f
    assert other.weak == "it says what `f` is, or how its derivative is written"


def test_words_give_types_with_their_line():
    text = r"""
Let $A \in \mathbb{R}^{n \times n}$ be symmetric.

$$\nabla_x x^\top A x = 2 A x$$
"""
    found = next(f for f in findings(text) if f.status == "read")
    assert types(found)["A"] == "symmetric(n)"
    assert [(i.said, i.line) for i in found.inferred if i.line] == [
        ("A: symmetric(n)", 2)
    ]


def test_a_condition_behind_a_formula_counts_there_only():
    text = r"""
$$\nabla_x x^\top A x = 2 A x \quad \text{if } A \text{ is symmetric}$$

$$\nabla_x x^\top A x = (A + A^\top) x$$
"""
    first, second = findings(text)
    assert types(first)["A"] == "symmetric(n)"
    assert types(second)["A"] == "matrix(n, n)"


def test_macros_of_the_document_are_its_own():
    text = r"""\documentclass{article}
\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}
\newcommand{\x}{\mathbf{x}}
\begin{document}
\[ \pd{\mathbf{A}\x}{\x} = \mathbf{A} \]
\end{document}
"""
    assert read(text, "notes.tex") == ["d(A @ x)/dx = A"]


def test_names_of_a_chain_are_functions_of_each_other():
    above = r"\frac{\partial z}{\partial y} \frac{\partial y}{\partial x}"
    text = rf"$$\frac{{\partial z}}{{\partial x}} = {above}$$"
    found = only(text)
    assert found.read == "d(z(y(x)))/dx = D(z)(y(x)) @ D(y)(x)"


def test_entries_are_those_of_vectors():
    text = r"$$\frac{\partial}{\partial x_i} \sum_j x_j^2 = 2 x_i$$"
    assert only(text).read == "d(x.T @ x)/dx = 2 * x"


# --- what is no statement -------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        (r"\hat\beta = (X^\top X)^{-1} X^\top y", "a definition of `beta_hat`"),
        (r"X^\top X \beta = X^\top y", "different names"),
        (r"\nabla_x \|Ax - b\|^2 = 0", "set to zero"),
        (r"y = f(x) = 3 x^2", "a definition of `y` and `f`"),
    ],
)
def test_what_defines_or_demands_is_no_rule(formula, why):
    found = findings(f"$${formula}$$")
    assert all(one.status == "aside" and why in one.reason for one in found)


def test_what_is_said_of_an_unknown_function_is_weak():
    found = only(r"$$f'(x) = 2x$$")
    assert found.status == "aside" or found.weak


def test_a_name_that_nobody_defined_is_not_guessed():
    found = only(r"$$\frac{\partial}{\partial W} x^\top W y = \delta x^\top$$")
    assert found.status == "unread"
    assert "delta" in found.reason and found.construct == "a name that is not defined"


@pytest.mark.parametrize(
    ("formula", "construct"),
    [
        (r"\frac{\partial f}{\partial x} = [f_1, \dots, f_n]", "dots"),
        (r"\nabla_x \int g(x) dx = g(x)", "an integral"),
    ],
)
def test_what_is_not_read_says_which_construct_is_missing(formula, construct):
    found = only(f"$${formula}$$")
    assert (found.status, found.construct) == ("unread", construct)


# --- layouts --------------------------------------------------------------------


RULES = r"""
$$\frac{\partial a^\top x}{\partial x} = a$$
$$\frac{\partial A x}{\partial x} = A^\top$$
$$\frac{\partial \|A x - b\|^2}{\partial x} = 2 A^\top (A x - b)$$
$$\frac{\partial x^\top A x}{\partial x} = (A + A^\top) x$$
"""


def test_the_layout_is_the_one_that_most_statements_fit():
    found = read_document(scan_text(RULES, "notes.md"))
    assert (found.layout, found.why_layout) == (
        "denominator",
        "4 of 4 statements fit it",
    )


def test_a_declared_layout_counts():
    declared = "We use denominator layout throughout.\n\n" + RULES
    found = read_document(scan_text(declared, "notes.md"))
    assert found.why_layout == "declared on line 1"


def test_what_fits_another_layout_only_breaks_the_one_that_is_kept():
    text = RULES + r"$$\frac{\partial b^\top x}{\partial x} = b^\top$$"
    last = findings(text)[-1]
    assert last.breaks == "numerator layout"


def test_a_symmetric_reading_is_an_excuse_where_the_text_says_nothing_else():
    silent = only(r"$$\nabla_x x^\top A x = 2 A x$$")
    plain = findings(
        "Let $A \\in \\mathbb{R}^{n \\times n}$.\n\n$$\\nabla_x x^\\top A x = 2 A x$$"
    )[-1]
    assert [other.excuses for other in silent.others if "symmetric" in other.why] == [
        True
    ]
    assert [other.excuses for other in plain.others if "symmetric" in other.why] == [
        False
    ]


# --- remarks --------------------------------------------------------------------


def test_remarks_help():
    text = r"""
<!-- nabla: where A: symmetric(n) -->
$$\nabla_x x^\top A x = 2 A x$$
<!-- nabla: skip -->
$$\nabla_x a^\top x = 7 a$$
<!-- nabla: expect fails -->
$$\nabla_x a^\top x = 2 a$$
"""
    first, second, third = findings(text)
    assert types(first)["A"] == "symmetric(n)"
    assert second.status == "aside"
    assert third.expected


def test_a_remark_that_is_not_understood_is_a_problem():
    text = "<!-- nabla: frobnicate -->\n<!-- nabla: where A: symetric(n) -->\n$x = y$"
    found = read_document(scan_text(text, "notes.md"))
    assert [problem.place.line for problem in found.problems] == [1, 2]
    assert "symmetric" in found.problems[1].hint


def test_the_sample_of_the_documentation_is_read_whole():
    text = (ROOT / "docs" / "sample-notes.tex").read_text(encoding="utf-8")
    found = findings(text, "sample-notes.tex")
    assert not [one.formula for one in found if one.status == "unread"]
    assert all(re.fullmatch(r"\S.*", one.read) for one in found if one.read)


def test_all_derivatives_of_a_chain_are_statements():
    wrong = r"\frac{\partial x^\top x}{\partial x}"
    right = r"\frac{\partial x^\top x / 2}{\partial x}"
    found = findings(f"$${wrong} = {right} = x$$")
    assert [one.read for one in found] == ["d(x.T @ x)/dx = x", "d(x.T @ x / 2)/dx = x"]


def test_a_side_that_is_left_out_is_said():
    step = r"\nabla_x (x^\top x) + \nabla_x (b^\top x)"
    found = only(rf"$$\nabla_x (x^\top x + b^\top x) = {step} = 2 x + b$$")
    assert found.read == "d(x.T @ x + b.T @ x)/dx = 2 * x + b"
    assert [one.said for one in found.inferred if "left out" in one.said]


def test_what_is_set_to_zero_at_its_end_is_read_without_and_says_so():
    found = only(r"$$\nabla_x \|Ax - b\|^2 = 2 A^\top (Ax - b) = 0$$")
    assert found.read == "d(norm(A @ x - b)**2)/dx = 2 * A.T @ (A @ x - b)"
    assert [one.said for one in found.inferred if "= 0" in one.said]


@pytest.mark.parametrize("space", [r"\,", r"\;", r"\!", ""])
def test_a_thin_space_ends_no_statement(space):
    """Cut at the comma of `2\\,` the factor would be lost."""
    text = (
        rf"\nabla_x f(x) &= 2{space}\frac{{\partial}}{{\partial x}}(x^T x)"
        rf" + \frac{{1}}{{2}}{space}\frac{{\partial (b^T x)}}{{\partial x}} \\ &= 4x"
    )
    (line,) = lines_of(text)
    assert line.text.startswith(rf"\nabla_x f(x) &= 2{space}\frac")


# --- what a chain is said of, which cannot be read ----------------------------------


@pytest.mark.parametrize(
    "head",
    [
        r"\operatorname{Cov}[\vec{x}_a, \vec{x}_b]",
        r"\mathrm{Cov}(x_a, x_b)",
        r"\mathbb{E}[z z^T]",
        r"E[z z^T]",
        r"\operatorname{Var}[z \mid X]",
        r"\int z \, dz",
    ],
)
def test_a_chain_of_the_same_names_is_a_rule_whatever_it_is_said_of(head):
    assert read(f"So ${head} = A(B + C)^T = AB^T + AC^T$.") == [
        "A @ (B + C).T = A @ B.T + A @ C.T"
    ]


@pytest.mark.parametrize(
    "rest",
    [
        "A(B + C)^T = AB^T",  # what C is
        "A(B + C)^T",
        "A = B",
        r"A \Sigma A^T = \sigma^2 A A^T",
    ],
)
def test_a_chain_of_other_names_behind_what_cannot_be_read_is_none(rest):
    assert read(rf"So $\operatorname{{Cov}}[x_a, x_b] = {rest}$.") == []
