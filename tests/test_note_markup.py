"""Formulas are found wherever they are set: in boxes, lists, tags, pictures."""

from __future__ import annotations

import time

import pytest

from verifier.notes.scanning import scan_text

RULE = r"\frac{\partial x^T A x}{\partial x} = (A + A^T)x"
CODED = RULE.replace("\\", "%5C").replace("+", "%2B").replace(" ", "%20")


def formulas(text: str, name: str = "a.md") -> list[str]:
    document = scan_text(text, name)
    assert document.problems == ()
    found = [part for part in document.parts if part.kind == "formula"]
    for part in found:  # every formula is where the document has it
        at = document.place(part)
        assert text.split("\n")[at.line - 1] or part.text.startswith("\n")
    return [" ".join(part.text.split()) for part in found]


@pytest.mark.parametrize(
    "text",
    [
        f'!!! note "Title"\n    Text:\n\n    $$\n    {RULE}\n    $$\n',
        f'??? tip "Proof"\n\n    1. $${RULE}$$\n',
        f'!!! note\n\n    ??? tip "More"\n\n        so ${RULE}$ here\n',
        f'=== "Tab"\n\n    $${RULE}$$\n',
        f"Text:\n\n    $${RULE}$$\n",
        f"Text:\n\n    $$\n    {RULE}\n    $$\n",
        f"Text:\n\n\t${RULE}$\n",
        f"Text:\n\n    \\[{RULE}\\]\n",
        f"Text:\n\n    \\begin{{align}}\n    {RULE}\n    \\end{{align}}\n",
        f"Term\n:   Text\n\n    $${RULE}$$\n",
        f"Text[^1]\n\n[^1]: see\n\n    $${RULE}$$\n",
        f"{{{{< katex display >}}}}\n{RULE}\n{{{{< /katex >}}}}\n",
        f"so {{{{< katex >}}}}{RULE}{{{{< /katex >}}}} holds\n",
        f"{{{{% math %}}}}{RULE}{{{{% /math %}}}}\n",
        f"{{% math %}}\n{RULE}\n{{% endmath %}}\n",
        f"{{{{< math >}}}}\n$${RULE}$$\n{{{{< /math >}}}}\n",
        f"which helps:\n$$\n\n{RULE}\n\n$$\nThen we go on.\n",
        f":::{{math}}\n:label: a\n\n{RULE}\n:::\n",
        f"```katex\n{RULE}\n```\n",
        "<p><math><semantics><mi>x</mi><annotation encoding='application/x-tex'>"
        f"{RULE}</annotation></semantics></math></p>",
        f"![f](https://latex.codecogs.com/svg.latex?{CODED})\n",
        f"![[公式]](https://www.zhihu.com/equation?tex={CODED.replace('%20', '+')})\n",
        '<img src="https://render.githubusercontent.com/render/math?math='
        f'{CODED}&mode=inline" alt="f">\n',
        f"<img src='https://latex.codecogs.com/gif.latex?\\inline&space;{CODED}'/>\n",
    ],
)
def test_a_formula_is_found_wherever_it_is_set(text):
    assert formulas(text) == [RULE]


@pytest.mark.parametrize(
    "text",
    [
        "so\n\n$\\displaystyle\n~~~~~%s\n$\n\nthen\n",
        "so\n\n$$\n~~~~~%s\n$$\n\nthen\n",
        "so\n$$\n~~~%s\n$$\n\n~~~\n$a$\n~~~\n",
        "so\n\n\\[\n~~~~%s\n\\]\n",
        "so\n\n\\begin{align}\n~~~~%s\n\\end{align}\n",
    ],
)
def test_tildes_at_the_start_of_a_line_are_white_space_in_a_formula(text):
    (found,) = formulas(text % RULE)
    assert found.removeprefix("\\displaystyle").lstrip(" ~") == RULE


def test_tildes_fence_code_behind_a_formula():
    assert formulas(f"so $a$\n\n${RULE}$\n~~~\n$b = c$\n~~~\n${RULE}$\n") == [
        "a",
        RULE,
        RULE,
    ]


def test_lines_between_double_dollars_may_be_empty_and_all_of_them_count():
    products = r"\frac{\partial \text{tr}(AXB)}{\partial X} = A^T B^T\\"
    assert formulas(f"so\n$$\n{products}\n\n{products}\n$$\nthen\n") == [
        f"{products} {products}"
    ]


def test_doubled_backslashes_are_read_as_one_where_all_are():
    lines = [
        r"\\[ \\nabla \\tfrac12 \\|A\\mathbf{x}\\|^2 = A^T A\\mathbf{x} \\\\",
        r"\\]",
    ]
    found = formulas("\n".join(["so \\\\(\\\\alpha = \\\\beta\\\\) and", *lines]))
    assert found[0] == r"\alpha = \beta"
    assert found[1].replace(" ", "") == (
        r"\nabla\tfrac12\|A\mathbf{x}\|^2=A^TA\mathbf{x}\\"
    )
    broken = formulas("$$a = b \\\\c = d, \\alpha + \\beta + \\gamma$$\n")
    assert "\\\\c" in broken[0]


@pytest.mark.parametrize(
    "text",
    [
        "Text:\n\n    x = y * A\n    price = '$5 and $6'\n",
        "Text:\n\n    $ make FOO_A=$BAR_B\n    $ cp a_1 $HOME\n",
        "Text:\n\n\techo $$HOME_A $$PATH_B\n",
        "![f](https://example.org/svg.latex?x^2=1)\n",
        "{{< figure src='a_1=b.png' >}}\n",
        "The price $$ is open\n\nand words that say $$ again x_1 = 2.\n",
    ],
)
def test_programs_pictures_and_words_are_no_formulas(text):
    found = scan_text(text, "a.md").parts
    assert [part.text for part in found if part.kind == "formula"] == []


def test_a_line_is_where_its_formula_is_behind_one_that_was_longer():
    text = (
        f"a\n\n![f](https://latex.codecogs.com/svg.latex?{CODED}) b\n"
        f":::{{math}}\n{RULE}\n:::\n\n$x = y$\n"
    )
    document = scan_text(text, "a.md")
    found = [part for part in document.parts if part.kind == "formula"]
    assert [document.place(part).line for part in found][::2] == [3, 8]


@pytest.mark.parametrize(
    "piece",
    [
        "{{< math >}} a ",
        ":::{math}\na\n",
        "![[![",
        "<math display='block'>",
        "<annotation encoding='application/x-tex'>",
        "<img src='https://latex.codecogs.com/svg.latex?a",
        "![a](https://latex.codecogs.com/svg.latex?(((",
        "    \\[ \\ab\n\n",
        "$$\n\na",
    ],
)
def test_a_text_of_openings_is_read_in_time(piece):
    start = time.process_time()
    scan_text(piece * (100_000 // len(piece)), "a.md")
    assert time.process_time() - start < 20
