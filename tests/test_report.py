"""The report: what the page says, and that no record can make it do anything."""

import base64
import hashlib
import json
import os
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from made import (
    COLUMN,
    EVIL,
    SAMPLE,
    STATEMENT,
    failure,
    hostile,
    problem,
    report,
    result,
)

from verifier import load
from verifier.output.report import TEMPLATES, html, segments, write
from verifier.results.model import Report
from verifier.results.storage import read

DOCS = Path(__file__).parent.parent / "docs"
VOID = {"meta", "br", "hr", "img", "input", "link"}
IMPLIED = {"p", "dt", "dd", "li", "option"}
CLOSES_P = {
    *("article", "details", "div", "dl", "dt", "dd", "figure", "footer", "form", "h1"),
    *("h2", "h3", "h4", "h5", "header", "li", "main", "nav", "p", "pre", "section"),
    *("table", "ul"),
}
SIBLINGS = {"dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "li": {"li"}, "option": {"option"}}


class Page(HTMLParser):
    """Reads a page strictly: tags must nest, and nothing of it is lost.

    End tags that HTML implies may be left out, and only these.
    """

    def __init__(self, source: str):
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.inside: dict[str, list[str]] = {}
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag in CLOSES_P and self.open and self.open[-1] == "p":
            self.open.pop()
        if self.open and self.open[-1] in SIBLINGS.get(tag, ()):
            self.open.pop()
        assert len(dict(attrs)) == len(attrs)
        self.tags.append((tag, dict(attrs)))
        self.inside.setdefault(tag, []).append("")
        if tag not in VOID and not self.closed_itself:
            self.open.append(tag)

    @property
    def closed_itself(self) -> bool:
        return (self.get_starttag_text() or "").endswith("/>")

    def handle_endtag(self, tag):
        while self.open[-1] != tag:
            assert self.open.pop() in IMPLIED
        self.open.pop()

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_data(self, data):
        for tag in set(self.open):
            self.inside[tag][-1] += data
        if self.open and self.open[-1] not in ("style", "title", "script", "text"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def classed(self, name: str) -> list[dict[str, str | None]]:
        return [a for _, a in self.tags if name in (a.get("class") or "").split()]

    @property
    def headings(self) -> list[tuple[int, str]]:
        seen = {
            f"h{level}": iter(self.inside.get(f"h{level}", ())) for level in range(7)
        }
        found = [tag for tag, _ in self.tags if tag in seen]
        return [(int(tag[1]), " ".join(next(seen[tag]).split())) for tag in found]


MIXED = report(
    result(statement=STATEMENT, shape="1 x n", tags=["gradient", "form"], notes="Old."),
    result(**COLUMN, statement=STATEMENT),
    failure(id="wrong-one", title="A mistake", shape="1 x n", statement=STATEMENT),
    result("fails", id="known", expected="fails", why="the sign is wrong"),
    result("inconclusive", id="open-one", file="identities/other.yaml"),
    problem(id="malformed-one"),
)


def page_of(*found, **run) -> Page:
    return Page(html(report(*found, **run)))


# The head.


def test_page_counts_verdicts_and_puts_failures_first():
    page = Page(html(MIXED))
    assert page.inside["h1"] == ["2 of 4 identities are not as expected, 1 problem"]
    assert "2 hold 1 refuted, as expected 1 inconclusive 1 fails 1 problem" in page.text
    assert "5 claims of 4 identities in 2 files" in page.text
    headings = ["Problems in records", "malformed-one", "Not as expected", "A mistake"]
    headings += ["open-one", "As expected", "quadratic-form", "known"]
    text = page.text[page.text.index("Problems in records") :]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_headline_of_a_good_run_and_of_one_identity():
    good = [result(id="one"), result(id="two")]
    assert page_of(*good).inside["h1"] == ["All 2 identities are as expected"]
    assert page_of(good[0]).inside["h1"] == ["The identity is as expected"]
    assert page_of(failure()).inside["h1"] == ["1 of 1 identity is not as expected"]
    cut = page_of(*good, interrupted=True)
    assert cut.inside["h1"] == ["All 2 identities are as expected so far"]


def test_strip_has_a_link_for_each_identity_in_the_order_of_the_run():
    page = Page(html(MIXED))
    links = [
        (attributes.get("class", "holds"), attributes["href"])
        for attributes in page.attributes("a")
        if str(attributes["href"]).startswith("#id=")
    ]
    assert links == [
        ("holds", "#id=quadratic-form"),
        ("fails", "#id=wrong-one"),
        ("refuted", "#id=known"),
        ("inconclusive", "#id=open-one"),
    ]
    anchors = {a["id"]: a["class"] for a in page.classed("identity")}
    assert {f"#{anchor}" for anchor in anchors} == {href for _, href in links}


def test_page_names_the_run():
    page = Page(html(MIXED))
    for said in ("seed 7", "draws 64", "device cpu", "dtype float64", "jax 0.10.2"):
        assert said in page.text
    assert "interrupted" not in page.text
    assert "nabla verify" in page.inside["code"]
    assert "This run was interrupted" in page_of(interrupted=True).text
    empty = page_of()
    assert empty.inside["h1"] == ["No identity was checked"]
    assert "Nothing was checked." in empty.text
    assert empty.attributes("form") == []


def test_headings_are_in_order_and_every_anchor_is_there():
    page = Page(html(MIXED))
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    local = [a["href"] for a in page.attributes("a") if (a["href"] or "")[0] == "#"]
    state = {f"#verdict={kind}" for kind in ("refuted", "inconclusive")}
    assert {href[1:] for href in local if href and href not in state} <= set(ids)
    labels = [a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a]
    assert set(labels) <= set(ids)


# One identity.


def test_page_shows_each_identity_in_both_layouts_with_its_evidence():
    page = page_of(*MIXED.results[:2])
    for said in (
        "numerator 1 \N{MULTIPLICATION SIGN} n",
        "denominator n \N{MULTIPLICATION SIGN} 1",
        "Lippert 2.1, rule iii",
        "floating point; 60 draws; 4 draws left out (4 kink); sizes n = 2, 3",
        "15.2 digits, R = 0.25",
        "gradient, form",
        "Old.",
    ):
        assert said in page.text
    codes = page.inside["code"]
    assert {"x.T @ (A + A.T)", "(A + A.T) @ x", "x: vector(n), A: matrix(n, n)"} <= {
        *codes
    }
    assert [a["class"] for a in page.classed("identity")] == ["identity holds float"]


def test_statement_is_typeset_once_and_each_claim_once():
    page = page_of(*MIXED.results[:2])
    left, row, column = ("".join(text.split()) for text in page.inside["math"])
    bold = "\N{MATHEMATICAL BOLD SMALL X}", "\N{MATHEMATICAL BOLD CAPITAL A}"
    assert all(letter in side for letter in bold for side in (left, row, column))
    assert left.startswith("\N{PARTIAL DIFFERENTIAL}")
    assert row.endswith(")")
    assert column.endswith(bold[0])


def test_refuted_claim_is_no_equation():
    assert "= " in page_of(result()).inside["div"][-1]
    refuted = page_of(failure())
    assert any(text.startswith("\N{NOT EQUAL TO} ") for text in refuted.inside["div"])
    sign = {"kind": "sign", "body": "h**2", "small": "h"}
    told = {"claim": "sign", "text": "positive", "types": {}, "statement": sign}
    assert ">0" in page_of(result(**told)).inside["math"]


def test_what_both_layouts_say_alike_is_said_once():
    both = {"text": "2 * s", "shape": "1 x 1", "line": 9}
    found = [
        result(**both),
        result(**{**both, "claim": "denominator", "layout": "denominator"}),
    ]
    page = page_of(*found)
    assert page.inside["code"].count("2 * s") == 1
    assert "both layouts 1 \N{MULTIPLICATION SIGN} 1" in page.text
    assert [a["class"] for a in page.classed("denominator")] == [
        "numerator denominator"
    ]
    other = result(**{**both, **COLUMN, "text": "2 * s"})
    assert page_of(found[0], other).inside["code"].count("2 * s") == 2


def test_only_the_first_sizes_are_listed():
    sizes = [{"m": m, "n": 2} for m in range(1, 13)]
    page = page_of(result(evidence={"grade": "ball", "sizes": sizes}))
    by = "\N{MULTIPLICATION SIGN}"
    listed = ", ".join(f"{m}{by}2" for m in range(1, 6))
    assert f"sizes m{by}n = {listed} and 7 more" in page.text
    six = page_of(result(evidence={"grade": "ball", "sizes": sizes[:6]}))
    assert f"5{by}2, 6{by}2" in six.text


def test_grounds_that_differ_stand_with_their_claims():
    exact = {"grade": "exact", "exact": "exact at n = 2: below 1e-33", "bound": 2.5e-34}
    page = page_of(result(), result(**COLUMN, evidence={**exact, "draws": 9}))
    assert "exact, in error with probability below 1e-33; 9 draws" in page.text
    assert [a["class"] for a in page.classed("exact")] == ["denominator exact"]
    assert page.text.count("floating point; 60 draws") == 1


def test_R_stands_on_an_axis_with_its_bounds():
    source = html(report(result(), failure(id="b")))
    page = Page(source)
    assert page.inside["text"] == [
        "R = 0",
        "32",
        "1000",
        "10⁷",
        "10¹²",
    ]
    used = [a["href"] for a in page.attributes("use")]
    marks = [href for href in used if href and re.search(r"-\d+$", href)]
    assert {href.split("-")[0] for href in marks} == {"#dot", "#cross"}
    assert {href[1:] for href in used if href} <= {a.get("id") for _, a in page.tags}


def test_passes_are_folded_by_file_and_failures_are_open():
    many = [
        result(id=f"id-{i}", file=f"a/{'bc'[i % 2]}.yaml", title=f"T {i}")
        for i in range(60)
    ]
    page = page_of(failure(id="bad", file="a/b.yaml"), *many)
    opened = {a.get("id"): "open" in a for a in page.classed("identity")}
    assert opened.pop("id=bad")
    assert not any(opened.values())
    assert len(opened) == 60
    assert [("open" in a) for a in page.classed("file")] == [False, False]
    assert [h for h in page.headings if h[0] == 3 and h[1].endswith("yaml")] == [
        (3, "b.yaml"),
        (3, "c.yaml"),
    ]
    assert "c.yaml 30 hold" in page.text
    few = page_of(*many[:3])
    assert all("open" in a for a in few.classed("file"))


def test_refuted_as_expected_says_why_and_is_no_failure():
    known = failure(expected="fails", why="drop the `A.T`")
    page = page_of(known)
    assert "The identity is as expected" in page.text
    assert "refuted, as expected" in page.text
    assert "why it fails: drop the A.T" in page.text
    assert "numerator: fails, as expected" in page.text
    assert "replay" not in page.text
    assert "open" not in page.classed("identity")[0]


def test_expected_to_fail_but_holding_is_a_surprise():
    page = page_of(result(expected="fails"))
    assert "holds unexpectedly" in page.text
    assert "numerator: holds, but was expected to fail" in page.text


def test_finding_about_autodiff_stands_out():
    note = "autodiff inaccurate here at 2 draws, draw 7 the worst: JAX 0.10.2 of norm"
    page = page_of(result(evidence={"grade": "ball", "note": note}))
    assert page.classed("finding")
    assert page.text.count(note) >= 1
    assert not Page(html(MIXED)).classed("finding")


# Failures.


def test_page_shows_the_diagnosis_and_the_smallest_case_as_matrices():
    page = page_of(failure())
    assert (
        "needs symmetric: it holds when A is symmetric; for every A write" in page.text
    )
    assert "Smallest case found: n = 2" in page.text
    cells = page.inside["mtd"]
    assert cells == ["0", "1", "0", "0", "1", "0", "0", "1", "0", "2"]
    marked = page.classed("differs")
    assert len(marked) == 2
    assert page.inside["pre"] == [
        "n = 2\nA = [[0, 1], [0, 0]]\nx = [[1], [0]]\n"
        "autodiff = [[0, 1]]\nclaim = [[0, 2]]"
    ]


def test_suggestion_is_a_line_to_paste_and_the_replay_a_command():
    codes = page_of(failure()).inside["code"]
    assert "numerator: x.T @ (A + A.T)" in codes
    assert (
        "nabla verify identities/quadratic.yaml::quadratic-form --seed 7 --draws 64"
        in codes
    )


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({"claim": "hessian", "layout": ""}, "hessian: 2 * A"),
        ({"claim": "shape"}, "numerator: 2 * A"),
        ({"claim": "both", "layout": ""}, "both: 2 * A"),
    ],
)
def test_line_to_paste_has_the_field_of_the_claim(more, line):
    told = {"kind": "factor", "text": "t", "suggestion": "2 * A"}
    assert line in page_of(failure(**more, diagnosis=told)).inside["code"]


def test_line_to_paste_is_quoted_where_yaml_would_read_something_else():
    for suggestion in ("- x", "a: b", "*x", "x # y", '"', "@x"):
        told = {"kind": "other", "text": "t", "suggestion": suggestion}
        line = f"numerator: {json.dumps(suggestion)}"
        assert line in page_of(failure(diagnosis=told)).inside["code"]


def test_census_says_how_many_draws_and_how_many_entries():
    evidence = {"grade": "ball", "draws": 256, "failing": 205}
    page = page_of(failure(evidence=evidence, sample=SAMPLE))
    assert (
        "205 of 256 usable draws fail; 1 of 3 entries differ at draw 5 (n = 3)"
        in page.text
    )


def test_heat_maps_show_both_sides_and_where_they_differ():
    page = page_of(failure(sample=SAMPLE))
    labels = [a["aria-label"] for a in page.classed("map")]
    assert labels == [
        "autodiff: 1 x 3, from -2 to 1",
        "claim: 1 x 3, from 0 to 4",
        "difference: 1 x 3, from 0 to 6",
    ]
    paths = [(a["class"], a["d"]) for a in page.attributes("path") if "class" in a]
    assert ("n2", "M1 0h1") in paths  # -2 of at most 4
    assert ("sign n2", "M1.3 0h0.4") in paths
    assert ("zero", "M0.5 0h0M2.5 0h0") in paths  # of the difference
    assert page_of(failure()).classed("map") == []


def test_both_sides_are_fractions_where_these_are_known():
    case = {
        "sizes": {"n": 1},
        "values": {"X": [[2.0]]},
        "autodiff": [[0.5, 1.0]],
        "claim": [[-2.0, 1.0]],
        "exact": {"left": "[[1/2, 1]]", "claim": "[[-2, 1]]"},
    }
    page = page_of(failure(counterexample=case))
    assert len(page.attributes("mfrac")) == 1
    assert page.inside["mtd"] == ["12", "1", "\N{MINUS SIGN}2", "1"]
    assert "autodiff = [[1/2, 1]]" in page.inside["pre"][0]


def test_sides_that_differ_late_get_the_digits_that_show_it():
    case = {"values": {}, "autodiff": [[1.0]], "claim": [[1.0000000001]]}
    page = page_of(failure(counterexample=case))
    assert "claim = 1.0000000001" in page.inside["pre"][0]


def test_expansion_shows_how_its_remainder_behaves_and_no_sides_that_are_alike():
    found = failure(
        statement={"kind": "expansion", "body": "f(x + h)", "small": "h"},
        evidence={"grade": "ball", "note": "the remainder shrinks like h**2"},
        counterexample={
            "values": {"h": [[0.5]]},
            "autodiff": [[1.0]],
            "claim": [[1.0]],
        },
    )
    page = page_of(found)
    assert page.text.count("the remainder shrinks like h**2") == 2  # in evidence too
    assert page.inside["pre"] == ["h = 0.5"]


def test_equation_has_a_left_side_and_no_autodiff():
    found = failure(statement={"kind": "value", "body": "x.T @ A @ x"})
    page = page_of(found)
    assert "left_side = [[0, 1]]" in page.inside["pre"][0]
    assert "left side" in page.inside["b"]
    assert "autodiff" not in page.inside["b"]


def test_crash_shows_its_last_words_and_no_verdict():
    evidence = {"note": "killed by signal SIGKILL", "detail": "one\n  two <b>"}
    page = page_of(result("crashed", evidence=evidence))
    assert "crashed: a fault of nabla-verifier, not of the record" in page.text
    assert "killed by signal SIGKILL" in page.text
    assert page.inside["pre"] == ["one\n  two <b>"]


def test_page_shows_problems_with_the_marked_character():
    source = html(report(problem()))
    assert "numerator: x.T @ (A + A.T) <mark>@</mark> x.T\n" in source
    page = Page(source)
    line, caret = page.inside["pre"][0].split("\n")
    assert line[caret.index("^")] == "@"
    assert "left is 1 x n, right is 1 x n: n against 1" in page.text
    assert "hint: the left side is already a row; drop @ x.T" in page.text
    assert page.inside["h1"] == ["No identity was checked, 1 problem"]


# What the page may do.


def test_page_loads_nothing_and_runs_one_script():
    source = html(MIXED)
    page = Page(source)
    used = {name for name, _ in page.tags}
    assert used & {"link", "img", "iframe", "object", "base"} == set()
    script = (TEMPLATES / "page.js").read_text("utf-8")
    assert page.inside["script"][-1] == script
    # The others are blocks of data: no browser runs their type.
    types = [a.get("type") for a in page.attributes("script")]
    assert types == ["application/octet-stream"] * 2 + [None]
    policy = next(a["content"] for a in page.attributes("meta") if "http-equiv" in a)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert source.count("url(") == source.count("url(data:font/woff2;base64,") == 1
    for loading in ("@import", "fetch(", "XMLHttpRequest", "src=", "blob:"):
        assert loading not in source


def test_page_carries_its_results(tmp_path):
    page = write(MIXED, tmp_path)
    assert read(page) == MIXED


def test_page_suits_a_phone_and_the_dark():
    source = html(MIXED)
    page = Page(source)
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in (
        page.attributes("meta")
    )
    for query in ("prefers-color-scheme: dark", "prefers-reduced-motion", "print"):
        assert f"@media ({query}" in source or f"@media {query}" in source


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize(
    "more", [{}, {"expected": "fails"}, {"verdict": "crashed"}], ids=str
)
def test_no_text_of_a_record_becomes_markup(evil, more):
    tame = Page(html(hostile("tame", **more)))
    source = html(hostile(evil, **more))
    page = Page(source)
    # A text may come with a link, with code, or as a name that is set in one way or
    # another: no tag beyond these, and no attribute.
    formula = {"math", "mtext", "mrow", "mi", "mo", "mn", "mfrac", "mspace", "msup"}
    allowed = {name for name, _ in tame.tags} | formula | {"a", "code", "br"}
    assert {name for name, _ in page.tags} <= allowed
    known = {key for _, attributes in tame.tags for key in attributes}
    for _, attributes in page.tags:
        assert not any(key.startswith("on") for key in attributes)
        assert set(attributes) <= known | {"href", "rel"}
    for link in page.attributes("a"):
        assert (link["href"] or "").startswith(("#", "https://x.example/"))
    # Nothing invisible is left, beyond line ends.
    shown = re.sub(r"(?s)<(script|style)[^>]*>.*?</\1>", "", source)
    assert "".join(c for c in shown if c != "\n").isprintable()
    assert "49" not in page.text.replace(evil, "")


def test_only_web_addresses_become_links():
    text = 'A (https://example.org/a?b=1&c=2), javascript:x, http://b.org/"onx=1.'
    assert list(segments(text)) == [
        ("A (", False),
        ("https://example.org/a?b=1&c=2", True),
        ("), javascript:x, ", False),
        ("http://b.org/", True),
        ('"onx=1.', False),
    ]
    page = page_of(result(source=text))
    links = [a["href"] for a in page.attributes("a") if a.get("rel")]
    assert links == ["https://example.org/a?b=1&c=2", "http://b.org/"]


@pytest.mark.parametrize("id", ["<b>", "a b", "x" * 81, "A-1", "é", "", "results"])
def test_only_plain_ids_become_anchors(id):
    page = page_of(result(id=id), result(id="plain-id"))
    anchors = [a["id"] for a in page.classed("identity")]
    assert anchors == [f"id={id}" if id == "results" else "id=_1", "id=plain-id"]


def test_ids_that_come_twice_get_anchors_of_their_own():
    page = page_of(result(id="same", file="a.yaml"), result(id="same", file="b.yaml"))
    assert [a["id"] for a in page.classed("identity")] == ["id=same", "id=_2"]


def test_a_formula_that_cannot_be_set_is_shown_as_it_is(monkeypatch):
    def broken(_):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("verifier.output.formulas.Typeset", broken)
    page = page_of(result(text="x <b> y"))
    assert "x <b> y" in page.inside["math"]


# Size.


def test_a_thousand_records_stay_below_three_megabytes():
    found = [
        result(
            id=f"identity-number-{i}",
            title=f"A title of the usual length, number {i}",
            source=f"Matrix Cookbook ({i}), and the lecture notes, section {i % 9}",
            file=f"identities/part-{i % 40}/file.yaml",
            statement={**STATEMENT, "body": f"{i} * x.T @ A @ x + log(det(A @ A.T))"},
            tags=["gradient", f"tag-{i % 30}"],
            **more,
        )
        for i in range(1000)
        for more in (
            {"text": f"{i} * x.T @ (A + A.T)", "shape": "1 x n"},
            {**COLUMN, "text": f"{i} * (A + A.T) @ x"},
            {"claim": "hessian", "layout": "", "text": f"{i} * (A + A.T)"},
        )
    ]
    assert len(html(report(*found)).encode()) < 3_000_000


@pytest.mark.skipif(not DOCS.is_dir(), reason="not a checkout")
def test_a_thousand_records_like_those_of_the_sample_stay_small():
    sample = read(DOCS / "sample-report.html")
    count = len({result.id for result in sample.results})
    assert count > 100
    fixed = len(html(report()).encode())
    each = (len(html(sample).encode()) - fixed) / count
    assert fixed + 1000 * each < 2_600_000


# Files.


@pytest.mark.skipif(not DOCS.is_dir(), reason="not a checkout")
def test_sample_in_the_docs_can_be_read_and_names_no_machine():
    records, problems = load(DOCS / "sample.yaml")
    assert problems == []
    sample = read(DOCS / "sample-report.html")
    mistakes = {r.id for r in sample.results if r.file == "docs/sample.yaml"}
    assert mistakes == {record.id for record in records}
    assert {Path(r.file).parts[0] for r in sample.results} == {"docs", "identities"}
    assert any(r.diagnosis and r.diagnosis["suggestion"] for r in sample.surprises)
    for name in ("report.png", "report-dark.png"):
        assert 0 < (DOCS / name).stat().st_size < 300_000


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
