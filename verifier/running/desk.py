"""Where runs are made one after another: workers that stay warm, and their memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import pool
from .allowance import limits_for

if TYPE_CHECKING:
    from .cluster import Cluster
    from .memory import Memory

WORK = "verifier.running.verification:verify_each"


class Desk:
    """Workers that verify, and what they found; `close` ends them."""

    def __init__(self, fresh: bool = False, cluster: str | None = None):
        """Take what is remembered, unless all is to be asked afresh.

        The workers are processes of this machine, or a cluster's, by its address.
        """
        self.work, self.fresh, self.kept = WORK, fresh, pool.Kept()
        self.address = cluster or ""

    @cached_property
    def memory(self) -> Memory:
        """What was found before."""
        from .memory import Memory  # slow to import: not before workers are started

        return Memory(self.work, self.fresh)

    @cached_property
    def cluster(self) -> Cluster:
        """The cluster, connected when it is first needed."""
        from .cluster import Cluster

        return Cluster(self.address)

    def start(self, device: str, count: int = 1) -> None:
        """Start so many workers, which import JAX while there is other work to do."""
        if self.address:
            _ = self.cluster
        else:
            self.kept.start(self.work, device, count=count)

    def run(
        self,
        items: Sequence[Any],
        settings: Any,
        *,
        jobs: int | None = None,
        chunk_size: int,
        limits: pool.Limits | None = None,
        on_result: Callable[[int, Any], None],
    ) -> None:
        """Have workers do their work on items, wherever they are; see `pool.run`."""
        said: dict[str, Any] = {
            "chunk_size": chunk_size,
            "limits": limits or limits_for(settings),
            "device": settings.device,
            "on_result": on_result,
        }
        if self.address:
            from . import remote

            remote.run(self.cluster, items, self.work, settings, **said)
        else:
            pool.run(items, self.work, settings, jobs=jobs, kept=self.kept, **said)

    def close(self) -> None:
        """End the workers at once, whatever they do."""
        self.kept.close()
        if "cluster" in self.__dict__:
            self.cluster.close()
        if "memory" in self.__dict__:
            self.memory.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
