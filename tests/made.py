"""Results made by hand, for the tests of everything that prints them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verifier.reading.problem import Place, Problem
from verifier.results.model import Report, Result

RUN = {
    "seed": 7,
    "draws": 64,
    "device": "cpu",
    "dtype": "float64",
    "layouts": ["numerator", "denominator"],
    "versions": {"nabla-verifier": "0.1.0", "jax": "0.10.2", "python": "3.11.7"},
    "seconds": 1.25,
    "started": "2026-01-02T03:04:05+00:00",
    "command": "nabla verify",
    "interrupted": False,
}
STATEMENT = {"kind": "function", "body": "x.T @ A @ x", "wrt": ["x"]}
COLUMN = {
    "claim": "denominator",
    "layout": "denominator",
    "text": "(A + A.T) @ x",
    "shape": "n x 1",
}
"""The same in denominator layout, to be added to a result."""
SAMPLE = {
    "sizes": {"n": 3},
    "draw": 5,
    "autodiff": [[1.0, -2.0, 0.0]],
    "claim": [[1.0, 4.0, 0.0]],
    "difference": [[0.0, 6.0, 0.0]],
    "differ": 1,
    "entries": 3,
}
EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<svg onload=alert(1)>",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "javascript:alert(1)",
    "https://x.example/`onload=alert(1)",
    "&lt;script&gt; &#60;",
    "]]><!--",
    ">\n<",
    "a\x1b[2J\u202eb\x00\ud800",
]
"""Texts that a stranger may write into a record, or into a file of results."""


def result(verdict: str = "holds", **more: Any) -> Result:
    """Return a result on the gradient of a quadratic form."""
    given: dict[str, Any] = {
        "id": "quadratic-form",
        "claim": "numerator",
        "layout": "numerator",
        "text": "x.T @ (A + A.T)",
        "verdict": verdict,
        "evidence": {
            "grade": "float",
            "digits": 15.2,
            "draws": 60,
            "left_out": {"kink": 4, "not finite": 0},
            "sizes": [{"n": 2}, {"n": 3}],
            "R": 0.25,
            "rho": 1e-15,
            "vacuous": False,
            "note": "",
        },
        "file": "identities/quadratic.yaml",
        "line": 7,
        "column": 14,
        "title": "Gradient of a quadratic form",
        "source": "Lippert 2.1, rule iii",
        "subject": "d(x.T @ A @ x)/dx",
        "types": {"x": "vector(n)", "A": "matrix(n, n)"},
    }
    return Result(**{**given, **more})


def failure(**more: Any) -> Result:
    """Return the failure of STYLE's example: `A + A` in the place of `A + A.T`."""
    given: dict[str, Any] = {
        "text": "x.T @ (A + A)",
        "evidence": {"grade": "float", "draws": 60, "R": 4.5e14, "digits": 0.3},
        "diagnosis": {
            "kind": "needs-symmetric",
            "text": "it holds when A is symmetric; for every A write `x.T @ (A + A.T)`",
            "suggestion": "x.T @ (A + A.T)",
        },
        "counterexample": {
            "sizes": {"n": 2},
            "values": {"A": [[0.0, 1.0], [0.0, 0.0]], "x": [[1.0], [0.0]]},
            "autodiff": [[0.0, 1.0]],
            "claim": [[0.0, 2.0]],
            "draw": 3,
            "note": "",
        },
    }
    return result("fails", **{**given, **more})


def problem(**more: Any) -> Problem:
    """Return a problem with everything that a problem can have."""
    given: dict[str, Any] = {
        "place": Place("identities/quadratic.yaml", 9, 14),
        "text": "`@` needs matching inner sizes",
        "hint": "the left side is already a row; drop `@ x.T`",
        "id": "quadratic-form",
        "field": "numerator",
        "detail": ("left is 1 x n, right is 1 x n: n against 1",),
        "excerpt": "  numerator: x.T @ (A + A.T) @ x.T",
        "caret": 30,
    }
    return Problem(**{**given, **more})


def report(*found: Result | Problem, **run: Any) -> Report:
    """Return a report of these results and problems."""
    results = [item for item in found if isinstance(item, Result)]
    problems = [item for item in found if isinstance(item, Problem)]
    return Report({**RUN, **run}, results, problems)


def hostile(evil: str, **more: Any) -> Report:
    """Return a report that says one thing wherever a stranger's text may stand."""
    texts = ("id", "title", "text", "source", "why", "notes", "subject", "file")
    found = failure(
        **dict.fromkeys((*texts, "claim", "shape", "claimed_shape"), evil),
        tags=[evil, evil],
        types={evil: evil, "f": f"vector(n) -> {evil}"},
        statement={
            **{"kind": "function", "body": evil, "wrt": [evil], "let": {evil: evil}},
            **dict.fromkeys(("as", "small", "error", "order"), evil),
        },
        evidence={
            **dict.fromkeys(("grade", "note", "exact", "detail", "R"), evil),
            **{"left_out": {evil: 1}, "sizes": [{evil: evil}]},
        },
        diagnosis={"kind": evil, "text": evil, "suggestion": evil},
        counterexample={
            "sizes": {evil: evil},
            "values": {f"{evil}2": [[evil]]},
            "autodiff": [[evil]],
            "claim": evil,
            "note": evil,
            "exact": {"left": evil, "claim": evil},
        },
        sample={**SAMPLE, "sizes": {evil: 2}, "claim": [[evil, 1.0, 2.0]]},
    )
    wrong = problem(
        **dict.fromkeys(("text", "hint", "id", "field", "excerpt"), evil),
        detail=(evil,),
        caret=3,
    )
    run = {"command": evil, "versions": {evil: evil}, "started": evil}
    return report(replace(found, **more), wrong, **run)
