"""Numbers that are drawn may make no value of their type: they say nothing."""

from __future__ import annotations

import numpy as np
import pytest
from stated import record, statement

from verifier.engine.ball_point import point
from verifier.engine.experiment import Experiment
from verifier.engine.outcome import FAILS, HOLDS
from verifier.engine.settings import Settings
from verifier.running.verification import verify_chunk

ID, SEED = "derivative-of-determinant-of-square-form", 3
"""Of a run that draws a singular 3 x 3 matrix X."""
WHERE = {"X": "invertible(n)", "A": "matrix(n, n)"}
CLAIMS = [
    ({"value": "X @ pinv(X) + 0*A", "both": "eye(n)"}, HOLDS),
    ({"value": "X @ pinv(X) + 0*A", "both": "(1 + 1e-9)*eye(n)"}, FAILS),
    (
        {
            "function": "det(X.T @ A @ X)",
            "wrt": "X",
            "denominator": "2 * det(X.T @ A @ X) * inv(X.T)",
        },
        HOLDS,
    ),
]


@pytest.mark.parametrize(("fields", "verdict"), CLAIMS)
def test_a_singular_draw_of_an_invertible_matrix_is_left_out(fields, verdict):
    made = record(id=ID, where=WHERE, **fields)
    ((found, *_),) = verify_chunk([made], Settings(SEED, 256, diagnose=False))
    assert found.verdict == verdict
    if verdict == HOLDS:
        assert found.evidence["left_out"] == {"singular": 1}


def test_one_of_many_draws_is_outside():
    stated = statement(id=ID, where=WHERE, **CLAIMS[0][0])
    outside = [
        (dict(block.case.numbers), int(block.draws.numbers[draw]))
        for block in Experiment(stated, Settings(SEED, 256)).blocks
        for draw in range(len(block.draws))
        if point(stated, block.case, block.draws.raw, draw).outside
    ]
    assert outside == [({"n": 3}, 222)]


def test_other_types_are_never_outside():
    where = {"X": "matrix(n, n)", "x": "scalar"}
    stated = statement(where=where, value="x*det(X)", both="0")
    (block, *_) = Experiment(stated, Settings(draws=24)).blocks
    zeros = {name: np.zeros_like(X) for name, X in block.draws.raw.items()}
    assert not point(stated, block.case, zeros, 0).outside
