"""Limits, expansions and signs: right ones hold, wrong ones fail, none is guessed."""

from __future__ import annotations

import pytest
from flint import arb
from stated import only_problem, statement

from verifier.engine.balls import precision
from verifier.engine.enclosure import Enclosure, Finding, point
from verifier.engine.experiment import Experiment
from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome
from verifier.engine.settings import Settings
from verifier.judging import motion
from verifier.judging.motion import judge_motion
from verifier.motion import sightings
from verifier.motion.behaviour import behaves
from verifier.motion.minima import conjugate, directions, dot, hunt

SAME, DIFFERENT, UNDECIDED = Finding.SAME, Finding.DIFFERENT, Finding.UNDECIDED
DRAWS = 8


def found(**fields) -> list[Enclosure]:
    """Return what each of a few draws says about the first claim."""
    stated = statement(**fields)
    spots = []
    for block in Experiment(stated, Settings(draws=DRAWS)).blocks:
        for draw in range(len(block.draws)):
            at = point(stated, block.case, block.draws.raw, draw)
            spots.append(behaves(at, stated.claims[0]))
    assert len(spots) == DRAWS
    return spots


def says(**fields):
    """Return the one finding that all draws have."""
    (finding,) = {one.finding for one in found(**fields)}
    return finding


def outcome(draws=256, **fields) -> Outcome:
    """Return the outcome of the first claim over all draws."""
    stated = statement(**fields)
    return judge_motion(Experiment(stated, Settings(draws=draws)), stated.claims[0])


# Limits.

SCALARS = {"x": "scalar", "h": "scalar", "c": "positive", "f": "scalar -> scalar"}


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


def test_limit_whose_sides_differ_is_none():
    for claim in ("1", "-1", "0"):
        assert limit("abs(h)/h", claim) is DIFFERENT
    assert limit("step(h)", "1") is DIFFERENT


def test_what_does_not_converge_has_no_limit():
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


POSITIVE = {"h": "positive"}
REAL = {"x": "scalar"}
U, V = "(unit(1, 2).T @ h)", "(unit(2, 2).T @ h)"
PLANE = {"h": "vector(2)"}


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


def test_limit_that_is_reached_too_slowly_is_left_open():
    assert limit("1/log(h)", "0", h="positive") is UNDECIDED


@pytest.mark.parametrize(
    ("body", "beside"),
    [
        ("log(x)**(-1/10)", UNDECIDED),
        ("1/sqrt(log(log(x)))", UNDECIDED),
        ("1/log(log(log(x)))", UNDECIDED),
        ("1 - 1/sqrt(log(x)) - 1", DIFFERENT),
        ("sin(x) * log(x)**(-1/10)", DIFFERENT),
    ],
)
def test_limit_that_is_reached_too_slowly_is_not_refuted(body, beside):
    assert limit(body, "0", "x -> inf", **REAL) is UNDECIDED
    assert limit(f"{body} + 10", "0", "x -> inf", **REAL) is beside


def test_remainder_that_shrinks_too_slowly_is_not_refuted():
    fields = {"where": {"h": "positive"}, "expansion": "exp(h)", "small": "h"}
    claim = "1 + h + h * abs(log(h))**(-1/10)"
    assert says(**fields, error="o(h)", numerator=claim) is UNDECIDED


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


# Expansions.

VECTORS = {
    "x": "vector(n)",
    "h": "vector(n)",
    "g": "vector(n) -> vector(m)",
    "L": "vector(n) -> scalar",
}


def expansion(body, claim, error, small="h", **where):
    given = {**(where or VECTORS)}
    return says(where=given, expansion=body, small=small, error=error, numerator=claim)


@pytest.mark.parametrize(
    ("claim", "rates", "too_fast"),
    [
        ("L(x)", ("o(1)", "O(h)"), ("o(h)", "O(h**2)")),
        ("L(x) + D(L)(x) @ h", ("o(h)", "O(h**2)", "o(1)"), ("o(h**2)", "O(h**3)")),
        ("L(x) + D(L)(x) @ h + h.T @ hessian(L)(x) @ h/2",
         ("o(h**2)", "O(h**3)", "o(norm(h)**2)"), ("o(h**3)", "O(h**4)")),
        ("L(x) + D(L)(x) @ h + h.T @ hessian(L)(x) @ h",
         ("o(h)", "O(h**2)"), ("o(h**2)", "O(h**3)")),
        ("L(x) - D(L)(x) @ h", ("o(1)", "O(h)"), ("o(h)",)),
    ],
)  # fmt: skip
def test_rate_of_a_remainder_is_neither_too_small_nor_too_large(claim, rates, too_fast):
    for error in rates:
        assert expansion("L(x + h)", claim, error) is SAME, error
    for error in too_fast:
        assert expansion("L(x + h)", claim, error) is DIFFERENT, error


def test_expansion_of_a_vector_is_looked_at_in_every_entry():
    right = "g(x) + D(g)(x) @ h"
    assert expansion("g(x + h)", right, "o(h)") is SAME
    wrong = f"{right} + 1e-9 * sum(h) * unit(m, m)"
    assert expansion("g(x + h)", wrong, "o(h)") is DIFFERENT


def test_exact_expansion_has_any_rate():
    where = {"x": "vector(n)", "h": "vector(n)"}
    claim = "x.T @ x + 2 * x.T @ h + h.T @ h"
    found = expansion("(x + h).T @ (x + h)", claim, "o(h**9)", **where)
    assert found is SAME


def test_taylor_polynomial_of_any_degree_has_the_next_rate():
    where = {"x": "scalar", "h": "scalar", "f": "scalar -> scalar", "k": "index(4)"}
    claim = "taylor(f, x, k)(x + h)"
    assert expansion("f(x + h)", claim, "O(h**(k + 1))", **where) is SAME
    assert expansion("f(x + h)", claim, "o(h**k)", **where) is SAME
    assert expansion("f(x + h)", claim, "O(h**(k + 2))", **where) is DIFFERENT


def test_reason_names_the_rate_that_is_seen():
    spots = found(
        where=VECTORS,
        expansion="L(x + h)",
        small="h",
        error="o(h**2)",
        numerator="L(x) + D(L)(x) @ h",
    )
    assert {one.reason for one in spots} == {"the remainder shrinks like h**2"}


def test_half_power_is_between_the_rates():
    where = {"h": "positive"}
    assert expansion("h**1.5", "0", "o(h)", **where) is SAME
    assert expansion("h**1.5", "0", "O(h**2)", **where) is DIFFERENT
    assert expansion("h**0.5", "0", "o(h)", **where) is DIFFERENT


def test_logarithm_in_a_remainder_is_not_taken_for_a_power():
    where = {"h": "positive"}
    assert expansion("h * log(h)", "0", "O(h)", **where) is DIFFERENT
    assert expansion("h * log(h)", "0", "o(h**2)", **where) is DIFFERENT


@pytest.mark.parametrize(
    ("body", "rates", "too_fast", "kind"),
    [
        ("h**2 + 1e-30 * abs(h)", ("O(h)",), ("o(h)",), "scalar"),
        ("h**3 + 1e-30 * h**2", ("O(h**2)",), ("o(h**2)",), "scalar"),
        ("h**2 * sin(1/h)", ("o(h)", "O(h**2)"), ("o(h**2)", "O(h**3)"), "scalar"),
        ("h**2 * (2 + sin(1/h))", ("o(h)", "O(h**2)"), ("o(h**2)",), "scalar"),
        ("h**1.1", ("o(h)",), ("O(h**2)",), "positive"),
        ("h**1.9", ("o(h)",), ("O(h**2)",), "positive"),
        ("h**2 * log(h)", ("o(h)",), ("O(h**2)", "o(h**2)"), "positive"),
        ("h * log(h)", ("o(1)",), ("O(h)", "o(h)"), "positive"),
        ("sin(1/h)", ("O(1)",), ("o(1)",), "scalar"),
        ("1e-40 + h", ("O(1)",), ("o(1)",), "scalar"),
    ],
)
def test_rate_is_seen_far_out_and_through_bounded_factors(body, rates, too_fast, kind):
    for error in rates:
        assert expansion(body, "0", error, h=kind) is SAME, error
    for error in too_fast:
        assert expansion(body, "0", error, h=kind) is DIFFERENT, error


def test_remainder_is_small_along_curves_too():
    body = f"{U}**2 * {V}/({U}**4 + {V}**2)"
    assert expansion(body, "0", "o(1)", **PLANE) is DIFFERENT


def test_reason_tells_a_logarithm_from_a_power():
    def reason(body, error):
        fields = {"where": {"h": "positive"}, "expansion": body, "numerator": "0"}
        (said,) = {one.reason for one in found(**fields, small="h", error=error)}
        return said

    slowly = "the remainder shrinks more slowly than h**2, as with a logarithm"
    assert reason("h**2 * log(h)", "O(h**2)") == slowly
    assert reason("h**1.5", "o(h**2)") == "the remainder shrinks like h**1.5"
    assert reason("h**1.5", "o(h)") == "the remainder shrinks like h**1.5"
    assert reason("1 + h", "o(1)") == "the remainder does not shrink"
    assert reason("1/h", "O(1)") == "the remainder grows like 1/h**1"


def test_evidence_of_an_expansion_names_its_rate():
    found = outcome(
        where=VECTORS,
        expansion="L(x + h)",
        small="h",
        error="o(h)",
        numerator="L(x) + D(L)(x) @ h",
    )
    assert found.verdict == HOLDS
    assert found.evidence["note"] == "the remainder shrinks like h**2"


# Signs.


def sign(body, word, small="h", **where):
    where = where or {"h": "vector(n)"}
    return says(where=where, sign=body, small=small, both=word)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("h.T @ h", "positive"),
        ("-norm(h)**2", "negative"),
        ("h.T @ h + sum(h)**3", "positive"),
        ("sum(h)", "indefinite"),
        ("sum(h**3)", "indefinite"),
        ("exp(sum(h)) - 1 - sum(h) + h.T @ h/8", "positive"),
    ],
)
def test_sign_for_all_small_values(body, word):
    for other in ("positive", "negative", "indefinite"):
        wanted = SAME if other == word else DIFFERENT
        assert sign(body, other) is wanted, other


def test_sign_of_quadratic_forms():
    where = {"h": "vector(n)", "P": "positive_definite(n)", "S": "symmetric(2)"}
    assert sign("h.T @ P @ h", "positive", **where) is SAME
    assert sign("-h.T @ P @ h", "negative", **where) is SAME
    assert sign("-h.T @ P @ h", "positive", **where) is DIFFERENT


def test_saddle_is_found_also_where_no_axis_shows_it():
    where = {"h": "vector(2)"}
    # 1.01 (h1 - h2)^2 - 0.01 (h1 + h2)^2: positive along both axes.
    body = "1.01 * (unit(1, 2).T @ h - unit(2, 2).T @ h)**2 - 0.01 * sum(h)**2"
    assert sign(body, "indefinite", **where) is SAME
    assert sign(body, "positive", **where) is DIFFERENT


def test_semi_definite_is_not_definite():
    where = {"h": "vector(2)"}
    for body in ("(unit(1, 2).T @ h)**2", "(h.T @ (ones(2, 2) @ h))"):
        assert sign(body, "positive", **where) is DIFFERENT
    assert sign("(unit(1, 2).T @ h)**2", "positive", **where) is DIFFERENT


def test_zero_has_no_sign():
    for word in ("positive", "negative", "indefinite"):
        assert sign("0 * sum(h)", word) is DIFFERENT


def test_sign_of_a_scalar_from_one_side():
    assert sign("h", "positive", h="positive") is SAME
    assert sign("h", "positive", h="scalar") is DIFFERENT
    assert sign("h", "indefinite", h="scalar") is SAME


def test_what_is_smaller_than_any_power_is_not_taken_for_zero():
    claimed = {"where": PLANE, "sign": f"exp(-1/({U}**2 + {V}**2))", "small": "h"}
    assert outcome(both="positive", **claimed).verdict == INCONCLUSIVE


def test_sign_away_from_zero_does_not_count():
    # Negative for |h| > 1e-3 or so, but positive for all small h.
    assert sign("h**2 - 1e6 * h**4", "positive", h="scalar") is SAME


X, Y, Z = (f"(unit({i}, 3).T @ h)" for i in (1, 2, 3))
SPACE = {"h": "vector(3)"}
MOTZKIN = f"{X}**4*{Y}**2 + {X}**2*{Y}**4 + {Z}**6 - 3*{X}**2*{Y}**2*{Z}**2"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (f"({U} - 3*{V})**4", PLANE),
        (f"({U}**2 - 3*{V}**2)**2", PLANE),
        (f"{U}**4 + 16*{V}**4 - 8.1*{U}**2*{V}**2", PLANE),
        ("sum(h)**4", SPACE),
        (f"({X} - 2*{Y} + 0.3*{Z})**6", SPACE),
        (f"{X}**2 + {Y}**2 - 1e-30*{Z}**2", SPACE),
        (MOTZKIN, SPACE),
        (f"abs({U} - 1.7*{V})", PLANE),
        (f"abs({U} - 1.7*{V}) - 0.001*abs({V})", PLANE),
        (f"({V} - {U}**2) * ({V} - 2*{U}**2)", PLANE),
        (f"({U} - {V}**2)**2 - 0.5*{V}**4", PLANE),
        (f"({U} - {V}**2)**2", PLANE),
        ("h**2 - 1e-30", {"h": "scalar"}),
        ("h**4 - 1e-30*h**2", {"h": "scalar"}),
        ("norm(A @ h)**2", {"A": "matrix(2, 3)", "h": "vector(3)"}),
        ("norm(A @ h)**4", {"A": "matrix(2, 3)", "h": "vector(3)"}),
        ("norm(A @ h)**2", {"A": "matrix(3, 4)", "h": "matrix(4, 4)"}),
        ("logsumexp(x + h) - logsumexp(x) - softmax(x).T @ h",
         {"x": "vector(3)", "h": "vector(3)"}),
        ("tr(h)**2", {"h": "symmetric(3)"}),
        ("tr(h)**2", {"h": "diagonal(3)"}),
        ("sum(h)**2", {"h": "lower(2)"}),
        ("tr(h)**2", {"h": "invertible(2)"}),
        ("tr(h @ h)", {"h": "matrix(4, 4)"}),
        (f"13*{U} - {V}", {"h": "positive_vector(2)"}),
        (f"1e9*{U} - {V}", {"h": "positive_vector(2)"}),
        (f"({U} - 7*{V})**2", {"h": "positive_vector(2)"}),
        ("100*min(h) - max(h)", {"h": "positive_vector(3)"}),
        ("det(h) - 0.01*tr(h)**2", {"h": "positive_definite(2)"}),
        ("tr(h)**2/4 - det(h)", {"h": "positive_definite(2)"}),
    ],
)  # fmt: skip
def test_what_is_not_positive_in_some_direction_is_not_positive(body, where):
    claimed = {"where": where, "sign": body, "small": "h", "both": "positive"}
    assert outcome(**claimed).verdict == FAILS
    seen = [one.finding for one in found(**claimed)]
    assert seen.count(DIFFERENT) >= DRAWS - 1
    assert SAME not in seen


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (f"{U}**2 + {V}**4", PLANE),
        ("sum(h**4)", SPACE),
        ("sum(h**4) - 0.9*sum(h)**4/27", SPACE),
        (f"{MOTZKIN} + 0.01*({X}**6 + {Y}**6 + {Z}**6)", SPACE),
        (f"{X}**2 + {Y}**2 + 1e-30*{Z}**2", SPACE),
        (f"{U}**2 + {V}**2 - 1.9999999*{U}*{V}", PLANE),
        (f"({U} - {V}**2)**2 + {V}**6", PLANE),
        (f"abs({U} - 1.7*{V}) + 0.001*abs({V})", PLANE),
        ("norm(h) - h.T @ h", {"h": "vector(n)"}),
        ("h**2 * (2 + sin(1/h))", {"h": "scalar"}),
        ("1e-20 - h**2", {"h": "scalar"}),
        ("tr(h.T @ h)", {"h": "matrix(4, 5)"}),
        ("tr(h @ h)", {"h": "symmetric(n)"}),
        ("det(h)", {"h": "positive_definite(2)"}),
        ("det(h)**2", {"h": "invertible(2)"}),
        ("sum(h)**2 - sum(h**2)", {"h": "positive_vector(3)"}),
        ("f(x + h) + f(x - h) - 2*f(x)",
         {"x": "vector(n)", "h": "vector(n)", "f": "convex vector(n) -> scalar"}),
    ],
)  # fmt: skip
def test_what_is_positive_though_nearly_zero_is_positive(body, where):
    assert sign(body, "positive", **where) is SAME
    assert sign(body, "indefinite", **where) is DIFFERENT


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("det(h)", {"h": "symmetric(2)"}),
        ("det(h)", {"h": "lower(2)"}),
        ("tr(h)", {"h": "symmetric(n)"}),
        (f"13*{U} - {V}", {"h": "positive_vector(2)"}),
        (f"({V} - {U}**2) * ({V} - 2*{U}**2)", PLANE),
        ("h * (2 + sin(1/h))", {"h": "scalar"}),
        ("h**2 * sin(1/h)", {"h": "scalar"}),
    ],
)
def test_indefinite_value_is_indefinite_at_every_draw(body, where):
    assert sign(body, "indefinite", **where) is SAME
    assert sign(body, "positive", **where) is DIFFERENT


def test_semi_definite_form_fails_though_it_is_definite_at_most_sizes():
    where = {"X": "matrix(m, n)", "h": "vector(n)"}
    for body in ("norm(X @ h)**2", "h.T @ X.T @ X @ h"):
        found = outcome(where=where, sign=body, small="h", both="positive")
        assert found.verdict == FAILS
        assert found.evidence["note"] == "it is zero in some direction"


def test_sign_that_is_open_at_one_draw_does_not_hold(monkeypatch):
    fields = {"where": {"h": "vector(n)"}, "sign": "h.T @ h", "small": "h"}
    assert outcome(**fields, both="positive").verdict == HOLDS
    calls = []

    def open_once(motion, word, thorough):
        calls.append(motion)
        return sightings.Signs({1}, "open" if len(calls) == 1 else "")

    monkeypatch.setattr(motion, "signs", open_once)
    found = outcome(**fields, both="positive")
    assert found.verdict == INCONCLUSIVE
    assert found.evidence["note"] == "open at 1 draws"


def test_skew_matrix_that_cannot_move_says_nothing_and_forbids_nothing():
    fields = {"where": {"h": "skew(n)"}, "sign": "tr(h @ h)", "small": "h"}
    assert outcome(**fields, both="negative").verdict == HOLDS
    assert outcome(**fields, both="positive").verdict == FAILS


# Forms and minima.


def test_conjugate_directions_turn_a_form_into_its_squares():
    # 2 x y = -2 x'^2 + 2 y'^2 for x = y' - x', y = x' + y'; the third row is empty.
    H = [[arb(0), arb(1), arb(0)], [arb(1), arb(0), arb(0)], [arb(0)] * 3]
    pairs = conjugate(H, arb(2) ** -50)
    assert [float(d) for d, _ in pairs] == [-2.0, 2.0, 0.0]
    for d, u in pairs:
        for e, v in pairs:
            value = dot(u, [dot(row, v) for row in H])
            assert float(value) == (float(d) if u is v else 0.0), (d, e)


@pytest.mark.parametrize("power", [1, 2, 4, 6])
def test_hunt_finds_zeros_of_any_order(power):
    def f(c):
        return abs(c[0] * 3 - c[1] * 7 + c[2] / 5) ** power

    with precision(4500):
        found = hunt(f, directions(3))
    assert found is not None
    assert found.kind in ("zero", "below")
    a, b, c = (float(x.mid()) for x in found.at)
    assert abs(3 * a - 7 * b + c / 5) <= 1e-15
