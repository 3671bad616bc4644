"""`nabla derive`, `verifier.derive`, `nabla fill`: what is asked, found and shown."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from verifier import Derivation, InputError, check, verify
from verifier.asking.onesided import function_of
from verifier.commands import cli
from verifier.commands.differentiating import answer_or_derivation, derivation_of
from verifier.engine.settings import Settings
from verifier.language.expression import parse
from verifier.output.derived_program import program_of
from verifier.reading import blanks
from verifier.results.model import BAD_INPUT, UNDECIDED
from verifier.running import derived as running
from verifier.running.desk import Desk

FEW = Settings(0, 8, device="cpu")


@pytest.fixture(scope="module")
def desk():
    with Desk() as desk:
        desk.start("cpu")
        yield desk


@pytest.fixture
def derive(desk):
    def ask(statement, **options):
        return derivation_of(statement, FEW, desk=desk, **options)

    return ask


def test_both_layouts_are_derived_and_verified(derive):
    found = derive("d(x.T @ A @ x)/dx", where="A: symmetric(n)")
    assert found
    assert found["numerator"] == "2 * x.T @ A"
    assert found["denominator"] == "2 * A @ x"
    assert [form.verdict for form in found.forms] == ["holds", "holds"]
    assert {form.evidence["grade"] for form in found.forms} == {"exact"}
    assert [form.shape for form in found.forms] == ["1 x n", "n x 1"]
    assert found.types == {"A": "symmetric(n)", "x": "vector(n)"}
    assert found.inferred == ("x",)


@pytest.mark.parametrize(
    "spelled",
    [
        r"\nabla_x x^T A x",
        "∂(xᵀAx)/∂x where A is symmetric",
        "grad(x' * A * x, x)",
    ],
)
def test_spellings_are_those_of_check(derive, spelled):
    found = derive(spelled, layout="denominator")
    right = "2 * A @ x" if "symmetric" in spelled else "(A + A.T) @ x"
    assert check(f"d(x.T @ A @ x)/dx = {found['denominator']}", where=found.types)
    assert len(found["denominator"]) == len(right)
    assert found.read.startswith("d(x.T @ A @ x)/dx")


def test_function_with_its_variable(derive):
    found = derive("logdet(X)", wrt="X", more=("differential", "hessian"))
    assert found["differential"] == "tr(inv(X) @ dX)"
    assert found["denominator"] == "inv(X).T"
    assert {form.claim for form in found.forms} == {
        "numerator", "denominator", "differential", "hessian",
    }  # fmt: skip


def test_scalar_by_scalar_has_one_form_in_all_layouts(derive):
    found = derive("d(exp(t) * t)/dt", where="t: scalar")
    (form,) = found.forms
    assert (form.layout, form.claim) == ("", "derivative")
    assert found["numerator"] == found["denominator"] == found["mixed"] == form.text
    assert "  both: " in found.record


def test_record_of_the_catalogue_is_derived_by_its_id(derive):
    found = derive("softmax-jacobian")
    assert found["numerator"] == "diag(s) - s @ s.T"
    assert "let:" in found.record


def test_hessian_is_what_a_statement_may_ask_for(derive):
    found = derive("hessian(x.T @ A @ x, x)")
    assert [form.claim for form in found.forms] == ["hessian"]
    assert found["hessian"] in ("A + A.T", "A.T + A")


def test_what_has_no_closed_form_is_said_and_not_guessed(derive):
    found = derive("d(eigenvalues(A))/dA", where="A: symmetric(n)", layout="numerator")
    assert not found
    assert found.exit_status == UNDECIDED
    assert found.missing == {"numerator": running.NO_FORM}
    assert running.NO_FORM in str(found)
    with pytest.raises(KeyError):
        found["numerator"]


def test_form_that_does_not_hold_is_never_shown(derive, monkeypatch):
    """Where the short form is wrong the plain one is taken; where both are, none."""
    forms = running.ClosedForms
    monkeypatch.setattr(forms, "form", lambda *_: parse("3 * x"))
    found = derive("d(x.T @ x)/dx", layout="denominator")
    assert found["denominator"] == "2 * x"
    monkeypatch.setattr(forms, "plain", lambda *_: parse("5 * x"))
    found = derive("d(x.T @ x)/dx", layout="denominator")
    assert not found.forms
    assert found.missing == {"denominator": running.UNSEEN}


def test_kinks_are_conditions_and_squared_norms_have_none(derive):
    found = derive("d(relu(x))/dx", layout="numerator")
    assert found.conditions == ("where `relu(x)` has a derivative",)
    assert derive("d(norm(x)**2)/dx", layout="numerator").conditions == ()
    both = derive("d(norm(x)**2 + norm(x))/dx", layout="numerator")
    assert both.conditions == ("where `norm(x)` has a derivative",)


def test_long_forms_name_what_they_repeat(derive):
    found = derive("d(x.T @ inv(A + t * B) @ C @ inv(A + t * B) @ x)/dt")
    assert found.lets
    record = found.record
    assert record.index("let:") < record.index("function:")
    for name in found.lets:
        assert f"with {name} = " in str(found)


def test_derivation_shows_itself(derive):
    found = derive("d(x.T @ x)/dx")
    assert repr(found) == "<Derivation: 2 * x.T; 2 * x>"
    assert "<math" in found._repr_html_()
    assert r"\begin{gathered}" in (found._repr_latex_() or "")
    data = json.loads(json.dumps(found.to_json()))
    assert data["derived"]["forms"] == {"numerator": "2 * x.T", "denominator": "2 * x"}
    assert data["results"][0]["verdict"] == "holds"


def test_record_of_a_derivation_holds(derive, tmp_path):
    found = derive("d(tr(X.T @ A @ X))/dX", more=("hessian",))
    file = tmp_path / "mine.yaml"
    file.write_text(found.record)
    report = verify(file, draws=8, device="cpu", jobs=1)
    assert [result.verdict for result in report.results] == ["holds"] * 3


@pytest.mark.parametrize(
    ("statement", "options", "said"),
    [
        ("d(x.T @ x)/dx = 2*x", {}, "there is a right side already"),
        ("x.T @ x", {}, "nothing is differentiated here"),
        ("d(x.T @ )/dx", {}, "syntax"),
        ("d(foo(x))/dx", {}, "foo"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_place(statement, options, said):
    question, problems = function_of(statement, **options)
    assert question is None
    assert said in "; ".join(problem.text for problem in problems)
    assert all(problem.excerpt in ("", statement) for problem in problems)
    assert all(0 <= problem.caret <= len(statement) + 1 for problem in problems)


def test_record_that_is_no_function_is_refused(derive):
    with pytest.raises(InputError, match="is no function: its subject is `value`"):
        derive("commutation-trace")


def test_record_has_its_own_types_and_a_hyphen_may_be_a_minus(derive):
    with pytest.raises(InputError, match="has types of its own, and `z: scalar` is"):
        derive("softmax-jacobian", where="z: scalar")
    assert derive("x-y", wrt="x", layout="numerator")["numerator"] == "eye(n)"


def test_hessian_that_looks_like_the_derivative_is_shown_as_well(derive):
    lines = str(derive("d(exp(t))/dt", where="t: scalar", more=("hessian",)))
    assert "  derivative, 1 x 1: exp(t)\n" in lines
    assert "  Hessian, 1 x 1: exp(t)\n" in lines


def test_abbreviations_of_a_record_are_told_where_a_form_uses_them(derive):
    assert derive("softmax-jacobian").lets == {"s": "softmax(z)"}
    assert derive("d(x.T @ x)/dx").lets == {}


def test_derivatives_of_symbols_are_not_shared_between_layouts(derive):
    """What `D(f)(x)` means depends on the layout, and a `let` is for all of them."""
    repeated = "sin(f(A @ x)) * exp(f(A @ x)) * cosh(f(A @ x))"
    where = "f: vector(m) -> scalar, A: matrix(m, n), x: vector(n)"
    found = derive(f"d({repeated})/dx", where=where)
    assert not found.missing
    assert not any("D(f)" in meaning for meaning in found.lets.values())


def test_statement_without_a_right_side_is_derived_by_check(desk):
    found = answer_or_derivation("d(x^T x)/dx", FEW, desk=desk)
    assert isinstance(found, Derivation)
    assert found["denominator"] == "2 * x"
    with pytest.raises(InputError, match="there is no `=` in it"):
        answer_or_derivation("x^T x", FEW, desk=desk)


# `nabla fill`.

OPEN = """\
- id: my-form  # mine
  where:
    A: matrix(n, n)
    x: vector(n)
  function: x.T @ A @ x
  wrt: x
  numerator: ?   # to do
  denominator: "?"

- id: my-determinant
  where: {X: invertible(n)}
  function: logdet(X)
  wrt: X
  both: ?
  differential:
  - ?

- id: my-value
  where: {x: vector(n)}
  value: x.T @ x
  both: '?'

- id: my-mistake
  where: {x: vector(n)}
  function: x.T @ y
  wrt: x
  both: ?
"""


def test_open_claims_are_filled_and_all_else_stays(tmp_path, capsys):
    file = tmp_path / "open.yaml"
    file.write_text(OPEN.replace("\n", "\r\n"), newline="")
    words = ["fill", str(file), "--draws", "8", "--device", "cpu"]
    assert cli.main([*words, "--dry-run"]) == BAD_INPUT
    assert file.read_bytes().decode() == OPEN.replace("\n", "\r\n")
    capsys.readouterr()
    assert cli.main(words) == BAD_INPUT
    said = capsys.readouterr().out
    assert "my-mistake, function: 'y' is not declared" in said
    assert "this is no `function`" in said
    assert "4 claims filled, 1 left open" in said
    text = file.read_bytes().decode()
    assert text.count("\r\n") == text.count("\n")
    lines = text.splitlines()
    assert lines[0] == "- id: my-form  # mine"
    assert lines[6].endswith("   # to do")
    assert lines[6].startswith("  numerator: x.T @ (")
    assert "  numerator: inv(X)" in lines
    assert "  denominator: inv(X).T" in lines
    assert "  - tr(inv(X) @ dX)" in lines
    assert lines[-1] == "  both: ?"
    assert not list(tmp_path.glob(".open*"))


def test_file_with_nothing_open_is_left_alone(tmp_path, capsys):
    file = tmp_path / "done.yaml"
    file.write_text("- {id: a-one, value: 1, both: 1}\n")
    before = file.stat().st_mtime_ns
    assert cli.main(["fill", str(file), "--device", "cpu"]) == 0
    assert capsys.readouterr().out == "0 claims filled\n"
    assert file.stat().st_mtime_ns == before


def test_open_claim_is_told_how_to_be_filled(tmp_path, capsys):
    file = tmp_path / "open.yaml"
    file.write_text("- {id: a-one, value: 1, both: '?'}\n")
    assert cli.main(["lint", str(file)]) == BAD_INPUT
    assert "`nabla fill FILE` derives it" in capsys.readouterr().out


def test_line_that_holds_more_than_a_claim_is_not_written_to():
    assert blanks.filled("- {id: a, both: '?'}", {"numerator": "1"}) is None
    assert blanks.filled("  both: ?", {"numerator": "1"}) == "  both: 1"


# Steps, and programs.


def test_the_way_is_told_and_every_line_of_it_verified(derive, monkeypatch):
    found = derive("d(tr(A @ inv(X)))/dX", told=True)
    assert "  step by step\n" in str(found)
    assert "the trace is cyclic" in str(found)
    assert found.steps[-1].right == found["denominator"]
    assert found.left_out == 0
    told = [replace(line, right=f"2 * ({line.right})") for line in found.steps]
    monkeypatch.setattr(running, "steps", lambda *_: told)
    wrong = derive("d(tr(A @ inv(X)))/dX", told=True)
    assert (list(wrong.steps), wrong.left_out) == ([], len(told))
    assert "could not be verified" in str(wrong)


@pytest.mark.parametrize("framework", ["numpy", "jax", "torch"])
def test_program_of_a_derivation_says_what_was_derived(derive, framework):
    found = derive("d(x.T @ A @ x)/dx", layout="denominator")
    text = program_of(found, framework)
    assert "def f_gradient(x, A):" in text
    assert found["denominator"] in text
    if framework == "numpy":
        space = {}
        exec(compile(text, "<program>", "exec"), space)
        A, x = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0])
        assert space["f_gradient"](x, A).tolist() == [-3.0, -3.0]
