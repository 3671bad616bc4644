"""The left side of a claim, by cases worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from stated import statement

from verifier.engine.subject import left_side, tied
from verifier.language.sizes import Case


def left(fields, J, sizes, hessian=None, values=None):
    found = statement(**fields)
    sides = [
        left_side(
            np,
            found,
            claim,
            Case(sizes, {}),
            {name: np.array(D) for name, D in J.items()},
            hessian,
            values or {},
        ).tolist()
        for claim in found.claims
    ]
    return sides[0] if len(sides) == 1 else sides


def test_claim_in_a_layout_gets_the_arranged_derivative():
    fields = {
        "where": {"X": "matrix(m, n)"},
        "function": "sum(X)",
        "wrt": "X",
        "both": "zeros(m, n)",
    }
    found = left(fields, {"X": [[1, 2, 3, 4, 5, 6]]}, {"m": 2, "n": 3})
    assert found == [[[1, 2], [3, 4], [5, 6]], [[1, 3, 5], [2, 4, 6]]]


def test_differential_is_the_sum_over_all_variables():
    # d(x y) at x = (1, 2), y = 3 with dx = (10, 20), dy = 100
    fields = {
        "where": {"x": "vector(n)", "y": "scalar"},
        "function": "x * y",
        "wrt": ["x", "y"],
        "differential": "dx * y + x * dy",
    }
    J = {"x": [[3, 0], [0, 3]], "y": [[1], [2]]}
    values = {"dx": np.array([[10], [20]]), "dy": np.array([[100]])}
    assert left(fields, J, {"n": 2}, values=values) == [[130], [260]]


def test_differential_of_a_matrix_has_its_shape():
    # d(X^T) for X 2 x 3: the Jacobian is the commutation matrix
    fields = {
        "where": {"X": "matrix(m, n)"},
        "function": "X.T",
        "wrt": "X",
        "differential": "dX.T",
    }
    K = np.zeros((6, 6), dtype=int)
    for i in range(2):
        for j in range(3):
            K[i * 3 + j, j * 2 + i] = 1
    dX = np.array([[1, 2, 3], [4, 5, 6]])
    found = left(fields, {"X": K}, {"m": 2, "n": 3}, values={"dX": dX})
    assert found == [[1, 4], [2, 5], [3, 6]]


# Independent entries: J = (J11, J21, J12, J22) of a scalar by a 2 x 2 matrix.

ENTRIES = [[1, 10, 100, 1000]]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("symmetric", [[1, 110], [110, 1000]]),
        ("positive_definite", [[1, 110], [110, 1000]]),
        ("diagonal", [[1, 0], [0, 1000]]),
        ("lower", [[1, 0], [10, 1000]]),
        ("upper", [[1, 100], [0, 1000]]),
        ("skew", [[0, 90], [-90, 0]]),
    ],
)
def test_derivative_by_independent_entries(kind, found):
    # An entry of a symmetric matrix moves its twin along: 10 + 100. Of a skew matrix
    # it moves its twin against it: dy/dX12 = 100 - 10, and the diagonal stands still.
    fields = {
        "where": {"X": f"{kind}(n)"},
        "function": "sum(X)",
        "wrt": "X",
        "denominator": "eye(n)",
        "entries": "independent",
    }
    assert left(fields, {"X": ENTRIES}, {"n": 2}) == found


def test_hessian_by_independent_entries_of_a_symmetric_matrix():
    # y = x12 x21 + x11^2, over (x11, x21, x12, x22)
    H = np.array([[2, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
    fields = {
        "where": {"X": "symmetric(n)"},
        "function": "sum(X)",
        "wrt": "X",
        "hessian": "eye(n**2)",
    }
    assert left(fields, {"X": ENTRIES}, {"n": 2}, hessian=H) == H.tolist()
    # With x21 = x12 = b it is b^2: second derivative 2 in each of the tied pair.
    found = left({**fields, "entries": "independent"}, {"X": ENTRIES}, {"n": 2}, H)
    assert found == [[2, 0, 0, 0], [0, 2, 2, 0], [0, 2, 2, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize("kind", ["symmetric", "diagonal", "lower", "upper", "skew"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_columns_of_the_tie_are_the_directions_of_the_set(kind, n):
    """Column (i, j) is vec of what moves with entry (i, j)."""
    S = tied(kind, n)
    for i in range(n):
        for j in range(n):
            E = np.zeros((n, n), dtype=int)
            match kind:
                case "symmetric":
                    E[i, j] = E[j, i] = 1
                case "skew" if i != j:
                    E[i, j], E[j, i] = 1, -1
                case "diagonal" if i == j:
                    E[i, i] = 1
                case "lower" if i >= j:
                    E[i, j] = 1
                case "upper" if i <= j:
                    E[i, j] = 1
            stacked = [E[k % n, k // n] for k in range(n * n)]
            assert S[:, j * n + i].tolist() == stacked
