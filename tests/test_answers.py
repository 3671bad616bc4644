"""Statements of the books, typed on one line: they hold, and spoiled ones do not."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import verifier
from verifier import Answer, InputError, Report, Result, check
from verifier.asking.entry import question_of
from verifier.engine.settings import Settings
from verifier.reading.record import records_of
from verifier.reading.source import Source
from verifier.running import session
from verifier.running.catalogue import Selection
from verifier.running.inquiry import answered
from verifier.running.worker import environment

N, D, BOTH, FREE = "numerator", "denominator", "numerator denominator", "-"
STATEMENTS = {
    # quadratic and linear forms
    "d(x.T @ A @ x)/dx = (A + A.T) @ x": D,
    "d(x.T @ A @ x)/dx = x.T @ (A + A.T)": N,
    "d(a.T @ x)/dx = a": D,
    "d(A @ x)/dx = A": N,
    "d(A @ x)/dx = A.T": D,
    "d(x.T @ A)/dx = A": D,
    "d(norm(A @ x - b)**2)/dx = 2*A.T @ (A @ x - b)": D,
    "d(norm(x))/dx = x/norm(x)": D,
    "d(a.T @ x @ x.T @ b)/dx = x.T @ (a @ b.T + b @ a.T)": N,
    "d((A @ x).T @ C @ (D @ x - c))/dx = A.T @ C @ (D @ x - c) + D.T @ C.T @ A @ x": D,
    "d((x - mu).T @ inv(S) @ (x - mu))/dx = (inv(S) + inv(S).T) @ (x - mu)": D,
    "d(x.T @ A @ x)/dx = 2*A @ x where A: symmetric(n)": D,
    "grad(1/norm(x - a), x) = -(x - a)/norm(x - a)**3": D,
    "d(x/norm(x))/dx = (eye(n) - x @ x.T/norm(x)**2)/norm(x)": BOTH,
    # scalars by matrices
    "d(tr(A @ X))/dX = A": N,
    "d(tr(A @ X))/dX = A.T": D,
    "d(tr(A @ X @ B))/dX = A.T @ B.T": D,
    "d(tr(X.T @ A @ X))/dX = (A + A.T) @ X": D,
    "d(tr(X @ X))/dX = 2*X.T": D,
    "d(tr(inv(X) @ A))/dX = -(inv(X) @ A @ inv(X)).T": D,
    "d(det(X))/dX = det(X)*inv(X).T": D,
    "d(log(det(X)))/dX = inv(X).T": D,
    "d(logdet(X))/dX = inv(X)": N,
    "d(logdet(X.T @ X))/dX = 2*pinv(X)": N,
    "d(a.T @ X @ b)/dX = a @ b.T": D,
    "d(a.T @ X.T @ b)/dX = b @ a.T": D,
    "d(norm(X)**2)/dX = 2*X": D,
    "d(norm(Y - X @ B)**2)/dB = -2*X.T @ (Y - X @ B)": D,
    "d(sum(exp(X)))/dX = exp(X)": D,
    "d(mean((X @ w - y)**2))/dw = 2/N * X.T @ (X @ w - y)": D,
    # vectors and matrices by vectors and matrices
    "d(exp(x))/dx = diag(exp(x))": BOTH,
    "d(softmax(x))/dx = diag(softmax(x)) - softmax(x) @ softmax(x).T": BOTH,
    "d(A @ sigmoid(x))/dx = A @ diag(sigmoid(x)*(1 - sigmoid(x)))": N,
    "d(x * y)/dx = diag(y)": BOTH,
    "d(X @ a)/dX = kron(a.T, eye(m))": N,
    "d(A @ X @ B)/dX = kron(B.T, A)": N,
    "d(inv(X))/dX = -kron(inv(X).T, inv(X))": N,
    "d(X.T)/dX = commutation(m, n)": N,
    # scalars
    "d(sin(t))/dt = cos(t)": FREE,
    "d(x**n)/dx = n*x**(n - 1)": FREE,
    "d(sqrt(t))/dt = 1/(2*sqrt(t))": FREE,
    "d(log(t))/dt = 1/t": FREE,
    "d(tanh(x))/dx = 1 - tanh(x)**2": FREE,
    "d(exp(t*A))/dt = A*exp(t*A)": N,
    "d(inv(A + t*B))/dt = -inv(A + t*B) @ B @ inv(A + t*B)": N,
    # function symbols
    "d(g(f(x)))/dx = D(g)(f(x)) @ D(f)(x)": N,
    "d(g(f(x)))/dx = D(f)(x) @ D(g)(f(x))": D,
    "d(f(A @ x + b))/dx = A.T @ D(f)(A @ x + b)": D,
    "d(f(x)**2)/dx = 2*f(x)*D(f)(x)": BOTH,
    "d(f(x).T @ g(x))/dx = f(x).T @ D(g)(x) + g(x).T @ D(f)(x)": N,
    "d(f(x(t)))/dt = D(f)(x(t)) @ D(x)(t)": N,
    "d(f(x, y))/dy = D(f, 2)(x, y)": BOTH,
    # differentials
    "d(A @ X @ B) = A @ dX @ B": FREE,
    "d(X @ Y) = dX @ Y + X @ dY": FREE,
    "d(inv(X)) = -inv(X) @ dX @ inv(X)": FREE,
    "d(det(X)) = det(X)*tr(inv(X) @ dX)": FREE,
    "d(x.T @ A @ x) = x.T @ (A + A.T) @ dx": FREE,
    "d(kron(X, Y)) = kron(dX, Y) + kron(X, dY)": FREE,
    # second derivatives
    "hessian(x.T @ A @ x, x) = A + A.T": FREE,
    "d2(logsumexp(x))/dx2 = diag(softmax(x)) - softmax(x) @ softmax(x).T": FREE,
    "d2(norm(A @ x - b)**2)/dx2 = 2*A.T @ A": FREE,
    # equations
    "tr(A @ B) = tr(B @ A)": FREE,
    "det(A @ B) = det(A)*det(B)": FREE,
    "det(c*A) = c**n*det(A)": FREE,
    "vec(A @ X @ B) = kron(B.T, A) @ vec(X)": FREE,
    "kron(A, B) @ kron(C, D) = kron(A @ C, B @ D)": FREE,
    "tr(A.T @ B) = vec(A).T @ vec(B)": FREE,
    "mean(X) = sum(X)/(m*n)": FREE,
    "log(x*y) = log(x) + log(y)": FREE,
    "det(A + b @ c.T) = det(A)*(1 + c.T @ inv(A) @ b)": FREE,
    # limits and expansions
    "lim h->0 of sin(h)/h = 1": FREE,
    "lim h->0 of (f(x + h*v) - f(x))/h = D(f)(x) @ v": N,
    "lim n->inf of (1 + t/n)**n = exp(t)": FREE,
    "f(x + h) = f(x) + D(f)(x) @ h + o(h)": N,
    "exp(h) = 1 + h + h**2/2 + o(h**2)": FREE,
}  # fmt: skip
MISTAKES = [
    "d(x.T @ A @ x)/dx = 2*A @ x",
    "d(x.T @ A @ x)/dx = A @ x",
    "d(tr(X @ X))/dX = X + X.T",
    "d(det(X))/dX = det(X)*inv(X @ X.T)",
    "d(inv(X)) = -inv(X @ X) @ dX",
    "d(A @ B @ x)/dx = B @ A",
    "d(X @ X) = 2*X @ dX",
    "d(expm(X)) = expm(X) @ dX",
    "d(norm(x))/dx = x",
    "d(B @ f(A @ x))/dx = D(f)(A @ x)*A*B",
    "d(g(f(x)))/dx = D(f)(x)*D(g)(x)",
    "d(f(x)*g(x))/dx = D(f)(x)*D(g)(x)",
    "d(softmax(x))/dx = softmax(x)*(1 - softmax(x))",
    "A @ B = B @ A",
    "inv(A + B) = inv(A) + inv(B)",
    "det(A + B) = det(A) + det(B)",
    "tr(A @ B) = tr(A)*tr(B)",
    "vec(A @ X @ B) = kron(A, B) @ vec(X)",
    "exp(A + B) = exp(A) @ exp(B)",
    "mean(x) = sum(x)",
    "norm(x + y) = norm(x) + norm(y)",
    "f(x + h) = f(x) + D(f)(x) @ h/2 + o(h)",
    "lim h->0 of (1 - cos(h))/h**2 = 1",
]


def twin(statement: str) -> str:
    """Spoil the claim by a factor and a constant that no book could mean."""
    left, _, claim = statement.partition(" = ")
    claim, where, types = claim.partition(" where ")
    claim, _, error = claim.partition(" + o(")
    error = f" + o({error}" if error else ""
    return f"{left} = ({claim})*(1 + 1/64) + 1/61{error}{where}{types}"


@cache
def verdicts() -> dict[str, tuple[str, str]]:
    """Return for each statement where it holds, and its types; all in one run."""
    asked, records = {}, []
    statements = [*STATEMENTS, *map(twin, STATEMENTS), *MISTAKES]
    for i, statement in enumerate(statements):
        question, problems = question_of(statement)
        asked[statement] = question
        if question is not None:
            records.append(replace(question.record, id=f"inline-{i}"))
        else:
            assert all("mismatch" in problem.text for problem in problems), statement
    selection = Selection(tuple(records), (), 1)
    report = session.run(selection, Settings(draws=48, diagnose=False))
    assert report.problems == []
    held: dict[str, list[str]] = {statement: [] for statement in statements}
    for result in report.results:
        statement = statements[int(result.id.removeprefix("inline-"))]
        if result.verdict == "holds":
            question = asked[statement]
            held[statement].append(result.layout if question.layouts else FREE)
        else:
            assert result.verdict == "fails", (statement, result.evidence)
    return {
        statement: (
            " ".join(layout or FREE for layout in held[statement]),
            str(question and {k: t.value for k, t in question.record.where.items()}),
        )
        for statement, question in asked.items()
    }


@pytest.mark.parametrize("statement", STATEMENTS)
def test_statements_of_the_books_hold_in_their_layout(statement):
    assert verdicts()[statement][0] == STATEMENTS[statement]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_spoiled_twins_fail_for_the_same_types(statement):
    held, types = verdicts()[twin(statement)]
    assert held == ""
    assert types == verdicts()[statement][1]


@pytest.mark.parametrize("statement", MISTAKES)
def test_no_mistake_holds_because_its_types_were_chosen_to_fit(statement):
    assert verdicts()[statement][0] == ""


# From Python.

GOOD = "d(x.T @ A @ x)/dx = (A + A.T) @ x"


@cache
def answer(statement: str = GOOD, **more) -> Answer:
    return check(statement, draws=16, device="cpu", **more)


def test_an_answer_says_where_and_for_what_it_holds():
    found = answer()
    assert found
    assert (found.holds, found.verdict, found.layouts) == (True, "holds", (D,))
    assert found.verdicts == {N: "fails", D: "holds"}
    assert found.types == {"x": "vector(n)", "A": "matrix(n, n)"}
    assert (found.inferred, found.exit_status) == (("x", "A"), 0)
    assert found.best.layout == D
    assert isinstance(found.report, Report)
    assert [result.layout for result in found.results] == [N, D]
    diagnosis = found.results[0].diagnosis
    assert diagnosis is not None
    assert diagnosis["kind"] == "wrong-layout"


def test_an_answer_depends_on_what_is_asked():
    assert not replace(answer(), layout="both")
    assert "and both were asked for" in str(replace(answer(), layout="both"))
    found = check(GOOD, draws=8, device="cpu", layout="numerator")
    assert (bool(found), found.layouts, found.exit_status) == (False, (), 1)


def test_what_could_not_be_told_never_holds():
    numerator, denominator = answer().results
    for open_ in ("inconclusive", "crashed"):
        both = replace(denominator, verdict=open_)
        found = replace(answer(), results=[numerator, both])
        assert (bool(found), found.verdict, found.exit_status) == (False, open_, 3)
        found = replace(answer(), results=[denominator, both])
        assert found.verdict == open_
    assert not replace(answer(), results=[])


@pytest.mark.parametrize("where", [{"A": "symmetric(n)"}, "A: symmetric(n)"])
def test_where_may_be_a_mapping_or_a_text(where):
    found = check("d(x.T @ A @ x)/dx = 2*A @ x", where=where, draws=8, device="cpu")
    assert found.layouts == (D,)
    assert found.types["A"] == "symmetric(n)"
    assert found.inferred == ("x",)


def test_fields_of_a_record_can_be_given_instead():
    found = check(
        function="y.T @ y",
        let={"y": "A @ x - b"},
        wrt="x",
        numerator="2*y.T @ A",
        denominator="2*A.T @ y",
        draws=8,
        device="cpu",
    )
    assert found.layouts == (N, D)
    assert found.statement == "d(y.T @ y)/dx = 2*y.T @ A = 2*A.T @ y"


def test_two_fields_have_names_of_their_own_in_python():
    assert check(limit="sin(h)/h", as_="h -> 0", claim="1", draws=8, device="cpu")


def test_a_claim_without_a_shape_is_refuted_in_that_layout_only():
    found = answer("d(g(f(x)))/dx = D(g)(f(x)) @ D(f)(x)")
    assert found.layouts == (N,)
    diagnosis = found.results[1].diagnosis
    assert diagnosis is not None
    assert diagnosis["kind"] == "shape"
    assert "in denominator layout the claim has no shape" in diagnosis["text"]


def test_several_sides_must_all_be_equal():
    found = answer("tr(A @ B) = tr(B @ A) = tr(A)*tr(B)")
    assert [result.verdict for result in found.results] == ["holds", "fails"]
    assert found.verdict == "fails"
    assert "both: tr(B @ A)\n" in found.record


def test_the_record_of_an_answer_verifies_as_it_stands(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(answer().record)
    report = verifier.verify(path, draws=8, device="cpu")
    assert [(r.layout, r.verdict) for r in report.results] == [(D, "holds")]


@pytest.mark.parametrize(
    ("statement", "lines"),
    [
        ("d(X @ Y) = dX @ Y + X @ dY", ["differential: dX @ Y + X @ dY"]),
        ("d(sin(t))/dt = cos(t)", ["both: cos(t)"]),
        ("d(x.T @ x)/dx = 3*x", ["both: 3*x"]),
        ("d(softmax(x))/dx = diag(softmax(x)) - softmax(x) @ softmax(x).T",
         ["both: diag(softmax(x)) - softmax(x) @ softmax(x).T"]),
    ],
)  # fmt: skip
def test_the_record_of_an_answer_claims_what_holds_or_all(statement, lines):
    records, problems = records_of(Source("a", answer(statement).record))
    assert problems == []
    claims = records[0].claims
    assert [f"{claim.field}: {claim.text.value}" for claim in claims] == lines


def test_an_answer_is_json_that_reads_back_as_a_report():
    data = json.loads(json.dumps(answer().to_json(), allow_nan=False))
    assert data["asked"]["statement"] == GOOD
    assert data["asked"]["layouts"] == [D]
    assert data["asked"]["inferred"] == ["x", "A"]
    assert Report.from_json(data).results == answer().results


untyped: Any = check


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: check("d(x @@ A)/dx = 1"), "`@` is followed by `@`\n"),
        (lambda: check("x = y", where="x: vektor"), "unknown type 'vektor'"),
        (lambda: untyped("x = y", layout="row"), "layout is one of either, both"),
        (lambda: check("x = y", draws=0), "draws at least 1"),
        (lambda: check("x = y", seed=-1), "seed is at least 0"),
        (lambda: untyped("x = y", device="tpu"), "no such device"),
        (lambda: check(), "either a statement or the fields"),
        (lambda: check("x = y", value="x"), "either a statement or the fields"),
        (lambda: check(value="x"), "the record has no claim"),
        (lambda: untyped(value="x", nonsense="x"), "unknown key 'nonsense'"),
        (lambda: verifier.load("no/such/file"), "no file or folder"),
        (lambda: verifier.verify("no-such-id"), "no record `no-such-id`"),
    ],
)
def test_whatever_cannot_be_checked_is_one_kind_of_error(call, said):
    with pytest.raises(InputError) as caught:
        call()
    assert said in str(caught.value)


def test_an_error_shows_the_place_as_the_terminal_does():
    with pytest.raises(InputError) as caught:
        check("d(x @@ A)/dx = x")
    assert str(caught.value) == (
        "<statement>:1:6: syntax: `@` is followed by `@`\n"
        "    d(x @@ A)/dx = x\n"
        "         ^\n"
        "  hint: something is missing between them"
    )
    assert caught.value.problems[0].place.column == 6


# How it is shown.


def test_repr_is_one_line_and_str_what_the_terminal_shows():
    assert repr(answer()) == (
        f"<Answer: holds in denominator layout, fails in numerator layout: {GOOD}>"
    )
    lines = str(answer()).splitlines()
    assert lines[:3] == [
        "holds in denominator layout, fails in numerator layout",
        "  inferred: x: vector(n), A: matrix(n, n)",
        "  denominator layout: holds",
    ]
    result = answer().results[1]
    assert repr(result) == "<Result: inline, denominator layout: holds>"
    assert str(result).startswith("inline, denominator layout: holds\n")
    assert repr(answer().report) == "<Report: 1 holds, 1 fails>"
    assert "2 claims of 1 identity in 1 file" in str(answer().report)
    assert repr(replace(result, verdict="fails")) != repr(result)


def test_html_brings_its_styles_and_a_formula_and_nothing_else():
    for shown in (answer(), answer().results[0], answer().report):
        page = shown._repr_html_()
        assert page.startswith('<div class="nabla-shown">')
        assert "<math" in page
        assert "<style>\n.nabla-shown {" in page
        for foreign in ("<script", "http:", "src=", "href=", "@import", "url("):
            assert foreign not in page.replace("http://www.w3.org/1998/Math", "")


def test_latex_is_the_statement():
    source = answer()._repr_latex_()
    assert source is not None
    assert source.startswith("$\\displaystyle ")
    assert source.endswith("$")
    assert "\\mathbf{A}" in source
    assert answer().report._repr_latex_() is None


def test_everything_of_a_stranger_is_escaped():
    evil = '<img src=x onerror="alert(1)">'
    result = Result(
        id=evil,
        claim=evil,
        layout="",
        text=evil,
        verdict="fails",
        diagnosis={"kind": "other", "text": evil, "suggestion": evil},
        evidence={"grade": evil, "note": evil, "left_out": {evil: 1}},
        counterexample={"sizes": {evil: 1}, "note": evil},
        types={evil: evil},
        subject=evil,
        statement={"kind": "value", "body": evil},
    )
    found = Answer(evil, [result], {evil: evil}, [evil], [evil], record=evil)
    for shown in (result, found, Report({"seed": evil}, [result])):
        assert "<img" not in shown._repr_html_()
        assert "&lt;img" in shown._repr_html_()


def test_a_failing_result_is_replayed_by_its_own_command():
    found = answer("d(x.T @ x)/dx = 3*x")
    assert "nabla check 'd(x.T @ x)/dx = 3*x' --seed 0 --draws 16" in str(found.report)


@pytest.mark.parametrize("own", ["", " where A: symmetric(n)"])
def test_types_that_were_given_are_repeated_with_the_statement(own):
    text = "d(x.T @ A @ x)/dx = 3*A @ x"
    found = check(text + own, where={"A": "symmetric(n)"}, draws=8, device="cpu")
    assert f"nabla check '{text} where A: symmetric(n)' --seed" in str(found.report)


# Surroundings.

SCRIPT = """
from verifier import check
print(check("tr(A @ B) = tr(B @ A)", draws=8, device="cpu").verdict)
"""
LOOP = f"""
import asyncio
async def main():
    exec({SCRIPT!r})
asyncio.run(main())
"""


@pytest.mark.parametrize("program", [SCRIPT, LOOP], ids=["script", "event-loop"])
def test_it_works_in_a_script_without_a_guard_and_in_an_event_loop(program, tmp_path):
    path = tmp_path / "script.py"
    path.write_text(program)
    done = subprocess.run(
        [sys.executable, str(path)],
        capture_output=True,
        text=True,
        timeout=240,
        env=environment("cpu"),
        check=False,
    )
    assert (done.stdout, done.returncode) == ("holds\n", 0), done.stderr


def test_importing_the_package_imports_nothing_numeric():
    program = "import sys, verifier; print({'jax', 'numpy'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=180,
        env=environment("cpu"),
        check=True,
    )
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    "function", [check, verifier.load, verifier.read_notes, verifier.verify]
)
def test_examples_of_the_docstrings_are_true(function):
    finder = doctest.DocTestFinder(recurse=False)
    (test,) = finder.find(function, globs={function.__name__: function})
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


# --- statements in other spellings ---------------------------------------------------

SPELLED = "∂(xᵀAx)/∂x = 2Ax where A is symmetric"


def test_what_was_read_is_the_first_thing_said():
    found = check(SPELLED, draws=8, device="cpu")
    first, second, headline, *_ = str(found).splitlines()
    assert found.read == "d(x.T @ A @ x)/dx = 2 * A @ x"
    assert first == f"read as: {found.read}"
    assert second == "         ∂(xᵀAx)/∂x = 2Ax"
    assert headline == "holds in denominator layout, fails in numerator layout"
    assert "  given: A: symmetric(n)" in str(found).splitlines()
    assert found.to_json()["asked"]["read"] == found.read
    assert f"<code>{found.read}</code>" in found._repr_html_()
    assert "<math" in found._repr_html_()


def test_what_is_in_the_language_is_not_said_again():
    assert answer().read == ""
    assert str(answer()).splitlines()[0].startswith("holds")
    assert "read as" not in answer()._repr_html_()


@pytest.mark.parametrize(
    "statement",
    [
        SPELLED,
        "d(Ax + b)/dx^T = A",
        "∂(θᵀx)/∂θ = x",
        r"\frac{d^2}{dx^2} x^n = n(n-1)x^{n-2}",
        r"\nabla_x \frac{1}{2} \|Ax - b\|^2 = A^T(Ax - b)",
        "f(x + h) = f(x) + f'(x) h + o(h)",
        r"\lim_{h \to 0} \frac{\sin h}{h} = 1",
        "∇_x (½ xᵀQx - bᵀx) = Qx - b where Q is symmetric",
    ],
)
def test_what_repeats_an_answer_is_in_the_language(statement):
    found = check(statement, draws=8, device="cpu")
    repeats = found.run["statement"]
    assert repeats.isascii()
    again = check(repeats, draws=8, device="cpu")
    assert again.read == ""
    assert again.types == found.types
    assert again.verdicts == found.verdicts
    assert [r.text for r in again.results] == [r.text for r in found.results]


def test_all_readings_are_judged_and_the_one_that_holds_is_shown():
    found = check("∇_x Σ_i a_i x_i = a", draws=8, device="cpu")
    assert found.holds
    assert found.read == "d(a.T @ x)/dx = a"
    assert found.others == {"d(X @ a)/dx = a": "fails"}
    assert "also read as: d(X @ a)/dx = a, which fails" in str(found)
    assert "also read as: d(X @ a)/dx = a" in found._repr_html_()
    assert found.to_json()["asked"]["others"] == found.others


def test_where_only_a_less_likely_reading_holds_it_says_so():
    question, _ = question_of("∇_x Σ_i a_i x_i = a")
    assert question is not None
    (other,) = question.others
    turned = replace(other, others=(replace(question, others=()),))
    found = answered(turned, "as typed", Settings(draws=8))
    assert found.holds and found.exit_status == 0
    assert found.read == question.read
    assert found.others == {other.read: "fails"}
    assert any("likeliest" in note for note in found.notes)


def test_where_no_reading_holds_the_likeliest_is_shown():
    found = check("∇_x Σ_i a_i x_i = 2a", draws=8, device="cpu")
    assert not found.holds and found.exit_status == 1
    assert found.read == "d(a.T @ x)/dx = 2 * a"
    assert set(found.others.values()) == {"fails"}
    assert not any("likeliest" in note for note in found.notes)


def test_of_two_derivatives_in_a_chain_both_must_hold():
    right, _ = question_of("d(b^T x)/dx = d(x^T b)/dx = b")
    wrong, _ = question_of("d(b^T x)/dx = d(x^T x)/dx = b")
    assert right is not None and wrong is not None
    assert answered(right, "as typed", Settings(draws=8)).holds
    assert not answered(wrong, "as typed", Settings(draws=8)).holds
