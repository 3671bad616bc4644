"""Draws without a derivative are found and left out; all others are kept."""

from __future__ import annotations

import numpy as np
import pytest
from stated import record, statement

from verifier.engine import numeric
from verifier.engine.experiment import Experiment
from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.outcome import INCONCLUSIVE as OPEN
from verifier.engine.settings import Settings
from verifier.judging.kinks import REASON, mark_kinks
from verifier.language.primitives import PRIMITIVES
from verifier.running.verification import verify_chunk

WHERE = {"x": "vector(n)", "X": "matrix(m, n)", "s": "scalar", "A": "symmetric(n)"}


def left_out(function, wrt="x"):
    """Return how many of all draws are at a kink."""
    stated = statement(where=WHERE, function=function, wrt=wrt, differential="0")
    experiment = Experiment(stated, Settings(draws=24))
    mark_kinks(experiment)
    for block in experiment.blocks:
        assert set(block.excluded) <= {REASON}
    usable = sum(int(block.usable.sum()) for block in experiment.blocks)
    return 24 - usable


@pytest.mark.parametrize(
    "function",
    [
        "relu(x)", "abs(x)", "norm1(x)", "norm(x)", "max(x)", "min(x)", "sign(x)",
        "step(x)", "maximum(x, 2 * x)", "minimum(x, sqrt(2) * x**2)", "exp(x)",
        "relu(x)**2",
    ],
)  # fmt: skip
def test_points_that_are_not_special_are_kept(function):
    assert left_out(function) == 0


def test_spectrum_of_a_symmetric_matrix_is_kept():
    assert left_out("eigenvalues(A)", "A") == 0


@pytest.mark.parametrize(
    "function", ["abs(1e-200 * x)", "relu(1e-30 * x)", "abs(1e9 * x)"]
)
def test_scale_does_not_make_a_kink(function):
    assert left_out(function) == 0


def test_zero_that_does_not_move_is_no_kink():
    for function in ("abs(x - x / 2 - x / 2)", "relu(0 * x)", "max(hstack(x, x))"):
        assert left_out(function) == 0


@pytest.mark.parametrize(
    ("kind", "function"),
    [
        ("unit_vector(n)", "abs(1 - x.T @ x)"),
        ("probability_vector(n)", "relu(sum(x) - 1)"),
        ("orthogonal(n)", "norm1(x.T @ x - eye(n))"),
        ("unit_vector(n)", "maximum(x.T @ x, norm(x))"),
    ],
)
def test_zero_but_for_rounding_is_a_kink(kind, function):
    stated = statement(where={"x": kind}, function=function, wrt="x", differential="0")
    experiment = Experiment(stated, Settings(draws=64))
    mark_kinks(experiment)
    assert not any(block.usable.any() for block in experiment.blocks)


def test_function_that_bends_at_its_point_is_left_out_there():
    # Off the diagonal there are true zeros, and abs bends there.
    stated = statement(
        where={"X": "diagonal(n)"}, function="norm1(X)", wrt="X", differential="0"
    )
    experiment = Experiment(stated, Settings(draws=24))
    mark_kinks(experiment)
    for block in experiment.blocks:
        n = block.case.sizes["n"]
        assert block.usable.all() == (n == 1), n


@pytest.mark.parametrize("function", ["relu(X)", "maximum(X, 0 * X)", "step(X)"])
def test_zeros_of_a_structured_matrix_are_kinks_of_most_functions(function):
    stated = statement(
        where={"X": "lower(3)"}, function=function, wrt="X", differential="0"
    )
    experiment = Experiment(stated, Settings(draws=8))
    mark_kinks(experiment)
    assert not any(block.usable.any() for block in experiment.blocks)


def test_kink_that_is_squared_away_is_none():
    for function in ("norm1(X)**2 - norm1(X)**2", "relu(X) * relu(-X)", "abs(X)**2"):
        stated = statement(
            where={"X": "lower(3)"}, function=function, wrt="X", differential="0"
        )
        experiment = Experiment(stated, Settings(draws=8))
        mark_kinks(experiment)
        assert all(block.usable.all() for block in experiment.blocks), function


@pytest.mark.parametrize(
    ("function", "bent"),
    [
        ("abs(atanh(X))", True),
        ("norm1(arcsin(X))", True),
        ("relu(log1p(X))", True),
        ("maximum(atanh(X), 0 * X)", True),
        ("abs(atanh(X))**2", False),
        ("relu(atanh(X)) * relu(-atanh(X))", False),
        ("abs(2 + atanh(X))", False),
    ],
)
def test_draws_without_a_value_say_nothing_of_the_others(function, bent):
    stated = statement(
        where={"X": "upper(3)"}, function=function, wrt="X", differential="0"
    )
    experiment = Experiment(stated, Settings(draws=16))
    mark_kinks(experiment)
    (block,) = experiment.blocks
    there = np.isfinite(block.of(stated.body)).all(axis=(-2, -1))
    assert there.any() and not there.all()
    assert (block.usable[there] != bent).all()


MEDIAN = "maximum(minimum(a, b), minimum(maximum(a, b), 0))"
"""Of a, b and 0: along every line through zero it is odd, and no line's slope."""


@pytest.mark.parametrize(
    ("function", "bent"),
    [
        ("1e4 * sum(X) + norm1(X)", True),
        ("exp(9 * sum(X)) + 1e-9 * sum(relu(X))", True),
        ("relu(minimum(a, b))", True),
        (MEDIAN, True),
        (f"{MEDIAN}**2", False),
        ("1e4 * sum(X) + sum(abs(X)**3)", False),
        ("a * abs(b) + 1e4 * sum(X)", False),
    ],
)
def test_bends_are_seen_beside_steep_slopes_and_between_the_entries(function, bent):
    entries = {
        "a": "unit(2, 3).T @ X @ unit(1, 3)",
        "b": "unit(3, 3).T @ X @ unit(1, 3)",
    }
    stated = statement(
        where={"X": "upper(3)"},
        let=entries,
        function=function,
        wrt="X",
        differential="0",
    )
    experiment = Experiment(stated, Settings(draws=16))
    mark_kinks(experiment)
    assert all((block.usable != bent).all() for block in experiment.blocks)


@pytest.mark.parametrize(
    ("function", "creased"),
    [
        ("sum(relu(X)**2)", True),
        ("sum(X * abs(X)) + 1e6 * sum(X)**2", True),
        ("a * abs(b)", True),
        ("abs(a) * abs(b)", True),
        ("sum(abs(X)**3)", False),
        ("sum(relu(X) * relu(-X))", False),
        ("sum(abs(X)**2)", False),
    ],
)
def test_slopes_that_bend_leave_hessians_out_and_gradients_not(function, creased):
    stated = statement(
        where={"X": "lower(3)"},
        let={
            "a": "unit(1, 3).T @ X @ unit(2, 3)",
            "b": "unit(1, 3).T @ X @ unit(3, 3)",
        },
        function=function,
        wrt="X",
        hessian="zeros(9, 9)",
    )
    experiment = Experiment(stated, Settings(draws=16))
    mark_kinks(experiment)
    for block in experiment.blocks:
        assert block.usable.all() and block.creased is not None
        assert (block.creased == creased).all()


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"function": "sum(relu(X)**2)", "hessian": "2*diag(vec(step(X)))"}, OPEN),
        ({"function": "sum(relu(X)**2)", "hessian": "diag(vec(1 + sign(X)))"}, OPEN),
        ({"function": "relu(X)**2", "hessian": "zeros(n*n*n*n, n*n)"}, OPEN),
        ({"function": "X**2 * abs(X)", "hessian": "zeros(n*n*n*n, n*n)"}, FAILS),
        ({"function": "sum(relu(X)**2)", "denominator": "X + abs(X)"}, HOLDS),
        ({"function": "sum(relu(X)**2)", "denominator": "X"}, FAILS),
        ({"function": "sum(abs(X)**3)", "hessian": "6 * diag(vec(abs(X)))"}, HOLDS),
        ({"function": "sum(abs(X)**3)", "hessian": "5 * diag(vec(abs(X)))"}, FAILS),
        ({"function": "1e4*sum(X) + norm1(X)", "denominator": "1e4 + sign(X)"}, OPEN),
        ({"function": "abs(atanh(X))", "differential": "sign(X)*dX/(1 - X**2)"}, OPEN),
    ],
)
def test_what_autodiff_makes_of_a_kink_is_no_evidence(fields, verdict):
    made = record(where={"X": "upper(n)"}, wrt="X", **fields)
    ((found,),) = verify_chunk([made], Settings(diagnose=False))
    assert found.verdict == verdict


SAME = "eye(n*n)"
HALF = "diag(vec(1 + abs(sign(X))))/2"
"""What is 1 but for the zeros of X, where it is a half."""


@pytest.mark.parametrize(
    ("function", "field", "claim", "verdict"),
    [
        ("minimum(relu(X), X)", "numerator", SAME, OPEN),
        ("minimum(relu(X), X)", "numerator", f"({SAME} + {HALF})/2", OPEN),
        ("minimum(relu(X), X) + 1e5*X", "numerator", f"100001*{SAME}", OPEN),
        ("sum(maximum(X**2, 0))", "hessian", f"2*{SAME}", OPEN),
        ("sum(maximum(X**2, 0))", "hessian", f"2*{HALF}", OPEN),
        ("sum(relu(X)**2 + relu(-X)**2)", "hessian", f"2*{SAME}", OPEN),
        ("sum(relu(X)**2 + relu(-X)**2)", "denominator", "2*X", HOLDS),
        ("sum(abs(X)**2)", "hessian", f"2*{SAME}", HOLDS),
        ("sum(abs(X)**2)", "hessian", f"2*{HALF}", FAILS),
        ("relu(X) - relu(-X)", "numerator", SAME, HOLDS),
        ("relu(X) - relu(-X)", "numerator", HALF, FAILS),
    ],
)
def test_smooth_function_of_bends_is_judged_where_autodiff_is_right(
    function, field, claim, verdict
):
    fields = {"function": function, field: claim}
    made = record(where={"X": "upper(n)"}, wrt="X", **fields)
    ((found,),) = verify_chunk([made], Settings(diagnose=False))
    assert found.verdict == verdict


def test_zeros_that_do_not_move_bend_no_slope():
    fields = {"function": "sum(relu(X)**2)", "hessian": "2*diag(vec(step(X)))"}
    made = record(where={"X": "diagonal(n)"}, wrt="X", entries="independent", **fields)
    ((found,),) = verify_chunk([made], Settings(diagnose=False))
    assert found.verdict == HOLDS


@pytest.mark.parametrize(
    ("function", "wrt", "usable"),
    [
        # They move together as s does, and nothing bends.
        ("eigenvalues(s * eye(3))", "s", True),
        ("eigenvalues(s * eye(3))**2", "s", True),
        # All are zero there, and part in nearly every direction.
        ("eigenvalues(X + X.T)", "X", False),
        ("sum(eigenvalues(X + X.T))", "X", True),
    ],
)
def test_repeated_eigenvalues_are_a_kink_only_where_they_bend(function, wrt, usable):
    where = {"X": "skew(3)", "s": "scalar"}
    stated = statement(where=where, function=function, wrt=wrt, differential="0")
    experiment = Experiment(stated, Settings(draws=8))
    mark_kinks(experiment)
    for block in experiment.blocks:
        assert block.usable.all() == block.usable.any() == usable


def distance(name, *args):
    kink = PRIMITIVES[name].kink
    assert kink is not None
    return kink(numeric, *(np.array(X, float) for X in args)).tolist()


def test_distances_from_a_kink_by_hand():
    assert distance("abs", [[3, -2], [5, 4]]) == 2
    assert distance("maximum", [[3, -2]], [[1, 5]]) == 2
    assert distance("max", [[3, 7], [5, 4]]) == 2
    assert distance("min", [[3, 7], [5, 4]]) == 1
    assert distance("max", [[3]]) == np.inf
    assert distance("norm", [[3, -4]]) == 4
    assert distance("eigenvalues", [[1, 0], [0, 4]]) == 3
    assert distance("eigenvalues", [[1]]) == np.inf


def test_rows_with_a_kink_are_those_without_a_derivative_somewhere():
    assert {name for name, row in PRIMITIVES.items() if row.kink} == {
        "relu", "abs", "sign", "step", "maximum", "minimum", "max", "min", "norm",
        "norm1", "eigenvalues",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("1 - step(diag(diagonal(A)) - min(A))", HOLDS),
        ("1 - step(diag(diagonal(A)) - min(A) + 1e20 - 1e20)", HOLDS),
        ("2 * (1 - step(diag(diagonal(A)) - min(A)))", FAILS),
    ],
)
def test_zeros_that_are_not_the_smallest_entry_decide_nothing(claim, verdict):
    """The smallest is negative; of the zeros nobody knows which is the largest."""
    where = {"A": "diagonal(n)"}
    made = record(where=where, function="min(A)", wrt="A", both=f"({claim}).T")
    ((found, *_),) = verify_chunk([made], Settings(diagnose=False))
    assert found.verdict == verdict or (verdict, found.verdict) == (HOLDS, OPEN)


PROJECTED = {"x": "vector(n)", "P": "projection(2)"}
TRIPLE = {"x": "vector(3)"}
PAIR = {"x": "scalar", "y": "scalar"}
SCALED = {"x": "scalar", "S": "symmetric(n)"}
BLOCK = "max(eigenvalues(vstack(hstack(y, relu(x)), hstack(relu(x), y))))"


@pytest.mark.parametrize(
    ("where", "function", "wrt", "claim", "verdicts"),
    [
        # What is tied and does not move is no kink: P may be 0.
        (PROJECTED, "max(eigenvalues(P))*norm(x)**2", "x", "2*x", {FAILS, OPEN}),
        # A tie that lasts in a region is no accident.
        (TRIPLE, "max(eigenvalues(diag(maximum(x, 1))))", "x",
         "1 - step(max(x) - x)", {FAILS, OPEN}),
        (PAIR, BLOCK, "y", "1 + step(-x)", {FAILS, OPEN}),
        (SCALED, "sum(abs(eigenvalues(relu(x)*S)))", "x",
         "sum(abs(eigenvalues(S)))", {FAILS}),
        (SCALED, "sum(abs(eigenvalues(relu(x)*S)))", "x",
         "step(x)*sum(abs(eigenvalues(S)))", {HOLDS}),
        (PAIR, "maximum(relu(x), relu(y))", "x", "step(x)*step(x - y)", {HOLDS}),
        (PAIR, "maximum(relu(x), relu(y))", "x", "step(x - y)", {FAILS}),
    ],
)  # fmt: skip
def test_ties_in_a_region_are_looked_at(where, function, wrt, claim, verdicts):
    fields = {"where": where, "function": function, "wrt": wrt, "denominator": claim}
    ((found,),) = verify_chunk([record(**fields)], Settings(diagnose=False))
    assert found.verdict in verdicts
