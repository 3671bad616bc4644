"""R and rho by hand, and that nothing hides: not NaN, not a small block, not zero."""

from __future__ import annotations

import numpy as np
import pytest

from verifier.engine.draws import LANES, PRECISIONS
from verifier.engine.outcome import R_FAILS as FAILS
from verifier.engine.outcome import R_HOLDS as HOLDS
from verifier.judging.verdict import agree, finite, measure

DOUBLE = PRECISIONS["float64"]
UNIT, PUSH = 2.0**-53, 2.0**-20


def lanes(matrix, push=PUSH, dust=0.0):
    """Return a matrix as one draw: itself, pushed, and three times moved by dust."""
    X = np.array(matrix, dtype=float)[None]
    return np.stack([X, X * (1 + push), *[X * (1 + dust)] * (LANES - 2)])


def one(C, J):
    found = measure(C, J, DOUBLE)
    return {name: getattr(found, name)[0] for name in vars(found)}


def says(C, J):
    """Return which of the three it is; it is exactly one."""
    found = one(C, J)
    (word,) = [word for word in ("holds", "fails", "open") if found[word]]
    return word


def test_R_and_rho_by_hand():
    # J = 1, C = 1 + 4 e with e = 2^-52; both move by 2^-20 when x does:
    # noise = (2^-20 + 2^-20) * 2^-53 / 2^-20 = e, and C's own unit is e / 2.
    e = 2.0**-52
    C = np.array([1 + 4 * e, 1 + PUSH, *[1 + 4 * e] * 3]).reshape(LANES, 1, 1, 1)
    J = np.array([1, 1 + PUSH, 1, 1, 1]).reshape(LANES, 1, 1, 1)
    found = one(C, J)
    assert found["R"] == pytest.approx(4 / 1.5, rel=1e-6)
    assert found["rho"] == pytest.approx(e, rel=1e-6)
    assert found["relative"] == pytest.approx(4 * e)
    assert (found["holds"], found["fails"], found["open"]) == (True, False, False)


def test_dust_counts_as_it_is_and_the_largest_of_the_three():
    C = lanes([[1.0]], push=0)
    J = C.copy()
    J[2:, 0, 0, 0] += np.array([1, 4, 2]) * 2.0**-40
    C[0] += 2.0**-40
    found = one(C, J)
    # The dust of C is 2^-40 in every lane, that of J at most 4 times as much.
    assert found["R"] == pytest.approx(1 / (1 + 4 + 2.0**-20 + 2.0**-13), rel=1e-3)
    assert found["rho"] == pytest.approx(5 * 2.0**-40, rel=1e-3)


def test_equal_sides_hold_and_a_factor_of_two_fails():
    J = lanes([[1.0, 2.0], [3.0, -4.0]])
    assert says(J, J) == "holds"
    assert says(2 * J, J) == says(J, 2 * J) == says(-J, J) == "fails"
    assert says(J * (1 + 1e-9), J) == "fails"


@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1.0, 1e30, 1e290])
def test_scale_of_the_problem_does_not_matter(scale):
    J = lanes([[1.0, 2.0], [3.0, -4.0]]) * scale
    assert says(J * (1 + 2.0**-52), J) == "holds"
    assert says(J * (1 + 2.0**-36), J) == "fails"


def test_small_wrong_block_is_seen():
    J = lanes([[1e9, 0, 0], [0, 1e9, 0], [0, 0, 1e-9]])
    C = J.copy()
    C[:, :, 2, 2] *= 2
    found = one(C, J)
    assert found["fails"]
    assert found["relative"] < 1e-17  # as a whole nobody would see it
    C[:, :, 2, 2] = 0
    assert says(C, J) == "fails"
    J[:, :, 2, 2], C[:, :, 2, 2] = 0, 1e-9
    assert says(C, J) == "fails"


def test_one_wrong_column_and_one_wrong_row_are_seen():
    scales = np.array([1e12, 1.0, 1e-12])
    for J in (lanes([scales] * 2), lanes(np.array([scales] * 2).T)):
        C = J * np.where(abs(J) < 1e-9, 1 + 1e-6, 1)
        assert says(C, J) == "fails"


def test_both_zero_holds_and_is_told():
    Z = np.zeros((LANES, 1, 2, 2))
    found = one(Z, Z)
    assert (found["R"], found["rho"], found["holds"], found["zero"]) == (
        0,
        0,
        True,
        True,
    )
    J = Z.copy()
    J[:, :, 0, 0] = 1e-200
    assert says(Z, J) == says(J, Z) == "fails"
    assert not one(Z, J)["zero"]


def test_zero_column_beside_others_does_not_matter():
    J = lanes([[1.0, 0.0], [2.0, 0.0]])
    assert says(J, J) == "holds"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("lane", range(LANES))
def test_nan_and_infinity_never_hold(bad, lane):
    J = lanes([[1.0, 2.0]])
    C = J.copy()
    C[lane, 0, 0, 1] = bad
    for pair in ((C, J), (J, C), (C, C)):
        found = one(*pair)
        assert not found["holds"]
        assert found["open"] or found["fails"]


def test_noise_that_drowns_the_sides_leaves_a_draw_open():
    J = lanes([[1.0]], push=1.0)  # a million times as steep as x itself
    noisy = lanes([[1.0]], dust=1e-7)
    for wrong in (1.0, 1.001):
        assert says(noisy * wrong, noisy) == "open"
    assert one(J, J)["rho"] == pytest.approx(2 * UNIT / PUSH)


def test_between_the_bounds_a_draw_is_open():
    J = lanes([[1.0]], push=0)
    for R, word in ((HOLDS - 1, "holds"), (HOLDS + 2, "open"), (FAILS + 5, "fails")):
        assert says(J * (1 + R * UNIT), J) == word, R
    assert says(J * (1 + (FAILS - 5) * UNIT), J) == "open"


def test_draws_are_judged_each_by_itself():
    good, bad = lanes([[1.0]]), lanes([[1.0]])
    C = np.concatenate([good, 2 * bad, good], axis=1)
    J = np.concatenate([good, bad, good], axis=1)
    found = measure(C, J, DOUBLE)
    assert found.holds.tolist() == [True, False, True]
    assert found.fails.tolist() == [False, True, False]
    assert found.open.tolist() == [False, False, False]


def test_float32_has_bounds_of_its_own():
    single = PRECISIONS["float32"]
    J = lanes([[1.0, 3.0]], push=single.push)
    assert measure(J * (1 + 2.0**-24), J, single).holds.all()
    assert measure(J * (1 + 2.0**-12), J, single).fails.all()


def test_finite_looks_at_every_lane():
    X = np.ones((LANES, 3, 2, 2))
    X[4, 1, 0, 0] = np.nan
    X[0, 2, 1, 1] = np.inf
    assert finite(X).tolist() == [True, False, False]


def test_modes_agree_up_to_their_noise():
    X = lanes([[1.0, 2.0]])
    assert agree(X, X * (1 + 2.0**-50), DOUBLE).all()
    assert not agree(X, X * 1.001, DOUBLE).any()
    assert agree(np.zeros_like(X), np.zeros_like(X), DOUBLE).all()
    assert not agree(X, np.full_like(X, np.nan), DOUBLE).any()
