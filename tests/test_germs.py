"""Products of germs: as polynomials they are what they are term by term."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from verifier.motion.germs import Germ
from verifier.motion.monomials import Terms
from verifier.motion.products import multiplied, term_by_term

MANY = 8
"""Terms that are multiplied as polynomials."""
COEFFICIENT = st.integers(-(10**6), 10**6).filter(bool)
FACTOR = st.dictionaries(st.integers(-8, 24), COEFFICIENT, min_size=MANY, max_size=20)


def terms(coefficients: dict[int, int], inexact: bool = False) -> Terms:
    """Return a sum of powers of t; inexact coefficients are a third of the whole."""
    return {
        (None, -k, 0, 0, 0): arb(c) / 3 if inexact else arb(c)
        for k, c in coefficients.items()
    }


@given(FACTOR, FACTOR, st.one_of(st.none(), st.integers(-16, 48)), st.booleans())
def test_a_product_of_powers_is_what_it_is_term_by_term(x, y, end, inexact):
    first, second = terms(x, inexact), terms(y, inexact)
    error = None if end is None else (None, -end, 0, 0, 0)
    found = multiplied(first, second, error)
    wanted = term_by_term([(first, second)], error)
    assert found.keys() == wanted.keys()
    assert all(found[m].overlaps(wanted[m]) for m in found)
    assert all(found[m].rel_accuracy_bits() >= 16 for m in found)


def test_what_cancels_is_gone():
    plus = terms(dict.fromkeys(range(MANY), 1), inexact=True)
    signs = {k: (-1) ** k for k in range(MANY)}
    found = multiplied(plus, terms(signs, inexact=True), None)
    powers = sorted(-m[1] for m in found)
    assert powers == list(range(0, 2 * MANY - 1, 2))


@pytest.mark.parametrize(
    "strange",
    [
        (None, Fraction(1, 2), 0, 0, 0),
        (None, -1, 1, 0, 0),
        (None, -1000, 0, 0, 0),
    ],
)
def test_roots_logarithms_and_far_powers_are_multiplied_term_by_term(strange):
    x = Germ({**terms(dict.fromkeys(range(2, MANY + 2), 3)), strange: arb(2)})
    found = (x * x).terms
    assert found[(None, 2 * strange[1], 2 * strange[2], 0, 0)] == 4
    assert found[(None, -4, 0, 0, 0)] == 9
