"""Claims that are wrong where no draw is as it is made, or between two close roots."""

from __future__ import annotations

import pytest
from stated import record, statement

from verifier.engine.experiment import Experiment
from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE
from verifier.engine.settings import Settings
from verifier.judging.jumps import bending, moved
from verifier.running.verification import verify_chunk

PLANE = {"x": "scalar", "y": "scalar"}
LARGE = {"A": "matrix(3, 3)"}
DEFINITE = {"A": "positive_definite(3)"}
POSITIVE = {"x": "positive_vector(3)"}
LONG = {"x": "vector(n)"}
HALF = {"s": "scalar", "r": "scalar", "A": "upper(3)"}
ROOTS = "sqrt(s)*sqrt(-r)"
"""It has a value at a quarter of the draws, where s is positive and r negative."""


def verdict(**fields):
    """Return the verdict on the only claim of a record."""
    ((found,),) = verify_chunk([record(**fields)], Settings(diagnose=False))
    return found.verdict


@pytest.mark.parametrize(
    ("where", "value", "claim", "expected"),
    [
        # Large, and not on a line through one draw.
        (PLANE, "relu(x + y - 20)*relu(1 - x*y)", "0", FAILS),
        (PLANE, "relu(minimum(x - 30, -y - 30))", "0", FAILS),
        (PLANE, "relu(minimum(x - 30, -x - 30))", "0*y", HOLDS),
        (LARGE, "tr(A) + step(tr(A) - 30)*step(-det(A))", "tr(A)", FAILS),
        (LARGE, "relu(sum(A) - 100)*relu(-min(A) - 100)", "0", FAILS),
        (LARGE, "relu(sum(A) - 9*max(A))", "0", HOLDS),
        # Entries, or eigenvalues, that are nearly equal.
        ({"A": "symmetric(4)"}, "relu(min(eigenvalues(A)))", "0", FAILS),
        ({"A": "symmetric(4)"}, "relu(-max(eigenvalues(A)))", "0", FAILS),
        ({"A": "symmetric(4)"}, "relu(4*min(eigenvalues(A)) - tr(A))", "0", HOLDS),
        (DEFINITE, "step(1.2 - max(eigenvalues(A))/min(eigenvalues(A)))", "0", FAILS),
        (DEFINITE, "step(1 - max(eigenvalues(A))/min(eigenvalues(A)))", "0", HOLDS),
        (POSITIVE, "relu(prod(x)**(1/3) - 0.99*mean(x))", "0", FAILS),
        (POSITIVE, "relu(prod(x)**(1/3) - mean(x))", "0", HOLDS),
        ({"u": "unit_vector(4)"}, "relu(0.55 - max(abs(u)))", "0", FAILS),
        ({"u": "unit_vector(4)"}, "relu(0.5 - max(abs(u)))", "0", HOLDS),
        ({"p": "probability_vector(4)"}, "relu(0.3 - max(p))", "0", FAILS),
        # Zeros by form, beside draws that have no value.
        (HALF, f"sum(A) + 0*{ROOTS}",
         f"sum(A)*(1 + 1e-18*(1 - max(step({ROOTS}*A))))", FAILS),
        (HALF, f"sum(A) + 0*{ROOTS}",
         f"sum(A)*(1 + 1e-18*(1 - max(step(-{ROOTS}*A))))", FAILS),
        (HALF, f"sum(A) + 0*{ROOTS}",
         f"sum(A)*(1 + 1e-18*max(step({ROOTS}*A)*step(-A)))", HOLDS),
        # All entries in the domain of a function.
        ({"X": "positive_matrix(2, 3)"}, "sum(acosh(X))",
         "sum(acosh(X)) + step(max(X) - 1)*step(2 - max(X))", FAILS),
    ],
)  # fmt: skip
def test_jumps_are_looked_for_away_from_draws(where, value, claim, expected):
    assert verdict(where=where, value=value, numerator=claim) == expected


@pytest.mark.parametrize(("n", "expected"), [("n >= 3", FAILS), ("n <= 1", HOLDS)])
def test_jumps_are_looked_for_at_every_size(n, expected):
    value = "relu(norm1(x) - 0.99*sqrt(n)*norm(x)) - relu(0.01*norm(x))"
    claim = "-relu(0.01*norm(x))" if expected == FAILS else "0"
    fields = {"value": value, "numerator": claim, "assume": n}
    assert verdict(where=LONG, **fields) == expected


@pytest.mark.parametrize(
    ("value", "claim", "expected"),
    [
        ("abs((x - 2)*(x - 2.05))", "(x - 2)*(x - 2.05)", FAILS),
        ("abs((x - 100)*(x - 101))", "(x - 100)*(x - 101)", FAILS),
        ("abs((x + 1)*(x + 1.02))", "(x + 1)*(x + 1.02)", FAILS),
        ("abs(x**2 - 10*x + 24.9999)", "x**2 - 10*x + 24.9999", FAILS),
        ("abs(x**2 - 10*x + 25)", "x**2 - 10*x + 25", HOLDS),
        ("x + relu(1e-6 - (x - 5)**2)", "x", FAILS),
        ("minimum(sin(x), 0.9999)", "sin(x)", FAILS),
        ("minimum(sin(x), 1.0001)", "sin(x)", HOLDS),
        ("x + step(sin(x) - 0.99999)", "x", FAILS),
        ("x + step(sin(x) - 1.00001)", "x", HOLDS),
    ],
)
def test_the_room_between_two_roots_is_found(value, claim, expected):
    fields = {"where": {"x": "scalar"}, "value": value, "numerator": claim}
    assert verdict(**fields) == expected


IDEMPOTENT = {"A": "idempotent(n)", "t": "scalar"}
ALL_SMALL = "step(max(A) - 0.0625)*step(0.5 - max(A))"


@pytest.mark.parametrize(
    ("where", "value", "factor", "expected"),
    [
        # One in a hundred, and beside a name that has no value where it is large.
        (IDEMPOTENT, "abs(A)*arcsin(t)", f"1 + 1e-30*{ALL_SMALL}", FAILS),
        (IDEMPOTENT, "abs(A)*sqrt(1 - t**2)", f"1 - 1e-18*{ALL_SMALL}", FAILS),
        (IDEMPOTENT, "exp(A)*arcsin(t)", "1 + 1e-30*relu(0.5 - max(A))*max(A)", FAILS),
        (IDEMPOTENT, "exp(A)*arcsin(t)", f"1 + 1e-30*{ALL_SMALL}", FAILS),
        (IDEMPOTENT, "abs(A)*arcsin(t)", "1 + 1e-30*step(0 - max(A))", HOLDS),
        (IDEMPOTENT, "abs(A)*arcsin(t)", "1 + 1e-30*step(max(A) - 0.5)*0", HOLDS),
    ],
)
def test_a_side_that_no_draw_is_on_is_reached_entry_by_entry(
    where, value, factor, expected
):
    assert (
        verdict(where=where, value=value, numerator=f"({factor})*({value})") == expected
    )


THIN = {"A": "symmetric(2)", "t": "scalar"}
"""Where `arcsin(3 * A @ ones(2, 1))` has a value, entries are small, or opposite."""


@pytest.mark.parametrize(
    ("where", "value", "bump", "expected"),
    [
        (
            THIN,
            "sum(arcsin(3*A @ ones(2, 1)))*t",
            "step(max(A) - 1)*step(2 - max(A))",
            FAILS,
        ),
        (
            {"A": "matrix(2, 2)", "t": "scalar"},
            "t*arcsin(A @ ones(2, 1) + A.T @ ones(2, 1))",
            "step(tr(A) - 3)*step(6 - tr(A))",
            FAILS,
        ),
        (
            {"a": "scalar", "b": "scalar", "t": "scalar"},
            "sqrt(0.01 - (a - b)**2)*t",
            "step(a - 4)*step(7 - b)",
            FAILS,
        ),
        (
            {"x": "vector(3)", "t": "scalar"},
            "log(1 - sum(x)**2)*t",
            "step(max(x) - 9)",
            FAILS,
        ),
        # What no value of the claim is on says nothing, and holds.
        (THIN, "sum(arcsin(3*A @ ones(2, 1)))*t", "step(sum(A) - 1)", HOLDS),
    ],
)
def test_a_side_that_is_reached_along_a_thin_layer_counts(where, value, bump, expected):
    claim = f"(1 + {bump})*({value})"
    assert verdict(where=where, value=value, numerator=claim) == expected


@pytest.mark.parametrize(
    ("value", "factor", "expected"),
    [
        ("pinv(sign(exp(A)))", "1 + 1e-16*step(max(A) - 1)*step(2 - max(A))", {FAILS}),
        ("pinv(step(exp(A)))", "1 + 1e-20", {FAILS}),
        ("pinv(sign(exp(A)))", "1", {HOLDS}),
        # Balls see no rank of what is no exact number, and do not take it for full.
        ("pinv(exp(0*A))", "1 + 1e-16*step(max(A) - 1)", {FAILS, INCONCLUSIVE}),
        ("pinv(ones(n, 1) @ exp(ones(1, n) @ A))", "1 + 1e-16",
         {FAILS, INCONCLUSIVE}),
    ],
)  # fmt: skip
def test_what_balls_see_beside_a_rank_that_is_not_known_is_no_evidence(
    value, factor, expected
):
    where = {"A": "idempotent(n)"}
    found = verdict(where=where, value=value, numerator=f"({factor})*{value}")
    assert found in expected


def test_names_that_no_jump_depends_on_stay_as_drawn():
    stated = statement(
        where={"A": "matrix(n, n)", "t": "scalar"},
        value="tr(A)*t",
        numerator="tr(A)*t*(1 + 1e-30*step(max(A) - 3))",
    )
    _, bent = bending(Experiment(stated, Settings(draws=8)), stated.claims[0])
    assert moved(stated, bent) == {"A"}


AT_ONE_SIZE = "step(m - 3.5)*step(4.5 - m)*step(n - 2.5)*step(3.5 - n)"


@pytest.mark.parametrize("kind", ["", "convex ", "positive "])
@pytest.mark.parametrize(
    ("value", "slope"),
    [
        ("arcsin(f(x))", "1 / sqrt(1 - f(x)**2)"),
        ("sqrt(f(x))", "1 / (2 * sqrt(f(x)))"),
        ("sqrt(-f(x))", "-1 / (2 * sqrt(-f(x)))"),
        ("f(x) * log(sqrt(f(x)) + sqrt(f(x)))", "(log(2 * sqrt(f(x))) + 1 / 2)"),
    ],
)
def test_a_function_symbol_of_many_entries_is_drawn_where_there_is_a_value(
    kind, value, slope
):
    if (kind, value) == ("positive ", "sqrt(-f(x))"):
        pytest.skip("it has no value at all")
    kind = "" if kind == "convex " and "-f" in value else kind
    shape = "vector(n) -> matrix(n, m)" if kind != "convex " else "vector(n) -> scalar"
    where = {"f": kind + shape, "x": "vector(n)"}
    right = f"diag(vec({slope})) @ D(f)(x)"
    fields = {"function": value, "wrt": "x", "where": where}
    assert verdict(**fields, numerator=right) == HOLDS
    if kind != "convex ":
        wrong = f"{right} + {AT_ONE_SIZE} * ones(m * n, n)"
        assert verdict(**fields, numerator=wrong) == FAILS
