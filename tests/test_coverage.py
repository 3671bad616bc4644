"""docs/coverage.md is as docs/coverage.py makes it, and no rule is without a word."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from verifier import load

SCRIPT = Path(__file__).parent.parent / "docs" / "coverage.py"

RECORDS = """
- id: rule-one
  title: Rule one
  where: {x: scalar}
  function: 2 * x
  wrt: x
  both: 2
  source: A book (1); Another book, section 2
  tags: [rule, S1]
- id: rule-two
  title: Erratum, rule two
  where: {x: scalar}
  function: 3 * x
  wrt: x
  both: 2
  expect: fails
  why: The factor is 3.
  source: A classic mistake next to A book (2), as printed
  notes: The right form is in rule-one.
  tags: [rule, erratum]
"""


RULES = {"1": "2 x", "2": {"rule": "3 x", "out": "printed wrongly"}}


def data(rules=RULES, **changes):
    part = {"part": "Chapter 1", "cite": "A book ({})", "rules": rules}
    told = {"part": "Told", "tag": "S{}", "rules": {"1": "told"}}
    source = {"source": "A book", "about": "All of it.", "parts": [part, told]}
    groups = [{"title": "All", "topics": {"rules": ["rule + S1", "other"]}}]
    whole = {"sources": [source], "works": ["Another book"], "topics": groups}
    return whole | {"out": {"all else": "too long"}} | changes


@pytest.fixture(scope="module")
def coverage():
    spec = importlib.util.spec_from_file_location("coverage_page", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # data classes look themselves up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "records.yaml"
    path.write_text(RECORDS)
    found, problems = load(path)
    assert problems == []
    return found


@pytest.fixture(scope="module")
def found(coverage):
    return coverage.read()


def test_the_page_is_as_the_command_makes_it(coverage, found):
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.page(found)


def test_every_rule_has_a_record_or_a_reason(found):
    assert found.problems == []


def test_the_page_names_every_record(coverage, found):
    said = coverage.page(found)
    missing = [one.id for one in found.records if f"`{one.id}`" not in said]
    assert missing == []


def test_the_sources_are_those_that_were_asked_for(found):
    rules = {
        name: sum(len(part.rules) for part in parts)
        for name, (_, parts) in found.sources.items()
    }
    assert rules["Four lectures"] == 57
    assert rules["Wikipedia, Matrix calculus"] == 115
    assert rules["The Matrix Cookbook"] > 113  # (32) to (144), and sections
    assert rules["Magnus and Neudecker"] > 80


def test_records_stand_with_the_rules_that_they_cite(coverage, records):
    found = coverage.match(records, data())
    assert found.problems == []
    assert "| 1 | 2 x | `rule-one` |" in coverage.page(found)
    erratum = "| 2 | 3 x | erratum `rule-two` (as printed); out: printed wrongly |"
    assert erratum in coverage.page(found)
    assert "| Another book | section 2 | `rule-one` |" in coverage.page(found)
    assert "| rules | `rule-one` |" in coverage.page(found)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"works": ["Another"]}, "`rule-one` cites `Another book, section 2`"),
        ({"works": ["Another book", "A third"]}, "no record cites `A third`"),
        ({"topics": [{"title": "T", "topics": {"gone": ["gone"]}}]}, "topic `gone`"),
    ],
)
def test_what_is_not_known_is_told(coverage, records, changes, said):
    assert said in "\n".join(coverage.match(records, data(**changes)).problems)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"1": "2 x", "2": "3 x"}, "`A book (2)` has neither"),
        (
            {"1": {"rule": "2 x", "out": "long"}, "2": {"rule": "", "out": "no"}},
            "a reason",
        ),
        ({"1": "2 x"}, "`rule-two` cites `A book (2), as printed`"),
    ],
)
def test_a_rule_has_either_a_record_or_a_reason(coverage, records, rules, said):
    assert said in "\n".join(coverage.match(records, data(rules)).problems)


def test_a_mistake_that_names_no_right_form_is_told(coverage, tmp_path):
    path = tmp_path / "records.yaml"
    path.write_text(RECORDS.replace("is in rule-one", "is known"))
    found = coverage.match(load(path)[0], data())
    assert found.problems == [
        "`rule-two` fails, and its notes name no record that holds"
    ]


def test_marks_of_markdown_show_as_they_are(coverage):
    assert coverage.cell("|x|_F * `a_b | c`") == r"\|x\|\_F \* `a_b \| c`"
