"""Members of the classes of function symbols: claims that most functions satisfy."""

from __future__ import annotations

import numpy as np
import pytest
from stated import statement

from verifier.engine import numeric, traced
from verifier.engine.draws import Source, values
from verifier.engine.experiment import Experiment
from verifier.engine.members import FIRST, MEMBERS
from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE
from verifier.engine.settings import Settings
from verifier.judging.judge import verdict_on
from verifier.language.declaration import parse_type
from verifier.language.sizes import Case

COUNT = 200


@pytest.fixture(scope="module", autouse=True)
def _double():
    traced.configure("float64")


def outcome(**fields):
    """Return the verdict on the only claim of a record."""
    stated = statement(**fields)
    found = Experiment(stated, Settings())
    found.differentiate()
    return verdict_on(found, stated.claims[0])


def judged(**fields):
    return outcome(**fields).verdict


def function(kind: str):
    """Return a symbol of a type at many draws, and the draws."""
    given = {"f": parse_type(kind)}
    (draws,) = Source(given, (Case({"n": 2}, {}),), 0, "one").draw(COUNT)
    return values(numeric, given, draws.raw, draws.case)[1]["f"], draws


VECTOR = {"x": "vector(n)", "f": "vector(n) -> scalar"}
CONVEX = {**VECTOR, "f": "convex vector(n) -> scalar"}
STRICT = {**VECTOR, "f": "strictly_convex vector(n) -> scalar"}
CONCAVE = {**VECTOR, "f": "concave vector(n) -> scalar"}
POSITIVE = {**VECTOR, "f": "positive vector(n) -> scalar"}
CURVE = {"x": "scalar", "f": "scalar -> scalar"}
BOWL = {"x": "scalar", "f": "convex scalar -> scalar"}
TWO = {"x": "scalar", "t": "scalar", "f": "(scalar, scalar) -> scalar"}


@pytest.mark.parametrize(
    ("where", "value", "claim"),
    [
        (VECTOR, "step(100 - f(x))", "1"),
        (VECTOR, "step(f(x) + 50)", "1"),
        (VECTOR, "maximum(f(x), -1000000000000)", "f(x)"),
        (VECTOR, "step(abs(f(x)) - 1e-9)", "1"),
        (VECTOR, "step(norm(D(f)(x)) - 1e-9)", "1"),
        (VECTOR, "sign(det(hessian(f)(x)))**2", "1"),
        (VECTOR, "sign(f(x))**2", "1"),
        (CURVE, "step(1000 - abs(D(f)(x)))", "1"),
        (CURVE, "sign(D(f)(x))**2", "1"),
        (CURVE, "step(f(x)**2 - 1e12)", "0"),
        (CONVEX, "sign(det(hessian(f)(x)))", "1"),
        (CONVEX, "step(tr(hessian(f)(x)))", "1"),
        (CONVEX, "abs(f(x))", "f(x)"),
        (CONVEX, "step(f(x) + 50)", "1"),
        (CONCAVE, "step(-tr(hessian(f)(x)))", "1"),
        (BOWL, "step(D(D(f))(x))", "1"),
        (POSITIVE, "maximum(f(x), 1e-9)", "f(x)"),
        (POSITIVE, "minimum(f(x), 1000000000)", "f(x)"),
        (POSITIVE, "step(norm(D(f)(x)))", "1"),
        (TWO, "sign(D(D(f, 2), 2)(x, t))**2", "1"),
        (STRICT, "step(f(x) + 50)", "1"),
        (STRICT, "step(tr(hessian(f)(x)) - 1e-6)", "1"),
    ],
)
def test_what_most_functions_satisfy_is_refuted(where, value, claim):
    assert judged(where=where, value=value, numerator=claim) == FAILS


@pytest.mark.parametrize(
    ("where", "value", "claim"),
    [
        (STRICT, "sign(det(hessian(f)(x)))", "1"),
        (STRICT, "step(tr(hessian(f)(x)))", "1"),
        (CONVEX, "minimum(tr(hessian(f)(x)), 0)", "0"),
        (CONVEX, "maximum(f(x) + D(f)(x) @ x, f(2*x))", "f(2*x)"),
        (POSITIVE, "step(f(x))", "1"),
        (VECTOR, "f(x)/f(x)", "1"),
        (CURVE, "D(f)(x)/D(f)(x)", "1"),
        ({**CURVE, "f": "scalar -> vector(n)"}, "f(x)/norm(f(x))*norm(f(x))", "f(x)"),
        ({**VECTOR, "f": "vector(n) -> vector(n)"}, "inv(D(f)(x)) @ D(f)(x)", "eye(n)"),
        (VECTOR, "inv(hessian(f)(x)) @ hessian(f)(x)", "eye(n)"),
    ],
)
def test_what_holds_wherever_it_has_a_value_holds(where, value, claim):
    assert judged(where=where, value=value, numerator=claim) == HOLDS


@pytest.mark.parametrize(
    ("body", "claim", "verdict"),
    [
        ("abs(f(x))", "D(f)(x)*f(x)/abs(f(x))", HOLDS),
        ("abs(f(x))", "D(f)(x)", FAILS),
        ("log(abs(f(x)))", "D(f)(x)/f(x)", HOLDS),
        ("sigmoid(f(x))", "D(f)(x)*exp(f(x))/(1 + exp(f(x)))**2", HOLDS),
        ("g(f(x))", "D(g)(f(x))*D(f)(x)", HOLDS),
        ("g(g(f(x)))", "D(g)(g(f(x)))*D(g)(f(x))*D(f)(x)", HOLDS),
        ("g(g(f(x)))", "D(g)(f(x))**2*D(f)(x)", FAILS),
        ("f(x)/g(f(x))", "D(f)(x)*(1/g(f(x)) - f(x)*D(g)(f(x))/g(f(x))**2)", HOLDS),
        ("f(x)/g(f(x))", "D(f)(x)*(1/g(f(x)) - D(g)(f(x))/g(f(x))**2)", FAILS),
    ],
)
def test_rules_hold_though_some_functions_are_degenerate(body, claim, verdict):
    where = {**VECTOR, "g": "scalar -> scalar"}
    assert judged(where=where, function=body, wrt="x", numerator=claim) == verdict


@pytest.mark.parametrize(
    ("body", "claim", "verdict"),
    [
        ("f(X)", "diag(vec(D(f)(X)))", HOLDS),
        ("f(X)", "diag(vec(D(f)(X).T))", FAILS),
        ("f(X.T)", "diag(vec(D(f)(X.T))) @ commutation(m, n)", HOLDS),
        ("sum(h(X, s))", "D(h, 1)(X, s).T", HOLDS),
        ("sum(h(X, s))", "D(h, 2)(X, s).T", FAILS),
        ("sum(h(s, X))", "D(h, 2)(s, X).T", HOLDS),
        ("sum(h(X, X))", "D(h, 1)(X, X).T + D(h, 2)(X, X).T", HOLDS),
        ("sum(D(f)(X)**2)", "2 * (D(f)(X) * D(D(f))(X)).T", HOLDS),
        ("sum(D(f)(X)**2)", "2 * D(f)(X).T", FAILS),
        ("sum(D(h, 2)(X, s))", "D(D(h, 1), 2)(X, s).T", HOLDS),
        ("sum(D(h, 2)(X, s))", "D(D(h, 2), 2)(X, s).T", FAILS),
        ("sum(D(tanh)(X))", "-2 * (tanh(X) * D(tanh)(X)).T", HOLDS),
        ("sum(taylor(f, s, 2)(X))", "D(f)(s) + D(D(f))(s) * (X - s).T", HOLDS),
        ("D(g)(vec(X)) @ vec(X)", "D(g)(vec(X)) + vec(X).T @ hessian(g)(vec(X))", None),
        ("tr(hessian(g)(vec(X)))", "zeros(n, m)", FAILS),
    ],
)
def test_functions_of_entries_and_derivatives_of_derivatives(body, claim, verdict):
    where = {
        "X": "matrix(m, n)",
        "s": "scalar",
        "f": "scalar -> scalar",
        "h": "(scalar, scalar) -> scalar",
        "g": "vector(m*n) -> scalar",
    }
    if verdict is None:  # the gradient by X lies as X does, in this layout transposed
        claim, verdict = f"unvec(({claim}).T, m, n).T", HOLDS
    assert judged(where=where, function=body, wrt="X", numerator=claim) == verdict


def test_counterexample_says_what_is_special_about_a_function():
    shown = outcome(where=BOWL, value="step(D(D(f))(x))", numerator="1").counterexample
    assert shown is not None
    said = shown["note"].removeprefix("function symbols drawn at random: f, which is ")
    assert said in ("affine", "constant", "zero")


@pytest.mark.parametrize("property", MEMBERS)
def test_every_sixteen_draws_have_every_member_once(property):
    members = MEMBERS[property]
    assert len(members) == 16
    assert members[0].plain
    _, draws = function(f"{property} vector(n) -> scalar")
    assert not draws.special[:FIRST].any()
    wanted = sum(not member.plain for member in members)
    for start in range(16, COUNT - 16, 16):
        assert draws.special[start : start + 16].sum() == wanted


@pytest.mark.parametrize("property", MEMBERS)
def test_every_member_has_the_property_of_its_class(property):
    symbol, _ = function(f"{property} vector(n) -> scalar")
    sign = -1 if property.endswith("concave") else 1
    for seed in range(3):
        x = np.random.default_rng(seed).normal(size=(COUNT, 2, 1)) * 3
        y = symbol.value(numeric, [x])[0, :, 0, 0]
        H = sign * symbol.bend(numeric, [x], 1, 1)[0]
        low, high = np.linalg.eigvalsh(H).T
        if property == "positive":
            assert (y > 0).all()
        elif property:
            assert (low >= -1e-14 * abs(high)).all()
        if property.startswith("strictly"):
            assert (high > 0).all()
        else:
            assert (H == 0).all(axis=(-2, -1)).any()


def test_a_draw_is_the_same_however_many_there_are():
    given = {"f": parse_type("vector(n) -> scalar")}
    source = Source(given, (Case({"n": 2}, {}),), 0, "one")
    (few,), (many,) = source.draw(40), source.draw(100)
    for name, X in few.raw.items():
        assert np.array_equal(X, many.raw[name][:, :40])


def test_degenerate_functions_alone_confirm_nothing():
    # At a skew A the diagonal of abs(A) bends, but for a constant function of it.
    where = {"A": "skew(n)", "f": "matrix(n, n) -> matrix(n, n)"}
    claim = "2 * unvec(D(f)(abs(A)) @ vec(sign(A) * dA), n, n)"
    found = outcome(where=where, function="f(abs(A))", wrt="A", differential=claim)
    assert found.verdict == INCONCLUSIVE


@pytest.mark.parametrize(("factor", "expected"), [("0", HOLDS), ("1", FAILS)])
def test_sizes_where_few_functions_have_a_value_are_looked_at(factor, expected):
    where = {"x": "vector(m)", "f": "scalar -> vector(n)"}
    only = "step(m - 0.5) * step(1.5 - m) * step(n - 3.5) * step(4.5 - n)"
    right = "diag(1 / (1 - f(sum(x))**2)) @ D(f)(sum(x)) @ ones(1, m)"
    claim = f"(1 + {factor} * {only}) * ({right})"
    fields = {"function": "atanh(f(sum(x)))", "wrt": "x", "numerator": claim}
    assert judged(where=where, **fields) == expected
