"""What a run is asked for; every worker gets the same."""

from __future__ import annotations

from dataclasses import dataclass

LAYOUTS = ("numerator", "denominator")
DTYPES = ("float64", "float32")
DEVICES = ("auto", "cpu", "gpu")


@dataclass(frozen=True)
class Settings:
    """The seed, the draws for each claim, and how and where they are computed."""

    seed: int = 0
    draws: int = 256
    dtype: str = "float64"
    device: str = "cpu"  # "cpu" or "gpu"; "auto" is decided before
    layouts: tuple[str, ...] = LAYOUTS
