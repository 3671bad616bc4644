"""The small pictures of the report: the axis of R, heat maps, matrices."""

import math
from itertools import pairwise

import pytest

from verifier.judging.verdict import FAILS, HOLDS
from verifier.output import axis, matrices
from verifier.output.heatmap import described, heat_map, largest


def test_axis_is_logarithmic_between_its_ends():
    places = [axis.place(10.0**power) for power in range(-2, 18)]
    steps = {(after or 0) - (before or 0) for before, after in pairwise(places)}
    assert steps <= {12, 13}
    ends = axis.Axis()
    assert axis.place(0) == axis.place(1e-300) == places[0] == ends.left
    assert axis.place(math.inf) == axis.place("inf") == places[-1] == ends.right
    assert axis.place(HOLDS) == ends.holds
    assert axis.place(FAILS) == ends.fails


@pytest.mark.parametrize("value", [None, "nan", "1", "<b>", math.nan, -1.0])
def test_what_is_no_R_has_no_place(value):
    assert axis.place(value) is None
    assert axis.marks([value]) == []


def test_form_of_a_mark_says_which_side_of_the_bounds_it_is():
    found = axis.marks([HOLDS, 200.0, FAILS, 0.1, None, 0.1])
    assert [mark.form for mark in found] == ["dot", "dot", "ring", "cross"]
    assert len({str(mark) for mark in found}) == 4


def test_cells_of_one_shade_are_one_line():
    picture = heat_map([[4.0, 4.0, -4.0, -4.0], [0.0, 1.0, -1e-9, 0.0]], 4.0, "name")
    assert '<path class="p4" d="M0 0h2"/>' in picture
    assert '<path class="n4" d="M2 0h2"/>' in picture
    assert '<path class="sign n4" d="M2.3 0h1.4"/>' in picture  # two bars, dashed
    assert '<path class="p1" d="M1 1h1"/>' in picture
    assert '<path class="n1" d="M2 1h1"/>' in picture  # little is not nothing
    assert '<path class="zero" d="M0.5 1h0M3.5 1h0"/>' in picture
    assert 'viewBox="0 -.5 4 2" width="80" height="40"' in picture
    assert picture.index('"n4"') < picture.index('"sign n4"')


def test_what_is_not_finite_is_drawn_as_such_and_does_not_set_the_scale():
    rows = [["inf", "nan", 2.0, "<b>"]]
    assert largest(rows) == 2.0
    assert largest([["nan"]], [[0.0]]) == 1.0
    assert '<path class="odd" d="M0.5 0h1M3.5 0h0"/>' in heat_map(rows, 2.0, "<b>")
    assert 'aria-label="&lt;b&gt;"' in heat_map(rows, 2.0, "<b>")
    assert described("claim", rows) == "claim: 1 x 4, from 2 to 2"
    assert described("claim", [["nan"]]) == "claim: 1 x 1"


def test_matrix_is_typeset_with_fractions_and_marks():
    found = matrices.mathml([["1/2", "-3"], ["-1/4", "0"]], {(0, 1)})
    minus = "\N{MINUS SIGN}"
    assert "<mtd><mfrac><mn>1</mn><mn>2</mn></mfrac></mtd>" in found
    assert f'<mtd class="differs"><mn>{minus}3</mn></mtd>' in found
    assert f"<mo>{minus}</mo><mfrac><mn>1</mn><mn>4</mn></mfrac>" in found
    assert found.count("<mtr>") == 2
    assert matrices.mathml([["7"]]) == "<math><mn>7</mn></math>"


def test_matrix_that_is_too_large_is_named_by_its_size():
    large = [["1"] * 13]
    assert matrices.mathml(large) == "<math><mtext>(1 x 13)</mtext></math>"


@pytest.mark.parametrize("text", ["[[1, <b>]]", "x", "[[1]", "", None, 3])
def test_fractions_that_cannot_be_read_are_not_used(text):
    case = {
        "autodiff": [[1.0]],
        "claim": [[2.0]],
        "exact": {"left": text, "claim": "[[2]]"},
    }
    assert matrices.sides(case) == ([["1"]], [["2"]])


def test_only_matrices_of_one_size_are_compared_entry_by_entry():
    assert matrices.differing([["1", "2"]], [["1", "3"]]) == {(0, 1)}
    assert matrices.differing([["1", "2"]], [["1"], ["2"]]) == set()
