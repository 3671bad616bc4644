"""The results of the last run, where `nabla verify --report reports` has put them."""

from __future__ import annotations

import sys
from pathlib import Path

from ..output import text
from ..results import storage
from ..results.model import Report

RESULTS = Path("reports/results.json")


def latest() -> Report | None:
    """Return the last report, if it is there.

    It is a courtesy, so what is wrong with it is said and does no harm.
    """
    if not RESULTS.is_file():
        return None
    try:
        return storage.read(RESULTS)
    except storage.NoResults as error:
        print(text.message(f"no verdicts: {error.text}"), file=sys.stderr)
        return None
