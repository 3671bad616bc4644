"""JUnit XML: valid, complete, and green only where all is as expected."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from made import failure, problem, report, result

from verifier.output.junit import junit
from verifier.reading.problem import Place

SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))
MIXED = report(
    result(),
    result("fails", id="known", expected="fails"),
    failure(id="wrong-one"),
    result("holds", id="unrefuted", expected="fails", file="identities/b/c.yml"),
    result("inconclusive", id="open-one"),
    result("crashed", id="dead", evidence={"note": "out of memory"}),
    result("malformed", id="odd"),
    problem(),
)


def root_of(report) -> ET.Element:
    text = junit(report)
    SCHEMA.validate(text)
    return ET.fromstring(text)


def case(root: ET.Element, name: str) -> ET.Element:
    found = [one for one in root.iter("testcase") if one.get("name") == name]
    assert len(found) == 1, name
    return found[0]


def test_there_is_a_suite_for_each_file_and_a_case_for_each_claim():
    root = root_of(MIXED)
    assert [(s.get("name"), len(s.findall("testcase"))) for s in root] == [
        ("identities/b/c.yml", 1),
        ("identities/quadratic.yaml", 7),
    ]
    assert {k: root.get(k) for k in ("tests", "failures", "errors")} == {
        "tests": "8",
        "failures": "3",
        "errors": "3",
    }
    assert root.get("time") == "1.250"
    assert root[0].get("timestamp") == "2026-01-02T03:04:05+00:00"
    assert {p.get("name"): p.get("value") for p in root[0].iter("property")} == {
        "seed": "7",
        "draws": "64",
        "device": "cpu",
        "dtype": "float64",
        "nabla-verifier": "0.1.0",
        "jax": "0.10.2",
        "python": "3.11.7",
    }


@pytest.mark.parametrize(
    "started", ["yesterday", "", "2026-13-01", "0001-01-01T00:00+23:00"]
)
def test_a_time_that_is_none_is_left_out(started):
    assert root_of(report(result(), started=started))[0].get("timestamp") is None


def test_a_case_says_where_it_is_written():
    found = case(root_of(report(result())), "quadratic-form, numerator layout")
    assert found.attrib == {
        "classname": "identities.quadratic",
        "name": "quadratic-form, numerator layout",
        "file": "identities/quadratic.yaml",
        "line": "7",
        "time": "0.000",
    }


def test_what_is_as_expected_passes_and_nothing_else():
    passed = [c.get("name") for c in root_of(MIXED).iter("testcase") if not len(c)]
    assert passed == [
        "quadratic-form, numerator layout",
        "known, numerator layout",
    ]


@pytest.mark.parametrize(
    ("name", "tag", "type", "message"),
    [
        (
            "wrong-one, numerator layout",
            "failure",
            "needs-symmetric",
            "fails: it holds",
        ),
        ("unrefuted, numerator layout", "failure", "holds", "holds, but was expected "),
        (
            "open-one, numerator layout",
            "failure",
            "inconclusive",
            "inconclusive: float",
        ),
        ("dead, numerator layout", "error", "crashed", "crashed: a fault of nabla-ver"),
        ("odd, numerator layout", "error", "malformed", "malformed: "),
        ("quadratic-form, numerator", "error", "malformed", "`@` needs matching inner"),
    ],
)
def test_each_other_verdict_has_its_element(name, tag, type, message):
    (found,) = case(root_of(MIXED), name)
    assert (found.tag, found.get("type")) == (tag, type)
    assert str(found.get("message")).startswith(message)


def test_a_failure_says_all_that_the_terminal_says():
    (found,) = case(root_of(MIXED), "wrong-one, numerator layout")
    for said in (
        "x.T @ (A + A)",
        "it holds when A is symmetric; for every A write `x.T @ (A + A.T)`",
        "smallest case: n = 2, A = [[0, 1], [0, 0]], x = [1, 0]",
        "replay: nabla verify identities/quadratic.yaml::wrong-one --seed 7 --draws 64",
    ):
        assert said in str(found.text)


def test_a_problem_shows_its_source_line_and_its_hint():
    (found,) = case(root_of(MIXED), "quadratic-form, numerator")
    assert "    numerator: x.T @ (A + A.T) @ x.T\n" in str(found.text)
    assert "hint: the left side is already a row" in str(found.text)


def test_cases_of_one_name_are_numbered():
    root = root_of(report(result(), result(), problem(), problem(text="another")))
    assert [c.get("name") for c in root.iter("testcase")] == [
        "quadratic-form, numerator",
        "quadratic-form, numerator (2)",
        "quadratic-form, numerator layout",
        "quadratic-form, numerator layout (2)",
    ]


def test_a_problem_of_a_whole_file_has_a_name_and_no_line():
    wrong = problem(place=Place("b.yaml", 0, 0), id="", field="")
    (found,) = root_of(report(wrong)).iter("testcase")
    assert (found.get("name"), found.get("line")) == ("the file", None)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (report(result(), interrupted=True), "interrupted: what was not finished"),
        (report(), "nothing was checked"),
    ],
)
def test_a_run_that_is_not_whole_is_never_green(found, said):
    root = root_of(found)
    assert root.get("errors") == "1"
    (error,) = root.iter("error")
    assert str(error.get("message")).startswith(said)


EVIL = "]]>\x00\x1b[31m\ufffe<failure/>&lt;\n\r\t\u202e\"'"


def test_characters_that_xml_cannot_hold_are_replaced():
    evil = failure(
        id=EVIL,
        text=EVIL,
        file=EVIL,
        why=EVIL,
        subject=EVIL,
        diagnosis={"kind": EVIL, "text": EVIL, "suggestion": EVIL},
        evidence={"note": EVIL, "grade": EVIL},
    )
    wrong = problem(text=EVIL, id=EVIL, field=EVIL, hint=EVIL, excerpt=EVIL, caret=3)
    root = root_of(report(evil, wrong, versions={EVIL: EVIL}, started=EVIL))
    assert {element.tag for element in root.iter()} == {
        *("testsuites", "testsuite", "properties", "property", "testcase"),
        *("failure", "error"),
    }
    text = junit(report(evil, wrong))
    assert text.replace("\n", "").isprintable()
    assert "]]&gt;\\x00\\x1b[31m\\ufffe&lt;failure/&gt;&amp;lt;" in text
