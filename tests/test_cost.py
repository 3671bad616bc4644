"""What an exact draw takes: counted by hand, and growing with what is dear."""

from __future__ import annotations

import pytest
from stated import statement

from verifier.judging.cost import Cost

WHERE = {
    "A": "matrix(m, n)",
    "X": "invertible(n)",
    "x": "vector(n)",
    "f": "vector(n) -> scalar",
}


def cost(text: str, order: int = 0, **sizes: int) -> int:
    found = Cost()
    found.add(statement(where=WHERE, value=text, both=text).body, order)
    return found.at(sizes)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("A", 6),
        ("A + A", 18),  # they are shared before, where anybody asks
        ("A @ x", 6 + 3 + 2 + 2 * 1 * 3 // 50),
        ("inv(X)", 9 + 9 + 3**4 // 50),
        ("f(x)", 3 + 1),
    ],
)
def test_entries_by_hand(text, count):
    assert cost(text, m=2, n=3) == count


def test_inverses_and_derivatives_of_symbols_are_dear_where_sizes_are_large():
    assert cost("inv(X)", n=20) > 2 * 20**2 + 1000
    assert cost("f(x)", 2, n=20) - cost("f(x)", n=20) == 20**2 // 10 - 1 // 10
