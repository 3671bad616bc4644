"""Derivatives by rules: pinned by the books, and each row against the ball stage."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest
from stated import function_of, statement

from verifier.deriving.abbreviations import LONGEST, Abbreviations
from verifier.deriving.derivation import derivative
from verifier.deriving.links import NoRule
from verifier.deriving.products import Algebra
from verifier.diagnosis.approach import approached
from verifier.engine import numeric
from verifier.engine.ball_point import point
from verifier.engine.draws import Source
from verifier.engine.enclosure import enclose
from verifier.engine.evaluate import Exact, evaluate
from verifier.engine.finding import Finding
from verifier.language.expression import parse
from verifier.language.primitives import PRIMITIVES, Row
from verifier.language.printing import show
from verifier.language.sizes import Case
from verifier.language.statement import Statement
from verifier.language.term import Term
from verifier.language.tree import Call, Name

WHERE = {
    "x": "vector(n)",
    "a": "vector(n)",
    "b": "vector(m)",
    "t": "scalar",
    "A": "matrix(n, n)",
    "B": "matrix(m, n)",
    "S": "symmetric(n)",
    "X": "matrix(n, n)",
    "Y": "matrix(n, m)",
    "f": "vector(n) -> scalar",
    "g": "vector(n) -> vector(m)",
    "h": "scalar -> scalar",
    "U": "scalar -> matrix(m, n)",
    "L": "matrix(n, m) -> scalar",
}


def stated(function: str, wrt: str, field: str, **more) -> Statement:
    return function_of(function, wrt, field, WHERE, claim="t", **more)


def derived(function: str, wrt: str, field: str, **more) -> str:
    found = stated(function, wrt, field, **more)
    claim = found.claims[0]
    algebra = Algebra(found.scope(claim))
    lets = Abbreviations(found.lets)
    body = lets.unfolded(parse(function))
    assert body is not None
    terms = derivative(body, found, claim, algebra)
    return show(lets.folded(algebra.joined(terms)))


@pytest.mark.parametrize(
    ("function", "wrt", "field", "wanted"),
    [
        ("x.T @ A @ x", "x", "denominator", "A @ x + A.T @ x"),
        ("x.T @ A @ x", "x", "numerator", "x.T @ A.T + x.T @ A"),
        ("x.T @ A @ x", "x", "hessian", "A + A.T"),
        ("x.T @ S @ x", "x", "denominator", "2 * S @ x"),
        ("norm(B @ x - b)**2", "x", "denominator", "2 * B.T @ (B @ x - b)"),
        ("norm(x)", "x", "hessian", "eye(n) / norm(x) - x @ x.T / norm(x)**3"),
        ("tr(A @ X)", "X", "numerator", "A"),
        ("tr(A @ X)", "X", "denominator", "A.T"),
        ("tr(X @ X)", "X", "denominator", "2 * X.T"),
        ("det(X)", "X", "numerator", "det(X) * inv(X)"),
        ("logdet(X)", "X", "hessian", "-commutation(n, n) @ kron(inv(X).T, inv(X))"),
        ("tr(S @ S)", "S", "hessian", "2 * commutation(n, n)"),
        ("inv(X)", "X", "differential", "-inv(X) @ dX @ inv(X)"),
        ("inv(X)", "X", "numerator", "-kron(inv(X).T, inv(X))"),
        ("matpow(X, 3)", "X", "differential",
         "dX @ X @ X + X @ dX @ X + X @ X @ dX"),
        ("A @ Y", "Y", "numerator", "kron(eye(m), A)"),
        ("Y.T", "Y", "numerator", "commutation(n, m)"),
        ("x @ x.T", "x", "numerator", "kron(x, eye(n)) + kron(eye(n), x)"),
        ("tanh(A @ x)", "x", "numerator", "diag(1 - tanh(A @ x)**2) @ A"),
        ("tanh(A @ x)", "x", "denominator", "A.T @ diag(1 - tanh(A @ x)**2)"),
        ("g(A @ x)", "x", "numerator", "D(g)(A @ x) @ A"),
        ("g(A @ x)", "x", "denominator", "A.T @ D(g)(A @ x)"),
        ("h(f(x))", "x", "hessian",
         "D(D(h))(f(x)) * D(f)(x).T @ D(f)(x) + D(h)(f(x)) * hessian(f)(x)"),
        ("L(A @ Y)", "Y", "denominator", "A.T @ D(L)(A @ Y)"),
        ("U(t) @ x", "t", "numerator", "D(U)(t) @ x"),
        ("softmax(x)", "x", "numerator",
         "diag(softmax(x)) - softmax(x) @ softmax(x).T"),
        ("mean(x**2)", "x", "denominator", "2 * x / n"),
        ("t**2 * A", "t", "numerator", "2 * t * A"),
        ("sum(t * x)", "t", "both", "sum(x)"),
        ("vec(A @ Y)", "Y", "numerator", "kron(eye(m), A)"),
        ("kron(x, b)", "x", "numerator", "kron(eye(n), b)"),
        ("tr(expm(X))", "X", "numerator", "expm(X)"),
        ("expm(t * A) @ x", "t", "numerator", "A @ expm(t * A) @ x"),
        ("tr(logm(X))", "X", "denominator", "inv(X).T"),
        ("tr(X @ logm(X))", "X", "denominator", "logm(X).T + eye(n)"),
        ("vech(X)", "X", "numerator", "elimination(n)"),
        ("sum(a * arctan(x))", "x", "denominator", "a / (1 + x**2)"),
        ("sum(lgamma(x))", "x", "denominator", "digamma(x)"),
        ("cumsum(x)", "x", "numerator", "tril(ones(n, n))"),
        ("tr(expm(A @ X))", "X", "denominator", "A.T @ expm(A @ X).T"),
    ],
)  # fmt: skip
def test_derivative_reads_as_in_a_book(function, wrt, field, wanted):
    assert derived(function, wrt, field) == wanted


def test_abbreviations_are_seen_through_and_kept():
    let = {"r": "B @ x - b"}
    found = derived("r.T @ r", "x", "denominator", let=let)
    assert found == "2 * B.T @ r"


def test_abbreviations_that_double_each_other_are_left_alone():
    names = [f"l{k}" for k in range(60)]
    lets = {"l0": parse("x + x")}
    lets |= {b: parse(f"{a} + {a}") for a, b in pairwise(names)}
    doubled = Abbreviations(lets)
    assert doubled.unfolded(parse("l59")) is None
    assert doubled.unfolded(parse("l1")) == parse("x + x + (x + x)")
    assert max(doubled.lengths[name] for name in doubled.meanings) <= LONGEST


def test_independent_entries_are_counted_once():
    where = {"A": "matrix(n, n)", "X": "symmetric(n)", "D": "diagonal(n)"}
    for name, wanted in (
        ("X", "A.T + A - diag(diagonal(A.T))"),
        ("D", "diag(diagonal(A.T))"),
    ):
        found = statement(
            where=where,
            function=f"tr(A @ {name})",
            wrt=name,
            denominator="A",
            entries="independent",
        )
        algebra = Algebra(found.scope(found.claims[0]))
        body = parse(f"tr(A @ {name})")
        terms = derivative(body, found, found.claims[0], algebra)
        assert show(algebra.joined(terms)) == wanted


def test_what_no_rule_is_known_for_is_said_so():
    for function in ("eigenvalues(X)", "max(eigenvalues(X))"):
        with pytest.raises(NoRule):
            derived(function, "X", "numerator")


def holds(found: Statement, term: Term) -> bool:
    """Whether balls agree with a term at two draws where the function has a value."""
    claim = replace(found.claims[0], term=term)
    sizes = dict(zip(sorted(found.sizes), (3, 2, 4), strict=False))
    source = Source(
        found.values, [Case(sizes, dict.fromkeys(found.whole, 2))], 1, "one"
    )
    (draws,) = source.draw(32)
    points = (point(found, draws.case, draws.raw, i) for i in range(len(draws)))
    findings = (enclose(at, claim).finding for at in points)
    seen = islice((f for f in findings if f is not Finding.UNDEFINED), 2)
    return list(seen) == [Finding.SAME] * 2


def proven(function: str, wrt: str, field: str, where: dict[str, str]) -> bool:
    found = statement(where=where, function=function, wrt=wrt, **{field: "1"})
    claim = found.claims[0]
    algebra = Algebra(found.scope(claim))
    terms = derivative(parse(function), found, claim, algebra)
    term = algebra.term(algebra.joined(terms))
    return term is not None and term.shape == claim.demanded and holds(found, term)


KINDS = {
    "positive": "positive_matrix(m, n)",
    "invertible": "invertible(n)",
    "positive_definite": "positive_definite(n)",
}
STATED = [name for name, row in PRIMITIVES.items() if row.differential]
AT_ZERO = [
    name
    for name, row in PRIMITIVES.items()
    if row.at_zero and sum(" " in shape for shape in row.parameters) == 1
]
AT_IDENTITY = [name for name, row in PRIMITIVES.items() if row.at_identity]


def arguments(row: Row) -> dict[str, str]:
    """Return types of u and v that a function is defined for."""
    if row.signature == "elementwise":
        return dict.fromkeys("uv", "positive_vector(n)")
    where = {}
    for name, shape in zip("uv", row.parameters, strict=False):
        if shape == "integer":
            where[name] = "integer"
            continue
        kind = "vector(n)" if shape == "n 1" else f"matrix({', '.join(shape.split())})"
        where[name] = KINDS[row.domain] if row.domain and name == "u" else kind
    return where


@pytest.mark.parametrize("name", STATED)
def test_differential_that_a_row_states_is_right(name):
    row = PRIMITIVES[name]
    where = arguments(row)
    body = show(Call(name, tuple(map(Name, where))))
    moving = [name for name, kind in where.items() if kind != "integer"]
    stated = statement(
        where=where, function=body, wrt=moving, differential=row.differential
    )
    term = stated.claims[0].term
    assert term is not None and holds(stated, term)
    for field in ("differential", "numerator", "denominator"):
        assert all(proven(body, u, field, where) for u in moving)


@pytest.mark.parametrize("name", AT_ZERO)
def test_value_that_a_row_states_at_zero_is_right(name):
    row = PRIMITIVES[name]
    rows, columns = row.parameters[0].split()
    zero = Call("zeros", (parse(rows), parse(columns)))
    sizes = (Name(parameter[1:]) for parameter in row.parameters[1:])
    body = show(Call(name, (zero, *sizes)))
    assert equal(body, f"{row.at_zero} + 0 * {body}")


@pytest.mark.parametrize("name", AT_IDENTITY)
def test_value_that_a_row_states_at_an_identity_is_right(name):
    row = PRIMITIVES[name]
    square = row.parameters[0] == "n n"
    assert equal(f"{name}({'eye(n)' if square else 1})", row.at_identity)


def equal(left: str, right: str) -> bool:
    """Whether two expressions without variables have the same value."""
    stated = statement(where={"x": "matrix(m, n)"}, value=left, both=right)
    claimed = stated.claims[0].term
    assert claimed is not None
    frame = Exact({"m": 3, "n": 2})
    sides = (evaluate(t, {}, {}, frame, numeric) for t in (stated.body, claimed))
    return np.allclose(*sides, rtol=1e-15, atol=0)


@pytest.mark.parametrize(
    "name", [name for name in STATED if PRIMITIVES[name].signature == "m n -> m n"]
)
def test_chain_rule_leads_through_every_function_of_the_entries(name):
    row = PRIMITIVES[name]
    where = {"x": "positive_vector(n)", "a": "vector(n)", "t": "positive"}
    assert proven(f"sum(a * {name}(x))", "x", "denominator", where)
    assert row.domain or proven(f"{name}(a * t)", "t", "numerator", where)


@pytest.mark.parametrize(
    "function",
    [
        "solve(X, x)", "tr(matpow(X, 4))", "hstack(X, Y)", "vstack(A, X)", "tril(X)",
        "rowsum(X)", "colsum(X)", "sum(X)", "unvec(vec(X), n, n)", "x.T @ inv(X) @ x",
        "sum(diagonal(X))", "X * A - A / norm(X)", "(x.T @ X @ x) * A", "diag(x) @ X",
    ],
)  # fmt: skip
def test_rules_for_matrices_are_right(function):
    where = {"X": "invertible(n)", "Y": "matrix(n, m)", "A": "matrix(n, n)"}
    where["x"] = "vector(n)"
    assert proven(function, "X", "numerator", where)
    assert proven(function, "X", "denominator", where)
    assert proven(function, "X", "differential", where)


def test_derivative_of_a_pseudoinverse_is_right_for_tall_and_wide_matrices():
    for shape in ("m, n", "n, m"):
        where = {"X": f"matrix({shape})", "B": f"matrix({shape})"}
        for field in ("numerator", "differential"):
            assert proven("pinv(X)", "X", field, where)
        assert proven("tr(B @ pinv(X))", "X", "denominator", where)


def approaching(text: str, **fields) -> str:
    found = statement(where=WHERE | {"k": "vector(n)"}, numerator=text, **fields)
    algebra = Algebra(found.scope(found.claims[0]))
    body = parse(found.record.body.value)
    return show(algebra.joined(approached(body, found, algebra)))


@pytest.mark.parametrize(
    ("body", "small", "error", "wanted"),
    [
        ("f(x + k)", "k", "o(k)", "f(x) + D(f)(x) @ k"),
        ("f(x + k)", "k", "o(k**2)",
         "f(x) + D(f)(x) @ k + k.T @ hessian(f)(x) @ k / 2"),
        ("f(x + k)", "k", "O(k**2)", "f(x) + D(f)(x) @ k"),
        ("inv(eye(n) + t * A)", "t", "o(t**2)", "eye(n) + t**2 * A @ A - t * A"),
        ("det(eye(n) + t * A)", "t", "o(t)", "1 + t * tr(A)"),
        ("exp(t)", "t", "o(t**3)", "1 + t + t**2 / 2 + t**3 / 6"),
        ("log(1 + t)", "t", "o(t**2)", "t - t**2 / 2"),
    ],
)  # fmt: skip
def test_expansions_are_taylor_sums(body, small, error, wanted):
    assert approaching("1", expansion=body, small=small, error=error) == wanted


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("(f(x + t * a) - f(x)) / t", "D(f)(x) @ a"),
        ("(h(1 + t) - 2 * h(1) + h(1 - t)) / t**2", "D(D(h))(1)"),
        ("(inv(S + t * A) - inv(S)) / t", "-inv(S) @ A @ inv(S)"),
        ("sin(t) / t", "1"),
        ("g(x + t * a)", "g(x)"),
    ],
)
def test_limits_of_quotients_are_those_of_slopes(body, wanted):
    assert approaching("1", limit=body, as_="t -> 0") == wanted


def test_limit_that_does_not_exist_is_not_known():
    with pytest.raises(NoRule):
        approaching("1", limit="1 / t", as_="t -> 0")


def test_linear_function_may_state_itself(monkeypatch):
    row = replace(PRIMITIVES["colsum"], differential="colsum(du)")
    monkeypatch.setitem(PRIMITIVES, "colsum", row)
    assert derived("colsum(B)", "B", "differential") == "colsum(dB)"
