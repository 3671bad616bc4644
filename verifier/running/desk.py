"""Where runs are made one after another: workers that stay warm, and their memory."""

from __future__ import annotations

from functools import cached_property

from .memory import Memory
from .pool import Kept


class Desk:
    """Workers for one kind of work, and what they found; `close` ends them."""

    def __init__(self, work: str, fresh: bool = False):
        """Take what is remembered, unless all is to be asked afresh."""
        self.work, self.fresh, self.kept = work, fresh, Kept()

    @cached_property
    def memory(self) -> Memory:
        """What was found before; looking for it costs more than to start a worker."""
        return Memory(self.work, self.fresh)

    def start(self, device: str, count: int = 1) -> None:
        """Start so many workers, which import JAX while there is other work to do."""
        self.kept.start(self.work, device, count=count)

    def close(self) -> None:
        """End the workers at once, whatever they do."""
        self.kept.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
