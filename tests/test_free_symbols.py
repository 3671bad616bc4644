"""Function symbols as free ones: chain rules are the same, and what guesses is not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from stated import statement

from verifier.engine.finding import Finding
from verifier.judging.exact import compared
from verifier.language.sizes import cases

WHERE = {
    "x": "vector(n)",
    "y": "vector(m)",
    "A": "matrix(m, n)",
    "X": "matrix(n, p)",
    "s": "scalar",
    "t": "scalar",
    "f": "vector(n) -> scalar",
    "c": "convex vector(n) -> scalar",
    "q": "positive vector(n) -> scalar",
    "g": "vector(m) -> scalar",
    "h": "vector(n) -> vector(m)",
    "F": "matrix(n, p) -> matrix(m, n)",
    "w": "(vector(n), vector(m)) -> scalar",
    "r": "scalar -> scalar",
    "k": "(scalar, scalar) -> scalar",
    "u": "scalar -> vector(n)",
    "U": "scalar -> matrix(m, n)",
}


def same(**fields: Any) -> bool:
    """Whether the sides of the first claim are found the same; else undecided."""
    used = set(re.findall(r"\w+", str(fields))) | {"x"}
    used |= {name[1:] for name in used if name[0] == "d" and name[1:] in WHERE}
    used -= {"d"}
    where = {name: kind for name, kind in WHERE.items() if name in used}
    made = statement(where=where, **fields).with_shared_terms()
    given = cases(sorted(made.sizes), made.demands, made.whole, 0, made.record.id)
    found = compared(made, made.claims[0], given, 0)
    assert found is not None
    assert found.finding in (Finding.SAME, Finding.UNDECIDED)
    return found.finding is Finding.SAME


def by(wrt: str, function: str, **claim: str) -> dict[str, Any]:
    return {"function": function, "wrt": wrt, **claim}


TRUE = {
    "gradient": by("x", "g(A @ x)", denominator="A.T @ D(g)(A @ x)"),
    "row": by("x", "g(A @ x)", numerator="D(g)(A @ x) @ A"),
    "hessian": by("x", "g(A @ x)", hessian="A.T @ hessian(g)(A @ x) @ A"),
    "jacobian": by("x", "h(2 * x)", numerator="2 * D(h)(2 * x)"),
    "composition": by("x", "g(h(x))", numerator="D(g)(h(x)) @ D(h)(x)"),
    "square": by("x", "h(x).T @ h(x)", numerator="2 * h(x).T @ D(h)(x)"),
    "quotient": by("x", "f(x) / q(x)",
                   numerator="D(f)(x) / q(x) - f(x) / q(x)**2 * D(q)(x)"),
    "logarithm": by("x", "log(q(x))", numerator="D(q)(x) / q(x)"),
    "exponential": by("x", "exp(-f(x))", numerator="-exp(-f(x)) * D(f)(x)"),
    "convex": by("x", "c(x) + f(x)", hessian="hessian(c)(x) + hessian(f)(x)"),
    "two arguments": by(
        "x", "w(x, A @ x)",
        numerator="D(w, 1)(x, A @ x) + D(w, 2)(x, A @ x) @ A",
    ),
    "matrix": by("X", "sum(F(X))",
                 numerator="unvec((ones(1, m * n) @ D(F)(X)).T, n, p).T"),
    "entries": by("x", "sum(r(x))", denominator="D(r)(x)"),
    "entries twice": by("x", "sum(r(3 * x))", hessian="9 * diag(D(D(r))(3 * x))"),
    "two scalars": by("s", "k(s, s * t)",
                      both="D(k, 1)(s, s * t) + t * D(k, 2)(s, s * t)"),
    "curve": by("t", "f(u(t))", both="D(f)(u(t)) @ D(u)(t)"),
    "matrix curve": by("t", "sum(U(t) @ u(t))",
                       numerator="sum(D(U)(t) @ u(t)) + sum(U(t) @ D(u)(t))"),
    "slope": by("t", "D(r)(t) * t", both="D(D(r))(t) * t + D(r)(t)"),
    "of a slope": by("x", "D(f)(x) @ x",
                     numerator="(hessian(f)(x) @ x).T + D(f)(x)"),
    "mixed": {"value": "D(D(k, 1), 2)(s, t)", "both": "D(D(k, 2), 1)(s, t)"},
    "symmetric": {"value": "hessian(f)(x)", "both": "hessian(f)(x).T"},
    "value": {"value": "f(x + x)", "both": "f(2 * x)"},
}  # fmt: skip

UNDECIDED = {
    "gradient doubled": by("x", "g(A @ x)", denominator="2 * A.T @ D(g)(A @ x)"),
    "inner derivative lost": by("x", "h(2 * x)", numerator="D(h)(2 * x)"),
    "outer place": by("x", "g(h(x))", numerator="D(g)(A @ x) @ D(h)(x)"),
    "hessian not transformed": by("x", "r(f(x))",
                                  hessian="D(r)(f(x)) * hessian(f)(x)"),
    "argument lost": by("x", "w(x, A @ x)", numerator="D(w, 1)(x, A @ x)"),
    "sign": by("x", "exp(-f(x))", numerator="exp(-f(x)) * D(f)(x)"),
    "tiny": by("x", "f(x)", numerator="D(f)(x) + 1e-30 * x.T"),
    "first for second": {"value": "D(k, 1)(s, t)", "both": "D(k, 2)(s, t)"},
    "order": {"value": "k(s, t)", "both": "k(t, s)"},
    "linear": {"value": "f(x + x)", "both": "2 * f(x)"},
    "even": {"value": "f(-x)", "both": "f(x)"},
    "another": {"value": "f(x)", "both": "c(x)"},
    "slope of another": {"value": "D(f)(x)", "both": "D(c)(x)"},
    "its own slope": {"value": "r(t)", "both": "D(r)(t)"},
    "entries of a vector": {"value": "sum(r(x))", "both": "r(sum(x))"},
}  # fmt: skip


@pytest.mark.parametrize("fields", TRUE.values(), ids=TRUE)
def test_what_holds_for_every_function_is_proven(fields):
    assert same(**fields)


@pytest.mark.parametrize("fields", UNDECIDED.values(), ids=UNDECIDED)
def test_what_does_not_is_never_found_the_same(fields):
    assert not same(**fields)
