"""Principal roots and logarithms: in balls, by NumPy, and as a name moves."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
from moved import DIFFERENT, SAME, says

from verifier.engine import numeric
from verifier.engine.balls import BALLS, precision
from verifier.engine.finding import as_floats
from verifier.engine.jets import Jet

MATRICES = {
    "symmetric": [[2.0, 0.5], [0.5, 1.0]],
    "repeated eigenvalues": [[3.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 5.0]],
    "the identity": [[1.0, 0.0], [0.0, 1.0]],
    "complex eigenvalues": [[1.0, 5.0], [-0.5, 2.0]],
    "a quarter turn": [[0.0, 1.0], [-1.0, 0.0]],
    "defective": [[4.0, 1.0], [0.0, 4.0]],
    "far apart": [[1e-6, 0.0], [3e-6, 2e4]],
}
WITHOUT = {
    "negative": [[-1.0, 0.0], [0.0, -1.0]],
    "indefinite": [[1.0, 3.0], [3.0, 1.0]],
    "singular": [[1.0, 2.0], [2.0, 4.0]],
    "nilpotent": [[0.0, 1.0], [0.0, 0.0]],
}


def moving(A: np.ndarray, size: float) -> Jet:
    """Return a matrix that moves along two directions."""
    random = np.random.default_rng(3)
    first, second = (
        BALLS.exactly(random.normal(size=A.shape) * size).value for _ in "ab"
    )
    return BALLS.exactly(A).moving(first).moving(second, 2)


@pytest.mark.parametrize("size", [1.0, 1e9, 1e-9])
@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
def test_what_undoes_it_gives_the_matrix_back_with_its_derivatives(matrix, size):
    with precision(256):
        A = moving(np.array(matrix), size)
        root, logarithm = BALLS.sqrtm(A), BALLS.logm(A)
        for gap in (root @ root - A, BALLS.expm(logarithm) - A):
            for mask in range(4):
                scale = max(1.0, size ** mask.bit_count()) * 2.0**-120
                for x in gap.part(mask).entries:
                    assert x.contains(0)
                    assert x.abs_upper() < scale


@pytest.mark.parametrize("name", ["sqrtm", "logm"])
@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
def test_it_is_the_principal_one(name, matrix):
    A = np.array(matrix)
    wanted = getattr(scipy.linalg, name)(A)
    with precision(128):
        found = as_floats(getattr(BALLS, name)(BALLS.exactly(A)).value.array)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)
    (found,) = getattr(numeric, name)(A[None])
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["sqrtm", "logm"])
@pytest.mark.parametrize("matrix", WITHOUT.values(), ids=WITHOUT)
def test_a_matrix_without_one_has_no_value(name, matrix):
    A = np.array(matrix)
    with np.errstate(all="ignore"):
        assert np.isnan(getattr(numeric, name)(A[None])).all()
    with precision(128):
        found = getattr(BALLS, name)(BALLS.exactly(A)).value.entries
    assert not any(x.is_finite() for x in found)


WHERE = {"A": "matrix(n, n)", "P": "positive_definite(n)", "h": "scalar"}


@pytest.mark.parametrize(
    ("body", "error", "series", "wrong"),
    [
        ("sqrtm(eye(n) + h * A)", "O(h**3)",
         "eye(n) + h * A/2 - h**2 * A @ A/8", "eye(n) + h * A/2 + h**2 * A @ A/8"),
        ("logm(4 * eye(n) + h * A)", "O(h**3)",
         "log(4) * eye(n) + h * A/4 - h**2 * A @ A/32", "log(4) * eye(n) + h * A/4"),
        ("tr(sqrtm(P + h * A))", "o(h)",
         "tr(sqrtm(P)) + h * tr(inv(sqrtm(P)) @ A)/2",
         "tr(sqrtm(P)) + h * tr(inv(sqrtm(P)) @ A)"),
    ],
)  # fmt: skip
def test_expansion_is_told_from_a_wrong_one(body, error, series, wrong):
    for claim, finding in ((series, SAME), (wrong, DIFFERENT)):
        fields = {"expansion": body, "small": "h", "error": error, "both": claim}
        assert says(where=WHERE, **fields) is finding
