"""Generated claims: no right one fails, no wrong one holds, as a referee sees them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from generating import claims, running
from generating.claims import RIGHT, Made, Stated, made
from generating.faults import Wrong
from generating.long import LONG, XP, NoValue, real
from generating.oracle import bits, spot, step
from generating.referee import UNKNOWN, WRONG, confirmed, truth, witnessed
from sampled import first_of
from stated import statement

from verifier.deriving.algebra import spots
from verifier.engine.outcome import FAILS, HOLDS, Outcome, evidence
from verifier.engine.settings import Settings
from verifier.language.checker import check
from verifier.language.declaration import FunctionType, parse_type
from verifier.language.expression import parse
from verifier.language.primitives import PRIMITIVES, Row
from verifier.language.tree import Call, Tree
from verifier.reading.record import records_of
from verifier.reading.source import Source

SEED = 11
PART, PARTS = 4, range(0, 48, 4)
"""Records at a time, and the numbers that they start with."""
SETTINGS = Settings(draws=256, diagnose=False)


@pytest.mark.parametrize("first", first_of(PARTS, 6))
def test_no_verdict_on_generated_claims_is_false(first):
    seen = running.judge(SEED, first, PART, SETTINGS)
    assert seen.records >= PART / 2 and seen.total(RIGHT) and seen.total(WRONG)
    assert not seen.false, "\n".join(seen.false)
    assert seen.total("", "inconclusive") < seen.total() / 4, "\n".join(seen.open)


def some(count: int) -> list[Made]:
    return [one for number in range(count) if (one := made(SEED, number))]


def test_a_record_is_a_function_of_its_numbers():
    first, second = some(40), some(40)
    assert [one.record for one in first] == [one.record for one in second]
    assert len({one.record.body.value for one in first}) > 25


def bends(tree: Tree) -> bool:
    """Whether a function stands in a tree that may have no derivative."""
    return any(
        isinstance(part, Call)
        and part.name in PRIMITIVES
        and PRIMITIVES[part.name].kink
        for part, _ in spots(tree)
    )


def test_right_claims_are_right_by_difference_quotients():
    subjects: set[str] = set()
    for one in some(100):
        stated = next(claim for claim in one.claims if claim.is_right)
        if not bends(one.body):
            shown = running.told("made by rule", one, stated)
            assert confirmed(one, stated, Random(0), 1) != WRONG, shown
            subjects.add(one.record.subject)
    assert subjects >= {"function", "value", "limit"}


def quadratic(claim: str, field: str = "denominator", **more) -> tuple[Made, Stated]:
    """Return the gradient of a quadratic form with a claim about it."""
    where = {"x": "vector(n)", "A": "matrix(n, n)"}
    found = statement(
        where=where, function="x.T @ A @ x", wrt="x", **{field: claim, **more}
    )
    right = "(A + A.T) @ x" if field == "denominator" else "A + A.T"
    stated = Stated(field, claim, Wrong("edit", parse(claim)), right)
    types = dict(found.types)
    return Made(found.record, types, parse("x.T @ A @ x"), "x", [stated]), stated


@pytest.mark.parametrize(
    ("claim", "field", "true"),
    [
        ("A @ x + A.T @ x", "denominator", RIGHT),
        ("2 * A @ x", "denominator", WRONG),
        ("(A + A.T) @ x + 1e-30 * x", "denominator", WRONG),
        ("(A + A.T) @ x * (1 + step(n - 4.5))", "denominator", WRONG),
        ("log(-1 - A * A) @ x", "denominator", UNKNOWN),
        ("A.T + A", "hessian", RIGHT),
        ("A", "hessian", WRONG),
    ],
)
def test_referee_tells_right_from_wrong(claim, field, true):
    one, stated = quadratic(claim, field)
    assert truth(one, stated, Random(1)) == true
    assert confirmed(one, stated, Random(1), 12) == true


def test_smallest_term_is_seen_where_it_is_known_to_be_tiny():
    claim = "(A + A.T) @ x + 1e-300 * x"
    one, stated = quadratic(claim)
    stated = replace(stated, made=replace(stated.made, tiny=True))
    assert truth(one, stated, Random(1)) == WRONG


@pytest.mark.parametrize(
    ("declared", "shape"),
    [
        ("vector(m) -> matrix(m, n)", (5, 1)),
        ("scalar -> matrix(m, n)", (1, 5)),
        ("vector(n) -> vector(m)", (1, 5)),
        ("vector(n) -> scalar", (1, 5)),
    ],
)
def test_derivative_of_a_symbol_has_its_declared_shape_at_size_one(declared, shape):
    symbol = parse_type(declared)
    assert isinstance(symbol, FunctionType)
    (argument,) = symbol.arguments
    with bits(300):
        at = spot({"f": symbol, "x": argument}, Random(1), {"m": 1, "n": 5})
        assert at.value(parse("D(f)(x)")).shape == shape


def test_long_numbers_know_linear_algebra():
    A = [[2, 1, 0], [1, 3, 1], [0, 1, 4]]
    with bits(300):
        M = XP.zeros((3, 3))
        for i, row in enumerate(A):
            M[i] = [real(x) for x in row]
        assert float(XP.det(M)[0, 0]) == 18
        assert _small(M @ XP.inv(M) - XP.eye(3))
        assert _small(M @ XP.pinv(M) - XP.eye(3))
        L = XP.cholesky(M)
        assert _small(L @ L.T - M)
        assert _small(XP.expm(M) @ XP.expm(-M) - XP.eye(3))
        assert _small(XP.sum(XP.eigenvalues(M)) - XP.trace(M))


@pytest.mark.parametrize(
    "A",
    [
        [[1, Fraction(1, 2)], [0, 0]],
        [[1, 2, 3], [2, 4, 6]],
        [[0, 0], [0, 0], [0, 0]],
        [[1, 2], [3, 4], [5, 7]],
        [[0, 1, -2], [-1, 0, 3], [2, -3, 0]],
        [[3, 1, 4, 1]],
    ],
)
def test_pseudoinverse_in_long_numbers_is_that_of_any_rank(A):
    with bits(300):
        M = LONG(np.array(A, object))
        P = XP.pinv(M)
        assert P.shape == M.T.shape
        assert _small(M @ P @ M - M) and _small(P @ M @ P - P)
        assert _small(M @ P - (M @ P).T) and _small(P @ M - (P @ M).T)


def test_pseudoinverse_has_no_differences_where_its_rank_changes():
    def pinv(t):
        return XP.pinv(LONG(np.array([[1, 0], [0, t]], object)))

    with bits(300):
        assert _small(pinv(0) - LONG(np.array([[1, 0], [0, 0]])))
        with pytest.raises(NoValue):
            pinv(step())


def test_class_of_which_some_have_an_inverse_is_looked_at_where_others_have_none():
    where = {"A": "idempotent(n)"}
    found = statement(where=where, value="triu(pinv(A))", both="triu(pinv(tril(A)))")
    claim, right = "triu(pinv(tril(A)))", "triu(pinv(A))"
    stated = Stated("both", claim, Wrong("edit", parse(claim)), right)
    one = Made(found.record, dict(found.types), parse(right), claims=[stated])
    assert truth(one, stated, Random(1)) == WRONG
    assert confirmed(one, stated, Random(1), 12) == WRONG


def test_referee_takes_no_kink_for_a_derivative():
    # At size 1 a unit vector is 1 or -1, just where minimum(1, abs(x)) bends.
    claim, body = "diag(sign(x))", "minimum(ones(n, 1), abs(x))"
    found = statement(
        where={"x": "unit_vector(n)"}, function=body, wrt="x", denominator=claim
    )
    right = "diag(sign(x)) * diag(step(1 - abs(x)))"
    stated = Stated("denominator", claim, Wrong("edit", parse(claim)), right)
    one = Made(found.record, dict(found.types), parse(body), "x", [stated])
    assert truth(one, stated, Random(1)) == RIGHT
    assert confirmed(one, stated, Random(1), 12) == RIGHT
    wrong = replace(stated, text="diag(step(x))")
    assert confirmed(one, wrong, Random(1), 12) == WRONG


def test_referee_knows_the_gamma_function_of_negative_numbers():
    claim = "lgamma(1 + sign(sin(x)) * x)"
    where = {"x": "vector(n)"}
    found = statement(where=where, value="lgamma(abs(x) + 1)", both=claim)
    right = "lgamma(1 + sign(x) * x)"
    stated = Stated("both", claim, Wrong("edit", parse(claim)), right)
    one = Made(found.record, dict(found.types), parse(right), claims=[stated])
    shown = {"sizes": {"n": 1}, "values": {"x": [[-11.375]]}}
    assert witnessed(one, stated, shown, Random(0))


def _small(X) -> bool:
    return all(abs(x) < real(2) ** -250 for x in X.ravel())


def test_a_new_row_is_generated_from_the_table_alone(monkeypatch):
    row = Row(
        "silu",
        "m n -> m n",
        lambda xp, x: x / (1 + xp.exp(-x)),
        "x * sigmoid(x)",
        differential="sigmoid(u) * (1 + u * (1 - sigmoid(u))) * du",
    )
    monkeypatch.setitem(PRIMITIVES, "silu", row)
    one = next(
        one
        for number in range(2000)
        if (one := made(5, number))
        and "silu" in one.record.body.value
        and one.record.subject == "function"
        and one.record.wrt[0].value in one.record.body.value.split("silu", 1)[1]
    )
    assert check(one.record)[0] is not None
    stated = one.claims[0]
    assert stated.is_right and confirmed(one, stated, Random(2), 1) == RIGHT


def test_every_kind_of_mistake_is_made():
    kinds = {claim.made.kind for one in some(300) for claim in one.claims}
    wanted = {
        RIGHT, "sign", "factor 2", "drop a term", "drop .T", "swap factors",
        "exponent off by one", "swapped variable", "other layout", "tiny term 1e-09",
        "tiny term 1e-30", "tiny term 1e-300", "multiple of 2^61 - 1",
        "wrong in a region", "wrong where floats overflow", "wrong at one size",
        "wrong at one index", "wrong at one index and size", "wrong at one entry",
        "wrong at one whole number", "for symmetric values only",
    }  # fmt: skip
    assert wanted <= kinds


@pytest.mark.parametrize(("verdict", "truth_of_it"), [(HOLDS, WRONG), (FAILS, RIGHT)])
def test_false_verdicts_are_told_with_a_record_that_can_be_pasted(
    monkeypatch, verdict, truth_of_it
):
    def blind(records, settings):
        return [
            [Outcome(verdict, evidence("float"))] * len(record.claims)
            for record in records
        ]

    monkeypatch.setattr(running, "verify_chunk", blind)
    seen = running.judge(SEED, 0, 4, SETTINGS)
    assert (
        len(seen.false) == seen.total(truth_of_it) == seen.total(truth_of_it, verdict)
    )
    for text in seen.false:
        assert text.startswith(f"# false {verdict}: ")
        records, problems = records_of(Source("pasted.yaml", text))
        assert problems == [] and len(records[0].claims) == 1
        assert check(records[0])[1] == []


def test_a_rule_of_the_generator_that_is_wrong_counts_against_nobody(monkeypatch):
    one, stated = quadratic("2 * A @ x")
    stated = replace(stated, made=replace(stated.made, kind=RIGHT))
    one.claims = [stated]
    monkeypatch.setattr(running, "made", lambda seed, number: one)
    seen = running.judge(0, 0, 1, SETTINGS)
    assert seen.total(RIGHT) == 0 and not seen.false
    assert seen.doubts[0].startswith("# made by rule, and wrong")
    assert claims.RIGHT == RIGHT


def test_counterexample_that_is_shown_settles_what_points_do_not():
    one, stated = quadratic("2 * A @ x")
    symmetric = {"A": [[1.0, 2.0], [2.0, 3.0]], "x": [[1.0], [2.0]]}
    general = {**symmetric, "A": [[1.0, 2.0], [0.0, 3.0]]}
    assert not witnessed(
        one, stated, {"sizes": {"n": 2}, "values": symmetric}, Random(0)
    )
    assert witnessed(one, stated, {"sizes": {"n": 2}, "values": general}, Random(0))


def shown(**values: float) -> dict[str, object]:
    return {"sizes": {}, "values": {name: [[x]] for name, x in values.items()}}


@pytest.mark.parametrize(
    ("function", "claim", "x", "found"),
    [
        # What a rule makes of two values that are equal is no excuse.
        ("maximum(abs(x), x)", "step(abs(x) - x) * sign(x)", 5.0, True),
        ("maximum(abs(x), x)", "step(abs(x) - x) * sign(x)", -5.0, False),
        # At a kink quotients say nothing.
        ("abs(x)", "sign(x) + 1", 0.0, False),
        ("abs(x)", "sign(x) + 1", 1.0, True),
        ("x**2", "2 * x", 3.0, False),
    ],
)
def test_counterexample_is_one_of_the_claim_and_not_of_the_rule(
    function, claim, x, found
):
    one, stated = of_a_scalar("function", function, claim)
    assert witnessed(one, stated, shown(x=x), Random(0)) is found


def test_counterexample_of_a_value_is_one_wherever_it_is():
    one, stated = of_a_scalar("value", "sign(x)", "sign(x - 1e-30)")
    assert witnessed(one, stated, shown(x=0.0), Random(0))
    assert not witnessed(one, stated, shown(x=1.0), Random(0))


def of_a_scalar(subject: str, body: str, claim: str) -> tuple[Made, Stated]:
    wrt = {"wrt": "x"} if subject == "function" else {}
    found = statement(where={"x": "scalar"}, numerator=claim, **{subject: body}, **wrt)
    stated = Stated("numerator", claim, Wrong("edit", parse(claim)), claim)
    return Made(found.record, dict(found.types), parse(body), "x"), stated
