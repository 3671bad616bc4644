"""Closed forms: right by their values, and written as people write them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from stated import function_of, statement

from verifier.deriving import shortening
from verifier.deriving.algebra import length, names
from verifier.deriving.closed_form import ClosedForms
from verifier.deriving.products import Algebra
from verifier.deriving.samples import Samples, _telling
from verifier.deriving.sharing import shared
from verifier.deriving.stock import Stock
from verifier.language.expression import parse
from verifier.language.printing import show
from verifier.language.shapes import infer
from verifier.language.sizes import cases

WHERE = {
    "x": "vector(n)",
    "y": "vector(n)",
    "p": "positive_vector(n)",
    "b": "vector(m)",
    "t": "scalar",
    "A": "matrix(n, n)",
    "B": "matrix(m, n)",
    "S": "symmetric(n)",
    "P": "positive_definite(n)",
    "X": "invertible(n)",
    "Y": "matrix(m, n)",
    "D": "diagonal(n)",
    "L": "lower(n)",
    "U": "upper(n)",
    "W": "skew(n)",
    "f": "vector(n) -> scalar",
    "g": "vector(n) -> vector(m)",
    "h": "scalar -> scalar",
    "q": "(vector(n), vector(n)) -> scalar",
}


def derived(function: str, wrt: str | list[str], field: str, claim: str = "0", **more):
    """Return a record that states a claim, and the form derived in its place."""
    found = function_of(function, wrt, field, WHERE, claim=claim, **more)
    return found, ClosedForms(found).form(field)


RIGHT = [
    ("x.T @ A @ x", "x", "denominator", "(A + A.T) @ x"),
    ("x.T @ A @ x", "x", "hessian", "A + A.T"),
    ("norm(B @ x - b)**2", "x", "numerator", "2 * (B @ x - b).T @ B"),
    ("norm(B @ x - b)**2", "x", "hessian", "2 * B.T @ B"),
    ("norm(x)", "x", "hessian", "(eye(n) - x @ x.T / (x.T @ x)) / norm(x)"),
    ("x / norm(x)", "x", "numerator", "(eye(n) - x @ x.T / (x.T @ x)) / norm(x)"),
    ("softmax(x)", "x", "numerator", "diag(softmax(x)) - softmax(x) @ softmax(x).T"),
    ("-y.T @ log(softmax(x))", "x", "denominator", "sum(y) * softmax(x) - y"),
    (
        "-y.T @ log(softmax(x))", "x", "hessian",
        "sum(y) * (diag(softmax(x)) - softmax(x) @ softmax(x).T)",
    ),
    (
        "sum(softplus(B @ x))", "x", "hessian",
        "B.T @ diag(sigmoid(B @ x) * (1 - sigmoid(B @ x))) @ B",
    ),
    ("sum(relu(t - x)**2)", "x", "denominator", "-2 * relu(t - x)"),
    ("sum(abs(x - y))", "x", "denominator", "sign(x - y)"),
    ("maximum(x, y).T @ x", "y", "denominator", "x * step(y - x)"),
    ("logdet(X)", "X", "denominator", "inv(X).T"),
    ("det(X)", "X", "numerator", "det(X) * inv(X)"),
    ("inv(X)", "X", "differential", "-inv(X) @ dX @ inv(X)"),
    ("tr(inv(X + A))", "X", "denominator", "-(inv(X + A) @ inv(X + A)).T"),
    ("tr(X @ X @ X)", "X", "denominator", "3 * X.T @ X.T"),
    ("tr(matpow(X, 5))", "X", "denominator", "5 * matpow(X, 4).T"),
    ("y.T @ inv(P) @ y", "P", "numerator", "-inv(P) @ y @ y.T @ inv(P)"),
    ("norm(Y)", "Y", "denominator", "Y / norm(Y)"),
    ("norm(b - Y @ x)**2 / 2", "Y", "denominator", "-(b - Y @ x) @ x.T"),
    ("norm(b - Y @ pinv(Y) @ b)**2", "b", "denominator",
     "2 * (b - Y @ pinv(Y) @ b)"),
    ("kron(Y, A)", "Y", "differential", "kron(dY, A)"),
    ("Y.T", "Y", "numerator", "commutation(m, n)"),
    ("sum(p * log(p))", "p", "denominator", "1 + log(p)"),
    ("sum(p**t)", "t", "numerator", "sum(p**t * log(p))"),
    ("f(t * x)", "t", "numerator", "D(f)(t * x) @ x"),
    ("g(A @ x)", "x", "denominator", "A.T @ D(g)(A @ x)"),
    ("h(f(x))", "x", "hessian",
     "D(D(h))(f(x)) * D(f)(x).T @ D(f)(x) + D(h)(f(x)) * hessian(f)(x)"),
    ("q(x, x)", "x", "numerator", "D(q, 1)(x, x) + D(q, 2)(x, x)"),
    ("f(x) * g(x)", "x", "numerator", "f(x) * D(g)(x) + g(x) @ D(f)(x)"),
    ("expm(t * A) @ x", "t", "numerator", "A @ expm(t * A) @ x"),
    ("tr(expm(A @ X))", "X", "denominator", "(expm(A @ X) @ A).T"),
    ("norm(D(f)(x))**2", "x", "numerator", "2 * D(f)(x) @ hessian(f)(x)"),
    ("norm(D(f)(x))**2", "x", "denominator", "2 * hessian(f)(x) @ D(f)(x)"),
    ("D(f)(x) @ y", "x", "denominator", "hessian(f)(x) @ y"),
    ("A @ D(f)(x).T", "x", "denominator", "hessian(f)(x) @ A.T"),
    ("vec(D(g)(x))", "x", "denominator", "hessian(g)(x).T @ commutation(m, n)"),
    ("tr(matpow(X, -2))", "X", "denominator", "-2 * matpow(X, -3).T"),
    ("matpow(X, -1)", "X", "differential", "-inv(X) @ dX @ inv(X)"),
    ("prod(diagonal(cholesky(P)))", "P", "numerator", "sqrt(det(P)) * inv(P) / 2"),
    ("y.T @ expm(A) @ x", "A", "numerator",
     "hstack(eye(n), zeros(n, n)) @ expm(vstack(hstack(A, x @ y.T),"
     " hstack(zeros(n, n), A))) @ vstack(zeros(n, n), eye(n))"),
]  # fmt: skip
INDEPENDENT = [
    ("tr(A @ S)", "S", "A + A.T - A * eye(n)"),
    ("logdet(P)", "P", "2 * inv(P) - inv(P) * eye(n)"),
    ("x.T @ D @ y", "D", "diag(x * y)"),
    ("tr(D @ A @ D)", "D", "2 * (A * eye(n)) @ D"),
    ("tr(A @ L)", "L", "tril(A.T)"),
    ("x.T @ L @ L.T @ x", "L", "2 * tril(x @ x.T @ L)"),
    ("x.T @ U @ y", "U", "triu(x @ y.T)"),
    ("x.T @ W @ y", "W", "x @ y.T - y @ x.T"),
    ("tr(A @ W @ W)", "W", "(W @ A + A @ W).T - (W @ A + A @ W)"),
    ("t * (x.T @ S @ x)", "t", "x.T @ S @ x"),
]


def same(found, tree, text: str, field: str) -> bool:
    """Whether a tree has the values of a text, at draws of another seed."""
    (claim,) = found.claims
    scope = found.scope(claim)
    samples = Samples(found, seed=7)
    sides = [samples.blocks(infer(side, scope)) for side in (tree, parse(text))]
    assert all(sides), field
    return all(
        X.shape == Y.shape and np.allclose(X, Y, 1e-9, 1e-9)
        for X, Y in zip(*sides, strict=True)
    )


@pytest.mark.parametrize(("function", "wrt", "field", "wanted"), RIGHT)
def test_closed_form_has_the_values_of_the_known_one(function, wrt, field, wanted):
    found, tree = derived(function, wrt, field, wanted)
    assert same(found, tree, wanted, field)
    assert not same(found, parse(f"65/64 * ({wanted}) + 1/61"), wanted, field)


@pytest.mark.parametrize(("function", "wrt", "wanted"), INDEPENDENT)
def test_independent_entries_have_closed_forms_too(function, wrt, wanted):
    more = {"entries": "independent"} if wrt != "t" else {}
    found, tree = derived(function, wrt, "denominator", wanted, **more)
    assert same(found, tree, wanted, "denominator")


@pytest.mark.parametrize(
    ("function", "wrt", "field", "wanted"),
    [
        ("x.T @ A @ x", "x", "denominator", "(A + A.T) @ x"),
        ("norm(B @ x - b)**2", "x", "denominator", "2 * B.T @ (B @ x - b)"),
        ("tr(X @ A)", "X", "denominator", "A.T"),
        ("tr(matpow(X, 5))", "X", "numerator", "5 * matpow(X, 4)"),
        ("t**2 * A", "t", "numerator", "2 * t * A"),
        ("h(t) * h(t)", "t", "differential", "2 * h(t) * D(h)(t) * dt"),
        ("h(t) + t**2", "t", "differential", "(D(h)(t) + 2 * t) * dt"),
        ("q(x, y)", "x", "numerator", "D(q, 1)(x, y)"),
        ("f(x) * x.T @ x", "x", "numerator", "x.T @ x * D(f)(x) + 2 * f(x) * x.T"),
        ("A @ (X @ X) @ A.T", "X", "differential", "A @ (dX @ X + X @ dX) @ A.T"),
        ("tr(A)", "x", "denominator", "zeros(n, 1)"),
        ("cumsum(Y)", "Y", "denominator", "kron(eye(n), triu(ones(m, m)))"),
        ("commutation(m, n) @ vec(Y)", "Y", "numerator", "commutation(m, n)"),
    ],
)
def test_closed_form_reads_as_people_write_it(function, wrt, field, wanted):
    assert show(derived(function, wrt, field)[1]) == wanted


def test_functions_that_bend_are_looked_at_on_both_sides():
    found, tree = derived("sum(relu(x - y))", "x", "denominator")
    assert show(tree) == "step(x - y)"
    assert not same(found, tree, "ones(n, 1)", "denominator")


def test_what_vanishes_at_one_order_of_sizes_is_not_taken_for_nothing():
    found, tree = derived("b - Y @ pinv(Y) @ b", "b", "differential")
    assert same(found, tree, "db - Y @ pinv(Y) @ db", "differential")


def test_abbreviations_are_used_and_counted_once():
    let = {"r": "B @ x - b", "s": "r.T @ r"}
    _, tree = derived("sqrt(s)", "x", "denominator", let=let)
    assert show(tree) == "B.T @ r / sqrt(s)"


def test_several_variables_have_one_differential():
    found, tree = derived("x.T @ A @ y", ["x", "A", "y"], "differential")
    wanted = "dx.T @ A @ y + x.T @ dA @ y + x.T @ A @ dy"
    assert same(found, tree, wanted, "differential")


def test_what_comes_out_is_the_same_each_time():
    first, second = (derived("norm(Y @ x - b)**2", "Y", "hessian")[1] for _ in "12")
    assert first == second


LONG = "norm(B @ x - b) / (norm(x) * norm(b) * norm(B @ x) * norm(B.T @ B @ x))"


@pytest.mark.parametrize(("work", "most"), [(shortening.MOST_WORK, 20_000), (10, 300)])
def test_shortening_comes_to_an_end_however_many_factors_there_are(
    monkeypatch, work, most
):
    """Each factor that is taken out leaves a sum: without a bound the ways multiply."""
    looks, shorter = [], Stock.shorter
    monkeypatch.setattr(
        Stock, "shorter", lambda *given: looks.append(0) or shorter(*given)
    )
    monkeypatch.setattr(shortening, "MOST_WORK", work)
    found, form = derived(LONG, "x", "numerator")
    assert len(looks) < most
    plain = ClosedForms(found).plain("numerator")
    scope = found.scope(found.claims[0])
    samples = Samples(found)
    one, other = (samples.blocks(infer(tree, scope)) for tree in (form, plain))
    assert one and other
    assert all(np.allclose(X, Y, 1e-9, 0) for X, Y in zip(one, other, strict=True))


def test_derivatives_of_symbols_are_no_abbreviations():
    """What `D(f)(x)` means depends on the layout, and a `let` is for all of them."""
    part = "(D(f)(x) @ A @ B.T)"
    tree = parse(" + ".join(f"norm({part}.T - {k} * b)" for k in (2, 3, 5, 7)))
    found = statement(function="f(x)", wrt="x", numerator="0", where=WHERE)
    forms = ClosedForms(found)
    trees = [forms.form("numerator"), forms.form("denominator"), tree]
    _, lets = shared(trees, forms.shape, {"A", "n"})
    assert [show(meaning) for meaning in lets.values()] == []
    plain = parse(show(tree).replace("D(f)(x)", "x.T"))
    _, lets = shared([plain], ClosedForms(found).shape, WHERE)
    assert [show(meaning) for meaning in lets.values()] == ["x.T @ A @ B.T"]


def test_sizes_that_are_looked_at_are_told_apart():
    """A number that is the same in both cases would be taken for a size."""
    for where in ({"X": "matrix(k + n, n)"}, {"X": "matrix(m, n)", "y": "vector(k)"}):
        found = statement(function="X", wrt="X", numerator="0", where=where)
        names = sorted(found.sizes)
        one, other = _telling(cases(names, found.demands, {}, 0, "one"))
        assert all(one.sizes[name] != other.sizes[name] for name in names)
        assert len({*one.sizes.values()}) == len({*other.sizes.values()}) == len(names)
        assert one.weight != other.weight


@pytest.mark.parametrize(
    ("function", "wrt", "field", "wanted"),
    [
        (
            "sum(log(1 + exp(-b)))",
            "b",
            "hessian",
            "diag(sigmoid(b) * (1 - sigmoid(b)))",
        ),
        ("log(sum(exp(x)))", "x", "denominator", "softmax(x)"),
        ("prod(x)", "x", "denominator", "prod(x) / x"),
        ("(x - y).T @ x", "x", "denominator", "2 * x - y"),
        ("x @ x.T @ x", "x", "numerator", "x.T @ x * eye(n) + 2 * x @ x.T"),
        ("tr(matpow(A, 4))", "A", "denominator", "4 * matpow(A.T, 3)"),
        ("sqrt(p)", "p", "numerator", "diag(1 / (2 * sqrt(p)))"),
        ("x.T @ A @ x", "x", "numerator", "x.T @ (A + A.T)"),
        ("tr(A) ** 2", "A", "denominator", "2 * tr(A) * eye(n)"),
    ],
)
def test_form_is_the_one_of_the_books(function, wrt, field, wanted):
    _, tree = derived(function, wrt, field)
    assert show(tree) == wanted


def test_a_power_is_one_of_the_matrix_and_not_of_what_stands_before_it():
    algebra = derived("tr(A)", "A", "numerator")[0]
    shapes = Algebra(algebra.scope(algebra.claims[0]))
    tree = parse("A * S @ S @ S @ S")
    assert show(shapes.powered(tree)) == "A * S @ matpow(S, 3)"


def test_values_too_large_to_be_looked_at_do_not_keep_a_form_back():
    found, tree = derived("kron(kron(A, A), A)", "A", "hessian")
    assert length(tree) > 100
    # And what it repeats is named, one of the names in the meaning of another.
    forms = ClosedForms(found)
    trees = [forms.form("numerator"), forms.form("denominator"), tree]
    _, lets = shared(trees, forms.shape, {"A", "n"})
    assert any(set(names(meaning)) & lets.keys() for meaning in lets.values())


def test_kept_hashes_stay_in_their_process():
    tree = parse("A @ S + S")
    hash(tree)
    copied = pickle.loads(pickle.dumps(tree))
    assert copied == tree
    assert not any(key.startswith("_") for key in vars(copied))
