"""Documents of formula sheets: a page, LaTeX that compiles, Markdown for GitHub."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from stated import quadratic, statement

from verifier.language.checker import check
from verifier.language.statement import Statement
from verifier.output.documents import FORMATS, fragment, html, markdown, tex
from verifier.output.sheet import Sheet, sheet
from verifier.running import catalogue

BOTH = ("numerator", "denominator")
HOSTILE = (
    "</h3><script>alert(1)</script> \\input{/etc/passwd} $x$ ^^5cinput{x} "
    "`code` [a](javascript:alert(1)) *b* | & % # ~ \" ' <!-- << sheet >> <% set %> é ☃"
)


def hostile() -> Statement:
    return statement(
        **quadratic(
            title=HOSTILE,
            source=HOSTILE,
            why=HOSTILE,
            expect="fails",
            let={"y": "A @ x"},
        )
    )


@pytest.fixture(scope="module")
def whole() -> Sheet:
    """Return a sheet of the whole catalogue."""
    found = [check(record)[0] for record in catalogue.select().records]
    return sheet([statement for statement in found if statement is not None], BOTH)


class Tags(HTMLParser):
    """Collects the tags of a page, and the texts of its headings."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.titles: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if self.open[-1:] == ["h3"]:
            self.titles.append(data)


def test_page_shows_hostile_texts_letter_by_letter_and_runs_nothing():
    page = html(sheet([hostile()], BOTH))
    tags = Tags(page)
    names = {name for name, _ in tags.found}
    assert not names & {"script", "img", "iframe", "object", "link", "a"}
    assert "".join(tags.titles) == " ".join(HOSTILE.split())
    assert not any(key.startswith("on") for _, more in tags.found for key in more)
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=\"?(?!#)", page)


def test_page_of_the_whole_catalogue_is_well_formed_and_small(whole):
    page = html(whole)
    assert len(page.encode()) < 3_000_000
    formulas = re.findall(r"<math .*?</math>", page)
    assert len(formulas) > 4000
    for formula in formulas:
        ElementTree.fromstring(formula)
    anchors = re.findall(r'href="#([^"]*)"', page)
    assert anchors == re.findall(r'<h2 id="([^"]*)"', page)


def test_latex_shows_hostile_texts_letter_by_letter():
    said = tex(sheet([hostile()], BOTH))
    assert r"\textbackslash{}input\{/etc/passwd\}" in said
    assert r"\input" not in said and "^^" not in said
    assert said.isascii()
    assert r"\'{e}" in said and "[U+2603]" in said
    packages = re.findall(r"\\usepackage(?:\[.*?\])?\{(.*?)\}", said)
    assert packages == ["inputenc", "amsmath,amssymb"]


def test_markdown_shows_hostile_texts_letter_by_letter():
    said = markdown(sheet([hostile()], BOTH))
    (title,) = re.findall(r"^### (.*)$", said, re.MULTILINE)
    for mark in "<>`[]*$|&#~\\":
        assert not re.search(
            rf"(?<!\\)(?:\\\\)*{re.escape(mark)}", re.sub(r"\\.", "", title)
        )
    assert "javascript" in title


def test_markdown_has_no_macro_that_github_refuses(whole):
    said = markdown(whole)
    assert r"\operatorname" not in said
    assert r"\mathop{\mathrm{tr}}" in said
    blocks = re.findall(r"```math\n(.*?)\n```", said, re.DOTALL)
    assert len(blocks) > 1000
    for block in blocks:
        assert block.startswith("\\begin{aligned}\n") and block.endswith(
            "\n\\end{aligned}"
        )
        assert "\n\n" not in block and "`" not in block
    inline = re.findall(r"\$`([^`]*)`\$", said)
    assert len(inline) > 1000
    assert said.count("$`") == said.count("`$") == len(inline)


def test_fragment_is_to_paste():
    said = fragment(statement(**quadratic(denominator="(A + A.T) @ x", title="A form")))
    assert said == (
        "% A form\n"
        "\\begin{align*}\n"
        "\\frac{\\partial\\,\\mathbf{x}^{\\mathsf{T}}\\mathbf{A}\\mathbf{x}}{\\partial\\mathbf{x}}"
        " & = \\mathbf{x}^{\\mathsf{T}}(\\mathbf{A} + \\mathbf{A}^{\\mathsf{T}})"
        " && \\text{numerator layout} \\\\\n"
        "& = (\\mathbf{A} + \\mathbf{A}^{\\mathsf{T}})\\mathbf{x}"
        " && \\text{denominator layout}\n"
        "\\end{align*}\n"
        "for $\\mathbf{x} \\in \\mathbb{R}^{n}$, "
        "$\\mathbf{A} \\in \\mathbb{R}^{n\\times n}$\n"
    )


@pytest.mark.parametrize("form", FORMATS)
def test_mark_of_a_verdict_stands_beside_its_formula(form: str):
    known = {("one", "numerator", "numerator", "x.T @ (A + A.T)"): "holds"}
    made = sheet([statement(**quadratic())], BOTH, known)
    marks = {
        "html": ">✓<",
        "latex": r"layout $\checkmark$",
        "markdown": "$\\checkmark$}",
    }
    assert marks[form] in FORMATS[form](made)
    assert marks[form] not in FORMATS[form](sheet([statement(**quadratic())], BOTH))


# Real programs.


def needed(program: str) -> str:
    """Return a program's path; without it the test is skipped, in CI it fails."""
    found = shutil.which(program)
    if found is None and os.environ.get("NABLA_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{program} is not installed")
    return found or pytest.skip(f"{program} is not installed")


def compiled(text: str, folder: Path) -> str:
    """Run LaTeX and return its log; every error of it is an error here."""
    pdflatex = needed("pdflatex")
    (folder / "sheet.tex").write_text(text, encoding="utf-8")
    words = "-no-shell-escape -halt-on-error -interaction=nonstopmode sheet.tex"
    done = subprocess.run(
        [pdflatex, *words.split()],
        cwd=folder,
        capture_output=True,
        timeout=240,
        check=False,
    )
    log = (folder / "sheet.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-2000:]
    assert (folder / "sheet.pdf").stat().st_size > 1000
    return log


def test_latex_of_the_whole_catalogue_compiles_and_no_line_is_too_long(whole, tmp_path):
    log = compiled(tex(whole), tmp_path)
    assert log.count("Overfull") <= 3
    assert "Missing character" not in log


def test_latex_of_hostile_texts_compiles(tmp_path):
    compiled(tex(sheet([hostile()], BOTH)), tmp_path)


def test_fragment_compiles(tmp_path):
    body = fragment(hostile())
    compiled(
        "\\documentclass{article}\\usepackage{amsmath,amssymb}"
        f"\\begin{{document}}\n{body}\\end{{document}}\n",
        tmp_path,
    )


MEASURE = """<script>
const wrong = [...document.querySelectorAll('math')].filter(m => {
  const box = m.getBoundingClientRect();
  return !(box.width > 0 && box.height > 0) || box.height > 400;
});
const page = document.documentElement;
document.title = JSON.stringify({
  formulas: document.querySelectorAll('math').length,
  wrong: wrong.map(m => m.outerHTML),
  sideways: page.scrollWidth > page.clientWidth,
});
</script>"""


def test_formulas_have_a_size_in_a_browser_and_none_makes_the_page_wider(
    whole, tmp_path
):
    chromium = needed("chromium")
    page = html(replace(whole, sections=whole.sections[::6]))
    page = re.sub(r"<meta http-equiv=.*?>", "", page).replace(
        "</body>", MEASURE + "</body>"
    )
    (tmp_path / "sheet.html").write_text(page, encoding="utf-8")
    words = (
        "--headless --no-sandbox --disable-gpu --disable-background-networking "
        "--disable-component-update --disable-sync --window-size=500,900 --dump-dom"
    )
    done = subprocess.run(
        [chromium, *words.split(), f"--user-data-dir={tmp_path / 'profile'}",
         (tmp_path / "sheet.html").as_uri()],
        capture_output=True, text=True, timeout=240, check=True,
    )  # fmt: skip
    found = re.search(r"<title>(.*?)</title>", done.stdout)
    assert found is not None
    assert found[1].endswith('"wrong":[],"sideways":false}'), found[1][:2000]
    assert int(re.findall(r"\d+", found[1])[0]) > 500
