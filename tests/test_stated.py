"""Records that state LaTeX or mathematics: read as asked statements are, in a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from verifier.asking.entry import question_of
from verifier.asking.stated import settled
from verifier.commands import cli
from verifier.language.checker import check
from verifier.language.notation import SPELLED
from verifier.language.schema import SCHEMA
from verifier.reading.problem import Problem
from verifier.reading.record import Record, records_of
from verifier.reading.source import Source
from verifier.reading.writing import yaml_of
from verifier.running import catalogue


def read(text: str) -> tuple[list[Record], list[Problem]]:
    return settled(*records_of(Source("a.yaml", text)))


def only(fields: str) -> Record:
    (record,), problems = read(f"- id: a\n  {fields}\n")
    assert problems == []
    assert check(record)[1] == []
    return record


def wrong(fields: str) -> Problem:
    records, problems = read(f"- id: a\n  {fields}\n")
    assert records == []
    (problem,) = problems
    assert problem.id == "a"
    return problem


def said(record: Record) -> str:
    """Return what a record says, in one line."""
    claims = "; ".join(f"{c.field} {c.text.value}" for c in record.claims)
    wrt = ", ".join(text.value for text in record.wrt)
    return " | ".join([f"{record.subject} {record.body.value}", wrt, claims])


READ = {
    r"latex: \frac{\partial x^T A x}{\partial x} = (A + A^T) x": (
        "function x.T @ A @ x | x | denominator (A + A.T) @ x"
    ),
    "math: ∂(Ax)/∂x = A": "function A @ x | x | numerator A",
    "math: d/dx sin²x = 2 sin x cos x": (
        "function sin(x)**2 | x | both 2 * sin(x) * cos(x)"
    ),
    "math: d tr(AX) = tr(A dX)": "function tr(A @ X) | X | differential tr(A @ dX)",
    "math: ∇²_x xᵀAx = A + Aᵀ": "function x.T @ A @ x | x | hessian A + A.T",
    "math: tr AB = tr BA": "value tr(A @ B) |  | both tr(B @ A)",
    "math: ∇_x xᵀAx = Ax + Aᵀx = (A + Aᵀ)x": (
        "function x.T @ A @ x | x | denominator A @ x + A.T @ x; "
        "denominator (A + A.T) @ x"
    ),
    "math: d(tr(X))/dX = I": "function tr(X) | X | both eye(n)",
    "math: d(x * y)/dx = diag(y)": "function x * y | x | both diag(y)",
    r"latex: '\lim_{h \to 0} \frac{\sin h}{h} = 1'": "limit sin(h) / h |  | both 1",
    "math: f(x + h) = f(x) + f'(x) h + o(h)": (
        "expansion f(x + h) |  | numerator f(x) + D(f)(x) @ h"
    ),
}


@pytest.mark.parametrize("fields", READ)
def test_a_statement_becomes_a_subject_and_claims(fields):
    record = only(fields)
    assert said(record) == READ[fields]
    assert record.stated is not None and record.stated.value in fields


def test_what_the_record_declares_counts_and_the_rest_is_inferred():
    record = only("where: {A: symmetric(n)}\n  math: ∂(xᵀAx)/∂x = 2Ax")
    assert {name: text.value for name, text in record.where.items()} == {
        "x": "vector(n)",
        "A": "symmetric(n)",
    }
    assert record.where["A"].place.line == 2
    assert record.where["x"].place.line == 3


def test_words_of_the_statement_count_too():
    record = only("math: ∂(xᵀAx)/∂x = 2Ax where A is symmetric")
    assert record.where["A"].value == "symmetric(n)"
    record = only("math: 'd(Ax + b)/dx = A where b: vector(k)'")
    assert record.where["b"].value == "vector(k)"


def test_abbreviations_are_written_out():
    lets = "let: {r: A @ x - b, q: r.T @ r}\n  where: {b: vector(m)}"
    record = only(f"{lets}\n  math: ∇_x q = 2 Aᵀ r")
    assert said(record) == (
        "function (A @ x - b).T @ (A @ x - b) | x | denominator 2 * A.T @ (A @ x - b)"
    )
    assert record.let == {}


@pytest.mark.parametrize(
    ("layout", "claims"),
    [
        ("numerator", ["numerator"]),
        ("denominator", ["denominator"]),
        ("mixed", ["mixed"]),
        ("both", ["both"]),
    ],
)
def test_a_layout_is_the_one_that_is_claimed(layout, claims):
    record = only(
        f"math: d(tr(AX))/dX = A\n  where: {{A: symmetric(n)}}\n  layout: {layout}"
    )
    assert [claim.field for claim in record.claims] == claims


def test_the_rest_of_a_record_stays_as_it_is():
    text = "title: T\n  tags: [a]\n  expect: fails\n  why: W\n  source: S"
    record = only(f"{text}\n  math: ∂(xᵀAx)/∂x = 2Ax")
    people = record.title, record.tags, record.expect, record.why, record.source
    assert people == ("T", ("a",), "fails", "W", "S")
    assert record.place.line == 1


WRONG = {
    r"latex: \foo{x} = x": ("latex", 2, 10, "`\\foo` is not known"),
    "math: d(xᵀx)/dx = 2x +": ("math", 2, 24, "behind `+`"),
    "latex: |\n    \\nabla_x x^T x =\n      2 x +": ("latex", 4, 11, "behind `+`"),
    "math: xᵀx": ("math", 2, 12, "there is no `=` in it"),
    "math: d(xᵀx)/dx = 2x where Q is flubbered": (
        "math", 2, 30, "`Q is flubbered` was not understood",
    ),
    "where: {x: vektor(n)}\n  math: d(xᵀx)/dx = 2x": (
        "where x", 2, 14, "unknown type 'vektor'",
    ),
    "let: {y: x @@ x}\n  math: d(y)/dx = 2x": (
        "let y", 2, 15, "`@` is followed by `@`",
    ),
    "math: d(xᵀx)/dx = 2x\n  both: 2*x": (
        "both", 3, 3, "'both' does not go with 'math', which states both sides",
    ),
    "math: d(xᵀx)/dx = 2x\n  wrt: x": ("wrt", 3, 3, "'wrt' does not go with 'math'"),
    "math: d(xᵀx)/dx = 2x\n  layout: row": ("layout", 3, 11, "'layout' must be"),
    "math: d(xᵀx)/dx = 2x\n  latex: x = x": ("latex", 3, 3, "one subject is needed"),
    'latex: "\\frac{d}{dx} x^T x = 2x"': ("latex", 2, 10, "in double quotes YAML"),
    "latex: [x = x]": ("latex", 2, 10, "'latex' must be text, not a list"),
    "latex:": ("latex", 2, 9, "'latex' is empty"),
    "math: d(Ax)/dx.T = A\n  layout: denominator": (
        "math", 2, 22, "nothing is claimed here in denominator layout",
    ),
    "value: x\n  where: {x: scalar}\n  both: x\n  layout: both": (
        "layout", 5, 3, "'layout' does not go with 'value'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fields", WRONG)
def test_mistakes_have_their_place_in_the_file(fields):
    field, line, column, text = WRONG[fields]
    problem = wrong(fields)
    assert (problem.field, problem.place.line, problem.place.column) == (
        field,
        line,
        column,
    )
    assert text in problem.text


def test_backslashes_that_are_doubled_may_stand_in_double_quotes():
    record = only('latex: "\\\\nabla_x x^T x = 2x"')
    assert said(record) == "function x.T @ x | x | denominator 2 * x"


@pytest.mark.parametrize("fields", [*READ, *WRONG])
def test_the_schema_says_the_same_of_keys(fields):
    import yaml

    data = yaml.safe_load(f"- id: a\n  {fields}\n")
    good = not list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(data))
    structural = any(
        word in WRONG.get(fields, ("", 0, 0, ""))[3]
        for word in ("does not go with", "must be", "one subject", "is empty", "type")
    )
    assert good != structural


@pytest.mark.parametrize("fields", READ)
def test_what_was_read_can_be_written_in_the_language(fields):
    record = only(fields)
    (again,), problems = read(yaml_of(record))
    assert problems == []
    assert said(again) == said(replace(record, stated=None))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "- id: printed\n"
        "  latex: \\frac{\\partial x^T A x}{\\partial x} = (A + A^T) x\n"
        "- id: misprint\n"
        "  expect: fails\n"
        "  math: ∂(xᵀAx)/∂x = 2Ax\n",
        encoding="utf-8",
    )
    return path


def test_every_command_sees_them(file, capsys):
    assert cli.main(["lint", str(file)]) == 0
    assert "2 records in 1 file: no problems" in capsys.readouterr().out
    assert cli.main(["list", str(file)]) == 0
    assert "printed" in capsys.readouterr().out
    assert cli.main(["show", f"{file}::printed"]) == 0
    shown = capsys.readouterr().out
    assert "latex        \\frac{\\partial x^T A x}" in shown
    assert "function     x.T @ A @ x" in shown
    assert cli.main(["show", f"{file}::printed", "--latex"]) == 0
    assert "\\partial" in capsys.readouterr().out
    command = [
        "verify",
        str(file),
        "--draws",
        "8",
        "--device",
        "cpu",
        "--format",
        "json",
    ]
    assert cli.main(command) == 0
    found = json.loads(capsys.readouterr().out)["results"]
    assert [(r["id"], r["verdict"]) for r in found] == [
        ("printed", "holds"),
        ("misprint", "fails"),
    ]
    assert (found[0]["line"], found[0]["column"]) == (2, 10)


def test_a_catalogue_without_such_records_is_handed_on_as_it_was_read():
    records, problems = catalogue.load([catalogue.builtin() / "quadratic.yaml"])
    assert records or problems
    assert catalogue.settled(records, problems)[0] is records


def test_the_help_s_spellings_are_read_as_it_says():
    for typed, strict in SPELLED.items():
        one, problems = question_of(typed)
        other, _ = question_of(strict)
        assert one is not None and other is not None, problems
        assert one.read
        assert said(one.record).replace(" ", "") == said(other.record).replace(" ", "")
        assert {n: t.value for n, t in one.record.where.items()} == {
            n: t.value for n, t in other.record.where.items()
        }


def test_a_record_states_one_derivative():
    problem = wrong("math: ∂(aᵀx)/∂x = ∂(xᵀa)/∂x = a")
    assert "a record states one derivative" in problem.text
    assert problem.hint == "write a record for each side that is a derivative"
