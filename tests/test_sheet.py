"""Formula sheets: what is in them, and the verdicts beside it."""

from __future__ import annotations

from typing import Any

import pytest
from made import report, result
from stated import quadratic, statement

from verifier.language.checker import check
from verifier.language.statement import Statement
from verifier.output.latex import source
from verifier.output.sheet import Formula, Sheet, sheet, topic, verdicts
from verifier.reading.record import records_of
from verifier.reading.source import Source

BOTH = ("numerator", "denominator")
HELD = {
    ("one", "numerator", "numerator", "x.T @ (A + A.T)"): "holds",
    ("one", "denominator", "denominator", "(A + A.T) @ x"): "fails",
}


def statements(text: str, file: str = "a.yaml") -> list[Statement]:
    """Return the statements of a file."""
    records, problems = records_of(Source(file, text))
    assert problems == []
    found = [check(record)[0] for record in records]
    return [statement for statement in found if statement is not None]


def formulas(made: Sheet) -> list[Formula]:
    return [f for s in made.sections for entry in s.entries for f in entry.formulas]


def of(**fields: Any) -> list[Formula]:
    """Return the formulas of one record in both layouts."""
    return formulas(sheet([statement(**fields)], BOTH))


def quadratics(**more: Any) -> Statement:
    return statement(**quadratic(denominator="(A + A.T) @ x", **more))


def test_left_side_is_said_once_and_each_layout_beside_its_formula():
    first, second = formulas(sheet([quadratics()], BOTH))
    assert (first.again, second.again) == (False, True)
    assert first.left == second.left
    assert source(first.right).startswith(" = ")
    assert (first.note, second.note) == ("numerator layout", "denominator layout")


@pytest.mark.parametrize("layout", BOTH)
def test_sheet_of_one_layout_has_its_formulas_only_and_says_so_once(layout: str):
    made = sheet([quadratics()], [layout])
    (formula,) = formulas(made)
    assert formula.note == ""
    assert made.about == f"1 identity in {layout} layout."


def test_what_both_layouts_claim_is_one_formula():
    shared = {"where": {"X": "symmetric(n)"}, "function": "logdet(X)", "wrt": "X"}
    (both,) = of(**shared, both="inv(X)")
    assert both.note == "both layouts"
    (free,) = of(**shared, both="inv(X)", entries="independent")
    assert free.note == "both layouts, independent entries"
    (scalar,) = of(where={"x": "scalar"}, function="x**2", wrt="x", both="2 * x")
    assert scalar.note == ""


def test_verdict_is_that_of_the_very_text():
    known = sheet([quadratics()], BOTH, HELD)
    assert [formula.mark for formula in formulas(known)] == ["✓", "✗"]
    assert known.verified
    assert "✓ the equation holds" in known.about
    changed = sheet([quadratics(id="two")], BOTH, HELD)
    assert [formula.mark for formula in formulas(changed)] == ["", ""]
    assert not changed.verified


@pytest.mark.parametrize(
    ("numerator", "denominator", "mark"),
    [
        ("holds", "holds", "✓"),
        ("fails", "fails", "✗"),
        ("holds", "fails", "?"),
        ("holds", "inconclusive", "?"),
        ("crashed", "crashed", "?"),
        ("holds", "", ""),
        ("", "", ""),
    ],
)
def test_formula_of_both_layouts_has_a_mark_only_if_both_agree(
    numerator: str, denominator: str, mark: str
):
    made = statement(where={"x": "scalar"}, function="x**2", wrt="x", both="2 * x")
    said = {"numerator": numerator, "denominator": denominator}
    known = {("one", side, side, "2 * x"): verdict for side, verdict in said.items()}
    (formula,) = formulas(sheet([made], BOTH, known))
    assert formula.mark == mark


def test_verdicts_are_those_of_a_report():
    found = verdicts(report(result(), result("fails", layout="denominator")))
    assert found == {
        ("quadratic-form", "numerator", "numerator", "x.T @ (A + A.T)"): "holds",
        ("quadratic-form", "numerator", "denominator", "x.T @ (A + A.T)"): "fails",
    }


RECORD = "- {{id: {0}, where: {{x: scalar}}, function: x, wrt: x, both: 1}}\n"


def test_records_are_grouped_by_file_under_its_title():
    made = sheet(
        [
            *statements(RECORD.format("one"), "sub/first_rules.yaml"),
            *statements(f"title: Rules\nidentities:\n{RECORD.format('two')}", "b.yaml"),
            *statements(RECORD.format("three"), "sub/first_rules.yaml"),
        ],
        BOTH,
    )
    assert [section.title for section in made.sections] == ["First rules", "Rules"]
    ids = [[entry.id for entry in section.entries] for section in made.sections]
    assert ids == [["one", "three"], ["two"]]
    assert made.about == "3 identities."


def test_file_without_a_title_is_called_by_its_name():
    assert topic("identities/deep-learning/loss_functions.yaml") == "Loss functions"
    assert topic("a\x1bb.yaml") == "A\\x1bb"


def test_known_mistake_says_why_it_is_one():
    wrong = statement(**quadratic(expect="fails", why="true for symmetric A only"))
    right = statement(**quadratic(why="no mistake"))
    made = sheet([wrong, right], BOTH)
    first, second = made.sections[0].entries
    assert (first.mistake, first.why) == (True, "true for symmetric A only")
    assert (second.mistake, second.why) == (False, "")
    assert source(first.formulas[0].right).startswith(r" \neq ")
    assert source(second.formulas[0].right).startswith(" = ")


def test_record_without_a_claim_in_the_layout_is_not_there():
    made = sheet([statement(**quadratic())], ["denominator"])
    assert made.sections == ()
    assert made.about == "0 identities in denominator layout."
