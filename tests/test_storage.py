"""Results read again: from JSON, from a page, and never from what is neither."""

import base64
import dataclasses
import gzip
import json
import os
from pathlib import Path

import pytest
from made import failure, problem, report, result

import verifier
from verifier.output.formats import FORMATS, rendered
from verifier.output.report import html, write
from verifier.output.text import Paint
from verifier.results.checks import CLAIMED, PROBLEM, PROBLEM_MORE, RESULT
from verifier.results.comparison import Comparison
from verifier.results.model import Report, Result, problem_to_json
from verifier.results.storage import MAX_BYTES, NoResults, embedded, pack, read

MIXED = report(
    result(statement={"kind": "function", "body": "x.T @ x", "wrt": ["x"]}),
    failure(id="wrong-one"),
    result("crashed", id="c", evidence={"note": "killed", "detail": "Aborted"}),
    problem(),
)
PAGE = '<!DOCTYPE html><script type="application/octet-stream" id="nabla-results">{}'


def refused(path) -> NoResults:
    with pytest.raises(NoResults) as caught:
        read(path)
    assert caught.value.hint
    return caught.value


def written(tmp_path, data) -> Path:
    path = tmp_path / "results.json"
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def page(tmp_path, inside: str) -> Path:
    path = tmp_path / "index.html"
    path.write_text(f"{PAGE.format(inside)}</script>")
    return path


def test_results_are_read_from_json_from_the_page_and_from_their_folder(tmp_path):
    write(MIXED, tmp_path)
    for path in (tmp_path / "results.json", tmp_path / "index.html", tmp_path):
        assert read(path) == MIXED


def test_what_a_real_run_writes_can_be_read_again(tmp_path):
    records = tmp_path / "a.yaml"
    records.write_text(
        "- {id: one, where: {x: vector(n)}, function: logsumexp(x), wrt: x,"
        " denominator: softmax(x), numerator: softmax(x).T * 2}\n"
        "- {id: two, where: {x: vector(n)}, function: x.T @ x, wrt: x, both: 2 * x}\n"
        "- {id: three, where: {h: scalar}, limit: sin(h)/h, as: h -> 0, both: '2'}\n"
        "- {id: four, where: {x: vector(n)}, value: x.T @ x, both: sum(x)}\n"
        "- {id: five, where: {x: vector(n)}, value: x.T @ x, both: sum(y)}\n"
    )
    found = verifier.verify(records, draws=16, device="cpu", jobs=1)
    assert {r.verdict for r in found.results} == {"holds", "fails"}
    assert len(found.problems) == 1
    write(found, tmp_path)
    assert read(tmp_path / "index.html") == Report.from_json(found.to_json())


def test_every_field_of_the_model_is_checked():
    fields = {field.name for field in dataclasses.fields(Result)}
    assert set(CLAIMED) | set(RESULT) == fields
    assert set(PROBLEM) | set(PROBLEM_MORE) == set(problem_to_json(problem()))


def test_embedded_results_are_text_that_no_page_can_take_for_markup():
    text = embedded(report(failure(text="</script><script>alert(1)</script>")))
    assert set(text) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    )
    assert text == embedded(report(failure(text="</script><script>alert(1)</script>")))
    data = gzip.decompress(base64.b64decode(text))

    assert json.loads(data)["results"]["text"][0].startswith("</script>")


def test_a_page_may_carry_its_results_in_columns_or_one_by_one(tmp_path):
    assert (
        read(written(tmp_path, PAGE.format(f"{embedded(MIXED)}</script>").encode()))
        == MIXED
    )
    plain = PAGE.format(f"{pack(MIXED.to_json())}</script>")
    assert read(written(tmp_path, plain.encode())) == MIXED
    empty = report()
    text = PAGE.format(f"{embedded(empty)}</script>")
    assert read(written(tmp_path, text.encode())) == empty


@pytest.mark.parametrize("columns", [{"id": "x"}, {"id": ["a"], "text": []}])
def test_columns_that_do_not_fit_are_damage(tmp_path, columns):
    data = {**MIXED.to_json(), "results": columns}
    said = refused(
        written(tmp_path, PAGE.format(f"{pack(data)}</script>").encode())
    ).text
    assert said.endswith("these results are damaged: columns")


def test_a_page_carries_its_results_once():
    source = html(MIXED)
    assert source.count('id="nabla-results"') == 1
    assert embedded(MIXED) in source


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_that_a_shell_wrote_in_its_own_encoding_is_read(tmp_path, encoding):
    data = json.dumps(MIXED.to_json(), ensure_ascii=False).encode(encoding)
    assert read(written(tmp_path, data)) == MIXED


def test_what_is_no_results_file_is_said(tmp_path):
    path = tmp_path / "no.json"
    assert refused(path).text == (
        f"`{path}`: the file cannot be read: no such file or directory"
    )
    assert "results.json" in refused(path).hint
    assert refused(tmp_path).text.startswith(f"`{tmp_path}/results.json`: the file ")
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe").text.endswith(": this is not a regular file")
    for data, said in (
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"id: one", "this is not JSON: expecting value: line 1 column 1 (char 0)"),
        (b'{"a": NaN}', "this is not JSON: `NaN` is no JSON"),
        (b"\xff\xfe\xff", "this is not JSON: "),
        (b"[" * 100_000, "this is not JSON of results: too deep"),
        (b"9" * 10_000, "this is not JSON: "),
        (b"[1]", "this is JSON, but not the results of a run"),
        (b'{"schema": 1}', "this is JSON, but not the results of a run"),
        (b"<html></html>", "this page carries no results"),
    ):
        assert said in refused(written(tmp_path, data)).text


def test_another_schema_is_refused_with_both_numbers(tmp_path):
    data = {**MIXED.to_json(), "schema": 7}
    error = refused(written(tmp_path, data))
    assert error.text.endswith(
        ": these results have schema 7, and this version reads schema 1"
    )
    assert error.hint == "verify again, or read them with the version that wrote them"


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "results.json"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert f"the limit is {MAX_BYTES} bytes" in refused(path).text


def test_a_page_that_unpacks_to_too_much_is_refused(tmp_path):
    bomb = base64.b64encode(gzip.compress(bytes(MAX_BYTES + 1), 9)).decode()
    assert len(bomb) < 200_000
    error = refused(page(tmp_path, bomb))
    assert error.text.endswith(f"in this page have more than {MAX_BYTES} bytes")


def test_damaged_results_in_a_page_are_refused(tmp_path):
    whole = embedded(MIXED)
    for inside, said in (
        ("", "damaged"),
        ("%%%%", "damaged"),
        ("AAAA", "damaged"),
        (whole[: len(whole) // 2 // 4 * 4], "they are cut"),
        (base64.b64encode(gzip.compress(b"{}")).decode(), "not the results of a run"),
        (f"{whole}</script>{PAGE.format(whole)}", "this page carries 2 results"),
    ):
        assert said in refused(page(tmp_path, inside)).text


def test_a_page_with_many_half_elements_is_refused_at_once(tmp_path):
    path = tmp_path / "index.html"
    path.write_text("<script " + 'id="nabla-results" ' * 400_000)
    assert refused(path).text.endswith("this page carries no results")


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("run", [], "`run` must be an object, not a list"),
        ("run.seed", -1, "`run.seed` must be a whole number, not `-1`"),
        ("run.draws", 10**400, "`run.draws` must be a whole number, not `1"),
        ("run.versions.jax", 1, "`run.versions.jax` must be a text, not `1`"),
        ("results.0", None, "`results[0]` must be an object, not `null`"),
        ("results.0.id", "\ud800", '`results[0].id` must be a text, not `"\\ud800"`'),
        ("results.0.id", 7, "`results[0].id` must be a text, not `7`"),
        ("results.0.layout", "row", "must be `` or `numerator` or `denominator`"),
        ("results.0.verdict", "passed", 'not `"passed"`'),
        ("results.0.verdict", ["holds"], "or `crashed`, not a list"),
        ("results.0.expected", "inconclusive", "must be `holds` or `fails`"),
        (
            "results.1.evidence.left_out",
            {"kink": "4"},
            "left_out.kink` must be a whole",
        ),
        (
            "results.1.evidence.digits",
            "many",
            "`results[1].evidence.digits` must be a n",
        ),
        (
            "results.1.counterexample.claim",
            [[1], 2],
            "claim[1]` must be a list, not `2`",
        ),
        (
            "results.1.counterexample.values",
            {"A": [[{}]]},
            "must be a number, not an ob",
        ),
        (
            "results.1.diagnosis.text",
            None,
            "diagnosis.text` must be a text, not `null`",
        ),
        (
            "problems.0.line",
            "9",
            '`problems[0].line` must be a whole number, not `"9"`',
        ),
        ("problems.0.detail", "x", '`problems[0].detail` must be a list, not `"x"`'),
    ],
)
def test_values_of_another_kind_are_refused_with_their_place(
    tmp_path, place, value, said
):
    data = MIXED.to_json()
    put(data, place.split("."), value)
    assert said in refused(written(tmp_path, data)).text


def test_a_missing_field_is_named(tmp_path):
    data = MIXED.to_json()
    del data["results"][0]["verdict"]
    assert "`results[0]` must be an object with `verdict`" in (
        refused(written(tmp_path, data)).text
    )


def put(data, path, value):
    *way, last = path
    for step in way:
        data = data[int(step) if isinstance(data, list) else step]
    data[int(last) if isinstance(data, list) else last] = value


def paths(data, before=()):
    """Yield the path of every value."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        yield [*before, str(key)]
        if isinstance(value, (dict, list)):
            yield from paths(value, (*before, str(key)))


ODD = [
    None,
    "nan",
    "\x1b<&]]>\x00\u202e",
    "\ud800",
    7,
    -1,
    1.5,
    2**62,
    1e308,
    True,
    [],
    {},
]
ODD += [[[1], 2], [[]], [["x"], []], {"a": []}, {"": {}}, {"x\n": 1}, 10**4000]


def test_whatever_is_accepted_can_be_printed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path, accepted = tmp_path / "results.json", 0
    places = list(paths(MIXED.to_json()))
    for number, place in enumerate(places):
        for odd in ODD:
            data = MIXED.to_json()
            put(data, place, odd)
            with path.open("w") as stream:
                json.dump(data, stream)
            try:
                found = read(path)
            except NoResults:
                continue
            accepted += 1
            for format in FORMATS:
                rendered(found, format, Paint())
            assert Comparison(MIXED, found).to_json()
            if (number + accepted) % 40 == 0:
                html(found)
    assert accepted > len(places)
