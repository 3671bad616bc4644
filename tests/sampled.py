"""Cases of a test that takes long: a few always, the others in a thorough run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def first_of(cases: Iterable[Any], count: int = 1) -> list[Any]:
    """Return cases; those behind the first are for `pytest --thorough`."""
    return [
        case if i < count else pytest.param(case, marks=pytest.mark.thorough)
        for i, case in enumerate(cases)
    ]
