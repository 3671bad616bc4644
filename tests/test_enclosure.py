"""Both sides of a claim in balls: proven different, the same, or left open."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb
from stated import quadratic, statement

from verifier.engine.ball_point import Point, point
from verifier.engine.balls import precision
from verifier.engine.enclosure import enclose
from verifier.engine.experiment import Experiment
from verifier.engine.finding import Enclosure, Finding, as_floats, compare
from verifier.engine.settings import Settings
from verifier.language.sizes import Case

SAME, DIFFERENT, UNDECIDED = Finding.SAME, Finding.DIFFERENT, Finding.UNDECIDED


def found(draw=0, **fields) -> list[Enclosure]:
    """Return what balls say about each claim at one draw of distinct sizes."""
    stated = statement(**fields)
    block = Experiment(stated, Settings(draws=12)).blocks[0]
    at = point(stated, block.case, block.draws.raw, draw)
    return [enclose(at, claim) for claim in stated.claims]


def says(**fields):
    return [one.finding for one in found(**fields)]


# Comparing enclosures.


def test_separated_balls_are_different():
    one = compare([arb(1), arb(2)], [arb(1), arb(2.5, 0.25)], 512)
    assert one.finding is DIFFERENT


def test_tiny_difference_is_proven():
    with precision(256):
        close = arb(1) + arb(2) ** -200
        assert compare([arb(1)], [close], 256).finding is DIFFERENT


def test_balls_that_agree_to_half_of_the_bits_are_the_same():
    one = compare([arb(1), arb(3)], [arb(1), arb(3, 1e-80)], 512)
    assert one.finding is SAME
    assert 79 < one.digits < 82


@pytest.mark.parametrize("bits", [128, 512, 1024])
def test_what_agrees_to_fewer_than_256_bits_is_never_the_same(bits):
    one = compare([arb(1)], [arb(1, 1e-76)], bits)
    assert one.finding is UNDECIDED
    assert one.reason == "the enclosures stay too wide"


def test_both_exactly_zero_is_the_same():
    assert compare([arb(0)] * 2, [arb(0)] * 2, 512).finding is SAME


def test_zero_through_cancellation_must_be_tiny():
    for radius, last, finding in (
        (1e-200, True, SAME),
        (1e-100, True, UNDECIDED),
        (1e-200, False, UNDECIDED),  # there may be more bits to see it with
    ):
        one = compare([arb(0, radius)], [arb(0)], 1024, last)
        assert (one.finding, one.faint) == (finding, finding is SAME)


def test_small_block_is_not_excused_by_a_large_one():
    L, R = [arb(1e30), arb(1e-30)], [arb(1e30), arb(2e-30)]
    assert compare(L, R, 512).finding is DIFFERENT


def test_what_is_not_finite_is_told_from_each_side():
    for bad in ([arb("nan")], [arb("inf")]):
        one = compare([arb(1)], bad, 512)
        assert (one.finding, one.reason) == (UNDECIDED, "the claim is not finite")
        for right in ([arb(1)], bad):
            one = compare(bad, right, 512)
            assert one.finding is Finding.UNDEFINED
            assert one.reason == "the left side is not finite"


# Records.


def test_derivative_of_the_quadratic_form_in_both_layouts():
    fields = quadratic(denominator="(A + A.T) @ x", differential="x.T @ (A + A.T) @ dx")
    assert says(**fields, hessian="A + A.T") == [SAME] * 4


def test_wrong_claims_are_proven_different():
    fields = quadratic(
        numerator=[
            "2 * x.T @ A",
            "x.T @ (A + A.T) * (1 + 1e-30)",
            "x.T @ (A + A.T) + 1e-30",
        ],
        hessian="2 * A",
    )
    assert says(**fields) == [DIFFERENT] * 4


def test_sides_are_shown_as_floats():
    (one,) = found(
        where={"X": "matrix(2, 2)"}, function="tr(X)", wrt="X", numerator="2 * eye(2)"
    )
    assert one.finding is DIFFERENT
    assert one.left is not None
    assert one.right is not None
    assert (one.left.tolist(), one.right.tolist()) == (
        [[1, 0], [0, 1]],
        [[2, 0], [0, 2]],
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"where": {"A": "invertible(n)"}, "function": "logdet(A)", "wrt": "A",
         "numerator": "inv(A)", "denominator": "inv(A).T"},
        {"where": {"A": "invertible(n)"}, "function": "det(A)", "wrt": "A",
         "numerator": "det(A) * inv(A)", "differential": "det(A) * tr(inv(A) @ dA)"},
        {"where": {"A": "invertible(n)"}, "function": "inv(A)", "wrt": "A",
         "differential": "-inv(A) @ dA @ inv(A)",
         "numerator": "-kron(inv(A).T, inv(A))"},
        {"where": {"x": "vector(n)"}, "function": "softmax(x)", "wrt": "x",
         "numerator": "diag(softmax(x)) - softmax(x) @ softmax(x).T"},
        {"where": {"x": "vector(n)"}, "function": "logsumexp(x)", "wrt": "x",
         "denominator": "softmax(x)",
         "hessian": "diag(softmax(x)) - softmax(x) @ softmax(x).T"},
        {"where": {"A": "symmetric(n)"}, "function": "sum(eigenvalues(A))", "wrt": "A",
         "numerator": "eye(n)"},
        {"where": {"A": "matrix(n, n)"}, "function": "tr(expm(A))", "wrt": "A",
         "numerator": "expm(A)"},
        {"where": {"A": "positive_definite(n)"}, "function": "logdet(A)", "wrt": "A",
         "numerator": "2 * inv(A) - diag(diagonal(inv(A)))", "entries": "independent"},
        {"where": {"x": "vector(n)"}, "function": "sum(abs(x))", "wrt": "x",
         "denominator": "sign(x)"},
        {"where": {"x": "vector(n)", "f": "vector(n) -> vector(m)",
                   "g": "vector(m) -> vector(p)"},
         "let": {"y": "f(x)"}, "function": "g(y)", "wrt": "x",
         "numerator": "D(g)(y) @ D(f)(x)", "denominator": "D(f)(x) @ D(g)(y)"},
        {"where": {"X": "matrix(n + 1, n)"}, "value": "pinv(X) @ X",
         "numerator": "eye(n)"},
        {"where": {"P": "positive_definite(n)"},
         "value": "cholesky(P) @ cholesky(P).T", "numerator": "P"},
        {"where": {"Q": "orthogonal(n)"}, "value": "Q.T @ Q", "numerator": "eye(n)"},
    ],
)  # fmt: skip
def test_what_is_true_agrees(fields):
    assert set(says(**fields)) == {SAME}


def test_tie_is_undecided():
    stated = statement(
        where={"x": "vector(n)"}, function="norm1(x)", wrt="x", numerator="0 * x.T"
    )
    at = Point(stated, Case({"n": 2}, {}), {"x": np.zeros((2, 1))})
    one = enclose(at, stated.claims[0])
    assert (one.finding, one.reason) == (UNDECIDED, "a comparison is left open")
    assert not one.tied


def test_what_is_zero_and_does_not_move_is_no_tie():
    fields = {"where": {"x": "vector(n)"}, "function": "norm1(x - x)", "wrt": "x"}
    assert says(**fields, numerator=["0 * x.T", "x.T"]) == [SAME, DIFFERENT]


SCALES = "1e100 * unit(1, 3) + 1e-100 * unit(2, 3)"


@pytest.mark.parametrize("wrong", ["1e-40 * unit(1, 3)", "1e-230 * unit(2, 3)"])
@pytest.mark.parametrize("where", ["vector", "matrix"])
def test_small_entry_does_not_hide_beside_a_large_one(wrong, where):
    """Directions weigh the columns of a claim, so that each is seen to 2^-500."""
    fields = {"where": {"x": "vector(3)"}, "wrt": "x"}
    if where == "vector":
        fields["function"] = f"({SCALES}).T @ x"
        claims = [f"({SCALES}).T", f"({SCALES} + {wrong}).T"]
        assert says(**fields, numerator=claims) == [SAME, DIFFERENT]
    else:
        fields["function"] = f"x.T @ diag({SCALES}) @ x / 2"
        assert says(**fields, hessian=f"diag({SCALES})") == [SAME]
        assert says(**fields, hessian=f"diag({SCALES} + {wrong})") == [DIFFERENT]


@pytest.mark.parametrize("claim", ["2 * x.T", "2 * x.T + (1 - tanh(4000 * x)**2).T"])
def test_what_saturates_is_the_same_in_being_nearly_zero(claim):
    """1 - tanh(4000 x)^2 is about e^-8000, and no bits tell it from zero."""
    body = "sum(tanh(4000 * x) + {} * x**2)"
    fields = {"where": {"x": "vector(3)"}, "wrt": "x"}
    for factor, faint in ((0, True), (1, False)):
        right = f"{factor} * 2 * x.T + 4000 * (1 - tanh(4000 * x)**2).T"
        (one,) = found(**fields, function=body.format(factor), numerator=right)
        assert (one.finding, one.faint) == (SAME, faint)
    (one,) = found(**fields, function=body.format(1), numerator=claim)
    assert one.finding is SAME


def test_entry_that_a_claim_has_at_zero_is_seen():
    fields = {"where": {"x": "vector(3)"}, "wrt": "x"}
    fields["function"] = f"({SCALES} + 1e-200 * unit(3, 3)).T @ x"
    assert says(**fields, numerator=f"({SCALES}).T") == [DIFFERENT]


def test_directions_are_a_function_of_the_draw():
    stated = statement(**quadratic())
    block = Experiment(stated, Settings(draws=36)).blocks[0]
    claim = stated.claims[0]

    def direction(draw):
        at = point(stated, block.case, block.draws.raw, draw)
        assert claim.term is not None
        C = at.evaluation().of(claim.term).value
        (v,) = at.directions(claim, C)
        return [str(x) for x in v.entries]

    assert direction(0) == direction(0) != direction(1)
    assert len(set(direction(0))) == len(direction(0))


def test_shift_of_softmax_needs_no_largest_entry():
    # Both entries move along, and neither is the larger.
    fields = {"where": {"s": "scalar"}, "function": "logsumexp(exp(s) * ones(2, 1))"}
    claims = {"numerator": "exp(s)", "hessian": "exp(s)"}
    assert says(**fields, wrt="s", **claims) == [SAME, SAME]


def test_singular_matrix_is_undefined():
    (one,) = found(where={"x": "vector(2)"}, value="inv(x @ x.T)", numerator="x @ x.T")
    assert one.finding is Finding.UNDEFINED
    assert one.reason == "the left side is not finite"


def test_second_derivatives_of_eigenvalues_are_those_of_the_matrix_as_it_stands():
    fields = {"where": {"A": "symmetric(n)"}, "function": "sum(eigenvalues(A)**2)"}
    claims = ["2 * commutation(n, n)", "eye(n**2) + commutation(n, n)"]
    assert says(**fields, wrt="A", hessian=claims) == [SAME, DIFFERENT]


def test_cancellation_is_seen_through_by_more_bits():
    fields = {"where": {"x": "scalar"}, "value": "(1e60 + x) - 1e60"}
    assert says(**fields, numerator=["x", "x + 1e-9"]) == [SAME, DIFFERENT]


# All entries.


def test_whole_sides_are_those_worked_by_hand():
    stated = statement(**quadratic(hessian="A + A.T", denominator="(A + A.T) @ x"))
    A, x = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[7.0], [-1.0]])
    at = Point(stated, Case({"n": 2}, {}), {"A": A, "x": x})
    wanted = {"numerator": x.T @ (A + A.T), "denominator": (A + A.T) @ x}
    wanted["hessian"] = A + A.T
    assert {claim.field for claim in stated.claims} == set(wanted)
    for claim in stated.claims:
        assert as_floats(at.left(claim)).tolist() == wanted[claim.field].tolist()


def test_middles_are_floats():
    X = np.array([[arb(1), arb(2, 0.5)]])
    assert as_floats(X).tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize(
    "tiny", ["1e-200", "1e-300", "1/1e300", "10**-250", "1e-100 * 1e-150", "exp(-600)"]
)
def test_number_that_is_written_is_seen_however_small(tiny):
    where = {"x": "vector(n)"}
    claims = [f"cos(x) + {tiny}*unit(1, n)", f"cos(x) + {tiny}*(x - x)"]
    asked = {"where": where, "function": "sum(sin(x))", "wrt": "x"}
    assert says(**asked, denominator=claims) == [DIFFERENT, SAME]


def test_where_there_is_no_value_there_is_no_derivative():
    body = "sum(log(-x**2 - 1))"
    nowhere = {"where": {"x": "vector(n)"}, "function": body, "wrt": "x"}
    assert says(**nowhere, denominator="3/x") == [Finding.UNDEFINED]
    assert says(**nowhere, denominator="2 * x / (x**2 + 1)") == [Finding.UNDEFINED]
