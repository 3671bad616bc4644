"""What is said beside the rows of a formula is no part of its chain."""

from __future__ import annotations

import time

import pytest

from verifier.notes.lines import lines_of
from verifier.notes.reading import read_document
from verifier.notes.scanning import scan_text


def read(*rows: str) -> list[str]:
    """Return what is read of an aligned display."""
    lines = " \\\\\n".join(rows)
    text = f"\\begin{{align*}}\n{lines}\n\\end{{align*}}\n"
    return [one.read for one in read_document(scan_text(text, "a.tex")).findings]


CHAIN = "d(x.T @ x) = dx.T @ x + x.T @ dx = 2 * x.T @ dx"
FIRST = r"d(x^Tx) &= (dx)^T x + x^T dx"


@pytest.mark.parametrize(
    "remark",
    [
        r"&& \text{from } y^Tz = z^Ty",
        r"& & \text{from e.g. 1, } y^Tz = z^Ty",
        r"&& \text{because $y^Tz = z^Ty$}",
        r"&& \text{(since } y^Tz = z^Ty \text{)}",
        r"&& \text{transpose of a number: } y^Tz = z^Ty",
        r"\quad \text{since } y^Tz = z^Ty",
        r"\qquad (\text{by } y^Tz = z^Ty)",
        r"&& \text{car } y^Tz = z^Ty",
        r"&& \text{因为 } y^Tz = z^Ty",
    ],
)
def test_an_equation_in_a_reason_is_one_of_its_own(remark):
    found = read(f"{FIRST} {remark}", "&= 2x^T dx")
    assert found == [CHAIN, "y.T @ z = z.T @ y"]


@pytest.mark.parametrize(
    "row",
    [
        r"&\qquad \text{because } y^Tz = z^Ty \text{ for any } y \text{ and } z",
        r"&\qquad\qquad \dotsc\text{because } y^Tz = z^Ty\dotsc",
        r"& (\text{using } y^Tz = z^Ty)",
        r"\text{since $y^Tz = z^Ty$}",
    ],
)
def test_a_row_may_be_a_reason(row):
    assert read(FIRST, row, "&= 2x^T dx") == [CHAIN, "y.T @ z = z.T @ y"]


def test_what_a_reason_says_of_a_name_is_a_condition_of_its_row():
    rows = r"\nabla_x \, x^TAx &= (A + A^T)x", r"&= 2Ax && \text{since } A = A^T"
    text = "\\begin{align}" + "\\\\".join(rows) + "\\end{align}"
    types = [
        one.record.where["A"].value
        for one in read_document(scan_text(text, "a.tex")).findings
        if one.record
    ]
    assert types == ["matrix(n, n)", "symmetric(n)"]


@pytest.mark.parametrize(
    "row",
    [
        r"\nabla_x a^Tx &= a && \text{and} & \nabla_X \mathrm{tr}(BX) &= B^T",
        r"\nabla_x a^Tx &= a, & \text{so } \nabla_X \mathrm{tr}(BX) &= B^T",
        r"\text{By linearity, } \nabla_x a^Tx &= a \\ \nabla_X \mathrm{tr}(BX) &= B^T",
    ],
)
def test_words_that_lead_on_are_no_reasons(row):
    assert read(row) == ["d(a.T @ x)/dx = a", "d(tr(B @ X))/dX = B.T"]


@pytest.mark.parametrize(
    "end",
    [
        r"\implies",
        r"\Rightarrow",
        r"\newline",
        r"\quad (H \times K)",
        r"\qquad [m\times n]",
        r"\quad\blacksquare",
        r"\qed",
        r"\dotsc",
        r"\quad \implies \qquad",
        r"\ldots (1)",
        r"\cdots\cdots (2.3)",
        r"\dots\dots\text{(4a)}",
        r"...... (5)",
        r".\qquad \text{(why?)}",
    ],
)
def test_the_ends_of_a_line_are_no_part_of_it(end):
    assert read(rf"\nabla_X \mathrm{{tr}}(A^TX) &= A {end}") == [
        "d(tr(A.T @ X))/dX = A"
    ]


@pytest.mark.parametrize(
    "mark",
    [
        r"\because",
        r"\therefore",
        r"\bullet\ ",
        r"\Rightarrow\quad",
        "∴",
        r"\quad\implies",
    ],
)
def test_a_mark_in_front_is_no_part_of_a_statement(mark):
    assert read(rf"{mark} \nabla_X \mathrm{{tr}}(A^TX) &= A") == [
        "d(tr(A.T @ X))/dX = A"
    ]


def test_what_is_pasted_twice_counts_once():
    rule = r"d(XY) = (dX)Y + X(dY)"
    assert read(rule + rule) == read(rule) == ["d(X @ Y) = dX @ Y + X @ dY"]


def test_a_sentence_may_end_before_the_next_row():
    rows = r"\nabla_x \, x^TAx &= Ax + A^Tx.", r"&= (A + A^T)x."
    assert read(*rows) == ["d(x.T @ A @ x)/dx = A @ x + A.T @ x = (A + A.T) @ x"]


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{\delta x^TAx}{\delta x} &= (A + A^T)x",
        r"\dfrac{\delta}{\delta x} x^TAx &= (A + A^T)x",
        r"\frac{\delta \left(x^{T} A x\right)}{\delta x} &= (A + A^T)x",
    ],
)
def test_a_small_delta_may_differentiate(formula):
    assert read(formula) == ["d(x.T @ A @ x)/dx = (A + A.T) @ x"]


@pytest.mark.parametrize(
    "formula",
    [
        r"\forall x \in \mathbb{R}^n,\quad x^T (A + B) x = x^T A x + x^T B x",
        r"\forall x \in \mathbb{R}^n : x^T (A + B) x = x^T A x + x^T B x",
        r"x^T (A + B) x = x^T A x + x^T B x \quad \forall x \in \mathbb{R}^n",
        r"x^T (A + B) x = x^T A x + x^T B x \quad \text{for all } x \in \mathbb{R}^n",
    ],
)
def test_what_holds_for_all_is_a_statement(formula):
    assert read(formula) == ["x.T @ (A + B) @ x = x.T @ A @ x + x.T @ B @ x"]


def test_a_factor_that_is_said_to_be_a_number_is_one():
    rows = r"\forall a \in \mathbb R,\quad a\otimes A = A\otimes a = a A"
    assert read(rows) == ["kron(a, A) = kron(A, a) = a * A"]


def test_a_side_may_stand_in_the_next_row():
    assert read(r"\nabla_x \, x^TAx &=", "& (A + A^T)x") == [
        "d(x.T @ A @ x)/dx = (A + A.T) @ x"
    ]
    assert read(r"\nabla_x \, x^TAx &= Ax +", r"& A^Tx", r"&= (A + A^T)x") == [
        "d(x.T @ A @ x)/dx = A @ x + A.T @ x = (A + A.T) @ x"
    ]


@pytest.mark.parametrize(
    "row",
    [
        r"& \quad + A^Tx",
        r"&\phantom{=} + A^Tx",
        r"&\mathrel{\phantom{=}} {} + A^Tx",
        r"&\hspace{1cm} + A^Tx",
        r"& {} + A^Tx",
        r"&\mkern-18mu + A^Tx",
    ],
)
def test_a_sum_may_go_on_in_an_indented_row(row):
    assert read(r"\nabla_x \, x^TAx &= Ax", row) == [
        "d(x.T @ A @ x)/dx = A @ x + A.T @ x"
    ]


def test_an_indented_row_without_a_sign_is_a_factor():
    assert read(r"\nabla_x \, x^TAx &= \left(A + A^T\right)", r"&\quad x") == [
        "d(x.T @ A @ x)/dx = (A + A.T) @ x"
    ]
    assert read(r"\nabla_x a^Tx &= a", r"x^TAx", r"\nabla_x b^Tx &= b") == [
        "d(a.T @ x)/dx = a",
        "d(b.T @ x)/dx = b",
    ]
    assert read(r"\nabla_x a^Tx &= a", r"& \text{where a is fixed}") == [
        "d(a.T @ x)/dx = a"
    ]


@pytest.mark.parametrize(
    "odd", [r"&= \mathrm{tr}[(A\,dX]", r"&= \mathrm{tr}(A\,dX))", r"&= \frac{1}{2}) dX"]
)
def test_a_row_with_a_bracket_too_many_is_left_out_alone(odd):
    rows = r"d\,\mathrm{tr}(AX) &= \mathrm{tr}(d(AX))", odd, r"&= \mathrm{tr}(A\,dX)"
    text = "\\begin{align}" + "\\\\".join(rows) + "\\end{align}"
    (found,) = read_document(scan_text(text, "a.tex")).findings
    assert found.read.startswith("d(tr(A @ X)) = ")
    assert found.read.endswith(" = tr(A @ dX)")
    assert any("has no partner" in said for said in map(str, found.inferred))
    first = read(r"d\,\mathrm{tr}(AX) &= \mathrm{tr}[(A dX]", r"&= \mathrm{tr}(A\,dX)")
    assert first == ["d(tr(A @ X)) = tr(A @ dX)"]


def test_a_bracket_may_be_closed_in_the_next_row():
    rows = r"\nabla_x (x^TAx) &= \left(A \right.", r"&\quad \left. + A^T\right) x"
    assert read(*rows) == ["d(x.T @ A @ x)/dx = (A + A.T) @ x"]


@pytest.mark.parametrize(
    "sign",
    [
        r"\quad = \quad",
        r"\quad\!\!=\quad\!\!",
        r"\qquad =",
        r"=\quad",
        r"\!=\!",
        r"~=~",
        r"&\quad =\quad",
        r"\quad &= \quad",
        r"&=&\quad",
        r"\;\equiv\quad",
    ],
)
def test_white_space_round_a_sign_divides_nothing(sign):
    assert read(rf"\nabla_x \, x^TAx {sign} (A + A^T)x") == [
        "d(x.T @ A @ x)/dx = (A + A.T) @ x"
    ]
    rows = [rf"\nabla_x \, x^TAx {sign} (A + A^T)x", rf"{sign} Ax + A^Tx"]
    assert read(*rows) == ["d(x.T @ A @ x)/dx = (A + A.T) @ x = A @ x + A.T @ x"]


def test_white_space_between_statements_still_divides():
    assert read(r"\nabla_x a^Tx \quad = \quad a \qquad \nabla_x b^Tx = \quad b") == [
        "d(a.T @ x)/dx = a",
        "d(b.T @ x)/dx = b",
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("$\\displaystyle\n~~~~{}$", "$\\displaystyle\n~~~~~{}$"),
        ("${}$", "${}$"),
        ("${}$", "${}$, so it is"),
        ("we get ${}$", "$\\quad {}$"),
        ("$${}$$", "$$\\displaystyle {}$$"),
        ("$${}$$", "$$\\quad {}$$"),
    ],
)
def test_a_paragraph_may_go_on_with_the_formula_above(first, second):
    above = first.format(r"\nabla_x x^TAx")
    text = f"So\n\n{above}\n\n{second.format('= Ax + A^Tx')}\n"
    found = read_document(scan_text(text, "a.md")).findings
    assert [one.read for one in found] == ["d(x.T @ A @ x)/dx = A @ x + A.T @ x"]


@pytest.mark.parametrize("between", ["and then\n\n", "# Next\n\n"])
def test_a_formula_does_not_go_on_behind_other_words(between):
    text = f"So\n\n$\\nabla_x x^TAx$\n\n{between}$= Ax + A^Tx$\n"
    found = read_document(scan_text(text, "a.md")).findings
    assert not any(one.read for one in found)


def test_a_macro_may_set_the_sign_apart():
    text = r"""\newcommand{\gap}{\quad\!\!}
\newcommand{\apart}[1]{\gap#1\gap}
\newcommand{\eq}{\apart{=}}

So $$ (AB)^T \eq B^TA^T. $$
"""
    (found,) = read_document(scan_text(text, "a.md")).findings
    assert found.read == "(A @ B).T = B.T @ A.T"


@pytest.mark.parametrize(
    "piece", [" ", "& ", r"\quad ", r"\text{a} ", "( ", r"\; ", ".", r"\dots"]
)
def test_long_rows_are_divided_in_time(piece):
    before = time.perf_counter()
    lines_of("a &= b " + piece * 3000 + r"\text{from} c = d" + piece * 3000)
    assert time.perf_counter() - before < 5
