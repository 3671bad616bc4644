"""`nabla notes`: verdicts, formats, exit statuses, interruption, from Findings on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import notes_made
import pytest
from made import EVIL
from notes_made import RIGHT, SYMMETRIC, WRONG, aside, digest, finding, mixed, unread

from verifier import load
from verifier.commands import cli, proofreading
from verifier.engine.settings import LAYOUTS, Settings
from verifier.notes.model import KINDS, Verdict, exit_status
from verifier.output import notes_page
from verifier.output.formats import FORMATS
from verifier.output.notes_forms import rendered, summary, yaml_text
from verifier.output.notes_text import WORDS, notes_text
from verifier.output.text import Paint
from verifier.reading.problem import InputError, Place
from verifier.running.noted import identified, judged, sound

ROOT = Path(__file__).resolve().parent.parent
TEXT = """\
d(x.T @ x)/dx = 2*x
d(x.T @ x)/dx = 3*x
aside: f(x) = x^2

symmetric: d(x^T A x)/dx = 2 A x
unread: \\int f
announced: d(x.T @ x)/dx = 3*x
"""
SETTINGS = Settings(draws=64, layouts=LAYOUTS)


@pytest.fixture(autouse=True)
def _work(monkeypatch, tmp_path):
    monkeypatch.setattr("verifier.running.desk.WORK", "notes_work:verify_chunk")
    monkeypatch.setattr(proofreading, "read", notes_made.read)
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)


def nabla(capsys, *words):
    status = cli.main(words)
    out, err = capsys.readouterr()
    return status, out, err


def notes(capsys, text, *words):
    Path("a.tex").write_text(text)
    return nabla(capsys, "notes", "a.tex", "--device", "cpu", "--jobs", "1", *words)


# --- verdicts -----------------------------------------------------------------------


def test_each_formula_gets_its_verdict_in_the_order_of_the_document():
    (found,) = judged(
        [digest(RIGHT, WRONG, aside(22), SYMMETRIC, unread(40))], SETTINGS
    )
    assert [verdict.kind for verdict in found.verdicts] == [
        *("holds", "fails", "aside", "conditional", "unread")
    ]
    assert found.counts == {"read": 3, "aside": 1, "unread": 1}
    assert [error.finding.place.line for error in found.errors] == [20]
    places = [(r.file, r.line, r.column) for v in found.verdicts for r in v.results]
    assert places == [("a.tex", 10, 3), ("a.tex", 20, 3), ("a.tex", 30, 3)]


def test_another_reading_that_holds_is_named_with_what_it_takes():
    (found,) = judged([digest(SYMMETRIC)], SETTINGS)
    (verdict,) = found.verdicts
    assert (verdict.verdict, verdict.under) == ("fails", "A symmetric")
    assert verdict.other is not None
    assert verdict.other.record.where["A"].value == "symmetric(n)"
    said = notes_text([found])
    assert "a.tex:30:3: holds in another reading only: A symmetric" in said
    assert "the reading that holds: d(x.T @ A @ x)/dx = 2*A @ x where" in said
    assert "A: symmetric(n)" in said
    assert found.exit_status == 3


def test_other_readings_of_what_holds_or_is_announced_are_not_asked_for():
    planned = []
    one = replace(SYMMETRIC, announced=True)
    judged([digest(one, RIGHT)], SETTINGS, on_plan=planned.append)
    assert planned == [2]
    judged([digest(SYMMETRIC)], SETTINGS, on_plan=planned.append)
    assert planned == [2, 1, 2, 1]


def test_what_fails_is_explained_but_for_what_is_known_to_be_wrong():
    planned = []
    known = replace(WRONG, announced=True)
    judged([digest(RIGHT, WRONG, known, SYMMETRIC)], SETTINGS, on_plan=planned.append)
    assert planned == [4, 2, 2]


def test_documents_are_verified_in_one_run_and_told_apart():
    told = []
    first, second = judged(
        [digest(RIGHT), digest(WRONG, RIGHT)], SETTINGS, on_result=told.append
    )
    assert [v.kind for v in first.verdicts] == ["holds"]
    assert [v.kind for v in second.verdicts] == ["fails", "holds"]
    assert first.run is second.run
    assert sorted(told) == ["a.tex:10:3", "a.tex:10:3", "a.tex:20:3", "a.tex:20:3"]


def test_ids_are_unique_and_do_not_depend_on_the_line():
    moved = replace(RIGHT, place=Place("Über uns (2).tex", 99, 1))
    ids = [
        f.record.id for f in identified([RIGHT, RIGHT, moved, SYMMETRIC]) if f.record
    ]
    assert len(set(ids)) == 4
    assert ids[1] == f"{ids[0]}-2"
    assert ids[2].startswith("ber-uns-2-")
    again = identified([WRONG, replace(RIGHT, place=Place("a.tex", 11, 1))])
    assert again[1].record is not None
    assert again[1].record.id == ids[0]


def test_what_is_remembered_is_not_asked_again_where_lines_have_moved():
    judged([digest(RIGHT, WRONG)], SETTINGS)
    moved = replace(WRONG, place=Place("a.tex", 25, 1))
    (found,) = judged([digest(moved, RIGHT)], SETTINGS)
    assert found.run["remembered"] == 3
    assert found.errors[0].results[0].line == 25


def test_a_record_without_a_meaning_is_not_read_and_says_why():
    assert RIGHT.record is not None
    body = replace(RIGHT.record.body, value="x @ A @ x")
    odd = replace(RIGHT, record=replace(RIGHT.record, body=body))
    for (found,) in (judged([digest(odd)], SETTINGS), sound([digest(odd)])):
        (verdict,) = found.verdicts
        assert verdict.kind == "unread"
        assert verdict.finding.construct == "shapes that fit"
        assert "`@`" in verdict.finding.reason
        assert found.exit_status == 2


@pytest.mark.parametrize(
    ("found", "kind", "status"),
    [
        ({}, "holds", 0),
        ({"announced": True}, "held", 3),
        ({"expected": True}, "held", 1),
    ],
)
def test_what_is_said_to_be_wrong_and_holds_is_news(found, kind, status):
    (made,) = judged([digest(replace(RIGHT, **found))], SETTINGS)
    assert made.verdicts[0].kind == kind
    assert made.exit_status == status


@pytest.mark.parametrize("said", ["announced", "expected"])
def test_what_is_said_to_be_wrong_and_fails_is_no_error(said):
    (made,) = judged([digest(replace(WRONG, **{said: True}), RIGHT)], SETTINGS)
    assert made.exit_status == 0
    words = {"announced": "the text says so itself", "expected": "as a remark expects"}
    assert words[said] in notes_text([made], verbose=True)


# --- the command --------------------------------------------------------------------


def test_the_terminal_says_the_counts_then_what_is_wrong_then_what_was_not_read(capsys):
    status, out, err = notes(capsys, TEXT)
    assert (status, err) == (1, "")
    lines = out.splitlines()
    assert lines[0] == (
        "a.tex: 4 read: 1 holds, 1 fails, 1 holds in another reading only, 1 is known "
        "to be wrong; 1 is no statement; 1 is not read"
    )
    assert lines[1] == "  layout: denominator (it fits)"
    order = [
        "a.tex:2:1: fails",
        "a.tex:5:1: holds in",
        "not read:",
        "seed 0, 256 draws",
    ]
    places = [out.index(said) for said in order]
    assert places == sorted(places)
    assert "  an integral: line 6\n" in out
    assert "the text says so itself" not in out
    assert "try it: nabla check 'd(x.T @ x)/dx = 3*x where x: vector(n)'" in out


def test_verbose_shows_every_reading_and_where_it_comes_from(capsys):
    out = notes(capsys, TEXT, "--verbose")[1]
    assert "a.tex:1:1: holds" in out
    assert "a.tex:7:1: fails: the text says so itself" in out
    assert "a.tex:3:1: f(x) = x^2" in out
    assert "`\\int` is not read yet" in out
    (found,) = judged([digest(RIGHT)], SETTINGS)
    said = notes_text([found], verbose=True)
    assert (
        "inferred: A: matrix(n, n) (line 4: the text says `A \\in R^{n x n}`)" in said
    )
    assert "inferred: x: vector(n) (by its letter)" in said


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("d(x.T @ x)/dx = 2*x\nannounced: d(x.T @ x)/dx = 3*x\n", 0),
        ("d(x.T @ x)/dx = 3*x\nd(x.T @ x)/dx = 5*x\n", 1),
        ("aside: f(x) = x\n", 2),
        ("unread: f\n", 2),
        ("", 2),
        ("d(x.T @ x)/dx = 5*x\nd(x.T @ x)/dx = 2*x\n", 3),
        ("symmetric: d(x^T A x)/dx = 2 A x\n", 3),
    ],
)
def test_the_exit_status_says_the_worst(capsys, text, status):
    assert notes(capsys, text)[0] == status


def test_a_document_without_statements_is_refused_unless_that_is_allowed(capsys):
    status, out, err = notes(capsys, "")
    assert (status, out.splitlines()[0]) == (2, "a.tex: 0 read")
    assert "nabla: no statement was found\n  hint: `--allow-empty`" in err
    assert "none was read as a statement" in notes(capsys, "unread: f\n")[2]
    for text in ("", "unread: f\n"):
        status, _, err = notes(capsys, text, "--allow-empty")
        assert (status, err) == (0, "")


@pytest.mark.parametrize(
    ("kind", "found", "status"),
    [
        ("file", [WRONG], 2),
        ("limit", [RIGHT], 2),
        ("syntax", [WRONG], 1),
        ("syntax", [RIGHT], 0),
        ("syntax", [unread(3)], 2),
    ],
)
def test_what_cannot_be_read_outranks_an_error_and_a_broken_formula_does_not(
    kind, found, status
):
    problems = [notes_made.problem(kind=kind)]
    (made,) = judged([digest(*found, problems=problems)], SETTINGS)
    assert made.exit_status == status
    assert "needs matching inner sizes" in notes_text([made])


def test_several_documents_are_told_one_by_one_and_counted_together(capsys):
    Path("b.md").write_text("d(x.T @ x)/dx = 2*x\n")
    Path("a.tex").write_text(TEXT)
    words = ["a.tex", "b.md", "a.tex", "--device", "cpu", "--jobs", "1"]
    status, out, _ = nabla(capsys, "notes", *words)
    assert status == 1
    assert "b.md: 1 read: 1 holds\n" in out
    assert "2 documents: 5 read: 2 hold, 1 fails, " in out
    assert out.count("a.tex:2:1: fails") == 1


def test_layout_and_types_reach_the_reader(capsys):
    text = "d(x.T @ A @ x)/dx = 2*A @ x\n"
    status, out, _ = notes(
        capsys, text, "--layout", "numerator", "--where", "A: symmetric(n)"
    )
    assert (status, "layout: numerator" in out) == (0, True)
    status, out, err = notes(capsys, text, "--where", "A: symetric(n)")
    assert (status, out) == (2, "")
    assert "symmetric" in err
    with pytest.raises(SystemExit) as caught:
        notes(capsys, text, "--layout", "either")
    assert caught.value.code == 2


def count_in(format: str, out: str) -> int:
    """Count what a tool is told in an output that must be whole and nothing else."""
    match format:
        case "json":
            return len(json.loads(out)["documents"][0]["statements"])
        case "junit":
            return len(list(ET.fromstring(out).iter("testcase")))
        case "sarif":
            return len(json.loads(out)["runs"][0]["results"])
        case "github":
            assert all(line.startswith("::") for line in out.splitlines())
            return out.count("\n") - 1
    assert " read" in out
    return out.count("try it:")


@pytest.mark.parametrize(
    ("format", "count"),
    [("text", 2), ("json", 6), ("junit", 4), ("sarif", 2), ("github", 2)],
)
def test_each_format_is_printed_and_nothing_else(capsys, format, count):
    status, out, err = notes(capsys, TEXT, "--format", format, "--report", "reports")
    assert (status, err) == (1, "")
    assert count_in(format, out) == count
    assert ("report: reports/index.html" in out) == (format == "text")
    assert sorted(os.listdir("reports")) == ["index.html", "notes.json"]


def test_json_holds_everything(capsys):
    out = notes(capsys, TEXT, "--format", "json")[1]
    whole = json.loads(out)
    assert whole["schema"] == 1
    (document,) = whole["documents"]
    assert document["counts"] == {"read": 4, "aside": 1, "unread": 1}
    assert sum(document["kinds"].values()) == 6
    wrong = document["statements"][1]
    assert (wrong["line"], wrong["kind"], wrong["read"]) == (
        *(2, "fails"),
        "d(x.T @ x)/dx = 3*x",
    )
    assert wrong["results"][0]["verdict"] == "fails"
    assert wrong["record"].startswith("- id: a-")
    assert document["statements"][3]["under"] == "A symmetric"


def test_tools_are_led_to_the_line_and_told_how_bad_it_is():
    said = json.loads(rendered([mixed()], "sarif", Paint()))["runs"][0]
    found = {
        one["locations"][0]["physicalLocation"]["region"]["startLine"]: one
        for one in said["results"]
    }
    assert {line: one["level"] for line, one in found.items()} == {
        **{2: "error", 20: "error", 40: "error", 50: "error"},
        **{30: "warning", 48: "warning"},
    }
    assert "write `2*x`" in found[20]["message"]["text"]
    assert found[20]["ruleId"] == "factor"
    assert said["invocations"][0]["exitCode"] == 2
    lines = rendered([mixed()], "github", Paint()).splitlines()
    assert sum(line.startswith("::error file=a.tex,line=20,") for line in lines) == 1
    assert sum(line.startswith("::warning file=a.tex,line=30,") for line in lines) == 1
    cases = ET.fromstring(rendered([mixed()], "junit", Paint())).iter("testcase")
    bad = {case.get("line"): [child.tag for child in case] for case in cases}
    assert (bad["20"], bad["10"], bad["50"]) == (["failure"], [], ["error"])


def test_github_adds_to_the_summary_of_the_step(capsys, monkeypatch, tmp_path):
    file = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    assert notes(capsys, TEXT, "--format", "github")[0] == 1
    said = file.read_text()
    assert said.startswith("### nabla notes: 4 read")
    assert "a&#46;tex&#58;2&#58;1&#58; fails" in said
    assert len(summary([mixed()], 2000).encode()) <= 2000


def test_yaml_is_a_file_that_verify_takes(capsys):
    status, out, err = notes(capsys, TEXT, "--yaml")
    assert (status, err) == (0, "")
    Path("a.yaml").write_text(out)
    records, problems = load("a.yaml")
    assert problems == []
    assert [record.expect for record in records] == ["holds", "holds", "holds", "fails"]
    assert records[1].source == "a.tex, line 2"
    assert "# a.tex:2:1: d(x.T @ x)/dx = 3*x\n- id: " in out
    assert notes(capsys, "aside: f\n", "--yaml")[0] == 2


def test_a_report_that_cannot_be_written_costs_no_result(capsys, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(notes_page, "write", fails)
    status, out, err = notes(capsys, TEXT, "--format", "json", "--report", "reports")
    assert (status, count_in("json", out)) == (2, 6)
    assert err == "nabla: cannot write a report to `reports`: No space left on device\n"


def test_python_gets_the_same(capsys):
    Path("a.tex").write_text(TEXT)
    found = proofreading.read_notes("a.tex", device="cpu", jobs=1)
    assert found.kinds == {
        **{"fails": 1, "conditional": 1, "refuted": 1, "holds": 1},
        **{"unread": 1, "aside": 1},
    }
    assert repr(found) == f"<Digest: a.tex: {WORDED}>"
    assert str(found).startswith(f"a.tex: {WORDED}\n")
    shown = found._repr_html_()
    assert shown.count("<math") == 2
    assert "holds in another reading only: A symmetric" in shown
    with pytest.raises(InputError, match="layout is one of auto, "):
        proofreading.read_notes("a.tex", layout="either")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="symmetric"):
        proofreading.read_notes("a.tex", where={"A": "symetric(n)"})


WORDED = (
    "4 read: 1 holds, 1 fails, 1 holds in another reading only, 1 is known to be "
    "wrong; 1 is no statement; 1 is not read"
)


# --- strangers' texts, and interruption ---------------------------------------------


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("format", [*FORMATS, "yaml"])
def test_hostile_texts_move_nothing_in_any_format(format, evil):
    found = [notes_made.hostile(evil)]
    if format == "yaml":
        out = yaml_text([notes_made.digest(replace(RIGHT, formula=evil))])
        plain = yaml_text([digest(RIGHT)])
        assert len(out.splitlines()) == len(plain.splitlines())
    else:
        out = rendered(found, format, Paint(), verbose=True)
    out.encode()
    assert all(c.isprintable() or c == "\n" for c in out)
    if format in ("json", "sarif"):
        json.loads(out)
    if format == "junit":
        ET.fromstring(out)
    if format == "github":
        assert all(line.startswith("::") for line in out.splitlines())
    summary(found).encode()


def test_every_kind_has_its_words():
    assert set(WORDS) == set(notes_page.WORDS) == set(KINDS)
    assert {verdict.kind for verdict in mixed().verdicts} == {*KINDS} - {"unfinished"}


def test_an_unfinished_run_has_a_status_of_its_own():
    made = digest(Verdict(RIGHT), Verdict(WRONG), run={"interrupted": True})
    assert exit_status([made]) == 130
    assert notes_text([made]).startswith(
        "a.tex: interrupted; 2 read: 2 are not finished\n"
    )


SURROUNDINGS = {
    **os.environ,
    "JAX_PLATFORMS": "absent",
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
}
PROGRAM = """\
import signal, sys
from verifier.__main__ import main
from verifier.running import desk, session
from verifier.commands import proofreading
import notes_made
# Where the tests run in the background, Ctrl-C is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
desk.WORK, session.CHUNK = "notes_work:verify_chunk", 1
proofreading.read = notes_made.read
sys.argv[1:] = {!r}
if __name__ == "__main__": sys.exit(main())
"""


def started(*words):
    """Start the command in a process, with workers that do as the claims ask."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(list(words))],
        env=SURROUNDINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


ONE = ["notes", "a.tex", "--device", "cpu", "--jobs", "1", "--report", "reports"]


@pytest.mark.parametrize("format", FORMATS)
def test_ctrl_c_prints_what_is_finished_in_every_format(format):
    Path("a.tex").write_text("d(x.T @ x)/dx = 2*x\nd(x.T @ x)/dx = 7*x\n")
    process = started(*ONE, "--format", format)
    out, err = process.communicate(timeout=150)
    assert (process.returncode, err) == (130, "")
    assert "interrupted" in out
    saved = json.loads(Path("reports/notes.json").read_text())
    kinds = [one["kind"] for one in saved["documents"][0]["statements"]]
    assert kinds == ["holds", "unfinished"]
    if format == "junit":
        assert ET.fromstring(out).get("errors") == "1"
    if format == "json":
        assert json.loads(out) == saved


def test_a_reader_that_goes_away_costs_no_report():
    Path("a.tex").write_text("d(x.T @ x)/dx = 3*x\n" * 100)
    process = started(*ONE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(100) == 1
    assert Path("reports/notes.json").exists()


def test_help_says_what_remarks_do_and_what_the_status_means(capsys):
    with pytest.raises(SystemExit):
        cli.main(["notes", "--help"])
    said = capsys.readouterr().out
    for word in ("% nabla: layout", "% nabla: skip", "exit status of `nabla notes`"):
        assert word in said
    with pytest.raises(SystemExit) as caught:
        cli.main(["notes"])
    assert caught.value.code == 2


def test_a_finding_can_be_made_without_a_reading():
    assert finding("d(x.T @ x)/dx = 2*x", 1).status == "read"
