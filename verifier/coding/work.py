"""What a worker is asked about code: draws, small inputs, what the code computes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from ..engine import traced
from ..engine.settings import Settings
from ..running.verification import DEEP
from .drawing import drawn
from .items import Code, Draw, Found
from .naming import named
from .small import small


def answer(items: Sequence[Draw | Code], settings: Settings) -> list[Found]:
    """Return what was asked, an answer for each item."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEP))
    traced.configure(settings.dtype)
    with np.errstate(all="ignore"):  # what has no value is judged, and no news
        return [_answer(item, settings) for item in items]


def _answer(item: Draw | Code, settings: Settings) -> Found:
    if isinstance(item, Code):
        return named(item, settings)
    find = small if item.small else drawn
    return find(item.record, item.wrt, settings, item.dtype)
