"""What a worker is asked about code: draws, small inputs, what the code computes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..engine import traced
from ..engine.settings import Settings
from ..reading.record import Record
from ..running.verification import DEEP
from .drawing import Batch, drawn
from .naming import Code, Named, named
from .small import small

WORK = f"{__name__}:answer"


@dataclass(frozen=True)
class Draw:
    """Ask for draws of a record and what is right at them, or for small inputs."""

    record: Record
    wrt: tuple[str, ...]
    dtype: str = "float64"
    small: bool = False


Found = list[Batch] | Named | None


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
