"""The data model: JSON both ways, and the exit status."""

import json
import math

import pytest
from made import RUN, failure, problem, report, result

from verifier.results.model import DIAGNOSES, VERDICTS, Report, Result, plain

REFUTED = result("fails", expected="fails", why="the sign is wrong")
NOT_REFUTED = result("holds", expected="fails")


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ([result()], 0),
        ([result(), REFUTED], 0),
        ([failure()], 1),
        ([NOT_REFUTED], 1),
        ([result(), failure(), result("inconclusive")], 1),
        ([failure(), result("crashed")], 1),
        ([problem()], 2),
        ([result(), problem()], 2),
        ([failure(), problem(), result("crashed")], 2),
        ([result("malformed")], 2),
        ([result("malformed"), failure()], 2),
        ([], 2),
        ([result("inconclusive")], 3),
        ([result("crashed")], 3),
        ([result(), result("inconclusive"), result("crashed")], 3),
        ([result("inconclusive", expected="fails")], 3),
        ([result("crashed", expected="fails"), REFUTED], 3),
    ],
)
def test_exit_status_is_the_worst_that_can_be_said(found, status):
    assert report(*found).exit_status == status


def test_an_interrupted_run_is_never_a_success():
    assert report(result(), interrupted=True).exit_status == 130


def test_could_not_tell_is_never_as_expected():
    for verdict in ("inconclusive", "malformed", "crashed"):
        for expected in ("holds", "fails"):
            assert not result(verdict, expected=expected).as_expected


def test_verdicts_and_expectations_are_closed_sets():
    with pytest.raises(ValueError, match="no such verdict: 'passed'"):
        result("passed")
    with pytest.raises(ValueError, match="nothing to expect: 'inconclusive'"):
        result(expected="inconclusive")
    assert VERDICTS == ("holds", "fails", "inconclusive", "malformed", "crashed")


def test_promised_keys_come_first_and_in_the_promised_order():
    data = report(failure(), problem()).to_json()
    assert list(data) == ["schema", "run", "results", "problems"]
    assert data["schema"] == 1
    promised = ["seed", "draws", "device", "dtype", "versions", "seconds"]
    assert set(promised) <= set(data["run"])
    assert list(data["results"][0])[:13] == [
        "id",
        "claim",
        "layout",
        "text",
        "verdict",
        "expected",
        "as_expected",
        "evidence",
        "diagnosis",
        "counterexample",
        "file",
        "line",
        "column",
    ]
    assert list(data["results"][0]["diagnosis"]) == ["kind", "text", "suggestion"]
    promised = ["file", "line", "column", "id", "text", "hint"]
    assert list(data["problems"][0])[:6] == promised
    assert data["problems"][0]["line"] == 9


def test_absent_diagnosis_and_counterexample_are_null():
    data = result().to_json()
    assert data["diagnosis"] is None
    assert data["counterexample"] is None
    assert data["as_expected"] is True


def test_json_goes_both_ways():
    before = report(result(), failure(), REFUTED, problem())
    text = json.dumps(before.to_json(), allow_nan=False)
    after = Report.from_json(json.loads(text))
    assert after == before
    assert after.exit_status == before.exit_status


def test_unknown_keys_of_a_later_version_are_dropped():
    assert Result.from_json({**result().to_json(), "colour": "red"}) == result()


def test_another_schema_is_refused():
    data = {**report(result()).to_json(), "schema": 2}
    with pytest.raises(ValueError, match="these results have schema 2, not 1"):
        Report.from_json(data)


def test_nan_and_infinity_are_texts_in_strict_json():
    class Array:
        def tolist(self):
            return [[1.5, math.nan], [math.inf, -math.inf]]

    assert plain({"J": Array()}) == {"J": [[1.5, "nan"], ["inf", "-inf"]]}
    found = failure(counterexample={"autodiff": [[math.nan]]}, evidence={"R": math.inf})
    json.dumps(report(found).to_json(), allow_nan=False)


def test_counts_name_every_verdict():
    assert report(result(), failure(), failure()).counts == {
        "holds": 1,
        "fails": 2,
        "inconclusive": 0,
        "malformed": 0,
        "crashed": 0,
    }


def test_surprises_leave_out_what_was_expected_and_put_failures_first():
    open_, wrong = result("inconclusive"), failure()
    assert report(result(), open_, REFUTED, wrong).surprises == [wrong, open_]


def test_kinds_of_diagnosis_are_the_promised_ones():
    assert " ".join(DIAGNOSES) == (
        "wrong-layout transposed factor sign needs-symmetric needs-square "
        "needs-commuting needs-other-assumption wrong-order missing-term "
        "missing-identity wrong-power wrong-operation wrong-part eigenvalue-order "
        "row-major symmetric-form shape other"
    )


def test_a_report_keeps_its_run():
    assert report(result()).to_json()["run"] == RUN
