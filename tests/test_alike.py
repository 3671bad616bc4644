"""Lines alike up to names: one answer for all, told in the names of each."""

import json

import pytest

from verifier.engine.settings import Settings
from verifier.streaming.alike import alike
from verifier.streaming.answering import Bench
from verifier.streaming.line import Asked, Line, line_of

SETTINGS = Settings(draws=16, diagnose=False)


def line(statement, **where):
    return Line(statement, where)


def said(one):
    """Return what a line has in common with others, which it must."""
    found = alike(one)
    assert found is not None
    return found


def test_names_alone_do_not_tell_lines_apart():
    one = line("d(x.T @ A @ x)/dx = (A + A.T) @ x", A="matrix(n, n)", x="vector(n)")
    other = line(
        "d(b.T @ Q2 @ b)/db = (Q2 + Q2.T) @ b", b="vector(n)", Q2="matrix(n, n)"
    )
    first, second = said(one), said(other)
    assert first.key == second.key
    assert (first.names, second.names) == (("x", "A"), ("b", "Q2"))


@pytest.mark.parametrize(
    "other",
    [
        line("d(x.T @ A @ x)/dx = (A + A.T) @ x", A="symmetric(n)", x="vector(n)"),
        line("d(x.T @ A @ x)/dx = (A + A) @ x", A="matrix(n, n)", x="vector(n)"),
        line("d(x.T @ B @ x)/dx = (A + A.T) @ x", A="matrix(n, n)", x="vector(n)"),
        line("d(A.T @ x @ A)/dx = (A + A.T) @ x", A="matrix(n, n)", x="vector(n)"),
    ],
)
def test_what_says_something_else_is_not_alike(other):
    one = line("d(x.T @ A @ x)/dx = (A + A.T) @ x", A="matrix(n, n)", x="vector(n)")
    found = alike(other)
    assert found is None or found.key != said(one).key


@pytest.mark.parametrize(
    "other",
    [
        line("d(x.T @ x)/dx = 2*x"),  # its letter says what x is
        line("∇_x x^T x = 2x", x="vector(n)"),
        line("d(n.T @ n)/dn = 2*n", n="vector(n)"),  # a size as well
        line("d(d.T @ d)/dd = 2*d", d="vector(n)"),
        line("d(exp.T @ exp)/dexp = 2*exp", exp="vector(n)"),
        line("d(x.T @ dx)/dx = dx", x="vector(n)", dx="vector(n)"),
        line("d(x.T @ x)/dx = 2*x", x="vector(n)", y="vector(n)"),  # is not there
        line("d(x__1.T @ x__1)/dx__1 = 2*x__1", x__1="vector(n)"),  # no name
    ],
)
def test_where_names_matter_nothing_is_alike(other):
    assert alike(other) is None


def test_letters_inside_other_words_are_no_names():
    one = line("d(tr(X @ b @ b.T))/dX = b @ b.T", X="matrix(n, n)", b="vector(n)")
    assert said(one).names == ("X", "b")


STATED = [
    ("d({x}.T @ {A} @ {x})/d{x} = ({A} + {A}.T) @ {x}", "matrix(n, n)"),
    ("d({x}.T @ {A} @ {x})/d{x} = 2 * {A} @ {x}", "matrix(n, n)"),
    ("d({x}.T @ {A} @ {x})/d{x} = 2 * {A} @ {x}", "symmetric(n)"),
    ("d(sum(exp({A} @ {x})))/d{x} = {A}.T @ exp({A} @ {x})", "matrix(m, n)"),
    ("d({x}.T @ {A} @ {x}) = {x}.T @ ({A} + {A}.T) @ d{x}", "matrix(n, n)"),
    ("norm({A} @ {x})**2 = {x}.T @ {A}.T @ {A} @ {x}", "matrix(m, n)"),
]
NAMES = [("x", "A"), ("b", "Q2"), ("A", "x"), ("y_1", "y_2")]


@pytest.mark.parametrize(("statement", "declared"), STATED)
def test_answer_to_alike_lines_is_that_of_each_alone(statement, declared):
    warm = Bench(SETTINGS)
    for x, A in NAMES:
        where = {A: declared, x: "vector(n)"}
        text = json.dumps(
            {"statement": statement.format(x=x, A=A), "where": where, "id": x}
        )
        own, asked = Bench(SETTINGS).answer(Asked(1, text)), line_of(text)[0]
        assert warm.answer(Asked(1, text)) == own
        assert own.id == x
        assert own.statement == asked.statement


def test_second_line_is_not_read_again(monkeypatch):
    bench = Bench(SETTINGS)
    first, second = (
        json.dumps(
            {"statement": f"d({x}.T @ {x})/d{x} = 2*{x}", "where": {x: "vector(n)"}}
        )
        for x in ("x", "w3")
    )
    assert bench.answer(Asked(1, first)).holds
    monkeypatch.setattr(Bench, "_answer", None)
    found = bench.answer(Asked(2, second))
    assert (found.n, found.verdict, found.types) == (2, "holds", {"w3": "vector(n)"})
    assert {one["text"] for one in found.results} == {"2*w3"}
