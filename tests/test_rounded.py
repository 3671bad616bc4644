"""Decimals of six digits and more: judged to the digits that are written."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction

import pytest
from stated import statement

from verifier.engine.experiment import Experiment
from verifier.engine.outcome import FAILS, HOLDS, Outcome
from verifier.engine.settings import Settings
from verifier.judging.constants import recognised
from verifier.judging.judge import verdict_on
from verifier.judging.kinks import mark_kinks
from verifier.language.decimals import Rounded, decimal

SCALAR = {"x": "scalar"}
VECTOR = {"x": "vector(n)", "A": "symmetric(n)"}


def judged(**fields) -> list[Outcome]:
    """Judge all claims of a record."""
    experiment = Experiment(statement(**fields), Settings(draws=24))
    experiment.differentiate()
    mark_kinks(experiment)
    return [verdict_on(experiment, claim) for claim in experiment.statement.claims]


def derivative(function, claim, where=None, field="numerator") -> Outcome:
    fields = {"where": where or SCALAR, "function": function, "wrt": "x", field: claim}
    return judged(**fields)[0]


def value(body, claim, where=None) -> Outcome:
    return judged(where=where or SCALAR, value=body, numerator=claim)[0]


def read(text: str) -> Rounded:
    found = decimal(text)
    assert isinstance(found, Rounded)
    return found


# What is rounded.


@pytest.mark.parametrize(
    "text", ["0.5", "1.25", "0.001", "1e-6", "1000000", "123456789", "0.50000000", "2."]
)
def test_few_digits_and_whole_numbers_are_exact(text):
    assert not isinstance(decimal(text), Rounded)
    assert decimal(text) == Fraction(text)


@pytest.mark.parametrize(
    ("text", "unit", "digits"),
    [
        ("0.333333", "1e-6", 6),
        ("3.141592653589793", "1e-15", 16),
        ("0.2820950", "1e-7", 7),
        ("6.62607e-34", "1e-39", 6),
        ("123456.7", "0.1", 7),
    ],
)
def test_decimal_knows_how_precisely_it_is_written(text, unit, digits):
    found = read(text)
    assert (found, found.unit, found.digits) == (
        Fraction(text),
        Fraction(unit),
        digits,
    )


def test_decimal_stands_for_what_is_rounded_or_cut_to_it():
    assert read("0.666667").is_rounded_from(Fraction(2, 3))
    assert not read("0.666667").is_cut_from(Fraction(2, 3))
    assert read("0.666666").is_cut_from(Fraction(2, 3))
    assert not read("0.666666").is_rounded_from(Fraction(2, 3))
    assert read("-0.666666").is_cut_from(Fraction(-2, 3))
    for text in ("1.999999", "2.000001", "1.9999999"):
        assert not read(text).is_rounded_from(Fraction(2))
        assert not read(text).is_cut_from(Fraction(2))


def test_decimal_survives_being_copied_and_sent():
    one = read("3.141593")
    for again in (copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert isinstance(again, Rounded)
        assert (again, again.unit, again.digits) == (one, one.unit, one.digits)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3.141592653589793", "pi"),
        ("3.1415926", "pi"),
        ("3.141592653589793238", "pi"),
        ("0.7978845608", "sqrt(2/pi)"),
        ("2.718281828", "exp(1)"),
        ("0.34657359", "log(2)/2"),
        ("0.7071067811865476", "1/sqrt(2)"),
        ("0.3989422804", "1/sqrt(2*pi)"),
        ("1.128379", "2/sqrt(pi)"),
        ("0.333333", "1/3"),
        ("-0.142857", "-1/7"),
        ("1.618034", "(1 + sqrt(5))/2"),
    ],
)
def test_well_known_number_is_recognised(text, meant):
    sign, found = text.startswith("-"), read(text)
    best = recognised(found)
    assert best is not None
    assert best.text == meant
    assert (best.value < 0) == sign


@pytest.mark.parametrize(
    "text", ["3.1415925", "2.000001", "1.234567", "123.456", "0.577216", "1.000000001"]
)
def test_other_decimals_are_not_recognised(text):
    assert recognised(read(text)) is None


# Right claims.


@pytest.mark.parametrize(
    ("function", "claim", "written"),
    [
        ("pi * x**2", "6.283185307 * x", "write `2*pi`"),
        ("pi * x", "3.141592653589793", "write `pi`"),
        ("pi * x", "3.1415926", "write `pi`"),
        ("x**3 / 9", "0.333333 * x**2", "write `1/3`"),
        ("x**3 / 9", "0.33333333 * x**2", "write `1/3`"),
        ("2**x", "0.69314718 * 2**x", "write `log(2)`"),
        ("exp(x) / sqrt(pi)", "exp(x) * 0.3989422804 * 1.4142135623", "`sqrt(2)`"),
        ("x**sqrt(2)", "sqrt(2) * x**0.41421356", "stands for 0.41421356237309"),
        ("x**1.4142135", "sqrt(2) * x**0.41421356", "write `sqrt(2)`"),
        ("sin(pi * x)", "pi * cos(3.14159265 * x)", "write `pi`"),
        (
            "exp(0.577216 * x)",
            "0.57721566 * exp(0.577216*x)",
            "`0.577216`: it stands for",
        ),
        ("erf(x)", "1.1283791671 * exp(-x**2)", "write `2/sqrt(pi)`"),
    ],
)
def test_right_claim_holds_to_the_digits_written(function, claim, written):
    found = derivative(function, claim, {"x": "positive"})
    assert found.verdict == HOLDS
    assert "digits written" in found.evidence["note"]
    assert written in found.evidence["note"]
    assert found.evidence["grade"] in ("ball", "exact")


def test_note_says_how_many_digits_and_they_bound_those_of_the_verdict():
    found = derivative("pi * x**2", "6.283185 * x")
    said = "holds to the 7 digits written; write `2*pi`"
    assert found.evidence["note"] == said
    assert found.evidence["digits"] == 7
    assert found.evidence["grade"] == "exact"


@pytest.mark.parametrize("field", ["numerator", "denominator"])
def test_right_claims_hold_in_both_layouts(field):
    body, claim = "x.T @ A @ x / sqrt(3)", "1.154700538 * A @ x"
    row = f"({claim}).T" if field == "numerator" else claim
    found = derivative(body, row, VECTOR, field)
    assert found.verdict == HOLDS
    assert "write `2/sqrt(3)`" in found.evidence["note"]


def test_right_hessian_and_right_differential_hold():
    hessian = derivative(
        "exp(1) * x.T @ x / 2", "2.7182818 * eye(n)", VECTOR, "hessian"
    )
    differential = derivative(
        "x.T @ x / 7", "0.285714 * x.T @ dx", VECTOR, "differential"
    )
    assert [hessian.verdict, differential.verdict] == [HOLDS, HOLDS]


@pytest.mark.parametrize(
    ("body", "claim"),
    [
        ("log(2) + x", "0.6931472 + x"),
        ("sqrt(2) * x", "1.41421356 * x"),
        ("exp(x + 1)", "2.718281828 * exp(x)"),
        ("x * exp(1)**3", "20.0855369 * x"),
        ("x * exp(1)**7 / pi**3 / 11", "3.215282 * x"),
    ],
)
def test_right_equation_holds(body, claim):
    found = value(body, claim)
    assert found.verdict == HOLDS
    assert "digits written" in found.evidence["note"]


def test_number_that_is_not_known_is_solved_for():
    found = value("x * exp(1)**7 / pi**3 / 11", "3.215282 * x")
    assert "it stands for 3.21528" in found.evidence["note"]
    assert found.evidence["grade"] == "ball"


def test_right_limit_holds():
    found = judged(
        where={"h": "scalar"},
        limit="(2**h - 1) / h",
        as_="h -> 0",
        numerator="0.693147",
    )[0]
    assert found.verdict == HOLDS
    assert "write `log(2)`" in found.evidence["note"]


def test_same_decimal_on_both_sides_is_one_number_and_needs_no_word():
    found = derivative("1.234567 * x**2", "2 * 1.234567 * x")
    assert found.verdict == HOLDS
    assert found.evidence["grade"] == "exact"
    assert "digits written" not in found.evidence["note"]


# Wrong claims.


@pytest.mark.parametrize(
    ("function", "claim"),
    [
        ("pi * x", "3.1415925"),
        ("pi * x", "3.141592653589792"),
        ("pi * x", "3.141592653589794"),
        ("x**3 / 9", "0.333332 * x**2"),
        ("x**3 / 9", "0.333334 * x**2"),
        ("x**2", "2.000001 * x"),
        ("x**2", "1.999999 * x"),
        ("x**2", "1.9999999 * x"),
        ("x**2", "2 * x * 1.000000001"),
        ("exp(x)", "1.000000001 * exp(x)"),
        ("2**x", "0.6931473 * 2**x"),
        ("x**3 / 9", "0.333333 * x**2 + x / 10**10"),
        ("x**3 / 9", "0.333333 * x**2 * (1 + x**2 / 10**12)"),
        ("1.234567 * exp(x)", "1.234568 * exp(x)"),
        ("x**sqrt(2)", "sqrt(2) * x**0.41421355"),
        ("pi * x**2", "6.283185307 * x**2"),
    ],
)
def test_wrong_claim_fails(function, claim):
    assert derivative(function, claim, {"x": "positive"}).verdict == FAILS


@pytest.mark.parametrize("field", ["numerator", "denominator"])
def test_wrong_number_fails_in_both_layouts(field):
    claim = "1.154700539 * A @ x"
    row = f"({claim}).T" if field == "numerator" else claim
    assert derivative("x.T @ A @ x / sqrt(3)", row, VECTOR, field).verdict == FAILS


def test_wrong_equation_and_wrong_limit_fail():
    assert value("log(2) + x", "0.6931473 + x").verdict == FAILS
    found = judged(
        where={"h": "scalar"},
        limit="(2**h - 1) / h",
        as_="h -> 0",
        numerator="0.693148",
    )
    assert found[0].verdict == FAILS


def test_failure_says_that_no_number_fits_and_is_proven():
    found = derivative("pi * x", "3.1415925")
    assert found.evidence["grade"] == "ball"
    assert "no number with the digits written" in found.evidence["note"]
    assert "proven" in found.evidence["note"]
