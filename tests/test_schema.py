"""The JSON Schema agrees with what reads the records."""

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from verifier.language.schema import DESCRIPTIONS, SCHEMA
from verifier.reading.record import CLAIMS, FILE_KEYS, KEYS, SUBJECTS
from verifier.running import catalogue

VALIDATOR = Draft202012Validator(SCHEMA)
FILES = sorted(catalogue.builtin().resolve().rglob("*.yaml"))
GOOD = {
    "id": "a",
    "where": {"x": "vector(n)"},
    "function": "x.T @ x",
    "wrt": "x",
    "both": "2 * x",
}


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def test_every_field_is_there_with_a_description():
    properties = SCHEMA["$defs"]["record"]["properties"]
    assert list(properties) == list(KEYS)
    assert set(KEYS) <= set(DESCRIPTIONS)
    assert all(len(field["description"]) > 10 for field in properties.values())


def test_everything_that_an_editor_can_point_at_has_a_description():
    def described(schema, name):
        for part in ("properties", "$defs"):
            for key, inner in schema.get(part, {}).items():
                assert len(inner["description"]) > 10, f"{name} {key}"
                described(inner, f"{name} {key}")
        for inner in schema.get("anyOf", ()):
            described(inner, name)

    described(SCHEMA, "")
    assert set(DESCRIPTIONS) >= {*KEYS, *FILE_KEYS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_catalogue_is_valid(path: Path):
    data = yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)
    assert [error.message for error in VALIDATOR.iter_errors(data)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Not Kebab"},
        {"id": None},
        {"functoin": "x"},
        {"value": "x"},
        {"as": "h -> 0"},
        {"wrt": None},
        {"both": None},
        {"where": "x: vector(n)"},
        {"where": {"2x": "vector(n)"}},
        {"where": {"x": "vectr(n)"}},
        {"expect": "hodls"},
        {"both": []},
    ],
    ids=str,
)
def test_what_the_reader_refuses_is_invalid(change):
    record = {
        key: value for key, value in {**GOOD, **change}.items() if value is not None
    }
    assert VALIDATOR.is_valid([GOOD])
    assert not VALIDATOR.is_valid([record])


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_subject_has_its_companions_and_claims(subject):
    rule = SUBJECTS[subject]
    record = {"id": "a", subject: "x", **dict.fromkeys(rule.needs, "x")}
    for claim in CLAIMS:
        assert VALIDATOR.is_valid([{**record, claim: "x"}]) == (claim in rule.claims)
    assert not VALIDATOR.is_valid([record])
