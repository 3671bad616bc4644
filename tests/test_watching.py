"""What the rows say of where they break, which tells the regions of their values."""

from __future__ import annotations

import numpy as np
import pytest

from verifier.engine import numeric
from verifier.language.primitives import PRIMITIVES

ENTRYWISE = [
    name
    for name, row in PRIMITIVES.items()
    if row.signature == "m n -> m n" and not row.symbol
]
POINTS = np.linspace(-4.5, 4.5, 9001)
CLOSE = 2e-3


def _values(name):
    with np.errstate(all="ignore"):
        return PRIMITIVES[name].value(numeric, POINTS.reshape(-1, 1, 1)).ravel()


@pytest.mark.parametrize("name", ENTRYWISE)
def test_where_a_domain_ends_a_row_breaks(name):
    row, found = PRIMITIVES[name], np.isfinite(_values(name))
    # Across a pole, where one point has no value, a function is the same one.
    found[1:-1] |= found[:-2] & found[2:]
    ends = [x for x, step in zip(POINTS, np.diff(found), strict=False) if step]
    distance = row.branch or row.kink
    for end in ends:
        assert distance is not None
        at = np.array([[[end]], [[end + CLOSE / 2]]])
        assert np.min(distance(numeric, at)) <= 2 * CLOSE


@pytest.mark.parametrize("name", ENTRYWISE)
def test_where_a_row_jumps_or_bends_it_says_so(name):
    y, h = _values(name), POINTS[1] - POINTS[0]
    slope = np.diff(y) / h
    with np.errstate(all="ignore"):
        bends = abs(np.diff(slope)) > 0.3
        steady = np.isfinite(y).all() and np.nanmax(abs(y)) < 1e3
    row = PRIMITIVES[name]
    if steady and bends.any():
        assert row.kink is not None or row.branch is not None, name
    if steady and row.kink is not None:
        assert bends.any()
