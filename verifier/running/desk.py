"""Where runs are made one after another: workers that stay warm, and their memory."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .pool import Kept

if TYPE_CHECKING:
    from .memory import Memory

WORK = "verifier.running.verification:verify_chunk"


class Desk:
    """Workers that verify, and what they found; `close` ends them."""

    def __init__(self, fresh: bool = False):
        """Take what is remembered, unless all is to be asked afresh."""
        self.work, self.fresh, self.kept = WORK, fresh, Kept()

    @cached_property
    def memory(self) -> Memory:
        """What was found before."""
        from .memory import Memory  # slow to import: not before workers are started

        return Memory(self.work, self.fresh)

    def start(self, device: str, count: int = 1) -> None:
        """Start so many workers, which import JAX while there is other work to do."""
        self.kept.start(self.work, device, count=count)

    def close(self) -> None:
        """End the workers at once, whatever they do."""
        self.kept.close()
        if "memory" in self.__dict__:
            self.memory.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
