"""What a run is asked for; every worker gets the same."""

from __future__ import annotations

from dataclasses import dataclass

LAYOUTS = ("numerator", "denominator")
DTYPES = ("float64", "float32")
EVIDENCE = ("float", "ball", "exact")
DEVICES = ("auto", "cpu", "gpu")


@dataclass(frozen=True)
class Settings:
    """The seed, the draws for each claim, and how and where they are computed."""

    seed: int = 0
    draws: int = 256
    dtype: str = "float64"
    device: str = "cpu"  # "cpu" or "gpu"; "auto" is decided before
    layouts: tuple[str, ...] = LAYOUTS
    evidence: str = ""
    """The least grade of evidence that is demanded, if any."""
    diagnose: bool = True
    """Whether failures are explained; selftest has no use for it."""

    def __post_init__(self) -> None:
        if self.seed < 0 or self.draws < 1:
            raise ValueError("seed is at least 0, draws at least 1")
        if self.dtype not in DTYPES or self.device not in DEVICES[1:]:
            raise ValueError(f"no dtype or device: {self.dtype!r}, {self.device!r}")
        if not self.layouts or not set(self.layouts) <= set(LAYOUTS):
            raise ValueError(f"no layouts: {self.layouts!r}")
