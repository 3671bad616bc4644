"""Elementary functions as free ones: what is found the same is, and nothing else."""

from __future__ import annotations

import math
import re
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import statement

from verifier.engine import numeric
from verifier.engine.evaluate import Evaluation, Exact
from verifier.engine.finding import Finding
from verifier.engine.free import FreeArithmetic
from verifier.engine.residues import Residue
from verifier.judging.exact import Exactly, compared
from verifier.judging.rational import PARTIAL, Identity, unfit
from verifier.language.layout import Layout
from verifier.language.primitives import PRIMITIVES
from verifier.language.sizes import Case, cases
from verifier.language.statement import Statement
from verifier.language.term import Term

SAME, UNDECIDED = Finding.SAME, Finding.UNDECIDED
FREE = [row for row in PRIMITIVES.values() if row.free]
WHERE = {
    "x": "vector(n)",
    "A": "matrix(n, n)",
    "X": "matrix(n, n)",
    "c": "scalar",
    "d": "scalar",
}


def found(**fields: Any) -> Exactly | None:
    """Return what is found of the first claim of a record."""
    made = stated(**fields)
    given = cases(sorted(made.sizes), made.demands, made.whole, 0, made.record.id)
    return compared(made, made.claims[0], given, 0)


def stated(**fields: Any) -> Statement:
    used = set(re.findall(r"\w+", str(fields)))
    where = {name: kind for name, kind in WHERE.items() if name in used}
    return statement(where=where, **fields).with_shared_terms()


def same(**fields: Any) -> bool:
    """Whether the sides are found the same; what is not is undecided."""
    result = found(**fields)
    assert result is not None
    assert result.finding is (SAME if result.finding is SAME else UNDECIDED)
    return result.finding is SAME


# Derivatives of each function.


def differential(row: Any) -> tuple[str, str, str]:
    """Return a record's variable, function and differential of a row."""
    order = "2, " if row.parameters[0] == "integer" else ""
    square = row.parameters[-1] == "n n" or row.name.startswith("row")
    name = "X" if square else "x"
    letter = "v" if order else "u"
    text = re.sub(rf"\b{letter}\b", name, row.differential)
    text = text.replace(f"d{letter}", f"d{name}")
    text = re.sub(r"\bu\b", "2", text)
    return name, f"{row.name}({order}{name})", text


@pytest.mark.parametrize("row", FREE, ids=lambda row: row.name)
def test_the_derivative_of_a_function_is_proven(row):
    name, function, change = differential(row)
    # exp(x) is what makes it free where the derivative itself is rational.
    function, also = (
        f"tr({function}.T @ {function})",
        f"exp(tr({function}.T @ {function}))",
    )
    right = f"2 * tr(({change}).T @ {differential(row)[1]}) * {also}"
    assert same(function=also, wrt=name, differential=right)
    assert not same(function=also, wrt=name, differential=f"{right} / 2")
    assert not same(
        function=also, wrt=name, differential=f"{right} + tr(d{name}.T @ {name})"
    )


SECOND = {
    "exp(c)": "exp(c)",
    "expm1(c)": "exp(c)",
    "exp(c) * log(c)": "exp(c) * (log(c) + 2 / c - 1 / c**2)",
    "exp(c) * log1p(c)": "exp(c) * (log1p(c) + 2 / (1 + c) - 1 / (1 + c)**2)",
    "sin(c)": "-sin(c)",
    "cos(c)": "-cos(c)",
    "tan(c)": "2 * tan(c) * (1 + tan(c)**2)",
    "sinh(c)": "sinh(c)",
    "cosh(c)": "cosh(c)",
    "tanh(c)": "-2 * tanh(c) * (1 - tanh(c)**2)",
    "c * arctan(c)": "2 / (1 + c**2)**2",
    "exp(c) + arctan(c)": "exp(c) - 2 * c / (1 + c**2)**2",
    "exp(c) * atanh(c)": "exp(c) * (atanh(c) + 2 / (1 - c**2) + 2 * c / (1 - c**2)**2)",
    "lgamma(c)": "trigamma(c)",
    "digamma(c)": "polygamma(2, c)",
    "trigamma(c)": "polygamma(3, c)",
    "polygamma(2, c)": "polygamma(4, c)",
    "sigmoid(c)": "sigmoid(c) * (1 - sigmoid(c)) * (1 - 2 * sigmoid(c))",
    "softplus(c)": "sigmoid(c) * (1 - sigmoid(c))",
    "exp(sin(c))": "exp(sin(c)) * (cos(c)**2 - sin(c))",
}


@pytest.mark.parametrize("function", SECOND)
def test_second_derivatives_by_hand(function):
    fields = {"function": function, "wrt": "c"}
    assert same(**fields, hessian=SECOND[function])
    if "exp" in SECOND[function]:
        assert not same(**fields, hessian=f"-({SECOND[function]})")


def test_hessian_of_many_entries():
    fields = {"function": "logsumexp(A @ x)", "wrt": "x"}
    right = "A.T @ (diag(softmax(A @ x)) - softmax(A @ x) @ softmax(A @ x).T) @ A"
    assert same(**fields, hessian=right)
    assert not same(**fields, hessian=right.replace("A.T", "A"))


# Laws.

TRUE = {
    "exp(-c)": "1 / exp(c)",
    "exp(0 * c)": "1",
    "exp(c) * exp(-c)": "1",
    "exp(log(c))": "c",
    "exp(-log(c))": "1 / c",
    "log(exp(c))": "c",
    "log(exp(-c))": "-c",
    "log(1 / exp(c))": "-c",
    "log(c) + log(1 / c)": "0 * log(c)",
    "sin(-c)": "-sin(c)",
    "cos(-c)": "cos(c)",
    "tan(-c)": "-tan(c)",
    "sin(c)**2": "1 - cos(c)**2",
    "sin(c - d)": "-sin(d - c)",
    "tan(c) * cos(c)": "sin(c)",
    "cosh(c)**2": "1 + sinh(c)**2",
    "tanh(c)": "sinh(c) / cosh(c)",
    "exp(c)": "cosh(c) + sinh(c)",
    "exp((c + d)**2)": "exp(c**2 + 2 * c * d + d**2)",
    "sigmoid(c)": "exp(c) / (1 + exp(c))",
    "1 - sigmoid(c)": "sigmoid(-c)",
    "expm1(c)": "exp(c) - 1",
    "arctan(-c)": "-arctan(c)",
    "atanh(-c) + atanh(c)": "0 * atanh(c) * atanh(-c)",
    "softmax(x)": "exp(x) / sum(exp(x))",
    "log(sum(exp(x)))": "logsumexp(x)",
    "log(1 + exp(c))": "softplus(c)",
    "sum(softmax(x))": "1",
}
"""Values that are the same by the laws; the left one has every `log` of the right."""

UNSEEN = {
    "exp(c + d)": "exp(c) * exp(d)",
    "sin(2 * c)": "2 * sin(c) * cos(c)",
    "log(c**2 * d**2)": "2 * log(c * d)",
    "digamma(c + 1)": "digamma(c) + 1 / c",
    "arctan(c) + arctan(1 / c)": "sign(c) * pi / 2",
}
"""Values that are the same by other laws."""

FALSE = {
    "exp(-c)": "-exp(c)",
    "exp(c)": "exp(-c)",
    "exp(c)**2": "exp(c**2)",
    "exp(c + d)": "exp(c) + exp(d)",
    "exp(log(c))": "1 / c",
    "log(exp(c))": "-c",
    "log(1 / c)": "log(c)",
    "log(c) + log(d)": "log(c) * log(d)",
    "sin(-c)": "sin(c)",
    "cos(-c)": "-cos(c)",
    "sin(c)**2": "1 + cos(c)**2",
    "sin(c)": "cos(c)",
    "tanh(c)": "sinh(c) * cosh(c)",
    "cosh(c)**2": "1 - sinh(c)**2",
    "sigmoid(-c)": "sigmoid(c)",
    "sin(d)": "sinh(d)",
    "tan(c)": "tanh(c)",
    "arctan(c)": "atanh(c)",
    "digamma(c)": "trigamma(c)",
    "polygamma(2, c)": "polygamma(3, c)",
    "softmax(x)": "exp(x)",
    "softmax(2 * x)": "softmax(x)",
    "logsumexp(x)": "sum(x)",
    "exp(c) / exp(d)": "exp(d) / exp(c)",
    "exp(d)": "exp(d + 1e-30)",
    "exp(c * d)": "exp(c * d) + 1e-30 * exp(d)",
}


def holds(value: str, both: str) -> bool:
    result = found(value=value, both=both)
    return result is not None and result.finding is SAME


@pytest.mark.parametrize("value", TRUE)
def test_laws_of_functions_are_known(value):
    assert holds(value, TRUE[value])


@pytest.mark.parametrize("value", UNSEEN)
def test_what_follows_from_other_laws_is_left_to_balls(value):
    assert not holds(value, UNSEEN[value])


@pytest.mark.parametrize(("value", "both"), FALSE.items())
def test_what_is_false_is_never_found_the_same(value, both):
    assert not holds(value, both)


# Where there is a value.


@pytest.mark.parametrize(
    "side", ["exp(log(c))", "c + 0 * log(c - 100)", "c + 0 * log1p(c)"]
)
def test_a_right_side_that_may_have_no_value_is_left_to_balls(side):
    made = stated(value="c", both=side)
    claim = made.claims[0]
    name = "log1p" if "log1p" in side else "log"
    assert (
        unfit(Identity(made, claim, free=True))
        == f"`{name}` has no value at many numbers"
    )
    assert found(value="c", both=side) is None
    assert holds(side, "c")


def test_a_side_without_a_value_at_any_draw_is_undecided():
    assert not holds("log(0 * c)", "log(0 * c)")
    assert not holds("c / (exp(c) - exp(c))", "c / (exp(c) - exp(c))")


# The bound.


def test_degrees_are_no_smaller_than_by_hand():
    # e * 2 A x along u: the value e, A, x and u; and by the chain rule what e carries.
    made = stated(function="exp(x.T @ x)", wrt="x", both="2 * exp(x.T @ x) * x")
    identity = Identity(made, made.claims[0], free=True)
    degree, inverted = identity.degree(Case({"n": 2}, {}))
    assert degree > 1 + 1 + 1
    assert inverted > 0


def test_each_further_function_adds_to_the_degree_and_does_not_multiply_it():
    # Else a sum of a few functions would take three draws of each size, or more.
    body = " + ".join(f"{f}({k} * c.T @ x)" for k, f in enumerate(SMOOTH, start=2))
    slope = " + ".join(
        f"{k} * {f}({k} * c.T @ x) * c" for k, f in enumerate(SLOPES, start=2)
    )
    made = statement(
        where={"x": "vector(n)", "c": "vector(n)"},
        function=body,
        wrt="x",
        denominator=slope,
    )
    identity = Identity(made.with_shared_terms(), made.claims[0], free=True)
    assert identity.degree(Case({"n": 3}, {}))[0] < 1000


SMOOTH, SLOPES = ("sin", "exp", "sinh"), ("cos", "exp", "cosh")
SMALL = 499
"""The order of a field in which accidents are frequent enough to be counted."""


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("exp(c)", "exp(d)"),
        ("exp(c) * exp(d)", "1"),
        ("sin(c)", "sin(-d)"),
        ("cos(c)", "1"),
        ("exp(c)", "d"),
        ("log(c)", "log(d)"),
        ("log(c) + log(d)", "0"),
        ("log(c)", "d"),
        ("log(exp(c) * d)", "c"),
        ("exp(log(c) * d)", "c"),
        ("tanh(c) + tanh(d)", "0"),
    ],
)
def test_false_identities_pass_by_accident_no_more_often_than_is_reckoned(left, right):
    made = stated(value=left, both=right)
    identity, case = Identity(made, made.claims[0], free=True), Case({}, {})
    degree, inverted = identity.degree(case)
    field = Residue(SMALL)
    xp, numbers = FreeArithmetic(field), field.numbers(Random(0))
    passed = tried = 0
    for draw in range(4000):
        raw = {name: field.draw(numbers, (1, 1)) for name in identity.types}
        at = xp.drawn(b"%d" % draw)
        try:
            values = identity.values(at, raw, case)
            both = [identity.evaluate(at, values, case, side) for side in made_of(made)]
        except ZeroDivisionError:
            continue
        tried += 1
        passed += both[0].value.flint == both[1].value.flint
    assert tried > 2000
    assert passed / tried <= degree / (SMALL - inverted)


def made_of(made: Statement) -> tuple[Term, Term]:
    """Return both sides."""
    claim = made.claims[0]
    assert claim.term is not None
    return made.bodies[Layout.NUMERATOR], claim.term


@pytest.mark.parametrize("depth", range(1, 15))
def test_degrees_beyond_the_fields_are_refused(depth):
    value = "x"
    for _ in range(depth):
        value = f"exp(A @ {value})"
    result = found(value=value, both=value)
    if depth > 7:  # at the smallest sizes alone they are small enough
        assert result is None or result.finding is UNDECIDED
    else:
        assert result is not None
        assert result.finding is SAME
        assert result.bound < 1e-32


# Whatever is found the same agrees in floating point.

LEAVES = st.sampled_from(["c", "d", "1", "2", "(c + d)", "(c * d)", "(1 / c)"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(
        ["exp", "sin", "cos", "tanh", "sinh", "sigmoid", "arctan", "-"]
    )
    unary = st.tuples(names, inner).map(lambda one: f"{one[0]}({one[1]})")
    binary = st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda one: f"({' '.join(one)})"
    )
    return unary | binary


TEXTS = st.recursive(LEAVES, _larger, max_leaves=5)
CHANGES = [
    ("exp(-(", "1 / exp(("),
    ("-(", "(-1) * ("),
    ("tanh(", "-tanh(-"),
    ("cos(", "cos(-"),
    ("sin(", "-sin(-"),
    ("sinh(", "sinh(-"),
    ("(c", "(d"),
    ("sigmoid(", "1 - sigmoid(-"),
    ("+", "-"),
    ("(c * d)", "(d * c)"),
    ("(c + d)", "(d + c)"),
]


@given(TEXTS, st.lists(st.sampled_from(CHANGES), min_size=1, max_size=2))
def test_what_is_found_the_same_agrees_in_floating_point(text, changes):
    other = text
    for old, new in changes:
        other = other.replace(old, new)
    where = {"c": "scalar", "d": "scalar"}
    made = statement(where=where, value=f"{text} + 0 * c * d", both=other)
    result = compared(
        made.with_shared_terms(), made.with_shared_terms().claims[0], [], 0
    )
    if result is None or result.finding is not SAME:
        return
    for c, d in ((0.75, -0.5), (-1.25, 0.375), (2.5, 1.5)):
        values = {"c": np.array([[c]]), "d": np.array([[d]])}
        known = Evaluation(values, {}, Exact({}), numeric)
        claim = made.claims[0].term
        assert claim is not None
        with np.errstate(all="ignore"):
            left, right = (float(known.of(term)[0, 0]) for term in (made.body, claim))
        if math.isfinite(left) and math.isfinite(right):
            assert left == pytest.approx(right, rel=1e-6, abs=1e-6), (text, other, c, d)


EVERYWHERE = [*range(-3, 4), -0.5, 0.5, math.pi / 2, -math.pi / 2]
"""Among them the poles of the functions that have some."""


@pytest.mark.parametrize(
    "row",
    [r for r in PRIMITIVES.values() if r.free and r.signature == "m n -> m n"],
    ids=lambda row: row.name,
)
def test_functions_with_poles_say_so(row):
    with np.errstate(all="ignore"):
        found = abs(row.value(numeric, np.array(EVERYWHERE, float)[:, None]))
    # `log` and its like have no value in a whole region, which is looked at elsewhere.
    broken = bool((~np.isfinite(found) | (found > 1e12)).any())
    assert (row.pole is not None) == (broken and row.name not in PARTIAL)
