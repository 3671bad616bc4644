"""What the pool gives to a worker, what that may use, and what it may come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

GIB = 2**30
SMALLEST = 2  # items of a chunk, where there are more than one worker


@dataclass(frozen=True)
class Limits:
    """What a worker may use: k items have `seconds_base + k * seconds_per_item`."""

    seconds_per_item: float = 30.0
    seconds_start: float = 120.0  # until it is ready
    seconds_base: float | None = None  # None: as many as for the start
    memory_bytes: int = 6 * GIB
    budget: Callable[[Any], float] | None = None
    """The seconds of processor time of an item, where work yields one by one."""


@dataclass(frozen=True)
class Crash:
    """What stands in the place of an item's result when its worker failed twice."""

    reason: str
    detail: str = ""  # the traceback, or the last lines of the worker's stderr
    limit: bool = False
    """Whether a limit was reached, and nothing is wrong with the program."""


@dataclass(frozen=True)
class Chunk:
    """Consecutive items; a lone one that has failed once wants a fresh worker."""

    indexes: range
    retry: bool = False

    def split(self, count: int) -> tuple[Chunk, Chunk]:
        """Cut off so many items."""
        return Chunk(self.indexes[:count]), Chunk(self.indexes[count:], self.retry)

    def pieces(self, size: int) -> list[Chunk]:
        """Cut the chunk into chunks of at most `size` items."""
        starts = range(0, len(self.indexes), size)
        return [Chunk(self.indexes[start : start + size]) for start in starts]


def portions(count: int, jobs: int, most: int) -> Iterator[Chunk]:
    """Yield chunks for some workers: at first large ones, small ones in the end."""
    start = 0
    while start < count:
        share = (count - start) // (2 * jobs) if jobs > 1 else most
        size = min(most, max(share, SMALLEST), count - start)
        yield Chunk(range(start, start + size))
        start += size


def in_words(count: int) -> str:
    """Write a number of bytes for people."""
    return f"{count / GIB:g} GiB" if count >= GIB else f"{count / 2**20:g} MiB"
