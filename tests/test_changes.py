"""What is different between two runs, as text and as a page."""

import json

import pytest
from made import failure, problem, report, result
from test_report import EVIL, Page

from verifier.output.changes import rendered
from verifier.output.text import Paint
from verifier.results.comparison import Comparison

OLD = report(
    result(id="one"),
    result(id="two"),
    failure(id="mended"),
    result(id="weaker", evidence={"grade": "exact"}),
    result(id="gone"),
    result(id="one", claim="hessian", layout="", file="b.yaml"),
    problem(text="solved"),
)
NEW = report(
    result(id="one"),
    failure(id="two"),
    result(id="mended"),
    result(id="weaker", evidence={"grade": "float"}),
    result(id="new", file="c.yaml"),
    problem(),
    seed=1,
)
MIXED = Comparison(OLD, NEW)
SAME = Comparison(OLD, OLD)


def text(found: Comparison) -> str:
    return rendered(found, "text", Paint())


def test_the_text_has_the_weightiest_first_and_ends_with_the_tally():
    assert text(MIXED) == (
        "old  2026-01-02T03:04:05+00:00, 6 claims: 5 hold, 1 fails; 1 problem\n"
        "new  2026-01-02T03:04:05+00:00, 5 claims: 4 hold, 1 fails; 1 problem\n"
        "seed: 7 -> 1\n"
        "\n"
        "1 new problem:\n"
        "\n"
        "identities/quadratic.yaml:9:14: quadratic-form, numerator: "
        "`@` needs matching inner sizes\n"
        "    numerator: x.T @ (A + A.T) @ x.T\n"
        "                               ^\n"
        "  left is 1 x n, right is 1 x n: n against 1\n"
        "  hint: the left side is already a row; drop `@ x.T`\n"
        "\n"
        "not as expected any more: 1 claim\n"
        "\n"
        "two, numerator layout: fails\n"
        "  x.T @ (A + A)          identities/quadratic.yaml:7:14\n"
        "  claimed of d(x.T @ A @ x)/dx\n"
        "  it holds when A is symmetric; for every A write `x.T @ (A + A.T)`\n"
        "  smallest case: n = 2, A = [[0, 1], [0, 0]], x = [1, 0]: "
        "autodiff [0, 1], claim [0, 2]\n"
        "  evidence: floating point; 60 draws; 0.3 digits agree at most; R = 4.5e+14\n"
        "  replay: nabla verify identities/quadratic.yaml::two --seed 1 --draws 64\n"
        "  verdict: holds -> fails\n"
        "  claim: `x.T @ (A + A.T)` -> `x.T @ (A + A)`\n"
        "\n"
        "as expected now: 1 claim\n"
        "\n"
        "mended, numerator layout: holds\n"
        "  identities/quadratic.yaml:7:14\n"
        "  verdict: fails -> holds\n"
        "  claim: `x.T @ (A + A)` -> `x.T @ (A + A.T)`\n"
        "\n"
        "other evidence: 1 claim\n"
        "\n"
        "weaker, numerator layout: holds\n"
        "  identities/quadratic.yaml:7:14\n"
        "  weaker evidence: exact arithmetic -> floating point\n"
        "\n"
        "new: 1 claim\n"
        "\n"
        "  c.yaml: new\n"
        "\n"
        "gone: 2 claims\n"
        "\n"
        "  identities/quadratic.yaml: gone\n"
        "  b.yaml: one (hessian)\n"
        "\n"
        "1 new problem, 1 not as expected any more, 1 as expected now, "
        "1 other evidence, 1 new, 2 gone, 1 problem solved; 1 claim as before\n"
    )


def test_no_change_is_said_in_three_lines():
    lines = text(SAME).splitlines()
    assert [line[:5] for line in lines] == ["old  ", "new  ", "", "no ch"]
    assert lines[-1] == "no change; 6 claims as before"


def test_an_unfinished_run_is_said():
    found = Comparison(
        report(result(), result(id="b")), report(result(), interrupted=True)
    )
    assert text(found).splitlines()[-1] == (
        "the new run was interrupted, and what is gone was not checked; 1 gone; "
        "1 claim as before"
    )
    assert "interrupted: no -> yes" in text(found)
    assert "interrupted; 1 claim: 1 holds" in text(found)


def test_long_lists_are_cut_with_a_count():
    many = [result(id=f"rule-{i}") for i in range(1234)]
    said = text(Comparison(report(result()), report(result(), *many)))
    assert "rule-0, rule-1, rule-2, rule-3, rule-4 and 1,229 more\n" in said


def test_json_is_the_comparison_itself():
    assert json.loads(rendered(MIXED, "json", Paint())) == MIXED.to_json()


def test_the_page_shows_every_change_and_loads_nothing():
    source = rendered(MIXED, "html", Paint())
    page = Page(source)
    for said in (
        "Two runs, compared",
        "1 new problem, 1 not as expected any more",
        "seed 7 → 1",
        "New problems in records",
        "Not as expected any more: 1 holds → fails two, numerator layout",
        "it holds when A is symmetric",
        "replay: nabla verify identities/quadratic.yaml::two --seed 1 --draws 64",
        "weaker evidence: exact arithmetic -> floating point",
        "c.yaml: new",
        "Gone: 2",
        "Problems solved: 1",
    ):
        assert said in page.text
    assert page.attributes("script") == page.attributes("link") == []
    policy = next(a["content"] for a in page.attributes("meta") if "http-equiv" in a)
    assert str(policy).startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "prefers-color-scheme: dark" in source
    assert source.count("url(") == source.count("url(data:font/woff2;base64,") == 1


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_of_a_stranger_becomes_markup_or_moves_a_cursor(evil):
    odd = {
        **dict.fromkeys(("id", "title", "text", "file", "why", "subject"), evil),
        "diagnosis": {"kind": evil, "text": evil, "suggestion": evil},
        "evidence": {"grade": evil, "note": evil},
        "types": {evil: evil},
    }
    wrong = problem(text=evil, hint=evil, id=evil, field=evil, excerpt=evil, caret=2)
    new = report(failure(**odd), result(id=evil + "2"), wrong, device=evil, seed=1)
    old = report(result(id=evil), result(id=evil + "3"), problem(), started=evil)
    found = Comparison(old, new)
    assert text(found).replace("\n", "").isprintable()
    source = rendered(found, "html", Paint())
    tags = Page(rendered(MIXED, "html", Paint())).tags
    allowed = {name for name, _ in tags} | {"mtext"}
    names = {name for _, attributes in tags for name in attributes}
    page = Page(source)
    assert {name for name, _ in page.tags} <= allowed
    for _, attributes in page.tags:
        assert set(attributes) <= names
    assert source.replace("\n", "").isprintable()
    assert "49" not in page.text
