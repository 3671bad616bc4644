"""The report: what the page says, and that no record can make it do anything."""

import json
import os
import re
from html.parser import HTMLParser

import pytest
from made import failure, problem, report, result

from verifier.output.report import html, segments, write
from verifier.results.model import Report

VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """Reads a page strictly: tags must nest, and nothing of it is lost."""

    def __init__(self, source: str):
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.cells: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "title", "script"):
            self.words.append(data)
            if self.open[-1] == "td":
                self.cells.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


MIXED = report(
    result(),
    result(claim="denominator", layout="denominator", text="(A + A.T) @ x"),
    failure(id="wrong-one", title="A mistake"),
    result("fails", id="known", expected="fails", why="the sign is wrong"),
    result("inconclusive", id="open-one"),
    problem(id="malformed-one"),
)


def test_page_counts_verdicts_and_puts_failures_first():
    page = Page(html(MIXED))
    assert "2 holds 2 fails 1 inconclusive 1 problem" in page.text
    assert "2 hold, 1 fails as expected, 1 fails, 1 is inconclusive." in page.text
    headings = ["Problems in records", "malformed-one", "Not as expected", "wrong-one"]
    headings += ["open-one", "As expected", "quadratic-form", "known", "The run"]
    places = [page.text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_page_shows_each_identity_in_both_layouts_with_its_evidence():
    page = Page(html(MIXED))
    for said in (
        "d(x.T @ A @ x)/dx",
        "x: vector(n)",
        "Lippert 2.1, rule iii",
        "x.T @ (A + A.T)",
        "(A + A.T) @ x",
        "identities/quadratic.yaml:7:14",
        "floating point; 60 draws; 15.2 digits agree; R = 0.25; "
        "4 draws left out (4 kink)",
        "the sign is wrong",
    ):
        assert said in page.text


def test_page_shows_the_diagnosis_and_the_smallest_case_as_tables():
    page = Page(html(report(failure())))
    assert "it holds when A is symmetric; for every A write" in page.text
    assert "Smallest case found: n = 2" in page.text
    assert page.cells == ["0", "1", "0", "0", "1", "0", "0", "1", "0", "2"]
    assert "Replay: nabla verify identities/quadratic.yaml::quadratic-form" in page.text


def test_page_shows_problems_with_the_marked_character():
    source = html(report(problem()))
    assert "numerator: x.T @ (A + A.T) <mark>@</mark> x.T" in source
    page = Page(source)
    assert "left is 1 x n, right is 1 x n: n against 1" in page.text
    assert "hint: the left side is already a row; drop `@ x.T`" in page.text


def test_page_names_the_run():
    page = Page(html(MIXED))
    for said in ("seed 7", "draws 64", "device cpu", "dtype float64", "jax 0.10.2"):
        assert said in page.text
    assert "interrupted" not in page.text
    assert "This run was interrupted" in Page(html(report(interrupted=True))).text
    assert "Nothing was checked." in Page(html(report())).text


def test_page_loads_nothing_and_runs_nothing():
    page = Page(html(MIXED))
    used = {name for name, _ in page.tags}
    assert used & {"link", "img", "iframe", "object", "form", "base"} == set()
    # A block of data: no browser runs this type.
    data = {"type": "application/octet-stream", "id": "nabla-results"}
    assert page.attributes("script") == [data]
    policy = next(a["content"] for a in page.attributes("meta") if "http-equiv" in a)
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "url(" not in html(MIXED)
    assert "@import" not in html(MIXED)


def test_page_suits_a_phone_and_the_dark():
    source = html(MIXED)
    page = Page(source)
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in (
        page.attributes("meta")
    )
    assert "prefers-color-scheme: dark" in source
    parents = re.findall(r"<div class=\"scroll\">\s*<table", source)
    assert len(parents) == source.count("<table")


EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "javascript:alert(1)",
    "&lt;script&gt; &#60;",
    "]]><!--",
    "a\x1b[2J\u202eb\x00\ud800",
]


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_of_a_record_becomes_markup(evil):
    found = failure(
        id=evil,
        title=evil,
        text=evil,
        source=evil,
        why=evil,
        subject=evil,
        file=evil,
        claim=evil,
        types={evil: evil},
        evidence={"grade": evil, "note": evil, "left_out": {evil: 1}},
        diagnosis={"kind": evil, "text": evil, "suggestion": evil},
        counterexample={
            "sizes": {evil: evil},
            "values": {evil + "2": [[evil]]},
            "autodiff": [[evil]],
            "claim": evil,
            "note": evil,
        },
    )
    wrong = problem(
        text=evil, hint=evil, id=evil, field=evil, detail=(evil,), excerpt=evil, caret=3
    )
    same = Page(html(report(failure(title="t"), problem(), command="c")))
    source = html(report(found, wrong, command=evil, versions={evil: evil}))
    page = Page(source)
    allowed = {name for name, _ in same.tags} | {"a"}
    assert {name for name, _ in page.tags} <= allowed
    for name, attributes in page.tags:
        assert not any(key.startswith("on") for key in attributes)
        assert set(attributes) <= {
            *("class", "id", "lang", "charset", "name", "content", "http-equiv"),
            *(("href", "rel") if name == "a" else ()),
            *(("type",) if name == "script" else ()),
        }
    assert page.attributes("a") == []
    assert source.replace("\n", "").isprintable()
    assert "49" not in page.text


def test_only_web_addresses_become_links():
    text = 'A (https://example.org/a?b=1&c=2), javascript:x, http://b.org/"onx=1.'
    assert list(segments(text)) == [
        ("A (", False),
        ("https://example.org/a?b=1&c=2", True),
        ("), javascript:x, ", False),
        ("http://b.org/", True),
        ('"onx=1.', False),
    ]
    page = Page(html(report(result(source=text))))
    assert [link["href"] for link in page.attributes("a")] == [
        "https://example.org/a?b=1&c=2",
        "http://b.org/",
    ]
    assert text in page.text


def test_both_files_are_written_and_nothing_else_is_left(tmp_path):
    page = write(MIXED, tmp_path / "new" / "reports")
    assert page.name == "index.html"
    assert sorted(os.listdir(page.parent)) == ["index.html", "results.json"]
    data = json.loads((page.parent / "results.json").read_text())
    assert Report.from_json(data) == MIXED


def test_a_report_that_cannot_be_made_leaves_the_old_one(tmp_path, monkeypatch):
    write(MIXED, tmp_path)
    before = (tmp_path / "index.html").read_bytes()

    def fails(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(OSError, match="no space"):
        write(report(result()), tmp_path)
    assert (tmp_path / "index.html").read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["index.html", "results.json"]
