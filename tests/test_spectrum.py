"""Eigenvalues and singular values of many draws, where LAPACK gives up at some."""

from __future__ import annotations

import numpy as np
import pytest
from stated import record

from verifier.engine import numeric
from verifier.engine.settings import Settings
from verifier.engine.spectrum import by_draws, decomposed
from verifier.running.verification import verify_chunk

NEAR = 2.0**1023
"""Twice as much is no number."""


def test_matrices_near_the_largest_number_have_eigenvalues():
    w, _ = decomposed(np.array([np.diag([NEAR, -NEAR]), np.eye(2)]))
    assert w.real.tolist() == [[-NEAR, NEAR], [1, 1]]
    assert numeric.rank(
        np.array([np.diag([NEAR, -NEAR]), np.diag([1.0, 0])])
    ).tolist() == [2, 1]


def test_a_draw_at_which_lapack_gives_up_costs_no_other():
    def moody(A):
        if (A == 7).any():
            raise np.linalg.LinAlgError("Eigenvalues did not converge")
        return np.linalg.eigh(A)

    A = np.array([np.diag([1.0, 2]), np.diag([7.0, 7]), np.diag([3.0, 4])])
    w, V = by_draws(moody, A)
    assert w[[0, 2]].tolist() == [[1, 2], [3, 4]]
    assert np.isnan(w[1]).all()
    assert np.isnan(V[1]).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_spectra_of_what_nearly_overflows_do_not_crash(seed):
    ((found, *_),) = verify_chunk(
        [
            record(
                where={"L": "symmetric(n)", "t": "positive"},
                value="eigenvalues(expm(-t * L))",
                both="exp(eigenvalues(-t * L))",
            )
        ],
        Settings(seed=seed, draws=64),
    )
    assert found.verdict == "holds"
