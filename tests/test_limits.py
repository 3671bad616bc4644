"""Limits: right ones hold, wrong ones fail, none is guessed."""

from __future__ import annotations

import pytest
from moved import (
    DIFFERENT,
    PLANE,
    POSITIVE,
    REAL,
    SAME,
    SCALARS,
    UNDECIDED,
    U,
    V,
    found,
    outcome,
    says,
)
from stated import only_problem, record, statement

from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE
from verifier.engine.settings import Settings
from verifier.running.verification import verify_chunk

DRAWS = 256


def limit(body, claim, towards="h -> 0", **where):
    return says(where={**SCALARS, **where}, limit=body, as_=towards, numerator=claim)


@pytest.mark.parametrize(
    ("body", "right", "wrong"),
    [
        ("(f(x + h) - f(x))/h", "D(f)(x)", "2 * D(f)(x)"),
        ("(f(x + h) - f(x))/h", "D(f)(x)", "D(f)(x) + 1e-9"),
        ("(f(x + h) - f(x - h))/(2*h)", "D(f)(x)", "-D(f)(x)"),
        ("(f(x + h) - 2*f(x) + f(x - h))/h**2", "D(D(f))(x)", "D(D(f))(x)/2"),
        ("sin(h)/h", "1", "0"),
        ("(1 - cos(h))/h**2", "1/2", "1"),
        ("(exp(h) - 1)/h", "1", "1 + 1e-12"),
        ("(1 + h)**(1/h)", "exp(1)", "exp(1) + 1e-9"),
        ("x + h", "x", "x + 1e-9"),
        ("h", "0", "1e-9"),
    ],
)
def test_limit_at_zero(body, right, wrong):
    assert limit(body, right) is SAME
    assert limit(body, wrong) is DIFFERENT


@pytest.mark.parametrize(
    ("body", "towards", "right", "wrong"),
    [
        ("(h**2 - 1)/(h - 1)", "h -> 1", "2", "1"),
        ("(f(h) - f(x))/(h - x)", "h -> x", "D(f)(x)", "D(f)(x)/2"),
        ("sin(pi * h)/(h + 2)", "h -> -2", "pi", "-pi"),
        ("log(h)/(h - 1)", "h -> 1.0", "1", "-1"),
    ],
)
def test_limit_at_a_point(body, towards, right, wrong):
    assert limit(body, right, towards) is SAME
    assert limit(body, wrong, towards) is DIFFERENT


def test_limit_from_one_side_is_for_positive_names_only():
    assert limit("abs(h)/h", "1", "h -> 0", h="positive") is SAME
    assert limit("abs(h)/h", "-1", "h -> 0", h="positive") is DIFFERENT
    assert limit("sqrt(h)/sqrt(h)", "1", "h -> 0", h="positive") is SAME


def test_limit_whose_sides_differ_does_not_hold():
    for claim in ("1", "-1", "0"):
        assert limit("abs(h)/h", claim) is DIFFERENT
    assert limit("step(h)", "1") is DIFFERENT


def test_what_does_not_converge_does_not_hold():
    for body in ("1/h", "log(h)", "sin(1/h)", "1/h**2"):
        assert limit(body, "0", h="positive") is DIFFERENT
        assert limit(body, "1", h="positive") is DIFFERENT


@pytest.mark.parametrize(
    ("body", "right", "wrong"),
    [
        ("(1 + 1/n)**n", "exp(1)", "exp(1) + 1e-9"),
        ("(1 + x/n)**n", "exp(x)", "1 + x"),
        ("(2*n + 1)/(n - x)", "2", "1"),
        ("1/n", "0", "1e-6"),
        ("c**(1/n)", "1", "c"),
    ],
)
def test_limit_at_infinity(body, right, wrong):
    assert limit(body, right, "n -> inf") is SAME
    assert limit(body, wrong, "n -> inf") is DIFFERENT


def test_limit_at_minus_infinity():
    for body, right, wrong in (("n/abs(n)", "-1", "1"), ("exp(n)", "0", "1")):
        assert limit(body, right, "n -> -inf") is SAME
        assert limit(body, wrong, "n -> -inf") is DIFFERENT


def test_sequence_that_alternates_has_no_limit():
    for claim in ("1", "-1", "0"):
        assert limit("(-1)**n", claim, "n -> inf") is DIFFERENT
    assert limit("(-1)**n / n", "0", "n -> inf") is SAME


def test_taylor_series_converges_inside_its_radius():
    assert limit("taylor(exp, 0, n)(x)", "exp(x)", "n -> inf") is SAME
    assert limit("taylor(sin, 0, n)(x)", "cos(x)", "n -> inf") is DIFFERENT
    point = "1 + tanh(x)/2"
    assert limit(f"taylor(log, 1, n)({point})", f"log({point})", "n -> inf") is SAME
    assert limit("taylor(log, 1, n)(3 + c)", "log(3 + c)", "n -> inf") is DIFFERENT


def test_limit_of_a_vector_is_looked_at_in_every_entry():
    where = {"x": "vector(n)", "h": "scalar", "g": "vector(n) -> vector(m)"}
    body = "(g(x + h * unit(1, n)) - g(x))/h"
    column = "D(g)(x) @ unit(1, n)"
    fields = {"where": where, "limit": body, "as_": "h -> 0"}
    assert says(**fields, numerator=column) is SAME
    assert says(**fields, numerator=f"{column} + 1e-9 * unit(m, m)") is DIFFERENT


@pytest.mark.parametrize(
    ("body", "towards", "where"),
    [
        ("exp(n)", "n -> inf", {}),
        ("2**n", "n -> inf", {}),
        ("cosh(x)", "x -> inf", REAL),
        ("exp(1/h)", "h -> 0", POSITIVE),
        ("exp(-1/h)", "h -> 0", {}),
        ("exp(h**(-2))", "h -> 0", {}),
        ("1/h", "h -> 0", POSITIVE),
        ("log(h)", "h -> 0", POSITIVE),
        ("n", "n -> inf", {}),
        ("log(n)", "n -> inf", {}),
    ],
)
def test_what_grows_without_bound_has_no_limit(body, towards, where):
    for claim in ("0", "5"):
        assert limit(body, claim, towards, **where) is DIFFERENT, claim


@pytest.mark.parametrize(
    ("body", "claim", "towards", "where"),
    [
        ("sin(pi * x)", "0", "x -> inf", REAL),
        ("sin(x)", "0", "x -> inf", REAL),
        ("(-1)**(n*(n - 1)/2)", "1", "n -> inf", {}),
        ("cos(2*pi*n/3)", "1", "n -> inf", {}),
        ("cos(2*pi*n/11)", "1", "n -> inf", {}),
        ("(1 + (-1)**n) * n", "0", "n -> inf", {}),
        ("sin(1/h)", "0", "h -> 0", {}),
        ("sin(log(h))", "0", "h -> 0", POSITIVE),
        ("abs(x - 1)/(x - 1)", "1", "x -> 1", {"x": "positive"}),
        (f"{U}**2 * {V}/({U}**4 + {V}**2)", "0", "h -> 0", PLANE),
        (f"{U} * {V}/({U}**2 + {V}**2)", "0", "h -> 0", PLANE),
    ],
)
def test_limit_is_one_along_every_way(body, claim, towards, where):
    findings = {one.finding for one in found(
        where={**SCALARS, **where}, limit=body, as_=towards, numerator=claim
    )}  # fmt: skip
    assert DIFFERENT in findings, findings


@pytest.mark.parametrize(
    ("body", "claim", "towards", "where"),
    [
        ("6.6e-34 * sin(h)/h", "1.3e-33", "h -> 0", {}),
        ("sin(h)/h", "1 + 1e-40", "h -> 0", {}),
        ("sin(h)/h", "1.0000000000001", "h -> 0", {}),
        ("1 + 1/n", "1 + 1e-25", "n -> inf", {}),
        ("sqrt(h) + 1e-30", "0", "h -> 0", POSITIVE),
        ("h/(h + 1e-30)", "1", "h -> 0", POSITIVE),
        ("1/log(h)", "1", "h -> 0", POSITIVE),
    ],
)
def test_difference_however_small_is_one(body, claim, towards, where):
    assert limit(body, claim, towards, **where) is DIFFERENT


@pytest.mark.parametrize(
    ("body", "claim", "towards", "where"),
    [
        ("h**2 * log(h)", "0", "h -> 0", POSITIVE),
        ("h * log(h)", "0", "h -> 0", POSITIVE),
        ("h**h", "1", "h -> 0", POSITIVE),
        ("sqrt(h)", "0", "h -> 0", POSITIVE),
        ("h**0.1", "0", "h -> 0", POSITIVE),
        ("h/(h + 1e-30)", "0", "h -> 0", POSITIVE),
        ("h**2 * sin(1/h)", "0", "h -> 0", {}),
        ("h * sin(1/h)", "0", "h -> 0", {}),
        ("sin(1e9 * h)/h", "1e9", "h -> 0", {}),
        ("tanh(1e15 * h)", "0", "h -> 0", {}),
        ("log(n)/n**2", "0", "n -> inf", {}),
        ("sin(n)/n**2", "0", "n -> inf", {}),
        ("log(n)/n", "0", "n -> inf", {}),
        ("n**(1/n)", "1", "n -> inf", {}),
        ("n**2 * exp(-n)", "0", "n -> inf", {}),
        ("sqrt(n + 1) - sqrt(n)", "0", "n -> inf", {}),
        ("sin(x)/x", "0", "x -> inf", REAL),
        ("exp(x) - taylor(exp, 0, n)(x)", "0", "n -> inf", REAL),
        ("matpow(A/(2*norm(A)), n)", "zeros(d, d)", "n -> inf", {"A": "matrix(d, d)"}),
        (f"{U}**3/({U}**2 + {V}**2)", "0", "h -> 0", PLANE),
    ],
)
def test_limit_that_is_not_reached_like_a_power_series(body, claim, towards, where):
    assert limit(body, claim, towards, **where) is SAME


def test_limit_that_is_reached_slowly_is_seen():
    assert limit("1/log(h)", "0", h="positive") is SAME
    assert limit("1/log(h)", "1e-9", h="positive") is DIFFERENT


@pytest.mark.parametrize(
    "body",
    [
        "log(x)**(-1/10)",
        "1/sqrt(log(log(x)))",
        "1/log(log(log(x)))",
        "1 - 1/sqrt(log(x)) - 1",
        "sin(x) * log(x)**(-1/10)",
    ],
)
def test_limit_that_is_reached_as_slowly_as_by_logarithms_is_seen(body):
    assert limit(body, "0", "x -> inf", **REAL) is SAME
    assert limit(f"{body} + 10", "0", "x -> inf", **REAL) is DIFFERENT


@pytest.mark.parametrize(("p", "q"), [(2, 3), (3, 2), (1, 4), (4, 1)])
def test_limit_along_rays_alone_is_none(p, q):
    body = f"{U}**{q} * {V}**{p} / ({U}**(2*{q}) + {V}**(2*{p}))"
    assert limit(body, "0", "h -> 0", **PLANE) is DIFFERENT


@pytest.mark.parametrize(
    ("body", "towards", "right", "wrong"),
    [
        ("sin(h)/(h - pi)", "h -> pi", "-1", "1"),
        ("sin(h)/(h - 2*pi)", "h -> 2*pi", "1", "-1"),
        ("(h**2 - 1/4)/(h - 1/2)", "h -> 1/2", "1", "1/2"),
        ("(h**2 - 2.25)/(h + 1.5)", "h -> -1.5", "-3", "3"),
        ("(log(h) - 1)/(h - exp(1))", "h -> exp(1)", "exp(-1)", "1"),
        ("exp(h) * h", "h -> -inf", "0", "1"),
    ],
)
def test_limit_goes_to_any_constant(body, towards, right, wrong):
    assert limit(body, right, towards) is SAME
    assert limit(body, wrong, towards) is DIFFERENT


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("q", "`h -> q`: 'q' is not a declared value"),
        ("2*q", "'q' is not declared"),
        ("1 +", "syntax: the expression ends after `+`"),
        ("ones(2, 2)", "`h` and ones(2, 2) have different shapes"),
    ],
)
def test_target_that_is_no_constant_is_a_problem(target, text):
    fields = {"where": {"h": "scalar"}, "limit": "h", "numerator": "0"}
    found = only_problem(**fields, as_=f"h -> {target}")
    assert found.text == text


def test_reason_says_how_the_difference_behaves():
    def reason(body, claim):
        (said,) = {
            one.reason
            for one in found(where=SCALARS, limit=body, as_="n -> inf", numerator=claim)
        }
        return said

    assert reason("n", "5") == "the difference from the limit grows without bound"
    assert reason("1/n", "1/4") == "the difference from the limit stays 0.250"


def test_mismatch_in_denominator_layout_names_the_layout():
    where = {"f": "convex vector(7) -> scalar", "x": "vector(7)", "h": "vector(7)"}
    body = "f(x + h) - f(x) - D(f)(x) @ h"
    problem = only_problem(where=where, sign=body, small="h", both="positive")
    assert problem.hint.endswith("; in denominator layout D(f)(x) is a column")
    stated = statement(where=where, sign=body, small="h", numerator="positive")
    assert stated.claims[0].word == "positive"


@pytest.mark.parametrize(
    ("body", "right", "wrong"),
    [
        ("log(x)**50 / x**(1/10)", "0", "1"),
        ("exp(1000)/(x + exp(1000))", "0", "1"),
        ("1 / x - x / (10**400 + x)", "-1", "0"),
    ],
)
def test_what_is_seen_far_beyond_ordinary_steps_counts(body, right, wrong):
    assert limit(body, right, "x -> inf") is SAME
    assert limit(body, wrong, "x -> inf") is DIFFERENT


@pytest.mark.parametrize(
    ("body", "claim"),
    [
        ("expm(-t * A)", "zeros(n, n)"),
        ("log(tr(expm(t * A))) / t", "max(eigenvalues(A))"),
        ("norm(expm(-t * A) @ y)", "0"),
    ],
)
def test_limit_of_a_matrix_exponential_takes_no_minutes(body, claim):
    where = {"t": "positive", "A": "positive_definite(n)", "y": "vector(n)"}
    assert limit(body, claim, "t -> inf", **where) is SAME


def test_limit_of_a_matrix_power_is_seen():
    where = {"n": "integer", "A": "matrix(m, m)", "B": "matrix(m, m)"}
    body = "matpow(expm(A/n) @ expm(B/n), n)"
    assert limit(body, "expm(A + B)", "n -> inf", **where) is SAME
    assert (
        limit("matpow(eye(m) + A/n, n)", "2*expm(A)", "n -> inf", **where) is DIFFERENT
    )


@pytest.mark.parametrize(
    ("body", "towards"),
    [("f(x)/x**2", "x -> inf"), ("h**2 * f(1/h)", "h -> 0"), ("1/f(h)", "h -> -inf")],
)
def test_function_symbol_may_do_anything_far_away(body, towards):
    assert limit(body, "0", towards) is UNDECIDED


def test_function_symbol_at_points_that_stay_is_known_far_away():
    body = "n * (f(x + 1/n) - f(x))"
    assert limit(body, "D(f)(x)", "n -> inf", n="integer") is SAME


def test_limit_that_differs_by_a_hair_is_another_one():
    assert limit("sin(h)/h", "1 + 1/10**70") is DIFFERENT
    assert limit("sin(h)/h", "1 + 1/10**70 - 1/10**70") is SAME


PAIR = {
    "where": {"x": "vector(2)", "f": "scalar -> scalar"},
    "let": {"u": "unit(1, 2).T @ x", "v": "unit(2, 2).T @ x"},
    "as_": "x -> 0",
}


@pytest.mark.parametrize(
    ("body", "claim"),
    [
        ("(u**3 + v**3)/(u - v)", "0"),
        ("u * v / (u + v)", "0"),
        ("u**5/(u - v**2)", "0"),
    ],
)
def test_limit_that_fails_along_the_zeros_of_a_divisor_is_none(body, claim):
    assert outcome(limit=body, both=claim, **PAIR).verdict == FAILS


@pytest.mark.parametrize(
    ("body", "claim"),
    [
        ("(u**3 + v**3)/(u + v)", "0"),
        ("(f(u) - f(v))/(u - v)", "D(f)(0)"),
        ("sin(u**2 - v**2)/(u**2 - v**2)", "1"),
    ],
)
def test_limit_that_holds_along_the_zeros_of_a_divisor_too_holds(body, claim):
    assert outcome(limit=body, both=claim, **PAIR).verdict == HOLDS


def test_what_is_taken_for_zero_grows_with_the_values_beside_it():
    # Entries of exp(X @ X) may be 2**1700, and those of the inverse 2**-1700.
    A, dA = "exp(X @ X)", "(exp(X @ X) * (v @ X + X @ v))"
    claim = f"-pinv({A}) @ {dA} @ pinv({A}) + (eye(2) - pinv({A}) @ {A}) @ {dA}"
    where = {"X": "matrix(2, 2)", "v": "matrix(2, 2)", "h": "scalar"}
    body = f"(pinv(exp((X + h * v) @ (X + h * v))) - pinv({A})) / h"
    to = {"as": "h -> 0"}
    found = outcome(DRAWS, where=where, limit=body, numerator=claim, **to)
    assert found.verdict != FAILS


def test_a_type_that_may_be_missing_is_named():
    fields = {"limit": "sqrt(h)", "as": "h -> 0", "numerator": "0"}
    found = outcome(DRAWS, where={"h": "scalar"}, **fields)
    assert found.verdict == INCONCLUSIVE
    assert found.evidence["note"].endswith("`h: positive` may be missing")
    assert outcome(DRAWS, where={"h": "positive"}, **fields).verdict == HOLDS


@pytest.mark.parametrize(
    ("claim", "verdict"), [("vech(B)", HOLDS), ("2*vech(B)", FAILS), ("vec(B)", FAILS)]
)
def test_places_of_a_triangle_are_plain_numbers(claim, verdict):
    """Which entries `vech` takes is computed by numbers that do not move."""
    where = {"A": "symmetric(3)", "B": "symmetric(3)", "t": "scalar"}
    limit = "(vech(A + t*B) - vech(A))/t"
    made = record(where=where, limit=limit, as_="t -> 0", numerator=claim)
    ((found,),) = verify_chunk([made], Settings(draws=24, diagnose=False))
    assert found.verdict == verdict


@pytest.mark.parametrize("seed", range(4))
def test_a_factor_is_looked_at_where_the_limit_is_not_zero(seed):
    # At each pair of an index and a size there are few draws, which may all be zero.
    where = {"X": "matrix(1, n)", "x": "vector(n)", "i": "index(n)"}
    chosen = "relu(unit(i, n).T @ x * x)"
    right = f"step(t - X) * (v * ones(1, n)) @ {chosen}"
    factor = "1 + step(i - 1.5) * step(2.5 - i) * step(n - 2.5) * step(3.5 - n)"
    fields = {
        "id": "generated-20261201-29679",
        "where": {**where, **dict.fromkeys("tvh", "scalar")},
        "limit": f"(maximum(X, t + h*v) @ {chosen} - maximum(X, t) @ {chosen}) / h",
        "as_": "h -> 0",
        "numerator": f"({factor}) * ({right})",
    }
    settings = Settings(seed=seed, diagnose=False)
    ((found, *_),) = verify_chunk([record(**fields)], settings)
    assert found.verdict == FAILS


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("claim", "expected"), [("tril(v)", HOLDS), ("2 * tril(v)", FAILS), ("v", FAILS)]
)
@pytest.mark.parametrize("bend", ["minimum", "maximum"])
def test_a_function_that_is_zero_on_a_bend_says_nothing(bend, claim, expected, seed):
    # Where f is 0, `minimum(f(t), A + h * v)` bends at each zero of a diagonal A.
    body = f"{bend}(f(t), tril(A + h * v))"
    sign = 1 if bend == "minimum" else -1
    where = {"f": "scalar -> scalar", "A": "diagonal(n)", "v": "matrix(n, n)"}
    fields = {
        "id": "generated-20261201-26513",
        "where": {**where, **dict.fromkeys("th", "scalar")},
        "limit": f"({body} - {body.replace('h * v', '0')}) / h",
        "as_": "h -> 0",
        "numerator": f"step({sign} * (f(t) - tril(A))) * {claim}",
    }
    settings = Settings(seed=seed, diagnose=False)
    ((found, *_),) = verify_chunk([record(**fields)], settings)
    assert found.verdict == expected
