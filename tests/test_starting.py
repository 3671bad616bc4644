"""`nabla new`: the file passes as it is, and so does every example in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import verifier
from verifier.commands import cli, starting
from verifier.commands.describing import schema_text
from verifier.language.schema import SCHEMA
from verifier.reading.record import SUBJECTS
from verifier.running import session


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def new(capsys, *words):
    status = cli.main(["new", *words])
    out, err = capsys.readouterr()
    return status, out, err


def uncommented(text):
    """Take the comments away from the examples, as the file says."""
    blocks = text.split("\n\n")
    taken = [
        re.sub("(?m)^# ?", "", block.partition("\n#\n")[2])
        if "\n#\n" in block
        else block
        for block in blocks[1:]
    ]
    return "\n\n".join([blocks[0], *taken])


def test_new_writes_a_file_and_its_schema_and_says_what_is_next(capsys):
    assert new(capsys, "mine.yaml") == (
        0,
        "wrote mine.yaml: a record, and an example of each subject\n"
        "wrote nabla.schema.json: with it an editor completes and checks the keys\n"
        "next: nabla verify mine.yaml\n",
        "",
    )
    lines = Path("mine.yaml").read_text().splitlines()
    assert lines[0] == "# yaml-language-server: $schema=./nabla.schema.json"
    assert lines[5].startswith("# `nabla lint mine.yaml` reads it")
    assert json.loads(Path("nabla.schema.json").read_text()) == SCHEMA
    assert cli.main(["lint", "mine.yaml"]) == 0


def test_every_example_in_it_holds_or_is_refuted_as_expected(capsys):
    new(capsys, "mine.yaml")
    text = uncommented(Path("mine.yaml").read_text())
    Path("mine.yaml").write_text(text)
    data = yaml.safe_load(text)
    assert {key for record in data for key in record} >= {*SUBJECTS, "let", "expect"}
    assert [e.message for e in Draft202012Validator(SCHEMA).iter_errors(data)] == []
    report = session.verify("mine.yaml", device="cpu", draws=64, jobs=1)
    assert report.problems == []
    assert len(report.results) == 17
    assert report.surprises == []


def test_files_of_one_folder_have_ids_of_their_own(capsys):
    for name in ("mine.yaml", "My Rules (2).yml", "行列.yaml"):
        assert new(capsys, name)[0] == 0
    assert cli.main(["lint", "."]) == 0
    records, _ = session.load(".")
    assert sorted(record.id for record in records) == [
        "mine-quadratic-form",
        "my-quadratic-form",
        "my-rules-2-quadratic-form",
    ]


def test_without_schema_the_file_does_not_speak_of_one(capsys):
    assert new(capsys, "mine.yaml", "--no-schema")[0] == 0
    assert not Path("nabla.schema.json").exists()
    assert Path("mine.yaml").read_text().startswith("# Identities of matrix calculus")
    assert cli.main(["lint", "mine.yaml"]) == 0


def test_nothing_is_overwritten(capsys):
    Path("mine.yaml").write_text("precious")
    status, out, err = new(capsys, "mine.yaml")
    assert (status, out) == (2, "")
    assert err == "nabla: `mine.yaml` is there already, and is left as it is\n"
    assert Path("mine.yaml").read_text() == "precious"
    Path("nabla.schema.json").write_text("older")
    status, out, _ = new(capsys, "other.yaml")
    assert status == 0
    assert "nabla.schema.json is not of this version: `nabla schema` prints" in out
    assert Path("nabla.schema.json").read_text() == "older"


def test_a_schema_that_is_there_already_is_no_news(capsys):
    new(capsys, "a.yaml")
    assert "schema" not in new(capsys, "b.yaml")[1]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mine", "`mine` does not end with `.yaml` or `.yml`"),
        ("mine.json", "write `nabla new mine.yaml`"),
        ("none/mine.yaml", "cannot write `none/mine.yaml`: No such file or directory"),
        (".yaml", "does not end with"),
    ],
)
def test_what_cannot_be_written_is_said(capsys, name, said):
    status, out, err = new(capsys, name)
    assert (status, out) == (2, "")
    assert said in err


def test_a_name_cannot_break_out_of_its_comment(capsys):
    name = "a\n- id: b.yaml"
    assert new(capsys, name)[0] == 0
    text = Path(name).read_text()
    assert [record["id"] for record in yaml.safe_load(text)] == [
        "a-id-b-quadratic-form"
    ]
    assert "nabla lint a\\n- id: b.yaml" in text


def test_the_package_carries_the_schema_that_the_command_prints():
    kept = Path(verifier.__file__).parent / "schema.json"
    assert kept.read_text(encoding="utf-8") == schema_text(), (
        "make it anew: nabla schema > verifier/schema.json"
    )
    assert starting.SCHEMA_NAME in (
        starting.PACKAGE / "templates" / "new.yaml"
    ).read_text(encoding="utf-8")
