"""Two runs side by side: which claims belong together, and what has changed."""

import dataclasses
import json

import pytest
from made import failure, problem, report, result

from verifier.reading.problem import Place
from verifier.results.comparison import KINDS, Comparison, pairs


def compare(old, new, **run) -> Comparison:
    return Comparison(report(*old), report(*new, **run))


def only(old, new):
    (change,) = compare([old], [new]).changes
    return change


def test_a_run_is_like_itself():
    found = [result(), failure(id="wrong"), problem()]
    same = compare(found, found)
    assert (same.changes, same.problems, same.settings) == ((), (), ())
    assert (same.worse, same.same) == (False, 2)


WRONG = failure(evidence={"grade": "float"})
REFUTED = result("fails", expected="fails")
UNREFUTED = result("holds", expected="fails")
OPEN, DEAD = result("inconclusive"), result("crashed")


@pytest.mark.parametrize(
    ("old", "new", "kind", "worse"),
    [
        (result(), WRONG, "newly-failing", True),
        (result(), OPEN, "newly-failing", True),
        (result(), DEAD, "newly-failing", True),
        (REFUTED, UNREFUTED, "newly-failing", True),
        (REFUTED, WRONG, "newly-failing", True),
        (None, WRONG, "new-failing", True),
        (None, OPEN, "new-failing", True),
        (WRONG, result(), "newly-passing", False),
        (UNREFUTED, REFUTED, "newly-passing", False),
        (WRONG, OPEN, "verdict", False),
        (OPEN, DEAD, "verdict", False),
        (result(), REFUTED, "verdict", False),
        (result(), result(text="y"), "claim", False),
        (result(), result(subject="d(x)/dx"), "claim", False),
        (result(), result(types={}), "claim", False),
        (None, result(), "new", False),
        (result(), None, "gone", False),
        (WRONG, None, "gone", False),
    ],
)
def test_each_change_has_its_kind(old, new, kind, worse):
    found = compare([old] if old else [], [new] if new else [])
    assert [change.kind for change in found.changes] == [kind]
    assert found.worse is worse
    assert found.of(kind) == list(found.changes)


def test_a_change_says_all_that_has_changed():
    old = failure(text="x.T @ A", types={"x": "vector(n)"})
    assert only(old, result()).details == (
        "verdict: fails -> holds",
        "claim: `x.T @ A` -> `x.T @ (A + A.T)`",
        "types: `x: vector(n)` -> `x: vector(n), A: matrix(n, n)`",
    )
    new = failure(diagnosis={"kind": "factor", "text": "", "suggestion": "2 * x"})
    assert only(failure(), new).details == (
        "diagnosis: needs-symmetric -> factor",
        "suggestion: `x.T @ (A + A.T)` -> `2 * x`",
    )
    assert only(failure(), failure(diagnosis=None)).kind == "diagnosis"


def evidence(**more):
    return result(evidence={**result().evidence, **more})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"grade": "exact"}, {}, "weaker evidence: exact arithmetic -> floating point"),
        ({}, {"grade": "ball"}, "stronger evidence: floating point -> interval arithm"),
        (
            {"bound": 1e-36},
            {"bound": 1e-32},
            "probability that a false claim passes: 1",
        ),
        ({}, {"digits": 11.0}, "digits that agree: 15.2 -> 11"),
        ({}, {"vacuous": True}, "now vacuous: both sides are always zero"),
        ({"vacuous": True}, {}, "no longer vacuous"),
        ({}, {"draws": 20, "left_out": {"kink": 44}}, "usable draws: 94% -> 31%"),
    ],
)
def test_other_evidence_is_told_where_it_matters(old, new, said):
    change = only(evidence(**old), evidence(**new))
    assert change.kind == "evidence"
    (line,) = change.details
    assert line.startswith(said)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {"digits": 13.0}),
        ({}, {"digits": None}),
        ({}, {"draws": 58, "left_out": {"kink": 6}}),
        ({}, {"draws": 240, "left_out": {"kink": 16}}),
        ({"bound": 1e-36}, {"bound": 3e-34}),
        ({"bound": 0.0}, {"bound": 0.0}),
        ({}, {"R": 7.0, "rho": 1e-12, "sizes": [{"n": 5}]}),
    ],
)
def test_what_is_the_luck_of_the_draw_is_no_change(old, new):
    assert compare([evidence(**old)], [evidence(**new)]).changes == ()


def test_digits_of_failures_are_no_change():
    old, new = failure(), failure(evidence={**failure().evidence, "digits": 9.0})
    assert compare([old], [new]).changes == ()


def paired(old, new):
    return [
        (a and a.column, b and b.column) for a, b in pairs(report(*old), report(*new))
    ]


def claim(text, column, **more):
    return result(text=text, column=column, **more)


def test_a_claim_in_a_moved_file_is_the_same_claim():
    old = [claim("a", 1, file="identities/old.yaml")]
    assert paired(old, [claim("a", 2, file="sub/new.yaml")]) == [(1, 2)]
    assert paired(old, [claim("b", 2, file="sub/new.yaml")]) == [(1, 2)]
    assert paired(old, [claim("a", 2, file=".\\identities\\old.yaml")]) == [(1, 2)]


def test_the_same_file_comes_before_the_same_id_elsewhere():
    old = [claim("a", 1, file="one.yaml"), claim("a", 2, file="two.yaml")]
    new = [claim("a", 3, file="two.yaml"), claim("a", 4, file="one.yaml")]
    assert paired(old, new) == [(2, 3), (1, 4)]


def test_of_several_forms_the_text_decides_before_the_order():
    old = [claim("a", 1), claim("b", 2)]
    new = [claim("new", 3), claim("a", 4), claim("b", 5)]
    assert paired(old, new) == [(None, 3), (1, 4), (2, 5)]
    assert paired(new, old) == [(4, 1), (5, 2), (3, None)]
    assert paired(old, [claim("b", 6), claim("c", 7)]) == [(2, 6), (1, 7)]
    assert paired([claim("a", 1), claim("a", 2)], [claim("a", 3)]) == [
        (1, 3),
        (2, None),
    ]


@pytest.mark.parametrize(
    "other", [{"id": "x"}, {"layout": "denominator"}, {"claim": "differential"}]
)
def test_another_record_layout_or_kind_of_claim_is_another_claim(other):
    assert paired([claim("a", 1)], [claim("a", 2, **other)]) == [(None, 2), (1, None)]


def test_changes_come_by_weight_then_in_the_order_of_the_run():
    names = ["one", "two", "three", "four"]
    old = [result(id=id) for id in names]
    new = [result(id="new"), *(result(id=id) for id in names)]
    new[2] = failure(id="two")
    new[4] = failure(id="four")
    new[1] = evidence(digits=3.0)
    new[1] = dataclasses.replace(new[1], id="one")
    found = compare(old, new)
    assert [(change.kind, change.result.id) for change in found.changes] == [
        ("newly-failing", "two"),
        ("newly-failing", "four"),
        ("evidence", "one"),
        ("new", "new"),
    ]
    assert found.same == 1


def test_new_problems_are_newly_wrong_and_moved_ones_are_not():
    moved = problem(place=Place("identities/quadratic.yaml", 90, 1))
    assert not compare([problem()], [moved]).worse
    found = compare(
        [problem(), result()], [problem(), problem(text="another"), result()]
    )
    assert found.worse
    assert [one.text for one in found.problems] == ["another"]
    back = compare([problem(), result()], [result()])
    assert (len(back.solved), back.worse) == (1, False)


def test_what_an_interrupted_run_did_not_reach_may_be_wrong():
    old = [result(), result(id="two")]
    assert compare(old, old[:1], interrupted=True).worse
    assert not compare(old, old[:1]).worse
    assert not compare(old, old, interrupted=True).worse


def test_runs_that_were_made_differently_say_so():
    versions = {"nabla-verifier": "0.2.0", "jax": "0.10.2", "numpy": "2"}
    found = compare([result()], [result()], seed=1, versions=versions, interrupted=True)
    assert found.settings == (
        ("seed", "7", "1"),
        ("interrupted", "no", "yes"),
        ("nabla-verifier", "0.1.0", "0.2.0"),
        ("python", "3.11.7", "not said"),
        ("numpy", "not said", "2"),
    )
    one = compare([result()], [result()], layouts=["numerator"], seed=0)
    assert one.settings == (
        ("seed", "7", "0"),
        ("layouts", "numerator, denominator", "numerator"),
    )


def test_json_has_every_change_with_both_results():
    data = compare([result(), problem()], [failure(), result(id="new")]).to_json()
    json.dumps(data, allow_nan=False)
    assert (data["schema"], data["worse"], data["same"]) == (1, True, 0)
    first, second = data["changes"]
    assert (first["kind"], first["old"]["verdict"], first["new"]["verdict"]) == (
        "newly-failing",
        "holds",
        "fails",
    )
    assert first["details"][0] == "verdict: holds -> fails"
    assert (second["kind"], second["old"]) == ("new", None)
    assert len(data["solved"]) == 1
    assert {change["kind"] for change in data["changes"]} <= set(KINDS)
