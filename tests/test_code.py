"""Code against formulas: every mistake is named, and nothing right is accused."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from coded import QUADRATIC, RIGHT, WRONG

import verifier
from verifier import InputError, check_code
from verifier.commands import coding
from verifier.running.worker import environment


@pytest.fixture
def session(codes):
    return codes


def without_evidence(text: str) -> list[str]:
    """Return the lines of an answer but for figures that the machine has a part in."""
    return [line for line in text.splitlines() if not line.startswith("  evidence")]


def f(x: Any, A: Any) -> Any:
    return x @ A @ x


def g(x: Any, A: Any) -> Any:
    return (A + A.T) @ x


ROOT = Path(__file__).resolve().parent.parent
LIMIT = """
- id: slope-at-zero
  where: {h: scalar}
  limit: sin(h) / h
  as: h -> 0
  both: 1
"""


# --- the table ----------------------------------------------------------------------


@pytest.mark.parametrize("name", WRONG)
def test_a_planted_mistake_is_named(name, session):
    row = WRONG[name]
    made = row.make(np)
    answer = session.check(
        None, row.formula, gradient=made, where=row.where, wrt=row.by
    )
    (result,) = answer.results
    assert answer.verdict == result.verdict == "fails"
    assert not answer
    assert row.said in answer.diagnosis
    assert row.computes in result.text
    case = result.counterexample
    if result.text:  # the smallest case is one where the code gives what is shown
        given = {k: np.array(v) for k, v in case["values"].items()}
        kinds = {k: answer.types[k].partition("(")[0] for k in given}
        flat = {
            k: X.item()
            if kinds[k] == "scalar"
            else X[:, 0]
            if "vector" in kinds[k]
            else X
            for k, X in given.items()
        }
        shown = np.array(case["claim"], float)
        assert np.allclose(np.reshape(made(**flat), shown.shape), shown)
        assert not np.allclose(shown, case["autodiff"])


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_accused(name, session):
    row = RIGHT[name]
    answer = session.check(
        None, row.formula, gradient=row.make(np), where=row.where, wrt=row.by
    )
    assert answer.verdict == "holds", str(answer)
    assert answer.diagnosis == ""


# --- what may be given --------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [
        QUADRATIC,
        "xᵀAx",
        r"x^\top A x",
        "d(x.T @ A @ x)/dx",
        "∂(xᵀAx)/∂x",
        "d(x.T @ A @ x)/dx = 2*A @ x",
        "f(x, A) = x.T @ A @ x",
        r"\mathcal{L}(x) = x^\top A x",
        "y = xᵀAx",
        "gradient-of-quadratic-form",
    ],
)
def test_a_formula_is_read_in_any_spelling(formula, session):
    answer = session.check(f, formula, gradient=g)
    assert [r.claim for r in answer.results] == ["function", "gradient by x"]
    assert answer.holds


def test_of_an_equation_the_left_side_is_meant(session):
    asked = {"where": "A: matrix(n, n), B: matrix(n, n)"}
    answer = session.check(lambda A, B: np.linalg.det(A), "det(A) = det(B)", **asked)
    assert answer.function == "det(A)"
    assert answer.holds


def test_a_formula_that_cannot_be_read_is_told_once(session, tmp_path):
    with pytest.raises(InputError) as raised:
        session.check(f, "x.T @ A @")
    assert str(raised.value).count("the expression ends after `@`") == 1
    assert "=" not in str(raised.value)
    (tmp_path / "mine.yaml").write_text(LIMIT)
    with pytest.raises(InputError, match="no record `other`"):
        session.check(f, f"{tmp_path / 'mine.yaml'}::other")
    with pytest.raises(InputError, match="about a limit"):
        session.check(f, f"{tmp_path / 'mine.yaml'}::slope-at-zero")
    with pytest.raises(InputError, match="a record has types of its own"):
        session.check(f, "gradient-of-quadratic-form", where="A: symmetric(n)")
    with pytest.raises(InputError, match="`f` stands for any function"):
        session.check(f, "f(x)", where="x: scalar, f: scalar -> scalar")


@pytest.mark.parametrize(
    "give",
    [
        lambda x, A: {"A": np.outer(x, x), "x": g(x, A)},
        lambda x, A: (g(x, A), np.outer(x, x)),
        lambda x, A: [g(x, A), np.outer(x, x)],
        lambda *values: (g(*values), np.outer(values[0], values[0])),
        lambda u, B: (g(u, B), np.outer(u, u)),
        lambda **v: (g(v["x"], v["A"]), np.outer(v["x"], v["x"])),
        lambda A, x, *, n, deep=1: (np.outer(x, x), g(x, A) * n / len(x)),
    ],
)
def test_several_derivatives_are_given_by_name_or_in_order(give, session):
    answer = session.check(None, QUADRATIC, gradient=give)
    claims = sorted(result.claim for result in answer.results)
    assert claims == ["gradient by A", "gradient by x"]
    assert answer.holds, str(answer)


def test_what_a_lone_array_is_the_derivative_by_is_seen_from_its_shape(session):
    answer = session.check(None, QUADRATIC, gradient=lambda A, x: g(x, A))
    assert [r.claim for r in answer.results] == ["gradient by x"]
    assert answer.holds
    answer = session.check(None, QUADRATIC, gradient=lambda A, x: (g(x, A),), wrt="x")
    assert answer.holds


def test_parameters_that_do_not_fit_are_told(session):
    for wrong, said in (
        (lambda y: y, "the parameters of the function are `y`, and the formula has"),
        (lambda x, a: x, "call them as the formula does"),
        (3, "function is a function, not 3"),
    ):
        with pytest.raises(InputError) as raised:
            session.check(wrong, QUADRATIC)
        assert said in str(raised.value)
    with pytest.raises(InputError, match="give a function, a gradient, or both"):
        session.check(None, QUADRATIC)
    with pytest.raises(InputError, match="no variable `y`"):
        session.check(None, QUADRATIC, gradient=g, wrt="y")
    with pytest.raises(InputError, match="framework is one of"):
        session.check(f, QUADRATIC, framework="fortran")
    with pytest.raises(InputError, match="layout is one of"):
        session.check(f, QUADRATIC, layout="mine")


def test_vectors_may_be_columns(session):
    answer = session.check(lambda x: x @ x.T, "x @ x.T")
    assert answer.holds
    assert answer.notes == ["vectors are given to the code as columns, n x 1"]
    assert session.check(lambda x: np.outer(x, x), "x @ x.T").notes == []


def test_jacobians_stand_as_frameworks_give_them_or_with_columns_stacked(session):
    formula, where = "X @ A", "X: matrix(m, n), A: matrix(n, p)"

    def tensor(X, A):
        return np.einsum("ia,jb->ijab", np.eye(len(X)), A.T)

    def stacked(X, A):
        return np.kron(A.T, np.eye(len(X)))

    for give, layout, holds in (
        (tensor, "either", True),
        (stacked, "either", True),
        (stacked, "numerator", True),
        (lambda X, A: stacked(X, A).T, "denominator", True),
        (lambda X, A: np.kron(np.eye(len(X)), A.T), "either", False),
    ):
        answer = session.check(
            None, formula, gradient=give, wrt="X", where=where, layout=layout
        )
        assert answer.holds is holds, str(answer)


def test_a_layout_may_be_asked_for(session):
    def transposed(A, X):
        return A

    asked = {"gradient": transposed, "wrt": "X"}
    assert session.check(None, "tr(A @ X)", layout="numerator", **asked)
    assert not session.check(None, "tr(A @ X)", **asked)
    answer = session.check(None, "tr(A @ X)", layout="denominator", **asked)
    assert "fits numerator layout" in answer.diagnosis
    for layout in ("numerator", "denominator", "mixed"):  # one axis is in no layout
        assert session.check(None, QUADRATIC, gradient=g, layout=layout)
        assert session.check(None, "a**2", gradient=lambda a: 2 * a, layout=layout)
    answer = session.check(None, "A @ x", gradient=lambda A, x: A.T, wrt="x")
    assert answer.results[0].layout == "denominator"
    assert answer


# --- what code may do ---------------------------------------------------------------


def raising(x, A):
    raise ValueError("too large")


def changing(x, A):
    x *= 2
    return g(x, A)


MISBEHAVIOUR = {
    "your gradient changes its argument `x` in place": (changing, "fails"),
    "your gradient gives None: is a `return` missing?": (lambda x, A: None, "fails"),
    "your gradient gives something else when it is called again": (
        lambda x, A: g(x, A) * np.random.default_rng().random(len(x)),
        "inconclusive",
    ),
    "your gradient raised ValueError: too large at test_code.py:": (
        raising,
        "fails",
    ),
    "your gradient by x has the shape `(3,)`, where `(2,)` is wanted (at n = 2)": (
        lambda x, A: np.append(x, 1.0),
        "fails",
    ),
    "your gradient gives no array of real numbers, but complex": (
        lambda x, A: g(x, A) + 0j,
        "fails",
    ),
    "your gradient gives no array of real numbers, but <U": (
        lambda x, A: {"x": "a"},
        "fails",
    ),
    "your gradient gives no finite number": (lambda x, A: x * np.nan, "fails"),
    "your gradient gives a derivative by `B`, which is no variable": (
        lambda x, A: {"B": x},
        "fails",
    ),
    "your gradient gives one array, and not those by `x` and `A`": (g, "fails"),
    "it is zero everywhere": (lambda x, A: 0 * x, "fails"),
    "your gradient computes in float16": (
        lambda x, A: g(x, A).astype(np.float16),
        "fails",
    ),
}


@pytest.mark.parametrize("said", MISBEHAVIOUR)
def test_what_is_wrong_with_the_code_itself_is_said_clearly(said, session):
    code, verdict = MISBEHAVIOUR[said]
    wrt = ("x", "A") if code is g else "x"
    answer = session.check(f, QUADRATIC, gradient=code, wrt=wrt)
    assert answer.verdict == verdict
    assert said in str(answer)
    assert answer.results[0].verdict == "holds"  # of the function


def test_lists_and_numbers_of_python_are_arrays(session):
    assert session.check(lambda x: float(x @ x), "x.T @ x", gradient=lambda x: [*2 * x])


def test_code_in_float32_is_judged_by_its_own_rounding(session):
    def single(x, A):
        return g(x.astype(np.float32), A.astype(np.float32))

    answer = session.check(None, QUADRATIC, gradient=single)
    assert answer
    assert answer.run["dtype"] == "float32"
    assert "in float32: judged by the rounding of float32" in answer.notes[0]
    wrong = session.check(
        None, QUADRATIC, gradient=lambda x, A: single(x, A) * np.float32(1.001)
    )
    assert wrong.verdict == "fails"
    hidden = session.check(
        None, QUADRATIC, gradient=lambda x, A: single(x, A).astype(float)
    )
    assert hidden.verdict == "inconclusive"
    assert "as far as float32 or a difference quotient does" in str(hidden)


def test_a_difference_quotient_is_no_gradient_and_no_mistake(session):
    def quotient(x, A):
        h = 1e-6
        return np.array(
            [(f(x + h * e, A) - f(x - h * e, A)) / (2 * h) for e in np.eye(len(x))]
        )

    answer = session.check(None, QUADRATIC, gradient=quotient)
    assert answer.verdict == "inconclusive"


def test_a_term_that_is_small_beside_others_at_some_draws_is_missed_nowhere(session):
    asked = {"where": "a: scalar", "wrt": "x"}
    for formula, code in (
        ("sum(exp(a*x)) + x.T @ x", lambda a, x: a * np.exp(a * x)),
        ("sum(exp(a*x)) + sum(x)", lambda a, x: a * np.exp(a * x) + 1.001),
    ):
        assert session.check(None, formula, gradient=code, **asked).verdict == "fails"


def test_a_factor_that_no_tolerance_would_show_is_found(session):
    answer = session.check(None, QUADRATIC, gradient=lambda x, A: g(x, A) * (1 + 1e-9))
    assert answer.verdict != "holds"


def test_a_gradient_of_the_wrong_function_is_not_blamed_for_it(session):
    answer = session.check(
        lambda x, A: f(x, A) / 2, QUADRATIC, gradient=lambda x, A: g(x, A) / 2
    )
    function, gradient = answer.results
    assert function.text == "x.T @ A @ x / 2"
    assert function.diagnosis["text"].startswith("the factor 2 is missing")
    assert "the derivative of what your function computes" in gradient.diagnosis["text"]


def test_where_nothing_is_recognised_the_entries_are_told(session):
    def strange(x, A):
        found = g(x, A)
        found[0] += np.cos(17 * x[0])
        return found

    (result,) = session.check(None, QUADRATIC, gradient=strange).results
    assert result.text == ""
    assert "entries" in result.diagnosis["text"]
    assert result.counterexample["sizes"] == {"n": 1}


def test_how_many_times_too_large_a_gradient_is_is_told(session):
    answer = session.check(None, "norm(x)", gradient=lambda x: 2 * x / (x @ x) ** 0.5)
    assert answer.diagnosis == "it is 2 times what is right; write `x / norm(x)`"


def test_a_derivative_by_the_independent_entries_is_told(session):
    def tied(A):
        inverse = np.linalg.inv(A)
        return np.linalg.det(A) * (2 * inverse - np.diag(np.diag(inverse)))

    answer = session.check(None, "det(A)", gradient=tied, where="A: symmetric(n)")
    assert answer.results[0].diagnosis["kind"] == "symmetric-form"


@pytest.mark.parametrize(
    ("formula", "code", "said"),
    [
        (
            "mean((X @ w - y)**2)",
            lambda X, w, y: ((X @ w - y) ** 2).sum(),
            "this is a sum where a mean is asked for",
        ),
        ("norm(x)**2", lambda x: np.linalg.norm(x), "write `norm(x)**2`"),
        ("tr(A @ X)", lambda A, X: (A * X.T).sum() / 2, "the factor 2 is missing"),
        (
            "x.T @ A @ x + c*x.T @ x",
            lambda x, A, c: x @ A @ x,
            "the term `c * x.T @ x` is missing",
        ),
        ("softmax(x)", np.exp, "`softmax(x)` belongs in the place of `exp(x)`"),
    ],
)
def test_a_function_that_is_another_one_is_named(formula, code, said, session):
    answer = session.check(code, formula)
    assert answer.verdict == "fails"
    assert said in answer.diagnosis


# --- how it is shown ----------------------------------------------------------------


def test_an_answer_shows_what_is_computed_and_what_is_right(session):
    answer = session.check(f, QUADRATIC, gradient=lambda x, A: 2 * A @ x)
    assert without_evidence(str(answer))[:-1] == [
        "function: holds",
        "gradient by x: fails",
        "  your gradient computes `2 * A @ x`",
        "  it holds when A is symmetric; for every A write `(A + A.T) @ x`",
        "  smallest case: n = 2, x = [1, 0], A = [[0, 0], [1, 0]]: right [0, 1], "
        "your code [0, 2]",
        "of x.T @ A @ x",
    ]
    assert repr(answer) == (
        "<CodeAnswer: function holds, gradient by x fails: x.T @ A @ x>"
    )
    page = answer._repr_html_()
    assert '<b class="fails">fails</b>' in page
    assert "2 * A @ x" in page
    assert answer.exit_status == 1
    found = answer.to_json()
    assert found["verdict"] == "fails"
    assert found["results"][1]["text"] == "2 * A @ x"


def test_the_examples_of_the_interface_and_of_the_manual_are_true(session):
    found = doctest.testmod(coding, extraglobs={"check_code": session.check})
    assert (found.attempted, found.failed) == (4, 0)
    page = (ROOT / "docs/code.md").read_text(encoding="utf-8")
    code = re.search(r'title="gradients.py"\n(.*?)^```$', page, re.S | re.M)
    shown = re.search(r"^```text\n(.*?)^```$", page, re.S | re.M)
    assert code and shown
    names = {"check_code": session.check}
    exec(code[1].replace("from verifier import check_code\n", ""), names)
    assert without_evidence(str(names["answer"])) == without_evidence(shown[1])


def test_the_process_that_runs_code_imports_no_jax():
    script = "import sys, verifier.commands.coding; assert 'jax' not in sys.modules"
    surroundings = environment("cpu")
    done = subprocess.run(
        [sys.executable, "-c", script], env=surroundings, timeout=150, check=False
    )
    assert done.returncode == 0


def test_a_worker_that_does_not_answer_in_time_is_not_waited_for():
    with pytest.raises(InputError, match="timeout is a number of seconds"):
        check_code(f, QUADRATIC, timeout=0)
    with pytest.raises(InputError, match=r"no answer of the worker within 0\.01 s"):
        check_code(f, QUADRATIC, timeout=0.01)
    assert verifier.check_code is check_code


def test_code_that_is_wrong_at_larger_sizes_only_is_wrong(codes):
    def large(x, A):
        return (A + A.T) @ x * (2 if len(x) > 6 else 1)

    assert not codes.check(f, QUADRATIC, gradient=large).holds


def test_what_differs_where_zero_is_right_is_no_multiple(codes):
    def gradient(x):
        return (x > 0) + 1e-6 * (np.arange(len(x)) == 0)

    answer = codes.check(
        lambda x: np.maximum(x, 0).sum(), "sum(relu(x))", gradient=gradient
    )
    assert "times what is right" not in answer.diagnosis
    assert "differ: at (1, 1)" in answer.diagnosis
