"""Statements on one line: what is read as what, and what is said about the rest."""

from __future__ import annotations

import random

import pytest

from verifier.asking.entry import (
    question_of,
    question_of_fields,
    strict_question,
    types_of,
)
from verifier.asking.inline import LENGTH, line, parts
from verifier.asking.question import LAYOUTS, Question
from verifier.output.text import problem_text
from verifier.reading.problem import Fault, Problem
from verifier.reading.record import Record, records_of
from verifier.reading.source import Source
from verifier.reading.writing import quoted, yaml_of


def read(statement: str) -> str:
    """Return the parts of a statement: subject, left side, names, fields, claims."""
    found = parts(line(statement, "<statement>"))
    names = [text.value for text in found.wrt]
    more = (found.approach, found.small, found.error, found.order)
    names += [t.value for t in more if t]
    claims = [f"{where} {text.value}" for where, text in found.claims]
    return " | ".join(
        [f"{found.subject} {found.body.value}", ", ".join(names), *claims]
    )


def only(statement: str, where: str = "", **more) -> Problem:
    found, problems = question_of(statement, where, **more)
    assert found is None
    assert len(problems) == 1, [problem.text for problem in problems]
    return problems[0]


DERIVATIVE = "function x.T @ x | x | both 2*x"
SECOND = "function x.T @ x | x | hessian 2*eye(n)"
SIGN = "sign h.T @ h | h | both positive"
SHAPE = "shape f(x) | x | both (m, n)"
LIMIT = "limit sin(h)/h | h->0 | both 1"
GRAMMAR = {
    "d(x.T @ x)/dx = 2*x": DERIVATIVE,
    "d(x.T @ x)/dx == 2*x": DERIVATIVE,
    "  d (x.T @ x) / d x=2*x  ": DERIVATIVE,
    "d x.T @ x / dx = 2*x": DERIVATIVE,
    "d(x.T @ x)/d(x) = 2*x": DERIVATIVE,
    "d/dx (x.T @ x) = 2*x": DERIVATIVE,
    "d/dx x.T @ x = 2*x": DERIVATIVE,
    "∂(x.T @ x)/∂x = 2*x": DERIVATIVE,
    "∂/∂x (xᵀ @ x) = 2*x": DERIVATIVE,
    "grad(x.T @ x, x) = 2*x": DERIVATIVE,
    "gradient(x.T @ x, x) = 2*x": DERIVATIVE,
    "jacobian(x.T @ x, x) = 2*x": DERIVATIVE,
    "grad_x (x.T @ x) = 2*x": DERIVATIVE,
    "∇_x x.T @ x = 2*x": DERIVATIVE,
    "∇_{x} (x^T @ x) = 2*x": DERIVATIVE,
    "D(x.T @ x, x) = 2*x": DERIVATIVE,
    "sign of h.T @ h = positive for small h": SIGN,
    "sign of (h.T @ h) for small h == positive": SIGN,
    "sign(x) = x/abs(x)": "value sign(x) |  | both x/abs(x)",
    "shape of d(f(x))/dx = (m, n)": SHAPE,
    "shape of grad(f(x), x) = (m, n)": SHAPE,
    "shape of d(f(x))/dx.T = (m, n)": "shape f(x) | x | numerator (m, n)",
    "shape of d2(f(x))/dx2 = (n, n)": "shape f(x) | x, 2 | both (n, n)",
    "d(x.T\n@ x)/dx\t= 2*x": "function x.T @ x | x | both 2*x",
    "d(x.T @ x)/dx.T = 2*x.T": "function x.T @ x | x | numerator 2*x.T",
    "∂(x.T @ x)/∂x^T = 2*x.T": "function x.T @ x | x | numerator 2*x.T",
    "d(x - 1e-3*y)/dx = 1": "function x - 1e-3*y | x | both 1",
    "hessian(x.T @ x, x) = 2*eye(n)": SECOND,
    "hessian_x (x.T @ x) = 2*eye(n)": SECOND,
    "d2(x.T @ x)/dx2 = 2*eye(n)": SECOND,
    "d**2(x.T @ x)/dx**2 = 2*eye(n)": SECOND,
    "d^2(x.T @ x)/dx^2 = 2*eye(n)": SECOND,
    "∂²(x.T @ x)/∂x² = 2*eye(n)": SECOND,
    "∂²(x.T @ x)/(∂x ∂xᵀ) = 2*eye(n)": SECOND,
    "∇²_x (x.T @ x) = 2*eye(n)": SECOND,
    "∇_x^2 (x.T @ x) = 2*eye(n)": SECOND,
    "d2(x2.T @ x2)/dx22 = 2*eye(n)": "function x2.T @ x2 | x2 | hessian 2*eye(n)",
    "d(A @ X) = A @ dX": "function A @ X | X | differential A @ dX",
    "d tr(A @ X) = tr(A @ dX)": "function tr(A @ X) | X | differential tr(A @ dX)",
    "d(A @ X) = dA @ X + A @ dX": (
        "function A @ X | A, X | differential dA @ X + A @ dX"
    ),
    "tr(A @ B) = tr(B @ A)": "value tr(A @ B) |  | both tr(B @ A)",
    "D(f)(x) = D(f)(x)": "value D(f)(x) |  | both D(f)(x)",
    "D(f, 2)(x, y) = 0": "value D(f, 2)(x, y) |  | both 0",
    "hessian(f)(x) = hessian(f)(x).T": "value hessian(f)(x) |  | both hessian(f)(x).T",
    "x = y = z": "value x |  | both y | both z",
    "lim h->0 of sin(h)/h = 1": LIMIT,
    "lim h->0 sin(h)/h = 1": LIMIT,
    "lim h→0: sin(h)/h = 1": LIMIT,
    "lim_{h->0} sin(h)/h = 1": LIMIT,
    "lim(h->0, sin(h)/h) = 1": LIMIT,
    "limit(sin(h)/h, h->0) = 1": LIMIT,
    "lim n->∞ of (1 + x/n)**n = exp(x)": ("limit (1 + x/n)**n | n->inf | both exp(x)"),
    "f(x + h) = f(x) + D(f)(x) @ h + o(h)": (
        "expansion f(x + h) | h, o(h) | both f(x) + D(f)(x) @ h"
    ),
    "exp(h) = 1 + h + O(norm(h)**2)": (
        "expansion exp(h) | h, O(norm(h)**2) | both 1 + h"
    ),
}


@pytest.mark.parametrize("statement", GRAMMAR)
def test_notations(statement):
    assert read(statement) == GRAMMAR[statement]


UNCLEAR = "put all of it in one pair of brackets"
ALONE = "bring what stands beside it to the right side, or put it inside `d(...)`"
MESSAGES = [
    # statement, column of the caret, text, hint
    ("", 0, "the statement is empty", "such as"),
    ("d(x.T @ x/dx", 2, "this bracket is not closed", "put"),
    ("x <= y", 7, "an inequality cannot be checked", "`sign of h.T @ h = positive for"),
    ("sign of h.T @ h = positive", 27, "not said which name is small", "for small h`"),
    ("shape of A @ x = (m, 1)", 10, "a shape is that of a derivative", "shape of d("),
    ("d(f(x))/dx", 11, "there is no `=` in it", "such as"),
    ("x = ", 4, "one side of the `=` is empty", ""),
    ("= x", 1, "one side of the `=` is empty", ""),
    ("d(a) + b/dx = 3", 2, "it is not clear how much of `(a) + b` is meant", UNCLEAR),
    ("d x + y / dx = 3", 3, "it is not clear how much of `x + y` is meant", UNCLEAR),
    ("d(A) @ X = A @ dX", 2, "it is not clear how much of `(A) @ X`", UNCLEAR),
    ("d A @ X = A @ dX", 3, "it is not clear how much of `A @ X`", UNCLEAR),
    ("lim h->0 sin(h) + 1 = 1", 10, "it is not clear how much of", UNCLEAR),
    ("2*d(x.T @ x)/dx = 4*x", 1, "a derivative stands alone on the left", ALONE),
    ("d(f)/dx + d(g)/dx = x", 1, "a derivative stands alone on the left", ALONE),
    ("df/dx = 3", 1, "`df` is no derivative without", "write `d(f(x))/dx`"),
    ("d2(x)/dx = 3", 1, "a second derivative has a 2 above", "`d2(...)/dx2`"),
    ("d(x)/dx**2 = 3", 1, "a second derivative has a 2 above", "`d2(...)/dx2`"),
    ("∇f(x) = 3", 1, "a gradient says by which variable", "`grad(f(x), x)`"),
    ("d(A @ X) = A", 12, "a differential names the changes", "`d(A @ X) = A @ dX`"),
    ("lim x = 3", 1, "this limit cannot be read", "write `lim h->0 of (...) = ...`"),
    ("f(x) = 1 + o(1)", 12, "`o(1)` does not say which name is small", "`o(h)`"),
    ("x.T A = y", 5, "syntax: no operator between `x.T` and `A`", "`x.T @ A`"),
    ("x' @ y = 1", 2, "`'` is not allowed", "a transpose is written `x.T`"),
    ("d(f'(x))/dx = 1", 4, "`'` is not allowed", "written `D(f)(...)`"),
    ("A^2 = A @ A", 2, "`^` is not allowed", "a power `**`"),
    ("x^T @ T @ x = 1", 2, "`^` is not allowed", "a transpose is written `.T`"),
    ("x = λ*y", 5, "U+03BB GREEK SMALL LETTER LAMDA in an exp", "such as 'lam'"),
    ("x @ y = 2x", 10, "syntax: no operator between `2` and `x`", "write `2*x`"),
    ("trace(A) = tr(A)", 1, "unknown function 'trace'", "write `tr(A)`"),
    ("d(ln(x))/dx = 1/x", 3, "unknown function 'ln'", "write `log(x)`"),
    ("d(x @ y)/dx = y", 5, "dimension mismatch: `@`", "put `.T` behind it"),
    ("f(x) = f(x).T @ f", 17, "`f` is a function and stands here", "write `f(x)`"),
    ("exp = x", 1, "'exp' is a function of the language", ""),
]


@pytest.mark.parametrize(("statement", "column", "text", "hint"), MESSAGES)
def test_messages_of_the_language_say_what_to_write(statement, column, text, hint):
    _, problems = strict_question(statement, "", LAYOUTS)
    problem = problems[0]
    assert text in problem.text
    assert hint in problem.hint
    assert (problem.place.line, problem.caret) == (1, column)
    assert str(problem.place).startswith("<statement>:1:")
    assert (problem.id, problem.field) == ("", "")


def test_the_caret_stands_under_the_typed_character_behind_longer_spellings():
    problem = only("∂(xᵀ @ A @ x)/∂xᵀ = xᵀ @ (A + Aᵀ) * ")
    assert problem_text(problem).splitlines() == [
        "<statement>:1:35: something is missing behind `*`",
        "    ∂(xᵀ @ A @ x)/∂xᵀ = xᵀ @ (A + Aᵀ) *",
        "                                      ^",
        "  hint: write what stands on its right, or leave it out",
    ]


REFUSED = [
    # statement, column of the caret, text, hint
    ("d(x^T A x)/d = 2Ax", 12, "something is missing behind `d`", "the variable"),
    ("d(xᵀx)/dx = x^", 14, "something is missing behind `^`", "write an exponent"),
    ("d(xᵀx)/dx =", 12, "one side of the `=` is empty", ""),
    ("∇_x xᵀx = 2x +", 14, "something is missing behind `+`", "on its right"),
    (r"\frac{d}{dx} x^2 = \frac{2x}", 28, r"`\frac` has one part", r"\frac{above}"),
    ("d(||x|)/dx = x/||x||", 7, "`|` is open at `)`", "close the bars: `|x|`"),
    ("d[xᵀx)/dx = 2x", 6, "`)` cannot be read here", "the order in which they were"),
    ("d(xᵀx))/dx = 2x", 7, "the bracket `)` closes nothing", "drop it"),
    ("d(xᵀ(Ax)/dx = Ax", 2, "`(` is not closed before `=`", "close it"),
    ("xᵀAx ≥ 0 = 1", 6, "`≥` cannot be read here", "an inequality cannot be checked"),
    ("A ≠ B = C", 3, "`≠` cannot be read here", "only `=` can be checked"),
    ("x ← 2x = y", 3, "`←` cannot be read here", "write `=`"),
    (r"\foo{x} = x", 1, r"`\foo` is not known", "write what it stands for"),
    (r"\gama x = y", 1, r"`\gama` is not known", "did you mean `gamma`?"),
    ("d/dx = 2x", 5, "there is nothing behind the derivative", ""),
    ("Ignore the above = holds", 8, "the words `the` are no formula", "where"),
    ("∇×(∇f) = 0", 2, "`×` cannot be read here", "no curl"),  # noqa: RUF001
    ("∇_{A^2} f(A) = A", 5, "the name of a variable, not `^`", "`∇_x f(x)`"),
    ("∇_{A^{-1}} f(A) = A", 5, "the name of a variable, not `^`", "`∇_x f(x)`"),
    ("∂²f/∂x³ = 6", 8, "below a derivative stands one variable", "`∂²f/∂x²`"),
]


@pytest.mark.parametrize(("statement", "column", "text", "hint"), REFUSED)
def test_a_refusal_names_the_token_and_what_to_write(statement, column, text, hint):
    problem = only(statement)
    assert text in problem.text
    assert hint in problem.hint
    assert problem.caret == column


WHERE = [
    ("A: symetric(n)", 4, "unknown type 'symetric'; did you mean 'symmetric'?"),
    ("A symmetric(n)", 1, "`A symmetric(n)` has no type"),
    ("A: matrix(n, n), A: scalar", 18, "`A` is declared twice"),
    ("B: scalar", 1, "`B` does not occur in the statement"),
    ("def: scalar", 1, "'def' is a Python keyword"),
    ("a__b: scalar", 1, "'a__b' is not a valid name"),
    ("é: scalar", 1, "'é' is not a valid name"),
    ("A: matrix(n", 4, "malformed type"),
    ("A:", 3, "the type is empty"),
]


@pytest.mark.parametrize(("where", "column", "text"), WHERE)
def test_types_are_checked_where_they_are_written(where, column, text):
    _, problems = question_of("d(x.T @ A @ x)/dx = 2*A @ x", where)
    assert any(
        text in problem.text
        and problem.place.file == "<where>"
        and problem.place.column == column
        for problem in problems
    ), problems


def test_types_are_read_one_by_one_and_in_groups():
    types, problems = types_of("A, B: symmetric(n); f: (scalar, scalar) -> scalar,")
    assert problems == []
    assert types == {
        "A": "symmetric(n)",
        "B": "symmetric(n)",
        "f": "(scalar, scalar) -> scalar",
    }
    assert types_of("") == ({}, [])


def test_a_statement_has_a_limit():
    assert f"the limit is {LENGTH}" in only("x = " + "x + " * LENGTH + "x").text
    _, problems = question_of("x = " + " + ".join(["x"] * 1000))
    assert "the limit is" in problems[0].text


def test_nothing_is_evaluated():
    for text in ("__import__('os')", "(1).__class__", "open('x')", "eval(x)"):
        _, problems = question_of(f"x = {text}")
        assert problems, text


# Layouts.


def shown(question: Question | None) -> tuple[list[str], list[str], bool]:
    assert question is not None
    fields = [claim.field for claim in question.record.claims]
    return fields, list(question.misfits), question.layouts


def test_a_claim_is_made_in_every_layout_in_which_it_has_a_shape():
    found, _ = question_of("d(x.T @ A @ x)/dx = (A + A.T) @ x")
    assert shown(found) == (["numerator", "denominator"], [], True)
    found, _ = question_of("d(f(g(x)))/dx = D(f)(g(x)) @ D(g)(x)")
    assert shown(found) == (["numerator"], ["denominator"], True)
    assert found is not None
    assert "`@` needs matching inner sizes" in found.misfits["denominator"].text


def test_where_layouts_do_not_differ_one_claim_is_enough():
    for statement in (
        "tr(A @ B) = tr(B @ A)",
        "d(sin(t))/dt = cos(t)",
        "lim h->0 of sin(h)/h = 1",
    ):
        found, _ = question_of(statement)
        assert shown(found) == (["numerator"], [], False), statement
    found, _ = question_of("hessian(x.T @ x, x) = 2*eye(n)")
    assert shown(found) == (["hessian"], [], False)
    found, _ = question_of("D(f)(x) = D(f)(x)")
    assert shown(found) == (["numerator", "denominator"], [], True)


def test_a_layout_can_be_asked_for():
    statement = "d(x.T @ A @ x)/dx = (A + A.T) @ x"
    found, _ = question_of(statement, layouts=("denominator",))
    assert shown(found) == (["denominator"], [], True)
    problem = only("d(A @ x)/dx.T = A", layouts=("denominator",))
    assert problem.text == "nothing is claimed here in denominator layout"


# Records.


def same(one: Record, other: Record) -> bool:
    """Whether two records say the same, wherever their texts stand."""

    def said(record: Record) -> list[object]:
        texts = [record.body, *record.wrt, record.approach, record.small, record.error]
        return [
            record.subject,
            [text and text.value for text in texts],
            [(claim.field, claim.text.value) for claim in record.claims],
            {name: text.value for name, text in record.where.items()},
            {name: text.value for name, text in record.let.items()},
        ]

    return said(one) == said(other)


@pytest.mark.parametrize(
    "statement",
    [
        "d(x.T @ A @ x)/dx = (A + A.T) @ x",
        "d(A @ X) = dA @ X + A @ dX",
        "lim n->inf of (1 + x/n)**n = exp(x)",
        "f(x + h) = f(x) + D(f)(x) @ h + o(h)",
        "tr(A @ B) = -tr(-B @ A) = tr(B @ A)",
        "hessian(f(x), x) = hessian(f)(x)",
        "d(f(x, y))/dx = D(f)(x, y) where f: (vector(n), scalar) -> vector(2*m)",
    ],
)
def test_a_statement_and_its_yaml_are_the_same_record(statement):
    question, _ = question_of(statement)
    assert question is not None
    records, problems = records_of(Source("a.yaml", yaml_of(question.record)))
    assert problems == []
    assert same(records[0], question.record)


@pytest.mark.parametrize(
    "text",
    [
        "x", "-x", "- x", "x: y", "x #y", "[x]", "{x}", "*x", "&x", "!x", "'x'", '"x"',
        "x'", "@x", "%x", "`x`", "|x", ">x", "? x", "~", "null", "1e3", "", " x", "x ",
        "a\nb", "a\tb", "\\", "x, y", "#", ":", "x:", "é", "\u2028",
    ],
)  # fmt: skip
def test_every_text_can_be_written_as_yaml(text):
    records, problems = records_of(
        Source(
            "a", f"- id: a\n  title: x\n  value: x\n  both: x\n  why: {quoted(text)}\n"
        )
    )
    assert [p.text for p in problems if "character" not in p.text] == []
    if not problems:
        assert records[0].why == text


def test_random_texts_never_crash():
    words = "d ( ) / dx = x ∂ ∇ _ .T ^ -> lim : , 2 ² A o(h) + { } ' T"
    alphabet = [*words.split(), " ", "\n", "where "]
    draw = random.Random(0)
    for _ in range(3000):
        statement = "".join(draw.choices(alphabet, k=draw.randrange(1, 14)))
        question, problems = question_of(statement)
        assert (question is None) == bool(problems), statement
        for problem in problems:
            assert 1 <= problem.place.column <= len(statement) + 1


# Fields from Python.


def fields(**given) -> tuple[Question | None, list[Problem]]:
    where = given.pop("where", "")
    return question_of_fields({k.rstrip("_"): v for k, v in given.items()}, where)


def test_fields_make_a_record_and_missing_types_are_inferred():
    found, problems = fields(
        function="y.T @ y",
        let={"y": "A @ x - b"},
        wrt="x",
        numerator="2*y.T @ A",
        denominator=["2*A.T @ y", "2*A.T @ (A @ x - b)"],
        where={"b": "vector(k)"},
    )
    assert problems == []
    assert shown(found)[0] == ["numerator", "denominator", "denominator"]
    assert found is not None
    assert found.guessed == ("A", "x")
    assert found.record.where["A"].value == "matrix(k, n)"


@pytest.mark.parametrize(
    "given",
    [
        {"limit": "sin(h)/h", "as_": "h -> 0", "both": "1"},
        {"sign": "h.T @ h", "small": "h", "both": "positive"},
        {"shape": "A @ x", "wrt": "x", "both": "(m, n)",
         "where": "A: matrix(m, n), x: vector(n)"},
        {"expansion": "f(x + h)", "small": "h", "error": "o(h)",
         "numerator": "f(x) + D(f)(x) @ h"},
        {"function": "A @ X", "wrt": ["A", "X"], "differential": "dA @ X + A @ dX"},
    ],
)  # fmt: skip
def test_every_subject_can_be_given_by_fields(given):
    found, problems = fields(**given)
    assert problems == []
    assert found is not None


FIELD_MESSAGES = [
    ({"function": "x", "wrt": "x"}, "the record has no claim"),
    ({"function": "x", "both": "1"}, "missing key 'wrt'"),
    ({"functon": "x", "wrt": "x", "both": "1"}, "unknown key 'functon'"),
    ({"function": "x @", "wrt": "x", "both": "1"}, "the expression ends after `@`"),
    ({"function": "x", "wrt": "x", "both": "1", "where": "x: vektor(n)"},
     "unknown type 'vektor'"),
    ({"value": "x", "wrt": "x", "both": "1"}, "'wrt' does not go with 'value'"),
    ({"function": "x", "wrt": "f(x)", "both": "1"}, "wrt 'f(x)' is not declared"),
    ({"function": "x.T @ x", "wrt": "x", "numerator": "x @ x"}, "mismatch: `@`"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "text"), FIELD_MESSAGES)
def test_mistakes_in_fields_are_shown_as_lines_of_a_record(given, text):
    found, problems = fields(**given)
    assert found is None
    assert any(text in problem.text for problem in problems), problems


def test_a_mistake_in_a_field_has_a_caret():
    _, problems = fields(function="x.T @ x", wrt="x", numerator="2 * x.T x")
    assert problem_text(problems[0]).splitlines() == [
        "<fields>:6:22: syntax: no operator between `x.T` and `x`",
        "    numerator: 2 * x.T x",
        "                       ^",
        "  hint: write `x.T @ x` or `x.T * x`",
    ]


def test_a_fault_outside_of_all_texts_is_no_crash():
    with pytest.raises(Fault):
        parts(line("x", "<statement>"))
