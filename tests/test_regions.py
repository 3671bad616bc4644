"""Claims that are wrong in a region of the values only, or right in all of them."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from stated import record

from verifier.engine.experiment import Block
from verifier.engine.finding import Enclosure, Finding
from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE
from verifier.engine.settings import Settings
from verifier.judging.tally import Spot
from verifier.running.verification import verify_chunk

REAL = {"x": "scalar", "y": "scalar", "t": "positive"}
SPACE = {"x": "vector(n)", "A": "matrix(n, n)", "q": "probability_vector(n + 1)"}
SPACE |= {"G": "invertible(n)", "E": "idempotent(n)", "t": "scalar"}
SPACE |= {"Y": "positive_matrix(n, n)"}
MOVING = {"t": "scalar", "h": "scalar", "x": "vector(n)", "v": "vector(n)"}


def verdict(**fields):
    """Return the verdict on the first claim of a record."""
    ((found, *_),) = verify_chunk([record(**fields)], Settings(diagnose=False))
    return found.verdict


@pytest.mark.parametrize(
    ("where", "value", "claim", "expected"),
    [
        # What floats see nothing of: an overflow, or zero on both sides.
        ("x", "exp(200*x)*exp(-200*x)", "1", HOLDS),
        ("x", "exp(200*x)*exp(-200*x)", "1 + step(x - 3.6)*step(14 - x)", FAILS),
        ("x", "x*exp(-1000*x**2)", "x*exp(-1000*x**2)*(1 + step(x - 1.5))", FAILS),
        # Intervals, wherever they are and however narrow.
        ("x", "sin(x)", "sin(x) + step(x - 33)*step(33.1 - x)", FAILS),
        ("x", "sin(x)", "sin(x) + relu(x + 0.0031)*relu(-0.003 - x)", FAILS),
        ("x", "sin(x)", "sin(x) + step(0.01 - (x - 5)**2)", FAILS),
        ("x", "cos(x)", "cos(x) + maximum(x, 900) - 900 - relu(x - 900)", HOLDS),
        ("x", "cos(x)", "cos(x) + maximum(x, 900) - 900 - relu(x - 901)", FAILS),
        # Branches: a root, a logarithm, |det|.
        ("x", "sqrt((x - 40)**2)", "abs(x - 40)", HOLDS),
        ("x", "sqrt((x - 40)**2)", "40 - x", FAILS),
        ("x", "exp(log((x + 40)**2)/2)", "x + 40", FAILS),
        ("x", "sin(x)", "sin(x) + (abs(x-20) + x-20)*(sqrt((x-50)**2) + 50-x)", FAILS),
        # What saturates everywhere else.
        ("x", "sin(x)", "sin(x) + exp(-1e5*(x - 30)**2)", FAILS),
        ("x", "sin(x)", "sin(x) + 1 - tanh(1e6*(x - 77))**2", FAILS),
        ("x", "tanh(3*(x - 9))", "2*sigmoid(6*(x - 9)) - 1", HOLDS),
        # Two names, each in a place of its own.
        (
            "xy",
            "y*sin(x)",
            "y*sin(x) + step(x - 100)*step(3 + y)*step(-2.9 - y)",
            FAILS,
        ),
        ("xy", "exp(x/y)", "exp(x/y) + step(x/y - 50)", FAILS),
        # What is small beside the rest, in one branch.
        ("x", "exp(relu(x - 2))", "exp(relu(x - 2)) + 1e-30*relu(x - 2)", FAILS),
        ("x", "exp(relu(-x))", "exp(relu(-x))*(1 + 1e-30*step(-x))", FAILS),
        ("xy", "exp(x*y)", "exp(x*y)*(1 + 1e-30*step(x)*step(-y))", FAILS),
        ("xy", "exp(x*y)", "exp(x*y)*(1 + 1e-30*step(-x)*step(y))", FAILS),
        ("xy", "exp(maximum(x, y))", "exp(maximum(x, y)) + 1e-30*relu(x - y)", FAILS),
        ("xy", "exp(maximum(x, y))", "exp(maximum(x, y)) + 1e-30*relu(y - x)", FAILS),
        ("xA", "exp(max(x))", "exp(max(x)) + 1e-20*step(max(x) - 3)", FAILS),
        # Vectors and matrices.
        (
            "xA",
            "exp(sum(x))",
            "exp(sum(x)) + step(norm(x) - 70)*step(75-norm(x))",
            FAILS,
        ),
        ("xA", "exp(max(x))", "exp(max(x)) + step(max(x)-700)*step(705-max(x))", FAILS),
        ("q", "sum(exp(q))", "sum(exp(q)) + relu(max(q) - 0.96)", FAILS),
        ("q", "exp(sum(q))", "exp(1 + relu(max(q) - 1))", HOLDS),
        ("G", "exp(tr(G))", "exp(tr(G)) + 1e-30*(1 - sign(det(G)))", FAILS),
        ("G", "exp(tr(G))", "exp(tr(G)) + 1e-30*(1 + sign(det(G)))", FAILS),
        # Of many places each term has its turn.
        (
            "t",
            "expm1(sin(t))",
            "expm1(sin(t))*(1 + 1e-30*step(t-.004)*step(.02-t))",
            FAILS,
        ),
        ("t", "abs(sin(t))", "abs(sin(t))*(1 + step(t-.4)*step(.41-t))", FAILS),
        ("t", "abs(sin(t))", "abs(sin(t))*(1 + 0*step(t-.4)*step(.41-t))", HOLDS),
        # Where there is a value in a part of the space only.
        ("tA", "arcsin(t)", "arcsin(t)*(1 + step(norm(A)-60)*step(61-norm(A)))", FAILS),
        (
            "AY",
            "tan(A)@atanh(A@Y)",
            "(1 + 1e-16*step(norm(A)-1)*step(2-norm(A)))*(tan(A)@atanh(A@Y))",
            FAILS,
        ),
        ("x", "sin(x)", "sin(x) + step(abs(x) - 1e6)", FAILS),
        ("x", "sin(x)", "sin(x) + step(x - 1e-9)*step(1e-8 - x)", FAILS),
        ("x", "lgamma(x)", "lgamma(x)*(1 + step(-3-x)*step(4+x))", FAILS),
        ("x", "arccos(x)", "pi - arccos(-x) + step(x - 0.97)", FAILS),
        # Which draws are in it, and floats see nothing.
        (
            "E",
            "tr(exp(E))",
            "tr(exp(E))*(1 + 1e-16*step(max(E)-3)*step(11-max(E)))",
            FAILS,
        ),
        ("E", "tr(exp(E))", "tr(exp(E))*(1 + 1e-16*step(0.25-max(E)*2))", FAILS),
        ("xA", "abs(x - 3)", "relu(x - 3) + relu(3 - x)", HOLDS),
        ("xA", "cos(tr(A))", "cos(tr(A)) + step(tr(A) - 44)*step(46 - tr(A))", FAILS),
    ],
)
def test_verdict_covers_every_region(where, value, claim, expected):
    types = REAL if where in ("x", "xy", "t") else SPACE
    names = {name: types[name] for name in where}
    assert verdict(where=names, value=value, both=claim) == expected


SPREAD = "1e20*norm(x - mean(x))"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("{f} + 1e20 - 1e20", HOLDS),
        ("{f} + 1e20 + exp(-1e5*(sum(x) - 30)**2) - 1e20", FAILS),
        ("{f} + 1e20 + step(sum(x) - 33)*step(33.1 - sum(x)) - 1e20", FAILS),
        ("{f} + 1e20 + relu(sum(sin(x)) - sum(x))*1e-30 - 1e20", FAILS),
        # Floats see something at size 1 alone.
        (f"{{f}} + {SPREAD} - {SPREAD}", HOLDS),
        (f"{{f}} + {SPREAD} + exp(-1e5*(sum(x) - 60)**2) - {SPREAD}", FAILS),
        (f"{{f}} + {SPREAD} + step(norm(x-mean(x)) - 70) - {SPREAD}", FAILS),
    ],
)
@pytest.mark.parametrize("function", ["sum(sin(x))", "x.T @ cos(x)"])
def test_where_floats_see_nothing_balls_look_in_every_region(function, claim, expected):
    where = {"x": "vector(n)"}
    claim = claim.format(f=function)
    assert verdict(where=where, value=function, both=claim) == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("exp(x)", HOLDS),
        ("exp(x) + relu(x - 40)*relu(40.5 - x)", FAILS),
        ("exp(x) + 0*relu(x - 40)*relu(40.5 - x)", HOLDS),
    ],
)
def test_verdict_on_a_derivative_covers_every_region(claim, expected):
    where = {"x": "vector(n)"}
    function = {"function": "sum(exp(x))", "wrt": "x", "denominator": claim}
    assert verdict(where=where, **function) == expected


@pytest.mark.parametrize(
    ("body", "claim", "expected"),
    [
        ("(sin(t+h)-sin(t))/h", "cos(t)", HOLDS),
        ("(sin(t+h)-sin(t))/h", "cos(t) + step(t-33)*step(34-t)", FAILS),
        ("(sin(t+h)-sin(t))/h", "cos(t) + 1e-300*t", FAILS),
        ("(abs(t-8+h)-abs(t-8))/h", "sign(t-8)", HOLDS),
        ("(sqrt((t-18+h)**2)-sqrt((t-18)**2))/h", "-1", FAILS),
        ("(norm(x+h*v)**2-norm(x)**2)/h", "2*x.T@v", HOLDS),
        ("(norm(x+h*v)**2-norm(x)**2)/h", "2*x.T@v + step(max(x)-3)", FAILS),
        ("sin(h)/h", "1 + 1e-300", FAILS),
        ("sin(h + 1e-300)/h", "1", FAILS),
        # Where what moves changes its ways, by a name that stands still.
        ("exp(-((t-5)*(t-5.2))/h**2)", "0", FAILS),
        ("exp(-((t-5)*(t-5.2)+0.02)/h**2)", "0", HOLDS),
        ("sigmoid((t-7)/h**2)*sigmoid((7.1-t)/h**2)", "0", FAILS),
        # Where there is a value in a part of the space only.
        ("(arcsin(t+h)-arcsin(t))/h", "1/sqrt(1-t**2)", HOLDS),
        (
            "(arcsin(t+h)-arcsin(t))/h",
            "1/sqrt(1-t**2) + step(t+0.99)*step(-0.98-t)",
            FAILS,
        ),
        ("v*(sin(t+h)-sin(t))/h", "v*cos(t)*(1 + 1e-16*relu(max(v)-7))", FAILS),
    ],
)
def test_limit_is_right_in_every_region_and_detail(body, claim, expected):
    asked = {"limit": body, "as": "h -> 0", "both": claim}
    assert verdict(where=MOVING, **asked) == expected


@pytest.mark.parametrize(
    ("body", "claim", "expected"),
    [
        ("sin(t+h)", "sin(t) + h*cos(t)", HOLDS),
        ("sin(t+h)", "sin(t) + h*cos(t) + 1e-300*h**2", HOLDS),
        ("sin(t+h)", "sin(t) + h*cos(t) + 1e-300*h", FAILS),
        ("sum(exp(x+h*v))", "sum(exp(x)) + h*exp(x).T@v", HOLDS),
        (
            "sum(exp(x+h*v))",
            "sum(exp(x)) + h*exp(x).T@v*(1+step(max(x)+1)*step(-0.9-max(x)))",
            FAILS,
        ),
    ],
)
def test_expansion_is_right_in_every_region_and_detail(body, claim, expected):
    asked = {"expansion": body, "small": "h", "error": "o(h)", "both": claim}
    assert verdict(where=MOVING, **asked) == expected


@pytest.mark.parametrize(
    ("form", "word", "expected"),
    [
        ("a**2 + 1e-200*b**2", "positive", HOLDS),
        ("a**2 - 1e-200*b**2", "positive", FAILS),
        ("a**2 - 1e-200*b**2", "indefinite", HOLDS),
    ],
)
def test_sign_depends_on_what_is_tiny(form, word, expected):
    parts = {name: f"unit({i}, 2).T @ h" for i, name in enumerate("ab", 1)}
    asked = {"where": {"h": "vector(2)"}, "let": parts, "sign": form, "small": "h"}
    assert verdict(**asked, both=word) == expected


def test_draw_at_an_accidental_tie_says_nothing_of_an_expansion():
    matrices = dict.fromkeys("XYv", "matrix(4, 5)")
    claim = "maximum(X, Y) + h*step(Y - X)*v"
    asked = {"where": {**matrices, "h": "scalar"}, "expansion": "maximum(X, Y + h*v)"}
    asked |= {"small": "h", "error": "o(h)"}
    assert verdict(**asked, both=claim) == HOLDS
    assert verdict(**asked, both=claim.replace("Y - X", "X - Y")) == FAILS


@pytest.mark.parametrize("region", ["step(%s - 3) * step(11 - %s)", "0 * %s * %s"])
@pytest.mark.parametrize("field", ["numerator", "differential"])
@pytest.mark.parametrize(
    ("where", "function", "wrt", "of", "numerator", "differential"),
    [
        # The function has a value where one name is large and another small.
        (
            {"X": "matrix(m, n)", "x": "vector(n)"},
            "abs(atanh(X @ x))",
            "x",
            "unit(1, n).T @ x",
            "diag(sign(X @ x) / (1 - (X @ x)**2)) @ X",
            "sign(X @ x) / (1 - (X @ x)**2) * (X @ dx)",
        ),
        (
            {"X": "matrix(n, m)", "x": "vector(m)"},
            "erf(arcsin(X @ x))",
            "X",
            "max(x)",
            "diag(2 * exp(-arcsin(X @ x)**2) / sqrt(pi)) @ "
            "(diag(1 / sqrt(1 - (X @ x)**2)) @ kron(x.T, eye(n)))",
            "2 * exp(-arcsin(X @ x)**2) / sqrt(pi) / sqrt(1 - (X @ x)**2) * (dX @ x)",
        ),
        (
            {"X": "matrix(n, m)", "x": "vector(m)"},
            "log(cos(arcsin(X @ x)))",
            "X",
            "max(x)",
            "kron(x.T, diag(-X @ x / (1 - (X @ x)**2)))",
            "-X @ x / (1 - (X @ x)**2) * (dX @ x)",
        ),
        # Of such matrices most that are drawn are zero, or the identity.
        (
            {"f": "matrix(2, 2) -> matrix(2, 2)", "A": "idempotent(2)"},
            "log(exp(f(A)))",
            "A",
            "max(A)",
            "D(f)(A)",
            "unvec(D(f)(A) @ vec(dA), 2, 2)",
        ),
        (
            {"A": "idempotent(2)", "B": "matrix(2, 2)"},
            "exp(A) * B",
            "A",
            "max(A)",
            "diag(vec(exp(A) * B))",
            "exp(A) * dA * B",
        ),
    ],
)
def test_derivative_is_looked_at_in_regions_that_few_draws_reach(
    where, function, wrt, of, numerator, differential, field, region
):
    right = numerator if field == "numerator" else differential
    claim = f"(1 + 1e-30 * {region % (of, of)}) * ({right})"
    expected = HOLDS if region.startswith("0") else FAILS
    fields = {"where": where, "function": function, "wrt": wrt, field: claim}
    assert verdict(id="one", **fields) == expected


@pytest.mark.parametrize(
    ("value", "claim", "expected"),
    [
        ("relu({x} - 300)", "relu({x} - 300) * (1 + {i})", FAILS),
        ("relu({x} - norm1(X))", "relu({x} - norm1(X)) * (1 + {i})", FAILS),
        ("relu({x} - norm1(X))", "relu({x} - norm1(X)) * (1 + 0 * {i})", HOLDS),
    ],
)
def test_regions_are_looked_for_at_every_index(value, claim, expected):
    where = {"X": "matrix(n, n)", "x": "vector(n)", "i": "index(n)"}
    where = {name: kind for name, kind in where.items() if name != "X" or "X" in value}
    words = {"x": "unit(i, n).T @ x", "i": "step(i - 3.5) * step(4.5 - i)"}
    said = {"value": value.format(**words), "both": claim.format(**words)}
    assert verdict(where=where, **said) == expected


TINY = "1e-16 * {} * step(norm({x}) - 1) * step(2 - norm({x}))"
BY_ENTRIES = "diag(vec(1 / (abs(A) + 1))) @ diag(vec(triu(ones(n, n))))"
BY_ENTRIES += " - diag(vec(triu(A) / (abs(A) + 1)**2)) @ diag(vec(sign(A)))"
OPEN_AT_ZERO = [
    ("A", "diagonal(n)", "triu(A) / (abs(A) + 1)", BY_ENTRIES),
    ("A", "lower(n)", "vec(relu(A) * A)", "2 * diag(vec(relu(A)))"),
    ("A", "diagonal(n)", "sum(abs(A)**3)", "3 * (vec(A) * vec(abs(A))).T"),
]
"""Functions of which balls see nothing where entries are zero: at all sizes but 1."""


@pytest.mark.parametrize(("name", "kind", "function", "right"), OPEN_AT_ZERO)
@pytest.mark.parametrize("seed", range(3))
def test_regions_are_looked_for_where_balls_decide(name, kind, function, right, seed):
    fields = {"where": {name: kind}, "function": function, "wrt": name}
    tiny = f"(1 + {TINY.format(1, x=name)})"
    layout = {"numerator": f"{tiny} * ({_in_rows(function, right)})"}
    settings = Settings(seed=seed, diagnose=False)
    ((found, *_),) = verify_chunk([record(**fields, **layout)], settings)
    assert found.verdict == FAILS


@pytest.mark.parametrize(("name", "kind", "function", "right"), OPEN_AT_ZERO)
def test_what_floats_do_not_see_is_open_where_balls_do_not_decide(
    name, kind, function, right
):
    fields = {"where": {name: kind}, "function": function, "wrt": name}
    right = _in_rows(function, right)
    assert verdict(**fields, numerator=right) == HOLDS
    tiny = f"(1 + {TINY.format('(n - 1)', x=name)})"
    assert verdict(**fields, numerator=f"{tiny} * ({right})") == INCONCLUSIVE


def _in_rows(function: str, right: str) -> str:
    """Return the derivative of a scalar in the shape of its variable, transposed."""
    return f"unvec(({right}).T, n, n).T" if function.startswith("sum") else right


def test_matrices_that_are_zero_or_the_identity_at_two_draws_have_others():
    region = "step(max(A) - 3) * step(11 - max(A))"
    right = "diag(vec(1 / exp(f(A)))) @ (diag(vec(exp(f(A)))) @ D(f)(A))"
    found = verdict(
        id="generated-20261130-2800",  # the first two are such ones
        where={"f": "matrix(2, 2) -> matrix(2, 2)", "A": "idempotent(2)"},
        function="log(exp(f(A)))",
        wrt="A",
        numerator=f"(1 + 1e-30 * ({region})) * ({right})",
    )
    assert found == FAILS


@pytest.mark.parametrize(
    "claim", ["eigenvalues(A) + 1e-30 * eigenvalues(A)", "eigenvalues(A) * (1 + 1e-30)"]
)
def test_agreeing_in_zero_says_nothing_of_a_factor(claim):
    found = verdict(
        id="generated-20261131-530",  # the draws that stand for all are zero
        where={"A": "idempotent(n)"},
        value="eigenvalues(A)",
        numerator=claim,
    )
    assert found == FAILS


@pytest.mark.parametrize(
    ("found", "agrees"),
    [
        (Enclosure(Finding.SAME, left=np.eye(2)), True),
        (Enclosure(Finding.SAME, left=np.zeros((2, 2))), False),
        (Enclosure(Finding.SAME, left=np.eye(2), faint=True), False),
        (Enclosure(Finding.DIFFERENT, left=np.eye(2)), False),
        (None, False),
    ],
)
def test_balls_agree_where_there_is_something_to_agree_in(found, agrees):
    block = cast("Block", None)  # nothing is asked of it
    assert Spot(block, 0, enclosure=found).agrees == agrees
