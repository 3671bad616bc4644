"""Sizes are drawn so that a transpose cannot hide, the same whatever else is there."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import quadratic, statement

from verifier.language.dimension import Dim
from verifier.language.sizes import (
    COMFORT,
    LARGE,
    LARGEST,
    LARGEST_TERM,
    SMALL,
    Case,
    Demands,
    beyond,
    cases,
    digest,
    generator,
    smallest,
)

m, n, p = (Dim.of(name) for name in "mnp")
FREE = Demands(frozenset(), frozenset(), frozenset())


def sizes_of(names, demands=FREE, seed=0, id="one", **more):
    found = cases(names, demands, {}, seed, id, **more)
    return [dict(case.sizes) for case in found]


names = st.lists(st.sampled_from("abcdefg"), min_size=2, max_size=5, unique=True)
seeds = st.integers(0, 10_000)


@given(names, seeds)
def test_names_are_different_more_often_than_not(names, seed):
    runs = [sizes_of(sorted(names), seed=seed + i) for i in range(10)]
    assert all(runs)
    for a, b in combinations(names, 2):
        shares = [sum(s[a] != s[b] for s in found) / len(found) for found in runs]
        assert min(shares) >= 0.4
        assert sum(shares) / len(shares) > 0.65


@given(seeds)
def test_one_square_wide_and_tall_cases_are_always_there(seed):
    found = sizes_of(["m", "n"], seed=seed)
    assert {"m": 1, "n": 1} in found
    assert any(sizes["m"] == sizes["n"] > 1 for sizes in found)
    assert any(sizes["m"] > sizes["n"] for sizes in found)
    assert any(sizes["m"] < sizes["n"] for sizes in found)


def test_a_single_name_takes_every_small_size():
    assert {sizes["n"] for sizes in sizes_of(["n"])} == {1, 2, 3, 4, 5}


def test_first_case_has_distinct_sizes_above_one():
    for count in range(2, 6):
        first = sizes_of(list("abcde"[:count]))[0]
        assert len(set(first.values())) == count
        assert min(first.values()) > 1


def test_no_names_give_one_case_without_sizes():
    assert sizes_of([]) == [{}]


@given(seeds)
def test_cases_are_a_function_of_the_seed_and_the_id(seed):
    assert sizes_of(["m", "n"], seed=seed) == sizes_of(["m", "n"], seed=seed)
    others = [sizes_of(["m", "n", "p"], seed=seed, id=f"r{i}") for i in range(6)]
    assert any(other != others[0] for other in others)


def test_digest_is_the_same_on_every_machine():
    assert digest(0) == 24261745499028060129598755968870053228
    assert digest(1, "one", "A") != digest(1, "oneA")
    assert digest(1, "one", "A") != digest(11, "one", "A")
    assert generator(3, "a").random() == generator(3, "a").random()


def test_dimensions_must_be_positive_whole_numbers():
    half = Demands(frozenset({n / 2, m - 1}), frozenset(), frozenset())
    found = sizes_of(["m", "n"], half)
    assert found
    for sizes in found:
        assert sizes["n"] % 2 == 0
        assert sizes["m"] >= 2


def test_a_literal_index_bounds_a_size_from_below():
    wanted = Demands(frozenset({n}), frozenset(), frozenset(), frozenset({(n, 4)}))
    assert {sizes["n"] for sizes in sizes_of(["n"], wanted)} == {4, 5}
    assert smallest(["n"], wanted) == {"n": 4}


def test_what_is_affordable_bounds_the_sizes():
    big = frozenset({(m * m * m, n * n * n)})
    terms = sizes_of(["m", "n"], Demands(frozenset(), big, frozenset()))
    derivatives = sizes_of(["m", "n"], Demands(frozenset(), frozenset(), big))
    assert terms and derivatives
    for found, most in ((terms, LARGEST_TERM), (derivatives, COMFORT)):
        assert all((sizes["m"] * sizes["n"]) ** 3 <= most for sizes in found)


def test_sizes_beyond_comfort_are_taken_when_there_are_no_others():
    large = Demands(frozenset({n - 8}), frozenset(), frozenset({(n * n * n, n * n)}))
    assert sizes_of(["n"], large) == [{"n": 9}]


def test_no_sizes_are_found_where_there_are_none():
    assert (
        smallest(["n"], Demands(frozenset({n - 9}), frozenset(), frozenset())) is None
    )
    assert (
        cases(["n"], Demands(frozenset({n - 9}), frozenset(), frozenset()), {}, 0, "a")
        == []
    )


def test_smallest_sizes_satisfy_the_demands():
    wanted = Demands(frozenset({m - n, n}), frozenset(), frozenset())
    found = smallest(["m", "n"], wanted)
    assert found is not None
    assert found["m"] > found["n"] >= 1


def test_case_has_sizes_and_whole_numbers_together():
    case = Case({"m": 2, "n": 3}, {"k": 5})
    assert case.numbers == {"m": 2, "n": 3, "k": 5}
    assert case.size(m * n + 1) == 7
    assert case.weight == 5


@given(seeds)
def test_whole_numbers_take_small_values_and_indices_stay_in_their_range(seed):
    found = cases(["n"], FREE, {"k": None, "i": n, "j": n + 1}, seed, "one")
    assert {case.whole["k"] for case in found} >= {0, 1, 2, 3, -1}
    for case in found:
        assert 1 <= case.whole["i"] <= case.sizes["n"]
        assert 1 <= case.whole["j"] <= case.sizes["n"] + 1


def test_a_record_of_two_whole_numbers_has_them_different():
    found = cases([], FREE, {"k": None, "l": None}, 0, "one")
    assert sum(case.whole["k"] != case.whole["l"] for case in found) > len(found) / 2


@pytest.mark.parametrize("seed", range(3))
def test_the_quadratic_form_is_tried_beyond_size_one(seed):
    found = statement(**quadratic())
    drawn = cases(
        sorted(found.sizes), found.demands, found.whole, seed, found.record.id
    )
    assert sum(case.sizes["n"] > 1 for case in drawn) >= 4


WHOLES = range(-2, SMALL + 1)


@pytest.mark.parametrize(
    ("names", "whole", "values"),
    [
        ("mn", {}, {}),
        ("mnp", {}, {}),
        ("abcdef", {}, {}),
        ("n", {"i": n}, {}),
        ("n", {"i": n, "j": n}, {}),
        ("mn", {"i": n}, {}),
        ("n", {"k": None}, {"k": WHOLES}),
        ("mn", {"k": None}, {"k": WHOLES}),
        ("", {"k": None, "l": None}, {"k": WHOLES, "l": WHOLES}),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_any_two_numbers_meet_in_all_pairs_of_small_values(names, whole, values, seed):
    found = cases(list(names), FREE, whole, seed, "one")
    met = {pair for one in found for pair in combinations(one.numbers.items(), 2)}
    for a, b in combinations([*names, *whole], 2):
        for u, v in product(
            values.get(a, range(1, SMALL + 1)), values.get(b, range(1, SMALL + 1))
        ):
            if whole.get(b) == Dim.of(a) and v > u:
                continue  # an index is at most what it counts to
            assert ((a, u), (b, v)) in met


@pytest.mark.parametrize(
    ("names", "whole"), [("mnp", {}), ("mn", {"i": n}), ("mn", {"k": None})]
)
@pytest.mark.parametrize("seed", range(3))
def test_a_pair_is_met_where_no_other_size_is_1(names, whole, seed):
    # A softmax of one entry has no derivative, whatever the other numbers are.
    found = [one.numbers for one in cases(list(names), FREE, whole, seed, "one")]
    for a, b in combinations([*names, *whole], 2):
        met = {
            (one[a], one[b])
            for one in found
            if all(one[c] > 1 for c in names if c not in (a, b))
        }
        assert met >= {(one[a], one[b]) for one in found}


def test_other_sizes_are_1_where_they_can_be_no_larger():
    few = Demands(frozenset({Dim.of(2) - n}), frozenset(), frozenset())
    found = {(s["m"], s["p"]) for s in sizes_of(["m", "n", "p"], few)}
    assert found == {*product(range(1, SMALL + 1), repeat=2)}


def test_pairs_that_do_not_fit_are_left_out_and_all_others_met():
    wide = Demands(frozenset({n - m + 1}), frozenset(), frozenset())
    found = {(s["m"], s["n"]) for s in sizes_of(["m", "n", "p"], wide)}
    small = range(1, SMALL + 1)
    assert found >= {(u, v) for u, v in product(small, small) if u <= v}
    assert all(u <= v for u, v in found)


@pytest.mark.parametrize("seed", range(3))
def test_sizes_beyond_the_small_ones_are_drawn_where_they_are_affordable(seed):
    large, other = beyond(["m", "n"], FREE, {"i": n}, seed, "one")
    assert max(large.sizes.values()) == LARGEST
    assert SMALL < max(other.sizes.values()) < LARGE
    assert all(1 <= case.whole["i"] <= case.sizes["n"] for case in (large, other))
    squared = Demands(frozenset(), frozenset({(m * m, n)}), frozenset())
    assert beyond(["m", "n"], squared, {}, seed, "one")[0].sizes == {"m": 2, "n": 12}
    dear = Demands(frozenset(), frozenset({(n**4, n**4)}), frozenset())
    assert beyond(["n"], dear, {}, seed, "one") == []
