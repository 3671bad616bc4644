"""A wrong word about a sign: what is suggested in its place holds at all draws."""

from __future__ import annotations

from typing import Any

import pytest
from patients import FEW
from stated import record

from verifier.diagnosis import search
from verifier.running.verification import verify_chunk

H = {"h": "vector(n)"}
SCALARS = {"a": "scalar", "h": "scalar", "x": "scalar"}
REMAINDER = "f(x + h) - f(x) - D(f)(x) * h"


def of(where: dict[str, str], body: str, word: str) -> dict[str, Any]:
    return {"where": where, "sign": body, "small": "h", "both": word}


def said(where: dict[str, str], body: str, word: str) -> dict[str, str]:
    (outcomes,) = verify_chunk([record(**of(where, body, word))], FEW)
    assert outcomes[0].verdict == "fails"
    assert outcomes[0].diagnosis is not None
    return dict(outcomes[0].diagnosis)


@pytest.mark.parametrize(
    ("where", "body", "condition"),
    [
        ({**H, "A": "symmetric(n)"}, "h.T @ A @ h", "A is positive definite"),
        ({**H, "A": "matrix(n, n)"}, "h.T @ A @ h", "A is positive definite"),
        (
            {**H, "A": "positive_definite(n)", "B": "symmetric(n)"},
            "h.T @ (A + B) @ h",
            "B is positive definite",
        ),
        (SCALARS, "a * h**2", "a is positive"),
    ],
)
def test_word_that_depends_on_the_inputs_gets_a_condition(where, body, condition):
    found = said(where, body, "positive")
    assert found["suggestion"] == ""
    assert found["kind"] == "needs-other-assumption"
    assert found["text"].endswith(f"; it holds when {condition}")


@pytest.mark.parametrize(
    ("where", "body"),
    [
        ({**SCALARS, "f": "scalar -> scalar"}, REMAINDER),
        (SCALARS, "(20 - a) * a * h**2"),
    ],
)
def test_nothing_is_suggested_where_no_word_holds(where, body):
    found = said(where, body, "positive")
    assert (found["kind"], found["suggestion"]) == ("other", "")
    assert "it is negative here, and elsewhere it is positive" in found["text"]


def test_word_that_holds_only_near_what_is_drawn_is_not_suggested():
    where = {"a": "positive", "h": "scalar"}
    assert said(where, "(20 - a) * h**2", "negative")["suggestion"] == ""


@pytest.mark.parametrize(
    ("where", "body", "word", "right", "kind"),
    [
        (
            {**H, "A": "positive_definite(n)"},
            "h.T @ A @ h",
            "negative",
            "positive",
            "sign",
        ),
        (
            {**H, "A": "positive_definite(n)"},
            "-h.T @ A @ h",
            "positive",
            "negative",
            "sign",
        ),
        (SCALARS, "h * (1 + x**2)", "positive", "indefinite", "other"),
        (
            {**SCALARS, "f": "convex scalar -> scalar"},
            REMAINDER,
            "negative",
            "positive",
            "sign",
        ),
    ],
)
def test_word_that_holds_is_suggested_and_verified(where, body, word, right, kind):
    found = said(where, body, word)
    assert (found["kind"], found["suggestion"]) == (kind, right)
    (outcomes,) = verify_chunk([record(**of(where, body, right))], FEW)
    assert outcomes[0].verdict == "holds"


def test_fault_of_ours_never_loses_the_verdict_on_a_sign(monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by us")

    monkeypatch.setattr(search, "other_word", broken)
    found = said(SCALARS, "a * h**2", "positive")
    assert "a fault of ours: ZeroDivisionError: by us" in found["text"]
