"""Claims that say in two layouts the same, and such as only look so."""

from __future__ import annotations

from typing import Any

import pytest
from stated import statement

from verifier.language.repeated import repeats

F = {"x": "vector(n)", "h": "vector(n)", "f": "vector(n) -> scalar"}
E = {"small": "h", "error": "o(h)", "expansion": "f(x + h)"}
SAME: dict[str, dict[str, Any]] = {
    "a value": {
        "where": {"a": "vector(m)", "b": "vector(n)"},
        "value": "kron(a, b)",
        "both": "vec(b @ a.T)",
    },
    "a row and the column": {
        "where": F,
        **E,
        "numerator": "f(x) + D(f)(x) @ h",
        "denominator": "f(x) + h.T @ D(f)(x)",
    },
    "stacked": {
        "where": F,
        **E,
        "both": "f(x) + vec(D(f)(x)).T @ h",
    },
    "a scalar by a scalar": {
        "where": {"x": "scalar"},
        "function": "x**3",
        "wrt": "x",
        "both": "3 * x**2",
    },
}
OTHER: dict[str, dict[str, Any]] = {
    "another number": {
        "where": F,
        **E,
        "numerator": "f(x) + D(f)(x) @ h",
        "denominator": "f(x) + 2 * h.T @ D(f)(x)",
    },
    "entries that a layout arranges": {
        "where": {"A": "matrix(n, n)"},
        "function": "tr(A @ A)",
        "wrt": "A",
        "both": "2 * A",
    },
    "a product turned by half": {
        "where": {"A": "matrix(n, n)", "B": "matrix(n, n)"},
        "value": "A @ B",
        "numerator": "A @ B",
        "denominator": "B @ A",
    },
    "decimals rounded to other digits": {
        "where": {"x": "scalar"},
        "value": "x / 3",
        "numerator": "0.33333333 * x",
        "denominator": "0.333333330000 * x",
    },
}


def pair(fields: dict[str, Any]) -> bool:
    """Return whether the two claims of a record repeat each other, in either order."""
    found = statement(**fields)
    first, second = found.claims
    both = repeats(found, first, second), repeats(found, second, first)
    (one,) = set(both)
    return one


@pytest.mark.parametrize("fields", SAME.values(), ids=SAME)
def test_what_no_layout_changes_is_said_twice(fields):
    assert pair(fields)


@pytest.mark.parametrize("fields", OTHER.values(), ids=OTHER)
def test_what_differs_is_judged_by_itself(fields):
    assert not pair(fields)
