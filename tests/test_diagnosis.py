"""What is said of a claim that fails: the right kind, and a suggestion that holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from patients import FEW, patient, said, value
from stated import record

from verifier.diagnosis import search
from verifier.diagnosis.patient import Patient
from verifier.engine.outcome import FAILS, Outcome, evidence
from verifier.language.expression import parse
from verifier.language.printing import show
from verifier.reading.problem import Text
from verifier.reading.record import Record
from verifier.results.model import DIAGNOSES
from verifier.running.verification import verify_chunk

VECTORS = {"x": "vector(n)", "y": "vector(n)", "A": "matrix(n, n)", "b": "vector(m)"}
VECTORS |= {"B": "matrix(m, n)", "t": "scalar", "p": "positive"}
MATRICES = {"X": "matrix(n, n)", "A": "matrix(n, n)", "C": "matrix(n, n)"}
MATRICES |= {"Y": "matrix(m, n)", "M": "matrix(p, m)", "V": "invertible(n)"}
SYMBOLS = {"x": "vector(n)", "f": "vector(n) -> scalar", "g": "vector(n) -> scalar"}
SYMBOLS |= {"h": "scalar -> scalar", "u": "vector(n) -> vector(n)", "A": "matrix(n, n)"}
SYMBOLS |= {"v": "vector(n) -> vector(n)", "k": "vector(n)", "t": "scalar"}


def of(where: dict[str, str], body: str, wrt: str, field: str, claim: str, **more: Any):
    return {"where": where, "function": body, "wrt": wrt, field: claim, **more}


def vectors(*args: Any, **more: Any):
    return of(VECTORS, args[0], "x", *args[1:], **more)


def matrices(body: str, wrt: str, *args: Any, **more: Any):
    return of(MATRICES, body, wrt, *args, **more)


def symbols(*args: Any, **more: Any):
    return of(SYMBOLS, args[0], "x", *args[1:], **more)


QUADRATIC, RESIDUAL = "x.T @ A @ x", "norm(B @ x - b)**2"
MOVING = {"where": SYMBOLS | {"I": "matrix(n, n)"}, "small": "k"}
MADE: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    # name: kind, suggestion, record
    "layout": ("wrong-layout", "B", vectors("B @ x", "numerator", "B.T")),
    "sign": ("sign", "2 * x", vectors("norm(x)**2", "denominator", "-2 * x")),
    "number": ("factor", "2 * x", vectors("norm(x)**2", "denominator", "x")),
    "size": ("factor", "2 * x / n", vectors("mean(x**2)", "denominator", "2 * x / m")),
    "whole-size": ("factor", "x / n", vectors("mean(x**2)/2", "denominator", "x")),
    "one-factor": (
        "factor",
        "eye(n) / norm(x) - x @ x.T / norm(x)**3",
        vectors("norm(x)", "hessian", "eye(n) / norm(x) - 2 * x @ x.T / norm(x)**3"),
    ),
    "transposed": (
        "transposed",
        "2 * B.T @ (B @ x - b)",
        of(
            {**VECTORS, "B": "matrix(n, n)", "b": "vector(n)"},
            RESIDUAL,
            "x",
            "denominator",
            "2 * B @ (B @ x - b)",
        ),
    ),
    "order": (
        "wrong-order",
        "C @ A",
        matrices("tr(A @ X @ C)", "X", "numerator", "A @ C"),
    ),
    "order-of-chain": (
        "wrong-order",
        "D(v)(u(x)) @ D(u)(x)",
        symbols("v(u(x))", "numerator", "D(u)(x) @ D(v)(u(x))"),
    ),
    "symmetric": (
        "needs-symmetric",
        "(A + A.T) @ x",
        vectors(QUADRATIC, "denominator", "2 * A @ x"),
    ),
    "term": (
        "missing-term",
        "(A + A.T) @ x",
        vectors(QUADRATIC, "denominator", "A @ x"),
    ),
    "term-of-hessian": (
        "missing-term",
        "D(h)(f(x)) * hessian(f)(x) + D(D(h))(f(x)) * D(f)(x).T @ D(f)(x)",
        symbols("h(f(x))", "hessian", "D(h)(f(x)) * hessian(f)(x)"),
    ),
    "term-of-product": (
        "missing-term",
        "f(x) * D(g)(x) + g(x) * D(f)(x)",
        symbols("f(x) * g(x)", "numerator", "f(x) * D(g)(x)"),
    ),
    "two-terms-of-hessian": (
        "missing-term",
        "f(x) * hessian(g)(x) + g(x) * hessian(f)(x) + D(f)(x).T @ D(g)(x)"
        " + D(g)(x).T @ D(f)(x)",
        symbols(
            "f(x) * g(x)", "hessian", "f(x) * hessian(g)(x) + g(x) * hessian(f)(x)"
        ),
    ),
    "inner-derivative": (
        "missing-term",
        "D(f)(A @ x) @ A",
        symbols("f(A @ x)", "numerator", "D(f)(A @ x)"),
    ),
    "wrong-point": (
        "wrong-part",
        "D(v)(u(x)) @ D(u)(x)",
        symbols("v(u(x))", "numerator", "D(v)(x) @ D(u)(x)"),
    ),
    "twice-one-part": (
        "needs-commuting",
        "dX @ X + X @ dX",
        matrices("X @ X", "X", "differential", "2 * X @ dX"),
    ),
    "power": (
        "wrong-power",
        "eye(n) / norm(x) - x @ x.T / norm(x)**3",
        vectors("norm(x)", "hessian", "eye(n) / norm(x) - x @ x.T / norm(x)**2"),
    ),
    "inverse": ("wrong-power", "inv(V)", matrices("logdet(V)", "V", "numerator", "V")),
    "exponent-of-one": (
        "wrong-power",
        "3 * norm(x) * x",
        vectors("norm(x)**3", "denominator", "3 * norm(x)**2 * x"),
    ),
    "long-transpose": (
        "wrong-layout",
        "-inv(V).T @ X.T @ inv(V).T",
        matrices("tr(X @ inv(V))", "V", "denominator", "-inv(V) @ X @ inv(V)"),
    ),
    "row-major": (
        "row-major",
        "kron(eye(n), M)",
        matrices("M @ Y", "Y", "numerator", "kron(M, eye(n))"),
    ),
    "row-major-value": (
        "row-major",
        "kron(C.T, A) @ vec(X)",
        value(
            "vec(A @ X @ C)",
            "kron(A, C.T) @ vec(X)",
            A="matrix(m, n)",
            X="matrix(n, p)",
            C="matrix(p, q)",
        ),
    ),
    "symmetric-form": (
        "symmetric-form",
        "inv(V).T",
        matrices(
            "logdet(V)", "V", "denominator", "2 * inv(V) - diag(diagonal(inv(V)))"
        ),
    ),
    "free-form": (
        "symmetric-form",
        "A.T + A - diag(diagonal(A.T))",
        of(
            {"A": "matrix(n, n)", "S": "symmetric(n)"},
            "tr(A @ S)",
            "S",
            "denominator",
            "A.T",
            entries="independent",
        ),
    ),
    "unit-vector": (
        "needs-other-assumption",
        "x.T / norm(x)",
        vectors("norm(x)", "numerator", "x.T"),
    ),
    "orthogonal": (
        "needs-other-assumption",
        "-inv(V) @ dV @ inv(V)",
        matrices("inv(V)", "V", "differential", "-V.T @ dV @ V.T"),
    ),
    "sign-of-determinant": (
        "needs-other-assumption",
        "",
        value("abs(det(X))", "det(X)", X="invertible(n)"),
    ),
    "equal-sizes": (
        "factor",
        "tr(A) * m",
        value("tr(kron(A, eye(m)))", "tr(A) * n", A="matrix(n, n)", b="vector(m)"),
    ),
    "commuting": (
        "needs-commuting",
        "",
        value("expm(A + B)", "expm(A) @ expm(B)", A="matrix(n, n)", B="matrix(n, n)"),
    ),
    "size-one": (
        "needs-square",
        "",
        value("norm1(x)**2", "norm(x)**2", x="vector(n)"),
    ),
    "shape": (
        "shape",
        "2 * eye(n)",
        vectors("norm(x)**2", "hessian", "2"),
    ),
    "product": (
        "wrong-operation",
        "y * x",
        value("y * x", "y @ x", y="matrix(n, n)", x="matrix(n, n)"),
    ),
    "exponential": (
        "wrong-operation",
        "A @ expm(A)",
        value("expm(A) @ A", "A @ exp(A)", A="matrix(n, n)"),
    ),
    "identity": (
        "missing-identity",
        "B.T @ B + p * eye(n)",
        vectors(
            "norm(B @ x - b)**2 / 2 + p * norm(x)**2 / 2", "hessian", "B.T @ B + p"
        ),
    ),
    "another-name": (
        "wrong-part",
        "A @ y",
        vectors("x.T @ A @ y", "denominator", "A @ x"),
    ),
    "another-function": (
        "wrong-part",
        "t * sinh(p * t)",
        of(VECTORS, "cosh(p * t)", "p", "numerator", "t * cosh(p * t)"),
    ),
    "order-of-eigenvalues": (
        "eigenvalue-order",
        "",
        value("eigenvalues(-S)", "-eigenvalues(S)", S="symmetric(n)"),
    ),
    "no-mistake-recognised": (
        "other",
        "det(V) * inv(V).T",
        matrices("det(V)", "V", "denominator", "V + exp(V)"),
    ),
    "temperature": (
        "factor",
        "softmax(x / p) / p",
        vectors("logsumexp(x / p)", "denominator", "softmax(x / p)"),
    ),
    "cross-entropy": (
        "needs-other-assumption",
        "sum(y) * softmax(x) - y",
        vectors("-y.T @ log(softmax(x))", "denominator", "softmax(x) - y"),
    ),
    "square-of-a-trace": (
        "wrong-power",
        "tr(A @ A)",
        value("tr(A @ A)", "tr(A)**2", A="matrix(n, n)"),
    ),
    "abbreviation": (
        "missing-term",
        "X.T @ r + t * w",
        of(
            {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)", "t": "scalar"},
            "norm(r)**2 / 2 + t * norm(w)**2 / 2",
            "w",
            "denominator",
            "X.T @ r",
            let={"r": "X @ w - y"},
        ),
    ),
    "expansion": (
        "missing-term",
        "f(x) + k.T @ hessian(f)(x) @ k / 2 + D(f)(x) @ k",
        {
            **MOVING,
            "expansion": "f(x + k)",
            "error": "o(k**2)",
            "numerator": "f(x) + k.T @ hessian(f)(x) @ k / 2",
        },
    ),
    "limit": (
        "transposed",
        "D(u)(x) @ k",
        {
            "where": SYMBOLS,
            "limit": "(u(x + t * k) - u(x)) / t",
            "as_": "t -> 0",
            "numerator": "D(u)(x).T @ k",
        },
    ),
}


def made(name: str) -> Record:
    return record(id=name, **MADE[name][2])


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    found = verify_chunk([made(name) for name in MADE], FEW)
    return {name: claims[0] for name, claims in zip(MADE, found, strict=True)}


@pytest.mark.parametrize("name", MADE)
def test_mistake_is_recognised_and_put_right(name, outcomes):
    kind, suggestion, _ = MADE[name]
    outcome = outcomes[name]
    assert outcome.verdict == FAILS
    assert outcome.diagnosis is not None
    assert "fault of ours" not in outcome.diagnosis["text"]
    assert (outcome.diagnosis["kind"], outcome.diagnosis["suggestion"]) == (
        kind,
        suggestion,
    )


def test_every_kind_is_told_apart():
    kinds = {kind for kind, *_ in MADE.values()}
    assert kinds == set(DIAGNOSES)


def test_every_suggestion_holds_as_a_claim_with_other_draws(outcomes):
    said = {
        name: outcome.diagnosis["suggestion"]
        for name, outcome in outcomes.items()
        if outcome.diagnosis and outcome.diagnosis["suggestion"]
    }
    records = []
    for name, new in said.items():
        one = made(name)
        claim = one.claims[0]
        text = Text(new, claim.text.place)
        records.append(replace(one, claims=(replace(claim, text=text),)))
    found = verify_chunk(records, replace(FEW, seed=5))
    assert [o.verdict for (o,) in found] == ["holds"] * len(said)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("layout", r"needs the shape m x n; this is the derivative in denominator"),
        ("size", r"`n` belongs in the place of `m`"),
        ("transposed", r"`B` must be transposed"),
        ("order", r"the factors of `A @ C` are in the wrong order"),
        ("symmetric", r"it holds when A is symmetric; for every A write `\(A"),
        ("term", r"the transpose of `A` is missing beside it"),
        ("inner-derivative", r"the factor `A` of `D\(f\)\(A @ x\)` is missing"),
        ("wrong-point", r"`u\(x\)` belongs in the place of `x`"),
        ("twice-one-part", r"counts one part twice, and the term `dX @ X` is missing"),
        ("row-major", r"right for a vec that stacks rows"),
        ("symmetric-form", r"by the independent entries of a symmetric V"),
        ("unit-vector", r"it holds when x is a unit vector"),
        ("sign-of-determinant", r"it holds when det\(X\) is positive"),
        ("commuting", "it holds when A and B commute"),
        (
            "size-one",
            r"which is the larger one at every draw; it holds only when n = 1",
        ),
        ("identity", r"the factor `eye\(n\)` of `p` is missing"),
        ("order-of-eigenvalues", r"in another order: `eigenvalues` are ascending"),
        ("shape", r"the shape 1 x 1, and it needs the shape n x n; write `2 \* eye"),
        ("expansion", r"the term `D\(f\)\(x\) @ k` is missing"),
    ],
)
def test_one_sentence_names_what_is_wrong(name, words, outcomes):
    assert re.search(words, outcomes[name].diagnosis["text"])


# What must never be shown.


def test_tree_that_looks_right_but_is_not_is_not_right(monkeypatch):
    one = patient(**value("x + y", "x", x="vector(n)", y="vector(n)"))
    assert one.holds(parse("y + x"))
    assert one.glances is not None
    monkeypatch.setattr(one.glances, "match", lambda term: True)
    assert not one.holds(parse("x - y"))
    assert not one.holds(parse("(x + y) * (1 + 1e-9)"))


def test_left_side_of_an_equation_is_no_suggestion():
    one = patient(**value("norm1(Q @ x)", "norm1(x)", Q="orthogonal(n)", x="vector(n)"))
    assert one.whole_truth is None
    assert search.diagnosis_of(one)["suggestion"] == ""


def test_class_where_both_sides_vanish_says_nothing():
    found = search.diagnosis_of(
        patient(**value("2 * (A + A.T)", "norm(A) * (A + A.T)", A="matrix(n, n)"))
    )
    assert "skew" not in found["text"]


def test_fault_of_ours_never_loses_the_verdict(monkeypatch):
    def broken(patient: Patient) -> None:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr(search, "LOOKS", ((1, broken),))
    one = patient(**value("x", "-x", x="vector(n)"))
    failed = Outcome(FAILS, evidence("float"))
    found = search.diagnose(one.experiment, one.claim, failed)
    assert found.verdict == FAILS
    assert found.diagnosis is not None
    assert found.diagnosis["kind"] == "other"
    assert "a fault of ours: ZeroDivisionError: by us" in found.diagnosis["text"]


def test_what_holds_is_not_diagnosed():
    one = patient(**value("x", "x", x="vector(n)"))
    held = Outcome("holds", evidence("float"))
    assert search.diagnose(one.experiment, one.claim, held) is held


def test_draws_where_the_left_side_cancels_do_not_hide_the_truth():
    # At n = 1 the left side is zero up to rounding, and no ratio of it means anything.
    found = search.diagnosis_of(
        patient(**value("x - mean(x)", "(x - mean(x)) / 2", x="vector(n)"))
    )
    assert (found["kind"], found["suggestion"]) == ("factor", "x - mean(x)")


def test_a_term_that_is_doubled_is_put_right_alone():
    one = patient(**value("x + y", "x + 2 * y", x="vector(n)", y="vector(n)"))
    found = search.diagnosis_of(one)
    assert (found["kind"], found["suggestion"]) == ("factor", "x + y")
    assert "the factor of `2 * y` is wrong" in found["text"]


# Suggestions that only repeat the left side.


@pytest.mark.parametrize(
    ("body", "claim", "where", "kind", "words"),
    [
        (
            "tr(A.T @ A)",
            "tr(A @ A)",
            {"A": "matrix(n, n)"},
            "needs-symmetric",
            "it holds when A is symmetric",
        ),
        (
            "det(Q)",
            "1",
            {"Q": "orthogonal(n)"},
            "needs-other-assumption",
            "it holds when det(Q) is positive",
        ),
        (
            "Q",
            "Q.T",
            {"Q": "orthogonal(n)"},
            "transposed",
            "this is the transpose of the left side, which is not symmetric; write `Q`",
        ),
        (
            "A @ A.T",
            "A.T @ A",
            {"A": "matrix(n, n)"},
            "needs-symmetric",
            "it holds when A is symmetric",
        ),
        (
            "cholesky(L @ L.T)",
            "L",
            {"L": "lower(n)"},
            "needs-other-assumption",
            "it holds when the diagonal of L is positive",
        ),
        (
            "cholesky(U.T @ U)",
            "U.T",
            {"U": "upper(n)"},
            "needs-other-assumption",
            "it holds when the diagonal of U is positive",
        ),
        (
            "tril(A @ B)",
            "tril(A) @ B",
            {"A": "matrix(n, n)", "B": "lower(n)"},
            "needs-other-assumption",
            "it holds when A is lower triangular",
        ),
        (
            "norm1(Q @ x)",
            "norm1(x)",
            {"Q": "orthogonal(n)", "x": "vector(n)"},
            "needs-square",
            f"{search.DIFFERS}; it holds only when n = 1, where sums have one term and "
            "products commute",
        ),
        (
            "A @ A",
            "eye(n)",
            {"A": "orthogonal(n)"},
            "needs-square",
            f"{search.DIFFERS}; it holds only when n = 1, where sums have one term and "
            "products commute",
        ),
    ],
)
def test_what_repeats_the_left_side_gives_way_to_what_says_more(
    body, claim, where, kind, words
):
    found = said(body, claim, **where)
    assert (found["kind"], found["text"]) == (kind, words)


def test_left_side_of_an_expansion_is_no_suggestion():
    left = "max(eigenvalues(A + h))"
    fields = {"expansion": left, "small": "h", "error": "o(h)"}
    where = {"A": "symmetric(n)", "h": "symmetric(n)"}
    one = patient(where=where, numerator="max(eigenvalues(A))", **fields)
    found = search.diagnosis_of(one)
    assert (found["text"], found["suggestion"]) == (search.DIFFERS, "")


def test_product_of_the_wrong_kind_is_told_though_nothing_else_is_written():
    found = said("x * y", "x @ y", x="matrix(n, n)", y="matrix(n, n)")
    assert found["text"] == "the product `x @ y` is of the wrong kind; write `x * y`"


def test_suggestion_is_worked_out():
    one = patient(**value("tr(H)", "0", H="matrix(n, n)"))
    for text, new in [
        ("n * 1", "n"),
        ("tr(eye(n) @ H)**2", "tr(H)**2"),
        ("tr(H) * n / n", "tr(H)"),
        ("1**(n - 1 - 1) * tr(H)", "tr(H)"),
        ("exp(n - 1 - 1)", "exp(n - 2)"),
    ]:
        assert show(one.lighter(parse(text))) == new


# Differences that floats hardly see.


@pytest.mark.parametrize(
    ("body", "claim", "where"),
    [
        ("exp(x) + 1e-12 * x", "exp(x)", {"x": "scalar"}),
        ("exp(x) * (1 + 1e-15)", "exp(x)", {"x": "scalar"}),
        ("det(eye(n) + S)", "1 + norm(S)**2 / 2", {"S": "skew(n)"}),
    ],
)
def test_sides_that_look_equal_at_most_draws_are_just_said_to_differ(
    body, claim, where
):
    assert said(body, claim, **where)["text"] == search.DIFFERS


def test_claim_of_zero_is_told_so():
    (outcomes,) = verify_chunk(
        [record(**of({"x": "scalar"}, "x**3", "x", "both", "0"))], FEW
    )
    assert len(outcomes) == 2
    for outcome in outcomes:
        assert outcome.diagnosis is not None
        assert outcome.diagnosis["suggestion"] == "3 * x**2"
        assert (
            "the claim is zero, and the left side is not" in outcome.diagnosis["text"]
        )


def test_what_is_zero_does_not_tell_rows_from_columns():
    x1, inner = "unit(1, 3).T @ x", "maximum(unit(i, 3).T @ x, 2)"
    slope = f"D(g)({inner}).T @ (step(unit(i, 3).T @ x - 2) * unit(i, 3).T)"
    right = f"({slope}).T @ D(f)(g({inner}))"
    where = {"f": "vector(3) -> matrix(3, 3)", "g": "scalar -> vector(3)"}
    where |= {"i": "index(3)", "x": "positive_vector(3)"}
    claimed = record(
        where=where,
        function=f"f(g({inner}))",
        wrt="x",
        denominator=f"(1 + step({x1} - 0.0625) * step(0.5 - {x1})) * ({right})",
    )
    ((found,),) = verify_chunk([claimed], replace(FEW, draws=64))
    assert found.verdict == "fails"
    assert found.diagnosis is not None
    assert found.diagnosis["kind"] != "row-major"


@pytest.mark.parametrize(
    ("kind", "words", "fields"),
    [
        (
            "needs-other-assumption",
            "S is diagonal",
            {
                "where": {"S": "positive_definite(n)"},
                "value": "diagonal(inv(S))",
                "both": "1 / diagonal(S)",
            },
        ),
        (
            "wrong-operation",
            r"`sum\(log\(x\)\)` belongs in the place of",
            {
                "where": {"x": "positive_vector(n)"},
                "value": "log(prod(x))",
                "both": "prod(log(x))",
            },
        ),
        (
            "wrong-part",
            r"`g\(x\)` belongs in the place of `f\(x\)`",
            {
                "where": {
                    "x": "scalar",
                    "f": "scalar -> scalar",
                    "g": "positive scalar -> scalar",
                },
                "function": "f(x) / g(x)",
                "wrt": "x",
                "numerator": "(D(f)(x) * g(x) - f(x) * D(g)(x)) / f(x)**2",
            },
        ),
    ],
)
def test_what_stands_in_the_place_of_what(kind, words, fields):
    ((found, *_),) = verify_chunk([record(**fields)], FEW)
    assert found.diagnosis is not None
    assert found.diagnosis["kind"] == kind
    assert re.search(words, found.diagnosis["text"])
