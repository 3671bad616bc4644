"""What comes out of verifying one claim; plain data, so that it travels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HOLDS, FAILS, INCONCLUSIVE = "holds", "fails", "inconclusive"
R_HOLDS, R_FAILS = 32.0, 1000.0
"""A draw holds up to the one, and fails from the other on; R is judged by `verdict`."""


@dataclass(frozen=True)
class Outcome:
    """The verdict on one claim in one layout, its evidence, and what is wrong.

    `sample` is a failing draw of a larger case, both sides in rounded numbers.
    """

    verdict: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    diagnosis: Mapping[str, str] | None = None
    counterexample: Mapping[str, Any] | None = None
    sample: Mapping[str, Any] | None = None


def diagnosis(kind: str, text: str, suggestion: str = "") -> dict[str, str]:
    """Return a diagnosis as the results carry it."""
    return {"kind": kind, "text": text, "suggestion": suggestion}


def evidence(grade: str, **more: Any) -> dict[str, Any]:
    """Return evidence with every promised field."""
    return {
        "grade": grade,
        "digits": None,
        "draws": 0,
        "left_out": {},
        "sizes": [],
        "R": None,
        "rho": None,
        "vacuous": False,
        "note": "",
        **more,
    }
