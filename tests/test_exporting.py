"""`nabla export` and `nabla show --latex`: what they write, refuse and leave out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made import report, result

from verifier.commands import cli

RECORD = """
- id: {0}
  title: Gradient of {0}
  tags: [L1, {0}]
  source: A book
  where: {{x: vector(n)}}
  function: x.T @ x
  wrt: x
  numerator: 2 * x.T
  denominator: 2 * x
"""
MALFORMED = RECORD.format("bad").replace("2 * x\n", "2 * y\n")


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(RECORD.format("one") + RECORD.format("two"))


def nabla(capsys, *words):
    status = cli.main(words)
    out, err = capsys.readouterr()
    return status, out, err


def results(verdict: str, text: str = "2 * x.T"):
    """Return a report with a verdict on the first claim of the first record."""
    return json.dumps(report(result(verdict, id="one", text=text)).to_json())


@pytest.mark.parametrize(
    ("format", "begins", "ends"),
    [
        ("latex", r"\documentclass", r"\end{document}"),
        ("markdown", "# Matrix calculus", "`two` · A book"),
        ("html", "<!DOCTYPE html>", "</html>"),
    ],
)
def test_sheet_is_printed(capsys, format, begins, ends):
    status, out, err = nabla(capsys, "export", "a.yaml", "--format", format)
    assert (status, err) == (0, "")
    assert out.startswith(begins) and out.rstrip().endswith(ends)
    assert "Gradient of one" in out and "Gradient of two" in out


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.tex", "\\documentclass"), ("b.MD", "# "), ("c.htm", "<!D"), ("d.html", "<!D")],
)
def test_name_of_the_file_says_the_format(capsys, name, begins):
    status, out, err = nabla(capsys, "export", "a.yaml", "-o", name)
    assert (status, out, err) == (0, "", "")
    assert Path(name).read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize("words", [(), ("-o", "sheet.pdf")])
def test_unknown_format_is_refused(capsys, words):
    status, out, err = nabla(capsys, "export", "a.yaml", *words)
    assert (status, out) == (2, "")
    assert "hint: write `--format latex`, `markdown` or `html`" in err


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--tag", "two"), ["two"]),
        (("--search", "gradient ONE"), ["one"]),
        (("--source", "book"), ["one", "two"]),
        (("--tag", "L1", "--search", "two"), ["two"]),
    ],
)
def test_part_of_the_records_is_chosen(capsys, words, found):
    status, out, _ = nabla(capsys, "export", "a.yaml", "--format", "markdown", *words)
    assert status == 0
    assert [id for id in ("one", "two") if f"`{id}`" in out] == found


def test_one_record_is_chosen_by_its_id(capsys):
    status, out, _ = nabla(capsys, "export", "a.yaml::two", "--format", "markdown")
    assert status == 0
    assert "`two`" in out and "`one`" not in out


def test_nothing_found_is_said(capsys):
    words = ("export", "a.yaml", "--format", "latex")
    status, out, err = nabla(capsys, *words, "--search", "cube")
    assert (status, out, err) == (1, "", "nabla: there is no such formula\n")
    status, out, err = nabla(capsys, *words, "--tag", "onne")
    assert (status, out) == (2, "")
    assert err == "nabla: no record has the tag `onne`\n  hint: did you mean `one`?\n"


def test_one_layout_is_said_once(capsys):
    words = ("export", "a.yaml::one", "--format", "markdown", "--layout")
    _, out, _ = nabla(capsys, *words, "denominator")
    assert "in denominator layout" in out
    assert r"2\mathbf{x}" in out and r"\mathsf{T}} \\" not in out
    assert r"\text{" not in out.split("```math")[1].split("```")[0]
    _, out, _ = nabla(capsys, *words, "both")
    assert r"\text{numerator layout}" in out and r"\text{denominator layout}" in out


def test_malformed_records_are_left_out_and_said(capsys):
    Path("b.yaml").write_text(RECORD.format("good") + MALFORMED + "- id: worse\n")
    status, out, err = nabla(capsys, "export", "b.yaml", "--format", "markdown")
    assert status == 2
    assert "`good`" in out and "`bad`" not in out
    assert err.splitlines()[1] == "  hint: see `nabla lint`"
    assert "problems in these files: what is malformed is left out" in err


@pytest.mark.parametrize(
    ("verdict", "mark"), [("holds", "✓"), ("fails", "✗"), ("inconclusive", "?")]
)
def test_verdicts_of_results_stand_beside_the_formulas(capsys, verdict, mark):
    Path("r.json").write_text(results(verdict))
    words = ("export", "a.yaml", "--format", "html", "--results", "r.json")
    status, out, err = nabla(capsys, *words)
    assert (status, err) == (0, "")
    assert out.count(f">{mark}</span>") == 1
    assert f'aria-label="{verdict}"' in out


def test_verdict_of_another_text_is_none(capsys):
    Path("r.json").write_text(results("holds", text="3 * x.T"))
    words = ("export", "a.yaml", "--format", "html", "--results", "r.json")
    _, out, _ = nabla(capsys, *words)
    assert "✓" not in out


def test_last_report_is_looked_for(capsys):
    Path("reports").mkdir()
    Path("reports/results.json").write_text(results("holds"))
    words = ("export", "a.yaml", "--format", "html")
    _, out, _ = nabla(capsys, *words)
    assert out.count(">✓</span>") == 1
    Path("reports/results.json").write_text("{")
    status, out, err = nabla(capsys, *words)
    assert status == 0 and "✓" not in out
    assert err.startswith("nabla: no verdicts: `reports/results.json`: ")


def test_results_that_were_asked_for_must_be_there(capsys):
    words = ("export", "a.yaml", "--format", "html", "--results", "none.json")
    status, out, err = nabla(capsys, *words)
    assert (status, out) == (2, "")
    assert "none.json" in err


def test_file_that_cannot_be_written_is_said(capsys):
    status, _, err = nabla(capsys, "export", "a.yaml", "-o", "none/sheet.tex")
    assert status == 2
    assert err == "nabla: cannot write `none/sheet.tex`: No such file or directory\n"


def test_record_is_shown_as_latex(capsys):
    status, out, err = nabla(capsys, "show", "a.yaml::one", "--latex")
    assert (status, err) == (0, "")
    assert out.splitlines()[:3] == ["% Gradient of one", "% A book", r"\begin{align*}"]
    assert r"= 2\mathbf{x}^{\mathsf{T}} && \text{numerator layout} \\" in out


def test_malformed_record_is_not_shown_as_latex(capsys):
    Path("b.yaml").write_text(MALFORMED)
    status, out, _ = nabla(capsys, "show", "b.yaml::bad", "--latex")
    assert status == 2
    assert "'y' is not declared" in out and "align" not in out
