"""Ways to zero in several variables: what breaks along one is found, and only that."""

from __future__ import annotations

import pytest
from stated import statement

from verifier.engine.experiment import Experiment
from verifier.engine.outcome import FAILS, HOLDS, Outcome
from verifier.engine.settings import Settings
from verifier.judging.motion import judge_motion

PLANE = {
    "where": {"h": "vector(2)", "x": "scalar", "f": "scalar -> scalar"},
    "let": {"a": "unit(1, 2).T @ h", "b": "unit(2, 2).T @ h"},
}


def outcome(**fields) -> Outcome:
    """Return the outcome of the first claim over all draws."""
    stated = statement(**fields)
    return judge_motion(Experiment(stated, Settings(draws=64)), stated.claims[0])


def limit(body, claim="0", **fields):
    return outcome(limit=body, both=claim, as_="h -> 0", **(fields or PLANE)).verdict


def expansion(body, error, claim="0", **fields):
    given = {"small": "h", "error": error, **(fields or PLANE)}
    return outcome(expansion=body, both=claim, **given).verdict


def sign(body, word="positive", **fields):
    return outcome(sign=body, small="h", both=word, **(fields or PLANE)).verdict


# Limits.


@pytest.mark.parametrize(
    "body",
    [
        # close to a line or a parabola
        "a**2*b**2/(a**2*b**2 + (a - b)**2)",
        "a**2*b**2/(a**2*b**2 + (2*a - b)**2)",
        "a**4*b**4/(a**4*b**4 + (b - a**2)**2)",
        "a**3*b**3/(a - b)**2",
        "a**3*(a - b)**-2",
        "a**3/(a**2 - 2*a*b + b**2)",
        "a**9/(b**2 - 2*a**2*b + a**4)",
        "(a*b)**3/(a**2 - b**2)**2",
        "a**2/(exp(a) - exp(b))",
        "a**2/(b - exp(a) + 1)",
        "step(a**20 - b)*step(a)*step(b)",
        "a*b/(a + b)",
        "a*b/sqrt(abs(a - b))",
        "exp(-abs(a - b)/(a**2 + b**2)**2)",
        "exp(-(b - a**2)**2/a**8)",
        "step(b - a**2)*step(2*a**2 - b)",
        "a**4*(a - b)/((a - b)**2 + a**10)",
        # one entry far smaller than the other
        "a**5/b",
        "a**9/b",
        "sin(a**5)/b",
        "a*b**5/(a**2 + b**10)",
        # and smaller than any power of it
        "a*log(abs(b))",
        "a*log(abs(a - b))",
        "abs(a)**abs(b) - 1",
    ],
)
def test_limit_that_breaks_along_some_way_is_none(body):
    assert limit(body) == FAILS


@pytest.mark.parametrize(
    ("body", "claim"),
    [
        ("(a**3 + b**3)/(a**2 + b**2)", "0"),
        ("a**2*b/(a**2 + b**2)", "0"),
        ("a**3*b/(a**4 + b**2)", "0"),
        ("a*b*log(a**2 + b**2)", "0"),
        ("(a**4 - b**4)/(a**2 - b**2)", "0"),
        ("(a - b)*log(abs(a - b))", "0"),
        ("(a - b)*sin(1/(a - b))", "0"),
        ("a*sin(1/b)", "0"),
        ("a*sqrt(abs(a - b))", "0"),
        ("a*step(a - b)", "0"),
        ("exp(-1/abs(a - b))", "0"),
        ("a*(b - a**2)**2/((b - a**2)**2 + a**4)", "0"),
        ("(a - b)**3/(a**2 - 2*a*b + b**2)", "0"),
        ("sum(abs(h))/sqrt(norm1(h))", "0"),
        ("sin(a*b)/(a*b)", "1"),
        ("tan(a - b)/(a - b)", "1"),
        ("log(1 + a*b)/(a*b)", "1"),
        ("(sqrt(1 + a) - sqrt(1 + b))/(a - b)", "1/2"),
        ("(1 - cos(norm(h)))/norm(h)**2", "1/2"),
        ("(1 + a*b)**(1/(a*b))", "exp(1)"),
        ("sign(a - b)**2", "1"),
        ("(f(a) - f(b))/(a - b)", "D(f)(0)"),
        ("(f(a + x) - f(b + x))/(a - b)", "D(f)(x)"),
        ("(f(a*b) - f(0))/(a*b)", "D(f)(0)"),
    ],
)
def test_limit_along_all_ways_is_one(body, claim):
    assert limit(body, claim) == HOLDS


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("a*b*c/(a + b + c)", FAILS),
        ("c**4/(a - b)", FAILS),
        ("a**3/(a**2 + b**2 - c**2)", FAILS),
        ("a*log(abs(b*c))", FAILS),
        ("a*b*c/(a**2 + b**2 + c**2)", HOLDS),
        ("c*(a - b)**2/((a - b)**2 + c**2)", HOLDS),
    ],
)
def test_limit_in_three_variables_is_one_along_all_ways(body, verdict):
    let = {name: f"unit({i}, 3).T @ h" for i, name in enumerate("abc", 1)}
    assert limit(body, where={"h": "vector(3)"}, let=let) == verdict


@pytest.mark.parametrize("kind", ["matrix(2, 2)", "symmetric(2)", "invertible(n)"])
@pytest.mark.parametrize("body", ["tr(h)**9/det(h)", "norm(h)**9*norm(inv(h))"])
def test_limit_breaks_near_singular_matrices(kind, body):
    assert limit(body, where={"h": kind}) == FAILS


def test_limit_breaks_near_singular_definite_matrices():
    where = {"h": "positive_definite(2)"}
    assert limit("norm(h)**9*norm(inv(h))", where=where) == FAILS
    assert limit("norm(h)*logdet(h)", where=where) == FAILS
    assert limit("det(h)/tr(h)", where=where) == HOLDS


@pytest.mark.parametrize(
    "kind", ["matrix", "symmetric", "positive_definite", "lower", "upper"]
)
def test_limit_of_matrices_that_are_nearly_singular_is_one(kind):
    where = {"h": f"{kind}(2, 2)" if kind == "matrix" else f"{kind}(2)"}
    assert limit("h @ inv(h)", "eye(2)", where=where) == HOLDS
    assert limit("logdet(eye(2) + h)", where=where) == HOLDS
    assert limit("det(h)*inv(h)*tr(h)", "zeros(2, 2)", where=where) == HOLDS


def test_limit_in_positive_values_needs_no_others():
    where = {"h": "positive_vector(2)"}
    let = PLANE["let"]
    assert limit("a**2*b**2/(a**2*b**2 + a**2 + b**2)", where=where, let=let) == HOLDS
    assert limit("a*b/(a + b)", where=where, let=let) == HOLDS
    assert limit("a*b/(a - b)", where=where, let=let) == FAILS
    assert limit("sum(h*log(h))", where=where) == HOLDS


# Expansions.


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("a**4/(a - b)", "o(h)"),
        ("a**4/abs(a - b)", "o(h)"),
        ("a**2*b**2/(a - b)", "o(h)"),
        ("a**4*b/(a**2 - b**2)", "O(h)"),
        ("a**9/b", "o(h)"),
        ("a*log(abs(b))", "o(1)"),
        ("a*a**2*b**2/(a**2*b**2 + (a - b)**2)", "o(h)"),
        ("a**3*b**3/(a**2*b**2 + (a - b)**2)", "O(h**3)"),
    ],
)
def test_remainder_is_too_large_along_some_way(body, error):
    assert expansion(body, error) == FAILS


def test_remainder_is_too_large_near_singular_matrices():
    where = {"h": "matrix(2, 2)"}
    assert expansion("norm(h)**9*inv(h)", "o(1)", "zeros(2, 2)", where=where) == FAILS


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("a**2*b/(a**2 + b**2)", "O(h)"),
        ("(a**4 - b**4)/(a - b)", "o(h**2)"),
        ("(a - b)**2*log(abs(a - b))", "o(h)"),
        ("a*abs(a - b)", "O(h**2)"),
        ("(a**2 + b**2)*sin(1/(a - b))", "O(h**2)"),
        ("(a**2 + b**2)*sign(a - b)", "o(h)"),
        ("a**3*(a - b)/((a - b)**2 + a**2)", "O(h**2)"),
        ("(f(a) - f(b))**2/(a - b)", "O(h)"),
        ("abs(f(a + x) - f(x))", "O(h)"),
    ],
)
def test_remainder_is_small_along_all_ways(body, error):
    assert expansion(body, error) == HOLDS


def test_expansions_of_matrices_hold():
    where = {"A": "positive_definite(n)", "h": "matrix(n, n)"}
    claim = "logdet(A) + tr(inv(A) @ h)"
    assert expansion("logdet(A + h)", "O(h**2)", claim, where=where) == HOLDS
    claim = "inv(A) - inv(A) @ h @ inv(A)"
    assert expansion("inv(A + h)", "O(h**2)", claim, where=where) == HOLDS


# Signs.


@pytest.mark.parametrize(
    "body",
    [
        "a**2 + b**2 - step(10*b - a**2)*step(10*a**2 - b)",
        "1 - 100*step(10*b - a**2)*step(10*a**2 - b)",
        "1 - a**5/b",
        "1 + a*log(abs(b))",
        "1 + a*log(abs(a - b))",
        "1 - a**4/(a - b)",
    ],
)
def test_sign_that_changes_along_some_way_is_another(body):
    assert sign(body) == FAILS
    assert sign(body, "indefinite") == HOLDS


@pytest.mark.parametrize(
    "body",
    [
        "abs(a - b) + abs(b)",
        "1 + a**2*b/(a**2 + b**2)",
        "2 + sin(1/(a - b))",
        "1 + (a - b)*log(abs(a - b))",
        "1 - a*sqrt(abs(a - b))",
        "step(b - a**2)*step(2*a**2 - b) + a**2 + b**2",
        "norm(h) - a**2",
        "1/norm(h)",
        "-log(norm(h))",
    ],
)
def test_sign_that_is_the_same_along_all_ways_holds(body):
    assert sign(body) == HOLDS


@pytest.mark.thorough
def test_signs_of_definite_forms_hold():
    where = {"A": "positive_definite(n)", "h": "vector(n)"}
    assert sign("h.T @ A @ h", where=where) == HOLDS
    assert sign("h.T @ A @ h/norm(h)", where=where) == HOLDS
    assert sign("tr(inv(h))", where={"h": "positive_definite(n)"}) == HOLDS


@pytest.mark.parametrize("factor", ["1e60", "1e100", "1e200"])
def test_sign_is_the_one_very_close_to_zero(factor):
    assert sign(f"a**2 + b**2 - {factor}*a**3") == HOLDS
    assert sign(f"a**2 + b**2 - 1/{factor}") == FAILS
