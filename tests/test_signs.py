"""Signs: of all small values, along every direction."""

from __future__ import annotations

import pytest
from moved import DIFFERENT, DRAWS, PLANE, SAME, U, V, found, outcome, says

from verifier.engine.outcome import FAILS, HOLDS, INCONCLUSIVE
from verifier.judging import motion
from verifier.motion.signs import Signs


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
    assert outcome(both="positive", **claimed).verdict == HOLDS
    assert outcome(both="negative", **claimed).verdict == FAILS


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
        ("sum(h)**2", {"h": "upper(2)"}),
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
        ("det(h)", {"h": "upper(2)"}),
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

    def open_once(at, word, thorough):
        calls.append(at)
        return Signs({1}, "open" if len(calls) == 1 else "")

    monkeypatch.setattr(motion, "signs", open_once)
    found = outcome(**fields, both="positive")
    assert found.verdict == INCONCLUSIVE
    assert found.evidence["note"] == "open at 1 draws"


def test_skew_matrix_that_cannot_move_says_nothing_and_forbids_nothing():
    fields = {"where": {"h": "skew(n)"}, "sign": "tr(h @ h)", "small": "h"}
    assert outcome(**fields, both="negative").verdict == HOLDS
    assert outcome(**fields, both="positive").verdict == FAILS
