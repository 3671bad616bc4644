"""The page of documents: what it says, and that no text makes it do anything."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import notes_made
import pytest
from browser import PHONE, WIDE, Browser
from made import EVIL
from notes_made import RIGHT, SOURCE, digest, mixed, unread
from test_report import Page

from verifier.notes.model import Inference, Verdict
from verifier.output import notes_page
from verifier.output.notes_page import html, write
from verifier.output.report import TEMPLATES
from verifier.reading.problem import Place

STATUS = "document.querySelector('[role=status]').textContent"
SHOWN = """[...document.querySelectorAll('.note')]
  .filter((e) => e.checkVisibility()).map((e) => e.id)"""


def page_of(*digests) -> Page:
    return Page(html(digests))


# --- what it says -------------------------------------------------------------------


def test_the_counts_of_all_three_classes_head_the_page():
    page = page_of(mixed())
    assert page.headings[0] == (1, "1 of 7 statements is wrong")
    before = page.text[: page.text.index("To look at")]
    assert "a.tex : 7 read: 1 holds, 1 fails, " in before
    assert "1 is no statement; 3 are not read. layout: denominator (declared" in before
    for said in ("7 read", "1 is no statement", "3 are not read", "1 fails"):
        assert said in before


def test_what_is_urgent_comes_first_and_the_rest_in_its_order():
    page = page_of(mixed())
    said = [text for level, text in page.headings if level in (3, 4)]
    lines = [text for text in said if text.startswith("line ")]
    assert lines == [
        *("line 20", "line 40", "line 50", "line 30", "line 48"),
        *("line 10", "line 22", "line 35", "line 42", "line 44", "line 46"),
    ]
    open_ = [a["id"] for a in page.classed("note") if "open" in a]
    assert open_ == ["s2", "s6", "s11", "s4", "s10"]


def test_a_formula_stands_as_it_was_written_and_as_it_was_read():
    page = page_of(mixed())
    assert RIGHT.formula in page.inside["code"]
    assert RIGHT.read in page.inside["code"]
    assert page.text.count("\\frac{\\partial f}{\\partial x} % 20") >= 2
    assert len(page.attributes("math")) >= 14
    source = html([mixed()])
    assert "<mfrac>" in source


def test_a_wrong_one_says_what_to_write_and_how_to_try_it():
    page = page_of(mixed())
    assert "factor: write 2*x" in page.text
    assert "2\\mathbf{x}" in page.inside["code"]
    assert "nabla check 'd(x.T @ x)/dx = 3*x where x: vector(n)'" in page.text
    plain = replace(mixed().verdicts[1].finding, latex=False)
    verdict = replace(mixed().verdicts[1], finding=plain)
    assert "2*x" in page_of(digest(verdict)).inside["code"]


def test_each_inference_leads_to_the_line_that_says_so():
    page = page_of(mixed())
    links = {a["href"] for a in page.attributes("a")}
    ids = {a["id"] for _, a in page.tags if "id" in a}
    assert {"#L1-4", "#L1-10", "#L1-20"} <= links
    assert {href[1:] for href in links if href and re.match("#[Ls][0-9]", href)} <= ids
    assert "A: matrix(n, n) the text says A \\in R^{n x n} , line 4" in page.text


def test_an_inference_from_another_file_leads_there():
    said = Inference("A: matrix(n, n)", "defined", 2, "b.tex")
    made = digest(Verdict(replace(RIGHT, inferred=(said,))))
    made = replace(made, source={"a.tex": SOURCE, "b.tex": "one\ntwo\n"})
    page = page_of(made, made)
    assert [a["href"] for a in page.attributes("a")].count("#L2-2") == 1
    assert [a["href"] for a in page.attributes("a")].count("#L4-2") == 1


def test_of_several_documents_each_formula_says_which_it_is_of():
    first = mixed()
    other = replace(RIGHT, place=Place("sub/b.tex", 9, 1))
    second = replace(digest(Verdict(other)), source={"sub/b.tex": SOURCE})
    said = [text for _, text in page_of(first, second).headings]
    assert "a.tex, line 20" in said
    assert "b.tex, line 9" in said


def test_what_is_known_to_be_wrong_and_what_holds_elsewhere_say_so():
    text = page_of(mixed()).text
    assert "fails: the text says so itself" in text
    assert "holds, but a remark expects it to fail" in text
    assert "holds in another reading only: A symmetric" in text
    assert "d(x.T @ A @ x)/dx = 2*A @ x where x: vector(n), A: symmetric(n)" in text


def test_what_is_not_read_says_which_construct_is_missing():
    page = page_of(digest(unread(7, "an integral")))
    assert page.headings[0] == (1, "No statement was read")
    assert "an integral: \\int is not read yet" in page.text


def test_the_source_of_a_long_document_is_shown_where_something_is_said():
    long = "\n".join(f"line {n}" for n in range(1, notes_page.MOST_LINES + 100))
    made = replace(digest(RIGHT), source={"a.tex": long})
    page = page_of(made)
    ids = [a["id"] for a in page.attributes("div") if "id" in a]
    assert ids == [f"L1-{n}" for n in (2, 3, 4, 5, 6, 8, 9, 10, 11, 12)]
    assert "…" in page.text


def test_an_interrupted_run_says_so():
    made = digest(Verdict(RIGHT), run={**notes_made.RUN, "interrupted": True})
    page = page_of(made)
    assert page.headings[0] == (1, "1 of 1 statement is not settled so far")
    assert "This run was interrupted" in page.text


def test_an_empty_document_makes_a_page():
    page = page_of(digest())
    assert "No formula was found that could be a statement." in page.text


def test_both_files_are_written(tmp_path):
    page = write([mixed()], tmp_path / "a" / "b")
    assert page.read_text("utf-8") == html([mixed()])
    assert sorted(path.name for path in page.parent.iterdir()) == [
        *("index.html", "notes.json"),
    ]


# --- what no text can do ------------------------------------------------------------


def test_the_page_loads_nothing_and_runs_one_script():
    source = html([mixed()])
    page = Page(source)
    script = (TEMPLATES / "notes.js").read_text("utf-8")
    assert [text for text in page.inside["script"] if text.strip()] == [script]
    policy = next(a["content"] for a in page.attributes("meta") if "http-equiv" in a)
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy is not None
    assert f"script-src 'sha256-{hashed}'" in policy
    assert policy.startswith("default-src 'none'; ")
    for loading in (
        "@import",
        "fetch(",
        "XMLHttpRequest",
        "src=",
        "http://",
        "https://",
    ):
        assert loading not in source
    assert "innerHTML" not in script


@pytest.mark.parametrize("evil", EVIL)
def test_hostile_texts_are_only_ever_texts(evil):
    made = notes_made.hostile(evil)
    page, plain = page_of(made), page_of(notes_made.hostile("plain"))
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in plain.tags} | MATHS
    for _, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert evil not in (value or "") or name in ("content",)
            if name == "href":
                assert (value or "").startswith("#")
    html([made]).encode()
    assert all(c.isprintable() or c == "\n" for c in page.text)


MATHS = {"mi", "mo", "mn", "mrow", "mtext", "mfrac", "msup", "mspace", "code"}


# --- in a browser -------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    """A page on disk, with a formula that is too wide for any page."""
    wide = " + ".join(["x.T @ (A + A.T) @ x"] * 40)
    finding = replace(RIGHT, formula=wide, place=Place("a.tex", 55, 1))
    (right, *_) = mixed().verdicts
    result = replace(right.results[0], text=wide)
    made = mixed()
    more = Verdict(finding, (result,), "holds")
    path = tmp_path_factory.mktemp("a report") / "index.html"
    text = html([replace(made, verdicts=(*made.verdicts, more))])
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_is_wider_than_the_page_and_nobody_complains(
    chromium: Browser, page, size, dark
):
    chromium.open(page, size=size, dark=dark)
    chromium.do("for (const e of document.querySelectorAll('details')) e.open = true")
    assert chromium.ask("document.documentElement.scrollWidth") <= size[0]
    assert chromium.complaints() == []
    assert chromium.requests() == [page.as_uri()]


def test_the_page_filters_by_status(chromium: Browser, page):
    chromium.open(page)
    assert chromium.ask(STATUS) == "12 formulas"
    chromium.find("a[href='#kind=unread']").click()
    chromium.wait(f"{STATUS} === '3 of 12 formulas'")
    assert chromium.ask(SHOWN) == ["s7", "s8", "s9"]
    chromium.find("button[type=reset]").click()
    chromium.wait(f"{STATUS} === '12 formulas'")
    chromium.find("[name=q]").send_keys("crashed line")
    chromium.wait(f"{STATUS} === '1 of 12 formulas'")
    assert chromium.ask(SHOWN) == ["s11"]
    assert chromium.ask("location.hash") == "#q=crashed+line"


def test_an_address_with_a_filter_shows_it_at_once(chromium: Browser, page):
    chromium.open(page, "#kind=fails")
    assert chromium.ask(SHOWN) == ["s2"]


def test_links_lead_from_the_strip_to_the_formula_and_on_to_its_line(
    chromium: Browser, page
):
    chromium.open(page)
    chromium.find(".strip a[href='#s1']").click()
    chromium.wait("document.getElementById('s1').open")
    chromium.find("#s1 a[href='#L1-4']").click()
    chromium.wait("location.hash === '#L1-4'")
    box = "document.getElementById('L1-4').getBoundingClientRect()"
    chromium.wait(f"{box}.top >= 0 && {box}.bottom <= innerHeight")


def test_without_its_script_the_page_shows_everything(chromium: Browser, page):
    chromium.open(page, script=False)
    assert chromium.ask("document.querySelector('.tools').hidden") is True
    assert len(chromium.ask(SHOWN)) == 12


@pytest.mark.parametrize("evil", EVIL)
def test_hostile_texts_do_nothing_in_a_browser(chromium: Browser, tmp_path, evil):
    path = tmp_path / "index.html"
    path.write_text(html([notes_made.hostile(evil)]), encoding="utf-8")
    chromium.open(path, size=PHONE)
    assert chromium.ask("document.querySelectorAll('script').length") == 1
    assert chromium.complaints() == []
    assert chromium.requests() == [path.as_uri()]
    assert chromium.ask("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(chromium: Browser, page, dark):
    chromium.open(page, dark=dark)
    chromium.do("for (const e of document.querySelectorAll('details')) e.open = true")
    assert chromium.violations() == []
