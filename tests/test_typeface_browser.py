"""Formulas in a real browser: in the font that pages bring along, scripts in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Browser
from stated import quadratic, statement
from test_browser import lay_out, mixed, unfold
from test_changes import MIXED

from verifier.output import changes, documents, report
from verifier.output.sheet import sheet

PAGES = {
    "report": lambda: report.html(mixed()),
    "changes": lambda: changes.html(MIXED),
    "sheet": lambda: documents.html(
        sheet([statement(**quadratic(denominator="(A + A.T) @ x"))], ("numerator",))
    ),
}
LIFTS = """[...document.querySelectorAll('msup')]
  .filter((e) => e.lastChild.textContent == '\N{MATHEMATICAL SANS-SERIF CAPITAL T}')
  .map((e) => {
    const [base, script] = [...e.children].map((part) => part.getBoundingClientRect());
    const size = parseFloat(getComputedStyle(e).fontSize);
    return [e.textContent, (base.bottom - script.bottom) / size, script.height / size];
  })"""
"""Of each transpose: its text, and how far its T stands above the foot of its base."""


@pytest.fixture(scope="module", params=PAGES)
def page(request, tmp_path_factory) -> Path:
    """Return each kind of page that formulas stand in."""
    path = tmp_path_factory.mktemp("pages") / f"{request.param}.html"
    path.write_text(PAGES[request.param](), encoding="utf-8")
    return path


def opened(chromium: Browser, page: Path) -> Browser:
    chromium.open(page)
    unfold(chromium)
    lay_out(chromium)
    # The set as a whole counts as loaded before the first of them begins.
    chromium.wait("[...document.fonts].every((font) => font.status == 'loaded')")
    return chromium


def test_font_comes_with_the_page_and_every_formula_is_drawn_in_it(chromium, page):
    opened(chromium, page)
    fonts = "[...document.fonts].map((font) => `${font.family}: ${font.status}`)"
    assert chromium.ask(fonts) == ["Nabla Math: loaded"]
    faces = chromium.typefaces("math :is(mi, mo, mn, mtext)")
    assert set(faces) == {"@Nabla Math"}
    assert len(faces["@Nabla Math"]) > 5
    assert chromium.complaints() == []
    assert set(chromium.requests()) == {page.as_uri()}


def test_every_transpose_stands_at_one_height_not_far_above_its_base(chromium, page):
    lifts = opened(chromium, page).ask(LIFTS)
    assert {"\U0001d431\U0001d5b3", "\U0001d400\U0001d5b3"} <= {
        text for text, *_ in lifts
    }
    for text, lift, height in lifts:
        assert 0.3 < lift < 0.45, text
        assert 0.4 < height < 0.55, text
    assert max(lift for _, lift, _ in lifts) - min(lift for _, lift, _ in lifts) < 0.03
