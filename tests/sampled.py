"""Cases of a test that takes long: a few always, the others in a thorough run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def first_of(cases: Iterable[Any], count: int = 1) -> list[Any]:
    """Return cases; those behind the first are for `pytest --thorough`."""
    later = pytest.mark.thorough
    rows = (case if isinstance(case, tuple) else (case,) for case in cases)
    return [
        pytest.param(*row, marks=() if i < count else later)
        for i, row in enumerate(rows)
    ]
