"""What a document defines is put in the place of its uses."""

from __future__ import annotations

from itertools import pairwise

import pytest

from verifier.notes.macros import MAX_DEPTH
from verifier.notes.scanning import scan_text


def expanded(definitions: str, formula: str) -> str:
    document = scan_text(f"{definitions}\n${formula}$", "a.tex")
    assert document.problems == ()
    (text,) = [p.text for p in document.parts if p.kind == "formula"]
    return text


@pytest.mark.parametrize(
    ("definitions", "formula", "expected"),
    [
        (r"\newcommand{\R}{\mathbb{R}}", r"\R^n", r"\mathbb{R}^n"),
        (r"\newcommand\R{\mathbb R}", r"\R", r"\mathbb R"),
        (r"\newcommand*{\v}[1]{\mathbf{#1}}", r"\v{x}\v y", r"\mathbf{x}\mathbf{y}"),
        (r"\newcommand{\n}[2][2]{|#2|_{#1}}", r"\n{x}+\n[F]{X}", r"|x|_{2}+|X|_{F}"),
        (r"\newcommand{\a}{1}\renewcommand{\a}{2}", r"\a", "2"),
        (r"\newcommand{\a}{1}\providecommand{\a}{2}", r"\a", "1"),
        (r"\providecommand{\a}{2}", r"\a", "2"),
        (r"\def\a{\alpha}", r"\a b", r"\alpha b"),
        (r"\def\a#1{\alpha#1}", r"\a{b}", r"\alpha b"),
        (r"\def\pd#1#2{\frac{\partial #1}{\partial #2}}", r"\pd fx",
         r"\frac{\partial f}{\partial x}"),
        (r"\def\in(#1,#2){\langle #1,#2\rangle}", r"\in(x_{(1,2)},y)",
         r"\langle x_{(1,2)},y\rangle"),
        (r"\def\d#1/#2.{\frac{d#1}{d#2}}", r"\d{a/b}/x.", r"\frac{d{a/b}}{dx}"),
        (r"\def\dd#1{\mathrm{d}#1}", r"\dd{f(x)}\dd x", r"\mathrm{d}{f(x)}\mathrm{d}x"),
        (r"\def\dd#1{d\,#1}", r"\dd{(ab)}\dd{ab}", r"d\,(ab)d\,{ab}"),
        (r"\def\dd#1{\mathrm{d}#1}", r"\dd{f = g}", r"\mathrm{d}f = g"),
        (r"\def\dd#1{\mathrm{d}#1}", r"\dd{f & g}", r"\mathrm{d}f & g"),
        (r"\def\bd#1{\bf bd#1}\def\p#1{|#1}", r"\bd{ab}\p{ab}", r"\bf bdab|ab"),
        (r"\def\a #1 #2 {[#1][#2]}", r"\a x y z", "[x][y]z"),
        (r"\def\q#1\end{(#1)}", r"\q a b\end c", "(a b) c"),
        (r"\let\eps=\varepsilon", r"\eps", r"\varepsilon"),
        (r"\let\eps\varepsilon", r"\eps x", r"\varepsilon x"),
        (r"\def\a{1}\let\b\a\def\a{2}", r"\a\b", "21"),
        (r"\let\old\phi\renewcommand{\phi}{\varphi}\renewcommand{\varphi}{\old}",
         r"\phi+\old", r"\phi+\phi"),
        (r"\DeclareMathOperator{\tr}{tr}", r"\tr A", r"\operatorname{tr} A"),
        (r"\DeclareMathOperator*{\am}{arg\,min}", r"\am_x",
         r"\operatorname*{arg\,min}_x"),
        (r"\DeclarePairedDelimiter{\no}{\lVert}{\rVert}", r"\no{x}\no*{y}\no[\big]{z}",
         r"\lVert x\rVert\lVert y\rVert\lVert z\rVert"),
        (r"\DeclarePairedDelimiterX{\ip}[2]{\langle}{\rangle}{#1,#2}", r"\ip{a}{b}",
         r"\langle a,b\rangle"),
        (r"\NewDocumentCommand{\d}{s m O{x} o}{\IfBooleanTF{#1}{\partial}{d}#2/#3"
         r"\IfNoValueTF{#4}{}{^{#4}}}",
         r"\d{f}+\d*{g}[t]+\d{h}[u][2]", r"df/x+\partial g/t+dh/u^{2}"),
        (r"\RenewDocumentCommand{\d}{m d() D<>{1}}{#1\IfValueT{#2}{(#2)}#3}",
         r"\d a+\d a(b)<c>", "a1+a(b)c"),
        (r"\newcommand{\a}[1]{#1#1}\newcommand{\b}[1]{\a{#1}\a{#1}}", r"\b x", "xxxx"),
        (r"\newcommand{\a}{x % note" + "\n}", r"\a+y", "x +y"),
        (r"\newcommand{\a}{\ensuremath{x}\xspace}", r"\a+y", "x+y"),
        (r"\newcommand{\a}{\def\b{2}}", r"\a\b", "2"),
        (r"\newcommand{\frac}{no}\newcommand{\text}[1]{no}", r"\frac12\text{a}",
         r"\frac12\text{a}"),
    ],
)  # fmt: skip
def test_macro(definitions, formula, expected):
    assert expanded(definitions, formula) == expected


def test_macros_make_environments_and_formulas_in_text():
    text = r"""\newcommand{\be}{\begin{equation}}\newcommand{\ee}{\end{equation}}
\newenvironment{eq}[1]{\begin{align*}#1}{\end{align*}}
\newcommand{\xx}{\ensuremath{x^2}}
\be a = b \ee \begin{eq}{c} = d \end{eq} so \xx."""
    parts = [p for p in scan_text(text, "a.tex").parts if p.kind == "formula"]
    assert [(p.text.strip(), p.environment) for p in parts] == [
        ("a = b", "equation"),
        ("c = d", "align"),
        ("x^2", ""),
    ]


def test_characters_of_a_body_have_the_place_of_the_use():
    text = r"\newcommand{\v}[1]{\mathbf{#1}} $a + \v{xy} + b$"
    (part,) = [p for p in scan_text(text, "a.tex").parts if p.kind == "formula"]
    assert part.text == r"a + \mathbf{xy} + b"
    use = text.index(r"\v{xy}")
    for char, at in zip(part.text, part.places, strict=False):
        assert at == use or text[at] == char
    assert part.places[part.text.index("xy")] == text.index("xy")
    assert part.places[part.text.index("mathbf")] == use


@pytest.mark.parametrize(
    ("definitions", "formula", "found"),
    [
        (r"\def\a{\a}", r"\a", f"macro `\\a` expands over {MAX_DEPTH} levels deep"),
        (r"\def\a{x\b}\def\b{\a}", r"\a", f"expands over {MAX_DEPTH} levels deep"),
        (r"\def\a#1{#1#1}", r"\a\a", f"expands over {MAX_DEPTH} levels deep"),
        (r"\newcommand{\a}[2]{#1}", r"\a{x}", "macro `\\a` needs 2 arguments"),
        (r"\def\a(#1){#1}", r"\a x", "macro `\\a` needs `(` after it"),
        (r"\newcommand{\a}[x]{y}", "1", "this `\\newcommand` is not read"),
        (r"\NewDocumentCommand{\a}{q}{y}", "1", "is not read as a definition"),
        (r"\newcommand{\a}{x", "1", "this `\\newcommand` is not read as a definition"),
    ],
)
def test_what_is_wrong_with_a_macro_is_told_and_the_rest_is_read(
    definitions, formula, found
):
    text = f"{definitions}\n\n${formula}$ $b$"
    document = scan_text(text, "a.tex")
    assert [found in p.text for p in document.problems] == [True]
    assert [p.text for p in document.parts if p.kind == "formula"][-1] == "b"


def test_a_bomb_of_macros_goes_out():
    letters = "abcdefghijklmnopqr"
    definitions = "".join(
        f"\\def\\{x}{{\\{y}\\{y}\\{y}}}" for x, y in pairwise(letters)
    )
    document = scan_text(f"{definitions} $\\a$ \\a $b$", "a.tex")
    assert [p.text for p in document.parts if p.kind == "formula"][-1] == "b"
    assert "a formula has more than 20000 characters" in {
        p.text for p in document.problems
    }
    assert len(document.problems) <= 4
