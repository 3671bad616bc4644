"""LaTeX: what amsmath reads, and nothing that a text could smuggle in."""

from __future__ import annotations

import pytest

from verifier.language.expression import parse
from verifier.output.boxes import Fence, Letter, Note, Ratio, Row, Table, Word
from verifier.output.latex import escaped, latex, source

TYPES = {
    "x": "vector(n)",
    "A": "matrix(n, n)",
    "a": "scalar",
    "mu": "vector(n)",
    "m_1": "scalar",
    "f": "scalar -> scalar",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "(x - mu).T @ inv(A) @ (x - mu) / 2",
            r"\frac{(\mathbf{x} - \boldsymbol{\mu})^{\mathsf{T}}\mathbf{A}^{-1}"
            r"(\mathbf{x} - \boldsymbol{\mu})}{2}",
        ),
        ("a * sin(a)", r"a\sin(a)"),
        ("tr(A) * A", r"\operatorname{tr}(\mathbf{A})\mathbf{A}"),
        ("log(a / 2)", r"\log\left(\frac{a}{2}\right)"),
        ("norm(x / a)", r"\left\lVert\frac{\mathbf{x}}{a}\right\rVert"),
        ("D(f)(a) ** 2", "f'(a)^{2}"),
        ("(A @ x) ** 2", r"(\mathbf{A}\mathbf{x})^{\circ 2}"),
        ("pi * m_1", r"\pi m_{1}"),
        ("exp(-a)", r"\exp(-a)"),
        ("max(x)", r"\max(\mathbf{x})"),
        ("sigmoid(x)", r"\operatorname{sigmoid}(\mathbf{x})"),
    ],
)
def test_formula_is_written_as_people_write_it(text: str, said: str):
    assert latex(parse(text), TYPES) == said


def test_command_ends_before_a_letter():
    assert source(Row((Letter("pi"), Letter("m")))) == r"\pi m"
    assert source(Row((Letter("pi"), Letter("A", "bold")))) == r"\pi\mathbf{A}"
    assert source(Row((Word("sin", operator=True), Letter("x")))) == r"\sin x"


def test_brackets_grow_round_what_is_tall():
    ratio = Ratio(Letter("a"), Letter("b"))
    assert source(Fence("(", ratio, ")")) == r"\left(\frac{a}{b}\right)"
    assert source(Fence("(", Letter("a"), ")")) == "(a)"
    table = Table(((Letter("a"), Letter("b")), (Letter("c"),)))
    assert source(Fence("[", table, "]")) == (
        r"\begin{bmatrix} a & b \\ c \end{bmatrix}"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("100 % of $x_1 & {y}#", r"100 \% of \$x\_1 \& \{y\}\#"),
        (r"\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
        ("a^b~c", r"a\textasciicircum{}b\textasciitilde{}c"),
        ("<b> | \"q\"", r"\textless{}b\textgreater{} \textbar{} ''q''"),
        ("Quénot, Gâteaux, Žižek", r"Qu\'{e}not, G\^{a}teaux, \v{Z}i\v{z}ek"),
        ("Høyer, Łoś", r"H\o{}yer, \L{}o\'{s}"),
        ("e\u0301", r"\'{e}"),
        ("\N{GREEK SMALL LETTER ALPHA}", r"$\alpha$"),
        ("\N{GREEK SMALL LETTER LAMDA}", r"$\lambda$"),
        ("\N{GREEK CAPITAL LETTER SIGMA}", r"$\Sigma$"),
        ("\N{GREEK CAPITAL LETTER ALPHA}", "[U+0391]"),
        ("⊙ ∇ ✓", r"$\mathord{\odot}$ $\nabla$ $\checkmark$"),
        ("a\N{EN DASH}b\N{RIGHT SINGLE QUOTATION MARK}s", "a--b's"),
        ("\N{SNOWMAN}", "[U+2603]"),
        ("a\nb\x00c", "a b c"),
    ],
)  # fmt: skip
def test_text_is_shown_letter_by_letter(text: str, said: str):
    assert escaped(text) == said


def test_escaped_text_is_ascii_and_has_no_command_of_its_own():
    text = "".join(map(chr, [*range(0x20, 0x250), *range(0x370, 0x400), 0x1F600]))
    said = escaped(text)
    assert said.isascii()
    assert "\\input" not in escaped(r"\input{x} ^^5cinput{x} \csname input\endcsname")
    assert source(Note("}\\input{x}")) == r"\text{\}\textbackslash{}input\{x\}}"
    assert said.count("{") - said.count(r"\{") == said.count("}") - said.count(r"\}")


def test_name_with_an_underscore_is_escaped():
    assert source(Word("det_")) == r"\mathrm{det\_}"
