"""Names of a claim that the left side does not have, and functions by other names."""

from __future__ import annotations

import pytest
from patients import patient, value

from verifier.deriving.algebra import spots
from verifier.diagnosis import search
from verifier.language.expression import parse
from verifier.language.primitives import PRIMITIVES
from verifier.language.synonyms import _FUNCTIONS, function_meant, name_meant
from verifier.language.tree import Call


def told(body: str, claim: str, **where: str) -> dict[str, str]:
    return search.diagnosis_of(patient(**value(body, claim, **where)))


@pytest.mark.parametrize(
    ("body", "claim", "where", "kind", "words"),
    [
        (
            "x * (1 - softmax(x))",
            "x - p * x",
            {"x": "vector(n)", "p": "vector(n)"},
            "wrong-part",
            "did you mean `p = softmax(x)`? with that it holds",
        ),
        (
            "x * (1 - softmax(x))",
            "x + p * x",
            {"x": "vector(n)", "p": "vector(n)"},
            "sign",
            "did you mean `p = softmax(x)`? with that the sign of",
        ),
        (
            "norm(A @ x - b)**2",
            "r.T @ r",
            {"A": "matrix(m, n)", "x": "vector(n)", "b": "vector(m)", "r": "vector(m)"},
            "wrong-part",
            "did you mean `r = A @ x - b`? with that it holds",
        ),
    ],
)
def test_strange_name_is_short_for_a_part_of_the_left_side(
    body, claim, where, kind, words
):
    found = told(body, claim, **where)
    assert found["kind"] == kind
    assert found["text"].startswith(words)


def test_name_that_helps_nowhere_is_not_asked_about():
    found = told("x * softmax(x)", "p + x", x="vector(n)", p="vector(n)")
    assert "did you mean" not in found["text"]


def test_name_for_the_whole_left_side_says_nothing():
    found = told("tr(A @ B)", "t", A="matrix(n, n)", B="matrix(n, n)", t="scalar")
    assert "did you mean" not in found["text"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("transpose", "A.T"),
        ("Tr", "tr(A)"),
        ("trace", "tr(A)"),
        ("log_det", "logdet(A)"),
        ("matrix_power", "matpow(A, k)"),
        ("ln", "log(x)"),
        ("dot", "x.T @ y"),
        ("outer", "x @ y.T"),
        ("Hadamard", "A * B"),
        ("identity", "eye(n)"),
    ],
)
def test_function_of_another_language_is_offered_by_its_name_here(name, text):
    assert function_meant(name) == text


def test_everything_that_is_offered_can_be_read():
    for names in _FUNCTIONS:
        for name in names.split():
            if meant := function_meant(name):
                tree = parse(meant)
                called = {p.name for p, _ in spots(tree) if isinstance(p, Call)}
                assert called <= PRIMITIVES.keys(), name


def test_no_other_function_is_offered_for_one_that_is_not_there():
    assert function_meant("arctan") in ("", "arctan(x)")


def test_slip_of_the_pen_is_no_synonym():
    assert function_meant("sofmax") is None


def test_identity_matrix_has_a_name_here():
    assert (name_meant("I"), name_meant("x")) == ("eye(n)", "")
