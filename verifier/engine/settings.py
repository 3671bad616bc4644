"""What a run is asked for; every worker gets the same."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.layout import Layout
from ..reading.bounds import ASKED_SIZE

LAYOUTS = tuple(layout.value for layout in Layout)
DTYPES = ("float64", "float32")
EVIDENCE = ("float", "ball", "exact")
DEVICES = ("auto", "cpu", "gpu")
EXECUTORS = ("auto", "numpy", "xla")
LARGEST_SIZE = ASKED_SIZE.value


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
    examples: bool = True
    """Whether they are shown at a small example; a stream of verdicts is not."""
    executor: str = "auto"
    """Who runs what JAX derives; `auto`: XLA on a GPU and for large sizes."""
    size: int = 0
    """If not 0, one more case is tried, of about this size."""
    sizes: tuple[tuple[str, int], ...] = ()
    """If any, one more case is tried, with these sizes by name."""

    seconds: int = 0
    """Of the processor, that a record may take; 0: as many as is usual."""

    def __post_init__(self) -> None:
        if self.seed < 0 or self.draws < 1:
            raise ValueError("seed is at least 0, draws at least 1")
        if self.dtype not in DTYPES or self.device not in DEVICES[1:]:
            raise ValueError(f"no dtype or device: {self.dtype!r}, {self.device!r}")
        if self.executor not in EXECUTORS:
            raise ValueError(f"no executor: {self.executor!r}")
        if not all(0 <= n <= LARGEST_SIZE for _, n in (("", self.size), *self.sizes)):
            raise ValueError(ASKED_SIZE.said())
        if not self.layouts or not set(self.layouts) <= set(LAYOUTS):
            raise ValueError(f"no layouts: {self.layouts!r}")
