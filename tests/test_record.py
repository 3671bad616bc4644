"""Records are read field by field; every problem says where, what, and what instead."""

import pickle
import string
import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.reading.fields import (
    COMPANIONS,
    ENTRIES,
    EXAMPLES,
    KEYS,
    SUBJECTS,
    listed,
)
from verifier.reading.problem import Fault, Place
from verifier.reading.record import Record, load, records_of
from verifier.reading.source import Source

GOOD = """\
- id: good
  where:
    u: vector(k)
  function: u.T @ u
  wrt: u
  numerator: 2 * u.T
"""


def read(text: str):
    return records_of(Source("a.yaml", text))


def only(text: str) -> Record:
    records, problems = read(text)
    assert problems == []
    assert len(records) == 1
    return records[0]


def said(text: str) -> list[tuple[str, str, str]]:
    """Return place, text and hint of each problem; the good neighbour must be read."""
    records, problems = read(text + GOOD)
    assert [record.id for record in records] == ["good"]
    return [
        (f"{problem.place.line}:{problem.place.column}", problem.text, problem.hint)
        for problem in problems
    ]


def record(**changes: str) -> str:
    """Return a record in YAML, a field a line, with some fields changed or dropped."""
    fields = {
        "id": "one",
        "where": "{x: vector(n), y: vector(n)}",
        "function": "x.T @ x",
        "wrt": "x",
        "numerator": "2 * x.T",
    } | changes
    lines = [f"{key.rstrip('_')}: {value}\n" for key, value in fields.items() if value]
    return "- " + "  ".join(lines)


def test_a_record_of_a_function_is_read_whole():
    found = only("""\
- id: quadratic-form
  title: Gradient of a quadratic form
  where:
    x: vector(n)
    A: matrix(n, n)
  let: {y: A @ x}
  function: x.T @ y
  wrt: x
  denominator: [(A + A.T) @ x, A @ x + A.T @ x]
  numerator: x.T @ (A + A.T)
  source: Lippert 2.1, rule iii
  notes: |
    First line,
    second line.
  tags: [L1, quadratic]
  entries: independent
  expect: fails
  why: it holds
""")
    assert found.id == "quadratic-form"
    assert found.place == Place("a.yaml", 1, 3)
    assert found.title == "Gradient of a quadratic form"
    assert found.source == "Lippert 2.1, rule iii"
    assert found.notes == "First line,\nsecond line."
    assert found.tags == ("L1", "quadratic")
    assert (found.expect, found.why) == ("fails", "it holds")
    assert found.entries == "independent"
    assert {name: text.value for name, text in found.where.items()} == {
        "x": "vector(n)",
        "A": "matrix(n, n)",
    }
    assert str(found.where_places["A"].place) == "a.yaml:5:5"
    assert str(found.where["A"].place) == "a.yaml:5:8"
    assert found.let["y"].value == "A @ x"
    assert str(found.let_places["y"].place) == "a.yaml:6:9"
    assert found.subject == "function"
    assert found.body.value == "x.T @ y"
    assert [text.value for text in found.wrt] == ["x"]
    assert [(claim.field, claim.text.value) for claim in found.claims] == [
        ("denominator", "(A + A.T) @ x"),
        ("denominator", "A @ x + A.T @ x"),
        ("numerator", "x.T @ (A + A.T)"),
    ]
    assert str(found.claims[1].text.at(4)) == "a.yaml:9:36"
    assert pickle.loads(pickle.dumps(found)) == found


OTHER_SUBJECTS = {
    "value": "value: x.T @ x\n  numerator: norm(x)**2",
    "limit": "limit: sin(x) / x\n  as: x -> 0\n  both: 1",
    "expansion": "expansion: exp(x)\n  small: x\n  error: O(x**2)\n  both: 1 + x",
    "sign": "sign: x.T @ x\n  small: x\n  both: positive",
    "shape": "shape: x @ x.T\n  wrt: x\n  order: 2\n  both: (n, n, n)",
}


@pytest.mark.parametrize("subject", OTHER_SUBJECTS)
def test_every_other_subject_is_read(subject):
    found = only(f"- id: a\n  where: {{x: vector(n)}}\n  {OTHER_SUBJECTS[subject]}\n")
    assert found.subject == subject
    given_texts = {
        "as": found.approach,
        "small": found.small,
        "error": found.error,
        "order": found.order,
    }
    allowed = (*SUBJECTS[subject].needs, *SUBJECTS[subject].may)
    for key, text in given_texts.items():
        assert (text is not None) == (key in allowed)


def test_words_that_yaml_would_type_stay_texts():
    found = only(
        "- id: no\n  title: 2024-13-45\n  where: {y: scalar, n: scalar, on: scalar}\n"
        "  function: y\n  wrt: y\n  numerator: 1e-6\n  denominator: 0x10\n"
        "  tags: [yes, 1.0]\n"
    )
    assert (found.id, found.title, found.tags) == ("no", "2024-13-45", ("yes", "1.0"))
    assert list(found.where) == ["y", "n", "on"]
    assert [claim.text.value for claim in found.claims] == ["1e-6", "0x10"]


def test_a_text_over_several_lines_is_one_line_that_knows_its_places():
    found = only("""\
- id: a
  where: {x: vector(n)}
  function: >
    x.T
    @ x
  wrt: x
  numerator: "  2 *
    x.T  "
""")
    assert found.body.value == "x.T @ x"
    assert str(found.body.at(6)) == "a.yaml:5:7"
    assert found.claims[0].text.value == "2 * x.T"
    problem = found.claims[0].text.problem(Fault(4, "wrong"), "a", "numerator")
    assert str(problem.place) == "a.yaml:8:5"
    assert (problem.excerpt, problem.caret) == ('    x.T  "', 5)


def test_a_file_may_have_a_title_and_a_source_for_its_records():
    text = "title: Rules\nsource: A book\nidentities:\n" + GOOD
    assert only(text).source == "A book"
    assert only(text + "  source: Another\n").source == "Another"


def test_tags_may_be_one_text():
    assert only(record(tags="L1")).tags == ("L1",)


def test_a_record_without_names_needs_no_where():
    assert only("- id: a\n  value: 1 + 1\n  both: 2\n").where == {}


# (record, line:column, text, hint); each stands before a good record in one file
LETTERS = (
    "a name is made of ASCII letters, digits and single `_`, "
    "begins with a letter, and has at most 31 characters"
)
KEBAB = (
    "an id must be kebab-case: small letters and digits joined by single hyphens, "
    "at most 80 characters"
)
ROOT = "a file is a list of records; each begins with `- id: `"
MISTAKES = {
    "not a mapping": (
        "- just text\n",
        "1:3",
        "a record must be a mapping of keys to texts, not text",
        "begin it with `- id: `",
    ),
    "id missing": (
        record(id=""),
        "1:3",
        "missing key 'id'",
        "an id is kebab-case: `my-rule`",
    ),
    "id in capitals": (record(id="My_Rule 1"), "1:7", KEBAB, "such as `my-rule-1`"),
    "id with no letter": (record(id="'***'"), "1:7", KEBAB, ""),
    "id too long": (record(id="a" * 81), "1:7", KEBAB, ""),
    "id a list": (record(id="[a]"), "1:7", "'id' must be text, not a list", ""),
    "unknown key": (
        record(numerator="", numertor="2"),
        "5:3",
        "unknown key 'numertor'",
        "did you mean 'numerator'?",
    ),
    "unknown key in capitals": (
        record(Title="a"),
        "6:3",
        "unknown key 'Title'",
        "did you mean 'title'?",
    ),
    "synonym of a key": (
        record(where="", variables="{x: vector(n)}"),
        "5:3",
        "unknown key 'variables'",
        "did you mean 'where'?",
    ),
    "key without a near one": (
        record(zzzz="1"),
        "6:3",
        "unknown key 'zzzz'",
        f"the keys are {listed(KEYS, 'and')}",
    ),
    "key that is a list": (
        record() + "  [a]: b\n",
        "6:3",
        "a key must be text, not a list",
        "",
    ),
    "merge key": (
        record() + "  <<: {title: a}\n",
        "6:3",
        "the merge key '<<' is not allowed",
        "write out the keys that it stands for",
    ),
    "duplicate claim": (
        record() + "  numerator: 3 * x.T\n",
        "6:3",
        "duplicate key 'numerator': it is already on line 5",
        "delete one, or write the claims as a list under one key",
    ),
    "duplicate key": (
        record() + "  wrt: y\n",
        "6:3",
        "duplicate key 'wrt': it is already on line 4",
        "delete one of the two",
    ),
    "no subject": (
        record(function=""),
        "1:3",
        "missing key 'function'",
        "every record has one subject: 'function', or 'value', 'limit', 'expansion', "
        "'sign' or 'shape'",
    ),
    "two subjects": (
        record(value="x"),
        "6:3",
        "one subject is needed, and 'function' and 'value' are 2",
        "make a record of each",
    ),
    "subject misspelt": (
        record(function="", fucntion="x.T @ x"),
        "5:3",
        "unknown key 'fucntion'",
        "did you mean 'function'?",
    ),
    "subject a list": (
        record(function="[x, y]"),
        "3:13",
        "'function' must be text, not a list",
        "put a text that begins with `[` or `{` in quotes",
    ),
    "subject empty": (
        record(function="''"),
        "3:13",
        "'function' is empty",
        "write an expression",
    ),
    "no wrt": (
        record(wrt=""),
        "1:3",
        "missing key 'wrt': 'function' needs it",
        "such as `wrt: x`",
    ),
    "no small": (
        record(function="", wrt="", expansion="exp(x)", error="o(x)"),
        "1:3",
        "missing key 'small': 'expansion' needs it",
        "such as `small: h`",
    ),
    "wrt not declared": (
        record(wrt="z"),
        "4:8",
        "wrt 'z' is not declared",
        "declare it in 'where'",
    ),
    "wrt misspelt": (
        record(where="{theta: vector(n), x: scalar}", wrt="tehta"),
        "4:8",
        "wrt 'tehta' is not declared",
        "did you mean 'theta'?",
    ),
    "wrt an expression": (
        record(wrt="x.T"),
        "4:8",
        "wrt 'x.T' is not declared",
        "'wrt' is the name of a variable, not an expression",
    ),
    "wrt a list without brackets": (
        record(wrt="x, y"),
        "4:8",
        "wrt 'x, y' is not declared",
        "a list has brackets: `wrt: [x, y]`",
    ),
    "wrt an abbreviation": (
        record(let="{z: 2 * x}", wrt="z"),
        "4:8",
        "wrt 'z' is not declared",
        "'let' abbreviates an expression; name a variable of 'where'",
    ),
    "wrt empty list": (record(wrt="[]"), "4:8", "'wrt' is an empty list", ""),
    "several variables": (
        record(wrt="[x, y]"),
        "5:3",
        "'numerator' needs one variable, and 'wrt' has 2",
        "only 'differential' takes several",
    ),
    "small not declared": (
        record(function="", wrt="", sign="x.T @ x", small="h"),
        "5:10",
        "small 'h' is not declared",
        "declare it in 'where'",
    ),
    "key of another subject": (
        record(small="x"),
        "6:3",
        "'small' does not go with 'function'",
        "it goes with 'expansion' or 'sign'",
    ),
    "entries of a value": (
        record(function="", wrt="", value="x", entries="independent"),
        "5:3",
        "'entries' does not go with 'value'",
        "it goes with 'function'",
    ),
    "hessian of a value": (
        record(function="", wrt="", value="x", numerator="", hessian="x"),
        "4:3",
        "'hessian' cannot be claimed of 'value'",
        "write 'numerator', 'denominator', 'both' or 'mixed'",
    ),
    "no claim": (
        record(numerator=""),
        "1:3",
        "the record has no claim: what the subject is equal to",
        "write 'numerator', 'denominator', 'both', 'mixed', 'differential' "
        "or 'hessian'",
    ),
    "claim empty": (
        record() + "  denominator:\n",
        "6:15",
        "'denominator' is empty",
        "write an expression",
    ),
    "claim of spaces": (
        record(numerator="' '"),
        "5:14",
        "'numerator' is empty",
        "write an expression",
    ),
    "claim an empty list": (
        record(numerator="[]"),
        "5:14",
        "'numerator' is an empty list",
        "",
    ),
    "claim a mapping": (
        record(numerator="{a: b}"),
        "5:14",
        "'numerator' must be text or a list of texts, not a mapping",
        "put a text that begins with `[` or `{` in quotes",
    ),
    "claim with a control character": (
        record(numerator=r'"2 *\r x.T"'),
        "5:18",
        "'numerator' contains the character U+000D",
        "delete it",
    ),
    "claims split at a comma": (
        record(numerator="[solve(A, x), x]"),
        "5:24",
        "YAML splits `solve(A, x)` at its comma, inside braces or brackets",
        "write one line per text, `- solve(A, x)`, or quote it",
    ),
    "type split at a comma": (
        record(where="{x: vector(n), A: matrix(m, n)}"),
        "2:38",
        "YAML splits `matrix(m, n)` at its comma, inside braces or brackets",
        "write one line per name, `A: matrix(m, n)`, or quote it",
    ),
    "function type split at a comma": (
        record(where="{x: vector(n), f: (scalar, scalar) -> scalar}"),
        "2:37",
        "YAML splits `(scalar, scalar) -> scalar` at its comma, "
        "inside braces or brackets",
        "write one line per name, `f: (scalar, scalar) -> scalar`, or quote it",
    ),
    "abbreviation split at its commas": (
        record(let="{z: unvec(x, n, 1)}"),
        "6:21",
        "YAML splits `unvec(x, n, 1)` at its comma, inside braces or brackets",
        "write one line per name, `z: unvec(x, n, 1)`, or quote it",
    ),
    "where empty": (
        "- id: one\n  where:\n  function: x\n  wrt: x\n  numerator: x\n",
        "2:3",
        "'where' must be a mapping of names to texts, not empty",
        "one line per name, indented: `x: vector(n)`",
    ),
    "where a text": (
        record(where="x:vector(n)"),
        "2:10",
        "'where' must be a mapping of names to texts, not text",
        "one line per name, indented: `x: vector(n)`",
    ),
    "let a list": (
        record(let="[y]"),
        "6:8",
        "'let' must be a mapping of names to texts, not a list",
        "one line per name, indented: `y: A @ x`",
    ),
    "type missing": (
        record(where="{x: , y: scalar}"),
        "2:14",
        "'x' has no type",
        "write its type: `x: vector(n)`",
    ),
    "name twice": (
        record(where="{x: vector(n), x: vector(m)}"),
        "2:25",
        "duplicate name 'x': it is already on line 2",
        "choose another name",
    ),
    "name in where and let": (
        record(let="{y: 2 * x}"),
        "6:9",
        "duplicate name 'y': it is already on line 2",
        "choose another name",
    ),
    "name a keyword": (
        record(where="{x: vector(n), lambda: scalar}"),
        "2:25",
        "'lambda' is a Python keyword, not a name for a variable",
        "write `lambda_`",
    ),
    "name with two underscores": (
        record(where="{x: vector(n), __class__: scalar}"),
        "2:25",
        "'__class__' is not a valid name",
        LETTERS,
    ),
    "name too long": (
        record(where=f"{{x: vector(n), {'a' * 32}: scalar}}"),
        "2:25",
        f"'{'a' * 32}' is not a valid name",
        LETTERS,
    ),
    "name in Greek": (
        record(where="{x: vector(n), λ: scalar}"),
        "2:25",
        "'λ' is not a valid name",
        f"U+03BB GREEK SMALL LETTER LAMDA is not ASCII; {LETTERS}",
    ),
    "name without a space after its colon": (
        record(where="{x: vector(n), y:scalar}"),
        "2:25",
        "'y:scalar' is not a valid name",
        "a space is needed after the `:`",
    ),
    "expect misspelt": (
        record(expect="fail"),
        "6:11",
        "'expect' must be 'holds' or 'fails', not `fail`",
        "did you mean 'fails'?",
    ),
    "entries of no kind": (
        record(entries="some"),
        "6:12",
        "'entries' must be 'all' or 'independent', not `some`",
        "",
    ),
    "approach without an arrow": (
        record(function="", wrt="", limit="x", as_="x = 0"),
        "5:7",
        "'as' must read like `h -> 0`, not `x = 0`",
        "",
    ),
    "error of no order": (
        record(function="", wrt="", expansion="x", small="x", error="x**2"),
        "6:10",
        "'error' must read like `o(h)`, not `x**2`",
        "",
    ),
    "order not a number": (
        record(function="", shape="x", order="two"),
        "6:10",
        "'order' must read like `2`, not `two`",
        "",
    ),
    "title too long": (
        record(title="t" * 501),
        "6:10",
        "'title' has 501 characters; the limit is 500",
        "shorten it",
    ),
    "title of two lines": (
        record(title=r'"a\nb"'),
        "6:10",
        "'title' contains the character U+000A",
        "write it on one line",
    ),
    "title with an escape": (
        record(title=r'"\e[31mred"'),
        "6:10",
        "'title' contains the character U+001B",
        "delete it",
    ),
    "notes that turn the direction of writing": (
        record(notes="a\u202eb"),
        "6:10",
        "'notes' contains the character U+202E RIGHT-TO-LEFT OVERRIDE",
        "delete it",
    ),
    "source with an unassigned character": (
        record(source="a\u0378"),
        "6:11",
        "'source' contains the character U+0378",
        "delete it",
    ),
    "title a list": (
        record(title="[a]"),
        "6:10",
        "'title' must be text, not a list",
        "",
    ),
    "tag a list": (record(tags="[[a]]"), "6:10", "'tags' must be text, not a list", ""),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_common_mistakes_are_explained_and_leave_the_neighbour_alone(mistake):
    text, place, message, hint = MISTAKES[mistake]
    assert said(text) == [(place, message, hint)]


def test_every_key_that_goes_with_a_subject_has_an_owner():
    owned = {key for own in SUBJECTS.values() for key in (*own.needs, *own.may)}
    assert owned == set(COMPANIONS)
    assert owned <= {*EXAMPLES, "entries"}
    assert ENTRIES[0] == "all"


def test_a_problem_carries_id_field_source_line_and_caret():
    _, problems = read(record(title=r'"ab\e"'))
    assert (problems[0].id, problems[0].field) == ("one", "title")
    assert problems[0].excerpt == '  title: "ab\\e"'
    assert problems[0].caret == 13


def test_all_problems_of_a_record_are_found_at_once():
    text = record(where="{x: , 2y: scalar}", wrt="z", numerator="[]", expect="maybe")
    assert [message for _, message, _ in said(text)] == [
        "'x' has no type",
        "'2y' is not a valid name",
        "wrt 'z' is not declared",
        "'numerator' is an empty list",
        "'expect' must be 'holds' or 'fails', not `maybe`",
    ]


# (file, line:column, text, hint)
FILES = {
    "empty": ("", "1:1", "the file is empty", ROOT),
    "blank": (" \n\n", "1:1", "the file is empty", ROOT),
    "comments": ("# a\n# b\n", "1:1", "there are no records here", ROOT),
    "null": ("---\n~\n", "1:1", "there are no records here", ROOT),
    "no items": ("[]", "1:1", "there are no records here", ROOT),
    "text": (
        "just text\n",
        "1:1",
        "a file is a list of records; this one is a text",
        ROOT,
    ),
    "one record": (
        "id: a\nvalue: 1\nboth: 1\n",
        "1:1",
        "a file is a list of records; this one is a single mapping",
        "put `- ` before the first key, and indent the rest",
    ),
    "no identities": ("title: a\n", "1:1", "missing key 'identities'", ROOT),
    "identities misspelt": (
        "identites: []\n",
        "1:1",
        "unknown key 'identites'",
        "did you mean 'identities'?",
    ),
    "identities empty": (
        "title: a\nidentities:\n",
        "2:1",
        "there are no records here",
        ROOT,
    ),
    "identities a mapping": (
        "identities: {a: b}\n",
        "1:13",
        "'identities' must be a list of records, not a mapping",
        "begin each record with `- `",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_without_records_is_a_problem(name):
    text, place, message, hint = FILES[name]
    records, problems = read(text)
    assert records == []
    assert [(problem.text, problem.hint) for problem in problems] == [(message, hint)]
    assert str(problems[0].place) == f"a.yaml:{place}"


def test_duplicate_ids_name_the_other_place(tmp_path):
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(GOOD)
    second.write_text("\n" + GOOD + GOOD.replace("good", "better"))
    records, problems = load([tmp_path])
    assert [record.id for record in records] == ["good", "better"]
    assert [problem.text for problem in problems] == [
        f"duplicate id 'good': {first}:1:7 has it"
    ]
    assert str(problems[0].place) == f"{second}:2:7"
    assert problems[0].hint == "an id is unique over all files"


def test_problems_of_all_files_come_together_in_order_of_place(tmp_path):
    (tmp_path / "c.yaml").write_text("a: @\n")
    (tmp_path / "b.yaml").write_text(
        record(wrt="q", title="[]") + GOOD + record(id="A", order="1")
    )
    records, problems = load([tmp_path / "c.yaml", tmp_path / "none.yaml", tmp_path])
    assert [record.id for record in records] == ["good"]
    places = [str(problem.place).rpartition("/")[2] for problem in problems]
    assert places == [
        "b.yaml:4:8",
        "b.yaml:6:10",
        "b.yaml:13:7",
        "b.yaml:18:3",
        "c.yaml:1:4",
        "none.yaml:1:1",
    ]


def test_line_ends_of_windows_do_not_move_a_place(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_bytes(record(wrt="q").replace("\n", "\r\n").encode())
    _, problems = load([file])
    assert str(problems[0].place) == f"{file}:4:8"


LINE = st.text(string.ascii_letters + string.digits + " .@*+-()',:#&!%é", min_size=1)
# Brackets that do not match are taken for a text that YAML split at its commas.
EXPRESSION = LINE.map(str.strip).filter(
    lambda text: text != "" and text.count("(") == text.count(")")
)
TITLE = st.text(
    st.characters(blacklist_categories=["C", "Zl", "Zp"], max_codepoint=0xFFFF),
    max_size=50,
)
NAMES = st.lists(
    st.sampled_from(["x", "y", "n", "on", "no", "A", "B2", "a_b"]),
    unique=True,
    min_size=1,
)


@given(st.data(), TITLE, NAMES, st.lists(EXPRESSION, min_size=1, max_size=3))
@settings(max_examples=200)
def test_records_survive_a_round_trip_through_yaml(data, title, names, claims):
    fields = {
        "id": data.draw(
            st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True)
        ),
        "title": title,
        "where": {name: data.draw(EXPRESSION) for name in names},
        "function": data.draw(EXPRESSION),
        "wrt": names[0],
        "both": claims if len(claims) > 1 else claims[0],
        "notes": data.draw(TITLE),
    }
    text = yaml.safe_dump(
        [fields],
        default_style=data.draw(st.sampled_from([None, "'", '"'])),
        default_flow_style=data.draw(st.sampled_from([None, True, False])),
        allow_unicode=data.draw(st.booleans()),
        width=data.draw(st.integers(20, 200)),
        sort_keys=False,
    )
    found = only(text)
    assert found.id == fields["id"]
    assert found.title == title
    assert found.notes == fields["notes"]
    assert {name: text.value for name, text in found.where.items()} == fields["where"]
    assert found.body.value == fields["function"]
    assert [claim.text.value for claim in found.claims] == claims


TREE = st.recursive(
    st.one_of(
        st.sampled_from(["", "x", "f(a", "b)", "<<", "A b"]), st.text(max_size=5)
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYS, "x", "f("]), inner, max_size=8)
    ),
    max_leaves=12,
)


@given(TREE, st.sampled_from([None, True, False]))
@settings(max_examples=300)
def test_any_tree_gives_records_or_problems(tree, flow):
    text = yaml.safe_dump([tree], default_flow_style=flow)
    records, problems = read(text)
    assert len(records) <= 1
    assert bool(records) != bool(problems)
    for problem in problems:
        assert problem.text == problem.text.strip()
        assert problem.text.isprintable()
        assert problem.hint.isprintable()
        assert 1 <= problem.place.line <= text.count("\n") + 1


@given(st.text(max_size=100))
@settings(max_examples=300)
def test_any_text_gives_records_or_problems(text):
    records, problems = read(text.replace("\r", "\n"))
    assert bool(records) != bool(problems)


LONG = 400_000
SLOW = {
    "spaces in quotes": "- function: 'x" + " " * LONG + "y'",
    "blank lines in quotes": "- function: 'x" + " \n" * LONG + " y'",
    "escapes": '- function: "' + "\\t" * LONG + '"',
    "a block": "- function: |\n" + "   x\n" * (LONG // 4),
    "dashes": "- a: " + "- " * LONG,
    "spaces before a colon": "-" + " " * LONG + "x: y: z",
    "hyphens in an id": "- id: " + "a-" * LONG,
    "brackets in a list": "- numerator: [" + "(," * 90_000 + "]",
    "brackets in a mapping": "- where: {" + "(x," * 40_000 + "}",
    "unknown keys": "- {" + "".join(f"k{i}: b, " for i in range(40_000)) + "}",
    "texts for records": "[" + "a," * 90_000 + "]",
    "names": "- wrt: ["
    + "q, " * 30_000
    + "]\n  where: {"
    + "".join(f"a{i}: b, " for i in range(30_000))
    + "}",
}


@pytest.mark.parametrize("name", SLOW)
def test_no_file_takes_long_to_refuse(name):
    started = time.process_time()
    records, problems = read(SLOW[name])
    assert time.process_time() - started < 30
    assert records == []
    assert 1 <= len(problems) <= 1100
    assert all(len(problem.excerpt) <= 400 for problem in problems)
    assert all(len(problem.text + problem.hint) < 1000 for problem in problems)


def test_a_record_has_a_hundred_problems_at_most_and_its_neighbour_none():
    records, problems = read("- " + "  ".join(f"k{i}: 1\n" for i in range(200)) + GOOD)
    assert [record.id for record in records] == ["good"]
    assert len(problems) == 101
    said = "more than 100 problems of this record: the others are not shown"
    assert problems[-1].text == said


def test_a_file_of_nothing_but_mistakes_is_given_up():
    records, problems = read("- a\n" * 2000 + GOOD)
    assert records == []
    assert problems[-1].text == (
        "too many problems: the file is not read beyond this record"
    )
