"""The four lectures: every statement is there, in both layouts, and as expected."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from verifier import load, verify

FOLDER = Path(__file__).parent.parent / "identities" / "lectures"
ROWS = [f"L{number}" for number in range(1, 58)]
"""The statements of the lectures are numbered; a record is tagged with its number."""

LAYOUT_FREE = {"differential", "hessian", "shape", "sign"}


@pytest.fixture(scope="module")
def records():
    found, problems = load(FOLDER)
    assert problems == []
    return found


@pytest.fixture(scope="module")
def report():
    """Verify the lectures with few draws: `nabla verify` takes more, without tests."""
    return verify(FOLDER, draws=24, device="cpu", jobs=2)


@pytest.fixture(scope="module")
def by_row(records):
    found = defaultdict(list)
    for record in records:
        for tag in record.tags:
            if tag in ROWS:
                found[tag].append(record)
    return found


def test_every_statement_of_the_lectures_has_a_record(by_row):
    assert [row for row in ROWS if row not in by_row] == []


def test_every_record_is_tagged_with_its_statement(records):
    assert [r.id for r in records if not set(r.tags) & set(ROWS)] == []


def test_every_statement_is_claimed_in_both_layouts(by_row):
    missing = []
    for row, records in by_row.items():
        fields = {claim.field for record in records for claim in record.claims}
        if "both" not in fields and not {"numerator", "denominator"} <= fields:
            missing.append(row)
    assert missing == []


def test_every_record_says_where_it_comes_from(records):
    assert [r.id for r in records if not (r.title and r.source)] == []


def test_every_mistake_says_what_is_wrong_and_stands_beside_what_is_right(by_row):
    for row in ("L31", "L32", "L34", "L57"):
        assert "fails" in {record.expect for record in by_row[row]}, row
    for row in ("L31", "L32", "L33"):
        assert "holds" in {record.expect for record in by_row[row]}, row
    for record in (r for found in by_row.values() for r in found):
        assert bool(record.why) == (record.expect == "fails"), record.id


@pytest.mark.thorough
def test_every_record_is_as_expected(report):
    assert report.problems == []
    assert [
        (result.id, result.claim, result.text, result.verdict, result.evidence["note"])
        for result in report.results
        if not result.as_expected
    ] == []
    assert report.exit_status == 0


@pytest.mark.thorough
def test_every_record_gives_a_result_in_each_layout_that_it_claims(report, records):
    layouts = defaultdict(set)
    assert report.results
    for result in report.results:
        layouts[result.id].add(result.layout)
    for record in records:
        wanted = set()
        for claim in record.claims:
            if claim.field == "both":
                wanted |= {"numerator", "denominator"}
            elif claim.field in LAYOUT_FREE:
                wanted.add("")
            else:
                wanted.add(claim.field)
        assert layouts[record.id] == wanted, record.id


@pytest.mark.thorough
def test_nothing_holds_on_weak_evidence(report):
    holding = [result for result in report.results if result.verdict == "holds"]
    assert len(holding) > 100
    for result in holding:
        evidence = result.evidence
        assert evidence["grade"] in ("ball", "exact", "shape"), result.id
        assert evidence["grade"] == "shape" or evidence["draws"] >= 8, result.id
        assert evidence["grade"] == "shape" or len(evidence["sizes"]) >= 1


@pytest.mark.thorough
def test_every_failure_shows_a_counterexample_or_a_shape(report):
    failing = [result for result in report.results if result.verdict == "fails"]
    assert len(failing) > 5
    for result in failing:
        assert result.counterexample or result.evidence["grade"] == "shape", result.id
        assert result.diagnosis is not None, result.id


@pytest.mark.thorough
@pytest.mark.parametrize("row", ROWS)
def test_statement_is_verified(row, report, by_row):
    ids = {record.id for record in by_row[row]}
    found = [result for result in report.results if result.id in ids]
    assert found
    assert all(result.as_expected for result in found)
