"""Documents are taken apart into prose, formulas and remarks with true places."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latexwalker import LatexWalker, LatexWalkerEndOfStream

from verifier.notes.document import Document, Part
from verifier.notes.gathering import MAX_FORMULA, MAX_PARTS
from verifier.notes.lexing import Lexer
from verifier.notes.opening import MAX_BYTES
from verifier.notes.scanning import scan, scan_text
from verifier.reading.problem import Place

NAMES = ("a.tex", "a.md", "a.txt", "a.ipynb")


def formulas(text: str, name: str = "a.tex") -> list[str]:
    return [p.text.strip() for p in scan_text(text, name).parts if p.kind == "formula"]


def prose(text: str, name: str = "a.tex") -> str:
    parts = scan_text(text, name).parts
    return " ".join("|".join(p.text for p in parts if p.kind == "prose").split())


def only(document: Document, kind: str = "formula") -> Part:
    found = [part for part in document.parts if part.kind == kind]
    assert len(found) == 1
    return found[0]


# --- LaTeX


@pytest.mark.parametrize(
    ("text", "display", "environment"),
    [
        (r"$a = b$", False, ""),
        (r"\(a = b\)", False, ""),
        (r"$$a = b$$", True, ""),
        (r"\[a = b\]", True, ""),
        (r"\begin{math}a = b\end{math}", False, "math"),
        *(
            (rf"\begin{{{name}{star}}}a = b\end{{{name}{star}}}", True, name)
            for name in ["equation", "align", "gather", "multline", "flalign", "dmath"]
            for star in ("", "*")
        ),
        (r"\begin{eqnarray*}a = b\end{eqnarray*}", True, "eqnarray"),
        (r"\begin{displaymath}a = b\end{displaymath}", True, "displaymath"),
        (r"\begin{alignat}{2}a = b\end{alignat}", True, "alignat"),
    ],
)
@pytest.mark.parametrize("name", ["a.tex", "a.md"])
def test_every_kind_of_delimiter_begins_a_formula(text, display, environment, name):
    document = scan_text(f"So {text} holds.", name)
    part = only(document)
    assert (part.text, part.display, part.environment) == (
        "a = b",
        display,
        environment,
    )
    assert document.source[name][part.start : part.stop] == text
    assert document.problems == ()
    words = [p.text.strip() for p in document.parts if p.kind == "prose"]
    assert words == ["So", "holds."]
    assert {p.paragraph for p in document.parts} == {part.paragraph}


def test_environments_inside_a_formula_stay_in_it():
    inner = (
        r"\begin{aligned} a &= \begin{pmatrix} 1 \\[2pt] 2 \end{pmatrix} \end{aligned}"
    )
    assert formulas(rf"\begin{{equation}}{inner}\end{{equation}}") == [inner]
    assert formulas(r"\[\begin{align*} a &= b \end{align*}\]") == [
        r"\begin{align*} a &= b \end{align*}"
    ]


def test_comments_are_dropped_and_an_escaped_percent_is_none():
    text = "a % no $x$\n  b 5\\% $x % y\n+ z$"
    assert formulas(text) == ["x + z"]
    assert prose(text) == "a b 5%"


@pytest.mark.parametrize(
    "hidden",
    [
        r"\verb|$x = y$|",
        r"\verb*+$x = y$+",
        "\\begin{verbatim}\n$x = y$\n\\end{verbatim}",
        "\\begin{lstlisting}[language=C]\n$x = y$\n\\end{lstlisting}",
        "\\begin{minted}{c}\n$x = y$\n\\end{minted}",
        "\\begin{comment}\n$x = y$\n\\end{comment}",
        r"\iffalse $x = y$ \iftrue \fi $x = y$ \fi",
        "\\url{a$b$c}",
    ],
)
def test_what_is_no_text_is_skipped(hidden):
    document = scan_text(f"before {hidden} after $u$", "a.tex")
    assert only(document).text == "u"
    assert document.problems == ()
    assert prose(f"before {hidden} after $u$").split() == ["before", "after"]


def test_else_of_iffalse_is_read():
    assert formulas(r"\iffalse $a$ \else $b$ \fi $c$") == ["b", "c"]


def test_labels_tags_and_numbers_are_dropped_and_text_is_kept():
    text = (
        r"\[ a = b \label{eq:1} \tag*{3} \nonumber \notag \text{ if $x$ is} \qquad c \]"
    )
    assert formulas(text)[0].split() == [
        r"a",
        r"=",
        r"b",
        r"\text{",
        r"if",
        r"$x$",
        r"is}",
        r"\qquad",
        r"c",
    ]


def test_intertext_is_text_of_the_same_formula():
    text = r"\begin{align} a &= b \intertext{for all $x$} &= c \end{align}"
    assert formulas(text) == [r"a &= b \text{for all $x$} &= c"]


def test_the_preamble_says_nothing_but_its_macros_count():
    text = r"""\newcommand{\R}{\mathbb{R}} Words $z$.
% \begin{document} in a comment
\begin{document} $x \in \R$ \end{document} $no$ words"""
    assert formulas(text) == [r"x \in \mathbb{R}"]
    assert prose(text) == ""


def test_headings_and_environments_are_told():
    text = r"""\newtheorem{thm}{Theorem}
\section{Matrix derivatives of $A$}\subsection*{One} $a$
\begin{thm} $b$ \begin{proof} $c$ \end{proof} $d$ \end{thm}
\section{Two} $e$"""
    within = {
        p.text: p.within for p in scan_text(text, "a.tex").parts if p.kind == "formula"
    }
    one = ("section: Matrix derivatives of A", "subsection: One")
    assert within["a"] == one
    assert within["b"] == (*one, "theorem")
    assert within["c"] == (*one, "theorem", "proof")
    assert within["d"] == (*one, "theorem")
    assert within["e"] == ("section: Two",)


def test_prose_is_words():
    text = (
        r"\textbf{Soit} $A$ une matrice sym\'etrique, na\"{\i}ve et \c{c}a; "
        r"see~\ref{fig} \cite[p.~3]{foo}: \$5 \& more\footnote{Or less.}"
    )
    said = "Soit | une matrice symétrique, naïve et ça; see : $5 & more Or less."
    assert prose(text) == said


def test_paragraphs_are_numbered_and_items_are_paragraphs():
    text = "$a$ b $c$\n\n$d$ \\begin{itemize}\\item $e$ \\item $f$\\end{itemize}"
    parts = scan_text(text, "a.tex").parts
    number = {p.text: p.paragraph for p in parts if p.kind == "formula"}
    assert number["a"] == number["c"]
    assert number["a"] < number["d"] < number["e"] < number["f"]


# --- Markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs $5 and $6.", []),
        ("costs $5 and the formula $x^2$ is", ["x^2"]),
        ("$20,000 and USD$30,000", []),
        ("$x$-axis, $y$", ["x", "y"]),
        ("a \\$ b $x$ \\$", ["x"]),
        ("$ x_i = x_i(t) $ and $A^T $", ["x_i = x_i(t)", "A^T"]),
        ("$a\n= b$", ["a\n= b"]),
        ("$$\na\n=\nb\n- c\n# d\n$$", ["a\n=\nb\n- c\n# d"]),
        ("\\[a\n+ b\n\\]", ["a\n+ b"]),
        ("$a\n\nb$", []),
        ("$$a\n= b$$", ["a\n= b"]),
        ("`$x$` and ``a ` $y$`` $z$", ["z"]),
        ("```\n$x$\n```\n$y$", ["y"]),
        ("~~~~ python\n$x$\n~~~\n~~~~\n$y$", ["y"]),
        ("```math\na = b\n```", ["a = b"]),
        ("- item\n\n    ```latex\n    a = b\n    ```", ["a = b"]),
        ("```tex\n\\[a\\] and $b$\n```", ["a", "b"]),
        ("```{=latex}\na = b\n```", []),
        ("$`a = b`$ and `c`", ["a = b"]),
        ("text\n\n    $code$\n\n$y$", ["y"]),
        ("1. item\n\n    $a$", ["a"]),
        ("> $$\n> a = b\n> $$", ["a = b"]),
        ("\\[see below\\] and \\[a = b\\]", ["a = b"]),
        ("\\\\(a\\\\) \\\\[b = c \\\\]", ["a", "b = c"]),
        ("\\begin{align}\na &= b\n\n&= c\n\\end{align}", ["a &= b\n\n&= c"]),
        ("[link](http://a.b/$x$) $y$", ["y"]),
        ("---\ntitle: $x$\n---\n$y$", ["y"]),
        ("<!-- $x$ --> $y$", ["y"]),
        ("| $a$ | $b$ |\n|---|---|\n| $c$ | d |", ["a", "b", "c"]),
        ("$x$$y$", ["x", "y"]),
    ],
)
def test_markdown_formulas(text, expected):
    assert formulas(text, "a.md") == expected


def test_markdown_headings():
    text = "# One {#id}\n$a$\n\n## *Two* ##\n$b$\n\nThree\n=====\n$c$"
    within = {
        p.text: p.within for p in scan_text(text, "a.md").parts if p.kind == "formula"
    }
    assert within == {
        "a": ("section: One",),
        "b": ("section: One", "subsection: Two"),
        "c": ("section: Three",),
    }


def test_a_short_line_alone_is_a_heading_of_plain_text_only():
    text = "Matrix derivatives\n\n$a$\n\nThis is said.\n\n    $b$\n\n"
    text += "- Item\n\nThen the rule gives\n\nTwo\nlines $c$"
    parts = [p for p in scan_text(text, "a.txt").parts if p.kind == "formula"]
    assert [p.text for p in parts] == ["a", "b", "c"]
    assert {p.within for p in parts} == {("section: Matrix derivatives",)}
    assert {p.within for p in scan_text(text, "a.md").parts} == {()}
    marked = scan_text("# One\n\nTwo\n\n$a$", "a.txt")
    assert only(marked).within == ("section: One",)


def test_markdown_prose_has_no_marks():
    text = "- **Let** _x_ be `code` in [the text](http://a.b), snake_case <b>and</b>."
    assert prose(text, "a.md") == "Let x be in [the text] , snake_case and."


def test_macros_of_markdown_are_defined_inside_and_outside_of_dollars():
    text = (
        "$\\newcommand{\\R}{\\mathbb{R}}$\n\\def\\v#1{\\mathbf{#1}}\n\n$\\v x \\in \\R$"
    )
    assert formulas(text, "a.md") == [r"\mathbf{x} \in \mathbb{R}"]
    assert prose(text, "a.md") == ""


# --- plain text and its choice


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("d(x'*A*x)/dx = (A+A')*x", ["d(x'*A*x)/dx = (A+A')*x"]),
        ("∇f = 2 A x", ["∇f = 2 A x"]),
        ("Let f(x) = x'*A*x, then df/dx = 2*A*x.", ["f(x) = x'*A*x", "df/dx = 2*A*x"]),
        ("  1) d log det(X)/dX = inv(X)'   (3)", ["d log det(X)/dX = inv(X)'"]),
        ("where A is symmetric and x is a vector", []),
        ("The price is the same.", []),
        ("Let x ∈ ℝⁿ be a vector", ["x ∈ ℝⁿ"]),
    ],
)
def test_plain_text_lines(line, expected):
    assert formulas(line, "a.txt") == expected


def test_the_name_or_else_the_text_says_what_a_document_is_written_in():
    text = "\\[a\\] % \\(b\\)"
    assert formulas(text, "a.tex") == ["a"]
    assert formulas(text, "a.md") == ["a", "b"]
    assert formulas("it costs $5 or $6 if a = b", "a.txt") == ["a = b"]
    assert formulas("- $a$ and so on, c = d", "a.txt") == ["a"]
    assert formulas("\\documentclass{article}\n$a$ % $b$", "a.txt") == ["a"]


def test_formulas_of_the_four_lectures_are_counted():
    folders = [each / "shared" / "lectures" for each in Path(__file__).parents]
    folder = next((each for each in folders if each.is_dir()), None)
    if folder is None:
        pytest.skip("the lectures are not beside this checkout")
    documents = [scan(path) for path in sorted(folder.glob("*.txt"))]
    counts = [sum(p.kind == "formula" for p in d.parts) for d in documents]
    assert counts == [44, 85, 53, 17]
    # One slide has a formula that its converter cut in the middle.
    assert [len(document.problems) for document in documents] == [0, 0, 1, 0]


# --- notebooks


def notebook(*cells: tuple[str, object]) -> str:
    listed = [{"cell_type": kind, "source": source} for kind, source in cells]
    return json.dumps({"cells": listed, "nbformat": 4, "nbformat_minor": 5})


def test_markdown_cells_are_read_with_places_in_their_cells():
    text = notebook(
        ("code", "x = '$no$'"),
        ("raw", "$no$"),
        ("markdown", ["# Title\n", "Let $\\def\\R{R}$\n", "so $x \\in \\R$"]),
        ("markdown", "$y \\in \\R$"),
    )
    document = scan_text(text, "a.ipynb")
    first, second = (p for p in document.parts if p.kind == "formula")
    assert (first.text, second.text) == (r"x \in R", r"y \in R")
    assert document.place(first) == Place("a.ipynb:cell 3", 3, 5)
    assert document.place(second) == Place("a.ipynb:cell 4", 1, 2)
    assert second.within == ("section: Title",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", "its JSON has an error"),
        ("[]", "no list of cells"),
        ('{"cells": 3}', "no list of cells"),
        ("[" * 100_000, "not a notebook"),
    ],
)
def test_what_is_no_notebook_is_said(text, found):
    (problem,) = scan_text(text, "a.ipynb").problems
    assert found in problem.text
    assert problem.place.file == "a.ipynb"


def test_odd_cells_are_passed_over():
    text = json.dumps(
        {"cells": [3, {}, {"cell_type": "markdown", "source": [1, "$a$"]}]}
    )
    assert formulas(text, "a.ipynb") == ["a"]


def test_old_notebooks_have_their_cells_in_worksheets():
    cell = {"cell_type": "markdown", "source": "$a$"}
    text = json.dumps({"worksheets": [{"cells": [cell]}]})
    assert formulas(text, "a.ipynb") == ["a"]


# --- remarks


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a % nabla: where A: symmetric(n)\nb", "a.tex"),
        ("\\[a %% nabla:   where A: symmetric(n)  \n\\]", "a.tex"),
        ("% nabla: where A: symmetric(n)\n\\begin{document}\\end{document}", "a.tex"),
        ("a <!-- nabla: where A: symmetric(n) --> b", "a.md"),
        ("a <!--\nnabla:\n where A: symmetric(n)\n--> b", "a.md"),
        ("x = y + z\nnabla: where A: symmetric(n)", "a.txt"),
    ],
)
def test_remarks_to_nabla_are_carried(text, name):
    document = scan_text(text, name)
    part = only(document, "remark")
    assert part.text == "where A: symmetric(n)"
    assert text[part.places[0] : part.places[-1]] == part.text


def test_remarks_in_code_are_none():
    text = "```\n<!-- nabla: skip -->\n```\n`<!-- nabla: skip -->`"
    assert [p for p in scan_text(text, "a.md").parts if p.kind == "remark"] == []


# --- files


def test_inputs_are_read_in_their_place(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "macros.tex").write_text("\\newcommand{\\R}{R} $no$")
    (tmp_path / "parts" / "one.tex").write_text("One\n$\\R = 1$")
    main = tmp_path / "main.tex"
    main.write_text(
        "\\input{macros}\\begin{document}A \\include{parts/one} B"
        "\\input parts/one.tex C\\end{document}"
    )
    document = scan(main)
    kinds = [(p.kind[0], p.text.strip()) for p in document.parts]
    one = [("p", "One"), ("f", "R = 1")]
    assert kinds == [("p", "A"), *one, ("p", "B"), *one, ("p", "C")]
    part = document.parts[2]
    assert part.file == str(tmp_path / "parts" / "one.tex")
    assert document.place(part) == Place(part.file, 2, 2)
    assert document.problems == document.notes == ()


def test_an_absent_input_is_a_note(tmp_path):
    main = tmp_path / "main.tex"
    main.write_text("$a$ \\input{gone} $b$")
    document = scan(main)
    assert [p.text for p in document.parts if p.kind == "formula"] == ["a", "b"]
    assert document.problems == ()
    (note,) = document.notes
    assert note.text == "the file `gone` is not there"
    assert (note.place.line, note.place.column) == (1, 5)


@pytest.mark.parametrize(
    "name", ["../secret", "{sub/../../secret}", "link", "/etc/hosts"]
)
def test_no_input_leaves_the_folder(tmp_path, name):
    (tmp_path / "secret.tex").write_text("$secret$")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.tex").symlink_to(tmp_path / "secret.tex")
    main = folder / "main.tex"
    main.write_text(f"$a$ \\input{{{name.strip('{}')}}} $b$")
    document = scan(main)
    assert [p.text for p in document.parts if p.kind == "formula"] == ["a", "b"]
    assert len(document.problems) == 1
    assert "folder" in document.problems[0].text + document.problems[0].hint


def test_inputs_that_go_round_are_told_once(tmp_path):
    (tmp_path / "a.tex").write_text("$a$ \\input{b}")
    (tmp_path / "b.tex").write_text("$b$ \\input{a} $c$")
    document = scan(tmp_path / "a.tex")
    assert [p.text for p in document.parts if p.kind == "formula"] == ["a", "b", "c"]
    assert [p.text for p in document.problems] == ["the file `a` inputs itself"]


def test_a_text_without_a_file_inputs_nothing():
    document = scan_text("\\input{a} $b$", "a.tex")
    assert only(document).text == "b"
    assert len(document.notes) == 1


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path):
    (problem,) = scan(tmp_path / "gone.tex").problems
    assert problem.text.startswith("the file cannot be read")
    large = tmp_path / "large.tex"
    large.write_bytes(b"x" * (MAX_BYTES + 1))
    (problem,) = scan(large).problems
    assert f"the limit is {MAX_BYTES} bytes" in problem.text


def test_bytes_become_text(tmp_path):
    file = tmp_path / "a.tex"

    def read(data: bytes) -> Document:
        file.write_bytes(data)
        return scan(file)

    windows = read(b"\xef\xbb\xbfa\r\nb $x\r\n= y$\r")
    assert only(windows).text == "x\n= y"
    assert windows.place(only(windows)).line == 2
    assert windows.problems == ()
    assert only(read("é $x$".encode("utf-16"))).text == "x"
    latin = read(b"\\usepackage[latin1]{inputenc} \xe9 $x$")
    assert "é" in latin.parts[0].text and latin.problems == ()
    bad = read(b"ab\n\xe9 $x$")
    assert only(bad).text == "x"
    assert bad.problems[0].text == "the byte `0xe9` is not UTF-8"
    assert bad.problems[0].place.line == 2


def test_characters_nobody_can_see_are_told_and_harmless():
    document = scan_text("a\x00 \ud800 $x\x00y$\x00", "a.tex")
    assert only(document).text == "x y"
    assert len(document.problems) == 2
    assert "U+0000" in document.problems[1].text + document.problems[0].text
    text = notebook(("markdown", "a \ud800 $x$"))
    assert only(scan_text(text, "a.ipynb")).text == "x"


# --- what is broken


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("$a\n\n$b$", "the formula that `$` begins has no end", ["b"]),
        ("\\(a\n\n$b$", "the formula that `\\(` begins has no end", ["b"]),
        ("\\[a \\[b\\]", "the formula that `\\[` begins has no end", ["b"]),
        (
            "\\begin{align}a \\begin{align}b\\end{align}",
            "the formula that `\\begin{align}` begins has no end",
            ["b"],
        ),
        (
            "\\begin{proof}\\[a\\end{proof}$b$",
            "the formula that `\\[` begins has no end",
            ["b"],
        ),
        (
            "\\begin{align}a \\section{B} $b$",
            "the formula that `\\begin{align}` begins has no end",
            ["b"],
        ),
        ("$\\frac{a$ $b$", "a `{` of this formula has no partner", ["\\frac{a", "b"]),
        ("$a}$ $b$", "a `}` of this formula has no partner", ["a}", "b"]),
        ("\\begin{verbatim} $b$", "`\\end{verbatim}` is missing", ["b"]),
        ("\\iffalse $b$", "`\\fi` is missing", ["b"]),
    ],
)
def test_what_is_broken_is_told_and_the_rest_is_read(text, found, rest):
    document = scan_text(text, "a.tex")
    assert [p.text for p in document.problems] == [found]
    assert formulas(text) == rest


def test_a_formula_has_a_limit():
    text = f"$a$ ${'x' * (MAX_FORMULA + 1)}$ $b$"
    for name in ("a.tex", "a.md"):
        document = scan_text(text, name)
        assert formulas(text, name) == ["a", "b"]
        assert [p.kind for p in document.problems] == ["limit"]


def test_a_document_has_a_limit_of_parts():
    document = scan_text("$x$" * (MAX_PARTS + 10), "a.tex")
    assert len(document.parts) == MAX_PARTS
    (problem,) = document.problems
    assert f"more than {MAX_PARTS}" in problem.text


HOSTILE = {
    "dollars": "$" * 100_000,
    "begins": "\\begin{" * 100_000,
    "braces": "{" * 100_000,
    "deep": "$" + "{" * 100_000 + "}" * 100_000 + "$",
    "displays": "\\[" * 100_000,
    "environments": "\\begin{foo}" * 50_000,
    "arguments": "\\newcommand{\\v}[1]{#1}" + "\\v{" * 50_000,
    "labels": "\\label{" * 50_000,
    "code": "` `` ``` ```` " * 20_000,
    "comments": "<!--" * 100_000,
    "links": "](" * 100_000,
    "definitions": "\\def\\a" * 50_000,
    "quotes": "> " * 100_000,
    "signs": "a = b " * 50_000,
}


@pytest.mark.parametrize("name", ["a.tex", "a.md", "a.txt"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_takes_linear_time(text, name):
    start = time.process_time()
    scan_text(text, name)
    assert time.process_time() - start < 30  # quadratic time would be minutes


# --- properties

SIGNS = "$ $$ \\( \\) \\[ \\] { } [ ] % & # ~ ` ``` > - = * _ ^ a b x' 1"
PIECES = st.sampled_from(
    [
        *SIGNS.split(" "),
        *(" ", "\n", "\n\n", "\\\\", "\\frac", "\\text{", "é", "<!--", "-->"),
        *("\\begin{align}", "\\end{align}", "\\begin{proof}", "\\end{proof}"),
        *("\\begin{verbatim}", "\\end{verbatim}", "\\verb|", "\\section{", "|"),
        *("\\iffalse", "\\fi", "nabla: skip", "\\label{", "\\item", "\\input{a}"),
        *("\\begin{document}", "\\end{document}", "\\'e", "```math\n", "    ", "# "),
    ]
)
DEFINING = st.sampled_from(
    [
        *("\\newcommand{\\a}[1]{", "\\def\\a#1,#2{", "\\a", "#1", "\\let\\a\\b"),
        *("\\NewDocumentCommand{\\a}{s O{x}}{", "\\DeclareMathOperator{\\a}{"),
        *("\\newenvironment{align}{", "\\begin{", "\\end{", "\\ensuremath{", "[1]"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(NAMES[:3]))
def test_places_are_true(text, name):
    document = scan_text(text, name)
    for part in document.parts:
        source = document.source[part.file]
        assert len(part.places) == len(part.text) + 1
        assert 0 <= part.start <= part.places[0] <= part.places[-1] <= part.stop
        assert part.stop <= len(source)
        assert list(part.places) == sorted(part.places)
        for char, at in zip(part.text, part.places, strict=False):
            made = part.kind == "prose" or (char == " " and source[at].isalpha())
            assert made or source[at] == char
        place = document.place(part)
        assert (
            source.split("\n")[place.line - 1][place.column - 1 :]
            == (source[part.places[0] :].partition("\n")[0])
        )


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(), st.lists(PIECES | DEFINING, max_size=60).map("".join)),
    st.sampled_from(NAMES),
)
def test_reading_never_raises(text, name):
    if name == "a.ipynb":
        text = notebook(("markdown", text))
    document = scan_text(text, name)
    for part in document.parts:
        assert len(part.places) == len(part.text) + 1
        size = len(document.source[part.file])
        assert all(0 <= at <= size for at in part.places)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "\\frac",
                "\\alpha",
                "{",
                "}",
                "x",
                "1",
                "$",
                "\\%",
                "~",
                "%c\n",
                "\\\\",
                "[",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_tokens_are_those_of_pylatexenc(text):
    ours = [
        (atom, at)
        for token in Lexer(text, 0, len(text), lambda *_: None)
        for atom, at in (
            [(c, token.place + i) for i, c in enumerate(token.text)]
            if token.kind == "chars"
            else [(token.text.rstrip("\n"), token.place)]
        )
        if not atom.isspace()
    ]
    walker, theirs, at = LatexWalker(text, tolerant_parsing=True), [], 0
    while True:
        try:
            token = walker.get_token(at)
        except LatexWalkerEndOfStream:
            break
        at = token.pos + token.len
        written = text[token.pos : at].rstrip("\n")
        if written == "$$":  # we decide later whether two dollars are one sign
            theirs += [("$", token.pos), ("$", token.pos + 1)]
        else:
            theirs.append((written, token.pos))
    assert ours == theirs
