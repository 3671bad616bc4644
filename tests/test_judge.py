"""From draws to a verdict: what holds, what fails, and what is not known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stated import quadratic, record, statement

from verifier.engine.comparison import sides
from verifier.engine.experiment import Experiment
from verifier.engine.finding import Enclosure, Finding
from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE, Outcome
from verifier.engine.settings import Settings
from verifier.judging import judge as stage
from verifier.judging import tally
from verifier.judging.counting import tally_of
from verifier.judging.judge import verdict_on
from verifier.judging.kinks import mark_kinks
from verifier.judging.tally import Tally
from verifier.running.verification import verify_chunk

FEW = Settings(draws=24)


def judged(draws=24, **fields) -> list[Outcome]:
    """Judge a record that needs no derivative: nothing is compiled."""
    experiment = Experiment(statement(**fields), Settings(draws=draws))
    return [verdict_on(experiment, claim) for claim in experiment.statement.claims]


def value(body, claim, where=None, **more) -> Outcome:
    where = where or {"x": "vector(n)", "A": "matrix(m, n)", "s": "scalar"}
    return judged(where=where, value=body, numerator=claim, **more)[0]


def verdict(*args, **more):
    return value(*args, **more).verdict


# Values.


@pytest.mark.parametrize(
    ("body", "claim", "grade"),
    [
        ("tr(A.T @ A)", "norm(A)**2", "exact"),
        ("exp(norm(A)**2)", "exp(tr(A.T @ A) / 2)**2", "ball"),
    ],
)
def test_true_equation_is_proven_exactly_or_confirmed_in_balls(body, claim, grade):
    found = value(body, claim)
    assert found.verdict == HOLDS
    assert found.evidence["grade"] == grade
    assert found.evidence["draws"] == 24
    assert found.evidence["digits"] >= 14
    assert found.evidence["R"] <= 32
    assert {"m": 1, "n": 1} in found.evidence["sizes"]
    assert (found.diagnosis, found.counterexample) == (None, None)


def test_false_equation_fails_with_the_smallest_case_and_a_proof():
    found = value("tr(A.T @ A)", "norm1(A)**2")
    assert found.verdict == FAILS
    assert found.evidence["grade"] == "ball"
    shown = found.counterexample
    assert shown is not None
    # At 1 x 1 it is true; the next smallest is shown.
    assert sum(shown["sizes"].values()) == 3
    A = np.array(shown["values"]["A"])
    assert shown["autodiff"] == [[pytest.approx((A**2).sum())]]
    assert shown["claim"] == [[pytest.approx(abs(A).sum() ** 2)]]
    assert A.shape == (shown["sizes"]["m"], shown["sizes"]["n"])


def test_wrong_in_one_small_entry_fails():
    assert verdict("x", "x + 1e-9 * unit(n, n)") == FAILS
    assert verdict("1e9 * x", "1e9 * x + 1e-3 * unit(1, n)") == FAILS
    # Below what floating point can see exact arithmetic and enclosures still do.
    assert verdict("1e9 * x", "1e9 * x + 1e-9 * unit(1, n)") == FAILS
    assert verdict("1e9 * exp(x)", "1e9 * exp(x) + 1e-9 * unit(1, n)") == FAILS


def test_wrong_only_at_other_sizes_fails():
    assert verdict("sum(x) / n", "mean(x)") == HOLDS
    assert verdict("sum(x) / 2", "mean(x)") == FAILS
    assert verdict("kron(A, A)", "kron(A, A) * (m - m + 1)") == HOLDS


AT = "step({0} - {1} + 0.5) * step({1} + 0.5 - {0})"
"""One where a number has a value, else zero."""


@pytest.mark.parametrize(
    ("where", "at"),
    [
        ({"A": "matrix(m, n)"}, {"m": 5, "n": 1}),
        ({"A": "matrix(m, n)"}, {"m": 2, "n": 4}),
        ({"A": "matrix(m, n)", "B": "matrix(n, p)"}, {"m": 4, "p": 5}),
        ({"A": "matrix(m, n)", "i": "index(n)"}, {"i": 2, "n": 4}),
        ({"A": "matrix(m, n)", "i": "index(n)"}, {"i": 5, "m": 3}),
        ({"A": "matrix(n, n)", "i": "index(n)", "j": "index(n)"},
         {"i": 4, "j": 1, "n": 5}),
        ({"A": "matrix(m, n)", "k": "integer"}, {"k": -2, "n": 3}),
        # Larger ones are met by balls.
        ({"A": "matrix(m, n)"}, {"m": 9}),
        ({"A": "matrix(n, n)"}, {"n": 12}),
    ],
)  # fmt: skip
def test_wrong_at_one_pair_of_sizes_or_indices_only_fails(where, at):
    there = " * ".join(AT.format(name, k) for name, k in at.items())
    if at == {"m": 9}:
        there = "step(m - 8.5)"
    claim = f"exp(A) * (1 + 1e-9 * {there})"
    found = value("exp(A)", claim, where, draws=256)
    assert found.verdict == FAILS
    shown = found.counterexample
    assert shown is not None and found.evidence["grade"] == "ball"
    numbers = {**shown["sizes"], **shown["values"]}
    assert all(numbers[name] in (k, [[k]]) or k == 9 for name, k in at.items())
    # Where no size is so, the claim is right.
    never = claim.replace(there, there + " * step(0 - n)")
    assert verdict("exp(A)", never, where, draws=256) == HOLDS


def test_claim_of_the_wrong_shape_fails_without_any_draw():
    found = value("x", "x.T")
    assert (found.verdict, found.evidence["grade"]) == (FAILS, "shape")
    assert found.evidence["draws"] == 0


def test_zero_on_both_sides_holds_and_is_called_vacuous():
    found = value("x - x", "0 * x")
    assert (found.verdict, found.evidence["vacuous"]) == (HOLDS, True)
    assert found.evidence["note"] == "both sides are identically zero: vacuous"
    assert not value("x", "x").evidence["vacuous"]


def test_cancellation_is_decided_in_balls_either_way():
    assert verdict("(1e12 + s)**2 - 1e24 - 2e12*s", "s**2") == HOLDS
    assert verdict("(1e12 + s)**2 - 1e24 - 2e12*s", "s**2 * (1 + 1e-9)") == FAILS
    assert verdict("(1e30 + s) - 1e30", "s") == HOLDS
    assert verdict("(1e30 + s) - 1e30", "2*s") == FAILS
    assert verdict("(1e30 + s) - 1e30", "0") == FAILS
    assert verdict("(1e30 + exp(s)) - 1e30", "0") == FAILS


def test_claim_that_is_not_finite_where_the_value_is_does_not_hold():
    found = value("s", "exp(log(s))")
    assert found.verdict == INCONCLUSIVE
    assert "claim is not finite at" in found.evidence["note"]
    assert "`positive` may be missing" in found.evidence["note"]
    assert verdict("s", "exp(log(s))", {"s": "positive"}) == HOLDS


def test_an_inverse_that_is_only_there_for_tall_matrices_asks_for_one():
    sides = "pinv(X)", "inv(X.T @ X) @ X.T"
    found = value(*sides, {"X": "matrix(m, n)"})
    assert found.verdict == INCONCLUSIVE
    assert "`assume: m >= n` may be missing" in found.evidence["note"]
    assert verdict(*sides, {"X": "matrix(n + k, n)"}) == HOLDS
    assert verdict(*sides, {"X": "matrix(m, n)"}, assume="m >= n") == HOLDS
    wide = "pinv(X)", "X.T @ inv(X @ X.T)"
    found = value(*wide, {"X": "matrix(m, n)"})
    assert "`assume: m <= n` may be missing" in found.evidence["note"]
    assert verdict(*wide, {"X": "matrix(m, n)"}, assume="m <= n") == HOLDS
    # What is declared already is not advised.
    for where, assume in (
        ("matrix(n + k, n)", {}),
        ("matrix(m, n)", {"assume": "m > n"}),
    ):
        found = value(*wide, {"X": where}, **assume)
        assert found.verdict != HOLDS
        assert "may be missing" not in found.evidence["note"]


def test_claim_refuted_where_too_little_speaks_is_left_open():
    # Beyond n = 1 the left side has no value: log(2 - n).
    found = value("sum(x) * (log(2 - n) + 1)", "2 * sum(x)", {"x": "vector(n)"})
    assert found.verdict == INCONCLUSIVE
    assert "they are all at size 1" in found.evidence["note"]


def test_sides_that_only_vanish_in_floating_point_are_not_told_apart():
    where = {"s": "positive"}
    found = value("1 - tanh(5000 + s)", "2 * (1 - tanh(5000 + s))", where)
    assert found.verdict == INCONCLUSIVE
    assert "zero in floating point, and not exactly" in found.evidence["note"]
    # Zero by structure is zero exactly.
    assert verdict("s - s", "0 * s", where) == HOLDS


def test_value_that_is_nowhere_finite_is_not_known():
    found = value("log(0 * s) * s", "log(0 * s) * s")
    assert found.verdict == INCONCLUSIVE
    assert found.evidence["left_out"] == {"not finite": 24}
    assert found.evidence["note"].startswith("only 0 of 24 draws are usable")


def test_value_that_is_finite_at_a_few_draws_is_left_out_elsewhere():
    found = value("log(s)", "log(s)")
    assert found.verdict == HOLDS
    left = found.evidence["left_out"]["not finite"]
    assert 4 <= left <= 20
    assert found.evidence["draws"] == 24 - left


def test_draws_of_size_one_alone_are_not_enough():
    # Finite only for n = 1: log(2 - n) is 0 there, and not finite for larger n.
    where = {"x": "vector(n)"}
    found = value("x * (log(2 - n) + 1)", "x", where)
    assert found.verdict == INCONCLUSIVE


# Movement and shapes go by the same door.


def test_limit_expansion_and_sign_are_decided_in_balls():
    where = {"x": "scalar", "h": "scalar", "f": "scalar -> scalar"}
    right, wrong = judged(
        where=where, limit="(f(x + h) - f(x))/h", as_="h -> 0",
        numerator=["D(f)(x)", "2 * D(f)(x)"],
    )  # fmt: skip
    assert (right.verdict, right.evidence["grade"]) == (HOLDS, "ball")
    assert (wrong.verdict, wrong.evidence["grade"]) == (FAILS, "ball")
    assert wrong.counterexample is not None
    assert wrong.counterexample["note"] == "function symbols drawn at random: f"
    right, wrong = judged(
        where=where, expansion="f(x + h)", small="h", error="o(h)",
        numerator=["f(x) + h * D(f)(x)", "f(x) - h * D(f)(x)"],
    )  # fmt: skip
    assert (right.verdict, wrong.verdict) == (HOLDS, FAILS)
    assert wrong.evidence["note"] == "the remainder shrinks like h**1"
    right, *_ = judged(where=where, sign="h**2 + h**3", small="h", both="positive")
    wrong, *_ = judged(where=where, sign="h**2 + h**3", small="h", both="negative")
    assert (right.verdict, wrong.verdict) == (HOLDS, FAILS)
    assert wrong.counterexample is not None
    assert "positive here" in wrong.counterexample["note"]


def test_limit_that_does_not_exist_is_not_what_is_claimed():
    (found,) = judged(
        where={"h": "scalar"}, limit="sin(1/h)", as_="h -> 0", numerator="0"
    )
    assert found.verdict == FAILS


def test_shape_claims_need_no_draw():
    where = {"x": "vector(n)", "f": "vector(n) -> vector(m)"}
    fields = {"where": where, "shape": "f(x)", "wrt": "x"}
    right, swapped, wrong = judged(**fields, numerator=["(m, n)", "(n, m)", "(m, m)"])
    assert [o.verdict for o in (right, swapped, wrong)] == [HOLDS, FAILS, FAILS]
    assert swapped.diagnosis == {
        "kind": "wrong-layout",
        "text": "this is the shape in denominator layout; here it is (m, n)",
        "suggestion": "(m, n)",
    }
    assert wrong.diagnosis is not None
    assert wrong.diagnosis["kind"] == "shape"


@pytest.mark.parametrize(
    ("fields", "right", "wrong"),
    [
        ({"shape": "h(x)", "wrt": "x", "order": "2"}, "(n, n)", "(n,)"),
        ({"shape": "f(x)", "wrt": "x", "order": "2"}, "(m, n, n)", "(n, n, n)"),
        ({"shape": "h(x)", "wrt": "x", "order": "3"}, "(n, n, n)", "(n, n)"),
        ({"shape": "h(x)", "wrt": "x"}, "(1, n)", "(n, 1)"),
        ({"shape": "A", "wrt": "s"}, "(m, n)", "(n, m)"),
        ({"shape": "s * A", "wrt": "A"}, "(m*n, m*n)", "(m, n)"),
        ({"shape": "s * A", "wrt": "A"}, "(m, n, m, n)", "(m, m, n, n)"),
    ],
)
def test_shape_of_a_derivative(fields, right, wrong):
    where = {
        "x": "vector(n)",
        "A": "matrix(m, n)",
        "s": "scalar",
        "h": "vector(n) -> scalar",
        "f": "vector(n) -> vector(m)",
    }
    found = judged(where=where, **fields, numerator=[right, wrong])
    assert [outcome.verdict for outcome in found] == [HOLDS, FAILS]


# Derivatives: all records of this file are compiled together.

RECORDS = {
    "quadratic": quadratic(
        numerator=["x.T @ (A + A.T)", "2 * x.T @ A"],
        denominator="(A + A.T) @ x",
        differential="x.T @ (A + A.T) @ dx",
        hessian=["A + A.T", "2 * A"],
    ),
    "kinks": {
        "where": {"X": "diagonal(2)"},
        "function": "norm1(X)",
        "wrt": "X",
        "denominator": "sign(X)",
    },
    "no-kinks": {
        "where": {"x": "vector(n)"},
        "function": "norm1(x)",
        "wrt": "x",
        "denominator": ["sign(x)", "abs(sign(x))"],
    },
    "constant": {
        "where": {"x": "vector(n)", "c": "scalar"},
        "function": "c",
        "wrt": "x",
        "numerator": ["zeros(1, n)", "1e-300 * ones(1, n)"],
    },
    "undefined": {
        "where": {"x": "vector(n)"},
        "function": "sum(log(x))",
        "wrt": "x",
        "denominator": "1 / x",
    },
    "wider": {  # the claim lives on the half of the line only
        "where": {"x": "scalar"},
        "function": "x**3",
        "wrt": "x",
        "numerator": "3 * exp(2 * log(x))",
    },
    "saturated": {
        "where": {"x": "scalar"},
        "function": "tanh(40 + x/64)",
        "wrt": "x",
        "numerator": ["(1 - tanh(40 + x/64)**2)/64", "(1 - tanh(40 + x/64)**2)/32"],
    },
    "tied": {  # the balls will not look at a tie, and floats lose 1 - tanh(4 s)^2
        "where": {"s": "positive"},
        "function": "tanh(4 * max(vstack(s, sqrt(s)**2)))",
        "wrt": "s",
        "numerator": ["4/cosh(4*s)**2", "5/cosh(4*s)**2"],
    },
    "independent": {
        "where": {"S": "positive_definite(n)"},
        "function": "logdet(S)",
        "wrt": "S",
        "both": ["2 * inv(S) - diag(diagonal(inv(S)))", "inv(S)"],
        "entries": "independent",
    },
}


@pytest.fixture(scope="module")
def outcomes():
    records = [record(id=id, **fields) for id, fields in RECORDS.items()]
    return dict(zip(RECORDS, verify_chunk(records, FEW), strict=True))


def verdicts(outcomes, id):
    return [outcome.verdict for outcome in outcomes[id]]


def test_derivatives_are_judged_in_every_kind_of_claim(outcomes):
    found = verdicts(outcomes, "quadratic")
    assert found == [HOLDS, FAILS, HOLDS, HOLDS, HOLDS, FAILS]
    assert verdicts(outcomes, "independent") == [HOLDS, HOLDS, FAILS, FAILS]


def test_failure_shows_both_sides_at_the_smallest_failing_case(outcomes):
    shown = outcomes["quadratic"][1].counterexample
    assert shown["sizes"] == {"n": 2}
    A, x = (np.array(shown["values"][name]) for name in "Ax")
    np.testing.assert_allclose(shown["autodiff"], x.T @ (A + A.T), rtol=1e-14)
    np.testing.assert_allclose(shown["claim"], 2 * x.T @ A, rtol=1e-14)


def test_function_without_a_derivative_anywhere_is_not_known(outcomes):
    (found,) = outcomes["kinks"]
    assert found.verdict == INCONCLUSIVE
    assert found.evidence["left_out"] == {"at a kink": 24}
    assert "oracle disagreement: autodiff picks a side" in found.evidence["note"]


def test_kink_that_no_draw_meets_changes_nothing(outcomes):
    assert verdicts(outcomes, "no-kinks") == [HOLDS, FAILS]
    assert outcomes["no-kinks"][0].evidence["left_out"] == {}


def test_zero_derivative_is_vacuous_and_a_tiny_claim_is_not_zero(outcomes):
    assert verdicts(outcomes, "constant") == [HOLDS, FAILS]
    assert outcomes["constant"][0].evidence["vacuous"]


def test_draws_outside_the_domain_are_left_out_and_counted(outcomes):
    (found,) = outcomes["undefined"]
    assert found.verdict == HOLDS
    assert found.evidence["left_out"]["not finite"] >= 4
    assert found.evidence["draws"] + found.evidence["left_out"]["not finite"] == 24


def test_claim_that_is_defined_on_less_than_the_function_does_not_hold(outcomes):
    (found,) = outcomes["wider"]
    assert found.verdict == INCONCLUSIVE
    assert "claim is not finite" in found.evidence["note"]


def test_saturated_function_does_not_hold_because_floats_see_zero(outcomes):
    assert verdicts(outcomes, "saturated") == [HOLDS, FAILS]


def test_saturation_that_no_enclosure_decides_refutes_nothing(outcomes):
    assert verdicts(outcomes, "tied") == [INCONCLUSIVE, FAILS]


# The tally, and what it leads to.


def experiment(**fields):
    return Experiment(statement(**fields), FEW)


TRUE = {
    "where": {"x": "vector(n)"},
    "value": "sqrt(exp(x))",
    "numerator": "sqrt(exp(x))",
}
"""No free function, so that floating point and balls are asked."""


@pytest.fixture
def decided(monkeypatch):
    """Judge a record that holds, some of its draws said to fail or to be open."""
    return lambda *args, **more: _decided(monkeypatch, *args, **more)


def _decided(monkeypatch, finding, failing=0, opened=0):
    one = experiment(**TRUE)
    claim = one.statement.claims[0]
    found = tally_of(one, claim)
    moved = [found.holding.pop() for _ in range(failing + opened)]
    for spot in moved:
        side = sides(one, claim, spot.block, spot.draw)[0][0, 0]
        spot.enclosure = Enclosure(finding, side, side)
    found.failing, found.open = moved[:failing], moved[failing:]
    monkeypatch.setattr(stage, "tally_of", lambda *_: found)
    return verdict_on(one, claim)


SAME, DIFFERENT, UNDECIDED = Finding.SAME, Finding.DIFFERENT, Finding.UNDECIDED


def test_tally_of_a_true_record_has_every_draw_holding():
    one = experiment(**TRUE)
    found = tally_of(one, one.statement.claims[0])
    assert (found.usable, len(found.holding)) == (24, 24)
    assert (found.failing, found.open, found.silent) == ([], [], [])
    assert {spot.R for spot in found.holding} == {0.0}
    assert sorted(spot.number for spot in found.holding) == list(range(24))


def test_one_proof_is_enough_to_fail(decided):
    assert decided(DIFFERENT, failing=1).verdict == FAILS
    assert decided(DIFFERENT, opened=1).verdict == FAILS


def test_enclosures_that_agree_overrule_floating_point(decided):
    found = decided(SAME, failing=2)
    assert found.verdict == HOLDS
    assert "2 draws where floating point cancels" in found.evidence["note"]


def test_failures_that_nothing_confirms_refute_where_a_case_has_no_others(decided):
    assert decided(UNDECIDED, failing=1).verdict == INCONCLUSIVE
    assert decided(UNDECIDED, failing=2).verdict == INCONCLUSIVE
    assert decided(UNDECIDED, failing=24).verdict == FAILS


@pytest.mark.parametrize("claim", ["0", "1", "-1"])
@pytest.mark.parametrize("zero", ["sin(pi)", "sin(s)**2 + cos(s)**2 - 1"])
def test_floats_decide_nothing_at_a_jump(zero, claim):
    found = value(f"sign({zero})", claim)
    assert found.verdict == INCONCLUSIVE
    if claim == "0":
        assert found.evidence["note"].startswith("a value may lie just at a jump")


def test_bend_at_a_zero_that_cancels_is_no_jump():
    where = {"A": "invertible(n)", "s": "scalar"}
    for body in ("norm1(inv(A) @ A - eye(n))", "max(abs(A @ inv(A) - eye(n)))"):
        assert verdict(body, "0", where=where) == HOLDS
        assert verdict(body, "1e-16", where=where) == FAILS
    one = "sin(s)**2 + cos(s)**2"
    assert verdict(f"maximum({one}, 1) + minimum({one}, 1)", "2") == HOLDS
    assert verdict(f"relu({one} - 1)", "1e-20") == FAILS


def test_comparison_that_takes_many_bits_is_decided():
    jump = "step((1 + 1e-60) - 1)"
    assert verdict("sin(s)", f"sin(s) * {jump}") == HOLDS
    assert verdict("sin(s)", f"sin(s) + {jump}") == FAILS


def test_one_proof_at_size_1_refutes_a_claim_without_a_value_at_other_sizes():
    where = {"X": "positive_definite(n)", "i": "index(n)", "t": "positive"}
    claim = "inv(X + t * unit(i, n) @ unit(i, n).T)"
    found = value(claim, "inv(t * unit(i, n) @ unit(i, n).T)", where)
    assert (found.verdict, found.evidence["grade"]) == (FAILS, "ball")
    assert found.evidence["undefined"] > 0


def test_one_proof_at_size_1_is_not_enough_where_the_left_side_has_no_other_value():
    found = value("tr(inv(x @ x.T))", "norm(x)", {"x": "vector(n)"})
    assert found.verdict == INCONCLUSIVE
    assert "all at size 1" in found.evidence["note"]


def test_difference_far_beyond_floating_point_is_one():
    assert verdict("tanh(50 + s**2)", "1") == FAILS
    assert verdict("cos(x)", "cos(x) * (1 + 1e-45)") == FAILS


@pytest.mark.parametrize("id", ["k3a", "k8a", "one", "two"])
def test_no_stage_overrules_draws_where_the_claim_has_no_value(id):
    wide = {"where": {"A": "matrix(m, n)"}, "numerator": "inv(A.T @ A)", "id": id}
    for body in ("pinv(A) @ pinv(A.T)", "pinv(A.T @ A)"):
        ((found,),) = verify_chunk([record(value=body, **wide)], FEW)
        assert found.verdict == INCONCLUSIVE


def test_pseudoinverse_of_a_matrix_without_full_rank_has_a_value():
    where = {"x": "vector(n)"}
    claim = "x @ x.T / (x.T @ x)**2"
    assert value("pinv(x @ x.T)", claim, where).verdict == HOLDS
    assert value("pinv(x @ x.T)", f"2 * {claim}", where).verdict == FAILS


def test_what_saturates_at_ordinary_entries_is_looked_at_near_zero():
    where = {"s": "scalar"}
    found = value("s * tanh(1000000 * s)", "abs(s)", where)
    assert (found.verdict, found.evidence["grade"]) == (FAILS, "ball")
    assert "9.54e-07 times" in found.evidence["note"]
    shown = found.counterexample
    assert shown is not None
    assert 0 < abs(shown["values"]["s"][0][0]) < 1e-5
    assert value("s * tanh(1000000 * s)", "tanh(s * 10**6) * s", where).verdict == HOLDS


@pytest.mark.parametrize(
    "steep",
    [
        *("1e12 * s", "1e30 * s", "s / 1e-30", "10**12 * s", "s * 10**(2*15)"),
        *("1e6 * 1e6 * s", "1e40 * (s / 1e10)", "exp(40) * s", "exp(10 * 5) * s"),
    ],
)
def test_what_is_steep_is_looked_at_where_it_is_not_saturated(steep):
    where = {"s": "scalar"}
    assert value(f"tanh({steep})", "sign(s)", where).verdict == FAILS
    assert value(f"-tanh(-({steep}))", f"tanh({steep})", where).verdict == HOLDS


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("1 / cosh(s * 10**6)**2", HOLDS),
        ("1 - tanh(1000000 * s)**4", FAILS),
        ("1 - tanh(10**6 * s)**2 + 0 * s", HOLDS),
        ("1 - tanh(10**6 * s)**4", FAILS),
    ],
)
def test_what_is_zero_in_floating_point_is_judged_near_zero(claim, expected):
    found = value("1 - tanh(1000000 * s)**2", claim, {"s": "scalar"}, draws=6)
    assert found.verdict == expected
    assert not found.evidence["vacuous"]


def test_what_is_zero_in_every_arithmetic_is_not_known():
    hidden = "tanh(exp(exp(2 + exp(1 + 0 * s))) * s)"
    left, right = f"1 - {hidden}**2", f"1 - {hidden}**4"
    found = value(left, right, {"s": "scalar"}, draws=6)
    assert found.verdict == INCONCLUSIVE
    assert "saturates" in found.evidence["note"]


@pytest.mark.parametrize("steep", ["1e200 * s", "10**400 * s", "s / exp(-1000)"])
def test_what_is_steeper_than_floats_can_follow_is_not_known(steep):
    found = value(f"tanh({steep})", "sign(s)", {"s": "scalar"})
    assert found.verdict == INCONCLUSIVE
    assert "write it nearer to 1" in found.evidence["note"]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [("-s * log(s)", HOLDS), ("-2 * s * log(s)", FAILS), ("s * log(-s)", INCONCLUSIVE)],
)
def test_claim_that_floating_point_cannot_compute_is_judged_by_balls(claim, expected):
    claim = claim.replace("s", "exp(-1000 * s)")
    found = value("1000 * s * exp(-1000 * s)", claim, {"s": "positive"})
    assert found.verdict == expected


@pytest.mark.parametrize(
    "claim", ["9**9**9 * sum(x)", "exp(900 * s) * exp(-900 * s) * (sum(x) + step(s))"]
)
def test_claim_that_overflows_in_floating_point_is_refuted_by_balls(claim):
    found = value("sum(x)", claim)
    assert (found.verdict, found.evidence["grade"]) == (FAILS, "ball")


@pytest.mark.parametrize("claim", ["erf(A) + 0 * inv(A)", "erf(A) * exp(0 * inv(A))"])
def test_floats_alone_do_not_refute_a_claim_that_is_singular(claim):
    found = value("erf(A)", claim, {"A": "skew(n)"})  # of odd sizes it has no inverse
    assert found.verdict == INCONCLUSIVE


def test_what_differs_only_far_away_is_found():
    found = value("relu(s + 50) - 50", "s", {"s": "scalar"})
    assert (found.verdict, found.evidence["grade"]) == (FAILS, "ball")
    assert "1.02e+03 times" in found.evidence["note"]


@pytest.mark.parametrize(
    ("claim", "expected"), [("2 * exp(s)", FAILS), ("exp(s)", INCONCLUSIVE)]
)
def test_a_proof_is_one_where_floats_overflow(claim, expected):
    claim = claim.replace("s", "s + 2000")
    found = value("exp(2000 + s)", claim, {"s": "scalar"})
    assert found.verdict == expected
    assert found.evidence["left_out"] == {"not finite": 24}


def test_what_holds_is_confirmed_at_sizes_other_than_one():
    assert verdict("sin(x)", "sin(x) + 1e-17 * (n - 1) * (n - 2) * x") == FAILS


def test_mostly_open_draws_that_nothing_decides_are_not_known(decided):
    found = decided(UNDECIDED, opened=20)
    assert found.verdict == INCONCLUSIVE
    assert "20 of 24 draws are too ill-conditioned" in found.evidence["note"]


def test_enclosures_against_what_floating_point_sees_are_believed(monkeypatch):
    one = experiment(**TRUE)
    monkeypatch.setattr(tally, "enclose", lambda at, claim, **_: Enclosure(DIFFERENT))
    found = verdict_on(one, one.statement.claims[0])
    assert found.verdict == FAILS
    assert "in floating point the two look equal" in found.evidence["note"]


def test_no_draws_at_all_do_not_hold(monkeypatch):
    one = experiment(**TRUE)
    monkeypatch.setattr(stage, "tally_of", lambda *_: Tally())
    found = verdict_on(one, one.statement.claims[0])
    assert found.verdict == INCONCLUSIVE
    assert found.evidence["note"].startswith("only 0 of 0 draws are usable")


def test_modes_that_differ_leave_a_draw_out():
    one = experiment(where={"x": "scalar"}, function="x**2", wrt="x", numerator="2 * x")
    one.differentiate()
    mark_kinks(one)
    claim = one.statement.claims[0]
    assert verdict_on(one, claim).verdict == HOLDS
    for block in one.blocks:
        assert block.along is not None
        known = block.along.derivative
        bent = replace(known, reverse={"x": 1.001 * known.reverse["x"]})
        block.along = replace(block.along, derivative=bent)
    found = verdict_on(one, claim)
    assert found.verdict == INCONCLUSIVE
    assert found.evidence["left_out"] == {"forward and reverse mode differ": 24}


def test_modes_that_differ_in_one_entry_leave_out_what_does_not_hold_either_way():
    one = experiment(**quadratic(numerator="2 * x.T @ A"))
    one.differentiate()
    (claim,) = one.statement.claims
    for block in one.blocks:
        whole = block.wholes[0]
        bent = whole.reverse["x"].copy()
        bent[..., 0, 0] *= 1.001
        block.wholes[0] = replace(whole, reverse={"x": bent})
    found = tally_of(one, claim)
    larger = [block for block in one.blocks if block.case.sizes["n"] > 1]
    assert found.left_out == {"forward and reverse mode differ": len(larger)}
    assert found.usable == 24 - len(larger)
    assert len(found.failing) == sum(len(block.draws) for block in larger) - len(larger)


def test_fewer_draws_than_cases_are_no_crash():
    """A power with a named exponent is compiled case by case, and some have no draw."""
    power = record(
        where={"X": "invertible(n)", "k": "integer"},
        function="tr(matpow(X, k))",
        wrt="X",
        denominator="k * matpow(X, k - 1).T",
    )
    ((outcome,),) = verify_chunk([power], Settings(draws=3))
    assert outcome.verdict == HOLDS


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [("2*exp(x)", FAILS), ("2*exp(x) + 1e20 - 1e20", INCONCLUSIVE)],
)
def test_floats_alone_do_not_refute_beside_a_number_that_blinds_them(
    claim, verdict, monkeypatch
):
    """Where balls decide nothing, floats may refute: not where they see nothing."""
    open_ = Enclosure(Finding.UNDECIDED)
    monkeypatch.setattr(tally, "enclose", lambda *_, **__: open_)
    made = record(where={"x": "vector(n)"}, value="exp(x)", numerator=claim)
    ((found,),) = verify_chunk([made], Settings(diagnose=False))
    assert found.verdict == verdict


@pytest.mark.parametrize(("doubted", "verdict"), [(True, INCONCLUSIVE), (False, HOLDS)])
def test_a_difference_beside_a_rank_that_is_doubted_is_no_agreement(
    doubted, verdict, monkeypatch
):
    open_ = Enclosure(Finding.UNDECIDED, doubted=doubted)
    monkeypatch.setattr(tally, "enclose", lambda *_, **__: open_)
    made = record(where={"x": "vector(n)"}, value="exp(x)", numerator="exp(2*x)/exp(x)")
    ((found,),) = verify_chunk([made], Settings(diagnose=False))
    assert found.verdict == verdict
