"""What went wrong with which input: one input for each place in the program."""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SLOW = 10.0
"""Seconds of CPU, above which an input is a finding."""


@dataclass
class Tried:
    """Counts inputs, and keeps those of which a promise was broken."""

    target: Callable[[bytes], None]
    folder: Path
    inputs: int = 0
    slowest: float = 0.0
    seen: set[str] = field(default_factory=set)
    told: float = 0.0

    def __call__(self, data: bytes) -> None:
        """Feed the target."""
        began = time.process_time()
        try:
            self.target(data)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            last = frames[-1]
            self.keep(
                f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}",
                data,
                traceback.format_exc(),
            )
        took = time.process_time() - began
        self.inputs += 1
        self.slowest = max(self.slowest, took)
        if took > SLOW:
            self.keep(
                f"slow-{hashlib.sha256(data).hexdigest()[:6]}", data, f"{took:.1f}"
            )
        if (now := time.monotonic()) - self.told > 2:
            self.told = now
            self.tell()

    def keep(self, name: str, data: bytes, said: str) -> None:
        """Keep the first input that goes wrong in one place."""
        if name in self.seen:
            return
        self.seen.add(name)
        file = self.folder / name.replace(" ", "-").replace(":", "-")
        file.write_bytes(data)
        file.with_name(file.name + ".txt").write_text(f"{data!r}\n\n{said}")

    def tell(self) -> None:
        """Write down how far it is: a fuzzer may end a process without a word."""
        said = {
            "inputs": self.inputs,
            "slowest": round(self.slowest, 2),
            "findings": sorted(self.seen),
        }
        (self.folder / "told.json").write_text(json.dumps(said))
