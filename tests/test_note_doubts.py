"""What fails far from all that is true is no error of a text: it may be misread."""

from __future__ import annotations

import pytest
from notes_made import finding

from verifier.notes.model import Other, Verdict
from verifier.results.model import Result
from verifier.running.weighing import FAR, doubted


def failing(text: str, kind: str = "", suggestion: str = "") -> Verdict:
    """Return a statement that fails, with a diagnosis."""
    diagnosis = {"kind": kind, "text": "", "suggestion": suggestion} if kind else None
    result = Result("a", "denominator", "", text, "fails", diagnosis=diagnosis)
    return Verdict(finding("d(x.T @ x)/dx = 3*x", 7), (result,), "fails")


@pytest.mark.parametrize(
    ("claim", "kind", "right"),
    [
        ("A @ x", "factor", "2*A @ x"),
        ("inv(X) @ dX @ inv(X)", "sign", "-inv(X) @ dX @ inv(X)"),
        ("A", "transposed", "A.T"),
        ("X", "wrong-power", "inv(X)"),
        ("2*A.T @ x + 2*l*x", "other", "A @ x + A.T @ x - 2*l*x"),
        ("2*A @ x", "needs-symmetric", ""),
    ],
)
def test_a_mistake_that_people_make_is_one(claim, kind, right):
    made = failing(claim, kind, right)
    assert doubted(made) is made
    assert made.error


@pytest.mark.parametrize(
    ("claim", "kind", "right"),
    [
        ("dR @ x + R @ dx", "other", "t*norm(x)*dR @ x + t*(x.T @ dx)*R @ x/norm(x)"),
        ("D(f)(U)", "other", "-log(a)*W.T @ diag(exp(-W @ x)) @ W @ f(U)"),
        ("f(A, y) + g(y)", "other", ""),
        ("diagonal(-(A.T @ inv(B) @ inv(B) @ A))", "wrong-power", "A.T @ x + A @ x"),
        ("K + L", "", ""),
    ],
)
def test_what_no_small_change_would_mend_is_left_open(claim, kind, right):
    found = doubted(failing(claim, kind, right))
    assert (found.verdict, found.error) == ("inconclusive", False)
    assert found.finding.inferred[-1].said == FAR


def test_what_holds_in_another_reading_says_that_instead():
    made = failing("K + L")
    assert made.finding.record is not None
    other = Other(made.finding.record, "", "in numerator layout")
    known = Verdict(made.finding, made.results, "fails", other.why, other)
    assert doubted(known) is known


def test_one_claim_near_by_is_enough():
    near, far = failing("A", "transposed", "A.T"), failing("K + L")
    both = Verdict(near.finding, near.results + far.results, "fails")
    assert doubted(both) is both
