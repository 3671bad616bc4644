"""The page of a comparison in a real browser, opened from disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import PHONE, WIDE
from made import EVIL, failure, hostile, report
from test_changes import MIXED

from verifier.output.changes import html
from verifier.results.comparison import Comparison

WIDTH = "document.scrollingElement.scrollWidth"
LONG = failure(id="long-one", text=" + ".join(["x.T @ (A + A.T)"] * 40))


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    """A page with every kind of change on disk, and a claim that no phone can hold."""
    path = tmp_path_factory.mktemp("changes") / "changes.html"
    new = MIXED.new
    wide = report(*new.results, *new.problems, LONG)
    path.write_text(html(Comparison(MIXED.old, wide)), encoding="utf-8")
    return path


def test_it_shows_everything_and_nothing_leaves_the_file(chromium, page):
    chromium.open(page)
    assert chromium.ask("document.querySelector('h1').checkVisibility()")
    shown = chromium.ask("document.querySelector('main').innerText")
    for id in ("two", "mended", "weaker", "new", "gone", "long-one"):
        assert id in shown
    assert set(chromium.requests()) == {page.as_uri()}
    assert chromium.complaints() == []


def test_colours_follow_the_scheme(chromium, page):
    colour = "getComputedStyle(document.body).backgroundColor"
    found = []
    for dark in (False, True):
        chromium.open(page, dark=dark)
        found.append(chromium.ask(colour))
    assert found[0] != found[1]


@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_phone(chromium, page, dark):
    chromium.open(page, size=PHONE, dark=dark)
    assert chromium.ask(WIDTH) <= PHONE[0]


def test_paper_shows_all_of_a_long_claim(chromium, page):
    chromium.open(page, media="print", size=(700, 900))
    wide = """[...document.querySelectorAll('.scroll > code, pre')]
      .filter((e) => e.getBoundingClientRect().right > innerWidth).length"""
    assert chromium.ask(wide) == 0


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_serious(chromium, page, size, dark):
    chromium.open(page, size=size, dark=dark)
    assert chromium.violations() == []


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_of_a_record_runs(chromium, tmp_path, evil):
    path = tmp_path / "hostile.html"
    for pair in ((report(), hostile(evil)), (hostile(evil), report())):
        text = html(Comparison(*pair)).encode("utf-8", "backslashreplace")
        path.write_bytes(text)
        chromium.open(path)
        assert chromium.ask("document.scripts.length") == 0
        assert chromium.ask("document.images.length") == 0
        assert chromium.complaints() == []
        assert set(chromium.requests()) == {path.as_uri()}
