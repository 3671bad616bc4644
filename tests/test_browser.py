"""The report in a real browser: opened from disk, with and without its script."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import PHONE, WIDE, Browser
from made import COLUMN, EVIL, SAMPLE, STATEMENT, failure, hostile, problem, report
from made import result as made
from sampled import first_of

from verifier.output.report import html
from verifier.results.model import Report, Result

WIDEST = " + ".join(f"x.T @ (A + A.T) @ (A + {i} * A.T)" for i in range(20))
FOUND = "autodiff inaccurate here at 2 draws, draw 7 the worst: JAX 0.10.2 of norm"
FIRST_PAINT = 4000
"""Milliseconds, for a thousand records."""
SIZED = """[...document.querySelectorAll('math')].every((math) => {
  const box = math.getBoundingClientRect();
  return math.textContent.trim() && box.width > 4 && box.height > 8;
})"""
STATUS = "document.querySelector('[role=status]').textContent"
SHOWN = """[...document.querySelectorAll('.identity')]
  .filter((e) => e.checkVisibility())
  .map((e) => e.querySelector('summary > code').textContent)"""
FOCUS = "document.activeElement.closest('.identity, .problem')?.textContent ?? ''"
LAID_OUT = ".identity { content-visibility: visible !important; }"
LISTEN = """window.copied = []; Object.defineProperty(navigator, 'clipboard',
  {value: {writeText: async (text) => { window.copied.push(text); }}});"""


def identity(number: int, **more) -> list[Result]:
    """Return an identity in both layouts, now and then too wide for any page."""
    row = "x.T @ (A + A.T)" if number % 10 else WIDEST
    given = {
        "id": f"identity-{number:04}",
        "title": f"Identity number {number}",
        "file": f"catalogue/file-{number % 3}.yaml",
        "tags": ["odd" if number % 2 else "even", "all"],
        "statement": {**STATEMENT, "let": {"y": "A @ x"}},
        "evidence": {"grade": "ball", "draws": 64, "R": number / 4},
        **more,
    }
    return [
        made(**{"text": row, "shape": "1 x n", **given}),
        made(**{**COLUMN, **given}),
    ]


def mixed() -> Report:
    """Return a report with everything that a page can show."""
    wrong = {"id": "wrong-one", "title": "A mistake", "statement": STATEMENT}
    return report(
        *(one for number in range(60) for one in identity(number)),
        failure(id="known-one", expected="fails", why="`A` is not symmetric"),
        failure(**wrong, sample=SAMPLE, shape="1 x n"),
        made(**COLUMN, **wrong),
        made("inconclusive", id="open-one", evidence={"note": "only 2 draws"}),
        made("crashed", id="crashed-one", evidence={"note": "n", "detail": "a\nb"}),
        made(id="found-one", evidence={"grade": "ball", "R": 9e9, "note": FOUND}),
        problem(id="malformed-one"),
        problem(id="malformed-two"),
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    """A page of 65 identities on disk, in a folder with a space in its name."""
    path = tmp_path_factory.mktemp("a report") / "index.html"
    path.write_text(html(mixed()), encoding="utf-8")
    return path


def unfold(chromium: Browser) -> None:
    chromium.do("for (const e of document.querySelectorAll('details')) e.open = true")


def lay_out(chromium: Browser) -> None:
    """Lay out what is far below, which otherwise waits until it is scrolled to."""
    chromium.do("document.querySelector('style').append(arguments[0])", LAID_OUT)
    chromium.do("dispatchEvent(new Event('resize'))")


# Without the script.


def test_page_reads_without_its_script(chromium, page):
    chromium.open(page, script=False)
    assert chromium.ask("document.querySelector('.tools').checkVisibility()") is False
    assert chromium.ask("document.querySelectorAll('button.copier').length") == 0
    shown = chromium.ask(SHOWN)
    assert shown == ["crashed-one", "wrong-one", "open-one"]
    assert chromium.find("#results").text.count("A mistake") == 1
    chromium.find("details.file > summary").click()
    chromium.wait(f"({SHOWN}).includes('identity-0000')")
    chromium.find("details.file .identity > summary").click()
    chromium.wait("document.querySelector('details.file .claims').checkVisibility()")
    assert chromium.complaints() == []


def test_link_of_the_strip_opens_the_way_without_the_script(chromium, page):
    chromium.open(page, script=False)
    chromium.find(".strip a[href='#id=identity-0031']").click()
    chromium.wait(f"({SHOWN}).includes('identity-0031')")
    top = "document.getElementById('id=identity-0031').getBoundingClientRect().top"
    chromium.wait(f"{top} >= 0 && {top} < innerHeight")
    assert chromium.complaints() == []


@pytest.mark.parametrize("script", [True, False])
def test_every_formula_has_a_size(chromium, page, script):
    chromium.open(page, script=script)
    unfold(chromium)
    lay_out(chromium)
    assert chromium.ask("document.querySelectorAll('math').length") > 150
    assert chromium.wait(SIZED)
    # A fraction is set as one: higher than a line of text.
    assert chromium.ask(
        "document.querySelector('mfrac').getBoundingClientRect().height"
    ) > 1.5 * chromium.ask(
        "document.querySelector('mi').getBoundingClientRect().height"
    )


@pytest.mark.parametrize("script", [True, False])
def test_paper_shows_everything_and_no_controls(chromium, page, script):
    chromium.open(page, script=script, media="print")
    hidden = """[...document.querySelectorAll('.identity .claims')].filter(
      (e) => e.getBoundingClientRect().height < 10).length"""
    assert chromium.ask("document.querySelectorAll('.identity .claims').length") == 65
    assert chromium.ask(hidden) == 0
    assert chromium.ask("document.querySelector('.tools').checkVisibility()") is False
    assert len(chromium.tell("Page.printToPDF")["data"]) > 10_000


# What it loads.


@pytest.mark.parametrize("script", [True, False])
def test_nothing_leaves_the_file_and_nothing_is_complained_of(chromium, page, script):
    chromium.open(page, script=script)
    unfold(chromium)
    if script:
        chromium.do(LISTEN)
        chromium.find(".claims .copier:last-child").click()
        chromium.wait("window.copied.length")
    assert chromium.ask("performance.getEntriesByType('resource').length") == 0
    assert set(chromium.requests()) == {page.as_uri()}
    assert chromium.complaints() == []


def test_a_thousand_records_are_painted_soon(chromium, tmp_path):
    found = [one for number in range(1000) for one in identity(number)]
    path = tmp_path / "large.html"
    path.write_text(html(report(*found)), encoding="utf-8")
    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    times = []
    for _ in range(3):  # the machine may have had something else to do
        chromium.open(path)
        times.append(chromium.wait(paint))
    assert min(times) < FIRST_PAINT
    chromium.find("[name=q]").send_keys("-0777 NUMBER")
    chromium.wait(f"{STATUS} == '1 of 1,000 identities'")


# Filters.


def choose(chromium: Browser, name: str, value: str) -> None:
    options = f"[...document.querySelector('[name={name}]').options]"
    chromium.ask(f"{options}.find((one) => one.value == '{value}')").click()


def test_filters_count_what_they_leave_and_stand_in_the_address(chromium, page):
    chromium.open(page)
    assert chromium.ask(STATUS) == "65 identities"
    choose(chromium, "verdict", "fails")
    assert chromium.ask(STATUS) == "1 of 65 identities"
    assert chromium.ask(SHOWN) == ["wrong-one"]
    choose(chromium, "verdict", "holds")
    assert chromium.ask(STATUS) == "62 of 65 identities"  # of one, half of it fails
    chromium.find("[name=q]").send_keys("-005 NUMBER")
    assert chromium.ask(STATUS) == "10 of 65 identities"
    choose(chromium, "tag", "odd")
    assert chromium.ask("location.hash") == "#q=-005+NUMBER&verdict=holds&tag=odd"
    assert chromium.ask(STATUS) == "5 of 65 identities"
    shown = chromium.ask(SHOWN)
    assert len(shown) == 5  # and the files that they are in are open
    off = "document.querySelectorAll('.strip a:not(.off)').length"
    assert chromium.ask(off) == 5
    chromium.open(page, chromium.ask("location.hash"))
    assert chromium.ask(STATUS) == "5 of 65 identities"
    assert chromium.ask(SHOWN) == shown
    chromium.find("button[type=reset]").click()
    chromium.wait(f"{STATUS} == '65 identities'")
    assert chromium.ask("location.hash") == ""


@pytest.mark.parametrize(
    ("hash", "status"),
    [
        ("#layout=numerator&verdict=fails", "1 of 65 identities"),
        ("#layout=denominator&verdict=fails", "0 of 65 identities"),
        ("#grade=ball&layout=denominator", "60 of 65 identities"),
        ("#verdict=refuted", "1 of 65 identities"),
        ("#file=catalogue/file-1.yaml", "20 of 65 identities"),
        ("#tag=even&file=catalogue/file-1.yaml", "10 of 65 identities"),
        ("#q=symmetric+mistake", "1 of 65 identities"),
        ("#q=%3Cscript%3E&verdict=nonsense", "0 of 65 identities"),
        ("#grade=nonsense", "65 identities"),
    ],
)
def test_address_names_a_view(chromium, page, hash, status):
    chromium.open(page, hash)
    assert chromium.ask(STATUS) == status
    assert chromium.complaints() == []


def test_counts_in_the_head_are_filters(chromium, page):
    chromium.open(page)
    chromium.find(".counts .refuted a").click()
    chromium.wait(f"{STATUS} == '1 of 65 identities'")
    assert chromium.ask(SHOWN) == ["known-one"]


def test_order_by_id_and_by_R_and_back(chromium, page):
    chromium.open(page)
    unfold(chromium)
    before = chromium.ask(SHOWN)
    choose(chromium, "sort", "r")
    shown = chromium.ask(SHOWN)[3:]
    assert shown[:3] == ["known-one", "found-one", "identity-0059"]
    assert shown[-1] == "identity-0000"
    choose(chromium, "sort", "id")
    shown = chromium.ask(SHOWN)[3:]
    assert shown == sorted(shown)
    choose(chromium, "sort", "")
    assert chromium.ask(SHOWN) == before


def test_link_opens_a_folded_identity_even_a_filtered_one(chromium, page):
    chromium.open(page, "#verdict=fails")
    chromium.find(".strip a[href='#id=identity-0040']").click()
    opened = "document.getElementById('id=identity-0040').open"
    chromium.wait(f"{opened} && {STATUS} == '65 identities'")
    top = "document.getElementById('id=identity-0040').getBoundingClientRect().top"
    chromium.wait(f"{top} >= 0 && {top} < innerHeight / 2")
    chromium.open(page, "#id=identity-0041")
    chromium.wait("document.getElementById('id=identity-0041').open")
    assert chromium.complaints() == []


# Keys and buttons.


def test_keys_go_to_failures_search_and_expand(chromium, page):
    chromium.open(page)
    seen = []
    for key in "jjjnjjk":
        chromium.press(key)
        seen.append(chromium.ask(FOCUS))
    ids = ["malformed-one", "malformed-two", "crashed-one", "wrong-one", "open-one"]
    ids += ["malformed-one", "open-one"]
    assert [id in text for id, text in zip(ids, seen, strict=True)] == [True] * 7
    chromium.press("/")
    assert chromium.ask("document.activeElement.name") == "q"
    chromium.press("je")  # a letter in the field is a letter
    assert chromium.ask("document.activeElement.value") == "je"
    chromium.open(page)
    chromium.press("e")
    chromium.wait("document.querySelectorAll('.identity:not([open])').length == 0")
    chromium.press("e")
    chromium.wait("document.querySelectorAll('.identity[open]').length == 0")
    chromium.do("document.querySelector('[name=keys]').checked = false")
    chromium.press("e")
    assert chromium.ask("document.querySelectorAll('.identity[open]').length") == 0


def test_strip_is_one_stop_and_arrows_walk_it(chromium, page):
    chromium.open(page)
    stops = "document.querySelectorAll('.strip a:not([tabindex=\"-1\"])').length"
    assert chromium.ask(stops) == 1
    chromium.do("document.querySelector('.strip a').focus()")
    chromium.press("\ue014\ue014\ue012")  # right, right, left
    assert chromium.ask("document.activeElement.title") == "identity-0003: holds"


def test_buttons_copy_text_LaTeX_suggestion_and_command(chromium, page):
    chromium.open(page)
    chromium.do(LISTEN)
    one = "[id='id=wrong-one']"
    names = f'[...document.querySelectorAll("{one} .copier")]'
    count = chromium.ask(f"{names}.length")
    for index in range(count):
        chromium.do(f"{names}[{index}].click()")
        chromium.wait(f"window.copied.length == {index + 1}")
    text, latex, _, column, suggestion, case, command = chromium.ask("window.copied")
    assert (text, suggestion) == ("x.T @ (A + A)", "numerator: x.T @ (A + A.T)")
    assert r"\mathbf{x}" in latex
    assert "=" in latex
    assert column != latex
    assert case.startswith("n = 2\nA = [[0, 1], [0, 0]]")
    assert command.startswith("nabla verify identities/quadratic.yaml::wrong-one")
    assert chromium.ask(STATUS) == "Copied."


# For everyone.


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("script", [True, False])
def test_page_fits_a_phone(chromium, page, script, dark):
    chromium.open(page, script=script, size=PHONE, dark=dark)
    width = "document.scrollingElement.scrollWidth"
    assert chromium.ask(width) <= PHONE[0]
    unfold(chromium)
    assert chromium.ask(width) <= PHONE[0]


def test_what_scrolls_can_be_reached_by_keyboard(chromium, page):
    chromium.open(page, size=PHONE)
    unfold(chromium)
    wide = (
        "document.getElementById('id=identity-0000').querySelector('.claims div > div')"
    )
    chromium.do(f"{wide}.scrollIntoView()")
    chromium.wait(f"{wide}.tabIndex == 0")
    assert chromium.complaints() == []


@pytest.mark.parametrize(
    ("size", "dark"),
    first_of([(PHONE, True), (WIDE, False), (WIDE, True), (PHONE, False)], 2),
)
def test_axe_finds_nothing_serious(chromium, page, size, dark):
    chromium.open(page, size=size, dark=dark)
    assert chromium.violations() == []
    unfold(chromium)
    lay_out(chromium)
    chromium.wait("document.querySelectorAll('.claims [tabindex]').length > 0")
    assert chromium.violations() == []


def test_colours_follow_the_scheme(chromium, page):
    colour = "getComputedStyle(document.body).backgroundColor"
    chromium.open(page)
    light = chromium.ask(colour)
    chromium.open(page, dark=True)
    assert chromium.ask(colour) != light


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_of_a_record_runs(chromium, tmp_path, evil):
    path = tmp_path / "hostile.html"
    text = html(hostile(evil)).encode("utf-8", "backslashreplace")
    path.write_bytes(text)
    chromium.open(path)
    unfold(chromium)
    # An alert would make every command fail from here on.
    assert chromium.ask("document.scripts.length") == 3
    assert chromium.ask("document.images.length") == 0
    attributes = (
        "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())"
    )
    names = chromium.ask(attributes)
    assert names
    assert not any(name.startswith("on") for name in names)
    assert chromium.complaints() == []
    assert set(chromium.requests()) == {path.as_uri()}
